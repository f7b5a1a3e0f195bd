//! rsyslog, which we did not write, receives what the destination sends: a thousand events each, every
//! one of them once, over each transport. Where it is not installed the tests say so and are skipped.

use std::collections::BTreeSet;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde_json::{Value, json};
use signalbox_connectors::syslog::CONNECTOR;
use signalbox_model::IntegrationName;
use signalbox_model::secret::FixedSecrets;
use signalbox_model::time::Timestamp;
use signalbox_sdk::Context;
use signalbox_sdk::role::{Batch, Destination, EventItem, Item, Outcome};
use tempfile::TempDir;

#[tokio::test]
async fn rsyslog_receives_a_thousand_events_over_tcp_each_once() {
    let Some(rsyslog) = Rsyslog::start("imtcp", "", "") else { return };

    rsyslog.takes_a_thousand(json!({ "transport": "tcp" })).await;
}

#[tokio::test]
async fn rsyslog_receives_a_thousand_events_as_lines_of_rfc_3164_each_once() {
    let Some(rsyslog) = Rsyslog::start("imtcp", "", "") else { return };

    let old = json!({ "transport": "tcp", "framing": "newline", "header": "rfc3164" });
    rsyslog.takes_a_thousand(old).await;
}

#[tokio::test]
async fn rsyslog_receives_a_thousand_events_over_tls_with_our_certificate_each_once() {
    let driver = r#"StreamDriver.Name="gtls" StreamDriver.Mode="1"
        StreamDriver.AuthMode="x509/name" PermittedPeer=["hub.example.com"]"#;
    let Some(rsyslog) = Rsyslog::start("imtcp", driver, "") else { return };

    let tls = rsyslog.identity();
    rsyslog.takes_a_thousand(json!({ "transport": "tls", "tls": tls })).await;
}

#[tokio::test]
async fn rsyslog_does_not_take_events_over_tls_without_our_certificate() {
    let driver = r#"StreamDriver.Name="gtls" StreamDriver.Mode="1"
        StreamDriver.AuthMode="x509/name" PermittedPeer=["hub.example.com"]"#;
    let Some(rsyslog) = Rsyslog::start("imtcp", driver, "") else { return };
    let mut tls = rsyslog.identity();
    tls.as_object_mut().unwrap().retain(|key, _| key == "ca");
    let destination = rsyslog.destination(json!({ "transport": "tls", "tls": tls }));

    let outcomes = destination.deliver(&batch(&*destination, 0..10)).await;

    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Failed(_))), "{outcomes:?}");
    assert_eq!(rsyslog.end(), [] as [String; 0]);
}

#[tokio::test]
async fn rsyslog_receives_a_thousand_events_over_relp_each_once() {
    let Some(rsyslog) = Rsyslog::start("imrelp", "", "") else { return };

    rsyslog.takes_a_thousand(json!({ "transport": "relp", "payload": "cef" })).await;
}

#[tokio::test]
async fn rsyslog_receives_a_thousand_events_over_relp_with_tls_each_once() {
    let tls = r#"tls="on" tls.caCert="FOLDER/ca.pem" tls.myCert="FOLDER/rsyslog.pem"
        tls.myPrivKey="FOLDER/rsyslog.key" tls.authMode="name"
        tls.permittedPeer=["hub.example.com"]"#;
    let Some(rsyslog) = Rsyslog::start("imrelp", "", tls) else { return };

    let tls = rsyslog.identity();
    rsyslog.takes_a_thousand(json!({ "transport": "relp+tls", "tls": tls })).await;
}

/// A running rsyslog that writes what it receives to a file, a message a line.
struct Rsyslog {
    process: Child,
    port: u16,
    folder: TempDir,
}

