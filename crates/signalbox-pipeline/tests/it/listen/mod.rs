//! Sockets of listening sources: what is acknowledged is durable, and whoever cannot be taken from waits.

mod datagrams;
mod lines;
mod reload;
mod senders;
mod socket;
mod streams;
mod tls;

use lines::{Lines, Sender};
use socket::{Served, eventually, later};
