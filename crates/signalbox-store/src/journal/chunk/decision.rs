//! What routing decided about an event, stored once for all events of a chunk about which it decided the same.

use std::collections::HashMap;

use super::dictionary::{Dictionary, Names};
use super::wire::{Cursor, put_varint};
use super::{ChunkError, RecordError, StreamTotals, Totals};

/// The names that decisions of one compiled rule set refer to by index.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct RuleNames {
    /// SHA-256 of the rule set: which version decided.
    pub hash: [u8; 32],
    /// The streaming destinations.
    pub streams: Vec<String>,
    /// The routes.
    pub routes: Vec<String>,
    /// The alert rules.
    pub rules: Vec<String>,
    /// The silences.
    pub silences: Vec<String>,
}

/// What routing decided about one event. The order within the lists is kept, so write each list in one order always.
#[derive(Clone, PartialEq, Eq, Hash, Default, Debug)]
pub struct Decision {
    /// The streams that take it: indexes into [`RuleNames::streams`].
    pub streams: Vec<u16>,
    /// The streams that would have taken it but for a route.
    pub suppressed: Vec<Suppression>,
    /// The alert rules that match: indexes into [`RuleNames::rules`].
    pub rules: Vec<u16>,
    /// The silences whose condition holds, in force or not: indexes into [`RuleNames::silences`].
    pub silences: Vec<u16>,
}

/// A stream that does not get an event, and the route that decided so.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Suppression {
    /// The index of the stream in [`RuleNames::streams`].
    pub stream: u16,
    /// The index of the route in [`RuleNames::routes`].
    pub route: u16,
}

impl Decision {
    /// As `==`, for what is asked about every event.
    ///
    /// Most of the lists are empty. Of two empty ones `==` has the C library compare no bytes at an address that is none,
    /// for which a processor with AVX-512 takes hundreds of cycles: it has to suppress the fault of a masked load.
    pub fn is_same(&self, other: &Self) -> bool {
        are_same(&self.streams, &other.streams)
            && are_same(&self.suppressed, &other.suppressed)
            && are_same(&self.rules, &other.rules)
            && are_same(&self.silences, &other.silences)
    }
}

fn are_same<T: PartialEq>(one: &[T], other: &[T]) -> bool {
    one.len() == other.len() && (one.is_empty() || one == other)
}

/// Gives each distinct decision of the chunk being built a number and counts its events.
#[derive(Default)]
pub(super) struct DecisionTable {
    numbers: HashMap<Decision, usize>,
    last: Option<(Decision, usize)>,
    events: Vec<u64>,
    encoded: Vec<u8>,
}

impl DecisionTable {
    /// Returns the number of the decision; most events are decided about like the one before.
    pub(super) fn number(
        &mut self,
        decision: &Decision,
        names: &RuleNames,
        dictionary: &mut Dictionary,
    ) -> Result<usize, RecordError> {
        match &self.last {
            Some((last, number)) if last.is_same(decision) => return Ok(*number),
            _ => {}
        }
        let number = match self.numbers.get(decision) {
            Some(number) => *number,
            None => self.add(decision, names, dictionary)?,
        };
        self.remember(decision, number);
        Ok(number)
    }

    /// Counts an event about which it was decided so.
    pub(super) fn count(&mut self, number: usize) {
        if let Some(events) = self.events.get_mut(number) {
            *events += 1;
        }
    }

    fn add(
        &mut self,
        decision: &Decision,
        names: &RuleNames,
        dictionary: &mut Dictionary,
    ) -> Result<usize, RecordError> {
        let before = self.encoded.len();
        if let Err(error) = encode(decision, names, dictionary, &mut self.encoded) {
            self.encoded.truncate(before);
            return Err(error);
        }
        let number = self.events.len();
        self.numbers.insert(decision.clone(), number);
        self.events.push(0);
        Ok(number)
    }

    fn remember(&mut self, decision: &Decision, number: usize) {
        match &mut self.last {
            Some((last, last_number)) => {
                last.clone_from(decision);
                *last_number = number;
            }
            None => self.last = Some((decision.clone(), number)),
        }
    }

    /// Adds what the chunk's decisions mean for each stream.
    pub(super) fn add_to(&self, totals: &mut Totals, names: &RuleNames) {
        for (decision, number) in &self.numbers {
            let events = self.events.get(*number).copied().unwrap_or_default();
            if events == 0 {
                continue;
            }
            for stream in &decision.streams {
                let taken = StreamTotals { accepted: events, suppressed: 0 };
                totals.count_stream(name_of(&names.streams, *stream), taken);
            }
            for suppression in &decision.suppressed {
                let suppressed = StreamTotals { accepted: events, suppressed: events };
                totals.count_stream(name_of(&names.streams, suppression.stream), suppressed);
            }
        }
    }

    pub(super) fn encoded(&self) -> &[u8] {
        &self.encoded
    }

    pub(super) fn clear(&mut self) {
        self.numbers.clear();
        self.last = None;
        self.events.clear();
        self.encoded.clear();
    }
}

