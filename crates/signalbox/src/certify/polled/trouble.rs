//! Cases in which the vendor is not well. Reading may be repeated at will, so each of them ends in the
//! same way: nothing moves, and nothing is lost.

use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use signalbox_api::TailFilter;
use signalbox_sdk::testkit::Server;
use signalbox_sdk::testkit::certification::Trouble;

use super::super::Case;
use super::super::proof::{Proof, ensure, failed, not_applicable};
use super::super::search;
use super::line::Line;

/// Refused credentials park the integration; once they are mended it reads on.
pub(super) async fn authentication(line: &Line) -> Proof {
    line.arrives("P-first", "a bucket").await?;
    for status in [401, 403] {
        let id = format!("P-refused-{status}");
        line.plant(&Trouble::Unauthorized(status))?;
        line.vendor.offer(&id, "a bucket nobody may read");
        line.asks().await?;
        line.stage.until_state(&["parked"]).await?;
        line.mend();
        line.arrived_once(&id).await?;
    }
    Ok("401, and then 403, to everything: parked each time; once mended, probed and read on: each finding \
        arrived once"
        .into())
}

/// A 429 is waited for as long as it says.
pub(super) async fn rate_limit(line: &Line) -> Proof {
    line.arrives("P-first", "a bucket").await?;
    line.stage.until_empty().await?;
    line.plant(&Trouble::Throttled(WAIT))?;
    line.vendor.offer("P-throttled", "a bucket too many");
    line.asks().await?;
    has_noticed(line).await?;
    let before = quiet(line).await;
    line.stage.advance(WAIT - SLACK)?;
    tokio::time::sleep(MOMENT).await;
    ensure(line.requests() == before, || {
        "the vendor is asked before the time that it said".to_owned()
    })?;
    line.stage.advance(SLACK)?;
    let asked = async || Ok(line.requests() > before);
    line.stage
        .until(asked, || format!("told to wait {WAIT:?}, it is not asked after them"))
        .await?;
    line.arrived_once("P-throttled").await?;
    Ok(format!(
        "429 with `Retry-After: {}`: not asked before, asked after; the finding arrived once",
        WAIT.as_secs()
    ))
}

/// Waits until the integration shows an error. Its state alone may be good again: another of its
/// sources may have read a page meanwhile.
async fn has_noticed(line: &Line) -> Proof<()> {
    let noticed = async || Ok(line.stage.integration().await?.gate.last_error.is_some());
    line.stage.until(noticed, || "nothing shows that a page could not be read".to_owned()).await
}

/// Lets calls that were on their way end, and returns how many there were.
async fn quiet(line: &Line) -> u64 {
    tokio::time::sleep(MOMENT).await;
    line.requests()
}

/// An outage opens the breaker, and all is read afterwards.
pub(super) async fn unavailable(line: &Line) -> Proof {
    line.arrives("P-first", "a bucket").await?;
    line.plant(&Trouble::Unavailable)?;
    line.vendor.offer("P-outage", "a bucket in an outage");
    for _ in 0..OUTAGE_STEPS {
        if line.stage.integration().await?.gate.state == "down" {
            break;
        }
        let before = line.requests();
        line.stage.advance(RETRY)?;
        let has_asked = async || {
            Ok(line.requests() > before || line.stage.integration().await?.gate.state == "down")
        };
        line.stage.until(has_asked, || "in an outage, nobody asks again".to_owned()).await?;
    }
    line.stage.until_state(&["down"]).await?;
    line.mend();
    line.arrived_once("P-outage").await?;
    Ok("503 to everything: tried again, then the breaker opened; afterwards the finding arrived once".into())
}

/// A redirect is not followed.
pub(super) async fn redirect(line: &Line) -> Proof {
    line.arrives("P-first", "a bucket").await?;
    let trap = Server::start(Router::new(), 0).await.context("serve a trap")?;
    line.plant(&Trouble::Redirect(format!("http://{}/", trap.address())))?;
    line.vendor.offer("P-redirected", "a bucket elsewhere");
    line.asks().await?;
    line.arrived_once("P-redirected").await?;
    let requests = trap.faults().requests();
    ensure(requests == 0, || format!("the redirect was followed {requests} times"))?;
    Ok("302 to another address: no request came there; asked again, the finding arrived once"
        .into())
}

/// A grant that ended is renewed without anybody noticing.
pub(super) async fn expired(line: &Line) -> Proof {
    line.arrives("P-first", "a bucket").await?;
    line.plant(&Trouble::Expired)?;
    line.vendor.offer("P-expired", "a bucket behind a new login");
    line.asks().await?;
    line.stage.until_arrived("P-expired").await?;
    let state = line.stage.integration().await?.gate.state;
    ensure(state == "ok", || format!("a token's end made the integration `{state}`"))?;
    line.counts("P-expired")?;
    Ok("the vendor forgot every token it had granted: logged in anew within the call, the finding arrived \
        once"
        .into())
}

/// An answer that is not there, or not what it should be, moves nothing: it is asked for again.
pub(super) async fn unread_answer(line: &Line, case: Case) -> Proof {
    let (trouble, told) = match case {
        Case::Timeout => (Trouble::Slow(SLOW), "a page answered too late"),
        Case::InvalidPayload => (Trouble::Unreadable, "a page that breaks off"),
        Case::LargePayload => (Trouble::Oversized, "a page larger than anybody reads"),
        Case::CutBeforeAnswer => (Trouble::CutBefore, "a connection cut before the page"),
        Case::CutAfterAnswer => (Trouble::CutAfter, "a connection cut in place of the page"),
        Case::SlowLoris => (Trouble::Drip, "a page that comes a byte at a time, without end"),
        Case::ErrorInside => (Trouble::ErrorInside, "a 200 that is the product's error"),
        other => return failed(format!("`{}` is no case of an answer", other.as_str())),
    };
    line.arrives("P-first", "a bucket").await?;
    line.stage.until_empty().await?;
    line.plant(&trouble)?;
    line.vendor.offer("P-unread", "a bucket on that page");
    line.asks().await?;
    has_noticed(line).await?;
    line.arrived_once("P-unread").await?;
    line.arrives("P-behind", "a bucket behind it").await?;
    line.counts("P-unread")?;
    Ok(format!("{told}: shown as an error, asked for again, each finding arrived once"))
}

/// Whatever the hub shows has no secret in it.
pub(super) async fn no_secret(line: &Line) -> Proof {
    if line.stage.secrets().is_empty() {
        return not_applicable("it is configured without any secret");
    }
    let mut tail = line.stage.operations()?.tail(TailFilter::default())?;
    line.arrives("P-first", "a bucket").await?;
    line.plant(&Trouble::Unauthorized(401))?;
    line.asks().await?;
    line.stage.until_state(&["parked"]).await?;
    let shown = search::shown(&line.stage, &mut tail).await?;
    search::for_secrets(&line.stage, &shown)
}

/// How long the vendor asks to wait.
const WAIT: Duration = Duration::from_secs(45);

/// The last part of that wait; more than the clock goes on by itself while a case looks.
const SLACK: Duration = Duration::from_secs(15);

/// Long enough for a call that begins at once.
const MOMENT: Duration = Duration::from_millis(100);

/// Longer than the waits between attempts of the preset `fast`.
const RETRY: Duration = Duration::from_secs(5);

/// Attempts until an outage is known for one, and some.
const OUTAGE_STEPS: usize = 20;

/// Longer than a call may take in any configuration.
const SLOW: Duration = Duration::from_secs(3);
