//! Streams as senders write them, whole and in pieces.

use proptest::prelude::*;

use super::*;

/// Reads `stream` in pieces of the given sizes, over and over.
fn frames_in_pieces(mut framing: Framing, stream: &[u8], sizes: &[usize]) -> Vec<Frame> {
    let (mut frames, mut input) = (Vec::new(), BytesMut::new());
    let mut rest = stream;
    let mut sizes = sizes.iter().cycle();
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at((*sizes.next().unwrap()).clamp(1, rest.len()));
        input.extend_from_slice(piece);
        rest = behind;
        frames.extend(std::iter::from_fn(|| framing.next(&mut input)));
    }
    frames.extend(std::iter::from_fn(|| framing.finish(&mut input)));
    assert!(input.is_empty(), "{input:?} is left");
    frames
}

fn frames(mode: FramingMode, frame_bytes_max: usize, stream: &str) -> Vec<Frame> {
    frames_in_pieces(Framing::new(mode, frame_bytes_max), stream.as_bytes(), &[usize::MAX])
}

/// The frames as text: counted ones behind `#`, cut ones before `…`.
fn shown(mode: FramingMode, frame_bytes_max: usize, stream: &str) -> Vec<String> {
    let frames = frames(mode, frame_bytes_max, stream);
    let shown = frames.into_iter().map(|frame| {
        let text = String::from_utf8_lossy(&frame.bytes).into_owned();
        let before = if frame.is_counted { "#" } else { "" };
        let behind = if frame.is_cut { "…" } else { "" };
        format!("{before}{text}{behind}")
    });
    shown.collect()
}

fn auto(stream: &str) -> Vec<String> {
    shown(FramingMode::Auto, 1_000, stream)
}

#[test]
fn lines_end_with_lf_cr_lf_or_nul_and_empty_ones_are_no_frames() {
    assert_eq!(auto("<1>a\n\r\n<2>b\r\n<3>c\0\n<4>d"), ["<1>a", "<2>b", "<3>c", "<4>d"]);
    assert_eq!(auto("\n\0\r\n "), [] as [&str; 0]);
}

#[test]
fn counted_frames_may_hold_line_ends() {
    assert_eq!(auto("8 <1>a\nb c7 <2>abcd"), ["#<1>a\nb c", "#<2>abcd"]);
}

#[test]
fn both_ways_are_told_apart_on_one_connection() {
    assert_eq!(
        auto("4 <1>a<2>b\n4 <3>c\n<4>d 5 <6>e\n"),
        ["#<1>a", "<2>b", "#<3>c", "<4>d 5 <6>e"]
    );
}

#[test]
fn a_line_that_begins_with_digits_is_no_count() {
    let lines = ["2026-06-29 12:34:56 x", "000123: x", "12 monkeys", "12345678901 <1>a", "0 <1>a"];

    assert_eq!(auto(&lines.join("\n")), lines);
}

#[test]
fn a_count_without_priority_is_believed_only_where_counts_are_required() {
    assert_eq!(auto("5 ahoj!\n"), ["5 ahoj!"]);
    assert_eq!(shown(FramingMode::OctetCounted, 1_000, "5 ahoj!3 abc"), ["#ahoj!", "#abc"]);
    assert_eq!(shown(FramingMode::Newline, 1_000, "4 <1>a\n5 <2>b"), ["4 <1>a", "5 <2>b"]);
}

#[test]
fn one_blank_after_a_line_end_is_passed_before_a_count() {
    assert_eq!(auto("4 <1>a\n 4 <2>b"), ["#<1>a", "#<2>b"]);
    assert_eq!(auto("<1>a\n 4 <2>b"), ["<1>a", "#<2>b"]);
}

#[test]
fn the_line_end_inside_a_count_is_no_part_of_the_message() {
    assert_eq!(auto("5 <1>a\n5 <2>b\n"), ["#<1>a", "#<2>b"]);
}

/// The sender counts letters, and its text has letters of two bytes.
#[test]
fn after_a_count_that_is_too_small_the_next_count_is_found() {
    assert_eq!(
        auto("6 <1>äöü6 <2>abc7 <34>xyz"),
        ["#<1>ä\u{fffd}", "\u{fffd}ü", "#<2>abc", "#<34>xyz"]
    );
}

#[test]
fn after_a_count_that_is_too_small_the_next_line_is_found() {
    assert_eq!(auto("4 <1>abc\n4 <2>b"), ["#<1>a", "bc", "#<2>b"]);
}

#[test]
fn a_frame_too_long_is_cut_between_letters_and_its_rest_skipped() {
    assert_eq!(shown(FramingMode::Auto, 5, "<1>abcd\n<2>b\n"), ["<1>ab…", "<2>b"]);
    assert_eq!(shown(FramingMode::Auto, 5, "7 <1>abcd4 <2>b"), ["#<1>ab…", "#<2>b"]);
    assert_eq!(shown(FramingMode::Auto, 5, "<1>a€\n<2>b"), ["<1>a…", "<2>b"]);
    assert_eq!(shown(FramingMode::Auto, 5, "<1>ab\n"), ["<1>ab"]);
}

