//! Which attributes each class has a place for, and which of them need another one beside them, so
//! that an event is valid OCSF however little its sender says.

use signalbox_model::ocsf::ClassUid;

use super::attribute::{Attribute as A, Attributes};

/// Returns what an event of this class takes, where its line has these attributes: those the class has
/// a place for, without those that mean nothing alone, such as a port without an address.
pub(super) fn taken(class: ClassUid, present: Attributes) -> Attributes {
    let mut taken = homes(class);
    for (group, anchors) in ANCHORED {
        if !present.meets(anchors.within(taken)) {
            taken = taken.without(*group);
        }
    }
    if class == ClassUid::DetectionFinding && !present.meets(EVIDENCE) {
        taken = taken.without(REQUEST).without(RESPONSE);
    }
    taken
}

/// The attributes a class has a place for.
const fn homes(class: ClassUid) -> Attributes {
    let ends = SOURCE.and(DESTINATION).and(CONNECTION);
    let web = REQUEST.and(RESPONSE);
    let own = match class {
        ClassUid::NetworkActivity => {
            ends.and(ENDS_KNOWN).and(TRAFFIC).and(APPLICATION).and(URL).and(TARGET)
        }
        ClassUid::HttpActivity => {
            ends.and(TRAFFIC).and(APPLICATION).and(URL).and(web).and(FILE).and(TARGET)
        }
        ClassUid::DnsActivity => ends.and(TRAFFIC).and(APPLICATION).and(QUERY).and(TARGET),
        ClassUid::Authentication => {
            SOURCE.and(DESTINATION).and(URL).and(web).and(TARGET).and(LOGON)
        }
        ClassUid::EntityManagement => SOURCE.and(URL).and(web).and(TARGET).and(ENTITY),
        ClassUid::DetectionFinding => {
            ends.and(URL).and(web).and(FILE).and(TARGET).and(QUERIED).and(FINDING)
        }
        _ => Attributes::of(&[]),
    };
    own.and(EVERYWHERE)
}

/// The ends of a connection: one of these makes a network activity.
pub(in crate::syslog) const ENDS: Attributes = SOURCE_KNOWN.and(DESTINATION_KNOWN);

/// One of these makes an HTTP activity.
pub(in crate::syslog) const WEB: Attributes = URL.and(REQUEST).and(RESPONSE);

/// One of these makes an authentication.
pub(in crate::syslog) const SOMEBODY: Attributes = USER_KNOWN.and(TARGET_KNOWN);

const SOURCE_KNOWN: Attributes = Attributes::of(&[
    A::SourceIp,
    A::SourceHost,
    A::SourceUid,
    A::SourceDomain,
    A::SourceInterface,
    A::SourceService,
]);
const SOURCE: Attributes = SOURCE_KNOWN.and(Attributes::of(&[
    A::SourcePort,
    A::SourceMac,
    A::SourceZone,
    A::SourceCountry,
    A::SourceForwardedFor,
]));

const DESTINATION_KNOWN: Attributes = Attributes::of(&[
    A::DestinationIp,
    A::DestinationHost,
    A::DestinationUid,
    A::DestinationDomain,
    A::DestinationInterface,
    A::DestinationService,
]);
const DESTINATION: Attributes = DESTINATION_KNOWN.and(Attributes::of(&[
    A::DestinationPort,
    A::DestinationMac,
    A::DestinationZone,
    A::DestinationCountry,
]));

const USER_KNOWN: Attributes = Attributes::of(&[A::UserName, A::UserUid]);
const USER: Attributes = USER_KNOWN.and(Attributes::of(&[A::UserDomain]));

const TARGET_KNOWN: Attributes = Attributes::of(&[A::TargetName, A::TargetUid]);
const TARGET: Attributes = TARGET_KNOWN.and(Attributes::of(&[A::TargetDomain]));

const PROCESS_KNOWN: Attributes = Attributes::of(&[A::ProcessId]);
const PROCESS: Attributes = Attributes::of(&[A::ProcessId, A::ProcessPath, A::CommandLine]);

