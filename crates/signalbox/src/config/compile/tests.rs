//! Whole configurations: what ships compiles, and every mistake is told at its place.

use std::path::Path;
use std::sync::Arc;

use signalbox_model::SystemClock;
use signalbox_sdk::SystemRandom;

use super::super::{AccessLedger, SecretAccess, Severity};
use super::*;

struct NoLedger;

impl AccessLedger for NoLedger {
    fn record(&self, _: SecretAccess<'_>) {}
}

fn world(variables: &[(&str, &str)]) -> World {
    rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
    World {
        environment: Environment::of_variables(variables.iter().copied()),
        ledger: Arc::new(NoLedger),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
    }
}

fn told(text: &str, variables: &[(&str, &str)]) -> Vec<(usize, usize, String)> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("signalbox.yaml");
    std::fs::write(&file, text).unwrap();
    let (_, diagnostics) = load(&file, &world(variables));
    diagnostics.iter().map(|d| (d.line, d.column, d.message.clone())).collect()
}

/// Variables that the examples name; none of the addresses is ever called.
const VARIABLES: &[(&str, &str)] = &[
    ("ALERTMANAGER_TOKEN", "a"),
    ("BENCH_HEC_TOKEN", "b"),
    ("PRISMA_API_URL", "https://api3.prismacloud.example.com"),
    ("PRISMA_ACCESS_KEY", "k"),
    ("PRISMA_SECRET_KEY", "s"),
    ("SLACK_WEBHOOK_URL", "https://slack.example.com/services/T0/B0/path"),
    ("SNOW_INSTANCE_URL", "https://snow.example.com"),
    ("SNOW_USERNAME", "u"),
    ("SNOW_PASSWORD", "p"),
    ("SPLUNK_HEC_URL", "https://splunk.example.com:8088"),
    ("SPLUNK_HEC_TOKEN", "t"),
    ("WEBHOOK_SECRET", "whsec_c2lnbmFsYm94LWV4YW1wbGUtc2VjcmV0"),
    ("HEC_TOKEN", "t"),
];

#[test]
fn every_example_compiles_without_a_warning() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config");
    let mut count = 0;
    for entry in std::fs::read_dir(examples).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            let (compiled, diagnostics) = load(&path, &world(VARIABLES));
            assert!(
                compiled.is_some() && diagnostics.is_empty(),
                "{}\n{diagnostics}",
                path.display()
            );
            count += 1;
        }
    }
    assert!(count > 0);
}

const MISTAKEN: &str = "\
http:
  listen: 127.0.0.1:86866
  tsl: {}
integrations:
  alertmanager:
    connector: webhok
    direction: receive
    auth: {bearer: {tokens: [hunter2]}}
    mapping: alertmanger
  snow:
    connector: servicenow
    url: http://snow.example.com
    auth: {method: basic, username: u, password: env:NOT_SET}
  Splunk:
    connector: splunk_hec
    direction: send
    url: https://splunk.example.com:8088
    token: env:SPLUNK_HEC_TOKEN
    batch_events_max: 0
    retry: sometimes
alert_rules:
  severe:
    when: severty >= high
    notify: [{to: snov, template: socc, on: [opened]}]
templates:
  soc: {title: '{% if %}', body: x}
routes:
  - {name: a, to: [nowhere], drop: true, sample: 5}
";

#[test]
fn every_mistake_is_told_with_its_line_and_column() {
    let told = told(MISTAKEN, VARIABLES);

    let places: Vec<_> = told.iter().map(|(line, column, _)| (*line, *column)).collect();
    let expected = [
        (2, 11),
        (3, 3),
        (6, 16),
        (8, 30),
        (9, 14),
        (12, 10),
        (13, 50),
        (14, 3),
        (19, 23),
        (20, 12),
        (23, 11),
        (24, 19),
        (24, 35),
        (24, 46),
        (26, 16),
        (28, 20),
        (28, 50),
    ];
    assert_eq!(places, expected, "{told:#?}");
    assert!(!format!("{told:?}").contains("hunter2"));
}