fn encode(
    decision: &Decision,
    names: &RuleNames,
    dictionary: &mut Dictionary,
    out: &mut Vec<u8>,
) -> Result<(), RecordError> {
    put_varint(out, decision.streams.len() as u64);
    for stream in &decision.streams {
        put_name(out, dictionary, ("stream", &names.streams), *stream)?;
    }
    put_varint(out, decision.suppressed.len() as u64);
    for suppression in &decision.suppressed {
        put_name(out, dictionary, ("stream", &names.streams), suppression.stream)?;
        put_name(out, dictionary, ("route", &names.routes), suppression.route)?;
    }
    put_varint(out, (decision.rules.len() + decision.silences.len()) as u64);
    for rule in &decision.rules {
        put_name(out, dictionary, ("alert rule", &names.rules), *rule)?;
    }
    // Behind the rules and marked, so that the form is that of a time without silences.
    for silence in &decision.silences {
        let name = name_at(("silence", &names.silences), *silence)?;
        let number = dictionary.intern("silence", &format!("{SILENCE_MARK}{name}"))?;
        put_varint(out, u64::from(number));
    }
    Ok(())
}

/// What tells a silence from a rule among the names of a decision; no rule begins with it.
const SILENCE_MARK: char = '\0';

fn put_name(
    out: &mut Vec<u8>,
    dictionary: &mut Dictionary,
    (part, names): (&'static str, &[String]),
    index: u16,
) -> Result<(), RecordError> {
    let number = dictionary.intern(part, name_at((part, names), index)?)?;
    put_varint(out, u64::from(number));
    Ok(())
}

fn name_at<'a>(
    (part, names): (&'static str, &'a [String]),
    index: u16,
) -> Result<&'a str, RecordError> {
    let unknown = RecordError::UnknownName { part, index, count: names.len() };
    names.get(usize::from(index)).map(String::as_str).ok_or(unknown)
}

fn name_of(names: &[String], index: u16) -> &str {
    names.get(usize::from(index)).map_or("", String::as_str)
}

/// The decisions of a stored chunk, as numbers of names.
#[derive(Debug)]
pub(super) struct StoredDecisions(Vec<NumberedDecision>);

#[derive(Debug)]
struct NumberedDecision {
    streams: Vec<u16>,
    suppressed: Vec<(u16, u16)>,
    rules: Vec<u16>,
}

impl StoredDecisions {
    pub(super) fn decode(bytes: &[u8], names: &Names) -> Result<Self, ChunkError> {
        let mut cursor = Cursor::new(bytes, "table of decisions");
        let mut decisions = Vec::new();
        while !cursor.is_empty() {
            decisions.push(NumberedDecision::decode(&mut cursor, names.len())?);
        }
        Ok(Self(decisions))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn get<'a>(&'a self, index: usize, names: &'a Names) -> Option<StoredDecision<'a>> {
        self.0.get(index).map(|decision| StoredDecision { decision, names })
    }

    pub(super) fn iter<'a>(&'a self, names: &'a Names) -> impl Iterator<Item = StoredDecision<'a>> {
        self.0.iter().map(move |decision| StoredDecision { decision, names })
    }
}

impl NumberedDecision {
    fn decode(cursor: &mut Cursor<'_>, names: usize) -> Result<Self, ChunkError> {
        let streams = decode_numbers(cursor, names)?;
        let mut suppressed = Vec::new();
        for _ in 0..cursor.count()? {
            suppressed.push((cursor.index(names)?, cursor.index(names)?));
        }
        Ok(Self { streams, suppressed, rules: decode_numbers(cursor, names)? })
    }
}

fn decode_numbers(cursor: &mut Cursor<'_>, names: usize) -> Result<Vec<u16>, ChunkError> {
    let count = cursor.count()?;
    (0..count).map(|_| cursor.index(names)).collect()
}

/// A decision of a stored chunk, with its names.
#[derive(Clone, Copy, Debug)]
pub struct StoredDecision<'a> {
    decision: &'a NumberedDecision,
    names: &'a Names,
}

impl<'a> StoredDecision<'a> {
    /// Tells whether the stream takes the event.
    pub fn takes(&self, stream: &str) -> bool {
        self.streams().any(|name| name == stream)
    }

    /// Returns the route that keeps the event from the stream, if one does.
    pub fn suppressed_by(&self, stream: &str) -> Option<&'a str> {
        self.suppressed().find(|(name, _)| *name == stream).map(|(_, route)| route)
    }

    /// Returns the streams that take the event.
    pub fn streams(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let names = self.names;
        self.decision.streams.iter().map(move |number| names.get(*number))
    }

    /// Returns the streams that would have taken it, each with the route that decided otherwise.
    pub fn suppressed(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let names = self.names;
        let pairs = self.decision.suppressed.iter();
        pairs.map(move |(stream, route)| (names.get(*stream), names.get(*route)))
    }

    /// Returns the alert rules that match.
    pub fn rules(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.rules_and_silences().filter(|name| !name.starts_with(SILENCE_MARK))
    }

    /// Returns the silences whose condition holds, in force or not.
    pub fn silences(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.rules_and_silences().filter_map(|name| name.strip_prefix(SILENCE_MARK))
    }

    fn rules_and_silences(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let names = self.names;
        self.decision.rules.iter().map(move |number| names.get(*number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decisions_are_the_same_where_all_their_lists_are() {
        let none = Decision::default();
        let suppressed = vec![Suppression { stream: 1, route: 2 }];
        let others = [
            Decision { streams: vec![1], ..Decision::default() },
            Decision { suppressed, ..Decision::default() },
            Decision { rules: vec![1], ..Decision::default() },
            Decision { silences: vec![1], ..Decision::default() },
            Decision { rules: vec![2], ..Decision::default() },
        ];

        assert!(none.is_same(&Decision::default()));
        for (at, one) in others.iter().enumerate() {
            assert!(!one.is_same(&none) && !none.is_same(one));
            for (other_at, other) in others.iter().enumerate() {
                assert_eq!(one.is_same(other), at == other_at);
            }
        }
    }
}
