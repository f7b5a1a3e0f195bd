//! A running rsyslog that reads lines from a file and sends them to the hub.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::authority::Identity;
use crate::peers::{missing, program};

/// It is killed when dropped.
pub(super) struct Rsyslog {
    process: Child,
    folder: TempDir,
}

/// How it sends.
pub(super) enum Way<'a> {
    /// TCP with TLS, and counts before the messages.
    Tls(&'a Identity),
    /// RELP.
    Relp,
    /// RELP with TLS.
    RelpTls(&'a Identity),
}

/// What the certificate of the hub has to say.
pub(super) const HUB_NAME: &str = "hub.example.test";

/// How many messages it sends over RELP before it wants an answer: its default. It holds back what is less
/// than a packet until a batch of as many is complete, so that a smaller window makes it slow.
pub(super) const WINDOW: usize = 128;

impl Rsyslog {
    /// Starts one that sends `lines`; `None` where a part of it is missing.
    pub(super) fn start(way: &Way<'_>, to: SocketAddr, lines: &str) -> Option<Self> {
        let program = program(&["rsyslogd"])?;
        if !has_module(way.module()) {
            missing(way.package());
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("lines"), lines).unwrap();
        fs::write(path("config"), config(way, to, folder.path())).unwrap();
        let process = Command::new(program)
            .args(["-n", "-f"])
            .arg(path("config"))
            .arg("-i")
            .arg(path("pid"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(path("errors")).unwrap())
            .spawn()
            .unwrap();
        Some(Self { process, folder })
    }

    /// Returns what it said of itself.
    pub(super) fn log(&self) -> String {
        let files = ["errors", "log"].map(|name| self.folder.path().join(name));
        files.iter().filter_map(|file| fs::read_to_string(file).ok()).collect()
    }
}

impl Drop for Rsyslog {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

impl Way<'_> {
    fn module(&self) -> &'static str {
        if matches!(self, Self::Tls(_)) { "lmnsd_gtls" } else { "omrelp" }
    }

    fn package(&self) -> &'static str {
        if matches!(self, Self::Tls(_)) { "rsyslog-gnutls" } else { "rsyslog-relp" }
    }

    /// Returns the settings of the whole program, and those of the action.
    fn settings(&self) -> (String, String) {
        match self {
            Self::Tls(Identity { certificate, key, authority }) => (
                format!(
                    "global(defaultNetstreamDriverCAFile=\"{}\" defaultNetstreamDriverCertFile=\"{}\" \
                     defaultNetstreamDriverKeyFile=\"{}\")\n",
                    authority.display(),
                    certificate.display(),
                    key.display()
                ),
                format!(
                    "type=\"omfwd\" protocol=\"tcp\" tcp_framing=\"octet-counted\" streamDriver=\"gtls\" \
                     streamDriverMode=\"1\" streamDriverAuthMode=\"x509/name\" \
                     streamDriverPermittedPeers=\"{HUB_NAME}\""
                ),
            ),
            Self::Relp => (LOAD_RELP.to_owned(), "type=\"omrelp\"".to_owned()),
            Self::RelpTls(Identity { certificate, key, authority }) => (
                LOAD_RELP.to_owned(),
                format!(
                    "type=\"omrelp\" tls=\"on\" tls.caCert=\"{}\" tls.myCert=\"{}\" \
                     tls.myPrivKey=\"{}\" tls.authMode=\"name\" tls.permittedPeer=[\"{HUB_NAME}\"]",
                    authority.display(),
                    certificate.display(),
                    key.display()
                ),
            ),
        }
    }
}

const LOAD_RELP: &str = "module(load=\"omrelp\")\n";

/// A queue with one connection that tries for ever. It holds all lines in memory: where it goes over to the disk and back,
/// rsyslog 8.2302 now and then loses a message of its own, which no receiver ever sees.
fn config(way: &Way<'_>, to: SocketAddr, folder: &Path) -> String {
    let (global, action) = way.settings();
    let (folder, address, port) = (folder.display(), to.ip(), to.port());
    format!(
        "global(workDirectory=\"{folder}\")\n{global}module(load=\"imfile\")\n\
         input(type=\"imfile\" file=\"{folder}/lines\" tag=\"sensor\" severity=\"warning\" ruleset=\"send\")\n\
         ruleset(name=\"send\") {{\n  action({action} target=\"{address}\" port=\"{port}\" \
         template=\"RSYSLOG_SyslogProtocol23Format\" queue.type=\"LinkedList\" queue.size=\"50000\" \
         queue.workerThreads=\"1\" action.resumeRetryCount=\"-1\" action.resumeInterval=\"1\")\n}}\n\
         action(type=\"omfile\" file=\"{folder}/log\")\n"
    )
}

/// Modules are where distributions keep libraries, some of them by machine.
fn has_module(name: &str) -> bool {
    let by_machine = fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let folders = by_machine.map(|entry| entry.path());
    let mut folders = folders.chain(["/usr/lib", "/usr/lib64"].map(PathBuf::from));
    folders.any(|folder| folder.join(format!("rsyslog/{name}.so")).is_file())
}
