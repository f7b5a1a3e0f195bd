//! The demo's firewall: CEF over RELP, which acknowledges each line once it is committed.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::bail;
use bytes::BytesMut;
use signalbox_sdk::codec::relp::{ClientEvent, ClientSession, Decoder};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Lines on their way at most, as in librelp.
const WINDOW: usize = 128;

/// Answers are a few bytes; an error's words fit as well.
const ANSWER_BYTES_MAX: usize = 4096;

/// Sends so many lines and returns how long it took until all were acknowledged.
pub(super) async fn send(hub: SocketAddr, lines: usize) -> anyhow::Result<Duration> {
    let began = Instant::now();
    let mut stream = TcpStream::connect(hub).await?;
    let (mut session, mut decoder) = (ClientSession::new(WINDOW), Decoder::new(ANSWER_BYTES_MAX));
    let (mut input, mut output) = (BytesMut::new(), Vec::new());
    let (mut sent, mut acknowledged) = (0, 0);
    session.open("signalbox-demo,1", &mut output);
    while acknowledged < lines {
        while sent < lines && session.has_room() {
            session.send(line(sent).as_bytes(), &mut output);
            sent += 1;
        }
        stream.write_all(&output).await?;
        output.clear();
        if stream.read_buf(&mut input).await? == 0 {
            bail!("the hub closed the firewall's connection");
        }
        while let Some(frame) = decoder.next(&mut input)? {
            match session.receive(&frame)? {
                ClientEvent::Accepted { .. } => acknowledged += 1,
                ClientEvent::Refused { reason, .. } => bail!("the hub refused a line: {reason}"),
                ClientEvent::Closed => bail!("the hub closed the firewall's session"),
                ClientEvent::Opened | ClientEvent::Ignored => {}
            }
        }
    }
    session.close(&mut output);
    stream.write_all(&output).await?;
    Ok(began.elapsed())
}

fn line(number: usize) -> String {
    let (host, port) = (number % 250 + 1, 49_152 + number);
    let verdict = if number.is_multiple_of(10) { "deny" } else { "allow" };
    format!(
        "<134>Nov 22 10:00:00 fw-1 CEF:0|Demo|Firewall|1.0|traffic|Connection {verdict}|3|\
         act={verdict} proto=TCP src=10.0.3.{host} spt={port} dst=198.51.100.7 dpt=443 in=1200 out=800"
    )
}
