//! The dictionary of CEF: each key's two names, what its value is, and how long it may be.
//!
//! From the ArcSight implementation standard, revisions 16 to 26, with the keys that its collectors
//! add on the way. Both names appear on the wire, and some senders use names of their own habit,
//! which stand in [`ALIASES`]. Numbered custom keys (`cs1`, `cn1Label`) are a [`Slot`](super::Slot).

/// What a value of a key is. A hint: senders put anything anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// Text that people or programs wrote, in which `word=` may stand unescaped.
    FreeText,
    /// A whole number.
    Integer,
    /// A number with a fraction.
    Number,
    /// An IP address of either version; some senders put a host name.
    Address,
    /// A hardware address, with `:`, `-`, dots or nothing between its parts.
    MacAddress,
    /// A time in any of the forms that [`date::read`](crate::codec::date::read) knows.
    Time,
}

/// One line of the dictionary.
pub(super) struct Entry {
    pub(super) field: Field,
    pub(super) short: &'static str,
    pub(super) full: &'static str,
    pub(super) kind: Kind,
    pub(super) limit: Option<usize>,
}

/// A key of the dictionary, called by its full name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Field {
    /// `act` or `deviceAction`: what the device did.
    DeviceAction,
    /// `app` or `applicationProtocol`: the application protocol, such as `HTTPS`.
    ApplicationProtocol,
    /// `cat` or `deviceEventCategory`: the device's own category.
    DeviceEventCategory,
    /// `cnt` or `baseEventCount`: how often this happened; 1 where it is missing.
    BaseEventCount,
    /// `destinationDnsDomain`: the DNS domain of the destination.
    DestinationDnsDomain,
    /// `destinationServiceName`: the service that was the target.
    DestinationServiceName,
    /// `destinationTranslatedAddress`: the destination's address behind the translation.
    DestinationTranslatedAddress,
    /// `destinationTranslatedPort`: the destination's port behind the translation.
    DestinationTranslatedPort,
    /// `deviceDirection`: 0 is inbound, 1 outbound.
    DeviceDirection,
    /// `deviceDnsDomain`: the DNS domain of the device.
    DeviceDnsDomain,
    /// `deviceExternalId`: the device's unique name.
    DeviceExternalId,
    /// `deviceFacility`: the part of the device that tells.
    DeviceFacility,
    /// `deviceInboundInterface`: the interface the traffic came in by.
    DeviceInboundInterface,
    /// `deviceNtDomain`: the Windows domain of the device.
    DeviceNtDomain,
    /// `deviceOutboundInterface`: the interface the traffic left by.
    DeviceOutboundInterface,
    /// `devicePayloadId`: the id of the payload of this event.
    DevicePayloadId,
    /// `deviceProcessName`: the process on the device that tells.
    DeviceProcessName,
    /// `deviceTranslatedAddress`: the device's address behind the translation.
    DeviceTranslatedAddress,
    /// `dhost` or `destinationHostName`: the host name of the destination.
    DestinationHostName,
    /// `dmac` or `destinationMacAddress`: the hardware address of the destination.
    DestinationMacAddress,
    /// `dntdom` or `destinationNtDomain`: the Windows domain of the destination.
    DestinationNtDomain,
    /// `dpid` or `destinationProcessId`: the id of the process at the destination.
    DestinationProcessId,
    /// `dpriv` or `destinationUserPrivileges`: the privileges of the user at the destination.
    DestinationUserPrivileges,
    /// `dproc` or `destinationProcessName`: the name of the process at the destination.
    DestinationProcessName,
    /// `dpt` or `destinationPort`: the port of the destination.
    DestinationPort,
    /// `dst` or `destinationAddress`: the address of the destination.
    DestinationAddress,
    /// `dtz` or `deviceTimeZone`: the zone of times without one.
    DeviceTimeZone,
    /// `duid` or `destinationUserId`: the id of the user at the destination.
    DestinationUserId,
    /// `duser` or `destinationUserName`: the name of the user at the destination.
    DestinationUserName,
    /// `dvc` or `deviceAddress`: the device that tells; some senders put a host name.
    DeviceAddress,
    /// `dvchost` or `deviceHostName`: the host name of the device.
    DeviceHostName,
    /// `dvcmac` or `deviceMacAddress`: the hardware address of the device.
    DeviceMacAddress,
    /// `dvcpid` or `deviceProcessId`: the id of the process on the device.
    DeviceProcessId,
    /// `end` or `endTime`: when the activity ended.
    EndTime,
    /// `externalId`: the event's id at the device.
    ExternalId,
    /// `fileCreateTime`: when the file was made.
    FileCreateTime,
    /// `fileHash`: the hash of the file.
    FileHash,
    /// `fileId`: the file's id, such as an inode.
    FileId,
    /// `fileModificationTime`: when the file was last changed.
    FileModificationTime,
    /// `filePath`: the path of the file, with its name.
    FilePath,
    /// `filePermission`: the permissions of the file.
    FilePermission,
    /// `fileType`: the kind of the file: pipe, socket, ….
    FileType,
    /// `fname` or `filename`: the name of the file.
    FileName,
    /// `fsize` or `fileSize`: the size of the file in bytes.
    FileSize,
    /// `in` or `bytesIn`: bytes that came in.
    BytesIn,
    /// `msg` or `message`: the message in words.
    Message,
    /// `oldFileCreateTime`: when the old file was made.
    OldFileCreateTime,
    /// `oldFileHash`: the hash of the old file.
    OldFileHash,
    /// `oldFileId`: the id of the old file.
    OldFileId,
    /// `oldFileModificationTime`: when the old file was last changed.
    OldFileModificationTime,
    /// `oldFileName`: the name of the old file.
    OldFileName,
    /// `oldFilePath`: the path of the old file.
    OldFilePath,
    /// `oldFilePermission`: the permissions of the old file.
    OldFilePermission,
    /// `oldFileSize`: the size of the old file in bytes.
    OldFileSize,
    /// `oldFileType`: the kind of the old file.
    OldFileType,
    /// `out` or `bytesOut`: bytes that went out.
    BytesOut,
    /// `outcome` or `eventOutcome`: `success` or `failure`.
    EventOutcome,
    /// `proto` or `transportProtocol`: the transport protocol, such as `TCP`.
    TransportProtocol,
    /// `reason`: why, such as the reason of a failed logon.
    Reason,
    /// `request` or `requestUrl`: the URL that was asked for.
    RequestUrl,
    /// `requestClientApplication`: the user agent.
    RequestClientApplication,
    /// `requestContext`: the referrer.
    RequestContext,
    /// `requestCookies`: the cookies of the request.
    RequestCookies,
    /// `requestMethod`: the method of the request.
    RequestMethod,
    /// `rt` or `deviceReceiptTime`: when the device received the event.
    DeviceReceiptTime,
    /// `shost` or `sourceHostName`: the host name of the source.
    SourceHostName,
    /// `smac` or `sourceMacAddress`: the hardware address of the source.
    SourceMacAddress,
    /// `sntdom` or `sourceNtDomain`: the Windows domain of the source.
    SourceNtDomain,
    /// `sourceDnsDomain`: the DNS domain of the source.
    SourceDnsDomain,
    /// `sourceServiceName`: the service that made the event.
    SourceServiceName,
    /// `sourceTranslatedAddress`: the source's address behind the translation.
    SourceTranslatedAddress,
    /// `sourceTranslatedPort`: the source's port behind the translation.
    SourceTranslatedPort,
    /// `spid` or `sourceProcessId`: the id of the process at the source.
    SourceProcessId,
    /// `spriv` or `sourceUserPrivileges`: the privileges of the user at the source.
    SourceUserPrivileges,
    /// `sproc` or `sourceProcessName`: the name of the process at the source.
    SourceProcessName,
    /// `spt` or `sourcePort`: the port of the source.
    SourcePort,
    /// `src` or `sourceAddress`: the address of the source.
    SourceAddress,
    /// `start` or `startTime`: when the activity began.
    StartTime,
    /// `suid` or `sourceUserId`: the id of the user at the source.
    SourceUserId,
    /// `suser` or `sourceUserName`: the name of the user at the source.
    SourceUserName,
    /// `type`: 0 is a base event, 1 aggregated, 2 a correlation, 3 an action.
    Type,
    /// `agentDnsDomain`: the DNS domain of the collector.
    AgentDnsDomain,
    /// `agentNtDomain`: the Windows domain of the collector.
    AgentNtDomain,
    /// `agentTranslatedAddress`: the collector's address behind the translation.
    AgentTranslatedAddress,
    /// `agentTranslatedZoneExternalID`: the zone of the collector's translated address.
    AgentTranslatedZoneExternalId,
    /// `agentTranslatedZoneURI`: the zone of the collector's translated address, as a path.
    AgentTranslatedZoneUri,
    /// `agentZoneExternalID`: the zone of the collector.
    AgentZoneExternalId,
    /// `agentZoneURI`: the zone of the collector, as a path.
    AgentZoneUri,
    /// `agt` or `agentAddress`: the address of the collector.
    AgentAddress,
    /// `ahost` or `agentHostName`: the host name of the collector.
    AgentHostName,
    /// `aid` or `agentId`: the id of the collector.
    AgentId,
    /// `amac` or `agentMacAddress`: the hardware address of the collector.
    AgentMacAddress,
    /// `art` or `agentReceiptTime`: when the collector received the event.
    AgentReceiptTime,
    /// `at` or `agentType`: the kind of the collector.
    AgentType,
    /// `atz` or `agentTimeZone`: the zone of the collector.
    AgentTimeZone,
    /// `av` or `agentVersion`: the version of the collector.
    AgentVersion,
    /// `customerExternalID`: the customer, by an id.
    CustomerExternalId,
    /// `customerURI`: the customer, as a path.
    CustomerUri,
    /// `destinationTranslatedZoneExternalID`: the zone of the destination's translated address.
    DestinationTranslatedZoneExternalId,
    /// `destinationTranslatedZoneURI`: the zone of the destination's translated address, as a path.
    DestinationTranslatedZoneUri,
    /// `destinationZoneExternalID`: the zone of the destination.
    DestinationZoneExternalId,
    /// `destinationZoneURI`: the zone of the destination, as a path.
    DestinationZoneUri,
    /// `deviceTranslatedZoneExternalID`: the zone of the device's translated address.
    DeviceTranslatedZoneExternalId,
    /// `deviceTranslatedZoneURI`: the zone of the device's translated address, as a path.
    DeviceTranslatedZoneUri,
    /// `deviceZoneExternalID`: the zone of the device.
    DeviceZoneExternalId,
    /// `deviceZoneURI`: the zone of the device, as a path.
    DeviceZoneUri,
    /// `dlat` or `destinationGeoLatitude`: the latitude of the destination.
    DestinationGeoLatitude,
    /// `dlong` or `destinationGeoLongitude`: the longitude of the destination.
    DestinationGeoLongitude,
    /// `eventId`: the event's id at the collector.
    EventId,
    /// `rawEvent`: the event as it was before CEF.
    RawEvent,
    /// `slat` or `sourceGeoLatitude`: the latitude of the source.
    SourceGeoLatitude,
    /// `slong` or `sourceGeoLongitude`: the longitude of the source.
    SourceGeoLongitude,
    /// `sourceTranslatedZoneExternalID`: the zone of the source's translated address.
    SourceTranslatedZoneExternalId,
    /// `sourceTranslatedZoneURI`: the zone of the source's translated address, as a path.
    SourceTranslatedZoneUri,
    /// `sourceZoneExternalID`: the zone of the source.
    SourceZoneExternalId,
    /// `sourceZoneURI`: the zone of the source, as a path.
    SourceZoneUri,
    /// `mrt` or `managerReceiptTime`: when ArcSight's manager received the event.
    ManagerReceiptTime,
    /// `catdt` or `categoryDeviceType`: ArcSight's kind of the device.
    CategoryDeviceType,
    /// `categoryBehavior`: ArcSight's category: what was done.
    CategoryBehavior,
    /// `categoryDeviceGroup`: ArcSight's category: the group of the device.
    CategoryDeviceGroup,
    /// `categoryObject`: ArcSight's category: what it was done to.
    CategoryObject,
    /// `categoryOutcome`: ArcSight's category: with what outcome.
    CategoryOutcome,
    /// `categorySignificance`: ArcSight's category: how much it matters.
    CategorySignificance,
    /// `categoryTechnique`: ArcSight's category: by what technique.
    CategoryTechnique,
    /// `deviceSeverity`: the severity in the device's own words.
    DeviceSeverity,
}

