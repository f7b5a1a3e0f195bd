//! Tells the story as it happens.

use std::time::Instant;

use super::Output;

/// Writes one line per happening, with the seconds since the start.
pub(super) struct Narrator {
    began: Instant,
    output: Output,
}

impl Narrator {
    pub(super) fn new(output: Output) -> Self {
        Self { began: Instant::now(), output }
    }

    /// Says what somebody did.
    pub(super) fn says(&self, who: &str, what: &str) {
        let seconds = self.began.elapsed().as_secs_f32();
        self.aside(&format!("{seconds:6.1} s  {who:11} {what}"));
    }

    /// Opens a chapter.
    pub(super) fn chapter(&self, title: &str) {
        self.aside(&format!("\n== {title}"));
    }

    /// Says something outside the story.
    pub(super) fn aside(&self, text: &str) {
        match self.output {
            Output::Table => println!("{text}"),
            Output::Json => eprintln!("{text}"),
        }
    }
}
