//! What the simulated vendors share.

use signalbox_model::{Error, ErrorKind};
use signalbox_sdk::role::CheckReport;

/// An error of a kind, as a connector would classify it.
pub(crate) fn failure(kind: ErrorKind) -> Error {
    Error::new(kind, "call the vendor", "the vendor says no").with_answer(b"no")
}

/// What `check` finds out.
pub(crate) fn check(is_good: bool) -> CheckReport {
    let mut report = CheckReport::default();
    if is_good {
        report.passed("credentials", "200");
    } else {
        report.failed("credentials", "401", "renew the key");
    }
    report
}
