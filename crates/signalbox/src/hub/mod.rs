//! A running hub: stores opened, line wired, workers started, faces served.
//!
//! The hub starts, is ready and accepts whatever the state of the vendors, name servers and vaults.

mod alerts;
mod backup;
mod canary;
mod credentials;
mod data;
mod dead_letters;
mod explain;
mod health;
mod holding;
mod housekeeping;
mod ledger;
mod listeners;
mod metrics;
mod operations;
mod reevaluating;
mod replaying;
mod sockets;
mod stand_back;
mod standing;
mod start_only;
mod stores;
mod tail;
mod workers;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use parking_lot::Mutex;
use signalbox_api::{Access, Scope, hub_router, serve_control};
use signalbox_model::IntegrationName;
use signalbox_model::time::Timestamp;
use signalbox_pipeline::canary::{CanaryFindings, CanarySettings, CanaryWatch};
use signalbox_pipeline::commit::Committer;
use signalbox_pipeline::deliver::template::Renderer;
use signalbox_pipeline::deliver::{Gate, GateView};
use signalbox_pipeline::follow::Follower;
use signalbox_pipeline::health::{HealthSettings, HealthWatch, HubFindings};
use signalbox_pipeline::hold::{HoldWatch, Holder};
use signalbox_pipeline::ingest::{
    CurrentRules, EventIdWindow, ListenerIngest, Pace, Parsing, SourceLine, SourceParts,
    WebhookIngest,
};
use signalbox_pipeline::normalize::EventUids;
use signalbox_pipeline::{STOP_GRACE, Wakes};
use signalbox_store::journal::JournalOptions;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::compile::{self, Built, Compiled, World};
use crate::config::{Diagnostics, Reader};
use listeners::Listeners;
use reevaluating::Kept;
use sockets::Sockets;
use workers::Workers;

pub use backup::{Manifest, back_up, restore};
pub use data::{CONTROL_SOCKET, DataFolder};
pub use ledger::read_ledger;
pub use start_only::{StartOnly, Waiting};
pub use stores::Stores;

/// A running hub.
pub struct Hub {
    config_path: PathBuf,
    world: World,
    stores: Stores,
    rules: CurrentRules,
    window: Arc<EventIdWindow>,
    uids: Arc<EventUids>,
    committer: Committer,
    wakes: Wakes,
    holds: HoldWatch,
    health: HealthWatch,
    canary: CanaryWatch,
    active: Mutex<Active>,
    /// What is wrong with the desk's file, where something was found.
    desk_damage: Mutex<Vec<String>>,
    /// Since when each credential is as it is, by reference.
    credentials: Mutex<BTreeMap<String, Timestamp>>,
    listeners: Listeners,
    sockets: Sockets,
    workers: tokio::sync::Mutex<Workers>,
    start_only: StartOnly,
    /// One reload at a time.
    reloading: tokio::sync::Mutex<()>,
    /// One re-evaluation at a time, and what it keeps of the journal.
    reevaluating: Arc<tokio::sync::Mutex<()>>,
    kept: Kept,
    stop: CancellationToken,
    tasks: TaskTracker,
    /// Held for its lock.
    folder: DataFolder,
}

/// What a reload replaces.
#[derive(Default)]
struct Active {
    integrations: Vec<ActiveIntegration>,
    /// Who hears of the health of integrations, and when.
    health: HealthSettings,
    /// Which rules have a canary, and how often.
    canary: Option<CanarySettings>,
    gates: Gates,
    sources: Sources,
}

/// The sources by integration.
type Sources = BTreeMap<IntegrationName, ActiveSource>;

/// A configured source while it runs.
#[derive(Clone)]
struct ActiveSource {
    /// What it was built from.
    written: serde_json::Value,
    line: Arc<SourceLine>,
    webhook: Option<WebhookIngest>,
    listener: Option<ListenerIngest>,
    /// A gate for each thing that is polled.
    polls: Vec<Arc<Gate>>,
    parsing: Arc<Parsing>,
}

/// The gates by integration.
type Gates = BTreeMap<IntegrationName, Arc<Gate>>;

/// A configured integration while it runs.
#[derive(Clone)]
struct ActiveIntegration {
    name: IntegrationName,
    connector: &'static str,
    roles: signalbox_sdk::Roles,
    is_stream: bool,
    /// The templates of what is sent to it.
    renderer: Option<Arc<Renderer>>,
    /// What may wait for it, where it is a destination.
    holder: Option<Holder>,
    /// How long it may be silent, where it is a source.
    quiet_after: Option<Duration>,
    /// Whether the configuration lets it work.
    is_configured_to_work: bool,
}

/// A configuration that was refused, with everything that is wrong with it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct InvalidConfiguration(pub Diagnostics);

