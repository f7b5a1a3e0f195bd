//! Cases in which the vendor says no, or seems to say yes.

use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use signalbox_api::TailFilter;
use signalbox_sdk::testkit::Server;
use signalbox_sdk::testkit::certification::Trouble;

use super::super::proof::{Proof, Unproven, ensure, failed};
use super::super::search;
use super::line::{Line, times};

/// Refused credentials park the integration, lose nothing, and all drains once they are mended.
pub(super) async fn authentication(line: &Line) -> Proof {
    line.warm_up().await?;
    let mut beside = String::new();
    for status in [401, 403] {
        match line.plant(&Trouble::Unauthorized(status)) {
            Err(Unproven::NotApplicable(why)) if status == 403 => {
                beside = format!("; 403: {why}");
                break;
            }
            planted => planted?,
        }
        let delivery =
            line.raise(&format!("refused-{status}"), "A refused finding", "Held.").await?;
        parked_with(line, &delivery, status).await?;
        line.mend();
        line.stage.advance(PROBE)?;
        line.arrives_once(&delivery).await?;
    }
    let statuses = if beside.is_empty() { "401, and then 403," } else { "401" };
    Ok(format!(
        "{statuses} to everything: parked each time with nothing counted as delivered; once mended, probed \
         after 30 s and delivered once{beside}"
    ))
}

async fn parked_with(line: &Line, delivery: &super::line::Delivery, status: u16) -> Proof<()> {
    let step = line.rests(delivery).await?;
    ensure(step.state == "pending", || {
        format!("a finding that the vendor answers {status} ended as `{}`", step.state)
    })?;
    line.stage.until_state(&["parked"]).await.map(drop)
}

/// A 429 is waited for as long as it says, and costs nothing.
pub(super) async fn rate_limit(line: &Line) -> Proof {
    line.warm_up().await?;
    line.plant(&Trouble::Throttled(WAIT))?;
    let delivery = line.raise("throttled", "A finding too many", "It waits.").await?;
    let step = line.rests(&delivery).await?;
    ensure(step.state == "pending", || format!("it ended as `{}`", step.state))?;
    let wait = step.next_at.since(line.stage.now());
    ensure(wait <= WAIT && wait + SLACK >= WAIT, || {
        format!("told to wait {WAIT:?}, it is due again after {} s", wait.as_secs())
    })?;
    ensure(step.attempts_spent == 0, || "waiting as told counts as a failed attempt".to_owned())?;
    line.stage.advance(WAIT)?;
    line.arrives_once(&delivery).await?;
    Ok(format!(
        "429 with `Retry-After: {}`: due again after that, no attempt lost, delivered once",
        WAIT.as_secs()
    ))
}

/// An item that is refused is kept as a dead letter, and stops no other.
pub(super) async fn invalid(line: &Line) -> Proof {
    line.warm_up().await?;
    line.plant(&Trouble::Rejected)?;
    let refused = line.raise("refused", "A finding that is refused", "Nobody wants it.").await?;
    let step = line.ends(&refused).await?;
    ensure(step.state == "dead", || format!("a refused finding ended as `{}`", step.state))?;
    ensure(step.reason.is_some_and(|reason| !reason.is_empty()), || {
        "it does not say why".to_owned()
    })?;
    ensure(line.count(&refused) == 0, || "the vendor holds what it refused".to_owned())?;
    let next = line.raise("next", "The next finding", "It passes.").await?;
    line.arrives_once(&next).await?;
    Ok("one finding was refused: kept as a dead letter that says why; the next was delivered once"
        .into())
}

/// An outage opens the breaker or parks, kills nothing, and all drains afterwards.
pub(super) async fn unavailable(line: &Line) -> Proof {
    line.plant(&Trouble::Unavailable)?;
    let delivery = line.raise("waiting", "A finding in an outage", "It waits.").await?;
    let mut state = "ok";
    for _ in 0..OUTAGE_STEPS {
        let step = line.rests(&delivery).await?;
        ensure(step.state == "pending", || {
            format!("in an outage, a finding ended as `{}`", step.state)
        })?;
        state = line.stage.integration().await?.gate.state;
        if matches!(state, "down" | "parked") {
            break;
        }
        line.stage.advance(RETRY)?;
    }
    ensure(matches!(state, "down" | "parked"), || {
        format!("in an outage, the integration is `{state}`")
    })?;
    line.mend();
    line.stage.advance(PROBE)?;
    line.arrives_once(&delivery).await?;
    Ok(format!(
        "the vendor could not be used: the integration was `{state}`, nothing was given up; \
                afterwards delivered once"
    ))
}

