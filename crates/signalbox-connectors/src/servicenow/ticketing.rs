//! Alerts as incidents.
//!
//! Two things make this more than three calls. The instance drops what the account may not write,
//! with a 200, so a change of state is compared with what comes back. And an incident that is closed
//! cannot be opened again: then a note is all there is.

use std::borrow::Cow;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use tracing::warn;

use signalbox_model::{DeliveryKey, Error, ErrorKind, TicketLink};
use signalbox_sdk::role::{CheckReport, Ticket, TicketState, TicketUpdate, Ticketing};

use super::escaping::escape;
use super::mapping::{self, Change};
use super::wire::{Incident, IncidentFields, IncidentState, SysId};
use super::{ServiceNow, check};

#[async_trait]
impl Ticketing for ServiceNow {
    fn settle(&self) -> Duration {
        SETTLE
    }

    fn timeout(&self) -> Duration {
        self.config.timeout.as_duration()
    }

    async fn find(&self, key: DeliveryKey) -> Result<Vec<TicketLink>, Error> {
        let incidents = self.client.find_incidents(&mapping::correlation_id(key)).await?;
        Ok(incidents.into_iter().map(|incident| self.link(incident)).collect())
    }

    async fn create(&self, ticket: &Ticket) -> Result<TicketLink, Error> {
        let fields = self.new_fields(ticket).await?;
        match self.client.create_incident(&fields).await {
            Ok(incident) => {
                self.warn_of_lost_key(&incident, ticket.key);
                Ok(self.link(incident))
            }
            Err(error) if error.status() == Some(CREATED) => self.adopt(ticket.key, error).await,
            Err(error) => Err(error),
        }
    }

    async fn encode_create(&self, ticket: &Ticket) -> Result<Bytes, Error> {
        let fields = self.new_fields(ticket).await?;
        let body = serde_json::to_vec(&fields);
        let body = body.map_err(|error| Error::new(ErrorKind::Bug, CREATE, error.to_string()))?;
        Ok(Bytes::from(body))
    }

    async fn update(&self, link: &TicketLink, update: &TicketUpdate) -> Result<(), Error> {
        let id = sys_id(link, UPDATE)?;
        let before = self.client.get_incident(&id).await?;
        let change = Change::of(update, &before.state);
        if change == Change::Nothing {
            return Ok(());
        }
        let fields = change.fields(update, &self.config);
        let after = self.client.update_incident(&id, &fields).await;
        match change {
            Change::NoteOnFinal => settle_note_on_final(&before, after),
            _ => settle_change(change, &after?),
        }
    }

    fn encode_update(&self, update: &TicketUpdate) -> Option<Bytes> {
        let change = Change::of(update, &IncidentState::InProgress);
        serde_json::to_vec(&change.fields(update, &self.config)).ok().map(Bytes::from)
    }

    async fn state(&self, link: &TicketLink) -> Result<Option<TicketState>, Error> {
        let incident = self.client.get_incident(&sys_id(link, "read incident")?).await?;
        let state = incident.state;
        let is_over = state == IncidentState::Resolved || state.is_final();
        Ok(Some(TicketState { is_over, word: state.as_str().to_owned() }))
    }

    fn escape<'a>(&self, value: &'a str) -> Cow<'a, str> {
        escape(value)
    }

    async fn check(&self) -> CheckReport {
        check::report(self).await
    }
}

impl ServiceNow {
    /// Columns that the instance knows by ids are looked up; one that it does not know is left out,
    /// and a work note says so, for an incident without a group is better than none.
    async fn new_fields(&self, ticket: &Ticket) -> Result<IncidentFields, Error> {
        let now = self.clock.now();
        let columns = self.lookups.columns(&self.client, now).await?;
        let mut fields = mapping::new_incident(ticket, &self.config, columns.as_ref());
        let mut missing = Vec::new();
        if let Some(name) = &self.config.assignment_group {
            let group = self.lookups.group(&self.client, name, now).await?;
            missing.extend(group.fill(&mut fields, "assignment_group", name));
        }
        if let Some(name) = &self.config.caller {
            let caller = self.lookups.caller(&self.client, name, now).await?;
            missing.extend(caller.fill(&mut fields, "caller_id", name));
        }
        mapping::finish_new(&mut fields, ticket, &missing);
        if !missing.is_empty() {
            warn!(integration = %self.name, missing = %missing.join("; "), "Incident lacks columns");
        }
        Ok(fields)
    }

    /// Looks up an incident that was created by an answer that said no more than that.
    async fn adopt(&self, key: DeliveryKey, created: Error) -> Result<TicketLink, Error> {
        let found = self.find(key).await.unwrap_or_default();
        found.into_iter().next().ok_or(created)
    }

    fn link(&self, incident: Incident) -> TicketLink {
        let path = format!("nav_to.do?uri=incident.do%3Fsys_id%3D{}", incident.sys_id);
        TicketLink {
            number: incident.number,
            id: incident.sys_id.as_str().to_owned(),
            url: Some(self.config.url.join(&path)),
        }
    }

    fn warn_of_lost_key(&self, incident: &Incident, key: DeliveryKey) {
        if incident.correlation_id != mapping::correlation_id(key) {
            warn!(
                integration = %self.name, ticket.id = %incident.number,
                "ServiceNow did not keep `correlation_id`, so the incident cannot be found again \
                 after a lost answer; give the account write and read access to the column"
            );
        }
    }
}

fn sys_id(link: &TicketLink, operation: &'static str) -> Result<SysId, Error> {
    SysId::parse(&link.id).ok_or_else(|| {
        let what = format!("`{}` of `{}` is no `sys_id`", link.id, link.number);
        Error::new(ErrorKind::Rejected, operation, what)
    })
}

fn settle_change(change: Change, after: &Incident) -> Result<(), Error> {
    if change.is_seen_in(&after.state) {
        return Ok(());
    }
    let wanted = change.state().unwrap_or_default();
    let what = format!(
        "`{}` was to move to state `{}`, but ServiceNow left it in `{}` without an error; a field \
         ACL, a data policy or a business rule probably dropped the change: give the account write \
         access to `state`, `close_code` and `close_notes`",
        after.number,
        wanted.as_str(),
        after.state.as_str()
    );
    Err(Error::new(ErrorKind::Rejected, UPDATE, what))
}

/// A record that is read-only for the account refuses the note, or drops it and stays as it was.
fn settle_note_on_final(before: &Incident, after: Result<Incident, Error>) -> Result<(), Error> {
    let is_kept = match after {
        Ok(after) => after.sys_mod_count != before.sys_mod_count,
        Err(error) if error.status() == Some(FORBIDDEN) => false,
        Err(error) => return Err(error),
    };
    if is_kept {
        return Ok(());
    }
    let what = format!(
        "`{}` is in state `{}`, cannot be opened again and takes no notes, but its alert is open; \
         open a new incident by hand, or resolve the alert",
        before.number,
        before.state.as_str()
    );
    Err(Error::new(ErrorKind::Rejected, UPDATE, what))
}

/// A quota rule of every instance ends a transaction after 60 s (default quota rules, release
/// Australia, read 2026-11-22): what has not appeared by then does not.
const SETTLE: Duration = Duration::from_secs(60);

const CREATE: &str = "create incident";
const UPDATE: &str = "update incident";

const CREATED: u16 = 201;
const FORBIDDEN: u16 = 403;
