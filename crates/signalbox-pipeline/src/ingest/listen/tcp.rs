//! Accepting connections.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::connection::Connection;
use super::{CurrentHandler, PAUSE, SocketHandler};

/// Accepts until stopped or closed, then waits for the connections.
pub(super) async fn serve(listener: TcpListener, current: CurrentHandler, stop: CancellationToken) {
    let connections = TaskTracker::new();
    let mut handlers = current.subscribe();
    let stop = stop.child_token();
    let mut last = None;
    loop {
        let Some(handler) = handlers.borrow_and_update().clone() else { break };
        tokio::select! {
            () = stop.cancelled() => break,
            // The sender is `current`, so this tells of changes only.
            _ = handlers.changed() => {}
            accepted = accept(&listener, &handler) => match accepted {
                Ok((socket, peer, room)) => {
                    let (handler, stop) = (Arc::clone(&handler), stop.clone());
                    let connection = Connection { handler, peer, stop };
                    connections.spawn(async move {
                        connection.serve(socket).await;
                        drop(room);
                    });
                }
                Err(error) => {
                    // Out of file descriptors, most of the time: what is open goes on.
                    handler.tell(&error, "A connection could not be accepted");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
        last = Some(handler);
    }
    drop(listener);
    if last.is_some_and(|handler| !handler.ingest.is_enabled()) {
        // Nobody enables a source that is gone, so its connections wait for nothing.
        stop.cancel();
    }
    connections.close();
    connections.wait().await;
}

/// Waits for room and then for a connection from a network that may send.
async fn accept(
    listener: &TcpListener,
    handler: &SocketHandler,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let room = Arc::clone(&handler.connections.room).acquire_owned().await;
    let room = room.map_err(io::Error::other)?;
    loop {
        let (socket, peer) = listener.accept().await?;
        // What comes by IPv4 to an IPv6 socket is IPv4 to whoever writes networks.
        let peer = SocketAddr::new(peer.ip().to_canonical(), peer.port());
        if handler.admits(peer.ip()) {
            return Ok((socket, peer, room));
        }
    }
}
