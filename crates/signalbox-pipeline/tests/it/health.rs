//! What is wrong with an integration is told by the ordinary line, once, and never through itself.

use std::time::Duration;

use signalbox_model::{AlertStatus, ErrorKind, IntegrationName, RuleName};
use signalbox_pipeline::evaluate::{Route, RouteAction};
use signalbox_pipeline::health::Trouble;
use signalbox_pipeline::hold::{HoldLevel, HoldLimits, HoldView, Holder, WhenFull};
use signalbox_store::desk::AlertFilter;

use crate::stage::{Answer, Cast, SOURCE, Stage, TICKETS, Taking, assert_balanced, failure};

/// A hub with two channels besides the ticketing product, which take no stream.
async fn stage(health: &'static [&'static str], notifies: &'static str) -> Stage {
    let streams = vec![("chat", 4), ("pager", 4)];
    Stage::with(Cast { streams, routes: nothing, health, notifies, ..Cast::default() }).await
}

fn nothing() -> Vec<Route> {
    let action = RouteAction::Drop;
    vec![Route { name: "nothing".to_owned(), condition: None, streams: Vec::new(), action }]
}

/// The alerts that the hub raised of itself: status and title, newest first.
fn own_alerts(stage: &Stage) -> Vec<(AlertStatus, String)> {
    let filter = AlertFilter { limit: 100, ..AlertFilter::default() };
    let alerts = stage.desk().read_now(|reader| reader.alerts(&filter)).unwrap();
    let own = alerts.into_iter().filter(|alert| alert.rule.as_str() == RuleName::HEALTH);
    own.map(|alert| (alert.status, alert.title)).collect()
}

const DOWN: &str = "Integration down: scripted `service-desk`, no delivery for 5 minutes, 1 waiting: \
                    create ticket: the vendor says no";

