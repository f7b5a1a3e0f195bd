//! `signalbox test`: one harmless call to an integration's product, or a marked item all the way there.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use serde_json::json;
use signalbox_model::SystemClock;
use signalbox_sdk::role::{CheckReport, CheckVerdict};

use super::output::{line, print_json};
use super::{GOOD, NOT_GOOD, Output, run::world};
use crate::config::compile;
use crate::end_to_end;
use crate::hub::InvalidConfiguration;

/// Arguments of `test`.
#[derive(Args)]
pub(super) struct TestArgs {
    /// The integration.
    name: String,
    /// Make a marked item at the product, read it back and close it.
    #[arg(long = "end-to-end")]
    is_end_to_end: bool,
    /// The configuration file.
    #[arg(long, env = "SIGNALBOX_CONFIG", default_value = "signalbox.yaml")]
    config: PathBuf,
    /// How results are written.
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

pub(super) async fn run(args: TestArgs) -> anyhow::Result<u8> {
    let (compiled, diagnostics) = compile::load(&args.config, &world());
    let Some(compiled) = compiled else { bail!(InvalidConfiguration(diagnostics)) };
    let built = compiled.find(&args.name)?;
    let report = match args.is_end_to_end {
        true => end_to_end::run(built, &SystemClock).await,
        false => built.roles.check().await,
    };
    let Some(report) = report else { bail!(nothing_to_test(&args)) };
    match args.output {
        Output::Json => print_json(
            &json!({"integration": args.name, "good": report.is_good(), "steps": report.steps}),
        )?,
        Output::Table => print(&args.name, &report),
    }
    Ok(if report.is_good() { GOOD } else { NOT_GOOD })
}

fn nothing_to_test(args: &TestArgs) -> String {
    let name = &args.name;
    match args.is_end_to_end {
        true => format!("`{name}` is a source, so that nothing can be made at its product"),
        false => {
            format!(
                "`{name}` is a source that is sent to; send it something and watch `signalbox tail`"
            )
        }
    }
}

fn print(name: &str, report: &CheckReport) {
    for step in &report.steps {
        match &step.verdict {
            CheckVerdict::Passed { detail } => {
                println!("ok      {:12} {}", step.name, line(detail))
            }
            CheckVerdict::Warning { detail, fix } => {
                println!("warning {:12} {}; {}", step.name, line(detail), line(fix))
            }
            CheckVerdict::Failed { detail, fix } => {
                println!("FAILED  {:12} {}; {}", step.name, line(detail), line(fix))
            }
        }
    }
    println!("`{name}` {}", if report.is_good() { "works" } else { "does not work" });
}
