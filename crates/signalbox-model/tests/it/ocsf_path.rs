//! Paths: what is read, what is set, and what is refused.

use std::ops::ControlFlow;

use signalbox_model::Severity;
use signalbox_model::ocsf::object::Object;
use signalbox_model::ocsf::objects::{Cve, Vulnerability};
use signalbox_model::ocsf::{
    AssignError, Class, ClassUid, Event, FieldKind, FieldPath, Mismatch, Value, ValueRef,
    VulnerabilityFinding, ids,
};

use crate::ocsf_samples::{NOON, detection, filled};

#[test]
fn everything_that_was_set_is_read_back() {
    for class in ClassUid::ALL {
        let (event, samples) = filled(class);

        for sample in samples {
            let path = FieldPath::parse(&sample.path).unwrap();
            let read = event.first(&path);
            assert_eq!(read, Some(sample.value.value_ref()), "{class}: {path}");
            assert!(path.exists_in(class), "{class}: {path}");
        }
    }
}

#[test]
fn a_list_is_walked_to_every_value() {
    let weakness = |uid: &str| Vulnerability {
        cve: Some(Box::new(Cve { uid: Some(uid.into()), ..Cve::default() })),
        ..Vulnerability::default()
    };
    let finding = VulnerabilityFinding {
        vulnerabilities: vec![weakness("CVE-1"), Vulnerability::default(), weakness("CVE-2")],
        ..VulnerabilityFinding::default()
    };
    let event = Event::new(Class::VulnerabilityFinding(Box::new(finding)), NOON);

    assert_eq!(texts(&event, "vulnerabilities.cve.uid"), ["CVE-1", "CVE-2"]);
    assert!(path("vulnerabilities.cve.uid").is_repeated());
    assert!(!path("finding_info.uid").is_repeated());
}

#[test]
fn a_visit_ends_when_the_visitor_says_so() {
    let event = detection();
    let mut seen = 0;

    let ended = event.visit(&path("finding_info.types"), &mut |_| {
        seen += 1;
        ControlFlow::Break(())
    });

    assert_eq!((ended, seen), (ControlFlow::Break(()), 1));
}

#[test]
fn a_path_that_ends_above_the_attributes_reads_the_object() {
    let event = detection();

    let read = event.first(&path("evidences.src_endpoint"));

    assert!(matches!(read, Some(ValueRef::Object(_))), "{read:?}");
    assert_eq!(path("evidences").kind(), FieldKind::ObjectList);
}

#[test]
fn what_follows_from_the_class_can_be_read() {
    let mut event = detection();
    event.status_id = Some(ids::finding_status::IN_PROGRESS);

    for (name, expected) in [
        ("activity_id", ValueRef::Integer(1)),
        ("activity_name", ValueRef::Text("Create")),
        ("category_uid", ValueRef::Integer(2)),
        ("category_name", ValueRef::Text("Findings")),
        ("class_uid", ValueRef::Integer(2004)),
        ("class_name", ValueRef::Text("Detection Finding")),
        ("type_uid", ValueRef::Integer(200_401)),
        ("type_name", ValueRef::Text("Detection Finding: Create")),
        ("severity_id", ValueRef::Integer(4)),
        ("severity", ValueRef::Text("High")),
        ("status_id", ValueRef::Integer(2)),
        ("status", ValueRef::Text("In Progress")),
        ("time", ValueRef::Timestamp(NOON)),
        ("metadata.version", ValueRef::Text("1.8.0")),
    ] {
        assert_eq!(event.first(&path(name)), Some(expected), "{name}");
    }
}

#[test]
fn a_number_is_read_by_its_caption_too() {
    let mut event = detection();
    event.disposition_id = Some(ids::disposition::BLOCKED);

    assert_eq!(event.first(&path("disposition")), Some(ValueRef::Text("Blocked")));
}

#[test]
fn setting_a_word_finds_its_number() {
    let mut event = detection();
    for (name, word) in [
        ("severity", "critical"),
        ("status", "resolved"),
        ("activity_name", "UPDATE"),
        ("disposition", "blocked"),
        ("action", "shrugged"),
    ] {
        event.assign(&path(name), Value::Text(word)).unwrap();
    }

    assert_eq!(event.severity, Severity::Critical);
    assert_eq!(event.status_id, Some(ids::finding_status::RESOLVED));
    assert_eq!(event.activity_id, 2);
    assert_eq!(event.disposition_id, Some(ids::disposition::BLOCKED));
    assert_eq!((event.action_id, event.action.as_deref()), (Some(99), Some("shrugged")));
}

