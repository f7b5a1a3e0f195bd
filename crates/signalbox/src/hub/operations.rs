//! What the hub's faces may ask of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use signalbox_api::{
    AlertChange, AlertView, ConfiguredSilence, CredentialView, DeadLetterView, Explanation,
    IntegrationView, LedgerView, OperationError, Operations, Readiness, ReevaluationView,
    TailFilter, Waiting,
};
use signalbox_model::time::Timestamp;
use signalbox_model::{Alert, AlertId, AlertStatus, DeliveryKey};
use signalbox_pipeline::deliver::{Amendment, Preview};
use signalbox_pipeline::follow::{PersonalChange, change_by_person};
use signalbox_pipeline::health::Trouble;
use signalbox_sdk::role::CheckReport;
use signalbox_store::desk::{
    AlertFilter, AttemptRow, DeadFilter, DeadLetter, StepFilter, StepRow, Writer,
};

use super::stores::HELD;
use super::{
    ActiveIntegration, Hub, InvalidConfiguration, back_up, explain, ledger, metrics, tail,
};

/// The hub as its faces hold it.
pub(super) struct Handle(pub(super) Arc<Hub>);

pub(super) type Outcome<T> = Result<T, OperationError>;

#[async_trait]
impl Operations for Handle {
    fn readiness(&self) -> Readiness {
        let hub = &self.0;
        let mut notes = Vec::new();
        let ready = hub.stores.journal.is_writable() && !hub.stop.is_cancelled();
        notes.extend(hub.stores.files.failure().map(|error| error.to_string()));
        notes.extend(hub.stores.desk.trouble().map(|error| error.to_string()));
        if let Some(finding) = hub.desk_damage.lock().first() {
            notes.push(format!(
                "the desk is damaged, put that of a backup in its place: {}",
                finding.replace('\n', " ")
            ));
        }
        for damage in hub.stores.journal.damage() {
            notes.push(format!(
                "the journal is damaged up to {} in `{}`",
                damage.through, damage.file
            ));
        }
        match hub.held_since() {
            Ok(Some(since)) => notes.push(format!(
                "deliveries are held since a backup was restored at {since}; `signalbox resume` lets them go"
            )),
            Ok(None) => {}
            Err(error) => notes.push(format!("the desk cannot be read: {error:#}")),
        }
        let stopped_by = hub.holds.stopped_by();
        for name in &stopped_by {
            notes.push(format!("intake is stopped, for `{name}` holds all that it may"));
        }
        let ready = ready && stopped_by.is_empty();
        let now = hub.world.clock.now();
        let active = hub.active.lock();
        for name in active.gates.keys() {
            let Some(view) = active.gate_view(name, now) else { continue };
            let is_told = hub.troubles(name.as_str()).contains(&Trouble::Down);
            if !is_told && !matches!(view.state, "ok" | "disabled" | "held") {
                let why = view.parked.or(view.last_error).unwrap_or_default();
                notes.push(format!("`{name}` is {}: {why}", view.state));
            }
        }
        notes.extend(hub.health_notes(&active));
        Readiness { ready, notes }
    }

    async fn metrics(&self) -> String {
        let hub = &self.0;
        let damaged = hub.stores.journal.damage().iter().filter_map(|damage| damage.records).sum();
        let ready = self.readiness().ready;
        match (ledger::read_ledger(&hub.stores, false).await, self.integrations().await) {
            (Ok(view), Ok(integrations)) => metrics::render(&view, &integrations, ready, damaged),
            _ => String::new(),
        }
    }

    async fn integrations(&self) -> Outcome<Vec<IntegrationView>> {
        let hub = &self.0;
        let view = ledger::read_ledger(&hub.stores, false).await.map_err(failed)?;
        let now = hub.world.clock.now();
        let active = hub.active.lock();
        let views = active.integrations.iter().filter_map(|integration| {
            let gate = active.gate_view(&integration.name, now)?;
            let name = integration.name.as_str();
            let stream = view.streams.iter().find(|row| row.stream == name).map(|row| row.terms);
            let steps = view.steps.iter().find(|row| row.destination == name).map(|row| row.terms);
            let sum = |term: fn(&signalbox_store::desk::LedgerTerms) -> u64| {
                stream.as_ref().map_or(0, term) + steps.as_ref().map_or(0, term)
            };
            let source = active.sources.get(&integration.name);
            let hold = integration.holder.as_ref().map(|_| hub.holds.view(&integration.name));
            let (why, advice) = integration.standing(&gate);
            Some(IntegrationView {
                name: name.to_owned(),
                connector: integration.connector,
                roles: roles(integration),
                gate,
                why,
                advice,
                lag_seconds: hold.as_ref().map(|hold| {
                    hold.oldest_at.map_or(0, |oldest_at| now.since(oldest_at).as_secs())
                }),
                hold,
                pending: sum(|terms| terms.pending),
                dead: sum(|terms| terms.dead),
                parsing: source.map(|source| source.parsing.view()),
                silence: integration.silence(hub, &active),
                troubles: hub.troubles(name),
                canary: hub.canary.views(&integration.name),
                sockets: source.and_then(|source| Some(source.listener.as_ref()?.totals())),
            })
        });
        Ok(views.collect())
    }

