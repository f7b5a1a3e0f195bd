//! Addresses for a process that dies and comes back.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use anyhow::bail;
use rand::Rng;

/// Returns an address that stays free while the hub is dead.
///
/// Not from the range that the kernel gives to outgoing connections: the senders open thousands
/// while the hub is away, and one of them would sooner or later hold the hub's own port.
pub(crate) fn free_address(rng: &mut impl Rng) -> anyhow::Result<SocketAddr> {
    let range = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").unwrap_or_default();
    let first: u16 = range
        .split_whitespace()
        .next()
        .and_then(|port| port.parse().ok())
        .unwrap_or(OUTGOING_FIRST);
    for _ in 0..100 {
        let port = rng.random_range(PORT_FIRST..first.max(PORT_FIRST + 1));
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        if TcpListener::bind(address).is_ok() {
            return Ok(address);
        }
    }
    bail!("found no free port below {first}")
}

/// Ports below are often in use by well-known programs.
const PORT_FIRST: u16 = 15_000;

/// Where Linux begins with the ports of outgoing connections, unless it says otherwise.
const OUTGOING_FIRST: u16 = 32_768;
