//! A stream is sent once more, from a time on.

use signalbox_api::OperationError;
use signalbox_model::IntegrationName;
use signalbox_model::time::Timestamp;
use signalbox_pipeline::deliver::{Replayed, StreamOrder};
use signalbox_store::desk::Writer;
use tokio::sync::oneshot;

use super::operations::{OPERATOR, Outcome};
use super::{ActiveIntegration, Hub};
use crate::words::counted;

impl Hub {
    /// Has a stream go back. Its courier does so between two batches, so it may have to end one first.
    pub(super) async fn replay_stream(
        &self,
        active: &ActiveIntegration,
        since: Timestamp,
    ) -> Outcome<String> {
        let (name, now) = (active.name.clone(), self.world.clock.now());
        if !active.is_stream {
            return Err(OperationError::Invalid(format!(
                "`{name}` takes no stream: there is nothing to go back to; `signalbox dlq replay` sends \
                 dead letters again, `--reevaluate` opens the alerts that are missing by the rules of today"
            )));
        }
        if since > now {
            return Err(yet_to_come(since));
        }
        let audited = format!("{name} since {since}");
        let note =
            move |writer: &Writer<'_>| writer.audit(now, OPERATOR, "replay a stream", &audited);
        self.stores.desk.write("replay a stream", note).await?;
        let (answer, done) = oneshot::channel();
        if let Some(gate) = self.active.lock().gates.get(&name) {
            gate.order(StreamOrder::Replay(since, answer));
        }
        self.wakes.wake(&name);
        match done.await {
            Ok(Ok(Replayed { from: None, .. })) => Ok(format!(
                "nothing was sent to `{name}` since {since}, so nothing is sent once more"
            )),
            Ok(Ok(replayed)) => Ok(said(name.as_str(), &replayed) + self.wait_of(&name, now)),
            Ok(Err(error)) => Err(OperationError::Failed(error)),
            Err(_) => Err(OperationError::Failed(format!(
                "`{name}` was stopped before it went back; nothing is sent again"
            ))),
        }
    }
}

impl Hub {
    /// Returns what is to be said where nothing is sent at present.
    fn wait_of(&self, name: &IntegrationName, now: Timestamp) -> &'static str {
        let gate = self.active.lock().gates.get(name).map(|gate| gate.view(now).state);
        match gate {
            Some("held") => "; it is held and waits for `signalbox resume`",
            Some("disabled") => "; it is disabled, so that they wait until it is enabled",
            Some("down" | "parked") => "; it takes nothing at present, so that they wait",
            _ => "",
        }
    }
}

/// Refuses a time that nothing was committed since.
pub(super) fn yet_to_come(since: Timestamp) -> OperationError {
    OperationError::Invalid(format!(
        "{since} is yet to come; name a time that is over, or an age such as `2h`"
    ))
}

fn said(name: &str, replayed: &Replayed) -> String {
    let events = counted(replayed.pairs, "event");
    let from = replayed.from.map(|from| format!(", the oldest committed at {from}"));
    let cut = match replayed.is_cut {
        true => "; what was committed before that is no longer kept",
        false => "",
    };
    format!("{events} will be sent to `{name}` once more{}{cut}", from.unwrap_or_default())
}
