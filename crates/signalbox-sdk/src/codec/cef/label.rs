//! Labels: `cs1Label=Policy cs1=Default` says that the policy is `Default`.
//!
//! A label stands beside its value in nearly every line, so that is where it is looked for first.
//! The rest is done with maps and a sort: a line of a megabyte may hold a hundred thousand slots.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;

use super::extension::Pair;
use super::key::Key;
use super::slot::Slot;
use super::value::Value;

/// A custom value under its label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labeled<'a> {
    /// The label, or the key as sent where there is none.
    pub name: Cow<'a, str>,
    /// The custom key.
    pub slot: Slot,
    /// The value; empty where the label stands alone.
    pub value: Value<'a>,
}

/// Returns the custom values, and the labels that stand alone, in the order of the line.
pub(super) fn labeled<'a>(pairs: &[Pair<'a>]) -> Vec<Labeled<'a>> {
    let places = Places { pairs, all: OnceCell::new() };
    let mut found: Vec<_> = (0..pairs.len()).filter_map(|at| places.labeled(at)).collect();
    number_equal_names(&mut found);
    found
}

/// Appends `_2`, `_3`, … to the later ones of equal names.
fn number_equal_names(found: &mut [Labeled<'_>]) {
    let mut by_name: Vec<&mut Labeled<'_>> = found.iter_mut().collect();
    // Stable: among equal names the order of the line stays.
    by_name.sort_by(|one, other| one.name.cmp(&other.name));
    for equal in by_name.chunk_by_mut(|one, other| one.name == other.name) {
        for (number, labeled) in equal.iter_mut().enumerate().skip(1) {
            labeled.name = Cow::Owned(format!("{}_{}", labeled.name, number + 1));
        }
    }
}

/// The pairs of a line, and where its slots and labels are once that is needed.
struct Places<'p, 'a> {
    pairs: &'p [Pair<'a>],
    all: OnceCell<HashMap<Key, usize>>,
}

impl<'a> Places<'_, 'a> {
    /// The custom value at a place, or the label there if it stands alone.
    fn labeled(&self, at: usize) -> Option<Labeled<'a>> {
        let Pair { name, key, value } = *self.pairs.get(at)?;
        match key {
            Key::Custom(slot) => {
                let label = self.find(at, Key::Label(slot)).map(|label| label.value.unquoted());
                let label = label.filter(|label| !label.is_empty());
                Some(Labeled { name: label.unwrap_or(Cow::Borrowed(name)), slot, value })
            }
            Key::Label(slot) if !value.is_empty() && self.find(at, Key::Custom(slot)).is_none() => {
                Some(Labeled { name: value.unquoted(), slot, value: Value::default() })
            }
            _ => None,
        }
    }

    /// Finds the pair of a key, the neighbors first.
    fn find(&self, at: usize, key: Key) -> Option<&Pair<'a>> {
        let is_it = |pair: &&Pair<'a>| pair.key == key;
        let before = at.checked_sub(1).and_then(|before| self.pairs.get(before));
        let neighbor = before.filter(is_it).or_else(|| self.pairs.get(at + 1).filter(is_it));
        neighbor.or_else(|| self.pairs.get(*self.places().get(&key)?))
    }

    fn places(&self) -> &HashMap<Key, usize> {
        let is_custom = |pair: &Pair<'_>| matches!(pair.key, Key::Custom(_) | Key::Label(_));
        self.all.get_or_init(|| {
            // Backwards, so that the first of several remains.
            let pairs = self.pairs.iter().enumerate().rev();
            pairs.filter(|(_, pair)| is_custom(pair)).map(|(at, pair)| (pair.key, at)).collect()
        })
    }
}
