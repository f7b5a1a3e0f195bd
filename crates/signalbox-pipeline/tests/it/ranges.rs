//! What a stream held for too long is one dead letter, a range: sent again whole, or ended at a person's word.

use std::time::Duration;

use signalbox_model::{Clock, ErrorKind, IntegrationName};
use signalbox_pipeline::evaluate::condition::Condition;
use signalbox_pipeline::evaluate::{Route, RouteAction};
use signalbox_pipeline::hold::{HoldLevel, HoldLimits, Holder, WhenFull};

use crate::stage::{Cast, Stage, Taking, assert_balanced};

/// A stream that may hold for 1,000 seconds and then gives up what waits.
fn forgetful() -> Holder {
    let limits = HoldLimits { age: Duration::from_secs(1000), ..HoldLimits::default() };
    let (name, when_full) = (IntegrationName::new("siem"), WhenFull::DeadLetter);
    Holder { name, limits, is_stream: true, when_full }
}

/// A stage whose stream was down for too long: of `a`, `b` and `c` one dead letter was made, `d` came then.
async fn with_a_range() -> Stage {
    let stage = Stage::with_stream(2).await;
    stage.sink("siem").take_always(Some(Taking::Fail(ErrorKind::Unavailable)));
    stage.logs(&["a", "b"]).await;
    stage.logs(&["c"]).await;
    stage.pass(1000).await;
    stage.look(&forgetful()).await;
    stage.pass(1010).await;
    stage.logs(&["d"]).await;
    stage
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_holds_too_long_makes_one_dead_letter_of_it_and_goes_on() {
    let stage = with_a_range().await;

    let held = stage.look(&forgetful()).await;
    stage.sink("siem").take_always(None);
    stage.pass(1100).await;

    let letters = stage.letters();
    let kinds: Vec<_> = letters.iter().map(|letter| letter.kind.as_str()).collect();
    assert_eq!((kinds, held.level), (vec!["range"], HoldLevel::Free));
    assert!(letters[0].reason.starts_with("3 events"), "{}", letters[0].reason);
    assert_eq!(stage.sink("siem").received(), ["d"]);
    let terms = stage.stream_terms("siem");
    assert_eq!((terms.accepted, terms.dead, terms.delivered, terms.pending), (4, 3, 1, 0));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_range_that_is_sent_again_arrives_whole_over_a_crash_and_past_a_poison() {
    let mut stage = with_a_range().await;
    stage.replay_letter(&stage.letters()[0]).await;
    assert_balanced(&stage);
    stage.pass(1020).await;
    stage.crash().await;
    stage.sink("siem").poison(ErrorKind::Rejected, &["b"]);
    stage.sink("siem").take_always(None);
    stage.pass(1200).await;

    let mut received = stage.sink("siem").received();
    received.sort();
    let terms = stage.stream_terms("siem");
    assert_eq!(received, ["a", "c", "d"]);
    assert_eq!((terms.delivered, terms.dead, terms.pending, terms.lost), (3, 1, 0, 0));
    assert_eq!(stage.letters()[0].kind, "event");
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_range_that_is_discarded_counts_as_suppressed() {
    let stage = with_a_range().await;

    stage.discard(&stage.letters()[0]).await;

    let terms = stage.stream_terms("siem");
    assert_eq!((terms.accepted, terms.suppressed, terms.dead, terms.pending), (4, 3, 0, 1));
    assert!(stage.letters().is_empty());
    assert_balanced(&stage);
}

/// The same stage, where the range is to be sent again although the stream is still down.
async fn with_a_range_on_its_way() -> Stage {
    let stage = with_a_range().await;
    stage.replay_letter(&stage.letters()[0]).await;
    stage.pass(1020).await;
    stage
}

#[tokio::test(start_paused = true)]
async fn a_range_that_is_being_sent_is_listed_and_discarding_it_ends_that() {
    let stage = with_a_range_on_its_way().await;

    let listed = stage.letters().remove(0);
    stage.discard(&listed).await;
    assert_balanced(&stage);
    stage.sink("siem").take_always(None);
    stage.pass(1200).await;

    assert!(listed.is_being_sent && listed.reason.contains("3 events are left"), "{listed:?}");
    assert_eq!((stage.sink("siem").received(), stage.letters()), (vec!["d".into()], vec![]));
    let terms = stage.stream_terms("siem");
    assert_eq!((terms.accepted, terms.suppressed, terms.delivered, terms.pending), (4, 3, 1, 0));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn skipping_what_waits_for_a_stream_ends_its_ranges_too() {
    let stage = with_a_range_on_its_way().await;
    stage.set_enabled("siem", false);
    stage.sink("siem").take_always(None);
    stage.pass(1100).await;

    stage.enable_and_skip("siem").await;
    stage.pass(1110).await;
    stage.logs(&["e"]).await;
    stage.pass(1200).await;

    assert_eq!((stage.sink("siem").received(), stage.letters()), (vec!["e".into()], vec![]));
    let terms = stage.stream_terms("siem");
    assert_eq!((terms.accepted, terms.suppressed, terms.delivered, terms.pending), (5, 4, 1, 0));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_range_is_held_since_it_was_sent_again_and_given_up_again_when_that_is_too_long() {
    let stage = with_a_range_on_its_way().await;

    stage.pass(1800).await;
    let held = stage.look(&forgetful()).await;
    stage.pass(2020).await;
    let full = stage.look(&forgetful()).await;
    stage.pass(2030).await;
    let over = stage.look(&forgetful()).await;

    assert_eq!((held.percent, full.level, over.level), (79, HoldLevel::Full, HoldLevel::Free));
    // Of `a`, `b` and `c`, and of `d`.
    assert_eq!(held.bytes, 3 * 4096);
    assert_eq!(stage.letters().iter().filter(|letter| !letter.is_being_sent).count(), 2);
    let terms = stage.stream_terms("siem");
    assert_eq!((terms.accepted, terms.dead, terms.pending), (4, 4, 0));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn an_order_from_before_the_stream_drained_gives_up_nothing_young() {
    let stage = Stage::with_stream(2).await;
    stage.set_enabled("siem", false);
    stage.logs(&["a"]).await;

    stage.give_up(&forgetful());
    stage.pass(10).await;

    assert_eq!((stage.letters(), stage.stream_terms("siem").pending), (vec![], 1));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn what_a_stream_goes_back_to_waits_since_then() {
    let stage = Stage::with_stream(2).await;
    stage.logs(&["a", "b"]).await;
    stage.pass(2000).await;
    stage.set_enabled("siem", false);

    stage.replay_stream("siem", 3000).await;
    let at_once = stage.look(&forgetful()).await;
    stage.pass(2100).await;
    let later = stage.look(&forgetful()).await;

    assert_eq!((at_once.percent, later.percent), (0, 10));
    assert_eq!(stage.letters(), vec![]);
    assert_balanced(&stage);
}

fn wanted_alone() -> Vec<Route> {
    vec![Route {
        name: "wanted".to_owned(),
        condition: Some(Condition::compile("message = 'wanted'").unwrap()),
        streams: Vec::new(),
        action: RouteAction::Send,
    }]
}

#[tokio::test(start_paused = true)]
async fn what_a_disabled_stream_did_not_wait_for_makes_nothing_old() {
    let streams = vec![("siem", 2)];
    let stage = Stage::with(Cast { streams, routes: wanted_alone, ..Cast::default() }).await;
    stage.set_enabled("siem", false);
    stage.logs(&["other"]).await;
    stage.pass(2000).await;

    stage.logs(&["wanted"]).await;
    let held = stage.look(&forgetful()).await;

    assert_eq!(held.oldest_at.map(|at| stage.clock.now().since(at).as_secs()), Some(0));
    assert_eq!(stage.stream_terms("siem").pending, 1);
}
