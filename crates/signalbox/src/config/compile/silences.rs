//! Silences: their rules known, their times in order, and a word about those that are over.

use signalbox_model::RuleName;
use signalbox_model::time::Timestamp;
use signalbox_pipeline::evaluate::condition::Condition;
use signalbox_pipeline::evaluate::{Silence, SilencePlan, SilenceState};

use super::super::TextMistake;
use super::super::model::{Config, SilenceConfig};
use super::{Compiler, names};

impl Compiler<'_> {
    /// Compiles the silences; one with a mistake is left out.
    pub(super) fn silences(&mut self, config: &Config) -> Vec<Silence> {
        let silences = config.silences.iter();
        silences.filter_map(|(name, silence)| self.silence(name, silence)).collect()
    }

    fn silence(&mut self, name: &str, silence: &SilenceConfig) -> Option<Silence> {
        let pointer = names::below("/silences", name);
        if silence.when.is_none() && silence.rules.is_empty() {
            let message = "it names neither `rules` nor an event (`when`), so nobody knows what it keeps back";
            self.diagnostics.push(self.document.error_at_key(&pointer, message));
        }
        let from = silence.from.as_deref().map(read_time).transpose().ok()?;
        let until = read_time(&silence.until).ok()?;
        if from.is_some_and(|from| from >= until) {
            let message = format!("it is over at {until}, before it begins");
            self.error(&names::below(&pointer, "until"), message);
        }
        let plan = SilencePlan {
            rules: silence.rules.iter().map(|rule| RuleName::new(rule)).collect(),
            from,
            until,
            reason: silence.reason.clone(),
        };
        if plan.state(self.world.clock.now()) == SilenceState::Over {
            let message = format!("silence `{name}` is over since {until}");
            let warning = self.document.error_at(&names::below(&pointer, "until"), message);
            self.diagnostics.push(warning.as_warning().with_help("take it out"));
        }
        // A mistake in the condition has been told by the check of its format.
        let condition = silence.when.as_deref().map(Condition::compile).transpose().ok()?;
        Some(Silence { name: name.to_owned(), condition, plan })
    }
}

/// Reads a time of which nobody has to guess the zone.
pub(super) fn read_time(text: &str) -> Result<Timestamp, TextMistake> {
    let mistake = |what: &str| {
        let example = "`2026-03-01T18:00:00+01:00`";
        TextMistake::new(format!("`{text}` {what}; write a time such as {example}"))
    };
    let (_, time) = text.split_once('T').ok_or_else(|| mistake("is no time of a day"))?;
    if !time.contains(['Z', '+', '-']) {
        return Err(mistake("does not say in which zone it is"));
    }
    Timestamp::parse(text).map_err(|_| mistake("is no time"))
}
