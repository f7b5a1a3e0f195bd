//! What must hold of canaries in the end: nobody takes one for more, each is made once, and none is left behind.

use std::collections::BTreeSet;

use signalbox_model::{Alert, AlertStatus, DeliveryKey, IntegrationName, StepKind};
use signalbox_store::desk::{AlertFilter, StepFilter};

use super::hub::{Hub, TICKETS};
use super::tickets::KeptTicket;
use super::world::World;

/// What is wrong with the canaries.
pub(crate) fn wrong(world: &World, hub: &Hub) -> Vec<String> {
    let tickets = world.tickets.tickets();
    let mut wrong = Vec::new();
    if world.sink.has_any_of(IntegrationName::CANARY) {
        wrong.push("a canary was streamed".to_owned());
    }
    if listed(hub, false).iter().any(is_canary) {
        wrong.push("a canary is listed as an alert".to_owned());
    }
    let is_mistaken =
        |ticket: &&KeptTicket| (ticket.source == IntegrationName::CANARY) != ticket.is_marked;
    wrong.extend(tickets.iter().filter(is_mistaken).map(|it| format!("taken for another: {it:?}")));
    let keys: BTreeSet<_> = tickets.iter().map(|ticket| ticket.key.to_string()).collect();
    if keys.len() < tickets.len() {
        wrong.push(format!("{} tickets by {} keys", tickets.len(), keys.len()));
    }
    let canaries = listed(hub, true).into_iter().filter(is_canary);
    wrong.extend(canaries.filter_map(|canary| left_behind(hub, &canary, &tickets)));
    wrong
}

/// The ids of the canaries that the desk knows.
pub(crate) fn ids(hub: &Hub) -> BTreeSet<String> {
    listed(hub, true).iter().filter(|alert| is_canary(alert)).map(|it| it.id.to_string()).collect()
}

/// A canary is closed, and so is its ticket where all of it was delivered.
fn left_behind(hub: &Hub, canary: &Alert, tickets: &[KeptTicket]) -> Option<String> {
    let filter = StepFilter { alert: Some(canary.id), limit: usize::MAX, ..StepFilter::default() };
    let steps = hub.desk.read_now(|reader| reader.steps(&filter)).unwrap();
    let key = DeliveryKey::derive(canary.id, &IntegrationName::new(TICKETS), StepKind::Open);
    let heard: Vec<_> =
        tickets.iter().filter(|it| it.key == key).flat_map(|it| it.steps()).collect();
    let is_closed = matches!(heard.last(), Some(StepKind::Resolve(_)));
    let is_delivered = steps.iter().all(|step| step.state == "delivered");
    let is_over = canary.status == AlertStatus::Resolved && (is_closed || !is_delivered);
    (!is_over)
        .then(|| format!("a canary is left {}, its ticket heard {heard:?}", canary.status.as_str()))
}

fn listed(hub: &Hub, with_canaries: bool) -> Vec<Alert> {
    let filter = AlertFilter { with_canaries, limit: usize::MAX, ..AlertFilter::default() };
    hub.desk.read_now(|reader| reader.alerts(&filter)).unwrap()
}

fn is_canary(alert: &Alert) -> bool {
    alert.source.as_str() == IntegrationName::CANARY
}
