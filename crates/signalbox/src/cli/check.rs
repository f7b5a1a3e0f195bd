//! `signalbox check`: every mistake of a configuration at once, offline.

use std::path::PathBuf;

use clap::Args;
use signalbox_model::RuleName;

use super::output::print_json;
use super::{GOOD, Output, WRONG_CONFIGURATION, run::world};
use crate::config::{Severity, compile};
use crate::words::counted;

/// Arguments of `check`.
#[derive(Args)]
pub(super) struct CheckArgs {
    /// The configuration file.
    #[arg(long, env = "SIGNALBOX_CONFIG", default_value = "signalbox.yaml")]
    config: PathBuf,
    /// How results are written.
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

pub(super) fn run(args: &CheckArgs) -> anyhow::Result<u8> {
    let (compiled, diagnostics) = compile::load(&args.config, &world());
    let is_good = compiled.is_some();
    match args.output {
        Output::Json => print_json(&diagnostics)?,
        Output::Table => {
            print!("{diagnostics}");
            let warnings = diagnostics.count(Severity::Warning);
            if let Some(compiled) = compiled {
                let is_written = |rule: &&String| *rule != RuleName::HEALTH;
                println!(
                    "`{}` is good: {}, {}, {}, {}",
                    args.config.display(),
                    counted(compiled.integrations.len(), "integration"),
                    counted(compiled.rules.routes().len(), "route"),
                    counted(
                        compiled.rules.names().rules.iter().filter(is_written).count(),
                        "alert rule"
                    ),
                    counted(warnings, "warning"),
                );
            }
        }
    }
    Ok(if is_good { GOOD } else { WRONG_CONFIGURATION })
}
