//! The shipped mapping for Prometheus Alertmanager.

use std::path::Path;

use super::*;
use crate::mapping::shipped;

fn alertmanager() -> Mapping {
    let shipped = shipped().iter().find(|shipped| shipped.name == "alertmanager").unwrap();
    Mapping::compile(&serde_saphyr::from_str(shipped.yaml).unwrap()).unwrap()
}

fn notification(alerts: Value) -> RawEvent {
    let body = json!({
        "version": "4",
        "groupKey": "{}/{team=\"web\"}:{alertname=\"DiskAlmostFull\"}",
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "signalbox",
        "groupLabels": {"alertname": "DiskAlmostFull"},
        "commonLabels": {"alertname": "DiskAlmostFull", "team": "web"},
        "commonAnnotations": {},
        "externalURL": "http://alertmanager.example.net:9093",
        "alerts": alerts
    });
    raw(body.to_string())
}

fn firing() -> Value {
    json!({
        "status": "firing",
        "labels": {
            "alertname": "DiskAlmostFull", "instance": "db-2.example.net", "severity": "page",
            "team": "web", "mountpoint": "/var"
        },
        "annotations": {"summary": "Disk of db-2 is 97 % full", "runbook": "https://wiki.example.net/disk"},
        "startsAt": "2026-03-01T11:58:00.5Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.example.net/graph?g0.expr=x",
        "fingerprint": "c0ffee0123456789"
    })
}

fn resolved() -> Value {
    let mut alert = firing();
    alert["status"] = json!("resolved");
    alert["endsAt"] = json!("2026-03-01T12:30:00Z");
    alert
}

#[test]
fn every_shipped_mapping_compiles() {
    for shipped in shipped() {
        let config: MappingConfig = serde_saphyr::from_str(shipped.yaml).unwrap();
        assert!(Mapping::compile(&config).is_ok(), "{}", shipped.name);
    }
}

#[test]
fn a_firing_alert_is_a_new_finding() {
    let mapped = event(apply(&alertmanager(), &notification(json!([firing()]))).remove(0));

    assert_eq!(mapped.event_id.unwrap(), "c0ffee0123456789|2026-03-01T11:58:00.5Z|firing");
    assert_eq!(
        written(&mapped.event),
        json!({
            "activity_id": 1, "activity_name": "Create",
            "category_uid": 2, "class_uid": 2004, "class_name": "Detection Finding",
            "type_uid": 200_401,
            "severity_id": 5, "severity": "Critical",
            "status_id": 1, "status": "New",
            "time": 1_772_366_280_500_i64,
            "start_time": 1_772_366_280_500_i64,
            "message": "Disk of db-2 is 97 % full",
            "finding_info": {
                "uid": "c0ffee0123456789",
                "title": "DiskAlmostFull",
                "desc": "Disk of db-2 is 97 % full",
                "analytic": {"name": "DiskAlmostFull", "type_id": 1, "type": "Rule"},
                "first_seen_time": 1_772_366_280_500_i64,
                "src_url": "http://prometheus.example.net/graph?g0.expr=x"
            },
            "resources": [{"name": "db-2.example.net"}],
            "unmapped": {
                "labels": {"team": "web", "mountpoint": "/var"},
                "annotations": {"runbook": "https://wiki.example.net/disk"},
                "endsAt": "0001-01-01T00:00:00Z",
                "receiver": "signalbox",
                "groupKey": "{}/{team=\"web\"}:{alertname=\"DiskAlmostFull\"}"
            },
            "metadata": {
                "version": "1.8.0",
                "product": {
                    "name": "Alertmanager", "vendor_name": "Prometheus",
                    "url_string": "http://alertmanager.example.net:9093"
                },
                "log_version": "4"
            }
        })
    );
}

#[test]
fn a_resolved_alert_closes_the_same_finding() {
    let entries = apply(&alertmanager(), &notification(json!([firing(), resolved()])));
    let [firing, resolved] = <[Normalized; 2]>::try_from(entries).unwrap().map(event);

    let uid = |mapped: &MappedEvent| mapped.event.finding_info().unwrap().uid.clone();
    assert_eq!(uid(&firing), uid(&resolved));
    assert_ne!(firing.event_id, resolved.event_id);
    let closed = written(&resolved.event);
    assert_eq!(
        (&closed["activity_name"], &closed["status"]),
        (&json!("Close"), &json!("Resolved"))
    );
    assert_eq!(closed["time"], 1_772_368_200_000_i64);
}

#[test]
fn a_repeated_notification_has_the_same_event_id() {
    let id = || {
        event(apply(&alertmanager(), &notification(json!([firing()]))).remove(0)).event_id.unwrap()
    };

    assert_eq!(id(), id());
}

/// Bodies of other products must not become events of this one, nor be lost.
#[test]
fn what_other_products_send_is_quarantined_whole() {
    let Ok(corpus) = std::env::var("SIGNALBOX_CORPUS") else {
        eprintln!("SKIPPED: SIGNALBOX_CORPUS is not set");
        return;
    };
    let mapping = alertmanager();
    for number in 1..=3 {
        let name = format!("webhooks/alertmanager-opsgenie-{number}.json");
        let body = std::fs::read(Path::new(&corpus).join(name)).unwrap();

        let [Normalized::Quarantine { original, .. }] =
            <[Normalized; 1]>::try_from(apply(&mapping, &raw(body.clone()))).unwrap()
        else {
            panic!("file {number} became an event")
        };

        assert_eq!(original, body);
    }
}

/// Whatever is not UTF-8 JSON or has a strange form, every body ends as an event or quarantined.
#[test]
fn nothing_of_the_corpus_is_lost() {
    let Ok(corpus) = std::env::var("SIGNALBOX_CORPUS") else {
        eprintln!("SKIPPED: SIGNALBOX_CORPUS is not set");
        return;
    };
    let mapping = compile(json!({
        "class": "detection_finding",
        "fingerprint": ["id", "name", "title", "."],
        "attributes": {
            "finding_info.title": ["title", "name", "alert.name", "id"],
            "metadata.product.name": {"value": "Any"},
        }
    }))
    .unwrap();
    for folder in ["webhooks", "guardduty", "securityhub", "wiz", "edr-and-others", "okta"] {
        for file in std::fs::read_dir(Path::new(&corpus).join(folder)).unwrap() {
            let body = std::fs::read(file.unwrap().path()).unwrap();
            match apply(&mapping, &raw(body)).remove(0) {
                Normalized::Event(mapped) => drop(written(&mapped.event)),
                Normalized::Quarantine { reason, .. } => assert!(!reason.is_empty()),
            }
        }
    }
}
