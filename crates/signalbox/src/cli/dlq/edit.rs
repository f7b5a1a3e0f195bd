//! `dlq edit`: what a replay sends instead of what was rendered or received.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::{Map, Value, json};

use super::{Client, Output, segment};
use crate::cli::dlq::list::print_letter;
use crate::cli::{GOOD, WrongUsage};

/// Arguments of `dlq edit`.
#[derive(Args)]
pub(super) struct EditArgs {
    /// The dead letter's id in the list.
    id: String,
    /// Steps of alerts: `title=…`, `body=…` or `fields.NAME=…`; may be given several times.
    #[arg(long, value_name = "PART=TEXT")]
    set: Vec<String>,
    /// A file with one JSON object: the event that a stream sends, or that a step's template reads.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Take every edit back.
    #[arg(long, conflicts_with_all = ["set", "file"])]
    revert: bool,
}

pub(super) async fn edit(client: &Client, args: &EditArgs, output: Output) -> anyhow::Result<u8> {
    let edit = if args.revert { Value::Null } else { Value::Object(edits(args)?) };
    let letter = client.post(&format!("/v1/dead/{}/edit", segment(&args.id)), &edit).await?;
    print_letter(&letter, output)?;
    Ok(GOOD)
}

fn edits(args: &EditArgs) -> anyhow::Result<Map<String, Value>> {
    if args.set.is_empty() && args.file.is_none() {
        let nothing = "say what to change: `--set title=…`, `--file event.json`, or `--revert`";
        bail!(WrongUsage(nothing.to_owned()));
    }
    let mut edits = Map::new();
    let mut fields = Map::new();
    for set in &args.set {
        let (part, text) = set.split_once('=').unwrap_or((set, ""));
        match part.strip_prefix("fields.").filter(|name| !name.is_empty()) {
            _ if !set.contains('=') => {
                bail!(WrongUsage(format!("`{set}` has no `=`; write `title=New title`")))
            }
            Some(name) => fields.insert(name.to_owned(), text.into()),
            None if part == "title" || part == "body" => edits.insert(part.to_owned(), text.into()),
            None => bail!(WrongUsage(format!(
                "`{part}` cannot be set; expected `title`, `body` or `fields.NAME`"
            ))),
        };
    }
    if !fields.is_empty() {
        edits.insert("fields".to_owned(), fields.into());
    }
    if let Some(path) = &args.file {
        let text =
            fs::read_to_string(path).with_context(|| format!("read `{}`", path.display()))?;
        let event: Value = serde_json::from_str(&text)
            .with_context(|| format!("`{}` is not JSON", path.display()))?;
        if !event.is_object() {
            bail!("`{}` is no JSON object; an event is one", path.display());
        }
        edits.insert("event".to_owned(), json!(event));
    }
    Ok(edits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(set: &[&str]) -> EditArgs {
        let set = set.iter().map(|text| (*text).to_owned()).collect();
        EditArgs { id: "x".to_owned(), set, file: None, revert: false }
    }

    #[test]
    fn parts_are_set_by_name_and_a_text_may_contain_an_equals_sign() {
        let edits = edits(&args(&["title=a=b", "fields.category=security"])).unwrap();

        let expected = json!({"title": "a=b", "fields": {"category": "security"}});
        assert_eq!(Value::Object(edits), expected);
    }

    #[test]
    fn a_part_that_does_not_exist_is_refused_with_those_that_do() {
        let refused = edits(&args(&["severity=low"])).unwrap_err();

        assert!(refused.to_string().contains("`title`, `body` or `fields.NAME`"), "{refused}");
    }

    #[test]
    fn what_makes_no_sense_is_wrong_usage() {
        for wrong in [&[][..], &["title"], &["severity=low"]] {
            let refused = edits(&args(wrong)).unwrap_err();

            assert!(refused.downcast_ref::<WrongUsage>().is_some(), "{wrong:?}");
        }
    }
}
