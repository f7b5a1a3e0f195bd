//! Calls that would never end do, and everything else is handed on.

use std::future::pending;

use signalbox_model::time::Timestamp;
use tokio::time::Instant;

use super::*;
use crate::role::EventItem;

/// A connector that hangs in every call, and says something of its own everywhere else.
struct Hung;

const OWN: Duration = Duration::from_secs(90);

#[async_trait]
impl Destination for Hung {
    fn limits(&self) -> BatchLimits {
        BatchLimits { events_max: 7, bytes_max: 8 }
    }

    fn timeout(&self) -> Duration {
        OWN
    }

    fn encode(&self, _: &Item<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        out.push(b'x');
        Ok(())
    }

    async fn deliver(&self, _: &Batch) -> Vec<Outcome> {
        pending().await
    }

    async fn confirm(&self, _: &[Token]) -> Result<Vec<Confirmation>, Error> {
        pending().await
    }

    fn confirm_pace(&self) -> (Duration, Duration) {
        (OWN, OWN)
    }

    fn escape<'a>(&self, _: &'a str) -> Cow<'a, str> {
        "escaped".into()
    }

    fn is_stream_by_default(&self) -> bool {
        false
    }

    fn unproven(&self) -> Option<&'static str> {
        None
    }

    async fn check(&self) -> CheckReport {
        pending().await
    }
}

#[async_trait]
impl Source for Hung {
    fn name(&self) -> &'static str {
        "hung"
    }

    fn interval(&self) -> Duration {
        OWN
    }

    async fn poll(&self, _: Option<&Checkpoint>) -> Result<Page, Error> {
        pending().await
    }

    async fn check(&self) -> CheckReport {
        pending().await
    }
}

#[test]
fn a_slow_product_has_longer_limits() {
    let limits = [10, 90].map(|seconds| CallLimits::of(Duration::from_secs(seconds)));

    let expected = [(600, 60), (900, 540)].map(|(call, check)| CallLimits {
        call: Duration::from_secs(call),
        check: Duration::from_secs(check),
    });
    assert_eq!(limits, expected);
}

#[tokio::test(start_paused = true)]
async fn a_delivery_that_never_ends_has_an_unknown_outcome() {
    let (destination, begin) = (Bounded::destination(Arc::new(Hung)), Instant::now());
    let batch = Batch { id: "1".into(), body: Bytes::from_static(b"ab"), ends: vec![1, 2] };

    let outcomes = destination.deliver(&batch).await;

    let words = format!("it did not end within 900s; {LOOK}");
    let error = Error::new(ErrorKind::OutcomeUnknown, "deliver", words);
    assert_eq!(outcomes, [Outcome::Failed(error.clone()), Outcome::Failed(error)]);
    assert_eq!(begin.elapsed(), OWN * 10);
}

#[tokio::test(start_paused = true)]
async fn a_page_or_a_confirmation_that_never_comes_may_be_asked_for_again() {
    let (destination, source) =
        (Bounded::destination(Arc::new(Hung)), Bounded::source(Arc::new(Hung)));

    let confirmed = destination.confirm(&[Token(1)]).await.map_err(|error| error.kind());
    let polled = source.poll(None).await.map_err(|error| error.kind());

    assert_eq!(confirmed, Err(ErrorKind::Unavailable));
    assert_eq!(polled.map(|page| page.has_more), Err(ErrorKind::Unavailable));
}

#[tokio::test(start_paused = true)]
async fn a_check_that_never_ends_fails() {
    let (destination, source) =
        (Bounded::destination(Arc::new(Hung)), Bounded::source(Arc::new(Hung)));

    let failures = [destination.check().await, source.check().await].map(|report| report.failure());

    let words = |limit: &str| Some(format!("answer: it did not end within {limit}; {LOOK}"));
    assert_eq!(failures, [words("540s"), words("60s")]);
}

#[test]
fn what_is_no_call_is_the_connectors_own() {
    let destination = Bounded::destination(Arc::new(Hung));
    let item = EventItem { json: b"{}", time: Timestamp::from_millis(0), source: "s" };
    let mut out = Vec::new();

    destination.encode(&Item::Event(item), &mut out).unwrap();

    assert_eq!((out, destination.escape("raw").into_owned()), (b"x".to_vec(), "escaped".into()));
    assert_eq!(destination.limits(), BatchLimits { events_max: 7, bytes_max: 8 });
    assert_eq!((destination.timeout(), destination.confirm_pace()), (OWN, (OWN, OWN)));
    assert_eq!((destination.is_stream_by_default(), destination.unproven()), (false, None));
    let source = Bounded::source(Arc::new(Hung));
    assert_eq!((source.name(), source.interval()), ("hung", OWN));
}
