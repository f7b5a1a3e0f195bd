//! Machines and what is on them.

/// What a machine is: `device.type_id` and that of endpoints.
pub mod device_type {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Server`.
    pub const SERVER: i64 = 1;
    /// `Desktop`.
    pub const DESKTOP: i64 = 2;
    /// `Laptop`.
    pub const LAPTOP: i64 = 3;
    /// `Tablet`.
    pub const TABLET: i64 = 4;
    /// `Mobile`.
    pub const MOBILE: i64 = 5;
    /// `Virtual`.
    pub const VIRTUAL: i64 = 6;
    /// `IOT`.
    pub const IOT: i64 = 7;
    /// `Browser`.
    pub const BROWSER: i64 = 8;
    /// `Firewall`.
    pub const FIREWALL: i64 = 9;
    /// `Switch`.
    pub const SWITCH: i64 = 10;
    /// `Hub`.
    pub const HUB: i64 = 11;
    /// `Router`.
    pub const ROUTER: i64 = 12;
    /// `IDS`.
    pub const IDS: i64 = 13;
    /// `IPS`.
    pub const IPS: i64 = 14;
    /// `Load Balancer`.
    pub const LOAD_BALANCER: i64 = 15;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (SERVER, "Server"),
        (DESKTOP, "Desktop"),
        (LAPTOP, "Laptop"),
        (TABLET, "Tablet"),
        (MOBILE, "Mobile"),
        (VIRTUAL, "Virtual"),
        (IOT, "IOT"),
        (BROWSER, "Browser"),
        (FIREWALL, "Firewall"),
        (SWITCH, "Switch"),
        (HUB, "Hub"),
        (ROUTER, "Router"),
        (IDS, "IDS"),
        (IPS, "IPS"),
        (LOAD_BALANCER, "Load Balancer"),
        (OTHER, "Other"),
    ];
}

/// Which family an operating system is of: `os.type_id`.
pub mod os_type {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// `Windows`.
    pub const WINDOWS: i64 = 100;
    /// `Windows Mobile`.
    pub const WINDOWS_MOBILE: i64 = 101;
    /// `Linux`.
    pub const LINUX: i64 = 200;
    /// `Android`.
    pub const ANDROID: i64 = 201;
    /// `macOS`.
    pub const MACOS: i64 = 300;
    /// `iOS`.
    pub const IOS: i64 = 301;
    /// `iPadOS`.
    pub const IPADOS: i64 = 302;
    /// `Solaris`.
    pub const SOLARIS: i64 = 400;
    /// `AIX`.
    pub const AIX: i64 = 401;
    /// `HP-UX`.
    pub const HP_UX: i64 = 402;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (OTHER, "Other"),
        (WINDOWS, "Windows"),
        (WINDOWS_MOBILE, "Windows Mobile"),
        (LINUX, "Linux"),
        (ANDROID, "Android"),
        (MACOS, "macOS"),
        (IOS, "iOS"),
        (IPADOS, "iPadOS"),
        (SOLARIS, "Solaris"),
        (AIX, "AIX"),
        (HP_UX, "HP-UX"),
    ];
}

/// What an agent does: `agent_list.type_id`.
pub mod agent_type {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Endpoint Detection and Response`.
    pub const ENDPOINT_DETECTION_AND_RESPONSE: i64 = 1;
    /// `Data Loss Prevention`.
    pub const DATA_LOSS_PREVENTION: i64 = 2;
    /// `Backup & Recovery`.
    pub const BACKUP_RECOVERY: i64 = 3;
    /// `Performance Monitoring & Observability`.
    pub const PERFORMANCE_MONITORING_OBSERVABILITY: i64 = 4;
    /// `Vulnerability Management`.
    pub const VULNERABILITY_MANAGEMENT: i64 = 5;
    /// `Log Forwarding`.
    pub const LOG_FORWARDING: i64 = 6;
    /// `Mobile Device Management`.
    pub const MOBILE_DEVICE_MANAGEMENT: i64 = 7;
    /// `Configuration Management`.
    pub const CONFIGURATION_MANAGEMENT: i64 = 8;
    /// `Remote Access`.
    pub const REMOTE_ACCESS: i64 = 9;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (ENDPOINT_DETECTION_AND_RESPONSE, "Endpoint Detection and Response"),
        (DATA_LOSS_PREVENTION, "Data Loss Prevention"),
        (BACKUP_RECOVERY, "Backup & Recovery"),
        (PERFORMANCE_MONITORING_OBSERVABILITY, "Performance Monitoring & Observability"),
        (VULNERABILITY_MANAGEMENT, "Vulnerability Management"),
        (LOG_FORWARDING, "Log Forwarding"),
        (MOBILE_DEVICE_MANAGEMENT, "Mobile Device Management"),
        (CONFIGURATION_MANAGEMENT, "Configuration Management"),
        (REMOTE_ACCESS, "Remote Access"),
        (OTHER, "Other"),
    ];
}

