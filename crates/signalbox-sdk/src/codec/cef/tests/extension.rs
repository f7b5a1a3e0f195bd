//! Where one pair ends and the next begins, and what values hold.

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;

#[test]
fn values_hold_blanks_bars_and_equals_signs() {
    for (extension, expected) in [
        ("src=::1 msg=a b  c dpt=1", vec![("src", "::1"), ("msg", "a b  c"), ("dpt", "1")]),
        (" src=::1", vec![("src", "::1")]),
        ("cs1=aGVsbG8= spt=1", vec![("cs1", "aGVsbG8="), ("spt", "1")]),
        ("request=/?id=foo&a=bar dpt=1", vec![("request", "/?id=foo&a=bar"), ("dpt", "1")]),
        ("cs1={\"a\":\"b=c\"} dpt=1", vec![("cs1", "{\"a\":\"b=c\"}"), ("dpt", "1")]),
        (r"msg=a\=b c\=d", vec![("msg", r"a\=b c\=d")]),
        (r"cs4=/?id\\=5 dpt=1", vec![("cs4", r"/?id\\=5"), ("dpt", "1")]),
        ("act=a | b|c=d dst=::1", vec![("act", "a | b|c=d"), ("dst", "::1")]),
        ("act=Accept =0.0.0.0 dpt=1", vec![("act", "Accept =0.0.0.0"), ("dpt", "1")]),
        ("msg=\"1\" OR 1=1 dpt=1", vec![("msg", "\"1\" OR 1=1"), ("dpt", "1")]),
        ("sproc=run --path=/x -v=1 spt=1", vec![("sproc", "run --path=/x -v=1"), ("spt", "1")]),
        ("suser=é ö=ü spt=1", vec![("suser", "é ö=ü"), ("spt", "1")]),
    ] {
        let line = line(extension);
        let cef = Cef::parse(&line).unwrap();

        assert_eq!((raw(&cef), cef.fault), (expected, None), "{extension}");
    }
}

#[test]
fn empty_values_keep_their_places() {
    let line = line("cs1= cs1Label=Foo  dpt= spt=");

    let cef = Cef::parse(&line).unwrap();

    assert_eq!(raw(&cef), [("cs1", ""), ("cs1Label", "Foo "), ("dpt", ""), ("spt", "")]);
    assert_eq!((cef.last(Field::DestinationPort), cef.fault), (None, None));
}

#[test]
fn tabs_and_breaks_separate_as_blanks_do() {
    let line = line("src=::1\tmsg=a b\tdpt=1\r\nact=x");

    let cef = Cef::parse(&line).unwrap();

    let expected = [("src", "::1"), ("msg", "a b"), ("dpt", "1\r"), ("act", "x")];
    assert_eq!(raw(&cef), expected);
    assert_eq!(cef.last(Field::DestinationPort).and_then(Value::integer), Some(1));
}

#[test]
fn keys_with_dots_brackets_and_commas_are_keys() {
    let extension = "ad.field[0]=a ad.Error_,Code=1 layer_name=b c6a12=::1 _cefVer=0.1 a-b=c";
    let line = line(extension);

    let names: Vec<&str> = Cef::parse(&line).unwrap().pairs.iter().map(|pair| pair.name).collect();

    let expected = ["ad.field[0]", "ad.Error_,Code", "layer_name", "c6a12", "_cefVer", "a-b"];
    assert_eq!(names, expected);
}

#[test]
fn surrounding_blanks_are_kept_and_passed_over() {
    let line = line("src=::1  msg=a  ");

    let cef = Cef::parse(&line).unwrap();

    let source = cef.last(Field::SourceAddress).unwrap();
    assert_eq!((source.exact(), source.text()), ("::1 ".into(), "::1".into()));
    assert_eq!(source.address(), Some("::1".parse().unwrap()));
    assert_eq!(cef.last(Field::Message).unwrap().text(), "a");
}

#[test]
fn text_before_the_first_key_is_kept_and_told() {
    let text = line("no key here");
    let before = line("no key src=::1");

    let text = Cef::parse(&text).unwrap();
    let before = Cef::parse(&before).unwrap();

    let fault = Some(Fault { at: 37, reason: Reason::TextWithoutKey });
    assert_eq!((text.stray, raw(&text), text.fault), ("no key here", vec![], fault));
    assert_eq!((before.stray, raw(&before), before.fault), ("no key", vec![("src", "::1")], fault));
}

