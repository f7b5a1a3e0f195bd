//! A silence keeps people from being told; the alert, the stream and what is owed afterwards stay.

use signalbox_model::{AlertStatus, RuleName};
use signalbox_pipeline::evaluate::condition::Condition;
use signalbox_pipeline::evaluate::{NotifyOn, Silence, SilencePlan};

use crate::stage::{Cast, RULE, Stage, alert_of, assert_balanced, second};

const HOUR: u64 = 3600;

fn silence(name: &str, when: Option<&str>, rules: &[&str], (from, until): (u64, u64)) -> Silence {
    Silence {
        name: name.to_owned(),
        condition: when.map(|when| Condition::compile(when).unwrap()),
        plan: SilencePlan {
            rules: rules.iter().map(|rule| RuleName::new(rule)).collect(),
            from: Some(second(from)),
            until: second(until),
            reason: "the database is moved".to_owned(),
        },
    }
}

/// One hour, from the second 100 on, about what is called `one`.
fn an_hour() -> Vec<Silence> {
    vec![silence("move", Some("message = 'one'"), &[RULE], (100, 100 + HOUR))]
}

async fn stage(silences: fn() -> Vec<Silence>) -> Stage {
    Stage::with(Cast { silences, streams: vec![("siem", 10)], ..Cast::default() }).await
}

fn status(stage: &Stage, finding: &str) -> AlertStatus {
    let id = alert_of(finding);
    stage.desk().read_now(|reader| reader.alert(id)).unwrap().unwrap().status
}

#[tokio::test(start_paused = true)]
async fn what_opens_in_a_silence_is_an_alert_and_an_event_but_no_ticket_until_it_comes_again() {
    let stage = stage(an_hour).await;
    stage.pass(100).await;
    stage.finds(&["one", "two"]).await;
    stage.pass(1000).await;
    stage.finds(&["one"]).await;
    stage.pass(HOUR).await;
    let during = (stage.tickets.log(), status(&stage, "one"), stage.silenced("one"));

    stage.pass(200 + HOUR).await;
    let unasked = stage.tickets.log();
    stage.finds(&["one"]).await;
    stage.pass(210 + HOUR).await;

    let expected =
        (vec!["100 create two".to_owned()], AlertStatus::Open, Some(("move".to_owned(), 2)));
    assert_eq!(during, expected);
    assert_eq!(unasked, ["100 create two"]);
    assert_eq!(stage.tickets.log(), ["100 create two", "3800 create one"]);
    assert_eq!((stage.silenced("one"), stage.sink("siem").received().len()), (None, 4));
    assert_eq!((stage.step_terms().suppressed, stage.step_terms().delivered), (2, 2));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn whoever_is_told_of_openings_alone_hears_after_the_silence_as_well() {
    let told = &[NotifyOn::Open];
    let stage = Stage::with(Cast { silences: an_hour, told, ..Cast::default() }).await;
    stage.pass(100).await;
    stage.finds(&["one"]).await;

    stage.pass(200 + HOUR).await;
    stage.finds(&["one"]).await;
    stage.pass(300 + HOUR).await;
    stage.finds(&["one"]).await;
    stage.pass(400 + HOUR).await;

    assert_eq!(stage.tickets.log(), ["3800 create one"]);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_ticket_from_before_is_not_updated_in_a_silence_but_it_is_resolved() {
    let stage = stage(an_hour).await;
    stage.finds(&["one"]).await;
    stage.pass(1000).await;
    stage.finds(&["one"]).await;
    stage.pass(1010).await;
    let (log, silenced) = (stage.tickets.log(), stage.silenced("one"));

    stage.ends(&["one"]).await;
    stage.pass(1020).await;

    assert_eq!((log, silenced), (vec!["0 create one".to_owned()], Some(("move".to_owned(), 1))));
    assert_eq!(stage.tickets.log(), ["0 create one", "1010 resolve 1 closes T1 one"]);
    assert_eq!(stage.silenced("one"), None);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn what_began_and_ended_in_a_silence_is_never_told_of() {
    let stage = stage(an_hour).await;
    stage.pass(100).await;
    stage.finds(&["one"]).await;
    stage.pass(200).await;
    stage.ends(&["one"]).await;

    stage.pass(2 * HOUR).await;

    assert_eq!((stage.tickets.log().len(), status(&stage, "one")), (0, AlertStatus::Resolved));
    assert_eq!(stage.silenced("one"), Some(("move".to_owned(), 1)));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn what_opens_again_in_a_silence_opens_its_ticket_afterwards_and_closes_none_twice() {
    let stage = stage(an_hour).await;
    stage.finds(&["one"]).await;
    stage.pass(50).await;
    stage.ends(&["one"]).await;
    for (second, is_over) in [(200, false), (300, true), (400, false)] {
        stage.pass(second).await;
        if is_over { stage.ends(&["one"]).await } else { stage.finds(&["one"]).await }
    }

    stage.pass(200 + HOUR).await;
    stage.finds(&["one"]).await;
    stage.pass(300 + HOUR).await;
    stage.resolve_by_hand("one").await;
    stage.pass(400 + HOUR).await;

    let expected = [
        "0 create one",
        "50 resolve 1 closes T1 one",
        "3800 update 1 on T1 one",
        "3900 resolve 2 closes T1 one",
    ];
    assert_eq!(stage.tickets.log(), expected);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_silence_counts_by_when_an_event_came_however_late_it_is_applied() {
    let mut stage = stage(an_hour).await;
    stage.pass(99 + HOUR).await;
    stage.finds(&["one"]).await;
    stage.crash().await;

    stage.pass(500 + HOUR).await;

    assert_eq!((stage.tickets.log().len(), stage.silenced("one").is_some()), (0, true));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn what_a_rule_makes_of_a_log_line_is_silenced_by_what_the_line_says() {
    let condition = "severity = 'informational'";
    let stage = Stage::with(Cast { silences: an_hour, condition, ..Cast::default() }).await;
    stage.pass(100).await;

    stage.logs(&["one", "two"]).await;
    stage.pass(110).await;

    assert_eq!((stage.tickets.count("create"), stage.step_terms().suppressed), (1, 1));
    assert_balanced(&stage);
}
