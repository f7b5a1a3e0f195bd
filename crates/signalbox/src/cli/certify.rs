//! `signalbox certify`: puts connectors to the test against their simulators, with faults on.

use anyhow::bail;
use clap::Args;
use signalbox_connectors::REGISTRY;
use signalbox_sdk::Connector;

use super::output::print_json;
use super::table::print_table;
use super::{GOOD, NOT_GOOD, Output};
use crate::certify::{Row, Verdict, certify};

/// Arguments of `certify`.
#[derive(Args)]
pub(super) struct CertifyArgs {
    #[command(flatten)]
    which: Which,
    /// How results are written.
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

/// Which connectors.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// The connector, such as `servicenow`.
    name: Option<String>,
    /// Every connector of this build.
    #[arg(long)]
    all: bool,
}

pub(super) async fn run(args: CertifyArgs) -> anyhow::Result<u8> {
    let rows = certify(&chosen(&args.which)?).await;
    match args.output {
        Output::Json => print_json(&rows)?,
        Output::Table => print(&rows),
    }
    let is_good = rows.iter().all(|row| row.verdict != Verdict::Fail);
    Ok(if is_good { GOOD } else { NOT_GOOD })
}

fn chosen(which: &Which) -> anyhow::Result<Vec<&'static Connector>> {
    let Some(name) = which.name.as_deref().filter(|_| !which.all) else {
        return Ok(REGISTRY.iter().collect());
    };
    let Some(connector) = signalbox_connectors::find(name) else {
        let known: Vec<_> = REGISTRY.iter().map(|connector| connector.name).collect();
        bail!("there is no connector `{name}`; there are `{}`", known.join("`, `"));
    };
    Ok(vec![connector])
}

fn print(rows: &[Row]) {
    let cells = |row: &Row| {
        let texts = [row.connector, row.role, &row.case, row.verdict.as_str(), &row.evidence];
        texts.map(str::to_owned).to_vec()
    };
    let heads = ["Connector", "Role", "Case", "Verdict", "Evidence"];
    print_table(&heads, rows.iter().map(cells).collect(), "There is nothing to certify.");
    let count = |verdict| rows.iter().filter(|row| row.verdict == verdict).count();
    println!(
        "{} passed, {} failed, {} do not apply",
        count(Verdict::Pass),
        count(Verdict::Fail),
        count(Verdict::NotApplicable)
    );
}
