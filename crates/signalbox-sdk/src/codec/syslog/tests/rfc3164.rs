//! RFC 3164, and everything that goes by its name.

use super::*;

const TIME: &str = "2026-02-28T10:00:00.000Z";

#[test]
fn the_header_of_the_rfc_is_read() {
    let message = parsed("<34>Feb 28 10:00:00 mymachine su[7]: 'su root' failed");

    assert_eq!(message.priority, Priority::from_value(34));
    assert_eq!((message.form, message.has_zone), (Form::Rfc3164, false));
    assert_eq!(
        line("<34>Feb 28 10:00:00 mymachine su[7]: 'su root' failed"),
        format!("{TIME} mymachine su 7 | 'su root' failed")
    );
    assert_eq!(message.fault, None);
}

/// Each of these is a device's habit, and none deserves a fault.
#[test]
fn hosts_and_tags_are_told_apart() {
    for (frame, expected) in [
        // Addresses, and a colon behind the host.
        ("<1>Feb 28 10:00:00 192.0.2.1 sshd[1]: hi", "192.0.2.1 sshd 1 | hi"),
        ("<1>Feb 28 10:00:00 2001:db8::1 sshd: hi", "2001:db8::1 sshd - | hi"),
        ("<1>Feb 28 10:00:00 192.0.2.1: %ACE-3-251010: hi", "192.0.2.1 - - | %ACE-3-251010: hi"),
        ("<1>Feb 28 10:00:00 fw : %ASA-3-003164: hi", "fw - - | %ASA-3-003164: hi"),
        ("<1>Feb 28 10:00:00 esa: CEF:0|x", "esa - - | CEF:0|x"),
        // No host.
        ("<1>Feb 28 10:00:00: %ASA-4-402119: hi", "- - - | %ASA-4-402119: hi"),
        ("<1>Feb 28 10:00:00 %ASA-4-402119: hi", "- - - | %ASA-4-402119: hi"),
        ("<1>Feb 28 10:00:00 filterlog: 82,,,1", "- filterlog - | 82,,,1"),
        ("<1>Feb 28 10:00:00 /usr/sbin/cron[1]: hi", "- /usr/sbin/cron 1 | hi"),
        (
            "<1>Feb 28 10:00:00 last message repeated 5 times",
            "- - - | last message repeated 5 times",
        ),
        ("<1>Feb 28 10:00:00 Logins=1 Used=2", "- - - | Logins=1 Used=2"),
        ("<1>Feb 28 10:00:00 {\"a\": 1}", "- - - | {\"a\": 1}"),
        // No tag.
        ("<1>Feb 28 10:00:00 fw CISE_Failed 0001 1", "fw - - | CISE_Failed 0001 1"),
        ("<1>Feb 28 10:00:00 fw date=2026 time=1", "fw - - | date=2026 time=1"),
        ("<1>Feb 28 10:00:00 fw {\"a\": 1}", "fw - - | {\"a\": 1}"),
        ("<1>Feb 28 10:00:00 fw 1,2026/02/28,TRAFFIC", "fw - - | 1,2026/02/28,TRAFFIC"),
        ("<1>Feb 28 10:00:00 fw CEF: 0|x", "fw - - | CEF: 0|x"),
        ("<1>Feb 28 10:00:00 CEF:0|x", "- - - | CEF:0|x"),
        // A tag before a marker.
        ("<1>Feb 28 10:00:00 fw syslogng[9] CEF:0|x", "fw syslogng 9 | CEF:0|x"),
        ("<1>Feb 28 10:00:00 fw OPSWATPC LEEF:1.0|x", "fw OPSWATPC - | LEEF:1.0|x"),
        ("<1>Feb 28 10:00:00 fw vectra_cef -: CEF:0|x", "fw vectra_cef - | CEF:0|x"),
        // AIX, and a relay.
        ("<1>Feb 28 10:00:00 Message forwarded from aix1: sshd[1]: hi", "aix1 sshd 1 | hi"),
    ] {
        assert_eq!(line(frame), format!("{TIME} {expected}"), "{frame}");
        assert_eq!(fault(frame), None, "{frame}");
    }
}

