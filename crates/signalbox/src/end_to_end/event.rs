//! A marked event to a destination that takes the stream. Events are not taken back.

use signalbox_sdk::role::{CheckReport, Destination, EventItem, Item};

use super::{deliver, fix, tell_unproven};
use crate::synthetic::Synthetic;

/// Sends it.
pub(super) async fn run(
    destination: &dyn Destination,
    synthetic: &Synthetic,
    report: &mut CheckReport,
) {
    let json = synthetic.event();
    let item = EventItem { json: &json, time: synthetic.made_at(), source: SOURCE };
    match deliver(destination, &synthetic.opened().key.to_string(), &Item::Event(item)).await {
        Ok(_) => {
            report.passed("send", "a marked event was taken; it stays there");
            tell_unproven(destination, report);
        }
        Err(error) => report.failed("send", error.to_string(), fix(&error)),
    }
}

/// Stands where the name of a source does.
const SOURCE: &str = "signalbox-test";
