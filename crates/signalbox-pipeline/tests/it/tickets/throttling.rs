//! A vendor that asks for patience gets it, from everything that goes to it.

use std::time::Duration;

use signalbox_model::{Clock, ErrorKind};
use signalbox_sdk::http::retry_after;

use crate::stage::{Answer, Cast, Stage, TICKETS, assert_balanced, failure};

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
