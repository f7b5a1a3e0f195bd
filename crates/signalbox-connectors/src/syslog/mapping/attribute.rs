//! What a value of a log line can mean, as one small integer.
//!
//! Every format (CEF, LEEF, pairs, CSV, JSON, sentences) ends here: its keys become attributes once,
//! while they are read, and everything behind works on numbers and sets of them.

/// The meaning of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(in crate::syslog) enum Attribute {
    /// Nothing OCSF has a place for: it stays as it is.
    Unmapped,
    // The event.
    Message,
    Reason,
    StatusCode,
    Outcome,
    Action,
    Count,
    DurationSeconds,
    StartTime,
    EndTime,
    ReceiptTime,
    OriginalUid,
    CorrelationUid,
    Sequence,
    Category,
    RiskScore,
    // The rule that decided.
    RuleName,
    RuleUid,
    PolicyName,
    PolicyUid,
    // The machine that tells.
    DeviceIp,
    DeviceHost,
    DeviceUid,
    DeviceMac,
    DeviceDomain,
    DeviceInterface,
    DeviceOs,
    // Where it comes from.
    SourceIp,
    SourceHost,
    SourceUid,
    SourcePort,
    SourceMac,
    SourceDomain,
    SourceZone,
    SourceInterface,
    SourceService,
    SourceCountry,
    SourceForwardedFor,
    // Where it goes.
    DestinationIp,
    DestinationHost,
    DestinationUid,
    DestinationPort,
    DestinationMac,
    DestinationDomain,
    DestinationZone,
    DestinationInterface,
    DestinationService,
    DestinationCountry,
    // Who acted.
    UserName,
    UserUid,
    UserDomain,
    // Who it was done to.
    TargetName,
    TargetUid,
    TargetDomain,
    // The program that acted.
    ProcessName,
    ProcessId,
    ProcessPath,
    CommandLine,
    // What travels.
    BytesIn,
    BytesOut,
    Bytes,
    PacketsIn,
    PacketsOut,
    Protocol,
    Direction,
    ConnectionUid,
    EndsKnown,
    AppName,
    AppProtocol,
    // The request and its answer.
    Url,
    UrlQuery,
    Method,
    UserAgent,
    Referrer,
    HttpVersion,
    ForwardedFor,
    ResponseCode,
    ContentType,
    // The look-up.
    QueryName,
    QueryType,
    QueryClass,
    Answer,
    AnswerCode,
    // The file.
    FileName,
    FilePath,
    FileSize,
    FileHash,
    FileUid,
    FileCreated,
    FileModified,
    // What was found.
    Signature,
    SignatureUid,
    FindingUid,
    FindingStatus,
    /// How bad it is, in a word; it counts before what the line says of itself.
    FindingSeverity,
    /// The same as a number, of which 1 is the worst.
    FindingPriority,
    Kind,
    Link,
    Technique,
    Tactic,
    Malware,
    // How somebody logged in.
    LogonType,
    SessionUid,
    // What is managed.
    EntityName,
    EntityKind,
    EntityUid,
}

/// A set of attributes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::syslog) struct Attributes(u128);

impl Attributes {
    /// Makes a set.
    pub(in crate::syslog) const fn of(attributes: &[Attribute]) -> Self {
        let mut set = Self(0);
        let mut rest = attributes;
        while let [attribute, tail @ ..] = rest {
            set.insert(*attribute);
            rest = tail;
        }
        set
    }

    /// Adds an attribute.
    pub(in crate::syslog) const fn insert(&mut self, attribute: Attribute) {
        self.0 |= 1 << attribute as u8;
    }

    /// Returns whether an attribute is in it.
    pub(in crate::syslog) const fn has(self, attribute: Attribute) -> bool {
        self.0 & (1 << attribute as u8) != 0
    }

    /// Returns whether the sets have an attribute in common.
    pub(in crate::syslog) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Returns how many attributes are in it.
    pub(super) const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Returns what is in both.
    pub(super) const fn within(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Returns what is in either.
    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns what is in it and not in the other.
    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}
