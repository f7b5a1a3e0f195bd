//! Sources: how long files and functions are, how they begin, and words that are not written.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Context as _;

use crate::workspace::{read, root};

/// Returns what is wrong.
pub(super) fn findings() -> anyhow::Result<Vec<String>> {
    let root = root();
    // New files count before they are committed, deleted ones no more.
    let listed = ["ls-files", "--cached", "--others", "--exclude-standard"];
    let files = read(Command::new("git").args(listed).current_dir(&root))?;
    let mut findings = Vec::new();
    for name in files.lines() {
        let path = root.join(name);
        let Ok(bytes) = fs::read(&path) else { continue };
        let Ok(text) = String::from_utf8(bytes) else { continue };
        if name.ends_with(".rs") {
            findings.extend(lengths(name, &text));
            if !text.starts_with("//!") {
                findings.push(format!("{name}: does not open with `//!`"));
            }
        }
        if is_searched(name) {
            findings.extend(words(name, &text));
        }
    }
    findings.extend(missing_readmes(&root)?);
    Ok(findings)
}

fn lengths(name: &str, text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut findings = Vec::new();
    if lines.len() > FILE_LINES_MAX && !DATA_TABLES.contains(&name) {
        findings.push(format!("{name}: {} lines; split it at {FILE_LINES_MAX}", lines.len()));
    }
    for (start, line) in lines.iter().enumerate() {
        let Some(function) = function(line) else { continue };
        let indent = line.len() - line.trim_start().len();
        // rustfmt puts the closing brace of a function under its first word.
        let is_end = |line: &&str| line.starts_with('}') || line.trim() == "}";
        let rest = lines.iter().skip(start);
        let length = rest
            .take_while(|line| !(is_end(line) && line.len() - line.trim_start().len() == indent))
            .count();
        // A declaration may take several lines until its `;`; a body that stands in one line ends with `}`.
        let mut ends = lines.iter().skip(start).map(|line| line.trim_end());
        let end = ends.find_map(|line| line.chars().next_back().filter(|end| "{};".contains(*end)));
        if end == Some('{') && length > FUNCTION_LINES_MAX {
            findings.push(format!(
                "{name}:{}: `{function}` has {length} lines; split it at {FUNCTION_LINES_MAX}",
                start + 1
            ));
        }
    }
    findings
}

/// Returns the name of the function that a line begins.
fn function(line: &str) -> Option<&str> {
    let mut rest = line.trim_start();
    for word in ["pub(crate) ", "pub(super) ", "pub ", "const ", "async "] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    let name = rest.strip_prefix("fn ")?;
    name.split(['(', '<']).next()
}

fn words(name: &str, text: &str) -> Vec<String> {
    let mut findings = Vec::new();
    for (number, line) in text.lines().enumerate() {
        // A text about the rules has to name the words.
        let in_code = if name.ends_with(".md") { &[][..] } else { &FORBIDDEN_IN_CODE[..] };
        for word in FORBIDDEN.iter().chain(in_code).filter(|word| line.contains(**word)) {
            findings.push(format!("{name}:{}: `{word}` is not written", number + 1));
        }
    }
    findings
}

/// This file has to name the words; the pipeline's command finds what lies beside the repository.
fn is_searched(name: &str) -> bool {
    !matches!(name, "xtask/src/tidy/sources.rs" | ".ci/run")
}

fn missing_readmes(root: &Path) -> anyhow::Result<Vec<String>> {
    let connectors = root.join("crates/signalbox-connectors/src");
    let mut findings = Vec::new();
    for entry in
        fs::read_dir(&connectors).with_context(|| format!("list `{}`", connectors.display()))?
    {
        let path = entry?.path();
        if path.join("mod.rs").is_file() && !path.join("README.md").is_file() {
            findings.push(format!("{}: a vendor's folder has a README.md", path.display()));
        }
    }
    Ok(findings)
}

const FILE_LINES_MAX: usize = 600;
const FUNCTION_LINES_MAX: usize = 70;

/// Tables that are longer because the standard behind them is.
const DATA_TABLES: [&str; 1] = ["crates/signalbox-model/src/ocsf/ids/finding.rs"];

/// Paths that exist on one machine alone.
const FORBIDDEN: [&str; 2] = ["/work/", "../shared"];

const FORBIDDEN_IN_CODE: [&str; 3] = ["TODO", "dbg!", "#[allow"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_as_long_as_its_braces_say() {
        let text = format!(
            "//! A.\nfn long() {{\n{}}}\n\nfn short() {{\n    1;\n}}\n",
            "    1;\n".repeat(70)
        );

        let findings = lengths("a.rs", &text);

        assert_eq!(findings, ["a.rs:2: `long` has 71 lines; split it at 70"]);
    }

    #[test]
    fn a_forbidden_word_is_told_with_its_line() {
        assert_eq!(words("a.rs", "fine\n// TODO\n"), ["a.rs:2: `TODO` is not written"]);
    }
}
