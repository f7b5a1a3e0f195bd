//! `docs/certification.md`: what `signalbox certify --all` finds, run anew.

use anyhow::Context as _;
use signalbox::certify;
use signalbox_connectors::REGISTRY;

/// Returns the page.
pub(super) fn page() -> anyhow::Result<String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.context("start a runtime for the certification")?;
    let connectors: Vec<_> = REGISTRY.iter().collect();
    Ok(certify::page(&runtime.block_on(certify::certify(&connectors))))
}
