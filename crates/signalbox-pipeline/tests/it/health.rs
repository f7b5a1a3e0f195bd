//! What is wrong with an integration is told by the ordinary line, once, and never through itself.

use std::time::Duration;

use signalbox_model::time::Timestamp;
use signalbox_model::{AlertStatus, ErrorKind, IntegrationName, RuleName};
use signalbox_pipeline::deliver::Gate;
use signalbox_pipeline::evaluate::{Route, RouteAction, Silence, SilencePlan};
use signalbox_pipeline::health::{Passage, Trouble};
use signalbox_pipeline::hold::{HoldLevel, HoldLimits, HoldView, Holder, WhenFull};
use signalbox_store::desk::AlertFilter;

use crate::stage::{
    Answer, Cast, SOURCE, Stage, TICKETS, Taking, assert_balanced, failure, second,
};

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

/// Nobody hears of the health of integrations until the second 3,600.
fn unheard() -> Vec<Silence> {
    let (rules, until) = (vec![RuleName::new(RuleName::HEALTH)], second(3600));
    let plan = SilencePlan { rules, from: None, until, reason: "a test".to_owned() };
    vec![Silence { name: "health".to_owned(), condition: None, plan }]
}

#[tokio::test(start_paused = true)]
async fn what_outlives_a_silence_of_health_is_told_once_when_that_is_over() {
    let (streams, silences) = (vec![("chat", 4)], unheard as fn() -> _);
    let health: &'static [_] = &["chat"];
    let cast = Cast { streams, routes: nothing, health, silences, ..Cast::default() };
    let stage = Stage::with(cast).await;
    stage.tickets.answer_always(Some(Answer::Fail(failure(ErrorKind::Unavailable))));
    stage.finds(&["one"]).await;

    stage.watch(TICKETS, 3590).await;
    let during = (stage.sink("chat").received().len(), own_alerts(&stage).len());
    stage.watch(TICKETS, 7200).await;
    let afterwards = stage.sink("chat").received();
    stage.tickets.answer_always(None);
    stage.watch(TICKETS, 8000).await;

    assert_eq!(during, (0, 1));
    assert_eq!(afterwards.len(), 1, "{afterwards:?}");
    assert!(afterwards[0].starts_with("Integration down: scripted `service-desk`"));
    assert_eq!(stage.sink("chat").received().len(), 2);
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
async fn a_channel_that_never_answers_is_given_up_on_told_and_asked_again() {
    let stage = stage(&["chat"], "pager").await;
    stage.sink("pager").take_always(Some(Taking::Hang));
    stage.finds(&["one"]).await;

    stage.watch("pager", 1000).await;
    let during = stage.sink("chat").received();
    stage.sink("pager").take_always(None);
    stage.watch("pager", 1500).await;

    let down = "Integration down: scripted `pager`, no delivery for 5 minutes, 1 waiting: deliver: it did \
                not end within 600s";
    assert!(during.len() == 1 && during[0].starts_with(down), "{during:?}");
    assert_eq!(stage.sink("pager").log(), ["0 one", "660 one", "1320 one"]);
    assert_eq!((stage.sink("chat").received().len(), stage.state("pager")), (2, "ok"));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_refuses_one_message_after_the_other_is_told_until_it_takes_one() {
    let stage = stage(&["chat"], "pager").await;
    stage.sink("pager").take_always(Some(Taking::Fail(ErrorKind::Rejected)));

    stage.finds(&["one"]).await;
    stage.watch("pager", 1000).await;
    let after_one = stage.sink("chat").received();
    stage.finds(&["two"]).await;
    stage.watch("pager", 1400).await;
    let after_two = stage.sink("chat").received();
    stage.sink("pager").take_always(None);
    stage.finds(&["three"]).await;
    stage.watch("pager", 1500).await;

    let refused = "Integration down: scripted `pager`, whatever is sent to it is refused: create ticket: \
                   the vendor says no";
    assert_eq!((after_one, after_two), (Vec::new(), vec![refused.to_owned()]));
    assert_eq!(stage.sink("chat").received(), [refused, refused]);
    assert_eq!(own_alerts(&stage), [(AlertStatus::Resolved, refused.to_owned())]);
    assert_balanced(&stage);
}

#[test]
fn an_outage_that_nothing_waits_for_any_more_is_none() {
    let at = |seconds: i64| Timestamp::from_millis(seconds * 1000);
    let gate = Gate::new(IntegrationName::new("pager"), true, None);
    gate.failed(&failure(ErrorKind::Unavailable), at(0));
    gate.trip(at(0));

    let passage = |second, is_idle| Passage::of(&gate.view(at(second)), is_idle, at(second));

    assert_eq!((passage(29, false), passage(29, true)), (Passage::Shut, Passage::Shut));
    assert_eq!((passage(30, false), passage(30, true)), (Passage::Shut, Passage::Idle));
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_is_named_later_hears_of_what_is_not_over_and_nobody_hears_it_twice() {
    let mut stage = stage(&["chat"], TICKETS).await;
    stage.tickets.answer_always(Some(Answer::Fail(failure(ErrorKind::Unavailable))));
    stage.finds(&["one"]).await;
    stage.watch(TICKETS, 400).await;

    stage.restart_telling(&["chat", "pager"]).await;
    stage.watch(TICKETS, 1000).await;
    let during = ["chat", "pager"].map(|name| stage.sink(name).received());
    stage.tickets.answer_always(None);
    stage.watch(TICKETS, 1100).await;

    assert_eq!((&during[0][..], during[1].len()), (&[DOWN.to_owned()][..], 1));
    assert!(during[1][0].starts_with("Integration down: scripted `service-desk`"), "{during:?}");
    assert_eq!(["chat", "pager"].map(|name| stage.sink(name).received().len()), [2, 2]);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn of_several_things_that_are_polled_the_one_that_fails_is_told_and_resolved_by_itself() {
    use Passage::{Open, Parked};
    let mut stage = stage(&["chat"], TICKETS).await;
    let open = |stage: &Stage| {
        let alerts = own_alerts(stage).into_iter();
        let open = alerts.filter(|(status, _)| *status != AlertStatus::Resolved);
        open.map(|(_, title)| title).collect::<Vec<_>>()
    };

    stage.look_at_health(&stage.poll_edges(Parked, Open)).await;
    stage.pass(5).await;
    let one = open(&stage);
    stage.look_at_health(&stage.poll_edges(Open, Parked)).await;
    stage.pass(10).await;
    let other = open(&stage);
    stage.restart().await;
    stage.remember_health();
    stage.look_at_health(&stage.poll_edges(Open, Open)).await;
    stage.pass(15).await;

    let told = |name: &str| {
        vec![format!("Integration down: scripted `edr` ({name}), parked: {name}: 401")]
    };
    assert_eq!((one, other), (told("alerts"), told("scans")));
    assert!(open(&stage).is_empty() && stage.told().is_empty());
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn where_all_that_is_polled_fails_it_is_told_once() {
    use Passage::{Open, Parked};
    let stage = stage(&["chat"], TICKETS).await;

    stage.look_at_health(&stage.poll_edges(Parked, Parked)).await;
    stage.pass(5).await;
    let begun = stage.sink("chat").received();
    stage.look_at_health(&stage.poll_edges(Open, Open)).await;
    stage.pass(10).await;

    assert!(begun.len() == 1 && begun[0].starts_with("Integration down: scripted `edr`, parked"));
    assert_eq!((stage.sink("chat").received().len(), stage.told().len()), (2, 0));
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
