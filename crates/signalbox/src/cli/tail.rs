//! `signalbox tail`: events as they are committed.

use std::io::Write;

use anyhow::Context as _;
use bytes::Bytes;
use clap::Args;
use http::Method;
use http_body_util::BodyExt;
use serde_json::Value;

use super::client::{Client, segment};
use super::integrations::word;
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
    let answer = client.send(Method::GET, &format!("/v1/tail{query}"), Bytes::new()).await?;
    let mut body = answer.into_body();
    let mut rest = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.context("the hub stopped")?;
        rest.extend_from_slice(frame.data_ref().map(Bytes::as_ref).unwrap_or_default());
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = rest.drain(..=end).collect();
            print(&line, args.common.output)?;
        }
    }
    Ok(GOOD)
}

fn print(line: &[u8], output: Output) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if output == Output::Json {
        out.write_all(line)?;
    } else {
        let value: Value = serde_json::from_slice(line)?;
        let event = &value["event"];
        let text = event.pointer("/finding_info/title").or(event.get("message"));
        let what = if value["quarantined"] == true {
            &value["reason"]
        } else {
            text.unwrap_or(&Value::Null)
        };
        let what = word(what);
        writeln!(
            out,
            "{:12} {:20} {:24} {:13} {}",
            word(&value["position"]),
            word(&value["source"]),
            word(&event["class_name"]),
            word(&event["severity"]),
            signalbox_sdk::role::inert_text(&what).lines().next().unwrap_or_default()
        )?;
    }
    Ok(out.flush()?)
}
