//! `signalbox doctor`: the troubleshooting list, each line green, yellow or red with what to do.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::bail;
use clap::Args;
use serde::Deserialize;
use signalbox_api::CredentialView;
use signalbox_model::{Clock, SystemClock};
use tokio::time::timeout;

use super::client::Client;
use super::output::{line, print_json};
use super::table::{columns_shown, hanging};
use super::{Common, GOOD, NOT_GOOD, Output, run::world};
use crate::config::compile;
use crate::doctor::{Examination, HubAnswer, HubState, IntegrationState, Row, Verdict};
use crate::hub::{InvalidConfiguration, StartOnly};

/// Arguments of `doctor`.
#[derive(Args)]
pub(super) struct DoctorArgs {
    /// The integration; without a name all of them, the hub and its machine.
    name: Option<String>,
    /// The configuration file.
    #[arg(long, env = "SIGNALBOX_CONFIG", default_value = "signalbox.yaml")]
    config: PathBuf,
    #[command(flatten)]
    common: Common,
}

pub(super) async fn run(args: DoctorArgs) -> anyhow::Result<u8> {
    let (compiled, diagnostics) = compile::load(&args.config, &world());
    let Some(compiled) = compiled else { bail!(InvalidConfiguration(diagnostics)) };
    let data = &args.common.data;
    let (hub, now) = (ask_hub(data).await, SystemClock.now());
    let examination = Examination { compiled: &compiled, data, hub, now };
    let rows = match &args.name {
        Some(name) => examination.integration(compiled.find(name)?).await,
        None => examination.all().await,
    };
    match args.common.output {
        Output::Json => print_json(&rows)?,
        Output::Table => print(&rows),
    }
    let is_red = rows.iter().any(|row| row.verdict == Verdict::Red);
    Ok(if is_red { NOT_GOOD } else { GOOD })
}

/// Asks the hub of a data folder what it knows.
async fn ask_hub(data: &Path) -> HubAnswer {
    let Some(client) = Client::connect(data).await else { return HubAnswer::Absent };
    match timeout(HUB_MAX, hear(&client)).await {
        Ok(Ok(state)) => HubAnswer::Told(state),
        Ok(Err(error)) => HubAnswer::Silent(format!("{error:#}")),
        Err(_) => HubAnswer::Silent(format!("nothing came within {HUB_MAX:?}")),
    }
}

async fn hear(client: &Client) -> anyhow::Result<HubState> {
    let readiness: Readiness = client.get_any_status("/readyz").await?;
    let integrations: Vec<IntegrationState> = client.get("/v1/integrations").await?;
    let credentials: Vec<CredentialView> = client.get("/v1/credentials").await?;
    let credentials = credentials.into_iter().map(|view| (view.reference, view.since));
    let started_with: StartOnly = client.get("/v1/started-with").await?;
    Ok(HubState {
        is_ready: readiness.ready,
        notes: readiness.notes,
        integrations,
        credentials: credentials.collect(),
        started_with,
    })
}

#[derive(Deserialize)]
struct Readiness {
    ready: bool,
    notes: Vec<String>,
}

fn print(rows: &[Row]) {
    let is_colored = may_color(std::io::stdout().is_terminal(), std::env::var_os("NO_COLOR"));
    let columns = columns_shown();
    let mut before = None;
    for row in rows {
        let subject = row.integration.as_deref().unwrap_or("the hub and its machine");
        if before != Some(subject) {
            println!("{subject}");
            before = Some(subject);
        }
        println!("{}", text(row, is_colored, columns));
    }
    let count = |verdict| rows.iter().filter(|row| row.verdict == verdict).count();
    let [green, yellow, red] = [Verdict::Green, Verdict::Yellow, Verdict::Red].map(count);
    println!("{green} green, {yellow} yellow, {red} red");
}

/// Returns a row: its verdict and topic, what was seen, and below it what to do.
fn text(row: &Row, is_colored: bool, columns: usize) -> String {
    let head = format!("  {} {:11}", word(row.verdict, is_colored), row.topic.as_str());
    let mut text = hanging(&head, HEAD, &line(&row.detail), columns);
    if let Some(fix) = &row.fix {
        let head = format!("{:HEAD$} do:", "");
        text.push('\n');
        text.push_str(&hanging(&head, HEAD + " do:".len(), &line(fix), columns));
    }
    text
}

/// The columns of a verdict and a topic, with what is around them.
const HEAD: usize = 20;

/// Colors are for a terminal whose user has nothing against them: `NO_COLOR` set to anything but an empty
/// text (no-color.org, read 2026-11-22).
fn may_color(is_terminal: bool, no_color: Option<std::ffi::OsString>) -> bool {
    is_terminal && no_color.is_none_or(|value| value.is_empty())
}

/// Returns the verdict as a word of six letters, in its color where colors may be.
fn word(verdict: Verdict, is_colored: bool) -> String {
    let word = format!("{:6}", verdict.as_str());
    let code = match verdict {
        Verdict::Green => 32,
        Verdict::Yellow => 33,
        Verdict::Red => 31,
    };
    if is_colored { format!("\x1b[{code}m{word}\x1b[0m") } else { word }
}

/// As long as a call to a product may take.
const HUB_MAX: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Topic;

    #[test]
    fn colors_are_for_a_terminal_that_wants_them() {
        assert!(may_color(true, None));
        assert!(may_color(true, Some("".into())));
        assert!(!may_color(true, Some("1".into())));
        assert!(!may_color(false, None));
    }

    #[test]
    fn a_row_keeps_to_the_width_and_its_lines_stand_below_each_other() {
        let row = Row {
            integration: None,
            topic: Topic::Errors,
            verdict: Verdict::Yellow,
            detail: "no hub runs on data folder `/x`, or its socket is not yours".to_owned(),
            fix: Some("start one with `signalbox run`, or name its folder".to_owned()),
        };

        let expected = "  yellow errors      no hub runs on data folder `/x`,\n                     \
                        or its socket is not yours\n                     do: start one with `signalbox\n                         \
                        run`, or name its folder";
        assert_eq!(text(&row, false, 54), expected);
        assert_eq!(text(&row, true, 54).replace("\x1b[33m", "").replace("\x1b[0m", ""), expected);
    }

    #[test]
    fn a_verdict_is_a_word_with_or_without_its_color() {
        assert_eq!(word(Verdict::Red, false), "red   ");
        assert_eq!(word(Verdict::Red, true), "\x1b[31mred   \x1b[0m");
    }
}
