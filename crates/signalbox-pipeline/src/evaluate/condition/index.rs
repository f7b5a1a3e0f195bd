//! Which conditions can hold of an event at all.
//!
//! Most conditions ask that a field be one of a few values (`dst.port = 445 AND …`) or have a part
//! (`message CONTAINS 'beacon'`). Such a condition is filed under these values, once, when the rules are
//! compiled. One look at what an event has in the field then tells which of all that are filed there are worth
//! asking: of a thousand rules some ten. Parts are searched for all at once. A condition with no such clause is
//! asked of every event.

use std::borrow::Cow;
use std::collections::HashMap;
use std::net::IpAddr;

use aho_corasick::AhoCorasick;
use ipnet::IpNet;
use rustc_hash::FxHashMap;
use signalbox_model::ocsf::ValueRef;

use super::ast::{Literal, Test};
use super::caseless;
use super::field::{Field, Kind};
use super::matching;
use super::together::{Asked, Found};

/// The conditions, filed.
#[derive(Default)]
pub(super) struct Index {
    unfiled: Vec<u32>,
    files: Vec<File>,
}

/// The conditions that ask for values of one field.
struct File {
    field: usize,
    kind: Kind,
    /// All of them, where more than one value, or one of another kind, leaves them open.
    conditions: Vec<u32>,
    texts: Texts,
    /// Severities are here too, by their ids.
    numbers: FxHashMap<i64, Vec<u32>>,
    networks: FxHashMap<IpNet, Vec<u32>>,
    /// How long the prefixes of the networks are, each once.
    prefixes: Vec<u8>,
    parts: Parts,
}

/// The texts that are asked for, in lower case.
#[derive(Default)]
struct Texts {
    conditions: FxHashMap<Box<str>, Vec<u32>>,
    /// The outlines of these texts, a bit each.
    outlines: u64,
}

/// What is asked for as a part of a text, and a search for all of it.
#[derive(Default)]
struct Parts {
    texts: Vec<Box<str>>,
    conditions: Vec<Vec<u32>>,
    /// None where nothing is asked for, or more than a search can be made of.
    search: Option<AhoCorasick>,
}

/// A value that a condition can be filed under.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// In lower case.
    Text(Box<str>),
    /// A part of a text, in lower case.
    Part(Box<str>),
    Number(i64),
    Network(IpNet),
}

/// A clause that must hold if its condition does: one of these values is in this field.
pub(super) struct Necessary {
    pub(super) field: usize,
    pub(super) kind: Kind,
    pub(super) keys: Vec<Key>,
}

impl Necessary {
    /// Makes it of a clause that is not negated, where its values can be filed under.
    pub(super) fn of(number: usize, field: &Field, test: &Test) -> Option<Self> {
        let kind = field.kind();
        let of = |literals: &[Literal]| literals.iter().map(|literal| key(kind, literal)).collect();
        let keys = match test {
            Test::Equals(literal) => of(std::slice::from_ref(literal)),
            Test::In(literals) => of(literals),
            Test::Contains(part) if kind == Kind::Text => {
                Some(vec![Key::Part(part.folded().into())])
            }
            _ => None,
        };
        Some(Self { field: number, kind, keys: keys? })
    }
}

fn key(kind: Kind, literal: &Literal) -> Option<Key> {
    match (kind, literal) {
        (Kind::Text, Literal::Text(text)) => Some(Key::Text(text.folded().into())),
        (Kind::Integer, Literal::Integer(number)) => Some(Key::Number(*number)),
        (Kind::Severity, Literal::Severity(severity)) => Some(Key::Number(severity.id())),
        (Kind::Address, Literal::Network(network)) => Some(Key::Network(network.trunc())),
        _ => None,
    }
}

impl Index {
    /// Files conditions, each under the clause whose values are the rarest among all. Where that is
    /// several, it is one of the field that most conditions ask for, so that few fields are looked at.
    pub(super) fn new(conditions: &[Vec<Necessary>]) -> Self {
        let mut uses = HashMap::<(usize, &Key), usize>::new();
        let mut asked = HashMap::<usize, usize>::new();
        for clause in conditions.iter().flatten() {
            *asked.entry(clause.field).or_default() += 1;
            for key in &clause.keys {
                *uses.entry((clause.field, key)).or_default() += 1;
            }
        }
        let rank = |clause: &&Necessary| {
            let uses = clause.keys.iter().filter_map(|key| uses.get(&(clause.field, key)));
            let asked = asked.get(&clause.field).copied().unwrap_or_default();
            (uses.max().copied(), std::cmp::Reverse(asked))
        };
        let mut index = Self::default();
        for (condition, clauses) in (0u32..).zip(conditions) {
            match clauses.iter().min_by_key(rank) {
                Some(clause) => index.file_of(clause).put(condition, &clause.keys),
                None => index.unfiled.push(condition),
            }
        }
        index.files.iter_mut().for_each(|file| file.parts.prepare());
        index
    }

