//! Recorded lines of real products. The corpus is found by `SIGNALBOX_CORPUS`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Source, document, violations};

/// The files of a folder of the corpus, `None` where there is no corpus.
fn files(folder: &str) -> Option<Vec<PathBuf>> {
    let Some(corpus) = std::env::var_os("SIGNALBOX_CORPUS") else {
        eprintln!("skipped: SIGNALBOX_CORPUS is not set, so no recorded line was mapped");
        return None;
    };
    let entries = fs::read_dir(Path::new(&corpus).join(folder)).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "log"));
    files.sort();
    Some(files)
}

/// The lines of a file that are not empty, as `signalbox decode` takes them.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = bytes.split(|byte| *byte == b'\n');
    let lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.filter(|line| !line.is_empty())
}

#[test]
fn every_nonempty_line_of_the_corpus_gives_exactly_one_valid_event() {
    let source = Source::by_default();
    let (mut checked, mut invalid) = (0, Vec::new());

    for folder in ["cef", "syslog", "syslog/sc4s"] {
        let Some(files) = files(folder) else { return };
        for file in files {
            for line in lines(&fs::read(&file).unwrap()) {
                let event = document(&source.event(line));

                let found = violations(&event);
                invalid.extend(found.into_iter().map(|found| (file_name(&file).to_owned(), found)));
                checked += 1;
            }
        }
    }

    assert_eq!(invalid, []);
    assert!(checked > 5_000, "only {checked} lines");
}

/// At least 98 of 100 lines with a CEF header have a class, no parse error, and what the header says.
#[test]
fn cef_lines_get_a_class() {
    let source = Source::by_default();
    let Some(files) = files("cef") else { return };
    let mut remainder = BTreeMap::new();
    let mut total = 0;

    for file in files.iter().filter(|file| !file_name(file).starts_with("edge-")) {
        for line in lines(&fs::read(file).unwrap()) {
            let Some(mark) = signalbox_sdk::codec::cef::find(&String::from_utf8_lossy(line)) else {
                continue;
            };
            total += 1;
            let _ = mark;
            let event = document(&source.event(line));
            if let Some(fault) = fault_of(&event) {
                *remainder.entry((file_name(file).to_owned(), fault)).or_insert(0) += 1;
            }
        }
    }

    let failed: usize = remainder.values().sum();
    for ((file, fault), count) in &remainder {
        eprintln!("{file}: {count} {fault}");
    }
    assert!(total > 1_100, "only {total} lines");
    assert!(failed * 50 <= total, "{failed} of {total}");
}

fn file_name(file: &Path) -> &str {
    file.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

/// What an event of CEF should have and has not.
fn fault_of(event: &Value) -> Option<String> {
    if event["class_uid"] == 0 {
        return Some("are of class 0".to_owned());
    }
    if let Some(error) = event["unmapped"]["parse_error"].as_str() {
        return Some(format!("have the parse error {error}"));
    }
    let missing = ["severity_id", "device", "metadata", "time"];
    let missing = missing.into_iter().find(|name| event[name].is_null());
    missing.map(|name| format!("lack `{name}`"))
}
