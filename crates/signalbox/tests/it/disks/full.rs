//! A disk that is full, too small or read-only, and then is not.

use std::fs::File;
use std::io::Read as _;

use super::Stage;
use super::volume::Volume;
use crate::hub::{Hub, eventually, free_address};
use crate::products::Splunk;

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_what_was_taken_is_delivered_and_intake_goes_on_when_there_is_room() {
    let mut stage = Stage::configured().await;
    let Some(volume) = Volume::mount(&stage.hub.path("data"), "320m") else { return };
    stage.hub.within = volume.within();
    stage.hub.run().await;
    let has_reserve = || volume.path("journal/reserve").exists();
    assert!(eventually(async || has_reserve()).await, "{}", stage.hub.log());
    assert_eq!(stage.send().await, 200);
    assert!(stage.has_tickets().await);

    volume.fill_up();
    let refusal = stage.send_until_refused().await;
    let (notes, had_reserve) = (stage.notes().await, has_reserve());
    let is_delivered_while_full = stage.has_tickets().await && !stage.is_ready().await;
    volume.make_room();
    assert!(eventually(async || stage.is_ready().await).await, "{}", stage.hub.log());
    assert_eq!(stage.send().await, 200);

    assert_eq!((refusal, had_reserve), (503, false), "{}", stage.hub.log());
    assert!(notes.contains("the disk is full"), "{notes}");
    assert!(is_delivered_while_full, "{}", stage.hub.log());
    assert!(has_reserve());
    stage.assert_delivered_once().await;
    stage.hub.kill();
    stage.hub.run().await;
    stage.assert_delivered_once().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_without_room_for_another_segment_refuses_until_it_is_grown() {
    let (splunk, collector) = (Splunk::start().await, free_address());
    let config = format!(
        "http: {{listen: '@HUB@'}}\nintegrations:\n  collector:\n    connector: splunk_hec\n    direction: receive\n    \
         listen: {{address: '{collector}'}}\n    tokens: [{{name: test, token: 'env:HEC_TOKEN'}}]\n{}",
        splunk.yaml()
    );
    let mut hub = Hub::configured(&config, &[("HEC_TOKEN", "token"), Splunk::ENVIRONMENT]);
    let Some(volume) = Volume::mount(&hub.path("data"), "40m") else { return };
    hub.within = volume.within();
    hub.run().await;
    let url = format!("http://{collector}/services/collector/event");
    let headers = [("authorization", "Splunk token")];
    let (mut taken, mut status) = (0, 200);

    while status == 200 && taken < EVENTS_MAX {
        let answer = hub.post_to(&url, &headers, &large_event(taken)).await;
        status = answer.map_or(0, |answer| answer.status().as_u16());
        taken += u64::from(status == 200);
    }
    let ready = hub.get("/readyz", &[]).await.unwrap();
    volume.remount("size=320m");
    let again = async || {
        let answer = hub.post_to(&url, &headers, &large_event(taken)).await;
        answer.is_some_and(|answer| answer.status() == 200)
    };
    assert!(eventually(again).await, "{}", hub.log());

    assert_eq!(status, 503, "{}", hub.log());
    let words = String::from_utf8_lossy(ready.body()).into_owned();
    assert!(ready.status() == 503 && words.contains("the journal cannot write"), "{words}");
    assert!(words.contains("no room for another segment"), "{words}");
    assert!(hub.settled(taken + 1).await, "{}", hub.log());
    let indexed = splunk.simulator.summary();
    assert_eq!((indexed.distinct, indexed.duplicates), (taken + 1, 0));
}

/// An event of 200 kB that does not compress well.
fn large_event(number: u64) -> String {
    let mut noise = vec![0; 200_000];
    File::open("/dev/urandom").unwrap().read_exact(&mut noise).unwrap();
    let noise: String = noise.iter().map(|byte| char::from(b'a' + byte % 26)).collect();
    serde_json::json!({"event": format!("{number} {noise}")}).to_string()
}

/// More than the journal's first segment takes.
const EVENTS_MAX: u64 = 100;

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_disk_is_named_at_the_start_and_nothing_of_it_changes() {
    let mut stage = Stage::configured().await;
    let Some(volume) = Volume::mount(&stage.hub.path("data"), "160m") else { return };
    stage.hub.within = volume.within();
    stage.hub.run().await;
    assert_eq!(stage.send().await, 200);
    stage.hub.stop().await;

    volume.remount("ro");
    let refused = stage.hub.run_refused();
    volume.remount("rw");
    stage.hub.run().await;
    assert_eq!(stage.send().await, 200);

    let words = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(words.contains("Read-only file system") && words.contains("data"), "{words}");
    assert_eq!(refused.status.code(), Some(1));
    stage.assert_delivered_once().await;
}