#[test]
fn two_webhooks_on_one_path_are_refused() {
    let text = "\
integrations:
  one: {connector: webhook, direction: receive, path: /in, auth: {unauthenticated: accepted}, mapping: alertmanager}
  two: {connector: webhook, direction: receive, path: /in, auth: {unauthenticated: accepted}, mapping: alertmanager}
";

    let told = told(text, &[]);

    assert_eq!(told, [(3, 3, "path `/in` is taken by integration `one`".to_owned())]);
}

#[test]
fn a_webhook_on_a_path_of_the_hub_itself_is_refused() {
    for path in ["/healthz", "/v1/alerts"] {
        let text = format!(
            "integrations:\n  one: {{connector: webhook, direction: receive, path: {path}, \
             auth: {{unauthenticated: accepted}}, mapping: alertmanager}}\n"
        );

        let told = told(&text, &[]);

        let expected = format!("path `{path}` is the hub's own; choose another one");
        assert_eq!(told, [(2, 3, expected)]);
    }
}

#[test]
fn sockets_that_cannot_both_be_bound_are_refused() {
    let text = "\
http: {listen: '127.0.0.1:8686'}
integrations:
  collector: {connector: splunk_hec, direction: receive, listen: {address: '127.0.0.1:8686'}, tokens: [{name: t, token: 'env:T'}]}
  devices: {connector: syslog, direction: receive, tcp: [{address: '127.0.0.1:5614'}]}
  shippers: {connector: syslog, direction: receive, relp: [{address: '0.0.0.0:5614'}], allow: [10.0.0.0/8]}
  old: {connector: syslog, direction: receive, udp: [{address: '127.0.0.1:5614'}]}
";

    let told = told(text, &[("T", "secret")]);

    let expected = [
        (3, 3, "`127.0.0.1:8686` over TCP is taken by the hub's own listener already"),
        (
            5,
            3,
            "`0.0.0.0:5614` over TCP is taken by `127.0.0.1:5614` of integration `devices` already",
        ),
    ];
    let expected = expected.map(|(line, column, message)| (line, column, message.to_owned()));
    assert_eq!(told, expected);
}

#[test]
fn two_integrations_that_write_to_one_file_are_refused_however_it_is_spelled() {
    let text = "\
integrations:
  archive:
    connector: file
    path: nowhere/events.ndjson
  copy: {connector: file, path: ./nowhere/../nowhere/events.ndjson}
  other: {connector: file, path: nowhere/other.ndjson}
health: {notify: [archive, copy]}
";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("signalbox.yaml");
    std::fs::write(&file, text).unwrap();

    let (_, diagnostics) = load(&file, &world(&[]));

    let told: Vec<_> = diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
    assert_eq!(told.len(), 1, "{diagnostics}");
    assert_eq!((told[0].line, told[0].column), (5, 33));
    assert_eq!(
        told[0].message,
        "`./nowhere/../nowhere/events.ndjson` is written by integration `archive`"
    );
    let help = told[0].help.as_deref().unwrap_or_default();
    assert!(help.contains("signalbox.yaml:4:11"), "{help}");
}

#[test]
fn a_mistaken_mapping_is_not_told_as_a_missing_one_too() {
    let text = "\
integrations:
  one: {connector: webhook, direction: receive, auth: {unauthenticated: accepted}, mapping: mine}
mappings:
  mine: {class: base_event, attributes: {no.such: message}}
";

    let told = told(text, &[]);

    assert!(!told.is_empty() && told.iter().all(|(line, ..)| *line == 4), "{told:#?}");
}

#[test]
fn a_listener_that_is_not_loopback_needs_tls_or_a_proxy() {
    let told = told("http: {listen: '0.0.0.0:8686'}\n", &[]);

    assert_eq!(told.len(), 1);
    assert_eq!((told[0].0, told[0].1), (1, 16));
}

const CHANNELS: &str = "\
integrations:
  slack: {connector: slack, webhook_url: env:SLACK_WEBHOOK_URL}
  watch: {connector: file, path: watch.ndjson, stream: false}
  siem: {connector: file, path: siem.ndjson}
