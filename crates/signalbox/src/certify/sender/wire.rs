//! A connection on which bytes are sent: whole, in part, or never to the end.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use signalbox_sdk::testkit::certification::{Sender, Sent};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::super::proof::Proof;

/// Sends bytes over a fresh connection and reads what becomes of them, which takes this long at most. A
/// connection that is closed without an answer is a refusal.
pub(super) async fn exchange(
    sender: &dyn Sender,
    hub: SocketAddr,
    bytes: &[u8],
    patience: Duration,
) -> Proof<Sent> {
    let mut connection = connect(hub).await?;
    // A refusal may come, and the connection be closed, before everything is written.
    let (mut reading, mut writing) = connection.split();
    let (_, answer) = tokio::join!(
        timeout(patience, writing.write_all(bytes)),
        timeout(patience, answer(sender, &mut reading)),
    );
    match answer {
        Ok(Some(sent)) => Ok(sent),
        Ok(None) => Ok(Sent::Refused("the connection was closed".to_owned())),
        Err(_) => Ok(Sent::Silence),
    }
}

/// Opens a connection and sends only a part.
pub(super) async fn begin(hub: SocketAddr, part: &[u8]) -> Proof<TcpStream> {
    let mut connection = connect(hub).await?;
    connection.write_all(part).await.context("write to the hub")?;
    connection.flush().await.context("write to the hub")?;
    Ok(connection)
}

async fn connect(hub: SocketAddr) -> Proof<TcpStream> {
    Ok(TcpStream::connect(hub).await.context("connect to the hub")?)
}

async fn answer(sender: &dyn Sender, reading: &mut (impl AsyncReadExt + Unpin)) -> Option<Sent> {
    let (mut answer, mut part) = (Vec::new(), [0; 4096]);
    loop {
        let read = reading.read(&mut part).await.ok().filter(|read| *read > 0)?;
        answer.extend_from_slice(part.get(..read)?);
        if let Some(sent) = sender.read(&answer) {
            return Some(sent);
        }
    }
}
