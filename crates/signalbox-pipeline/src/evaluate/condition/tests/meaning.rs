//! What conditions say about events.

use signalbox_model::Severity;

use super::super::{Condition, Subject};
use super::sample::{detection, holds, nothing};

/// Asserts that every condition holds for the detection.
fn hold(conditions: &[&str]) {
    let event = detection();
    for condition in conditions {
        assert!(holds(condition, &event), "{condition}");
    }
}

/// Asserts that no condition holds for the detection.
fn fail(conditions: &[&str]) {
    let event = detection();
    for condition in conditions {
        assert!(!holds(condition, &event), "{condition}");
    }
}

#[test]
fn connectors_follow_their_truth_table() {
    let event = nothing();
    let (t, f) = ("class EXISTS", "user EXISTS");
    for (condition, expected) in [
        (format!("{t} AND {t}"), true),
        (format!("{t} AND {f}"), false),
        (format!("{f} AND {t}"), false),
        (format!("{f} AND {f}"), false),
        (format!("{t} OR {t}"), true),
        (format!("{t} OR {f}"), true),
        (format!("{f} OR {t}"), true),
        (format!("{f} OR {f}"), false),
        (format!("NOT {t}"), false),
        (format!("NOT {f}"), true),
        (format!("NOT NOT {t}"), true),
        (format!("{t} OR {t} AND {f}"), true),
        (format!("({t} OR {t}) AND {f}"), false),
        (format!("NOT {f} AND {f}"), false),
        (format!("NOT ({f} AND {f})"), true),
        (format!("NOT {t} OR {t}"), true),
    ] {
        assert_eq!(holds(&condition, &event), expected, "{condition}");
    }
}

#[test]
fn a_field_without_a_value_fails_every_test_and_meets_every_negation() {
    let event = nothing();
    for field in ["user", "tag.env", "unmapped.score"] {
        for test in ["= 'a'", "IN ('a', 'b')", "CONTAINS 'a'", "MATCHES 'a'", "EXISTS"] {
            assert!(!holds(&format!("{field} {test}"), &event), "{field} {test}");
        }
        for test in [
            "!= 'a'",
            "NOT IN ('a', 'b')",
            "DOES NOT CONTAIN 'a'",
            "DOES NOT MATCH 'a'",
            "DOES NOT EXIST",
        ] {
            assert!(holds(&format!("{field} {test}"), &event), "{field} {test}");
        }
    }
    for test in ["< 1", "<= 1", "> 1", ">= 1", "= 1"] {
        assert!(!holds(&format!("dst.port {test}"), &event), "{test}");
    }
}

#[test]
fn text_ignores_case_but_expressions_do_not() {
    hold(&[
        "finding.title = 'ЗЛОЙ powershell'",
        "finding.title IN ('x', 'злой POWERSHELL')",
        "finding.title CONTAINS 'SHELL'",
        "finding.title CONTAINS 'ЗЛ'",
        "host CONTAINS 'WEB-'",
        "finding.title MATCHES 'Power'",
        "finding.title MATCHES '(?i)power'",
        "evidences.file.path = 'c:\\windows\\EVIL.exe'",
        r"evidences.file.path MATCHES '^C:\\Windows\\\w+\.exe$'",
    ]);
    fail(&[
        "finding.title = 'PowerShell'",
        "finding.title MATCHES 'power'",
        "finding.title DOES NOT CONTAIN 'shell'",
        "host != 'WEB-01'",
    ]);
}

#[test]
fn any_value_of_several_will_do() {
    hold(&["finding.type = 'malware'", "finding.type = 'host vulnerability'"]);
    hold(&["finding.type != 'phishing'", "finding.type CONTAINS 'vuln'"]);
    fail(&["finding.type != 'malware'", "finding.type NOT IN ('malware', 'phishing')"]);
}

#[test]
fn networks_hold_their_addresses() {
    hold(&[
        "src.ip = '10.1.2.3'",
        "src.ip = '::ffff:10.1.2.3'",
        "src.ip = '10.0.0.0/8'",
        "src.ip IN ('192.168.0.0/16', '10.1.0.0/16')",
        "dst.ip = '2001:DB8::/32'",
        "dst.ip = '2001:db8:0:0::7'",
        "dst.ip != '10.0.0.0/8'",
        "dst.ip CONTAINS ':db8:'",
    ]);
    fail(&["src.ip = '11.0.0.0/8'", "src.ip = '10.1.2.4'", "src.ip != '10.0.0.0/8'"]);
}

