//! YAML text to spanned tree.
//!
//! The event parser stops at the first mistake in the notation; everything behind it (duplicate
//! keys, tags, a second document) is collected, and the tree goes on without it. Aliases are copied
//! into place and counted like everything else, so a "billion laughs" file ends at the budget.

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, StrInput, Tag};

use super::node::{Entry, Node, NodeValue, Span};
use super::problem::Problem;
use super::syntax;
use crate::config::diagnostic::quoted;

/// What is left of the configuration's allowance of values, shared by all its files.
pub(crate) struct Budget {
    nodes_left: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { nodes_left: NODES_MAX }
    }
}

/// What one file gave.
pub(crate) struct Parsed {
    /// The top of the tree; nothing if the text cannot be read to its end.
    pub(crate) root: Option<Node>,
    /// All mistakes seen on the way.
    pub(crate) problems: Vec<Problem>,
    /// Values that were read and dropped, such as those of duplicate keys.
    pub(crate) dropped: Vec<Node>,
}

/// Reads one file.
pub(crate) fn parse(file: usize, text: &str, budget: &mut Budget) -> Parsed {
    let options = granit_parser::options! { emit_comments: false, disallow_directives: true };
    let mut builder = Builder {
        parser: Parser::new_from_str_with_options(text, options),
        file,
        budget,
        anchors: HashMap::new(),
        problems: Vec::new(),
        dropped: Vec::new(),
    };
    let root = match builder.document() {
        Ok(root) => Some(root),
        Err(problem) => {
            builder.problems.push(*problem);
            None
        }
    };
    Parsed { root, problems: builder.problems, dropped: builder.dropped }
}

struct Builder<'t, 'b> {
    parser: Parser<'t, StrInput<'t>>,
    file: usize,
    budget: &'b mut Budget,
    anchors: HashMap<usize, Anchor>,
    problems: Vec<Problem>,
    dropped: Vec<Node>,
}

/// A value that aliases may repeat, measured so that a copy can be refused before it is made.
struct Anchor {
    node: Node,
    nodes: usize,
    height: usize,
}

/// What ends the reading of a file.
type Fatal = Box<Problem>;

