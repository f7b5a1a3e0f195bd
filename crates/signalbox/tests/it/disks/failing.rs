//! A disk whose writes and syncs fail: injected where the program calls the C library, by libfiu.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::process::Command;

use signalbox_sdk::testkit::sample;

use super::Stage;
use crate::hub::{Hub, eventually};
use crate::peers::program;

/// What the system says, and how libfiu is told to: the calls that fail and the error's number.
const FAILURES: [(&str, &[&str], u32); 3] = [
    ("Input/output error", &["posix/io/sync/fdatasync", "posix/io/sync/fsync"], 5),
    ("Input/output error", &["posix/io/rw/pwrite"], 5),
    ("Read-only file system", &["posix/io/rw/pwrite", "posix/io/sync/fdatasync"], 30),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fails_and_mends_loses_nothing_and_sends_nothing_twice() {
    let mut stage = Stage::configured().await;
    let Some(faults) = Faults::around(&mut stage.hub) else { return };
    stage.hub.run().await;

    for (words, calls, number) in sample(FAILURES, FAILURES.len()) {
        stage.send_until_taken().await;
        assert!(stage.has_tickets().await, "{}", stage.hub.log());
        faults.fail(&stage.hub, calls, number);
        let refusal = stage.send().await;
        let notes = stage.notes().await;
        assert_eq!((refusal, stage.is_ready().await), (503, false), "{words}: {}", stage.hub.log());
        assert!(notes.contains(words) && notes.contains("check the disk"), "{notes}");

        faults.mend(&stage.hub, calls);
        assert!(eventually(async || stage.is_ready().await).await, "{}", stage.hub.log());
        stage.send_until_taken().await;
    }

    stage.assert_delivered_once().await;
    stage.hub.kill();
    stage.hub.run().await;
    stage.assert_delivered_once().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_sync_that_fails_between_request_and_ticket_is_noticed_by_nobody() {
    let mut stage = Stage::configured().await;
    let Some(faults) = Faults::around(&mut stage.hub) else { return };
    stage.hub.run().await;
    stage.assert_ready_ahead().await;

    // The journal's before the answer, then whichever of the desk's comes first after it.
    faults.fail_once(&stage.hub, "posix/io/sync/fdatasync", 5);
    assert_eq!(stage.send().await, 200);
    for _ in 0..3 {
        assert_eq!(stage.send().await, 200);
        faults.fail_once(&stage.hub, "posix/io/sync/*", 5);
        stage.assert_delivered_once().await;
    }

    let log = stage.hub.log();
    for words in ["Write to the journal failed, trying another segment", "Desk can write again"] {
        assert!(log.contains(words), "{words}: {log}");
    }
}

impl Stage {
    /// Waits until the journal has nothing to write but events.
    async fn assert_ready_ahead(&mut self) {
        self.send_until_taken().await;
        self.assert_delivered_once().await;
        // The first segment is a smaller one; the next is ready when the copy of its header is at its end.
        let is_ready = async || {
            let next = File::open(self.hub.path("data/journal/00000002.segment"));
            let mut header = [0; 4096];
            let at = SEGMENT_BYTES - header.len() as u64;
            next.is_ok_and(|file| file.read_exact_at(&mut header, at).is_ok())
                && header != [0; 4096]
        };
        assert!(eventually(is_ready).await, "{}", self.hub.log());
    }
}

const SEGMENT_BYTES: u64 = 64 << 20;

/// The failures of a hub that was started with libfiu before the C library.
struct Faults {
    control: String,
}

impl Faults {
    /// Puts libfiu around a hub; `None`, aloud, where it is not installed.
    fn around(hub: &mut Hub) -> Option<Self> {
        let run = program(&["fiu-run"])?;
        let control = hub.path("fiu").display().to_string();
        hub.around = [&run.display().to_string(), "-x", "-f", &control].map(str::to_owned).to_vec();
        Some(Self { control })
    }

    /// Lets these calls fail with this error.
    fn fail(&self, hub: &Hub, calls: &[&str], number: u32) {
        self.tell(hub, calls, |call| format!("enable name={call},failinfo={number}"));
    }

    /// Lets the next of these calls fail, and no other.
    fn fail_once(&self, hub: &Hub, call: &str, number: u32) {
        self.tell(hub, &[call], |call| format!("enable name={call},onetime,failinfo={number}"));
    }

    fn mend(&self, hub: &Hub, calls: &[&str]) {
        self.tell(hub, calls, |call| format!("disable name={call}"));
    }

    fn tell(&self, hub: &Hub, calls: &[&str], command: impl Fn(&str) -> String) {
        let mut control = Command::new("fiu-ctrl");
        control.args(["-f", &self.control]);
        for call in calls {
            control.args(["-c", &command(call)]);
        }
        assert!(control.arg(hub.pid().to_string()).status().unwrap().success());
    }
}
