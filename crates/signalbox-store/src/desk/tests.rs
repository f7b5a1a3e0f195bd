//! The desk's own promises: group commit, lines, fences, sums.

use signalbox_model::time::Timestamp;
use signalbox_model::{
    Alert, AlertId, AlertStatus, Fingerprint, IntegrationName, RuleName, Severity, StepKind,
};

use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_000_000);

struct Fixture {
    desk: Desk,
    snow: IntegrationName,
    _folder: tempfile::TempDir,
}

fn fixture() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(&folder.path().join("desk.sqlite")).unwrap();
    Fixture { desk, snow: IntegrationName::new("snow"), _folder: folder }
}

fn alert(finding: &str) -> (Alert, Fingerprint) {
    let (rule, fingerprint) = (RuleName::new("critical"), Fingerprint::of(&[finding]));
    let alert = Alert {
        id: AlertId::derive(&rule, &fingerprint, 1),
        rule,
        source: IntegrationName::new("siem"),
        status: AlertStatus::Open,
        severity: Severity::High,
        title: "Brute force".into(),
        description: String::new(),
        resource: None,
        techniques: vec!["T1110".into()],
        seen_count: 1,
        occurrence: 1,
        opened_at: NOW,
        last_seen_at: NOW,
        resolved_at: None,
        event: serde_json::json!({"class_uid": 2004}),
    };
    (alert, fingerprint)
}

impl Fixture {
    /// An alert with one open step, of which the id is returned.
    async fn opened(&self, finding: &'static str) -> AlertId {
        let (alert, fingerprint) = alert(finding);
        let (id, snow) = (alert.id, self.snow.clone());
        let change = move |writer: &Writer<'_>| {
            writer.insert_alert(&alert, &fingerprint, "{\"class_uid\":2004}")?;
            writer.add_open(NewStep {
                alert: id,
                destination: &snow,
                template: None,
                must_find: false,
                now: NOW,
                cause: Some("1-2.3"),
            })
        };
        self.desk.write("test", change).await.unwrap();
        id
    }

    async fn lease(&self) -> Vec<LeasedStep> {
        let snow = self.snow.clone();
        let until = Timestamp::from_millis(NOW.as_millis() + 60_000);
        self.desk.write("test", move |w| w.lease(&snow, NOW, until, 10)).await.unwrap()
    }

    async fn settle(&self, step: &LeasedStep, settlement: Settlement) -> bool {
        let (snow, step) = (self.snow.clone(), step.clone());
        self.desk.write("test", move |w| w.settle(&snow, &step, NOW, &settlement)).await.unwrap()
    }

    async fn add_update(&self, id: AlertId) -> bool {
        let snow = self.snow.clone();
        let change = move |w: &Writer<'_>| {
            w.add_update(NewStep {
                alert: id,
                destination: &snow,
                template: None,
                must_find: false,
                now: NOW,
                cause: Some("1-2.3"),
            })
        };
        self.desk.write("test", change).await.unwrap()
    }

    fn terms(&self) -> LedgerTerms {
        let counted = self.desk.read_now(|reader| reader.step_terms()).unwrap();
        assert_eq!(counted, self.desk.read_now(|reader| reader.recount_steps()).unwrap());
        counted[0].terms
    }
}

fn delivered() -> Settlement {
    Settlement::Delivered { ticket: None, receipt: None }
}

#[tokio::test]
async fn only_the_head_of_a_line_is_leased_and_settling_it_frees_the_next() {
    let f = fixture();
    let id = f.opened("one").await;
    f.add_update(id).await;

    let first = f.lease().await;
    let none = f.lease().await;
    f.settle(&first[0], delivered()).await;
    let second = f.lease().await;

    assert_eq!((first.len(), first[0].kind), (1, StepKind::Open));
    assert!(none.is_empty());
    assert_eq!((second.len(), second[0].kind), (1, StepKind::Update(1)));
}

#[tokio::test]
async fn updates_that_wait_behind_the_head_merge() {
    let f = fixture();
    let id = f.opened("one").await;

    let added = [f.add_update(id).await, f.add_update(id).await, f.add_update(id).await];

    assert_eq!(added, [true, false, false]);
    assert_eq!((f.terms().accepted, f.terms().pending), (2, 2));
}

