//! Squid's own access log, which Cisco's web gateways write too: one request a line.

use signalbox_model::ocsf::ClassUid;

use super::super::mapping::attribute::Attribute;
use super::super::mapping::record::Record;
use super::{Profile, infected};

static PROFILE: Profile =
    Profile { class: |_| ClassUid::HttpActivity, keys: &[], fields: &[], resource: infected };

/// Reads `1782736496.123 382 10.0.0.13 TCP_MISS/200 4646 GET http://… user DIRECT/192.0.2.1 text/html`.
pub(super) fn read(text: &str) -> Option<(Record<'_>, &'static Profile)> {
    let mut words = text.split(' ').filter(|word| !word.is_empty());
    let time = words.next().filter(|word| is_stamp(word))?;
    let elapsed = words.next()?;
    let client = words.next()?;
    let (result, status) = words.next()?.split_once('/')?;
    let (size, method, url) = (words.next()?, words.next()?, words.next()?);
    if !result.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_') {
        return None;
    }
    let (user, peer, kind) = (words.next()?, words.next()?, words.next().unwrap_or_default());
    let mut record = Record { format: "squid", product: "squid".into(), ..Record::default() };
    record.push("message", Attribute::Message, text);
    record.push("time", Attribute::ReceiptTime, time);
    record.push("elapsed_ms", Attribute::Unmapped, elapsed);
    record.push("client", Attribute::SourceIp, client);
    record.push("result", Attribute::StatusCode, result);
    record.push(
        "action",
        Attribute::Action,
        if result.contains("DENIED") { "deny" } else { "allow" },
    );
    record.push("status", Attribute::ResponseCode, status);
    record.push("size", Attribute::BytesIn, size);
    record.push("method", Attribute::Method, method);
    record.push("url", Attribute::Url, url);
    record.push("user", Attribute::UserName, user);
    let server = peer.split_once('/').map(|(_, server)| server).unwrap_or_default();
    record.push("server", Attribute::DestinationHost, server);
    record.push("type", Attribute::ContentType, kind);
    Some((record, &PROFILE))
}

/// Ten digits, a point and three more.
fn is_stamp(word: &str) -> bool {
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    word.split_once('.').is_some_and(|(seconds, rest)| {
        seconds.len() == 10 && rest.len() == 3 && is_number(seconds) && is_number(rest)
    })
}
