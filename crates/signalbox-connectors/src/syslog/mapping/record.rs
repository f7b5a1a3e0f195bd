//! A log line as its format was read: names, meanings, values.

use std::borrow::Cow;
use std::cell::Cell;

use serde_json::value::RawValue;
use signalbox_model::Severity;
use signalbox_model::ocsf::Text;

use super::attribute::{Attribute, Attributes};
use super::value;

/// A line, read but not yet mapped.
#[derive(Debug, Default)]
pub(in crate::syslog) struct Record<'a> {
    /// The format, such as `CEF`.
    pub(in crate::syslog) format: &'static str,
    /// Who made the product.
    pub(in crate::syslog) vendor: Cow<'a, str>,
    /// The product; empty where the sender names none.
    pub(in crate::syslog) product: Cow<'a, str>,
    /// The product's version.
    pub(in crate::syslog) version: Cow<'a, str>,
    /// The product's own code of this kind of event.
    pub(in crate::syslog) code: Cow<'a, str>,
    /// What happened, in words.
    pub(in crate::syslog) name: Cow<'a, str>,
    /// How bad it is, where the line says so.
    pub(in crate::syslog) severity: Option<Severity>,
    /// The values, in the order of the line.
    pub(in crate::syslog) items: Vec<Item<'a>>,
    /// The meanings that have a value.
    pub(in crate::syslog) present: Attributes,
    /// Values that stay JSON: what has no meaning here.
    pub(in crate::syslog) members: Vec<(Cow<'a, str>, &'a RawValue)>,
    /// The zone of its times without one, where the line names it.
    pub(in crate::syslog) zone: Option<&'a str>,
    /// What was not taken apart, for there was too much of it.
    pub(in crate::syslog) rest: Option<&'a str>,
}

/// A value with its meaning and the name it was sent under.
#[derive(Debug)]
pub(in crate::syslog) struct Item<'a> {
    /// The key or its label.
    pub(in crate::syslog) name: Cow<'a, str>,
    /// What it means.
    pub(in crate::syslog) attribute: Attribute,
    /// The value, without escapes and quotes.
    pub(in crate::syslog) value: Cow<'a, str>,
}

impl<'a> Record<'a> {
    /// Returns the storage that the last record of this thread had for its values.
    pub(super) fn storage() -> Vec<Item<'a>> {
        emptied(ITEMS.take())
    }

    /// Leaves the storage of its values to the next record.
    pub(super) fn leave_storage(self) {
        ITEMS.set(emptied(self.items));
    }

    /// Adds a value, unless it is none.
    pub(in crate::syslog) fn push(
        &mut self,
        name: impl Into<Cow<'a, str>>,
        attribute: Attribute,
        value: impl Into<Cow<'a, str>>,
    ) {
        let value = value.into();
        if value::is_nil(&value) {
            return;
        }
        let attribute = if value::is_unfilled(&value) { Attribute::Unmapped } else { attribute };
        if is_usable(attribute, &value) {
            self.present.insert(attribute);
        }
        self.items.push(Item { name: name.into(), attribute, value });
    }

    /// Returns the value of a meaning.
    pub(in crate::syslog) fn get(&self, attribute: Attribute) -> Option<&str> {
        if !self.present.has(attribute) {
            return None;
        }
        let mut items = self.items.iter().filter(|item| item.attribute == attribute);
        items.next().map(|item| &*item.value)
    }

    /// Returns the value that was sent under a name.
    pub(in crate::syslog) fn named(&self, name: &str) -> Option<&str> {
        let mut items = self.items.iter().filter(|item| item.name == name);
        items.next().map(|item| &*item.value)
    }

    /// Returns the first value of several meanings.
    pub(in crate::syslog) fn first(&self, attributes: &[Attribute]) -> Option<&str> {
        attributes.iter().find_map(|attribute| self.get(*attribute))
    }

    /// Returns whether one of these meanings has a value.
    pub(in crate::syslog) fn has(&self, attributes: Attributes) -> bool {
        self.present.meets(attributes)
    }

    /// Returns a header field as text, `None` where it is empty.
    pub(super) fn text_of(field: Cow<'a, str>) -> Option<Text> {
        (!field.is_empty()).then(|| Text::from(field))
    }
}

thread_local! {
    /// The storage of the last record's values, for the next one; [`ITEMS_MAX`] bounds it.
    static ITEMS: Cell<Vec<Item<'static>>> = Cell::default();
}

/// The same storage without values, and so without their lifetime.
fn emptied<'b>(mut items: Vec<Item<'_>>) -> Vec<Item<'b>> {
    items.clear();
    // Collected in place: the elements differ in their lifetime only, and there are none.
    let none = |_: Item<'_>| Item {
        name: Cow::Borrowed(""),
        attribute: Attribute::Unmapped,
        value: Cow::Borrowed(""),
    };
    items.into_iter().map(none).collect()
}

/// Whether a value will be taken: others may count on it being there.
fn is_usable(attribute: Attribute, value: &str) -> bool {
    match attribute {
        Attribute::ProcessId | Attribute::ResponseCode => value::integer(value).is_some(),
        Attribute::FileHash => value::hash_algorithm(value).is_some(),
        Attribute::Technique | Attribute::Unmapped => false,
        _ => true,
    }
}

/// Values of one line that are told apart; each costs a search among those kept as they are.
pub(in crate::syslog) const ITEMS_MAX: usize = 1000;
