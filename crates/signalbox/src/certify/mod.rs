//! `signalbox certify`: the tests that the trade asks for before an integration goes live.
//!
//! Every case runs a whole hub on a folder of its own against the connector's simulator, with a fault
//! planted; what counts is what the line did: parked, waited as told, looked up, delivered once. Time is
//! a clock that is moved, so that a minute's wait takes none. The cases are written for a role, never
//! for a product; what a product has of its own it declares (`signalbox_sdk::testkit::certification`).

mod case;
mod clock;
mod log;
mod page;
mod polled;
mod proof;
mod receiver;
mod search;
mod sender;
mod stage;

use std::time::Duration;

use futures_util::{StreamExt, stream};
use serde::Serialize;
use signalbox_sdk::testkit::certification::Certification;
use signalbox_sdk::{Connector, Roles};

pub use case::Case;
pub use page::page;
use proof::{Proof, Unproven};

/// What one case found out about one role of a connector.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The connector.
    pub connector: &'static str,
    /// The role: `source`, `destination` or `ticketing`.
    pub role: &'static str,
    /// The case; where a connector plays a role in two ways, followed by the way.
    pub case: String,
    /// What was found.
    pub verdict: Verdict,
    /// What was sent and seen, or why the case does not apply.
    pub evidence: String,
}

/// What a case found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The line did what it promises.
    Pass,
    /// It did not.
    Fail,
    /// The case means nothing here.
    NotApplicable,
}

impl Verdict {
    /// Returns the verdict as shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NotApplicable => "not_applicable",
        }
    }
}

/// Changes the roles that a connector built: the identity, but where a test breaks a connector to see
/// the right row fail.
pub type Change = fn(Roles) -> Roles;

/// Hubs at the same time: each has two threads and waits for its disk most of the time.
const AT_ONCE: usize = 8;

/// A case that takes longer has not ended by itself; most take less than a second.
const CASE_MAX: Duration = Duration::from_secs(120);

/// Runs every case for every role of these connectors.
pub async fn certify(connectors: &[&'static Connector]) -> Vec<Row> {
    let mut rows = run_all(runs(connectors)).await;
    rows.extend(connectors.iter().flat_map(|connector| undeclared(connector)));
    rows
}

/// A case for a role of a connector.
type Run = (&'static Connector, &'static Certification, Case);

fn runs(connectors: &[&'static Connector]) -> Vec<Run> {
    let runs = connectors.iter().flat_map(|connector| {
        let certified = connector.certification.iter();
        certified.flat_map(|certification| Case::ALL.map(|case| (*connector, certification, case)))
    });
    runs.collect()
}

async fn run_all(runs: Vec<Run>) -> Vec<Row> {
    let rows = stream::iter(runs).map(|(connector, certification, case)| {
        certify_case(connector, certification, case, |roles| roles)
    });
    rows.buffered(AT_ONCE).collect().await
}

/// Runs one case for one role.
pub async fn certify_case(
    connector: &'static Connector,
    certification: &Certification,
    case: Case,
    change: Change,
) -> Row {
    let proof = tokio::time::timeout(CASE_MAX, prove(connector, certification, case, change)).await;
    let (verdict, evidence) = match proof {
        Ok(Ok(evidence)) => (Verdict::Pass, evidence),
        Ok(Err(Unproven::NotApplicable(why))) => (Verdict::NotApplicable, why),
        Ok(Err(Unproven::Failed(why))) => (Verdict::Fail, why),
        Err(_) => (Verdict::Fail, format!("no end within {CASE_MAX:?}")),
    };
    let case = format!("{}{}", case.as_str(), way(connector, certification));
    Row { connector: connector.name, role: certification.role().as_str(), case, verdict, evidence }
}

async fn prove(
    connector: &'static Connector,
    certification: &Certification,
    case: Case,
    change: Change,
) -> Proof {
    match certification {
        Certification::Destination(open) => {
            receiver::prove(connector, *open, receiver::Promise::AtLeastOnce, case, change).await
        }
        Certification::Ticketing(open) => {
            receiver::prove(connector, *open, receiver::Promise::ExactlyOnce, case, change).await
        }
        Certification::Polled(open) => polled::prove(connector, *open, case, change).await,
        Certification::Sender(open) => sender::prove(connector, *open, case, change).await,
    }
}

/// Tells two ways into the same role apart.
fn way(connector: &Connector, certification: &Certification) -> &'static str {
    let role = certification.role();
    let ways = connector.certification.iter().filter(|other| other.role() == role).count();
    match certification {
        Certification::Sender(_) if ways > 1 => " (sent to the hub)",
        _ => "",
    }
}

/// A role without a declaration is no role that anybody should rely on.
fn undeclared(connector: &Connector) -> Vec<Row> {
    let is_declared = |role| connector.certification.iter().any(|other| other.role() == role);
    let missing = connector.roles.iter().filter(|role| !is_declared(**role));
    let row = |role: &signalbox_sdk::Role| Row {
        connector: connector.name,
        role: role.as_str(),
        case: "declaration".to_owned(),
        verdict: Verdict::Fail,
        evidence:
            "the connector does not say how the role is certified; write its `certification.rs`"
                .to_owned(),
    };
    missing.map(row).collect()
}

#[cfg(test)]
mod tests;
