//! How often, and after what waits, a failed call is repeated: three presets by name.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The waits between the attempts of one item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RetryPreset {
    /// Three repeats, after 1 s, 5 s and 30 s.
    #[default]
    Default,
    /// Three attempts in all, 4 s and then 8 s apart (exponential between 4 and 10 s).
    Reference,
    /// Three repeats, after 1 s, 2 s and 4 s.
    Fast,
}

impl RetryPreset {
    /// Returns the wait after attempt number `attempt` (from 1) failed; `None` when the attempts are
    /// used up. `random` adds up to a tenth, so that many items do not return at the same moment.
    pub fn wait(self, attempt: u32, random: u64) -> Option<Duration> {
        let waits: &[u64] = match self {
            Self::Default => &[1, 5, 30],
            Self::Reference => &[4, 8],
            Self::Fast => &[1, 2, 4],
        };
        let index = usize::try_from(attempt.checked_sub(1)?).ok()?;
        let base = Duration::from_secs(*waits.get(index)?);
        let tenth = u64::try_from(base.as_millis() / 10).unwrap_or(u64::MAX);
        Some(base + Duration::from_millis(random % (tenth + 1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_preset_waits_as_its_name_says_and_then_ends() {
        let waits = |preset: RetryPreset| -> Vec<u64> {
            (1..).map_while(|n| preset.wait(n, 0)).map(|wait| wait.as_secs()).collect()
        };

        assert_eq!(waits(RetryPreset::Default), [1, 5, 30]);
        assert_eq!(waits(RetryPreset::Reference), [4, 8]);
        assert_eq!(waits(RetryPreset::Fast), [1, 2, 4]);
    }

    #[test]
    fn the_jitter_is_a_tenth_at_most() {
        for random in [0, 1, 99, u64::MAX] {
            let wait = RetryPreset::Default.wait(3, random).unwrap();
            assert!((30_000..=33_000).contains(&wait.as_millis()), "{wait:?}");
        }
    }
}