/// How long what is on its way may take after the hub was told to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// What became of a call that was broken off is written down before that.
const _: () = assert!(STOP_GRACE.as_secs() < DRAIN.as_secs());

impl Hub {
    /// Starts a hub on a configuration and a data folder.
    ///
    /// # Errors
    /// In words for the operator: a mistaken configuration ([`InvalidConfiguration`]), a folder in use,
    /// a damaged store, an address that is taken.
    pub async fn start(config_path: &Path, data: &Path, world: World) -> anyhow::Result<Arc<Self>> {
        let compiled = load(config_path, &world)?;
        let journal = compiled.journal.options();
        Self::start_compiled(config_path, data, (compiled, journal), world).await
    }

    /// Starts a hub on a configuration that was compiled before, with these options of the journal.
    ///
    /// # Errors
    /// In words for the operator: a folder in use, a damaged store, an address that is taken.
    pub async fn start_compiled(
        config_path: &Path,
        data: &Path,
        (compiled, journal): (Compiled, JournalOptions),
        world: World,
    ) -> anyhow::Result<Arc<Self>> {
        let folder = DataFolder::lock(data)?;
        let stores = Stores::open(folder.path(), journal)?;
        stores.adopt(&compiled, world.clock.now()).await?;
        let committer = Committer::new(Arc::clone(&stores.journal));
        let holds = HoldWatch::new(
            stores.desk.clone(),
            Arc::clone(&stores.journal),
            committer.clone(),
            Arc::clone(&world.clock),
        );
        let rules = CurrentRules::new(Arc::clone(&compiled.rules));
        let window = Arc::default();
        let uids = Arc::new(EventUids::new(world.random.next()));
        let own_line =
            |own| health::own_line(own, &committer, &rules, &window, &uids, &world.clock);
        let line = own_line((IntegrationName::HUB, Arc::new(HubFindings)));
        let canary_line = own_line((IntegrationName::CANARY, Arc::new(CanaryFindings)));
        let wakes = Wakes::default();
        let clock = Arc::clone(&world.clock);
        let canary = CanaryWatch::new(canary_line, stores.desk.clone(), wakes.clone(), clock)?;
        let hub = Arc::new(Self {
            config_path: config_path.to_owned(),
            committer,
            holds,
            health: HealthWatch::new(line, Arc::clone(&world.clock)),
            canary,
            stores,
            rules,
            window,
            uids,
            wakes,
            active: Mutex::default(),
            desk_damage: Mutex::default(),
            credentials: Mutex::default(),
            listeners: Listeners::default(),
            sockets: Sockets::default(),
            workers: tokio::sync::Mutex::default(),
            start_only: StartOnly::of(&compiled),
            reloading: tokio::sync::Mutex::default(),
            reevaluating: Arc::default(),
            kept: Kept::default(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            folder,
            world,
        });
        hub.recover(&compiled).await?;
        hub.remember_credentials(&compiled).await?;
        hub.activate(&compiled).await?;
        hub.start_follower();
        hub.start_housekeeping();
        hub.start_inspection();
        hub.start_hold_watch();
        hub.start_health_watch();
        hub.start_canary_watch();
        hub.start_faces(&compiled).await?;
        Ok(hub)
    }

    /// Returns where the hub's own listener is bound.
    pub fn address(&self) -> Option<SocketAddr> {
        self.listeners.address()
    }

    /// Returns where the listener of an integration is bound, for those that have one of their own.
    pub fn address_of(&self, configured: SocketAddr) -> Option<SocketAddr> {
        let socket = || self.sockets.address_of(configured);
        self.listeners.address_of(configured).or_else(socket)
    }

    /// Returns what may be asked of it.
    pub fn operations(self: &Arc<Self>) -> Arc<dyn signalbox_api::Operations> {
        Arc::new(operations::Handle(Arc::clone(self)))
    }

    /// Has every integration look at once whether something is due: after the clock was moved.
    pub fn wake_all(&self) {
        let names: Vec<_> = self.active.lock().gates.keys().cloned().collect();
        names.iter().for_each(|name| self.wakes.wake(name));
    }

    /// Returns the ledger, counted anew.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn recount(&self) -> anyhow::Result<signalbox_api::LedgerView> {
        read_ledger(&self.stores, true).await
    }

    /// Reads the configuration again. What is mistaken changes nothing.
    ///
    /// # Errors
    /// [`InvalidConfiguration`], or what kept the new one from taking effect.
    pub async fn reload(self: &Arc<Self>) -> anyhow::Result<String> {
        // A task of its own: whoever asked for it may go away, and half a reload must not remain.
        let hub = Arc::clone(self);
        let task = self.tasks.spawn(async move {
            let _turn = hub.reloading.lock().await;
            let compiled = load(&hub.config_path, &hub.world)?;
            hub.stores.adopt(&compiled, hub.world.clock.now()).await?;
            hub.activate(&compiled).await?;
            hub.remember_credentials(&compiled).await?;
            let waiting = hub.start_only.changed_in(&StartOnly::of(&compiled));
            let told = start_only::told(&waiting);
            tracing::info!("Configuration reloaded: {told}");
            Ok(told)
        });
        task.await?
    }

