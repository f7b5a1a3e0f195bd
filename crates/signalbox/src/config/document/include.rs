//! Reads the files of a configuration and joins them into one tree.
//!
//! `include:` is a list of paths, each relative to the file that names it. The files are joined at
//! their top level: maps such as `integrations` are united key by key, anything set twice is an
//! error that names both places. There is no overriding: the order of the files means nothing.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::node::{Entry, Node, NodeValue, Span};
use super::parser::{self, Budget, Parsed};
use super::problem::Problem;
use super::source::Source;
use crate::config::diagnostic::quoted;

/// What the files gave.
#[derive(Default)]
pub(crate) struct Loader {
    pub(crate) sources: Vec<Source>,
    pub(crate) problems: Vec<Problem>,
    /// Values that are in the files and not in the tree.
    pub(crate) dropped: Vec<Node>,
    budget: Budget,
    opened: Vec<PathBuf>,
}

impl Loader {
    /// Reads a file and all it includes.
    pub(crate) fn load(&mut self, path: &Path) -> Node {
        let file = self.sources.len();
        self.sources.push(Source::new(path));
        let entries = self.file(file, path, Span::of_file(file)).unwrap_or_default();
        Node::new(NodeValue::Map(entries), Span::of_file(file))
    }

    /// Reads a text that stands alone.
    pub(crate) fn load_text(&mut self, name: &str, text: &str) -> Node {
        let file = self.sources.len();
        self.sources.push(Source::new(Path::new(name)));
        let entries = self.parse(file, text.to_owned()).unwrap_or_default();
        Node::new(NodeValue::Map(entries), Span::of_file(file))
    }

    /// Reads one file and what it includes; `named_at` is where a problem with the file is told.
    fn file(&mut self, file: usize, path: &Path, named_at: Span) -> Option<Vec<Entry>> {
        let text = match self.text_of(path) {
            Ok(text) => text,
            Err(message) => {
                let is_first = file == 0 && !path.exists();
                let help =
                    "write one to start from with `signalbox init`, or name yours with `--config`";
                let help = is_first.then(|| help.to_owned());
                self.problems.push(Problem { help, ..Problem::error(named_at, message) });
                return None;
            }
        };
        let mut entries = self.parse(file, text)?;
        let include = entries.iter().position(|entry| entry.key == "include");
        let include = include.map(|index| entries.remove(index));
        for (name, span) in include.map(|entry| self.included(entry)).unwrap_or_default() {
            self.include(&mut entries, path, &name, span);
        }
        Some(entries)
    }

    fn include(&mut self, entries: &mut Vec<Entry>, includer: &Path, name: &str, span: Span) {
        if self.sources.len() >= FILES_MAX {
            let message = format!("more than {FILES_MAX} files; join some of them");
            self.problems.push(Problem::error(span, message));
            return;
        }
        let path = includer.parent().unwrap_or(Path::new("")).join(name);
        if fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
            // A pipe would wait for its writer.
            let name = quoted(&path.display().to_string());
            let message = format!("{name} is no regular file; name the file itself");
            self.problems.push(Problem::error(span, message));
            return;
        }
        let file = self.sources.len();
        self.sources.push(Source::new(&path));
        for entry in self.file(file, &path, span).unwrap_or_default() {
            self.join(entries, entry);
        }
    }

    fn parse(&mut self, file: usize, text: String) -> Option<Vec<Entry>> {
        let Parsed { root, problems, dropped } = parser::parse(file, &text, &mut self.budget);
        self.problems.extend(problems);
        self.dropped.extend(dropped);
        if let Some(source) = self.sources.get_mut(file) {
            source.text = text;
        }
        let root = root?;
        let entries = match root.value {
            NodeValue::Map(entries) => entries,
            NodeValue::Null => Vec::new(),
            _ => {
                let message = "a configuration begins with keys, such as `integrations:`";
                self.problems.push(Problem::error(root.span, message));
                return None;
            }
        };
        if let Some(source) = self.sources.get_mut(file) {
            source.is_parsed = true;
        }
        Some(entries)
    }

    /// Returns the paths under `include`, which no one else needs to see.
    fn included(&mut self, mut entry: Entry) -> Vec<(String, Span)> {
        let mut paths = Vec::new();
        let mut is_list = true;
        match &mut entry.value.value {
            NodeValue::List(items) => items.iter_mut().for_each(|item| match &item.value {
                NodeValue::Text(path) => {
                    paths.push((path.clone(), item.span));
                    item.is_visible = true;
                }
                _ => is_list = false,
            }),
            NodeValue::Null => {}
            _ => is_list = false,
        }
        if !is_list {
            let message = "expected a list of files under `include`, such as `- conf.d/jira.yaml`";
            self.problems.push(Problem::error(entry.key_span, message));
        }
        self.dropped.push(entry.value);
        paths
    }

    /// Adds a top-level entry of another file.
    fn join(&mut self, entries: &mut Vec<Entry>, entry: Entry) {
        let Some(known) = entries.iter_mut().find(|known| known.key == entry.key) else {
            entries.push(entry);
            return;
        };
        if matches!(known.value.value, NodeValue::Null) {
            *known = entry;
            return;
        }
        match (&mut known.value.value, entry.value.value) {
            (_, NodeValue::Null) => {}
            (NodeValue::Map(known), NodeValue::Map(added)) => self.unite(known, added),
            (_, value) => {
                self.refuse_second(&entry.key, entry.key_span, known.key_span);
                self.dropped.push(Node { value, ..entry.value });
            }
        }
    }

    fn unite(&mut self, known: &mut Vec<Entry>, added: Vec<Entry>) {
        for entry in added {
            match known.iter().find(|known| known.key == entry.key) {
                None => known.push(entry),
                Some(first) => {
                    self.refuse_second(&entry.key, entry.key_span, first.key_span);
                    self.dropped.push(entry.value);
                }
            }
        }
    }

    fn refuse_second(&mut self, key: &str, span: Span, first: Span) {
        let mut problem = Problem::error(span, format!("{} is set in two files", quoted(key)));
        problem.other = Some(("first set", first));
        problem.help = Some("remove one of the two".into());
        self.problems.push(problem);
    }

    fn text_of(&mut self, path: &Path) -> Result<String, String> {
        let name = quoted(&path.display().to_string());
        let refused = |error: io::Error| {
            format!("configuration file {name} cannot be read: {error}; check the path")
        };
        let canonical = fs::canonicalize(path).map_err(refused)?;
        if self.opened.contains(&canonical) {
            return Err(format!("file {name} is read already; include it once"));
        }
        self.opened.push(canonical);
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(refused)?;
        file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(refused)?;
        if bytes.len() as u64 > FILE_BYTES_MAX {
            return Err(format!("file {name} is larger than 1 MiB; split it with `include`"));
        }
        String::from_utf8(bytes).map_err(|error| {
            let read = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
            let line = 1 + read.iter().filter(|byte| **byte == b'\n').count();
            format!("file {name} is no UTF-8 in line {line}; save it as UTF-8")
        })
    }
}

/// Far more than people write by hand; generated ones are split.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// Files of one configuration: one an integration and some more.
const FILES_MAX: usize = 256;
