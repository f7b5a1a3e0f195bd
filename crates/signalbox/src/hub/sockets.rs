//! The sockets of listening sources. A reload keeps those whose address stays, binds what is new before
//! anything else changes, and closes what is gone.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;
use parking_lot::Mutex;
use signalbox_model::IntegrationName;
use signalbox_pipeline::ingest::{
    BoundSocket, CurrentHandler, ListenerIngest, SocketCounts, SocketHandler, SocketKind,
};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::stand_back;

/// Every socket of the listening sources.
#[derive(Default)]
pub(super) struct Sockets {
    running: Mutex<BTreeMap<Key, Running>>,
    counts: Mutex<BTreeMap<IntegrationName, Arc<SocketCounts>>>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

/// A socket by its configured address.
type Key = (SocketAddr, SocketKind);

struct Running {
    bound: SocketAddr,
    current: CurrentHandler,
}

/// The sockets of a configuration: certificates read, new ones bound, nothing changed yet.
pub(super) struct ReadySockets(BTreeMap<Key, (SocketHandler, Option<BoundSocket>)>);

impl Sockets {
    /// Returns the counters of an integration's sockets, which no reload resets.
    pub(super) fn counts_of(&self, integration: &IntegrationName) -> Arc<SocketCounts> {
        Arc::clone(self.counts.lock().entry(integration.clone()).or_default())
    }

    /// Does everything that can fail. What is not put in place closes again.
    pub(super) fn prepare<'a>(
        &self,
        sources: impl Iterator<Item = &'a ListenerIngest>,
    ) -> anyhow::Result<ReadySockets> {
        let mut ready = BTreeMap::new();
        for ingest in sources {
            let context = || format!("open the sockets of integration `{}`", ingest.name());
            for handler in SocketHandler::all_of(ingest).with_context(context)? {
                let key = (handler.bind().address, handler.kind());
                let is_running = self.running.lock().contains_key(&key);
                let fresh = (!is_running).then(|| BoundSocket::bind(handler.bind()));
                ready.insert(key, (handler, fresh.transpose().with_context(context)?));
            }
        }
        Ok(ReadySockets(ready))
    }

    /// Puts the sockets of a configuration in place, and closes all others.
    pub(super) fn put_in_place(&self, ready: ReadySockets) {
        let mut running = self.running.lock();
        running.retain(|key, gone| {
            let stays = ready.0.contains_key(key);
            if !stays {
                gone.current.close();
            }
            stays
        });
        for (key, (handler, fresh)) in ready.0 {
            match (fresh, running.get(&key)) {
                (Some(socket), _) => drop(running.insert(key, self.start(socket, handler))),
                (None, Some(kept)) => kept.current.replace(handler),
                (None, None) => {}
            }
        }
    }

    fn start(&self, socket: BoundSocket, handler: SocketHandler) -> Running {
        let bound = socket.address();
        tracing::info!(integration = handler.integration(), address = %bound,
            "Listening for `{}` over {}", handler.integration(), handler.bind().speech());
        let kind = handler.kind();
        let current = CurrentHandler::new(handler);
        let serving = self.tasks.track_future(socket.serve(current.clone(), self.stop.clone()));
        match kind {
            SocketKind::Tcp => drop(tokio::spawn(serving)),
            SocketKind::Udp => stand_back::spawn(serving),
        }
        Running { bound, current }
    }

    /// Returns where a configured address is bound.
    pub(super) fn address_of(&self, configured: SocketAddr) -> Option<SocketAddr> {
        let running = self.running.lock();
        let found = running.iter().find(|((address, _), _)| *address == configured);
        found.map(|(_, running)| running.bound)
    }

    pub(super) fn stop(&self) {
        self.stop.cancel();
        self.tasks.close();
    }

    /// Waits until what has arrived is committed and acknowledged.
    pub(super) async fn wait(&self) {
        self.tasks.wait().await;
    }
}