/// A redirect is not followed: credentials and alerts go where they were meant to go.
pub(super) async fn redirect(line: &Line) -> Proof {
    line.warm_up().await?;
    let trap = Server::start(Router::new(), 0).await.context("serve a trap")?;
    line.plant(&Trouble::Redirect(format!("http://{}/", trap.address())))?;
    let delivery =
        line.raise("redirected", "A redirected finding", "It goes nowhere else.").await?;
    let end = consistent(line, &delivery).await?;
    let requests = trap.faults().requests();
    ensure(requests == 0, || format!("the redirect was followed {requests} times"))?;
    Ok(format!("302 to another address: no request came there; {end}"))
}

/// A success that says a failure is none.
pub(super) async fn error_inside(line: &Line) -> Proof {
    line.warm_up().await?;
    line.plant(&Trouble::ErrorInside)?;
    let delivery =
        line.raise("inside", "A finding answered in two ways", "200, and an error.").await?;
    let end = consistent(line, &delivery).await?;
    Ok(format!("a 200 with the product's error inside was not taken for success: {end}"))
}

/// A grant that ended is renewed without anybody noticing.
pub(super) async fn expired(line: &Line) -> Proof {
    line.warm_up().await?;
    line.plant(&Trouble::Expired)?;
    let delivery = line.raise("expired", "A finding after a grant's end", "It is renewed.").await?;
    let step = line.rests(&delivery).await?;
    ensure(step.state == "delivered", || format!("it is `{}`: {:?}", step.state, step.reason))?;
    line.arrives_once(&delivery).await?;
    Ok("the vendor forgot every token it had granted: a new one was fetched within the attempt, delivered once"
        .into())
}

/// Whatever the hub shows after a refused and a delivered finding has no secret in it.
pub(super) async fn no_secret(line: &Line) -> Proof {
    if line.stage.secrets().is_empty() {
        return super::super::proof::not_applicable("it is configured without any secret");
    }
    let mut tail = line.stage.operations()?.tail(TailFilter::default())?;
    line.warm_up().await?;
    line.plant(&Trouble::Unauthorized(401))?;
    let delivery = line.raise("secret", "A finding about secrets", "There are none.").await?;
    parked_with(line, &delivery, 401).await?;
    let shown = search::shown(&line.stage, &mut tail).await?;
    line.mend();
    line.stage.advance(PROBE)?;
    line.arrives_once(&delivery).await?;
    search::for_secrets(&line.stage, &shown)
}

/// Lets a delivery end, whichever way, and compares what the hub says with what the vendor holds.
async fn consistent(line: &Line, delivery: &super::line::Delivery) -> Proof {
    let step = line.ends(delivery).await?;
    match step.state.as_str() {
        "delivered" => {
            Ok(format!("tried again and delivered {}", times(line.arrives(delivery).await?)))
        }
        "dead" if line.count(delivery) == 0 => Ok("kept as a dead letter that says why".to_owned()),
        "dead" => failed("the vendor holds what the hub gave up"),
        other => failed(format!("it ended as `{other}`")),
    }
}

/// How long the vendor asks to wait.
const WAIT: Duration = Duration::from_secs(7);

/// The clock goes on while a case looks at it.
const SLACK: Duration = Duration::from_secs(3);

/// A parked integration is probed this often, and a breaker half opens after it.
const PROBE: Duration = Duration::from_secs(31);

/// Longer than every wait of the preset `fast`.
const RETRY: Duration = Duration::from_secs(5);

/// Attempts until an outage is known for one, and some.
const OUTAGE_STEPS: usize = 8;
