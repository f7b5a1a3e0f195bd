//! Connections, and the names looked up before them.

/// Which way a connection goes: `direction_id`.
pub mod direction {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Inbound`.
    pub const INBOUND: i64 = 1;
    /// `Outbound`.
    pub const OUTBOUND: i64 = 2;
    /// `Lateral`.
    pub const LATERAL: i64 = 3;
    /// `Local`.
    pub const LOCAL: i64 = 4;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (INBOUND, "Inbound"),
        (OUTBOUND, "Outbound"),
        (LATERAL, "Lateral"),
        (LOCAL, "Local"),
        (OTHER, "Other"),
    ];
}

/// Which border a connection crosses: `boundary_id`.
pub mod boundary {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Localhost`.
    pub const LOCALHOST: i64 = 1;
    /// `Internal`.
    pub const INTERNAL: i64 = 2;
    /// `External`.
    pub const EXTERNAL: i64 = 3;
    /// `Same VPC`.
    pub const SAME_VPC: i64 = 4;
    /// `Internet/VPC Gateway`.
    pub const INTERNET_VPC_GATEWAY: i64 = 5;
    /// `Virtual Private Gateway`.
    pub const VIRTUAL_PRIVATE_GATEWAY: i64 = 6;
    /// `Intra-region VPC`.
    pub const INTRA_REGION_VPC: i64 = 7;
    /// `Inter-region VPC`.
    pub const INTER_REGION_VPC: i64 = 8;
    /// `Local Gateway`.
    pub const LOCAL_GATEWAY: i64 = 9;
    /// `Gateway VPC`.
    pub const GATEWAY_VPC: i64 = 10;
    /// `Internet Gateway`.
    pub const INTERNET_GATEWAY: i64 = 11;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (LOCALHOST, "Localhost"),
        (INTERNAL, "Internal"),
        (EXTERNAL, "External"),
        (SAME_VPC, "Same VPC"),
        (INTERNET_VPC_GATEWAY, "Internet/VPC Gateway"),
        (VIRTUAL_PRIVATE_GATEWAY, "Virtual Private Gateway"),
        (INTRA_REGION_VPC, "Intra-region VPC"),
        (INTER_REGION_VPC, "Inter-region VPC"),
        (LOCAL_GATEWAY, "Local Gateway"),
        (GATEWAY_VPC, "Gateway VPC"),
        (INTERNET_GATEWAY, "Internet Gateway"),
        (OTHER, "Other"),
    ];
}

/// The version of IP: `protocol_ver_id`.
pub mod protocol_version {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Internet Protocol version 4 (IPv4)`.
    pub const INTERNET_PROTOCOL_VERSION_4_IPV4: i64 = 4;
    /// `Internet Protocol version 6 (IPv6)`.
    pub const INTERNET_PROTOCOL_VERSION_6_IPV6: i64 = 6;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (INTERNET_PROTOCOL_VERSION_4_IPV4, "Internet Protocol version 4 (IPv4)"),
        (INTERNET_PROTOCOL_VERSION_6_IPV6, "Internet Protocol version 6 (IPv6)"),
        (OTHER, "Other"),
    ];
}

/// Which side saw a connection: `observation_point_id`.
pub mod observation_point {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Source`.
    pub const SOURCE: i64 = 1;
    /// `Destination`.
    pub const DESTINATION: i64 = 2;
    /// `Neither`.
    pub const NEITHER: i64 = 3;
    /// `Both`.
    pub const BOTH: i64 = 4;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (SOURCE, "Source"),
        (DESTINATION, "Destination"),
        (NEITHER, "Neither"),
        (BOTH, "Both"),
        (OTHER, "Other"),
    ];
}

/// What a name server was asked for: `opcode_id`.
pub mod dns_opcode {
    use crate::ocsf::caption::Captions;

