//! What a socket says of its frames, by name: the same for all of a connection.

/// The sender's address, for frames that name no host.
pub(super) const PEER: &str = "peer";

/// What is spoken: `udp`, `tcp`, `tls`, `relp` or `relp+tls`.
pub(super) const TRANSPORT: &str = "transport";

/// Where a frame was cut, in bytes; only on those that were.
pub(super) const CUT_AT: &str = "cut_at";
