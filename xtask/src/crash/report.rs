//! What a run is reported as: words for people, or one line of numbers for programs.

use serde::Serialize;
use serde_json::Value;
use signalbox_connectors::servicenow::CreateCounts;

use super::Output;
use super::audit::Findings;
use super::killer::Kills;
use super::observe::Cuts;

/// Everything that is known of a run at its end.
pub(super) struct Report {
    pub(super) kills: Kills,
    pub(super) load: Load,
    pub(super) findings: Findings,
    /// The last one read.
    pub(super) ledger: Value,
    pub(super) cuts: Cuts,
    pub(super) creates: CreateCounts,
}

/// What the hub was asked for while it was killed, a second, its deaths included.
pub(super) struct Load {
    pub(super) events_per_second: u64,
    pub(super) tickets_per_second: u64,
}

/// The line of numbers, in this order; programs read the first ten.
#[derive(Serialize)]
struct Numbers {
    kills: u64,
    acknowledged: u64,
    lost: u64,
    duplicate_tickets: u64,
    stream_duplicates: u64,
    unacknowledged_lost: u64,
    in_commit: u64,
    in_delivery: u64,
    in_recovery: u64,
    ready_p99_ms: u64,
    ready_p50_ms: u64,
    events_per_second: u64,
    tickets_per_second: u64,
    tickets: u64,
    sender_repeats: u64,
    creates: u64,
    creates_late: u64,
    creates_lagging: u64,
    creates_cut_before: u64,
    creates_cut_after: u64,
}

impl Load {
    /// Divides what was asked for by the time it took.
    pub(super) fn of(events: u64, tickets: u64, seconds: f64) -> Self {
        let per_second = |count: u64| (count as f64 / seconds).round() as u64;
        Self { events_per_second: per_second(events), tickets_per_second: per_second(tickets) }
    }
}

impl Report {
    /// Returns whether the promises were kept. How soon the hub was ready is told and not judged: that
    /// is the machine's as well.
    pub(super) fn is_good(&self) -> bool {
        let Findings { lost, duplicate_tickets, .. } = self.findings;
        is_settled(&self.ledger) && lost == 0 && duplicate_tickets == 0
    }

    /// Prints the result to standard output, and what is wrong to standard error before.
    pub(super) fn print(&self, output: Output) -> anyhow::Result<()> {
        self.complain();
        match output {
            Output::Json => println!("{}", serde_json::to_string(&self.numbers())?),
            Output::Text => self.tell(),
        }
        Ok(())
    }

    fn complain(&self) {
        for detail in &self.findings.details {
            eprintln!("lost: {detail}");
        }
        for finding in self.ledger["findings"].as_array().into_iter().flatten() {
            eprintln!("not balanced: {finding}");
        }
        if !is_settled(&self.ledger) {
            let (pending, ledger) = (pending(&self.ledger), &self.ledger);
            eprintln!("the ledger does not balance or has {pending} pending:\n{ledger:#}");
        }
    }

    fn numbers(&self) -> Numbers {
        let Self { kills, load, findings, cuts, creates, .. } = self;
        Numbers {
            kills: kills.count,
            acknowledged: findings.acknowledged,
            lost: findings.lost,
            duplicate_tickets: findings.duplicate_tickets,
            stream_duplicates: findings.stream_duplicates,
            unacknowledged_lost: findings.unacknowledged_lost,
            in_commit: kills.in_commit,
            in_delivery: kills.in_delivery,
            in_recovery: kills.in_recovery,
            ready_p99_ms: kills.ready_ms(99),
            ready_p50_ms: kills.ready_ms(50),
            events_per_second: load.events_per_second,
            tickets_per_second: load.tickets_per_second,
            tickets: findings.tickets,
            sender_repeats: findings.sender_repeats,
            creates: creates.asked,
            creates_late: creates.late,
            creates_lagging: creates.lagging,
            creates_cut_before: cuts.before,
            creates_cut_after: cuts.after,
        }
    }

    fn tell(&self) {
        let Self { kills, load, findings, cuts, creates, .. } = self;
        println!(
            "Killed {} times under {} events and {} tickets a second: {} with a sender waiting, {} with \
             a call unanswered, {} in recovery.",
            kills.count,
            load.events_per_second,
            load.tickets_per_second,
            kills.in_commit,
            kills.in_delivery,
            kills.in_recovery
        );
        let (p99, p50) = (kills.ready_ms(99), kills.ready_ms(50));
        println!("Ready again within {p99} ms (99 of 100), mostly within {p50} ms.");
        println!(
            "{} events acknowledged, {} of them lost; {} never acknowledged and not kept.",
            findings.acknowledged, findings.lost, findings.unacknowledged_lost
        );
        println!(
            "{} findings have a ticket, {} of them more than one. Streams got {} events twice, and \
             {} that their senders repeated.",
            findings.tickets,
            findings.duplicate_tickets,
            findings.stream_duplicates,
            findings.sender_repeats
        );
        println!(
            "Of {} creates {} were executed late and {} found late; kills cut {} off before they were \
             executed and {} after.",
            creates.asked, creates.late, creates.lagging, cuts.before, cuts.after
        );
    }
}

/// Returns whether a ledger balances with nothing pending.
pub(super) fn is_settled(ledger: &Value) -> bool {
    ledger["balanced"] == true && pending(ledger) == 0
}

/// Returns how many deliveries are still to be made.
pub(super) fn pending(ledger: &Value) -> u64 {
    let rows =
        ["streams", "steps"].into_iter().filter_map(|table| ledger[table].as_array()).flatten();
    rows.filter_map(|row| row["pending"].as_u64()).sum()
}
