//! Each kind of mistake for itself.

use serde_json::json;

use super::*;
use crate::config::Severity;

#[test]
fn a_misspelt_key_is_not_missing_as_well() {
    let text = "alert_rules: { a: { wehn: x, severity: low, notify: [x] } }\n";

    assert_eq!(told_with_help(text), ("unknown key `wehn`".into(), "did you mean `when`?".into()));
}

#[test]
fn an_unknown_key_that_resembles_none_lists_the_known_ones() {
    assert_eq!(
        told_with_help("http: { colour: red }\n"),
        ("unknown key `colour`".into(), "known here: `range`, `tls`, `workers`".into())
    );
}

#[test]
fn the_help_is_the_reference_text_of_the_field() {
    let text = "integrations: { a: { connector: jira, url: [], api_token: env:JIRA_TOKEN } }\n";

    assert_eq!(
        told_with_help(text),
        (
            "expected a text that is not empty, found a list".into(),
            "Address of the site, such as `https://example.atlassian.net`".into()
        )
    );
}

#[test]
fn a_section_without_content_is_an_empty_one() {
    assert_eq!(told("integrations:\nalert_rules:\n"), [""; 0]);
    assert_eq!(
        told("integrations:\n  a:\n"),
        ["2:3 missing key `connector`; expected one of `jira`, `syslog`"]
    );
    assert_eq!(told("http:\n  tls:\n"), ["2:3 expected `true` or `false`, found nothing"]);
}

#[test]
fn a_variable_takes_the_type_of_its_field_and_its_value_is_not_repeated() {
    let rule = |sample: &str| {
        told(&format!(
            "alert_rules: {{ a: {{ when: x, severity: low, notify: [x], sample_percent: {sample} }} }}\n"
        ))
    };

    assert_eq!(told("http: { workers: env:PORT }\n").len(), 1);
    assert_eq!(
        told("http: { workers: env:BAD_PORT }\n"),
        ["1:18 expected a whole number from 0 to 255, found the value of environment variable \
          `BAD_PORT`"]
    );
    assert_eq!(rule("env:ABSENT"), ["1:74 environment variable `ABSENT` is not set"]);
    assert_eq!(
        told("alert_rules: { a: { when: env:JIRA_URL, severity: env:PORT, notify: [x] } }\n"),
        [
            "1:27 expected text, found the value of environment variable `JIRA_URL`",
            "1:51 expected one of `low`, `high`, `critical`, found the value of environment \
             variable `PORT`",
        ]
    );
}

#[test]
fn variables_are_put_in_wherever_anything_may_stand_and_tags_of_clouds_are_left() {
    let (document, diagnostics) =
        validated("extra: { a: [env:PORT, env:prod], b: { c: env:JIRA_URL } }\n");

    assert!(diagnostics.is_empty());
    assert_eq!(
        document.value_at("/extra"),
        Some(json!({ "a": ["6514", "env:prod"], "b": { "c": "https://jira.example" } }))
    );
}

#[test]
fn secrets_are_references_that_lead_somewhere() {
    let jira = |token: &str| {
        told(&format!("integrations: {{ j: {{ connector: jira, url: x, api_token: {token} }} }}\n"))
    };
    let literal = "`api_token` is a literal secret; put it in an environment variable and write \
                   `env:NAME`";

    assert_eq!(jira("env:JIRA_TOKEN"), [""; 0]);
    assert_eq!(jira("12345"), [format!("1:58 {literal}")]);
    assert_eq!(jira("true"), [format!("1:58 {literal}")]);
    assert_eq!(jira("'env:ABSENT'"), ["1:58 environment variable `ABSENT` is not set"]);
    assert_eq!(jira("env:EMPTY"), ["1:58 environment variable `EMPTY` is empty"]);
    assert_eq!(
        jira("'env:hunter 2'"),
        ["1:58 `api_token` does not name an environment variable; use letters, digits and `_`, \
          such as `env:API_TOKEN`"]
    );
    assert_eq!(
        jira("[hunter2]"),
        ["1:47 expected a reference to a secret such as `env:API_TOKEN` or \
          `file:/run/secrets/api_token`, found a list"]
    );
    assert_eq!(
        jira("file:/absent"),
        [
            "1:58 secret file `/absent` cannot be read: No such file or directory; check the path and its owner"
        ]
    );
}

