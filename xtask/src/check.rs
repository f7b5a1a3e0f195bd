//! `cargo xtask check`: what is green before each commit.

use crate::steps::Steps;
use crate::workspace::{cargo, run};
use crate::{docs, tidy};

/// Runs the command; returns whether everything passed.
pub(crate) fn check() -> anyhow::Result<bool> {
    let mut steps = Steps::default();
    look(&mut steps);
    steps.run("tests", || run(&mut cargo(&["test", "--workspace"])));
    Ok(steps.finish())
}

/// Runs what looks at the sources and runs none of them.
pub(crate) fn look(steps: &mut Steps) {
    steps.run("format", || run(&mut cargo(&["fmt", "--all", "--check"])));
    steps.run("clippy", || {
        run(&mut cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
    });
    steps.run("generated documentation is fresh", || docs::generate(docs::Mode::Check));
    steps.run("tidy", tidy::tidy);
}
