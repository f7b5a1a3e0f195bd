//! Silences: what people are not told for a time.
//!
//! Whether the condition of a silence holds is decided on the event as the rules saw it, before the commit,
//! and stored with it. Whether the silence is in force is decided with the notification, by the time at which
//! the event was received: so the same journal makes the same decisions, whenever it is applied.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use signalbox_model::RuleName;
use signalbox_model::time::Timestamp;

use super::condition::Condition;

/// A silence.
pub struct Silence {
    /// Its name.
    pub name: String,
    /// Which events it is about; `None` is about all.
    pub condition: Option<Condition>,
    /// Which rules, and when.
    pub plan: SilencePlan,
}

/// Whom a silence concerns, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SilencePlan {
    /// The rules whose notifications it keeps back; empty is all but the hub's own.
    pub rules: Vec<RuleName>,
    /// From when on; at once where it says nothing.
    pub from: Option<Timestamp>,
    /// When it is over.
    pub until: Timestamp,
    /// Why, in the operator's words.
    pub reason: String,
}

/// Where a silence stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SilenceState {
    /// It has not begun.
    ToCome,
    /// It keeps notifications back.
    InForce,
    /// It is over.
    Over,
}

impl SilencePlan {
    /// Returns where it stands at a time.
    pub fn state(&self, at: Timestamp) -> SilenceState {
        if at >= self.until {
            SilenceState::Over
        } else if self.from.is_some_and(|from| at < from) {
            SilenceState::ToCome
        } else {
            SilenceState::InForce
        }
    }

    /// What the hub says of its integrations is silenced by name alone, never by the way.
    fn concerns(&self, rule: &RuleName) -> bool {
        let is_of_hub = rule.as_str() == RuleName::HEALTH;
        self.rules.contains(rule) || (self.rules.is_empty() && !is_of_hub)
    }

    pub(super) fn to_json(&self) -> String {
        // Names, times and words: nothing here can fail to serialize.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Returns the silence that keeps back what `rule` tells of an event received at `at`, whose conditions held
/// for `matched`: the one that lasts longest.
pub(super) fn in_force<'a>(
    silences: &'a BTreeMap<String, SilencePlan>,
    matched: &[String],
    rule: &RuleName,
    at: Timestamp,
) -> Option<(&'a str, &'a SilencePlan)> {
    let known = matched.iter().filter_map(|name| silences.get_key_value(name));
    let in_force = known.filter(|(_, silence)| {
        silence.state(at) == SilenceState::InForce && silence.concerns(rule)
    });
    in_force
        .max_by_key(|(_, silence)| silence.until)
        .map(|(name, silence)| (name.as_str(), silence))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn silence(rules: &[&str], from: Option<i64>, until: i64) -> SilencePlan {
        SilencePlan {
            rules: rules.iter().map(|rule| RuleName::new(rule)).collect(),
            from: from.map(Timestamp::from_millis),
            until: Timestamp::from_millis(until),
            reason: "the store room is painted".to_owned(),
        }
    }

    #[test]
    fn it_is_in_force_from_its_beginning_until_just_before_its_end() {
        let states = |from| {
            let silence = silence(&[], from, 20);
            [9, 10, 19, 20].map(|at| silence.state(Timestamp::from_millis(at)))
        };

        use SilenceState::{InForce, Over, ToCome};
        assert_eq!(states(Some(10)), [ToCome, InForce, InForce, Over]);
        assert_eq!(states(None), [InForce, InForce, InForce, Over]);
    }

    #[test]
    fn of_several_the_one_that_lasts_longest_is_named_and_the_hubs_own_rule_only_by_name() {
        let silences = BTreeMap::from([
            ("all".to_owned(), silence(&[], None, 30)),
            ("health".to_owned(), silence(&[RuleName::HEALTH], None, 20)),
            ("long".to_owned(), silence(&["one"], None, 90)),
        ]);
        let matched: Vec<String> = silences.keys().cloned().collect();
        let named = |rule: &str, at| {
            let found =
                in_force(&silences, &matched, &RuleName::new(rule), Timestamp::from_millis(at));
            found.map(|(name, _)| name)
        };

        assert_eq!([named("one", 0), named("two", 0)], [Some("long"), Some("all")]);
        assert_eq!([named("one", 50), named("two", 50)], [Some("long"), None]);
        assert_eq!(
            [named(RuleName::HEALTH, 0), named(RuleName::HEALTH, 25)],
            [Some("health"), None]
        );
    }
}
