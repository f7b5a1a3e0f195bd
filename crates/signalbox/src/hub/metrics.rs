//! Metrics in Prometheus' text format, read from the ledger and the gates when they are asked for: no
//! event pays for them.

use std::fmt::{Display, Write};
use std::time::Duration;

use signalbox_api::{IntegrationView, LedgerView};
use signalbox_pipeline::canary::CanaryState;
use signalbox_pipeline::health::Trouble;
use signalbox_pipeline::ingest::SocketTotals;
use signalbox_store::desk::LedgerTerms;

/// Writes the metrics of a hub.
pub(super) fn render(
    ledger: &LedgerView,
    integrations: &[IntegrationView],
    is_ready: bool,
    damaged: u64,
) -> String {
    let mut text = Text::default();
    text.family("signalbox_ready", "gauge", "Whether events are taken.");
    text.sample("signalbox_ready", &[], u64::from(is_ready));
    text.family("signalbox_ledger_balanced", "gauge", "Whether the ledger balances.");
    text.sample("signalbox_ledger_balanced", &[], u64::from(ledger.balanced));
    text.family(
        "signalbox_journal_lost_events_total",
        "counter",
        "Acknowledged events that the disk damaged.",
    );
    text.sample("signalbox_journal_lost_events_total", &[], damaged);
    text.family(
        "signalbox_ingest_events_total",
        "counter",
        "What became of what each source sent.",
    );
    for source in &ledger.intake {
        let totals = &source.totals;
        let outcomes = [
            ("accepted", totals.accepted),
            ("duplicate", totals.duplicate),
            ("quarantined", totals.quarantined),
            ("refused", totals.refused),
        ];
        for (outcome, value) in outcomes {
            let labels = [("integration", source.source.as_str()), ("outcome", outcome)];
            text.sample("signalbox_ingest_events_total", &labels, value);
        }
    }
    text.parsing(integrations);
    text.sockets(integrations);
    let streams = ledger.streams.iter().map(|row| (row.stream.as_str(), &row.terms));
    text.terms("signalbox_stream", "events", streams);
    let steps = ledger.steps.iter().map(|row| (row.destination.as_str(), &row.terms));
    text.terms("signalbox_deliver", "steps", steps);
    text.holds(integrations);
    text.calls(integrations);
    text.troubles(integrations);
    text.canaries(integrations);
    text.family("signalbox_integration_state", "gauge", "1 for the state an integration is in.");
    for integration in integrations {
        for state in ["ok", "degraded", "down", "parked", "disabled", "held"] {
            let labels = [("integration", integration.name.as_str()), ("state", state)];
            text.sample(
                "signalbox_integration_state",
                &labels,
                u64::from(integration.gate.state == state),
            );
        }
    }
    text.0
}

