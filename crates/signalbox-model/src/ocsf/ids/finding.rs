//! What is known about a finding, and what people decided.

/// How an activity ended: `status_id` of all but findings.
pub mod status {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Success`.
    pub const SUCCESS: i64 = 1;
    /// `Failure`.
    pub const FAILURE: i64 = 2;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions =
        &[(UNKNOWN, "Unknown"), (SUCCESS, "Success"), (FAILURE, "Failure"), (OTHER, "Other")];
}

/// How far a finding is: `status_id` of findings.
pub mod finding_status {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `New`.
    pub const NEW: i64 = 1;
    /// `In Progress`.
    pub const IN_PROGRESS: i64 = 2;
    /// `Suppressed`.
    pub const SUPPRESSED: i64 = 3;
    /// `Resolved`.
    pub const RESOLVED: i64 = 4;
    /// `Archived`.
    pub const ARCHIVED: i64 = 5;
    /// `Deleted`.
    pub const DELETED: i64 = 6;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (NEW, "New"),
        (IN_PROGRESS, "In Progress"),
        (SUPPRESSED, "Suppressed"),
        (RESOLVED, "Resolved"),
        (ARCHIVED, "Archived"),
        (DELETED, "Deleted"),
        (OTHER, "Other"),
    ];
}

/// How far an incident is: `status_id` of incident findings.
pub mod incident_status {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `New`.
    pub const NEW: i64 = 1;
    /// `In Progress`.
    pub const IN_PROGRESS: i64 = 2;
    /// `On Hold`.
    pub const ON_HOLD: i64 = 3;
    /// `Resolved`.
    pub const RESOLVED: i64 = 4;
    /// `Closed`.
    pub const CLOSED: i64 = 5;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (NEW, "New"),
        (IN_PROGRESS, "In Progress"),
        (ON_HOLD, "On Hold"),
        (RESOLVED, "Resolved"),
        (CLOSED, "Closed"),
        (OTHER, "Other"),
    ];
}

/// Whether a control is met: `compliance.status_id`.
pub mod compliance_status {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Pass`.
    pub const PASS: i64 = 1;
    /// `Warning`.
    pub const WARNING: i64 = 2;
    /// `Fail`.
    pub const FAIL: i64 = 3;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (PASS, "Pass"),
        (WARNING, "Warning"),
        (FAIL, "Fail"),
        (OTHER, "Other"),
    ];
}

/// How much damage it does: `impact_id`.
pub mod impact {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Low`.
    pub const LOW: i64 = 1;
    /// `Medium`.
    pub const MEDIUM: i64 = 2;
    /// `High`.
    pub const HIGH: i64 = 3;
    /// `Critical`.
    pub const CRITICAL: i64 = 4;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (LOW, "Low"),
        (MEDIUM, "Medium"),
        (HIGH, "High"),
        (CRITICAL, "Critical"),
        (OTHER, "Other"),
    ];
}

/// How soon people want it done: `priority_id`.
pub mod priority {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Low`.
    pub const LOW: i64 = 1;
    /// `Medium`.
    pub const MEDIUM: i64 = 2;
    /// `High`.
    pub const HIGH: i64 = 3;
    /// `Critical`.
    pub const CRITICAL: i64 = 4;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (LOW, "Low"),
        (MEDIUM, "Medium"),
        (HIGH, "High"),
        (CRITICAL, "Critical"),
        (OTHER, "Other"),
    ];
}

