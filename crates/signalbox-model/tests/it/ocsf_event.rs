//! The JSON of an event: complete, valid, in a fixed order, and nothing in it by hand that follows
//! from the rest.

use serde_json::{Value as JsonValue, json};
use signalbox_model::Severity;
use signalbox_model::ocsf::objects::{
    Actor, Api, Attack, Authorization, Device, Malware, Observable, ResourceDetails, Technique,
    User,
};
use signalbox_model::ocsf::schema::{Level, validate};
use signalbox_model::ocsf::{Class, ClassUid, Event, FindingStatus, Json, NetworkActivity, ids};

use crate::ocsf_samples::{NOON, Owned, detection, filled, json};

#[test]
fn an_event_with_everything_in_it_is_valid_in_every_class() {
    for class in ClassUid::ALL {
        let (event, _) = filled(class);

        let found = validate(&json(&event));

        let found: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found, Vec::<String>::new(), "{class}");
    }
}

#[test]
fn everything_set_by_a_path_stands_there_in_the_json() {
    for class in ClassUid::ALL {
        let (event, samples) = filled(class);
        let json = json(&event);

        for sample in samples {
            let found = at(&json, &sample.path);
            assert_eq!(found, Some(&as_json(&sample.value)), "{class}: {}", sample.path);
        }
    }
}

#[test]
fn what_follows_from_the_class_is_written_by_itself() {
    let event = detection();

    assert_eq!(
        json(&event),
        json!({
            "activity_id": 1,
            "activity_name": "Create",
            "category_uid": 2,
            "class_uid": 2004,
            "class_name": "Detection Finding",
            "type_uid": 200_401,
            "severity_id": 4,
            "severity": "High",
            "time": 1_772_366_400_000_i64,
            "finding_info": {
                "uid": "f-1",
                "title": "Login from a new country",
                "types": ["Login", "Geography"]
            },
            "evidences": [{"src_endpoint": {"ip": "203.0.113.7", "port": 50022}}],
            "metadata": {"version": "1.8.0", "product": {"name": "Acme EDR"}}
        })
    );
}

#[test]
fn a_profile_is_declared_when_something_of_it_was_written() {
    let mut event = Event::new(Class::NetworkActivity(Box::default()), NOON);
    event.device = Some(Box::default());
    event.disposition_id = Some(ids::disposition::BLOCKED);

    let json = json(&event);

    assert_eq!(json["metadata"]["profiles"], json!(["host", "security_control"]));
}

#[test]
fn a_class_that_has_an_attribute_anyway_declares_no_profile_for_it() {
    let mut event = detection();
    event.device = Some(Box::default());
    event.confidence_id = Some(ids::confidence::HIGH);
    event.malware = vec![Malware::default()];
    assert_eq!(json(&event)["metadata"].get("profiles"), None);

    event.actor = Some(Box::default());
    event.attacks = vec![Attack::default()];
    assert_eq!(json(&event)["metadata"]["profiles"], json!(["host", "security_control"]));
}

#[test]
fn each_attribute_that_a_profile_brings_declares_it() {
    let mut event = Event::new(Class::Base, NOON);
    event.authorizations = vec![Authorization::default()];
    assert_eq!(json(&event)["metadata"]["profiles"], json!(["security_control"]));

    let mut event = Event::new(Class::IncidentFinding(Box::default()), NOON);
    event.device = Some(Box::new(Device::default()));
    assert_eq!(json(&event)["metadata"]["profiles"], json!(["host"]));

    let mut event = Event::new(Class::Authentication(Box::default()), NOON);
    event.actor = Some(Box::new(Actor::default()));
    assert_eq!(json(&event)["metadata"].get("profiles"), None);
}

#[test]
fn the_cloud_profile_never_stands_without_its_cloud() {
    let mut event = detection();
    if let Class::DetectionFinding(finding) = &mut event.class {
        finding.resources = vec![ResourceDetails {
            uid: Some("arn:aws:s3:::bucket".into()),
            region: Some("eu-central-1".into()),
            provider: Some("AWS".into()),
            ..ResourceDetails::default()
        }];
    }
    assert_eq!(json(&event)["cloud"], json!({"provider": "AWS"}));
    assert_eq!(errors(&event), Vec::<String>::new());

    let mut event = detection();
    event.api = Some(Box::new(Api { operation: Some("ConsoleLogin".into()), ..Api::default() }));
    assert_eq!(json(&event)["cloud"], json!({"provider": "Unknown"}));
    assert_eq!(errors(&event), Vec::<String>::new());
}

