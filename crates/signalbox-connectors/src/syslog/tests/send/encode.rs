//! What a message looks like.

use super::*;

fn cef() -> Arc<dyn Destination> {
    sender(json!({ "transport": "relp", "payload": "cef" }))
}

fn logon() -> Value {
    json!({
        "class_uid": 3002, "class_name": "Authentication", "type_uid": 300_201,
        "type_name": "Authentication: Logon", "severity_id": 4, "time": 1,
        "message": "a login", "status_id": 2, "status_detail": "bad password",
        "metadata": { "uid": "0197-1", "product": { "vendor_name": "Acme", "name": "Gate" } },
        "device": { "hostname": "gate-1", "ip": "192.0.2.1", "uid": "d-1", "type_id": 1 },
        "user": { "name": "alice", "domain": "CORP", "uid": "S-1" },
        "src_endpoint": { "ip": "203.0.113.7", "port": 51_000, "hostname": "pc-1" },
        "dst_endpoint": { "ip": "192.0.2.9", "port": 22 },
    })
}

#[test]
fn an_event_is_its_json_behind_a_header_of_rfc_5424() {
    let destination = sender(json!({ "enterprise_number": 64_999, "facility": "authpriv" }));
    let event = json!({ "class_name": "Detection Finding", "severity_id": 5,
        "device": { "hostname": "db-7" }, "metadata": { "uid": "u\"1\n" } });

    let message = encoded(&*destination, &event);

    let frame = format!(
        "<82>1 2026-07-01T12:00:00.000Z db-7 signalbox - detection_finding \
         [signalbox@64999 uid=\"u\\\"1#012\"] {event}"
    );
    assert_eq!(message, format!("{} {frame}", frame.len()));
}

#[test]
fn without_a_number_of_ones_own_there_is_no_structured_data() {
    let destination = sender(json!({ "hostname": "hub-1", "app_name": "hub" }));

    let message = encoded(&*destination, &event_saying("x"));

    let (_, frame) = message.split_once(' ').unwrap();
    assert!(frame.starts_with("<131>1 2026-07-01T12:00:00.000Z hub-1 hub - base_event - {"));
}

#[test]
fn old_receivers_get_rfc_3164_and_lines() {
    let destination = sender(json!({ "header": "rfc3164", "framing": "newline" }));

    let message = encoded(&*destination, &json!({ "severity_id": 1 }));

    assert_eq!(message, "<134>Jul  1 12:00:00 signalbox signalbox: {\"severity_id\":1}\n");
}

#[test]
fn what_is_said_of_messages_decides_who_encodes_alike() {
    let encoded = |config| {
        let destination = sender(config);
        (destination.encoding(), encoded(&*destination, &event_saying("x")))
    };
    let plain = encoded(json!({}));

    assert_eq!(encoded(json!({ "to": "127.0.0.1:2", "batch_events_max": 7 })), plain);
    for said in [
        json!({ "facility": "kern" }),
        json!({ "hostname": "hub-1" }),
        json!({ "app_name": "hub" }),
        json!({ "enterprise_number": 64_999 }),
        json!({ "header": "rfc3164" }),
        json!({ "payload": "cef" }),
        json!({ "framing": "newline" }),
        json!({ "transport": "relp" }),
    ] {
        let (encoding, message) = encoded(said.clone());
        assert_ne!(encoding, plain.0, "{said}");
        assert_ne!(message, plain.1, "{said}");
    }
}

#[test]
fn each_severity_has_its_priority_and_none_is_an_emergency() {
    let destination = sender(json!({ "facility": "kern", "transport": "relp" }));
    for (severity, priority) in [(0, 5), (1, 6), (2, 5), (3, 4), (4, 3), (5, 2), (6, 1), (99, 5)] {
        let message = encoded(&*destination, &json!({ "severity_id": severity }));

        assert!(message.starts_with(&format!("<{priority}>1 ")), "{severity}: {message}");
    }
}

#[test]
fn an_activity_is_told_in_cef_with_all_that_it_has() {
    let message = encoded(&*cef(), &logon());

    let (_, line) = message.split_once(" - CEF:").unwrap();
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        line,
        format!(
            r"0|Signalbox|Signalbox|{version}|300201|Authentication: Logon|8|rt=1782907200000 externalId=0197-1 cat=Authentication outcome=failure src=203.0.113.7 spt=51000 shost=pc-1 dst=192.0.2.9 dpt=22 duser=CORP\\alice duid=S-1 dvc=192.0.2.1 dvchost=gate-1 deviceExternalId=d-1 reason=bad password msg=a login flexString1Label=source flexString1=edr originalProduct=Acme Gate"
        )
    );
}

