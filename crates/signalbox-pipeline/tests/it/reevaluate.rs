//! A person has decisions of the past made anew: for a stream, and for a destination of alerts.

use signalbox_model::ErrorKind;
use signalbox_pipeline::evaluate::condition::Condition;
use signalbox_pipeline::evaluate::{Route, RouteAction};
use signalbox_pipeline::reevaluate::{Reevaluated, ReevaluationError};

use crate::stage::{Cast, Stage, TICKETS, Taking, assert_balanced};

/// Routes that keep events of these names from every stream.
fn without(names: &[&str]) -> Vec<Route> {
    let route = |name: &str, condition, action| Route {
        name: name.to_owned(),
        condition,
        streams: Vec::new(),
        action,
    };
    let condition = |name: &str| Condition::compile(&format!("message = '{name}'")).ok();
    let drop = |name: &&str| route(name, condition(name), RouteAction::Drop);
    let rest = route("rest", None, RouteAction::Send);
    names.iter().map(drop).chain([rest]).collect()
}

const HIGH: &str = "severity >= 'high'";

/// A stage whose stream had `b` and `c`, for a route kept `a` away; by the rules in force since, it is `b`.
async fn with_another_route() -> Stage {
    let routes = || without(&["a"]);
    let mut stage =
        Stage::with(Cast { streams: vec![("siem", 4)], routes, ..Cast::default() }).await;
    stage.logs(&["a", "b", "c"]).await;
    stage.pass(60).await;
    stage.decide_by(without(&["b"]), HIGH).await;
    stage
}

