//! Which attributes OCSF wants together.
//!
//! An object may require attributes, or one of several: a resource is nothing without a name or a
//! uid. What a mapping reads may be absent, so this is settled for each event: an object that
//! would be incomplete is left out and its values stay in `unmapped`; where the event cannot be
//! without it, the item makes no event. What the mapping itself lacks is said when it is compiled.

use serde_json::Value as Json;
use signalbox_model::ocsf::schema::{Constraint, Entity, Requirement, Schema};
use signalbox_model::ocsf::{Class, ClassUid, Event, FieldPath, Value};
use signalbox_model::time::Timestamp;

use super::rules::Rules;

/// The objects that a mapping fills: the event itself first, parents before children.
#[derive(Clone, Debug)]
pub(super) struct Groups(Vec<Group>);

/// One object.
#[derive(Clone, Debug)]
struct Group {
    /// Its path; empty for the event itself.
    path: String,
    /// The paths of the attributes in it and below.
    paths: Vec<String>,
    parent: usize,
    entity: &'static Entity,
    members: Vec<Member>,
    clauses: Vec<Clause>,
}

/// What the mapping sets in an object.
#[derive(Clone, Debug)]
struct Member {
    name: String,
    /// The number that the attribute, a word, fills as well.
    number: Option<&'static str>,
    place: Place,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    Attribute(usize),
    Group(usize),
}

/// Names of which one must be there.
#[derive(Clone, Debug)]
struct Clause {
    names: Vec<&'static str>,
    places: Vec<Place>,
}

/// A clause that nothing fulfills.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Missing {
    /// The attributes of which one is wanted, as text.
    pub(super) wanted: String,
    /// The attributes of the mapping that could have filled it.
    pub(super) attributes: Vec<usize>,
}

impl Groups {
    /// Starts with the event itself.
    ///
    /// # Errors
    /// For a class that the schema's table does not have.
    pub(super) fn new(class: ClassUid) -> Result<Self, String> {
        match Schema::get().classes.get(&class.number()) {
            Some(entity) => Ok(Self(vec![Group::new("", 0, entity)])),
            None => Err(format!("nothing is known of the OCSF class `{class}`; map to another")),
        }
    }

    /// Adds an attribute, with the number it fills beside itself, and returns its group.
    pub(super) fn add(
        &mut self,
        attribute: usize,
        path: &str,
        number: Option<&'static str>,
    ) -> usize {
        let (parents, name) = split(path);
        let group = self.group(parents);
        let member = Member { name: name.into(), number, place: Place::Attribute(attribute) };
        self.0[group].members.push(member);
        let mut above = group;
        while above != 0 {
            self.0[above].paths.push(path.to_owned());
            above = self.0[above].parent;
        }
        group
    }

    /// Returns the group of the object at `path`, if the mapping sets something of it.
    pub(super) fn find(&self, path: &str) -> Option<usize> {
        self.0.iter().position(|group| group.path == path)
    }

    /// Finds or makes the group of an object and of those it stands in.
    fn group(&mut self, path: &str) -> usize {
        if let Some(group) = self.find(path) {
            return group;
        }
        let (parents, name) = split(path);
        let parent = self.group(parents);
        let rule = self.0[parent].entity.attributes.get(name);
        let Some(entity) = rule.and_then(|rule| Schema::get().objects.get(rule.type_name)) else {
            return parent;
        };
        let group = self.0.len();
        self.0.push(Group::new(path, parent, entity));
        let member = Member { name: name.into(), number: None, place: Place::Group(group) };
        self.0[parent].members.push(member);
        group
    }

    /// Works out what each object wants, once all attributes are added, and says what no
    /// attribute of the mapping can fill.
    pub(super) fn settle(&mut self, class: ClassUid) -> Vec<String> {
        let mut complaints = Vec::new();
        for group in &mut self.0 {
            group.settle(class);
            complaints.extend(group.complaints());
        }
        complaints
    }

