//! What takes frames off a connection.

use bytes::BytesMut;
use signalbox_sdk::codec::relp::{Answer, Decoder, ServerSession, write_frame};
use signalbox_sdk::codec::syslog::framing::{Frame, Framing, FramingMode};
use signalbox_sdk::codec::syslog::write;
use signalbox_sdk::testkit::fuzz::{MOMENT, compose};

const FRAME_BYTES_MAX: usize = 64;

const SYSLOG: &[&str] =
    &["<13>", "5 <13>", "12 ", "\n", "\r\n", "\0", " ", "99999999999 <1>", "0 ", "hello"];

#[test]
fn syslog_frames_are_the_same_however_the_stream_is_cut_and_none_is_too_long() {
    bolero::check!().with_test_time(MOMENT).for_each(|random: &[u8]| {
        let stream = compose(random, SYSLOG);
        for mode in [FramingMode::Auto, FramingMode::Newline, FramingMode::OctetCounted] {
            let whole = frames(mode, std::iter::once(&stream[..]));
            let pieces = frames(mode, stream.chunks(1 + stream.len() % 7));

            assert_eq!(whole, pieces);
            let given: usize = whole.iter().map(|frame| frame.bytes.len()).sum();
            assert!(given <= stream.len());
            let is_good = |frame: &Frame| (1..=FRAME_BYTES_MAX).contains(&frame.bytes.len());
            assert!(whole.iter().all(is_good), "{whole:?}");
        }
    });
}

#[test]
fn syslog_frames_that_were_counted_are_read_back_as_they_were() {
    bolero::check!().with_test_time(MOMENT).with_type::<Vec<String>>().for_each(|texts| {
        let bounded = texts.iter().map(|text| format!("<13>{text}"));
        let texts: Vec<String> = bounded.filter(|text| text.len() <= FRAME_BYTES_MAX).collect();
        let mut stream = Vec::new();
        texts.iter().for_each(|text| write::octet_counted(text, &mut stream));

        let read = frames(FramingMode::OctetCounted, std::iter::once(&stream[..]));

        let read: Vec<&[u8]> = read.iter().map(|frame| &frame.bytes[..]).collect();
        // Some senders count the line end as well, so that at the end of a frame is none of it.
        let sent = texts.iter().map(|text| text.trim_end_matches(['\n', '\r', '\0']).as_bytes());
        assert_eq!(read, sent.collect::<Vec<_>>());
    });
}

fn frames<'a>(mode: FramingMode, pieces: impl Iterator<Item = &'a [u8]>) -> Vec<Frame> {
    let (mut framing, mut input) = (Framing::new(mode, FRAME_BYTES_MAX), BytesMut::new());
    let mut frames = Vec::new();
    for piece in pieces {
        input.extend_from_slice(piece);
        frames.extend(std::iter::from_fn(|| framing.next(&mut input)));
        assert!(input.len() <= 2 * FRAME_BYTES_MAX + 32, "{} bytes wait", input.len());
    }
    frames.extend(std::iter::from_fn(|| framing.finish(&mut input)));
    frames
}

const RELP: &[&str] = &[
    "1 open 0\n",
    "1 open 49 relp_version=0\nrelp_software=x\ncommands=syslog\n",
    "2 syslog 5 hello\n",
    "2 syslog 0\n",
    "3 close 0\n",
    "0 ",
    "1 ",
    "syslog ",
    "999999999 ",
    "1000000000 ",
    "\n",
    " ",
    "rsp 6 200 OK\n",
];

#[test]
fn a_relp_session_ends_or_waits_and_answers_every_message_once() {
    bolero::check!().with_test_time(MOMENT).for_each(|random: &[u8]| {
        let mut input = BytesMut::from(&compose(random, RELP)[..]);
        let (mut decoder, mut session) = (Decoder::new(FRAME_BYTES_MAX), ServerSession::new("x"));
        let mut output = Vec::new();
        while let Ok(Some(frame)) = decoder.next(&mut input) {
            assert!(frame.data.len() <= FRAME_BYTES_MAX);
            match session.receive(frame, &mut output) {
                Ok(Some(message)) => {
                    session.answer(message.transaction, Answer::Accepted, &mut output);
                    assert_eq!(session.unanswered(), 0);
                }
                Ok(None) => {}
                Err(_) => break,
            }
        }
        let mut answers = BytesMut::from(&output[..]);
        let mut reader = Decoder::new(output.len());
        while reader.next(&mut answers).unwrap().is_some() {}
        assert!(answers.is_empty());
    });
}

#[test]
fn a_relp_frame_that_was_written_is_read_back_also_byte_by_byte() {
    bolero::check!().with_test_time(MOMENT).with_type::<(u32, Vec<u8>)>().for_each(
        |(transaction, data)| {
            let (transaction, mut wire) = (transaction % 1_000_000_000, Vec::new());
            write_frame(transaction, "syslog", data, &mut wire);
            let (mut decoder, mut input) = (Decoder::new(data.len()), BytesMut::new());

            let mut read = None;
            for byte in wire {
                assert_eq!(read, None);
                input.extend_from_slice(&[byte]);
                read = decoder.next(&mut input).unwrap();
            }

            let frame = read.unwrap();
            assert_eq!((frame.transaction, &frame.data[..]), (transaction, &data[..]));
            assert_eq!(frame.command.as_str(), "syslog");
        },
    );
}
