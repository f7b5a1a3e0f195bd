//! The hub's listeners: its own, and those of integrations that have one. A reload keeps what stays,
//! binds what is new before anything else changes, and closes what is gone.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use parking_lot::Mutex;
use signalbox_api::{Certificate, Faces, ListenError, Listener, WebhookTable, Webhooks};
use signalbox_model::Clock;
use signalbox_pipeline::ingest::WebhookIngest;
use signalbox_sdk::role::Listen;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::compile::Compiled;

/// Every listener of a hub.
#[derive(Default)]
pub(super) struct Listeners {
    /// The webhooks on the hub's own listener.
    shared: WebhookTable,
    own: Mutex<Option<SocketAddr>>,
    own_certificate: Mutex<Option<Certificate>>,
    /// By configured address.
    of_integrations: Mutex<BTreeMap<SocketAddr, Running>>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

struct Running {
    listen: Listen,
    bound: SocketAddr,
    certificate: Option<Certificate>,
    table: WebhookTable,
    stop: CancellationToken,
}

/// How often, and how far apart, the address of a listener that was just closed is tried.
const REBIND: (u32, Duration) = (20, Duration::from_millis(100));

impl Listeners {
    /// Puts the webhooks of a configuration in place.
    pub(super) async fn apply(
        &self,
        compiled: &Compiled,
        sources: &[WebhookIngest],
        clock: &Arc<dyn Clock>,
    ) -> Result<(), ListenError> {
        let mut wanted: BTreeMap<SocketAddr, (Listen, Vec<WebhookIngest>)> = BTreeMap::new();
        let mut shared = Vec::new();
        for source in sources {
            match source.endpoint().listen {
                None => shared.push(source.clone()),
                Some(listen) => {
                    let entry = wanted.entry(listen.address).or_insert((listen, Vec::new()));
                    entry.1.push(source.clone());
                }
            }
        }
        self.renew_certificates()?;
        let fresh = self.bind_new(&wanted).await?;
        tracing::debug!(
            webhooks = sources.len(),
            integrations = compiled.integrations.len(),
            "Sources in place"
        );
        self.shared.set(shared);
        self.replace(wanted, fresh, clock);
        Ok(())
    }

    /// Reads the certificates of running listeners again.
    fn renew_certificates(&self) -> Result<(), ListenError> {
        self.own_certificate.lock().as_ref().map(Certificate::renew).transpose()?;
        for running in self.of_integrations.lock().values() {
            running.certificate.as_ref().map(Certificate::renew).transpose()?;
        }
        Ok(())
    }

    /// Binds every listener that does not run yet; nothing has changed if one fails.
    async fn bind_new(
        &self,
        wanted: &BTreeMap<SocketAddr, (Listen, Vec<WebhookIngest>)>,
    ) -> Result<BTreeMap<SocketAddr, Listener>, ListenError> {
        let mut fresh = BTreeMap::new();
        for (address, (listen, _)) in wanted {
            let runs =
                self.of_integrations.lock().get(address).is_some_and(|r| r.listen == *listen);
            if !runs {
                fresh.insert(*address, self.rebind(*address, listen).await?);
            }
        }
        Ok(fresh)
    }

    /// Binds a listener; one that is changed frees its address first, once its certificate is known to
    /// be good.
    async fn rebind(&self, address: SocketAddr, listen: &Listen) -> Result<Listener, ListenError> {
        listen.tls.as_ref().map(Certificate::read).transpose()?;
        if let Some(changed) = self.of_integrations.lock().remove(&address) {
            changed.stop.cancel();
        }
        let (tries, pause) = REBIND;
        for _ in 1..tries {
            match Listener::bind(listen).await {
                Err(error) if error.is_in_use() => tokio::time::sleep(pause).await,
                bound => return bound,
            }
        }
        Listener::bind(listen).await
    }

    fn replace(
        &self,
        wanted: BTreeMap<SocketAddr, (Listen, Vec<WebhookIngest>)>,
        mut fresh: BTreeMap<SocketAddr, Listener>,
        clock: &Arc<dyn Clock>,
    ) {
        let mut running = self.of_integrations.lock();
        running.retain(|address, gone| {
            let stays = wanted.contains_key(address);
            if !stays {
                gone.stop.cancel();
            }
            stays
        });
        for (address, (listen, sources)) in wanted {
            if let Some(listener) = fresh.remove(&address) {
                let (table, stop) = (WebhookTable::default(), self.stop.child_token());
                let proxies = listen.behind_proxy.clone().unwrap_or_default();
                let webhooks = Webhooks::new(table.clone(), proxies, Arc::clone(clock));
                let (bound, certificate) = (listener.address(), listener.certificate());
                tracing::info!(address = %bound, "Listening for a source");
                self.tasks.spawn(listener.serve(Faces::of_webhooks(webhooks), stop.clone()));
                running.insert(address, Running { listen, bound, certificate, table, stop });
            }
            if let Some(running) = running.get(&address) {
                running.table.set_own(sources);
            }
        }
    }

    /// Starts the hub's own listener.
    pub(super) async fn start_hub(
        &self,
        listen: Listen,
        hub: Router,
        clock: &Arc<dyn Clock>,
    ) -> Result<(), ListenError> {
        let listener = Listener::bind(&listen).await?;
        let address = listener.address();
        let proxies = listen.behind_proxy.unwrap_or_default();
        let webhooks = Webhooks::new(self.shared.clone(), proxies, Arc::clone(clock));
        *self.own.lock() = Some(address);
        *self.own_certificate.lock() = listener.certificate();
        tracing::info!(address = %address, "Listening");
        self.tasks.spawn(listener.serve(Faces::of_hub(hub, webhooks), self.stop.clone()));
        Ok(())
    }

    pub(super) fn address(&self) -> Option<SocketAddr> {
        *self.own.lock()
    }

    pub(super) fn address_of(&self, configured: SocketAddr) -> Option<SocketAddr> {
        self.of_integrations.lock().get(&configured).map(|running| running.bound)
    }

    pub(super) fn stop(&self) {
        self.stop.cancel();
        self.tasks.close();
    }

    /// Waits until every request on its way is answered.
    pub(super) async fn wait(&self) {
        self.tasks.wait().await;
    }
}
