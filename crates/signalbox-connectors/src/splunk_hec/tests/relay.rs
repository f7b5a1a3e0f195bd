//! From hub to hub: what one sends the other takes over unchanged.

use serde_json::json;

use signalbox_model::Severity;
use signalbox_model::ocsf::objects::{Attack, FindingInfo, Observable, Product, Technique};
use signalbox_model::ocsf::{Class, DetectionFinding, Event};
use signalbox_sdk::role::Normalized;

use super::*;

fn finding() -> Event {
    let finding_info = FindingInfo {
        uid: Some("f-1".into()),
        title: Some("Quote \" and \\ and \u{1f600}\n".into()),
        ..FindingInfo::default()
    };
    let finding = DetectionFinding {
        finding_info: Some(Box::new(finding_info)),
        ..DetectionFinding::default()
    };
    let mut event = Event::new(Class::DetectionFinding(Box::new(finding)), NOON);
    event.severity = Severity::Critical;
    event.metadata.product =
        Some(Box::new(Product { name: Some("EDR".into()), ..Product::default() }));
    for uid in ["T1071", "T1105"] {
        let technique = Technique { uid: Some(uid.into()), ..Technique::default() };
        event.attacks.push(Attack { technique: Some(Box::new(technique)), ..Attack::default() });
    }
    for (type_id, value) in [(2, "10.1.2.3"), (1, "db-7")] {
        event.observables.push(Observable {
            type_id: Some(type_id),
            value: Some(value.into()),
            ..Observable::default()
        });
    }
    event.unmapped.insert_text("vendor.key", "kept");
    event
}

fn json_of(event: &Event) -> String {
    let mut json = Vec::new();
    event.write_json(&mut json);
    String::from_utf8(json).unwrap()
}

#[test]
fn an_event_is_the_same_at_the_next_hub_and_known_by_its_uid() {
    let mut event = finding();
    event.metadata.correlation_uid = Some("e-1".into());
    let without_uid = json_of(&event);
    event.metadata.uid = Some("e-1".into());
    let destination = sender("https://hub.example.com:8088", json!({}));
    let sent = batch(&*destination, &[&json_of(&event), &json_of(&event)]);
    let tokens = json!([{ "name": "hub", "token": "env:HEC_TOKEN" }]);
    let roles = build(json!({ "direction": "receive", "tokens": tokens })).unwrap();

    let request = post("/services/collector/event", sent.body);
    let decoded = receive(&*roles.webhook.unwrap(), &request).unwrap();
    let mut out = Vec::new();
    for raw in &decoded.events {
        roles.normalize.as_ref().unwrap().normalize(raw, &mut out);
    }

    assert_eq!(out.len(), 2);
    for normalized in out {
        let Normalized::Event(mapped) = normalized else { panic!("quarantined") };
        assert_eq!(mapped.event_id.as_deref(), Some("e-1"));
        assert_eq!(json_of(&mapped.event), without_uid);
    }
}
