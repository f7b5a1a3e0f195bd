//! What must hold at the end of every sequence, once everybody is well and everything has drained.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use signalbox_model::{Alert, AlertStatus, DeliveryKey, IntegrationName, StepKind};
use signalbox_pipeline::follow::DESK_READER;
use signalbox_store::desk::{AlertFilter, StepFilter, StepRow};

use super::hub::{EDR, EVERY_DEAD_LETTER, FEED, Hub, SIEM, TICKETS};
use super::rules::NOISE;
use super::tickets::KeptTicket;
use super::world::World;
use super::{canary, silence};
use crate::scenery::{imbalances, stream_terms};

/// After so many minutes without trouble everything has drained, or never will.
const DRAINED_WITHIN: u32 = 90;

/// Brings a sequence to its end and says what is wrong then: nothing, or the line has a defect.
pub(crate) fn judge(world: &mut World) -> Vec<String> {
    world.heal();
    let mut wrong = drain(world);
    // What was given up is kept: sent again, it arrives.
    if world.hub().is_some_and(|hub| !dead(hub).is_empty()) {
        wrong.extend(
            world
                .hub()
                .map(|hub| imbalances(&hub.desk, hub.journal.as_ref()))
                .into_iter()
                .flatten(),
        );
        world.replay();
        wrong.extend(drain(world));
    }
    if let Some(hub) = world.hub() {
        wrong.extend(imbalances(&hub.desk, hub.journal.as_ref()));
        wrong.extend(dead(hub));
        wrong.extend(lost(world, hub));
        wrong.extend(told_wrong(world, hub));
        wrong.extend(silence::wrong(world, hub));
        wrong.extend(canary::wrong(world, hub));
    }
    wrong.extend(world.diary.complaints());
    wrong.dedup();
    wrong
}

/// Lets time pass until nothing waits any more; says what still does when it should not.
fn drain(world: &mut World) -> Vec<String> {
    let mut waiting = Vec::new();
    for _ in 0..DRAINED_WITHIN {
        waiting = still_waiting(world);
        if waiting.is_empty() {
            return Vec::new();
        }
        world.pass(Duration::from_secs(60));
    }
    waiting
}

fn still_waiting(world: &World) -> Vec<String> {
    let Some(hub) = world.hub() else { return Vec::new() };
    let waiting = world.sender.waiting();
    if !waiting.is_empty() {
        return vec![format!("submissions {waiting:?} are not acknowledged")];
    }
    if !world.feed.is_read() {
        return vec!["the feed is not read to its end".to_owned()];
    }
    let desk = hub.desk.read_now(|reader| reader.checkpoint(DESK_READER)).unwrap();
    let followed = desk.map(|stored| stored.position).unwrap_or_default();
    let head = hub.journal.head().map(|head| head.to_string()).unwrap_or_default();
    if followed != head {
        return vec![format!("the desk is at `{followed}`, the journal at `{head}`")];
    }
    let terms = stream_terms(&hub.desk, hub.journal.as_ref(), SIEM);
    if terms.pending > 0 {
        return vec![format!("`{SIEM}` waits: {terms:?}")];
    }
    let canaries = hub.desk.read_now(|reader| reader.canaries_on_their_way(1)).unwrap();
    if let Some(canary) = canaries.first() {
        return vec![format!("a canary is on its way: {}", canary.title)];
    }
    let filter = StepFilter { limit: usize::MAX, ..StepFilter::default() };
    let steps = hub.desk.read_now(|reader| reader.steps(&filter)).unwrap();
    let open = steps.iter().filter(|row| matches!(row.state.as_str(), "pending" | "sending"));
    open.filter(|row| !row.is_blocked).map(|row| format!("a step waits: {row:?}")).collect()
}

/// Dead letters, after all of them were sent again to vendors that are well.
fn dead(hub: &Hub) -> Vec<String> {
    let filter = StepFilter { limit: usize::MAX, ..StepFilter::default() };
    let steps = hub.desk.read_now(|reader| reader.steps(&filter)).unwrap();
    let letters = hub.desk.read_now(|reader| reader.dead_letters(&EVERY_DEAD_LETTER)).unwrap();
    // What cannot be delivered of a canary is given up by itself.
    let canaries = canary::ids(hub);
    let is_given_up = |row: &StepRow| row.state == "discarded" && canaries.contains(&row.alert);
    let steps = steps.iter().filter(|row| row.state != "delivered" && !is_given_up(row));
    let steps = steps.map(|row| format!("a step did not arrive: {row:?}"));
    let events = letters.iter().filter(|letter| letter.kind == "event");
    steps.chain(events.map(|row| format!("an event did not arrive: {row:?}"))).collect()
}

