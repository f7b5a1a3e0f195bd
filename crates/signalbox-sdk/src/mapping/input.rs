//! Where a mapping finds its values: in the item, in the whole body, beside it.

use std::borrow::Cow;

use serde_json::value::RawValue;
use signalbox_model::Fingerprint;
use signalbox_model::ocsf::Text;

use super::path::{Origin, Path};
use super::shape::Shape;
use super::value::Given;
use crate::role::RawEvent;

/// A compiled path.
#[derive(Clone, Debug)]
pub(super) struct Input {
    /// As written, for messages.
    pub(super) path: Path,
    place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// A slot of the item's shape.
    Item(usize),
    /// A slot of the body's shape.
    Body(usize),
    /// What the transport said, under the path's name.
    Transport,
}

/// What a mapping reads of the item, and of the body around it.
#[derive(Clone, Debug, Default)]
pub(super) struct Shapes {
    /// The item's.
    pub(super) item: Shape,
    /// The body's, where `for_each` splits it; else the body is the item.
    pub(super) body: Option<Shape>,
}

impl Shapes {
    /// Gives a path its slot.
    pub(super) fn input(&mut self, path: Path) -> Input {
        let place = match (&path.origin, &mut self.body) {
            (Origin::Transport(_), _) => Place::Transport,
            (Origin::Body, Some(body)) => Place::Body(body.add(&path.steps)),
            _ => Place::Item(self.item.add(&path.steps)),
        };
        Input { path, place }
    }
}

/// The values of one item and its surroundings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Values<'a> {
    /// By slot of the item's shape.
    pub(super) item: &'a [Option<&'a RawValue>],
    /// By slot of the body's shape.
    pub(super) body: &'a [Option<&'a RawValue>],
    /// What was received.
    pub(super) raw: &'a RawEvent,
}

impl Input {
    /// Reads the value, if there is one.
    pub(super) fn read<'a>(&self, values: Values<'a>) -> Option<Given<'a>> {
        let raw = match (self.place, &self.path.origin) {
            (Place::Item(slot), _) => values.item.get(slot),
            (Place::Body(slot), _) => values.body.get(slot),
            (Place::Transport, Origin::Transport(name)) => {
                let text = values.raw.attribute(name).filter(|text| !text.is_empty())?;
                return Some(Given::Text(Cow::Borrowed(text)));
            }
            (Place::Transport, _) => None,
        };
        Given::read(raw.copied().flatten()?)
    }

    /// Returns the slot of the item that the value is from.
    pub(super) fn slot(&self) -> Option<usize> {
        match self.place {
            Place::Item(slot) => Some(slot),
            Place::Body(_) | Place::Transport => None,
        }
    }
}

/// Joins the values to an id; `None` unless all are there, for an id with a gap would make
/// different events the same. Values of several are kept apart by `|`, which they cannot forge.
pub(super) fn event_id(inputs: &[Input], values: Values<'_>) -> Option<Text> {
    if let [input] = inputs {
        return input.read(values).map(|given| Text::new(given.as_text()));
    }
    let mut id = Text::with_capacity(EVENT_ID_USUAL);
    for input in inputs {
        let given = input.read(values)?;
        if !id.is_empty() {
            id.push('|');
        }
        id.push_str(&unforgeable(given.as_text()));
    }
    (!id.is_empty()).then_some(id)
}

fn unforgeable(value: &str) -> Cow<'_, str> {
    match value.contains(['|', '\\']) {
        true => Cow::Owned(value.replace('\\', "\\\\").replace('|', "\\|")),
        false => Cow::Borrowed(value),
    }
}

/// Makes the identity of a finding of the values; `None` when there is none at all. One that is
/// absent counts as empty.
pub(super) fn fingerprint(inputs: &[Input], values: Values<'_>) -> Option<Fingerprint> {
    let given: Vec<_> = inputs.iter().map(|input| input.read(values)).collect();
    if given.iter().all(Option::is_none) {
        return None;
    }
    let parts = given.iter().map(|given| given.as_ref().map_or("", Given::as_text));
    Some(Fingerprint::of(&parts.collect::<Vec<_>>()))
}

/// Bytes; enough for an id and a time.
const EVENT_ID_USUAL: usize = 64;
