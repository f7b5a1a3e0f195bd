//! A hub of its own for each test: the built program on a temporary folder and an address of its own.

use std::collections::BTreeSet;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response};
use serde_json::Value;
use signalbox_sdk::http::{HttpClient, HttpOptions};
use tempfile::TempDir;

/// A configured hub, running or not; it is killed when dropped.
pub(crate) struct Hub {
    pub(crate) folder: TempDir,
    pub(crate) address: SocketAddr,
    /// What every start and command of the program is run by, such as `nsenter` with its arguments.
    pub(crate) within: Vec<String>,
    /// What the hub itself is run by besides.
    pub(crate) around: Vec<String>,
    environment: Vec<(String, String)>,
    client: HttpClient,
    process: Option<Child>,
}

/// The longest any test waits for anything.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

impl Hub {
    /// Configures a hub and starts it. `@HUB@` in the configuration is where it listens.
    pub(crate) async fn start(config: &str, environment: &[(&str, &str)]) -> Self {
        let mut hub = Self::configured(config, environment);
        hub.run().await;
        hub
    }

    /// Configures a hub that is not started.
    pub(crate) fn configured(config: &str, environment: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = free_address();
        let environment =
            environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let client = HttpClient::new(&HttpOptions::default()).unwrap();
        let hub = Self {
            folder,
            address,
            within: Vec::new(),
            around: Vec::new(),
            environment: environment.collect(),
            client,
            process: None,
        };
        hub.configure(config);
        hub
    }

    /// Replaces the configuration's file.
    pub(crate) fn configure(&self, config: &str) {
        let config = config.replace("@HUB@", &self.address.to_string());
        fs::write(self.path("signalbox.yaml"), config).unwrap();
    }

    /// Starts the program and waits until it is ready.
    pub(crate) async fn run(&mut self) {
        let mut process = self.command("run").spawn().unwrap();
        let is_decided = eventually(async || {
            let is_over = process.try_wait().unwrap().is_some();
            is_over || self.get("/readyz", &[]).await.is_some_and(|answer| answer.status() == 200)
        })
        .await;
        let is_over = process.try_wait().unwrap().is_some();
        self.process = Some(process);
        assert!(is_decided && !is_over, "not ready: {}", self.log());
    }

    /// Runs the program to its end, for starts that are refused.
    pub(crate) fn run_refused(&self) -> Output {
        self.command("run").stderr(Stdio::piped()).output().unwrap()
    }

    /// Ends the process as a power cut does.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Ends the process as an operator does, and waits for it.
    pub(crate) async fn stop(&mut self) {
        self.signal("TERM");
        let process = self.process.as_mut().unwrap();
        let is_over = eventually(async || process.try_wait().unwrap().is_some()).await;
        assert!(is_over, "not over: {}", self.log());
        self.process = None;
    }

