//! What a connector declares so that `signalbox certify` can put it to the test.
//!
//! The cases are written once for each role, by whoever certifies; a connector says only what they
//! cannot know: which configuration reaches its simulator, what the vendor holds, how the vendor says
//! no. It stands in `certification.rs` of the connector's folder. What does not apply to a product is
//! declared with the reason, and shown; what is not declared at all fails.

mod sender;
mod trouble;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use serde_json::Value;
use signalbox_model::Clock;

use crate::Role;

use super::hostile::Reader;

pub use sender::{HttpMessage, Message, Sender, Sent};
pub use trouble::{Plan, Trouble};

/// One role of a connector, with what stands for the vendor. The clock is the hub's: it can be moved.
#[derive(Clone, Copy)]
pub enum Certification {
    /// Notifications go out to it.
    Destination(fn(Arc<dyn Clock>) -> Arc<dyn Receiver>),
    /// Alerts become its tickets.
    Ticketing(fn(Arc<dyn Clock>) -> Arc<dyn Receiver>),
    /// It is asked for events.
    Polled(fn(Arc<dyn Clock>) -> Arc<dyn Polled>),
    /// It sends events to the hub, over HTTP or a socket.
    Sender(fn() -> Arc<dyn Sender>),
}

impl Certification {
    /// Returns the role that is certified.
    pub fn role(&self) -> Role {
        match self {
            Self::Destination(_) => Role::Destination,
            Self::Ticketing(_) => Role::Ticketing,
            Self::Polled(_) | Self::Sender(_) => Role::Source,
        }
    }
}

/// A vendor that the hub calls.
pub trait Vendor: Send + Sync {
    /// Returns the routes to serve with faults; `None` for a vendor that is reached without HTTP.
    fn router(&self) -> Option<Router>;

    /// Returns the integration that reaches it, with calls that take [`TIMEOUT`] at most.
    fn setup(&self, place: &Place) -> Setup;

    /// Says how the vendor shows a trouble. What every HTTP service shows alike is the default; a
    /// product's own forms are the connector's to say.
    fn plan(&self, trouble: &Trouble) -> Plan {
        trouble.over_http()
    }

    /// Ends what [`Plan::Arranged`] began.
    fn mend(&self) {}

    /// Learns that the clock was moved.
    fn advance(&self, _by: Duration) {}
}

/// A vendor that takes notifications, or makes tickets of them.
pub trait Receiver: Vendor {
    /// Returns what the vendor holds, in the order of arrival; what came twice stands twice.
    fn held(&self) -> Vec<Held>;

    /// Says who reads the texts that it holds; what aims at one of them must not reach it.
    fn readers(&self) -> &'static [Reader] {
        &[Reader::Screen]
    }
}

/// One thing that a vendor holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The key of the delivery, by which repeats are told.
    pub key: String,
    /// What people read of it.
    pub text: String,
}

/// A vendor that is asked page by page. Its pages hold two findings where the product lets that be
/// configured, so that few findings make several pages.
pub trait Polled: Vendor {
    /// Makes the vendor hold a finding, newer than those before; `id` is its own id, and `text` stands in
    /// one of its texts. The same id again is the same finding.
    fn offer(&self, id: &str, text: &str);
}

/// The longest a call may take where the configuration lets it be this short.
pub const TIMEOUT: Duration = Duration::from_millis(300);

/// Where an integration under test finds its vendor.
#[derive(Clone, Debug)]
pub struct Place {
    /// Where the vendor's routes are served.
    pub address: SocketAddr,
    /// A folder for itself.
    pub folder: PathBuf,
}

/// An integration to certify.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The connector's part of its configuration, as it would be written.
    pub config: Value,
    /// The variables that it names. Every value is a secret, and is looked for in whatever the hub shows.
    pub environment: Vec<(&'static str, String)>,
}