const FILE_KNOWN: Attributes = Attributes::of(&[A::FileName, A::FilePath, A::FileHash]);
const FILE: Attributes =
    FILE_KNOWN.and(Attributes::of(&[A::FileSize, A::FileUid, A::FileCreated, A::FileModified]));

const URL_KNOWN: Attributes = Attributes::of(&[A::Url]);
const URL: Attributes = Attributes::of(&[A::Url, A::UrlQuery]);
const REQUEST: Attributes =
    Attributes::of(&[A::Method, A::UserAgent, A::Referrer, A::HttpVersion, A::ForwardedFor]);
const RESPONSE: Attributes = Attributes::of(&[A::ResponseCode, A::ContentType]);

const TRAFFIC: Attributes =
    Attributes::of(&[A::BytesIn, A::BytesOut, A::Bytes, A::PacketsIn, A::PacketsOut]);
const CONNECTION: Attributes = Attributes::of(&[A::Protocol, A::Direction, A::ConnectionUid]);
const ENDS_KNOWN: Attributes = Attributes::of(&[A::EndsKnown]);
const APPLICATION: Attributes = Attributes::of(&[A::AppName, A::AppProtocol]);

const QUERIED_KNOWN: Attributes = Attributes::of(&[A::QueryName]);
const QUERIED: Attributes = Attributes::of(&[A::QueryName, A::QueryType, A::QueryClass]);
const QUERY: Attributes = QUERIED.and(Attributes::of(&[A::Answer, A::AnswerCode]));

const DEVICE_KNOWN: Attributes =
    Attributes::of(&[A::DeviceIp, A::DeviceHost, A::DeviceUid, A::DeviceInterface]);
const DEVICE: Attributes =
    DEVICE_KNOWN.and(Attributes::of(&[A::DeviceMac, A::DeviceDomain, A::DeviceOs]));

const FINDING: Attributes = Attributes::of(&[
    A::Signature,
    A::SignatureUid,
    A::FindingUid,
    A::FindingStatus,
    A::Kind,
    A::Link,
    A::Tactic,
]);
const LOGON: Attributes = Attributes::of(&[A::LogonType, A::SessionUid]);
const ENTITY: Attributes = Attributes::of(&[A::EntityName, A::EntityKind, A::EntityUid]);

/// What every class has, by itself or by a profile of OCSF.
const EVERYWHERE: Attributes = DEVICE.and(USER).and(PROCESS).and(Attributes::of(&[
    A::Message,
    A::Reason,
    A::StatusCode,
    A::Outcome,
    A::Action,
    A::Count,
    A::DurationSeconds,
    A::StartTime,
    A::EndTime,
    A::ReceiptTime,
    A::OriginalUid,
    A::CorrelationUid,
    A::Sequence,
    A::Category,
    A::RiskScore,
    A::RuleName,
    A::RuleUid,
    A::PolicyName,
    A::PolicyUid,
    A::ProcessName,
    A::Technique,
    A::Malware,
]));

/// What may be the only thing a piece of evidence has; a request may not.
const EVIDENCE: Attributes = SOURCE_KNOWN
    .and(DESTINATION_KNOWN)
    .and(URL_KNOWN)
    .and(FILE_KNOWN)
    .and(TARGET_KNOWN)
    .and(QUERIED_KNOWN)
    .and(CONNECTION);

/// Groups, and the attributes of which each needs one: OCSF's constraints.
const ANCHORED: &[(Attributes, Attributes)] = &[
    (SOURCE, SOURCE_KNOWN),
    (DESTINATION, DESTINATION_KNOWN),
    (USER, USER_KNOWN),
    (TARGET, TARGET_KNOWN),
    (PROCESS, PROCESS_KNOWN),
    (FILE, FILE_KNOWN),
    (URL, URL_KNOWN),
    (QUERY, QUERIED_KNOWN),
];
