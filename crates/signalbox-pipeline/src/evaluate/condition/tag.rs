//! Tags by their name: `tag.env = 'prod'`.
//!
//! OCSF keeps tags as a list of objects with a name and a value. Two clauses, one on the names and
//! one on the values, would be satisfied by two different tags; so a tag's name is part of the
//! field.

use std::ops::ControlFlow;

use signalbox_model::ocsf::object::{Object, Visitor};
use signalbox_model::ocsf::objects::KeyValue;
use signalbox_model::ocsf::{Event, FieldPath, ValueRef};

/// The tags of one name, on the resources of an event and on the event itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Tag {
    key: Box<str>,
    lists: Vec<FieldPath>,
    name: Vec<u8>,
    values: [Vec<u8>; 2],
}

impl Tag {
    /// Makes the field of the tags with this name, whatever its case.
    pub(super) fn named(key: &str) -> Self {
        Self {
            key: key.into(),
            lists: LISTS.iter().filter_map(|path| FieldPath::parse(path).ok()).collect(),
            name: steps_to("name"),
            values: [steps_to("value"), steps_to("values")],
        }
    }

    /// Returns the name of the tags.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Returns the paths of the lists the tags are in.
    pub fn lists(&self) -> &[FieldPath] {
        &self.lists
    }

    /// Calls `visitor` with each value of the tags; a tag that has none has an empty text.
    pub(super) fn visit<'e>(
        &self,
        event: &'e Event,
        visitor: &mut Visitor<'e, '_>,
    ) -> ControlFlow<()> {
        self.lists.iter().try_for_each(|list| {
            event.visit(list, &mut |tag| match tag {
                ValueRef::Object(tag) if self.is_named(tag) => self.visit_values(tag, visitor),
                _ => ControlFlow::Continue(()),
            })
        })
    }

    fn is_named(&self, tag: &dyn Object) -> bool {
        let is_key = |value: ValueRef<'_>| match value.as_text() {
            Some(name) if name.eq_ignore_ascii_case(&self.key) => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        };
        tag.visit(&self.name, &mut { is_key }).is_break()
    }

    fn visit_values<'e>(
        &self,
        tag: &'e dyn Object,
        visitor: &mut Visitor<'e, '_>,
    ) -> ControlFlow<()> {
        let mut has_value = false;
        for steps in &self.values {
            tag.visit(steps, &mut |value| {
                has_value = true;
                visitor(value)
            })?;
        }
        if has_value { ControlFlow::Continue(()) } else { visitor(ValueRef::Text("")) }
    }
}

fn steps_to(attribute: &str) -> Vec<u8> {
    let mut steps = Vec::new();
    KeyValue::table().find(attribute, &mut steps);
    steps
}

/// Where tags are looked for.
const LISTS: [&str; 3] = ["resources.tags", "finding_info.tags", "metadata.tags"];

#[cfg(test)]
mod tests {
    use signalbox_model::ocsf::objects::ResourceDetails;
    use signalbox_model::ocsf::{Class, DetectionFinding};
    use signalbox_model::time::Timestamp;

    use super::*;

    fn event(tags: Vec<KeyValue>) -> Event {
        let resource = ResourceDetails { tags, ..ResourceDetails::default() };
        let finding = DetectionFinding { resources: vec![resource], ..DetectionFinding::default() };
        Event::new(Class::DetectionFinding(Box::new(finding)), Timestamp::default())
    }

    fn tag(name: &str, value: Option<&str>) -> KeyValue {
        KeyValue { name: Some(name.into()), value: value.map(Into::into), ..KeyValue::default() }
    }

    fn values(tag: &str, event: &Event) -> Vec<String> {
        let mut values = Vec::new();
        let visited = Tag::named(tag).visit(event, &mut |value| {
            values.extend(value.as_text().map(str::to_owned));
            ControlFlow::Continue(())
        });
        assert!(visited.is_continue());
        values
    }

    #[test]
    fn only_the_values_of_the_named_tag_are_seen() {
        let event = event(vec![tag("Env", Some("prod")), tag("owner", Some("env"))]);

        assert_eq!(values("env", &event), ["prod"]);
        assert_eq!(values("team", &event), Vec::<String>::new());
    }

    #[test]
    fn a_tag_without_a_value_is_there_all_the_same() {
        let several = KeyValue { values: vec!["a".into(), "b".into()], ..tag("zone", None) };
        let event = event(vec![tag("legacy", None), several]);

        assert_eq!(values("legacy", &event), [""]);
        assert_eq!(values("zone", &event), ["a", "b"]);
    }
}
