//! The proof of the ledger: every sum balances, and the recount agrees.

use signalbox_pipeline::follow::DESK_READER;
use signalbox_pipeline::stream::{Checkpoint, pending, recount};
use signalbox_store::desk::{Desk, LedgerTerms, StreamCheckpoint};
use signalbox_store::journal::{Journal, StoredChunk};

/// Says what is missing or too many at this moment: nothing, where everything balances.
pub(crate) fn imbalances(desk: &Desk, journal: &dyn Journal) -> Vec<String> {
    let mut wrong = step_imbalances(desk);
    let Some(head) = head(journal) else { return wrong };
    for (source, totals) in &head.totals().intake {
        let sum = totals.accepted + totals.duplicate + totals.quarantined + totals.refused;
        if totals.received != sum {
            wrong.push(format!("intake of `{source}`: {totals:?}"));
        }
    }
    for stored in desk.read_now(|reader| reader.checkpoints()).unwrap() {
        if stored.reader != DESK_READER {
            wrong.extend(stream_imbalances(desk, journal, &stored, &head));
        }
    }
    wrong
}

/// The sums of a stream.
pub(crate) fn stream_terms(desk: &Desk, journal: &dyn Journal, stream: &str) -> LedgerTerms {
    let stored = desk.read_now(|reader| reader.checkpoint(stream)).unwrap().unwrap();
    head(journal).map(|head| terms(desk, journal, &stored, &head)).unwrap_or_default()
}

fn head(journal: &dyn Journal) -> Option<StoredChunk> {
    journal.head().map(|head| journal.chunk(head).unwrap().unwrap())
}

fn step_imbalances(desk: &Desk) -> Vec<String> {
    let both = desk.read_now(|reader| Ok((reader.step_terms()?, reader.recount_steps()?)));
    let (steps, recounted) = both.unwrap();
    let mut wrong = Vec::new();
    if steps != recounted {
        wrong.push(format!("steps by the sums {steps:?} and by the rows {recounted:?}"));
    }
    let unbalanced = steps.iter().filter(|row| !row.terms.is_balanced());
    wrong.extend(unbalanced.map(|row| format!("steps: {row:?}")));
    wrong
}

fn stream_imbalances(
    desk: &Desk,
    journal: &dyn Journal,
    stored: &StreamCheckpoint,
    head: &StoredChunk,
) -> Vec<String> {
    let stream = stored.reader.as_str();
    let checkpoint = Checkpoint::parse(&stored.position).unwrap();
    let waiting = pending(journal, stream, checkpoint, head).unwrap();
    let counted = recount(journal, stream, checkpoint, head).unwrap();
    let (_, dead) = desk.read_now(|reader| reader.count_items(stream)).unwrap();
    let terms = terms(desk, journal, stored, head);
    let mut wrong = Vec::new();
    if waiting != counted {
        wrong.push(format!("`{stream}` waits for {waiting} by the sums, {counted} by the events"));
    }
    if stored.dead != dead {
        wrong.push(format!("`{stream}` has {} dead by the sums, {dead} by the items", stored.dead));
    }
    if !terms.is_balanced() {
        wrong.push(format!("`{stream}` at {}: {terms:?}", stored.position));
    }
    wrong
}

fn terms(
    desk: &Desk,
    journal: &dyn Journal,
    stored: &StreamCheckpoint,
    head: &StoredChunk,
) -> LedgerTerms {
    let stream = stored.reader.as_str();
    let checkpoint = Checkpoint::parse(&stored.position).unwrap();
    let waiting = pending(journal, stream, checkpoint, head).unwrap();
    let (parked, dead) = desk.read_now(|reader| reader.count_items(stream)).unwrap();
    LedgerTerms {
        accepted: head.totals().streams.get(stream).map_or(0, |totals| totals.accepted)
            + stored.replayed,
        delivered: stored.delivered,
        dead,
        suppressed: stored.suppressed,
        pending: waiting + parked,
        lost: stored.lost,
    }
}
