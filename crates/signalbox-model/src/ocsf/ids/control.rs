//! What a control did, and how sure, risky and bad something is.

/// What a control did with the activity as a whole: `action_id`.
pub mod action {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Allowed`.
    pub const ALLOWED: i64 = 1;
    /// `Denied`.
    pub const DENIED: i64 = 2;
    /// `Observed`.
    pub const OBSERVED: i64 = 3;
    /// `Modified`.
    pub const MODIFIED: i64 = 4;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (ALLOWED, "Allowed"),
        (DENIED, "Denied"),
        (OBSERVED, "Observed"),
        (MODIFIED, "Modified"),
        (OTHER, "Other"),
    ];
}

/// What a control did in detail: `disposition_id`.
pub mod disposition {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Allowed`.
    pub const ALLOWED: i64 = 1;
    /// `Blocked`.
    pub const BLOCKED: i64 = 2;
    /// `Quarantined`.
    pub const QUARANTINED: i64 = 3;
    /// `Isolated`.
    pub const ISOLATED: i64 = 4;
    /// `Deleted`.
    pub const DELETED: i64 = 5;
    /// `Dropped`.
    pub const DROPPED: i64 = 6;
    /// `Custom Action`.
    pub const CUSTOM_ACTION: i64 = 7;
    /// `Approved`.
    pub const APPROVED: i64 = 8;
    /// `Restored`.
    pub const RESTORED: i64 = 9;
    /// `Exonerated`.
    pub const EXONERATED: i64 = 10;
    /// `Corrected`.
    pub const CORRECTED: i64 = 11;
    /// `Partially Corrected`.
    pub const PARTIALLY_CORRECTED: i64 = 12;
    /// `Uncorrected`.
    pub const UNCORRECTED: i64 = 13;
    /// `Delayed`.
    pub const DELAYED: i64 = 14;
    /// `Detected`.
    pub const DETECTED: i64 = 15;
    /// `No Action`.
    pub const NO_ACTION: i64 = 16;
    /// `Logged`.
    pub const LOGGED: i64 = 17;
    /// `Tagged`.
    pub const TAGGED: i64 = 18;
    /// `Alert`.
    pub const ALERT: i64 = 19;
    /// `Count`.
    pub const COUNT: i64 = 20;
    /// `Reset`.
    pub const RESET: i64 = 21;
    /// `Captcha`.
    pub const CAPTCHA: i64 = 22;
    /// `Challenge`.
    pub const CHALLENGE: i64 = 23;
    /// `Access Revoked`.
    pub const ACCESS_REVOKED: i64 = 24;
    /// `Rejected`.
    pub const REJECTED: i64 = 25;
    /// `Unauthorized`.
    pub const UNAUTHORIZED: i64 = 26;
    /// `Error`.
    pub const ERROR: i64 = 27;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (ALLOWED, "Allowed"),
        (BLOCKED, "Blocked"),
        (QUARANTINED, "Quarantined"),
        (ISOLATED, "Isolated"),
        (DELETED, "Deleted"),
        (DROPPED, "Dropped"),
        (CUSTOM_ACTION, "Custom Action"),
        (APPROVED, "Approved"),
        (RESTORED, "Restored"),
        (EXONERATED, "Exonerated"),
        (CORRECTED, "Corrected"),
        (PARTIALLY_CORRECTED, "Partially Corrected"),
        (UNCORRECTED, "Uncorrected"),
        (DELAYED, "Delayed"),
        (DETECTED, "Detected"),
        (NO_ACTION, "No Action"),
        (LOGGED, "Logged"),
        (TAGGED, "Tagged"),
        (ALERT, "Alert"),
        (COUNT, "Count"),
        (RESET, "Reset"),
        (CAPTCHA, "Captcha"),
        (CHALLENGE, "Challenge"),
        (ACCESS_REVOKED, "Access Revoked"),
        (REJECTED, "Rejected"),
        (UNAUTHORIZED, "Unauthorized"),
        (ERROR, "Error"),
        (OTHER, "Other"),
    ];
}

/// How sure the source is: `confidence_id`.
pub mod confidence {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Low`.
    pub const LOW: i64 = 1;
    /// `Medium`.
    pub const MEDIUM: i64 = 2;
    /// `High`.
    pub const HIGH: i64 = 3;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions =
        &[(UNKNOWN, "Unknown"), (LOW, "Low"), (MEDIUM, "Medium"), (HIGH, "High"), (OTHER, "Other")];
}

/// How bad it is: `severity_id`, where it is not the event's own.
pub mod severity {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Informational`.
    pub const INFORMATIONAL: i64 = 1;
    /// `Low`.
    pub const LOW: i64 = 2;
    /// `Medium`.
    pub const MEDIUM: i64 = 3;
    /// `High`.
    pub const HIGH: i64 = 4;
    /// `Critical`.
    pub const CRITICAL: i64 = 5;
    /// `Fatal`.
    pub const FATAL: i64 = 6;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (INFORMATIONAL, "Informational"),
        (LOW, "Low"),
        (MEDIUM, "Medium"),
        (HIGH, "High"),
        (CRITICAL, "Critical"),
        (FATAL, "Fatal"),
        (OTHER, "Other"),
    ];
}

