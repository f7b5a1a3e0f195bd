//! A line of the list, and the sheet on which the lines about one thing are gathered.

use serde::Serialize;
use signalbox_sdk::role::inert_text;

/// What was found about one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The integration it is about; `null` for the hub and its machine.
    pub integration: Option<String>,
    /// What was looked at.
    pub topic: Topic,
    /// How it is.
    pub verdict: Verdict,
    /// What was seen.
    pub detail: String,
    /// What to do, where something is to be done.
    pub fix: Option<String>,
}

/// What is looked at, in the order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Secrets: readable, how old, whose else.
    Credentials,
    /// Name resolution and connections.
    Network,
    /// Where the product is and what is spoken with it.
    Endpoint,
    /// Certificates, the product's and our own.
    Tls,
    /// What the product says about how much it takes.
    Limits,
    /// What the running hub has met.
    Errors,
    /// Requests and answers.
    Format,
    /// The harmless call.
    Call,
    /// This machine's clock against the product's.
    Clock,
    /// The data folder.
    Disk,
}

impl Topic {
    /// Returns the topic as shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Credentials => "credentials",
            Self::Network => "network",
            Self::Endpoint => "endpoint",
            Self::Tls => "tls",
            Self::Limits => "limits",
            Self::Errors => "errors",
            Self::Format => "format",
            Self::Call => "call",
            Self::Clock => "clock",
            Self::Disk => "disk",
        }
    }
}

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Good.
    Green,
    /// It works, but something should be changed.
    Yellow,
    /// It does not work.
    Red,
}

impl Verdict {
    /// Returns the verdict as shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Yellow => "yellow",
            Self::Red => "red",
        }
    }
}

/// The lines about one integration, or about the machine.
#[derive(Debug)]
pub(super) struct Sheet {
    integration: Option<String>,
    rows: Vec<Row>,
}

impl Sheet {
    /// Begins a sheet.
    pub(super) fn new(integration: Option<&str>) -> Self {
        Self { integration: integration.map(str::to_owned), rows: Vec::new() }
    }

    pub(super) fn green(&mut self, topic: Topic, detail: impl AsRef<str>) {
        self.add(topic, Verdict::Green, detail.as_ref(), None);
    }

    pub(super) fn yellow(&mut self, topic: Topic, detail: impl AsRef<str>, fix: impl AsRef<str>) {
        self.add(topic, Verdict::Yellow, detail.as_ref(), Some(fix.as_ref()));
    }

    pub(super) fn red(&mut self, topic: Topic, detail: impl AsRef<str>, fix: impl AsRef<str>) {
        self.add(topic, Verdict::Red, detail.as_ref(), Some(fix.as_ref()));
    }

    /// Returns whether something of a topic does not work.
    pub(super) fn is_red(&self, topic: Topic) -> bool {
        self.rows.iter().any(|row| row.topic == topic && row.verdict == Verdict::Red)
    }

    /// Returns the lines in the order of their topics.
    pub(super) fn into_rows(mut self) -> Vec<Row> {
        self.rows.sort_by_key(|row| row.topic);
        self.rows
    }

    /// Adds a line; the same line twice, as from two calls to one host, is said once. Words of products
    /// are made inert.
    fn add(&mut self, topic: Topic, verdict: Verdict, detail: &str, fix: Option<&str>) {
        let inert = |text: &str| inert_text(text).into_owned();
        let row = Row {
            integration: self.integration.clone(),
            topic,
            verdict,
            detail: inert(detail),
            fix: fix.map(inert),
        };
        if !self.rows.contains(&row) {
            self.rows.push(row);
        }
    }
}
