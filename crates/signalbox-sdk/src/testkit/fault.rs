//! Faults that a simulated vendor shows on demand, in the order they were planted.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// One thing that goes wrong with one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Answered with this status, headers and body; the request is not executed.
    Answer {
        /// The status.
        status: u16,
        /// Further headers.
        headers: Vec<(&'static str, String)>,
        /// The body.
        body: String,
    },
    /// The connection is closed; the request is not executed.
    CutBefore,
    /// The request is executed, then the connection is closed without an answer.
    CutAfter,
    /// The connection is closed; the request is executed this much later.
    ExecuteLate(Duration),
    /// The request is executed and answered after this long.
    Slow(Duration),
    /// The request is executed; its answer begins at once and then comes a byte at a time, without end.
    Drip,
    /// The request is executed and answered 200 with this many bytes of nothing.
    Oversized(usize),
}

impl Fault {
    /// An answer with only a status and a body.
    pub fn status(status: u16, body: &str) -> Self {
        Self::Answer { status, headers: Vec::new(), body: body.to_owned() }
    }
}

/// The faults of one server; clones share them.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    plan: Arc<Mutex<Plan>>,
}

#[derive(Debug, Default)]
struct Plan {
    next: VecDeque<Fault>,
    always: Option<Fault>,
    requests: u64,
}

impl Faults {
    /// Plants a fault for the next request that has none yet.
    pub fn plant(&self, fault: Fault) {
        self.lock().next.push_back(fault);
    }

    /// Shows `fault` at every request that has no planted one, until set to `None`.
    pub fn set_always(&self, fault: Option<Fault>) {
        self.lock().always = fault;
    }

    /// Returns how many requests came, with and without a fault.
    pub fn requests(&self) -> u64 {
        self.lock().requests
    }

    /// Takes the fault for a request.
    pub(super) fn take(&self) -> Option<Fault> {
        let mut plan = self.lock();
        plan.requests += 1;
        plan.next.pop_front().or_else(|| plan.always.clone())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
