//! Looks for secrets in everything that a hub shows or keeps.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use futures_util::stream::{BoxStream, StreamExt};
use signalbox_store::desk::{AlertFilter, StepFilter};

use super::proof::{Proof, ensure};
use super::stage::Stage;

/// What was shown, with where.
pub(super) type Shown = Vec<(&'static str, Vec<u8>)>;

/// How long `tail` is listened to.
const LISTEN: Duration = Duration::from_millis(50);

/// Collects what every face of the hub shows now, and what it logged and stored.
pub(super) async fn shown(stage: &Stage, tail: &mut BoxStream<'static, String>) -> Proof<Shown> {
    let operations = stage.operations()?;
    let steps = operations.deliveries(StepFilter { limit: 1000, ..StepFilter::default() }).await?;
    let mut attempts = Vec::new();
    for step in &steps {
        attempts.extend(operations.attempts(&step.key).await?);
    }
    let alerts = operations.alerts(AlertFilter { limit: 1000, ..AlertFilter::default() }).await?;
    let integrations = operations.integrations().await?;
    let mut shown = vec![
        ("deliveries", json(&steps)?),
        ("attempts", json(&attempts)?),
        ("alerts", json(&alerts)?),
        ("integrations", json(&integrations)?),
        ("ledger", json(&operations.ledger(false).await?)?),
        ("readiness", json(&operations.readiness())?),
        ("metrics", operations.metrics().await.into_bytes()),
        ("log", stage.log().into_bytes()),
    ];
    while let Ok(Some(line)) = tokio::time::timeout(LISTEN, tail.next()).await {
        shown.push(("tail", line.into_bytes()));
    }
    files_of(&stage.path("data"), &mut shown)?;
    Ok(shown)
}

/// Proves that no secret is among what was shown.
pub(super) fn for_secrets(stage: &Stage, shown: &Shown) -> Proof {
    for (name, secret) in stage.secrets() {
        let found = shown.iter().find(|(_, bytes)| contains(bytes, secret.as_bytes()));
        ensure(found.is_none(), || {
            format!("the value of `{name}` stands in {}", found.map_or("", |(place, _)| *place))
        })?;
    }
    let count = stage.secrets().len();
    let secrets = if count == 1 { "the secret".to_owned() } else { format!("{count} secrets") };
    Ok(format!(
        "after a call that went well and one that was refused, {secrets} stood in no log, state, delivery, \
         attempt, alert, metric, tailed event or file of the data folder"
    ))
}

fn json<T: serde::Serialize>(value: &T) -> Proof<Vec<u8>> {
    Ok(serde_json::to_vec(value).context("write what is shown")?)
}

fn files_of(folder: &Path, shown: &mut Shown) -> Proof<()> {
    let failed = || format!("read `{}`", folder.display());
    for entry in fs::read_dir(folder).with_context(failed)? {
        let path = entry.with_context(failed)?.path();
        if path.is_dir() {
            files_of(&path, shown)?;
        } else if path.is_file() {
            shown.push(("the data folder", fs::read(&path).with_context(failed)?));
        }
    }
    Ok(())
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    !wanted.is_empty() && memchr::memmem::find(bytes, wanted).is_some()
}
