//! The table, read once.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

/// The facts of the schema.
#[derive(Debug, Default)]
pub struct Schema {
    /// The schema's version.
    pub version: &'static str,
    /// The names of all profiles.
    pub profiles: HashSet<&'static str>,
    /// The scalar types.
    pub types: HashMap<&'static str, TypeRule>,
    /// The classes covered, by `class_uid`.
    pub classes: HashMap<i64, Entity>,
    /// The names of the classes not covered, by `class_uid`.
    pub uncovered: HashMap<i64, &'static str>,
    /// The objects covered.
    pub objects: HashMap<&'static str, Entity>,
    enums: HashMap<&'static str, Captions>,
}

type Captions = Vec<(&'static str, &'static str)>;

/// What a scalar type demands.
#[derive(Clone, Copy, Debug, Default)]
pub struct TypeRule {
    /// The type it is a kind of.
    pub base: Option<&'static str>,
    /// How many characters it may have.
    pub length_max: Option<usize>,
    /// The lowest and the highest number it may be.
    pub range: Option<(i64, i64)>,
}

/// A class or an object.
#[derive(Debug, Default)]
pub struct Entity {
    /// Its name.
    pub name: &'static str,
    /// Its attributes; none at all means that any are allowed.
    pub attributes: BTreeMap<&'static str, AttributeRule>,
    /// What it demands of its attributes together.
    pub constraints: Vec<Constraint>,
}

/// What an entity demands of its attributes together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Constraint {
    /// One of these must be present.
    AtLeastOne(Vec<&'static str>),
    /// Exactly one of these must be present.
    JustOne(Vec<&'static str>),
}

/// An attribute of a class or object.
#[derive(Debug)]
pub struct AttributeRule {
    /// The name of its scalar type, or of its object.
    pub type_name: &'static str,
    /// Whether it is an object.
    pub is_object: bool,
    /// Whether it is an array.
    pub is_array: bool,
    /// Whether it must be there.
    pub requirement: Requirement,
    /// The profile that brings it.
    pub profile: Option<&'static str>,
    /// The attribute that holds the word beside this number.
    pub sibling: Option<&'static str>,
    /// The version that deprecated it.
    pub deprecated_since: Option<&'static str>,
    captions: Option<&'static str>,
}

/// Whether an attribute must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// It must.
    Required,
    /// It should.
    Recommended,
    /// It may.
    Optional,
}

impl Schema {
    /// Returns the facts of OCSF 1.8.0.
    pub fn get() -> &'static Self {
        static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema::parse(TABLE));
        &SCHEMA
    }

    /// Returns the values an attribute may have, each with its caption; `None` where any may be.
    pub fn captions(&self, rule: &AttributeRule) -> Option<&[(&'static str, &'static str)]> {
        self.enums.get(rule.captions?).map(Vec::as_slice)
    }

    /// Returns what the type of an attribute comes down to, such as `string_t` for `ip_t`.
    pub fn base_type(&self, rule: &AttributeRule) -> &'static str {
        self.types.get(rule.type_name).and_then(|found| found.base).unwrap_or(rule.type_name)
    }

    /// Reads the table. Rows that are none of ours are left out; a test compares the table with
    /// what the script makes.
    fn parse(table: &'static str) -> Self {
        let mut schema = Self::default();
        let mut entity = None;
        for line in table.lines() {
            let columns: Vec<&'static str> = line.split('\t').collect();
            match columns.as_slice() {
                ["version", version] => schema.version = version,
                ["profile", name] => {
                    schema.profiles.insert(name);
                }
                ["type", name, base, rule] => {
                    schema.types.insert(name, type_rule(base, rule));
                }
                ["uncovered", uid, name] => {
                    schema.uncovered.extend(uid.parse().ok().map(|uid: i64| (uid, *name)));
                }
                ["enum", id, members @ ..] => {
                    let members = members.iter().filter_map(|member| member.split_once('='));
                    schema.enums.insert(id, members.collect());
                }
                ["class", uid, name, constraints @ ..] => {
                    schema.keep(entity.take());
                    entity = Some((Some(*uid), named(name, constraints)));
                }
                ["object", name, constraints @ ..] => {
                    schema.keep(entity.take());
                    entity = Some((None, named(name, constraints)));
                }
                ["a", name, rest @ ..] => {
                    if let (Some((_, entity)), Some(rule)) = (&mut entity, attribute(rest)) {
                        entity.attributes.insert(name, rule);
                    }
                }
                _ => {}
            }
        }
        schema.keep(entity);
        schema
    }

    fn keep(&mut self, entity: Option<(Option<&'static str>, Entity)>) {
        match entity {
            Some((Some(uid), class)) => {
                self.classes.extend(uid.parse().ok().map(|uid: i64| (uid, class)));
            }
            Some((None, object)) => {
                self.objects.insert(object.name, object);
            }
            None => {}
        }
    }
}

fn named(name: &'static str, constraints: &[&'static str]) -> Entity {
    let constraints = constraints.iter().filter_map(|text| constraint(text)).collect();
    Entity { name, attributes: BTreeMap::new(), constraints }
}

fn constraint(text: &'static str) -> Option<Constraint> {
    let (kind, names) = text.split_once('=')?;
    let names = names.split(',').collect();
    match kind {
        "at_least_one" => Some(Constraint::AtLeastOne(names)),
        "just_one" => Some(Constraint::JustOne(names)),
        _ => None,
    }
}

fn type_rule(base: &'static str, rule: &str) -> TypeRule {
    let range = rule.strip_prefix("range=").and_then(|range| range.split_once(".."));
    TypeRule {
        base: present(base),
        length_max: rule.strip_prefix("len=").and_then(|length| length.parse().ok()),
        range: range.and_then(|(low, high)| Some((low.parse().ok()?, high.parse().ok()?))),
    }
}

fn attribute(columns: &[&'static str]) -> Option<AttributeRule> {
    let [kind, requirement, profile, captions, sibling, deprecated_since] = columns else {
        return None;
    };
    let item = kind.strip_suffix("[]").unwrap_or(kind);
    Some(AttributeRule {
        type_name: item.strip_prefix("object:").unwrap_or(item),
        is_object: item.starts_with("object:"),
        is_array: kind.ends_with("[]"),
        requirement: match *requirement {
            "required" => Requirement::Required,
            "recommended" => Requirement::Recommended,
            _ => Requirement::Optional,
        },
        profile: present(profile),
        sibling: present(sibling),
        deprecated_since: present(deprecated_since),
        captions: present(captions),
    })
}

fn present(column: &'static str) -> Option<&'static str> {
    (column != "-").then_some(column)
}

const TABLE: &str = include_str!("../../../schema/ocsf-1.8.0.tsv");
