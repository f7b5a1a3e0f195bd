//! One alert, one ticket: whatever is cut off, late, or found again.

use std::time::Duration;

use signalbox_model::ErrorKind;

use crate::stage::{Answer, Cast, Stage, TICKETS, assert_balanced, failure, open_key};

#[tokio::test(start_paused = true)]
async fn a_timeout_after_the_create_rests_looks_up_and_adopts_the_ticket() {
    let stage = Stage::with_tickets().await;
    stage.tickets.answer([Answer::Cut]);

    stage.finds(&["one"]).await;
    stage.pass(61).await;

    assert_eq!(stage.tickets.log(), ["0 create one", "60 find"]);
    assert_eq!((stage.tickets.tickets(), stage.steps("delivered")), (1, vec!["open one".into()]));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_create_that_never_answers_is_cut_off_rests_and_is_adopted() {
    let stage = Stage::with_tickets().await;
    stage.tickets.answer([Answer::Hang]);

    stage.finds(&["one"]).await;
    stage.pass(81).await;

    assert_eq!(stage.tickets.log(), ["0 create one", "80 find"]);
    assert_eq!((stage.tickets.tickets(), stage.step_terms().delivered), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_create_that_the_vendor_executes_late_is_found_once_it_has_settled() {
    let stage = Stage::with_tickets().await;
    stage.tickets.answer([Answer::Late(Duration::from_secs(59))]);

    stage.finds(&["one"]).await;
    stage.pass(61).await;

    assert_eq!(stage.tickets.log(), ["0 create one", "60 find"]);
    assert_eq!((stage.tickets.tickets(), stage.step_terms().delivered), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn what_is_absent_after_it_had_time_to_settle_is_created() {
    let stage = Stage::with_tickets().await;
    stage.tickets.answer([Answer::Fail(failure(ErrorKind::OutcomeUnknown))]);

    stage.finds(&["one"]).await;
    stage.pass(61).await;

    assert_eq!(stage.tickets.log(), ["0 create one", "60 find", "60 create one"]);
    assert_eq!((stage.tickets.tickets(), stage.step_terms().delivered), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_crash_while_sending_is_looked_up_before_anything_is_created() {
    let mut stage = Stage::with_tickets().await;
    stage.tickets.answer([Answer::Hang]);
    stage.finds(&["one"]).await;
    stage.pass(5).await;

    stage.crash().await;
    stage.pass(79).await;
    let early = stage.tickets.log();
    stage.pass(81).await;

    // The attempt's deadline is 20, and the vendor settles for a minute.
    assert_eq!(early, ["0 create one"]);
    assert_eq!(stage.tickets.log()[1..], ["80 find"]);
    assert_eq!((stage.tickets.tickets(), stage.step_terms().delivered), (1, 1));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn of_several_tickets_with_the_key_the_oldest_is_adopted() {
    let stage = Stage::with_tickets().await;
    stage.tickets.answer([Answer::Cut]);
    stage.finds(&["one"]).await;
    stage.pass(5).await;

    stage.tickets.plant(open_key("one"));
    stage.pass(61).await;
    stage.ends(&["one"]).await;
    stage.pass(62).await;

    assert_eq!(stage.tickets.log()[1..], ["60 find", "61 resolve 1 closes T1 one"]);
}

#[tokio::test(start_paused = true)]
async fn an_update_without_a_ticket_link_finds_the_ticket_and_updates_it() {
    // Nothing is told, so the only step is the one added by hand, as after the loss of a desk.
    let stage = Stage::with(Cast { told: &[], ..Cast::default() }).await;
    stage.tickets.plant(open_key("one"));
    stage.finds(&["one"]).await;
    stage.pass(5).await;

    stage.add_update("one").await;
    stage.pass(6).await;

    assert_eq!(stage.tickets.log(), ["5 find", "5 update 1 on T1 one"]);
    assert_eq!(stage.steps("delivered"), ["update 1 one"]);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_disabled_integration_holds_its_queue_and_drains_it_when_enabled() {
    let stage = Stage::with_tickets().await;
    stage.set_enabled(TICKETS, false);
    stage.finds(&["one", "two"]).await;
    stage.pass(7200).await;
    let held = (stage.tickets.log().len(), stage.step_terms().pending);

    stage.set_enabled(TICKETS, true);
    stage.pass(7201).await;

    assert_eq!((held, stage.step_terms().delivered), ((0, 2), 2));
    assert_balanced(&stage);
}
