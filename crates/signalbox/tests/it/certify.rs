//! `signalbox certify` as the command line shows it; what it finds is tested where it is written.

use std::process::{Command, Output};

use serde_json::Value;

#[test]
fn a_connector_is_certified_as_one_array_of_rows() {
    let output = certify(&["file", "--output", "json"]);

    let rows: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{rows:#?}");
    for row in &rows {
        let keys: Vec<_> = row.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["case", "connector", "evidence", "role", "verdict"]);
        assert_eq!((&row["connector"], &row["role"]), (&"file".into(), &"destination".into()));
        assert!(["pass", "not_applicable"].contains(&row["verdict"].as_str().unwrap()), "{row}");
        assert!(!row["evidence"].as_str().unwrap().is_empty(), "{row}");
    }
    let seven = [
        "happy path",
        "authentication failure 401/403",
        "timeout",
        "rate limit 429",
        "invalid payload",
        "large payload",
        "unavailable",
    ];
    let cases: Vec<_> = rows.iter().filter_map(|row| row["case"].as_str()).take(7).collect();
    assert_eq!(cases, seven);
}

#[test]
fn an_unknown_connector_is_told_with_those_that_are_known() {
    let output = certify(&["jira"]);

    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{words}");
    assert!(words.contains("`jira`") && words.contains("`servicenow`"), "{words}");
}

fn certify(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signalbox"));
    command.arg("certify").args(arguments).output().unwrap()
}
