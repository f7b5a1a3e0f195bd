//! Senders of other formats: firewalls, name servers, proxies, JSON and plain text. The lines are made
//! up after what the products document.

use serde_json::json;

use signalbox_sdk::role::Parsed;

use super::{check, document, event, parts};

#[test]
fn plain_text_is_a_base_event_and_no_error() {
    let event = event("<27>Jul  1 12:00:00 web1 myapp[77]: disk is getting full");

    assert_eq!(event.parsed, Parsed::InFull);
    let event = document(&event);
    assert_eq!(
        parts(&event, &["class_uid", "message", "severity", "device.hostname", "unmapped"]),
        json!([0, "disk is getting full", "High", "web1", { "process_id": "77" }])
    );
    assert_eq!(event["metadata"]["log_name"], "daemon");
    assert_eq!(event["metadata"]["log_level"], "err");
    assert_eq!(event["metadata"]["log_provider"], "myapp");
}

#[test]
fn a_frame_without_a_host_has_that_of_the_peer() {
    check(
        "something happened",
        0,
        &json!({ "device.ip": "192.0.2.9", "severity": "Unknown", "metadata.log_name": null }),
    );
}

#[test]
fn structured_data_means_what_its_names_say() {
    check(
        "<14>1 2026-07-01T12:00:00Z srx RT_FLOW - RT_FLOW_SESSION_CLOSE [junos@2636 reason=\"idle\" \
         source-address=\"10.0.0.1\" source-port=\"5\" destination-address=\"10.0.0.2\" \
         destination-port=\"80\" protocol-id=\"6\" nat-rule=\"r\"] closed",
        4001,
        &json!({
            "src_endpoint": { "ip": "10.0.0.1", "port": 5 },
            "dst_endpoint": { "ip": "10.0.0.2", "port": 80 },
            "message": "closed",
            "unmapped": { "junos@2636.nat-rule": "r", "message_id": "RT_FLOW_SESSION_CLOSE" },
        }),
    );
}

#[test]
fn pan_os_writes_fields_by_their_places() {
    let ends = "10.0.0.1,192.0.2.1,0.0.0.0,0.0.0.0,rule 1,corp\\bob,,web-browsing,vsys1,in,out,e1,e2,Log,\
                2026/07/01 12:00:00,7,1,5,80,0,0,0x0,tcp";

    check(
        &format!(
            "<14>Jul  1 12:00:00 fw 1,2026/07/01 11:59:59,0079,TRAFFIC,end,1,2026/07/01 11:59:58,{ends},\
             allow,30,10,20,3,2026/07/01 11:59:00,4,any"
        ),
        4001,
        &json!({
            "time": 1_782_907_198_000_i64,
            "traffic": { "bytes": 30, "bytes_out": 10, "bytes_in": 20 },
            "duration": 4000,
            "actor.user": { "name": "bob", "domain": "corp" },
            "firewall_rule.name": "rule 1",
        }),
    );
    check(
        &format!(
            "<14>Jul  1 12:00:00 fw 1,2026/07/01 11:59:59,0079,THREAT,vulnerability,1,2026/07/01 11:59:58,\
             {ends},reset-both,\"a,b\",Bad Thing(31700),any,high,client-to-server"
        ),
        2004,
        &json!({
            "finding_info.title": "Bad Thing(31700)",
            "severity": "High",
            "disposition": "Reset",
            "resources.0.name": "192.0.2.1",
            "evidences.0.url.url_string": "a,b",
        }),
    );
}

#[test]
fn check_point_writes_structured_data_and_bars() {
    check(
        "time=1782907200|hostname=gw|product=Firewall|action=Drop|src=10.0.0.1|s_port=5|dst=10.0.0.2|\
         service=23|proto=6|rule_name=r|ifdir=inbound",
        4001,
        &json!({
            "disposition": "Dropped",
            "dst_endpoint": { "ip": "10.0.0.2", "port": 23 },
            "firewall_rule.name": "r",
            "device.hostname": "gw",
            "time": 1_782_907_200_000_i64,
        }),
    );
    check(
        "<134>1 2026-07-01T12:00:00Z gw CheckPoint 1 - [sc4s@2620 action=\"Detect\" product=\"Anti Malware\" \
         protection_name=\"C2.X\" src=\"10.0.0.1\" dst=\"192.0.2.1\" severity=\"High\"]",
        2004,
        &json!({ "finding_info.title": "C2.X", "severity": "High", "unmapped": { "product": "Anti Malware", "severity": "High", "process_id": "1" } }),
    );
}

#[test]
fn cisco_ise_tells_who_was_let_in() {
    check(
        "<181>Jul  1 12:00:00 ise CISE_Failed_Attempts 1 1 0 2026-07-01 12:00:00.0 +00:00 2 5400 NOTICE \
         Failed-Attempt: Authentication failed, Device IP Address=10.0.0.2, User-Name=bob, \
         FailureReason=24408 wrong password,",
        3002,
        &json!({
            "user.name": "bob",
            "status": "Failure",
            "status_detail": "24408 wrong password",
            "message": "Authentication failed",
            "metadata.event_code": "5400",
        }),
    );
}