#[test]
fn numbers_booleans_and_times_compare_by_value() {
    hold(&[
        "dst.port = 443",
        "dst.port > 442 AND dst.port < 444",
        "dst.port >= 443 AND dst.port <= 443",
        "dst.port IN (80, 443)",
        "vulnerabilities.cve.cvss.base_score >= 9.5",
        "vulnerabilities.cve.cvss.base_score > 9",
        "vulnerabilities.is_fix_available = true",
        "vulnerabilities.is_fix_available != FALSE",
        "time = '2026-03-01T13:00:00+01:00'",
        "time >= '2026-03-01' AND time < '2026-03-02'",
    ]);
    fail(&["dst.port != 443", "dst.port < 443", "time > '2026-03-01T12:00:00Z'"]);
}

#[test]
fn severities_are_an_order() {
    hold(&[
        "severity = high",
        "severity = 'HIGH'",
        "severity_id = 4",
        "severity >= 'high'",
        "severity > medium",
        "severity < 'critical'",
        "finding.severity IN ('high', 'critical')",
        "vulnerabilities.severity = 'medium'",
        "vulnerabilities.severity < 'high'",
    ]);
    fail(&["severity > 'high'", "severity < 'high'", "severity != 'high'"]);
}

#[test]
fn unknown_and_other_severities_have_no_place_in_the_order() {
    let mut event = nothing();
    for severity in [Severity::Unknown, Severity::Other] {
        event.severity = severity;
        for test in ["< 'fatal'", "<= 'fatal'", "> 'informational'", ">= 'informational'"] {
            assert!(!holds(&format!("severity {test}"), &event), "{severity} {test}");
        }
        assert!(holds(&format!("severity = {severity}"), &event));
        assert!(holds("severity != 'high'", &event));
    }
}

#[test]
fn json_is_compared_as_the_value_is_written() {
    hold(&[
        "unmapped.score = '42'",
        "unmapped.score = 42",
        "unmapped.score > 41.5",
        "unmapped.count = 9007199254740993",
        "unmapped.count != 9007199254740992",
        "unmapped.level = 7",
        "unmapped.level < 7.5",
        "unmapped.level IN (6.5, 7)",
        r"unmapped.path = 'c:\TEMP'",
        r"unmapped.path MATCHES '^C:\\temp$'",
        "unmapped.flag = true",
        "unmapped.nested CONTAINS 'DEEP'",
        "unmapped.nested MATCHES '\"a\":'",
        "unmapped.* CONTAINS 'deep'",
    ]);
    fail(&["unmapped.score = '042'", "unmapped.level = '7'", "unmapped.nested = 'deep'"]);
    fail(&["unmapped.Score EXISTS", "unmapped.flag = 1"]);
}

#[test]
fn the_origin_of_an_event_is_a_field() {
    hold(&["integration = 'EDR-prod'", "connector IN ('crowdstrike', 'cortex_xdr')"]);
    hold(&["integration EXISTS", "tag.ENV = 'Prod'", "tag.env EXISTS", "resources EXISTS"]);
    fail(&["integration = 'edr-test'", "connector != 'crowdstrike'", "tag.owner EXISTS"]);
}

#[test]
fn a_head_changes_nothing() {
    hold(&[
        "config from cloud.resource where severity = high",
        "EVENT FROM cloud.audit_logs WHERE severity = high",
        "alert from anything where\n  severity = high\n",
    ]);
    fail(&["config from cloud.resource where severity = low"]);
}

#[test]
fn explaining_asks_every_clause() {
    let event = detection();
    let condition =
        Condition::compile("severity=low and (HOST = \"web-01\" or not severity in (high))");
    let condition = condition.unwrap();

    let explained = condition.explain(&Subject { event: &event, integration: "", connector: "" });

    let expected = [
        ("severity = 'low'".to_owned(), false),
        ("host = 'web-01'".to_owned(), true),
        ("severity IN ('high')".to_owned(), true),
    ];
    assert_eq!(explained, expected);
    assert_eq!(condition.fields(), ["severity", "host"]);
}
