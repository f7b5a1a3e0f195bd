//! Frames and answers over each kind of socket.

use bytes::BytesMut;
use serde_json::{Value, json};

use signalbox_sdk::role::{Conversation, RawEvent};

use super::{NOON, PEER, Source, document};

fn open(config: &Value) -> (Source, Box<dyn Conversation>) {
    let source = Source::of(config.clone());
    let conversation = source.listener.open(0, (PEER, 40_000).into());
    (source, conversation)
}

fn tcp() -> (Source, Box<dyn Conversation>) {
    open(&json!({ "direction": "receive", "tcp": [{}], "frame_bytes_max": "1KiB" }))
}

fn relp() -> (Source, Box<dyn Conversation>) {
    let relp = json!([{ "address": "127.0.0.1:20514" }]);
    open(&json!({ "direction": "receive", "relp": relp, "frame_bytes_max": "1KiB" }))
}

/// Everything that can be taken off what was read.
fn take(conversation: &mut dyn Conversation, input: &mut BytesMut) -> Vec<RawEvent> {
    std::iter::from_fn(|| conversation.next(input, NOON).unwrap()).collect()
}

fn answers(conversation: &mut dyn Conversation) -> String {
    let mut output = Vec::new();
    conversation.acknowledge(&mut output);
    String::from_utf8(output).unwrap()
}

const OPEN: &str = "1 open 30 relp_version=0\ncommands=syslog\n";

#[test]
fn lines_and_counted_frames_come_over_one_connection() {
    let (_, mut conversation) = tcp();
    let mut input = BytesMut::from("<13>one\n7 <13>two<13>thr");

    let events = take(&mut *conversation, &mut input);
    let last = conversation.finish(&mut input, NOON).unwrap();

    let bodies: Vec<_> = events.iter().chain([&last]).map(|event| event.body.clone()).collect();
    assert_eq!(bodies, ["<13>one", "<13>two", "<13>thr"]);
    assert_eq!(last.attribute("peer"), Some("192.0.2.9"));
    assert_eq!(last.attribute("transport"), Some("tcp"));
    assert_eq!(answers(&mut *conversation), "");
}

#[test]
fn a_frame_that_is_too_long_is_cut_and_its_event_says_so() {
    let (source, mut conversation) = tcp();
    let mut input = BytesMut::from(format!("<13>{}\n<13>next\n", "x".repeat(2_000)).as_str());

    let events = take(&mut *conversation, &mut input);

    let cut = document(&source.event_of(&events[0]));
    assert_eq!(
        cut["unmapped"]["parse_error"],
        "byte 1024: the frame was cut here; raise `frame_bytes_max` or have the sender send less"
    );
    assert_eq!(cut["metadata"]["is_truncated"], true);
    assert_eq!(document(&source.event_of(&events[1]))["message"], "next");
}

#[test]
fn relp_is_answered_in_order_and_only_when_acknowledged() {
    let (_, mut conversation) = relp();
    let mut input =
        BytesMut::from(format!("{OPEN}2 syslog 7 <13>one\n3 syslog 7 <13>two\n").as_str());

    let events = take(&mut *conversation, &mut input);
    let told = answers(&mut *conversation);

    assert_eq!(events.len(), 2);
    assert_eq!(events[0].attribute("transport"), Some("relp"));
    assert!(told.starts_with("1 rsp "), "{told}");
    assert!(told.ends_with("2 rsp 6 200 OK\n3 rsp 6 200 OK\n"), "{told}");
    assert_eq!(answers(&mut *conversation), "");
}

#[test]
fn a_closed_relp_session_is_over_when_everything_is_answered() {
    let (_, mut conversation) = relp();
    let mut input = BytesMut::from(format!("{OPEN}2 syslog 7 <13>one\n3 close 0\n").as_str());

    let events = take(&mut *conversation, &mut input);
    let was_over = conversation.is_over();
    let told = answers(&mut *conversation);

    assert_eq!((events.len(), was_over), (1, false));
    assert!(told.contains("2 rsp 6 200 OK\n3 rsp "), "{told}");
    assert!(conversation.is_over());
}

