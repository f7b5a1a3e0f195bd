//! What OCSF requires of one object of an event, and how that is said.

use serde_json::Value as Json;
use signalbox_model::ocsf::schema::{AttributeRule, Constraint, Entity, Requirement, Schema};
use signalbox_model::ocsf::{Class, ClassUid, Event, FieldPath, Value};
use signalbox_model::time::Timestamp;

use super::rules::Rules;

/// An object that a mapping sets something of.
#[derive(Clone, Debug)]
pub(super) struct Object {
    /// Its path; empty for the event itself.
    pub(super) path: String,
    /// The attributes that the mapping sets in it and below, by their paths.
    pub(super) attributes: Vec<String>,
    entity: &'static Entity,
}

impl Object {
    /// Returns the event itself.
    ///
    /// # Errors
    /// For a class that the schema's table does not have.
    pub(super) fn event(class: ClassUid) -> Result<Self, String> {
        match Schema::get().classes.get(&class.number()) {
            Some(entity) => Ok(Self { path: String::new(), attributes: Vec::new(), entity }),
            None => Err(format!("nothing is known of the OCSF class `{class}`; map to another")),
        }
    }

    /// Returns the object that the attribute `name` holds, if it holds one.
    pub(super) fn inside(&self, name: &str) -> Option<Self> {
        let rule = self.entity.attributes.get(name)?;
        Some(Self { path: self.join(name), attributes: Vec::new(), entity: object_of(rule)? })
    }

    /// Returns groups of attributes: of each group the object must have one.
    pub(super) fn required(&self, class: ClassUid) -> Vec<Vec<&'static str>> {
        let required = self.entity.attributes.iter().filter(|(name, rule)| {
            rule.requirement == Requirement::Required
                && rule.profile.is_none()
                && (rule.is_object || !self.has_anyway(class, name))
        });
        let required = required.map(|(name, _)| vec![*name]);
        let constraints =
            self.entity.constraints.iter().map(|constraint| names_of(constraint).to_vec());
        required.chain(constraints).collect()
    }

    /// Returns groups of attributes: of each group the object may have only one.
    pub(super) fn exclusive(&self) -> impl Iterator<Item = &[&'static str]> {
        self.entity.constraints.iter().filter_map(|constraint| match constraint {
            Constraint::JustOne(names) => Some(names.as_slice()),
            Constraint::AtLeastOne(_) => None,
        })
    }

    /// Lists attributes by their paths; an object is shown by an attribute it requires itself.
    pub(super) fn list(&self, names: &[&'static str]) -> String {
        let paths = names.iter().map(|name| self.join(name) + &way_in(self.entity, name));
        let known = paths.filter(|path| FieldPath::parse(path).is_ok());
        known.map(|path| format!("`{path}`")).collect::<Vec<_>>().join(" or ")
    }

    /// Whether the object is written with an attribute that nobody sets, as numbers are that are
    /// then 0 (Unknown). Seen by writing an event that has something else of the object.
    fn has_anyway(&self, class: ClassUid, name: &str) -> bool {
        let mut event = Event::new(Class::new(class), Timestamp::default());
        if !self.path.is_empty() {
            let other = self.attributes.iter().find(|path| self.is_beside(class, path, name));
            let other = other.and_then(|path| FieldPath::parse(path).ok());
            // A text that reads as a value of any kind.
            let set = other.map(|other| event.assign(&other, Value::Text("1")));
            if !matches!(set, Some(Ok(()))) {
                return false;
            }
        }
        let mut json = Vec::new();
        event.write_json(&mut json);
        let event = serde_json::from_slice(&json).unwrap_or(Json::Null);
        let steps = self.path.split('.').filter(|step| !step.is_empty());
        let object = steps.fold(&event, |object, step| match &object[step] {
            Json::Array(items) => items.first().unwrap_or(&Json::Null),
            value => value,
        });
        object.get(name).is_some()
    }

    /// Whether the attribute at `path` has nothing to do with the attribute `name`.
    fn is_beside(&self, class: ClassUid, path: &str, name: &str) -> bool {
        let own = self.join(name);
        let below = path.strip_prefix(&own);
        let is_own = below.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        let rules = Rules::of(class, path);
        !is_own && rules.is_none_or(|rules| rules.number != Some(name))
    }

    fn join(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }
}

/// Returns the way from the object in an attribute to the first attribute that it requires, such
/// as `.uid`; nothing where the attribute holds no object.
fn way_in(owner: &Entity, name: &str) -> String {
    let entity = owner.attributes.get(name).and_then(object_of);
    let first = entity.and_then(|entity| Some((entity, first_required(entity)?)));
    first.map_or_else(String::new, |(entity, name)| format!(".{name}{}", way_in(entity, name)))
}

fn first_required(entity: &'static Entity) -> Option<&'static str> {
    let constraint = entity.constraints.first().and_then(|constraint| names_of(constraint).first());
    let mut rules = entity.attributes.iter();
    let required = rules.find(|(_, rule)| rule.requirement == Requirement::Required);
    constraint.or(required.map(|(name, _)| name)).copied()
}

fn object_of(rule: &AttributeRule) -> Option<&'static Entity> {
    Schema::get().objects.get(rule.type_name).filter(|_| rule.is_object)
}

fn names_of(constraint: &Constraint) -> &[&'static str] {
    match constraint {
        Constraint::AtLeastOne(names) | Constraint::JustOne(names) => names,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLASS: ClassUid = ClassUid::DetectionFinding;

    fn object(path: &str, attributes: &[&str]) -> Object {
        let mut object = Object::event(CLASS).unwrap();
        for name in path.split('.') {
            object = object.inside(name).unwrap();
        }
        object.attributes = attributes.iter().map(|path| (*path).to_owned()).collect();
        object
    }

    #[test]
    fn what_is_written_by_itself_is_not_required_of_a_mapping() {
        let event = Object::event(CLASS).unwrap();
        let system = object("device.os", &["device.os.name"]);

        assert_eq!(event.required(CLASS), [["finding_info"], ["metadata"]]);
        assert_eq!(system.required(CLASS), [["name"]]);
    }

    #[test]
    fn objects_are_shown_by_what_they_require_themselves() {
        let event = Object::event(CLASS).unwrap();

        assert_eq!(
            event.list(&["metadata", "vulnerabilities", "message"]),
            "`metadata.product.name` or `vulnerabilities.advisory.uid` or `message`"
        );
    }
}
