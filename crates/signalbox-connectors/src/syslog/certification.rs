//! What a certification has to know of syslog: a device that sends over RELP, which answers each
//! message once it is safe.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bytes::BytesMut;
use serde_json::json;
use signalbox_model::time::Timestamp;
use signalbox_sdk::codec::relp::{Decoder, write_frame};
use signalbox_sdk::testkit::certification::{Certification, Message, Place, Sender, Sent, Setup};

pub(super) const CERTIFICATION: &[Certification] = &[Certification::Sender(|| Arc::new(Device))];

struct Device;

impl Sender for Device {
    fn setup(&self, _: &Place) -> Setup {
        let config = json!({
            "direction": "receive",
            "relp": [{ "address": LISTEN }],
            "frame_bytes_max": "8KiB",
        });
        Setup { config, environment: Vec::new() }
    }

    fn listens_at(&self) -> Option<SocketAddr> {
        Some(LISTEN)
    }

    fn bytes(&self, message: &Message<'_>, now: Timestamp) -> Result<Vec<u8>, &'static str> {
        let data = match *message {
            Message::Event(id, text) => line(id, text, now),
            Message::Large(id) => line(id, &"x".repeat(64 << 10), now),
            Message::Stranger(_) => {
                return Err("syslog has no credentials; with TLS the connection has them");
            }
            Message::Expired(_) => return Err("syslog has no credentials that could expire"),
            Message::Invalid => return Ok(b"this is no frame of RELP at all\n".to_vec()),
        };
        let mut bytes = Vec::new();
        write_frame(1, "open", OFFERS, &mut bytes);
        write_frame(MESSAGE, "syslog", data.as_bytes(), &mut bytes);
        Ok(bytes)
    }

    fn read(&self, answer: &[u8]) -> Option<Sent> {
        let (mut decoder, mut input) = (Decoder::new(answer.len()), BytesMut::from(answer));
        while let Ok(Some(frame)) = decoder.next(&mut input) {
            if frame.transaction == MESSAGE {
                let words = String::from_utf8_lossy(&frame.data).into_owned();
                return Some(if words.starts_with("200") {
                    Sent::Taken
                } else {
                    Sent::Refused(words)
                });
            }
        }
        None
    }

    fn knows_repeats(&self) -> Result<(), &'static str> {
        Err("syslog messages have no id: what was not acknowledged and comes again stands twice")
    }
}

fn line(id: &str, text: &str, now: Timestamp) -> String {
    format!("<132>1 {now} host-1 certified - - - {id} {text}")
}

const MESSAGE: u32 = 2;
const OFFERS: &[u8] = b"relp_version=0\nrelp_software=device\ncommands=syslog";

/// A port from the kernel, on an address of its own.
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2)), 0);
