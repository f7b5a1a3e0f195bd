//! The hub's configuration: `config/bench.yaml`, at addresses of this run, with what a case adds.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::ensure;

use super::certificate::Certificate;

/// `config/bench.yaml` on its way to be another.
#[derive(Clone)]
pub(super) struct Settings {
    yaml: String,
}

impl Settings {
    /// Returns the file as it is, with one sink.
    pub(super) fn bench(sink: SocketAddr) -> anyhow::Result<Self> {
        let settings = Self { yaml: include_str!("../../../config/bench.yaml").to_owned() };
        settings.replace("http://127.0.0.1:8088", &format!("http://{sink}"))
    }

    /// Returns a hub that takes signed requests and passes them on to one sink.
    pub(super) fn webhooks(sink: SocketAddr) -> Self {
        let yaml = include_str!("webhooks.yaml");
        Self { yaml: yaml.replace("127.0.0.1:8088", &sink.to_string()) }
    }

    /// Returns a hub that takes signed findings and makes alerts of them, and tickets of the
    /// critical ones.
    pub(super) fn findings(tickets: SocketAddr) -> Self {
        let yaml = include_str!("findings.yaml");
        Self { yaml: yaml.replace("127.0.0.1:8080", &tickets.to_string()) }
    }

    /// Returns a hub that takes lines and signed findings, and passes the lines on while it makes tickets
    /// of the findings.
    pub(super) fn mixed(sink: SocketAddr, tickets: SocketAddr) -> Self {
        let yaml = include_str!("mixed.yaml");
        let yaml = yaml.replace("127.0.0.1:8088", &sink.to_string());
        Self { yaml: yaml.replace("127.0.0.1:8080", &tickets.to_string()) }
    }

    /// Takes the lines over TLS.
    pub(super) fn with_tls_in(self, certificate: &Certificate) -> anyhow::Result<Self> {
        let Certificate { certificate, key, .. } = certificate;
        let socket = format!(
            "tls:\n      - {{address: \"127.0.0.1:5514\", framing: newline, auth: anon, \
             certificate: \"{}\", key: \"{}\"}}",
            certificate.display(),
            key.display()
        );
        self.replace(TCP, &socket)
    }

    /// Takes HEC in the place of lines.
    pub(super) fn with_hec_in(self) -> anyhow::Result<Self> {
        let collector = "listen: {address: \"127.0.0.1:5514\"}\n    \
                         tokens: [{name: bench, token: \"env:BENCH_HEC_TOKEN\"}]";
        self.replace("connector: syslog", "connector: splunk_hec")?.replace(TCP, collector)
    }

    /// Compresses what is sent.
    pub(super) fn with_gzip_out(self) -> anyhow::Result<Self> {
        self.replace("gzip: false", "gzip: true")
    }

    /// Keeps originals as `word` says.
    pub(super) fn keep_original(self, word: &str) -> anyhow::Result<Self> {
        self.replace("keep_original: unparsed", &format!("keep_original: {word}"))
    }

    /// Adds destinations like the first; their names end in their places.
    pub(super) fn with_destinations(self, sinks: &[SocketAddr]) -> anyhow::Result<Self> {
        let mut added = String::new();
        for (place, sink) in (2..).zip(sinks) {
            writeln!(
                added,
                "  splunk-{place}:\n    connector: splunk_hec\n    direction: send\n    url: http://{sink}\n    \
                 token: env:BENCH_HEC_TOKEN\n    gzip: false\n"
            )?;
        }
        self.replace("  alerts:\n", &format!("{added}  alerts:\n"))
    }

    /// Adds alert rules, none of which takes an event, as different as those that are there.
    pub(super) fn with_rules(self, count: usize) -> anyhow::Result<Self> {
        let mut added = String::new();
        for number in 0..count {
            let condition = condition(number);
            writeln!(
                added,
                "  added-{number}:\n    when: \"{condition}\"\n    notify:\n      - to: alerts"
            )?;
        }
        self.replace("\nalert_rules:\n", &format!("\nalert_rules:\n{added}"))
    }

    /// Puts in the addresses and the folder of a run, wherever they are asked for.
    pub(super) fn at(&self, listen: SocketAddr, lines: SocketAddr, folder: &Path) -> String {
        let alerts = folder.join("alerts.ndjson").display().to_string();
        self.yaml
            .replace("127.0.0.1:8686", &listen.to_string())
            .replace("127.0.0.1:5514", &lines.to_string())
            .replace("signalbox-bench/alerts.ndjson", &alerts)
    }

    fn replace(self, from: &str, to: &str) -> anyhow::Result<Self> {
        ensure!(self.yaml.contains(from), "`config/bench.yaml` has no `{from}`; put it back");
        Ok(Self { yaml: self.yaml.replace(from, to) })
    }
}

fn condition(number: usize) -> String {
    let (high, low) = (number / 256, number % 256);
    match number % 8 {
        0 => format!("dst.port = {} AND src.ip = '192.168.{low}.0/24'", 10_000 + number),
        1 => format!("src.ip = '172.{}.{low}.0/24'", 16 + high),
        2 => format!("device.hostname = 'lab-{number}'"),
        3 => format!("actor.user.name = 'robot-{number}' AND severity >= low"),
        4 => format!("metadata.product.vendor_name = 'Example {number}'"),
        5 => format!("message CONTAINS 'keepalive {number}'"),
        6 => format!("duration = {number}001 AND class = 'Network Activity'"),
        _ => format!("dst.ip IN ('203.0.113.{low}', '192.0.2.{low}')"),
    }
}

/// Where `config/bench.yaml` takes lines.
const TCP: &str = "tcp:\n      - {address: \"127.0.0.1:5514\", framing: newline}";
