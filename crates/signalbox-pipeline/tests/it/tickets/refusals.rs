//! A refused alert is the alert's trouble while others pass, and the integration's when none does.

use signalbox_model::ErrorKind;

use crate::stage::{Answer, Stage, TICKETS, assert_balanced, failure};

const TWELVE: [&str; 12] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];

fn refused() -> Answer {
    Answer::Fail(failure(ErrorKind::Rejected))
}

#[tokio::test(start_paused = true)]
async fn one_poison_among_a_thousand_is_dead_and_delays_nobody() {
    let stage = Stage::with_tickets().await;
    stage.tickets.answer_title("n7", failure(ErrorKind::Rejected));
    let names: Vec<String> = (0..1000).map(|n| format!("n{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();

    stage.finds(&names).await;
    stage.pass(0).await;

    assert_eq!((stage.step_terms().delivered, stage.step_terms().dead), (999, 1));
    assert_eq!(stage.steps("dead"), ["open n7"]);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn ten_refusals_in_a_row_park_and_everything_returns_to_the_queue() {
    let stage = Stage::with_tickets().await;
    stage.tickets.answer_always(Some(refused()));

    stage.finds(&TWELVE).await;
    stage.pass(0).await;

    assert_eq!((stage.tickets.count("create"), stage.state(TICKETS)), (10, "parked"));
    assert_eq!((stage.step_terms().pending, stage.step_terms().dead), (12, 0));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn while_everything_is_refused_one_item_every_30_seconds_is_tried_and_none_dies() {
    let stage = Stage::with_tickets().await;
    stage.tickets.answer_always(Some(refused()));
    stage.finds(&TWELVE).await;

    stage.pass(3600).await;

    let probes = stage.tickets.log().iter().filter(|line| line.contains("create")).count() - 10;
    assert_eq!((probes, stage.state(TICKETS)), (3600 / 30, "parked"));
    assert_eq!((stage.step_terms().pending, stage.step_terms().dead), (12, 0));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_takes_items_again_gets_the_whole_queue() {
    let stage = Stage::with_tickets().await;
    stage.tickets.answer_always(Some(refused()));
    stage.finds(&TWELVE).await;
    stage.pass(29).await;

    stage.tickets.answer_always(None);
    stage.pass(30).await;

    assert_eq!((stage.step_terms().delivered, stage.tickets.tickets()), (12, 12));
    assert_eq!(stage.state(TICKETS), "ok");
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_401_that_check_confirms_parks_and_drains_by_itself_when_mended() {
    let stage = Stage::with_tickets().await;
    stage.tickets.lock_out(true);

    stage.finds(&["one"]).await;
    stage.pass(65).await;
    let (during, state) = (stage.tickets.log(), stage.state(TICKETS));
    stage.tickets.lock_out(false);
    stage.pass(90).await;

    assert_eq!(
        (during, state),
        (["0 create one", "0 check", "30 check", "60 check"].map(str::to_owned).into(), "parked")
    );
    assert_eq!(stage.tickets.log()[4..], ["90 check", "90 create one"]);
    assert_eq!(stage.steps("delivered"), ["open one"]);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_403_on_one_record_is_that_record_s_dead_letter() {
    let stage = Stage::with_tickets().await;
    stage.tickets.answer_title("odd", failure(ErrorKind::Unauthorized));

    stage.finds(&["a", "odd", "b"]).await;
    stage.pass(0).await;

    assert_eq!((stage.tickets.count("check"), stage.state(TICKETS)), (1, "ok"));
    assert_eq!(stage.steps("dead"), ["open odd"]);
    assert_eq!(stage.steps("delivered"), ["open a", "open b"]);
    assert_balanced(&stage);
}

/// An oversized answer and HTML where JSON belongs are both `Malformed` by the time they come here.
#[tokio::test(start_paused = true)]
async fn an_answer_that_cannot_be_read_is_a_dead_letter_with_a_sample() {
    let stage = Stage::with_tickets().await;
    let html = failure(ErrorKind::Malformed).with_answer(b"<html>Welcome</html>");
    stage.tickets.answer([Answer::Fail(html)]);

    stage.finds(&["one", "two"]).await;
    stage.pass(0).await;

    let filter = signalbox_store::desk::StepFilter {
        state: Some("dead".to_owned()),
        limit: 10,
        ..Default::default()
    };
    let dead = stage.desk().read_now(|reader| reader.steps(&filter)).unwrap();
    assert_eq!(dead[0].answer.as_deref(), Some("<html>Welcome</html>"));
    assert_eq!((stage.step_terms().delivered, stage.step_terms().dead), (1, 1));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_restart_does_not_forget_a_parking_and_checks_at_once() {
    let mut stage = Stage::with_tickets().await;
    stage.tickets.lock_out(true);
    stage.finds(&["one"]).await;
    stage.pass(5).await;

    stage.crash().await;
    stage.pass(6).await;
    let state = stage.state(TICKETS);
    stage.tickets.lock_out(false);
    stage.pass(36).await;

    assert_eq!((state, stage.stored_parking(TICKETS)), ("parked", None));
    assert_eq!(stage.tickets.log()[2..], ["5 check", "35 check", "35 create one"]);
    assert_balanced(&stage);
}