/// What people found it to be: `verdict_id`.
pub mod verdict {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `False Positive`.
    pub const FALSE_POSITIVE: i64 = 1;
    /// `True Positive`.
    pub const TRUE_POSITIVE: i64 = 2;
    /// `Disregard`.
    pub const DISREGARD: i64 = 3;
    /// `Suspicious`.
    pub const SUSPICIOUS: i64 = 4;
    /// `Benign`.
    pub const BENIGN: i64 = 5;
    /// `Test`.
    pub const TEST: i64 = 6;
    /// `Insufficient Data`.
    pub const INSUFFICIENT_DATA: i64 = 7;
    /// `Security Risk`.
    pub const SECURITY_RISK: i64 = 8;
    /// `Managed Externally`.
    pub const MANAGED_EXTERNALLY: i64 = 9;
    /// `Duplicate`.
    pub const DUPLICATE: i64 = 10;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (FALSE_POSITIVE, "False Positive"),
        (TRUE_POSITIVE, "True Positive"),
        (DISREGARD, "Disregard"),
        (SUSPICIOUS, "Suspicious"),
        (BENIGN, "Benign"),
        (TEST, "Test"),
        (INSUFFICIENT_DATA, "Insufficient Data"),
        (SECURITY_RISK, "Security Risk"),
        (MANAGED_EXTERNALLY, "Managed Externally"),
        (DUPLICATE, "Duplicate"),
        (OTHER, "Other"),
    ];
}

/// What found it: `analytic.type_id`.
pub mod analytic_type {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Rule`.
    pub const RULE: i64 = 1;
    /// `Behavioral`.
    pub const BEHAVIORAL: i64 = 2;
    /// `Statistical`.
    pub const STATISTICAL: i64 = 3;
    /// `Learning (ML/DL)`.
    pub const LEARNING_ML_DL: i64 = 4;
    /// `Fingerprinting`.
    pub const FINGERPRINTING: i64 = 5;
    /// `Tagging`.
    pub const TAGGING: i64 = 6;
    /// `Keyword Match`.
    pub const KEYWORD_MATCH: i64 = 7;
    /// `Regular Expressions`.
    pub const REGULAR_EXPRESSIONS: i64 = 8;
    /// `Exact Data Match`.
    pub const EXACT_DATA_MATCH: i64 = 9;
    /// `Partial Data Match`.
    pub const PARTIAL_DATA_MATCH: i64 = 10;
    /// `Indexed Data Match`.
    pub const INDEXED_DATA_MATCH: i64 = 11;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (RULE, "Rule"),
        (BEHAVIORAL, "Behavioral"),
        (STATISTICAL, "Statistical"),
        (LEARNING_ML_DL, "Learning (ML/DL)"),
        (FINGERPRINTING, "Fingerprinting"),
        (TAGGING, "Tagging"),
        (KEYWORD_MATCH, "Keyword Match"),
        (REGULAR_EXPRESSIONS, "Regular Expressions"),
        (EXACT_DATA_MATCH, "Exact Data Match"),
        (PARTIAL_DATA_MATCH, "Partial Data Match"),
        (INDEXED_DATA_MATCH, "Indexed Data Match"),
        (OTHER, "Other"),
    ];
}

/// Whether an analytic is in use: `analytic.state_id`.
pub mod analytic_state {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Active`.
    pub const ACTIVE: i64 = 1;
    /// `Suppressed`.
    pub const SUPPRESSED: i64 = 2;
    /// `Experimental`.
    pub const EXPERIMENTAL: i64 = 3;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (ACTIVE, "Active"),
        (SUPPRESSED, "Suppressed"),
        (EXPERIMENTAL, "Experimental"),
        (OTHER, "Other"),
    ];
}

