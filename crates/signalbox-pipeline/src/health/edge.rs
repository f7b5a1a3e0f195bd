//! An integration as it is now, and what of that a person should hear.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use signalbox_model::time::Timestamp;
use signalbox_model::{IntegrationName, Severity};

use super::words::{cut, span};
use crate::canary::{CanaryState, CanaryView};
use crate::deliver::{BreakerState, GateView};
use crate::hold::{HoldLevel, HoldView};
use crate::ingest::{ParsingView, SilenceView};

/// What can be wrong with an integration. Each is told and resolved by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// Nothing passes.
    Down,
    /// A source sends nothing.
    Silent,
    /// Much of what a source sends cannot be read.
    Unreadable,
    /// A destination holds much of what it may.
    Filling,
    /// The canary of a rule does not arrive.
    Canary,
}

impl Trouble {
    /// All there are.
    pub const ALL: [Self; 5] =
        [Self::Down, Self::Silent, Self::Unreadable, Self::Filling, Self::Canary];

    /// Returns the word for it, in ids, metrics and lists.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Silent => "silent",
            Self::Unreadable => "unreadable",
            Self::Filling => "filling",
            Self::Canary => "canary",
        }
    }
}

/// What can be in trouble: an integration, or one of several things that it polls.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Subject {
    /// The integration.
    pub(super) integration: IntegrationName,
    /// What is polled, where that is not the integration as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) poll: Option<String>,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.poll {
            Some(poll) => write!(f, "{}/{poll}", self.integration),
            None => write!(f, "{}", self.integration),
        }
    }
}

/// An integration, or one of the things that it polls, as it is now.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The integration's name.
    pub name: IntegrationName,
    /// What is polled, where that is not the integration as a whole.
    pub poll: Option<String>,
    /// Its connector.
    pub connector: &'static str,
    /// Whether anything passes.
    pub passage: Passage,
    /// Why not, in the product's words.
    pub reason: String,
    /// Destinations: what waits for it.
    pub pending: Option<u64>,
    /// Sources: how silent it is.
    pub silence: Option<SilenceView>,
    /// Sources: how much cannot be read.
    pub parsing: Option<ParsingView>,
    /// Destinations: how much it holds.
    pub hold: Option<HoldView>,
    /// Destinations: what became of the canaries sent there, by rule.
    pub canary: BTreeMap<String, CanaryView>,
}

/// Whether anything passes through an integration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passage {
    /// Something passed.
    Open,
    /// Nothing is due, and nothing says that it would not pass.
    Idle,
    /// Nothing was tried yet.
    Unproven,
    /// What is tried fails, and nothing else passes.
    Shut,
    /// Nothing is due, for whatever was sent lately was refused and given up.
    Refusing,
    /// It is parked until somebody mends it.
    Parked,
    /// Somebody disabled it, or a restore holds it.
    Disabled,
}

impl Passage {
    /// Reads it off a gate. `is_idle` says that nothing is due for the integration, and that it asks for
    /// nothing by itself.
    pub fn of(gate: &GateView, is_idle: bool, now: Timestamp) -> Self {
        let passed_lately = gate.last_success_at.is_some_and(|at| now.since(at) < LATELY);
        match gate.state {
            "disabled" | "held" => Self::Disabled,
            "parked" => Self::Parked,
            // An outage that nothing waits for any more, because somebody skipped or discarded it.
            "down" if is_idle && gate.breaker == BreakerState::HalfOpen.as_str() => Self::Idle,
            "down" => Self::Shut,
            "degraded" if passed_lately => Self::Open,
            // What is throttled for long, or answers without doing, is as good as down.
            "degraded" if !is_idle => Self::Shut,
            "degraded" if gate.refused_in_a_row >= REFUSED_MIN => Self::Refusing,
            "degraded" => Self::Idle,
            "ok" if !is_idle && gate.last_success_at.is_none() => Self::Unproven,
            _ => Self::Open,
        }
    }
}