#[test]
fn a_request_is_told_in_cef_with_its_traffic_and_file() {
    let event = json!({
        "class_name": "HTTP Activity", "type_uid": 400_203, "type_name": "HTTP Activity: Get",
        "severity_id": 1, "start_time": 5, "end_time": 6, "count": 2, "risk_score": 70,
        "action_id": 2, "action": "Denied", "disposition_id": 2, "disposition": "Blocked",
        "connection_info": { "protocol_name": "tcp", "direction_id": 2 },
        "traffic": { "bytes_in": 10, "bytes_out": 20 }, "app_protocol_name": "https",
        "app_name": "browser", "firewall_rule": { "name": "deny-all" },
        "src_endpoint": { "mac": "00:11:22:33:44:55", "domain": "CORP", "svc_name": "s",
            "interface_name": "eth0", "owner": { "name": "bob", "uid": "7" } },
        "dst_endpoint": { "interface_name": "eth1", "owner": { "name": "root" } },
        "actor": { "process": { "name": "curl", "pid": 42 } },
        "http_request": { "http_method": "GET", "user_agent": "agent/1", "referrer": "r",
            "url": { "url_string": "https://x.example/?a=b" } },
        "http_response": { "code": 403 },
        "file": { "name": "x.exe", "path": "/tmp/x.exe", "size": 9, "uid": "inode", "mime_type": "a/b",
            "created_time": 1, "modified_time": 2, "hashes": [
                { "algorithm_id": 1, "value": "md5" }, { "algorithm_id": 3, "value": "sha256" } ] },
        "malware": [{ "name": "Worm" }],
    });

    let message = encoded(&*cef(), &event);

    let (_, extension) = message.split_once("|0|").unwrap();
    assert_eq!(
        extension,
        r"rt=1782907200000 start=5 end=6 cnt=2 cat=HTTP Activity act=Blocked smac=00:11:22:33:44:55 sntdom=CORP sourceServiceName=s deviceInboundInterface=eth0 deviceOutboundInterface=eth1 suser=bob suid=7 duser=root sproc=curl spid=42 proto=tcp deviceDirection=1 app=https in=20 out=10 request=https://x.example/?a\=b requestMethod=GET requestClientApplication=agent/1 requestContext=r fname=x.exe filePath=/tmp/x.exe fileHash=sha256 fsize=9 fileId=inode fileType=a/b fileCreateTime=1 fileModificationTime=2 cs1Label=rule cs1=deny-all cs6Label=threat cs6=Worm flexString1Label=source flexString1=edr cn1Label=riskScore cn1=70 cn2Label=httpStatus cn2=403 application=browser"
    );
}

#[test]
fn a_finding_is_told_by_its_rule_and_its_evidence() {
    let event = json!({
        "class_name": "Detection Finding", "type_uid": 200_401,
        "type_name": "Detection Finding: Create", "severity_id": 5, "status_id": 1, "status": "New",
        "metadata": { "uid": "0197-2" },
        "finding_info": { "uid": "f-1", "title": "Mimikatz", "analytic": { "uid": "r-9", "name": "Dump" } },
        "evidences": [{}, { "src_endpoint": { "ip": "2001:db8::7" }, "query": { "hostname": "c2.example" },
            "url": { "url_string": "http://c2.example" }, "user": { "name": "carol" } }],
        "resources": [{ "uid": "i-1" }],
        "attacks": [{ "technique": { "uid": "T1003" }, "sub_technique": { "uid": "T1003.001" } },
            { "technique": { "uid": "T1110" } }],
        "vulnerabilities": [{ "cve": { "uid": "CVE-2026-1" } }],
    });

    let message = encoded(&*cef(), &event);

    let (_, line) = message.split_once("|r-9|").unwrap();
    assert_eq!(
        line,
        "Detection Finding: Create|10|rt=1782907200000 externalId=0197-2 cat=Detection Finding \
         src=2001:db8::7 duser=carol destinationDnsDomain=c2.example request=http://c2.example \
         msg=Mimikatz cs1Label=rule cs1=Dump cs2Label=findingUid cs2=f-1 cs3Label=status cs3=New \
         cs4Label=techniques cs4=T1003.001, T1110 cs5Label=resource cs5=i-1 cs6Label=threat \
         cs6=CVE-2026-1 flexString1Label=source flexString1=edr flexString2Label=finding \
         flexString2=Mimikatz"
    );
}

