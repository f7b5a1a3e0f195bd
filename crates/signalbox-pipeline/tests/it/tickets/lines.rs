//! The steps of one alert go one after the other, and what need not be told is not.

use signalbox_model::ErrorKind;

use crate::stage::{Answer, Cast, Stage, TICKETS, assert_balanced, failure};

const WINDOW: u64 = 15 * 60;
const DAY: u64 = 24 * 3600;

#[tokio::test(start_paused = true)]
async fn a_ticket_is_opened_then_updated_then_resolved() {
    let stage = Stage::with_tickets().await;

    stage.finds(&["one"]).await;
    stage.pass(WINDOW).await;
    stage.finds(&["one"]).await;
    stage.pass(WINDOW + 1).await;
    stage.ends(&["one"]).await;
    stage.pass(WINDOW + 2).await;

    let expected = ["0 create one", "900 update 1 on T1 one", "901 resolve 1 closes T1 one"];
    assert_eq!(stage.tickets.log(), expected);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn updates_that_wait_behind_another_step_become_one() {
    let stage = Stage::with_tickets().await;
    stage.set_enabled(TICKETS, false);
    for repeat in 0..4 {
        stage.pass(repeat * WINDOW).await;
        stage.finds(&["one"]).await;
    }
    stage.pass(3 * WINDOW + 1).await;
    stage.ends(&["one"]).await;
    stage.pass(3 * WINDOW + 2).await;

    stage.set_enabled(TICKETS, true);
    stage.pass(3 * WINDOW + 3).await;

    let calls: Vec<String> =
        stage.tickets.log().iter().map(|line| line[line.find(' ').unwrap()..].to_owned()).collect();
    assert_eq!(calls, [" create one", " update 1 closes T1 one", " resolve 1 closes T1 one"]);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_person_who_resolves_an_alert_resolves_its_ticket() {
    let stage = Stage::with_tickets().await;
    stage.finds(&["one"]).await;
    stage.pass(5).await;

    stage.resolve_by_hand("one").await;
    stage.pass(6).await;

    assert_eq!(stage.tickets.log(), ["0 create one", "5 resolve 1 closes T1 one"]);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn what_returns_within_a_day_is_the_same_ticket_and_later_a_new_one() {
    let stage = Stage::with_tickets().await;
    for (second, is_over) in
        [(0, false), (10, true), (DAY, false), (DAY + 10, true), (2 * DAY + 20, false)]
    {
        stage.pass(second).await;
        if is_over { stage.ends(&["one"]).await } else { stage.finds(&["one"]).await }
    }
    stage.pass(2 * DAY + 60).await;

    let expected = [
        "0 create one",
        "10 resolve 1 closes T1 one",
        "86400 update 1 on T1 one",
        "86410 resolve 2 closes T1 one",
        "172820 create one",
    ];
    assert_eq!(
        (stage.tickets.log(), stage.tickets.tickets()),
        (expected.map(str::to_owned).into(), 2)
    );
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn repeats_within_the_window_are_counted_and_not_told() {
    let stage = Stage::with_tickets().await;

    for second in 0..5 {
        stage.pass(second).await;
        stage.finds(&["one"]).await;
    }
    stage.pass(5).await;

    assert_eq!(stage.tickets.log(), ["0 create one"]);
    assert_eq!((stage.step_terms().accepted, stage.step_terms().suppressed), (5, 4));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_dead_head_blocks_its_line_until_somebody_replays_it() {
    let stage = Stage::with_tickets().await;
    stage.tickets.answer([Answer::Fail(failure(ErrorKind::Rejected))]);
    stage.finds(&["one", "two"]).await;
    stage.pass(5).await;
    stage.ends(&["one"]).await;
    stage.pass(3600).await;
    let (dead, blocked) = (stage.steps("dead"), stage.steps("pending"));

    stage.replay("one").await;
    stage.pass(3601).await;

    assert_eq!((dead, blocked), (vec!["open one".into()], vec!["resolve 1 one".into()]));
    let expected = ["3600 find", "3600 create one", "3600 resolve 1 closes T2 one"];
    assert_eq!(stage.tickets.log()[2..], expected);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_template_that_fails_is_replaced_by_the_plain_text() {
    for template in ["failing", "gone"] {
        let stage = Stage::with(Cast { template: Some(template), ..Cast::default() }).await;

        stage.finds(&["one"]).await;
        stage.pass(0).await;

        let rendered = stage.tickets.rendered();
        assert_eq!(rendered[0].title, "[SOC Alert] High: one");
        assert!(
            rendered[0].body.starts_with("one\nSeverity: High\nRule: alarm\nSource: edr\n"),
            "{rendered:?}"
        );
        assert_eq!(stage.steps("delivered"), ["open one"]);
    }
}