#[test]
fn a_long_relp_message_is_cut_for_refusing_it_would_bring_it_again() {
    let (source, mut conversation) = relp();
    let message = format!("<13>{}", "x".repeat(2_000));
    let mut input = BytesMut::from(format!("{OPEN}2 syslog 2004 {message}\n").as_str());

    let events = take(&mut *conversation, &mut input);

    assert_eq!(events[0].body.len(), 1_024);
    assert_eq!(document(&source.event_of(&events[0]))["metadata"]["is_truncated"], true);
    assert!(answers(&mut *conversation).ends_with("2 rsp 6 200 OK\n"));
}

/// Hands over a stream as it is read: in pieces, and never more than may be left in the input.
fn read_in_pieces(conversation: &mut dyn Conversation, stream: &[u8]) -> Vec<RawEvent> {
    let (mut input, mut events) = (BytesMut::new(), Vec::new());
    for piece in stream.chunks(64 << 10) {
        input.extend_from_slice(piece);
        events.extend(take(conversation, &mut input));
        assert!(input.len() < conversation.input_bytes_max(), "{} bytes are left", input.len());
    }
    events
}

#[test]
fn relp_may_send_a_mebibyte_however_short_frames_are_cut() {
    for length in [300_000, 1 << 20] {
        let (_, mut conversation) = relp();
        let stream = format!("{OPEN}2 syslog {length} {}\n", "x".repeat(length));

        let events = read_in_pieces(&mut *conversation, stream.as_bytes());

        assert_eq!(events.iter().map(|event| event.body.len()).collect::<Vec<_>>(), [1_024]);
        assert_eq!(events[0].attribute("cut_at"), Some("1024"));
        assert!(answers(&mut *conversation).ends_with("2 rsp 6 200 OK\n"));
    }
}

#[test]
fn frames_as_long_as_allowed_arrive_whole() {
    let message = format!("<13>{}", "x".repeat(1 << 20));
    let counted = format!("{} {message}", message.len());
    let relp = json!([{ "address": "127.0.0.1:20514" }]);
    for (kind, sockets, stream) in [
        ("tcp", json!([{}]), format!("{message}\n")),
        ("tcp", json!([{ "framing": "octet_counted" }]), counted),
        ("relp", relp, format!("{OPEN}2 syslog {} {message}\n", message.len())),
    ] {
        let config = json!({ "direction": "receive", kind: sockets, "frame_bytes_max": "2MiB" });
        let (_, mut conversation) = open(&config);

        let events = read_in_pieces(&mut *conversation, stream.as_bytes());

        assert_eq!(events.len(), 1);
        assert_eq!((events[0].body.len(), events[0].attribute("cut_at")), (message.len(), None));
    }
}

#[test]
fn what_is_no_relp_breaks_the_protocol_and_what_came_before_is_answered() {
    let (_, mut conversation) = relp();
    let mut input = BytesMut::from(format!("{OPEN}2 syslog 7 <13>one\n<13>plain\n").as_str());

    let first = conversation.next(&mut input, NOON).unwrap();
    let second = conversation.next(&mut input, NOON);

    assert!(first.is_some());
    assert!(second.unwrap_err().to_string().contains("check its port"));
    assert!(answers(&mut *conversation).ends_with("2 rsp 6 200 OK\n"));
    assert!(conversation.finish(&mut input, NOON).is_none());
}

#[test]
fn a_datagram_is_one_frame_unless_nothing_is_in_it() {
    let source = Source::by_default();
    let body = |bytes: &[u8]| source.datagram(bytes).map(|raw| raw.body);

    assert_eq!(body(b"7 <13>one\n"), Some("<13>one".into()));
    assert_eq!(body(b"   "), Some("   ".into()));
    assert_eq!(body(b"\0"), Some("\0".into()));
    assert_eq!(body(b"\r\n"), None);
}

#[test]
fn a_datagram_longer_than_allowed_is_cut() {
    let source =
        Source::of(json!({ "direction": "receive", "udp": [{ "datagram_bytes_max": "480B" }] }));

    let raw = source.datagram(&[b'x'; 600]).unwrap();

    assert_eq!(raw.body.len(), 480);
    assert_eq!(raw.attribute("cut_at"), Some("480"));
}
