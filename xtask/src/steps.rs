//! Runs named steps, all of them whatever fails, and tells what they took.

use std::time::{Duration, Instant};

/// Steps that have been run.
#[derive(Default)]
pub(crate) struct Steps {
    done: Vec<(&'static str, Duration, bool)>,
}

impl Steps {
    /// Runs a step; its error is told at once.
    pub(crate) fn run(&mut self, name: &'static str, step: impl FnOnce() -> anyhow::Result<()>) {
        eprintln!("\n== {name}");
        let began = Instant::now();
        let outcome = step();
        if let Err(error) = &outcome {
            eprintln!("failed: {name}: {error:#}");
        }
        self.done.push((name, began.elapsed(), outcome.is_ok()));
    }

    /// Prints what was run; the last line counts. Says whether all of it passed.
    pub(crate) fn finish(&self) -> bool {
        println!();
        for (name, took, has_passed) in &self.done {
            let word = if *has_passed { "passed" } else { "FAILED" };
            println!("{word}  {:7.1} s  {name}", took.as_secs_f32());
        }
        let passed = self.done.iter().filter(|(_, _, has_passed)| *has_passed).count();
        let failed = self.done.len() - passed;
        println!("{passed} passed, {failed} failed");
        failed == 0
    }
}