impl Rsyslog {
    /// Starts one with an input module and the options of module and input; `FOLDER` stands for its
    /// folder. `None` where it is not installed.
    fn start(module: &str, of_module: &str, of_input: &str) -> Option<Self> {
        if !is_installed() {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        write_certificates(folder.path());
        let port = free_port();
        let configuration = CONFIGURATION
            .replace("OF_MODULE", of_module)
            .replace("OF_INPUT", of_input)
            .replace("MODULE", module)
            .replace("PORT", &port.to_string())
            .replace("FOLDER", folder.path().to_str().unwrap());
        let file = folder.path().join("rsyslog.conf");
        fs::write(&file, configuration).unwrap();
        let process = Command::new("rsyslogd")
            .args(["-n", "-f"])
            .arg(&file)
            .arg("-i")
            .arg(folder.path().join("rsyslog.pid"))
            .stdout(Stdio::null())
            .stderr(fs::File::create(folder.path().join("log")).unwrap())
            .spawn()
            .unwrap();
        let mut rsyslog = Self { process, port, folder };
        rsyslog.wait_for("port", |_| std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
        Some(rsyslog)
    }

    /// What the hub trusts and shows.
    fn identity(&self) -> Value {
        let path = |name: &str| self.path(name);
        json!({ "ca": path("ca.pem"), "certificate": path("hub.pem"), "key": path("hub.key") })
    }

    fn destination(&self, mut config: Value) -> Arc<dyn Destination> {
        config["direction"] = json!("send");
        config["to"] = json!(format!("127.0.0.1:{}", self.port));
        let secrets = FixedSecrets::of_variables([("NONE", "none")]);
        let context = Context::new(IntegrationName::new("siem"), Arc::new(secrets));
        (CONNECTOR.build)(config, &context).unwrap().destination.unwrap()
    }

    /// Sends a thousand events in ten batches, and compares what was written with what was sent.
    async fn takes_a_thousand(mut self, config: Value) {
        let destination = self.destination(config.clone());
        let plain = self.bare(config);
        let mut sent = BTreeSet::new();
        for tens in 0..10 {
            let numbers = tens * 100..(tens + 1) * 100;
            sent.extend(numbers.clone().map(|number| encoded(&*plain, number)));

            let outcomes = destination.deliver(&batch(&*destination, numbers)).await;

            assert!(outcomes.iter().all(|outcome| *outcome == Outcome::Done(None)), "{outcomes:?}");
        }
        self.wait_for("thousand messages", |rsyslog| rsyslog.written().len() >= 1000);
        let written = self.end();
        assert_eq!(written.len(), 1000);
        assert_eq!(written.into_iter().collect::<BTreeSet<_>>(), sent);
    }

    /// A destination that encodes alike, without framing.
    fn bare(&self, mut config: Value) -> Arc<dyn Destination> {
        config["transport"] = json!("relp");
        config.as_object_mut().unwrap().retain(|key, _| key != "framing" && key != "tls");
        self.destination(config)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn written(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path("received")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// Ends it, so that everything is written, and returns that.
    fn end(mut self) -> Vec<String> {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").arg(pid).status().unwrap().success());
        self.process.wait().unwrap();
        self.written()
    }

    fn wait_for(&mut self, what: &str, is_there: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !is_there(self) {
            let ended = self.process.try_wait().unwrap();
            let is_late = start.elapsed() > PATIENCE;
            let log = || fs::read_to_string(self.path("log")).unwrap_or_default();
            assert!(ended.is_none() && !is_late, "no {what} ({ended:?}): {}", log());
            std::thread::yield_now();
        }
    }
}

impl Drop for Rsyslog {
    fn drop(&mut self) {
        // Ended already, but where a test failed.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn is_installed() -> bool {
    let version = Command::new("rsyslogd").arg("-v").stdout(Stdio::null()).status();
    let modules = ["imrelp.so", "lmnsd_gtls.so"];
    let has = |name: &&str| FOLDERS.iter().any(|folder| Path::new(folder).join(name).exists());
    if version.is_ok_and(|status| status.success()) && modules.iter().all(has) {
        return true;
    }
    let is_required = std::env::var("SIGNALBOX_PEERS").as_deref() == Ok("required");
    assert!(!is_required, "the peer `rsyslogd` with its modules for RELP and GnuTLS is missing");
    eprintln!("SKIPPED: `rsyslogd` is not here; `cargo xtask test` fetches it");
    false
}

/// Writes an authority, and what it signed for both sides.
fn write_certificates(folder: &Path) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    fs::write(folder.join("ca.pem"), issuer.pem()).unwrap();
    for (file, name) in [("rsyslog", "127.0.0.1"), ("hub", "hub.example.com")] {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &issuer).unwrap();
        fs::write(folder.join(format!("{file}.pem")), certificate.pem()).unwrap();
        fs::write(folder.join(format!("{file}.key")), key.serialize_pem()).unwrap();
    }
}

/// RELP's module cannot tell which port the kernel gave it. This one is below those that Linux gives, to
/// other tests' sockets among others, between here and the start of rsyslog.
fn free_port() -> u16 {
    static GIVEN: AtomicU16 = AtomicU16::new(0);
    let process = u16::try_from(std::process::id() % 1000).unwrap();
    let mut candidates = std::iter::repeat_with(|| {
        12_000 + process * 16 + GIVEN.fetch_add(1, Ordering::Relaxed) % 16
    });
    candidates.find(|port| TcpListener::bind(("0.0.0.0", *port)).is_ok()).unwrap()
}

/// Events differ in their length, and hold what a careless reader would split at.
fn encoded(destination: &dyn Destination, number: usize) -> String {
    let event = json!({
        "class_name": "Network Activity", "type_uid": 400_106, "severity_id": 1 + number % 5,
        "type_name": "Network Activity: Traffic", "metadata": { "uid": format!("uid-{number}") },
        "device": { "hostname": "fw-1" },
        "message": format!("line\nend | a=b \\ ü {number} {}", "x".repeat(number % 300)),
    });
    let (json, mut out) = (event.to_string(), Vec::new());
    let item = EventItem { json: json.as_bytes(), time: NOON, source: "firewall" };
    destination.encode(&Item::Event(item), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn batch(destination: &dyn Destination, numbers: std::ops::Range<usize>) -> Batch {
    let (mut body, mut ends) = (Vec::new(), Vec::new());
    for number in numbers {
        body.extend_from_slice(encoded(destination, number).as_bytes());
        ends.push(body.len());
    }
    Batch { id: "1".to_owned(), body: body.into(), ends }
}

const CONFIGURATION: &str = r#"
global(workDirectory="FOLDER" maxMessageSize="64k"
    defaultNetstreamDriverCAFile="FOLDER/ca.pem"
    defaultNetstreamDriverCertFile="FOLDER/rsyslog.pem"
    defaultNetstreamDriverKeyFile="FOLDER/rsyslog.key")
module(load="MODULE" OF_MODULE)
template(name="received" type="string" string="%rawmsg%\n")
ruleset(name="keep") { action(type="omfile" file="FOLDER/received" template="received") }
input(type="MODULE" port="PORT" ruleset="keep" OF_INPUT)
"#;

/// 2026-03-01 12:00 UTC.
const NOON: Timestamp = Timestamp::from_millis(1_772_366_400_000);

const PATIENCE: Duration = Duration::from_secs(30);

/// Where distributions put rsyslog's modules.
const FOLDERS: &[&str] = &[
    "/usr/lib/x86_64-linux-gnu/rsyslog",
    "/usr/lib/aarch64-linux-gnu/rsyslog",
    "/usr/lib/rsyslog",
    "/usr/lib64/rsyslog",
];
