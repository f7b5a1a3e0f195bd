//! `signalbox decode`: what the hub would make of saved bytes, offline.

use std::collections::BTreeMap;
use std::io::Read;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use bytes::Bytes;
use clap::Args;
use serde_json::{Value, json};
use signalbox_connectors::REGISTRY;
use signalbox_model::secret::FixedSecrets;
use signalbox_model::time::Timestamp;
use signalbox_model::{Clock, IntegrationName, SystemClock};
use signalbox_sdk::role::{Normalize, Normalized, Reply, Webhook};
use signalbox_sdk::{Connector, Context, Roles, SystemRandom};

use super::{GOOD, Output, decoded::show, run::world};
use crate::config::compile::{self, shipped_mappings};
use crate::hub::InvalidConfiguration;

/// Arguments of `decode`.
#[derive(Args)]
pub(super) struct DecodeArgs {
    /// The connector that would receive the bytes, such as `webhook` or `splunk_hec`.
    connector: String,
    /// The file with the bytes: of one request, or, for a source that listens on sockets of its own, of
    /// one frame a line; `-` is standard input.
    file: PathBuf,
    /// Takes the whole file as one frame.
    #[arg(long)]
    whole: bool,
    /// A mapping that ships, by name.
    #[arg(long, conflicts_with = "integration")]
    mapping: Option<String>,
    /// An integration of the configuration, as which the bytes are received.
    #[arg(long)]
    integration: Option<String>,
    /// The configuration file, with `--integration`.
    #[arg(long, env = "SIGNALBOX_CONFIG", default_value = "signalbox.yaml")]
    config: PathBuf,
    /// How results are written; JSON is one event a line.
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

pub(super) fn run(args: &DecodeArgs) -> anyhow::Result<u8> {
    let Some(connector) = signalbox_connectors::find(&args.connector) else {
        let known: Vec<_> = REGISTRY.iter().map(|connector| connector.name).collect();
        bail!("there is no connector `{}`; there are `{}`", args.connector, known.join("`, `"));
    };
    let roles = match &args.integration {
        Some(name) => configured(&args.config, name, connector)?,
        None => by_default(connector, args.mapping.as_deref())?,
    };
    let parts = decode(&roles, read(&args.file)?, args.whole)
        .with_context(|| format!("decode as `{}`", args.connector))?;
    show(&parts, args.output)?;
    Ok(GOOD)
}

fn decode(roles: &Roles, bytes: Bytes, is_whole: bool) -> anyhow::Result<Vec<Normalized>> {
    let received = SystemClock.now();
    match (&roles.listener, &roles.webhook, &roles.normalize) {
        (Some(listener), _, Some(normalize)) => {
            let frames = if is_whole { vec![bytes] } else { lines(&bytes) };
            let mut parts = Vec::new();
            for frame in frames {
                let raw = listener.datagram(0, Ipv4Addr::LOCALHOST.into(), frame, received);
                raw.iter().for_each(|raw| normalize.normalize(raw, &mut parts));
            }
            Ok(parts)
        }
        (None, Some(webhook), Some(normalize)) => {
            request(webhook.as_ref(), normalize.as_ref(), bytes, received)
        }
        _ => bail!("it is no source that is sent to; {}", sources()),
    }
}

/// Returns the lines that are not empty, without their ends.
fn lines(bytes: &Bytes) -> Vec<Bytes> {
    let lines = bytes.split(|byte| *byte == b'\n');
    let lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.filter(|line| !line.is_empty()).map(|line| bytes.slice_ref(line)).collect()
}

/// Takes the bytes as the body of one authentic request.
fn request(
    webhook: &dyn Webhook,
    normalize: &dyn Normalize,
    body: Bytes,
    received: Timestamp,
) -> anyhow::Result<Vec<Normalized>> {
    let request = webhook.request_of(body, received).map_err(anyhow::Error::msg)?;
    let decoded = webhook.decode(&request).map_err(|answer| {
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        anyhow::anyhow!("the sender would be answered {}: {}", answer.status, body.trim())
    })?;
    let mut parts = Vec::new();
    for raw in &decoded.events {
        normalize.normalize(raw, &mut parts);
    }
    // A request of which only the beginning is good.
    if let Reply::AfterCommit(answer) = decoded.reply
        && !answer.status.is_success()
    {
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        let reason = format!("the rest is refused, {}: {body}", answer.status);
        parts.push(Normalized::Quarantine { original: Bytes::new(), reason });
    }
    Ok(parts)
}

fn configured(config: &Path, name: &str, connector: &Connector) -> anyhow::Result<Roles> {
    let (compiled, diagnostics) = compile::load(config, &world());
    let Some(compiled) = compiled else { bail!(InvalidConfiguration(diagnostics)) };
    let built = compiled.integrations.into_iter().find(|built| built.name.as_str() == name);
    match built {
        Some(built) if built.connector.name == connector.name => Ok(built.roles),
        Some(built) if !built.roles.is_source() => {
            let own = built.connector.name;
            bail!("integration `{name}` receives nothing: it sends to `{own}`")
        }
        Some(built) => {
            let own = built.connector.name;
            bail!("integration `{name}` is of connector `{own}`; write `decode {own} FILE`")
        }
        None => bail!(
            "there is no integration `{name}` in `{}`; name one that is there, or another file \
             with `--config`",
            config.display()
        ),
    }
}

/// Builds the connector as a source with nothing configured but, where it takes one, the mapping.
fn by_default(connector: &Connector, mapping: Option<&str>) -> anyhow::Result<Roles> {
    let Some(text) = connector.decode_config else {
        bail!("connector `{}` is no source that is sent to; {}", connector.name, sources());
    };
    let mut config: Value = serde_json::from_str(text)?;
    match (mapping, config.as_object_mut()) {
        (Some(mapping), Some(keys)) => drop(keys.insert("mapping".to_owned(), json!(mapping))),
        _ => eprint!("{}", assumed(&config)),
    }
    let context = Context {
        integration: IntegrationName::new("decode"),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        secrets: Arc::new(FixedSecrets::of_variables([("DECODE", "decode")])),
        mappings: Arc::new(BTreeMap::from_iter(shipped_mappings())),
    };
    (connector.build)(config, &context).map_err(|errors| {
        let messages: Vec<_> = errors.into_iter().map(|error| error.message).collect();
        anyhow::anyhow!("{}", messages.join("; "))
    })
}

/// Says by which mapping is read where none is named, for a connector that reads by one.
fn assumed(config: &Value) -> String {
    let Some(mapping) = config.get("mapping").and_then(Value::as_str) else { return String::new() };
    let shipped: Vec<_> = shipped_mappings().into_keys().collect();
    format!(
        "Read by the mapping `{mapping}`, for none is named. `--mapping` names one that ships: `{}`; \
         `--integration` reads as one of the configuration does.\n",
        shipped.join("`, `")
    )
}

/// Names the connectors that have something to decode.
fn sources() -> String {
    let sources = REGISTRY.iter().filter(|connector| connector.decode_config.is_some());
    let names: Vec<_> = sources.map(|connector| connector.name).collect();
    format!("name one of `{}`", names.join("`, `"))
}

fn read(file: &Path) -> anyhow::Result<Bytes> {
    let mut bytes = Vec::new();
    if file.as_os_str() == "-" {
        std::io::stdin().read_to_end(&mut bytes).context("read standard input")?;
    } else {
        bytes = std::fs::read(file).with_context(|| format!("read `{}`", file.display()))?;
    }
    Ok(Bytes::from(bytes))
}
