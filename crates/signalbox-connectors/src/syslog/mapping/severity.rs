//! How CEF, LEEF and syslog say how bad something is.

use signalbox_model::Severity::{Critical, Fatal, High, Informational, Low, Medium, Unknown};
use signalbox_model::{Severity, SeverityColumn};
use signalbox_sdk::codec::severity::fold;

use super::attribute::Attribute;
use super::record::Record;
use super::value;

/// CEF's numbers and words, and the words that products write in their place; LEEF counts alike.
pub(in crate::syslog) const CEF: SeverityColumn = SeverityColumn {
    vendor: "CEF",
    values: &[
        ("10", Critical),
        ("9", Critical),
        ("8", High),
        ("7", High),
        ("6", Medium),
        ("5", Medium),
        ("4", Medium),
        ("3", Low),
        ("2", Low),
        ("1", Low),
        ("0", Informational),
        ("Very-High", Critical),
        ("High", High),
        ("Medium", Medium),
        ("Low", Low),
        ("Unknown", Unknown),
        ("Substantial", High),
        ("Informative", Informational),
    ],
    other: Unknown,
};

/// The severities of syslog itself, where smaller is worse. They tell how badly a program is off, not
/// how bad a threat is, so that 7 of 8 stay below `Fatal`.
pub(in crate::syslog) const SYSLOG: SeverityColumn = SeverityColumn {
    vendor: "Syslog",
    values: &[
        ("0", Fatal),
        ("1", Critical),
        ("2", Critical),
        ("3", High),
        ("4", Medium),
        ("5", Low),
        ("6", Informational),
        ("7", Informational),
    ],
    other: Unknown,
};

/// The priorities of Suricata's signatures, from 1 to 255, of which 1 to 4 are in use and 1 is the worst
/// (Suricata user guide, "Meta Keywords", read 2026-11-22).
pub(in crate::syslog) const PRIORITY: SeverityColumn = SeverityColumn {
    vendor: "Suricata",
    values: &[("1", High), ("2", Medium), ("3", Low)],
    other: Informational,
};

/// Returns how bad a product calls what it found, where it says so apart from the line's level.
pub(super) fn of_finding(record: &Record<'_>) -> Option<Severity> {
    let word = record.get(Attribute::FindingSeverity).and_then(of_word);
    word.or_else(|| {
        let priority = record.get(Attribute::FindingPriority)?;
        value::integer(priority).map(|_| PRIORITY.severity(priority))
    })
}

/// Returns what a word means; a number means another thing to each sender.
pub(in crate::syslog) fn of_word(word: &str) -> Option<Severity> {
    let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
    Some(fold(word, &CEF)).filter(|severity| !is_number && *severity != Unknown)
}

/// The word of a severity of syslog.
pub(super) const fn level(severity: u8) -> &'static str {
    match severity {
        0 => "emerg",
        1 => "alert",
        2 => "crit",
        3 => "err",
        4 => "warning",
        5 => "notice",
        6 => "info",
        _ => "debug",
    }
}

/// The word of a facility of syslog (RFC 5424 §6.2.1).
pub(super) const fn facility(facility: u8) -> &'static str {
    match facility {
        0 => "kern",
        1 => "user",
        2 => "mail",
        3 => "daemon",
        4 => "auth",
        5 => "syslog",
        6 => "lpr",
        7 => "news",
        8 => "uucp",
        9 => "cron",
        10 => "authpriv",
        11 => "ftp",
        12 => "ntp",
        13 => "audit",
        14 => "alert",
        15 => "clock",
        16 => "local0",
        17 => "local1",
        18 => "local2",
        19 => "local3",
        20 => "local4",
        21 => "local5",
        22 => "local6",
        _ => "local7",
    }
}
