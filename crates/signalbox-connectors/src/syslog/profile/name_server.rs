//! Name servers: BIND's query log, which Infoblox writes too, and Infoblox's CEF.

use signalbox_model::ocsf::ClassUid;
use signalbox_sdk::codec::cef::Field;

use super::super::mapping::attribute::Attribute;
use super::super::mapping::record::Record;
use super::sentence::{after, word_after};
use super::{Profile, infected};

/// Infoblox NIOS: look-ups that a response policy or threat protection touched.
pub(super) static INFOBLOX: Profile = Profile {
    class: |_| ClassUid::DnsActivity,
    keys: &[
        ("qtype", Attribute::QueryType),
        ("fqdn", Attribute::QueryName),
        ("CAT", Attribute::Category),
        ("hit_count", Attribute::Count),
    ],
    fields: &[(Field::ApplicationProtocol, Attribute::AppProtocol)],
    resource: infected,
};

static QUERIES: Profile =
    Profile { class: |_| ClassUid::DnsActivity, keys: &[], fields: &[], resource: infected };

/// Reads `client @0x7f 192.0.2.3#61568 (example.com): query: example.com IN A + (192.0.2.53)`, with
/// Infoblox's `response: NXDOMAIN` where it has one.
pub(super) fn read(text: &str) -> Option<(Record<'_>, &'static Profile)> {
    let client = after(text, "client ")?;
    let query = after(client, " query: ")?;
    let mut words = query.split(' ');
    let (name, class, kind) = (words.next()?, words.next()?, words.next()?);
    let peer = client.split(' ').find(|word| word.contains('#'))?;
    let (address, port) = peer.split_once('#')?;
    let mut record = Record { format: "syslog", product: "named".into(), ..Record::default() };
    record.push("message", Attribute::Message, text);
    record.push("client", Attribute::SourceIp, address);
    record.push("client_port", Attribute::SourcePort, port.trim_end_matches(':'));
    record.push("name", Attribute::QueryName, name);
    record.push("class", Attribute::QueryClass, class);
    record.push("type", Attribute::QueryType, kind);
    record.push(
        "response",
        Attribute::AnswerCode,
        word_after(query, "response: ").unwrap_or_default(),
    );
    if let Some(server) = query.strip_suffix(')').and_then(|query| query.rsplit_once('(')) {
        record.push("server", Attribute::DestinationIp, server.1);
    }
    Some((record, &QUERIES))
}