    /// `Query`.
    pub const QUERY: i64 = 0;
    /// `Inverse Query`.
    pub const INVERSE_QUERY: i64 = 1;
    /// `Status`.
    pub const STATUS: i64 = 2;
    /// `Reserved`.
    pub const RESERVED: i64 = 3;
    /// `Notify`.
    pub const NOTIFY: i64 = 4;
    /// `Update`.
    pub const UPDATE: i64 = 5;
    /// `DSO Message`.
    pub const DSO_MESSAGE: i64 = 6;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (QUERY, "Query"),
        (INVERSE_QUERY, "Inverse Query"),
        (STATUS, "Status"),
        (RESERVED, "Reserved"),
        (NOTIFY, "Notify"),
        (UPDATE, "Update"),
        (DSO_MESSAGE, "DSO Message"),
        (OTHER, "Other"),
    ];
}

/// How a name server answered: `rcode_id`.
pub mod dns_response_code {
    use crate::ocsf::caption::Captions;

    /// `NoError`.
    pub const NOERROR: i64 = 0;
    /// `FormError`.
    pub const FORMERROR: i64 = 1;
    /// `ServError`.
    pub const SERVERROR: i64 = 2;
    /// `NXDomain`.
    pub const NXDOMAIN: i64 = 3;
    /// `NotImp`.
    pub const NOTIMP: i64 = 4;
    /// `Refused`.
    pub const REFUSED: i64 = 5;
    /// `YXDomain`.
    pub const YXDOMAIN: i64 = 6;
    /// `YXRRSet`.
    pub const YXRRSET: i64 = 7;
    /// `NXRRSet`.
    pub const NXRRSET: i64 = 8;
    /// `NotAuth`.
    pub const NOTAUTH: i64 = 9;
    /// `NotZone`.
    pub const NOTZONE: i64 = 10;
    /// `DSOTYPENI`.
    pub const DSOTYPENI: i64 = 11;
    /// `BADSIG_VERS`.
    pub const BADSIG_VERS: i64 = 16;
    /// `BADKEY`.
    pub const BADKEY: i64 = 17;
    /// `BADTIME`.
    pub const BADTIME: i64 = 18;
    /// `BADMODE`.
    pub const BADMODE: i64 = 19;
    /// `BADNAME`.
    pub const BADNAME: i64 = 20;
    /// `BADALG`.
    pub const BADALG: i64 = 21;
    /// `BADTRUNC`.
    pub const BADTRUNC: i64 = 22;
    /// `BADCOOKIE`.
    pub const BADCOOKIE: i64 = 23;
    /// `Unassigned`.
    pub const UNASSIGNED: i64 = 24;
    /// `Reserved`.
    pub const RESERVED: i64 = 25;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (NOERROR, "NoError"),
        (FORMERROR, "FormError"),
        (SERVERROR, "ServError"),
        (NXDOMAIN, "NXDomain"),
        (NOTIMP, "NotImp"),
        (REFUSED, "Refused"),
        (YXDOMAIN, "YXDomain"),
        (YXRRSET, "YXRRSet"),
        (NXRRSET, "NXRRSet"),
        (NOTAUTH, "NotAuth"),
        (NOTZONE, "NotZone"),
        (DSOTYPENI, "DSOTYPENI"),
        (BADSIG_VERS, "BADSIG_VERS"),
        (BADKEY, "BADKEY"),
        (BADTIME, "BADTIME"),
        (BADMODE, "BADMODE"),
        (BADNAME, "BADNAME"),
        (BADALG, "BADALG"),
        (BADTRUNC, "BADTRUNC"),
        (BADCOOKIE, "BADCOOKIE"),
        (UNASSIGNED, "Unassigned"),
        (RESERVED, "Reserved"),
        (OTHER, "Other"),
    ];
}

/// What a network interface is: `network_interfaces.type_id`.
pub mod interface_type {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Wired`.
    pub const WIRED: i64 = 1;
    /// `Wireless`.
    pub const WIRELESS: i64 = 2;
    /// `Mobile`.
    pub const MOBILE: i64 = 3;
    /// `Tunnel`.
    pub const TUNNEL: i64 = 4;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (WIRED, "Wired"),
        (WIRELESS, "Wireless"),
        (MOBILE, "Mobile"),
        (TUNNEL, "Tunnel"),
        (OTHER, "Other"),
    ];
}
