//! The validator finds what is wrong, and only that.

use serde_json::{Value, json};
use signalbox_model::ocsf::schema::{Code, Level, validate};

#[test]
fn a_plain_event_has_nothing_wrong() {
    assert_eq!(found(&plain()), []);
}

#[test]
fn each_planted_mistake_is_found_where_it_is() {
    for (pointer, planted, code, path) in [
        ("/class_uid", json!(4711), Code::ClassUidUnknown, "class_uid"),
        ("/class_uid", json!(1007), Code::ClassNotCovered, "class_uid"),
        ("/class_uid", json!("2004"), Code::WrongType, "class_uid"),
        ("/class_uid", Value::Null, Code::RequiredMissing, "class_uid"),
        ("/time", Value::Null, Code::RequiredMissing, "time"),
        ("/time", json!("2026-03-01T12:00:00Z"), Code::WrongType, "time"),
        ("/severity_id", json!(7), Code::EnumValueUnknown, "severity_id"),
        ("/severity", json!("Bad"), Code::EnumSiblingIncorrect, "severity_id"),
        ("/type_uid", json!(200_402), Code::TypeUidIncorrect, "type_uid"),
        ("/surprise", json!(1), Code::AttributeUnknown, "surprise"),
        ("/action_id", json!(1), Code::AttributeUnknown, "action_id"),
        ("/attacks", json!([]), Code::AttributeUnknown, "attacks"),
        ("/resources", json!({"uid": "a"}), Code::WrongType, "resources"),
        ("/resources", json!(["a"]), Code::WrongType, "resources[0]"),
        ("/device", json!({"type_id": 1}), Code::ConstraintFailed, "device"),
        ("/finding_info/uid", json!(5), Code::WrongType, "finding_info.uid"),
        ("/finding_info/uid", Value::Null, Code::RequiredMissing, "finding_info.uid"),
        ("/metadata/profiles", json!(["clod"]), Code::ProfileUnknown, "metadata.profiles[0]"),
        ("/metadata/profiles", json!(["cloud"]), Code::RequiredMissing, "cloud"),
        ("/metadata/version", json!("1.8"), Code::VersionInvalid, "metadata.version"),
        ("/metadata/version", json!("1.9.0"), Code::VersionIncompatible, "metadata.version"),
        ("/metadata/version", json!("0.17.1"), Code::VersionIncompatible, "metadata.version"),
        ("/metadata/version", json!("1.5.0"), Code::VersionEarlier, "metadata.version"),
        ("/metadata/debug", json!("x"), Code::WrongType, "metadata.debug"),
    ] {
        let event = with(pointer, planted.clone());
        let expected = [(code, path.to_owned())];
        assert_eq!(found(&event), expected, "{pointer} = {planted}");
    }
}

#[test]
fn mistakes_deep_in_lists_are_found() {
    for (evidence, code, path) in [
        (json!({"src_endpoint": {"ip": "1", "port": 65_536}}), Code::ValueExceedsRange, ".port"),
        (json!({"src_endpoint": {"ip": "1".repeat(41)}}), Code::ValueExceedsLength, ".ip"),
        (json!({"src_endpoint": {"port": 1}}), Code::ConstraintFailed, ""),
        (json!({"src_endpoint": {"ip": 1}}), Code::WrongType, ".ip"),
    ] {
        let event = with("/evidences", json!([evidence]));
        let expected = [(code, format!("evidences[0].src_endpoint{path}"))];
        assert_eq!(found(&event), expected, "{evidence}");
    }
}

#[test]
fn evidence_of_resources_alone_is_refused() {
    let event = with("/evidences", json!([{"resources": [{"uid": "a"}]}]));

    assert_eq!(found(&event), [(Code::ConstraintFailed, "evidences[0]".to_owned())]);
}

#[test]
fn a_weakness_has_exactly_one_name() {
    let both = json!([{"cve": {"uid": "CVE-1"}, "cwe": {"uid": "CWE-1"}}]);

    assert_eq!(
        found(&with("/vulnerabilities", both)),
        [(Code::ConstraintFailed, "vulnerabilities[0]".to_owned())]
    );
    assert_eq!(found(&with("/vulnerabilities", json!([{"cve": {"uid": "CVE-1"}}]))), []);
}

#[test]
fn a_float_without_a_point_is_no_float() {
    let scored = |score: Value| {
        let cvss = json!([{"base_score": score, "version": "3.1"}]);
        with("/vulnerabilities", json!([{"cve": {"uid": "CVE-1", "cvss": cvss}}]))
    };

    assert_eq!(
        found(&scored(json!(9))),
        [(Code::WrongType, "vulnerabilities[0].cve.cvss[0].base_score".to_owned())]
    );
    assert_eq!(found(&scored(json!(9.0))), []);
}

