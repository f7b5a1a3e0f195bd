//! LEEF 1 and 2, with the delimiters that products choose.

use jiff::tz::{TimeZone, offset};
use signalbox_model::time::Timestamp;
use signalbox_model::{Severity, SeverityColumn};

use super::*;

fn named<'a>(leef: &Leef<'a>) -> Vec<(&'a str, &'a str)> {
    leef.pairs.iter().map(|pair| (pair.name, pair.value)).collect()
}

fn dating() -> Dating<'static> {
    Dating::new(Timestamp::parse("2026-07-01T00:00:00Z").unwrap(), TimeZone::UTC)
}

#[test]
fn version_1_has_tabs() {
    let line =
        "<13>Jun 29 12:34:56 gate LEEF:1.0|Acme|Gate|1.2|42|src=10.0.0.1\tmsg=a b=c\tcat=\r\n";

    let leef = Leef::parse(line).unwrap();

    assert_eq!((leef.version, leef.vendor, leef.product), (1, "Acme", "Gate"));
    assert_eq!((leef.product_version, leef.event_id), ("1.2", "42"));
    assert_eq!(named(&leef), [("src", "10.0.0.1"), ("msg", "a b=c"), ("cat", "")]);
    assert_eq!(leef.fault, None);
}

#[test]
fn version_2_names_its_delimiter_in_several_ways() {
    for (field, delimiter) in [("^", "^"), ("x5E", "^"), ("0x5e", "^"), ("", "\t"), ("0x09", "\t")]
    {
        let line = format!("LEEF:2.0|Acme|Gate|1.2|42|{field}|src=10.0.0.1{delimiter}sev=5");

        let leef = Leef::parse(&line).unwrap();

        assert_eq!(named(&leef), [("src", "10.0.0.1"), ("sev", "5")], "{field}");
        assert_eq!(leef.fault, None, "{field}");
    }
}

#[test]
fn a_delimiter_that_is_forgotten_or_forbidden_is_found() {
    for line in [
        "LEEF:2.0|Acme|Gate|1.2|42|src=10.0.0.1\tsev=5",
        "LEEF:2.0|Acme|Gate|1.2|42|src=10.0.0.1|sev=5",
        "LEEF:1.0|Acme|Gate|1.2|42|src=10.0.0.1|sev=5",
        "LEEF:1.0|Acme|Gate|1.2|42|src=10.0.0.1^sev=5",
        "LEEF: 1.0|Acme|Gate|1.2|42|src=10.0.0.1\tsev=5",
    ] {
        let leef = Leef::parse(line).unwrap();

        assert_eq!(named(&leef), [("src", "10.0.0.1"), ("sev", "5")], "{line}");
        assert_eq!(leef.fault, None, "{line}");
    }
}

#[test]
fn a_delimiter_that_does_not_occur_is_told() {
    let leef = Leef::parse("LEEF:2.0|Acme|Gate|1.2|42|^|src=10.0.0.1\tsev=5").unwrap();

    assert_eq!(named(&leef), [("src", "10.0.0.1"), ("sev", "5")]);
    assert_eq!(leef.fault, Some(Fault { at: 26, reason: Reason::WrongDelimiter }));
}

#[test]
fn one_attribute_needs_no_delimiter() {
    let leef = Leef::parse("LEEF:2.0|Acme|Gate|1.2|42|^|src=10.0.0.1").unwrap();

    assert_eq!((named(&leef), leef.fault), (vec![("src", "10.0.0.1")], None));
}

#[test]
fn a_header_that_ends_early_is_told() {
    let leef = Leef::parse("LEEF:1.0|Acme|Gate").unwrap();

    assert_eq!((leef.vendor, leef.event_id), ("Acme", ""));
    assert_eq!(
        leef.fault,
        Some(Fault { at: 14, reason: Reason::ShortHeader { found: 2, wanted: 5 } })
    );
}

#[test]
fn a_line_without_a_header_is_refused() {
    for line in ["", "LEEF", "LEEF:", "LEEF:one|", "LEEF:1.0", "CEF:0|a|b|c|d|e|5|"] {
        assert_eq!(Leef::parse(line), Err(Fault { at: 0, reason: Reason::NoLeef }), "{line}");
    }
    assert!(Leef::parse_tagged("1.0|Acme|Gate|1|42|src=::1", 0, Pairs::default()).is_ok());
}