    /// Sends the process a signal, such as `HUP`.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.pid().to_string();
        assert!(Command::new("kill").args([format!("-{name}"), pid]).status().unwrap().success());
    }

    /// Returns the process id of the running program.
    pub(crate) fn pid(&self) -> u32 {
        self.process.as_ref().unwrap().id()
    }

    /// Runs a command of the program against this hub and returns its JSON.
    pub(crate) fn ask(&self, arguments: &[&str]) -> Value {
        let output = self.output_of(arguments, "json");
        let answer = serde_json::from_slice(&output.stdout);
        assert!(answer.is_ok(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        answer.unwrap()
    }

    /// Runs a command of the program that this hub refuses, and returns why.
    pub(crate) fn ask_in_vain(&self, arguments: &[&str]) -> String {
        let output = self.output_of(arguments, "json");
        assert!(!output.status.success(), "{arguments:?} was not refused");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// Runs a command of the program against this hub and returns what it writes, byte by byte.
    pub(crate) fn show(&self, arguments: &[&str], form: &str) -> String {
        let output = self.output_of(arguments, form);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a command of the program on this hub's configuration, folder and environment, and returns its
    /// exit code and its JSON.
    pub(crate) fn consult(&self, arguments: &[&str]) -> (i32, Value) {
        let output = self.consulting(arguments).output().unwrap();
        let answer = serde_json::from_slice(&output.stdout);
        assert!(answer.is_ok(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        (output.status.code().unwrap(), answer.unwrap())
    }

    /// Returns the command of [`consult`](Self::consult), not started yet.
    pub(crate) fn consulting(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_signalbox"));
        command.args(arguments).args(["--output", "json"]);
        command.env("SIGNALBOX_CONFIG", self.path("signalbox.yaml"));
        command.env("SIGNALBOX_DATA", self.path("data"));
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn output_of(&self, arguments: &[&str], form: &str) -> Output {
        program(&self.within)
            .args(arguments)
            .args(["--output", form, "--data"])
            .arg(self.path("data"))
            .output()
            .unwrap()
    }

    /// Waits until the ledger balances with nothing pending and `delivered` in all.
    pub(crate) async fn settled(&self, delivered: u64) -> bool {
        eventually(async || {
            let ledger = self.ask(&["ledger", "--recount"]);
            let rows = || {
                ["streams", "steps"]
                    .into_iter()
                    .filter_map(|name| ledger[name].as_array())
                    .flatten()
            };
            let sum = |term: &str| rows().filter_map(|row| row[term].as_u64()).sum::<u64>();
            ledger["balanced"] == true && sum("pending") == 0 && sum("delivered") == delivered
        })
        .await
    }

    /// Sends a request to the hub's own listener; `None` where nobody answers.
    pub(crate) async fn get(
        &self,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Option<Response<Bytes>> {
        self.send(Request::get(self.url(path)), headers, Bytes::new()).await
    }

    /// Returns a metric by its name and labels as they are written, 0 where there is none.
    pub(crate) async fn metric(&self, sample: &str) -> u64 {
        let answer = self.get("/metrics", &[]).await.unwrap();
        let text = String::from_utf8_lossy(answer.body()).into_owned();
        let mut values = text.lines().filter_map(|line| line.strip_prefix(sample));
        values.next().map_or(0, |value| value.trim().parse().unwrap())
    }

    /// Posts to the hub's own listener.
    pub(crate) async fn post(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Option<Response<Bytes>> {
        self.send(Request::post(self.url(path)), headers, Bytes::copy_from_slice(body.as_bytes()))
            .await
    }

    /// Posts bytes of any kind.
    pub(crate) async fn post_bytes(
        &self,
        url: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Option<Response<Bytes>> {
        self.send(Request::post(url), headers, body.into()).await
    }

    /// Posts to another listener of the hub.
    pub(crate) async fn post_to(
        &self,
        url: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Option<Response<Bytes>> {
        self.send(Request::post(url), headers, Bytes::copy_from_slice(body.as_bytes())).await
    }

    /// Returns what the program wrote so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.path("hub.log")).unwrap_or_default()
    }

    /// Returns a path in the test's folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Returns an address of the hub's own listener.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn command(&self, name: &str) -> Command {
        let log = fs::File::options().create(true).append(true).open(self.path("hub.log")).unwrap();
        let mut command = program(&[&*self.within, &*self.around].concat());
        command
            .arg(name)
            .arg("--config")
            .arg(self.path("signalbox.yaml"))
            .arg("--data")
            .arg(self.path("data"));
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        command
    }

    async fn send(
        &self,
        builder: http::request::Builder,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Option<Response<Bytes>> {
        let mut request = builder.header("content-type", "application/json").body(body).unwrap();
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            request.headers_mut().insert(name, HeaderValue::from_str(value).unwrap());
        }
        self.client.send(request).await.ok()
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            process.kill().ok();
            process.wait().ok();
        }
    }
}

/// Returns the program, run by something else where `words` name that.
fn program(words: &[String]) -> Command {
    let program = env!("CARGO_BIN_EXE_signalbox");
    let Some((first, rest)) = words.split_first() else { return Command::new(program) };
    let mut command = Command::new(first);
    command.args(rest).arg(program);
    command
}

/// Waits until something is so.
pub(crate) async fn eventually(mut is_so: impl AsyncFnMut() -> bool) -> bool {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if is_so().await {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    false
}

/// Returns an address that nobody listens on, and that nobody else takes before it is used, nor while a hub
/// on it is dead: of 127.0.0.0/8, all of which is this machine, it has an IP address of its own. On 127.0.0.1
/// a port that was free a moment ago may be another test's, or an outgoing connection's.
pub(crate) fn free_address() -> SocketAddr {
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    let process = 1 + std::process::id() % 0x3fff;
    let number = GIVEN.fetch_add(1, Ordering::Relaxed) % 1000;
    let [_, b, c, d] = (process << 10 | number).to_be_bytes();
    let own = Ipv4Addr::new(127, b, c, d);
    TcpListener::bind((own, 0)).unwrap().local_addr().unwrap()
}

#[test]
fn no_two_addresses_are_of_the_same_ip_address() {
    let given: BTreeSet<_> = (0..50).map(|_| free_address().ip()).collect();

    assert_eq!(given.len(), 50);
    assert!(given.iter().all(|ip| ip.is_loopback() && *ip != Ipv4Addr::LOCALHOST));
}

/// Writes a file that only its owner reads.
pub(crate) fn write_private(path: &std::path::Path, text: &str) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}
