//! Tidy: the rules of the house that neither the compiler nor clippy knows.

mod packages;
mod sources;

use anyhow::bail;

/// Checks dependencies and sources; every finding is told.
pub(crate) fn tidy() -> anyhow::Result<()> {
    let mut findings = packages::findings()?;
    findings.extend(sources::findings()?);
    for finding in &findings {
        eprintln!("tidy: {finding}");
    }
    match findings.len() {
        0 => Ok(()),
        count => bail!("{count} findings"),
    }
}
