//! Frames as they are sent, and read back.

use proptest::prelude::*;

use super::*;
use crate::codec::syslog::{Form, parse};

/// 2026-03-01 12:00:00.250 UTC.
const NOON: Timestamp = Timestamp::from_millis(1_772_366_400_250);

fn record() -> Record<'static> {
    Record {
        priority: Priority::from_value(134).unwrap(),
        timestamp: NOON,
        host: "hub-1",
        app: "signalbox",
        process_id: "",
        message_id: "finding",
        structured_data: &[],
        text: "CEF:0|x",
    }
}

fn rfc5424_text(record: &Record<'_>) -> String {
    let mut out = String::new();
    rfc5424(record, &mut out);
    out
}

fn rfc3164_text(record: &Record<'_>, zone: &str) -> String {
    let mut out = String::new();
    rfc3164(record, &zone.parse().unwrap(), &mut out);
    out
}

#[test]
fn a_record_of_rfc_5424_has_utc_milliseconds_and_a_dash_for_nothing() {
    assert_eq!(
        rfc5424_text(&record()),
        "<134>1 2026-03-01T12:00:00.250Z hub-1 signalbox - finding - CEF:0|x"
    );
}

#[test]
fn values_of_structured_data_are_escaped() {
    let elements = [
        RecordElement { id: "f@1", params: &[("id", "a\"b\\c]d"), ("n", "")] },
        RecordElement { id: "meta", params: &[] },
    ];
    let record = Record { structured_data: &elements, text: "", ..record() };

    assert_eq!(
        rfc5424_text(&record),
        "<134>1 2026-03-01T12:00:00.250Z hub-1 signalbox - finding \
         [f@1 id=\"a\\\"b\\\\c\\]d\" n=\"\"][meta]"
    );
}

#[test]
fn fields_become_printable_ascii_of_allowed_length() {
    let app = "a".repeat(60);
    let record = Record { host: "web 1\nü", app: &app, ..record() };

    let frame = rfc5424_text(&record);

    let fields: Vec<&str> = frame.split(' ').collect();
    assert_eq!(fields[2], "web_1__");
    assert_eq!(fields[3], "a".repeat(48));
}

#[test]
fn a_record_of_rfc_3164_shows_the_clock_of_its_zone() {
    let record = Record { process_id: "7", ..record() };

    assert_eq!(rfc3164_text(&record, "UTC"), "<134>Mar  1 12:00:00 hub-1 signalbox[7]: CEF:0|x");
    assert_eq!(
        rfc3164_text(&record, "Asia/Tokyo"),
        "<134>Mar  1 21:00:00 hub-1 signalbox[7]: CEF:0|x"
    );
}

#[test]
fn a_line_has_no_line_end_inside() {
    let mut out = Vec::new();

    line("a\r\nb\0c", &mut out);
    line("d", &mut out);

    assert_eq!(out, b"a#015#012b#000c\nd\n");
}

#[test]
fn a_count_counts_bytes() {
    let mut out = Vec::new();

    octet_counted("<1>ö\n", &mut out);

    assert_eq!(out, "6 <1>ö\n".as_bytes());
}

/// Text that neither a trimmed end nor a mark at the start changes.
fn texts() -> impl Strategy<Value = String> {
    "[a-z:%\\[\\]\"=\\\\ äß\n]{0,40}"
        .prop_map(|text| format!("{text}."))
        .prop_filter("the letters of a mark are not sent", |text| !text.starts_with("BOM"))
}

proptest! {
    #[test]
    fn what_is_written_as_rfc_5424_is_read_the_same_and_without_fault(
        value in 0_u8..192,
        millis in 0_i64..4_102_444_800_000,
        host in "[!-~]{1,20}",
        id in "[!-<>-\\\\^-~&&[^\"]]{1,32}",
        written in any::<String>(),
        text in texts(),
    ) {
        prop_assume!(host != "-" && !host.contains("EF:"));
        let params = [("k", written.as_str())];
        let elements = [RecordElement { id: &id, params: &params }];
        let record = Record {
            priority: Priority::from_value(value).unwrap(),
            timestamp: Timestamp::from_millis(millis),
            host: &host,
            structured_data: &elements,
            text: &text,
            ..record()
        };

        let frame = rfc5424_text(&record);
        let message = parse(&frame, NOON, &Zone::UTC);

        prop_assert_eq!(message.fault, None);
        prop_assert_eq!(message.form, Form::Rfc5424);
        prop_assert_eq!(message.priority, Some(record.priority));
        prop_assert_eq!(message.timestamp, Some(record.timestamp));
        prop_assert_eq!(message.host, Some(host.as_str()));
        prop_assert_eq!(message.app, Some("signalbox"));
        prop_assert_eq!(message.process_id, None);
        prop_assert_eq!(message.message_id, Some("finding"));
        let element = message.structured_data.element(&id).unwrap();
        prop_assert_eq!(element.value("k").unwrap(), written.as_str());
        prop_assert_eq!(message.text, text.as_str());
    }

    #[test]
    fn what_is_written_as_rfc_3164_is_read_the_same_and_without_fault(
        // Within half a year of receipt, to the second.
        seconds in 1_757_000_000_i64..1_787_000_000,
        host in "[a-z][a-z0-9.-]{0,20}",
        app in "[a-z/._-]{1,32}",
        process_id in "[0-9]{1,6}",
        text in "[a-z:%=ä]{1,40}",
    ) {
        let record = Record {
            timestamp: Timestamp::from_millis(seconds * 1_000),
            host: &host,
            app: &app,
            process_id: &process_id,
            text: &text,
            ..record()
        };

        let frame = rfc3164_text(&record, "UTC");
        let message = parse(&frame, NOON, &Zone::UTC);

        prop_assert_eq!(message.fault, None);
        prop_assert_eq!(message.timestamp, Some(record.timestamp));
        prop_assert_eq!(message.host, Some(host.as_str()));
        prop_assert_eq!(message.app, Some(app.as_str()));
        prop_assert_eq!(message.process_id, Some(process_id.as_str()));
        prop_assert_eq!(message.text, text.as_str());
    }
}
