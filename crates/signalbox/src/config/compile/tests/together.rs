//! What one run tells: as many mistakes as are independent, and no secret.

use super::*;

fn shown(text: &str, variables: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("signalbox.yaml");
    std::fs::write(&file, text).unwrap();
    let (_, diagnostics) = load(&file, &world(variables));
    format!("{diagnostics}{}", serde_json::to_string(&diagnostics).unwrap())
}

fn snow(line: &str) -> String {
    let auth = "auth: {method: basic, username: u, password: env:SNOW_PASSWORD}";
    format!("integrations:\n  snow:\n    connector: servicenow\n    {line}\n    {auth}\n")
}

#[test]
fn an_address_that_is_refused_is_never_shown() {
    for url in [
        "http://user:hunter2@acme.example.com",
        "https://user:hunter2@acme.example.com",
        "https://acme.example.com?token=hunter2",
        "https://acme.example.com/#hunter2",
        "hunter2://acme.example.com",
        "user:hunter2@acme.example.com",
        "hunter2",
    ] {
        let shown = shown(&snow(&format!("url: {url}")), VARIABLES);

        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(shown.contains("url: ***"), "{shown}");
    }
}

#[test]
fn an_address_with_a_password_is_covered_wherever_it_stands() {
    for line in ["poll: http://u:hunter2@a", "breaker: http://u:hunter2@a", "retry: u:hunter2@a"] {
        let shown = shown(&snow(&format!("{line}\n    url: https://a.example")), VARIABLES);

        assert!(!shown.contains("hunter2"), "{shown}");
    }
    let shown = shown("http: {listen: 'http://u:hunter2@a'}\n", &[]);
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[test]
fn the_reason_against_an_address_from_a_variable_is_told_without_it() {
    let told = |url| {
        let variables = [("SNOW_URL", url), ("SNOW_PASSWORD", "p")];
        let shown = shown(&snow("url: env:SNOW_URL"), &variables);
        assert!(!shown.contains("hunter2"), "{shown}");
        let start = "error: the value of environment variable `SNOW_URL`: the address ";
        let rest = shown.strip_prefix(start).unwrap_or_else(|| panic!("{shown}"));
        rest.split([';', '\n', ',', ':']).next().unwrap_or_default().to_owned()
    };

    assert_eq!(told("https://u:hunter2@acme.example.com"), "carries credentials");
    assert_eq!(told("http://10.1.1.1"), "is plain HTTP");
    assert_eq!(told("hunter2"), "is no URL such as `https");
}

#[test]
fn a_misspelt_key_hides_nothing_behind_it() {
    let text = "\
http: {listn: 127.0.0.1:8686}
integrations:
  in:
    connector: webhook
    direction: receive
    auth: {unauthenticated: accepted}
    mapping: nope
    descriptoin: hunter2
";

    let shown = shown(text, &[]);

    assert!(shown.contains("listn: 127.0.0.1:8686"), "{shown}");
    assert!(shown.contains("unknown key `descriptoin`"), "{shown}");
    assert!(shown.contains("`nope` is no mapping"), "{shown}");
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[test]
fn all_mistakes_of_a_condition_are_told_and_hide_no_other() {
    let text = "\
routes:
  - {name: a, when: severty >= high and statis = 1, to: [nowhere], drop: true, sample: 5}
";

    let messages: Vec<_> = told(text, &[]).into_iter().map(|(_, _, message)| message).collect();

    assert_eq!(messages.len(), 4, "{messages:#?}");
    assert!(messages[2].contains("`nowhere` is no streaming destination"), "{messages:#?}");
    assert!(messages[3].starts_with("`sample` goes only without `drop: true`"), "{messages:#?}");
}

#[test]
fn a_mistake_of_one_part_hides_none_of_another() {
    let text = "\
integrations:
  hook:
    connector: webhook
    direction: receive
    path: /in
    auth: {bearer: {tokens: [env:NOT_SET]}}
    mapping: alertmanager
  other:
    connector: webhook
    direction: receive
    path: /in
    auth: {unauthenticated: accepted}
    mapping: alertmanager
    retry: sometimes
  siem: {connector: file, path: siem.ndjson}
routes:
  - {name: a, sample: often}
  - {name: b, to: [nowhere]}
";

    let messages: Vec<_> = told(text, &[]).into_iter().map(|(_, _, message)| message).collect();

    let begins = [
        "environment variable `NOT_SET` is not set",
        "path `/in` is taken by integration `hook`",
        "expected one of",
        "expected a whole number",
        "`nowhere` is no streaming destination",
    ];
    assert_eq!(messages.len(), begins.len(), "{messages:#?}");
    for begin in begins {
        assert!(
            messages.iter().any(|message| message.starts_with(begin)),
            "{begin}: {messages:#?}"
        );
    }
}

#[test]
fn all_mistakes_of_a_mapping_are_told_each_at_its_line() {
    let text = "\
mappings:
  doors:
    class: detection_finding
    event_id: 7
    fingerprint: {}
    attributes:
      finding_info.title: 7
      metadata.product.name: {value: {}}
      severity: {path: s, table: {p1: hihg}}
      count: n..m
      mesage: state
      comment: {path: m, tabel: {}}
  bikes:
    class: nope
    attributes: {mesage: 7}
  boats:
    attributes: {mesage: 7}
integrations:
  hook:
    connector: webhook
    direction: receive
    path: /in
    auth: {unauthenticated: accepted}
    mapping: doors
  siem: {connector: file, path: siem.ndjson}
";

    let lines: Vec<_> = told(text, &[]).into_iter().map(|(line, ..)| line).collect();

    assert_eq!(lines, [4, 5, 7, 8, 9, 10, 11, 12, 14, 15, 16, 17], "{:#?}", told(text, &[]));
}

#[test]
fn names_that_are_never_there_are_told_with_their_place() {
    let text = "\
templates:
  soc:
    title: '{{ alert.titel }}'
    body: |
      {{ alert.title }}
      {{ nope.x }} {{ event.device.hostname }}
    fields: {category: '{{ alrt.rule }}'}
";

    let told = told(text, &[]);

    let expected = [
        (3, 16, "`alert` has no `titel`, it would print nothing"),
        (6, 10, "there is no `nope` for a template to print"),
        (7, 28, "there is no `alrt` for a template to print"),
    ];
    let expected = expected.map(|(line, column, message)| (line, column, message.to_owned()));
    assert_eq!(told, expected);
}

#[test]
fn an_empty_configuration_is_warned_of() {
    let told = told("", &[]);

    assert!(told.iter().any(|(.., message)| message.starts_with("there are no integrations")));
}