#[tokio::test(start_paused = true)]
async fn a_stream_is_sent_what_it_takes_now_and_not_what_it_takes_no_more() {
    let stage = with_another_route().await;

    let found = stage.reevaluate("siem", 1000).await.unwrap();
    assert_balanced(&stage);
    stage.pass(70).await;

    let expected = Reevaluated { looked_at: 3, percent: 100, new: 1, gone: 1, sent: 2, opened: 0 };
    assert_eq!(found, expected);
    assert_eq!(stage.sink("siem").received().join(""), "bcac");
    let terms = stage.stream_terms("siem");
    assert_eq!((terms.accepted, terms.delivered, terms.suppressed, terms.pending), (5, 4, 1, 0));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn what_was_decided_anew_survives_a_crash() {
    let mut stage = with_another_route().await;
    stage.sink("siem").take_always(Some(Taking::Fail(ErrorKind::Unavailable)));

    stage.reevaluate("siem", 1000).await.unwrap();
    stage.pass(65).await;
    stage.crash().await;
    let waiting = stage.stream_terms("siem").pending;
    stage.sink("siem").take_always(None);
    stage.pass(200).await;

    assert_eq!(waiting, 2);
    assert_eq!(stage.sink("siem").received().join(""), "bcac");
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn rules_that_change_meanwhile_decide_about_the_rest_and_the_sums_follow() {
    let cases = [(&[][..], "bcabc", 1), (&["a", "b"], "bcc", 2), (&["b"], "bcac", 1)];
    for (names, received, suppressed) in cases {
        let mut stage = with_another_route().await;
        stage.sink("siem").take_always(Some(Taking::Fail(ErrorKind::Unavailable)));
        stage.reevaluate("siem", 1000).await.unwrap();
        stage.pass(65).await;

        stage.decide_by(without(names), HIGH).await;
        assert_balanced(&stage);
        stage.sink("siem").take_always(None);
        stage.pass(200).await;

        let terms = stage.stream_terms("siem");
        assert_eq!(stage.sink("siem").received().join(""), received);
        assert_eq!((terms.delivered, terms.pending), (received.len() as u64, 0));
        assert_eq!((terms.suppressed, terms.lost), (suppressed, 0));
        assert_balanced(&stage);
    }
}

#[tokio::test(start_paused = true)]
async fn dead_letters_of_what_is_sent_anew_are_dead_no_more_and_the_others_stay() {
    let mut stage = Stage::with_stream(4).await;
    stage.sink("siem").poison(ErrorKind::Rejected, &["a", "b"]);
    stage.logs(&["a", "b", "c"]).await;
    stage.pass(60).await;
    stage.sink("siem").poison(ErrorKind::Rejected, &[]);
    stage.decide_by(without(&["b"]), HIGH).await;

    stage.reevaluate("siem", 1000).await.unwrap();
    stage.pass(70).await;

    assert_eq!(
        (stage.sink("siem").received().join(""), stage.aside("siem")),
        ("cac".into(), (0, 1))
    );
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn dead_letters_that_newer_rules_take_no_more_count_as_suppressed() {
    let mut stage = Stage::with_stream(4).await;
    stage.sink("siem").poison(ErrorKind::Rejected, &["a", "b"]);
    stage.logs(&["a", "b", "c"]).await;
    stage.pass(60).await;
    stage.sink("siem").poison(ErrorKind::Rejected, &[]);
    stage.sink("siem").take_always(Some(Taking::Fail(ErrorKind::Unavailable)));
    stage.decide_by(without(&["c"]), HIGH).await;
    stage.reevaluate("siem", 1000).await.unwrap();
    stage.pass(65).await;

    stage.decide_by(without(&["a", "b", "c"]), HIGH).await;
    stage.sink("siem").take_always(None);
    stage.pass(200).await;

    assert_eq!((stage.sink("siem").received().join(""), stage.aside("siem")), ("c".into(), (0, 0)));
    let terms = stage.stream_terms("siem");
    assert_eq!((terms.accepted, terms.delivered, terms.suppressed), (3, 1, 2));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_replay_leaves_aside_what_only_newer_rules_had_sent() {
    let stage = with_another_route().await;
    stage.sink("siem").poison(ErrorKind::Rejected, &["a"]);
    stage.reevaluate("siem", 1000).await.unwrap();
    stage.pass(70).await;
    let before = stage.aside("siem");

    let replayed = stage.replay_stream("siem", 1000).await;
    assert_balanced(&stage);
    stage.pass(80).await;

    assert_eq!((before, stage.aside("siem"), replayed.pairs), ((0, 1), (0, 1), 3));
    assert_eq!(stage.sink("siem").received().join(""), "bccbc");
    let terms = stage.stream_terms("siem");
    assert_eq!((terms.accepted, terms.delivered, terms.suppressed, terms.dead), (8, 5, 2, 1));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn an_item_on_its_way_that_is_sent_anew_does_not_come_back_when_it_fails() {
    let stage = Stage::with_stream(4).await;
    stage.sink("siem").poison(ErrorKind::Rejected, &["a"]);
    stage.logs(&["a", "b"]).await;
    stage.pass(60).await;
    stage.sink("siem").poison(ErrorKind::Rejected, &[]);
    stage.sink("siem").take([Taking::Hang]);
    stage.replay_letter(&stage.letters()[0]).await;
    stage.pass(70).await;

    stage.reevaluate("siem", 1000).await.unwrap();
    stage.pass(2000).await;

    // The first `a` behind `b` is the call that was never answered.
    let calls = stage.sink("siem").log();
    assert_eq!(
        (stage.sink("siem").received().join(""), stage.aside("siem")),
        ("baab".into(), (0, 0))
    );
    assert_eq!(calls.iter().filter(|call| call.ends_with(" a")).count(), 2, "{calls:?}");
    let terms = stage.stream_terms("siem");
    assert_eq!((terms.accepted, terms.delivered, terms.pending), (3, 3, 0));
    assert_balanced(&stage);
}

/// A stage whose stream is to be sent `a` behind many chunks of which it takes nothing, but is disabled yet.
async fn with_a_sparse_range() -> Stage {
    let routes = || without(&["a", "x"]);
    let mut stage =
        Stage::with(Cast { streams: vec![("siem", 4)], routes, ..Cast::default() }).await;
    for _ in 0..300 {
        stage.logs(&["x"]).await;
    }
    stage.logs(&["a"]).await;
    stage.pass(60).await;
    stage.decide_by(without(&["x"]), HIGH).await;
    stage.set_enabled("siem", false);
    stage.reevaluate("siem", 1000).await.unwrap();
    stage
}

#[tokio::test(start_paused = true)]
async fn a_range_of_which_little_is_sent_stops_nothing_that_is_new() {
    let stage = with_a_sparse_range().await;
    stage.logs(&["b"]).await;

    stage.set_enabled("siem", true);
    stage.pass(70).await;

    assert_eq!(stage.sink("siem").received().join(""), "ba");
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_range_of_which_little_is_sent_stops_with_the_hub_and_goes_on_where_it_was() {
    let mut stage = with_a_sparse_range().await;
    let begun = stage.range_of("siem").unwrap();

    stage.set_enabled("siem", true);
    stage.until(|stage| stage.range_of("siem").as_ref() != Some(&begun)).await;
    stage.restart().await;
    let stopped = stage.range_of("siem");
    stage.pass(70).await;

    assert!(
        stopped.is_some_and(|range| (range.position != begun.position, range.events) == (true, 1))
    );
    assert_eq!(
        (stage.sink("siem").received().join(""), stage.range_of("siem")),
        ("a".into(), None)
    );
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn what_still_waits_is_sent_once_and_what_is_new_of_it_too() {
    let mut stage = Stage::with(Cast {
        streams: vec![("siem", 4)],
        routes: || without(&["a"]),
        ..Cast::default()
    })
    .await;
    stage.sink("siem").take_always(Some(Taking::Fail(ErrorKind::Unavailable)));
    stage.logs(&["a", "b", "c"]).await;
    stage.pass(60).await;
    stage.decide_by(without(&["c"]), HIGH).await;

    let found = stage.reevaluate("siem", 1000).await.unwrap();
    stage.sink("siem").take_always(None);
    stage.pass(200).await;

    let mut received = stage.sink("siem").received();
    received.sort();
    assert_eq!((found.new, found.gone, found.sent), (1, 0, 1));
    assert_eq!(received, ["a", "b", "c"]);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn findings_that_rules_made_of_events_are_decided_about_with_these() {
    let condition = "message = 'a'";
    let stage =
        Stage::with(Cast { streams: vec![("siem", 4)], condition, ..Cast::default() }).await;
    stage.logs(&["a"]).await;
    stage.pass(10).await;

    let found = stage.reevaluate("siem", 1000).await.unwrap();
    stage.pass(20).await;

    assert_eq!((found.looked_at, found.new, found.gone, found.sent), (1, 0, 0, 1));
    assert_eq!(stage.sink("siem").received().join(""), "aa");
}

#[tokio::test(start_paused = true)]
async fn what_is_being_sent_anew_is_not_begun_twice() {
    let stage = with_another_route().await;
    stage.sink("siem").take_always(Some(Taking::Fail(ErrorKind::Unavailable)));
    stage.reevaluate("siem", 1000).await.unwrap();
    // Nothing of it is on its way once the breaker is open.
    stage.pass(110).await;

    let refused = stage.reevaluate("siem", 1000).await.unwrap_err();
    let letters = stage.letters();
    stage.discard(&letters[0]).await;
    stage.sink("siem").take_always(None);
    stage.pass(200).await;

    assert!(matches!(refused, ReevaluationError::Range(_)), "{refused}");
    assert!(letters[0].reason.ends_with("2 events are left; decided about anew"), "{letters:?}");
    assert_eq!(stage.sink("siem").received().join(""), "bc");
    assert_eq!(stage.stream_terms("siem").suppressed, 3);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn alerts_that_were_not_opened_are_opened_once_and_those_that_were_are_not_told_again() {
    let mut stage = Stage::with_tickets().await;
    stage.logs(&["a", "b"]).await;
    stage.finds(&["one"]).await;
    stage.pass(10).await;
    stage.decide_by(Vec::new(), "message = 'a' OR severity >= 'high'").await;

    let found = stage.reevaluate(TICKETS, 1000).await.unwrap();
    stage.crash().await;
    let again = stage.reevaluate(TICKETS, 1000).await.unwrap();
    stage.pass(100).await;

    assert_eq!((found.looked_at, found.new, found.gone, found.opened), (3, 1, 0, 1));
    assert_eq!((again.new, again.opened), (0, 0));
    assert_eq!(stage.steps("delivered"), ["open alarm", "open one"]);
    assert_eq!(stage.tickets.tickets(), 2);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_finding_that_came_again_later_repeats_the_alert_that_was_opened_of_it() {
    let mut stage = Stage::with_tickets().await;
    stage.logs(&["a"]).await;
    stage.pass(10).await;
    stage.decide_by(Vec::new(), "message = 'a'").await;
    stage.reevaluate(TICKETS, 1000).await.unwrap();
    stage.pass(100).await;

    stage.logs(&["a"]).await;
    stage.pass(1200).await;

    assert_eq!(stage.tickets.tickets(), 1);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_finding_that_is_over_by_now_opens_nothing() {
    let mut stage =
        Stage::with(Cast { condition: "severity >= 'critical'", ..Cast::default() }).await;
    stage.finds(&["one", "two"]).await;
    stage.ends(&["one"]).await;
    stage.pass(10).await;
    stage.decide_by(Vec::new(), HIGH).await;

    let found = stage.reevaluate(TICKETS, 1000).await.unwrap();
    stage.pass(100).await;

    assert_eq!(found.opened, 1);
    assert_eq!(stage.steps("delivered"), ["open two"]);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_match_that_is_none_any_more_is_counted_and_its_alert_stays() {
    let mut stage =
        Stage::with(Cast { condition: "message = 'a' OR severity >= 'high'", ..Cast::default() })
            .await;
    stage.logs(&["a"]).await;
    stage.finds(&["one"]).await;
    stage.pass(10).await;
    stage.decide_by(Vec::new(), "severity >= 'critical'").await;

    let found = stage.reevaluate(TICKETS, 1000).await.unwrap();
    stage.pass(100).await;

    assert_eq!((found.looked_at, found.gone, found.opened), (2, 2, 0));
    assert_eq!(stage.steps("delivered"), ["open alarm", "open one"]);
    assert_balanced(&stage);
}
