//! Deliver: the steps of alerts, one lane per destination.
//!
//! What follows a failure is decided in [`decide`] and nowhere else; whether a destination is asked
//! at all is the [`Gate`]'s.

mod attempt;
mod breaker;
mod decide;
mod gate;
mod lane;
mod rejections;
mod retry;
pub mod template;

pub use breaker::BreakerState;
pub use decide::{Failure, Verdict, decide};
pub use gate::{Admission, Gate, GateView, ParkCause};
pub use lane::{Lane, LaneSettings, Target};
pub use retry::RetryPreset;
