//! What a harmless call found out about an integration: `signalbox test` and `doctor` print it.

use serde::Serialize;

/// The steps of a check, in the order they were tried.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CheckReport {
    /// Steps up to and including the first failure.
    pub steps: Vec<CheckStep>,
}

/// One step of a check.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CheckStep {
    /// What was tried: `name`, `tcp`, `tls`, `credentials`, `permission`, `format`, or the vendor's own.
    pub name: &'static str,
    /// How it went.
    #[serde(flatten)]
    pub verdict: CheckVerdict,
}

/// How a step went.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum CheckVerdict {
    /// Good.
    Passed {
        /// What was seen.
        detail: String,
    },
    /// It works, but something should be changed.
    Warning {
        /// What was seen.
        detail: String,
        /// What to do.
        fix: String,
    },
    /// It does not work.
    Failed {
        /// What was seen.
        detail: String,
        /// What to do.
        fix: String,
    },
}

impl CheckReport {
    /// Adds a step that went well.
    pub fn passed(&mut self, name: &'static str, detail: impl Into<String>) {
        let verdict = CheckVerdict::Passed { detail: detail.into() };
        self.steps.push(CheckStep { name, verdict });
    }

    /// Adds a step that works but should be changed.
    pub fn warning(
        &mut self,
        name: &'static str,
        detail: impl Into<String>,
        fix: impl Into<String>,
    ) {
        let verdict = CheckVerdict::Warning { detail: detail.into(), fix: fix.into() };
        self.steps.push(CheckStep { name, verdict });
    }

    /// Adds a step that failed.
    pub fn failed(
        &mut self,
        name: &'static str,
        detail: impl Into<String>,
        fix: impl Into<String>,
    ) {
        let verdict = CheckVerdict::Failed { detail: detail.into(), fix: fix.into() };
        self.steps.push(CheckStep { name, verdict });
    }

    /// Returns whether nothing failed.
    pub fn is_good(&self) -> bool {
        !self.steps.iter().any(|step| matches!(step.verdict, CheckVerdict::Failed { .. }))
    }

    /// Returns the first failure in words, with its fix.
    pub fn failure(&self) -> Option<String> {
        self.steps.iter().find_map(|step| match &step.verdict {
            CheckVerdict::Failed { detail, fix } => Some(format!("{}: {detail}; {fix}", step.name)),
            _ => None,
        })
    }
}
