//! The line: from bytes as received to tickets and streams, a folder per stage, in that order.
//!
//! ```text
//! ingest → normalize → evaluate → commit ══ journal ══▶ follow → desk → deliver
//!                                               └─────────────────────▶ stream
//! ```
//!
//! Left of the commit everything may be forgotten, for the sender has not been answered; right of it
//! nothing may. No stage names a vendor.

pub mod canary;
pub mod commit;
pub mod deliver;
pub mod evaluate;
pub mod follow;
pub mod health;
pub mod hold;
pub mod ingest;
pub mod normalize;
pub mod reevaluate;
pub mod stream;

mod stopping;
mod wake;

pub use stopping::STOP_GRACE;
pub use wake::Wakes;