#[test]
fn a_required_number_is_unknown_when_absent_and_other_beside_a_word() {
    let mut event = detection();
    event.observables = vec![
        Observable { value: Some("a".into()), ..Observable::default() },
        Observable { r#type: Some("Wallet".into()), ..Observable::default() },
    ];
    event.malware = vec![Malware { name: Some("Emotet".into()), ..Malware::default() }];

    let json = json(&event);

    assert_eq!(
        json["observables"],
        json!([{"type_id": 0, "value": "a"}, {"type_id": 99, "type": "Wallet"}])
    );
    assert_eq!(json["malware"], json!([{"classification_ids": [0], "name": "Emotet"}]));
    assert_eq!(errors(&event), Vec::<String>::new());
}

#[test]
fn the_word_beside_a_number_is_its_caption_whatever_was_set() {
    let mut event = detection();
    event.disposition_id = Some(ids::disposition::BLOCKED);
    event.disposition = Some("denied by policy".into());
    event.action_id = Some(ids::action::OTHER);
    event.action = Some("shrug".into());

    let json = json(&event);

    assert_eq!(json["disposition"], "Blocked");
    assert_eq!(json["action"], "shrug");
}

#[test]
fn a_severity_without_a_word_of_its_own_has_no_caption() {
    let mut event = detection();
    event.severity = Severity::Other;

    let json = json(&event);

    assert_eq!((&json["severity_id"], json.get("severity")), (&json!(99), None));
}

#[test]
fn leftovers_keep_their_order_and_their_shape() {
    let mut event = detection();
    event.unmapped.insert_text("z", "line\nbreak");
    event.unmapped.insert_json("a", Json::parse("{ \"b\": [1, 2.50] }").unwrap());
    event.unmapped.insert_text("dotted.key", "1");
    event.unmapped.insert_text("z", "once more");

    let mut bytes = Vec::new();
    event.write_json(&mut bytes);

    let text = String::from_utf8(bytes).unwrap();
    let expected = r#""unmapped":{"z":"once more","a":{"b":[1,2.50]},"dotted.key":"1"}"#;
    assert!(text.contains(expected), "{text}");
    assert_eq!(event.unmapped.len(), 3);
}

#[test]
fn text_of_any_kind_stays_one_line_of_json() {
    let wild = "\u{0}\u{1f}\"\\/\n\r\t\u{8}\u{c}\u{7f}é\u{2028}🦀";
    let mut event = detection();
    event.message = Some(wild.into());

    let mut bytes = Vec::new();
    event.write_json(&mut bytes);

    assert!(!bytes.contains(&b'\n'));
    assert_eq!(json(&event)["message"], wild);
}

#[test]
fn writing_appends_and_repeats_byte_for_byte() {
    let (event, _) = filled(ClassUid::HttpActivity);
    let mut once = Vec::new();
    event.write_json(&mut once);

    let mut twice = once.clone();
    event.write_json(&mut twice);

    assert_eq!(twice, [once.clone(), once].concat());
}

#[test]
fn what_was_written_of_any_class_reads_back_as_the_same_event() {
    for class in ClassUid::ALL {
        let (mut event, _) = filled(class);
        // An incident without a status is written with the number of an unknown one.
        event.status_id = Some(1);
        event.unmapped.insert_text("z.y", "line\n\"break\"");
        event.unmapped.insert_json("a", Json::parse("{\"b\":[1,2.50]}").unwrap());
        let mut written = Vec::new();
        event.write_json(&mut written);

        let read = Event::read_json(&written).unwrap();

        let mut again = Vec::new();
        read.write_json(&mut again);
        assert_eq!(String::from_utf8(again).unwrap(), String::from_utf8(written).unwrap());
        assert_eq!(read.unmapped, event.unmapped, "{class}");
    }
}

#[test]
fn what_is_no_event_does_not_read_as_one() {
    for json in ["", "{}", "[]", "{\"class_uid\":2004}", "{\"metadata\":{}}"] {
        assert_eq!(Event::read_json(json.as_bytes()), None, "{json}");
    }
}

#[test]
fn an_empty_event_is_still_a_json_object() {
    let event = Event::default();

    let json = json(&event);

    assert_eq!((&json["class_uid"], &json["type_uid"]), (&json!(0), &json!(0)));
}

#[test]
fn the_status_of_an_incident_is_numbered_its_own_way() {
    let mut incident = Event::new(Class::IncidentFinding(Box::default()), NOON);
    let mut finding = detection();

    for (status, of_incident, of_finding) in [
        (FindingStatus::New, 1, 1),
        (FindingStatus::InProgress, 2, 2),
        (FindingStatus::Suppressed, 99, 3),
        (FindingStatus::Resolved, 4, 4),
        (FindingStatus::Archived, 5, 5),
        (FindingStatus::Deleted, 5, 6),
        (FindingStatus::Other, 99, 99),
    ] {
        incident.set_finding_status(status);
        finding.set_finding_status(status);
        assert_eq!((incident.status_id, finding.status_id), (Some(of_incident), Some(of_finding)));
        assert_eq!(finding.finding_status(), Some(status));
    }
    finding.status_id = Some(ids::finding_status::UNKNOWN);
    assert_eq!(finding.finding_status(), Some(FindingStatus::New));
    incident.status_id = Some(ids::incident_status::ON_HOLD);
    assert_eq!(incident.finding_status(), Some(FindingStatus::InProgress));
    incident.status_id = Some(ids::incident_status::CLOSED);
    assert_eq!(incident.finding_status(), Some(FindingStatus::Resolved));
}

#[test]
fn an_incident_always_says_how_far_it_is() {
    let incident = Event::new(Class::IncidentFinding(Box::default()), NOON);

    assert_eq!(json(&incident)["status_id"], 0);
}

#[test]
fn the_status_of_a_plain_event_is_no_finding_status() {
    let mut event = Event::new(Class::NetworkActivity(Box::default()), NOON);
    event.status_id = Some(ids::status::SUCCESS);
    event.set_finding_status(FindingStatus::Resolved);

    assert_eq!((event.finding_status(), event.status_id), (None, Some(1)));
    assert_eq!(json(&event)["status"], "Success");
}

#[test]
fn the_primary_resource_is_the_nearest_thing_there_is() {
    let mut event = detection();
    assert_eq!(event.primary_resource(), None);

    event.device = Some(Box::new(Device {
        hostname: Some("web-1".into()),
        type_id: Some(ids::device_type::SERVER),
        ..Device::default()
    }));
    let device = event.primary_resource().unwrap();
    assert_eq!((device.uid, device.name, device.kind), (None, Some("web-1"), Some("Server")));

    if let Class::DetectionFinding(finding) = &mut event.class {
        finding.resources = vec![ResourceDetails {
            uid: Some("i-1".into()),
            ip: Some("192.0.2.1".into()),
            ..ResourceDetails::default()
        }];
    }
    let resource = event.primary_resource().unwrap();
    assert_eq!((resource.uid, resource.name), (Some("i-1"), Some("192.0.2.1")));
}

#[test]
fn the_primary_resource_of_a_connection_is_its_destination() {
    let mut activity = NetworkActivity::default();
    let end = |ip: &str| {
        Some(Box::new(signalbox_model::ocsf::objects::NetworkEndpoint {
            ip: Some(ip.into()),
            ..Default::default()
        }))
    };
    activity.flow.src_endpoint = end("192.0.2.1");
    let mut event = Event::new(Class::NetworkActivity(Box::new(activity)), NOON);
    assert_eq!(event.primary_resource().unwrap().name, Some("192.0.2.1"));

    if let Class::NetworkActivity(activity) = &mut event.class {
        activity.flow.dst_endpoint = end("192.0.2.2");
    }
    assert_eq!(event.primary_resource().unwrap().name, Some("192.0.2.2"));
}

#[test]
fn a_technique_and_a_user_read_as_they_were_set() {
    let mut event = detection();
    let technique = Technique { uid: Some("T1078".into()), ..Technique::default() };
    event.attacks = vec![Attack { technique: Some(Box::new(technique)), ..Attack::default() }];
    let user = User { name: Some("eve".into()), ..User::default() };
    event.actor = Some(Box::new(Actor { user: Some(Box::new(user)), ..Actor::default() }));

    assert_eq!(errors(&event), Vec::<String>::new());
}

fn errors(event: &Event) -> Vec<String> {
    let found = validate(&json(event));
    let errors = found.iter().filter(|violation| violation.level() == Level::Error);
    errors.map(ToString::to_string).collect()
}

/// Follows a path through the first element of every list.
fn at<'a>(json: &'a JsonValue, path: &str) -> Option<&'a JsonValue> {
    let mut found = json;
    for name in path.split('.') {
        found = found.get(name)?;
        if let JsonValue::Array(items) = found {
            found = items.first()?;
        }
    }
    Some(found)
}

fn as_json(value: &Owned) -> JsonValue {
    match value {
        Owned::Text(text) => json!(text),
        Owned::Integer(number) => json!(number),
        Owned::Float(number) => json!(number),
        Owned::Boolean(is_true) => json!(is_true),
        Owned::Timestamp(time) => json!(time.as_millis()),
        Owned::Json(json) => serde_json::from_str(json).unwrap(),
    }
}
