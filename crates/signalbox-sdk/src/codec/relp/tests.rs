//! Frames in pieces, and both sides of a session against each other.

use bytes::{Bytes, BytesMut};
use proptest::prelude::*;

use super::*;

const SOFTWARE: &str = "signalbox,1,https://example.org";

fn decode(stream: &[u8]) -> Result<Vec<Frame>, RelpError> {
    let (mut decoder, mut input) = (Decoder::new(100), BytesMut::from(stream));
    let mut frames = Vec::new();
    while let Some(frame) = decoder.next(&mut input)? {
        frames.push(frame);
    }
    Ok(frames)
}

/// What a peer has sent, a frame a line: number, command and data.
fn sent(out: &mut Vec<u8>) -> Vec<String> {
    let frames = decode(&std::mem::take(out)).unwrap();
    let shown = frames.into_iter().map(|frame| {
        let data = String::from_utf8_lossy(&frame.data).into_owned();
        format!("{} {} {data}", frame.transaction, frame.command.as_str()).trim_end().to_owned()
    });
    shown.collect()
}

fn frame(transaction: u32, command: &str, data: &str) -> Frame {
    let mut bytes = Vec::new();
    write_frame(transaction, command, data.as_bytes(), &mut bytes);
    decode(&bytes).unwrap().remove(0)
}

fn open_server() -> ServerSession {
    let mut server = ServerSession::new(SOFTWARE);
    let offers = "relp_version=0\nrelp_software=librelp,1.11\ncommands=syslog";
    assert_eq!(server.receive(frame(1, "open", offers), &mut Vec::new()), Ok(None));
    server
}

fn open_client(window: usize) -> ClientSession {
    let mut client = ClientSession::new(window);
    client.open(SOFTWARE, &mut Vec::new());
    let response = frame(1, "rsp", "200 OK\nrelp_version=0\ncommands=syslog");
    assert_eq!(client.receive(&response), Ok(ClientEvent::Opened));
    client
}

#[test]
fn a_frame_has_data_only_where_its_length_says_so() {
    let mut bytes = Vec::new();

    write_frame(7, "syslog", b"<1>a\nb", &mut bytes);
    write_frame(8, "close", b"", &mut bytes);

    assert_eq!(bytes, b"7 syslog 6 <1>a\nb\n8 close 0\n");
    assert_eq!(sent(&mut bytes), ["7 syslog <1>a\nb", "8 close"]);
}

#[test]
fn what_can_become_no_frame_is_refused_at_once() {
    for stream in [
        "x",
        " ",
        "1x",
        "1  ",
        "1 9",
        "1 syslog  ",
        "1 syslog x",
        "1 syslog 3 abcd",
        "1 close 0 \n",
        "1234567890",
        "1 syslog 1234567890",
        "1 aaaaaaaaaabbbbbbbbbbccccccccccddd",
    ] {
        assert!(matches!(decode(stream.as_bytes()), Err(RelpError::Malformed { .. })), "{stream}");
    }
    for stream in ["", "1", "1 ", "1 sys", "1 syslog ", "1 syslog 3", "1 syslog 3 abc"] {
        assert_eq!(decode(stream.as_bytes()), Ok(Vec::new()), "{stream}");
    }
}

#[test]
fn a_frame_over_the_limit_is_refused_before_its_data_has_come() {
    let error = decode(b"1 syslog 101 x").unwrap_err();

    assert_eq!(error, RelpError::TooLong { length: 101, limit: 100 });
    assert_eq!(
        error.to_string(),
        "RELP frame of 101 bytes is over the limit of 100; raise the limit here or lower the \
         sender's"
    );
}

#[test]
fn the_server_opens_with_the_lower_version() {
    for (offered, answered) in [("0", "0"), ("1", "1"), ("7", "1")] {
        let (mut server, mut out) = (ServerSession::new(SOFTWARE), Vec::new());
        // Some clients write the line end before each offer.
        let offers = format!("\nrelp_version={offered}\ncommands=eventlog,syslog\nfuture");

        server.receive(frame(1, "open", &offers), &mut out).unwrap();

        let expected = format!(
            "1 rsp 200 OK\nrelp_version={answered}\nrelp_software={SOFTWARE}\ncommands=syslog"
        );
        assert_eq!(sent(&mut out), [expected]);
    }
}

#[test]
fn a_client_without_version_or_syslog_is_refused_and_the_session_closed() {
    for (offers, reason) in [
        ("commands=syslog", "no `relp_version` is offered"),
        ("relp_version=x\ncommands=syslog", "no `relp_version` is offered"),
        ("relp_version=0", "the command `syslog` is not offered"),
    ] {
        let (mut server, mut out) = (ServerSession::new(SOFTWARE), Vec::new());

        server.receive(frame(1, "open", offers), &mut out).unwrap();

        let [response, hint] = <[String; 2]>::try_from(sent(&mut out)).unwrap();
        assert!(response.starts_with("1 rsp 500 ") && response.ends_with(reason), "{response}");
        assert_eq!(hint, "0 serverclose");
        assert!(server.is_closed());
    }
}

