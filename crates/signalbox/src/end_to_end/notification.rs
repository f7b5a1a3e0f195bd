//! A marked message to a destination of alerts, and the message that it is over.
//!
//! Where the destination names what it took, the second message changes the first: that shows whether
//! the first is there, and one that is gone is posted anew under another name.

use signalbox_model::{Clock, Receipt};
use signalbox_sdk::role::{CheckReport, Destination, Item, Outcome};

use super::{deliver, fix, tell_unproven};
use crate::synthetic::Synthetic;

/// Sends both.
pub(super) async fn run(
    destination: &dyn Destination,
    synthetic: &Synthetic,
    clock: &dyn Clock,
    report: &mut CheckReport,
) {
    let opened = synthetic.opened();
    let id = opened.key.to_string();
    let receipt = match deliver(destination, &id, &Item::Notification(&opened)).await {
        Ok(outcome) => receipt_of(outcome),
        Err(error) => return report.failed("send", error.to_string(), fix(&error)),
    };
    report.passed("send", format!("a marked message was taken, with the key `{id}`"));
    let closed = synthetic.closed(receipt.clone(), clock.now());
    let id = closed.key.to_string();
    match deliver(destination, &id, &Item::Notification(&closed)).await {
        Err(error) => {
            let detail = format!("its end could not be told: {error}");
            report.failed("close", detail, "remove the message by hand, if it is in the way");
        }
        Ok(outcome) => tell_end(receipt.is_some(), receipt_of(outcome).is_some(), report),
    }
    tell_unproven(destination, report);
}

fn tell_end(is_named: bool, is_posted_anew: bool, report: &mut CheckReport) {
    match (is_named, is_posted_anew) {
        (true, true) => report.failed(
            "read back",
            "the message was gone when its end was told, so that it was posted again",
            "see who or what removes messages there",
        ),
        (true, false) => {
            report.passed("read back", "the message is there: it could be brought up to date");
            report.passed("close", "it says that the test is over");
        }
        (false, _) => report.passed("close", "a second message says that the test is over"),
    }
}

fn receipt_of(outcome: Outcome) -> Option<Receipt> {
    match outcome {
        Outcome::Done(receipt) => receipt,
        Outcome::Failed(_) | Outcome::Unconfirmed(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_was_gone_fails() {
        let names_of = |is_named, is_posted_anew| {
            let mut report = CheckReport::default();
            tell_end(is_named, is_posted_anew, &mut report);
            (report.steps.iter().map(|step| step.name).collect::<Vec<_>>(), report.is_good())
        };

        assert_eq!(names_of(true, false), (vec!["read back", "close"], true));
        assert_eq!(names_of(true, true), (vec!["read back"], false));
        assert_eq!(names_of(false, false), (vec!["close"], true));
    }
}