/// How far an attack is: `phase_id`.
pub mod kill_chain_phase {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Reconnaissance`.
    pub const RECONNAISSANCE: i64 = 1;
    /// `Weaponization`.
    pub const WEAPONIZATION: i64 = 2;
    /// `Delivery`.
    pub const DELIVERY: i64 = 3;
    /// `Exploitation`.
    pub const EXPLOITATION: i64 = 4;
    /// `Installation`.
    pub const INSTALLATION: i64 = 5;
    /// `Command & Control`.
    pub const COMMAND_CONTROL: i64 = 6;
    /// `Actions on Objectives`.
    pub const ACTIONS_ON_OBJECTIVES: i64 = 7;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (RECONNAISSANCE, "Reconnaissance"),
        (WEAPONIZATION, "Weaponization"),
        (DELIVERY, "Delivery"),
        (EXPLOITATION, "Exploitation"),
        (INSTALLATION, "Installation"),
        (COMMAND_CONTROL, "Command & Control"),
        (ACTIONS_ON_OBJECTIVES, "Actions on Objectives"),
        (OTHER, "Other"),
    ];
}

/// What an observable is: `observables.type_id`.
pub mod observable_type {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Hostname`.
    pub const HOSTNAME: i64 = 1;
    /// `IP Address`.
    pub const IP_ADDRESS: i64 = 2;
    /// `MAC Address`.
    pub const MAC_ADDRESS: i64 = 3;
    /// `User Name`.
    pub const USER_NAME: i64 = 4;
    /// `Email Address`.
    pub const EMAIL_ADDRESS: i64 = 5;
    /// `URL String`.
    pub const URL_STRING: i64 = 6;
    /// `File Name`.
    pub const FILE_NAME: i64 = 7;
    /// `Hash`.
    pub const HASH: i64 = 8;
    /// `Process Name`.
    pub const PROCESS_NAME: i64 = 9;
    /// `Resource UID`.
    pub const RESOURCE_UID: i64 = 10;
    /// `Port`.
    pub const PORT: i64 = 11;
    /// `Subnet`.
    pub const SUBNET: i64 = 12;
    /// `Command Line`.
    pub const COMMAND_LINE: i64 = 13;
    /// `Country`.
    pub const COUNTRY: i64 = 14;
    /// `Process ID`.
    pub const PROCESS_ID: i64 = 15;
    /// `HTTP User-Agent`.
    pub const HTTP_USER_AGENT: i64 = 16;
    /// `CWE Object: Unique ID`.
    pub const CWE_OBJECT_UNIQUE_ID: i64 = 17;
    /// `CVE Object: Unique ID`.
    pub const CVE_OBJECT_UNIQUE_ID: i64 = 18;
    /// `User Credential ID`.
    pub const USER_CREDENTIAL_ID: i64 = 19;
    /// `Endpoint`.
    pub const ENDPOINT: i64 = 20;
    /// `User`.
    pub const USER: i64 = 21;
    /// `Email`.
    pub const EMAIL: i64 = 22;
    /// `Uniform Resource Locator`.
    pub const UNIFORM_RESOURCE_LOCATOR: i64 = 23;
    /// `File`.
    pub const FILE: i64 = 24;
    /// `Process`.
    pub const PROCESS: i64 = 25;
    /// `Geo Location`.
    pub const GEO_LOCATION: i64 = 26;
    /// `Container`.
    pub const CONTAINER: i64 = 27;
    /// `Registry Key`.
    pub const REGISTRY_KEY: i64 = 28;
    /// `Registry Value`.
    pub const REGISTRY_VALUE: i64 = 29;
    /// `Fingerprint`.
    pub const FINGERPRINT: i64 = 30;
    /// `User Object: Unique ID`.
    pub const USER_OBJECT_UNIQUE_ID: i64 = 31;
    /// `Group Object: Name`.
    pub const GROUP_OBJECT_NAME: i64 = 32;
    /// `Group Object: Unique ID`.
    pub const GROUP_OBJECT_UNIQUE_ID: i64 = 33;
    /// `Account Object: Name`.
    pub const ACCOUNT_OBJECT_NAME: i64 = 34;
    /// `Account Object: Unique ID`.
    pub const ACCOUNT_OBJECT_UNIQUE_ID: i64 = 35;
    /// `Script Content`.
    pub const SCRIPT_CONTENT: i64 = 36;
    /// `Serial Number`.
    pub const SERIAL_NUMBER: i64 = 37;
    /// `Resource Details Object: Name`.
    pub const RESOURCE_DETAILS_OBJECT_NAME: i64 = 38;
    /// `Process Entity Object: Unique ID`.
    pub const PROCESS_ENTITY_OBJECT_UNIQUE_ID: i64 = 39;
    /// `Email Object: Subject Details`.
    pub const EMAIL_OBJECT_SUBJECT_DETAILS: i64 = 40;
    /// `Email Object: Unique ID`.
    pub const EMAIL_OBJECT_UNIQUE_ID: i64 = 41;
    /// `Message UID`.
    pub const MESSAGE_UID: i64 = 42;
    /// `Registry Value Object: Name`.
    pub const REGISTRY_VALUE_OBJECT_NAME: i64 = 43;
    /// `Advisory Object: Unique ID`.
    pub const ADVISORY_OBJECT_UNIQUE_ID: i64 = 44;
    /// `File Path`.
    pub const FILE_PATH: i64 = 45;
    /// `Registry Key Path`.
    pub const REGISTRY_KEY_PATH: i64 = 46;
    /// `Device Object: Unique ID`.
    pub const DEVICE_OBJECT_UNIQUE_ID: i64 = 47;
    /// `Network Endpoint Object: Unique ID`.
    pub const NETWORK_ENDPOINT_OBJECT_UNIQUE_ID: i64 = 48;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (HOSTNAME, "Hostname"),
        (IP_ADDRESS, "IP Address"),
        (MAC_ADDRESS, "MAC Address"),
        (USER_NAME, "User Name"),
        (EMAIL_ADDRESS, "Email Address"),
        (URL_STRING, "URL String"),
        (FILE_NAME, "File Name"),
        (HASH, "Hash"),
        (PROCESS_NAME, "Process Name"),
        (RESOURCE_UID, "Resource UID"),
        (PORT, "Port"),
        (SUBNET, "Subnet"),
        (COMMAND_LINE, "Command Line"),
        (COUNTRY, "Country"),
        (PROCESS_ID, "Process ID"),
        (HTTP_USER_AGENT, "HTTP User-Agent"),
        (CWE_OBJECT_UNIQUE_ID, "CWE Object: Unique ID"),
        (CVE_OBJECT_UNIQUE_ID, "CVE Object: Unique ID"),
        (USER_CREDENTIAL_ID, "User Credential ID"),
        (ENDPOINT, "Endpoint"),
        (USER, "User"),
        (EMAIL, "Email"),
        (UNIFORM_RESOURCE_LOCATOR, "Uniform Resource Locator"),
        (FILE, "File"),
        (PROCESS, "Process"),
        (GEO_LOCATION, "Geo Location"),
        (CONTAINER, "Container"),
        (REGISTRY_KEY, "Registry Key"),
        (REGISTRY_VALUE, "Registry Value"),
        (FINGERPRINT, "Fingerprint"),
        (USER_OBJECT_UNIQUE_ID, "User Object: Unique ID"),
        (GROUP_OBJECT_NAME, "Group Object: Name"),
        (GROUP_OBJECT_UNIQUE_ID, "Group Object: Unique ID"),
        (ACCOUNT_OBJECT_NAME, "Account Object: Name"),
        (ACCOUNT_OBJECT_UNIQUE_ID, "Account Object: Unique ID"),
        (SCRIPT_CONTENT, "Script Content"),
        (SERIAL_NUMBER, "Serial Number"),
        (RESOURCE_DETAILS_OBJECT_NAME, "Resource Details Object: Name"),
        (PROCESS_ENTITY_OBJECT_UNIQUE_ID, "Process Entity Object: Unique ID"),
        (EMAIL_OBJECT_SUBJECT_DETAILS, "Email Object: Subject Details"),
        (EMAIL_OBJECT_UNIQUE_ID, "Email Object: Unique ID"),
        (MESSAGE_UID, "Message UID"),
        (REGISTRY_VALUE_OBJECT_NAME, "Registry Value Object: Name"),
        (ADVISORY_OBJECT_UNIQUE_ID, "Advisory Object: Unique ID"),
        (FILE_PATH, "File Path"),
        (REGISTRY_KEY_PATH, "Registry Key Path"),
        (DEVICE_OBJECT_UNIQUE_ID, "Device Object: Unique ID"),
        (NETWORK_ENDPOINT_OBJECT_UNIQUE_ID, "Network Endpoint Object: Unique ID"),
        (OTHER, "Other"),
    ];
}

