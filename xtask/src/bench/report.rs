//! What a run has found: a table for people, and one line of numbers for programs.

use comfy_table::{Table, presets};
use serde_json::{Map, Value};

use super::sample::Sample;

/// A number of the last line, with the goal that it has.
struct Goal {
    key: &'static str,
    means: &'static str,
    goal: &'static str,
}

const fn goal(key: &'static str, means: &'static str, goal: &'static str) -> Goal {
    Goal { key, means, goal }
}

/// All of them, in the order of the line.
const GOALS: &[Goal] = &[
    goal("p1_ratio", "P1 lines to HEC, durable: CPU against the yardstick", "≤ 2.0"),
    goal("p1_ratio_always", "P1 the same with every original kept", ""),
    goal("p2_sync_cost_percent", "P2 CPU that the journal's syncs cost, percent", "≤ 10"),
    goal("p3_cpu_ratio", "P3 signed webhooks, 64 connections: CPU against the yardstick", "≤ 2.5"),
    goal("p3_p99_ratio", "P3 p99 at half load against p99 of fdatasync", "≤ 5"),
    goal("p3_single_p50_ratio", "P3 one connection: p50 against p50 of fdatasync", "≤ 1.5"),
    goal("p4_rss_mib", "P4 peak memory with the backlog, MiB", "≤ 64"),
    goal("p4_bytes_per_event", "P4 disk for an event of the backlog, bytes", "≤ 100"),
    goal("p4_intake_ratio", "P4 CPU of intake above the backlog against an empty hub", "≤ 1.1"),
    goal("p4_drain_ratio", "P4 CPU of draining the backlog against a short one", "≤ 1.1"),
    goal("p5_ready_ms", "P5 ready after kill -9 at the backlog, ms", "< 1000"),
    goal("p5_lost", "P5 events lost", "0"),
    goal("p6_extra_cpu_s_per_million", "P6 each further destination, CPU-s per million", "≤ 0.7"),
    goal("p6_dead_percent", "P6 what a dead destination costs, percent", "< 2"),
    goal("p7_ratio", "P7 1,000 rules against 50: CPU", "≤ 1.5"),
    goal("p8_findings_per_s", "P8 findings into alerts, a second", "≥ 5000"),
    goal("p8_tickets_per_s", "P8 tickets at answers of 20 ms, a second", "≥ 1000"),
    goal("p8_p99_ms", "P8 finding to ticket at 100 a second, p99 ms", "< 100"),
    goal("p9_rss_mib", "P9 idle memory, MiB", "< 30"),
    goal("p9_idle_cpu_percent", "P9 idle CPU, percent of one", "< 0.2"),
    goal("p9_start_ms", "P9 start to ready, ms", "< 300"),
    goal(
        "p3_findings_p99_ratio",
        "P3 findings, 2,000 a second: p99 against p99 of fdatasync",
        "≤ 5",
    ),
    goal("p3_findings_lag_ms", "P3 findings, 2,000 a second: how far the desk is behind, ms", ""),
    goal("p6_four_ratio", "P6 four destinations: CPU against one", ""),
    goal("tls_in_ratio", "Lines over TLS to HEC: CPU against the yardstick", ""),
    goal("gzip_out_ratio", "Lines to HEC with gzip: CPU against the yardstick", ""),
    goal("hec_ratio", "HEC to HEC: CPU against the yardstick for lines", ""),
    goal("mixed_events_per_s", "Streams beside tickets: events a second", ""),
    goal("mixed_p99_ms", "Streams beside tickets: finding to ticket at 100 a second, p99 ms", ""),
];

/// What was measured so far.
#[derive(Default)]
pub(super) struct Report {
    values: Map<String, Value>,
    rows: Vec<[String; 4]>,
}

impl Report {
    /// Takes one of the line's numbers.
    pub(super) fn goal(&mut self, key: &'static str, sample: &Sample) {
        let Some(goal) = GOALS.iter().find(|goal| goal.key == key) else { return };
        self.rows.push([
            goal.means.into(),
            goal.goal.into(),
            shown(sample.median()),
            spread(sample),
        ]);
        self.values.insert(key.to_owned(), Value::from(rounded(sample.median())));
    }

    /// Takes something that explains the number after it; it is in the table alone.
    pub(super) fn detail(&mut self, means: impl Into<String>, sample: &Sample) {
        let means = format!("   {}", means.into());
        self.rows.push([means, String::new(), shown(sample.median()), spread(sample)]);
    }

    /// Prints the table.
    pub(super) fn tell(&self) {
        let mut table = Table::new();
        table.load_style(presets::UTF8_BORDERS_ONLY);
        table.set_header(["measured", "goal", "median", "spread"]);
        table.add_rows(&self.rows);
        println!("{table}");
    }

    /// Returns the line; what was not measured is null.
    pub(super) fn line(&self) -> Value {
        let value = |goal: &Goal| self.values.get(goal.key).cloned().unwrap_or(Value::Null);
        GOALS.iter().map(|goal| (goal.key.to_owned(), value(goal))).collect()
    }
}

fn spread(sample: &Sample) -> String {
    let (least, greatest) = sample.bounds();
    if least == greatest {
        String::new()
    } else {
        format!("{} – {}", shown(least), shown(greatest))
    }
}

fn shown(value: f64) -> String {
    match value.abs() {
        1000.0.. => format!("{value:.0}"),
        100.0.. => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_has_every_number_and_null_for_what_was_not_run() {
        let mut report = Report::default();

        report.goal("p1_ratio", &[1.5, 1.25, 2.0].into_iter().collect());
        report.detail("CPU-seconds", &Sample::from(6.0));

        let line = report.line();
        assert_eq!(line["p1_ratio"], 1.5);
        assert_eq!(line["p9_start_ms"], Value::Null);
        assert_eq!(line.as_object().unwrap().len(), GOALS.len());
    }
}
