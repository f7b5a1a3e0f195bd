//! TCP and TLS: written is not arrived.
//!
//! Before each batch it is looked at whether the receiver has left, and after it once more. What left
//! over a connection that is found lost is sent again over the next one, before anything new. A batch
//! whose write failed is not among that: its outcome is unknown, and the pipeline sends it again.

use std::sync::Arc;

use bytes::BytesMut;
use signalbox_model::{Clock, IntegrationName};
use signalbox_sdk::net::{Connection, Dialer, Lost};
use signalbox_sdk::role::{Batch, Outcome};
use signalbox_sdk::{Context, Error};
use tokio::sync::Mutex;

use super::replay::Window;
use super::{SEND, unanswered, unsent};

/// A client that is answered nothing.
pub(super) struct StreamClient {
    dialer: Dialer,
    integration: IntegrationName,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

/// The connection is taken out while it is used: a call that is dropped in the middle of a message
/// takes it along, and the next one finds it lost.
struct State {
    connection: Option<Connection>,
    window: Window,
}

impl StreamClient {
    pub(super) fn new(dialer: Dialer, replay_bytes_max: usize, context: &Context) -> Self {
        let state = State { connection: None, window: Window::new(replay_bytes_max) };
        Self {
            dialer,
            integration: context.integration.clone(),
            clock: context.clock.clone(),
            state: Mutex::new(state),
        }
    }

    pub(super) async fn deliver(&self, batch: &Batch) -> Vec<Outcome> {
        let mut state = self.state.lock().await;
        let mut connection = match self.connected(&mut state).await {
            Ok(connection) => connection,
            Err(error) => return vec![Outcome::Failed(error); batch.len()],
        };
        if let Err(unwritten) = connection.write(&batch.body).await {
            return unfinished(batch, unwritten.written, &unwritten.why);
        }
        if let Err(lost) = look(&mut connection).await {
            return unfinished(batch, batch.body.len(), &lost);
        }
        state.connection = Some(connection);
        let now = self.clock.now();
        batch.items().for_each(|message| state.window.keep(now, message));
        vec![Outcome::Done(None); batch.len()]
    }

    /// Returns the connection that is kept if the receiver is still there, or else a new one over which
    /// everything owed has left.
    async fn connected(&self, state: &mut State) -> Result<Connection, Error> {
        if let Some(mut connection) = state.connection.take()
            && look(&mut connection).await.is_ok()
        {
            return Ok(connection);
        }
        state.window.lose(self.clock.now());
        let mut connection = self.dialer.dial().await.map_err(|error| error.into_error(SEND))?;
        look(&mut connection).await.map_err(|lost| unsent(&lost))?;
        let (owed, count) = state.window.owed();
        if count > 0 {
            connection.write(&owed).await.map_err(|unwritten| unsent(&unwritten.why))?;
            look(&mut connection).await.map_err(|lost| unsent(&lost))?;
            state.window.paid();
            let (integration, to) = (&self.integration, self.dialer.to());
            tracing::warn!(integration = %integration, messages = count,
                "The connection to `{to}` was lost; the latest messages were sent again");
        }
        Ok(connection)
    }
}

/// Notices a receiver that has left. What it says is passed over: syslog has no answers.
async fn look(connection: &mut Connection) -> Result<(), Lost> {
    connection.read_waiting(&mut BytesMut::new()).await
}

/// Of a batch that was written up to a byte, what was not begun is unavailable, and of the rest nobody
/// knows.
fn unfinished(batch: &Batch, written: usize, lost: &Lost) -> Vec<Outcome> {
    let starts = std::iter::once(0).chain(batch.ends.iter().copied());
    let judge = |start| if start < written { unanswered(lost) } else { unsent(lost) };
    starts.take(batch.len()).map(|start| Outcome::Failed(judge(start))).collect()
}
