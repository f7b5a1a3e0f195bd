//! Cisco ASA and its kin (FTD, PIX, FWSM): sentences numbered by kind.
//!
//! Only numbers whose sentence is known are taken apart: connections and log-ins. The others are Base
//! Events with their number as `event_code`. Facts: "Cisco Secure Firewall ASA Series Syslog
//! Messages" (read 2026-11-22).

use signalbox_model::Severity;
use signalbox_model::ocsf::ClassUid;

use super::super::mapping::SYSLOG_SEVERITIES;
use super::super::mapping::attribute::Attribute;
use super::super::mapping::record::Record;
use super::sentence::{after, between, word_after};
use super::{Profile, infected};

static PROFILE: Profile = Profile {
    class: |record| match kind(&record.code) {
        Kind::Connection => ClassUid::NetworkActivity,
        Kind::Login => ClassUid::Authentication,
        Kind::Other => ClassUid::Base,
    },
    keys: &[],
    fields: &[],
    resource: infected,
};

/// Reads `%ASA-6-302013: Built outbound TCP connection …`.
pub(super) fn read(text: &str) -> Option<(Record<'_>, &'static Profile)> {
    let (mnemonic, sentence) = text.strip_prefix('%')?.split_once(':')?;
    let mut parts = mnemonic.split('-');
    let product = parts.next().filter(|name| PRODUCTS.contains(name))?;
    let code = parts.next_back().filter(|code| code.len() == 6)?;
    let level = parts.next_back()?;
    let sentence = sentence.trim_start();
    let mut record = Record {
        format: "syslog",
        vendor: "Cisco".into(),
        product: product.into(),
        code: code.into(),
        severity: Some(SYSLOG_SEVERITIES.severity(level))
            .filter(|known| *known != Severity::Unknown),
        ..Record::default()
    };
    record.push("message", Attribute::Message, sentence);
    match kind(code) {
        Kind::Connection => read_connection(&mut record, code, sentence),
        Kind::Login => read_login(&mut record, sentence),
        Kind::Other => {}
    }
    Some((record, &PROFILE))
}

enum Kind {
    Connection,
    Login,
    Other,
}

fn kind(code: &str) -> Kind {
    match code {
        "106001" | "106006" | "106007" | "106014" | "106015" | "106021" | "106023" | "106100"
        | "302013" | "302014" | "302015" | "302016" | "302020" | "302021" | "313001" | "710002"
        | "710003" | "710005" => Kind::Connection,
        "113004" | "113005" | "113012" | "113015" | "113019" | "113039" | "605004" | "605005"
        | "611101" | "611102" | "716001" | "716002" | "716038" | "716039" | "722022" | "722023" => {
            Kind::Login
        }
        _ => Kind::Other,
    }
}

fn read_connection<'a>(record: &mut Record<'a>, code: &str, sentence: &'a str) {
    let starts_with = |words: &[&str]| words.iter().any(|word| sentence.starts_with(word));
    let is_denied = starts_with(&["Deny", "Denied"]) || sentence.contains(" denied");
    record.push("action", Attribute::Action, if is_denied { "deny" } else { "allow" });
    let mut protocols = ["TCP", "UDP", "ICMP", "tcp", "udp", "icmp"].into_iter();
    let protocol = protocols.find(|name| sentence.contains(*name));
    record.push("protocol", Attribute::Protocol, protocol.unwrap_or_default());
    let direction = ["inbound", "outbound"].into_iter().find(|word| sentence.contains(*word));
    record.push("direction", Attribute::Direction, direction.unwrap_or_default());

    let pairs = [
        ("src ", " dst "),
        ("from ", " to "),
        (" for ", " to "),
        ("faddr ", " laddr "),
        ("itted ", "-> "),
        ("enied ", "-> "),
    ];
    let ends = pairs.iter().find_map(|(first, second)| {
        Some((End::after(sentence, first)?, End::after(sentence, second)?))
    });
    let Some((first, second)) = ends else { return };
    let began = match code {
        // What is built outward is named from the far end.
        "302013" | "302015" | "302020" if direction == Some("outbound") => Began::Second,
        "302014" | "302016" => Began::by_ports(&first, &second),
        "302021" => Began::Unknown,
        _ => Began::First,
    };
    let (source, destination) = match began {
        Began::Second => (second, first),
        Began::First | Began::Unknown => (first, second),
    };
    let are_known = if matches!(began, Began::Unknown) { "false" } else { "true" };
    record.push("ends_known", Attribute::EndsKnown, are_known);
    record.push("source", Attribute::SourceIp, source.address);
    record.push("source_port", Attribute::SourcePort, source.port);
    record.push("source_interface", Attribute::SourceInterface, source.interface);
    record.push("destination", Attribute::DestinationIp, destination.address);
    record.push("destination_port", Attribute::DestinationPort, destination.port);
    record.push("destination_interface", Attribute::DestinationInterface, destination.interface);
    record.push(
        "rule",
        Attribute::RuleName,
        between(sentence, "access-group \"", "\"").unwrap_or_default(),
    );
    record.push("bytes", Attribute::Bytes, word_after(sentence, " bytes ").unwrap_or_default());
    record.push(
        "connection",
        Attribute::ConnectionUid,
        word_after(sentence, "connection ").filter(|id| is_number(id)).unwrap_or_default(),
    );
}