    /// Stops: nothing new is taken, what is on its way is finished within 10 s, checkpoints are written.
    pub async fn shut_down(&self) {
        self.listeners.stop();
        self.sockets.stop();
        self.tasks.close();
        let drain = async {
            // Requests on their way are still committed and answered.
            self.listeners.wait().await;
            self.sockets.wait().await;
            self.committer.stop();
            self.stop.cancel();
            self.workers.lock().await.stop().await;
            self.tasks.wait().await;
        };
        if tokio::time::timeout(DRAIN, drain).await.is_err() {
            self.stop.cancel();
            tracing::warn!(
                "Not everything on its way ended within {DRAIN:?}; it is looked up at the next start"
            );
        }
    }

    /// Puts attempts that an earlier run left back into their lines.
    async fn recover(&self, compiled: &Compiled) -> anyhow::Result<()> {
        for built in &compiled.integrations {
            let settle = workers::settle(built);
            let settle_ms = i64::try_from(settle.as_millis()).unwrap_or(i64::MAX);
            let (name, now) = (built.name.clone(), self.world.clock.now());
            let recover = move |w: &signalbox_store::desk::Writer<'_>| {
                w.recover_attempts(&name, settle_ms, now)
            };
            let recovered = self.stores.desk.write("recover attempts", recover).await?;
            if recovered > 0 {
                tracing::info!(integration = %built.name, deliveries = recovered,
                    "Deliveries were on their way when the hub stopped; they are looked up in {settle:?}");
            }
        }
        Ok(())
    }

    /// Puts a configuration into effect: first the listeners, which can fail, then everything else.
    async fn activate(self: &Arc<Self>, compiled: &Compiled) -> anyhow::Result<()> {
        let gates = self.gates(compiled)?;
        let sources = self.sources(compiled, &gates);
        let webhooks: Vec<_> = sources.values().filter_map(|s| s.webhook.clone()).collect();
        let sockets = self.sockets.prepare(sources.values().filter_map(|s| s.listener.as_ref()))?;
        self.listeners.apply(compiled, &webhooks, &self.world.clock).await?;
        self.rules.set(Arc::clone(&compiled.rules));
        self.sockets.put_in_place(sockets);
        let mut workers = self.workers.lock().await;
        workers.stop().await;
        *self.active.lock() = Active {
            integrations: ActiveIntegration::all_of(compiled),
            health: compiled.health.clone(),
            canary: compiled.canary.clone(),
            gates: gates.clone(),
            sources: sources.clone(),
        };
        *workers = self.start_workers(compiled, &gates, &sources);
        Ok(())
    }

    /// Returns the sources of a configuration. One that is written as before goes on with what it
    /// remembers, such as the acknowledgements it still owes.
    fn sources(&self, compiled: &Compiled, gates: &Gates) -> Sources {
        let known = &self.active.lock().sources;
        let sources = compiled.integrations.iter().filter_map(|built| {
            let unchanged = known.get(&built.name).filter(|source| source.written == built.written);
            let source = match unchanged {
                Some(source) => source.clone(),
                None => {
                    let before = known.get(&built.name).map(|source| source.line.pace());
                    let pace = before.map_or_else(|| self.stored_pace(&built.name), Arc::clone);
                    self.source(built, gates.get(&built.name)?, pace)?
                }
            };
            Some((built.name.clone(), source))
        });
        sources.collect()
    }

    fn source(&self, built: &Built, gate: &Arc<Gate>, pace: Arc<Pace>) -> Option<ActiveSource> {
        let alarm_percent = built.settings.parse_error_alarm_percent;
        let parsing = Arc::new(Parsing::new(built.name.clone(), alarm_percent));
        let line = Arc::new(SourceLine::new(SourceParts {
            integration: built.name.clone(),
            connector: built.connector.name,
            normalize: built.roles.normalize.clone()?,
            keep_original: built.settings.keep_original,
            rules: self.rules.clone(),
            window: Arc::clone(&self.window),
            uids: Arc::clone(&self.uids),
            intake: self.committer.intake(&built.name),
            gate: Arc::clone(gate),
            parsing: Arc::clone(&parsing),
            pace,
            clock: Arc::clone(&self.world.clock),
        }));
        let webhook = built.roles.webhook.clone();
        let webhook = webhook.map(|webhook| WebhookIngest::new(webhook, Arc::clone(&line)));
        let listener = built.roles.listener.clone().map(|listener| {
            let counts = self.sockets.counts_of(&built.name);
            ListenerIngest::new(listener, Arc::clone(&line), counts)
        });
        let own = |_| Arc::new(Gate::new(built.name.clone(), true, None));
        let polls = built.roles.sources.iter().map(own).collect();
        let written = built.written.clone();
        Some(ActiveSource { written, line, webhook, listener, polls, parsing })
    }

    /// Returns the gates: those that exist keep their state over a reload.
    fn gates(&self, compiled: &Compiled) -> anyhow::Result<Gates> {
        let stored = self.stores.desk.read_now(|reader| reader.integrations())?;
        let is_held = self.held_since()?.is_some();
        let known = &self.active.lock().gates;
        let gates = compiled.integrations.iter().map(|built| {
            let row = stored.iter().find(|row| row.name == built.name.as_str());
            let is_enabled = built.settings.enabled && row.is_none_or(|row| row.is_enabled);
            let gate = known.get(&built.name).cloned().unwrap_or_else(|| {
                let parked = row.and_then(|row| row.parked.clone());
                Arc::new(Gate::new(built.name.clone(), is_enabled, parked))
            });
            gate.set_enabled(is_enabled);
            gate.set_held(is_held && standing::can_be_held(&built.roles));
            (built.name.clone(), gate)
        });
        Ok(gates.collect())
    }

    /// Returns since when deliveries are held after a restore, if they are.
    fn held_since(&self) -> anyhow::Result<Option<String>> {
        Ok(self.stores.desk.read_now(|reader| reader.meta(stores::HELD))?)
    }

    fn start_follower(&self) {
        let follower = Follower {
            journal: Arc::clone(&self.stores.journal),
            desk: self.stores.desk.clone(),
            wakes: self.wakes.clone(),
            clock: Arc::clone(&self.world.clock),
        };
        self.tasks.spawn(follower.run(self.stop.clone()));
    }

    /// Serves the hub's own listener and the control socket.
    async fn start_faces(self: &Arc<Self>, compiled: &Compiled) -> anyhow::Result<()> {
        let listen = compiled.http.listen();
        let is_private = listen.address.ip().is_loopback() && listen.behind_proxy.is_none();
        let access = match &compiled.http.api_token {
            Some(reference) => Access::Token {
                reference: reference.clone(),
                secrets: compiled.secrets.for_reader(Reader::Hub),
            },
            None if is_private => Access::Open,
            None => Access::Hidden,
        };
        let hub = self.operations();
        self.listeners
            .start_hub(listen, hub_router(Arc::clone(&hub), access, Scope::Read), &self.world.clock)
            .await?;
        let path = self.folder.path().join(CONTROL_SOCKET);
        let router = hub_router(hub, Access::Open, Scope::Operate);
        let stop = self.stop.clone();
        let control = serve_control(&path, router)
            .with_context(|| format!("make the control socket `{}`", path.display()))?;
        self.tasks.spawn(control.run(stop));
        Ok(())
    }
}

