//! A disk that hangs: syncs of the journal are held by strace where the program asks the kernel for them.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command};

use bytes::Bytes;
use http::Request;
use signalbox_sdk::http::{HttpClient, HttpOptions};
use tokio::task::JoinHandle;

use super::Stage;
use crate::hub::{Hub, PATIENCE, eventually};
use crate::peers::program;
use crate::products::{finding, signed};

#[tokio::test(flavor = "multi_thread")]
async fn while_a_sync_hangs_only_its_sender_waits_and_is_told_when_it_is_done() {
    let mut stage = Stage::configured().await;
    stage.hub.run().await;
    stage.hub.ask(&["integrations", "disable", "snow"]);
    stage.send_until_taken().await;
    let Some(hang) = Hang::of_the_journal(&stage.hub).await else { return };

    let answer = stage.send_patiently();
    assert!(eventually(async || hang.is_on()).await, "{}", stage.hub.log());
    let faces = [stage.status_of("/healthz").await, stage.status_of("/readyz").await];
    stage.hub.ask(&["integrations", "enable", "snow", "--drain"]);
    let is_delivered = stage.has_tickets().await;
    let was_answered = answer.is_finished();
    hang.end();

    assert_eq!((faces, is_delivered, was_answered), ([200, 200], true, false));
    assert_eq!(answer.await.unwrap(), 200, "{}", stage.hub.log());
    stage.taken += 1;
    stage.assert_delivered_once().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_is_killed_while_a_sync_hangs_has_told_nobody_so_and_has_what_it_acknowledged() {
    let Some((mut stage, hang, answer)) = awaiting_a_sync().await else { return };

    stage.hub.signal("KILL");
    hang.end();
    stage.hub.kill();
    let heard = answer.await.unwrap();
    stage.hub.run().await;

    stage.assert_known_before().await;
    assert_eq!(heard, 0, "a status was answered");
    assert_eq!(stage.snow.simulator.duplicate_tickets(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_is_stopped_while_a_sync_hangs_ends_and_has_what_it_acknowledged() {
    let Some((mut stage, hang, answer)) = awaiting_a_sync().await else { return };

    stage.hub.signal("TERM");
    let is_over = eventually(async || is_over(stage.hub.pid())).await;
    hang.end();
    let heard = answer.await.unwrap();
    stage.hub.stop().await;
    stage.hub.run().await;

    assert!(is_over, "it waits for the disk: {}", stage.hub.log());
    assert_ne!(heard, 200);
    stage.assert_known_before().await;
    assert_eq!(stage.snow.simulator.duplicate_tickets(), 0);
}

/// A hub that has acknowledged something and hangs in the sync for what came next, whose sender waits. `None`, aloud, where
/// nothing can be made to hang.
async fn awaiting_a_sync() -> Option<(Stage, Hang, JoinHandle<u16>)> {
    let mut stage = Stage::configured().await;
    stage.hub.run().await;
    stage.send_until_taken().await;
    let hang = Hang::of_the_journal(&stage.hub).await?;
    let answer = stage.send_patiently();
    assert!(eventually(async || hang.is_on()).await, "{}", stage.hub.log());
    Some((stage, hang, answer))
}

impl Stage {
    /// Sends the next finding once, as a sender that waits as long as it takes; 0 is no answer.
    fn send_patiently(&self) -> JoinHandle<u16> {
        let id = format!("finding-{}", self.taken + 1);
        let body = finding(&id);
        let mut request = Request::post(self.hub.url("/hooks/edr"));
        for (name, value) in signed(&id, &body) {
            request = request.header(name, value);
        }
        let request = request.header("content-type", "application/json").body(Bytes::from(body));
        let options = HttpOptions { timeout: 2 * PATIENCE, ..HttpOptions::default() };
        let client = HttpClient::new(&options).unwrap();
        tokio::spawn(async move {
            let answer = client.send(request.unwrap()).await;
            answer.map_or(0, |answer| answer.status().as_u16())
        })
    }

    async fn status_of(&self, path: &str) -> u16 {
        self.hub.get(path, &[]).await.map_or(0, |answer| answer.status().as_u16())
    }

    /// Proves that what was acknowledged is delivered without being sent again.
    async fn assert_known_before(&self) {
        assert!(self.has_tickets().await, "{}", self.hub.log());
        let indexed = || self.splunk.simulator.summary().distinct;
        assert!(eventually(async || indexed() >= self.taken).await, "{}", self.hub.log());
    }
}

/// strace on a hub, which holds every sync of the journal's segments until it goes.
struct Hang {
    strace: Child,
    said: PathBuf,
}

impl Hang {
    /// Begins; `None`, aloud, where strace is not installed or not permitted.
    async fn of_the_journal(hub: &Hub) -> Option<Self> {
        let (mut command, said) = (Command::new(program(&["strace"])?), hub.path("strace"));
        command.args(["-f", "-qq", "-y", "-e", "trace=fdatasync"]);
        command.args(["-e", "inject=fdatasync:delay_enter=3600s"]);
        for segment in ["00000001.segment", "00000002.segment"] {
            command.arg("-P").arg(hub.path("data/journal").join(segment));
        }
        let strace = command.arg("-o").arg(&said).args(["-p", &hub.pid().to_string()]).spawn();
        let mut hang = Self { strace: strace.unwrap(), said };
        let is_decided =
            eventually(async || is_traced(hub.pid()) || hang.strace.try_wait().unwrap().is_some());
        assert!(is_decided.await, "strace neither begins nor ends");
        if hang.strace.try_wait().unwrap().is_some() {
            eprintln!("skipped: strace is not permitted here; run the tests as root");
            return None;
        }
        Some(hang)
    }

    /// Whether the sync of a commit hangs: those of a new hub are in its first segment, while the second is made ready.
    fn is_on(&self) -> bool {
        fs::read_to_string(&self.said).is_ok_and(|said| said.contains("00000001.segment"))
    }

    /// Lets the sync go on.
    fn end(self) {
        drop(self);
    }
}

impl Drop for Hang {
    fn drop(&mut self) {
        // The kernel lets go of what a dead one held.
        self.strace.kill().ok();
        self.strace.wait().ok();
    }
}

/// Whether a process has ended. Until strace lets go of the threads that it holds, nobody can wait for it.
fn is_over(pid: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/status"));
    status.is_ok_and(|status| status.lines().any(|line| line.starts_with("State:\tZ")))
}

/// Whether every thread of a process is watched.
fn is_traced(pid: u32) -> bool {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let statuses =
        threads.filter_map(|thread| fs::read_to_string(thread.path().join("status")).ok());
    let is_free = |status: String| status.lines().any(|line| line == "TracerPid:\t0");
    !statuses.into_iter().any(is_free)
}
