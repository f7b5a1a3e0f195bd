//! What an event of each class may say was done: `activity_id` and `type_uid` with their captions.
//!
//! Facts of the schema (1.8.0, read 2026-11-22); a test compares them. The constants are grouped
//! by class because the same number means another thing in another class.

/// One activity of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Activity {
    /// The OCSF `activity_id`.
    pub id: i64,
    /// The caption of the activity, such as `Create`.
    pub name: &'static str,
    /// The caption of class and activity together, such as `Detection Finding: Create`.
    pub type_name: &'static str,
}

impl Activity {
    const fn new(id: i64, name: &'static str, type_name: &'static str) -> Self {
        Self { id, name, type_name }
    }
}

/// The activities of findings.
pub mod finding {
    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Create`.
    pub const CREATE: i64 = 1;
    /// `Update`.
    pub const UPDATE: i64 = 2;
    /// `Close`.
    pub const CLOSE: i64 = 3;
    /// `Other`.
    pub const OTHER: i64 = 99;
}

/// The activities of authentication.
pub mod authentication {
    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Logon`.
    pub const LOGON: i64 = 1;
    /// `Logoff`.
    pub const LOGOFF: i64 = 2;
    /// `Authentication Ticket`.
    pub const AUTHENTICATION_TICKET: i64 = 3;
    /// `Service Ticket Request`.
    pub const SERVICE_TICKET_REQUEST: i64 = 4;
    /// `Service Ticket Renew`.
    pub const SERVICE_TICKET_RENEW: i64 = 5;
    /// `Preauth`.
    pub const PREAUTH: i64 = 6;
    /// `Account Switch`.
    pub const ACCOUNT_SWITCH: i64 = 7;
    /// `Other`.
    pub const OTHER: i64 = 99;
}

/// The activities of entity management.
pub mod entity {
    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Create`.
    pub const CREATE: i64 = 1;
    /// `Read`.
    pub const READ: i64 = 2;
    /// `Update`.
    pub const UPDATE: i64 = 3;
    /// `Delete`.
    pub const DELETE: i64 = 4;
    /// `Move`.
    pub const MOVE: i64 = 5;
    /// `Enroll`.
    pub const ENROLL: i64 = 6;
    /// `Unenroll`.
    pub const UNENROLL: i64 = 7;
    /// `Enable`.
    pub const ENABLE: i64 = 8;
    /// `Disable`.
    pub const DISABLE: i64 = 9;
    /// `Activate`.
    pub const ACTIVATE: i64 = 10;
    /// `Deactivate`.
    pub const DEACTIVATE: i64 = 11;
    /// `Suspend`.
    pub const SUSPEND: i64 = 12;
    /// `Resume`.
    pub const RESUME: i64 = 13;
    /// `Other`.
    pub const OTHER: i64 = 99;
}

/// The activities of connections.
pub mod network {
    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Open`.
    pub const OPEN: i64 = 1;
    /// `Close`.
    pub const CLOSE: i64 = 2;
    /// `Reset`.
    pub const RESET: i64 = 3;
    /// `Fail`.
    pub const FAIL: i64 = 4;
    /// `Refuse`.
    pub const REFUSE: i64 = 5;
    /// `Traffic`.
    pub const TRAFFIC: i64 = 6;
    /// `Listen`.
    pub const LISTEN: i64 = 7;
    /// `Other`.
    pub const OTHER: i64 = 99;
}

/// The activities of HTTP: its methods.
pub mod http {
    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Connect`.
    pub const CONNECT: i64 = 1;
    /// `Delete`.
    pub const DELETE: i64 = 2;
    /// `Get`.
    pub const GET: i64 = 3;
    /// `Head`.
    pub const HEAD: i64 = 4;
    /// `Options`.
    pub const OPTIONS: i64 = 5;
    /// `Post`.
    pub const POST: i64 = 6;
    /// `Put`.
    pub const PUT: i64 = 7;
    /// `Trace`.
    pub const TRACE: i64 = 8;
    /// `Patch`.
    pub const PATCH: i64 = 9;
    /// `Other`.
    pub const OTHER: i64 = 99;
}

/// The activities of name look-ups.
pub mod dns {
    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Query`.
    pub const QUERY: i64 = 1;
    /// `Response`.
    pub const RESPONSE: i64 = 2;
    /// `Traffic`.
    pub const TRAFFIC: i64 = 6;
    /// `Other`.
    pub const OTHER: i64 = 99;
}

pub(super) const BASE: &[Activity] = &[
    Activity::new(0, "Unknown", "Base Event: Unknown"),
    Activity::new(99, "Other", "Base Event: Other"),
];

pub(super) const VULNERABILITY_FINDING: &[Activity] = &[
    Activity::new(0, "Unknown", "Vulnerability Finding: Unknown"),
    Activity::new(1, "Create", "Vulnerability Finding: Create"),
    Activity::new(2, "Update", "Vulnerability Finding: Update"),
    Activity::new(3, "Close", "Vulnerability Finding: Close"),
    Activity::new(99, "Other", "Vulnerability Finding: Other"),
];

