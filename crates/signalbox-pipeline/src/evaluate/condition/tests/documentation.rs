//! `docs/concepts/conditions.md` says what the code does.

use super::super::Condition;
use super::super::short_names::SHORT_NAMES;

const PAGE: &str = include_str!("../../../../../../docs/concepts/conditions.md");

/// Returns the lines of all code blocks of a language, block by block.
fn blocks(language: &str) -> Vec<Vec<&'static str>> {
    let opening = format!("```{language}");
    let mut blocks = Vec::new();
    let mut lines = PAGE.lines();
    while lines.by_ref().any(|line| line == opening) {
        blocks.push(lines.by_ref().take_while(|line| *line != "```").collect());
    }
    assert!(!blocks.is_empty(), "no block of `{language}`");
    blocks
}

#[test]
fn every_example_compiles() {
    for example in blocks("condition").concat() {
        assert!(Condition::compile(example).is_ok(), "{example}");
    }
}

#[test]
fn every_mistake_is_told_as_shown() {
    for block in blocks("mistake") {
        let (example, expected) = block.split_first().unwrap();

        let errors = Condition::compile(example).unwrap_err();

        let told: Vec<_> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(told, expected);
    }
}

#[test]
fn the_table_of_short_names_is_complete() {
    let quoted = |words: &[&str]| {
        let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
        words.join(", ")
    };
    let row = |(names, paths): &(&[&str], &[&str])| {
        format!("| {} | {} |\n", quoted(names), quoted(paths))
    };

    let table: String = SHORT_NAMES.iter().map(row).collect();

    assert!(PAGE.contains(&format!("| short name | path |\n|---|---|\n{table}\n")), "{table}");
}
