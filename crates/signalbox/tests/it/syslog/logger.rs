//! `logger` of util-linux, in every form that it has.

use std::process::Command;

use serde_json::Value;

use super::{network_to_splunk, socket};
use crate::hub::{Hub, eventually, free_address};
use crate::peers::program;
use crate::products::Splunk;

/// Options, priority, and what the event has to say of it: the level and the severity.
const FORMS: [(&str, &str, &str, u64); 6] = [
    ("--udp --rfc3164", "auth.crit", "crit", 5),
    ("--udp --rfc5424", "auth.warning", "warning", 3),
    ("--tcp --octet-count --rfc3164", "local0.err", "err", 4),
    ("--tcp --octet-count --rfc5424", "daemon.notice", "notice", 2),
    ("--tcp --rfc3164", "user.info", "info", 1),
    ("--tcp --rfc5424", "cron.alert", "alert", 5),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_logger_arrives_once_by_every_transport_in_both_formats() {
    let Some(logger) = program(&["logger"]) else { return };
    let (splunk, address) = (Splunk::start().await, free_address());
    let sockets = socket("udp", address) + &socket("tcp", address);
    let hub = Hub::start(&network_to_splunk(&sockets, &splunk), &[Splunk::ENVIRONMENT]).await;

    for (number, (options, priority, ..)) in (1_u64..).zip(FORMS) {
        let mut command = Command::new(&logger);
        command.args(["--server", &address.ip().to_string()]);
        command.args(["--port", &address.port().to_string()]);
        command.args(options.split(' ')).args(["--priority", priority]);
        command.args(["--tag", &format!("app-{number}"), &format!("The {number}. door is open")]);
        assert!(command.status().unwrap().success());
        // Each is waited for: nothing promises that datagrams keep their order.
        let frames = "signalbox_ingest_frames_total{integration=\"network\"}";
        let is_taken = eventually(async || hub.metric(frames).await == number).await;
        assert!(is_taken, "{options}: {}", hub.log());
    }

    assert!(hub.settled(6).await, "{}", hub.log());
    let arrived: Vec<Said> =
        splunk.simulator.events().iter().map(|indexed| said(&indexed.event)).collect();
    let sent = (1..).zip(FORMS).map(|(number, (_, _, level, severity))| {
        let [text, program] = [format!("The {number}. door is open"), format!("app-{number}")];
        (text, program, level.to_owned(), severity)
    });
    assert_eq!(arrived, sent.collect::<Vec<Said>>());
}

/// Text, program, level and severity.
type Said = (String, String, String, u64);

fn said(event: &Value) -> Said {
    let text = |pointer| event.pointer(pointer).unwrap().as_str().unwrap().to_owned();
    let severity = event["severity_id"].as_u64().unwrap();
    (text("/message"), text("/metadata/log_provider"), text("/metadata/log_level"), severity)
}
