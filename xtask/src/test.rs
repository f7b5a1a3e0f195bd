//! `cargo xtask test`: everything, with real peers, as CI runs it.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};
use clap::Args;
use serde_json::Value;

use crate::check;
use crate::peers::Peers;
use crate::steps::Steps;
use crate::workspace::{build_optimized, build_release, cargo, read, run, target};

/// Arguments of `test`.
#[derive(Args)]
pub(crate) struct TestArgs {
    /// How often the crash harness kills the hub.
    #[arg(long, default_value_t = 25)]
    kills: u64,
    /// Fetches no peers; a missing one is a failure all the same.
    #[arg(long)]
    skip_install: bool,
}

/// Runs the command; returns whether everything passed.
pub(crate) fn run_all(args: &TestArgs) -> anyhow::Result<bool> {
    let peers = Peers::in_cache()?;
    let mut steps = Steps::default();
    if !args.skip_install {
        steps.run("peers are there", || peers.install());
    }
    check::look(&mut steps);
    steps.run("tests, with peers", || {
        let mut tests = cargo(&["test", "--workspace", "--no-fail-fast"]);
        peers.require(&mut tests);
        run(&mut tests)
    });
    let program = target()?.join("release/signalbox");
    steps.run("release build", || build_release().map(drop));
    steps.run("demo", || demo(&program));
    steps.run("crash", || crash(&program, args.kills));
    Ok(steps.finish())
}

fn demo(program: &Path) -> anyhow::Result<()> {
    let output = read(Command::new(program).args(["demo", "--once", "--output", "json"]))?;
    let summary: Value = serde_json::from_str(output.trim()).context("read the demo's summary")?;
    let rows = ["streams", "steps"].into_iter().flat_map(|table| summary[table].as_array());
    let mut rows = rows.flatten().peekable();
    let is_settled = rows.peek().is_some() && rows.all(|row| row["pending"] == 0);
    let is_good = is_settled && summary["balanced"] == true && summary["duplicate_tickets"] == 0;
    ensure!(is_good, "the demo ended with `{summary}`");
    Ok(())
}

fn crash(program: &Path, kills: u64) -> anyhow::Result<()> {
    let mut crash = Command::new(build_optimized()?);
    crash.args(["crash", "--kills", &kills.to_string(), "--backlog", BACKLOG, "--bin"]);
    run(crash.arg(program))
}

/// A fifth of what the crash harness makes by itself: it is there at each start, and drained soon.
const BACKLOG: &str = "200000";
