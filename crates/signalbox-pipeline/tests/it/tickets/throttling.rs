//! A vendor that asks for patience gets it, from everything that goes to it.

use std::time::Duration;

use signalbox_model::{Clock, ErrorKind};
use signalbox_sdk::http::retry_after;

use crate::stage::{Answer, Cast, Stage, TICKETS, Taking, assert_balanced, failure};

fn throttled(wait: Option<Duration>) -> Answer {
    Answer::Fail(failure(ErrorKind::Throttled { retry_after: wait }))
}

#[tokio::test(start_paused = true)]
async fn a_429_with_a_date_stops_the_whole_integration_until_then() {
    let stage = Stage::with_tickets().await;
    let wait = retry_after("Thu, 01 Jan 2026 00:00:20 GMT", stage.clock.now());
    stage.tickets.answer([throttled(wait)]);

    stage.finds(&["one"]).await;
    stage.pass(10).await;
    stage.finds(&["two"]).await;
    stage.pass(19).await;
    let before = stage.tickets.log();
    stage.pass(20).await;

    assert_eq!(before, ["0 create one"]);
    assert_eq!(stage.tickets.log()[1..], ["20 create two", "20 create one"]);
    assert_balanced(&stage);
}

/// What vendors write, and the second of the next try.
const WAITS: [(&str, u64); 14] = [
    ("7", 7),
    ("Thu, 01 Jan 2026 00:00:20 GMT", 20),
    ("Thursday, 01-Jan-26 00:00:20 GMT", 20),
    ("1.2", 2),
    ("0", 1),
    ("Wed, 31 Dec 2025 23:00:00 GMT", 1),
    ("-5", 60),
    ("", 60),
    ("soon", 60),
    ("1e3", 60),
    ("3600", 3600),
    ("86400", 3600),
    ("99999999999999999999", 3600),
    ("Fri, 01 Jan 2100 00:00:00 GMT", 3600),
];

#[tokio::test(start_paused = true)]
async fn whatever_a_429_names_the_next_try_comes_at_its_second_and_not_before() {
    for (value, second) in WAITS {
        let cast = Cast { streams: vec![("siem", 4)], ..Cast::default() };
        let stage = Stage::with(cast).await;
        let wait = retry_after(value, stage.clock.now());
        stage.tickets.answer([throttled(wait)]);
        stage.sink("siem").take([Taking::Fail(ErrorKind::Throttled { retry_after: wait })]);

        stage.finds(&["one"]).await;
        stage.pass(second - 1).await;
        let before = (stage.tickets.log().len(), stage.sink("siem").log().len());
        stage.pass(second).await;

        assert_eq!(before, (1, 1), "{value}");
        let tried = ["0 create one".to_owned(), format!("{second} create one")];
        assert_eq!(stage.tickets.log(), tried, "{value}");
        let taken = stage.sink("siem").log();
        assert_eq!(taken.len(), 2, "{value}: {taken:?}");
        assert!(taken[1].starts_with(&format!("{second} ")), "{value}: {taken:?}");
        assert_balanced(&stage);
    }
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_says_at_once_for_ever_is_asked_once_a_second() {
    let stage = Stage::with_tickets().await;
    let at_once = retry_after("0", stage.clock.now());
    stage.tickets.answer_always(Some(throttled(at_once)));

    stage.finds(&["one"]).await;
    stage.pass(60).await;

    assert_eq!(stage.tickets.count("create"), 61);
    assert_eq!(stage.steps("pending"), ["open one"]);
}

#[tokio::test(start_paused = true)]
async fn a_429_costs_no_attempt() {
    let stage = Stage::with_tickets().await;
    let down = || Answer::Fail(failure(ErrorKind::Unavailable));
    let patience = throttled(Some(Duration::from_secs(5)));
    stage.tickets.answer([down(), down(), down(), patience, down()]);

    stage.finds(&["one"]).await;
    stage.pass(36).await;
    let before = stage.state(TICKETS);
    stage.pass(71).await;

    let seconds: Vec<_> = [0, 1, 6, 36, 41, 71].map(|s| format!("{s} create one")).into();
    assert_eq!((before, stage.tickets.log()), ("degraded", seconds));
    assert_eq!(stage.steps("delivered"), ["open one"]);
}

#[tokio::test(start_paused = true)]
async fn a_429_that_names_no_time_rests_for_a_minute() {
    let stage = Stage::with_tickets().await;
    stage.tickets.answer([throttled(None)]);

    stage.finds(&["one"]).await;
    stage.pass(90).await;

    assert_eq!(stage.tickets.log(), ["0 create one", "60 create one"]);
}

#[tokio::test(start_paused = true)]
async fn an_alert_that_was_on_its_way_and_passes_does_not_end_the_wait() {
    let stage = Stage::with(Cast { concurrency: 2, ..Cast::default() }).await;
    stage.tickets.answer([throttled(Some(Duration::from_secs(20))), Answer::Done]);

    stage.finds(&["one", "two"]).await;
    stage.pass(5).await;
    stage.finds(&["three"]).await;
    stage.pass(30).await;

    let log = stage.tickets.log();
    assert_eq!((&log[0][..8], &log[1][..8]), ("0 create", "0 create"));
    assert_eq!((&log[2][..9], &log[3][..9]), ("20 create", "20 create"));
    assert_balanced(&stage);
}
