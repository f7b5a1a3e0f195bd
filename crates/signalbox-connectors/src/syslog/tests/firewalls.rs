//! Cisco ASA and FortiGate. The lines are made up after what the products document.

use serde_json::{Value, json};

use super::{check, mapped};

#[test]
fn cisco_asa_tells_of_connections_and_log_ins() {
    check(
        "<166>Jul  1 12:00:00 asa1 %ASA-6-302013: Built outbound TCP connection 77 for \
         outside:192.0.2.80/443 (192.0.2.80/443) to inside:10.0.0.5/5000 (10.0.0.5/5000)",
        4001,
        &json!({
            "src_endpoint": { "ip": "10.0.0.5", "port": 5000, "interface_name": "inside" },
            "dst_endpoint": { "ip": "192.0.2.80", "port": 443, "interface_name": "outside" },
            "connection_info.uid": "77",
            "connection_info.direction": "Outbound",
            "disposition": "Allowed",
            "metadata.event_code": "302013",
        }),
    );
    check(
        "<164>Jul  1 12:00:00 asa1 %ASA-4-106023: Deny tcp src outside:192.0.2.7/5 dst inside:10.0.0.5/22 \
         by access-group \"edge\" [0x0, 0x0]",
        4001,
        &json!({
            "activity_name": "Refuse",
            "src_endpoint.ip": "192.0.2.7",
            "firewall_rule.name": "edge",
            "severity": "Medium",
        }),
    );
    check(
        "<166>Jul  1 12:00:00 asa1 %ASA-6-113005: AAA user authentication Rejected : reason = Invalid \
         password : server = 10.0.0.2 : user = bob : user IP = 192.0.2.7",
        3002,
        &json!({ "user.name": "bob", "status": "Failure", "src_endpoint.ip": "192.0.2.7" }),
    );
    check(
        "<165>Jul  1 12:00:00 asa1 %ASA-5-111008: User 'admin' executed the 'write' command.",
        0,
        &json!({ "metadata.event_code": "111008" }),
    );
}

fn teardown(number: u32, protocol: &str, ends: &str) -> String {
    format!(
        "<166>Jul  1 12:00:00 asa1 %ASA-6-{number}: Teardown {protocol} connection 77 for {ends} \
         duration 0:00:30 bytes 1024 TCP FINs"
    )
}

#[test]
fn the_well_known_port_is_the_destination_of_a_torn_down_connection() {
    let inside = json!({ "ip": "10.0.0.5", "port": 51000, "interface_name": "inside" });
    let outside = json!({ "ip": "192.0.2.80", "port": 443, "interface_name": "outside" });
    let expected = json!({
        "src_endpoint": inside,
        "dst_endpoint": outside,
        "connection_info.uid": "77",
        "traffic.bytes": 1024,
        "is_src_dst_assignment_known": true,
    });

    let outbound = "outside:192.0.2.80/443 to inside:10.0.0.5/51000";
    check(&teardown(302014, "TCP", outbound), 4001, &expected);
    let inbound = "inside:10.0.0.5/51000 to outside:192.0.2.80/443";
    check(&teardown(302016, "UDP", inbound), 4001, &expected);
}

/// Both ports say nothing, a client may use the port as well, FTP's server calls back, and ICMP has none.
#[test]
fn a_teardown_that_does_not_tell_who_began_says_so() {
    for (number, protocol, first, second) in [
        (302014, "TCP", "outside:192.0.2.80/8443", "inside:10.0.0.5/51000"),
        (302016, "UDP", "outside:192.0.2.80/123", "inside:10.0.0.5/123"),
        (302014, "TCP", "outside:192.0.2.80/800", "inside:10.0.0.5/2049"),
        (302014, "TCP", "outside:192.0.2.80/20", "inside:10.0.0.5/51000"),
    ] {
        check(
            &teardown(number, protocol, &format!("{first} to {second}")),
            4001,
            &json!({
                "src_endpoint.ip": "192.0.2.80",
                "dst_endpoint.ip": "10.0.0.5",
                "traffic.bytes": 1024,
                "is_src_dst_assignment_known": false,
            }),
        );
    }
    check(
        "<166>Jul  1 12:00:00 asa1 %ASA-6-302021: Teardown ICMP connection for faddr 192.0.2.80/0 \
         gaddr 198.51.100.5/1 laddr 10.0.0.5/1",
        4001,
        &json!({ "src_endpoint.ip": "192.0.2.80", "is_src_dst_assignment_known": false }),
    );
}

#[test]
fn a_translation_of_addresses_is_no_connection() {
    check(
        "<166>Jul  1 12:00:00 asa1 %ASA-6-305011: Built dynamic TCP translation from \
         inside:10.0.0.5/51000 to outside:198.51.100.5/2013",
        0,
        &json!({ "metadata.event_code": "305011" }),
    );
}

#[test]
fn fortigate_writes_pairs_whose_type_is_the_class() {
    let line = |kind: &str| {
        format!(
            "<189>date=2026-07-01 time=12:00:00 devname=\"fw\" devid=\"FGT1\" logid=\"1\" {kind} \
             level=\"warning\" srcip=10.0.0.1 srcport=5 dstip=192.0.2.1 dstport=443 proto=6"
        )
    };

    check(
        &line("type=\"traffic\" subtype=\"forward\" action=\"close\" sentbyte=1 rcvdbyte=2"),
        4001,
        &json!({
            "disposition": "Allowed",
            "traffic": { "bytes_in": 2, "bytes_out": 1 },
            "severity": "Medium",
            "device.hostname": "fw",
            "metadata.product.name": "FortiGate",
        }),
    );
    check(
        &line("type=\"utm\" subtype=\"ips\" attack=\"Bad.Thing\" attackid=9 action=\"dropped\""),
        2004,
        &json!({ "finding_info.title": "Bad.Thing", "resources.0.ip": "192.0.2.1" }),
    );
    check(
        &line(
            "type=\"utm\" subtype=\"webfilter\" hostname=\"a.example\" url=\"/x\" action=\"blocked\"",
        ),
        4002,
        &json!({ "http_request.url.url_string": "/x", "dst_endpoint.hostname": "a.example" }),
    );
}

/// The level of the log is `alert` for every attack, however bad it is.
#[test]
fn an_attack_that_fortigate_finds_is_as_bad_as_its_severity_says() {
    let severity = |line: String| mapped(&line)["severity"].clone();
    let pairs = |said: &str| {
        severity(format!(
            "<185>date=2026-07-01 time=12:00:00 devname=\"fw\" devid=\"FGT1\" logid=\"0419016384\" \
             type=\"utm\" subtype=\"ips\" level=\"alert\" {said} srcip=10.0.0.1 dstip=192.0.2.1 attack=\"X\""
        ))
    };
    let cef = |said: &str| {
        severity(format!(
            "<185>Jul  1 12:00:00 fw CEF:0|Fortinet|Fortigate|v7.4|16384|utm:ips signature dropped|7|\
             FTNTFGTlevel=alert {said} src=10.0.0.1 dst=192.0.2.1 FTNTFGTattack=X"
        ))
    };

    for (word, expected) in [
        ("info", "Informational"),
        ("low", "Low"),
        ("medium", "Medium"),
        ("high", "High"),
        ("critical", "Critical"),
    ] {
        assert_eq!(pairs(&format!("severity=\"{word}\"")), expected);
        assert_eq!(cef(&format!("FTNTFGTseverity={word}")), expected);
    }
    assert_eq!((pairs(""), cef("")), (Value::from("Critical"), Value::from("High")));
}
