//! Steps that were given up: listed, edited, sent again, discarded, and never too many.

use signalbox_model::ErrorKind;
use signalbox_pipeline::deliver::DeadLetterBound;

use crate::stage::{Answer, Cast, RULE, Stage, TICKETS, assert_balanced, failure};

const WINDOW: u64 = 15 * 60;

fn refused() -> Answer {
    Answer::Fail(failure(ErrorKind::Rejected))
}

#[tokio::test(start_paused = true)]
async fn a_step_dead_at_its_first_try_shows_that_try_its_rule_and_what_was_sent() {
    let stage = Stage::with_tickets().await;
    stage.tickets.answer([refused()]);

    stage.finds(&["one"]).await;
    stage.pass(0).await;

    let letters = stage.letters();
    let (letter, tries) = (&letters[0], stage.tries(&letters[0]));
    assert_eq!((letters.len(), letter.attempts, tries.len()), (1, 1, 1));
    assert_eq!((letter.kind.as_str(), letter.rule.as_deref()), ("open", Some(RULE)));
    assert_eq!(letter.answer.as_deref(), Some("no"));
    assert_eq!(tries[0].outcome.as_deref(), Some("rejected"));
    assert!(tries[0].request.as_ref().unwrap().starts_with("open \"[SOC Alert] High: one"));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn an_edit_survives_a_crash_and_is_what_the_replay_sends() {
    let mut stage = Stage::with_tickets().await;
    stage.tickets.answer([refused()]);
    stage.finds(&["one"]).await;
    stage.pass(0).await;
    let letter = stage.letters().remove(0);

    stage.amend(&letter, r#"{"title": "By hand", "fields": {"category": "security"}}"#).await;
    stage.crash().await;
    let kept = stage.letters().remove(0);
    stage.replay_letter(&kept).await;
    stage.pass(1).await;

    let sent = stage.tickets.rendered().pop().unwrap();
    assert!(kept.is_edited);
    assert_eq!((sent.title.as_str(), sent.fields["category"].as_str()), ("By hand", "security"));
    assert!(sent.body.contains("one"), "the rest is rendered: {}", sent.body);
    assert_eq!(stage.steps("delivered"), ["open one"]);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn tries_before_a_replay_are_still_shown_after_it() {
    let stage = Stage::with_tickets().await;
    stage.tickets.answer([refused(), refused()]);
    stage.finds(&["one"]).await;
    stage.pass(0).await;

    stage.replay_letter(&stage.letters()[0]).await;
    stage.pass(1).await;

    assert_eq!(stage.letters()[0].attempts, 2);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn discarding_a_dead_step_counts_it_suppressed_and_lets_its_line_go_on() {
    let stage = Stage::with_tickets().await;
    stage.finds(&["one"]).await;
    stage.pass(WINDOW).await;
    stage.tickets.answer([refused()]);
    stage.finds(&["one"]).await;
    stage.pass(WINDOW + 1).await;
    stage.add_update("one").await;
    stage.pass(WINDOW + 2).await;
    let blocked = stage.step_terms();

    stage.discard(&stage.letters()[0]).await;
    stage.pass(WINDOW + 3).await;

    let terms = stage.step_terms();
    assert_eq!((blocked.dead, blocked.pending, blocked.suppressed), (1, 1, 0));
    assert_eq!((terms.dead, terms.pending, terms.suppressed, terms.delivered), (0, 0, 1, 2));
    assert_eq!(stage.steps("delivered"), ["open one", "update 2 one"]);
    assert!(stage.letters().is_empty());
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn at_the_bound_of_dead_letters_an_integration_is_parked_until_there_is_room() {
    let cast = Cast { dead_letters: DeadLetterBound(2), ..Cast::default() };
    let stage = Stage::with(cast).await;
    for poison in ["a", "b", "c"] {
        stage.tickets.answer_title(poison, failure(ErrorKind::Rejected));
    }

    for (second, found) in [&["a", "x"][..], &["b", "y"], &["c"]].into_iter().enumerate() {
        stage.finds(found).await;
        stage.pass(second as u64).await;
    }
    stage.pass(65).await;
    let (state, terms) = (stage.state(TICKETS), stage.step_terms());
    stage.discard(&stage.letters()[0]).await;
    stage.pass(95).await;

    assert_eq!((state, terms.dead, terms.delivered, terms.pending), ("parked", 2, 2, 1));
    assert_eq!(stage.steps("dead"), ["open b", "open c"]);
    assert_eq!((stage.state(TICKETS), stage.step_terms().pending), ("degraded", 0));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_try_to_resolve_tells_of_its_note_and_of_no_title() {
    let stage = Stage::with_tickets().await;
    stage.finds(&["one"]).await;
    stage.pass(0).await;
    stage.tickets.answer([refused()]);

    stage.ends(&["one"]).await;
    stage.pass(5).await;

    let letters = stage.letters();
    let request = stage.tries(&letters[0])[0].request.clone().unwrap();
    let note = request.strip_prefix("resolve 1 of T1, ");
    assert!(note.is_some_and(|note| note.ends_with(" bytes of note")), "{request}");
}
