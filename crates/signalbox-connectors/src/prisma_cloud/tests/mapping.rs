//! What alerts become, whichever way they come.

use super::*;

#[tokio::test]
async fn an_alert_of_the_api_is_told_whole() {
    let bench = Bench::start().await;
    bench.add_alerts(1);
    let (events, _) = poll_all(&*bench.source("alerts"), None).await;

    let mapped = event(bench.normalized(&events[0]).remove(0));

    assert_eq!(mapped.event_id.as_deref(), Some("P-1 open 1772366340000"));
    let mut json = json_of(&mapped);
    // The simulator's address has another port each time.
    let page = json["finding_info"]["src_url"].take();
    assert_eq!(
        page,
        json!(format!("http://{}/resource?id=customer-exports", bench.server.address()))
    );
    assert_eq!(json["unmapped"]["resource.url"].take(), page);
    let expected: Value =
        serde_json::from_str(include_str!("../fixtures/alert_open.ocsf.json")).unwrap();
    assert_eq!(json, expected, "{json:#}");
}

#[test]
fn an_alert_that_is_posted_and_one_that_is_polled_are_the_same() {
    let roles = pushed_only(json!({}));
    let mut alert = SimulatedAlert::new("P-7", minutes_before_noon(3));
    for status in ["open", "dismissed", "snoozed", "resolved", "pending_resolution"] {
        for policy_type in ["config", "anomaly"] {
            alert.set_status(status, minutes_before_noon(1));
            policy_type.clone_into(&mut alert.policy_type);
            let mut item = alert.item(true);
            if policy_type == "anomaly" {
                item["policy"]["complianceMetadata"] = json!([]);
            }

            let [polled, posted] =
                [item, alert.pushed()].map(|body| received(&roles, body).remove(0));

            assert_eq!(polled.event_id, posted.event_id);
            let told = [&polled, &posted].map(|mapped| {
                let mut json = json_of(mapped);
                // What only one of them has.
                for place in ["/unmapped", "/finding_info/src_url", "/finding_info/types"] {
                    json.pointer_mut(place).map(Value::take);
                }
                json.pointer_mut("/finding_info/modified_time").map(Value::take);
                json.pointer_mut("/finding_info/analytic/category").map(Value::take);
                json.as_object_mut().unwrap().retain(|_, value| !value.is_null());
                without_nulls(json)
            });
            assert_eq!(told[0], told[1], "{status} {policy_type}");
        }
    }
}

#[test]
fn a_status_is_the_findings_status() {
    let roles = pushed_only(json!({}));
    let told = |status: &str| {
        let mut alert = SimulatedAlert::new("P-1", minutes_before_noon(3));
        alert.set_status(status, minutes_before_noon(1));
        let json = json_of(&received(&roles, alert.pushed()).remove(0));
        let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
        [text("status"), text("activity_name"), text("status_code")].join(" ")
    };

    assert_eq!(told("open"), "New Create open");
    assert_eq!(told("dismissed"), "Suppressed Update dismissed");
    assert_eq!(told("snoozed"), "Suppressed Update snoozed");
    assert_eq!(told("resolved"), "Resolved Close resolved");
    assert_eq!(told("pending_resolution"), "In Progress Update pending_resolution");
    assert_eq!(told("archived"), "archived Update archived");
}

#[test]
fn the_type_of_the_policy_decides_the_class() {
    let roles = pushed_only(json!({}));
    let class = |policy_type: &str| {
        let mut alert = SimulatedAlert::new("P-1", minutes_before_noon(3));
        policy_type.clone_into(&mut alert.policy_type);
        json_of(&received(&roles, alert.item(true)).remove(0))["class_uid"].as_i64().unwrap()
    };

    assert_eq!(["config", "iam", "network_config"].map(class), [2003; 3]);
    assert_eq!(["audit_event", "anomaly", "network", "data", "attack_path"].map(class), [2004; 5]);
}

