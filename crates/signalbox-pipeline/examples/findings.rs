//! Applies findings to a desk as the hub does, without sources and destinations, so that a profiler sees nothing else.
//!
//! ```text
//! cargo run --release -p signalbox-pipeline --example findings -- 20000 alerts
//! valgrind --tool=callgrind target/release/examples/findings 5000 kept
//! ```
//!
//! Every finding is a new one. With `alerts` each raises an alert with a step for one destination; with `kept` no rule
//! matches. They lie in chunks of 64, as concurrent webhooks make them.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use signalbox_model::{Fingerprint, IntegrationName, RuleName, SystemClock};
use signalbox_pipeline::Wakes;
use signalbox_pipeline::evaluate::{Notify, NotifyOn, NotifyPlan, RulePlan};
use signalbox_pipeline::follow::{DESK_READER, Follower, hex};
use signalbox_store::desk::{Desk, Writer};
use signalbox_store::journal::{
    ChunkBuilder, ChunkId, Decision, EmbeddedJournal, EventRecord, FindingKey, Journal,
    JournalOptions, RuleNames,
};
use tokio_util::sync::CancellationToken;

type Failure = Box<dyn std::error::Error>;

/// Findings in a chunk.
const TOGETHER: usize = 64;

const NOW_MS: i64 = 1_781_000_000_000;

const HASH: [u8; 32] = [7; 32];

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [count, matched] = arguments.as_slice() else {
        eprintln!("write `findings COUNT alerts` or `findings COUNT kept`");
        return ExitCode::FAILURE;
    };
    match apply(count, matched == "alerts").await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn apply(count: &str, is_matched: bool) -> Result<(), Failure> {
    let (count, folder) = (count.parse()?, tempfile::tempdir()?);
    let journal: Arc<dyn Journal> =
        Arc::new(EmbeddedJournal::open(&folder.path().join("journal"), JournalOptions::default())?);
    fill(journal.as_ref(), count, is_matched)?;
    let desk = Desk::open(&folder.path().join("desk.db"))?;
    prepare(&desk).await?;
    let (stop, begun) = (CancellationToken::new(), Instant::now());
    let follower = Follower {
        journal: Arc::clone(&journal),
        desk: desk.clone(),
        wakes: Wakes::default(),
        clock: Arc::new(SystemClock),
    };
    let following = tokio::spawn(follower.run(stop.clone()));
    let head = journal.head().map(|head| head.to_string());
    while position(&desk).await? != head {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let each = begun.elapsed().as_secs_f64() * 1e6 / f64::from(count);
    println!("{count} findings, {each:.1} µs each");
    stop.cancel();
    Ok(following.await?)
}

/// Commits the findings.
fn fill(journal: &dyn Journal, count: u32, is_matched: bool) -> Result<(), Failure> {
    let names = RuleNames { hash: HASH, rules: vec!["noted".to_owned()], ..RuleNames::default() };
    let mut builder = ChunkBuilder::new(Arc::new(names))?;
    let rules = if is_matched { vec![0] } else { Vec::new() };
    let decision = Decision { rules, ..Decision::default() };
    for number in 0..count {
        push(&mut builder, &decision, number)?;
        if builder.len() == TOGETHER || number + 1 == count {
            journal.append(&builder.finish(ChunkId::draw())?)?;
        }
    }
    Ok(())
}

fn push(builder: &mut ChunkBuilder, decision: &Decision, number: u32) -> Result<(), Failure> {
    let id = format!("sq-{number:010}");
    let json = finding(number, &id);
    let fingerprint = *Fingerprint::of(&["hooks", &id]).as_bytes();
    builder.push_event(&EventRecord {
        integration: "hooks",
        received_at_ms: NOW_MS,
        time_ms: NOW_MS,
        decision,
        json: json.as_bytes(),
        original: None,
        finding: Some(FindingKey { fingerprint, event_id: Some(&id) }),
    })?;
    Ok(())
}

fn finding(number: u32, id: &str) -> String {
    let (host, trace) = (number % 500, trace(number));
    format!(
        "{{\"activity_id\":1,\"category_uid\":2,\"class_uid\":2004,\"type_uid\":200401,\"severity_id\":4,\
         \"severity\":\"High\",\"class_name\":\"Detection Finding\",\"category_name\":\"Findings\",\
         \"activity_name\":\"Create\",\"type_name\":\"Detection Finding: Create\",\"time\":{NOW_MS},\
         \"finding_info\":{{\"uid\":\"{id}\",\"title\":\"Order {id} was changed\"}},\
         \"device\":{{\"type\":\"Server\",\"type_id\":1,\"hostname\":\"host-{host}\"}},\
         \"metadata\":{{\"version\":\"1.8.0\",\"product\":{{\"name\":\"Benchmark\"}},\
         \"uid\":\"988f193d-cff9-8986-8000-{number:012}\"}},\"unmapped\":{{\"operation\":\"orders.update\",\
         \"trace\":\"{trace}\"}}}}"
    )
}

/// Words that are different in each finding.
fn trace(number: u32) -> String {
    let word = |place: u32| format!("span={:08x} ", (number + place).wrapping_mul(0x9E37_79B1));
    (0..55).map(word).collect()
}

/// Gives the desk the rules and a place to begin.
async fn prepare(desk: &Desk) -> Result<(), Failure> {
    let notify =
        Notify { to: IntegrationName::new("alerts"), template: None, on: vec![NotifyOn::Open] };
    let rule = RulePlan { notify: vec![notify], suppress_repeats_ms: 0, reopen_within_ms: 0 };
    let rules = BTreeMap::from([(RuleName::new("noted"), rule)]);
    let plan = serde_json::to_string(&NotifyPlan { rules, ..NotifyPlan::default() })?;
    let change = move |writer: &Writer<'_>| {
        writer.keep_rule_set(&hex(&HASH), &plan, NOW_MS)?;
        writer.create_checkpoint(DESK_READER, "")
    };
    Ok(desk.write("prepare", change).await?)
}

async fn position(desk: &Desk) -> Result<Option<String>, Failure> {
    let checkpoint = desk.read(|reader| reader.checkpoint(DESK_READER)).await?;
    Ok(checkpoint.map(|checkpoint| checkpoint.position))
}
