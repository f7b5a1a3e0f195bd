//! `cefp` of Python's registry, a parser of CEF that we did not write: it must agree with ours on
//! recorded lines, and read what we write. Where it cannot agree, the reason stands in [`Reason`].

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};
use signalbox_model::Severity;
use signalbox_sdk::codec;
use signalbox_sdk::codec::cef::{self, Cef, CefHeader, CefWriter, Field};

use crate::cefp::{python, read_by_peer};

#[test]
fn cef_agrees_with_a_second_parser() {
    let Some(corpus) = std::env::var_os("SIGNALBOX_CORPUS") else {
        eprintln!("SKIPPED cef_agrees_with_a_second_parser: SIGNALBOX_CORPUS is not set");
        return;
    };
    let Some(python) = python() else { return };
    let lines = recorded(&Path::new(&corpus).join("cef"));
    let peers = read_by_peer(&python, &lines);

    let mut comparison = Comparison::default();
    for (line, peer) in lines.iter().zip(&peers) {
        comparison.compare(line, &Cef::parse(line).unwrap(), peer);
    }

    let Comparison { equal, reasons, unexplained } = comparison;
    println!("{} lines, {equal} fields and values are equal, {reasons:#?}", lines.len());
    assert!(unexplained.is_empty(), "{}: {unexplained:#?}", unexplained.len());
    assert!(lines.len() > 1_200 && equal > 40_000);
}

#[test]
fn cef_we_write_is_read_back_by_a_second_parser() {
    let Some(python) = python() else { return };
    let lines: Vec<String> = HOSTILE.iter().map(|text| written(text)).collect();

    let peers = read_by_peer(&python, &lines);

    for (text, peer) in HOSTILE.iter().zip(&peers) {
        let in_header = text.replace(['\r', '\n'], " ");
        let device = json!({
            "vendor": in_header, "product": in_header, "version": in_header,
            "event_class_id": in_header,
        });
        assert_eq!(peer["device"], device);
        assert_eq!(peer["name"], in_header);
        assert_eq!((&peer["version"], &peer["severity"]), (&json!("0"), &json!("8")));
        let extension = json!({"msg": text, "act": text, "own": text, "reason": text});
        assert_eq!(peer["extension"], extension);
    }
}

/// Texts of senders that would like to write a pair, a field or a line of their own.
const HOSTILE: &[&str] = &[
    "plain",
    "a|b|10|src=1.2.3.4",
    "x act=allowed",
    "a=b =c= d =",
    "line\nCEF:0|A|B|1|2|3|4|",
    "return\r\nact=allowed",
    "ends with a backslash\\",
    "\\\\",
    "\\= \\| \\n \\r \\",
    "  blanks  ",
    "\ttab\tact=b",
    "\u{202e}bidi\u{202c} \u{2028}",
    "ümläut=ß|",
    "\"quoted=\" 'x'",
];

fn written(text: &str) -> String {
    let mut writer = CefWriter::new(&CefHeader {
        vendor: text,
        product: text,
        product_version: text,
        class_id: text,
        name: text,
        severity: Severity::High,
    });
    writer.field(Field::Message, text).field(Field::DeviceAction, text);
    writer.named("own", text).unwrap().field(Field::Reason, text);
    writer.finish()
}

/// Why the second parser differs, for every difference there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    /// An `=` that is not escaped, with no plausible key before it, is text to us and ends a value
    /// for `cefp`.
    BareEquals,
    /// A backslash before a letter that needs none stays with us; `cefp` drops every one.
    UnknownEscape,
    /// A header that was short or shifted was mended by us.
    MendedHeader,
    /// Text before the first key is kept apart by us; `cefp` takes it for a value, and from there
    /// on values for keys.
    TextWithoutKey,
}

#[derive(Default)]
struct Comparison {
    equal: usize,
    reasons: BTreeMap<Reason, usize>,
    unexplained: Vec<String>,
}

impl Comparison {
    fn compare(&mut self, line: &str, ours: &Cef<'_>, peer: &Json) {
        if let Some(reason) = of_line(ours) {
            return self.explain(reason);
        }
        let header = [
            (ours.vendor, &peer["device"]["vendor"]),
            (ours.product, &peer["device"]["product"]),
            (ours.product_version, &peer["device"]["version"]),
            (ours.class_id, &peer["device"]["event_class_id"]),
            (ours.name, &peer["name"]),
            (ours.severity, &peer["severity"]),
        ];
        for (field, theirs) in header {
            self.field(line, field.raw(), &field.exact(), theirs);
        }
        // Of a repeated key the peer keeps the last.
        let last: BTreeMap<_, _> = ours.pairs.iter().map(|pair| (pair.name, pair.value)).collect();
        for (name, value) in &last {
            self.field(line, value.raw(), &value.exact(), &peer["extension"][name]);
        }
        self.keys_of_the_peer_alone(line, ours, &last.keys().copied().collect::<Vec<_>>(), peer);
    }

    fn field(&mut self, line: &str, raw: &str, ours: &str, theirs: &Json) {
        if theirs.as_str() == Some(ours) {
            self.equal += 1;
        } else if has_bare_equals(raw) {
            self.explain(Reason::BareEquals);
        } else if has_unknown_escape(raw) {
            self.explain(Reason::UnknownEscape);
        } else {
            self.unexplained.push(format!("{ours:?} is {theirs} in {line}"));
        }
    }

    fn keys_of_the_peer_alone(&mut self, line: &str, ours: &Cef<'_>, names: &[&str], peer: &Json) {
        let keys = peer["extension"].as_object().unwrap().keys();
        for key in keys.filter(|key| !names.contains(&key.as_str())) {
            if ours.pairs.iter().any(|pair| has_bare_equals(pair.value.raw())) {
                self.explain(Reason::BareEquals);
            } else {
                self.unexplained.push(format!("no key {key:?} in {line}"));
            }
        }
    }

    fn explain(&mut self, reason: Reason) {
        *self.reasons.entry(reason).or_default() += 1;
    }
}

/// What makes a whole line incomparable.
fn of_line(ours: &Cef<'_>) -> Option<Reason> {
    match ours.fault?.reason {
        codec::Reason::BarInName | codec::Reason::ShortHeader { .. } => Some(Reason::MendedHeader),
        codec::Reason::TextWithoutKey => Some(Reason::TextWithoutKey),
        _ => None,
    }
}

/// An `=` behind an even number of backslashes.
fn has_bare_equals(raw: &str) -> bool {
    raw.match_indices('=').any(|(at, _)| backslashes(raw, at).is_multiple_of(2))
}

/// A backslash that our reader leaves where it is.
fn has_unknown_escape(raw: &str) -> bool {
    raw.match_indices('\\').any(|(at, _)| {
        let letter = raw.as_bytes().get(at + 1);
        backslashes(raw, at).is_multiple_of(2)
            && !matches!(letter, Some(b'=' | b'|' | b'\\' | b'/' | b'n' | b'r'))
    })
}

fn backslashes(raw: &str, before: usize) -> usize {
    raw.as_bytes()[..before].iter().rev().take_while(|byte| **byte == b'\\').count()
}

/// The recorded lines that have a header, each from there.
fn recorded(folder: &Path) -> Vec<String> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let mut lines = Vec::new();
    for file in files {
        let text = fs::read(&file).unwrap();
        let text = String::from_utf8_lossy(&text);
        lines.extend(text.lines().filter_map(|line| Some(line[cef::find(line)?..].to_owned())));
    }
    lines
}
