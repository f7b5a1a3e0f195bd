//! Compares what was acknowledged with what arrived, in files and products that are not the hub's.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::Context as _;
use serde_json::value::RawValue;

use super::sender::{Kind, Sent};
use super::sequence;
use super::stage::Stage;

/// What an audit found.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) acknowledged: u64,
    /// Acknowledged, and missing in a stream or without its ticket.
    pub(super) lost: u64,
    /// Findings with more than one ticket.
    pub(super) duplicate_tickets: u64,
    /// Events that a stream has more than once, each time beyond the first.
    pub(super) stream_duplicates: u64,
    /// Sent and never acknowledged, and missing.
    pub(super) unacknowledged_lost: u64,
    pub(super) tickets: u64,
    /// What is lost, in words; the first of it.
    pub(super) details: Vec<String>,
}

/// How often a sequence number is somewhere.
type Counts = HashMap<u64, u32>;

impl Findings {
    /// Audits a stage whose hub has nothing pending.
    pub(super) fn of(stage: &Stage, sent: &Sent) -> anyhow::Result<Self> {
        let streams = [("archive", archived(&stage.archive())?), ("siem", stage.siem.taken())];
        let tickets = tickets(stage);
        let acknowledged: HashMap<u64, Kind> = sent.acknowledged().into_iter().collect();
        let mut findings = Self {
            acknowledged: acknowledged.len() as u64,
            stream_duplicates: streams.iter().map(|(_, counts)| repeats(counts)).sum(),
            tickets: tickets.len() as u64,
            ..Self::default()
        };
        let by_number = tickets.values().filter(|count| **count > 1).count();
        findings.duplicate_tickets = by_number.max(stage.tickets.duplicate_tickets()) as u64;
        for number in 0..sent.count() {
            let kind = acknowledged.get(&number).copied();
            let mut missing: Vec<&str> = streams
                .iter()
                .filter(|(_, counts)| !counts.contains_key(&number))
                .map(|(name, _)| *name)
                .collect();
            if kind == Some(Kind::Severe) && !tickets.contains_key(&number) {
                missing.push("tickets");
            }
            findings.count(number, kind, &missing);
        }
        Ok(findings)
    }

    fn count(&mut self, number: u64, kind: Option<Kind>, missing: &[&str]) {
        if missing.is_empty() {
            return;
        }
        if kind.is_none() {
            self.unacknowledged_lost += 1;
            return;
        }
        self.lost += 1;
        if self.details.len() < DETAILS_MAX {
            self.details.push(format!("event {number} is missing in {}", missing.join(" and ")));
        }
    }
}

/// Reads the files of the archive. A line that is no JSON was cut by a kill and written again.
fn archived(folder: &Path) -> anyhow::Result<Counts> {
    let mut counts = Counts::new();
    let entries = fs::read_dir(folder).with_context(|| format!("list `{}`", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "ndjson") {
            continue;
        }
        let file = File::open(&path).with_context(|| format!("open `{}`", path.display()))?;
        for line in BufReader::new(file).split(b'\n') {
            let line = line?;
            let Ok(document) = serde_json::from_slice::<&RawValue>(&line) else { continue };
            if let Some(number) = sequence::find(document.get()) {
                *counts.entry(number).or_default() += 1;
            }
        }
    }
    Ok(counts)
}

fn tickets(stage: &Stage) -> Counts {
    let mut counts = Counts::new();
    for ticket in stage.tickets.tickets() {
        if let Some(number) = sequence::find(ticket.value("description")) {
            *counts.entry(number).or_default() += 1;
        }
    }
    counts
}

fn repeats(counts: &Counts) -> u64 {
    counts.values().map(|count| u64::from(count.saturating_sub(1))).sum()
}

/// Lost events that are named; more only repeat the picture.
const DETAILS_MAX: usize = 20;
