//! The attributes that LEEF names, as integers to switch on.

use crate::codec::names::Names;

/// An attribute of LEEF; names are told apart by case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Attribute {
    /// `cat`: the category of the event.
    Cat,
    /// `devTime`: when the event happened, as the device wrote it.
    DevTime,
    /// `devTimeFormat`: the pattern of `devTime`, in the letters of Java.
    DevTimeFormat,
    /// `proto`: the transport protocol, by name or number.
    Proto,
    /// `sev`: how bad it is, from 1 to 10.
    Sev,
    /// `src`: the address of the source.
    Src,
    /// `dst`: the address of the destination.
    Dst,
    /// `srcPort`: the port of the source.
    SrcPort,
    /// `dstPort`: the port of the destination.
    DstPort,
    /// `srcPreNAT`: the source's address before the translation.
    SrcPreNat,
    /// `dstPreNAT`: the destination's address before the translation.
    DstPreNat,
    /// `srcPostNAT`: the source's address after the translation.
    SrcPostNat,
    /// `dstPostNAT`: the destination's address after the translation.
    DstPostNat,
    /// `srcPreNATPort`: the source's port before the translation.
    SrcPreNatPort,
    /// `dstPreNATPort`: the destination's port before the translation.
    DstPreNatPort,
    /// `srcPostNATPort`: the source's port after the translation.
    SrcPostNatPort,
    /// `dstPostNATPort`: the destination's port after the translation.
    DstPostNatPort,
    /// `srcMAC`: the hardware address of the source.
    SrcMac,
    /// `dstMAC`: the hardware address of the destination.
    DstMac,
    /// `usrName`: the name of the user.
    UsrName,
    /// `accountName`: the account of the user.
    AccountName,
    /// `identSrc`: the address of an identity event.
    IdentSrc,
    /// `identHostName`: the host name of an identity event.
    IdentHostName,
    /// `identNetBios`: the NetBIOS name of an identity event.
    IdentNetBios,
    /// `identGrpName`: the group of an identity event.
    IdentGrpName,
    /// `identMAC`: the hardware address of an identity event.
    IdentMac,
    /// `domain`: the domain of the user.
    Domain,
    /// `groupID`: the group of the user.
    GroupId,
    /// `vSrc`: the address of the virtual source.
    VSrc,
    /// `vSrcName`: the name of the virtual source.
    VSrcName,
    /// `srcBytes`: bytes from the source.
    SrcBytes,
    /// `dstBytes`: bytes from the destination.
    DstBytes,
    /// `totalBytes`: bytes in both directions.
    TotalBytes,
    /// `srcPackets`: packets from the source.
    SrcPackets,
    /// `dstPackets`: packets from the destination.
    DstPackets,
    /// `totalPackets`: packets in both directions.
    TotalPackets,
    /// `policy`: the policy that applied.
    Policy,
    /// `resource`: the resource that was used.
    Resource,
    /// `url`: the URL that was asked for.
    Url,
    /// `role`: the role of the user.
    Role,
    /// `realm`: the realm of the user.
    Realm,
    /// `calLanguage`: the language of the device's times.
    CalLanguage,
    /// `calCountryOrRegion`: the country of the device's times.
    CalCountryOrRegion,
    /// `isLoginEvent`: whether it is a logon.
    IsLoginEvent,
    /// `isLogoutEvent`: whether it is a logoff.
    IsLogoutEvent,
}

impl Attribute {
    /// Returns the attribute of a name; others are the sender's own.
    pub fn resolve(name: &str) -> Option<Self> {
        ATTRIBUTES.get(usize::from(NAMES.find(name.as_bytes())?)).map(|(attribute, _)| *attribute)
    }

    /// Returns the name on the wire.
    pub const fn name(self) -> &'static str {
        ATTRIBUTES[self as usize].1
    }
}

/// In the order of [`Attribute`].
const ATTRIBUTES: &[(Attribute, &str)] = &[
    (Attribute::Cat, "cat"),
    (Attribute::DevTime, "devTime"),
    (Attribute::DevTimeFormat, "devTimeFormat"),
    (Attribute::Proto, "proto"),
    (Attribute::Sev, "sev"),
    (Attribute::Src, "src"),
    (Attribute::Dst, "dst"),
    (Attribute::SrcPort, "srcPort"),
    (Attribute::DstPort, "dstPort"),
    (Attribute::SrcPreNat, "srcPreNAT"),
    (Attribute::DstPreNat, "dstPreNAT"),
    (Attribute::SrcPostNat, "srcPostNAT"),
    (Attribute::DstPostNat, "dstPostNAT"),
    (Attribute::SrcPreNatPort, "srcPreNATPort"),
    (Attribute::DstPreNatPort, "dstPreNATPort"),
    (Attribute::SrcPostNatPort, "srcPostNATPort"),
    (Attribute::DstPostNatPort, "dstPostNATPort"),
    (Attribute::SrcMac, "srcMAC"),
    (Attribute::DstMac, "dstMAC"),
    (Attribute::UsrName, "usrName"),
    (Attribute::AccountName, "accountName"),
    (Attribute::IdentSrc, "identSrc"),
    (Attribute::IdentHostName, "identHostName"),
    (Attribute::IdentNetBios, "identNetBios"),
    (Attribute::IdentGrpName, "identGrpName"),
    (Attribute::IdentMac, "identMAC"),
    (Attribute::Domain, "domain"),
    (Attribute::GroupId, "groupID"),
    (Attribute::VSrc, "vSrc"),
    (Attribute::VSrcName, "vSrcName"),
    (Attribute::SrcBytes, "srcBytes"),
    (Attribute::DstBytes, "dstBytes"),
    (Attribute::TotalBytes, "totalBytes"),
    (Attribute::SrcPackets, "srcPackets"),
    (Attribute::DstPackets, "dstPackets"),
    (Attribute::TotalPackets, "totalPackets"),
    (Attribute::Policy, "policy"),
    (Attribute::Resource, "resource"),
    (Attribute::Url, "url"),
    (Attribute::Role, "role"),
    (Attribute::Realm, "realm"),
    (Attribute::CalLanguage, "calLanguage"),
    (Attribute::CalCountryOrRegion, "calCountryOrRegion"),
    (Attribute::IsLoginEvent, "isLoginEvent"),
    (Attribute::IsLogoutEvent, "isLogoutEvent"),
];

static NAMES: Names<128> = {
    let mut names = Names::new();
    let mut at = 0;
    while at < ATTRIBUTES.len() {
        names.insert(ATTRIBUTES[at].1, at as u8);
        at += 1;
    }
    names
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_to_its_attribute_and_back() {
        for (number, (attribute, name)) in ATTRIBUTES.iter().enumerate() {
            assert_eq!(*attribute as usize, number, "{name}");
            assert_eq!(Attribute::resolve(name), Some(*attribute));
            assert_eq!(attribute.name(), *name);
        }
        assert_eq!(Attribute::resolve("SRC"), None);
    }
}
