//! What waits for a destination that takes nothing is bounded, and a person may pass it by.

use std::time::Duration;

use signalbox_model::{Clock, ErrorKind, IntegrationName};
use signalbox_pipeline::commit::NotCommitted;
use signalbox_pipeline::hold::{HoldLevel, HoldLimits, Holder, WhenFull};

use crate::stage::{Answer, Cast, Stage, TICKETS, Taking, assert_balanced, failure};

fn holder(name: &str, limits: HoldLimits, is_stream: bool) -> Holder {
    let when_full = WhenFull::StopIntake;
    Holder { name: IntegrationName::new(name), limits, is_stream, when_full }
}

/// May hold for 1,000 seconds.
fn tickets() -> Holder {
    let age = Duration::from_secs(1000);
    holder(TICKETS, HoldLimits { age, ..HoldLimits::default() }, false)
}

#[tokio::test(start_paused = true)]
async fn a_destination_that_holds_too_long_stops_intake_until_it_drains() {
    let stage = Stage::with_tickets().await;
    stage.tickets.answer_always(Some(Answer::Fail(failure(ErrorKind::Unavailable))));
    stage.finds(&["one"]).await;

    let mut levels = Vec::new();
    for second in [499, 500, 800, 1000] {
        stage.pass(second).await;
        levels.push(stage.look(&tickets()).await.level);
    }
    let refused = stage.send(&["open two id-2".to_owned()]).await;
    stage.tickets.answer_always(None);
    stage.pass(1100).await;
    let drained = stage.look(&tickets()).await;
    let taken = stage.send(&["open two id-2".to_owned()]).await;
    stage.pass(1101).await;

    let expected = [HoldLevel::Free, HoldLevel::Warning, HoldLevel::Alarm, HoldLevel::Full];
    assert_eq!(levels, expected);
    assert_eq!((refused, taken), (Err(NotCommitted::HeldBack), Ok(())));
    assert_eq!((drained.level, drained.oldest_at), (HoldLevel::Free, None));
    assert_eq!(stage.steps("delivered"), ["open one", "open two"]);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_canary_alone_stops_no_intake_but_the_destination_is_not_idle() {
    let stage = Stage::with_tickets().await;
    stage.tickets.answer_always(Some(Answer::Fail(failure(ErrorKind::Unavailable))));

    stage.fly(2000).await;
    let view = stage.look(&tickets()).await;

    assert_eq!((view.level, view.stops_intake, view.bytes), (HoldLevel::Free, false, 0));
    assert_eq!((view.oldest_at, view.canaries), (None, 2));
    assert!(stage.send(&["open one id-1".to_owned()]).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_disabled_stream_that_holds_too_much_stops_intake_too() {
    let stage = Stage::with_stream(4).await;
    stage.set_enabled("siem", false);
    let limits = HoldLimits { bytes: 8192, ..HoldLimits::default() };

    stage.logs(&["a"]).await;
    let one = stage.look(&holder("siem", limits, true)).await;
    stage.logs(&["b"]).await;
    let two = stage.look(&holder("siem", limits, true)).await;
    let refused = stage.send(&["log c id-3".to_owned()]).await;

    assert_eq!((one.percent, two.percent), (50, 100));
    assert_eq!(refused, Err(NotCommitted::HeldBack));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn what_stands_behind_a_dead_letter_does_not_stop_intake() {
    let stage = Stage::with_tickets().await;
    stage.tickets.answer([Answer::Fail(failure(ErrorKind::Rejected))]);
    stage.finds(&["one"]).await;
    stage.pass(1).await;
    stage.add_update("one").await;

    stage.pass(2000).await;

    assert_eq!(stage.look(&tickets()).await.level, HoldLevel::Free);
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_again_waits_since_then() {
    let stage = Stage::with_tickets().await;
    stage.tickets.answer([Answer::Fail(failure(ErrorKind::Rejected))]);
    stage.finds(&["one"]).await;
    stage.pass(2000).await;
    stage.set_enabled(TICKETS, false);

    stage.replay("one").await;
    stage.pass(2100).await;

    assert_eq!(stage.look(&tickets()).await.percent, 10);
}

#[tokio::test(start_paused = true)]
async fn an_outage_shows_as_lag_and_as_an_error_rate_and_goes_when_it_is_over() {
    let stage = Stage::with_tickets().await;
    stage.tickets.answer_always(Some(Answer::Fail(failure(ErrorKind::Unavailable))));
    stage.finds(&["one"]).await;
    stage.pass(100).await;
    let during = stage.gate(TICKETS).view(stage.clock.now());
    let waits = stage.look(&tickets()).await;

    stage.tickets.answer_always(None);
    stage.pass(500).await;
    let after = stage.gate(TICKETS).view(stage.clock.now());

    assert_eq!((during.state, during.calls.error_percent), ("down", 100));
    assert_eq!(waits.oldest_at.map(|at| stage.clock.now().since(at).as_secs()), Some(500));
    assert_eq!((after.state, after.calls.error_percent), ("ok", 0));
    assert!(after.last_success_at.is_some());
}

#[tokio::test(start_paused = true)]
async fn steps_that_are_skipped_count_as_suppressed_and_later_alerts_are_told() {
    let stage = Stage::with_tickets().await;
    stage.set_enabled(TICKETS, false);
    stage.finds(&["one", "two"]).await;
    stage.pass(10).await;

    stage.enable_and_skip(TICKETS).await;
    stage.finds(&["three"]).await;
    stage.pass(20).await;

    assert_eq!(stage.tickets.log(), ["10 create three"]);
    let terms = stage.step_terms();
    assert_eq!((terms.accepted, terms.suppressed, terms.delivered), (3, 2, 1));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_told_to_skip_goes_on_at_the_head() {
    let cast = Cast { streams: vec![("siem", 4)], ..Cast::default() };
    let stage = Stage::with(cast).await;
    stage.sink("siem").take_always(Some(Taking::Fail(ErrorKind::Unavailable)));
    stage.logs(&["a", "b", "c"]).await;
    stage.pass(5).await;
    stage.set_enabled("siem", false);
    stage.sink("siem").take_always(None);
    stage.pass(100).await;

    stage.enable_and_skip("siem").await;
    stage.pass(200).await;
    stage.logs(&["d"]).await;
    stage.pass(300).await;

    assert_eq!(stage.sink("siem").received(), ["d"]);
    let terms = stage.stream_terms("siem");
    assert_eq!((terms.accepted, terms.suppressed, terms.delivered), (4, 3, 1));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn whoever_skips_what_waits_need_not_wait_for_the_next_try() {
    let stage = Stage::with_stream(4).await;
    stage.sink("siem").take_always(Some(Taking::Fail(ErrorKind::Unavailable)));
    stage.logs(&["a", "b"]).await;
    // Tried after 0, 1 and 6 seconds; the next try is 30 seconds later.
    stage.pass(8).await;
    stage.set_enabled("siem", false);
    let began = stage.clock.now();

    stage.skip("siem").await;

    let took = stage.clock.now().since(began);
    assert!(took < Duration::from_secs(10), "{took:?}");
    assert_eq!(stage.stream_terms("siem").suppressed, 2);
    assert_balanced(&stage);
}
