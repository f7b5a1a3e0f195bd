//! One attribute of a mapping: where its value comes from, and how it gets into the event.

use serde_json::value::RawValue;
use signalbox_model::ocsf::{Event, FieldKind, FieldPath, Value};
use signalbox_model::{Fingerprint, Severity};

use super::config::Constant;
use super::input::{Input, Values};
use super::readable;
use super::rules::{self, Rules, caption_of};
use super::table::Table;
use super::value::Given;

/// A compiled attribute.
#[derive(Clone, Debug)]
pub(super) struct Attribute {
    /// What is set.
    pub(super) target: FieldPath,
    /// Where the value comes from.
    pub(super) provenance: Provenance,
    /// What OCSF says about it.
    pub(super) rules: Rules,
    /// The object it stands in; none for what goes to `unmapped`.
    pub(super) group: Option<usize>,
    /// The object that must be in the event too.
    pub(super) prerequisite: Option<usize>,
}

/// Where a value comes from.
#[derive(Clone, Debug)]
pub(super) enum Provenance {
    /// The configuration.
    Constant(Constant),
    /// The values of `fingerprint`.
    Fingerprint,
    /// The source.
    Read(Reading),
}

/// How a value is read.
#[derive(Clone, Debug, Default)]
pub(super) struct Reading {
    /// The first that is present counts.
    pub(super) inputs: Vec<Input>,
    /// What its values mean.
    pub(super) table: Table,
    /// What counts where nothing is present or listed.
    pub(super) default: Option<Constant>,
}

/// The value of an attribute for one event.
#[derive(Debug)]
pub(super) struct Found<'a> {
    /// The value.
    value: Held<'a>,
    /// Where it was taken from, where it is from the source.
    pub(super) from: Option<&'a Input>,
}