    async fn alerts(&self, filter: AlertFilter) -> Outcome<Vec<AlertView>> {
        self.0.list_alerts(filter).await
    }

    async fn alert(&self, id: AlertId) -> Outcome<AlertView> {
        self.0.show_alert(id).await
    }

    fn silences(&self) -> Vec<ConfiguredSilence> {
        self.0.list_silences()
    }

    async fn deliveries(&self, filter: StepFilter) -> Outcome<Vec<StepRow>> {
        Ok(self.0.stores.desk.read(move |reader| reader.steps(&filter)).await?)
    }

    async fn attempts(&self, key: &str) -> Outcome<Vec<AttemptRow>> {
        let key = DeliveryKey::parse(key)
            .ok_or_else(|| OperationError::Invalid(format!("`{key}` is no delivery's key")))?;
        Ok(self.0.stores.desk.read(move |reader| reader.attempts(key)).await?)
    }

    async fn dead_letters(&self, filter: DeadFilter) -> Outcome<Vec<DeadLetter>> {
        Ok(self.0.stores.desk.read(move |reader| reader.dead_letters(&filter)).await?)
    }

    async fn dead_letter(&self, id: &str) -> Outcome<DeadLetterView> {
        self.0.dead_letter(id).await
    }

    async fn preview(&self, id: &str) -> Outcome<Preview> {
        self.0.preview(id).await
    }

    async fn edit(&self, id: &str, edit: Option<Amendment>) -> Outcome<DeadLetterView> {
        self.0.edit(id, edit).await
    }

    async fn replay(&self, ids: Vec<String>) -> Outcome<usize> {
        self.0.replay(ids).await
    }

    async fn discard(&self, ids: Vec<String>, reason: String) -> Outcome<usize> {
        self.0.discard(ids, reason).await
    }

    async fn ledger(&self, is_recount: bool) -> Outcome<LedgerView> {
        ledger::read_ledger(&self.0.stores, is_recount).await.map_err(failed)
    }

    async fn explain(&self, event: &str) -> Outcome<Explanation> {
        explain::explain(&self.0.stores, event).await
    }

