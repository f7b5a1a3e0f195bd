//! The file against a real folder: what is in it after each thing that can happen to it.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use bytes::Bytes;
use serde_json::json;
use signalbox_model::secret::FixedSecrets;
use signalbox_model::time::Timestamp;
use signalbox_model::{
    Alert, AlertId, AlertStatus, Clock, DeliveryKey, Fingerprint, IntegrationName, RuleName,
    Severity, StepKind,
};
use signalbox_sdk::role::{Batch, Destination, EventItem, Item, Notification, Outcome, Rendered};
use signalbox_sdk::{Context, Error, ErrorKind};
use tempfile::TempDir;

use super::CONNECTOR;

#[tokio::test]
async fn events_become_lines_in_files_that_only_the_hub_reads() {
    let setup = Setup::new(json!({}));

    let outcomes = setup.deliver(&[r#"{"a":1}"#, r#"{"b":2}"#]).await;

    assert_eq!(outcomes, [Outcome::Done(None), Outcome::Done(None)]);
    assert_eq!(setup.read("events.ndjson"), "{\"a\":1}\n{\"b\":2}\n");
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(setup.path("")), 0o700);
    assert_eq!(mode(setup.path("events.ndjson")), 0o600);
}

#[tokio::test]
async fn an_alert_is_one_line_that_says_what_happened() {
    let setup = Setup::new(json!({}));
    let mut line = Vec::new();

    setup.destination.encode(&Item::Notification(&notification()), &mut line).unwrap();

    let (last, line) = line.split_last().unwrap();
    let line: serde_json::Value = serde_json::from_slice(line).unwrap();
    assert_eq!(*last, b'\n');
    assert_eq!(line["type"], "alert.opened");
    assert_eq!(line["data"]["title"], "first\nsecond");
}

#[tokio::test]
async fn a_file_that_would_grow_too_large_is_finished_first_and_the_oldest_go() {
    let setup = Setup::new(json!({"rotate_size": "1kB", "keep_files": 2}));
    let large = |mark: char| format!("{{\"x\":\"{}\"}}", mark.to_string().repeat(600));

    for mark in ['a', 'b', 'c', 'd'] {
        setup.deliver(&[&large(mark)]).await;
    }

    assert_eq!(setup.names(), ["events.000002.ndjson", "events.000003.ndjson", "events.ndjson"]);
    assert_eq!(setup.read("events.000002.ndjson"), format!("{}\n", large('b')));
    assert_eq!(setup.read("events.ndjson"), format!("{}\n", large('d')));
}

#[tokio::test]
async fn an_old_file_is_finished_before_the_next_line() {
    let setup = Setup::new(json!({"rotate_age": "1h"}));
    setup.deliver(&[r#"{"a":1}"#]).await;

    setup.clock.0.fetch_add(3_600_000, Ordering::Relaxed);
    setup.deliver(&[r#"{"b":2}"#]).await;

    assert_eq!(setup.read("events.000001.ndjson"), "{\"a\":1}\n");
    assert_eq!(setup.read("events.ndjson"), "{\"b\":2}\n");
}

#[tokio::test]
async fn after_a_restart_the_file_goes_on_and_a_torn_line_is_gone() {
    let setup = Setup::new(json!({}));
    setup.write("{\"a\":1}\n{\"torn\":");

    setup.deliver(&[r#"{"b":2}"#]).await;

    assert_eq!(setup.read("events.ndjson"), "{\"a\":1}\n{\"b\":2}\n");
}

#[tokio::test]
async fn a_whole_line_that_lacks_its_end_keeps_its_content() {
    let setup = Setup::new(json!({}));
    setup.write("{\"a\":1}");

    setup.deliver(&[r#"{"b":2}"#]).await;

    assert_eq!(setup.read("events.ndjson"), "{\"a\":1}\n{\"b\":2}\n");
}

#[tokio::test]
async fn somebody_elses_file_is_refused_and_left_as_it_is() {
    let setup = Setup::new(json!({}));
    setup.write("#!/bin/sh");

    let error = setup.deliver_one_that_fails().await;

    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert!(!setup.destination.check().await.is_good());
    assert_eq!(setup.read("events.ndjson"), "#!/bin/sh");
}

#[tokio::test]
async fn a_file_that_was_moved_away_is_begun_anew() {
    let setup = Setup::new(json!({}));
    setup.deliver(&[r#"{"a":1}"#]).await;
    fs::rename(setup.path("events.ndjson"), setup.path("moved")).unwrap();

    setup.deliver(&[r#"{"b":2}"#]).await;

    assert_eq!(setup.read("moved"), "{\"a\":1}\n");
    assert_eq!(setup.read("events.ndjson"), "{\"b\":2}\n");
}

#[tokio::test]
async fn a_file_that_was_emptied_goes_on_from_its_beginning() {
    let setup = Setup::new(json!({}));
    setup.deliver(&[r#"{"a":1}"#]).await;
    File::create(setup.path("events.ndjson")).unwrap();

    setup.deliver(&[r#"{"b":2}"#]).await;

    assert_eq!(setup.read("events.ndjson"), "{\"b\":2}\n");
}

#[tokio::test]
async fn two_writers_of_one_file_do_not_mix_their_lines() {
    let setup = Setup::new(json!({}));
    setup.deliver(&[r#"{"a":1}"#]).await;
    let other = setup.another();

    let outcomes = other.deliver(&batch(&*other, &[r#"{"b":2}"#])).await;

    let [Outcome::Failed(error)] = &outcomes[..] else { panic!("{outcomes:?}") };
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.to_string().contains("is in use by another integration"), "{error}");
    assert_eq!(setup.read("events.ndjson"), "{\"a\":1}\n");
}

#[tokio::test]
async fn after_a_failure_the_next_attempt_opens_the_file_again() {
    let setup = Setup::new(json!({}));
    setup.write("not ours");
    setup.deliver_one_that_fails().await;
    fs::remove_file(setup.path("events.ndjson")).unwrap();

    let outcomes = setup.deliver(&[r#"{"a":1}"#]).await;

    assert_eq!(outcomes, [Outcome::Done(None)]);
}

#[tokio::test]
async fn a_path_that_leads_nowhere_parks_and_the_check_says_why() {
    let setup = Setup::new(json!({}));
    fs::write(setup.path(""), "a file where a folder should be").unwrap();

    let error = setup.deliver_one_that_fails().await;

    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert!(error.to_string().contains("; correct `path`"), "{error}");
    assert!(!setup.destination.check().await.is_good());
}

#[tokio::test]
async fn a_device_is_no_place_for_lines() {
    let setup = Setup::at("/dev/null", json!({}));

    let error = setup.deliver_one_that_fails().await;

    assert_eq!(
        error.to_string(),
        "write file: `/dev/null` is no regular file; choose another `path`"
    );
}

#[tokio::test]
async fn a_check_proves_that_the_file_can_be_written_and_writes_nothing() {
    let setup = Setup::new(json!({}));

    let report = setup.destination.check().await;

    assert!(report.is_good(), "{report:?}");
    assert_eq!(setup.read("events.ndjson"), "");
}

#[test]
fn a_path_without_a_name_is_a_mistake() {
    let context = context(&Arc::default());

    let mistakes =
        (CONNECTOR.build)(json!({"path": "/", "keep_files": 0}), &context).err().unwrap();

    let pointers: Vec<_> = mistakes.iter().map(|mistake| mistake.pointer.as_str()).collect();
    assert_eq!(pointers, ["/path", "/keep_files"]);
}

/// A destination whose file is `events.ndjson` in a folder that does not exist yet.
struct Setup {
    folder: TempDir,
    clock: Arc<Stopped>,
    config: serde_json::Value,
    destination: Arc<dyn Destination>,
}

impl Setup {
    fn new(config: serde_json::Value) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log/events.ndjson");
        Self::build(folder, path.to_str().unwrap(), config)
    }

    fn at(path: &str, config: serde_json::Value) -> Self {
        Self::build(tempfile::tempdir().unwrap(), path, config)
    }

    fn build(folder: TempDir, path: &str, mut config: serde_json::Value) -> Self {
        config["path"] = path.into();
        let clock = Arc::<Stopped>::default();
        let destination = build(&config, &clock);
        Self { folder, clock, config, destination }
    }

    fn another(&self) -> Arc<dyn Destination> {
        build(&self.config, &self.clock)
    }

    fn path(&self, name: &str) -> PathBuf {
        let folder = self.folder.path().join("log");
        if name.is_empty() { folder } else { folder.join(name) }
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path("")).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn write(&self, content: &str) {
        fs::create_dir_all(self.path("")).unwrap();
        let path = self.path("events.ndjson");
        let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
        file.write_all(content.as_bytes()).unwrap();
    }

    async fn deliver(&self, events: &[&str]) -> Vec<Outcome> {
        self.destination.deliver(&batch(&*self.destination, events)).await
    }

    async fn deliver_one_that_fails(&self) -> Error {
        match self.deliver(&["{}"]).await.pop() {
            Some(Outcome::Failed(error)) => error,
            other => panic!("{other:?}"),
        }
    }
}

#[derive(Default)]
struct Stopped(AtomicI64);

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}

fn build(config: &serde_json::Value, clock: &Arc<Stopped>) -> Arc<dyn Destination> {
    let roles = (CONNECTOR.build)(config.clone(), &context(clock)).unwrap_or_default();
    roles.destination.unwrap()
}

fn context(clock: &Arc<Stopped>) -> Context {
    let secrets = Arc::new(FixedSecrets::default());
    Context { clock: clock.clone(), ..Context::new(IntegrationName::new("archive"), secrets) }
}

fn batch(destination: &dyn Destination, events: &[&str]) -> Batch {
    let mut body = Vec::new();
    let mut ends = Vec::new();
    for json in events {
        let event = EventItem { json: json.as_bytes(), time: Timestamp::default(), source: "edr" };
        destination.encode(&Item::Event(event), &mut body).unwrap();
        ends.push(body.len());
    }
    Batch { id: "1".into(), body: Bytes::from(body), ends }
}

fn notification() -> Notification {
    let rule = RuleName::new("critical");
    let id = AlertId::derive(&rule, &Fingerprint::of(&["edr", "1"]), 1);
    let destination = IntegrationName::new("archive");
    let alert = Alert {
        id,
        rule,
        source: IntegrationName::new("edr"),
        status: AlertStatus::Open,
        severity: Severity::High,
        title: "first\nsecond".into(),
        description: String::new(),
        resource: None,
        techniques: Vec::new(),
        seen_count: 1,
        occurrence: 1,
        opened_at: Timestamp::default(),
        last_seen_at: Timestamp::default(),
        resolved_at: None,
        event: json!({}),
    };
    Notification {
        key: DeliveryKey::derive(id, &destination, StepKind::Open),
        step: StepKind::Open,
        alert,
        rendered: Rendered::default(),
        receipt: None,
    }
}