";

fn told_of_health(health: &str) -> Vec<(usize, usize, String)> {
    told(&format!("{CHANNELS}{health}\n"), VARIABLES)
}

#[test]
fn troubles_that_nobody_would_hear_of_are_warned_of_at_their_line() {
    let unheard = "nobody hears of it when an integration is down, for `health.notify` names no channel; it \
                   stands in the log, `/readyz` and `/metrics` alone";
    let alone = "nobody hears of it when `slack` itself is down, for no other channel is named";

    let none = told_of_health("");
    let empty = told_of_health("health: {after: 1m}");
    let one = told_of_health("health: {notify: [slack]}");
    let two = told_of_health("health: {notify: [slack, watch]}");

    assert_eq!(none, [(1, 1, unheard.to_owned())]);
    assert_eq!(empty, [(5, 1, unheard.to_owned())]);
    assert_eq!(one, [(5, 19, alone.to_owned())]);
    assert_eq!(two, []);
}

#[test]
fn a_channel_that_loses_its_stream_by_being_one_is_warned_of() {
    let told = told_of_health("health: {notify: [slack, siem]}");

    let lost = "`siem` takes no stream of events, because it stands here";
    assert_eq!(told, [(5, 26, lost.to_owned())]);
}

#[test]
fn channels_that_are_unknown_or_named_twice_are_mistakes_and_so_are_the_names_of_the_hub() {
    let own = "alert_rules: {integration-health: {when: severity >= high}}";
    let told = told_of_health(&format!("health: {{notify: [slak, watch, watch]}}\n{own}"));

    let twice = "`watch` stands in this list already; name it once";
    let own = "`integration-health` is the hub's own; choose another name";
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[0].2.starts_with("there is no integration that takes alerts, called `slak`"));
    assert_eq!(told[1..], [(5, 32, twice.to_owned()), (6, 15, own.to_owned())]);
}

const SILENCED: &str = "\
integrations:
  watch: {connector: file, path: watch.ndjson, stream: false}
  other: {connector: file, path: other.ndjson, stream: false}
health: {notify: [watch, other]}
alert_rules:
  severe: {when: severity >= high, notify: [{to: watch}]}
silences:
";

fn told_of_silence(silence: &str) -> Vec<(usize, usize, String)> {
    told(&format!("{SILENCED}  quiet: {{reason: moved, {silence}}}\n"), &[])
}

#[test]
fn a_silence_names_what_it_is_about_and_when_it_is_over() {
    let good = "rules: [severe, integration-health], from: 2999-01-01T00:00:00Z, until: '2999-01-02T00:00:00+01:00'";

    let zone = told_of_silence("rules: [severe], until: 2999-01-01T00:00:00");
    let rule = told_of_silence("rules: [sever], until: 2999-01-01T00:00:00Z");
    let nothing = told_of_silence("until: 2999-01-01T00:00:00Z");
    let order = told_of_silence(
        "when: severity >= high, from: 2999-01-02T00:00:00Z, until: 2999-01-01T00:00:00Z",
    );
    let endless = told_of_silence("rules: [severe]");
    let over = told_of_silence("rules: [severe], until: 2026-01-01T00:00:00Z");

    let first = |told: &[(usize, usize, String)]| {
        assert_eq!(told.len(), 1, "{told:?}");
        told[0].2.clone()
    };
    assert_eq!(told_of_silence(good), []);
    assert!(first(&zone).contains("does not say in which zone it is"), "{zone:?}");
    assert_eq!(first(&rule), "there is no alert rule `sever`; did you mean `severe`?");
    assert!(first(&nothing).starts_with("it names neither `rules` nor an event"), "{nothing:?}");
    assert!(first(&order).contains("before it begins"), "{order:?}");
    assert!(first(&endless).starts_with("missing key `until`"), "{endless:?}");
    assert_eq!(first(&over), "silence `quiet` is over since 2026-01-01T00:00:00.000Z");
}

mod documents;
mod together;
