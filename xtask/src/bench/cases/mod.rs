//! A file per case: what is measured, against what, and what it leaves out.

mod backlog;
mod destinations;
mod findings;
mod full_path;
mod idle;
mod mixed;
mod rules;
mod syncs;
mod ways;
mod webhook_findings;
mod webhooks;

use clap::ValueEnum;

use super::stand::Stand;

/// A case, by its number in the list of goals where it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Case {
    /// Lines over TCP to HEC, committed before they are passed on.
    P1,
    /// What the syncs of that cost.
    P2,
    /// Signed webhooks, committed before they are answered; then as findings.
    P3,
    /// A backlog that waits for a dead destination.
    P4,
    /// The start after a kill at that backlog; runs with `p4`.
    P5,
    /// Further destinations, and a dead one.
    P6,
    /// A thousand rules.
    P7,
    /// Findings into alerts and tickets.
    P8,
    /// A hub that has nothing to do.
    P9,
    /// The path of `p1` over TLS, with gzip, and from HEC.
    Ways,
    /// Lines to HEC beside findings to tickets.
    Mixed,
}

impl Case {
    /// The order in which they are run.
    pub(super) const ALL: [Self; 11] = [
        Self::P9,
        Self::P1,
        Self::P2,
        Self::P3,
        Self::P4,
        Self::P5,
        Self::P6,
        Self::P7,
        Self::P8,
        Self::Ways,
        Self::Mixed,
    ];

    /// Measures, and reports to the stand.
    pub(super) async fn run(self, stand: &mut Stand) -> anyhow::Result<()> {
        match self {
            Self::P1 => full_path::run(stand).await,
            Self::P2 => syncs::run(stand).await,
            Self::P3 => {
                webhooks::run(stand).await?;
                webhook_findings::run(stand).await
            }
            Self::P4 | Self::P5 => backlog::run(stand).await,
            Self::P6 => destinations::run(stand).await,
            Self::P7 => rules::run(stand).await,
            Self::P8 => findings::run(stand).await,
            Self::P9 => idle::run(stand).await,
            Self::Ways => ways::run(stand).await,
            Self::Mixed => mixed::run(stand).await,
        }
    }
}
