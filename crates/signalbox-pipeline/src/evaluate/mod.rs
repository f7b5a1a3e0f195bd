//! Evaluate: which streams take an event and which alert rules match it, decided once, before commit.

pub mod condition;

mod identity;
mod plan;
mod rule_set;
mod silence;
mod wrap;

pub use identity::{fingerprint, fingerprint_parts};
pub use plan::{
    Notify, NotifyOn, NotifyPlan, REOPEN_WITHIN_DEFAULT, RulePlan, SUPPRESS_REPEATS_DEFAULT,
};
pub use rule_set::{AlertRule, Route, RouteAction, RuleSet};
pub use silence::{Silence, SilencePlan, SilenceState};
pub use wrap::{is_wrapped, wrap};
