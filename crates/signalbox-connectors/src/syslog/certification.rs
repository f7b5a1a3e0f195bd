//! What a certification has to know of syslog: a receiver of RELP, and a device that sends over it.
//! RELP answers each message once it is safe; the other transports have no answers to judge.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, OnceLock};

use axum::Router;
use bytes::BytesMut;
use serde_json::{Value, json};
use signalbox_model::time::Timestamp;
use signalbox_sdk::codec::relp::{Decoder, write_frame};
use signalbox_sdk::testkit::certification::{
    Certification, Held, Message, Place, Plan, Receiver, Sender, Sent, Setup, Trouble, Vendor,
};

use super::simulator::{ReceiverFault, ReceiverProtocol, SyslogReceiver};

pub(super) const CERTIFICATION: &[Certification] = &[
    Certification::Destination(|_| Arc::new(Collector::default())),
    Certification::Sender(|| Arc::new(Device)),
];

/// A receiver that the hub sends to; it starts when it is set up.
#[derive(Default)]
struct Collector {
    receiver: OnceLock<SyslogReceiver>,
}

impl Vendor for Collector {
    fn router(&self) -> Option<Router> {
        None
    }

    fn setup(&self, _: &Place) -> Setup {
        let started = SyslogReceiver::start(ReceiverProtocol::Relp, None).ok();
        let address = started.as_ref().map(SyslogReceiver::address);
        if let Some(receiver) = started {
            self.receiver.set(receiver).ok();
        }
        let config = json!({
            "direction": "send",
            "to": address.map(|address| address.to_string()),
            "transport": "relp",
            "message_bytes_max": "1MiB",
            "timeout": "300ms",
        });
        Setup { config, environment: Vec::new() }
    }

    fn plan(&self, trouble: &Trouble) -> Plan {
        let fault = match trouble {
            Trouble::Unavailable => ReceiverFault::Close,
            Trouble::Rejected => ReceiverFault::RefuseOne,
            Trouble::Slow(_) => ReceiverFault::Silent,
            Trouble::Drip => ReceiverFault::Drip,
            Trouble::CutBefore => ReceiverFault::Lose,
            Trouble::CutAfter => ReceiverFault::CutAfter(1),
            Trouble::ExecuteLate(wait) => ReceiverFault::TakeLate(*wait),
            Trouble::Oversized => {
                let head = format!("2 rsp {} 200 ", OVERSIZED + 4);
                ReceiverFault::Reply([head.as_bytes(), &vec![b' '; OVERSIZED], b"\n"].concat())
            }
            Trouble::Unreadable => ReceiverFault::Reply(b"this is no frame of RELP\n".to_vec()),
            Trouble::ErrorInside => {
                return Plan::NotApplicable(
                    "an answer of RELP is a status and words: there is no body that could say otherwise",
                );
            }
            Trouble::Unauthorized(_) => {
                return Plan::NotApplicable(
                    "syslog has no credentials but the certificates of TLS, and who refuses those is `unavailable`",
                );
            }
            Trouble::Throttled(_) => {
                return Plan::NotApplicable("a receiver slows a sender down by answering later");
            }
            Trouble::Redirect(_) => return Plan::NotApplicable("RELP knows no redirects"),
            Trouble::Expired => return Plan::NotApplicable("nothing is granted that could expire"),
        };
        let Some(receiver) = self.receiver.get() else { return Plan::Undeclared };
        match trouble {
            Trouble::Unavailable => receiver.set_always(Some(fault)),
            _ => receiver.plant(fault),
        }
        // Faults befall connections: the one that is open has none.
        receiver.hang_up();
        Plan::Arranged
    }

    fn mend(&self) {
        if let Some(receiver) = self.receiver.get() {
            receiver.set_always(None);
        }
    }
}

impl Receiver for Collector {
    /// A message that is no notification is held without a key, which no delivery has.
    fn held(&self) -> Vec<Held> {
        let messages = self.receiver.get().map(SyslogReceiver::messages).unwrap_or_default();
        messages.iter().map(|message| held(message)).collect()
    }
}

fn held(message: &str) -> Held {
    let document = message.find('{').and_then(|at| message.get(at..)).unwrap_or_default();
    let document: Value = serde_json::from_str(document).unwrap_or_default();
    let data = &document["data"];
    let part = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let rendered = &data["rendered"];
    Held {
        key: part(&data["key"]),
        text: format!("{}\n{}", part(&rendered["title"]), part(&rendered["body"])),
    }
}

/// More than is read of an answer.
const OVERSIZED: usize = 1 << 20;

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