#[derive(Debug)]
enum Held<'a> {
    /// Written in the configuration.
    Constant(&'a Constant),
    /// Received.
    Given(Given<'a>),
    /// Made of several values.
    Made(String),
}

impl Attribute {
    /// Whether its object can be in the event.
    pub(super) fn stands(&self, complete: &[bool]) -> bool {
        let mut groups = [self.group, self.prerequisite].into_iter().flatten();
        groups.all(|group| complete.get(group).copied().unwrap_or(false))
    }

    /// Finds the value.
    pub(super) fn find<'a>(
        &'a self,
        values: Values<'a>,
        fingerprint: Option<Fingerprint>,
    ) -> Option<Found<'a>> {
        let value = match &self.provenance {
            Provenance::Read(reading) => return self.read(reading, values),
            Provenance::Constant(constant) => Held::Constant(constant),
            Provenance::Fingerprint => Held::Made(fingerprint?.to_string()),
        };
        Some(Found { value, from: None })
    }

    fn read<'a>(&self, reading: &'a Reading, values: Values<'a>) -> Option<Found<'a>> {
        let mut present = reading.inputs.iter().filter_map(|input| {
            let given = input.read(values).filter(|given| !self.is_zero_time(given))?;
            Some((given, input))
        });
        let Some((given, input)) = present.next() else {
            let value = Held::Constant(reading.default.as_ref()?);
            return Some(Found { value, from: None });
        };
        if self.is_list_of_values(&given) {
            return Some(Found { value: Held::Given(given), from: Some(input) });
        }
        let (value, is_taken) = self.meaning(reading, given)?;
        Some(Found { value, from: is_taken.then_some(input) })
    }

    /// Returns what a value means, and whether it is the value itself that counts.
    fn meaning<'a>(&self, reading: &'a Reading, given: Given<'a>) -> Option<(Held<'a>, bool)> {
        if let Some(meaning) = reading.table.meaning(given.as_text()) {
            return Some((Held::Constant(meaning), true));
        }
        let is_unlisted = !reading.table.is_empty() && reading.default.is_some();
        let is_unknown = self.is_severity() && Severity::parse(given.as_text()).is_none();
        if is_unlisted || is_unknown {
            return reading.default.as_ref().map(|default| (Held::Constant(default), false));
        }
        Some((Held::Given(given), true))
    }

    /// Sets the value.
    ///
    /// # Errors
    /// What is wrong with it, without showing it.
    pub(super) fn assign(&self, found: &Found<'_>, event: &mut Event) -> Result<(), String> {
        let assigned = match &found.value {
            Held::Constant(constant) => self.set(constant.value(), event),
            Held::Made(text) => self.set(Value::Text(text), event),
            Held::Given(given) => self.assign_given(given, event),
        };
        let judged = assigned.and_then(|()| match self.rules.are_strict() {
            true => self.rules.judge(event, &self.target),
            false => Ok(()),
        });
        judged.map_err(|complaint| self.refusal(found, &complaint))
    }

    fn refusal(&self, found: &Found<'_>, complaint: &str) -> String {
        let target = &self.target;
        match (&found.value, found.from) {
            (Held::Given(given), Some(input)) => format!(
                "`{target}` does not take `{}`, {given}: {complaint}; map another path, or \
                 translate it by a `table`",
                input.path
            ),
            _ => format!("`{target}` does not take its value: {complaint}"),
        }
    }

    fn assign_given(&self, given: &Given<'_>, event: &mut Event) -> Result<(), String> {
        match (given, self.target.kind()) {
            (Given::List(list), kind) if kind.is_list() => self.assign_list(list, event),
            (Given::List(raw) | Given::Object(raw) | Given::Number(raw), FieldKind::Json) => {
                readable::to_json(raw).map_err(|error| error.to_string())?;
                self.set(Value::Json(raw.get()), event)
            }
            (Given::Text(text), _) => {
                let caption = self.rules.words.and_then(|words| caption_of(text, words));
                self.set(Value::Text(caption.unwrap_or(text)), event)
            }
            (Given::Number(digits), kind) => self.set(number(digits.get(), kind), event),
            (Given::Boolean(is_true), _) => self.set(Value::Boolean(*is_true), event),
            (Given::List(raw) | Given::Object(raw), _) => self.set(Value::Json(raw.get()), event),
        }
    }

    fn assign_list(&self, list: &RawValue, event: &mut Event) -> Result<(), String> {
        let elements: Vec<&RawValue> =
            serde_json::from_str(list.get()).map_err(|error| error.to_string())?;
        for given in elements.into_iter().filter_map(Given::read) {
            let meaning = match &self.provenance {
                Provenance::Read(reading) => self.meaning(reading, given).map(|(value, _)| value),
                _ => None,
            };
            match meaning {
                Some(Held::Given(Given::List(_))) => {
                    return Err("it has lists inside".to_owned());
                }
                Some(Held::Given(given)) => self.assign_given(&given, event)?,
                Some(Held::Constant(constant)) => self.set(constant.value(), event)?,
                Some(Held::Made(_)) | None => {}
            }
        }
        Ok(())
    }

    fn set(&self, value: Value<'_>, event: &mut Event) -> Result<(), String> {
        let assigned = event.assign(&self.target, value);
        assigned.map_err(|_| rules::refusal(self.target.kind(), value))
    }

    fn is_list_of_values(&self, given: &Given<'_>) -> bool {
        self.target.kind().is_list() && matches!(given, Given::List(_))
    }

    /// Go writes a time that is not set as the first of January of the year 1.
    fn is_zero_time(&self, given: &Given<'_>) -> bool {
        self.target.kind() == FieldKind::Timestamp
            && given.as_text().starts_with("0001-01-01T00:00:00")
    }

    fn is_severity(&self) -> bool {
        self.target.as_str() == "severity"
    }
}

/// A text keeps the digits as they are; elsewhere a number is one.
fn number(digits: &str, kind: FieldKind) -> Value<'_> {
    if matches!(kind, FieldKind::Text | FieldKind::TextList) {
        return Value::Text(digits);
    }
    let float = || digits.parse().map_or(Value::Text(digits), Value::Float);
    digits.parse().map_or_else(|_| float(), Value::Integer)
}
