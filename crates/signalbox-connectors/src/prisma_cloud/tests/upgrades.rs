//! What a checkpoint of another version or another tenant is worth.

use super::*;

#[tokio::test]
async fn a_checkpoint_of_the_version_before_goes_on_where_it_ended() {
    let bench = Bench::start().await;
    // Opened longer ago than a first run reads, and after what that version had read.
    bench.simulator.add_alert(SimulatedAlert::new("P-1", minutes_before_noon(3 * 24 * 60)));
    let cursor = minutes_before_noon(4 * 24 * 60);
    let before = json!({
        "cursor": cursor,
        "window": {
            "start": cursor, "end": minutes_before_noon(2 * 24 * 60), "reached": cursor,
            "total": 0, "read": 0, "token": null, "restarts": 0,
        },
        "known": { "P-0 open 1772366400000": cursor },
    });
    let unknown = json!({ "cursor": cursor, "window": "elsewhere", "known": 7 });

    for state in [before, unknown] {
        let checkpoint = Checkpoint::of(&state).unwrap();
        let (events, _) = poll_all(&*bench.source("alerts"), Some(checkpoint)).await;

        assert_eq!(states(&events), ["P-1 open"], "{state}");
    }
}

#[tokio::test]
async fn another_tenants_checkpoint_begins_anew() {
    let bench = Bench::start().await;
    bench.add_alerts(3);
    let (_, checkpoint) = poll_all(&*bench.source("alerts"), None).await;

    let mut config = bench.simulator.config(bench.server.address());
    config.tenant = Some("8002".to_owned());
    let roles = crate::prisma_cloud::roles(config, &bench.simulator.context()).unwrap();
    let other = roles.sources.iter().find(|source| source.name() == "alerts").unwrap();
    let (events, _) = poll_all(&**other, Some(checkpoint)).await;

    assert_eq!(states(&events), ["P-1 open", "P-2 open", "P-3 open"]);
}
