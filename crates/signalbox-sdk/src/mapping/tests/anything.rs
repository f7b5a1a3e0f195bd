//! Whatever comes, it ends as a valid event or in quarantine, and nothing of it is lost.

use proptest::prelude::*;

use super::*;

/// JSON of any shape, with keys that paths lead to more often than not.
fn any_json() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<i32>().prop_map(|eighths| Value::from(f64::from(eighths) / 8.0)),
        "\\PC{0,12}".prop_map(Value::from),
        "(critical|new|2026-03-01T12:00:00Z|7)".prop_map(Value::from),
    ];
    scalar.prop_recursive(4, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(any_key(), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn any_key() -> impl Strategy<Value = String> {
    prop_oneof!["[a-e]", "\\PC{0,4}"]
}

fn mapping() -> Mapping {
    compile(json!({
        "class": "detection_finding",
        "fingerprint": [".", "a"],
        "attributes": {
            "finding_info.title": ["a.b", "b"],
            "finding_info.types": "c",
            "metadata.product.name": {"value": "Any"},
            "severity": "a",
            "status": ["b.a", "e"],
            "time": "d.d",
            "count": "d.e",
            "resources.name": "e.a",
            "resources.data": "d[0]",
            "message": "a.c",
        }
    }))
    .unwrap()
}

proptest! {
    #[test]
    fn any_body_is_a_valid_event_or_quarantined(body in any_json()) {
        let entries = apply(&mapping(), &raw(body.to_string()));

        prop_assert_eq!(entries.len(), 1);
        if let Some(Normalized::Event(mapped)) = entries.into_iter().next() {
            written(&mapped.event);
        }
    }

    #[test]
    fn a_mapping_that_reads_nothing_keeps_all(
        body in prop::collection::btree_map(any_key(), any_json(), 1..8)
    ) {
        let body: Value = body.into_iter().collect();
        let mapping = compile(json!({
            "class": "base_event",
            "attributes": {
                "metadata.product.name": {"value": "Any"},
                "message": ["no.such", "a.no.such"],
            }
        })).unwrap();

        let mapped = map(&mapping, body.clone());

        prop_assert_eq!(&written(&mapped.event)["unmapped"], &body);
    }

    #[test]
    fn any_bytes_are_quarantined_or_mapped(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        prop_assert_eq!(apply(&mapping(), &raw(bytes)).len(), 1);
    }
}
