//! What the values of the lines are drawn from.

use rand::Rng;
use rand::rngs::StdRng;

/// Draws one of several texts.
pub(super) fn pick(rng: &mut StdRng, words: &[&'static str]) -> &'static str {
    words.get(rng.random_range(0..words.len())).copied().unwrap_or_default()
}

/// Draws an address of the inside, 10.0.0.0/18.
pub(super) fn inside(rng: &mut StdRng) -> String {
    format!("10.0.{}.{}", rng.random_range(0..64), rng.random_range(1..255))
}

/// Draws an address of 198.18.0.0/15, which is set aside for benchmarks.
pub(super) fn outside(rng: &mut StdRng) -> String {
    let second = rng.random_range(18..20);
    format!("198.{second}.{}.{}", rng.random_range(0..256), rng.random_range(1..255))
}

pub(super) const ACTIONS: &[&str] = &["allow", "deny", "drop", "reset-both", "alert"];

pub(super) const USERS: &[&str] = &[
    "m.santos",
    "l.becker",
    "svc-deploy",
    "a.ivanova",
    "t.mori",
    "dba",
    "p.o'brien",
    "operator",
    "desk4",
    "y.haddad",
];

pub(super) const APPLICATIONS: &[&str] = &[
    "ssl",
    "web-browsing",
    "dns-base",
    "sharepoint-online",
    "quic",
    "imap",
    "ssh",
    "smb",
    "kerberos",
    "unknown-udp",
];

pub(super) const RULES: &[&str] = &[
    "Outbound Web",
    "final-deny",
    "Visitors to Internet",
    "to-dmz-servers",
    "Remote staff -> SAP",
    "countries blocked",
    "Internal name service",
];

pub(super) const ZONES: &[&str] = &["inside", "outside", "dmz", "visitors", "datacenter", "remote"];

pub(super) const AGENTS: &[&str] = &[
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1 Version/17.5 Safari/605.1",
    "Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Wget/1.24.5",
    "Go-http-client/2.0",
];

pub(super) const PATHS: &[&str] = &[
    "/account/sign-in",
    "/api/v3/invoices",
    "/xmlrpc.php",
    "/cgi-bin/.%2e/.%2e/bin/ls",
    "/assets/site.9ad1.css",
    "/find",
];

pub(super) const ATTACKS: &[&str] =
    &["Injection of SQL", "Script in a form", "Forbidden resource", "Scraper", "Remote inclusion"];

pub(super) const DETECTIONS: &[&str] = &[
    "Credential store read",
    "Unusual child of a mail program",
    "Encoded shell command",
    "Listener on a high port",
];
