//! Cases in which an answer is lost: nobody knows whether the request was executed.

use std::time::Duration;

use signalbox_sdk::testkit::certification::{TIMEOUT, Trouble};

use super::super::Case;
use super::super::proof::{Proof, Unproven, ensure, failed};
use super::Promise;
use super::line::{Line, times};

/// A call whose answer is lost rests until the vendor has settled; then it is looked up where the
/// product lets it be, and repeated under its key where not.
pub(super) async fn lost_answer(line: &Line, case: Case) -> Proof {
    let (trouble, told) = match case {
        Case::Timeout => (Trouble::Slow(TIMEOUT * 10), "executed, but answered too late"),
        Case::CutBeforeAnswer => (Trouble::CutBefore, "cut before it was executed"),
        Case::CutAfterAnswer => (Trouble::CutAfter, "executed, then cut"),
        Case::LateExecution => (Trouble::ExecuteLate(TIMEOUT), "cut at once and executed later"),
        Case::SlowLoris => (Trouble::Drip, "executed and answered a byte at a time, without end"),
        other => return failed(format!("`{}` is no case of a lost answer", other.as_str())),
    };
    line.warm_up().await?;
    line.plant(&trouble)?;
    let delivery = line.raise("lost", "A finding without an answer", "Was it made?").await?;
    let step = line.rests(&delivery).await?;
    ensure(step.state == "pending", || format!("it ended as `{}`: {:?}", step.state, step.reason))?;
    let rest = step.next_at.since(line.stage.now());
    ensure(rest + SLACK >= SETTLE, || {
        format!("it is tried again after {} s, before the vendor has settled", rest.as_secs())
    })?;
    if case != Case::CutBeforeAnswer {
        let executed = async || Ok(line.count(&delivery) > 0);
        line.stage.until(executed, || "the vendor did not execute it".to_owned()).await?;
    }
    let count = line.arrives(&delivery).await?;
    Ok(format!("{told}: rested 60 s, then {}", afterwards(line.promise, case, count)))
}

fn afterwards(promise: Promise, case: Case, count: usize) -> String {
    match (promise, case) {
        (Promise::ExactlyOnce, Case::CutBeforeAnswer) => {
            "looked up, not found, created: one ticket".into()
        }
        (Promise::ExactlyOnce, _) => "looked up and found: one ticket".to_owned(),
        (Promise::AtLeastOnce, _) => format!("sent again: held {}", times(count)),
    }
}

/// A hub that is killed while a call is on its way goes on where it was.
pub(super) async fn restart(line: &mut Line) -> Proof {
    line.warm_up().await?;
    let is_held_back = match line.plant(&Trouble::Slow(LONG)) {
        Ok(()) => true,
        Err(Unproven::NotApplicable(_)) => false,
        Err(failed) => return Err(failed),
    };
    let delivery = line.raise("killed", "A finding in a crash", "The hub is killed.").await?;
    if is_held_back {
        let executed = async || Ok(line.count(&delivery) > 0);
        line.stage.until(executed, || "the vendor was not called".to_owned()).await?;
    }
    line.stage.restart().await?;
    let count = line.arrives(&delivery).await?;
    let next = line.raise("after", "A finding after a crash", "The hub is back.").await?;
    line.arrives_once(&next).await?;
    let when = if is_held_back {
        "after the vendor had executed a call"
    } else {
        "right behind a finding"
    };
    let held = match line.promise {
        Promise::ExactlyOnce => "looked up: one ticket".to_owned(),
        Promise::AtLeastOnce if is_held_back => format!("held {}", times(count)),
        Promise::AtLeastOnce => "delivered".to_owned(),
    };
    Ok(format!("killed {when} and started again: {held}; the next was delivered once"))
}

/// How long the configuration says that a vendor may still execute what was given up on.
const SETTLE: Duration = Duration::from_secs(60);

/// The clock goes on while a case looks at it.
const SLACK: Duration = Duration::from_secs(3);

/// Longer than the hub lives.
const LONG: Duration = Duration::from_secs(20);
