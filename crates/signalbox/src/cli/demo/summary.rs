//! What is where when the story is over: the hub's ledger, counted anew, beside the products' own count.

use serde::Serialize;
use signalbox_api::{LedgerView, StreamTerms};
use signalbox_store::desk::{LedgerTerms, StepTerms};

use super::stage::Stage;
use crate::cli::table::print_table;

/// The end of a demo.
#[derive(Serialize)]
pub(super) struct Summary {
    /// Events to streams, by stream.
    streams: Vec<StreamTerms>,
    /// Deliveries of alerts, by destination.
    steps: Vec<StepTerms>,
    /// Counted in the simulated product, not by the hub.
    tickets: usize,
    duplicate_tickets: usize,
    balanced: bool,
}

impl Summary {
    pub(super) async fn of(stage: &Stage) -> anyhow::Result<Self> {
        let ledger: LedgerView = stage.hub.recount().await?;
        Ok(Self {
            streams: ledger.streams,
            steps: ledger.steps,
            tickets: stage.snow.tickets().len(),
            duplicate_tickets: stage.snow.duplicate_tickets(),
            balanced: ledger.balanced,
        })
    }

    pub(super) fn is_good(&self) -> bool {
        self.balanced && self.pending() == 0 && self.duplicate_tickets == 0
    }

    /// Returns what waits, events and deliveries.
    pub(super) fn pending(&self) -> u64 {
        self.terms().map(|terms| terms.pending).sum()
    }

    /// Returns what was given up, events and deliveries.
    pub(super) fn dead(&self) -> u64 {
        self.terms().map(|terms| terms.dead).sum()
    }

    fn terms(&self) -> impl Iterator<Item = LedgerTerms> {
        let streams = self.streams.iter().map(|row| row.terms);
        streams.chain(self.steps.iter().map(|row| row.terms))
    }

    pub(super) fn print(&self) {
        let streams =
            self.streams.iter().map(|row| (format!("events to {}", row.stream), row.terms));
        let steps =
            self.steps.iter().map(|row| (format!("deliveries to {}", row.destination), row.terms));
        let rows = streams.chain(steps).map(|(name, terms)| {
            let LedgerTerms { accepted, delivered, dead, suppressed, pending, .. } = terms;
            let counts =
                [accepted, delivered, dead, suppressed, pending].map(|count| count.to_string());
            std::iter::once(name).chain(counts).collect()
        });
        println!();
        let heads = ["Ledger", "Accepted", "Delivered", "Dead", "Suppressed", "Pending"];
        print_table(&heads, rows.collect(), "Nothing happened.");
        let verdict = if self.balanced { "balances" } else { "DOES NOT BALANCE" };
        println!(
            "The ledger {verdict}, counted anew. ServiceNow has {} tickets, {} of them twice.",
            self.tickets, self.duplicate_tickets
        );
    }
}