/// What an indicator is: `osint.type_id`.
pub mod osint_type {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `IP Address`.
    pub const IP_ADDRESS: i64 = 1;
    /// `Domain`.
    pub const DOMAIN: i64 = 2;
    /// `Hostname`.
    pub const HOSTNAME: i64 = 3;
    /// `Hash`.
    pub const HASH: i64 = 4;
    /// `URL`.
    pub const URL: i64 = 5;
    /// `User Agent`.
    pub const USER_AGENT: i64 = 6;
    /// `Digital Certificate`.
    pub const DIGITAL_CERTIFICATE: i64 = 7;
    /// `Email`.
    pub const EMAIL: i64 = 8;
    /// `Email Address`.
    pub const EMAIL_ADDRESS: i64 = 9;
    /// `Vulnerability`.
    pub const VULNERABILITY: i64 = 10;
    /// `File`.
    pub const FILE: i64 = 11;
    /// `Registry Key`.
    pub const REGISTRY_KEY: i64 = 12;
    /// `Registry Value`.
    pub const REGISTRY_VALUE: i64 = 13;
    /// `Command Line`.
    pub const COMMAND_LINE: i64 = 14;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (IP_ADDRESS, "IP Address"),
        (DOMAIN, "Domain"),
        (HOSTNAME, "Hostname"),
        (HASH, "Hash"),
        (URL, "URL"),
        (USER_AGENT, "User Agent"),
        (DIGITAL_CERTIFICATE, "Digital Certificate"),
        (EMAIL, "Email"),
        (EMAIL_ADDRESS, "Email Address"),
        (VULNERABILITY, "Vulnerability"),
        (FILE, "File"),
        (REGISTRY_KEY, "Registry Key"),
        (REGISTRY_VALUE, "Registry Value"),
        (COMMAND_LINE, "Command Line"),
        (OTHER, "Other"),
    ];
}

