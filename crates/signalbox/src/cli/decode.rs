//! `signalbox decode`: what the hub would make of saved bytes, offline.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use bytes::Bytes;
use clap::Args;
use serde_json::{Value, json};
use signalbox_connectors::REGISTRY;
use signalbox_model::secret::FixedSecrets;
use signalbox_model::{Clock, IntegrationName, SystemClock};
use signalbox_sdk::role::{Normalized, Reply};
use signalbox_sdk::{Connector, Context, Roles, SystemRandom};

use super::{GOOD, Output, run::world};
use crate::config::compile::{self, shipped_mappings};
use crate::hub::InvalidConfiguration;

/// Arguments of `decode`.
#[derive(Args)]
pub(super) struct DecodeArgs {
    /// The connector that would receive the bytes, such as `webhook` or `splunk_hec`.
    connector: String,
    /// The file with the bytes of one request; `-` is standard input.
    file: PathBuf,
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
    let parts = decode(&roles, read(&args.file)?)
        .with_context(|| format!("decode as `{}`", args.connector))?;
    for part in &parts {
        print(part, args.output)?;
    }
    Ok(GOOD)
}

/// Takes the bytes as the body of one authentic request.
fn decode(roles: &Roles, body: Bytes) -> anyhow::Result<Vec<Normalized>> {
    let (Some(webhook), Some(normalize)) = (&roles.webhook, &roles.normalize) else {
        bail!("it is no source; name a source's connector");
    };
    let received = SystemClock.now();
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
        Some(built) => bail!("integration `{name}` is of connector `{}`", built.connector.name),
        None => bail!("there is no integration `{name}` in `{}`", config.display()),
    }
}

/// Builds the connector as a source with nothing configured but, where it takes one, the mapping.
fn by_default(connector: &Connector, mapping: Option<&str>) -> anyhow::Result<Roles> {
    let Some(text) = connector.decode_config else {
        bail!("connector `{}` is no source", connector.name);
    };
    let mut config: Value = serde_json::from_str(text)?;
    if let (Some(mapping), Some(keys)) = (mapping, config.as_object_mut()) {
        keys.insert("mapping".to_owned(), json!(mapping));
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

fn read(file: &Path) -> anyhow::Result<Bytes> {
    let mut bytes = Vec::new();
    if file.as_os_str() == "-" {
        std::io::stdin().read_to_end(&mut bytes).context("read standard input")?;
    } else {
        bytes = std::fs::read(file).with_context(|| format!("read `{}`", file.display()))?;
    }
    Ok(Bytes::from(bytes))
}

fn print(part: &Normalized, output: Output) -> anyhow::Result<()> {
    match (part, output) {
        (Normalized::Event(mapped), Output::Json) => {
            let mut json = Vec::new();
            mapped.event.write_json(&mut json);
            println!("{}", String::from_utf8_lossy(&json));
        }
        (Normalized::Event(mapped), Output::Table) => {
            let mut json = Vec::new();
            mapped.event.write_json(&mut json);
            let event: Value = serde_json::from_slice(&json)?;
            println!("{}", serde_json::to_string_pretty(&event)?);
        }
        (Normalized::Quarantine { reason, .. }, Output::Json) => {
            println!("{}", json!({"quarantined": true, "reason": reason}));
        }
        (Normalized::Quarantine { reason, .. }, Output::Table) => println!("quarantined: {reason}"),
    }
    Ok(())
}