    fn file_of(&mut self, clause: &Necessary) -> &mut File {
        let known = self.files.iter().position(|file| file.field == clause.field);
        let at = known.unwrap_or_else(|| {
            self.files.push(File::new(clause.field, clause.kind));
            self.files.len() - 1
        });
        &mut self.files[at]
    }

    /// Returns the conditions that may hold of an event, in order; every other one does not.
    pub(super) fn candidates(&self, asked: &mut Asked<'_>) -> Vec<u32> {
        let mut candidates = self.unfiled.clone();
        for file in &self.files {
            match *asked.found(file.field) {
                Found::Nothing => {}
                Found::One { value, address } => file.add(value, address, &mut candidates),
                Found::Several => candidates.extend(&file.conditions),
            }
        }
        candidates.sort_unstable();
        // An address may be in two networks of one list.
        candidates.dedup();
        candidates
    }
}

impl File {
    fn new(field: usize, kind: Kind) -> Self {
        Self {
            field,
            kind,
            conditions: Vec::new(),
            texts: Texts::default(),
            numbers: FxHashMap::default(),
            networks: FxHashMap::default(),
            prefixes: Vec::new(),
            parts: Parts::default(),
        }
    }

    fn put(&mut self, condition: u32, keys: &[Key]) {
        self.conditions.push(condition);
        for key in keys {
            let filed = match key {
                Key::Text(text) => self.texts.entry(text),
                Key::Part(part) => self.parts.entry(part),
                Key::Number(number) => self.numbers.entry(*number).or_default(),
                Key::Network(network) => {
                    if !self.prefixes.contains(&network.prefix_len()) {
                        self.prefixes.push(network.prefix_len());
                    }
                    self.networks.entry(*network).or_default()
                }
            };
            filed.push(condition);
        }
    }

    /// Adds what is filed under the only value of the field; all where it is not what the field usually has.
    fn add(&self, value: ValueRef<'_>, address: Option<IpAddr>, candidates: &mut Vec<u32>) {
        match (self.kind, value) {
            (Kind::Text, ValueRef::Text(text)) => {
                candidates.extend_from_slice(self.texts.get(text));
                self.parts.add(text, candidates);
            }
            (Kind::Integer, ValueRef::Integer(number)) => {
                candidates.extend_from_slice(filed(self.numbers.get(&number)));
            }
            (Kind::Severity, value) => {
                let id = matching::severity(value).map(|severity| severity.id());
                candidates.extend_from_slice(filed(id.and_then(|id| self.numbers.get(&id))));
            }
            (Kind::Address, ValueRef::Text(_)) => {
                let Some(address) = address else { return };
                for prefix in &self.prefixes {
                    // A prefix that is too long for the address is of the other kind of network.
                    let Ok(around) = IpNet::new(address, *prefix) else { continue };
                    candidates.extend_from_slice(filed(self.networks.get(&around.trunc())));
                }
            }
            _ => candidates.extend(&self.conditions),
        }
    }
}

impl Texts {
    fn entry(&mut self, text: &str) -> &mut Vec<u32> {
        self.outlines |= outline(text);
        self.conditions.entry(text.into()).or_default()
    }

    /// Returns the conditions of a text, whatever its case. Most texts of events are asked for by none, which
    /// their outlines tell; in lower case those beyond ASCII may be longer or shorter.
    fn get(&self, text: &str) -> &[u32] {
        if self.outlines & outline(text) == 0 && text.is_ascii() {
            return &[];
        }
        filed(caseless::with_folded(text, |folded| self.conditions.get(folded)))
    }
}

fn filed(conditions: Option<&Vec<u32>>) -> &[u32] {
    conditions.map_or(&[], Vec::as_slice)
}

/// The length and the first letter of a text, whatever its case, as one bit of 64.
fn outline(text: &str) -> u64 {
    let first = text.bytes().next().unwrap_or_default().to_ascii_lowercase();
    1 << ((text.len() ^ (usize::from(first) << 3)) % 64)
}

impl Parts {
    fn entry(&mut self, part: &str) -> &mut Vec<u32> {
        let known = self.texts.iter().position(|text| **text == *part);
        let at = known.unwrap_or_else(|| {
            self.texts.push(part.into());
            self.conditions.push(Vec::new());
            self.texts.len() - 1
        });
        &mut self.conditions[at]
    }

