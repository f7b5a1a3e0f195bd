//! Compares what was acknowledged with what arrived, in files and products that are not the hub's.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::Context as _;
use serde_json::value::RawValue;

use super::books::{Kind, Sent};
use super::sequence::{self, Taken};
use super::stage::Stage;

/// What an audit found.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) acknowledged: u64,
    /// Acknowledged, and missing in a stream or without its ticket; or taken by one stream only.
    pub(super) lost: u64,
    /// Findings with more than one ticket.
    pub(super) duplicate_tickets: u64,
    /// Events that a stream has more than once, by their uid, each time beyond the first.
    pub(super) stream_duplicates: u64,
    /// The same of what senders repeated, for they had no answer: another uid.
    pub(super) sender_repeats: u64,
    /// Sent and never acknowledged, and nowhere.
    pub(super) unacknowledged_lost: u64,
    pub(super) tickets: u64,
    /// What is lost, in words; the first of it.
    pub(super) details: Vec<String>,
}

/// What a stream has.
struct Stream {
    name: &'static str,
    taken: Taken,
}

/// How many tickets carry a number.
type Tickets = HashMap<u64, u32>;

impl Findings {
    /// Audits a stage whose hub has nothing pending.
    pub(super) fn of(stage: &Stage, sent: &Sent) -> anyhow::Result<Self> {
        let streams = [
            Stream { name: STOPPED, taken: written(&stage.stopped())? },
            Stream { name: "archive", taken: written(&stage.archive())? },
            Stream { name: "siem", taken: stage.siem.taken() },
        ];
        let tickets = tickets(stage);
        let acknowledged = sent.acknowledged().into_iter();
        let kinds: HashMap<u64, Kind> = acknowledged
            .flat_map(|(numbers, kind)| numbers.map(move |number| (number, kind)))
            .collect();
        let mut findings = Self {
            acknowledged: kinds.len() as u64,
            stream_duplicates: streams.iter().map(|stream| stream.taken.duplicates()).sum(),
            sender_repeats: streams.iter().map(|stream| stream.taken.sender_repeats()).sum(),
            tickets: tickets.len() as u64,
            ..Self::default()
        };
        let by_number = tickets.values().filter(|count| **count > 1).count();
        findings.duplicate_tickets = by_number.max(stage.tickets.duplicate_tickets()) as u64;
        for number in 0..sent.count() {
            let kind = kinds.get(&number).copied();
            findings.look(number, kind, &streams, &tickets);
        }
        Ok(findings)
    }

    fn look(&mut self, number: u64, kind: Option<Kind>, streams: &[Stream], tickets: &Tickets) {
        let wanted = |stream: &&Stream| kind != Some(Kind::History) || stream.name == STOPPED;
        let wanted: Vec<&Stream> = streams.iter().filter(wanted).collect();
        let is_missing = |stream: &&&Stream| !stream.taken.has(number);
        let mut missing: Vec<&str> =
            wanted.iter().filter(is_missing).map(|stream| stream.name).collect();
        // Whether the hub ever took it, its sender cannot tell.
        if kind.is_none() && missing.len() == wanted.len() {
            self.unacknowledged_lost += 1;
            return;
        }
        if kind == Some(Kind::Severe) && !tickets.contains_key(&number) {
            missing.push("tickets");
        }
        if missing.is_empty() {
            return;
        }
        self.lost += 1;
        if self.details.len() < DETAILS_MAX {
            self.details.push(format!("event {number} is missing in {}", missing.join(" and ")));
        }
    }
}

/// Reads the files of a stream. A line that is no JSON was cut by a kill and written again.
fn written(folder: &Path) -> anyhow::Result<Taken> {
    let mut taken = Taken::default();
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
            taken.add(document.get());
        }
    }
    Ok(taken)
}

fn tickets(stage: &Stage) -> Tickets {
    let mut counts = Tickets::new();
    for ticket in stage.tickets.tickets() {
        if let Some(number) = sequence::find(ticket.value("description")) {
            *counts.entry(number).or_default() += 1;
        }
    }
    counts
}

/// The stream that has everything, what came before the first kill as well.
const STOPPED: &str = "stopped";

/// Lost events that are named; more only repeat the picture.
const DETAILS_MAX: usize = 20;