pub(super) const COMPLIANCE_FINDING: &[Activity] = &[
    Activity::new(0, "Unknown", "Compliance Finding: Unknown"),
    Activity::new(1, "Create", "Compliance Finding: Create"),
    Activity::new(2, "Update", "Compliance Finding: Update"),
    Activity::new(3, "Close", "Compliance Finding: Close"),
    Activity::new(99, "Other", "Compliance Finding: Other"),
];

pub(super) const DETECTION_FINDING: &[Activity] = &[
    Activity::new(0, "Unknown", "Detection Finding: Unknown"),
    Activity::new(1, "Create", "Detection Finding: Create"),
    Activity::new(2, "Update", "Detection Finding: Update"),
    Activity::new(3, "Close", "Detection Finding: Close"),
    Activity::new(99, "Other", "Detection Finding: Other"),
];

pub(super) const INCIDENT_FINDING: &[Activity] = &[
    Activity::new(0, "Unknown", "Incident Finding: Unknown"),
    Activity::new(1, "Create", "Incident Finding: Create"),
    Activity::new(2, "Update", "Incident Finding: Update"),
    Activity::new(3, "Close", "Incident Finding: Close"),
    Activity::new(99, "Other", "Incident Finding: Other"),
];

pub(super) const AUTHENTICATION: &[Activity] = &[
    Activity::new(0, "Unknown", "Authentication: Unknown"),
    Activity::new(1, "Logon", "Authentication: Logon"),
    Activity::new(2, "Logoff", "Authentication: Logoff"),
    Activity::new(3, "Authentication Ticket", "Authentication: Authentication Ticket"),
    Activity::new(4, "Service Ticket Request", "Authentication: Service Ticket Request"),
    Activity::new(5, "Service Ticket Renew", "Authentication: Service Ticket Renew"),
    Activity::new(6, "Preauth", "Authentication: Preauth"),
    Activity::new(7, "Account Switch", "Authentication: Account Switch"),
    Activity::new(99, "Other", "Authentication: Other"),
];

pub(super) const ENTITY_MANAGEMENT: &[Activity] = &[
    Activity::new(0, "Unknown", "Entity Management: Unknown"),
    Activity::new(1, "Create", "Entity Management: Create"),
    Activity::new(2, "Read", "Entity Management: Read"),
    Activity::new(3, "Update", "Entity Management: Update"),
    Activity::new(4, "Delete", "Entity Management: Delete"),
    Activity::new(5, "Move", "Entity Management: Move"),
    Activity::new(6, "Enroll", "Entity Management: Enroll"),
    Activity::new(7, "Unenroll", "Entity Management: Unenroll"),
    Activity::new(8, "Enable", "Entity Management: Enable"),
    Activity::new(9, "Disable", "Entity Management: Disable"),
    Activity::new(10, "Activate", "Entity Management: Activate"),
    Activity::new(11, "Deactivate", "Entity Management: Deactivate"),
    Activity::new(12, "Suspend", "Entity Management: Suspend"),
    Activity::new(13, "Resume", "Entity Management: Resume"),
    Activity::new(99, "Other", "Entity Management: Other"),
];

pub(super) const NETWORK_ACTIVITY: &[Activity] = &[
    Activity::new(0, "Unknown", "Network Activity: Unknown"),
    Activity::new(1, "Open", "Network Activity: Open"),
    Activity::new(2, "Close", "Network Activity: Close"),
    Activity::new(3, "Reset", "Network Activity: Reset"),
    Activity::new(4, "Fail", "Network Activity: Fail"),
    Activity::new(5, "Refuse", "Network Activity: Refuse"),
    Activity::new(6, "Traffic", "Network Activity: Traffic"),
    Activity::new(7, "Listen", "Network Activity: Listen"),
    Activity::new(99, "Other", "Network Activity: Other"),
];

pub(super) const HTTP_ACTIVITY: &[Activity] = &[
    Activity::new(0, "Unknown", "HTTP Activity: Unknown"),
    Activity::new(1, "Connect", "HTTP Activity: Connect"),
    Activity::new(2, "Delete", "HTTP Activity: Delete"),
    Activity::new(3, "Get", "HTTP Activity: Get"),
    Activity::new(4, "Head", "HTTP Activity: Head"),
    Activity::new(5, "Options", "HTTP Activity: Options"),
    Activity::new(6, "Post", "HTTP Activity: Post"),
    Activity::new(7, "Put", "HTTP Activity: Put"),
    Activity::new(8, "Trace", "HTTP Activity: Trace"),
    Activity::new(9, "Patch", "HTTP Activity: Patch"),
    Activity::new(99, "Other", "HTTP Activity: Other"),
];

pub(super) const DNS_ACTIVITY: &[Activity] = &[
    Activity::new(0, "Unknown", "DNS Activity: Unknown"),
    Activity::new(1, "Query", "DNS Activity: Query"),
    Activity::new(2, "Response", "DNS Activity: Response"),
    Activity::new(6, "Traffic", "DNS Activity: Traffic"),
    Activity::new(99, "Other", "DNS Activity: Other"),
];