/// This would take minutes if the bar were looked for behind each of them.
#[test]
fn a_mark_without_a_version_costs_no_search() {
    let text = "LEEF:".repeat(1 << 20);

    let started = std::time::Instant::now();
    let found = find(&text);

    assert_eq!(found, None);
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

#[test]
fn text_without_a_key_is_told() {
    let leef = Leef::parse("LEEF:1.0|A|B|1|2|src=::1\tnonsense\tsev=5").unwrap();

    assert_eq!(named(&leef), [("src", "::1"), ("sev", "5")]);
    assert_eq!(leef.fault, Some(Fault { at: 25, reason: Reason::TextWithoutKey }));
}

#[test]
fn of_a_repeated_attribute_the_last_that_is_not_empty_counts() {
    let leef = Leef::parse("LEEF:1.0|A|B|1|2|usrName=a\tusrName=b\tusrName=\tmine=1").unwrap();

    assert_eq!(leef.last(Attribute::UsrName), Some("b"));
    assert_eq!(leef.values(Attribute::UsrName).next(), Some("a"));
    assert_eq!(leef.last_named("mine"), Some("1"));
}

#[test]
fn the_severity_is_the_first_word() {
    let column =
        SeverityColumn { vendor: "x", values: &[("8", Severity::High)], other: Severity::Unknown };

    let leef = Leef::parse("LEEF:2.0|A|B|1|2|sev=8 cn1=37 cn1Label=Host ID\tdvc=::1").unwrap();

    assert_eq!(leef.severity(&column), Severity::High);
    assert_eq!(Leef::parse("LEEF:1.0|A|B|1|2|").unwrap().severity(&column), Severity::Unknown);
}

#[test]
fn the_time_follows_its_pattern_or_any_known_form() {
    let eastern = |name: &str| (name == "EST").then(|| TimeZone::fixed(offset(-5)));
    for (attributes, expected) in [
        ("devTime=1782736496", "2026-06-29T12:34:56Z"),
        ("devTime=1782736496000\tdevTimeFormat=", "2026-06-29T12:34:56Z"),
        ("devTime=29/06/2026 12:34:56\tdevTimeFormat=dd/MM/yyyy HH:mm:ss", "2026-06-29T12:34:56Z"),
        ("devTime=Jun 29 12:34:56\tdevTimeFormat=MMM dd yyyy HH:mm:ss", "2026-06-29T12:34:56Z"),
        (
            "devTime=Jun 29 2026 12:34:56.000 EST\tdevTimeFormat=MMM dd yyyy HH:mm:ss.SSS z",
            "2026-06-29T17:34:56Z",
        ),
    ] {
        let line = format!("LEEF:1.0|A|B|1|2|{attributes}");
        let leef = Leef::parse(&line).unwrap();

        let time = leef.time(&dating().with_names(&eastern));

        assert_eq!(time, Timestamp::parse(expected).ok(), "{attributes}");
    }
}

#[test]
fn storage_is_used_again() {
    let line = "LEEF:1.0|A|B|1|2|a=1\tb=2\tc=3".to_owned();
    let pairs = Leef::parse(&line).unwrap().pairs;
    let room = pairs.0.capacity();

    let pairs = pairs.reuse();

    assert_eq!((pairs.0.capacity(), pairs.len()), (room, 0));
}

/// The files are told in the environment, for they are not ours to ship.
#[test]
fn recorded_lines_are_read_without_a_fault() {
    let Some(corpus) = std::env::var_os("SIGNALBOX_CORPUS") else {
        eprintln!("SKIPPED recorded_lines_are_read_without_a_fault: SIGNALBOX_CORPUS is not set");
        return;
    };
    let folder = std::path::Path::new(&corpus).join("syslog");
    let files = ["sc4s/leef.log", "leef-trend-micro-deep-security.log"];
    let text = files.map(|file| std::fs::read_to_string(folder.join(file)).unwrap()).concat();
    let lines: Vec<&str> = text.lines().collect();

    for line in &lines {
        let leef = Leef::parse(line).unwrap();

        assert!(leef.fault.is_none() || line.contains("PAN-OS"), "{:?}: {line}", leef.fault);
        assert!(leef.pairs.len() > 5 && !leef.vendor.is_empty() && !leef.event_id.is_empty());
    }
    println!("{} recorded LEEF lines", lines.len());
    assert!(lines.len() >= 19);
}
