//! CEF and LEEF by product: the class, and where the values went. The lines are made up after what the
//! products document.

use serde_json::{Value, json};

use super::{mapped, parts, violations};

/// Checks that a line is of a class and has these values at these paths.
fn check(line: &str, class: i64, expected: &Value) {
    let event = mapped(line);

    let paths: Vec<&str> = expected.as_object().unwrap().keys().map(String::as_str).collect();
    let values: Vec<&Value> = expected.as_object().unwrap().values().collect();
    assert_eq!(event["class_uid"], class, "{event}");
    assert_eq!(parts(&event, &paths), json!(values), "{paths:?} of {event}");
    assert_eq!(violations(&event), [] as [&str; 0], "{event}");
}

#[test]
fn a_firewalls_traffic_is_network_activity() {
    check(
        "<134>Jul  1 12:00:00 fw1 CEF:0|Palo Alto Networks|PAN-OS|11.1|end|TRAFFIC|1|\
         rt=Jul 01 2026 11:59:58 GMT deviceExternalId=0079 src=10.0.0.5 dst=192.0.2.80 \
         sourceTranslatedAddress=198.51.100.1 cs1Label=Rule cs1=Web out suser=corp\\\\alice app=ssl \
         cs4Label=Source Zone cs4=trust deviceInboundInterface=ae1 cn1Label=SessionID cn1=77 spt=5000 \
         dpt=443 proto=tcp act=allow in=100 out=2000 cn3Label=Elapsed time in seconds cn3=3 externalId=9",
        4001,
        &json!({
            "activity_name": "Close",
            "time": 1_782_907_198_000_i64,
            "action": "Allowed",
            "disposition": "Allowed",
            "severity": "Low",
            "duration": 3000,
            "actor.user": { "name": "alice", "domain": "corp" },
            "device": { "type_id": 0, "hostname": "fw1", "uid": "0079" },
            "src_endpoint": { "ip": "10.0.0.5", "port": 5000, "zone": "trust", "interface_name": "ae1" },
            "dst_endpoint": { "ip": "192.0.2.80", "port": 443 },
            "connection_info.protocol_name": "tcp",
            "connection_info.uid": "77",
            // `in` counts from source to destination.
            "traffic": { "bytes_in": 2000, "bytes_out": 100 },
            "app_name": "ssl",
            "firewall_rule": { "name": "Web out" },
            "unmapped": { "sourceTranslatedAddress": "198.51.100.1" },
            "metadata.product": { "name": "PAN-OS", "vendor_name": "Palo Alto Networks", "version": "11.1" },
            "metadata.event_code": "end",
            "metadata.original_event_uid": "9",
            "metadata.log_format": "CEF",
            "metadata.log_level": "info",
            "metadata.logged_time": 1_782_907_200_000_i64,
        }),
    );
}

#[test]
fn what_a_firewall_refused_is_no_finding() {
    check(
        "CEF:0|Fortinet|Fortigate|v7.4|00013|traffic:forward deny|3|src=10.0.0.5 spt=1 dst=192.0.2.1 \
         dpt=22 duser=bob proto=6 act=deny in=5 out=7 FTNTFGTpolicyname=no ssh FTNTFGTduration=2",
        4001,
        &json!({
            "activity_name": "Refuse",
            "disposition": "Blocked",
            "actor.user.name": "bob",
            "traffic": { "bytes_in": 5, "bytes_out": 7 },
            "policy.name": "no ssh",
        }),
    );
    check(
        "CEF:0|Check Point|VPN-1 & FireWall-1|R81|drop|dns|Unknown|act=drop deviceDirection=0 \
         rt=1782907200000 src=10.0.0.5 spt=5 dst=192.0.2.1 dpt=53 proto=17 cs2Label=Rule Name cs2=r1 \
         origin=10.255.0.1 loguid={0x1,0x2} sequencenum=4 externalId=11",
        4001,
        &json!({
            "disposition": "Dropped",
            "connection_info": {
                "direction_id": 1, "direction": "Inbound", "protocol_name": "udp", "protocol_num": 17
            },
            "firewall_rule.name": "r1",
            "device.ip": "10.255.0.1",
            "metadata.correlation_uid": "{0x1,0x2}",
            "metadata.original_event_uid": "11",
            "metadata.sequence": 4,
        }),
    );
}

