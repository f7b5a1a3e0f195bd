//! The roles a connector can play, as traits that the pipeline drives.

mod bounded;
mod check;
mod destination;
mod document;
mod listener;
mod normalize;
mod source;
mod ticketing;
mod webhook;

pub use bounded::{Bounded, CallLimits};
pub use check::{CheckReport, CheckStep, CheckVerdict};
pub use destination::{
    Batch, BatchLimits, Confirmation, Destination, Encoding, EventItem, Item, Notification,
    Outcome, Rendered, Token, inert_text, is_active,
};
pub use document::AlertDocument;
pub use listener::{
    Bind, BrokenProtocol, Conversation, Listener, TlsClients, TlsServer, Transport,
};
pub use normalize::{Attributes, MappedEvent, Normalize, Normalized, Parsed, RawEvent};
pub use source::{Checkpoint, Page, Source};
pub use ticketing::{Ticket, TicketState, TicketUpdate, Ticketing};
pub use webhook::{
    Answer, Committed, Decoded, Endpoint, Listen, ListenTls, Reply, Request, Webhook,
};
