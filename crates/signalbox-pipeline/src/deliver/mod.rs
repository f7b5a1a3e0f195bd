//! Deliver: the steps of alerts, one lane per destination.
//!
//! What follows a failure is decided in [`decide`] and nowhere else; whether a destination is asked
//! at all is the [`Gate`]'s.

mod amendment;
mod attempt;
mod bound;
mod breaker;
mod calls;
mod decide;
mod gate;
mod lane;
mod preview;
mod rejections;
mod retry;
pub mod template;

pub use amendment::Amendment;
pub use bound::DeadLetterBound;
pub use breaker::BreakerState;
pub use calls::CallsView;
pub use decide::{Failure, Verdict, decide};
pub use gate::{Admission, Gate, GateView, ParkCause, Replayed, StreamOrder};
pub use lane::{Lane, LaneSettings, Target};
pub use preview::{Preview, preview_event, preview_payload, preview_step};
pub use retry::RetryPreset;
