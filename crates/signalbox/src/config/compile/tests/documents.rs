//! The samples in the documents are configurations that `check` takes.

use super::*;
use crate::config::Severity;

/// What only a whole configuration has: other entries, variables, files.
const ELSEWHERE: [&str; 6] = [
    "there is no ",
    "environment variable `",
    "secret file `",
    "TLS file `",
    "` is no streaming destination",
    "` is no mapping",
];

fn samples(text: &str) -> impl Iterator<Item = &str> {
    text.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next())
}

/// The mistakes of a sample, without those of what stands elsewhere.
fn mistakes(sample: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("signalbox.yaml");
    std::fs::write(&file, sample).unwrap();
    let (_, diagnostics) = load(&file, &world(&[]));
    let errors = diagnostics.into_iter().filter(|d| d.severity == Severity::Error);
    let own = errors.filter(|d| !ELSEWHERE.iter().any(|what| d.message.contains(what)));
    own.map(|d| format!("{}: {}", d.line, d.message)).collect()
}

fn documents(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            documents(&path, found);
        } else if name.ends_with(".md") {
            found.push(path);
        }
    }
}

#[test]
fn every_sample_in_the_documents_is_good() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut found = Vec::new();
    documents(&root, &mut found);
    let mut count = 0;

    for path in found {
        let text = std::fs::read_to_string(&path).unwrap();
        // The first of the README is of Alertmanager's own configuration.
        for sample in samples(&text).filter(|sample| !sample.starts_with("receivers:")) {
            let mistakes = mistakes(sample);
            assert!(mistakes.is_empty(), "{}: {mistakes:#?}\n{sample}", path.display());
            count += 1;
        }
    }

    assert!(count > 15, "{count}");
}