#[test]
fn words_beside_lists_of_numbers_must_be_their_captions() {
    let malware = |ids: Value, words: Value| {
        let item = json!({"name": "x", "classification_ids": ids, "classifications": words});
        with("/malware", json!([item]))
    };
    let at = |index| format!("malware[0].classification_ids[{index}]");

    assert_eq!(found(&malware(json!([1, 99]), json!(["Adware", "Mine"]))), []);
    assert_eq!(
        found(&malware(json!([1, 2]), json!(["Adware"]))),
        [(Code::EnumArraySiblingMissing, at(1))]
    );
    assert_eq!(
        found(&malware(json!([1]), json!(["Bot"]))),
        [(Code::EnumArraySiblingIncorrect, at(0))]
    );
    assert_eq!(found(&malware(json!([12]), json!([]))), [(Code::EnumArrayValueUnknown, at(0))]);
}

#[test]
fn a_word_beside_other_is_the_sources_own() {
    let mut event = with("/severity_id", json!(99));
    event["severity"] = json!("Purple");
    assert_eq!(found(&event), []);

    event["severity"] = json!("Other");
    assert_eq!(found(&event), [(Code::EnumSiblingSuspicious, "severity_id".to_owned())]);
}

#[test]
fn an_observables_name_must_lead_somewhere() {
    for name in [
        "message",
        "finding_info.uid",
        "evidences[0].src_endpoint.ip",
        "resources[].uid",
        "unmapped.anything.at.all",
        "finding_info.attack_graph.nodes",
    ] {
        let event = with("/observables", json!([{"type_id": 2, "name": name}]));
        assert_eq!(found(&event), [], "{name}");
    }
    for name in ["src_endpoint.ip", "message.length", "actor.user", "", "resources.."] {
        let event = with("/observables", json!([{"type_id": 2, "name": name}]));
        let expected = [(Code::ObservableNameInvalid, "observables[0].name".to_owned())];
        assert_eq!(found(&event), expected, "{name}");
    }
}

#[test]
fn deprecated_attributes_warn() {
    let event = with("/finding_info/product_uid", json!("p"));

    let found = validate(&event);

    let expected = (Code::AttributeDeprecated, Level::Warning);
    assert_eq!(found.iter().map(|one| (one.code, one.level())).collect::<Vec<_>>(), [expected]);
}

#[test]
fn a_text_is_no_event() {
    assert_eq!(found(&json!("event")), [(Code::WrongType, String::new())]);
}

#[test]
fn a_violation_reads_as_a_sentence() {
    let found = validate(&with("/device", json!({"type_id": 1})));

    assert_eq!(
        found.first().map(ToString::to_string).unwrap_or_default(),
        "constraint_failed: `device`: `device` needs at least one of `ip`, `uid`, `name`, \
         `hostname`, `instance_uid`, `interface_uid`, `interface_name`"
    );
}

#[test]
fn real_events_are_judged_without_trouble() {
    let Some(corpus) = std::env::var_os("SIGNALBOX_CORPUS") else {
        eprintln!("skipped: SIGNALBOX_CORPUS is not set, so no real events were judged");
        return;
    };
    let folder = std::path::Path::new(&corpus).join("ocsf/events");
    let mut judged = 0;

    for entry in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let document: Value = serde_json::from_slice(&bytes).unwrap();
        let events = document.as_array().cloned().unwrap_or_else(|| vec![document]);
        for event in events {
            // None of them was made for 1.8.0, so each has at least that to be said.
            assert!(!validate(&event).is_empty());
            judged += 1;
        }
    }

    assert!(judged > 30, "only {judged} events were found");
}

/// A detection finding with nothing but what is required.
fn plain() -> Value {
    json!({
        "activity_id": 1,
        "category_uid": 2,
        "class_uid": 2004,
        "type_uid": 200_401,
        "severity_id": 4,
        "severity": "High",
        "time": 1_772_366_400_000_i64,
        "finding_info": {"uid": "f-1"},
        "metadata": {"version": "1.8.0", "product": {"name": "Acme EDR"}}
    })
}

/// Plants a value at a pointer of the plain event.
fn with(pointer: &str, planted: Value) -> Value {
    let mut event = plain();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    event.pointer_mut(parent).unwrap()[key] = planted;
    event
}

fn found(event: &Value) -> Vec<(Code, String)> {
    validate(event).into_iter().map(|violation| (violation.code, violation.path)).collect()
}
