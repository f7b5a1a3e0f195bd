//! The datagrams that the kernel dropped because a socket's receive buffer was full.
//!
//! Nobody else sees them: UDP tells neither side. Linux counts them by socket, in the last column of
//! `/proc/net/udp` and `/proc/net/udp6` (proc(5), proc_net(5)); the socket is found by its inode.

use std::fs;
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::fs::MetadataExt;

/// The column of the inode, counted from the socket's number.
const INODE: usize = 9;

/// The column of the drops.
const DROPS: usize = 12;

/// A socket as the kernel's tables name it. It says nothing after the socket is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KernelSocket(u64);

impl KernelSocket {
    /// Finds out how the kernel names a socket; `None` where it has no such tables.
    pub(super) fn of(socket: &impl AsRawFd) -> Option<Self> {
        let descriptor: RawFd = socket.as_raw_fd();
        let metadata = fs::metadata(format!("/proc/self/fd/{descriptor}")).ok()?;
        Some(Self(metadata.ino()))
    }

    /// Returns how many datagrams were dropped since the socket was bound.
    pub(super) fn dropped(self) -> Option<u64> {
        let tables = ["/proc/net/udp", "/proc/net/udp6"];
        tables.iter().find_map(|table| dropped_in(&fs::read_to_string(table).ok()?, self.0))
    }
}

fn dropped_in(table: &str, inode: u64) -> Option<u64> {
    table.lines().skip(1).find_map(|line| {
        let mut columns = line.split_ascii_whitespace();
        let is_it = columns.nth(INODE)?.parse() == Ok(inode);
        let drops = columns.nth(DROPS - INODE - 1)?;
        is_it.then(|| drops.parse().ok()).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when \
        retrnsmt   uid  timeout inode ref pointer drops\n\
        4711: 0100007F:1F90 00000000:0000 07 00000000:00000000 00:00000000 00000000  \
        1000        0 11111 2 0000000000000000 0\n\
        4712: 0100007F:1F91 00000000:0000 07 00000000:00000340 00:00000000 00000000  \
        1000        0 22222 2 0000000000000000 37\n";

    #[test]
    fn drops_are_found_by_inode() {
        assert_eq!(dropped_in(TABLE, 22222), Some(37));
        assert_eq!(dropped_in(TABLE, 11111), Some(0));
        assert_eq!(dropped_in(TABLE, 33333), None);
    }

    #[test]
    fn a_socket_of_ours_is_in_the_kernel_s_tables() {
        let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();

        assert_eq!(KernelSocket::of(&socket).unwrap().dropped(), Some(0));
    }
}
