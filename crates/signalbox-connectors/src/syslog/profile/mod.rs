//! Profiles: what a product means by its keys, and what class its events are of.
//!
//! A profile is a table and a few questions; it holds no state and copies nothing. Products of CEF and
//! LEEF are found by vendor and product, senders of other formats by the shape of their messages
//! ([`recognize`]). One rule holds for all: a *finding* is what a security product calls an alert, an
//! attack or a detection. What a firewall let through or refused, and what a proxy was asked for, is
//! activity with a disposition, however bad it looks: rules turn it into alerts where they say so.

mod check_point;
mod cisco_asa;
mod cisco_ise;
mod endpoint;
mod fallback;
mod firewall;
mod fortigate;
mod identity;
mod login;
mod name_server;
mod network_detection;
mod packet_filter;
mod panos;
mod proxy;
mod sentence;
mod suricata;
mod web_firewall;

use signalbox_model::ocsf::ClassUid;
use signalbox_sdk::codec::cef::Field;
use signalbox_sdk::codec::syslog::Message;

use super::mapping::attribute::Attribute;
use super::mapping::homes::{ENDS, SOMEBODY, WEB};
use super::mapping::keys::meaning;
use super::mapping::record::Record;

pub(super) use fallback::{ANY_PAIRS, ANY_PRODUCT};
pub(super) use suricata::PROFILE as SURICATA;

/// What is known about a product.
#[derive(Clone, Copy)]
pub(super) struct Profile {
    class: fn(&Record<'_>) -> ClassUid,
    /// Keys of its own, and labels of custom values.
    keys: &'static [(&'static str, Attribute)],
    /// Keys of CEF's dictionary that it uses in another sense.
    fields: &'static [(Field, Attribute)],
    resource: for<'r, 'a> fn(&'r Record<'a>) -> Option<&'r str>,
}

impl Profile {
    /// Returns the class of an event, for which the line has what the class requires.
    pub(super) fn class(&self, record: &Record<'_>) -> ClassUid {
        let class = (self.class)(record);
        let is_possible = match class {
            ClassUid::NetworkActivity | ClassUid::DnsActivity => record.has(ENDS),
            ClassUid::HttpActivity => record.has(WEB),
            ClassUid::Authentication => record.has(SOMEBODY),
            _ => true,
        };
        match record.format {
            _ if is_possible => class,
            "CEF" | "LEEF" => ClassUid::EntityManagement,
            _ => ClassUid::Base,
        }
    }

    /// Returns what a key or a label of the product means.
    pub(super) fn key(&self, name: &str) -> Option<Attribute> {
        find(self.keys, &name)
    }

    /// Returns what a key of the dictionary means to this product, where that is something else.
    pub(super) fn field(&self, field: Field) -> Option<Attribute> {
        find(self.fields, &field)
    }

    /// Returns whether its reader takes the structured data of RFC 5424 for the message.
    pub(super) fn reads_structured_data(&self) -> bool {
        std::ptr::eq(self.keys, check_point::KEYS)
    }

    /// Returns the thing that a finding is about.
    pub(super) fn resource<'r>(&self, record: &'r Record<'_>) -> Option<&'r str> {
        (self.resource)(record)
    }
}

/// Returns the profile of a product, as the header of CEF or LEEF names it.
pub(super) fn of_product(vendor: &str, product: &str) -> &'static Profile {
    match vendor {
        "Palo Alto Networks" => &panos::CEF,
        "Fortinet" => &fortigate::CEF,
        "Check Point" => &check_point::CEF,
        "Incapsula" => &web_firewall::IMPERVA_CLOUD,
        "Imperva Inc." => &web_firewall::IMPERVA_GATEWAY,
        "BarracudaNetworks" | "Barracuda" => &web_firewall::BARRACUDA,
        "Citrix" => &web_firewall::NETSCALER,
        "A10" => &web_firewall::A10,
        "Contrast Security" => &web_firewall::CONTRAST,
        "FireEye" | "fireeye" | "Trellix" => &network_detection::FIREEYE,
        "Vectra Networks" => &network_detection::VECTRA,
        "NETSCOUT" => &network_detection::ARBOR,
        "Claroty" => &network_detection::CLAROTY,
        "Guardicore" => &firewall::GUARDICORE,
        "Infoblox" => &name_server::INFOBLOX,
        "Cisco" => &firewall::CISCO,
        "Trend Micro" => &endpoint::DEEP_SECURITY,
        "KasperskyLab" => &endpoint::KASPERSKY,
        "ABAP-Experts" => &endpoint::SECURITY_BRIDGE,
        "Varonis Inc." => &endpoint::VARONIS,
        "Cyber-Ark" => &identity::VAULT,
        "CyberArk" => match product {
            "PTA" => &identity::THREAT_ANALYTICS,
            _ => &identity::VAULT,
        },
        "Adallom" | "MCAS" => &identity::CLOUD_APP_SECURITY,
        "Illumio" | "Microsoft" | "TIM" => &identity::AUDIT,
        "Netwrix" => &identity::NETWRIX,
        "ArcSight" | "OPSWAT" | "PowerTech" => &identity::ADMINISTRATION,
        _ => &ANY_PRODUCT,
    }
}

/// Reads a message that is in no format of its own, where a product is known by its shape.
pub(super) fn recognize<'a>(message: &Message<'a>) -> Option<(Record<'a>, &'static Profile)> {
    let text = message.text;
    cisco_asa::read(text)
        .or_else(|| panos::read(text))
        .or_else(|| fortigate::read(text))
        .or_else(|| check_point::read(message))
        .or_else(|| cisco_ise::read(message))
        .or_else(|| login::read(message))
        .or_else(|| packet_filter::read(message))
        .or_else(|| name_server::read(text))
        .or_else(|| proxy::read(text))
}

fn find<K: PartialEq>(table: &[(K, Attribute)], wanted: &K) -> Option<Attribute> {
    table.iter().find(|(key, _)| key == wanted).map(|(_, attribute)| *attribute)
}

/// The thing that was attacked: what the traffic went to.
fn attacked<'r>(record: &'r Record<'_>) -> Option<&'r str> {
    let destination =
        [Attribute::DestinationHost, Attribute::DestinationService, Attribute::DestinationIp];
    let address = || record.get(Attribute::Url).and_then(host_of);
    record.first(&destination).or_else(address)
}

/// The thing that misbehaves: where the traffic came from.
fn infected<'r>(record: &'r Record<'_>) -> Option<&'r str> {
    record.first(&[Attribute::SourceHost, Attribute::SourceIp]).or_else(|| attacked(record))
}

/// The machine that tells of itself.
fn endpoint<'r>(record: &'r Record<'_>) -> Option<&'r str> {
    let own = [Attribute::DeviceHost, Attribute::DeviceIp, Attribute::DestinationHost];
    record.first(&own).or_else(|| infected(record))
}

/// The account it is about.
fn account<'r>(record: &'r Record<'_>) -> Option<&'r str> {
    let names = [Attribute::UserName, Attribute::TargetName];
    record.first(&names).or_else(|| infected(record))
}

/// The host of an address on the web, where it begins with a scheme.
fn host_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    rest.split(['/', '?', ':']).next().filter(|host| !host.is_empty())
}