/// What part a resource plays: `resources.role_id`.
pub mod resource_role {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Target`.
    pub const TARGET: i64 = 1;
    /// `Actor`.
    pub const ACTOR: i64 = 2;
    /// `Affected`.
    pub const AFFECTED: i64 = 3;
    /// `Related`.
    pub const RELATED: i64 = 4;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (TARGET, "Target"),
        (ACTOR, "Actor"),
        (AFFECTED, "Affected"),
        (RELATED, "Related"),
        (OTHER, "Other"),
    ];
}

/// How a hash was made: `algorithm_id`.
pub mod hash_algorithm {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `MD5`.
    pub const MD5: i64 = 1;
    /// `SHA-1`.
    pub const SHA_1: i64 = 2;
    /// `SHA-256`.
    pub const SHA_256: i64 = 3;
    /// `SHA-512`.
    pub const SHA_512: i64 = 4;
    /// `CTPH`.
    pub const CTPH: i64 = 5;
    /// `TLSH`.
    pub const TLSH: i64 = 6;
    /// `quickXorHash`.
    pub const QUICKXORHASH: i64 = 7;
    /// `SHA-224`.
    pub const SHA_224: i64 = 8;
    /// `SHA-384`.
    pub const SHA_384: i64 = 9;
    /// `SHA-512/224`.
    pub const SHA_512_224: i64 = 10;
    /// `SHA-512/256`.
    pub const SHA_512_256: i64 = 11;
    /// `SHA3-224`.
    pub const SHA3_224: i64 = 12;
    /// `SHA3-256`.
    pub const SHA3_256: i64 = 13;
    /// `SHA3-384`.
    pub const SHA3_384: i64 = 14;
    /// `SHA3-512`.
    pub const SHA3_512: i64 = 15;
    /// `xxHash H3 64-bit`.
    pub const XXHASH_H3_64_BIT: i64 = 16;
    /// `xxHash H3 128-bit`.
    pub const XXHASH_H3_128_BIT: i64 = 17;
    /// `Imphash`.
    pub const IMPHASH: i64 = 18;
    /// `NPF`.
    pub const NPF: i64 = 19;
    /// `HASSH`.
    pub const HASSH: i64 = 20;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (MD5, "MD5"),
        (SHA_1, "SHA-1"),
        (SHA_256, "SHA-256"),
        (SHA_512, "SHA-512"),
        (CTPH, "CTPH"),
        (TLSH, "TLSH"),
        (QUICKXORHASH, "quickXorHash"),
        (SHA_224, "SHA-224"),
        (SHA_384, "SHA-384"),
        (SHA_512_224, "SHA-512/224"),
        (SHA_512_256, "SHA-512/256"),
        (SHA3_224, "SHA3-224"),
        (SHA3_256, "SHA3-256"),
        (SHA3_384, "SHA3-384"),
        (SHA3_512, "SHA3-512"),
        (XXHASH_H3_64_BIT, "xxHash H3 64-bit"),
        (XXHASH_H3_128_BIT, "xxHash H3 128-bit"),
        (IMPHASH, "Imphash"),
        (NPF, "NPF"),
        (HASSH, "HASSH"),
        (OTHER, "Other"),
    ];
}

/// What a file is: `file.type_id`.
pub mod file_type {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Regular File`.
    pub const REGULAR_FILE: i64 = 1;
    /// `Folder`.
    pub const FOLDER: i64 = 2;
    /// `Character Device`.
    pub const CHARACTER_DEVICE: i64 = 3;
    /// `Block Device`.
    pub const BLOCK_DEVICE: i64 = 4;
    /// `Local Socket`.
    pub const LOCAL_SOCKET: i64 = 5;
    /// `Named Pipe`.
    pub const NAMED_PIPE: i64 = 6;
    /// `Symbolic Link`.
    pub const SYMBOLIC_LINK: i64 = 7;
    /// `Executable File`.
    pub const EXECUTABLE_FILE: i64 = 8;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (REGULAR_FILE, "Regular File"),
        (FOLDER, "Folder"),
        (CHARACTER_DEVICE, "Character Device"),
        (BLOCK_DEVICE, "Block Device"),
        (LOCAL_SOCKET, "Local Socket"),
        (NAMED_PIPE, "Named Pipe"),
        (SYMBOLIC_LINK, "Symbolic Link"),
        (EXECUTABLE_FILE, "Executable File"),
        (OTHER, "Other"),
    ];
}