impl<'t> Builder<'t, '_> {
    fn document(&mut self) -> Result<Node, Fatal> {
        let mut root = Node::new(NodeValue::Null, Span::of_file(self.file));
        let mut documents = 0;
        while let Some((event, span)) = self.next()? {
            match event {
                Event::DocumentStart(..) => documents += 1,
                Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
                _ if documents > 1 => {
                    let message = "a second document begins here; put it in a file of its own \
                                   and name that under `include`";
                    return Err(Box::new(Problem::error(span, message)));
                }
                event => root = self.node(event, span, 1)?,
            }
        }
        Ok(root)
    }

    fn node(&mut self, event: Event<'t>, span: Span, depth: usize) -> Result<Node, Fatal> {
        self.spend(1, depth, span)?;
        let anchor = if event.is_alias() { None } else { event.anchor_id() };
        let node = match event {
            Event::Scalar(text, style, _, tag) => self.scalar(&text, style, tag.as_deref(), span),
            Event::SequenceStart(_, _, tag) => {
                self.refuse_tag(tag.as_deref(), span);
                self.list(span, depth)?
            }
            Event::MappingStart(_, _, tag) => {
                self.refuse_tag(tag.as_deref(), span);
                self.map(span, depth)?
            }
            Event::Alias(id) => self.alias(id, span, depth)?,
            _ => Node::new(NodeValue::Null, span),
        };
        if let Some(id) = anchor {
            let (nodes, height) = measure(&node);
            self.anchors.insert(id, Anchor { node: node.clone(), nodes, height });
        }
        Ok(node)
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Node {
        let is_text = tag.is_some_and(|tag| tag.is_yaml_core_schema_tag("str"));
        if !is_text {
            self.refuse_tag(tag, span);
        }
        let value = match style {
            ScalarStyle::Plain if !is_text => NodeValue::of_plain(text),
            _ => NodeValue::Text(text.to_owned()),
        };
        let quote = match style {
            ScalarStyle::SingleQuoted => Some('\''),
            ScalarStyle::DoubleQuoted => Some('"'),
            _ => None,
        };
        Node { quote, ..Node::new(value, span) }
    }

    fn list(&mut self, span: Span, depth: usize) -> Result<Node, Fatal> {
        let mut items = Vec::new();
        let mut end = span.end;
        while let Some((event, item)) = self.next()? {
            end = item.end;
            if event == Event::SequenceEnd {
                break;
            }
            items.push(self.node(event, item, depth + 1)?);
        }
        Ok(Node::new(NodeValue::List(items), Span { end, ..span }))
    }

    fn map(&mut self, span: Span, depth: usize) -> Result<Node, Fatal> {
        let mut entries = Vec::new();
        let mut places = HashMap::new();
        let mut end = span.end;
        while let Some((event, key_span)) = self.next()? {
            end = key_span.end;
            if event == Event::MappingEnd {
                break;
            }
            let key = self.key(event, key_span, depth)?;
            let Some((event, value_span)) = self.next()? else { break };
            let value = self.node(event, value_span, depth + 1)?;
            match key {
                Some(key) if !places.contains_key(&key) => {
                    places.insert(key.clone(), key_span);
                    entries.push(Entry { key, key_span, value });
                }
                Some(key) => self.refuse_duplicate(&key, key_span, places.get(&key), value),
                None => self.dropped.push(value),
            }
        }
        Ok(Node::new(NodeValue::Map(entries), Span { end, ..span }))
    }

    /// Reads a key; nothing, and a problem, for what cannot be one.
    fn key(&mut self, event: Event<'t>, span: Span, depth: usize) -> Result<Option<String>, Fatal> {
        match event {
            Event::Scalar(text, ScalarStyle::Plain, 0, None) if text == "<<" => {
                let message = "`<<` does not merge here; repeat the keys, or use an alias for a \
                               whole value";
                self.problems.push(Problem::error(span, message));
                Ok(None)
            }
            Event::Scalar(text, ..) => {
                self.spend(1, depth, span)?;
                Ok(Some(text.into_owned()))
            }
            event => {
                let key = self.node(event, span, depth + 1)?;
                self.dropped.push(key);
                let message = "a key must be a text; quote a value that begins with `{` or `[`";
                self.problems.push(Problem::error(span, message));
                Ok(None)
            }
        }
    }

    fn alias(&mut self, id: usize, span: Span, depth: usize) -> Result<Node, Fatal> {
        let size = self.anchors.get(&id).map(|anchor| (anchor.nodes, anchor.height));
        let (nodes, height) = size.unwrap_or_default();
        self.spend(nodes, depth + height, span)?;
        let Some(anchor) = self.anchors.get(&id) else {
            let message = "this alias repeats the value it stands in; write the value out";
            return Err(Box::new(Problem::error(span, message)));
        };
        Ok(Node { span, ..anchor.node.clone() })
    }

    fn refuse_duplicate(&mut self, key: &str, span: Span, first: Option<&Span>, value: Node) {
        let mut problem = Problem::error(span, format!("duplicate key {}", quoted(key)));
        problem.other = first.copied().map(|first| ("first set", first));
        problem.help = Some("remove one of the two".into());
        self.problems.push(problem);
        self.dropped.push(value);
    }

    fn refuse_tag(&mut self, tag: Option<&Tag>, span: Span) {
        if let Some(tag) = tag {
            let message = format!("tag {} has no meaning here; remove it", quoted(&tag.original()));
            self.problems.push(Problem::error(span, message));
        }
    }

    fn spend(&mut self, nodes: usize, depth: usize, span: Span) -> Result<(), Fatal> {
        let message = if depth > DEPTH_MAX {
            format!("more than {DEPTH_MAX} levels of nesting; flatten it")
        } else if nodes > self.budget.nodes_left {
            format!("more than {NODES_MAX} values, aliases counted in full; shorten it")
        } else {
            self.budget.nodes_left -= nodes;
            return Ok(());
        };
        Err(Box::new(Problem::error(span, message)))
    }

    fn next(&mut self) -> Result<Option<(Event<'t>, Span)>, Fatal> {
        let Some(next) = self.parser.next_event() else { return Ok(None) };
        match next {
            Ok((event, span)) => Ok(Some((event, self.span(span.start, span.end)))),
            Err(error) => {
                let span = self.span(*error.marker(), *error.marker());
                Err(Box::new(Problem::error(span, syntax::explain(&error))))
            }
        }
    }

    fn span(&self, start: granit_parser::Marker, end: granit_parser::Marker) -> Span {
        Span {
            file: self.file,
            line: start.line(),
            column: start.col() + 1,
            start: start.byte_offset().unwrap_or_default(),
            end: end.byte_offset().unwrap_or_default(),
        }
    }
}

/// Counts the values of a tree, keys included, and its levels.
fn measure(node: &Node) -> (usize, usize) {
    let keys = if let NodeValue::Map(entries) = &node.value { entries.len() } else { 0 };
    let below = node.children().map(measure);
    let (nodes, height) = below.fold((0, 0), |(n, h), (nodes, height)| (n + nodes, h.max(height)));
    (1 + keys + nodes, 1 + height)
}

/// Values and keys of a whole configuration: some ten times a very large one.
const NODES_MAX: usize = 100_000;

/// Levels of nesting; deep enough for any configuration, shallow enough for every stack.
const DEPTH_MAX: usize = 64;
