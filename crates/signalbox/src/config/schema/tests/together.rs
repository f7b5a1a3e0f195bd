//! All mistakes of a configuration at once, as people and later passes meet them.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::json;

use super::*;
use crate::config::open;

#[test]
fn a_sound_configuration_becomes_its_type() {
    let (document, diagnostics) = validated(SOUND);

    assert_eq!(diagnostics.to_string(), "");
    let toy: Toy = document.deserialize().unwrap();
    assert_eq!(
        serde_json::to_value(&toy.integrations).unwrap(),
        json!({
            "jira-prod": {
                "connector": "jira",
                "poll": "5m",
                "url": "https://jira.example",
                "api_token": "env:JIRA_TOKEN",
                "backup_token": null,
                "auth": { "bearer": { "token": "env:JIRA_TOKEN" } },
            },
            "sensors": {
                "connector": "syslog",
                "poll": "1m",
                "port": 6514,
                "allow": ["10.0.0.1", "::1"],
                "line_bytes_max": "8KiB",
                "whitelist": null,
            },
        })
    );
    assert_eq!(toy.http, None);
}

/// Every kind of mistake in one file; the numbers in the comments are those of the list below.
const WRONG: &str = "\
integrations:
  jira-prod:
    connector: jira
    pol: 60s
    url: https://jira.example
    api_token: hunter2
    backup_token: env:ABSENT
  jira-test:
    connector: jria
    api_token: env:JIRA_TOKEN
    api_token: env:JIRA_TOKEN
  sensors:
    connector: syslog
    port: 70000
    poll: 10s
    allow: [localhost]
    line_bytes_max: 64kb
    whitelist: []
  nothing: jira
alert_rules:
  Critical:
    when: severity = 'high'
    severity: critical
    notify: [x]
  high:
    when: 'a = \"b\"'
    severity: hihg
    sample_percent: 0
    enabled: yes
    notify: []
htpp: { workers: 2 }
";

#[test]
fn all_mistakes_are_told_at_once_with_line_and_column() {
    assert_eq!(
        told(WRONG),
        [
            "4:5 unknown key `pol`",
            "6:16 `api_token` is a literal secret; put it in an environment variable and write \
             `env:NAME`",
            "7:19 environment variable `ABSENT` is not set",
            "8:3 missing key `url`; expected a text that is not empty",
            "9:16 expected one of `jira`, `syslog`, found the text `jria`",
            "11:5 duplicate key `api_token`",
            "14:11 expected a whole number from 0 to 65535, found the number `70000`",
            "15:11 expected at least `30s`, found `10s`",
            "16:13 `localhost` is no IP address; write it in numbers",
            "17:21 `64kb` has the unknown unit `kb`; did you mean `kB`?",
            "18:5 `whitelist` is deprecated",
            "19:12 expected a map with the key `connector`, found a text",
            "21:3 expected a key that matches `^[a-z][a-z0-9-]*$`, found `Critical`",
            "26:16 expected a word",
            "27:15 expected one of `low`, `high`, `critical`, found the text `hihg`",
            "28:21 expected a number from 0.5 to 100, found the number `0`",
            "29:14 expected `true` or `false`, found the text `yes`",
            "30:5 expected a list that is not empty",
            "31:1 unknown key `htpp`",
        ]
    );
}

#[test]
fn no_secret_is_shown_in_any_form() {
    let (_, diagnostics) = validated(WRONG);

    let shown =
        format!("{diagnostics}{diagnostics:?}{}", serde_json::to_string(&diagnostics).unwrap());

    assert!(!shown.contains("hunter2"));
}