/// The language of a script: `script.type_id`.
pub mod script_type {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Windows Command Prompt`.
    pub const WINDOWS_COMMAND_PROMPT: i64 = 1;
    /// `PowerShell`.
    pub const POWERSHELL: i64 = 2;
    /// `Python`.
    pub const PYTHON: i64 = 3;
    /// `JavaScript`.
    pub const JAVASCRIPT: i64 = 4;
    /// `VBScript`.
    pub const VBSCRIPT: i64 = 5;
    /// `Unix Shell`.
    pub const UNIX_SHELL: i64 = 6;
    /// `VBA`.
    pub const VBA: i64 = 7;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (WINDOWS_COMMAND_PROMPT, "Windows Command Prompt"),
        (POWERSHELL, "PowerShell"),
        (PYTHON, "Python"),
        (JAVASCRIPT, "JavaScript"),
        (VBSCRIPT, "VBScript"),
        (UNIX_SHELL, "Unix Shell"),
        (VBA, "VBA"),
        (OTHER, "Other"),
    ];
}

/// Whether a job runs: `run_state_id`.
pub mod run_state {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Ready`.
    pub const READY: i64 = 1;
    /// `Queued`.
    pub const QUEUED: i64 = 2;
    /// `Running`.
    pub const RUNNING: i64 = 3;
    /// `Stopped`.
    pub const STOPPED: i64 = 4;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (READY, "Ready"),
        (QUEUED, "Queued"),
        (RUNNING, "Running"),
        (STOPPED, "Stopped"),
        (OTHER, "Other"),
    ];
}

/// What a process may touch: `integrity_id`.
pub mod integrity {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Untrusted`.
    pub const UNTRUSTED: i64 = 1;
    /// `Low`.
    pub const LOW: i64 = 2;
    /// `Medium`.
    pub const MEDIUM: i64 = 3;
    /// `High`.
    pub const HIGH: i64 = 4;
    /// `System`.
    pub const SYSTEM: i64 = 5;
    /// `Protected`.
    pub const PROTECTED: i64 = 6;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (UNTRUSTED, "Untrusted"),
        (LOW, "Low"),
        (MEDIUM, "Medium"),
        (HIGH, "High"),
        (SYSTEM, "System"),
        (PROTECTED, "Protected"),
        (OTHER, "Other"),
    ];
}

/// What a package is: `affected_packages.type_id`.
pub mod package_type {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Application`.
    pub const APPLICATION: i64 = 1;
    /// `Operating System`.
    pub const OPERATING_SYSTEM: i64 = 2;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (APPLICATION, "Application"),
        (OPERATING_SYSTEM, "Operating System"),
        (OTHER, "Other"),
    ];
}

/// What a database is: `database.type_id`.
pub mod database_type {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Relational`.
    pub const RELATIONAL: i64 = 1;
    /// `Network`.
    pub const NETWORK: i64 = 2;
    /// `Object Oriented`.
    pub const OBJECT_ORIENTED: i64 = 3;
    /// `Centralized`.
    pub const CENTRALIZED: i64 = 4;
    /// `Operational`.
    pub const OPERATIONAL: i64 = 5;
    /// `NoSQL`.
    pub const NOSQL: i64 = 6;
    /// `Vector`.
    pub const VECTOR: i64 = 7;
    /// `Knowledge Graph`.
    pub const KNOWLEDGE_GRAPH: i64 = 8;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (RELATIONAL, "Relational"),
        (NETWORK, "Network"),
        (OBJECT_ORIENTED, "Object Oriented"),
        (CENTRALIZED, "Centralized"),
        (OPERATIONAL, "Operational"),
        (NOSQL, "NoSQL"),
        (VECTOR, "Vector"),
        (KNOWLEDGE_GRAPH, "Knowledge Graph"),
        (OTHER, "Other"),
    ];
}

/// What a bucket is: `databucket.type_id`.
pub mod databucket_type {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `S3`.
    pub const S3: i64 = 1;
    /// `Azure Blob`.
    pub const AZURE_BLOB: i64 = 2;
    /// `GCP Bucket`.
    pub const GCP_BUCKET: i64 = 3;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (S3, "S3"),
        (AZURE_BLOB, "Azure Blob"),
        (GCP_BUCKET, "GCP Bucket"),
        (OTHER, "Other"),
    ];
}
