//! A configuration as read: the values of all its files, each with its place.
//!
//! The stages after reading only ever speak of JSON pointers; this type turns them into file, line,
//! column and the line itself. What is wrong with the notation but leaves the rest readable, such as
//! a duplicate key, waits here until validation, so that everything is told at once.

mod include;
mod node;
mod offset;
mod parser;
mod pointer;
mod problem;
mod source;
mod syntax;

#[cfg(test)]
mod tests;

use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;
use signalbox_model::secret::SecretRef;

use super::diagnostic::{Diagnostic, Diagnostics, Shown};
use include::Loader;
pub(crate) use node::{Entry, Node, NodeValue, Span};
pub(crate) use pointer::below;
pub(crate) use problem::Problem;
use source::Source;

/// A configuration, read and not yet understood.
pub struct Document {
    sources: Vec<Source>,
    root: Node,
    dropped: Vec<Node>,
    problems: Vec<Problem>,
    secrets: Vec<(String, SecretRef)>,
}

impl Document {
    /// Reads a configuration file and everything under its `include`.
    ///
    /// # Errors
    /// When a file cannot be read to its end; then all that can be said about all files.
    pub fn load(path: &Path) -> Result<Self, Diagnostics> {
        let mut loader = Loader::default();
        let root = loader.load(path);
        Self::finish(loader, root)
    }

    /// Reads a configuration from a text that includes nothing; `name` is shown as its file.
    ///
    /// # Errors
    /// When it cannot be read to its end.
    pub fn of_text(name: &str, text: &str) -> Result<Self, Diagnostics> {
        let mut loader = Loader::default();
        let root = loader.load_text(name, text);
        Self::finish(loader, root)
    }

    fn finish(loader: Loader, root: Node) -> Result<Self, Diagnostics> {
        let Loader { sources, problems, dropped, .. } = loader;
        let is_complete = sources.iter().all(|source| source.is_parsed);
        let mut document = Self { sources, root, dropped, problems, secrets: Vec::new() };
        if is_complete {
            return Ok(document);
        }
        let problems = document.take_problems();
        Err(document.report(problems))
    }

    /// Returns the value at a JSON pointer, with what environment variables stand for once it has
    /// been validated.
    pub fn value_at(&self, pointer: &str) -> Option<Value> {
        let found = pointer::find(&self.root, pointer);
        found.is_exact.then(|| found.node.to_json())
    }

    /// Returns the secrets that the configuration names, each with its JSON pointer, once it has been
    /// validated.
    pub fn secrets(&self) -> &[(String, SecretRef)] {
        &self.secrets
    }

    /// Turns the whole configuration into its type.
    ///
    /// # Errors
    /// The first thing that does not fit, which after validation is one the schema cannot express.
    pub fn deserialize<T: DeserializeOwned>(&self) -> Result<T, Box<Diagnostic>> {
        self.deserialize_at("")
    }

    /// Turns the part at a JSON pointer into its type, so that sound parts can be checked further
    /// while others have mistakes.
    ///
    /// # Errors
    /// As [`Self::deserialize`]. A part that is absent is read like an empty value.
    pub fn deserialize_at<T: DeserializeOwned>(&self, pointer: &str) -> Result<T, Box<Diagnostic>> {
        let value = self.value_at(pointer).unwrap_or_default();
        serde_path_to_error::deserialize(value).map_err(|error| {
            let pointer =
                error.path().iter().fold(pointer.to_owned(), |pointer, segment| match segment {
                    Segment::Seq { index } => below(&pointer, &index.to_string()),
                    Segment::Map { key } => below(&pointer, key),
                    Segment::Enum { .. } | Segment::Unknown => pointer,
                });
            let message = self.refusal(&pointer, &error.into_inner().to_string());
            Box::new(self.error_at(&pointer, message))
        })
    }

    /// Makes an error about the value at a JSON pointer. Where the pointer leads nowhere, the
    /// nearest value above is meant.
    pub fn error_at(&self, pointer: &str, message: impl Into<String>) -> Diagnostic {
        let place = pointer::find(&self.root, pointer).place();
        self.single(place, pointer, message.into())
    }

    /// Makes an error about the key at a JSON pointer.
    pub fn error_at_key(&self, pointer: &str, message: impl Into<String>) -> Diagnostic {
        let place = pointer::find(&self.root, pointer).key_place();
        self.single(place, pointer, message.into())
    }

    /// Returns where the value at a JSON pointer stands, as file, line and column.
    pub fn place_of(&self, pointer: &str) -> String {
        self.place_name(pointer::find(&self.root, pointer).place())
    }