/// A metric of sockets: name, kind, help, and where it is read.
type OfSockets = (&'static str, &'static str, &'static str, fn(&SocketTotals) -> u64);

const SOCKETS: [OfSockets; 4] = [
    (
        "signalbox_ingest_connections_open",
        "gauge",
        "Connections of senders that are open.",
        |totals| totals.connections_open,
    ),
    (
        "signalbox_ingest_frames_total",
        "counter",
        "Frames and datagrams that are durable, since the start.",
        |totals| totals.frames,
    ),
    (
        "signalbox_ingest_protocols_broken_total",
        "counter",
        "Connections closed because the sender broke the protocol, since the start.",
        |totals| totals.protocols_broken,
    ),
    (
        "signalbox_ingest_datagrams_dropped_total",
        "counter",
        "Datagrams that the kernel dropped because they were not read in time, since the start.",
        |totals| totals.datagrams_dropped,
    ),
];

/// A metric of an integration's calls: name, help, and where it is read.
type OfCalls = (&'static str, &'static str, fn(&IntegrationView) -> Option<u64>);

const CALLS: [OfCalls; 6] = [
    (
        "signalbox_integration_lag_seconds",
        "How long the oldest that waits for a destination has waited.",
        |view| view.lag_seconds,
    ),
    (
        "signalbox_integration_last_success_seconds",
        "When something last passed, in seconds since 1970.",
        |view| u64::try_from(view.gate.last_success_at?.as_millis() / 1000).ok(),
    ),
    (
        "signalbox_ingest_last_event_seconds",
        "When events of a source last came, in seconds since 1970.",
        |view| u64::try_from(view.silence?.last_event_at?.as_millis() / 1000).ok(),
    ),
    (
        "signalbox_ingest_parse_error_percent",
        "How many of a hundred events of the last five minutes could not be read.",
        |view| Some(view.parsing?.error_percent),
    ),
    (
        "signalbox_integration_breaker_open",
        "Whether the breaker keeps calls back, or lets one through to see.",
        |view| Some(u64::from(view.gate.breaker != "closed")),
    ),
    (
        "signalbox_integration_call_errors_percent",
        "How many of a hundred calls of the last five minutes failed.",
        |view| Some(view.gate.calls.error_percent),
    ),
];

#[derive(Default)]
struct Text(String);

impl Text {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}").ok();
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        self.0.push_str(name);
        if !labels.is_empty() {
            let labels: Vec<String> =
                labels.iter().map(|(key, value)| format!("{key}=\"{}\"", escape(value))).collect();
            write!(self.0, "{{{}}}", labels.join(",")).ok();
        }
        writeln!(self.0, " {value}").ok();
    }

    /// What sources sent in a format that could not be read.
    fn parsing(&mut self, integrations: &[IntegrationView]) {
        let sources = || integrations.iter().filter_map(|view| Some((&*view.name, view.parsing?)));
        let errors = "signalbox_ingest_parse_errors_total";
        self.family(errors, "counter", "Events whose format could not be read, since the start.");
        for (name, parsing) in sources() {
            self.sample(errors, &[("integration", name)], parsing.errors);
        }
        let alarm = "signalbox_ingest_parse_error_alarm";
        self.family(alarm, "gauge", "Whether more than the permitted share cannot be read.");
        for (name, parsing) in sources() {
            self.sample(alarm, &[("integration", name)], u64::from(parsing.is_alarmed));
        }
    }

    /// How near destinations are to what they may hold.
    fn holds(&mut self, integrations: &[IntegrationView]) {
        let holds =
            || integrations.iter().filter_map(|view| Some((&*view.name, view.hold.as_ref()?)));
        let used = "signalbox_hold_used_percent";
        self.family(used, "gauge", "Of what may wait for a destination, by the nearer limit.");
        for (name, hold) in holds() {
            self.sample(used, &[("integration", name)], hold.percent);
        }
        let stops = "signalbox_hold_stops_intake";
        self.family(stops, "gauge", "Whether intake is stopped because of a destination.");
        for (name, hold) in holds() {
            self.sample(stops, &[("integration", name)], u64::from(hold.stops_intake));
        }
    }

    /// How the recent calls of integrations went, and how far behind they are.
    fn calls(&mut self, integrations: &[IntegrationView]) {
        for (name, help, read) in CALLS {
            self.family(name, "gauge", help);
            for view in integrations {
                if let Some(value) = read(view) {
                    self.sample(name, &[("integration", view.name.as_str())], value);
                }
            }
        }
        let p95 = "signalbox_integration_call_p95_seconds";
        let help = "What 95 of a hundred calls of the last five minutes took at most.";
        self.family(p95, "gauge", help);
        for view in integrations {
            let took = Duration::from_millis(view.gate.calls.p95_ms).as_secs_f64();
            self.sample(p95, &[("integration", view.name.as_str())], took);
        }
    }

    /// What people were told of the health of integrations.
    fn troubles(&mut self, integrations: &[IntegrationView]) {
        let name = "signalbox_health_trouble";
        self.family(
            name,
            "gauge",
            "1 for a trouble of an integration that was told and is not over.",
        );
        for view in integrations {
            for trouble in Trouble::ALL {
                let labels = [("integration", view.name.as_str()), ("trouble", trouble.as_str())];
                self.sample(name, &labels, u64::from(view.troubles.contains(&trouble)));
            }
        }
    }

    /// What became of canaries.
    fn canaries(&mut self, integrations: &[IntegrationView]) {
        let all = || {
            let views = integrations.iter();
            views.flat_map(|view| view.canary.iter().map(|(rule, of)| (&*view.name, &**rule, of)))
        };
        let ok = "signalbox_canary_ok";
        self.family(ok, "gauge", "Whether the latest canary of a rule arrived at a destination.");
        for (name, rule, of) in all() {
            let labels = [("integration", name), ("rule", rule)];
            self.sample(ok, &labels, u64::from(of.state == CanaryState::Ok));
        }
        let at = "signalbox_canary_last_ok_seconds";
        self.family(
            at,
            "gauge",
            "When a canary last arrived and was closed, in seconds since 1970.",
        );
        for (name, rule, of) in all() {
            let labels = [("integration", name), ("rule", rule)];
            self.sample(at, &labels, of.last_ok_at.map_or(0, |at| at.as_millis() / 1000));
        }
        let latency = "signalbox_canary_latency_seconds";
        self.family(latency, "gauge", "How long it took until its destination had it.");
        for (name, rule, of) in all() {
            let labels = [("integration", name), ("rule", rule)];
            let took = Duration::from_millis(of.latency_ms.unwrap_or_default()).as_secs_f64();
            self.sample(latency, &labels, took);
        }
    }

    /// What happened at the sockets of listening sources.
    fn sockets(&mut self, integrations: &[IntegrationView]) {
        let sources: Vec<(&str, SocketTotals)> =
            integrations.iter().filter_map(|view| Some((&*view.name, view.sockets?))).collect();
        for (name, kind, help, read) in SOCKETS {
            self.family(name, kind, help);
            for (source, totals) in &sources {
                self.sample(name, &[("integration", source)], read(totals));
            }
        }
        let refused = "signalbox_ingest_senders_refused_total";
        self.family(refused, "counter", "Connections and datagrams turned away, since the start.");
        for (source, totals) in &sources {
            let reasons = [
                ("network", totals.refused_network),
                ("handshake", totals.refused_handshake),
                ("name", totals.refused_name),
            ];
            for (reason, value) in reasons {
                self.sample(refused, &[("integration", source), ("reason", reason)], value);
            }
        }
    }

    /// The terms of a table of the ledger: what only grows as a counter, what waits as a gauge.
    fn terms<'a>(
        &mut self,
        prefix: &str,
        unit: &str,
        rows: impl Iterator<Item = (&'a str, &'a LedgerTerms)> + Clone,
    ) {
        let counted = format!("{prefix}_{unit}_total");
        self.family(&counted, "counter", "The ledger's sums by destination.");
        for (name, terms) in rows.clone() {
            let sums = [
                ("accepted", terms.accepted),
                ("delivered", terms.delivered),
                ("suppressed", terms.suppressed),
                ("lost", terms.lost),
            ];
            for (term, value) in sums {
                self.sample(&counted, &[("integration", name), ("outcome", term)], value);
            }
        }
        let waiting = format!("{prefix}_waiting_{unit}");
        self.family(&waiting, "gauge", "What is pending or dead, by destination.");
        for (name, terms) in rows {
            for (term, value) in [("pending", terms.pending), ("dead", terms.dead)] {
                self.sample(&waiting, &[("integration", name), ("outcome", term)], value);
            }
        }
    }
}

fn escape(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
