//! Which alerts are handed on, and which are not again.

use super::*;
use crate::prisma_cloud::AlertStatus;

#[tokio::test]
async fn the_overlap_of_two_windows_hands_nothing_on_twice() {
    let bench = Bench::start().await;
    bench.add_alerts(3);
    let source = bench.source("alerts");
    let (first, checkpoint) = poll_all(&*source, None).await;

    bench.simulator.advance(Duration::from_secs(60));
    bench.simulator.add_alert(SimulatedAlert::new("P-4", minutes_before_noon(0)));
    let (second, _) = poll_all(&*source, Some(checkpoint)).await;

    assert_eq!(states(&first), ["P-1 open", "P-2 open", "P-3 open"]);
    assert_eq!(states(&second), ["P-4 open"]);
}

#[tokio::test]
async fn an_alert_that_becomes_visible_late_is_found_in_the_overlap() {
    let bench = Bench::start().await;
    let source = bench.source("alerts");
    let (_, checkpoint) = poll_all(&*source, None).await;

    bench.simulator.advance(Duration::from_secs(60));
    bench.simulator.add_alert(SimulatedAlert::new("P-1", minutes_before_noon(15)));
    let (events, _) = poll_all(&*source, Some(checkpoint)).await;

    assert_eq!(states(&events), ["P-1 open"]);
}

#[tokio::test]
async fn an_alert_that_is_opened_again_comes_again() {
    let bench = Bench::start().await;
    bench.add_alerts(1);
    let source = bench.source("alerts");
    let (first, checkpoint) = poll_all(&*source, None).await;

    bench.simulator.advance(Duration::from_secs(60));
    bench.simulator.change_alert("P-1", |alert| alert.reopen(minutes_before_noon(-1)));
    let (second, _) = poll_all(&*source, Some(checkpoint)).await;

    let [before, after] = [&first[0], &second[0]].map(|raw| event(bench.normalized(raw).remove(0)));
    assert_ne!(before.event_id, after.event_id);
    assert_eq!(before.event.finding_info().unwrap().uid, after.event.finding_info().unwrap().uid);
}

#[tokio::test]
async fn a_status_that_changes_long_after_the_opening_is_seen() {
    let bench = Bench::start().await;
    bench.simulator.add_alert(SimulatedAlert::new("P-1", minutes_before_noon(90 * 24 * 60)));
    let [opened, changed] = ["alerts", "status_changes"].map(|name| bench.source(name));
    let (_, of_opened) = poll_all(&*opened, None).await;
    let (_, of_changed) = poll_all(&*changed, None).await;

    bench.simulator.advance(Duration::from_secs(60));
    let now = minutes_before_noon(-1);
    bench.simulator.change_alert("P-1", |alert| alert.set_status("resolved", now));
    let (of_opened, _) = poll_all(&*opened, Some(of_opened)).await;
    let (of_changed, checkpoint) = poll_all(&*changed, Some(of_changed)).await;
    let (again, _) = poll_all(&*changed, Some(checkpoint)).await;

    assert_eq!(states(&of_opened), Vec::<String>::new());
    assert_eq!(states(&of_changed), ["P-1 resolved"]);
    assert_eq!(states(&again), Vec::<String>::new());
}

#[tokio::test]
async fn the_first_run_reads_back_as_far_as_it_is_told() {
    let bench = Bench::with(|config| config.alerts.initial = "10m".parse().unwrap()).await;
    bench.add_alerts(12);

    let (events, _) = poll_all(&*bench.source("alerts"), None).await;

    assert_eq!(events.len(), 10);
}

#[tokio::test]
async fn only_the_statuses_that_are_wanted_are_asked_for() {
    let bench = Bench::with(|config| {
        config.alerts.statuses = vec![AlertStatus::Open, AlertStatus::Snoozed];
    })
    .await;
    bench.add_alerts(2);
    bench.simulator.change_alert("P-1", |alert| alert.set_status("dismissed", alert.opened));

    let (events, _) = poll_all(&*bench.source("alerts"), None).await;

    assert_eq!(states(&events), ["P-2 open"]);
}

#[tokio::test]
async fn a_query_is_what_the_product_documents() {
    let bench = Bench::start().await;

    bench.source("status_changes").poll(None).await.unwrap();

    assert_eq!(
        bench.simulator.last_alert_query(),
        json!({
            "timeRange": {
                "type": "absolute",
                "value": { "startTime": NOON - 86_400_000, "endTime": NOON },
            },
            "filters": [
                { "name": "timeRange.type", "operator": "=", "value": "ALERT_STATUS_UPDATED" },
            ],
            "sortBy": ["alertTime:asc"],
            "limit": 1000,
            "detailed": true,
        })
    );
}

#[tokio::test]
async fn what_another_version_left_as_its_checkpoint_begins_anew() {
    let bench = Bench::start().await;
    bench.add_alerts(1);
    let foreign = Checkpoint::of(&json!({ "page": 7 })).unwrap();

    let (events, _) = poll_all(&*bench.source("alerts"), Some(foreign)).await;

    assert_eq!(states(&events), ["P-1 open"]);
}