#[test]
fn a_word_that_is_no_severity_is_refused() {
    let mut event = detection();

    let refused = event.assign(&path("severity"), Value::Text("purple"));

    assert!(matches!(refused, Err(AssignError::Mismatch { .. })), "{refused:?}");
    assert_eq!(event.severity, Severity::High);
}

#[test]
fn setting_through_a_list_makes_an_element_and_stays_in_it() {
    let mut event = detection();

    event.assign(&path("resources.name"), Value::Text("web-1")).unwrap();
    event.assign(&path("resources.owner.name"), Value::Text("eve")).unwrap();
    event.assign(&path("finding_info.types"), Value::Text("Third")).unwrap();

    assert_eq!(texts(&event, "resources.name"), ["web-1"]);
    assert_eq!(texts(&event, "resources.owner.name"), ["eve"]);
    assert_eq!(texts(&event, "finding_info.types"), ["Login", "Geography", "Third"]);
}

#[test]
fn an_empty_object_for_a_list_appends_an_element_to_fill() {
    let mut event = detection();
    let mut list = Vec::new();
    let observables = Event::table().find("observables", &mut list).unwrap();
    let mut value = list.clone();
    observables.object.unwrap()().find("value", &mut value).unwrap();

    for text in ["a", "b"] {
        Object::assign(&mut event, &list, Value::Json("{}")).unwrap();
        Object::assign(&mut event, &value, Value::Text(text)).unwrap();
    }

    assert_eq!(texts(&event, "observables.value"), ["a", "b"]);
}

#[test]
fn a_refused_value_leaves_no_empty_element_in_a_list() {
    let mut event = detection();

    let refused = event.assign(&path("resources.created_time"), Value::Text("soon"));

    assert!(refused.is_err());
    assert!(event.resources().is_empty());
}

#[test]
fn a_text_becomes_what_the_attribute_is_only_when_it_is_exactly_that() {
    let mut event = detection();
    let port = path("evidences.src_endpoint.port");

    event.assign(&port, Value::Text(" 443 ")).unwrap();
    assert_eq!(event.first(&port), Some(ValueRef::Integer(443)));

    for (value, actual) in [
        (Value::Text("443.0"), FieldKind::Text),
        (Value::Text("https"), FieldKind::Text),
        (Value::Text(""), FieldKind::Text),
        (Value::Float(443.5), FieldKind::Float),
        (Value::Float(1e300), FieldKind::Float),
        (Value::Boolean(true), FieldKind::Boolean),
        (Value::Timestamp(NOON), FieldKind::Timestamp),
        (Value::Json("443"), FieldKind::Json),
    ] {
        let mismatch = Mismatch { expected: FieldKind::Integer, actual };
        let refused = AssignError::Mismatch { path: port.to_string(), mismatch };
        assert_eq!(event.assign(&port, value), Err(refused), "{value:?}");
    }
    assert_eq!(event.first(&port), Some(ValueRef::Integer(443)));
}

#[test]
fn each_kind_takes_what_can_be_it() {
    let mut event = detection();
    for (name, value, expected) in [
        ("message", Value::Integer(5), ValueRef::Text("5")),
        ("message", Value::Boolean(true), ValueRef::Text("true")),
        ("message", Value::Float(1.5), ValueRef::Text("1.5")),
        ("message", Value::Timestamp(NOON), ValueRef::Text("2026-03-01T12:00:00.000Z")),
        ("count", Value::Float(3.0), ValueRef::Integer(3)),
        ("is_alert", Value::Text("Yes"), ValueRef::Boolean(true)),
        ("is_alert", Value::Integer(0), ValueRef::Boolean(false)),
        ("start_time", Value::Text("2026-03-01 12:00:00"), ValueRef::Timestamp(NOON)),
        ("start_time", Value::Integer(1_772_366_400), ValueRef::Timestamp(NOON)),
        ("time", Value::Text("1772366400000"), ValueRef::Timestamp(NOON)),
        ("evidences.data", Value::Text("plain"), ValueRef::Text("plain")),
        ("evidences.data", Value::Json("[1, 2]"), ValueRef::Json("[1,2]")),
        ("vulnerabilities.cve.cvss.base_score", Value::Integer(7), ValueRef::Float(7.0)),
    ] {
        let path = path(name);
        event.assign(&path, value).unwrap();
        assert_eq!(event.first(&path), Some(expected), "{name} from {value:?}");
        assert!(path.accepts(value.kind()), "{name} from {value:?}");
    }
}

