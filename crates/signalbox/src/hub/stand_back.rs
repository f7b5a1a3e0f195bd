//! Work that leaves the processor to all other work: reading datagrams, whose senders wait for no answer, while a flood
//! of them has no end.

use std::thread;

use tokio::runtime::Handle;

/// How far a thread stands back: as far as Linux lets it.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 19;

/// Runs `work` to its end, on a thread of its own.
pub(super) fn spawn(work: impl Future<Output = ()> + Send + 'static) {
    let runtime = Handle::current();
    let work = move || {
        stand_back();
        runtime.block_on(work);
    };
    if let Err(error) = thread::Builder::new().name("datagrams".to_owned()).spawn(work) {
        tracing::error!(%error, "Datagrams are not read, for the system gives no thread for it; restart");
    }
}

/// Threads have a niceness of their own on Linux; elsewhere the whole program would stand back.
fn stand_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(NICENESS) {
        tracing::debug!(%error, "The thread that reads datagrams does not stand back");
    }
}
