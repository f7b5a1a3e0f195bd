//! What travels: connections, their volume, name look-ups, encryption, and where addresses are.

use super::artifact::Fingerprint;
use super::identity::Session;
use crate::ocsf::object::Object;
use crate::ocsf::{Text, ids};
use crate::time::Timestamp;

/// A connection.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "network_connection_info")]
pub struct NetworkConnectionInfo {
    /// Which way it goes, see [`ids::direction`].
    #[object(or_unknown)]
    pub direction_id: Option<i64>,
    /// The direction's name.
    #[object(captions = ids::direction::CAPTIONS)]
    pub direction: Option<Text>,
    /// The transport protocol in lower case, such as `tcp`.
    pub protocol_name: Option<Text>,
    /// The protocol's IANA number.
    pub protocol_num: Option<i64>,
    /// The version of IP, see [`ids::protocol_version`].
    pub protocol_ver_id: Option<i64>,
    /// The version's name.
    #[object(captions = ids::protocol_version::CAPTIONS)]
    pub protocol_ver: Option<Text>,
    /// Which border it crosses, see [`ids::boundary`].
    pub boundary_id: Option<i64>,
    /// The border's name.
    #[object(captions = ids::boundary::CAPTIONS)]
    pub boundary: Option<Text>,
    /// The connection's id.
    pub uid: Option<Text>,
    /// The Community ID hash of the flow.
    pub community_uid: Option<Text>,
    /// The order in which TCP flags were seen.
    pub flag_history: Option<Text>,
    /// All TCP flags seen, as one number.
    pub tcp_flags: Option<i64>,
    /// The session it belongs to.
    pub session: Option<Box<Session>>,
}

/// How much travelled.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "network_traffic")]
pub struct NetworkTraffic {
    /// Bytes in both directions.
    pub bytes: Option<i64>,
    /// Bytes from destination to source.
    pub bytes_in: Option<i64>,
    /// Bytes from source to destination.
    pub bytes_out: Option<i64>,
    /// Packets in both directions.
    pub packets: Option<i64>,
    /// Packets from destination to source.
    pub packets_in: Option<i64>,
    /// Packets from source to destination.
    pub packets_out: Option<i64>,
    /// Bytes that were not seen.
    pub bytes_missed: Option<i64>,
    /// When counting began.
    pub start_time: Option<Timestamp>,
    /// When counting ended.
    pub end_time: Option<Timestamp>,
}

/// Where something is. Needs one of city, country, postal code or region.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "location")]
pub struct Location {
    /// The country, as two letters of ISO 3166-1.
    pub country: Option<Text>,
    /// The region, as ISO 3166-2.
    pub region: Option<Text>,
    /// The city.
    pub city: Option<Text>,
    /// The postal code.
    pub postal_code: Option<Text>,
    /// The continent.
    pub continent: Option<Text>,
    /// The place in words.
    pub desc: Option<Text>,
    /// Degrees north.
    pub lat: Option<f64>,
    /// Degrees east.
    pub long: Option<f64>,
    /// Who says so.
    pub provider: Option<Text>,
    /// Whether it is on the organization's own premises.
    pub is_on_premises: Option<bool>,
}

/// A network operator. Needs `number` or `name`.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "autonomous_system")]
pub struct AutonomousSystem {
    /// The number of the autonomous system.
    pub number: Option<i64>,
    /// The operator's name.
    pub name: Option<Text>,
}

/// What a name server was asked.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "dns_query")]
pub struct DnsQuery {
    /// The name asked for.
    pub hostname: Option<Text>,
    /// The record type, such as `AAAA`.
    pub r#type: Option<Text>,
    /// The record class, mostly `IN`.
    pub class: Option<Text>,
    /// What was asked for, see [`ids::dns_opcode`].
    pub opcode_id: Option<i64>,
    /// Its name.
    #[object(captions = ids::dns_opcode::CAPTIONS)]
    pub opcode: Option<Text>,
    /// The id in the packet.
    pub packet_uid: Option<i64>,
}

/// What a name server answered.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "dns_answer")]
pub struct DnsAnswer {
    /// The record's content.
    pub rdata: Option<Text>,
    /// The record type.
    pub r#type: Option<Text>,
    /// The record class.
    pub class: Option<Text>,
    /// How long it holds, in seconds.
    pub ttl: Option<i64>,
    /// The flags of the answer's header.
    pub flag_ids: Vec<i64>,
    /// The id in the packet.
    pub packet_uid: Option<i64>,
}

/// How a connection was encrypted.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "tls")]
pub struct Tls {
    /// The version, such as `TLSv1.3`.
    pub version: Option<Text>,
    /// The cipher suite.
    pub cipher: Option<Text>,
    /// The server name the client asked for.
    pub sni: Option<Text>,
    /// The server's certificate.
    pub certificate: Option<Box<Certificate>>,
    /// The chain of certificate serial numbers.
    pub certificate_chain: Vec<Text>,
    /// What the client offered.
    pub client_ciphers: Vec<Text>,
    /// What the server offered.
    pub server_ciphers: Vec<Text>,
    /// The client's JA3 fingerprint.
    pub ja3_hash: Option<Box<Fingerprint>>,
    /// The server's JA3S fingerprint.
    pub ja3s_hash: Option<Box<Fingerprint>>,
    /// The key's length in bits.
    pub key_length: Option<i64>,
    /// How long the handshake took, in milliseconds.
    pub handshake_dur: Option<i64>,
    /// The number of a TLS alert.
    pub alert: Option<i64>,
}

/// A certificate.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "certificate")]
pub struct Certificate {
    /// The issuer's distinguished name.
    pub issuer: Option<Text>,
    /// The serial number.
    pub serial_number: Option<Text>,
    /// The subject's distinguished name.
    pub subject: Option<Text>,
    /// The certificate's version.
    pub version: Option<Text>,
    /// The certificate's id.
    pub uid: Option<Text>,
    /// Its hashes.
    pub fingerprints: Vec<Fingerprint>,
    /// When it became valid.
    pub created_time: Option<Timestamp>,
    /// When it expires.
    pub expiration_time: Option<Timestamp>,
    /// Whether it signed itself.
    pub is_self_signed: Option<bool>,
}