#[test]
fn requests_are_http_activity_with_what_was_done_about_them() {
    check(
        "CEF:0|Incapsula|SIEMintegration|1|1|SQL Injection|9| fileId=33 sourceServiceName=shop.example \
         requestClientApplication=curl/8 cn1Label=statusCode cn1=403 request=shop.example/p qstr=a\\=1 \
         requestMethod=POST start=1782907200000 act=REQ_BLOCKED_SECURITY sip=192.0.2.3 spt=443 \
         src=198.51.100.4 cpt=5555 xff=203.0.113.9 ccode=DE",
        4002,
        &json!({
            "activity_name": "Post",
            "message": "SQL Injection",
            "disposition": "Blocked",
            "src_endpoint": { "ip": "198.51.100.4", "port": 5555, "location": { "country": "DE" } },
            "dst_endpoint": { "ip": "192.0.2.3", "port": 443, "hostname": "shop.example" },
            "http_request.url": { "url_string": "shop.example/p", "query_string": "a=1" },
            "http_request.x_forwarded_for": ["203.0.113.9"],
            "http_response.code": 403,
        }),
    );
    check(
        "Jul  1 12:00:00 waf CEF: 0|BarracudaNetworks|WAAS|1|WAF|WAF|4| cat=TR dvc=10.0.0.1 duser=\"-\" \
         in=9 src=198.51.100.4 dhost=app.example outcome=302 requestMethod=PRI msg=lang=en dst=- request=/",
        4002,
        &json!({
            "http_response.code": 302,
            "http_request": { "url": { "url_string": "/", "query_string": "lang=en" } },
            "dst_endpoint": { "hostname": "app.example" },
            // OCSF knows no such method.
            "unmapped": { "requestMethod": "PRI" },
            "metadata.reporter": { "hostname": "waf" },
            "metadata.log_name": "TR",
        }),
    );
}

#[test]
fn an_alert_is_a_finding_whose_identity_is_signature_and_resource() {
    let line = |id: u32, severity: u8| {
        format!(
            "CEF:0|FireEye|CMS|9|DM|domain-match|{severity}|rt=Jul 01 2026 12:00:00 UTC src=10.0.0.5 \
             shost=ws-1 cs5Label=cncHost cs5=evil.example cn3Label=cncPort cn3=53 externalId={id} \
             cs1Label=sname cs1=Trojan.X cs4Label=link cs4=https://cms.example/e"
        )
    };
    check(
        &line(1, 7),
        2004,
        &json!({
            "severity": "High",
            "finding_info": {
                "uid": "FireEye/CMS/DM/Trojan.X@ws-1",
                "title": "Trojan.X",
                "analytic": {
                    "type_id": 1, "type": "Rule", "name": "domain-match", "uid": "Trojan.X", "category": "DM"
                },
                "src_url": "https://cms.example/e",
            },
            "resources": [{ "name": "ws-1", "hostname": "ws-1" }],
            "evidences": [{
                "src_endpoint": { "ip": "10.0.0.5", "hostname": "ws-1" },
                "dst_endpoint": { "hostname": "evil.example", "port": 53 },
            }],
            "metadata.original_event_uid": "1",
        }),
    );

    let uid = |line: &str| mapped(line)["finding_info"]["uid"].clone();
    assert_eq!(uid(&line(1, 7)), uid(&line(2, 3)));
}

#[test]
fn a_products_own_id_of_a_finding_is_its_identity() {
    check(
        "CEF:0|CyberArk|PTA|12|20|Privileged account anomaly|8|cs1Label=incidentId cs1=55a3 suser=root \
         cs2Label=link cs2=https://pta.example/55a3",
        2004,
        &json!({ "finding_info.uid": "55a3", "finding_info.src_url": "https://pta.example/55a3" }),
    );
}

#[test]
fn a_vendors_word_for_the_status_closes_a_finding() {
    check(
        "CEF:0|Claroty|CTD|4|Alert|Port Scan|5|src=10.0.0.1 dst=10.0.0.2 outcome=Resolved cn2Label=Alert Score cn2=90",
        2004,
        &json!({ "status": "Resolved", "activity_name": "Close", "risk_score": 90 }),
    );
}

#[test]
fn files_and_hashes_of_an_endpoint_are_evidence() {
    let hash = "ab".repeat(32);
    check(
        &format!(
            "CEF:0|Trend Micro|Deep Security Agent|20|4000000|Eicar|6|dvchost=ws-2 act=Delete \
             filePath=C:\\\\Temp\\\\x.exe TrendMicroDsFileSHA256={hash} msg=Realtime"
        ),
        2004,
        &json!({
            "disposition": "Deleted",
            "device.hostname": "ws-2",
            "evidences.0.file": {
                "name": "x.exe", "path": "C:\\Temp\\x.exe", "type_id": 0,
                "hashes": [{ "algorithm_id": 3, "algorithm": "SHA-256", "value": hash }]
            },
        }),
    );
}

