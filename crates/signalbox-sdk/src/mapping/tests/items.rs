//! Bodies, their items, and what identifies an event.

use super::*;

fn list() -> Mapping {
    compile(json!({
        "class": "detection_finding",
        "for_each": "list",
        "event_id": ["id", "state"],
        "fingerprint": ["rule", "host"],
        "attributes": {
            "finding_info.title": "rule",
            "metadata.product.name": {"value": "Acme"},
            "count": "n",
        }
    }))
    .unwrap()
}

/// Returns whether each entry is an event, and the part it was made of.
fn parts(mapping: &Mapping, body: &'static str) -> Vec<(bool, String)> {
    let part = |normalized| match normalized {
        Normalized::Event(event) => (true, event.original),
        Normalized::Quarantine { original, .. } => (false, original),
    };
    let parts = apply(mapping, &raw(body)).into_iter().map(part);
    parts.map(|(is_event, part)| (is_event, String::from_utf8(part.to_vec()).unwrap())).collect()
}

#[test]
fn one_bad_item_is_quarantined_alone_and_all_keep_their_bytes() {
    let body = r#"{"list": [ {"rule": "a" }, {"rule":"\ud83d","n":"x"},
        {"n":1 , "rule": "c"}, 7]}"#;

    assert_eq!(
        parts(&list(), body),
        [
            (true, r#"{"rule": "a" }"#.to_owned()),
            (false, r#"{"rule":"\ud83d","n":"x"}"#.to_owned()),
            (true, r#"{"n":1 , "rule": "c"}"#.to_owned()),
            (false, "7".to_owned()),
        ]
    );
}

#[test]
fn a_body_that_cannot_be_split_is_quarantined_whole() {
    let reason = |body: &'static str| {
        assert_eq!(parts(&list(), body), [(false, body.to_owned())]);
        quarantined(&list(), body)
    };

    assert_eq!(
        reason(r#"{"other": []}"#),
        "`list` of `for_each` is not in the body; correct it, or map this kind of body on its own"
    );
    assert_eq!(
        reason(r#"{"list": {"rule": "a"}}"#),
        "`list` of `for_each` is no list; correct it, or leave it out where the body is one item"
    );
    assert_eq!(
        reason(r#"{"list": []}"#),
        "`list` of `for_each` is an empty list, so there is nothing to map"
    );
    assert_eq!(
        reason(r#"{"list": [}"#),
        "not readable as JSON: expected value at line 1 column 11; let the source send one JSON \
         document"
    );
}

#[test]
fn a_body_that_is_not_utf8_is_quarantined_whole() {
    assert_eq!(
        quarantined(&list(), &b"{\"list\":\"\xff\"}"[..]),
        "the body is not UTF-8 at byte 9; let the source send JSON in UTF-8"
    );
}

#[test]
fn a_list_of_more_items_than_are_taken_is_quarantined_whole() {
    let items = vec!["0"; 10_001].join(",");

    let reason = quarantined(&list(), format!("{{\"list\":[{items}]}}"));

    assert!(reason.starts_with("not readable as JSON: more than 10000 items"), "{reason}");
}

#[test]
fn a_body_that_is_a_list_is_split_at_the_dollar() {
    let mapping = compile(json!({
        "class": "base_event",
        "for_each": "$",
        "attributes": {"message": "m", "metadata.product.name": {"value": "Acme"}}
    }))
    .unwrap();

    let entries = apply(&mapping, &raw(r#"[{"m": "a"}, {"m": "b"}]"#));

    let messages = entries.into_iter().map(|entry| event(entry).event.message.unwrap());
    assert_eq!(messages.collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn an_event_id_is_made_of_all_its_values_and_cannot_be_forged() {
    let id = |id: Value, state: Value| {
        let item = json!({"list": [{"rule": "r", "id": id, "state": state}]});
        map(&list(), item).event_id.map(|id| id.to_string())
    };

    assert_eq!(id(json!(7), json!("new")).unwrap(), "7|new");
    assert_eq!(id(json!("a|b"), json!("c\\")).unwrap(), "a\\|b|c\\\\");
    assert_eq!(id(json!(7), Value::Null), None);
}

#[test]
fn without_an_event_id_of_its_own_an_item_has_the_transports_and_its_place() {
    let mut raw = raw(r#"{"list": [{"rule": "a"}, {"rule": "b", "id": 1, "state": "s"}]}"#);
    raw.event_id = Some(Text::new("delivery-9"));

    let ids = apply(&list(), &raw).into_iter().map(|entry| event(entry).event_id.unwrap());

    assert_eq!(ids.collect::<Vec<_>>(), ["delivery-9#0", "1|s"]);
}

#[test]
fn a_fingerprint_of_several_values_is_the_findings_uid_where_none_is_mapped() {
    let mapped = |host: Value| map(&list(), json!({"list": [{"rule": "r", "host": host}]}));

    let one = mapped(json!("h"));
    let same = mapped(json!("h"));
    let other = mapped(Value::Null);

    let event = written(&one.event);
    assert_eq!(event["finding_info"]["uid"], one.fingerprint.unwrap().to_string());
    assert_eq!(one.fingerprint, same.fingerprint);
    assert_ne!(one.fingerprint, other.fingerprint);
    assert_eq!(
        quarantined(&list(), r#"{"list": [{"id": 1}]}"#),
        "OCSF requires `finding_info.uid`, and there is no value at `rule` or `host`; map a path \
         that is always there, or give a `default`"
    );
}

#[test]
fn an_item_nested_too_deep_is_quarantined_alone() {
    let deep = format!("{}{}", "[".repeat(101), "]".repeat(101));

    let entries = apply(
        &list(),
        &raw(format!(r#"{{"list": [{{"rule": "a", "x": {deep}}}, {{"rule": "b"}}]}}"#)),
    );

    let [Normalized::Quarantine { reason, .. }, Normalized::Event(_)] = entries.as_slice() else {
        panic!("{entries:?}")
    };
    assert!(
        reason.contains("`x` is read by no attribute and cannot be kept: nested deeper"),
        "{reason}"
    );
}