/// What a ticket is: `tickets.type_id`.
pub mod ticket_type {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Internal`.
    pub const INTERNAL: i64 = 1;
    /// `External`.
    pub const EXTERNAL: i64 = 2;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions =
        &[(UNKNOWN, "Unknown"), (INTERNAL, "Internal"), (EXTERNAL, "External"), (OTHER, "Other")];
}

/// How far a ticket is: `tickets.status_id`.
pub mod ticket_status {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `New`.
    pub const NEW: i64 = 1;
    /// `In Progress`.
    pub const IN_PROGRESS: i64 = 2;
    /// `Notified`.
    pub const NOTIFIED: i64 = 3;
    /// `On Hold`.
    pub const ON_HOLD: i64 = 4;
    /// `Resolved`.
    pub const RESOLVED: i64 = 5;
    /// `Closed`.
    pub const CLOSED: i64 = 6;
    /// `Canceled`.
    pub const CANCELED: i64 = 7;
    /// `Reopened`.
    pub const REOPENED: i64 = 8;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (NEW, "New"),
        (IN_PROGRESS, "In Progress"),
        (NOTIFIED, "Notified"),
        (ON_HOLD, "On Hold"),
        (RESOLVED, "Resolved"),
        (CLOSED, "Closed"),
        (CANCELED, "Canceled"),
        (REOPENED, "Reopened"),
        (OTHER, "Other"),
    ];
}

/// How much a fix mends: `fix_coverage_id`.
pub mod fix_coverage {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Complete`.
    pub const COMPLETE: i64 = 1;
    /// `Partial`.
    pub const PARTIAL: i64 = 2;
    /// `None`.
    pub const NONE: i64 = 3;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (COMPLETE, "Complete"),
        (PARTIAL, "Partial"),
        (NONE, "None"),
        (OTHER, "Other"),
    ];
}

/// Whether a fix is installed: `install_state_id`.
pub mod install_state {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Installed`.
    pub const INSTALLED: i64 = 1;
    /// `Not Installed`.
    pub const NOT_INSTALLED: i64 = 2;
    /// `Installed Pending Reboot`.
    pub const INSTALLED_PENDING_REBOOT: i64 = 3;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (INSTALLED, "Installed"),
        (NOT_INSTALLED, "Not Installed"),
        (INSTALLED_PENDING_REBOOT, "Installed Pending Reboot"),
        (OTHER, "Other"),
    ];
}
