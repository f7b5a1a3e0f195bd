//! Setting what is not set: every place is taken once, and says so.

use signalbox_model::ocsf::objects::{Location, NetworkEndpoint, User};
use signalbox_model::ocsf::{Text, ids};
use signalbox_model::time::Timestamp;
use signalbox_sdk::codec::date::{self, Dating};

use super::attribute::Attribute;
use super::{value, words};

/// Puts what says something about one end of a connection.
pub(super) fn put_end(end: &mut NetworkEndpoint, attribute: Attribute, value: &str) -> bool {
    use Attribute as A;

    match attribute {
        A::SourceIp | A::DestinationIp if value::is_address(value) => text(&mut end.ip, value),
        A::SourceIp | A::DestinationIp => put_address(end, value),
        A::SourceHost | A::DestinationHost => put_host(end, value),
        A::SourceUid | A::DestinationUid => text(&mut end.uid, value),
        A::SourcePort | A::DestinationPort => known(&mut end.port, value::port(value)),
        A::SourceMac | A::DestinationMac => text(&mut end.mac, value),
        A::SourceDomain | A::DestinationDomain => text(&mut end.domain, value),
        A::SourceZone | A::DestinationZone => text(&mut end.zone, value),
        A::SourceInterface | A::DestinationInterface => text(&mut end.interface_name, value),
        A::SourceService | A::DestinationService => text(&mut end.svc_name, value),
        A::SourceForwardedFor => {
            let Some(list) = addresses(value) else { return false };
            end.intermediate_ips.extend(list);
            true
        }
        A::SourceCountry | A::DestinationCountry => put_country(end, value),
        _ => false,
    }
}

/// Puts an address with its port, or else a name.
fn put_address(end: &mut NetworkEndpoint, value: &str) -> bool {
    match value::address_and_port(value) {
        Some((address, port)) if end.port.is_none() => {
            end.port = Some(port);
            text(&mut end.ip, address)
        }
        _ => text(&mut end.hostname, value),
    }
}

/// Puts a host's name; many senders repeat the address there.
fn put_host(end: &mut NetworkEndpoint, value: &str) -> bool {
    if end.hostname.is_none() && value::is_address(value) {
        return text(&mut end.ip, value);
    }
    text(&mut end.hostname, value)
}

fn put_country(end: &mut NetworkEndpoint, value: &str) -> bool {
    let is_code = value.len() == 2 && value.bytes().all(|byte| byte.is_ascii_uppercase());
    if !is_code {
        return false;
    }
    let location: &mut Location = end.location.get_or_insert_default();
    text(&mut location.country, value)
}

pub(super) fn put_user(user: &mut User, value: &str) -> bool {
    if user.name.is_some() {
        return user.name.as_deref() == Some(value);
    }
    match value::domain_and_name(value) {
        Some((domain, name)) if user.domain.is_none() => {
            user.domain = Some(Text::new(domain));
            user.name = Some(Text::new(name));
        }
        _ => user.name = Some(Text::new(value)),
    }
    user.type_id = user.name.as_deref().and_then(words::user_type);
    true
}

/// Sets a text that is not set; one that says the same is taken as well.
pub(super) fn text(place: &mut Option<Text>, value: &str) -> bool {
    match place {
        Some(known) => known.as_str() == value,
        None => {
            *place = Some(Text::new(value));
            true
        }
    }
}

pub(super) fn number(place: &mut Option<i64>, value: &str) -> bool {
    known(place, value::integer(value))
}

pub(super) fn time(place: &mut Option<Timestamp>, value: &str, dating: &Dating<'_>) -> bool {
    known(place, date::read(value, dating))
}

/// Sets what is not set, if there is something.
pub(super) fn known<T: PartialEq>(place: &mut Option<T>, value: Option<T>) -> bool {
    match (&*place, &value) {
        (_, None) => false,
        (Some(_), _) => *place == value,
        (None, _) => {
            *place = value;
            true
        }
    }
}

pub(super) fn push(list: &mut Vec<Text>, value: &str) -> bool {
    list.push(Text::new(value));
    true
}

/// Returns the addresses between commas, where all of them are some.
pub(super) fn addresses(value: &str) -> Option<impl Iterator<Item = Text>> {
    let all = value.split(',').map(str::trim);
    all.clone().all(value::is_address).then(|| all.map(Text::new))
}

/// Returns the number of an operating system's family, by its name.
pub(super) fn os_type(name: &str) -> i64 {
    let families = [
        ("windows", ids::os_type::WINDOWS),
        ("linux", ids::os_type::LINUX),
        ("mac", ids::os_type::MACOS),
        ("android", ids::os_type::ANDROID),
    ];
    let found = families.iter().find(|(word, _)| value::has_word(name, &[word]));
    found.map_or(ids::os_type::UNKNOWN, |(_, family)| *family)
}
