//! The configurations of hubs under test: the integration to certify, and what stands around it.

use serde_json::{Value, json};
use signalbox_sdk::testkit::certification::Setup;

/// The integration under test.
pub(in super::super) const SUBJECT: &str = "subject";

/// Where findings for a destination under test are posted.
pub(in super::super) const FEED_PATH: &str = "/hooks/feed";

/// Where the events of a source under test arrive, in the stage's folder.
pub(in super::super) const SINK_FILE: &str = "sink.ndjson";

/// A hub with a feed of findings, each of which is told to the integration under test.
pub(in super::super) fn receiving(connector: &str, setup: &Setup) -> Value {
    let mut subject = subject(connector, setup);
    subject["settle"] = json!("60s");
    subject["retry"] = json!("fast");
    json!({
        "http": { "listen": "127.0.0.1:0" },
        "integrations": {
            "feed": {
                "connector": "webhook",
                "direction": "receive",
                "path": FEED_PATH,
                "auth": { "unauthenticated": "accepted" },
                "mapping": "feed",
                "body_max": "4MiB",
            },
            SUBJECT: subject,
        },
        "mappings": {
            "feed": {
                "class": "detection_finding",
                "event_id": "id",
                "attributes": {
                    "finding_info.uid": "id",
                    "finding_info.title": "title",
                    "finding_info.desc": "detail",
                    "message": "detail",
                    "severity": "severity",
                    "device.hostname": "host",
                    "device.type": { "value": "Server" },
                    "metadata.product.name": { "value": "Certified feed" },
                },
            },
        },
        "alert_rules": {
            "everything": { "when": "integration = 'feed'", "notify": [{ "to": SUBJECT }] },
        },
    })
}

/// A hub that keeps whatever the integration under test brings.
pub(in super::super) fn sending(connector: &str, setup: &Setup, sink: &std::path::Path) -> Value {
    let mut subject = subject(connector, setup);
    subject["retry"] = json!("fast");
    json!({
        "http": { "listen": "127.0.0.1:0" },
        "integrations": {
            "sink": { "connector": "file", "path": sink },
            SUBJECT: subject,
        },
    })
}

fn subject(connector: &str, setup: &Setup) -> Value {
    let mut subject = setup.config.clone();
    subject["connector"] = json!(connector);
    subject
}