    fn prepare(&mut self) {
        if !self.texts.is_empty() {
            let search = AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .build(self.texts.iter().map(|text| &**text));
            // More states than there are numbers for: everything is asked, as without a search.
            self.search = search.ok();
        }
    }

    /// Adds the conditions of all parts that the text has.
    fn add(&self, text: &str, candidates: &mut Vec<u32>) {
        let Some(search) = &self.search else {
            candidates.extend(self.conditions.iter().flatten());
            return;
        };
        let folded =
            if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(caseless::folded(text)) };
        let mut is_found = Vec::new();
        for part in search.find_overlapping_iter(&*folded) {
            let part = part.pattern().as_usize();
            // A text may have a part as often as it has letters.
            is_found.resize(self.conditions.len(), false);
            if !std::mem::replace(&mut is_found[part], true) {
                candidates.extend(self.conditions.get(part).into_iter().flatten());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use signalbox_model::ocsf::{Event, FieldPath, Value};

    use super::super::{Condition, Subject, Together};

    fn candidates(conditions: &[String], values: &[(&str, Value<'_>)]) -> Vec<u32> {
        let compile = |text: &String| Condition::compile(text).unwrap();
        let compiled: Vec<_> = conditions.iter().map(compile).collect();
        let mut event = Event::default();
        for (path, value) in values {
            event.assign(&FieldPath::parse(path).unwrap(), *value).unwrap();
        }
        let together = Together::new(compiled.iter().map(Some));
        let subject = Subject { event: &event, integration: "a", connector: "b" };
        together.ask(&subject).candidates()
    }

    #[test]
    fn of_a_thousand_rules_only_those_that_name_the_value_are_asked() {
        let mut rules: Vec<_> = (0..1000)
            .map(|number| format!("device.hostname = 'HOST-{number}' AND severity >= high"))
            .collect();
        rules.push("severity >= high".to_owned());

        assert_eq!(candidates(&rules, &[("device.hostname", Value::Text("host-7"))]), [7, 1000]);
        assert_eq!(candidates(&rules, &[]), [1000]);
    }

    #[test]
    fn a_rule_is_filed_under_the_value_that_fewest_rules_name() {
        let rules = ["a", "b", "c"]
            .map(|name| format!("metadata.product.name = 'EDR' AND actor.user.name = '{name}'"));
        let product = ("metadata.product.name", Value::Text("EDR"));

        assert_eq!(candidates(&rules, &[product]), [0u32; 0]);
        assert_eq!(candidates(&rules, &[product, ("actor.user.name", Value::Text("B"))]), [1]);
    }

    #[test]
    fn texts_are_found_whatever_their_case_in_any_alphabet() {
        let rules = ["Edge-17", "ПРИВЕТ", "k"].map(|text| format!("device.hostname = '{text}'"));
        let of = |text| candidates(&rules, &[("device.hostname", Value::Text(text))]);

        assert_eq!(of("EDGE-17"), [0]);
        assert_eq!(of("привет"), [1]);
        assert_eq!(of("\u{212A}"), [2]);
        assert_eq!(of("edge-18"), [0u32; 0]);
    }

    #[test]
    fn parts_are_found_wherever_they_stand_in_any_alphabet() {
        let rules = ["beacon", "BEACON interval", "маяк", "con", "other"]
            .map(|part| format!("message CONTAINS '{part}'"));
        let of = |text| candidates(&rules, &[("message", Value::Text(text))]);

        assert_eq!(of("a Beacon Interval of 60"), [0, 1, 3]);
        assert_eq!(of("МАЯК and beaCON, beacon"), [0, 2, 3]);
        assert_eq!(of("nothing"), [0u32; 0]);
    }

    #[test]
    fn networks_are_found_around_an_address_each_condition_once() {
        let rules = ["'10.0.0.0/8', '10.1.0.0/16'", "'10.1.2.3'", "'2001:db8::/32'", "'0.0.0.0/0'"]
            .map(|networks| format!("device.ip IN ({networks})"));
        let of = |address| candidates(&rules, &[("device.ip", Value::Text(address))]);

        assert_eq!(of("10.1.2.3"), [0, 1, 3]);
        assert_eq!(of("::ffff:10.1.2.3"), [0, 1, 3]);
        assert_eq!(of("2001:db8::1"), [2]);
        assert_eq!(of("no address"), [0u32; 0]);
    }

    #[test]
    fn what_is_negated_or_one_of_two_is_asked_of_every_event() {
        let rules = ["dst.port != 22", "NOT dst.port = 22", "dst.port = 22 OR severity = high"]
            .map(str::to_owned);

        assert_eq!(candidates(&rules, &[]), [0, 1, 2]);
    }
}
