//! Users, accounts and how they log in.

/// What a user is: `user.type_id`.
pub mod user_type {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `User`.
    pub const USER: i64 = 1;
    /// `Admin`.
    pub const ADMIN: i64 = 2;
    /// `System`.
    pub const SYSTEM: i64 = 3;
    /// `Service`.
    pub const SERVICE: i64 = 4;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (USER, "User"),
        (ADMIN, "Admin"),
        (SYSTEM, "System"),
        (SERVICE, "Service"),
        (OTHER, "Other"),
    ];
}

/// What an account is: `account.type_id`.
pub mod account_type {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `LDAP Account`.
    pub const LDAP_ACCOUNT: i64 = 1;
    /// `Windows Account`.
    pub const WINDOWS_ACCOUNT: i64 = 2;
    /// `AWS IAM User`.
    pub const AWS_IAM_USER: i64 = 3;
    /// `AWS IAM Role`.
    pub const AWS_IAM_ROLE: i64 = 4;
    /// `GCP Account`.
    pub const GCP_ACCOUNT: i64 = 5;
    /// `Azure AD Account`.
    pub const AZURE_AD_ACCOUNT: i64 = 6;
    /// `Mac OS Account`.
    pub const MAC_OS_ACCOUNT: i64 = 7;
    /// `Apple Account`.
    pub const APPLE_ACCOUNT: i64 = 8;
    /// `Linux Account`.
    pub const LINUX_ACCOUNT: i64 = 9;
    /// `AWS Account`.
    pub const AWS_ACCOUNT: i64 = 10;
    /// `GCP Project`.
    pub const GCP_PROJECT: i64 = 11;
    /// `OCI Compartment`.
    pub const OCI_COMPARTMENT: i64 = 12;
    /// `Azure Subscription`.
    pub const AZURE_SUBSCRIPTION: i64 = 13;
    /// `Salesforce Account`.
    pub const SALESFORCE_ACCOUNT: i64 = 14;
    /// `Google Workspace`.
    pub const GOOGLE_WORKSPACE: i64 = 15;
    /// `Servicenow Instance`.
    pub const SERVICENOW_INSTANCE: i64 = 16;
    /// `M365 Tenant`.
    pub const M365_TENANT: i64 = 17;
    /// `Email Account`.
    pub const EMAIL_ACCOUNT: i64 = 18;
    /// `ActiveDirectory Account`.
    pub const ACTIVEDIRECTORY_ACCOUNT: i64 = 19;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (LDAP_ACCOUNT, "LDAP Account"),
        (WINDOWS_ACCOUNT, "Windows Account"),
        (AWS_IAM_USER, "AWS IAM User"),
        (AWS_IAM_ROLE, "AWS IAM Role"),
        (GCP_ACCOUNT, "GCP Account"),
        (AZURE_AD_ACCOUNT, "Azure AD Account"),
        (MAC_OS_ACCOUNT, "Mac OS Account"),
        (APPLE_ACCOUNT, "Apple Account"),
        (LINUX_ACCOUNT, "Linux Account"),
        (AWS_ACCOUNT, "AWS Account"),
        (GCP_PROJECT, "GCP Project"),
        (OCI_COMPARTMENT, "OCI Compartment"),
        (AZURE_SUBSCRIPTION, "Azure Subscription"),
        (SALESFORCE_ACCOUNT, "Salesforce Account"),
        (GOOGLE_WORKSPACE, "Google Workspace"),
        (SERVICENOW_INSTANCE, "Servicenow Instance"),
        (M365_TENANT, "M365 Tenant"),
        (EMAIL_ACCOUNT, "Email Account"),
        (ACTIVEDIRECTORY_ACCOUNT, "ActiveDirectory Account"),
        (OTHER, "Other"),
    ];
}

/// What an identity was proved with: `factor_type_id`.
pub mod auth_factor_type {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `SMS`.
    pub const SMS: i64 = 1;
    /// `Security Question`.
    pub const SECURITY_QUESTION: i64 = 2;
    /// `Phone Call`.
    pub const PHONE_CALL: i64 = 3;
    /// `Biometric`.
    pub const BIOMETRIC: i64 = 4;
    /// `Push Notification`.
    pub const PUSH_NOTIFICATION: i64 = 5;
    /// `Hardware Token`.
    pub const HARDWARE_TOKEN: i64 = 6;
    /// `OTP`.
    pub const OTP: i64 = 7;
    /// `Email`.
    pub const EMAIL: i64 = 8;
    /// `U2F`.
    pub const U2F: i64 = 9;
    /// `WebAuthn`.
    pub const WEBAUTHN: i64 = 10;
    /// `Password`.
    pub const PASSWORD: i64 = 11;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (SMS, "SMS"),
        (SECURITY_QUESTION, "Security Question"),
        (PHONE_CALL, "Phone Call"),
        (BIOMETRIC, "Biometric"),
        (PUSH_NOTIFICATION, "Push Notification"),
        (HARDWARE_TOKEN, "Hardware Token"),
        (OTP, "OTP"),
        (EMAIL, "Email"),
        (U2F, "U2F"),
        (WEBAUTHN, "WebAuthn"),
        (PASSWORD, "Password"),
        (OTHER, "Other"),
    ];
}

