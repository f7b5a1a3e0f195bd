//! What reads a line: the header of syslog, CEF, LEEF, dates.

use jiff::tz::TimeZone;
use signalbox_model::Severity;
use signalbox_model::time::Timestamp;
use signalbox_sdk::codec::cef::{Cef, CefHeader, CefWriter, Field};
use signalbox_sdk::codec::date::{self, Dating};
use signalbox_sdk::codec::leef::Leef;
use signalbox_sdk::codec::syslog::{self, Zone};
use signalbox_sdk::testkit::fuzz::{MOMENT, compose};

/// 2026-07-01 12:00 UTC.
const NOON: Timestamp = Timestamp::from_millis(1_782_907_200_000);

/// A decoder of lines is given text: bytes that are none are replaced before.
fn text(random: &[u8], pieces: &[&str]) -> String {
    String::from_utf8_lossy(&compose(random, pieces)).into_owned()
}

const HEADERS: &[&str] = &[
    "<134>",
    "<191>",
    "<999>",
    "1 ",
    "2026-07-01T12:00:00Z ",
    "Jul  1 12:00:00 ",
    "host ",
    "app[1]: ",
    "- ",
    "[a b=\"c\"]",
    "[a@1 x=\"\\]\"",
    "\"",
    "\\",
    "]",
    "[",
    "CEF:",
    "LEEF:",
    ": ",
    "\u{feff}",
    "%ASA-1-2: ",
    "*",
];

#[test]
fn a_syslog_header_takes_nothing_that_is_not_there() {
    let zone = Zone::default();
    bolero::check!().with_test_time(MOMENT).for_each(|random: &[u8]| {
        let frame = text(random, HEADERS);

        let message = syslog::parse(&frame, NOON, &zone);

        let end = frame.trim_end_matches(['\n', '\r', '\0']);
        assert!(end.ends_with(message.text), "{:?} of {frame:?}", message.text);
        let parts = [message.host, message.relay, message.app, message.process_id];
        assert!(parts.into_iter().flatten().all(|part| frame.contains(part)));
        for element in message.structured_data.elements() {
            assert!(frame.contains(element.id));
        }
    });
}

const CEF: &[&str] = &[
    "CEF:0|",
    "CEF:1|",
    "a|b|c|d|e|5|",
    "|",
    "\\|",
    "\\=",
    "\\\\",
    "\\",
    "=",
    " ",
    "msg=",
    "src=10.0.0.1 ",
    "cs1=x ",
    "cs1Label=y ",
    "rt=1782907200000 ",
    "cn1=7 ",
    "\\n",
    "ad.key=",
    "<13>",
];

#[test]
fn cef_takes_nothing_that_is_not_there_and_each_value_once() {
    bolero::check!().with_test_time(MOMENT).for_each(|random: &[u8]| {
        let line = text(random, CEF);

        let Ok(cef) = Cef::parse(&line) else { return };

        let taken = cef.pairs.iter().map(|pair| pair.name.len() + pair.value.raw().len() + 1);
        assert!(taken.sum::<usize>() + cef.stray.len() <= line.len());
        for pair in cef.pairs.iter() {
            assert!(pair.value.exact().len() <= pair.value.raw().len());
        }
        cef.labeled();
        cef.time(Field::DeviceReceiptTime, &Dating::new(NOON, TimeZone::UTC));
    });
}

#[test]
fn cef_that_was_written_is_read_back_as_it_was() {
    // A zero byte is written as a blank. Blanks around a value and what is longer than its field are
    // not kept.
    let written = |text: &str| text.replace('\0', " ");
    let is_kept = |text: &str| {
        let text = written(text);
        (1..=500).contains(&text.len()) && text.trim() == text
    };
    bolero::check!().with_test_time(MOMENT).with_type::<[String; 3]>().for_each(|texts| {
        if !texts.iter().all(|text| is_kept(text)) {
            return;
        }
        let [name, message, own] = texts.each_ref().map(String::as_str);
        let mut writer = CefWriter::new(&CefHeader {
            vendor: "a",
            product: "b",
            product_version: "1",
            class_id: "c",
            name,
            severity: Severity::High,
        });
        writer.field(Field::Message, message);
        writer.named("own", own).unwrap();
        let line = writer.finish();

        let cef = Cef::parse(&line).unwrap();

        let lines = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
        let value = |name| lines(&cef.last_named(name).unwrap().exact());
        assert_eq!(cef.pairs.len(), 2, "{line:?}");
        let expected = (lines(&written(message)), lines(&written(own)));
        assert_eq!((value("msg"), value("own")), expected);
        assert!(!line.contains(['\n', '\r']));
        assert_eq!(cef.name.exact(), name.replace(['\r', '\n', '\0'], " "));
    });
}

const LEEF: &[&str] = &[
    "LEEF:1.0|",
    "LEEF:2.0|",
    "a|b|c|d|",
    "^|",
    "x09|",
    "0x5E|",
    "\t",
    "^",
    "src=10.0.0.1",
    "devTime=1782907200000",
    "devTimeFormat=yyyy-MM-dd",
    "usrName=x",
    "=",
    "|",
    "sev=5",
    "\u{1}",
];

#[test]
fn leef_takes_nothing_that_is_not_there() {
    bolero::check!().with_test_time(MOMENT).for_each(|random: &[u8]| {
        let line = text(random, LEEF);

        let Ok(leef) = Leef::parse(&line) else { return };

        let taken = leef.pairs.iter().map(|pair| pair.name.len() + pair.value.len());
        assert!(taken.sum::<usize>() <= line.len());
        leef.time(&Dating::new(NOON, TimeZone::UTC));
    });
}

const DATES: &[&str] = &[
    "2026",
    "-07-01",
    "T",
    "12:00:00",
    "Z",
    "+01:00",
    " ",
    "Jul",
    "July",
    "1",
    "UTC",
    "EST",
    "1782907200",
    ".5",
    "PM",
    ",",
    "31",
    "Feb",
    "Mon",
    "12:60:61",
    "99999",
    "-",
    "+99:99",
];

#[test]
fn a_date_is_read_or_not_and_the_same_each_time() {
    bolero::check!().with_test_time(MOMENT).for_each(|random: &[u8]| {
        let dating = Dating::new(NOON, TimeZone::UTC);
        let date = text(random, DATES);
        let format = text(
            &random[random.len() / 2..],
            &["yyyy", "MM", "dd", "HH", "mm", "ss", "'", "z", "-"],
        );

        assert_eq!(date::read(&date, &dating), date::read(&date, &dating));
        date::read_as(&date, &format, &dating);
        if let Some(time) = date::read(&date, &dating) {
            assert_eq!(date::read(&time.to_string(), &dating), Some(time), "{date}");
        }
    });
}
