//! What waits for destinations: watched all the time, and a person's word about it when one is enabled.

use std::sync::Arc;
use std::time::Duration;

use signalbox_api::{OperationError, Waiting};
use signalbox_model::time::Timestamp;
use signalbox_pipeline::deliver::StreamOrder;
use signalbox_pipeline::hold::{HoldLimits, Holder, WhenFull};
use signalbox_store::desk::Writer;
use tokio::sync::oneshot;

use super::operations::{OPERATOR, Outcome};
use super::{ActiveIntegration, Hub};
use crate::config::compile::Built;
use crate::config::model::WhenFull as Written;

/// How often it is looked what destinations hold: intake goes on this long after one has drained.
const EVERY: Duration = Duration::from_secs(5);

/// Returns what may wait for an integration; `None` for one that is no destination.
pub(super) fn holder(built: &Built) -> Option<Holder> {
    super::workers::target(&built.roles)?;
    let hold = &built.settings.hold;
    let default = if built.is_stream { Written::DeadLetter } else { Written::StopIntake };
    let when_full = match hold.when_full.unwrap_or(default) {
        // Steps of alerts are not given up together: each is somebody's ticket.
        Written::DeadLetter if !built.is_stream => WhenFull::StopIntake,
        Written::DeadLetter => WhenFull::DeadLetter,
        Written::StopIntake => WhenFull::StopIntake,
        Written::HoldOn => WhenFull::HoldOn,
    };
    Some(Holder {
        name: built.name.clone(),
        limits: hold.limits(),
        is_stream: built.is_stream,
        when_full,
    })
}

impl Hub {
    pub(super) fn start_hold_watch(self: &Arc<Self>) {
        let hub = Arc::clone(self);
        self.tasks.spawn(async move {
            loop {
                let active = hub.active.lock().integrations.clone();
                let holders: Vec<_> = active.into_iter().filter_map(|a| a.holder).collect();
                match hub.holds.look(&holders).await {
                    Ok(given_up) => given_up.iter().for_each(|holder| hub.give_up(holder)),
                    Err(error) => {
                        tracing::error!(error = %error, "It cannot be seen what destinations hold, trying again in {EVERY:?}");
                    }
                }
                tokio::select! {
                    () = hub.stop.cancelled() => return,
                    () = tokio::time::sleep(EVERY) => {}
                }
            }
        });
    }

    /// Has a stream make one dead letter of what waits for it.
    fn give_up(&self, holder: &Holder) {
        let HoldLimits { age, bytes } = holder.limits;
        if let Some(gate) = self.active.lock().gates.get(&holder.name) {
            gate.order(StreamOrder::Bury { age, bytes });
        }
        self.wakes.wake(&holder.name);
    }

    /// Enables an integration. Where something waits for it, a person says what becomes of that.
    pub(super) async fn enable(
        &self,
        active: &ActiveIntegration,
        pending: u64,
        waiting: Option<Waiting>,
    ) -> Outcome<String> {
        let (name, now) = (active.name.clone(), self.world.clock.now());
        let gate = self.active.lock().gates.get(&active.name).cloned();
        let is_disabled = gate.as_ref().is_some_and(|gate| !gate.is_enabled());
        if is_disabled && pending > 0 && waiting.is_none() {
            return Err(self.ask_what_becomes_of(active, pending));
        }
        let is_skipped = waiting == Some(Waiting::Skip);
        if let Some(gate) = gate.as_ref().filter(|_| is_skipped && active.is_stream) {
            // While it is still disabled: whatever happens, nothing of it is sent.
            let (done, skipped) = oneshot::channel();
            gate.order(StreamOrder::Skip(done));
            self.wakes.wake(&active.name);
            let skipped =
                skipped.await.unwrap_or_else(|_| Err("the stream was stopped".to_owned()));
            skipped.map_err(OperationError::Failed)?;
        }
        let enable = move |writer: &Writer<'_>| enable(writer, name.as_str(), is_skipped, now);
        self.stores.desk.write("enable", enable).await?;
        let is_held = gate.as_ref().is_some_and(|gate| gate.is_held());
        if let Some(gate) = gate {
            gate.set_enabled(true);
        }
        self.wakes.wake(&active.name);
        Ok(enabled(active.name.as_str(), pending, is_skipped, is_held))
    }

    fn ask_what_becomes_of(&self, active: &ActiveIntegration, pending: u64) -> OperationError {
        let name = &active.name;
        let since = self.holds.view(name).oldest_at;
        let since = since.map(|at| format!(", the oldest since {at}")).unwrap_or_default();
        let waiting = if pending == 1 { "1 waits".to_owned() } else { format!("{pending} wait") };
        OperationError::Invalid(format!(
            "{waiting} for `{name}`{since}; say what becomes of them: `--drain` sends them, oldest \
             first, `--skip` counts them as suppressed and sends only what comes from now on"
        ))
    }
}

/// What enabling means.
fn enabled(name: &str, pending: u64, is_skipped: bool, is_held: bool) -> String {
    let what = match (is_skipped, pending) {
        (_, 0) => "nothing waited for it".to_owned(),
        (true, _) => format!("what waited ({pending}) is skipped and counts as suppressed"),
        (false, _) if is_held => format!("what waits ({pending}) goes on waiting"),
        (false, _) => format!("what waited ({pending}) is sent, oldest first"),
    };
    let held = match is_held {
        true => "; it is held since a backup was restored, until `signalbox resume`",
        false => "",
    };
    format!("`{name}` is enabled; {what}{held}")
}

fn enable(
    writer: &Writer<'_>,
    name: &str,
    is_skipped: bool,
    now: Timestamp,
) -> Result<(), signalbox_store::desk::DeskError> {
    writer.set_enabled(name, true, now)?;
    writer.audit(now, OPERATOR, "enable integration", name)?;
    if is_skipped {
        writer.audit(now, OPERATOR, "skip what waits", name)?;
        writer.skip_steps(name, now)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enabling_does_not_promise_what_only_resume_brings() {
        let said =
            [(2, false), (0, true), (2, true)].map(|(n, held)| enabled("snow", n, false, held));

        let held = "it is held since a backup was restored, until `signalbox resume`";
        let expected = [
            "`snow` is enabled; what waited (2) is sent, oldest first".to_owned(),
            format!("`snow` is enabled; nothing waited for it; {held}"),
            format!("`snow` is enabled; what waits (2) goes on waiting; {held}"),
        ];
        assert_eq!(said, expected);
    }
}
