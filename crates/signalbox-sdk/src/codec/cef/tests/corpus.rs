//! Recorded lines of real products. They are told in the environment, for they are not ours to ship.

use std::fs;
use std::path::Path;

use super::*;

#[test]
fn recorded_lines_are_read_without_a_fault() {
    let Some(corpus) = std::env::var_os("SIGNALBOX_CORPUS") else {
        eprintln!("SKIPPED recorded_lines_are_read_without_a_fault: SIGNALBOX_CORPUS is not set");
        return;
    };
    let lines = lines(&Path::new(&corpus).join("cef"));
    let mut sums = Sums::default();

    for (file, line) in &lines {
        match Cef::parse(line) {
            Ok(cef) => sums.add(file, line, &cef),
            Err(_) => sums.headless += 1,
        }
    }

    println!("{sums:#?}");
    assert!(sums.read > 1_000, "only {} lines are there", sums.read);
    assert!(sums.whole * 100 >= sums.read * 98, "{} of {} are whole", sums.whole, sums.read);
}

/// What was counted.
#[derive(Debug, Default)]
struct Sums {
    read: usize,
    headless: usize,
    whole: usize,
    pairs: usize,
    fields_of_the_dictionary: usize,
    custom_and_labels: usize,
    without_vendor: usize,
    severities_that_mean_nothing: usize,
}

impl Sums {
    fn add(&mut self, file: &str, line: &str, cef: &Cef<'_>) {
        self.read += 1;
        self.pairs += cef.pairs.len();
        let count = |is: fn(Key) -> bool| cef.pairs.iter().filter(|pair| is(pair.key)).count();
        self.fields_of_the_dictionary += count(|key| matches!(key, Key::Field(_)));
        self.custom_and_labels += count(|key| matches!(key, Key::Custom(_) | Key::Label(_)));
        let has_product = !cef.vendor.raw().is_empty() && !cef.product.raw().is_empty();
        self.without_vendor += usize::from(!has_product);
        let means_something = severity::is_severity(cef.severity.raw());
        self.severities_that_mean_nothing += usize::from(!means_something);
        // One product leaves vendor and product empty in all its lines.
        let has_product = has_product || file.starts_with("fortinet-fortiweb");
        let has_rest = !cef.class_id.raw().is_empty() && !cef.severity.raw().is_empty();
        if cef.fault.is_none() && has_product && has_rest {
            self.whole += 1;
        } else {
            println!("{file}: {:?}: {}", cef.fault, line.get(..120).unwrap_or(line));
        }
    }
}

/// The lines of all files but those that show faults.
fn lines(folder: &Path) -> Vec<(String, String)> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<_> = files.collect();
    files.sort();
    let mut lines = Vec::new();
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("edge-") {
            continue;
        }
        let text = fs::read(&file).unwrap();
        let text = String::from_utf8_lossy(&text);
        lines.extend(text.lines().map(|line| (name.clone(), line.to_owned())));
    }
    lines
}
