//! Two events to ask: a finding with a bit of everything, and one with nothing.

use signalbox_model::Severity;
use signalbox_model::ocsf::{Class, ClassUid, Event, FieldPath, Value};
use signalbox_model::time::Timestamp;

use super::super::{Condition, Subject, Together};

/// A detection about a host, from an EDR.
pub(super) fn detection() -> Event {
    let mut event =
        Event::new(Class::new(ClassUid::DetectionFinding), Timestamp::from_millis(NOON));
    event.severity = Severity::High;
    for (path, value) in [
        ("finding_info.title", Value::Text("Злой PowerShell")),
        ("finding_info.types", Value::Text("Host Vulnerability")),
        ("finding_info.types", Value::Text("Malware")),
        ("evidences.src_endpoint.ip", Value::Text("::ffff:10.1.2.3")),
        ("evidences.dst_endpoint.ip", Value::Text("2001:db8::7")),
        ("evidences.dst_endpoint.port", Value::Integer(443)),
        ("evidences.file.path", Value::Text(r"C:\Windows\evil.exe")),
        ("vulnerabilities.cve.uid", Value::Text("CVE-2026-1234")),
        ("vulnerabilities.cve.cvss.base_score", Value::Float(9.8)),
        ("vulnerabilities.severity", Value::Text("Moderate")),
        ("vulnerabilities.is_fix_available", Value::Boolean(true)),
        ("resources.tags.name", Value::Text("env")),
        ("resources.tags.value", Value::Text("prod")),
        ("device.hostname", Value::Text("web-01")),
        ("unmapped.score", Value::Text("42")),
        ("unmapped.count", Value::Text("9007199254740993")),
        ("unmapped.level", Value::Integer(7)),
        ("unmapped.nested", Value::Json(r#"{"a":"deep"}"#)),
        ("unmapped.path", Value::Json(r#""C:\\temp""#)),
        ("unmapped.flag", Value::Boolean(true)),
    ] {
        event.assign(&FieldPath::parse(path).unwrap(), value).unwrap();
    }
    event
}

/// An event of no class that says nothing.
pub(super) fn nothing() -> Event {
    Event::default()
}

/// Whether a condition holds for an event that came from `edr-prod`.
pub(super) fn holds(condition: &str, event: &Event) -> bool {
    let compiled = Condition::compile(condition);
    let compiled = compiled.unwrap_or_else(|errors| panic!("{condition}: {errors:?}"));
    let subject = Subject { event, integration: "edr-prod", connector: "crowdstrike" };
    let holds = compiled.matches(&subject);
    let together = Together::new([None, Some(&compiled), Some(&compiled)]);
    let mut asked = together.ask(&subject);
    let candidates = asked.candidates();
    assert_eq!(candidates.first(), Some(&0), "no condition");
    assert!(!holds || candidates == [0, 1, 2], "{condition}, by the index");
    assert!(asked.holds(0), "no condition");
    assert_eq!([asked.holds(1), asked.holds(2)], [holds; 2], "{condition}, asked with others");
    holds
}

/// 2026-03-01T12:00:00Z.
const NOON: i64 = 1_772_366_400_000;
