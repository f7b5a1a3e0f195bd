//! Web application firewalls. Those that tell of requests make HTTP activities with a disposition,
//! those that tell of violations make findings.

use signalbox_model::ocsf::ClassUid;
use signalbox_sdk::codec::cef::Field;

use super::super::mapping::attribute::Attribute;
use super::Profile;

/// Imperva Cloud WAF (Incapsula): every request that was looked at, be it normal or not.
pub(super) static IMPERVA_CLOUD: Profile = Profile {
    class: |_| ClassUid::HttpActivity,
    keys: &[
        ("qstr", Attribute::UrlQuery),
        ("ref", Attribute::Referrer),
        ("requestmethod", Attribute::Method),
        ("sip", Attribute::DestinationIp),
        ("spt", Attribute::DestinationPort),
        ("cpt", Attribute::SourcePort),
        ("caIP", Attribute::SourceForwardedFor),
        ("xff", Attribute::ForwardedFor),
        ("ccode", Attribute::SourceCountry),
        ("cn1", Attribute::ResponseCode),
        ("statusCode", Attribute::ResponseCode),
        ("Rule name", Attribute::RuleName),
        ("deviceExternalID", Attribute::OriginalUid),
        ("fileid", Attribute::ConnectionUid),
    ],
    // `deviceExternalId` is the request's id, `suid` the customer's, `fileId` the session's; the
    // site is named as the source's service, and `spt` is the port of the server.
    fields: &[
        (Field::DeviceExternalId, Attribute::OriginalUid),
        (Field::FileId, Attribute::ConnectionUid),
        (Field::SourceUserId, Attribute::Unmapped),
        (Field::SourceServiceName, Attribute::DestinationHost),
        (Field::SourcePort, Attribute::DestinationPort),
        (Field::DestinationProcessName, Attribute::Unmapped),
        (Field::FileType, Attribute::Unmapped),
    ],
    resource: super::attacked,
};

/// Imperva WAF Gateway and SecureSphere: alerts by policy, and events of the system.
pub(super) static IMPERVA_GATEWAY: Profile = Profile {
    class: |record| match record.get(Attribute::Category) {
        Some("SystemEvent" | "Audit") => ClassUid::EntityManagement,
        _ => ClassUid::DetectionFinding,
    },
    keys: &[
        ("Policy", Attribute::PolicyName),
        ("ServiceName", Attribute::DestinationService),
        ("HTTPHeaderRequest-URLMethod", Attribute::Method),
        ("HTTPHeaderRequest-URLPath", Attribute::Url),
        ("HTTPHeaderRequest-Parameters", Attribute::UrlQuery),
        ("EventID", Attribute::OriginalUid),
        ("SessionID", Attribute::ConnectionUid),
    ],
    fields: &[],
    resource: super::attacked,
};

/// Barracuda WAF and WAF-as-a-Service: access (`TR`) and firewall (`WF`) logs of requests.
pub(super) static BARRACUDA: Profile = Profile {
    class: |_| ClassUid::HttpActivity,
    keys: &[
        ("ProtocolVersion", Attribute::HttpVersion),
        ("RuleID", Attribute::RuleName),
        ("SessionID", Attribute::ConnectionUid),
        ("ProxyIP", Attribute::ForwardedFor),
    ],
    // The response's code stands as outcome, the query as message.
    fields: &[
        (Field::EventOutcome, Attribute::ResponseCode),
        (Field::Message, Attribute::UrlQuery),
    ],
    resource: super::attacked,
};

/// Citrix NetScaler's application firewall: violations. It names no labels.
pub(super) static NETSCALER: Profile = Profile {
    class: |record| match &*record.code {
        "APPFW" => ClassUid::DetectionFinding,
        _ => super::fallback::activity(record),
    },
    keys: &[
        ("method", Attribute::Method),
        ("cs1", Attribute::PolicyName),
        ("cs3", Attribute::ConnectionUid),
        ("cn2", Attribute::CorrelationUid),
    ],
    fields: &[],
    resource: super::attacked,
};

/// A10 Thunder's WAF: sessions and requests.
pub(super) static A10: Profile = Profile {
    class: |_| ClassUid::HttpActivity,
    keys: &[("cs1", Attribute::PolicyName)],
    fields: &[],
    resource: super::attacked,
};

/// Contrast's agent: attacks on the application it sits in. Its name quotes the attack, so that only
/// `pri` names the kind of it.
pub(super) static CONTRAST: Profile = Profile {
    class: |record| match &*record.code {
        "SECURITY" => ClassUid::DetectionFinding,
        _ => ClassUid::EntityManagement,
    },
    keys: &[("pri", Attribute::Signature)],
    fields: &[(Field::ApplicationProtocol, Attribute::DestinationService)],
    resource: super::attacked,
};
