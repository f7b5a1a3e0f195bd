//! The hub dies in the middle of what a person asked for: a re-evaluation that opens alerts and sends a stream what it
//! did not take, killed before each of its commits and asked for again.

use std::sync::atomic::{AtomicU64, Ordering};

use signalbox_pipeline::evaluate::{Route, RouteAction};
use signalbox_store::desk::AlertFilter;

use crate::stage::{Cast, Stage, assert_balanced};

/// More than are opened in one transaction.
const FINDINGS: usize = 150;

#[tokio::test(start_paused = true)]
async fn a_crash_at_any_commit_of_a_reevaluation_loses_nothing_and_asked_again_doubles_nothing() {
    let mut commits = 0;
    while dies_after(commits).await {
        commits += 1;
    }

    assert!(commits >= 3, "it commits {commits} times: it was not in the middle of anything");
}

/// Has the hub die when a re-evaluation has made this many commits, and the person ask again. Says whether it came so far
/// as to die: otherwise it was done before.
async fn dies_after(commits: u64) -> bool {
    let mut stage = with_findings_that_nobody_was_told_of().await;
    // Nobody else commits meanwhile.
    stage.set_enabled("siem", false);
    stage.pass(61).await;
    let left = AtomicU64::new(commits);
    let is_dead = move || {
        left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_err()
    };
    stage.desk().refuse_commits(is_dead).unwrap();
    let died = stage.reevaluate("siem", 1000).await.is_err();

    stage.crash().await;
    assert_balanced(&stage);
    stage.pass(100).await;
    let opened_before = opened(&stage);
    if died {
        let again = stage.reevaluate("siem", 1000).await.unwrap();
        assert_eq!(again.opened as usize + opened_before, FINDINGS, "after {commits} commits");
    }
    stage.pass(200).await;

    let mut received = stage.sink("siem").received();
    received.sort();
    assert_eq!(received, each_as_an_event_and_an_alert(), "after {commits} commits");
    assert_eq!((opened(&stage), stage.steps("delivered").len()), (FINDINGS, FINDINGS));
    assert_eq!(stage.stream_terms("siem").delivered as usize, FINDINGS);
    assert_balanced(&stage);
    died
}

/// A stage whose rules told nobody and whose routes kept everything away; those in force since tell and send all of it.
async fn with_findings_that_nobody_was_told_of() -> Stage {
    let routes = || {
        let (name, action) = ("away".to_owned(), RouteAction::Drop);
        vec![Route { name, condition: None, streams: Vec::new(), action }]
    };
    let streams = vec![("siem", FINDINGS)];
    let condition = "severity >= 'critical'";
    let mut stage =
        Stage::with(Cast { streams, routes, condition, notifies: "siem", ..Cast::default() }).await;
    let names = names();
    stage.finds(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    stage.pass(60).await;
    stage.decide_by(Vec::new(), "severity >= 'high'").await;
    stage
}

fn names() -> Vec<String> {
    (0..FINDINGS).map(|number| format!("n{number:03}")).collect()
}

fn each_as_an_event_and_an_alert() -> Vec<String> {
    names().into_iter().flat_map(|name| [name.clone(), name]).collect()
}

/// How many alerts there are.
fn opened(stage: &Stage) -> usize {
    let filter = AlertFilter { limit: usize::MAX, ..AlertFilter::default() };
    stage.desk().read_now(|reader| reader.alerts(&filter)).unwrap().len()
}