fn read_login<'a>(record: &mut Record<'a>, sentence: &'a str) {
    let user = ["user = ", "Username = ", "for user ", "Uname: ", "User "];
    let user = user.iter().find_map(|mark| word_after(sentence, mark));
    record.push("user", Attribute::UserName, user.unwrap_or_default());
    let address = ["user IP = ", ", IP = ", "IP <", "IP address: "];
    let address = address.iter().find_map(|mark| word_after(sentence, mark));
    let from = || End::after(sentence, "from ").map(|end| end.address);
    record.push("source", Attribute::SourceIp, address.or_else(from).unwrap_or_default());
    record.push("reason", Attribute::Reason, word_after(sentence, "reason = ").unwrap_or_default());
    let is_failed =
        ["denied", "Rejected", "rejected", "failed"].iter().any(|word| sentence.contains(word));
    record.push("outcome", Attribute::Outcome, if is_failed { "failure" } else { "success" });
    if ["disconnected", "terminated"].iter().any(|word| sentence.contains(word)) {
        record.name = "session end".into();
    }
}

/// Which of the two ends that a message names began the connection.
enum Began {
    First,
    Second,
    Unknown,
}

impl Began {
    /// A teardown names the ends as the message of the beginning did and leaves out which way it went
    /// ("How do you interpret the syslogs generated by the ASA", Cisco document 116149, read
    /// 2026-11-22). What is certain is only a server's port at one end alone.
    fn by_ports(first: &End<'_>, second: &End<'_>) -> Self {
        match (first.is_server(), second.is_server()) {
            (true, false) => Self::Second,
            (false, true) => Self::First,
            _ => Self::Unknown,
        }
    }
}

/// One end of a connection: `inside:10.0.0.1/53`, `10.0.0.1/53`, `inside/10.0.0.1(53)`.
struct End<'a> {
    interface: &'a str,
    address: &'a str,
    port: &'a str,
}

impl<'a> End<'a> {
    fn after(sentence: &'a str, mark: &str) -> Option<Self> {
        let token = after(sentence, mark)?.split([' ', ',']).next()?;
        if let Some((rest, port)) = token.strip_suffix(')').and_then(|token| token.split_once('('))
        {
            // `10.0.0.1/53(LOCAL\bob)` has a user there.
            if let (Some((interface, address)), true) = (rest.split_once('/'), is_number(port)) {
                return Some(Self { interface, address, port });
            }
        }
        let token = token.split('(').next()?;
        let (interface, rest) = match token.rsplit_once(':') {
            Some((interface, rest)) if !interface.contains(':') => (interface, rest),
            _ => ("", token),
        };
        let (address, port) = rest.split_once('/').unwrap_or((rest, ""));
        let is_address = address.parse::<std::net::IpAddr>().is_ok() || address.contains('.');
        is_address.then_some(Self { interface, address, port })
    }

    /// Whether nobody but a server has its port. Privileged clients, such as those of NFS, take theirs
    /// from 512 on, and from 20 FTP's server calls back.
    fn is_server(&self) -> bool {
        self.port.parse::<u16>().is_ok_and(|port| matches!(port, 1..=19 | 21..=511))
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

const PRODUCTS: &[&str] = &["ASA", "FTD", "PIX", "FWSM"];
