//! How a case ends: with evidence, with a failure, or with the reason why it does not apply.

use signalbox_api::OperationError;
use signalbox_sdk::testkit::certification::Plan;

/// The evidence of a case, or why there is none.
pub(super) type Proof<T = String> = Result<T, Unproven>;

/// Why a case has no evidence that it passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unproven {
    /// The line did not do what it promises.
    Failed(String),
    /// There is nothing to prove.
    NotApplicable(String),
}

impl From<anyhow::Error> for Unproven {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(format!("{error:#}"))
    }
}

impl From<OperationError> for Unproven {
    fn from(error: OperationError) -> Self {
        Self::Failed(error.to_string())
    }
}

/// Ends a case that went wrong.
pub(super) fn failed<T>(what: impl Into<String>) -> Proof<T> {
    Err(Unproven::Failed(what.into()))
}

/// Ends a case that means nothing here.
pub(super) fn not_applicable<T>(why: impl Into<String>) -> Proof<T> {
    Err(Unproven::NotApplicable(why.into()))
}

/// Goes on where something is so.
pub(super) fn ensure(is_so: bool, otherwise: impl FnOnce() -> String) -> Proof<()> {
    if is_so { Ok(()) } else { failed(otherwise()) }
}

/// Goes on where a vendor can show the trouble.
pub(super) fn planned(plan: Plan) -> Proof<Plan> {
    match plan {
        Plan::NotApplicable(why) => not_applicable(why),
        Plan::Undeclared => failed(
            "the connector does not say how the product shows this; its `certification.rs` must",
        ),
        plan => Ok(plan),
    }
}
