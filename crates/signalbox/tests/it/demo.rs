//! The demo, interrupted while the story is told.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

#[test]
fn an_interrupted_demo_leaves_no_temporary_folder() {
    let temporary = tempfile::tempdir().unwrap();

    let (_, output) = interrupted(&["--once"], temporary.path());

    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{words}");
    assert!(words.contains("error: the story was interrupted"), "{words}");
    assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 0);
}

#[test]
fn an_interrupted_demo_says_where_its_data_is_and_that_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();

    let (last, output) = interrupted(&["--data", data], folder.path());

    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(last, format!("The hub is stopped; what it holds stays in `{data}`."));
    let mut ledger = Command::new(env!("CARGO_BIN_EXE_signalbox"));
    ledger.args(["ledger", "--recount", "--data", data]);
    assert!(ledger.output().unwrap().status.success());
}

/// Plays the demo up to the outage, which lasts, and sends it what Ctrl-C does. Returns the last line of the story.
fn interrupted(arguments: &[&str], temporary: &Path) -> (String, Output) {
    let mut demo = Command::new(env!("CARGO_BIN_EXE_signalbox"));
    demo.arg("demo").args(arguments).env("TMPDIR", temporary);
    let mut demo = demo.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut story = BufReader::new(demo.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(story.any(|line| line.starts_with("== An outage")));
    let pid = demo.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let last = story.last().unwrap_or_default();
    (last, demo.wait_with_output().unwrap())
}