/// How risky it is: `risk_level_id`. It begins at 0 with Info.
pub mod risk_level {
    use crate::ocsf::caption::Captions;

    /// `Info`.
    pub const INFO: i64 = 0;
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
        (INFO, "Info"),
        (LOW, "Low"),
        (MEDIUM, "Medium"),
        (HIGH, "High"),
        (CRITICAL, "Critical"),
        (OTHER, "Other"),
    ];
}

/// What a malware is: `classification_ids`.
pub mod malware_classification {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Adware`.
    pub const ADWARE: i64 = 1;
    /// `Backdoor`.
    pub const BACKDOOR: i64 = 2;
    /// `Bot`.
    pub const BOT: i64 = 3;
    /// `Bootkit`.
    pub const BOOTKIT: i64 = 4;
    /// `DDOS`.
    pub const DDOS: i64 = 5;
    /// `Downloader`.
    pub const DOWNLOADER: i64 = 6;
    /// `Dropper`.
    pub const DROPPER: i64 = 7;
    /// `Exploit-Kit`.
    pub const EXPLOIT_KIT: i64 = 8;
    /// `Keylogger`.
    pub const KEYLOGGER: i64 = 9;
    /// `Ransomware`.
    pub const RANSOMWARE: i64 = 10;
    /// `Remote-Access-Trojan`.
    pub const REMOTE_ACCESS_TROJAN: i64 = 11;
    /// `Resource-Exploitation`.
    pub const RESOURCE_EXPLOITATION: i64 = 13;
    /// `Rogue-Security-Software`.
    pub const ROGUE_SECURITY_SOFTWARE: i64 = 14;
    /// `Rootkit`.
    pub const ROOTKIT: i64 = 15;
    /// `Screen-Capture`.
    pub const SCREEN_CAPTURE: i64 = 16;
    /// `Spyware`.
    pub const SPYWARE: i64 = 17;
    /// `Trojan`.
    pub const TROJAN: i64 = 18;
    /// `Virus`.
    pub const VIRUS: i64 = 19;
    /// `Webshell`.
    pub const WEBSHELL: i64 = 20;
    /// `Wiper`.
    pub const WIPER: i64 = 21;
    /// `Worm`.
    pub const WORM: i64 = 22;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (ADWARE, "Adware"),
        (BACKDOOR, "Backdoor"),
        (BOT, "Bot"),
        (BOOTKIT, "Bootkit"),
        (DDOS, "DDOS"),
        (DOWNLOADER, "Downloader"),
        (DROPPER, "Dropper"),
        (EXPLOIT_KIT, "Exploit-Kit"),
        (KEYLOGGER, "Keylogger"),
        (RANSOMWARE, "Ransomware"),
        (REMOTE_ACCESS_TROJAN, "Remote-Access-Trojan"),
        (RESOURCE_EXPLOITATION, "Resource-Exploitation"),
        (ROGUE_SECURITY_SOFTWARE, "Rogue-Security-Software"),
        (ROOTKIT, "Rootkit"),
        (SCREEN_CAPTURE, "Screen-Capture"),
        (SPYWARE, "Spyware"),
        (TROJAN, "Trojan"),
        (VIRUS, "Virus"),
        (WEBSHELL, "Webshell"),
        (WIPER, "Wiper"),
        (WORM, "Worm"),
        (OTHER, "Other"),
    ];
}

/// How trustworthy something is: `score_id`.
pub mod reputation_score {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Very Safe`.
    pub const VERY_SAFE: i64 = 1;
    /// `Safe`.
    pub const SAFE: i64 = 2;
    /// `Probably Safe`.
    pub const PROBABLY_SAFE: i64 = 3;
    /// `Leans Safe`.
    pub const LEANS_SAFE: i64 = 4;
    /// `May not be Safe`.
    pub const MAY_NOT_BE_SAFE: i64 = 5;
    /// `Exercise Caution`.
    pub const EXERCISE_CAUTION: i64 = 6;
    /// `Suspicious/Risky`.
    pub const SUSPICIOUS_RISKY: i64 = 7;
    /// `Possibly Malicious`.
    pub const POSSIBLY_MALICIOUS: i64 = 8;
    /// `Probably Malicious`.
    pub const PROBABLY_MALICIOUS: i64 = 9;
    /// `Malicious`.
    pub const MALICIOUS: i64 = 10;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (VERY_SAFE, "Very Safe"),
        (SAFE, "Safe"),
        (PROBABLY_SAFE, "Probably Safe"),
        (LEANS_SAFE, "Leans Safe"),
        (MAY_NOT_BE_SAFE, "May not be Safe"),
        (EXERCISE_CAUTION, "Exercise Caution"),
        (SUSPICIOUS_RISKY, "Suspicious/Risky"),
        (POSSIBLY_MALICIOUS, "Possibly Malicious"),
        (PROBABLY_MALICIOUS, "Probably Malicious"),
        (MALICIOUS, "Malicious"),
        (OTHER, "Other"),
    ];
}