#[test]
fn a_message_is_answered_only_when_the_caller_says_so() {
    let (mut server, mut out) = (open_server(), Vec::new());

    let message = server.receive(frame(2, "syslog", "<1>a"), &mut out);

    let data = Bytes::from_static(b"<1>a");
    assert_eq!(message, Ok(Some(SyslogFrame { transaction: 2, data })));
    assert_eq!((sent(&mut out), server.unanswered()), (vec![], 1));
    server.answer(2, Answer::Accepted, &mut out);
    assert_eq!((sent(&mut out), server.unanswered()), (vec!["2 rsp 200 OK".to_owned()], 0));
}

#[test]
fn answers_leave_in_the_order_of_the_commands() {
    let (mut server, mut out) = (open_server(), Vec::new());
    server.receive(frame(2, "syslog", "a"), &mut out).unwrap();
    server.receive(frame(3, "syslog", "b"), &mut out).unwrap();
    server.receive(frame(4, "starttls", ""), &mut out).unwrap();
    server.receive(frame(5, "close", ""), &mut out).unwrap();

    server.answer(3, Answer::Refused("too\nbad"), &mut out);
    assert_eq!(sent(&mut out), [] as [&str; 0]);
    assert!(!server.is_closed());
    server.answer(2, Answer::Accepted, &mut out);

    assert_eq!(
        sent(&mut out),
        [
            "2 rsp 200 OK",
            "3 rsp 500 too bad",
            "4 rsp 500 unknown command",
            "5 rsp 200 OK",
            "0 serverclose",
        ]
    );
    assert!(server.is_closed());
}

/// This would take minutes if each of them were looked for among all that wait.
#[test]
fn commands_behind_an_unanswered_message_are_not_searched() {
    let (mut server, mut out) = (open_server(), Vec::new());
    server.receive(frame(2, "syslog", "a"), &mut out).unwrap();
    let command = frame(3, "open", "").command;

    let started = std::time::Instant::now();
    for transaction in 3..200_000 {
        let frame = Frame { transaction, command, data: Bytes::new() };
        server.receive(frame, &mut out).unwrap();
    }
    assert!(out.is_empty());
    server.answer(2, Answer::Accepted, &mut out);

    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    assert!(out.starts_with(b"2 rsp 6 200 OK\n3 rsp 6 200 OK\n"));
    assert!(out.ends_with(b"199999 rsp 6 200 OK\n"));
    assert_eq!(server.unanswered(), 0);
}

#[test]
fn a_client_that_breaks_the_protocol_is_told_how() {
    let unexpected = |command: &str, when| RelpError::Unexpected { command: command.into(), when };
    let receive = |mut server: ServerSession, frame| server.receive(frame, &mut Vec::new());

    assert_eq!(
        receive(ServerSession::new(SOFTWARE), frame(1, "syslog", "a")),
        Err(unexpected("syslog", "before `open`"))
    );
    assert_eq!(
        receive(open_server(), frame(2, "rsp", "200 OK")),
        Err(unexpected("rsp", "from a client"))
    );
    assert_eq!(
        receive(open_server(), frame(3, "syslog", "a")),
        Err(RelpError::OutOfSequence { expected: 2, found: 3 })
    );
    let mut closing = open_server();
    closing.receive(frame(2, "syslog", "a"), &mut Vec::new()).unwrap();
    closing.receive(frame(3, "close", ""), &mut Vec::new()).unwrap();
    assert_eq!(
        receive(closing, frame(4, "syslog", "b")),
        Err(unexpected("syslog", "after the session was closed"))
    );
}

#[test]
fn hints_and_a_second_open_do_no_harm() {
    let (mut server, mut out) = (open_server(), Vec::new());

    assert_eq!(server.receive(frame(0, "anything", ""), &mut out), Ok(None));
    assert_eq!(server.receive(frame(2, "open", ""), &mut out), Ok(None));

    assert_eq!(sent(&mut out), ["2 rsp 200 OK"]);
}

#[test]
fn the_client_offers_and_waits_for_the_server_before_it_sends() {
    let (mut client, mut out) = (ClientSession::new(2), Vec::new());

    client.open(SOFTWARE, &mut out);

    assert_eq!(client.send(b"a", &mut out), None);
    let expected = format!("1 open relp_version=1\nrelp_software={SOFTWARE}\ncommands=syslog");
    assert_eq!(sent(&mut out), [expected]);
}

#[test]
fn a_server_that_refuses_or_offers_too_little_opens_nothing() {
    for data in ["500 no", "200 OK", "200 OK\nrelp_version=0", "200 OK\ncommands=syslog"] {
        let mut client = ClientSession::new(2);
        client.open(SOFTWARE, &mut Vec::new());

        let result = client.receive(&frame(1, "rsp", data));

        assert!(matches!(result, Err(RelpError::Refused { .. })), "{data}");
        assert!(!client.has_room());
    }
}