#[tokio::test]
async fn a_stale_lease_settles_nothing() {
    let f = fixture();
    f.opened("one").await;
    let stale = f.lease().await.remove(0);
    let again = Settlement::Again {
        next_at: NOW,
        attempts: 1,
        must_find: true,
        outcome: "unavailable",
        reason: "down".into(),
        answer: None,
    };
    f.settle(&stale, again).await;
    let fresh = f.lease().await.remove(0);

    let held = f.settle(&stale, delivered()).await;

    assert!(!held);
    assert!(fresh.must_find && fresh.fence > stale.fence);
    assert_eq!((f.terms().delivered, f.terms().pending), (0, 1));
}

#[tokio::test]
async fn a_dead_head_blocks_its_line_until_it_is_revived() {
    let f = fixture();
    let id = f.opened("one").await;
    f.add_update(id).await;
    let head = f.lease().await.remove(0);
    let dead = Settlement::Dead {
        outcome: "rejected",
        reason: "no".into(),
        answer: None,
        rest_until: NOW,
    };
    f.settle(&head, dead).await;

    let blocked = f.lease().await;
    let terms = f.terms();
    f.desk.write("test", move |w| w.revive_step(head.key, NOW)).await.unwrap();
    let revived = f.lease().await;

    assert!(blocked.is_empty());
    assert_eq!((terms.accepted, terms.dead, terms.pending), (2, 1, 1));
    assert_eq!(revived[0].kind, StepKind::Open);
    assert_eq!((f.terms().dead, f.terms().pending), (0, 2));
}

#[tokio::test]
async fn an_attempt_that_a_crash_left_rests_past_its_deadline_and_looks_up_first() {
    let f = fixture();
    f.opened("one").await;
    let step = f.lease().await.remove(0);
    let (began, snow) = (step.clone(), f.snow.clone());
    let deadline = Timestamp::from_millis(NOW.as_millis() + 10_000);
    let attempt = NewAttempt {
        notification: "{}".into(),
        request: "open".into(),
        now: NOW,
        deadline,
        lease_until: deadline,
    };
    f.desk.write("test", move |w| w.begin_attempt(&began, &attempt)).await.unwrap();

    let recovered =
        f.desk.write("test", move |w| w.recover_attempts(&snow, 60_000, NOW)).await.unwrap();

    let snow = f.snow.clone();
    let due = f.desk.read_now(|r| r.next_due(&snow)).unwrap();
    assert_eq!(recovered, 1);
    assert_eq!(due, Some(Timestamp::from_millis(NOW.as_millis() + 70_000)));
}

#[tokio::test]
async fn a_failing_write_takes_no_other_along() {
    let f = fixture();
    let ids: Vec<_> = (0..50)
        .map(|n| {
            let desk = f.desk.clone();
            tokio::spawn(async move {
                desk.write("test", move |w| {
                    w.set_meta(&format!("key-{n}"), "v")?;
                    if n % 2 == 0 { Ok(()) } else { Err(DeskError::Stopping) }
                })
                .await
            })
        })
        .collect();

    let mut kept = 0;
    for (n, task) in ids.into_iter().enumerate() {
        let outcome = task.await.unwrap();
        let found = f.desk.read_now(|r| r.meta(&format!("key-{n}"))).unwrap();
        assert_eq!(outcome.is_ok(), found.is_some());
        kept += usize::from(found.is_some());
    }

    assert_eq!(kept, 25);
}

#[tokio::test]
async fn a_newer_format_is_refused_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.sqlite");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.execute_batch("PRAGMA user_version = 99").unwrap();
    drop(connection);
    let before = std::fs::read(&path).unwrap();

    let refused = Desk::open(&path).err().unwrap().to_string();

    assert!(refused.contains("format 99"), "{refused}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_desk_of_format_1_is_migrated_with_its_findings_alerts_and_dead_letters() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.sqlite");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.execute_batch(include_str!("fixtures/format_1.sql")).unwrap();
    connection
        .execute_batch(
            "INSERT INTO checkpoint (reader, position, dead) VALUES ('siem', '', 1);
             INSERT INTO item VALUES ('siem', '1-2.3', 'dead', 'edr', 0, '{}', 4, 0, 7, 'no', NULL);
             INSERT INTO finding VALUES (x'00', 'edr', 'found', 4, 'New', NULL, 1, 2, 5, '{}');
             INSERT INTO alert VALUES ('id', 'critical', x'00', 1, 'open', 4, 'edr', 'found', '', NULL, '[]',
                                       6, 1, 2, NULL, '{}');
             PRAGMA user_version = 1;",
        )
        .unwrap();
    drop(connection);

    let desk = Desk::open(&path).unwrap();

    let filter = DeadFilter { limit: 10, ..DeadFilter::default() };
    let letters = desk.read_now(|reader| reader.dead_letters(&filter)).unwrap();
    let letter = &letters[0];
    assert_eq!((letter.id.as_str(), letter.attempts), ("siem:1-2.3", 4));
    assert_eq!(letter.died_at, Timestamp::from_millis(7));
    let connection = Connection::open(&path).unwrap();
    let seen = "SELECT seen_count FROM finding WHERE fingerprint = x'00' AND title = 'found'";
    assert_eq!(connection.query_row(seen, [], |row| row.get::<_, i64>(0)).unwrap(), 5);
    let seen =
        "SELECT seen_count FROM alert WHERE id = 'id' AND rule = 'critical' AND event = '{}'";
    assert_eq!(connection.query_row(seen, [], |row| row.get::<_, i64>(0)).unwrap(), 6);
    assert_eq!(tables(&path), tables(fixture().desk.inner.path.as_path()));
    drop(desk);
    assert!(Desk::open(&path).is_ok(), "the second time there is nothing to migrate");
}