/// What was acknowledged and is nowhere.
fn lost(world: &World, hub: &Hub) -> Vec<String> {
    let quarantine = hub.desk.read_now(|reader| reader.quarantine(usize::MAX)).unwrap();
    let quarantine: BTreeSet<_> =
        quarantine.iter().map(|row| String::from_utf8_lossy(&row.bytes).into_owned()).collect();
    let mut lost = Vec::new();
    for (source, words) in acknowledged(world) {
        let is_kept = match words.split(' ').collect::<Vec<_>>()[..] {
            [_, NOISE, _] => true,
            [_, name, id] => world.sink.has(&format!("{source} {name} {id}")),
            _ => quarantine.contains(&words),
        };
        if !is_kept {
            lost.push(format!("lost: `{words}` of `{source}`"));
        }
    }
    lost
}

/// Everything that a source was told is safe.
pub(crate) fn acknowledged(world: &World) -> Vec<(&'static str, String)> {
    let sent = world.sender.acknowledged().into_iter().map(|words| (EDR, words));
    sent.chain(world.feed.words().into_iter().map(|words| (FEED, words))).collect()
}

/// What is wrong with the tickets.
fn told_wrong(world: &World, hub: &Hub) -> Vec<String> {
    let filter = AlertFilter { limit: usize::MAX, ..AlertFilter::default() };
    let alerts = hub.desk.read_now(|reader| reader.alerts(&filter)).unwrap();
    let tickets = world.tickets.tickets();
    let mut wrong = Vec::new();
    for ticket in &tickets {
        wrong.extend(out_of_order(ticket));
    }
    for alert in &alerts {
        let key = DeliveryKey::derive(alert.id, &IntegrationName::new(TICKETS), StepKind::Open);
        let own: Vec<_> = tickets.iter().filter(|ticket| ticket.key == key).collect();
        match own[..] {
            // The latest of it is not told, so the ticket may say something else, or not be there.
            [_] | [] if silence::is_held_back(world, hub, alert) => {}
            [ticket] => wrong.extend(in_another_state(alert, ticket)),
            _ => wrong.push(format!("{} tickets of `{}`", own.len(), alert.title)),
        }
    }
    wrong.extend(untold(world, &alerts, &tickets));
    wrong
}

/// Steps come in the order of their line. One may come twice in a row, where its answer was lost.
fn out_of_order(ticket: &KeptTicket) -> Option<String> {
    let mut steps = ticket.steps();
    steps.dedup();
    let numbers =
        |of: fn(&StepKind) -> Option<u32>| steps.iter().filter_map(of).collect::<Vec<_>>();
    let updates = numbers(|step| if let StepKind::Update(n) = step { Some(*n) } else { None });
    let resolves = numbers(|step| if let StepKind::Resolve(n) = step { Some(*n) } else { None });
    let opens = steps.iter().filter(|step| **step == StepKind::Open).count();
    let is_counted = |numbers: &[u32]| numbers.iter().copied().eq(1..=numbers.len() as u32);
    let is_good = steps.first() == Some(&StepKind::Open)
        && opens == 1
        && is_counted(&updates)
        && is_counted(&resolves);
    (!is_good).then(|| format!("steps out of order: {ticket:?}"))
}

/// The last thing that the vendor heard is how the alert stands.
fn in_another_state(alert: &Alert, ticket: &KeptTicket) -> Option<String> {
    let is_over = alert.status == AlertStatus::Resolved;
    let steps = ticket.steps();
    let says_over = matches!(steps.last(), Some(StepKind::Resolve(_)));
    (is_over != says_over).then(|| {
        format!("`{}` is {}, its ticket heard {steps:?}", alert.title, alert.status.as_str())
    })
}

/// Findings that were acknowledged and raised no ticket, or were not counted once each.
fn untold(world: &World, alerts: &[Alert], tickets: &[KeptTicket]) -> Vec<String> {
    let mut opened: BTreeMap<(&str, String), BTreeSet<String>> = BTreeMap::new();
    let mut ended = BTreeSet::new();
    for (source, words) in acknowledged(world) {
        match words.split(' ').collect::<Vec<_>>()[..] {
            ["open", name, id] => {
                opened.entry((source, name.to_owned())).or_default().insert(id.to_owned());
            }
            ["over", name, _] => {
                ended.insert((source, name.to_owned()));
            }
            _ => {}
        }
    }
    let mut wrong = Vec::new();
    for ((source, name), ids) in opened {
        let is_loud = |id: &String| !world.may_be_silenced(source, &format!("open {name} {id}"));
        let is_ticket = |ticket: &KeptTicket| ticket.source == source && ticket.title == name;
        if ids.iter().any(is_loud) && !tickets.iter().any(is_ticket) {
            wrong.push(format!("no ticket of `{name}` of `{source}`"));
        }
        let own =
            alerts.iter().filter(|alert| alert.source.as_str() == source && alert.title == name);
        let seen: u64 = own.map(|alert| alert.seen_count).sum();
        if seen == 0 {
            wrong.push(format!("no alert of `{name}` of `{source}`"));
        }
        if !ended.contains(&(source, name.clone())) && seen != ids.len() as u64 {
            wrong.push(format!(
                "`{name}` of `{source}` was seen {seen} times, sent {} times",
                ids.len()
            ));
        }
    }
    wrong
}
