//! The ledger of a stage: every sum balances, and the recount agrees.

use signalbox_pipeline::follow::DESK_READER;
use signalbox_pipeline::stream::{Checkpoint, pending, recount};
use signalbox_store::desk::{LedgerTerms, StreamCheckpoint};
use signalbox_store::journal::StoredChunk;

use super::{Run, Stage};

/// Proves that nothing is missing and nothing too many, at this moment.
pub(crate) fn assert_balanced(stage: &Stage) {
    let run = stage.run();
    let (steps, recounted) =
        run.desk.read_now(|reader| Ok((reader.step_terms()?, reader.recount_steps()?))).unwrap();
    assert_eq!(steps, recounted, "steps by the sums and by the rows");
    for row in &steps {
        assert!(row.terms.is_balanced(), "{row:?}");
    }
    let Some(head) = run.journal.head() else { return };
    let head = run.journal.chunk(head).unwrap().unwrap();
    for (source, totals) in &head.totals().intake {
        let sum = totals.accepted + totals.duplicate + totals.quarantined + totals.refused;
        assert_eq!(totals.received, sum, "{source}: {totals:?}");
    }
    for stored in run.desk.read_now(|reader| reader.checkpoints()).unwrap() {
        if stored.reader != DESK_READER {
            let terms = stream_terms(run, &stored, &head);
            assert!(terms.is_balanced(), "{stored:?}: {terms:?}");
        }
    }
}

impl Stage {
    /// The sums of a stream.
    pub(crate) fn stream_terms(&self, stream: &str) -> LedgerTerms {
        let run = self.run();
        let head = run.journal.chunk(run.journal.head().unwrap()).unwrap().unwrap();
        let stored = run.desk.read_now(|reader| reader.checkpoint(stream)).unwrap().unwrap();
        stream_terms(run, &stored, &head)
    }

    /// The sums of the ticketing product's steps.
    pub(crate) fn step_terms(&self) -> LedgerTerms {
        self.desk().read_now(|reader| reader.step_terms()).unwrap()[0].terms
    }
}

fn stream_terms(run: &Run, stored: &StreamCheckpoint, head: &StoredChunk) -> LedgerTerms {
    let (journal, stream) = (run.journal.as_ref(), stored.reader.as_str());
    let checkpoint = Checkpoint::parse(&stored.position).unwrap();
    let waiting = pending(journal, stream, checkpoint, head).unwrap();
    let counted = recount(journal, stream, checkpoint, head).unwrap();
    assert_eq!(waiting, counted, "{stream}: pending by the sums and by the events");
    let (parked, dead) = run.desk.read_now(|reader| reader.count_items(stream)).unwrap();
    assert_eq!(stored.dead, dead, "{stream}: dead by the sums and by the items");
    LedgerTerms {
        accepted: head.totals().streams.get(stream).map_or(0, |totals| totals.accepted),
        delivered: stored.delivered,
        dead,
        suppressed: stored.suppressed,
        pending: waiting + parked,
    }
}