#[test]
fn severities_are_those_of_the_product() {
    let roles = pushed_only(json!({}));
    let severity = |word: &str| {
        let mut alert = SimulatedAlert::new("P-1", minutes_before_noon(3));
        word.clone_into(&mut alert.severity);
        received(&roles, alert.pushed()).remove(0).event.severity.rank()
    };

    let words = ["critical", "high", "medium", "low", "informational", "purple"];
    assert_eq!(words.map(severity), [5, 4, 3, 2, 1, 0]);
}

#[test]
fn a_body_that_was_edited_is_read_by_the_names_it_has() {
    let roles = pushed_only(json!({ "alertId": "id", "severity": "prio", "alertTs": "when" }));
    let body = json!([{
        "id": "P-9", "prio": "low", "when": "1772366400000", "alertStatus": "open",
        "policyName": "Ours", "resourceName": "x", "team": "web",
    }]);

    let mapped = received(&roles, body).remove(0);

    let json = json_of(&mapped);
    assert_eq!(mapped.event_id.as_deref(), Some("P-9 open 1772366400000"));
    assert_eq!((&json["severity"], &json["unmapped"]), (&json!("Low"), &json!({ "team": "web" })));
}

#[test]
fn without_the_time_of_opening_nothing_is_taken_for_a_repeat() {
    let roles = pushed_only(json!({}));

    let mapped = received(&roles, json!({ "alertId": "P-1", "alertStatus": "open" })).remove(0);

    assert_eq!(mapped.event_id, None);
    assert_eq!(json_of(&mapped)["finding_info"], json!({ "uid": "P-1", "title": "P-1" }));
}

#[test]
fn the_sample_of_the_test_button_is_marked_as_one() {
    let roles = pushed_only(json!({}));
    let body = json!({ "sender": "Prisma Cloud Alert Notification", "message": "This is a test" });

    let json = json_of(&received(&roles, body).remove(0));

    assert_eq!(json["metadata"]["labels"], json!(["sample"]));
    assert_eq!((&json["class_uid"], &json["message"]), (&json!(0), &json!("This is a test")));
}

#[test]
fn what_is_no_event_is_kept_with_the_reason() {
    let roles = pushed_only(json!({}));
    let deep = format!("{{\"alertId\":\"P-1\",\"x\":{}{}}}", "[".repeat(120), "]".repeat(120));
    for (body, reason) in [
        (r#"{"token":"x","message":null,"roles":[]}"#.to_owned(), "neither an alert nor a scan"),
        ("[7]".to_owned(), "is no JSON object"),
        (deep, "nested deeper than 100 levels"),
    ] {
        let raw = raws(&roles, &body).remove(0);

        let told = normalized(&roles, &raw).remove(0);

        let Normalized::Quarantine { reason: told, .. } = told else { panic!("{body} maps") };
        assert!(told.contains(reason), "{told}");
    }
}

#[test]
fn half_a_surrogate_pair_loses_no_alert() {
    let roles = pushed_only(json!({}));
    let body = r#"{"alertId":"P-1","alertStatus":"open","policyName":"x\ud83d","more":"y\ud83d"}"#;

    let json = json_of(&received(&roles, body).remove(0));

    assert_eq!(json["finding_info"]["title"], "x\u{fffd}");
}

pub(super) fn pushed_only(fields: Value) -> Roles {
    let context = PrismaCloudSimulator::default().context();
    let webhook = json!({ "secrets": ["env:PRISMA_WEBHOOK_TOKEN"], "fields": fields });
    (crate::prisma_cloud::CONNECTOR.build)(json!({ "webhook": webhook }), &context).unwrap()
}

pub(super) fn raws(roles: &Roles, body: &str) -> Vec<RawEvent> {
    let received = Timestamp::from_millis(NOON);
    let body = bytes::Bytes::copy_from_slice(body.as_bytes());
    let request = Request::local("/hooks/prisma".into(), body, received);
    roles.webhook.as_ref().unwrap().decode(&request).unwrap().events
}

fn without_nulls(mut value: Value) -> Value {
    if let Value::Object(members) = &mut value {
        members.retain(|_, member| !member.is_null());
        for member in members.values_mut() {
            *member = without_nulls(member.take());
        }
    }
    value
}