#[test]
fn types_by_key_tell_which_keys_there_are() {
    let auth = |auth: &str| {
        let head = "integrations: { j: { connector: jira, url: x, api_token: env:JIRA_TOKEN";
        told(&format!("{head}, auth: {auth} }} }}\n"))
    };

    assert_eq!(auth("{ bearer: { token: env:JIRA_TOKEN } }"), [""; 0]);
    assert_eq!(
        auth("{ baerer: { token: hunter2 } }"),
        ["1:82 expected one of the keys `basic`, `bearer`, found `baerer`"]
    );
    assert_eq!(
        auth("{ basic: { user: 1 } }"),
        [
            "1:82 missing key `password`; expected a reference to a secret such as \
             `env:API_TOKEN` or `file:/run/secrets/api_token`",
            "1:97 expected text, found the number `1`",
        ]
    );
    assert_eq!(
        auth("{ basic: { user: x, password: hunter2 }, bearer: {} }"),
        [
            "1:110 `password` is a literal secret; put it in an environment variable and write \
             `env:NAME`",
            "1:121 unknown key `bearer`",
        ]
    );
}

#[test]
fn lists_have_lengths_and_sets_no_doubles() {
    assert_eq!(told("http: { range: [1] }\n"), ["1:9 expected 2 items, found 1"]);
    assert_eq!(
        told("http: { range: [1, x] }\n"),
        ["1:20 expected a whole number from 0 to 65535, found the text `x`"]
    );
    assert_eq!(
        told("integrations: { s: { connector: syslog, port: 1, allow: [::1, 10.0.0.1, ::1] } }\n"),
        ["1:73 the text `::1` is in the list already"]
    );
}

#[test]
fn a_choice_between_words_and_a_list_is_made_by_what_is_there() {
    let severity = |value: &str| {
        told(&format!("alert_rules: {{ a: {{ when: x, severity: {value}, notify: [x] }} }}\n"))
    };

    assert_eq!(severity("[low, low]"), ["1:46 the text `low` is in the list already"]);
    assert_eq!(
        severity("[lo]"),
        ["1:41 expected one of `low`, `high`, `critical`, found the text `lo`"]
    );
    assert_eq!(
        severity("{ a: 1 }"),
        ["1:30 expected one of `low`, `high`, `critical` or a list, found a map"]
    );
}

#[test]
fn what_is_deprecated_is_a_warning_with_what_to_use() {
    let (_, diagnostics) =
        validated("integrations: { s: { connector: syslog, port: 1, whitelist: [] } }\n");

    assert!(!diagnostics.has_errors());
    let warning = diagnostics.iter().next().unwrap();
    assert_eq!(warning.severity, Severity::Warning);
    assert_eq!(warning.help.as_deref(), Some("Use `allow` instead"));
}

#[test]
fn a_secret_one_level_too_high_is_covered() {
    let head = "integrations: { j: { connector: jira, url: x, api_token: env:JIRA_TOKEN";

    for (auth, found) in [("hunter2", "a text"), ("12345", "a number")] {
        let (_, diagnostics) = validated(&format!("{head}, auth: {auth} }} }}\n"));

        let shown = diagnostics.to_string();
        assert!(shown.contains(&format!("expected a map with the key `basic` or a map with the key `bearer`, found {found}\n")), "{shown}");
        assert!(shown.contains(", auth: *** }"), "{shown}");
    }
}

#[test]
fn files_from_windows_are_read_alike() {
    let (_, diagnostics) = validated("\u{feff}http:\r\n  tls: hunter2\r\n  colour: x\r\n");

    let shown: Vec<_> = diagnostics.iter().map(|d| d.snippet.clone().unwrap().line).collect();
    assert_eq!(shown, ["  tls: hunter2", "  colour: ***"]);
}

#[test]
fn a_secret_is_taken_for_nothing_else_that_would_fit() {
    /// A header whose value may be secret.
    #[derive(JsonSchema)]
    #[serde(untagged)]
    #[expect(dead_code, reason = "only its schema matters")]
    enum Header {
        Plain(Severity3),
        Text(String),
        Secret(SecretRef),
    }
    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema matters")]
    struct Headers {
        headers: BTreeMap<String, Header>,
    }
    let mut document =
        Document::of_text("a", "headers: { x: env:JIRA_TOKEN, y: low, z: env:ABSENT }\n")
            .ok()
            .unwrap();

    let wrong = Validator::new(schema_for!(Headers)).validate(&mut document, &environment());

    assert_eq!(document.value_at("/headers/x"), Some(json!("env:JIRA_TOKEN")));
    assert_eq!(wrong.iter().map(|d| d.column).collect::<Vec<_>>(), [42]);
}

#[test]
fn deep_choices_end_in_time() {
    /// A tree of either.
    #[derive(JsonSchema)]
    #[serde(untagged)]
    #[expect(dead_code, reason = "only its schema matters")]
    enum Either {
        Left { below: Box<Either> },
        Right { below: Box<Either>, name: Option<String> },
        Leaf { name: String },
    }
    let text = format!("{}{{ name: x }}{}\n", "{ below: ".repeat(60), " }".repeat(60));
    let mut document = Document::of_text("a", &text).ok().unwrap();

    let wrong = Validator::new(schema_for!(Either)).validate(&mut document, &environment());

    assert_eq!(wrong.to_string(), "");
}
