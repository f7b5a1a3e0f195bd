//! Dates in the forms that products write.

use jiff::tz::TimeZone;
use jiff::tz::offset;
use signalbox_model::time::Timestamp;

use super::*;

fn received() -> Timestamp {
    Timestamp::parse("2026-03-02T00:00:00Z").unwrap()
}

fn dating() -> Dating<'static> {
    Dating::new(received(), TimeZone::fixed(offset(1)))
}

fn at(text: &str) -> Option<Timestamp> {
    Some(Timestamp::parse(text).unwrap())
}

#[test]
fn one_moment_is_read_from_every_form_with_a_zone() {
    for text in [
        "1772366401",
        "1772366401.0",
        "1772366401000",
        "1772366401000000",
        "1772366401000000000",
        "2026-03-01T12:00:01Z",
        "2026-03-01T13:00:01+01:00",
        "2026-03-01T12:00:01.000000+00:00Z",
        "2026-03-01 12:00:01 UTC",
        "2026/03/01 12:00:01 GMT",
        "Mar 01 2026 12:00:01 UTC",
        "Mar  1 2026 12:00:01.000 GMT",
        "Mar 1 2026 07:00:01 -0500",
        "Mar 1 12:00:01 Z",
        "Mar 1 2026 14:00:01 GMT+02:00",
        "Sun Mar 01 12:00:01 UTC 2026",
        "1 March 2026 12:00:01 UTC",
        "01-Mar-2026 12:00:01 PM UTC",
        "mars 01 2026 12:00:01Z",
    ] {
        assert_eq!(read(text, &dating()), at("2026-03-01T12:00:01Z"), "{text}");
    }
}

#[test]
fn a_time_without_a_zone_is_in_the_sources() {
    for text in ["Mar 01 2026 12:00:01", "2026-03-01 12:00:01", "2026/03/01 12:00:01"] {
        assert_eq!(read(text, &dating()), at("2026-03-01T11:00:01Z"), "{text}");
    }
}

#[test]
fn the_year_that_is_missing_is_the_nearest_to_the_receipt() {
    let new_year = Dating::new(Timestamp::parse("2026-01-01T00:00:30Z").unwrap(), TimeZone::UTC);
    let eve = Dating::new(Timestamp::parse("2025-12-31T23:59:30Z").unwrap(), TimeZone::UTC);

    assert_eq!(read("Dec 31 23:59:59", &new_year), at("2025-12-31T23:59:59Z"));
    assert_eq!(read("Jan 01 00:00:01", &eve), at("2026-01-01T00:00:01Z"));
    assert_eq!(read("Feb 29 00:00:01", &eve), at("2024-02-29T00:00:01Z"));
    assert_eq!(read("Feb 29 00:00:01", &dating()), None);
}

#[test]
fn an_abbreviation_is_what_the_caller_says() {
    let central = |name: &str| (name == "CST").then(|| TimeZone::fixed(offset(-6)));

    let explained = read("Mar 01 2026 06:00:01 CST", &dating().with_names(&central));

    assert_eq!(explained, at("2026-03-01T12:00:01Z"));
    assert_eq!(read("Mar 01 2026 06:00:01 CST", &dating()), None);
}

#[test]
fn months_of_other_languages_are_known() {
    assert_eq!(read("juil. 09 2015 00:27:43 UTC", &dating()), at("2015-07-09T00:27:43Z"));
    assert_eq!(read("Mai 09 2015 00:27:43 UTC", &dating()), at("2015-05-09T00:27:43Z"));
    assert_eq!(read("dez 09 2015 00:27:43 UTC", &dating()), at("2015-12-09T00:27:43Z"));
}

#[test]
fn what_is_no_time_is_none() {
    for text in
        ["", "x", "Wrong Date Format", "12:00:01", "20260301", "Mar 32 12:00:01", "1772366401000.5"]
    {
        assert_eq!(read(text, &dating()), None, "{text}");
    }
}

#[test]
fn the_patterns_of_java_that_occur_are_followed() {
    for (text, pattern) in [
        ("Mar 01 2026 12:00:01", "MMM dd yyyy HH:mm:ss"),
        ("Mar 01 2026 12:00:01.000 +0100", "MMM dd yyyy HH:mm:ss.SSS Z"),
        ("Mar 01 2026 11:00:01.000 UTC", "MMM dd yyyy HH:mm:ss.SSS z"),
        ("Mar 01 12:00:01", "MMM dd HH:mm:ss"),
        ("2026-03-01T12:00:01.000+01:00", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"),
        ("2026-03-01T11:00:01Z", "yyyy-MM-dd'T'HH:mm:ss'Z'"),
        ("20260301120001", "yyyyMMddHHmmss"),
        ("3/1/26 12:00:01 PM", "M/d/yy h:mm:ss a"),
        ("Sunday, 1 March 2026 12:00:01", "EEEE, d MMMM yyyy HH:mm:ss"),
    ] {
        let expected = if pattern.ends_with("'Z'") { "10" } else { "11" };
        let expected = format!("2026-03-01T{expected}:00:01Z");
        assert_eq!(read_as(text, pattern, &dating()), at(&expected), "{text}");
    }
}

#[test]
fn a_text_that_does_not_follow_the_pattern_is_none() {
    for (text, pattern) in [
        ("Jun 29 12:34:56", "MMM dd yyyy HH:mm:ss"),
        ("Mar 01 2026 12:00:01 tail", "MMM dd yyyy HH:mm:ss"),
        ("Mar 01 2026 12:00:01", "MMM dd yyyy QQ"),
        ("Mar 01 2026", "MMM dd yyyy 'unclosed"),
    ] {
        assert_eq!(read_as(text, pattern, &dating()), None, "{text}");
    }
}
