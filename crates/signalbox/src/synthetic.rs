//! An alert of our own making, marked as a test wherever a person or a program may read it.
//!
//! It stands on no desk and in no ledger, for no finding is behind it. Its key is drawn, as it must meet
//! nothing that is already there.

use serde_json::json;
use signalbox_model::time::Timestamp;
use signalbox_model::{
    Alert, AlertId, AlertStatus, DeliveryKey, Fingerprint, IntegrationName, Receipt, RuleName,
    Severity, StepKind,
};
use signalbox_sdk::role::{Notification, Rendered, Ticket, TicketUpdate};
use signalbox_sdk::{Random, SystemRandom};

/// A marked alert on its way to one integration.
#[derive(Clone, Debug)]
pub struct Synthetic {
    alert: Alert,
    destination: IntegrationName,
}

impl Synthetic {
    /// Makes one; `command` is what a person ran.
    pub fn new(destination: &IntegrationName, command: &str, now: Timestamp) -> Self {
        let rule = RuleName::new(RULE);
        let drawn = format!("{:016x}{:016x}", SystemRandom.next(), SystemRandom.next());
        let fingerprint = Fingerprint::of(&[RULE, drawn.as_str()]);
        let description = format!(
            "This is a test by Signalbox: somebody ran `{command}` at {now}. No finding is behind it, and \
             nothing is to be done; it is closed by itself."
        );
        let alert = Alert {
            id: AlertId::derive(&rule, &fingerprint, 1),
            rule,
            source: IntegrationName::new(RULE),
            status: AlertStatus::Open,
            severity: Severity::Informational,
            title: format!("{MARK} Test of `{destination}`, please ignore"),
            description,
            resource: None,
            techniques: Vec::new(),
            seen_count: 1,
            occurrence: 1,
            opened_at: now,
            last_seen_at: now,
            resolved_at: None,
            event: json!({"finding_info": {"uid": drawn, "title": MARK}}),
        };
        Self { alert, destination: destination.clone() }
    }

    /// Returns it as a ticket to create.
    pub fn ticket(&self) -> Ticket {
        let key = self.key(StepKind::Open);
        Ticket { key, alert: self.alert.clone(), rendered: self.rendered() }
    }

    /// Returns it as the notification that it is new.
    pub fn opened(&self) -> Notification {
        Notification {
            key: self.key(StepKind::Open),
            step: StepKind::Open,
            alert: self.alert.clone(),
            rendered: self.rendered(),
            receipt: None,
        }
    }

    /// Returns the change that closes the ticket.
    pub fn resolution(&self, now: Timestamp) -> TicketUpdate {
        TicketUpdate { step: RESOLVE, alert: self.resolved(now), rendered: self.rendered_end() }
    }

    /// Returns it as the notification that it is over; `receipt` is what the destination named it.
    pub fn closed(&self, receipt: Option<Receipt>, now: Timestamp) -> Notification {
        Notification {
            key: self.key(RESOLVE),
            step: RESOLVE,
            alert: self.resolved(now),
            rendered: self.rendered_end(),
            receipt,
        }
    }

    /// Returns it as an event of a stream, one OCSF Base Event.
    pub fn event(&self) -> Vec<u8> {
        let Alert { id, title, description, opened_at, .. } = &self.alert;
        json!({
            "activity_id": 0, "category_uid": 0, "class_uid": 0, "type_uid": 0, "severity_id": 1,
            "time": opened_at.as_millis(),
            "message": format!("{title}. {description}"),
            "metadata": {
                "uid": id.to_string(),
                "version": signalbox_model::ocsf::VERSION,
                "product": {"name": "Signalbox", "vendor_name": "Signalbox"},
            },
        })
        .to_string()
        .into_bytes()
    }

    /// Returns when it was made.
    pub fn made_at(&self) -> Timestamp {
        self.alert.opened_at
    }

    fn resolved(&self, now: Timestamp) -> Alert {
        let alert = self.alert.clone();
        Alert { status: AlertStatus::Resolved, resolved_at: Some(now), ..alert }
    }

    fn rendered_end(&self) -> Rendered {
        let body = "The test by Signalbox is over; this was closed by itself.".to_owned();
        Rendered { body, ..self.rendered() }
    }

    fn key(&self, step: StepKind) -> DeliveryKey {
        DeliveryKey::derive(self.alert.id, &self.destination, step)
    }

    fn rendered(&self) -> Rendered {
        let Alert { title, description, .. } = &self.alert;
        Rendered { title: title.clone(), body: description.clone(), ..Rendered::default() }
    }
}

const RESOLVE: StepKind = StepKind::Resolve(1);

/// What every title begins with.
const MARK: &str = "[Signalbox test]";

/// Stands where the names of a rule and a source do; a configured name may not have a space.
const RULE: &str = "signalbox test";
