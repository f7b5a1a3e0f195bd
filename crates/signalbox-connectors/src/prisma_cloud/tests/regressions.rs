//! Findings of scans that come, go and come back.

use super::scans::image;
use super::*;
use crate::prisma_cloud::Workload;
use signalbox_model::ocsf::Text;

/// A console whose scans follow each other.
struct Console {
    bench: Bench,
    source: Arc<dyn Source>,
    checkpoint: Option<Checkpoint>,
}

impl Console {
    async fn start() -> Self {
        let bench = Bench::start().await;
        let source = bench.source("images");
        Self { bench, source, checkpoint: None }
    }

    /// Scans on a day and returns the event ids of what is handed on.
    async fn scan(&mut self, day: u8, mut records: Vec<Value>) -> Vec<Text> {
        let time = json!(format!("2026-03-{day:02}T11:00:00Z"));
        records.iter_mut().for_each(|record| record["scanTime"] = time.clone());
        self.bench.simulator.set_records(Workload::Images, records);
        let (events, checkpoint) = poll_all(&*self.source, self.checkpoint.take()).await;
        self.checkpoint = Some(checkpoint);
        let findings = events.iter().flat_map(|raw| self.bench.normalized(raw));
        findings.map(|finding| event(finding).event_id.unwrap()).collect()
    }

    /// Stops and starts the integration.
    fn restart(&mut self) {
        let config = self.bench.simulator.config(self.bench.server.address());
        self.bench.roles =
            crate::prisma_cloud::roles(config, &self.bench.simulator.context()).unwrap();
        self.source = self.bench.source("images");
    }
}

fn fixed(number: usize) -> Value {
    let mut record = image(number, "CVE-2026-0001");
    record["complianceIssues"] = json!([]);
    record
}

fn clean(number: usize) -> Value {
    let mut record = fixed(number);
    record["vulnerabilities"] = json!([]);
    record
}

#[tokio::test]
async fn an_issue_that_was_fixed_and_came_back_is_news() {
    for between in [fixed(1), clean(1)] {
        let mut console = Console::start().await;
        let first = console.scan(1, vec![image(1, "CVE-2026-0001")]).await;
        let gone = console.scan(2, vec![between]).await;

        let back = console.scan(3, vec![image(1, "CVE-2026-0001")]).await;

        assert_eq!((first.len(), gone.len()), (2, 0));
        assert!(!back.is_empty());
        assert!(back.iter().all(|id| !first.contains(id)));
    }
}

#[tokio::test]
async fn an_issue_that_stays_is_told_once_however_often_it_is_scanned() {
    let mut console = Console::start().await;
    console.scan(1, vec![image(1, "CVE-2026-0001")]).await;
    console.scan(2, vec![fixed(1)]).await;
    console.scan(3, vec![image(1, "CVE-2026-0001")]).await;

    for day in 4..9 {
        assert_eq!(console.scan(day, vec![image(1, "CVE-2026-0001")]).await, Vec::<Text>::new());
    }
}

#[tokio::test]
async fn a_new_weakness_is_told_without_its_neighbors() {
    let mut console = Console::start().await;
    let mut record = image(1, "CVE-2026-0001");
    console.scan(1, vec![record.clone()]).await;

    let weakness = image(1, "CVE-2026-0002")["vulnerabilities"][0].take();
    record["vulnerabilities"].as_array_mut().unwrap().push(weakness);
    let told = console.scan(2, vec![record]).await;

    assert_eq!(told.len(), 1);
}

#[tokio::test]
async fn records_that_share_an_id_do_not_take_turns_being_news() {
    let mut console = Console::start().await;
    let both = || vec![image(1, "CVE-2026-0001"), fixed(1)];
    console.scan(1, both()).await;

    for day in 2..5 {
        assert_eq!(console.scan(day, both()).await, Vec::<Text>::new());
    }
}

#[tokio::test]
async fn more_records_than_a_checkpoint_holds_are_told_once() {
    let mut console = Console::start().await;
    let records = (0..5_700).map(clean_but_for_an_issue).collect();
    console.bench.simulator.set_records(Workload::Images, records);

    let mut told = Vec::new();
    for _ in 0..2 {
        let (events, checkpoint) = poll_all(&*console.source, console.checkpoint.take()).await;
        told.push(events.len());
        console.checkpoint = Some(checkpoint);
    }
    console.restart();
    let (events, _) = poll_all(&*console.source, console.checkpoint.take()).await;
    told.push(events.len());

    // After a start those beyond 5,600 come again, as duplicates by event id.
    assert_eq!(told, [5_700, 0, 100]);
    assert!(events.iter().all(|raw| raw.attributes.is_empty()));
}

fn clean_but_for_an_issue(number: usize) -> Value {
    json!({
        "_id": format!("sha256:{number:064}"),
        "complianceIssues": [{ "id": 41, "title": "Runs as root", "severity": "high" }],
    })
}

#[tokio::test]
async fn what_returns_after_a_restart_is_news_too() {
    let mut console = Console::start().await;
    let first = console.scan(1, vec![image(1, "CVE-2026-0001")]).await;
    console.scan(2, vec![fixed(1)]).await;

    console.restart();
    let unchanged = console.scan(3, vec![fixed(1)]).await;
    let back = console.scan(4, vec![image(1, "CVE-2026-0001")]).await;

    assert_eq!(unchanged, Vec::<Text>::new());
    assert_eq!(back.len(), 1);
    assert!(!first.contains(&back[0]));
}
