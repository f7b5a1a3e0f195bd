//! RFC 5424 as written, and what senders make of it.

use super::*;

#[test]
fn every_field_is_read() {
    let message = parsed(
        "<165>1 2026-02-28T22:14:15.003Z web-1 evnts 812 ID47 \
         [ex@32473 iut=\"3\"][pri class=\"high\"] \u{feff}An event",
    );

    assert_eq!(message.priority, Priority::from_value(165));
    assert_eq!(message.form, Form::Rfc5424);
    assert_eq!(message.timestamp.unwrap().to_string(), "2026-02-28T22:14:15.003Z");
    assert!(message.has_zone);
    assert_eq!(message.host, Some("web-1"));
    assert_eq!(message.app, Some("evnts"));
    assert_eq!(message.process_id, Some("812"));
    assert_eq!(message.message_id, Some("ID47"));
    assert_eq!(message.structured_data.as_str(), "[ex@32473 iut=\"3\"][pri class=\"high\"]");
    assert_eq!(message.text, "An event");
    assert_eq!(message.fault, None);
}

#[test]
fn nil_values_are_absent() {
    let message = parsed("<0>1 - - - - - -");

    let expected =
        Message { priority: Priority::from_value(0), form: Form::Rfc5424, ..Message::default() };
    assert_eq!(message, expected);
}

#[test]
fn the_message_keeps_what_stands_in_it_but_the_line_end() {
    assert_eq!(parsed("<1>1 - - - - - - x\ny\n").text, "x\ny");
    assert_eq!(parsed("<1>1 - - - - - -  x").text, " x");
    assert_eq!(parsed("<1>1 - - - - - - BOM%SYS-5-X: y").text, "%SYS-5-X: y");
    assert_eq!(parsed("<1>1 - - - - - - BOM'su'").text, "BOM'su'");
}

#[test]
fn a_header_that_breaks_off_leaves_the_rest_to_the_message() {
    for (frame, expected, offset) in [
        ("<1>1 - host CEF:0|x y", "- host - - | CEF:0|x y", 12),
        ("<1>1 - host app LEEF:1.0|x", "- host app - | LEEF:1.0|x", 16),
        ("<1>1 - host a\nb c", "- host - - | a\nb c", 12),
        ("<1>1 - host", "- host - - | ", 11),
    ] {
        assert_eq!(line(frame), expected, "{frame}");
        assert_eq!(fault(frame), Some((offset, FaultKind::HeaderIncomplete)), "{frame}");
    }
}

#[test]
fn faults_cost_no_more_than_their_own_field() {
    let time = "2026-02-28T10:00:00.000Z";
    for (frame, expected, fault_expected) in [
        ("<192>1 - h a 1 m - x", "- h a 1 | x", (0, FaultKind::PriorityOutOfRange)),
        ("<13>1- h a 1 m - x", "- h a 1 | x", (4, FaultKind::VersionGlued)),
        (
            "<13>12026-02-28T10:00:00Z h a 1 m - x",
            &format!("{time} h a 1 | x"),
            (4, FaultKind::VersionGlued),
        ),
        ("<13>0 - h a 1 m - x", "- h a 1 | x", (4, FaultKind::VersionInvalid)),
        (
            "<13>1 2026-02-28T10:00:00 h a 1 m - x",
            &format!("{time} h a 1 | x"),
            (6, FaultKind::ZoneMissing),
        ),
        ("<13>1 yesterday h a 1 m - x", "- h a 1 | x", (6, FaultKind::TimestampInvalid)),
        ("<13>1 2026-02-30T10:00:00Z h a 1 m - x", "- h a 1 | x", (6, FaultKind::TimestampInvalid)),
        ("<13>1 -  a 1 m - x", "- - a 1 | x", (8, FaultKind::FieldEmpty)),
        ("<13>1 - hö a 1 m - x", "- hö a 1 | x", (8, FaultKind::FieldCharacter)),
        (
            "<13>1 - h a 1 m hello - x",
            "- h a 1 | hello - x",
            (16, FaultKind::StructuredDataMissing),
        ),
        ("<13>1 - h a 1 m [x", "- h a 1 | [x", (16, FaultKind::StructuredDataInvalid)),
        ("<13>1 - h a 1 m [x]y", "- h a 1 | y", (19, FaultKind::MessageGlued)),
        ("<13>1 - h a my proc m - x", "- h a my proc | x", (20, FaultKind::ProcessIdBlanks)),
    ] {
        assert_eq!(line(frame), expected, "{frame}");
        assert_eq!(fault(frame), Some(fault_expected), "{frame}");
    }
}

#[test]
fn a_header_without_stamp_and_structured_data_is_none() {
    assert_eq!(line("<13>1 hello world, how are you"), "- - - - | hello world, how are you");
}

#[test]
fn a_missing_version_is_forgiven_where_the_fields_are_plain() {
    let time = "2026-02-28T10:00:00.000Z";

    let frame = "<13>2026-02-28T10:00:00Z fw CheckPoint 26203 - [a@1 b=\"c\"] x";
    assert_eq!(line(frame), format!("{time} fw CheckPoint 26203 | x"));
    assert_eq!(fault(frame), Some((0, FaultKind::VersionMissing)));
    let prose = "<13>2026-02-28T10:00:00Z fw DriveArray: Smart Array - Drive failed";
    assert_eq!(line(prose), format!("{time} fw DriveArray - | Smart Array - Drive failed"));
}

#[test]
fn a_version_before_another_stamp_is_passed() {
    assert_eq!(
        line("<134>1 1563262057.262021278 sw1 events type=vpn"),
        "2019-07-16T07:27:37.262Z sw1 - - | events type=vpn"
    );
    assert_eq!(
        line("<134>1 Feb 28 10:00:00 fw sshd[1]: hi"),
        "2026-02-28T10:00:00.000Z fw sshd 1 | hi"
    );
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_parser_panic_and_the_message_ends_the_frame(
        frame in "(<[0-9]{1,4}>)?1? ?[-A-Za-z0-9:.\\[\\]\"=\\\\ <>é\n]{0,60}",
    ) {
        let message = parsed(&frame);

        proptest::prop_assert!(frame.trim_end_matches(['\n', '\r', '\0']).ends_with(message.text));
        if let Some(fault) = message.fault {
            proptest::prop_assert!(fault.offset <= frame.len());
        }
    }
}
