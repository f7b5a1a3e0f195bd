//! Work that leaves the processor to all other work: reading datagrams, whose senders wait for no answer, while a flood
//! of them has no end.

use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::thread;

use tokio::runtime::Builder;

/// How far a thread stands back: as far as Linux lets it.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 19;

/// Runs `work` to its end, on a thread and a runtime of its own: what happens at its sockets wakes no other thread.
pub(super) fn spawn(work: impl Future<Output = ()> + Send + 'static) {
    if let Err(error) = try_spawn(work) {
        tracing::error!(%error, "Datagrams are not read, for the system gives no thread for it; restart");
    }
}

fn try_spawn(work: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let work = move || {
        stand_back();
        runtime.block_on(give_way(work));
    };
    thread::Builder::new().name("datagrams".to_owned()).spawn(work).map(drop)
}

/// Gives the processor to whatever waits for it, each time that `work` lets other tasks have their turn: a thread that
/// has it keeps it for milliseconds, however far it stands back.
async fn give_way(work: impl Future<Output = ()>) {
    let mut work = pin!(work);
    poll_fn(|context| {
        thread::yield_now();
        work.as_mut().poll(context)
    })
    .await;
}

/// Threads have a niceness of their own on Linux; elsewhere the whole program would stand back.
fn stand_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(NICENESS) {
        tracing::debug!(%error, "The thread that reads datagrams does not stand back");
    }
}
