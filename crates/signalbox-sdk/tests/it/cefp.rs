//! Runs `cefp` of Python's registry. The tests of the connectors have this file, too.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// Has the peer read all lines.
pub(crate) fn read_by_peer(python: &Path, lines: &[String]) -> Vec<Value> {
    let script =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../signalbox-sdk/tests/it/cef_peer.py");
    let mut peer = Command::new(python)
        .arg(script)
        .env("PYTHONUTF8", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let input: String = lines.iter().map(|line| json!(line).to_string() + "\n").collect();
    peer.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = peer.wait_with_output().unwrap();
    assert!(output.status.success(), "the peer ended with {}", output.status);
    let answers: Vec<Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), lines.len());
    answers
}

/// Finds a Python that has the peer. Where peers are required, a missing one is a failure.
pub(crate) fn python() -> Option<PathBuf> {
    let python = std::env::var_os("SIGNALBOX_PYTHON").map_or("python3".into(), PathBuf::from);
    let import = Command::new(&python).args(["-c", "import cefp"]).stderr(Stdio::null()).status();
    if import.is_ok_and(|status| status.success()) {
        return Some(python);
    }
    let is_required = std::env::var("SIGNALBOX_PEERS").as_deref() == Ok("required");
    assert!(!is_required, "the peer `cefp` is missing");
    eprintln!("SKIPPED: `cefp` is not here; `cargo xtask test` fetches it");
    None
}