#[test]
fn of_a_repeated_key_every_value_is_there() {
    let line = line("dvc=10.0.0.1 deviceAddress=10.0.0.2 dvc= mine=1 mine=2");

    let cef = Cef::parse(&line).unwrap();

    let text = |value: Option<Value<'_>>| value.map(|value| value.text().into_owned());
    assert_eq!(text(cef.first(Field::DeviceAddress)).as_deref(), Some("10.0.0.1"));
    assert_eq!(text(cef.last(Field::DeviceAddress)).as_deref(), Some("10.0.0.2"));
    assert_eq!(text(cef.last_named("mine")).as_deref(), Some("2"));
    assert_eq!(cef.pairs.len(), 5);
}

#[test]
fn in_free_text_the_dictionary_decides_where_it_is_asked_to() {
    let line = line("msg=a word=b ad.x=1 act=c word=d");
    let dictionary =
        |own| Cef::parse_into(&line, Split::Dictionary(own), Pairs::default()).unwrap();

    let strict = raw(&Cef::parse(&line).unwrap());

    let tail = [("act", "c"), ("word", "d")];
    assert_eq!(strict[..3], [("msg", "a"), ("word", "b"), ("ad.x", "1")]);
    assert_eq!(raw(&dictionary(&[])), [&[("msg", "a word=b ad.x=1")][..], &tail].concat());
    assert_eq!(
        raw(&dictionary(&["ad."])),
        [&[("msg", "a word=b"), ("ad.x", "1")][..], &tail].concat()
    );
}

#[test]
fn times_are_in_the_zone_of_the_line() {
    let received = Timestamp::parse("2026-06-29T13:00:00Z").unwrap();
    let dating = Dating::new(received, TimeZone::UTC);
    let at = |extension: &str, field| Cef::parse(&line(extension)).unwrap().time(field, &dating);

    let noon = Timestamp::parse("2026-06-29T12:34:56Z").ok();
    assert_eq!(at("rt=Jun 29 12:34:56", Field::DeviceReceiptTime), noon);
    assert_eq!(at("rt=Jun 29 14:34:56 dtz=+02:00", Field::DeviceReceiptTime), noon);
    assert_eq!(at("start=1782736496000 dtz=Mars/Dome", Field::StartTime), noon);
    assert_eq!(at("start= end=x", Field::EndTime), None);
}

#[test]
fn storage_is_used_again() {
    let line = line("src=::1 dst=::2");
    let pairs = Cef::parse(&line).unwrap().pairs;
    let room = pairs.0.capacity();

    let cef = Cef::parse_into(&line, Split::Strict, pairs.reuse()).unwrap();

    assert_eq!((cef.pairs.0.capacity(), cef.pairs.len()), (room, 2));
}

#[test]
fn a_megabyte_of_pairs_is_read_at_once() {
    let extension: String =
        (0..50_000).map(|n| format!("cs{}Label=a cs{}=b ", n % 9, n % 7)).collect();
    let line = line(&extension);

    let cef = Cef::parse(&line).unwrap();

    assert_eq!(cef.pairs.len(), 100_000);
    assert!(cef.labeled().len() >= 50_000);
}

proptest! {
    #[test]
    fn no_text_brings_the_reader_down(text in "[CEF:0|\\\\=ab \t\r\n1,\\[\\].ü]{0,80}", head: bool) {
        let text = if head { format!("CEF:0|{text}") } else { text };

        if let Ok(cef) = Cef::parse(&text) {
            let labeled = cef.labeled();
            prop_assert!(labeled.len() <= cef.pairs.len());
            for pair in cef.pairs.iter() {
                prop_assert!(pair.value.text().len() <= pair.value.raw().len());
            }
        }
        if let Ok(leef) = crate::codec::leef::Leef::parse(&text.replace("CEF", "LEEF")) {
            prop_assert!(leef.pairs.len() <= text.len());
        }
    }
}
