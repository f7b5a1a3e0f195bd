//! A marked message to a destination of alerts, and the message that it is over.
//!
//! Where the destination names what it took, the second message changes the first: that shows whether
//! the first is there, and one that is gone is posted anew under another name.

use signalbox_model::{Clock, Receipt};
use signalbox_sdk::role::{CheckReport, Destination, Item, Outcome};

use super::{deliver, fix, may_have_come, tell_unproven};
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
    let by_hand = format!(
        "look for `{}` with the key `{id}` there, and remove it by hand if it is in the way",
        opened.rendered.title
    );
    let receipt = match deliver(destination, &id, &Item::Notification(&opened)).await {
        Ok(outcome) => {
            report.passed("send", format!("a marked message was taken, with the key `{id}`"));
            receipt_of(outcome)
        }
        Err(error) if may_have_come(&error) => {
            report.failed("send", error.to_string(), by_hand.clone());
            None
        }
        Err(error) => return report.failed("send", error.to_string(), fix(&error)),
    };
    // After a failure that tells nothing the end is told all the same: the first message may be there.
    let closed = synthetic.closed(receipt.clone(), clock.now());
    let id = closed.key.to_string();
    match deliver(destination, &id, &Item::Notification(&closed)).await {
        Err(error) => {
            report.failed("close", format!("its end could not be told: {error}"), by_hand);
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
    use async_trait::async_trait;
    use parking_lot::Mutex;
    use signalbox_model::time::Timestamp;
    use signalbox_model::{Error, ErrorKind, IntegrationName, StepKind, SystemClock};
    use signalbox_sdk::role::{Batch, BatchLimits};

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

    /// A destination whose first answer is lost; it has what it was sent.
    #[derive(Default)]
    struct Lossy(Mutex<Vec<StepKind>>);

    #[async_trait]
    impl Destination for Lossy {
        fn limits(&self) -> BatchLimits {
            BatchLimits { events_max: 1, bytes_max: 1 }
        }

        fn encode(&self, item: &Item<'_>, _: &mut Vec<u8>) -> Result<(), Error> {
            let Item::Notification(notification) = item else { return Ok(()) };
            self.0.lock().push(notification.step);
            Ok(())
        }

        async fn deliver(&self, _: &Batch) -> Vec<Outcome> {
            let lost = Error::new(ErrorKind::Unavailable, "post", "HTTP 500").with_status(500);
            let is_first = self.0.lock().len() == 1;
            vec![if is_first { Outcome::Failed(lost) } else { Outcome::Done(None) }]
        }

        async fn check(&self) -> CheckReport {
            CheckReport::default()
        }
    }

    #[tokio::test]
    async fn a_message_that_may_have_come_is_closed_and_told_by_its_title_and_key() {
        let (lossy, mut report) = (Lossy::default(), CheckReport::default());
        let item = Synthetic::new(&IntegrationName::new("hook"), "test", Timestamp::default());

        run(&lossy, &item, &SystemClock, &mut report).await;

        assert_eq!(*lossy.0.lock(), [StepKind::Open, StepKind::Resolve(1)]);
        let words = report.failure().unwrap();
        let told = format!("with the key `{}` there", item.opened().key);
        assert!(words.contains("`[Signalbox test] ") && words.contains(&told), "{words}");
        let steps: Vec<_> = report.steps.iter().map(|step| step.name).collect();
        assert_eq!(steps, ["send", "close", "read back"]);
    }
}
