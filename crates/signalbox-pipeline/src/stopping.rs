//! What a stop does to a call that is on its way: it has a little while to end, and is broken off then.
//!
//! A reload waits for the workers that it replaces, and while it waits none of the others works either. So no call may
//! hold it for as long as a call may take ([`signalbox_sdk::role::CallLimits`]). Whether a call that was broken off was
//! executed nobody knows; but it did not fail.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// How long a call may go on after its worker was told to stop: as long as most calls take at worst, and less than
/// the 10 s that a hub has for stopping, so that what became of it is still written down.
pub const STOP_GRACE: Duration = Duration::from_secs(8);

/// Waits for a call. Returns `None` where the worker was told to stop and the call has not ended for [`STOP_GRACE`]
/// since: it is dropped.
pub(crate) async fn finish<T>(
    call: impl Future<Output = T>,
    stop: &CancellationToken,
) -> Option<T> {
    let broken_off = async {
        stop.cancelled().await;
        tokio::time::sleep(STOP_GRACE).await;
    };
    tokio::select! {
        biased;
        ended = call => Some(ended),
        () = broken_off => None,
    }
}