    fn tail(&self, filter: TailFilter) -> Outcome<BoxStream<'static, String>> {
        let known: Vec<_> = self.0.active.lock().sources.keys().cloned().collect();
        tail::check(&filter, known)?;
        Ok(tail::follow(Arc::clone(&self.0.stores.journal), filter))
    }

    async fn check(&self, integration: &str) -> Outcome<CheckReport> {
        let roles = self.active(integration)?.roles;
        Ok(roles.check().await.unwrap_or_else(|| {
            let mut report = CheckReport::default();
            report.passed("listening", "the source is open and waits for its sender");
            report
        }))
    }

    fn credentials(&self) -> Vec<CredentialView> {
        let seen = self.0.credentials.lock();
        let view = |(reference, since): (&String, &Timestamp)| CredentialView {
            reference: reference.clone(),
            since: *since,
        };
        seen.iter().map(view).collect()
    }

    fn started_with(&self) -> BTreeMap<String, String> {
        self.0.start_only.settings().clone()
    }

    async fn change_alert(&self, id: AlertId, change: AlertChange) -> Outcome<Alert> {
        let hub = &self.0;
        let (rules, now) = (hub.rules.get(), hub.world.clock.now());
        let change = match change {
            AlertChange::Acknowledge => PersonalChange::Acknowledge,
            AlertChange::Resolve => PersonalChange::Resolve,
        };
        let is_late = move |alert: &Alert| {
            change == PersonalChange::Acknowledge && alert.status == AlertStatus::Resolved
        };
        let apply = move |writer: &Writer<'_>| {
            if let Some(alert) = writer.alert(id)?.filter(is_late) {
                return Ok(Some((BTreeSet::new(), alert)));
            }
            let wanted = change_by_person(writer, id, change, rules.plan(), now)?;
            let what = if change == PersonalChange::Resolve {
                "resolve alert"
            } else {
                "acknowledge alert"
            };
            writer.audit(now, OPERATOR, what, &id.to_string())?;
            Ok(wanted.zip(writer.alert(id)?))
        };
        let changed = hub.stores.desk.write("change an alert", apply).await?;
        let Some((wanted, alert)) = changed else {
            return Err(OperationError::NotFound(format!("there is no alert `{id}`")));
        };
        if is_late(&alert) {
            return Err(OperationError::Invalid(format!(
                "nothing is acknowledged: alert `{id}` is resolved"
            )));
        }
        wanted.iter().for_each(|destination| hub.wakes.wake(destination));
        Ok(alert)
    }

    async fn enable(&self, integration: &str, waiting: Option<Waiting>) -> Outcome<String> {
        let active = self.active(integration)?;
        let views = self.integrations().await?;
        let view = views.iter().find(|view| view.name == integration);
        self.0.enable(&active, view.map_or(0, |view| view.pending), waiting).await
    }

    async fn disable(&self, integration: &str) -> Outcome<String> {
        let hub = &self.0;
        let active = self.active(integration)?;
        let (name, now) = (active.name.clone(), hub.world.clock.now());
        let change = move |writer: &Writer<'_>| {
            writer.set_enabled(name.as_str(), false, now)?;
            writer.audit(now, OPERATOR, "disable integration", name.as_str())
        };
        hub.stores.desk.write("disable", change).await?;
        if let Some(gate) = hub.active.lock().gates.get(&active.name) {
            gate.set_enabled(false);
        }
        hub.wakes.wake(&active.name);
        let senders = "its senders are told to come back later";
        let queue = "what is for it waits up to its `hold`, nothing is lost";
        let what = if active.roles.is_source() { senders } else { queue };
        Ok(format!("`{integration}` is disabled; {what}"))
    }

    async fn replay_stream(&self, integration: &str, since: Timestamp) -> Outcome<String> {
        self.0.replay_stream(&self.active(integration)?, since).await
    }

    async fn reevaluate(
        &self,
        integration: &str,
        since: Timestamp,
    ) -> Outcome<BoxStream<'static, ReevaluationView>> {
        self.0.reevaluate(&self.active(integration)?, since)
    }

    async fn back_up(&self, folder: &str) -> Outcome<serde_json::Value> {
        let (stores, now) = (self.0.stores.clone(), self.0.world.clock.now());
        let folder = std::path::PathBuf::from(folder);
        if !folder.is_absolute() {
            let message = format!("`{}` is no absolute path", folder.display());
            return Err(OperationError::Invalid(message));
        }
        let made = tokio::task::spawn_blocking(move || back_up(&stores, &folder, now)).await;
        let manifest = made.map_err(anyhow::Error::from).and_then(|made| made).map_err(failed)?;
        serde_json::to_value(manifest).map_err(anyhow::Error::from).map_err(failed)
    }

    async fn resume(&self) -> Outcome<String> {
        let hub = &self.0;
        let Some(since) = hub.held_since().map_err(failed)? else {
            return Ok("nothing is held".to_owned());
        };
        let now = hub.world.clock.now();
        let resume = move |writer: &Writer<'_>| {
            writer.remove_meta(HELD)?;
            writer.audit(now, OPERATOR, "resume deliveries", &since)
        };
        hub.stores.desk.write("resume deliveries", resume).await?;
        for (name, gate) in &hub.active.lock().gates {
            gate.set_held(false);
            hub.wakes.wake(name);
        }
        Ok("deliveries go on; what waited is sent, oldest first".to_owned())
    }

    async fn reload(&self) -> Outcome<String> {
        self.0.reload().await.map_err(refused_reload)
    }
}

/// Whoever can open the control socket.
pub(super) const OPERATOR: &str = "control socket";

impl Handle {
    fn active(&self, name: &str) -> Outcome<ActiveIntegration> {
        let active = self.0.active.lock();
        let found =
            active.integrations.iter().find(|integration| integration.name.as_str() == name);
        found.cloned().ok_or_else(|| {
            let known: Vec<_> = active.integrations.iter().map(|i| i.name.to_string()).collect();
            let known = known.join("`, `");
            OperationError::NotFound(format!(
                "there is no integration `{name}`; there are `{known}`"
            ))
        })
    }
}

fn roles(integration: &ActiveIntegration) -> Vec<&'static str> {
    let roles = &integration.roles;
    let played = [
        ("source", roles.is_source()),
        ("destination", roles.destination.is_some()),
        ("ticketing", roles.ticketing.is_some()),
        ("stream", integration.is_stream),
    ];
    played.into_iter().filter(|(_, is_played)| *is_played).map(|(role, _)| role).collect()
}

fn refused_reload(error: anyhow::Error) -> OperationError {
    let Some(invalid) = error.downcast_ref::<InvalidConfiguration>() else {
        return OperationError::Invalid(format!("{error:#}"));
    };
    let mistakes = serde_json::to_value(&invalid.0).unwrap_or_default();
    OperationError::Configuration { text: invalid.0.to_string(), mistakes }
}

fn failed(error: anyhow::Error) -> OperationError {
    OperationError::Failed(format!("{error:#}"))
}