/// The columns of every table, and the indexes, sorted.
fn tables(path: &Path) -> Vec<String> {
    let connection = Connection::open(path).unwrap();
    let sql = "SELECT m.name || ' ' || coalesce(c.name || ' ' || c.type || ' ' || c.\"notnull\", '') \
               FROM sqlite_master AS m LEFT JOIN pragma_table_info(m.name) AS c ORDER BY 1";
    let mut statement = connection.prepare(sql).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[tokio::test]
async fn dead_letters_are_listed_by_what_is_asked_for_and_page_by_page() {
    let f = fixture();
    for finding in ["one", "two", "three"] {
        f.opened(finding).await;
    }
    for (number, step) in f.lease().await.iter().enumerate() {
        let reason = format!("field {number} is missing");
        let dead = Settlement::Dead { outcome: "rejected", reason, answer: None, rest_until: NOW };
        f.settle(step, dead).await;
    }
    let list = |filter: DeadFilter| f.desk.read_now(|r| r.dead_letters(&filter)).unwrap();

    let all = list(DeadFilter { limit: 2, ..DeadFilter::default() });
    let after = all.last().map(|letter| (letter.died_at, letter.id.clone()));
    let rest = list(DeadFilter { limit: 2, after, ..DeadFilter::default() });
    let count = |filter: DeadFilter| list(DeadFilter { limit: 10, ..filter }).len();
    let text = |word: &str| Some(word.to_owned());

    assert_eq!((all.len(), rest.len()), (2, 1));
    assert_eq!(count(DeadFilter { reason_contains: text("FIELD 1"), ..DeadFilter::default() }), 1);
    assert_eq!(count(DeadFilter { rule: text("critical"), ..DeadFilter::default() }), 3);
    assert_eq!(count(DeadFilter { integration: text("jira"), ..DeadFilter::default() }), 0);
    assert_eq!(count(DeadFilter { kind: text("update"), ..DeadFilter::default() }), 0);
    let later = Timestamp::from_millis(NOW.as_millis() + 1);
    assert_eq!(count(DeadFilter { since: Some(later), ..DeadFilter::default() }), 0);
}

fn item() -> ItemRow {
    ItemRow {
        stream: "siem".into(),
        position: "1-2.3".into(),
        state: ItemState::Parked,
        source: "edr".into(),
        event_time: NOW,
        event: b"{}".to_vec(),
        attempts: 1,
        next_at: NOW,
        created_at: NOW,
        reason: "down".into(),
        answer: None,
        settled_at: None,
        amendment: None,
    }
}

#[tokio::test]
async fn an_item_that_was_forgotten_while_it_was_tried_is_neither_put_back_nor_given_up() {
    let f = fixture();
    let change = |writer: &Writer<'_>| {
        writer.create_checkpoint("siem", "")?;
        writer.put_item(&item())?;
        let before = writer.put_item_back(&item())?;
        writer.forget_items("siem", |_| true)?;
        Ok((before, writer.put_item_back(&item())?, writer.bury_item(&item(), NOW)?))
    };

    let found = f.desk.write("test", change).await.unwrap();

    let dead = f.desk.read_now(|reader| reader.checkpoint("siem")).unwrap().unwrap().dead;
    let aside = f.desk.read_now(|reader| reader.count_items("siem")).unwrap();
    assert_eq!((found, dead, aside), ((true, false, false), 0, (0, 0)));
}
