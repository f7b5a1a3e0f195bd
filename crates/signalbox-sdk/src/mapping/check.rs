//! Whether what the configuration names exists and fits: classes, attributes, constants.
//!
//! Each check answers in words for the one who wrote it.

use signalbox_model::Severity;
use signalbox_model::ocsf::{Class, ClassUid, Event, FieldPath};
use signalbox_model::time::Timestamp;

use super::config::{ClassName, Constant};
use super::rules::{self, Captions, Rules, caption_of};

/// Finds a class.
///
/// # Errors
/// With the classes there are.
pub(super) fn class(name: &ClassName) -> Result<ClassUid, String> {
    let (class, written) = match name {
        ClassName::Number(number) => (ClassUid::from_number(*number), number.to_string()),
        ClassName::Name(name) => (ClassUid::from_name(name), name.clone()),
    };
    class.ok_or_else(|| {
        let names = ClassUid::ALL.map(ClassUid::name);
        format!("`{written}` is no supported OCSF class; write one of {}", list(names))
    })
}

/// Finds an attribute of a class that a mapping may set.
///
/// # Errors
/// With the nearest attribute, or where the value belongs.
pub(super) fn target(class: ClassUid, name: &str) -> Result<(FieldPath, Rules), String> {
    let target = FieldPath::parse(name).map_err(|unknown| {
        let nearest = unknown.nearest.map(|nearest| format!("; did you mean `{nearest}`?"));
        format!("`{name}` is no OCSF attribute{}", nearest.unwrap_or_default())
    })?;
    if let Some((_, reason)) = RESERVED.iter().find(|(reserved, _)| *reserved == name) {
        return Err(format!("`{name}` {reason}"));
    }
    if name.starts_with("unmapped.") && target.is_assignable() {
        return Ok((target, Rules::default()));
    }
    let rules = Rules::of(class, name).filter(|_| target.exists_in(class));
    let Some(rules) = rules else { return Err(not_in(class, &target)) };
    match (target.is_assignable(), target.kind().is_object()) {
        (true, _) => Ok((target, rules)),
        (false, true) => Err(format!("`{name}` is an object; map the attributes below it")),
        (false, false) => Err(format!("`{name}` is written by itself; leave it out")),
    }
}

/// Checks a constant, and returns it as OCSF writes it.
///
/// # Errors
/// With the words there are, or the kind that is wanted.
pub(super) fn constant(
    class: ClassUid,
    target: &FieldPath,
    rules: &Rules,
    constant: &Constant,
) -> Result<Constant, String> {
    let constant = match (constant, rules.words) {
        (Constant::Text(word), Some(words)) => Constant::Text(known_word(target, word, words)?),
        _ => constant.clone(),
    };
    let mut event = Event::new(Class::new(class), Timestamp::default());
    let assigned = event.assign(target, constant.value());
    let assigned = assigned.map_err(|_| rules::refusal(target.kind(), constant.value()));
    assigned
        .and_then(|()| rules.judge(&event, target))
        .map_err(|complaint| format!("`{target}` cannot be `{constant}`: {complaint}"))?;
    Ok(constant)
}

/// Returns the caption of a word, for attributes whose words are known.
fn known_word(target: &FieldPath, word: &str, words: Captions) -> Result<String, String> {
    let severity = Severity::parse(word).filter(|_| target.as_str() == "severity");
    let caption = severity.map(Severity::caption).or_else(|| caption_of(word, words));
    caption.map(str::to_owned).ok_or_else(|| {
        let captions = words.iter().map(|(_, caption)| *caption);
        format!("`{word}` is no `{target}`; write one of {}", list(captions))
    })
}

fn not_in(class: ClassUid, target: &FieldPath) -> String {
    let name = target.as_str();
    let has = |other: &ClassUid| target.exists_in(*other) && Rules::of(*other, name).is_some();
    let others: Vec<&str> = ClassUid::ALL.into_iter().filter(has).map(ClassUid::name).collect();
    format!("class `{class}` has no `{name}`; {} has", list(others))
}

fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    words.join(", ")
}

/// What a mapping must leave to others, and why.
const RESERVED: [(&str, &str); 2] = [
    ("metadata.uid", "is the hub's own id of the event; map `metadata.original_event_uid`"),
    ("observables.name", "names an attribute of the event, which no source knows; leave it out"),
];

#[cfg(test)]
mod tests {
    use super::*;

    const CLASS: ClassUid = ClassUid::DetectionFinding;

    fn target_error(name: &str) -> String {
        target(CLASS, name).unwrap_err()
    }

    fn checked(name: &str, value: Constant) -> Result<Constant, String> {
        let (target, rules) = target(CLASS, name).unwrap();
        constant(CLASS, &target, &rules, &value)
    }

    fn text(text: &str) -> Constant {
        Constant::Text(text.to_owned())
    }

    #[test]
    fn a_class_is_found_by_name_and_number() {
        assert_eq!(class(&ClassName::Name("detection_finding".to_owned())), Ok(CLASS));
        assert_eq!(class(&ClassName::Number(2004)), Ok(CLASS));
        assert_eq!(
            class(&ClassName::Name("detection".to_owned())).unwrap_err(),
            "`detection` is no supported OCSF class; write one of `base_event`, \
             `vulnerability_finding`, `compliance_finding`, `detection_finding`, \
             `incident_finding`, `authentication`, `entity_management`, `network_activity`, `http_activity`, \
             `dns_activity`"
        );
    }

    #[test]
    fn an_attribute_that_cannot_be_set_is_refused_with_what_to_do() {
        assert_eq!(
            target_error("finding_info.titel"),
            "`finding_info.titel` is no OCSF attribute; did you mean `finding_info.title`?"
        );
        assert_eq!(
            target_error("query.hostname"),
            "class `detection_finding` has no `query.hostname`; `dns_activity` has"
        );
        assert_eq!(target_error("device"), "`device` is an object; map the attributes below it");
        assert_eq!(target_error("class_uid"), "`class_uid` is written by itself; leave it out");
        assert_eq!(
            target_error("metadata.uid"),
            "`metadata.uid` is the hub's own id of the event; map `metadata.original_event_uid`"
        );
    }

    #[test]
    fn the_words_of_an_enumeration_are_known() {
        assert_eq!(checked("status", text("in_progress")), Ok(text("In Progress")));
        assert_eq!(checked("severity", text("warning")), Ok(text("Medium")));
        assert_eq!(checked("activity_name", text("close")), Ok(text("Close")));
        assert_eq!(
            checked("status", text("done")).unwrap_err(),
            "`done` is no `status`; write one of `Unknown`, `New`, `In Progress`, `Suppressed`, \
             `Resolved`, `Archived`, `Deleted`, `Other`"
        );
    }

    #[test]
    fn a_constant_of_another_kind_or_out_of_range_is_refused() {
        assert_eq!(checked("count", Constant::Integer(3)), Ok(Constant::Integer(3)));
        assert_eq!(
            checked("count", text("many")).unwrap_err(),
            "`count` cannot be `many`: it is not an integer"
        );
        assert_eq!(
            checked("severity_id", Constant::Integer(7)).unwrap_err(),
            "`severity_id` cannot be `7`: it is none of the attribute's numbers"
        );
        assert_eq!(
            checked("status_id", Constant::Integer(42)).unwrap_err(),
            "`status_id` cannot be `42`: it is none of the attribute's numbers"
        );
        assert_eq!(
            checked("evidences.dst_endpoint.port", Constant::Integer(70_000)).unwrap_err(),
            "`evidences.dst_endpoint.port` cannot be `70000`: it is not within 0 to 65535"
        );
    }
}
