//! JSON pointers (RFC 6901) into the spanned tree.

use super::node::{Node, NodeValue, Span};

/// Where a pointer leads.
pub(crate) struct Found<'n> {
    pub(crate) node: &'n Node,
    key_span: Option<Span>,
    /// Whether the whole pointer was followed; otherwise this is the nearest value above.
    pub(crate) is_exact: bool,
}

impl Found<'_> {
    /// Returns the place of the key, or of the value where there is none, as in lists.
    pub(crate) fn key_place(&self) -> Span {
        self.key_span.unwrap_or(self.node.span)
    }

    /// Returns the place to point at for the value: its own if it is a single one, the key's for
    /// lists and maps, whose text may fill the screen.
    pub(crate) fn place(&self) -> Span {
        if self.node.is_scalar() { self.node.span } else { self.key_place() }
    }
}

/// Follows a pointer as far as it leads.
pub(crate) fn find<'n>(root: &'n Node, pointer: &str) -> Found<'n> {
    let mut found = Found { node: root, key_span: None, is_exact: true };
    for segment in pointer.split('/').skip(1) {
        let Some((node, key_span)) = step(found.node, &unescaped(segment)) else {
            return Found { is_exact: false, ..found };
        };
        found = Found { node, key_span, is_exact: true };
    }
    found
}

/// Returns the pointer of something directly below `pointer`.
pub(crate) fn below(pointer: &str, segment: &str) -> String {
    format!("{pointer}/{}", segment.replace('~', "~0").replace('/', "~1"))
}

fn step<'n>(node: &'n Node, segment: &str) -> Option<(&'n Node, Option<Span>)> {
    match &node.value {
        NodeValue::List(items) => Some((items.get(segment.parse::<usize>().ok()?)?, None)),
        NodeValue::Map(_) => {
            let entry = node.entry(segment)?;
            Some((&entry.value, Some(entry.key_span)))
        }
        _ => None,
    }
}

fn unescaped(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}