    /// Returns which objects can stand in an event that has the attributes in `present`.
    ///
    /// # Errors
    /// What is missing when the event cannot be.
    pub(super) fn complete(&self, present: &[bool]) -> Result<Vec<bool>, Missing> {
        let mut complete = vec![false; self.0.len()];
        for (place, group) in self.0.iter().enumerate().rev() {
            let is_filled = group.members.iter().any(|member| member.place.holds(present, &complete));
            let is_met = |clause: &Clause| clause.is_met(present, &complete);
            complete[place] = is_filled && group.clauses.iter().all(is_met);
        }
        if complete.first() != Some(&true) {
            return Err(self.missing(0, present, &complete));
        }
        for (place, group) in self.0.iter().enumerate() {
            complete[place] &= complete[group.parent];
        }
        Ok(complete)
    }

    /// Finds the innermost reason why an object is incomplete.
    fn missing(&self, group: usize, present: &[bool], complete: &[bool]) -> Missing {
        let group = &self.0[group];
        let unmet = group.clauses.iter().find(|clause| !clause.is_met(present, complete));
        let Some(clause) = unmet else {
            let wanted = format!("an attribute of `{}`", group.path);
            return Missing { wanted, attributes: Vec::new() };
        };
        if let [Place::Group(inner)] = clause.places.as_slice() {
            return self.missing(*inner, present, complete);
        }
        let attributes = clause.places.iter().filter_map(|place| match place {
            Place::Attribute(attribute) => Some(*attribute),
            Place::Group(_) => None,
        });
        Missing { wanted: group.names(&clause.names), attributes: attributes.collect() }
    }
}

impl Group {
    fn new(path: &str, parent: usize, entity: &'static Entity) -> Self {
        let path = path.to_owned();
        Self { path, paths: Vec::new(), parent, entity, members: Vec::new(), clauses: Vec::new() }
    }

    /// Turns the rules of the object into clauses.
    fn settle(&mut self, class: ClassUid) {
        let required = self.entity.attributes.iter().filter(|(name, rule)| {
            rule.requirement == Requirement::Required
                && rule.profile.is_none()
                && (rule.is_object || !self.writes(class, name))
        });
        let required = required.map(|(name, _)| vec![*name]);
        let constraints = self.entity.constraints.iter().map(|constraint| match constraint {
            Constraint::AtLeastOne(names) | Constraint::JustOne(names) => names.clone(),
        });
        let clauses = required.chain(constraints).map(|names| {
            let is_named = |member: &&Member| {
                names.iter().any(|name| member.name == *name || member.number == Some(*name))
            };
            let places = self.members.iter().filter(is_named).map(|member| member.place).collect();
            Clause { names, places }
        });
        self.clauses = clauses.collect();
    }

    /// Whether the object is written with an attribute although nobody sets it, as numbers are
    /// whose value is then `Unknown`. Seen by writing an event that has something else of it.
    fn writes(&self, class: ClassUid, name: &str) -> bool {
        let mut event = Event::new(Class::new(class), Timestamp::default());
        let own = format!("{}.{name}", self.path);
        let is_other = |path: &&String| {
            let is_word = Rules::of(class, path).is_some_and(|rules| rules.number == Some(name));
            !is_word && **path != own && !path.starts_with(&format!("{own}."))
        };
        if let Some(path) = self.paths.iter().find(is_other) {
            let path = FieldPath::parse(path).ok();
            // A text that reads as a value of any kind.
            let one = path.and_then(|path| event.assign(&path, Value::Text("1")).ok());
            if one.is_none() {
                return false;
            }
        }
        let mut json = Vec::new();
        event.write_json(&mut json);
        let mut object = serde_json::from_slice(&json).unwrap_or(Json::Null);
        for segment in self.path.split('.').filter(|segment| !segment.is_empty()) {
            object = match object[segment].take() {
                Json::Array(mut items) => items.pop().unwrap_or(Json::Null),
                value => value,
            };
        }
        object.get(name).is_some()
    }

    /// Says what the mapping lacks, or has too much of, in this object.
    fn complaints(&self) -> Vec<String> {
        let lacking = self.clauses.iter().filter(|clause| clause.places.is_empty());
        let mut complaints: Vec<String> = lacking
            .map(|clause| format!("OCSF requires {} here; map it", self.names(&clause.names)))
            .collect();
        for constraint in &self.entity.constraints {
            let Constraint::JustOne(names) = constraint else { continue };
            let is_named = |member: &&Member| names.contains(&member.name.as_str());
            if self.members.iter().filter(is_named).count() > 1 {
                let names = self.names(names);
                complaints.push(format!("OCSF allows only one of {names}; map just one"));
            }
        }
        complaints
    }