#[test]
fn an_alert_is_told_by_its_rule_step_and_delivery_key() {
    let event = json!({ "src_endpoint": { "ip": "192.0.2.5" }, "device": { "hostname": "db-7" } });
    let item = notification(StepKind::Update(2), event);
    let destination =
        sender(json!({ "payload": "cef", "transport": "relp", "enterprise_number": 7 }));
    let mut out = Vec::new();

    destination.encode(&Item::Notification(&item), &mut out).unwrap();

    let (key, id) = (item.key, item.alert.id);
    let version = env!("CARGO_PKG_VERSION");
    let expected = format!(
        "<131>1 2026-07-01T12:01:00.000Z db-7 signalbox - alert_updated [signalbox@7 \
         delivery_key=\"{key}\" alert=\"{id}\" rule=\"critical\" step=\"update 2\" status=\"open\"] \
         CEF:0|Signalbox|Signalbox|{version}|critical|Alert updated|8|rt=1782907260000 \
         externalId={key} start=1782907200000 cnt=3 src=192.0.2.5 dvchost=db-7 msg=Rendered \
         title\\nFirst line\\nsecond\\=line cs1Label=rule cs1=critical cs3Label=status cs3=open \
         cs4Label=techniques cs4=T1110 cs5Label=resource cs5=db-7 flexString1Label=source \
         flexString1=edr signalboxAlert={id} signalboxStep=update 2 team=blue"
    );
    assert_eq!(String::from_utf8(out).unwrap(), expected);
}

#[test]
fn every_step_of_an_alert_has_its_words_and_its_time() {
    let destination = sender(json!({ "transport": "relp" }));
    let mut resolved = notification(StepKind::Resolve(1), json!("not an event"));
    resolved.alert.resolved_at = Some(NOON.saturating_add(std::time::Duration::from_secs(120)));
    for (item, head) in [
        (
            notification(StepKind::Open, json!({})),
            "12:00:00.000Z signalbox signalbox - alert_opened",
        ),
        (resolved, "12:02:00.000Z signalbox signalbox - alert_resolved"),
    ] {
        let mut out = Vec::new();
        destination.encode(&Item::Notification(&item), &mut out).unwrap();

        let message = String::from_utf8(out).unwrap();
        assert!(message.contains(head), "{message}");
        assert_eq!(payload(&message)["data"]["key"], item.key.to_string());
    }
}

#[test]
fn json_that_is_too_long_is_refused_and_cef_leaves_out_what_is_least_wanted() {
    let long = "x\"=".repeat(100_000);
    let mut event = logon();
    event["message"] = json!(long);
    event["actor"] = json!({ "process": { "name": long }, "user": { "name": long } });
    event["malware"] = json!([{ "name": long }]);
    let (json, mut out) = (event.to_string(), Vec::new());
    let item = Item::Event(EventItem { json: json.as_bytes(), time: NOON, source: "edr" });

    let refused = sender(json!({})).encode(&item, &mut out).unwrap_err();
    let small =
        sender(json!({ "payload": "cef", "message_bytes_max": "4KiB", "transport": "relp" }));
    small.encode(&item, &mut out).unwrap();

    assert_eq!(refused.kind(), ErrorKind::Rejected);
    assert!(refused.to_string().contains("raise `message_bytes_max`"), "{refused}");
    let message = String::from_utf8(out).unwrap();
    assert!(message.len() <= 4096 && message.contains(" src=203.0.113.7 "), "{}", message.len());
    assert!(!message.contains("cs6"), "{message}");
}

#[test]
fn what_is_no_event_is_a_bug() {
    let mut out = Vec::new();
    let item = Item::Event(EventItem { json: b"{", time: NOON, source: "edr" });

    for payload in ["json", "cef"] {
        let error = sender(json!({ "payload": payload })).encode(&item, &mut out).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Bug);
    }
}
