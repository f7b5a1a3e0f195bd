//! What is said when a mapping is loaded.

use super::*;

fn errors(config: Value) -> Vec<(String, String)> {
    let errors = compile(config).unwrap_err();
    errors.into_iter().map(|error| (error.pointer, error.message)).collect()
}

fn error(pointer: &str, message: &str) -> (String, String) {
    (pointer.to_owned(), message.to_owned())
}

#[test]
fn all_mistakes_are_said_at_once() {
    let config = json!({
        "class": "detection_finding",
        "for_each": "alerts[",
        "event_id": ["id", "@"],
        "attributes": {
            "finding_info.uid": "uid",
            "finding_info.titel": "title",
            "finding_info.title": [],
            "metadata.product.name": {"value": "Acme", "default": "x"},
            "status": {"path": "s", "table": {"a/b": "don"}, "default": "new"},
            "count": {"path": "n..m", "default": "many"},
        }
    });

    let mut errors = errors(config);
    errors.sort();

    assert_eq!(
        errors,
        [
            error("/attributes/count/default", "`count` cannot be `many`: it is not an integer"),
            error(
                "/attributes/count/path",
                "a key is missing at column 3; write keys with one dot between them"
            ),
            error(
                "/attributes/finding_info.titel",
                "`finding_info.titel` is no OCSF attribute; did you mean `finding_info.title`?"
            ),
            error("/attributes/finding_info.title", "the list is empty; write at least one path"),
            error(
                "/attributes/metadata.product.name",
                "write either `path`, with `table` and `default` as needed, or `value` alone"
            ),
            error(
                "/attributes/status/table/a~1b",
                "`don` is no `status`; write one of `Unknown`, `New`, `In Progress`, \
                 `Suppressed`, `Resolved`, `Archived`, `Deleted`, `Other`"
            ),
            error(
                "/event_id/1",
                "a key is missing at column 2; write keys with one dot between them"
            ),
            error(
                "/for_each",
                "`[` at column 7 wants a number and `]`, such as `[0]`; quote a key that has a `[`"
            ),
        ]
    );
}

#[test]
fn no_mistake_of_an_attribute_hides_another_one() {
    let config = json!({
        "class": "base_event",
        "attributes": {
            "metadata.product.name": {"value": "Acme"},
            "mesage": "n..m",
            "severity": {"path": "s..t", "value": "hihg", "default": "nigh"},
        }
    });

    let places: Vec<_> = errors(config).into_iter().map(|(pointer, _)| pointer).collect();

    assert_eq!(
        places,
        [
            "/attributes/mesage",
            "/attributes/mesage",
            "/attributes/severity/path",
            "/attributes/severity",
            "/attributes/severity/default",
            "/attributes/severity/value",
        ]
    );
}

#[test]
fn a_finding_needs_identity_title_and_product() {
    let config = json!({"class": 2004, "attributes": {"message": "m"}});

    assert_eq!(
        errors(config),
        [
            error("/attributes", "map `finding_info.title`: alerts are shown by it"),
            error(
                "/attributes",
                "map `finding_info.uid` to the source's own id of the finding, or list under \
                 `fingerprint` what makes it the same one"
            ),
            error("/attributes", "OCSF requires `metadata.product.name` here; map it"),
        ]
    );
}

#[test]
fn what_other_classes_require_is_said_too() {
    let config = json!({
        "class": "authentication",
        "fingerprint": "x",
        "attributes": {"metadata.product.name": {"value": "Acme"}, "user.email_addr": "mail"}
    });

    assert_eq!(
        errors(config),
        [
            error("/fingerprint", "only findings have an identity; leave it out"),
            error("/attributes", "OCSF requires `service.name` or `dst_endpoint.ip` here; map it"),
            error(
                "/attributes",
                "OCSF requires `user.account.name` or `user.name` or `user.uid` here; map it"
            ),
        ]
    );
}

#[test]
fn an_attribute_of_a_profile_asks_for_what_the_profile_requires() {
    let config = |cloud: &str| {
        json!({
            "class": "detection_finding",
            "attributes": {
                "finding_info.uid": "uid",
                "finding_info.title": "title",
                "metadata.product.name": {"value": "Acme"},
                "resources.uid": "arn",
                "resources.region": "region",
                cloud: {"value": "AWS"},
            }
        })
    };

    assert!(compile(config("cloud.provider")).is_ok());
    assert_eq!(
        errors(config("comment")),
        [error(
            "/attributes/resources.region",
            "OCSF wants `cloud` in an event with `resources.region`; map what is below it too, a \
             constant will do"
        )]
    );
}

#[test]
fn a_table_lists_a_word_once() {
    let config = json!({
        "class": "base_event",
        "attributes": {
            "metadata.product.name": {"value": "Acme"},
            "severity": {"path": "s", "table": {"P1": "high", "p1": "low"}},
        }
    });

    assert_eq!(
        errors(config),
        [error("/attributes/severity/table/p1", "it is listed twice; case makes no difference")]
    );
}

#[test]
fn for_each_splits_the_body_alone() {
    let config = json!({
        "class": "base_event",
        "for_each": "@list",
        "attributes": {"metadata.product.name": {"value": "Acme"}}
    });

    let expected = error("/for_each", "it wants a list of the body, such as `alerts`, or `$`");
    assert_eq!(errors(config), [expected]);
}
