//! Batches in order, the checkpoint behind them, and what a crash or a confirmation changes of that.

use signalbox_model::{DeliveryKey, ErrorKind, IntegrationName, StepKind};
use signalbox_pipeline::evaluate::condition::Condition;
use signalbox_pipeline::evaluate::{Route, RouteAction};

use crate::stage::{Cast, Stage, Taking, alert_of, assert_balanced};

#[tokio::test(start_paused = true)]
async fn batches_go_in_order_and_the_checkpoint_follows() {
    let stage = Stage::with_stream(3).await;

    stage.logs(&["a", "b", "c", "d", "e", "f", "g"]).await;
    stage.pass(0).await;

    assert_eq!(stage.sink("siem").log(), ["0 a b c", "0 d e f", "0 g"]);
    let terms = stage.stream_terms("siem");
    assert_eq!((terms.accepted, terms.delivered, terms.pending), (7, 7, 0));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_restart_in_the_middle_of_a_chunk_goes_on_at_the_right_event() {
    let mut stage = Stage::with_stream(2).await;
    stage.sink("siem").take([Taking::Done, Taking::Hang]);
    stage.logs(&["a", "b", "c", "d", "e"]).await;
    stage.pass(0).await;
    let before = stage.stream_terms("siem");
    assert_balanced(&stage);

    stage.crash().await;
    stage.pass(1).await;

    // The second batch was on its way: at-least-once sends it again.
    assert_eq!((before.delivered, before.pending), (2, 3));
    assert_eq!(stage.sink("siem").log(), ["0 a b", "0 c d", "0 c d", "0 e"]);
    assert_eq!(stage.stream_terms("siem").delivered, 5);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn the_checkpoint_waits_for_the_confirmation() {
    let stage = Stage::with_stream(10).await;
    stage.sink("siem").take([Taking::Unconfirmed]);
    stage.sink("siem").confirm_from(5);

    stage.logs(&["a", "b"]).await;
    stage.pass(4).await;
    let before = stage.stream_terms("siem");
    assert_balanced(&stage);
    stage.pass(8).await;

    assert_eq!((before.delivered, before.pending), (0, 2));
    assert_eq!((stage.stream_terms("siem").delivered, stage.sink("siem").log().len()), (2, 1));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn what_is_never_confirmed_is_sent_again_after_the_limit() {
    let stage = Stage::with_stream(10).await;
    stage.sink("siem").take([Taking::Unconfirmed]);
    stage.sink("siem").confirm_from(u64::MAX);

    stage.logs(&["a", "b"]).await;
    stage.pass(90).await;

    let log = stage.sink("siem").log();
    assert_eq!((log.len(), log[0].as_str()), (2, "0 a b"));
    let again: u64 = log[1].split(' ').next().unwrap().parse().unwrap();
    assert!((60..71).contains(&again), "{log:?}");
    assert_eq!(stage.stream_terms("siem").delivered, 2);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn one_dead_stream_delays_no_other_and_no_ticket() {
    let streams = vec![("archive", 10), ("siem", 10)];
    let stage = Stage::with(Cast { streams, ..Cast::default() }).await;
    stage.sink("archive").take_always(Some(Taking::Hang));

    for second in 0..5 {
        stage.pass(second).await;
        stage.finds(&[&format!("n{second}")]).await;
    }
    stage.pass(5).await;

    assert_eq!(stage.sink("siem").log(), ["0 n0", "1 n1", "2 n2", "3 n3", "4 n4"]);
    assert_eq!((stage.step_terms().delivered, stage.stream_terms("archive").pending), (5, 5));
    assert_balanced(&stage);
}

fn no_noise() -> Vec<Route> {
    let route = |name: &str, condition: Option<&str>, action| Route {
        name: name.to_owned(),
        condition: condition.map(|text| Condition::compile(text).unwrap()),
        streams: Vec::new(),
        action,
    };
    vec![
        route("noise", Some("message = 'noise'"), RouteAction::Drop),
        route("rest", None, RouteAction::Send),
    ]
}

#[tokio::test(start_paused = true)]
async fn what_a_route_keeps_from_a_stream_is_counted() {
    let streams = vec![("siem", 2)];
    let stage = Stage::with(Cast { streams, routes: no_noise, ..Cast::default() }).await;

    for names in [&["noise", "a", "noise", "b", "c"][..], &["noise", "noise"], &["d", "noise"]] {
        stage.logs(names).await;
        stage.pass(0).await;
        assert_balanced(&stage);
    }
    stage.pass(10).await;

    assert_eq!(stage.sink("siem").received(), ["a", "b", "c", "d"]);
    let terms = stage.stream_terms("siem");
    assert_eq!((terms.accepted, terms.delivered, terms.suppressed, terms.pending), (9, 4, 5, 0));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_crash_behind_a_probe_among_suppressed_events_counts_each_once() {
    let streams = vec![("siem", 10)];
    let mut stage = Stage::with(Cast { streams, routes: no_noise, ..Cast::default() }).await;
    stage.sink("siem").take(vec![Taking::Fail(ErrorKind::Unavailable); 4]);
    stage.sink("siem").take([Taking::Done, Taking::Hang]);
    stage.logs(&["noise", "a", "noise", "b", "noise"]).await;

    stage.pass(66).await;
    let after_probe = stage.stream_terms("siem");
    assert_balanced(&stage);
    stage.crash().await;
    stage.pass(100).await;

    assert_eq!((after_probe.pending, after_probe.suppressed), (5, 0));
    assert_eq!(stage.sink("siem").log()[4..], ["66 a", "66 b", "66 a b"]);
    let terms = stage.stream_terms("siem");
    assert_eq!((terms.accepted, terms.delivered, terms.suppressed, terms.pending), (5, 2, 3, 0));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_notification_is_heard_although_a_stream_of_the_same_name_listens_too() {
    let streams = vec![("siem", 10)];
    let stage = Stage::with(Cast { streams, notifies: "siem", ..Cast::default() }).await;
    stage.pass(5).await;

    for second in 6..12 {
        stage.finds(&[&format!("n{second}")]).await;
        stage.pass(second).await;
        assert_eq!(stage.steps("pending"), Vec::<String>::new());
    }

    assert_eq!(stage.step_terms().delivered, 6);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_confirmation_that_never_answers_ends_with_the_limit_and_so_within_the_lease() {
    let streams = vec![("siem", 10)];
    let stage = Stage::with(Cast { streams, notifies: "siem", ..Cast::default() }).await;
    stage.sink("siem").take_always(Some(Taking::Unconfirmed));
    stage.sink("siem").hang_confirming();

    stage.finds(&["one"]).await;
    stage.pass(65).await;

    let key = DeliveryKey::derive(alert_of("one"), &IntegrationName::new("siem"), StepKind::Open);
    let attempt = stage.desk().read_now(|reader| reader.attempts(key)).unwrap().remove(0);
    let took = attempt.ended_at.map(|ended_at| ended_at.since(attempt.started_at).as_secs());
    assert_eq!((took, attempt.outcome.as_deref()), (Some(60), Some("outcome_unknown")));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_stop_does_not_wait_for_a_confirmation_and_the_batch_is_sent_again() {
    let mut stage = Stage::with_stream(10).await;
    stage.sink("siem").take([Taking::Unconfirmed]);
    stage.sink("siem").confirm_from(u64::MAX);
    stage.logs(&["a", "b"]).await;
    stage.pass(2).await;

    stage.restart().await;
    let restarted_at = stage.clock.second();
    stage.pass(3).await;

    assert_eq!(restarted_at, 2);
    assert_eq!(stage.sink("siem").log(), ["0 a b", "2 a b"]);
    assert_balanced(&stage);
}
