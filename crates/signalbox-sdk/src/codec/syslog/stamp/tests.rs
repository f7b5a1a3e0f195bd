//! Every way of writing a moment, read back.

use super::*;

/// 2026-03-01 12:00:00 UTC.
const RECEIVED: Timestamp = Timestamp::from_millis(1_772_366_400_000);

fn moment(stamp: &Stamp) -> String {
    stamp.moment(RECEIVED, &Zone::UTC).map_or_else(String::new, |moment| moment.to_string())
}

fn bsd_moment(text: &str) -> (String, &str) {
    let stamp = bsd(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
    (moment(&stamp), &text[stamp.length..])
}

#[test]
fn rfc_3339_is_read_with_all_its_relatives() {
    for (text, expected, fault) in [
        ("2026-02-28T10:00:00Z", "2026-02-28T10:00:00.000Z", None),
        ("2026-02-28T10:00:00.123456+01:00", "2026-02-28T09:00:00.123Z", None),
        ("2026-02-28T10:00:00.5-23:59", "2026-03-01T09:59:00.500Z", None),
        (
            "2026-02-28T10:00:00.123456789Z",
            "2026-02-28T10:00:00.123Z",
            Some(FaultKind::TimestampLoose),
        ),
        ("2026-02-28t10:00:00z", "2026-02-28T10:00:00.000Z", Some(FaultKind::TimestampLoose)),
        (
            "2026-02-28T10:00:00.0000000001Z",
            "2026-02-28T10:00:00.000Z",
            Some(FaultKind::TimestampForm),
        ),
        ("2026-02-28T10:00:00,5Z", "2026-02-28T10:00:00.500Z", Some(FaultKind::TimestampForm)),
        ("2026-02-28T10:00:00+00:00Z", "2026-02-28T10:00:00.000Z", Some(FaultKind::TimestampForm)),
        (
            "2026-02-28 10:00:00.004 -07:00",
            "2026-02-28T17:00:00.004Z",
            Some(FaultKind::TimestampForm),
        ),
        ("2026-02-28T10:00:00", "2026-02-28T10:00:00.000Z", Some(FaultKind::ZoneMissing)),
        ("2026-02-28T23:59:60Z", "2026-03-01T00:00:00.000Z", Some(FaultKind::TimestampForm)),
        ("2026-02-29T10:00:00Z", "", None),
    ] {
        let stamp = iso(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));

        assert_eq!((moment(&stamp).as_str(), stamp.fault), (expected, fault), "{text}");
        assert_eq!(stamp.length, text.len(), "{text}");
    }
}

#[test]
fn what_no_clock_can_show_is_no_stamp() {
    for text in ["", "2026", "2026-02-28", "2026-02-28T24:00:00Z", "2026-02-28T10:60:00Z"] {
        assert_eq!(iso(text.as_bytes()), None, "{text}");
    }
    for text in ["", "Feb", "Feb 28", "Feb 28 10:00", "Feb28 10:00:00", "Foo 28 10:00:00"] {
        assert_eq!(bsd(text.as_bytes()), None, "{text}");
    }
}

#[test]
fn the_stamp_of_rfc_3164_is_read_with_all_that_devices_add() {
    for (text, expected, rest) in [
        ("Feb 28 10:00:00 fw", "2026-02-28T10:00:00.000Z", " fw"),
        ("Feb  8 10:00:00 fw", "2026-02-08T10:00:00.000Z", " fw"),
        ("Feb 8 10:00:00 fw", "2026-02-08T10:00:00.000Z", " fw"),
        ("feb 08 10:00:00.25: fw", "2026-02-08T10:00:00.250Z", ": fw"),
        ("2024 Feb 28 10:00:00 UTC: %X", "2024-02-28T10:00:00.000Z", ": %X"),
        ("Feb 28 2024 10:00:00: %X", "2024-02-28T10:00:00.000Z", ": %X"),
        ("Feb 28 10:00:00 2024 fw", "2024-02-28T10:00:00.000Z", " fw"),
        ("Feb 28 10:00:00.5 CEST fw", "2026-02-28T08:00:00.500Z", " fw"),
        ("Feb 28 2024 15:09:49.652-0500 fw", "2024-02-28T20:09:49.652Z", " fw"),
        ("Feb 28 10:00:00 +02:00 fw", "2026-02-28T08:00:00.000Z", " fw"),
        ("Feb 28 10:00:00 - fw", "2026-02-28T10:00:00.000Z", " - fw"),
        ("Feb 28 10:00:00 1234 fw", "2026-02-28T10:00:00.000Z", " 1234 fw"),
    ] {
        assert_eq!(bsd_moment(text), (expected.to_owned(), rest), "{text}");
    }
}

#[test]
fn a_stamp_without_year_lies_nearest_to_its_receipt() {
    for (text, expected) in [
        ("Mar  1 12:00:00", "2026-03-01T12:00:00.000Z"),
        ("Mar  1 23:00:00", "2026-03-01T23:00:00.000Z"),
        ("Dec 31 23:59:59", "2025-12-31T23:59:59.000Z"),
        ("Aug 28 00:00:00", "2026-08-28T00:00:00.000Z"),
        ("Sep  1 00:00:00", "2025-09-01T00:00:00.000Z"),
        ("Feb 29 12:00:00", ""),
    ] {
        assert_eq!(bsd_moment(text).0, expected, "{text}");
    }
}

#[test]
fn on_new_year_s_eve_the_first_seconds_of_january_are_ahead() {
    let eve = Timestamp::parse("2025-12-31T23:59:58Z").unwrap();

    let stamp = bsd(b"Jan  1 00:00:01").unwrap();

    let moment = stamp.moment(eve, &Zone::UTC).unwrap();
    assert_eq!(moment.to_string(), "2026-01-01T00:00:01.000Z");
}

#[test]
fn a_stamp_without_zone_takes_that_of_the_settings() {
    let berlin: Zone = "Europe/Berlin".parse().unwrap();

    let winter = bsd(b"Feb 28 10:00:00").unwrap();
    let told = iso(b"2026-02-28T10:00:00Z").unwrap();

    let read = |stamp: Stamp| stamp.moment(RECEIVED, &berlin).unwrap().to_string();
    assert_eq!(read(winter), "2026-02-28T09:00:00.000Z");
    assert_eq!(read(told), "2026-02-28T10:00:00.000Z");
}

#[test]
fn seconds_since_1970_are_a_stamp_before_a_blank() {
    let read = |text: &str| {
        let (moment, length) = seconds_since_1970(text.as_bytes())?;
        Some((moment.as_millis(), length))
    };

    assert_eq!(read("1563262057.262021278 sw"), Some((1_563_262_057_262, 20)));
    assert_eq!(read("1782736496 sw"), Some((1_782_736_496_000, 10)));
    assert_eq!(read("1782736496123 sw"), Some((1_782_736_496_123, 13)));
    for text in ["", "178273649 sw", "1782736496", "1782736496:x", "1782736496.x"] {
        assert_eq!(read(text), None, "{text}");
    }
}