#[test]
fn a_counted_frame_that_the_close_interrupts_is_cut() {
    assert_eq!(auto("16 <1>1"), ["#<1>1…"]);
    assert_eq!(auto("16 "), ["16 "]);
    assert_eq!(auto("1"), ["1"]);
}

#[test]
fn a_partial_line_is_searched_once() {
    let (mut framing, mut input) = (Framing::new(FramingMode::Auto, 1_000), BytesMut::new());
    input.extend_from_slice(b"<1>a long li");

    assert_eq!(framing.next(&mut input), None);

    assert_eq!(framing.searched, input.len());
}

#[test]
fn frames_share_the_memory_they_were_read_into() {
    let (mut framing, mut input) = (Framing::new(FramingMode::Auto, 1_000), BytesMut::new());
    input.extend_from_slice(b"<1>a\n");
    let address = input.as_ptr();

    let frame = framing.next(&mut input).unwrap();

    assert_eq!(frame.bytes.as_ptr(), address);
}

#[test]
fn a_datagram_loses_its_count_and_line_end() {
    for datagram_bytes in ["<1>a", "<1>a\n", "<1>a\r\n\0", "4 <1>a", "4 <1>a\n"] {
        assert_eq!(datagram(datagram_bytes.as_bytes()), b"<1>a", "{datagram_bytes}");
    }
    assert_eq!(datagram(b"12 monkeys"), b"12 monkeys");
    assert_eq!(datagram(b"\n"), b"");
}

fn corpus_cases(file: &str) -> Option<Vec<String>> {
    let Ok(corpus) = std::env::var("SIGNALBOX_CORPUS") else {
        eprintln!("SKIPPED: SIGNALBOX_CORPUS is not set");
        return None;
    };
    let bytes = std::fs::read(format!("{corpus}/syslog/{file}")).unwrap();
    let cases: Vec<serde_json::Value> = serde_json::from_slice(&bytes).unwrap();
    Some(cases.iter().map(|case| case["input"].as_str().unwrap().to_owned()).collect())
}

/// What a strict reader refuses is delivered as far as it goes.
#[test]
fn the_judged_cases_of_octet_counting_hold() {
    let Some(cases) = corpus_cases("go-syslog-octet-counting.json") else { return };

    let read: Vec<Vec<String>> =
        cases.iter().map(|case| shown(FramingMode::OctetCounted, 1_000, case)).collect();

    let expected: [&[&str]; 9] = [
        &[],
        &["#<1>1 A B C D E -", "xaaa"],
        &["#<1>1 - - - - - - hellø"],
        &["#<1>1…"],
        &["16<1>1"],
        &["1"],
        &[
            "#<1>1 2003-10-11T22:14:15.003Z host.local - - - -",
            "#<3>1 - host.local - - - -",
            "#<2>1 - host.local su - - - κ\u{1f79}σμε",
        ],
        &["#<1>1 - - - - - -"],
        &["#<1>217 <11>1 - -", "- - - -"],
    ];
    assert_eq!(read, expected);
}

#[test]
fn the_judged_cases_of_line_ends_hold() {
    let Some(cases) = corpus_cases("go-syslog-non-transparent.json") else { return };

    for end in ["\n", "\0", "\r\n"] {
        let read: Vec<Vec<String>> =
            cases.iter().map(|case| auto(&case.replace("%[1]s", end))).collect();

        let expected: [&[&str]; 5] = [
            &["<1>1 - - - - - -"],
            &["<3>1 - - - - - -"],
            &["<1>1 - - - - - -", "<2>1 - - - - - -"],
            &["<1>1 - - - - - -", "<2>1 - - - - - -"],
            &["<1>1", "<2>1"],
        ];
        assert_eq!(read, expected);
    }
}

/// Pieces that make counts, lines, wrong counts and oversized frames of every kind.
fn streams() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just("<13>hello\n".to_owned()),
        Just("<13>hello\r\n".to_owned()),
        Just("9 <13>hello".to_owned()),
        Just("7 <13>äö".to_owned()),
        Just("99 <1>".to_owned()),
        "[ 0-9<>a-zé\r\n\\x00]{0,12}",
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat().into_bytes())
}

proptest! {
    #[test]
    fn however_a_stream_is_split_into_reads_the_frames_are_the_same(
        stream in streams(),
        sizes in prop::collection::vec(1_usize..9, 1..6),
        frame_bytes_max in 1_usize..20,
        mode in prop_oneof![
            Just(FramingMode::Auto),
            Just(FramingMode::Newline),
            Just(FramingMode::OctetCounted),
        ],
    ) {
        let framing = Framing::new(mode, frame_bytes_max);

        let whole = frames_in_pieces(framing.clone(), &stream, &[usize::MAX]);
        let pieces = frames_in_pieces(framing, &stream, &sizes);

        prop_assert!(whole.iter().all(|frame| !frame.bytes.is_empty()));
        prop_assert!(whole.iter().all(|frame| frame.bytes.len() <= frame_bytes_max));
        prop_assert_eq!(whole, pieces);
    }
}
