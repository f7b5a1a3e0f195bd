//! What is written reads back, whatever the values hold.

use proptest::prelude::*;
use signalbox_model::Severity;

use super::*;

const HEADER: CefHeader<'_> = CefHeader {
    vendor: "Acme",
    product: "Gate",
    product_version: "1.2",
    class_id: "42",
    name: "Door forced",
    severity: Severity::High,
};

#[test]
fn a_line_is_written_with_single_blanks_and_without_empty_keys() {
    let mut writer = CefWriter::new(&HEADER);
    writer.number(Field::DeviceReceiptTime, 1_782_736_496_000).field(Field::Message, "");
    let policy = Slot { kind: SlotKind::String, number: 1 };
    writer.custom(policy, "Policy", "a=b|c\\").custom(policy, "Empty", "");
    writer.named("ticketKey", "x\r\ny\0").unwrap();

    assert_eq!(
        writer.finish(),
        r"CEF:0|Acme|Gate|1.2|42|Door forced|8|rt=1782736496000 cs1Label=Policy cs1=a\=b|c\\ ticketKey=x\r\ny "
    );
}

#[test]
fn a_header_has_no_breaks_and_every_severity_is_one() {
    for severity in Severity::ALL {
        let header = CefHeader { name: "a\r\nb|c\\", severity, ..HEADER };

        let line = CefWriter::new(&header).finish();

        let cef = Cef::parse(&line).unwrap();
        assert_eq!((cef.name.exact(), cef.fault), (r"a  b|c\".into(), None), "{line}");
    }
}

#[test]
fn texts_are_cut_at_their_limits_between_characters() {
    let long = "ü".repeat(3000);
    let mut writer = CefWriter::new(&CefHeader { vendor: &long, ..HEADER });
    writer.field(Field::DeviceAction, &long);
    writer.named("cs1Label", &long).unwrap();
    writer.named("cs1", &long).unwrap().named("own", &long).unwrap();

    let line = writer.finish();

    let cef = Cef::parse(&line).unwrap();
    let lengths: Vec<usize> = cef.pairs.iter().map(|pair| pair.value.raw().len()).collect();
    assert_eq!((cef.vendor.raw().len(), lengths), (62, vec![62, 1022, 4000, 6000]));
}

#[test]
fn a_key_that_could_carry_a_pair_is_refused() {
    for name in ["", "a b", "a=b", "a.b", "1a", "ä", "a\n", &"a".repeat(65)] {
        let refused = CefWriter::new(&HEADER).named(name, "x").map(|_| ()).unwrap_err();

        assert!(refused.to_string().contains("cannot be a key"), "{name}");
    }
}

proptest! {
    #[test]
    fn whatever_is_written_is_read_back(
        header in prop::array::uniform5("[ -~|\\\\=ün\u{202e}]{0,7}"),
        values in prop::collection::vec("[ -~|\\\\=\r\n\tün\u{202e}\u{2028}]{1,40}", 1..6),
    ) {
        let [vendor, product, product_version, class_id, name] = &header;
        let severity = Severity::Medium;
        let mut writer = CefWriter::new(&CefHeader {
            vendor, product, product_version, class_id, name, severity,
        });
        for value in &values {
            writer.field(Field::Message, value);
        }

        let line = writer.finish();

        let cef = Cef::parse(&line).unwrap();
        let fields = [cef.vendor, cef.product, cef.product_version, cef.class_id, cef.name];
        prop_assert_eq!(fields.map(|field| field.exact().into_owned()), header.clone());
        let read: Vec<_> = cef.pairs.iter().map(|pair| pair.value.exact().into_owned()).collect();
        prop_assert_eq!(read, values);
        prop_assert_eq!(cef.fault, None);
        prop_assert!(!line.contains(['\r', '\n']));
    }
}

#[test]
fn a_pair_that_would_make_the_line_too_long_is_left_out_with_its_label() {
    let slot = Slot { kind: SlotKind::String, number: 1 };
    let bytes_max = CefWriter::new(&HEADER).finish().len() + 30;
    let mut writer = CefWriter::new(&HEADER).within(bytes_max);
    writer.field(Field::Message, &"x".repeat(40)).field(Field::DeviceAction, "allowed");
    writer.custom(slot, "note", "seven letters").field(Field::Reason, "why");

    let line = writer.finish();

    assert!(line.len() <= bytes_max && line.ends_with("|act=allowed reason=why"), "{line}");
}