/// What was seen of one trouble.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// It is there.
    Ill(Symptom),
    /// It is not there.
    Well,
    /// Nothing can be said of it: it is as it was.
    Unknown,
}

/// A trouble that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Symptom {
    pub(super) severity: Severity,
    /// How long it must last before it is told.
    pub(super) after: Duration,
    pub(super) words: Words,
}

/// How a trouble is told; how long it has lasted is put between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) title: String,
    pub(super) description: String,
}

impl Edge {
    /// Returns what it is about.
    pub(super) fn subject(&self) -> Subject {
        Subject { integration: self.name.clone(), poll: self.poll.clone() }
    }

    /// Returns what is seen of a trouble that would have lasted so long.
    pub(super) fn sight(&self, trouble: Trouble, lasted: Duration, limits: Limits) -> Sight {
        if self.passage == Passage::Disabled && trouble != Trouble::Filling {
            return Sight::Well;
        }
        match trouble {
            Trouble::Down => self.down(lasted, limits.after),
            Trouble::Silent => self.silent(limits.now),
            Trouble::Unreadable => self.unreadable(),
            Trouble::Filling => self.filling(),
            Trouble::Canary => self.canary(),
        }
    }

    /// Returns why a trouble is over that is not seen any more.
    pub(super) fn why_over(&self, trouble: Trouble) -> &'static str {
        match trouble {
            _ if self.passage == Passage::Disabled => "It is disabled.",
            Trouble::Down if self.passage == Passage::Idle => "Nothing waits for it any more.",
            Trouble::Down => "It works again.",
            Trouble::Silent => "Events come again.",
            Trouble::Unreadable => "What it sends can be read again.",
            Trouble::Filling => "There is room again.",
            Trouble::Canary => "Canaries arrive again.",
        }
    }

    fn down(&self, lasted: Duration, after: Duration) -> Sight {
        let after = match self.passage {
            Passage::Open | Passage::Idle | Passage::Disabled => return Sight::Well,
            Passage::Unproven => return Sight::Unknown,
            Passage::Shut | Passage::Refusing => after,
            // Somebody must act, and waiting mends nothing.
            Passage::Parked => Duration::ZERO,
        };
        let Self { name, connector, reason, .. } = self;
        let poll = self.poll.as_ref().map(|poll| format!(" ({poll})")).unwrap_or_default();
        let (how, consequence) = (self.how_down(lasted), self.consequence());
        let reason_cut = cut(reason);
        let title = format!("Integration down: {connector} `{name}`{poll}, {how}: {reason_cut}");
        let description = format!(
            "{reason}\n{consequence} See `signalbox integrations show {name}` and `signalbox test {name}`."
        );
        Sight::ill(Severity::High, after, title, description)
    }

    fn how_down(&self, lasted: Duration) -> String {
        let (what, waiting) = match self.pending {
            Some(pending) => ("no delivery", format!(", {pending} waiting")),
            None => ("nothing read", String::new()),
        };
        match self.passage {
            Passage::Refusing => "whatever is sent to it is refused".to_owned(),
            Passage::Parked if lasted < AT_ONCE => format!("parked{waiting}"),
            _ => format!("{what} for {}{waiting}", span(lasted)),
        }
    }

    fn consequence(&self) -> String {
        match self.passage {
            Passage::Refusing => format!(
                "What it refused is kept: mend it, then `signalbox dlq replay`, or discard what \
                 `signalbox dlq list --integration {}` shows.",
                self.name
            ),
            _ => "Nothing is lost: what waits goes on when it works again.".to_owned(),
        }
    }

    fn silent(&self, now: Timestamp) -> Sight {
        let Some(silence) = self.silence else { return Sight::Well };
        if !silence.is_too_long() {
            return if silence.is_well(now) { Sight::Well } else { Sight::Unknown };
        }
        let Self { name, connector, .. } = self;
        let silent = span(Duration::from_secs(silence.seconds));
        let limit = span(Duration::from_secs(silence.limit_seconds.unwrap_or_default()));
        let why = match silence.is_learnt {
            true => format!("{limit} is twice its longest pause of the last days"),
            false => format!("its `quiet_after` is {limit}"),
        };
        let title = format!("Source silent: {connector} `{name}`, no event for {silent}");
        let description = format!(
            "Nothing comes from it, and {why}. Look at the sender and at what lies between; `quiet_after` \
             of the integration says how long it may be silent."
        );
        Sight::ill(Severity::Medium, Duration::ZERO, title, description)
    }

    fn unreadable(&self) -> Sight {
        let Some(parsing) = self.parsing else { return Sight::Well };
        if !parsing.is_alarmed {
            return if parsing.is_known_good() { Sight::Well } else { Sight::Unknown };
        }
        let (name, percent) = (&self.name, parsing.error_percent);
        let title =
            format!("Source unreadable: {} `{name}`, {percent} % of what it sends", self.connector);
        let description =
            "It was changed, or sends another format. Its events are kept and go their way all \
                           the same; `unmapped.parse_error` of each says where and why."
                .to_owned();
        Sight::ill(Severity::Medium, Duration::ZERO, title, description)
    }

    fn canary(&self) -> Sight {
        let lost = self.canary.iter().filter(|(_, view)| view.state == CanaryState::Lost);
        let lost: Vec<_> = lost.collect();
        let Some((rule, view)) = lost.first() else { return Sight::Well };
        // That it is down says more.
        if matches!(self.passage, Passage::Shut | Passage::Parked) {
            return Sight::Unknown;
        }
        let Self { name, connector, .. } = self;
        let why = view.failure.as_deref().unwrap_or_default();
        let reason = cut(why);
        let title = format!("Canary lost: {connector} `{name}`, rule `{rule}`: {reason}");
        let rules: Vec<_> = lost.iter().map(|(rule, _)| format!("`{rule}`")).collect();
        let description = format!(
            "{why}\nWhat these rules tell may be lost on its way to `{name}` as well: {}. See `signalbox \
             integrations show {name}` and `signalbox test {name} --end-to-end`.",
            rules.join(", ")
        );
        Sight::ill(Severity::High, Duration::ZERO, title, description)
    }

    fn filling(&self) -> Sight {
        let Some(hold) = &self.hold else { return Sight::Well };
        let severity = match hold.level {
            HoldLevel::Free => return Sight::Well,
            HoldLevel::Warning => Severity::Medium,
            HoldLevel::Alarm => Severity::High,
            HoldLevel::Full => Severity::Critical,
        };
        let (name, percent) = (&self.name, hold.percent);
        let left = match (hold.stops_intake, hold.level, hold.seconds_left) {
            (true, ..) => "intake is stopped".to_owned(),
            (_, HoldLevel::Full, _) | (.., None) => "no time is left".to_owned(),
            (.., Some(left)) => format!("{} left", span(Duration::from_secs(left))),
        };
        let title = format!(
            "Backlog: {} `{name}` holds {percent} % of what it may, {left}",
            self.connector
        );
        let description = format!(
            "Mend it, raise its `hold`, or skip what waits: `signalbox integrations disable {name}`, then \
             `enable {name} --skip`."
        );
        Sight::ill(severity, Duration::ZERO, title, description)
    }
}

/// One item that is refused may be the item's fault; a second one after it is the destination's.
const REFUSED_MIN: u64 = 2;

/// A success this recent says that something passes, whatever failed since.
const LATELY: Duration = Duration::from_secs(60);

/// What is told this soon has no length worth telling.
const AT_ONCE: Duration = Duration::from_secs(60);

/// What the sight of a trouble depends on besides the integration.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) after: Duration,
    pub(super) now: Timestamp,
}

impl Sight {
    fn ill(severity: Severity, after: Duration, title: String, description: String) -> Self {
        Self::Ill(Symptom { severity, after, words: Words { title, description } })
    }
}
