//! Headers: whole, cut short, shifted, and none at all.

use super::*;

/// The six fields behind the version, without escapes.
fn fields(cef: &Cef<'_>) -> [String; 6] {
    let fields =
        [cef.vendor, cef.product, cef.product_version, cef.class_id, cef.name, cef.severity];
    fields.map(|field| field.text().into_owned())
}

const GOOD: [&str; 6] = ["Acme", "Gate", "1.2", "42", "Door forced", "8"];

#[test]
fn the_header_is_found_behind_anything() {
    for before in [
        "",
        "\u{feff}",
        "<13>Sep  1 10:00:00 gate ",
        "<13>Sep  1 10:00:00 relay <14>Sep  1 10:00:00 gate ",
        "<14>1 2026-09-01T10:00:00Z gate - - - - \u{feff}",
        "a CEF: that is none, CEF:x| and CEF:1 ",
    ] {
        let line = format!("{before}CEF:0|Acme|Gate|1.2|42|Door forced|8|src=::1");

        let cef = Cef::parse(&line).unwrap();

        assert_eq!(fields(&cef), GOOD, "{before}");
        assert_eq!((raw(&cef), cef.fault), (vec![("src", "::1")], None), "{before}");
    }
}

#[test]
fn a_blank_that_a_relay_put_behind_the_colon_is_passed() {
    let cef = Cef::parse("CEF: 1|Acme|Gate|1.2|42|Door forced|8|src=::1").unwrap();

    assert_eq!((cef.version, fields(&cef)), (1, GOOD.map(String::from)));
}

#[test]
fn a_line_whose_tag_was_taken_for_cef_is_read_from_the_version() {
    let content = " 0|Acme|Gate|1.2|42|Door forced|8|src=::1";

    let cef = Cef::parse_tagged(content, 0, Split::Strict, Pairs::default()).unwrap();

    assert_eq!(fields(&cef), GOOD);
    assert!(Cef::parse_tagged("no version|", 0, Split::Strict, Pairs::default()).is_err());
}

#[test]
fn line_ends_and_padding_are_no_part_of_it() {
    for end in ["", "\r\n", "\n", "\0\0", "\r\n\0"] {
        let line = format!("CEF:0|Acme|Gate|1.2|42|Door forced|8|src=::1{end}");

        assert_eq!(raw(&Cef::parse(&line).unwrap()), [("src", "::1")], "{end:?}");
    }
}

#[test]
fn escapes_of_the_header_are_taken_away_and_an_equals_sign_stays() {
    let cef = Cef::parse(r"CEF:0|A\|B|C\\|1=2|4\|2|a \\\| = b|\8|").unwrap();

    assert_eq!(fields(&cef), ["A|B", r"C\", "1=2", "4|2", r"a \| = b", r"\8"]);
    assert_eq!(cef.fault, None);
}

#[test]
fn empty_fields_and_severities_of_all_kinds_are_no_fault() {
    for severity in ["", "0", "100", "Very-High", "Unknown", "Substantial", "i5", "3.5"] {
        let line = format!("CEF:0||||42||{severity}|src=::1");

        let cef = Cef::parse(&line).unwrap();

        assert_eq!(fields(&cef), ["", "", "", "42", "", severity]);
        assert_eq!((raw(&cef), cef.fault), (vec![("src", "::1")], None), "{severity}");
    }
}

#[test]
fn the_last_bar_may_be_missing() {
    for extension in ["", " src=::1"] {
        let line = format!("CEF:0|Acme|Gate|1.2|42|Door forced|8{extension}");

        let cef = Cef::parse(&line).unwrap();

        assert_eq!((fields(&cef), cef.fault), (GOOD.map(String::from), None));
        assert_eq!(cef.last(Field::SourceAddress).is_some(), !extension.is_empty());
    }
}

#[test]
fn an_extension_that_begins_early_is_read_and_told() {
    let short = |at, found| Some(Fault { at, reason: Reason::ShortHeader { found, wanted: 7 } });

    let cut = Cef::parse("CEF:0|Acme|Gate|id=1 kind=2 name=a b").unwrap();
    assert_eq!(fields(&cut), ["Acme", "Gate", "", "", "", ""]);
    assert_eq!(
        (raw(&cut), cut.fault),
        (vec![("id", "1"), ("kind", "2"), ("name", "a b")], short(16, 3))
    );

    let barred = Cef::parse("CEF:0|Acme|Gate|id=1|2|3|four|5 kind=2").unwrap();
    assert_eq!(fields(&barred), ["Acme", "Gate", "", "", "", ""]);
    assert_eq!(
        (raw(&barred), barred.fault),
        (vec![("id", "1|2|3|four|5"), ("kind", "2")], short(16, 3))
    );

    let bare = Cef::parse("CEF:0|Acme").unwrap();
    assert_eq!((fields(&bare)[0].as_str(), bare.fault), ("Acme", short(6, 2)));
}

#[test]
fn a_bar_in_the_name_is_put_together_again() {
    let cef =
        Cef::parse("CEF:0|Acme|Gate|1.2|42|Door | window|forced|8|src=::1 msg=a|b|9|c").unwrap();

    assert_eq!(fields(&cef), ["Acme", "Gate", "1.2", "42", "Door | window|forced", "8"]);
    assert_eq!(raw(&cef), [("src", "::1"), ("msg", "a|b|9|c")]);
    assert_eq!(cef.fault, Some(Fault { at: 23, reason: Reason::BarInName }));
}

#[test]
fn a_break_in_the_header_is_told() {
    let cef = Cef::parse("CEF:0|Acme|Gate|1.2|42|Door\nforced|8|msg=a\nb").unwrap();

    assert_eq!(cef.name.text(), "Door\nforced");
    assert_eq!(cef.fault, Some(Fault { at: 27, reason: Reason::BreakInHeader }));
}

#[test]
fn a_line_without_a_header_is_refused() {
    for line in ["", "CEF", "CEF:", "CEF:0", "CEF:Unknown|a|b|c|d|e|5|", "LEEF:1.0|a|b|c|d|"] {
        let refused = Cef::parse(line).unwrap_err();

        assert_eq!(refused, Fault { at: 0, reason: Reason::NoCef }, "{line}");
    }
    let words = Cef::parse("hello").unwrap_err().to_string();
    assert_eq!(words, "byte 0: no `CEF:` with a version number and `|`; is the sender set to CEF?");
}
