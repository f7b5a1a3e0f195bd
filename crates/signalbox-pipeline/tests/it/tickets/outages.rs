//! An outage belongs to the vendor, not to the alert: nothing ages into the dead letters.

use signalbox_model::{Clock, ErrorKind};

use crate::stage::{Answer, Cast, Stage, TICKETS, assert_balanced, failure};

fn down() -> Answer {
    Answer::Fail(failure(ErrorKind::Unavailable))
}

#[tokio::test(start_paused = true)]
async fn a_first_try_that_works_is_all_there_is() {
    let stage = Stage::with_tickets().await;

    stage.finds(&["one"]).await;
    stage.pass(60).await;

    assert_eq!(stage.tickets.log(), ["0 create one"]);
    assert_eq!(stage.steps("delivered"), ["open one"]);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_storm_of_503_is_retried_after_1_5_and_30_seconds_and_then_opens_the_breaker() {
    let stage = Stage::with_tickets().await;
    stage.tickets.answer_always(Some(down()));

    stage.finds(&["one"]).await;
    stage.pass(36).await;

    assert_eq!(
        stage.tickets.log(),
        ["0 create one", "1 create one", "6 create one", "36 create one"]
    );
    assert_eq!((stage.state(TICKETS), stage.steps("pending")), ("down", vec!["open one".into()]));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn while_the_breaker_is_open_one_call_goes_every_half_minute_however_many_wait() {
    let stage = Stage::with(Cast { concurrency: 4, ..Cast::default() }).await;
    stage.tickets.answer_always(Some(down()));
    stage.finds(&["a", "b", "c", "d", "e", "f"]).await;
    stage.pass(1).await;
    let opened = stage.tickets.log().len();

    stage.pass(300).await;

    let seconds: Vec<u64> = stage.tickets.log()[opened..]
        .iter()
        .map(|line| line.split(' ').next().unwrap().parse().unwrap())
        .collect();
    assert!(seconds.windows(2).all(|pair| pair[1] - pair[0] == 30), "{seconds:?}");
    assert!((9..=10).contains(&seconds.len()), "{seconds:?}");
    assert_eq!((stage.state(TICKETS), stage.step_terms().pending), ("down", 6));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn after_an_outage_one_probe_passes_and_then_the_queue_drains() {
    let stage = Stage::with_tickets().await;
    stage.tickets.answer_always(Some(down()));
    stage.finds(&["one"]).await;
    stage.pass(40).await;
    stage.finds(&["two", "three"]).await;

    stage.tickets.answer_always(None);
    stage.pass(65).await;
    let before = stage.tickets.count("create");
    stage.pass(66).await;

    assert_eq!(before, 4);
    assert_eq!(stage.tickets.log()[4], "66 create one");
    assert_eq!((stage.state(TICKETS), stage.step_terms().delivered), ("ok", 3));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn one_alert_in_an_outage_of_a_day_is_delivered() {
    const DAY: u64 = 24 * 3600;
    let stage = Stage::with_tickets().await;
    stage.tickets.answer_always(Some(down()));

    stage.finds(&["one"]).await;
    stage.pass(DAY).await;
    let during = stage.step_terms();
    stage.tickets.answer_always(None);
    stage.pass(DAY + 60).await;

    assert_eq!((during.pending, during.dead), (1, 0));
    assert_eq!((stage.step_terms().delivered, stage.tickets.tickets()), (1, 1));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_second_outage_does_not_count_against_an_alert_of_the_first() {
    let stage = Stage::with_tickets().await;
    stage.tickets.answer(vec![down(); 4]);
    stage.finds(&["one"]).await;
    stage.pass(40).await;

    // Something passes, and then the next outage begins before the alert's turn has come.
    stage.gate(TICKETS).succeeded(stage.clock.now());
    stage.tickets.answer_always(Some(down()));
    stage.pass(41).await;
    stage.finds(&["two"]).await;
    stage.pass(300).await;
    stage.tickets.answer_always(None);
    stage.pass(400).await;

    assert_eq!((stage.step_terms().delivered, stage.step_terms().dead), (2, 0));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn an_alert_that_fails_while_others_pass_is_dead_and_delays_nobody() {
    let stage = Stage::with(Cast { concurrency: 4, ..Cast::default() }).await;
    stage.tickets.answer_title("odd", failure(ErrorKind::Unavailable));

    stage.finds(&["odd", "a", "b", "c"]).await;
    stage.pass(0).await;
    let at_once = stage.step_terms().delivered;
    stage.pass(40).await;

    assert_eq!(at_once, 3);
    assert_eq!(stage.steps("dead"), ["open odd"]);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_refused_connection_is_an_outage_and_the_alert_passes_at_the_next_try() {
    let stage = Stage::with_tickets().await;
    stage.tickets.answer([down()]);

    stage.finds(&["one"]).await;
    stage.pass(1).await;

    assert_eq!(stage.tickets.log(), ["0 create one", "1 create one"]);
    assert_eq!(stage.steps("delivered"), ["open one"]);
}