#[test]
fn who_logged_in_is_authentication_and_who_changed_what_entity_management() {
    check(
        "CEF:0|Cyber-Ark|Vault|12|7|Logon|5|act=\"Logon\" suser=user2 shost=10.0.0.9",
        3002,
        &json!({
            "activity_name": "Logon",
            "user": { "name": "user2" },
            "service": { "name": "Vault" },
            "src_endpoint": { "ip": "10.0.0.9" },
        }),
    );
    check(
        "CEF:0|Microsoft|Microsoft Windows||Microsoft-Windows-Security-Auditing:4634|An account was logged off.|Low|\
         duser=alice duid=0x3e7 dhost=dc1",
        3002,
        &json!({ "activity_name": "Logoff", "user": { "name": "alice", "uid": "0x3e7" } }),
    );
    check(
        "CEF:0|Netwrix|Active Directory|1.0|Added|Added user|0|shost=dc1 cat=user suser=CORP\\\\root \
         filePath=\\\\com\\\\corp\\\\bob start=Jul 01 2026 12:00:00 GMT",
        3004,
        &json!({
            "activity_name": "Create",
            "entity": { "name": "\\com\\corp\\bob", "type_id": 2, "type": "User" },
            "actor.user": { "name": "root", "domain": "CORP", "type_id": 2, "type": "Admin" },
        }),
    );
}

#[test]
fn a_look_up_that_a_policy_touched_is_dns_activity() {
    check(
        "CEF:0|Infoblox|NIOS Threat|9|1203|Blacklist|7|src=10.0.0.3 spt=5 dst=10.0.0.2 dpt=53 act=\"DROP\" \
         fqdn=evil.example hit_count=4",
        4003,
        &json!({ "query.hostname": "evil.example", "disposition": "Dropped", "count": 4 }),
    );
}

#[test]
fn an_unknown_products_class_follows_from_its_keys() {
    let class = |header: &str, pairs: &str| {
        mapped(&format!("CEF:0|Nobody|Thing|1|{header}|{pairs}"))["class_uid"].clone()
    };

    assert_eq!(class("42|allowed|3", "src=10.0.0.1 dst=10.0.0.2 act=allow"), 4001);
    assert_eq!(
        class("42|request|3", "src=10.0.0.1 request=http://a.example/ requestMethod=GET"),
        4002
    );
    assert_eq!(class("42|User login failed|3", "suser=bob src=10.0.0.1 outcome=failure"), 3002);
    assert_eq!(class("42|Malware found|8", "src=10.0.0.1"), 2004);
    assert_eq!(class("42|Malware found|2", "src=10.0.0.1"), 4001);
    assert_eq!(class("DetectionSummaryEvent|PowerShell|4", "src=10.0.0.1"), 2004);
    assert_eq!(class("42|Disk full|9", "msg=no room"), 3004);
}

#[test]
fn nothing_is_dropped() {
    let event = mapped(
        "CEF:0|Nobody|Thing|1|42|n|3|src=10.0.0.1 dst=not a host spt=x cs1=unlabeled cs2Label=alone \
         cs3Label=L cs3=1 cs4Label=L cs4=2 own=3 own=4 dvc=10.0.0.9 dvc=10.0.0.8 duser=${user} act=learn",
    );

    assert_eq!(
        event["unmapped"],
        json!({
            "spt": "x", "cs1": "unlabeled", "cs2Label": "alone", "L": "1", "L_2": "2", "own": "3",
            "own_2": "4", "dvc": "10.0.0.8", "duser": "${user}", "act": "learn",
        })
    );
}

#[test]
fn leef_is_read_like_cef() {
    check(
        "<13>Jul  1 12:00:00 h LEEF:2.0|Nobody|Thing|1|42|^|src=10.0.0.1^dst=10.0.0.2^srcPort=1^dstPort=2\
         ^usrName=joe^sev=8^proto=6^devTime=1782907200000",
        4001,
        &json!({
            "severity": "High",
            "src_endpoint": { "ip": "10.0.0.1", "port": 1 },
            "dst_endpoint": { "ip": "10.0.0.2", "port": 2 },
            "actor.user.name": "joe",
            "connection_info.protocol_name": "tcp",
            "metadata.log_format": "LEEF",
        }),
    );
}

#[test]
fn a_faulty_header_costs_no_value_and_is_told() {
    check(
        "<13>Jul  1 12:00:00 h CEF:0|Nobody|Thing|src=10.0.0.1 dst=10.0.0.2",
        4001,
        &json!({
            "src_endpoint.ip": "10.0.0.1",
            "unmapped": { "parse_error": "byte 41: the header has 3 of 7 fields" },
        }),
    );
}

#[test]
fn a_mark_without_a_header_is_told_and_kept() {
    check(
        "<13>Jul  1 12:00:00 h CEF: nothing",
        0,
        &json!({
            "message": "CEF: nothing",
            "unmapped": {
                "parse_error": "byte 22: no version and `|` after `CEF:`; is the header complete?"
            },
        }),
    );
}
