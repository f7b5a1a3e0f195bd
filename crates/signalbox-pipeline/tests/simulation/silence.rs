//! What must hold of silences in the end: nobody was told of what they kept back, and it is kept and counted all the same.

use std::collections::{BTreeMap, BTreeSet};

use signalbox_model::Alert;
use signalbox_store::desk::AlertFilter;

use super::hub::{EDR, Hub};
use super::rules::QUIET;
use super::verdict::acknowledged;
use super::world::World;

/// What is wrong with what was silenced.
pub(crate) fn wrong(world: &World, hub: &Hub) -> Vec<String> {
    let alerts = alerts(hub);
    let mut wrong = Vec::new();
    for alert in &alerts {
        let is_about_it = alert.title == QUIET;
        if held_back(hub, alert) > 0 && !is_about_it {
            wrong.push(format!("`{}` is held back, and no silence is about it", alert.title));
        }
    }
    for (name, came) in silent_throughout(world) {
        let is_it = |source: &str, title: &str| source == EDR && title == name;
        let tickets = world.tickets.tickets();
        let tickets = tickets.iter().filter(|ticket| is_it(&ticket.source, &ticket.title)).count();
        let own = alerts.iter().filter(|alert| is_it(alert.source.as_str(), &alert.title));
        let held: u64 = own.map(|alert| held_back(hub, alert)).sum();
        if (tickets, held) != (0, came) {
            wrong.push(format!(
                "`{name}` was silent, {came} times: {tickets} tickets, {held} times held back"
            ));
        }
    }
    wrong
}

/// Whether the latest of an alert was kept from the ticketing product, and may have been.
pub(crate) fn is_held_back(world: &World, hub: &Hub, alert: &Alert) -> bool {
    let source = alert.source.as_str();
    let is_of_it = |(from, words): &(&str, String)| {
        *from == source && words.starts_with(&format!("open {} ", alert.title))
    };
    let mut words = acknowledged(world).into_iter().filter(is_of_it);
    held_back(hub, alert) > 0 && words.any(|(_, words)| world.may_be_silenced(source, &words))
}

/// The findings that were sent in silence each time, and how many times.
fn silent_throughout(world: &World) -> BTreeMap<String, u64> {
    let mut words_of: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (source, words) in acknowledged(world) {
        if let ["open", name, _] = words.split(' ').collect::<Vec<_>>()[..]
            && source == EDR
        {
            words_of.entry(name.to_owned()).or_default().insert(words);
        }
    }
    words_of.retain(|_, words| words.iter().all(|words| world.sender.is_silent(words)));
    words_of.into_iter().map(|(name, words)| (name, words.len() as u64)).collect()
}

fn alerts(hub: &Hub) -> Vec<Alert> {
    let filter = AlertFilter { limit: usize::MAX, ..AlertFilter::default() };
    hub.desk.read_now(|reader| reader.alerts(&filter)).unwrap()
}

/// How many changes of an alert nobody was told of so far.
fn held_back(hub: &Hub, alert: &Alert) -> u64 {
    let rows = hub.desk.read_now(|reader| reader.silenced(alert.id)).unwrap();
    rows.iter().map(|row| row.held_back).sum()
}