#[test]
fn stamps_of_devices_are_read_with_their_marks() {
    for (frame, expected, fault_expected) in [
        ("<1>000123: Feb 28 10:00:00: %SYS-5-X: hi", "- - - | %SYS-5-X: hi", None),
        ("<1>12: rtr1: Feb 28 10:00:00 UTC: %SYS-5-X: hi", "rtr1 - - | %SYS-5-X: hi", None),
        ("<1>42: rtr1: 634: Feb 28 10:00:00: %SYS-5-X: hi", "rtr1 - - | %SYS-5-X: hi", None),
        ("<1>rtr1: Feb 28 10:00:00: %SYS-5-X: hi", "rtr1 - - | %SYS-5-X: hi", None),
        ("<1>Feb 28 10:00:00 IST: %SYS-5-X: hi", "- - - | %SYS-5-X: hi", None),
        ("<1>: Feb 28 10:00:00 UTC : %SYS-5-X: hi", "- - - | %SYS-5-X: hi", None),
        (
            "<1>12: *Feb 28 10:00:00: %SYS-5-X: hi",
            "- - - | %SYS-5-X: hi",
            Some((7, FaultKind::ClockUnsynchronized)),
        ),
        (
            "<1>.Feb 28 10:00:00: %SYS-5-X: hi",
            "- - - | %SYS-5-X: hi",
            Some((3, FaultKind::ClockUnsynchronized)),
        ),
        ("<1> Feb 28 2026 10:00:00.000 fw app: hi", "fw app - | hi", None),
        ("<1>2026 Feb 28 10:00:00 UTC: %UCSM-6-X: hi", "- - - | %UCSM-6-X: hi", None),
        ("<1>2026-02-28T11:00:00+01:00 fw app[1]: hi", "fw app 1 | hi", None),
        ("<1>2026-02-28 10:00:00 fw app: hi", "fw app - | hi", None),
        ("<1>2026-02-28T10:00:00.0+00:00 UTC : %UC-5-X: hi", "- - - | %UC-5-X: hi", None),
        (
            "<1>1772272800 fw urls src=1",
            "fw - - | urls src=1",
            Some((3, FaultKind::TimestampNumeric)),
        ),
        ("Feb 28 10:00:00 fw app: hi", "fw app - | hi", Some((0, FaultKind::PriorityMissing))),
    ] {
        assert_eq!(line(frame), format!("{TIME} {expected}"), "{frame}");
        assert_eq!(fault(frame), fault_expected, "{frame}");
    }
}

#[test]
fn without_a_stamp_there_is_at_most_a_tag() {
    for (frame, expected) in [
        (
            "<1>date=2026-02-28 time=10:00:00 devname=fg",
            "- - | date=2026-02-28 time=10:00:00 devname=fg",
        ),
        ("<1>CEF:0|x", "- - | CEF:0|x"),
        ("<1>LEEF:2.0|x", "- - | LEEF:2.0|x"),
        ("<1>{\"a\": 1}", "- - | {\"a\": 1}"),
        ("<1>fenotify-1.alert: CEF:0|x", "fenotify-1.alert - | CEF:0|x"),
        ("<1>cef[24366]: CEF:0|x", "cef 24366 | CEF:0|x"),
        ("<1>42: no stamp here", "42 - | no stamp here"),
    ] {
        assert_eq!(line(frame), format!("- - {expected}"), "{frame}");
        assert_eq!(fault(frame), Some((3, FaultKind::TimestampMissing)), "{frame}");
    }
}

#[test]
fn a_line_of_text_is_all_message() {
    assert_eq!(line("Port bite. Source: 192.0.2.1"), "- - - - | Port bite. Source: 192.0.2.1");
    assert_eq!(fault("Port bite."), Some((0, FaultKind::PriorityMissing)));
    assert_eq!(fault("\r\n"), Some((0, FaultKind::Empty)));
}

#[test]
fn the_header_inside_a_relay_s_header_names_the_origin() {
    let message = parsed("<1>Feb 28 10:00:30 192.0.2.9 Feb 28 10:00:00 pdp01 CISE_Failed 1");

    assert_eq!((message.relay, message.host), (Some("192.0.2.9"), Some("pdp01")));
    assert_eq!(message.timestamp.unwrap().to_string(), TIME);
    assert_eq!(message.text, "CISE_Failed 1");
}

#[test]
fn a_day_that_does_not_exist_costs_the_time_only() {
    assert_eq!(line("<1>Feb 30 10:00:00 fw app: hi"), "- fw app - | hi");
    assert_eq!(fault("<1>Feb 30 10:00:00 fw app: hi"), Some((3, FaultKind::TimestampInvalid)));
}
