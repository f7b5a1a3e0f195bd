//! Which values a mapping reads of one JSON document, as a tree of keys.
//!
//! All paths that begin at the same origin share one shape, so that a document is read once
//! however many attributes look into it. Each distinct path has a slot, and reading fills the
//! slots (see [`json`](super::json)).

use super::path::Step;

/// The paths into one document.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    /// What is read at the document itself and below.
    pub(super) root: Node,
    /// How many slots there are.
    pub(super) slots: usize,
}

impl Default for Shape {
    fn default() -> Self {
        Self { root: Node { is_root: true, ..Node::default() }, slots: 0 }
    }
}

impl Shape {
    /// Adds a path and returns its slot; the same path again has the same slot.
    pub(super) fn add(&mut self, steps: &[Step]) -> usize {
        let slot = *self.root.below(steps).slot.get_or_insert(self.slots);
        self.slots = self.slots.max(slot + 1);
        slot
    }

    /// Marks the list whose elements become the events.
    pub(super) fn split_at(&mut self, steps: &[Step]) {
        self.root.below(steps).is_split = true;
    }
}

/// What is read at one place of a document.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    /// Where the value itself goes.
    pub(super) slot: Option<usize>,
    /// Whether it is the list that is split into items.
    pub(super) is_split: bool,
    /// Whether it is the document, which is taken apart in any case.
    is_root: bool,
    /// What is read of an object's members, by key, in order.
    keys: Vec<(String, Node)>,
    /// What is read of a list's elements.
    elements: Vec<(usize, Node)>,
}

impl Node {
    /// Nothing is read here.
    pub(super) const NOTHING: &Self = &Self {
        slot: None,
        is_split: false,
        is_root: false,
        keys: Vec::new(),
        elements: Vec::new(),
    };

    /// Whether the value is taken apart.
    pub(super) fn looks_inside(&self) -> bool {
        self.is_split || self.is_root || !self.keys.is_empty() || !self.elements.is_empty()
    }

    /// Returns what is read of the member `key`.
    pub(super) fn key(&self, key: &str) -> Option<&Self> {
        let place = self.keys.binary_search_by(|(known, _)| known.as_str().cmp(key)).ok()?;
        self.keys.get(place).map(|(_, node)| node)
    }

    /// Returns what is read of the element `index`.
    pub(super) fn element(&self, index: usize) -> Option<&Self> {
        self.elements.iter().find(|(known, _)| *known == index).map(|(_, node)| node)
    }

    fn below(&mut self, steps: &[Step]) -> &mut Self {
        steps.iter().fold(self, |node, step| match step {
            Step::Key(key) => child(&mut node.keys, key),
            Step::Index(index) => child(&mut node.elements, index),
        })
    }
}

/// Finds or makes a child, keeping the children in order.
fn child<'a, K: Ord + Clone>(children: &'a mut Vec<(K, Node)>, key: &K) -> &'a mut Node {
    let place = children.partition_point(|(known, _)| known < key);
    if children.get(place).is_none_or(|(known, _)| known != key) {
        children.insert(place, (key.clone(), Node::default()));
    }
    &mut children[place].1
}

#[cfg(test)]
mod tests {
    use super::super::path::Path;
    use super::*;

    fn add(shape: &mut Shape, path: &str) -> usize {
        shape.add(&Path::parse(path).unwrap().steps)
    }

    #[test]
    fn each_path_has_one_slot_however_often_it_is_read() {
        let mut shape = Shape::default();

        let slots = ["a.b", "c", "a", "a.b", "d[1]", "."].map(|path| add(&mut shape, path));

        assert_eq!(slots, [0, 1, 2, 0, 3, 4]);
        assert_eq!(shape.slots, 5);
    }

    #[test]
    fn a_key_is_found_below_its_parent_only() {
        let mut shape = Shape::default();
        add(&mut shape, "b.c");
        add(&mut shape, "a");

        let b = shape.root.key("b").unwrap();

        assert_eq!(b.key("c").unwrap().slot, Some(0));
        assert!(shape.root.key("c").is_none());
        assert!(b.looks_inside() && b.slot.is_none());
    }
}