/// How an identity was proved: `auth_protocol_id`.
pub mod auth_protocol {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `NTLM`.
    pub const NTLM: i64 = 1;
    /// `Kerberos`.
    pub const KERBEROS: i64 = 2;
    /// `Digest`.
    pub const DIGEST: i64 = 3;
    /// `OpenID`.
    pub const OPENID: i64 = 4;
    /// `SAML`.
    pub const SAML: i64 = 5;
    /// `OAUTH 2.0`.
    pub const OAUTH_2_0: i64 = 6;
    /// `PAP`.
    pub const PAP: i64 = 7;
    /// `CHAP`.
    pub const CHAP: i64 = 8;
    /// `EAP`.
    pub const EAP: i64 = 9;
    /// `RADIUS`.
    pub const RADIUS: i64 = 10;
    /// `Basic Authentication`.
    pub const BASIC_AUTHENTICATION: i64 = 11;
    /// `LDAP`.
    pub const LDAP: i64 = 12;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (NTLM, "NTLM"),
        (KERBEROS, "Kerberos"),
        (DIGEST, "Digest"),
        (OPENID, "OpenID"),
        (SAML, "SAML"),
        (OAUTH_2_0, "OAUTH 2.0"),
        (PAP, "PAP"),
        (CHAP, "CHAP"),
        (EAP, "EAP"),
        (RADIUS, "RADIUS"),
        (BASIC_AUTHENTICATION, "Basic Authentication"),
        (LDAP, "LDAP"),
        (OTHER, "Other"),
    ];
}

/// How a user logged in: `logon_type_id`.
pub mod logon_type {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `System`.
    pub const SYSTEM: i64 = 1;
    /// `Interactive`.
    pub const INTERACTIVE: i64 = 2;
    /// `Network`.
    pub const NETWORK: i64 = 3;
    /// `Batch`.
    pub const BATCH: i64 = 4;
    /// `OS Service`.
    pub const OS_SERVICE: i64 = 5;
    /// `Unlock`.
    pub const UNLOCK: i64 = 7;
    /// `Network Cleartext`.
    pub const NETWORK_CLEARTEXT: i64 = 8;
    /// `New Credentials`.
    pub const NEW_CREDENTIALS: i64 = 9;
    /// `Remote Interactive`.
    pub const REMOTE_INTERACTIVE: i64 = 10;
    /// `Cached Interactive`.
    pub const CACHED_INTERACTIVE: i64 = 11;
    /// `Cached Remote Interactive`.
    pub const CACHED_REMOTE_INTERACTIVE: i64 = 12;
    /// `Cached Unlock`.
    pub const CACHED_UNLOCK: i64 = 13;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (SYSTEM, "System"),
        (INTERACTIVE, "Interactive"),
        (NETWORK, "Network"),
        (BATCH, "Batch"),
        (OS_SERVICE, "OS Service"),
        (UNLOCK, "Unlock"),
        (NETWORK_CLEARTEXT, "Network Cleartext"),
        (NEW_CREDENTIALS, "New Credentials"),
        (REMOTE_INTERACTIVE, "Remote Interactive"),
        (CACHED_INTERACTIVE, "Cached Interactive"),
        (CACHED_REMOTE_INTERACTIVE, "Cached Remote Interactive"),
        (CACHED_UNLOCK, "Cached Unlock"),
        (OTHER, "Other"),
    ];
}

/// How a user became another: `account_switch_type_id`.
pub mod account_switch_type {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Substitute User`.
    pub const SUBSTITUTE_USER: i64 = 1;
    /// `Impersonate`.
    pub const IMPERSONATE: i64 = 2;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (SUBSTITUTE_USER, "Substitute User"),
        (IMPERSONATE, "Impersonate"),
        (OTHER, "Other"),
    ];
}

/// What is managed: `entity.type_id`.
pub mod managed_entity_type {
    use crate::ocsf::caption::Captions;

    /// `Unknown`.
    pub const UNKNOWN: i64 = 0;
    /// `Device`.
    pub const DEVICE: i64 = 1;
    /// `User`.
    pub const USER: i64 = 2;
    /// `Group`.
    pub const GROUP: i64 = 3;
    /// `Organization`.
    pub const ORGANIZATION: i64 = 4;
    /// `Policy`.
    pub const POLICY: i64 = 5;
    /// `Email`.
    pub const EMAIL: i64 = 6;
    /// `Network Zone`.
    pub const NETWORK_ZONE: i64 = 7;
    /// `Other`.
    pub const OTHER: i64 = 99;
    /// All of them.
    pub const CAPTIONS: &Captions = &[
        (UNKNOWN, "Unknown"),
        (DEVICE, "Device"),
        (USER, "User"),
        (GROUP, "Group"),
        (ORGANIZATION, "Organization"),
        (POLICY, "Policy"),
        (EMAIL, "Email"),
        (NETWORK_ZONE, "Network Zone"),
        (OTHER, "Other"),
    ];
}
