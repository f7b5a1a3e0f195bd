//! Backups of a hub at work, and what a restored one does and does not do by itself.

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;

use crate::hub::{Hub, eventually};
use crate::products::{ENVIRONMENT, Snow, finding, findings_to_snow, signed};

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_hub_delivers_nothing_until_it_is_told_to_and_then_nothing_twice() {
    let snow = Snow::start().await;
    let config = findings_to_snow(&snow.yaml());
    let mut hub = Hub::start(&config, &ENVIRONMENT).await;
    assert_eq!(send(&hub, "finding-1").await, 200);
    assert!(hub.settled(1).await, "{}", hub.log());
    snow.simulator.behave(|instance| instance.is_down = true);
    assert_eq!(send(&hub, "finding-2").await, 200);

    let backup = hub.path("backup");
    let manifest = hub.ask(&["backup", backup.to_str().unwrap()]);
    hub.kill();
    snow.simulator.behave(|instance| instance.is_down = false);
    let mut restored = Hub::configured(&config, &ENVIRONMENT);
    restored.ask(&["restore", backup.to_str().unwrap()]);
    restored.run().await;

    assert!(manifest["head"].is_string(), "{manifest}");
    let ready = restored.get("/readyz", &[]).await.unwrap();
    let ready: Value = serde_json::from_slice(ready.body()).unwrap();
    let note = ready["notes"][0].as_str().unwrap_or_default();
    assert!(note.contains("signalbox resume"), "{ready}");
    assert_eq!(send(&restored, "finding-3").await, 200);
    assert!(eventually(async || pending(&restored) == 2).await, "{}", restored.log());
    assert_eq!(snow.simulator.tickets().len(), 1);
    assert_eq!(states(&restored), [("edr", "ok", ""), ("snow", "held", RESUME)].map(owned));
    let enabled = restored.ask(&["integrations", "enable", "snow"]).to_string();
    assert!(enabled.contains("until `signalbox resume`"), "{enabled}");
    let doctor = restored.consult(&["doctor", "snow"]).1.to_string();
    assert!(doctor.contains("a backup was restored") && doctor.contains(RESUME), "{doctor}");

    restored.ask(&["resume"]);

    assert!(restored.settled(3).await, "{}", restored.log());
    assert_eq!((snow.simulator.tickets().len(), snow.simulator.duplicate_tickets()), (3, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_whole_backup_is_refused_and_nothing_is_made() {
    let snow = Snow::start().await;
    let mut hub = Hub::start(&findings_to_snow(&snow.yaml()), &ENVIRONMENT).await;
    assert_eq!(send(&hub, "finding-1").await, 200);
    hub.kill();
    let (backup, data) = (hub.path("backup"), hub.path("new"));
    let (backup_name, data_name) = (backup.to_str().unwrap(), data.to_str().unwrap());
    hub.ask(&["backup", backup_name]);

    let again = signalbox(&["backup", backup_name, "--data", hub.path("data").to_str().unwrap()]);
    let desk = backup.join("desk.sqlite");
    let mut bytes = fs::read(&desk).unwrap();
    bytes[5000] ^= 1;
    fs::write(&desk, bytes).unwrap();
    let damaged = signalbox(&["restore", backup_name, "--data", data_name]);
    let manifest = fs::read_to_string(backup.join("manifest.json")).unwrap();
    fs::write(backup.join("manifest.json"), manifest.replace("\"format\": 1", "\"format\": 2"))
        .unwrap();
    let newer = signalbox(&["restore", backup_name, "--data", data_name]);
    fs::write(backup.join("manifest.json"), manifest).unwrap();
    fs::remove_file(&desk).unwrap();
    let cut = signalbox(&["restore", backup_name, "--data", data_name]);
    fs::remove_file(backup.join("manifest.json")).unwrap();
    let partial = signalbox(&["restore", backup_name, "--data", data_name]);

    for (refused, why) in [
        (again, "is not empty"),
        (damaged, "is damaged"),
        (newer, "has format 2"),
        (cut, "is not whole"),
        (partial, "no complete backup"),
    ] {
        let words = String::from_utf8_lossy(&refused.stderr);
        assert!(!refused.status.success() && words.contains(why), "{why}: {words}");
    }
    assert!(!data.exists());
}

async fn send(hub: &Hub, id: &str) -> u16 {
    let body = finding(id);
    let headers = signed(id, &body);
    let headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    hub.post("/hooks/edr", &headers, &body).await.map_or(0, |answer| answer.status().as_u16())
}

const RESUME: &str = "`signalbox resume`, once no other hub of this data runs";

/// Name, state and advice of every integration.
fn states(hub: &Hub) -> Vec<[String; 3]> {
    let rows = hub.ask(&["integrations", "list"]);
    let row = |row: &Value| {
        ["name", "state", "advice"].map(|key| row[key].as_str().unwrap_or_default().to_owned())
    };
    rows.as_array().unwrap().iter().map(row).collect()
}

fn owned((name, state, advice): (&str, &str, &str)) -> [String; 3] {
    [name, state, advice].map(str::to_owned)
}

fn pending(hub: &Hub) -> u64 {
    hub.ask(&["ledger"])["steps"][0]["pending"].as_u64().unwrap_or_default()
}

fn signalbox(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_signalbox")).args(arguments).output().unwrap()
}
