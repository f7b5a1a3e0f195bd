//! The ledger of a stage: every sum balances, and the recount agrees.

use signalbox_store::desk::LedgerTerms;

use super::Stage;
use crate::scenery::{imbalances, stream_terms};

/// Proves that nothing is missing and nothing too many, at this moment.
pub(crate) fn assert_balanced(stage: &Stage) {
    let run = stage.run();
    assert_eq!(imbalances(&run.desk, run.journal.as_ref()), Vec::<String>::new());
}

impl Stage {
    /// The sums of a stream.
    pub(crate) fn stream_terms(&self, stream: &str) -> LedgerTerms {
        let run = self.run();
        stream_terms(&run.desk, run.journal.as_ref(), stream)
    }

    /// The sums of the ticketing product's steps.
    pub(crate) fn step_terms(&self) -> LedgerTerms {
        self.desk().read_now(|reader| reader.step_terms()).unwrap()[0].terms
    }
}
