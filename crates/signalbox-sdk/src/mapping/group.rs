//! Which attributes of a mapping stand or fall together in an event.
//!
//! An object may require attributes, or one of several: a resource is nothing without a name or a
//! uid. What a mapping reads may be absent, so this is settled for each event: an object that
//! would be incomplete is left out and its values stay in `unmapped`; where the event cannot be
//! without it, the item makes no event. What the mapping itself lacks is said when it is compiled.

use signalbox_model::ocsf::ClassUid;

use super::requirement::Object;

/// The objects that a mapping fills: the event itself first, parents before children.
#[derive(Clone, Debug)]
pub(super) struct Groups(Vec<Group>);

/// One object.
#[derive(Clone, Debug)]
struct Group {
    object: Object,
    parent: usize,
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
        Ok(Self(vec![Group::new(Object::event(class)?, 0)]))
    }

    /// Adds an attribute, with the number it fills beside itself, and returns its group.
    pub(super) fn add(
        &mut self,
        attribute: usize,
        path: &str,
        number: Option<&'static str>,
    ) -> usize {
        let (parents, name) = path.rsplit_once('.').unwrap_or(("", path));
        let mut group = 0;
        for parent in parents.split('.').filter(|parent| !parent.is_empty()) {
            group = self.inside(group, parent);
            self.0[group].object.attributes.push(path.to_owned());
        }
        let member = Member { name: name.to_owned(), number, place: Place::Attribute(attribute) };
        self.0[group].members.push(member);
        group
    }

    /// Returns the group of the object at `path`, if the mapping sets something of it.
    pub(super) fn find(&self, path: &str) -> Option<usize> {
        self.0.iter().position(|group| group.object.path == path)
    }

    /// Finds or makes the group of an object that stands in another.
    fn inside(&mut self, parent: usize, name: &str) -> usize {
        let Some(object) = self.0[parent].object.inside(name) else { return parent };
        if let Some(group) = self.find(&object.path) {
            return group;
        }
        let group = self.0.len();
        self.0.push(Group::new(object, parent));
        let member = Member { name: name.to_owned(), number: None, place: Place::Group(group) };
        self.0[parent].members.push(member);
        group
    }

    /// Works out what each object requires, once all attributes are added, and says what no
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
            complete[place] = group.is_complete(present, &complete);
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
            let wanted = format!("an attribute of `{}`", group.object.path);
            return Missing { wanted, attributes: Vec::new() };
        };
        if let [Place::Group(inner)] = clause.places.as_slice() {
            return self.missing(*inner, present, complete);
        }
        let attributes = clause.places.iter().filter_map(|place| match place {
            Place::Attribute(attribute) => Some(*attribute),
            Place::Group(_) => None,
        });
        Missing { wanted: group.object.list(&clause.names), attributes: attributes.collect() }
    }
}

impl Group {
    fn new(object: Object, parent: usize) -> Self {
        Self { object, parent, members: Vec::new(), clauses: Vec::new() }
    }

    fn settle(&mut self, class: ClassUid) {
        let clauses = self.object.required(class).into_iter().map(|names| {
            let members = self.members.iter().filter(|member| member.is_one_of(&names));
            Clause { places: members.map(|member| member.place).collect(), names }
        });
        self.clauses = clauses.collect();
    }

    /// Says what the mapping lacks, or has too much of, in this object.
    fn complaints(&self) -> Vec<String> {
        let lacking = self.clauses.iter().filter(|clause| clause.places.is_empty());
        let lacking = lacking.map(|clause| {
            format!("OCSF requires {} here; map it", self.object.list(&clause.names))
        });
        let count =
            |names: &[_]| self.members.iter().filter(|member| member.is_one_of(names)).count();
        let crowded = self.object.exclusive().filter(|names| count(names) > 1);
        let crowded = crowded.map(|names| {
            format!("OCSF allows only one of {}; map just one", self.object.list(names))
        });
        lacking.chain(crowded).collect()
    }

    fn is_complete(&self, present: &[bool], complete: &[bool]) -> bool {
        self.members.iter().any(|member| member.place.holds(present, complete))
            && self.clauses.iter().all(|clause| clause.is_met(present, complete))
    }
}

impl Member {
    fn is_one_of(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.name == *name || self.number == Some(*name))
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