#[test]
fn packet_filters_tell_of_packets() {
    check(
        "<134>Jul  1 12:00:00 fw filterlog[1]: 5,,,1000,igb0,match,block,in,4,0x0,,64,1,0,DF,6,tcp,60,\
         192.0.2.7,10.0.0.5,5000,22,0,S",
        4001,
        &json!({
            "disposition": "Blocked",
            "src_endpoint": { "ip": "192.0.2.7", "port": 5000 },
            "dst_endpoint": { "ip": "10.0.0.5", "port": 22 },
            "device.interface_name": "igb0",
        }),
    );
    check(
        "<4>Jul  1 12:00:00 web1 kernel: [12.3] [UFW BLOCK] IN=eth0 OUT= MAC=aa SRC=192.0.2.7 DST=10.0.0.5 \
         LEN=40 PROTO=TCP SPT=5 DPT=22",
        4001,
        &json!({ "disposition": "Blocked", "dst_endpoint.port": 22, "unmapped.LEN": "40" }),
    );
}

#[test]
fn name_servers_and_proxies_tell_of_requests() {
    check(
        "<134>Jul  1 12:00:00 ns1 named[1]: client @0x7f 10.0.0.3#6156 (a.example): query: a.example IN AAAA + (10.0.0.2)",
        4003,
        &json!({
            "activity_name": "Query",
            "query": { "hostname": "a.example", "type": "AAAA", "class": "IN" },
            "src_endpoint": { "ip": "10.0.0.3", "port": 6156 },
            "dst_endpoint.ip": "10.0.0.2",
        }),
    );
    check(
        "<134>Jul  1 12:00:00 px squid[1]: 1782907200.123 382 10.0.0.13 TCP_DENIED/403 4646 GET http://a.example/ bob \
         HIER_DIRECT/192.0.2.1 text/html",
        4002,
        &json!({
            "http_response": { "code": 403, "content_type": "text/html" },
            "disposition": "Blocked",
            "actor.user.name": "bob",
            "time": 1_782_907_200_123_i64,
        }),
    );
}

#[test]
fn json_is_read_by_its_names() {
    check(
        "<134>Jul  1 12:00:00 ids suricata[1]: {\"timestamp\":\"2026-07-01T11:00:00Z\",\"event_type\":\"alert\",\
         \"src_ip\":\"192.0.2.7\",\"src_port\":5,\"dest_ip\":\"10.0.0.5\",\"dest_port\":80,\"proto\":\"TCP\",\
         \"alert\":{\"action\":\"blocked\",\"signature\":\"ET X\",\"signature_id\":2001,\"rev\":3}}",
        2004,
        &json!({
            "time": 1_782_903_600_000_i64,
            "finding_info.title": "ET X",
            "finding_info.uid": "suricata/2001@10.0.0.5",
            "disposition": "Blocked",
            "unmapped": { "process_id": "1", "alert.rev": 3 },
        }),
    );
    check(
        "<134>Jul  1 12:00:00 h app: {\"level\":\"error\",\"msg\":\"it broke\",\"n\":[1],\"user\":\"bob\"}",
        0,
        &json!({
            "message": "it broke",
            "severity": "High",
            "actor.user.name": "bob",
            "unmapped": { "level": "error", "n": [1] },
        }),
    );
}

/// 1 is the worst; the priority of the header says only how the program is.
#[test]
fn an_alert_of_suricata_is_as_bad_as_its_signature_says() {
    for (said, expected) in [
        ("1", "High"),
        ("2", "Medium"),
        ("3", "Low"),
        ("4", "Informational"),
        ("255", "Informational"),
    ] {
        check(
            &format!(
                "<129>Jul  1 12:00:00 ids suricata[1]: {{\"event_type\":\"alert\",\"src_ip\":\"192.0.2.7\",\
                 \"dest_ip\":\"10.0.0.5\",\"alert\":{{\"signature\":\"ET X\",\"severity\":{said}}}}}"
            ),
            2004,
            &json!({ "severity": expected }),
        );
    }
}

#[test]
fn json_that_was_cut_is_told_and_kept() {
    let event = event("<134>Jul  1 12:00:00 h app: {\"a\":1,\"b\":");

    assert_eq!(event.parsed, Parsed::Not);
    let event = document(&event);
    assert_eq!(event["message"], "{\"a\":1,\"b\":");
    let error = event["unmapped"]["parse_error"].as_str().unwrap();
    assert!(error.starts_with("byte 38: not a JSON object: EOF"), "{error}");
}

#[test]
fn bytes_that_are_no_utf_8_are_kept_in_the_original() {
    let event = super::Source::by_default().event(b"<13>Jul  1 12:00:00 h app: caf\xe9");

    assert_eq!(event.parsed, Parsed::InPart);
    assert_eq!(document(&event)["message"], "caf\u{fffd}");
    assert!(event.original.ends_with(b"\xe9"));
}

#[test]
fn stamps_without_a_zone_are_in_that_of_the_settings() {
    let source = super::Source::of(json!({
        "direction": "receive", "udp": [{}], "zone": "Europe/Berlin"
    }));

    let event = source
        .event(b"<13>Jul  1 12:00:00 h CEF:0|a|b|c|d|e|5|rt=Jul 01 2026 12:00:01 src=10.0.0.1");

    let event = document(&event);
    assert_eq!(event["time"], 1_782_900_001_000_i64);
    assert_eq!(event["metadata"]["logged_time"], 1_782_900_000_000_i64);
}
