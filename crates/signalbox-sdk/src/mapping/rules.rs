//! What OCSF says about the attribute a mapping sets: its values, its limits, its company.
//!
//! Everything is looked up when the mapping is compiled; an event only meets the result.

use std::ops::ControlFlow;

use signalbox_model::ocsf::schema::{AttributeRule, Entity, Requirement, Schema};
use signalbox_model::ocsf::{ClassUid, Event, FieldKind, FieldPath, Value, ValueRef};

/// The numbers (or texts) of an enumeration, each with its caption.
pub(super) type Captions = &'static [(&'static str, &'static str)];

/// What OCSF says about one attribute of a class.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rules {
    /// The values the attribute itself may have.
    pub(super) values: Option<Captions>,
    /// The captions of the number beside it, where the attribute is the word.
    pub(super) words: Option<Captions>,
    /// The name of that number.
    pub(super) number: Option<&'static str>,
    /// The lowest and the highest number.
    range: Option<(i64, i64)>,
    /// How many characters there may be.
    length_max: Option<usize>,
    /// The attribute of the event that must be there too, for the profile that brings this one.
    pub(super) prerequisite: Option<&'static str>,
}

impl Rules {
    /// Looks an attribute up; `None` when OCSF has it in no event of the class.
    pub(super) fn of(class: ClassUid, path: &str) -> Option<Self> {
        let schema = Schema::get();
        let root = schema.classes.get(&class.number())?;
        let (parents, name) = path.rsplit_once('.').unwrap_or(("", path));
        let mut owner = root;
        let mut profile = None;
        for segment in parents.split('.').filter(|segment| !segment.is_empty()) {
            let rule = owner.attributes.get(segment)?;
            profile = profile.or(rule.profile);
            owner = schema.objects.get(rule.type_name)?;
        }
        let rule = owner.attributes.get(name)?;
        profile = profile.or(rule.profile);
        let prerequisite = profile.and_then(|profile| required_by(root, profile));
        let prerequisite = prerequisite.filter(|required| *required != first_segment(path));
        Some(Self { prerequisite, ..Self::of_attribute(schema, owner, name, rule) })
    }

    fn of_attribute(
        schema: &'static Schema,
        owner: &'static Entity,
        name: &str,
        rule: &'static AttributeRule,
    ) -> Self {
        let is_word_of = |other: &&AttributeRule| other.sibling == Some(name);
        let number = owner.attributes.iter().find(|(_, other)| is_word_of(other));
        let limits = schema.types.get(rule.type_name).copied().unwrap_or_default();
        Self {
            values: schema.captions(rule),
            words: number.and_then(|(_, rule)| schema.captions(rule)),
            number: number.map(|(name, _)| *name),
            range: limits.range,
            length_max: limits.length_max,
            prerequisite: None,
        }
    }

    /// Whether values read from a source can break a rule although they have the right kind.
    pub(super) fn are_strict(&self) -> bool {
        self.values.is_some() || self.range.is_some() || self.length_max.is_some()
    }

    /// Judges the values that an event has at `path`.
    ///
    /// # Errors
    /// What is wrong with the first that breaks a rule, without showing it.
    pub(super) fn judge(&self, event: &Event, path: &FieldPath) -> Result<(), String> {
        let mut complaint = None;
        let mut first = |value: ValueRef<'_>| {
            complaint = self.complaint(value);
            if complaint.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        // Broken off or not, the complaint says it.
        _ = event.visit(path, &mut first);
        complaint.map_or(Ok(()), Err)
    }

    fn complaint(&self, value: ValueRef<'_>) -> Option<String> {
        match value {
            ValueRef::Integer(number) => self.complaint_of_number(number),
            ValueRef::Text(text) => self.complaint_of_text(text),
            _ => None,
        }
    }

    fn complaint_of_number(&self, number: i64) -> Option<String> {
        let is_value =
            |values: Captions| values.iter().any(|(known, _)| known.parse() == Ok(number));
        if self.values.is_some_and(|values| !is_value(values)) {
            return Some(NO_SUCH_NUMBER.to_owned());
        }
        let (low, high) = self.range?;
        (!(low..=high).contains(&number)).then(|| format!("it is not within {low} to {high}"))
    }

    fn complaint_of_text(&self, text: &str) -> Option<String> {
        if self.values.is_some_and(|values| !values.iter().any(|(known, _)| *known == text)) {
            return Some("it is none of the attribute's values".to_owned());
        }
        let most = self.length_max?;
        (text.chars().count() > most).then(|| format!("it is longer than {most} characters"))
    }
}

/// Says why an attribute of a kind refused a value, without showing it.
pub(super) fn refusal(kind: FieldKind, value: Value<'_>) -> String {
    match (kind, value) {
        (FieldKind::Integer, Value::Integer(_)) => NO_SUCH_NUMBER.to_owned(),
        _ => format!("it is not {kind}"),
    }
}

/// Returns the caption that a word means, whatever its case and whether it is written with
/// spaces, hyphens or underscores.
pub(super) fn caption_of(word: &str, captions: Captions) -> Option<&'static str> {
    let plain = |byte: u8| match byte {
        b'_' | b'-' => b' ',
        other => other.to_ascii_lowercase(),
    };
    let is_word = |caption: &str| caption.bytes().map(plain).eq(word.trim().bytes().map(plain));
    captions.iter().map(|(_, caption)| *caption).find(|caption| is_word(caption))
}

/// Returns what a profile requires of an event, as `cloud` requires `cloud`.
fn required_by(class: &'static Entity, profile: &str) -> Option<&'static str> {
    let mut rules = class.attributes.iter();
    let required = rules.find(|(_, rule)| {
        rule.requirement == Requirement::Required && rule.profile == Some(profile)
    });
    required.map(|(name, _)| *name)
}

fn first_segment(path: &str) -> &str {
    path.split_once('.').map_or(path, |(first, _)| first)
}

const NO_SUCH_NUMBER: &str = "it is none of the attribute's numbers";

#[cfg(test)]
mod tests {
    use super::*;

    const CLASS: ClassUid = ClassUid::DetectionFinding;

    #[test]
    fn a_word_knows_the_number_beside_it() {
        let rules = Rules::of(CLASS, "status").unwrap();

        assert_eq!(rules.number, Some("status_id"));
        assert_eq!(caption_of("in_progress", rules.words.unwrap()), Some("In Progress"));
        assert_eq!(caption_of("NEW ", rules.words.unwrap()), Some("New"));
        assert_eq!(caption_of("on hold", rules.words.unwrap()), None);
    }

    #[test]
    fn attributes_of_the_cloud_profile_ask_for_the_cloud() {
        assert_eq!(Rules::of(CLASS, "resources.region").unwrap().prerequisite, Some("cloud"));
        assert_eq!(Rules::of(CLASS, "cloud.region").unwrap().prerequisite, None);
        assert_eq!(Rules::of(CLASS, "resources.name").unwrap().prerequisite, None);
    }

    #[test]
    fn an_attribute_of_another_class_has_no_rules() {
        assert!(Rules::of(CLASS, "query.hostname").is_none());
        assert!(Rules::of(ClassUid::DnsActivity, "query.hostname").is_some());
    }
}