    /// Lists names as paths, for messages; an object is shown by an attribute it requires.
    fn names(&self, names: &[&'static str]) -> String {
        let prefix = if self.path.is_empty() { String::new() } else { format!("{}.", self.path) };
        let paths = names.iter().map(|name| format!("{prefix}{name}{}", wanted_in(self.entity, name)));
        let known: Vec<String> = paths
            .filter(|path| FieldPath::parse(path).is_ok())
            .map(|path| format!("`{path}`"))
            .collect();
        known.join(" or ")
    }
}

impl Place {
    fn holds(self, present: &[bool], complete: &[bool]) -> bool {
        let (list, place) = match self {
            Self::Attribute(attribute) => (present, attribute),
            Self::Group(group) => (complete, group),
        };
        list.get(place).copied().unwrap_or(false)
    }
}

impl Clause {
    fn is_met(&self, present: &[bool], complete: &[bool]) -> bool {
        self.places.iter().any(|place| place.holds(present, complete))
    }
}

/// Returns the way from an object to the first attribute it requires, such as `.uid`.
fn wanted_in(owner: &Entity, name: &str) -> String {
    let rule = owner.attributes.get(name).filter(|rule| rule.is_object);
    let Some(entity) = rule.and_then(|rule| Schema::get().objects.get(rule.type_name)) else {
        return String::new();
    };
    let first_of = entity.constraints.iter().find_map(|constraint| match constraint {
        Constraint::AtLeastOne(names) | Constraint::JustOne(names) => names.first().copied(),
    });
    let is_required = |entry: &&str| {
        entity.attributes.get(*entry).is_some_and(|rule| rule.requirement == Requirement::Required)
    };
    let required = entity.attributes.keys().copied().find(|name| is_required(&name));
    first_of.or(required).map_or_else(String::new, |inner| {
        format!(".{inner}{}", wanted_in(entity, inner))
    })
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('.').unwrap_or(("", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(paths: &[&str]) -> (Groups, Vec<String>) {
        let mut groups = Groups::new(ClassUid::DetectionFinding).unwrap();
        for (attribute, path) in paths.iter().enumerate() {
            groups.add(attribute, path, None);
        }
        let complaints = groups.settle(ClassUid::DetectionFinding);
        (groups, complaints)
    }

    const NEEDED: [&str; 2] = ["finding_info.uid", "metadata.product.name"];

    #[test]
    fn what_no_attribute_fills_is_said_with_the_path_to_map() {
        let (_, complaints) = groups(&["message", "device.os.name", "resources.type"]);

        assert_eq!(
            complaints,
            [
                "OCSF requires `finding_info.uid` here; map it",
                "OCSF requires `metadata.product.name` here; map it",
                "OCSF requires `device.ip` or `device.uid` or `device.name` or `device.hostname` \
                 or `device.instance_uid` or `device.interface_uid` or `device.interface_name` \
                 here; map it",
                "OCSF requires `resources.name` or `resources.uid` here; map it",
            ]
        );
    }

    #[test]
    fn only_one_of_exclusive_attributes_may_be_mapped() {
        let (_, complaints) =
            groups(&[NEEDED[0], NEEDED[1], "vulnerabilities.cve.uid", "vulnerabilities.cwe.uid"]);

        assert_eq!(complaints.len(), 1, "{complaints:?}");
        assert!(complaints[0].starts_with("OCSF allows only one of"), "{complaints:?}");
    }

    #[test]
    fn an_object_without_what_it_requires_is_left_out_of_the_event() {
        let (groups, complaints) =
            groups(&[NEEDED[0], NEEDED[1], "resources.type", "resources.name"]);
        let resources = groups.find("resources").unwrap();

        assert_eq!(complaints, Vec::<String>::new());
        assert!(!groups.complete(&[true, true, true, false]).unwrap()[resources]);
        assert!(groups.complete(&[true, true, false, true]).unwrap()[resources]);
    }

    #[test]
    fn an_event_without_what_it_requires_is_refused_with_the_attribute() {
        let (groups, _) = groups(&NEEDED);

        let missing = groups.complete(&[false, true]).unwrap_err();

        assert_eq!(
            missing,
            Missing { wanted: "`finding_info.uid`".to_owned(), attributes: vec![0] }
        );
    }
}