const fn text(field: Field, short: &'static str, full: &'static str, limit: usize) -> Entry {
    Entry { field, short, full, kind: Kind::Text, limit: Some(limit) }
}

const fn free(field: Field, short: &'static str, full: &'static str, limit: usize) -> Entry {
    Entry { field, short, full, kind: Kind::FreeText, limit: Some(limit) }
}

const fn of(field: Field, short: &'static str, full: &'static str, kind: Kind) -> Entry {
    Entry { field, short, full, kind, limit: None }
}

/// The dictionary, in the order of [`Field`]; the limits are in bytes.
pub(super) const DICTIONARY: &[Entry] = &[
    text(Field::DeviceAction, "act", "deviceAction", 63),
    text(Field::ApplicationProtocol, "app", "applicationProtocol", 31),
    text(Field::DeviceEventCategory, "cat", "deviceEventCategory", 1023),
    of(Field::BaseEventCount, "cnt", "baseEventCount", Kind::Integer),
    text(Field::DestinationDnsDomain, "destinationDnsDomain", "destinationDnsDomain", 255),
    text(Field::DestinationServiceName, "destinationServiceName", "destinationServiceName", 1023),
    of(
        Field::DestinationTranslatedAddress,
        "destinationTranslatedAddress",
        "destinationTranslatedAddress",
        Kind::Address,
    ),
    of(
        Field::DestinationTranslatedPort,
        "destinationTranslatedPort",
        "destinationTranslatedPort",
        Kind::Integer,
    ),
    of(Field::DeviceDirection, "deviceDirection", "deviceDirection", Kind::Integer),
    text(Field::DeviceDnsDomain, "deviceDnsDomain", "deviceDnsDomain", 255),
    text(Field::DeviceExternalId, "deviceExternalId", "deviceExternalId", 255),
    text(Field::DeviceFacility, "deviceFacility", "deviceFacility", 1023),
    text(Field::DeviceInboundInterface, "deviceInboundInterface", "deviceInboundInterface", 128),
    text(Field::DeviceNtDomain, "deviceNtDomain", "deviceNtDomain", 255),
    text(Field::DeviceOutboundInterface, "deviceOutboundInterface", "deviceOutboundInterface", 128),
    text(Field::DevicePayloadId, "devicePayloadId", "devicePayloadId", 128),
    text(Field::DeviceProcessName, "deviceProcessName", "deviceProcessName", 1023),
    of(
        Field::DeviceTranslatedAddress,
        "deviceTranslatedAddress",
        "deviceTranslatedAddress",
        Kind::Address,
    ),
    text(Field::DestinationHostName, "dhost", "destinationHostName", 1023),
    of(Field::DestinationMacAddress, "dmac", "destinationMacAddress", Kind::MacAddress),
    text(Field::DestinationNtDomain, "dntdom", "destinationNtDomain", 255),
    of(Field::DestinationProcessId, "dpid", "destinationProcessId", Kind::Integer),
    text(Field::DestinationUserPrivileges, "dpriv", "destinationUserPrivileges", 1023),
    text(Field::DestinationProcessName, "dproc", "destinationProcessName", 1023),
    of(Field::DestinationPort, "dpt", "destinationPort", Kind::Integer),
    of(Field::DestinationAddress, "dst", "destinationAddress", Kind::Address),
    text(Field::DeviceTimeZone, "dtz", "deviceTimeZone", 255),
    text(Field::DestinationUserId, "duid", "destinationUserId", 1023),
    text(Field::DestinationUserName, "duser", "destinationUserName", 1023),
    of(Field::DeviceAddress, "dvc", "deviceAddress", Kind::Address),
    text(Field::DeviceHostName, "dvchost", "deviceHostName", 100),
    of(Field::DeviceMacAddress, "dvcmac", "deviceMacAddress", Kind::MacAddress),
    of(Field::DeviceProcessId, "dvcpid", "deviceProcessId", Kind::Integer),
    of(Field::EndTime, "end", "endTime", Kind::Time),
    text(Field::ExternalId, "externalId", "externalId", 40),
    of(Field::FileCreateTime, "fileCreateTime", "fileCreateTime", Kind::Time),
    text(Field::FileHash, "fileHash", "fileHash", 255),
    text(Field::FileId, "fileId", "fileId", 1023),
    of(Field::FileModificationTime, "fileModificationTime", "fileModificationTime", Kind::Time),
    text(Field::FilePath, "filePath", "filePath", 1023),
    text(Field::FilePermission, "filePermission", "filePermission", 1023),
    text(Field::FileType, "fileType", "fileType", 1023),
    text(Field::FileName, "fname", "filename", 1023),
    of(Field::FileSize, "fsize", "fileSize", Kind::Integer),
    of(Field::BytesIn, "in", "bytesIn", Kind::Integer),
    free(Field::Message, "msg", "message", 1023),
    of(Field::OldFileCreateTime, "oldFileCreateTime", "oldFileCreateTime", Kind::Time),
    text(Field::OldFileHash, "oldFileHash", "oldFileHash", 255),
    text(Field::OldFileId, "oldFileId", "oldFileId", 1023),
    of(
        Field::OldFileModificationTime,
        "oldFileModificationTime",
        "oldFileModificationTime",
        Kind::Time,
    ),
    text(Field::OldFileName, "oldFileName", "oldFileName", 1023),
    text(Field::OldFilePath, "oldFilePath", "oldFilePath", 1023),
    text(Field::OldFilePermission, "oldFilePermission", "oldFilePermission", 1023),
    of(Field::OldFileSize, "oldFileSize", "oldFileSize", Kind::Integer),
    text(Field::OldFileType, "oldFileType", "oldFileType", 1023),
    of(Field::BytesOut, "out", "bytesOut", Kind::Integer),
    text(Field::EventOutcome, "outcome", "eventOutcome", 63),
    text(Field::TransportProtocol, "proto", "transportProtocol", 31),
    free(Field::Reason, "reason", "reason", 1023),
    free(Field::RequestUrl, "request", "requestUrl", 1023),
    free(
        Field::RequestClientApplication,
        "requestClientApplication",
        "requestClientApplication",
        1023,
    ),
    free(Field::RequestContext, "requestContext", "requestContext", 2048),
    free(Field::RequestCookies, "requestCookies", "requestCookies", 1023),
    text(Field::RequestMethod, "requestMethod", "requestMethod", 1023),
    of(Field::DeviceReceiptTime, "rt", "deviceReceiptTime", Kind::Time),
    text(Field::SourceHostName, "shost", "sourceHostName", 1023),
    of(Field::SourceMacAddress, "smac", "sourceMacAddress", Kind::MacAddress),
    text(Field::SourceNtDomain, "sntdom", "sourceNtDomain", 255),
    text(Field::SourceDnsDomain, "sourceDnsDomain", "sourceDnsDomain", 255),
    text(Field::SourceServiceName, "sourceServiceName", "sourceServiceName", 1023),
    of(
        Field::SourceTranslatedAddress,
        "sourceTranslatedAddress",
        "sourceTranslatedAddress",
        Kind::Address,
    ),
    of(Field::SourceTranslatedPort, "sourceTranslatedPort", "sourceTranslatedPort", Kind::Integer),
    of(Field::SourceProcessId, "spid", "sourceProcessId", Kind::Integer),
    text(Field::SourceUserPrivileges, "spriv", "sourceUserPrivileges", 1023),
    text(Field::SourceProcessName, "sproc", "sourceProcessName", 1023),
    of(Field::SourcePort, "spt", "sourcePort", Kind::Integer),
    of(Field::SourceAddress, "src", "sourceAddress", Kind::Address),
    of(Field::StartTime, "start", "startTime", Kind::Time),
    text(Field::SourceUserId, "suid", "sourceUserId", 1023),
    text(Field::SourceUserName, "suser", "sourceUserName", 1023),
    of(Field::Type, "type", "type", Kind::Integer),
    text(Field::AgentDnsDomain, "agentDnsDomain", "agentDnsDomain", 255),
    text(Field::AgentNtDomain, "agentNtDomain", "agentNtDomain", 255),
    of(
        Field::AgentTranslatedAddress,
        "agentTranslatedAddress",
        "agentTranslatedAddress",
        Kind::Address,
    ),
    text(
        Field::AgentTranslatedZoneExternalId,
        "agentTranslatedZoneExternalID",
        "agentTranslatedZoneExternalID",
        200,
    ),
    text(Field::AgentTranslatedZoneUri, "agentTranslatedZoneURI", "agentTranslatedZoneURI", 2048),
    text(Field::AgentZoneExternalId, "agentZoneExternalID", "agentZoneExternalID", 200),
    text(Field::AgentZoneUri, "agentZoneURI", "agentZoneURI", 2048),
    of(Field::AgentAddress, "agt", "agentAddress", Kind::Address),
    text(Field::AgentHostName, "ahost", "agentHostName", 1023),
    text(Field::AgentId, "aid", "agentId", 40),
    of(Field::AgentMacAddress, "amac", "agentMacAddress", Kind::MacAddress),
    of(Field::AgentReceiptTime, "art", "agentReceiptTime", Kind::Time),
    text(Field::AgentType, "at", "agentType", 63),
    text(Field::AgentTimeZone, "atz", "agentTimeZone", 255),
    text(Field::AgentVersion, "av", "agentVersion", 31),
    text(Field::CustomerExternalId, "customerExternalID", "customerExternalID", 200),
    text(Field::CustomerUri, "customerURI", "customerURI", 2048),
    text(
        Field::DestinationTranslatedZoneExternalId,
        "destinationTranslatedZoneExternalID",
        "destinationTranslatedZoneExternalID",
        200,
    ),
    text(
        Field::DestinationTranslatedZoneUri,
        "destinationTranslatedZoneURI",
        "destinationTranslatedZoneURI",
        2048,
    ),
    text(
        Field::DestinationZoneExternalId,
        "destinationZoneExternalID",
        "destinationZoneExternalID",
        200,
    ),
    text(Field::DestinationZoneUri, "destinationZoneURI", "destinationZoneURI", 2048),
    text(
        Field::DeviceTranslatedZoneExternalId,
        "deviceTranslatedZoneExternalID",
        "deviceTranslatedZoneExternalID",
        200,
    ),
    text(
        Field::DeviceTranslatedZoneUri,
        "deviceTranslatedZoneURI",
        "deviceTranslatedZoneURI",
        2048,
    ),
    text(Field::DeviceZoneExternalId, "deviceZoneExternalID", "deviceZoneExternalID", 200),
    text(Field::DeviceZoneUri, "deviceZoneURI", "deviceZoneURI", 2048),
    of(Field::DestinationGeoLatitude, "dlat", "destinationGeoLatitude", Kind::Number),
    of(Field::DestinationGeoLongitude, "dlong", "destinationGeoLongitude", Kind::Number),
    of(Field::EventId, "eventId", "eventId", Kind::Integer),
    free(Field::RawEvent, "rawEvent", "rawEvent", 4000),
    of(Field::SourceGeoLatitude, "slat", "sourceGeoLatitude", Kind::Number),
    of(Field::SourceGeoLongitude, "slong", "sourceGeoLongitude", Kind::Number),
    text(
        Field::SourceTranslatedZoneExternalId,
        "sourceTranslatedZoneExternalID",
        "sourceTranslatedZoneExternalID",
        200,
    ),
    text(
        Field::SourceTranslatedZoneUri,
        "sourceTranslatedZoneURI",
        "sourceTranslatedZoneURI",
        2048,
    ),
    text(Field::SourceZoneExternalId, "sourceZoneExternalID", "sourceZoneExternalID", 200),
    text(Field::SourceZoneUri, "sourceZoneURI", "sourceZoneURI", 2048),
    of(Field::ManagerReceiptTime, "mrt", "managerReceiptTime", Kind::Time),
    text(Field::CategoryDeviceType, "catdt", "categoryDeviceType", 255),
    text(Field::CategoryBehavior, "categoryBehavior", "categoryBehavior", 255),
    text(Field::CategoryDeviceGroup, "categoryDeviceGroup", "categoryDeviceGroup", 255),
    text(Field::CategoryObject, "categoryObject", "categoryObject", 255),
    text(Field::CategoryOutcome, "categoryOutcome", "categoryOutcome", 255),
    text(Field::CategorySignificance, "categorySignificance", "categorySignificance", 255),
    text(Field::CategoryTechnique, "categoryTechnique", "categoryTechnique", 255),
    text(Field::DeviceSeverity, "deviceSeverity", "deviceSeverity", 63),
];

/// Names that are in nobody's dictionary, and what they stand for.
pub(super) const ALIASES: &[(&str, Field)] = &[
    ("fileName", Field::FileName),
    ("destinationLatitude", Field::DestinationGeoLatitude),
    ("destinationLongitude", Field::DestinationGeoLongitude),
    ("receiptTime", Field::DeviceReceiptTime),
    ("sourceLatitude", Field::SourceGeoLatitude),
    ("sourceLongitude", Field::SourceGeoLongitude),
];
