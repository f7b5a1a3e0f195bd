//! `signalbox tail`: events as they are committed.

use std::io::Write;

use clap::Args;
use serde_json::Value;

use super::client::{Client, segment};
use super::integrations::word;
use super::output::{cell, inert_json, line};
use super::time::second;
use super::{Common, GOOD, Output};

/// Arguments of `tail`.
#[derive(Args)]
pub(super) struct TailArgs {
    /// Only events of this source.
    #[arg(long)]
    source: Option<String>,
    #[command(flatten)]
    common: Common,
}

pub(super) async fn run(args: TailArgs) -> anyhow::Result<u8> {
    let client = Client::require(&args.common.data).await?;
    let query =
        args.source.map(|source| format!("?source={}", segment(&source))).unwrap_or_default();
    let output = args.common.output;
    let head = || {
        if output == Output::Table {
            println!("{}", in_columns(HEADS));
        }
    };
    let print = |told: &[u8]| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{}", shown(&String::from_utf8_lossy(told), output)?)?;
        Ok(out.flush()?)
    };
    client.get_lines(&format!("/v1/tail{query}"), head, print).await?;
    Ok(GOOD)
}

const HEADS: [&str; 6] = ["Received", "Position", "Source", "Class", "Severity", "What"];

/// Lines come one by one, so that the columns are as wide as most need.
fn in_columns([received, position, source, class, severity, what]: [&str; 6]) -> String {
    format!("{received:20} {position:12} {source:20} {class:24} {severity:13} {what}")
}

/// What the hub told of one event, in one line.
fn shown(told: &str, output: Output) -> anyhow::Result<String> {
    if output == Output::Json {
        return Ok(inert_json(told.trim_end()).into_owned());
    }
    let value: Value = serde_json::from_str(told)?;
    let event = &value["event"];
    let text = event.pointer("/finding_info/title").or(event.get("message"));
    let is_quarantined = value["quarantined"] == true;
    let what = if is_quarantined { value.get("reason") } else { text };
    let told = |value: &Value| line(&cell(&word(value)));
    Ok(in_columns([
        &second(&value["received_at"]),
        &told(&value["position"]),
        &told(&value["source"]),
        &if is_quarantined { "(quarantined)".to_owned() } else { told(&event["class_name"]) },
        &told(&event["severity"]),
        &what.map(told).unwrap_or_default(),
    ]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use signalbox_sdk::role::is_active;
    use signalbox_sdk::testkit::hostile::TEXTS;

    use super::*;

    #[test]
    fn whatever_an_event_says_it_is_one_line_in_which_nothing_acts() {
        for hostile in TEXTS {
            let text = hostile.text;
            let event = json!({"class_name": text, "severity": text, "message": text});
            for told in [
                json!({"position": "1-1.0", "source": "edr", "event": event}),
                json!({"position": "1-1.0", "source": "edr", "quarantined": true, "reason": text}),
            ] {
                for output in [Output::Table, Output::Json] {
                    let shown = shown(&format!("{told}\n"), output).unwrap();

                    assert_eq!(shown.lines().count(), 1, "{}", hostile.name);
                    assert!(!shown.contains(is_active), "{}: {shown:?}", hostile.name);
                }
            }
        }
    }
}