#[tokio::test(start_paused = true)]
async fn an_integration_that_is_down_is_told_once_elsewhere_and_resolved_when_it_works() {
    let stage = stage(&[TICKETS, "chat"], TICKETS).await;
    stage.tickets.answer_always(Some(Answer::Fail(failure(ErrorKind::Unavailable))));
    stage.finds(&["one"]).await;

    stage.watch(TICKETS, 300).await;
    let early = stage.sink("chat").received();
    stage.watch(TICKETS, 1800).await;
    let during = (stage.sink("chat").received(), own_alerts(&stage));
    stage.tickets.answer_always(None);
    stage.watch(TICKETS, 1900).await;

    assert!(early.is_empty(), "{early:?}");
    assert_eq!(during, (vec![DOWN.to_owned()], vec![(AlertStatus::Open, DOWN.to_owned())]));
    assert_eq!(stage.sink("chat").received(), [DOWN, DOWN]);
    assert_eq!(own_alerts(&stage), [(AlertStatus::Resolved, DOWN.to_owned())]);
    let expected = [format!("open {DOWN}"), "open one".to_owned(), format!("resolve 1 {DOWN}")];
    assert_eq!(stage.steps("delivered"), expected);
    assert!(stage.tickets.log().iter().all(|call| !call.contains("Integration down")));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn when_the_first_channel_is_the_one_that_is_down_the_second_hears_of_it() {
    let stage = stage(&["chat", "pager"], "chat").await;
    stage.sink("chat").take_always(Some(Taking::Fail(ErrorKind::Unavailable)));
    stage.finds(&["one"]).await;

    stage.watch("chat", 400).await;
    stage.sink("chat").take_always(None);
    stage.watch("chat", 500).await;

    assert_eq!(stage.sink("chat").received(), ["one"]);
    let told = stage.sink("pager").received();
    assert!(
        told.len() == 2 && told[0].starts_with("Integration down: scripted `chat`"),
        "{told:?}"
    );
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn without_another_channel_it_is_an_alert_of_which_nobody_is_told() {
    let stage = stage(&["chat"], "chat").await;
    stage.sink("chat").lock_out(true);
    stage.finds(&["one"]).await;

    stage.watch("chat", 400).await;

    let told = stage.told();
    assert_eq!((told.len(), told[0].integration.as_str()), (1, "chat"));
    assert_eq!(own_alerts(&stage), [(AlertStatus::Open, told[0].title.clone())]);
    assert_eq!(stage.steps("pending"), ["open one"]);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_parked_integration_is_told_at_once_in_the_words_of_its_product() {
    let stage = stage(&["chat"], TICKETS).await;
    stage.tickets.lock_out(true);
    stage.finds(&["one", "two"]).await;

    stage.watch(TICKETS, 10).await;

    let parked = "Integration down: scripted `service-desk`, parked, 2 waiting: credentials: 401";
    let told = stage.sink("chat").received();
    assert!(told.len() == 1 && told[0].starts_with(parked), "{told:?}");
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_product_that_says_slow_down_for_minutes_is_as_good_as_down() {
    let stage = stage(&["chat"], TICKETS).await;
    let kind = ErrorKind::Throttled { retry_after: Some(Duration::from_secs(90)) };
    stage.tickets.answer_always(Some(Answer::Fail(failure(kind))));
    stage.finds(&["one"]).await;

    stage.watch(TICKETS, 400).await;
    stage.tickets.answer_always(None);
    stage.watch(TICKETS, 500).await;

    assert_eq!(stage.sink("chat").received(), [DOWN, DOWN]);
    assert_eq!(own_alerts(&stage)[0].0, AlertStatus::Resolved);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_short_outage_is_told_to_nobody() {
    let stage = stage(&["chat"], TICKETS).await;
    stage.tickets.answer_always(Some(Answer::Fail(failure(ErrorKind::Unavailable))));
    stage.finds(&["one"]).await;

    stage.watch(TICKETS, 200).await;
    stage.tickets.answer_always(None);
    stage.watch(TICKETS, 900).await;

    assert!(stage.sink("chat").received().is_empty());
    assert_eq!(own_alerts(&stage), []);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn what_comes_and_goes_is_told_every_five_minutes_at_most() {
    let stage = stage(&["chat"], TICKETS).await;

    for round in 0..10 {
        stage.tickets.lock_out(true);
        stage.finds(&[&format!("finding-{round}")]).await;
        stage.watch(TICKETS, round * 60 + 20).await;
        stage.tickets.lock_out(false);
        stage.watch(TICKETS, round * 60 + 60).await;
    }

    let begun = stage.steps("delivered");
    let begun = begun.iter().filter(|step| step.contains("down") && !step.starts_with("resolve"));
    assert_eq!(begun.count(), 2, "{:?}", stage.steps("delivered"));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_restart_tells_nothing_again_and_resolves_what_the_run_before_it_told() {
    let mut stage = stage(&["chat"], TICKETS).await;
    stage.tickets.answer_always(Some(Answer::Fail(failure(ErrorKind::Unavailable))));
    stage.finds(&["one"]).await;
    stage.watch(TICKETS, 400).await;

    stage.restart().await;
    stage.remember_health();
    stage.look_at_health(&[stage.edge(TICKETS)]).await;
    stage.watch(TICKETS, 1200).await;
    let during = stage.sink("chat").received().len();
    stage.tickets.answer_always(None);
    stage.watch(TICKETS, 1300).await;

    assert_eq!((during, stage.sink("chat").received().len()), (1, 2));
    assert_eq!(own_alerts(&stage)[0].0, AlertStatus::Resolved);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn an_integration_that_is_no_longer_configured_has_no_trouble() {
    let stage = stage(&["chat"], TICKETS).await;
    stage.tickets.lock_out(true);
    stage.finds(&["one"]).await;
    stage.watch(TICKETS, 10).await;

    stage.look_at_health(&[stage.edge("pager")]).await;
    stage.pass(11).await;

    assert_eq!(own_alerts(&stage)[0].0, AlertStatus::Resolved);
    assert!(stage.told().is_empty());
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_source_that_is_silent_too_long_is_told_once_and_resolved_when_events_come() {
    let stage = stage(&["chat"], TICKETS).await;
    stage.logs(&["a"]).await;

    for second in (5..=1200).step_by(5) {
        stage.pass(second).await;
        stage.look_at_health(&[stage.source_edge(600)]).await;
    }
    let during = stage.sink("chat").received();
    stage.logs(&["b"]).await;
    stage.look_at_health(&[stage.source_edge(600)]).await;
    stage.pass(1201).await;

    assert_eq!(during, ["Source silent: scripted `edr`, no event for 10 minutes"]);
    assert_eq!(stage.sink("chat").received().len(), 2);
    assert_eq!(own_alerts(&stage)[0].0, AlertStatus::Resolved);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_backlog_is_told_when_it_begins_and_when_it_grows_worse() {
    let stage = stage(&["chat"], TICKETS).await;

    for (second, percent, level) in [
        (5, 40, HoldLevel::Free),
        (10, 50, HoldLevel::Warning),
        (15, 60, HoldLevel::Warning),
        (20, 80, HoldLevel::Alarm),
        (25, 70, HoldLevel::Warning),
        (30, 20, HoldLevel::Free),
    ] {
        stage.pass(second).await;
        let hold = HoldView { percent, level, seconds_left: Some(7200), ..HoldView::default() };
        let mut edge = stage.edge(TICKETS);
        edge.hold = Some(hold);
        stage.look_at_health(&[edge]).await;
    }
    stage.pass(31).await;

    let told = ["50", "80", "80"].map(|percent| {
        format!("Backlog: scripted `service-desk` holds {percent} % of what it may, 2 hours left")
    });
    assert_eq!(stage.sink("chat").received(), told);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn the_hub_is_heard_while_intake_is_stopped() {
    let stage = stage(&["pager"], TICKETS).await;
    stage.tickets.answer_always(Some(Answer::Fail(failure(ErrorKind::Unavailable))));
    stage.finds(&["one"]).await;
    let limits = HoldLimits { age: Duration::from_secs(60), ..HoldLimits::default() };
    let name = IntegrationName::new(TICKETS);
    let holder = Holder { name, limits, is_stream: false, when_full: WhenFull::StopIntake };
    stage.pass(60).await;
    stage.look(&holder).await;
    assert!(stage.send(&["open two id-2".to_owned()]).await.is_err());

    stage.watch(TICKETS, 400).await;

    assert_eq!(stage.sink("pager").received(), [DOWN]);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn the_rules_of_the_configuration_hear_nothing_of_the_hub() {
    let cast = Cast { condition: "severity >= 'low'", health: &[], ..Cast::default() };
    let stage = Stage::with(cast).await;
    stage.logs(&["a"]).await;

    for second in [5, 700] {
        stage.pass(second).await;
        stage.look_at_health(&[stage.source_edge(600)]).await;
    }
    stage.pass(701).await;

    let told = stage.told();
    assert_eq!((told[0].integration.as_str(), told[0].trouble), (SOURCE, Trouble::Silent));
    assert_eq!(own_alerts(&stage).len(), 1);
    assert!(stage.tickets.log().is_empty(), "{:?}", stage.tickets.log());
    assert_balanced(&stage);
}