#[test]
fn the_window_limits_what_is_not_answered_and_answers_come_in_any_order() {
    let (mut client, mut out) = (open_client(2), Vec::new());
    assert_eq!(client.send(b"a", &mut out), Some(2));
    assert_eq!(client.send(b"b", &mut out), Some(3));
    assert_eq!(client.send(b"c", &mut out), None);

    let second = client.receive(&frame(3, "rsp", "200 OK"));
    let first = client.receive(&frame(2, "rsp", "500 disk full"));

    assert_eq!(second, Ok(ClientEvent::Accepted { transaction: 3 }));
    let reason = "500 disk full".to_owned();
    assert_eq!(first, Ok(ClientEvent::Refused { transaction: 2, reason }));
    assert_eq!(client.unanswered().len(), 0);
    assert_eq!(sent(&mut out), ["2 syslog a", "3 syslog b"]);
}

#[test]
fn numbers_begin_again_after_nine_digits() {
    let mut client = open_client(9).at_transaction(999_999_999);

    let numbers = [(); 3].map(|()| client.send(b"a", &mut Vec::new()));

    assert_eq!(numbers, [Some(999_999_999), Some(1), Some(2)]);
}

#[test]
fn a_session_ends_by_either_side() {
    let (mut closing, mut out) = (open_client(2), Vec::new());
    closing.close(&mut out);
    assert_eq!(sent(&mut out), ["2 close"]);
    assert_eq!(closing.send(b"a", &mut out), None);
    assert_eq!(closing.receive(&frame(2, "rsp", "")), Ok(ClientEvent::Closed));

    let mut closed = open_client(2);
    assert_eq!(closed.send(b"a", &mut out), Some(2));
    assert_eq!(closed.receive(&frame(0, "serverclose", "")), Ok(ClientEvent::Closed));
    assert_eq!(closed.unanswered().collect::<Vec<_>>(), [2]);
    assert!(!closed.has_room());
}

#[test]
fn a_server_that_breaks_the_protocol_is_told_how() {
    let receive = |frame| {
        let mut client = open_client(2);
        client.send(b"a", &mut Vec::new());
        client.receive(&frame)
    };
    let bad = |transaction, fault| Err(RelpError::BadResponse { transaction, fault });

    assert_eq!(receive(frame(9, "rsp", "200 OK")), bad(9, "answers nothing that was asked"));
    assert_eq!(receive(frame(2, "rsp", "fine")), bad(2, "has no code of three digits"));
    assert_eq!(
        receive(frame(3, "syslog", "a")),
        Err(RelpError::Unexpected { command: "syslog".into(), when: "from a server" })
    );
    assert_eq!(receive(frame(0, "future", "")), Ok(ClientEvent::Ignored));
}

#[test]
fn client_and_server_understand_each_other() {
    let (mut client, mut server) = (ClientSession::new(8), ServerSession::new(SOFTWARE));
    let (mut to_server, mut to_client) = (Vec::new(), Vec::new());
    client.open(SOFTWARE, &mut to_server);
    let opened = exchange(&mut client, &mut server, &mut to_server, &mut to_client);
    for message in ["a", "b"] {
        client.send(message.as_bytes(), &mut to_server).unwrap();
    }
    client.close(&mut to_server);

    let events = exchange(&mut client, &mut server, &mut to_server, &mut to_client);

    assert_eq!(opened, [ClientEvent::Opened]);
    let accepted = |transaction| ClientEvent::Accepted { transaction };
    let closed = ClientEvent::Closed;
    assert_eq!(events, [accepted(2), accepted(3), closed.clone(), closed]);
}

/// Carries everything over and back; messages are safe at once.
fn exchange(
    client: &mut ClientSession,
    server: &mut ServerSession,
    to_server: &mut Vec<u8>,
    to_client: &mut Vec<u8>,
) -> Vec<ClientEvent> {
    for frame in decode(&std::mem::take(to_server)).unwrap() {
        if let Some(message) = server.receive(frame, to_client).unwrap() {
            server.answer(message.transaction, Answer::Accepted, to_client);
        }
    }
    let frames = decode(&std::mem::take(to_client)).unwrap();
    frames.iter().map(|frame| client.receive(frame).unwrap()).collect()
}

proptest! {
    #[test]
    fn however_frames_are_split_into_reads_they_come_back_as_written(
        frames in prop::collection::vec(
            (0_u32..1_000_000_000, "[a-zA-Z]{1,32}", prop::collection::vec(any::<u8>(), 0..40)),
            0..6,
        ),
        piece in 1_usize..20,
    ) {
        let mut stream = Vec::new();
        for (transaction, command, data) in &frames {
            write_frame(*transaction, command, data, &mut stream);
        }

        let (mut decoder, mut input) = (Decoder::new(100), BytesMut::new());
        let mut read = Vec::new();
        for part in stream.chunks(piece) {
            input.extend_from_slice(part);
            while let Some(frame) = decoder.next(&mut input).unwrap() {
                read.push((frame.transaction, frame.command.as_str().to_owned(), frame.data.to_vec()));
            }
        }

        prop_assert_eq!(read, frames);
    }

    #[test]
    fn no_bytes_make_the_decoder_panic(stream in prop::collection::vec(any::<u8>(), 0..80)) {
        drop(decode(&stream));
    }
}