impl Active {
    /// Returns an integration's gate as shown: its own, or that of what it polls where that is worse.
    fn gate_view(&self, name: &IntegrationName, now: Timestamp) -> Option<GateView> {
        let own = self.gates.get(name)?.view(now);
        let polls = self.sources.get(name).into_iter().flat_map(|source| &source.polls);
        // All that is polled counts its calls together.
        let calls = own.calls;
        let views = polls.map(|gate| gate.view(now)).chain([own]);
        let worst = views.max_by_key(|view| (view.severity(), view.last_success_at))?;
        Some(GateView { calls, ..worst })
    }
}

impl ActiveIntegration {
    fn all_of(compiled: &Compiled) -> Vec<Self> {
        let of = |built: &Built| Self {
            name: built.name.clone(),
            connector: built.connector.name,
            roles: built.roles.clone(),
            is_stream: built.is_stream,
            renderer: compile::renderer(&compiled.templates, built).map(Arc::new),
            holder: holding::holder(built),
            quiet_after: built.settings.quiet_after.map(|after| after.as_duration()),
            is_configured_to_work: built.settings.enabled,
        };
        compiled.integrations.iter().map(of).collect()
    }
}

/// Reads a configuration; its warnings go to the log.
fn load(path: &Path, world: &World) -> anyhow::Result<Compiled> {
    let (compiled, diagnostics) = compile::load(path, world);
    let Some(compiled) = compiled else { bail!(InvalidConfiguration(diagnostics)) };
    for warning in &diagnostics {
        tracing::warn!(file = %warning.file, line = warning.line, "{}", warning.message);
    }
    Ok(compiled)
}