#[test]
fn a_path_knows_the_words_of_its_enumeration() {
    let words = path("disposition").captions();

    assert_eq!(words, Some(ids::disposition::CAPTIONS));
    assert_eq!(path("disposition_id").captions(), words);
    assert_eq!(path("message").captions(), None);
}

#[test]
fn what_a_path_never_accepts_is_known_before_an_event_comes() {
    assert!(path("time").accepts(FieldKind::Text));
    assert!(!path("time").accepts(FieldKind::Boolean));
    assert!(!path("class_uid").accepts(FieldKind::Integer));
    assert!(!path("metadata.version").accepts(FieldKind::Text));
    assert!(!path("finding_info").accepts(FieldKind::Json));
    assert!(path("unmapped.x").accepts(FieldKind::Json));
}

#[test]
fn a_path_of_another_class_is_neither_read_nor_set() {
    let mut event = Event::new(Class::NetworkActivity(Box::default()), NOON);
    let title = path("finding_info.title");

    let refused = event.assign(&title, Value::Text("x")).unwrap_err();

    assert_eq!(
        refused.to_string(),
        "assign `finding_info.title`: class `network_activity` has no such attribute; map to \
         another class or path"
    );
    assert_eq!(event.first(&title), None);
    assert!(!title.exists_in(ClassUid::NetworkActivity));
    assert!(title.exists_in(ClassUid::DetectionFinding));
}

#[test]
fn what_is_computed_cannot_be_set() {
    let mut event = detection();

    for name in ["class_uid", "type_name", "metadata.version", "evidences", "unmapped.*"] {
        let refused = event.assign(&path(name), Value::Integer(1));
        assert_eq!(refused, Err(AssignError::Computed { path: name.to_owned() }));
    }
}

#[test]
fn leftovers_are_read_and_set_by_their_whole_key() {
    let mut event = detection();

    event.assign(&path("unmapped.cs1.label"), Value::Text("Rule")).unwrap();
    event.assign(&path("unmapped.n"), Value::Integer(7)).unwrap();
    event.assign(&path("unmapped.when"), Value::Timestamp(NOON)).unwrap();

    assert_eq!(event.first(&path("unmapped.cs1.label")), Some(ValueRef::Text("Rule")));
    assert_eq!(event.first(&path("unmapped.n")), Some(ValueRef::Integer(7)));
    assert_eq!(event.first(&path("unmapped.absent")), None);
    let mut values = 0;
    let ended = event.visit(&path("unmapped.*"), &mut |_| {
        values += 1;
        ControlFlow::Continue(())
    });
    assert_eq!((ended, values), (ControlFlow::Continue(()), 3));
    assert!(path("unmapped.*").is_repeated());
}

/// The nearest name of the unknown part is the header itself, which leads nowhere either.
#[test]
fn a_path_below_a_header_is_unknown_and_nothing_else() {
    for path in ["severity.x", "status.name", "class_uid.x.y"] {
        assert!(FieldPath::parse(path).is_err(), "{path}");
    }
}

#[test]
fn an_unknown_path_names_the_nearest() {
    for (wrong, nearest) in [
        ("src_endpoint.ipp", Some("src_endpoint.ip")),
        ("src_endpint.ip", Some("src_endpoint.ip")),
        ("finding_info.tilte", Some("finding_info.title")),
        ("vulnerabilities.cve.uuid", Some("vulnerabilities.cve.uid")),
        ("sevrity", Some("severity")),
        ("message.length", None),
        ("qqqq", None),
        ("", None),
    ] {
        let unknown = FieldPath::parse(wrong).unwrap_err();
        assert_eq!(unknown.nearest.as_deref(), nearest, "{wrong}");
    }
    assert_eq!(
        FieldPath::parse("sevrity").unwrap_err().to_string(),
        "unknown field `sevrity`; did you mean `severity`?"
    );
}

fn path(text: &str) -> FieldPath {
    FieldPath::parse(text).unwrap()
}

fn texts<'a>(event: &'a Event, name: &str) -> Vec<&'a str> {
    let mut texts = Vec::new();
    let ended = event.visit(&path(name), &mut |value| {
        texts.extend(value.as_text());
        ControlFlow::Continue(())
    });
    assert_eq!(ended, ControlFlow::Continue(()));
    texts
}