    /// Makes an error about the character at byte `offset` of the text at a JSON pointer, whether
    /// it is written plain, quoted or over several lines.
    pub fn error_inside(
        &self,
        pointer: &str,
        offset: usize,
        message: impl Into<String>,
    ) -> Diagnostic {
        let node = pointer::find(&self.root, pointer).node;
        let place = self.place_inside(node, offset);
        self.single(place, pointer, message.into())
    }

    pub(crate) fn place_inside(&self, node: &Node, offset: usize) -> Span {
        let source = self.sources.get(node.span.file);
        source.map_or(node.span, |source| offset::place_inside(&source.text, node, offset))
    }

    pub(crate) fn root_mut(&mut self) -> &mut Node {
        &mut self.root
    }

    pub(crate) fn set_secrets(&mut self, secrets: Vec<(String, SecretRef)>) {
        self.secrets = secrets;
    }

    /// Keeps values that are in the files and not in the tree, to know where they stand.
    pub(crate) fn set_aside(&mut self, values: Vec<Node>) {
        self.dropped.extend(values);
    }

    pub(crate) fn take_problems(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.problems)
    }

    /// Cuts out the lines the problems point at, now that it is known what may be shown.
    pub(crate) fn report(&self, mut problems: Vec<Problem>) -> Diagnostics {
        problems.sort_by_key(|problem| (problem.span.file, problem.span.start));
        problems.truncate(PROBLEMS_MAX);
        let shown = self.shown();
        problems.into_iter().map(|problem| self.diagnostic(problem, &shown)).collect()
    }

    fn single(&self, span: Span, pointer: &str, message: String) -> Diagnostic {
        let problem = Problem { pointer: pointer.to_owned(), ..Problem::error(span, message) };
        self.diagnostic(problem, &self.shown())
    }

    fn diagnostic(&self, problem: Problem, shown: &[Shown]) -> Diagnostic {
        let Problem { severity, span, pointer, message, help, other, is_apart } = problem;
        let source = self.sources.get(span.file);
        let snippet =
            source.zip(shown.get(span.file)).and_then(|(s, shown)| shown.cut(&s.text, span));
        let other = other.map(|(what, span)| format!("{what} at `{}`", self.place_name(span)));
        let help: Vec<String> = other.into_iter().chain(help).collect();
        let help = (!help.is_empty()).then(|| help.join("; "));
        let file = self.file_name(span);
        let Span { line, column, .. } = span;
        Diagnostic { severity, file, line, column, pointer, message, help, snippet, is_apart }
    }

    /// Collects, for each file, where keys and values stand and which may be shown.
    fn shown(&self) -> Vec<Shown> {
        let mut scalars: Vec<_> = self.sources.iter().map(|_| Vec::new()).collect();
        let mut nodes: Vec<&Node> = self.dropped.iter().chain([&self.root]).collect();
        while let Some(node) = nodes.pop() {
            if let NodeValue::Map(entries) = &node.value {
                for Entry { key_span: Span { file, start, end, .. }, .. } in entries {
                    let scalars = scalars.get_mut(*file);
                    scalars.into_iter().for_each(|scalars| scalars.push((*start..*end, true)));
                }
            }
            let Span { file, start, end, .. } = node.span;
            let is_written = node.is_scalar() && start < end;
            if let Some(scalars) = scalars.get_mut(file).filter(|_| is_written) {
                scalars.push((start..end, node.is_visible));
            }
            nodes.extend(node.children());
        }
        let sources = self.sources.iter().zip(scalars);
        sources
            .map(|(s, all)| if s.is_parsed { Shown::of_scalars(all) } else { Shown::Keys })
            .collect()
    }

    /// What serde said about a value, which it may quote only if the value is in the file.
    fn refusal(&self, pointer: &str, error: &str) -> String {
        match &pointer::find(&self.root, pointer).node.variable {
            Some(name) => {
                format!("the value of environment variable `{name}` is not accepted here")
            }
            None => format!("this value is not accepted: {error}"),
        }
    }

    fn place_name(&self, span: Span) -> String {
        format!("{}:{}:{}", self.file_name(span), span.line, span.column)
    }

    fn file_name(&self, span: Span) -> String {
        self.sources.get(span.file).map(|source| source.name.clone()).unwrap_or_default()
    }
}

/// Problems that are told; whoever has more has mistaken the file.
const PROBLEMS_MAX: usize = 1_000;
