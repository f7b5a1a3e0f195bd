//! `signalbox certify`: puts connectors to the test against their simulators, with faults on.

use anyhow::bail;
use clap::Args;
use signalbox_connectors::REGISTRY;
use signalbox_sdk::Connector;

use super::output::{print_json, print_table};
use super::{GOOD, NOT_GOOD, Output};
use crate::certify::{Row, Verdict, certify};

/// Arguments of `certify`.
#[derive(Args)]
pub(super) struct CertifyArgs {
    /// The connector, such as `servicenow`.
    #[arg(required_unless_present = "all")]
    name: Option<String>,
    /// Every connector of this build.
    #[arg(long, conflicts_with = "name")]
    all: bool,
    /// How results are written.
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

pub(super) async fn run(args: CertifyArgs) -> anyhow::Result<u8> {
    let rows = certify(&chosen(args.name.as_deref())?).await;
    match args.output {
        Output::Json => print_json(&rows)?,
        Output::Table => print(&rows),
    }
    let is_good = rows.iter().all(|row| row.verdict != Verdict::Fail);
    Ok(if is_good { GOOD } else { NOT_GOOD })
}

fn chosen(name: Option<&str>) -> anyhow::Result<Vec<&'static Connector>> {
    let Some(name) = name else { return Ok(REGISTRY.iter().collect()) };
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
    let heads = ["CONNECTOR", "ROLE", "CASE", "VERDICT", "EVIDENCE"];
    print_table(&heads, rows.iter().map(cells).collect(), "there is nothing to certify");
    let count = |verdict| rows.iter().filter(|row| row.verdict == verdict).count();
    println!(
        "{} passed, {} failed, {} do not apply",
        count(Verdict::Pass),
        count(Verdict::Fail),
        count(Verdict::NotApplicable)
    );
}
