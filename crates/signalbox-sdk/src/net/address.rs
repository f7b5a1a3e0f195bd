//! From a name to addresses, and from these to a connection.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

/// Asks the name server, `limit` at most. What went wrong is told in words.
pub(crate) async fn resolve(
    host: &str,
    port: u16,
    limit: Duration,
) -> Result<Vec<SocketAddr>, String> {
    let found = timeout(limit, lookup_host((host, port))).await;
    let found = found.map_err(|_| format!("no answer from the name server in {limit:?}"))?;
    let addresses: Vec<_> = found.map_err(|error| error.to_string())?.collect();
    if addresses.is_empty() { Err("the name server knows none".to_owned()) } else { Ok(addresses) }
}

/// Connects to the first address that answers, `limit` at most in all.
pub(crate) async fn connect(
    addresses: &[SocketAddr],
    limit: Duration,
) -> Result<TcpStream, String> {
    match timeout(limit, TcpStream::connect(addresses)).await {
        Ok(connected) => connected.map_err(|error| error.to_string()),
        Err(_) => Err(format!("no answer in {limit:?}")),
    }
}

/// Shows addresses.
pub(crate) fn listed(addresses: &[SocketAddr]) -> String {
    let texts: Vec<_> = addresses.iter().map(|address| format!("`{address}`")).collect();
    texts.join(", ")
}
