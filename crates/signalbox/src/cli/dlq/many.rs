//! What is done to one dead letter or to many: sent again at a bounded rate, shown as it would be sent,
//! discarded.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};
use signalbox_sdk::role::inert_text;

use super::{Client, Output, Which, segment};
use crate::cli::integrations::word;
use crate::cli::output::print_json;
use crate::cli::{GOOD, NOT_GOOD};
use crate::words::counted;

/// Arguments of `dlq replay`.
#[derive(Args)]
pub(super) struct ReplayArgs {
    /// The id of one.
    id: Option<String>,
    #[command(flatten)]
    which: Which,
    /// Render and check, show the request, and send nothing.
    #[arg(long = "dry-run")]
    pub(super) is_dry_run: bool,
    /// How many are handed over a second, such as `20/s`.
    #[arg(long, default_value = "20/s", value_parser = rate)]
    rate: usize,
}

/// Arguments of `dlq discard`.
#[derive(Args)]
pub(super) struct DiscardArgs {
    /// The id of one.
    id: Option<String>,
    #[command(flatten)]
    which: Which,
    /// Why; it stands in the audit and with the delivery.
    #[arg(long)]
    reason: String,
}

/// The most that one request to the hub may name.
const AT_ONCE_MAX: usize = 1000;

pub(super) async fn replay(
    client: &Client,
    args: &ReplayArgs,
    output: Output,
) -> anyhow::Result<u8> {
    let ids = args.which.ids(client, args.id.as_deref()).await?;
    let mut progress = Progress::of(ids.len());
    for (place, ids) in ids.chunks(args.rate).enumerate() {
        if place > 0 {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        let done = client.post("/v1/dead/replay", &json!({"ids": ids})).await?;
        progress.add(&done, ids.len());
    }
    finish(progress.end(), "on the way again", output)
}

pub(super) async fn discard(
    client: &Client,
    args: &DiscardArgs,
    output: Output,
) -> anyhow::Result<u8> {
    let ids = args.which.ids(client, args.id.as_deref()).await?;
    let mut progress = Progress::of(ids.len());
    for ids in ids.chunks(AT_ONCE_MAX) {
        let change = json!({"ids": ids, "reason": args.reason});
        progress.add(&client.post("/v1/dead/discard", &change).await?, ids.len());
    }
    finish(progress.end(), "discarded", output)
}

pub(super) async fn preview(
    client: &Client,
    args: &ReplayArgs,
    output: Output,
) -> anyhow::Result<u8> {
    let mut previews = Vec::new();
    let mut is_good = true;
    for id in args.which.ids(client, args.id.as_deref()).await? {
        let preview = client.get::<Value>(&format!("/v1/dead/{}/preview", segment(&id))).await;
        is_good &= preview.is_ok();
        let preview = match preview {
            Ok(preview) => json!({"id": id, "sends": preview}),
            Err(error) => json!({"id": id, "error": error.to_string()}),
        };
        match output {
            Output::Json => previews.push(preview),
            Output::Table => print_preview(&preview),
        }
    }
    if output == Output::Json {
        print_json(&previews)?;
    }
    Ok(if is_good { GOOD } else { NOT_GOOD })
}

fn print_preview(preview: &Value) {
    println!("{}", word(&preview["id"]));
    if let Some(error) = preview["error"].as_str() {
        return println!("  {}\n", inert_text(error));
    }
    let sends = &preview["sends"];
    println!("  {}", inert_text(&word(&sends["what"])));
    for warning in sends["warnings"].as_array().into_iter().flatten() {
        println!("  warning: {}", inert_text(&word(warning)));
    }
    for (part, text) in sends["texts"].as_object().into_iter().flatten() {
        println!("  {part}: {}", indented(&inert_text(&word(text))));
    }
    println!("{}\n", inert_text(&word(&sends["body"])).trim_end());
}

/// Puts the further lines of a text below its first.
fn indented(text: &str) -> String {
    text.trim_end().replace('\n', "\n    ")
}

fn finish(done: u64, what: &str, output: Output) -> anyhow::Result<u8> {
    if output == Output::Json {
        print_json(&json!({"done": done}))?;
    }
    if done == 0 {
        eprintln!(
            "Nothing is {what}: nothing of what was named is dead; see `signalbox dlq list`."
        );
        return Ok(NOT_GOOD);
    }
    if output == Output::Table {
        let verb = if done == 1 { "is" } else { "are" };
        println!("{} {verb} {what}", counted(done, "dead letter"));
    }
    Ok(GOOD)
}

/// Tells on standard error how far a long command has come, where a person looks.
struct Progress {
    total: usize,
    asked: usize,
    done: u64,
    is_shown: bool,
}

impl Progress {
    fn of(total: usize) -> Self {
        let is_shown = total > 1 && std::io::stderr().is_terminal();
        Self { total, asked: 0, done: 0, is_shown }
    }

    fn add(&mut self, answer: &Value, asked: usize) {
        self.asked += asked;
        self.done += answer["done"].as_u64().unwrap_or_default();
        if self.is_shown {
            let mut stderr = std::io::stderr().lock();
            // A terminal that is gone takes no progress; the work goes on.
            write!(stderr, "\r{} of {}", self.asked, self.total).and_then(|()| stderr.flush()).ok();
        }
    }

    /// Returns how many were still dead.
    fn end(self) -> u64 {
        if self.is_shown {
            eprintln!();
        }
        self.done
    }
}

/// Reads `20` or `20/s`.
fn rate(text: &str) -> Result<usize, String> {
    let number = text.strip_suffix("/s").unwrap_or(text).parse::<usize>();
    number.ok().filter(|rate| (1..=AT_ONCE_MAX).contains(rate)).ok_or_else(|| {
        format!("expected a number from 1 to {AT_ONCE_MAX} a second, such as `20/s`")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_number_a_second() {
        assert_eq!((rate("20/s"), rate("7")), (Ok(20), Ok(7)));
        for wrong in ["0", "20/m", "1001", "fast"] {
            assert!(rate(wrong).is_err(), "{wrong}");
        }
    }
}
