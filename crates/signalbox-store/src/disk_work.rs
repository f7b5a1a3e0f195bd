//! Where work that waits for the disk runs: on threads for that, so that nothing else waits with it.
//!
//! A simulation has one thread, or the same seed would not make the same run twice. There, work takes its turn among the
//! tasks instead, behind whatever is ready to run.

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task::{JoinHandle, spawn_blocking};

/// Runs `work` where it may block. Dropping the handle takes nothing back.
pub fn spawn<T, F>(work: F) -> JoinHandle<T>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    #[cfg(any(test, feature = "testkit"))]
    if turns::IS_TAKEN.get() {
        return tokio::spawn(turns::take(work));
    }
    spawn_blocking(work)
}

/// Runs `work` on this thread at once where the runtime has other workers to go on with, and where it may block
/// otherwise: whoever waits for it is spared the way to another thread and back.
pub fn run(work: impl FnOnce() + Send + 'static) {
    #[cfg(any(test, feature = "testkit"))]
    if turns::IS_TAKEN.get() {
        return drop(spawn(work));
    }
    let runtime = Handle::current();
    match runtime.runtime_flavor() {
        RuntimeFlavor::MultiThread if runtime.metrics().num_workers() > 1 => work(),
        _ => drop(spawn(work)),
    }
}

/// Lets the work of every runtime on this thread take its turn among the runtime's tasks from now on.
#[cfg(any(test, feature = "testkit"))]
pub fn take_turns_on_this_thread() {
    turns::IS_TAKEN.set(true);
}

#[cfg(any(test, feature = "testkit"))]
mod turns {
    use std::cell::Cell;

    thread_local! {
        pub(super) static IS_TAKEN: Cell<bool> = const { Cell::new(false) };
    }

    /// What is ready before the work begins comes first, so that writes gather as they do behind a disk.
    pub(super) async fn take<T>(work: impl FnOnce() -> T) -> T {
        tokio::task::yield_now().await;
        work()
    }
}
