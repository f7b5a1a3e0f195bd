//! Integrations that are down are told of, by the ordinary line, and never through themselves.

use std::time::Duration;

use signalbox_model::IntegrationName;
use signalbox_pipeline::health::Edge;
use signalbox_pipeline::hold::{HoldLimits, Holder};

use crate::stage::{Cast, Stage, TICKETS, assert_balanced};

const AFTER: Duration = Duration::from_secs(300);
const HUB: &str = "integration = 'signalbox'";

fn edge(name: &str, is_failing: bool) -> Edge {
    Edge {
        name: IntegrationName::new(name),
        connector: "servicenow",
        is_failing,
        reason: "401: password expired?".to_owned(),
        pending: 212,
    }
}

/// A hub whose own findings become tickets.
async fn stage() -> Stage {
    Stage::with(Cast { condition: HUB, ..Cast::default() }).await
}

#[tokio::test(start_paused = true)]
async fn an_integration_that_is_down_for_long_is_told_once_and_resolved_when_it_recovers() {
    let stage = stage().await;

    for second in [0, 299, 300, 310, 900] {
        stage.pass(second).await;
        stage.look_at_health(&[edge("snow-prod", true)], AFTER).await;
    }
    stage.pass(1000).await;
    stage.look_at_health(&[edge("snow-prod", false)], AFTER).await;
    stage.pass(1001).await;

    let down = "300 create Integration down: servicenow `snow-prod`, nothing has passed for 5 min, \
                212 waiting";
    let log = stage.tickets.log();
    assert_eq!((log.len(), log[0].as_str()), (2, down));
    assert!(log[1].starts_with("1000 resolve 1 closes T1"), "{}", log[1]);
    assert!(stage.tickets.rendered()[0].body.contains("401: password expired?"));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_short_outage_is_told_to_nobody() {
    let stage = stage().await;

    for (second, is_failing) in [(0, true), (200, false), (300, true), (500, true)] {
        stage.pass(second).await;
        stage.look_at_health(&[edge("snow-prod", is_failing)], AFTER).await;
    }
    stage.pass(501).await;

    assert!(stage.tickets.log().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_integration_is_not_told_of_its_own_trouble() {
    let stage = stage().await;

    for second in [0, 300] {
        stage.pass(second).await;
        stage.look_at_health(&[edge(TICKETS, true), edge("other", true)], AFTER).await;
    }
    stage.pass(301).await;

    let log = stage.tickets.log();
    assert_eq!(log.len(), 1, "{log:?}");
    assert!(log[0].contains("`other`"), "{}", log[0]);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn what_the_hub_says_of_itself_passes_while_intake_is_stopped() {
    let cast = Cast { streams: vec![("siem", 4)], condition: HUB, ..Cast::default() };
    let stage = Stage::with(cast).await;
    stage.set_enabled("siem", false);
    stage.logs(&["a"]).await;
    let limits = HoldLimits { bytes: 4096, ..HoldLimits::default() };
    let name = IntegrationName::new("siem");
    stage.look(&Holder { name, limits, is_stream: true, stops_intake: true }).await;
    assert!(stage.send(&["open one id-1".to_owned()]).await.is_err());

    for second in [0, 300] {
        stage.pass(second).await;
        stage.look_at_health(&[edge("snow-prod", true)], AFTER).await;
    }
    stage.pass(301).await;

    assert_eq!(stage.tickets.count("create"), 1);
}