#[test]
fn people_read_what_is_wrong_where_and_what_to_write() {
    let text = "\
integrations:
  jira-prod: { connector: jira, url: x, api_tokn: hunter2 } # old: hunter1
  jira-test:
    connector: jira\t
    url: 7
    api_token: hunter2
";

    let (_, diagnostics) = validated(text);

    assert_eq!(
        diagnostics.to_string(),
        "\
error: unknown key `api_tokn`
 --> signalbox.yaml:2:41
  |
2 |   jira-prod: { connector: jira, url: x, api_tokn: *** }
  |                                         ^^^^^^^^
  = help: did you mean `api_token`?

error: expected a text that is not empty, found the number `7`
 --> signalbox.yaml:5:10
  |
5 |     url: 7
  |          ^
  = help: put it in quotes to make it a text

error: `api_token` is a literal secret; put it in an environment variable and write `env:NAME`
 --> signalbox.yaml:6:16
  |
6 |     api_token: ***
  |                ^^^

3 errors
"
    );
}

#[test]
fn sound_parts_can_be_read_while_others_have_mistakes() {
    let (document, diagnostics) = validated(&SOUND.replace("port: env:PORT", "port: none"));

    assert!(!diagnostics.is_sound("/integrations/sensors"));
    assert!(diagnostics.is_sound("/integrations/jira-prod"));
    assert!(diagnostics.is_sound("/alert_rules"));
    let rules: BTreeMap<RuleName, Rule> = document.deserialize_at("/alert_rules").unwrap();
    assert_eq!(rules.len(), 1);
}

#[test]
fn later_passes_point_into_the_same_lines() {
    let (document, _) = validated(SOUND);

    let wrong = document
        .error_inside("/alert_rules/critical/when", 9, "unknown comparison")
        .with_help("use `=` or `IN`");

    assert_eq!(
        wrong.to_string(),
        "\
error: unknown comparison
  --> signalbox.yaml:15:20
   |
15 |     when: severity = 'high'
   |                    ^
   = help: use `=` or `IN`
"
    );
}

#[test]
fn opening_reads_dotenv_and_includes_and_tells_everything_together() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path
    };
    let main = write("signalbox.yaml", "include: [jira.yaml]\nhttp: { workers: env:WORKERS }\n");
    write("jira.yaml", "integrations: { j: { connector: jira, url: x, api_token: file:key } }\n");
    write("key", "hunter2");
    let dotenv = write(".env", "WORKERS=4\n");
    let nothing = || Environment::of_variables([("", ""); 0]);

    let sound = open(&main, &validator(), nothing());
    fs::set_permissions(&dotenv, fs::Permissions::from_mode(0o644)).unwrap();
    fs::remove_file(folder.path().join("key")).unwrap();
    let wrong = open(&main, &validator(), nothing());

    assert_eq!(sound.diagnostics.to_string(), "");
    assert_eq!(sound.document.unwrap().value_at("/http/workers"), Some(json!(4)));
    let told: Vec<_> = wrong.diagnostics.iter().map(|d| (d.file.clone(), d.line)).collect();
    assert_eq!(
        told,
        [".env", "jira.yaml"].map(|name| (folder.path().join(name).display().to_string(), 1))
    );
}

#[test]
fn a_missing_configuration_is_told_by_its_path() {
    let opened = open(
        "absent/signalbox.yaml".as_ref(),
        &validator(),
        Environment::of_variables([("", ""); 0]),
    );

    assert!(opened.document.is_none());
    assert_eq!(
        opened.diagnostics.to_string(),
        "\
error: configuration file `absent/signalbox.yaml` cannot be read: No such file or directory (os error 2); check the path
 --> absent/signalbox.yaml:1:1
  = help: write one to start from with `signalbox init`, or name yours with `--config`

1 error
"
    );
}

proptest! {
    #[test]
    fn a_mutilated_configuration_is_told_or_read_and_never_a_panic(
        slips in prop::collection::vec((any::<Index>(), "[\\[\\]{}:,&*!|>'\"#\n\t -äa0]{0,2}"), 1..6),
    ) {
        let mut characters: Vec<String> = WRONG.chars().map(String::from).collect();
        for (place, slip) in slips {
            *place.get_mut(&mut characters) = slip;
        }

        let told = match Document::of_text("signalbox.yaml", &characters.concat()) {
            Ok(mut document) => validator().validate(&mut document, &environment()),
            Err(wrong) => wrong,
        };

        prop_assert!(told.has_errors());
        prop_assert!(told.to_string().contains("-->"));
    }
}
