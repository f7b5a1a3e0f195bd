//! How a path is followed through the tables, and what is suggested where it cannot be.

use std::cmp::Ordering;

use super::class::ClassUid;
use super::event::Event;
use super::header::Header;
use super::object::{Field, Object, Table};

/// A path followed to its end in one class.
pub(super) struct Route {
    pub(super) steps: Vec<u8>,
    pub(super) field: &'static Field,
    pub(super) is_repeated: bool,
}

/// How far a path could be followed, and what there is instead.
#[derive(Default)]
pub(super) struct Miss {
    depth: usize,
    names: Vec<&'static str>,
}

/// Follows a path in one class.
pub(super) fn resolve(path: &str, class: ClassUid) -> Result<Route, Miss> {
    let mut steps = Vec::new();
    let mut reached: Option<&'static Field> = None;
    let mut is_repeated = false;
    for (depth, name) in path.split('.').enumerate() {
        let found = match reached {
            None => find_in_event(name, class, &mut steps),
            Some(above) => above.object.and_then(|table| table().find(name, &mut steps)),
        };
        let field = found.ok_or_else(|| Miss { depth, names: names(reached, class) })?;
        is_repeated |= field.kind.is_list();
        reached = Some(field);
    }
    reached.map(|field| Route { steps, field, is_repeated }).ok_or_else(Miss::default)
}

/// Finds an attribute of the event: among what all classes have, or in the body of the class.
fn find_in_event(name: &str, class: ClassUid, steps: &mut Vec<u8>) -> Option<&'static Field> {
    if let Some(field) = Event::table().find(name, steps) {
        return Some(field);
    }
    let body = Event::table().fields.iter().position(|field| field.name == "class")?;
    steps.push(u8::try_from(body).ok()?);
    class.table().find(name, steps)
}

/// Returns what could have stood below `above`, or at the top of an event.
fn names(above: Option<&'static Field>, class: ClassUid) -> Vec<&'static str> {
    let table =
        above.map_or_else(Event::table, |field| field.object.map_or(&EMPTY, |table| table()));
    let mut names: Vec<_> = table.flattened().into_iter().map(|field| field.name).collect();
    if above.is_none() {
        names.extend(class.table().flattened().into_iter().map(|field| field.name));
        names.extend(Header::ALL.into_iter().map(Header::name));
    }
    names
}

impl Miss {
    /// Takes the miss that got further; at the same depth, both together know more names.
    pub(super) fn absorb(&mut self, other: Self) {
        match other.depth.cmp(&self.depth) {
            Ordering::Greater => *self = other,
            Ordering::Equal => self.names.extend(other.names),
            Ordering::Less => {}
        }
    }

    /// Puts the nearest name in the place of the unknown one; what follows is kept where it then
    /// resolves.
    pub(super) fn nearest(&self, path: &str) -> Option<String> {
        let segments: Vec<&str> = path.split('.').collect();
        let unknown = *segments.get(self.depth)?;
        let likeness = |name: &str| strsim::jaro_winkler(name, unknown);
        let near = self.names.iter().copied().filter(|name| likeness(name) >= NEAR);
        let name = near.max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
        let mut corrected = segments.get(..self.depth)?.to_vec();
        corrected.push(name);
        let short = corrected.join(".");
        corrected.extend(segments.get(self.depth + 1..)?);
        let full = corrected.join(".");
        let is_known = |path: &str| ClassUid::ALL.iter().any(|class| resolve(path, *class).is_ok());
        Some(if is_known(&full) { full } else { short })
    }
}

/// How alike two names must be, from 0 to 1, to suggest one for the other.
const NEAR: f64 = 0.75;

static EMPTY: Table = Table { name: "", fields: &[] };
