//! The words of senders for what OCSF has numbers for.
//!
//! A word that is in no table here is kept as it is, and nothing is guessed from it.

use signalbox_model::ocsf::caption;
use signalbox_model::ocsf::ids::{
    action as act, direction as way, disposition as fate, dns_response_code, logon_type as logon,
    status, user_type as kind,
};

/// Returns what a firewall, proxy or scanner did: `action_id` and `disposition_id`.
pub(super) fn action(word: &str) -> Option<(i64, i64)> {
    let word = word.trim_matches(['"', '\'', ' ']);
    let found = ACTIONS.iter().find(|(known, ..)| known.eq_ignore_ascii_case(word));
    found.map(|(_, action, disposition)| (*action, *disposition)).or_else(|| longer_action(word))
}

/// Words with more behind them: `REQ_BLOCKED_SECURITY`, `Block with reset`, `block-url`.
fn longer_action(word: &str) -> Option<(i64, i64)> {
    let starts = |start: &str| {
        let piece = word.as_bytes().get(..start.len());
        piece.is_some_and(|piece| piece.eq_ignore_ascii_case(start.as_bytes()))
    };
    let found = BEGINNINGS.iter().find(|(start, ..)| starts(start));
    found.map(|(_, action, disposition)| (*action, *disposition))
}

/// Returns what a firewall did whose word tells how the session ended: it had let it through.
pub(super) fn end_of_session(word: &str) -> Option<(i64, i64)> {
    let is_end = matches!(word, "start" | "close" | "timeout" | "server-rst" | "client-rst");
    is_end.then_some((act::ALLOWED, fate::ALLOWED))
}

/// Returns how something ended: `status_id`.
pub(super) fn outcome(word: &str) -> Option<i64> {
    let has = |words: &[&str]| words.iter().any(|known| known.eq_ignore_ascii_case(word));
    if has(SUCCESSES) {
        Some(status::SUCCESS)
    } else if has(FAILURES) {
        Some(status::FAILURE)
    } else {
        None
    }
}

/// Returns the name and the IANA number of a transport protocol, from either.
pub(super) fn protocol(word: &str) -> Option<(&'static str, i64)> {
    let number = word.parse::<i64>().ok();
    let is_it = |entry: &&(&str, i64)| match number {
        Some(number) => entry.1 == number,
        None => entry.0.eq_ignore_ascii_case(word),
    };
    PROTOCOLS.iter().find(is_it).copied()
}

/// Returns a method of HTTP as OCSF writes it; it knows no others.
pub(super) fn method(word: &str) -> Option<&'static str> {
    METHODS.iter().find(|known| known.eq_ignore_ascii_case(word)).copied()
}

/// Returns which way something goes: `direction_id`.
pub(super) fn direction(word: &str) -> Option<i64> {
    let found = DIRECTIONS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word));
    found.map(|(_, direction)| *direction)
}

/// Returns how a name server answered: `rcode_id`.
pub(super) fn answer_code(word: &str) -> Option<i64> {
    match word.parse() {
        Ok(number) if (0..=25).contains(&number) => Some(number),
        _ => caption::number_of(word, dns_response_code::CAPTIONS),
    }
}

/// Returns how somebody logged in: Windows' number, or a word.
pub(super) fn logon_type(word: &str) -> Option<i64> {
    let known = |number: &i64| caption::caption_of(Some(*number), logon::CAPTIONS).is_some();
    match word.parse::<i64>() {
        Ok(number) => Some(number).filter(known),
        Err(_) => {
            let found = LOGONS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word));
            found.map(|(_, number)| *number)
        }
    }
}

/// Returns what an account is, where its name says so.
pub(super) fn user_type(name: &str) -> Option<i64> {
    match name {
        "root" | "Administrator" | "admin" => Some(kind::ADMIN),
        "SYSTEM" | "LocalSystem" => Some(kind::SYSTEM),
        _ => None,
    }
}

const ACTIONS: &[(&str, i64, i64)] = &[
    ("allow", act::ALLOWED, fate::ALLOWED),
    ("allowed", act::ALLOWED, fate::ALLOWED),
    ("accept", act::ALLOWED, fate::ALLOWED),
    ("accepted", act::ALLOWED, fate::ALLOWED),
    ("permit", act::ALLOWED, fate::ALLOWED),
    ("permitted", act::ALLOWED, fate::ALLOWED),
    ("pass", act::ALLOWED, fate::ALLOWED),
    ("passed", act::ALLOWED, fate::ALLOWED),
    ("passthrough", act::ALLOWED, fate::ALLOWED),
    ("encrypt", act::ALLOWED, fate::ALLOWED),
    ("decrypt", act::ALLOWED, fate::ALLOWED),
    ("deny", act::DENIED, fate::BLOCKED),
    ("denied", act::DENIED, fate::BLOCKED),
    ("block", act::DENIED, fate::BLOCKED),
    ("blocked", act::DENIED, fate::BLOCKED),
    ("prevent", act::DENIED, fate::BLOCKED),
    ("prevented", act::DENIED, fate::BLOCKED),
    ("reject", act::DENIED, fate::REJECTED),
    ("rejected", act::DENIED, fate::REJECTED),
    ("drop", act::DENIED, fate::DROPPED),
    ("dropped", act::DENIED, fate::DROPPED),
    ("discard", act::DENIED, fate::DROPPED),
    ("reset", act::DENIED, fate::RESET),
    ("terminate", act::DENIED, fate::BLOCKED),
    ("quarantine", act::DENIED, fate::QUARANTINED),
    ("quarantined", act::DENIED, fate::QUARANTINED),
    ("delete", act::MODIFIED, fate::DELETED),
    ("deleted", act::MODIFIED, fate::DELETED),
    ("clean", act::MODIFIED, fate::CORRECTED),
    ("cleaned", act::MODIFIED, fate::CORRECTED),
    ("alert", act::OBSERVED, fate::ALERT),
    ("notified", act::OBSERVED, fate::ALERT),
    ("detect", act::OBSERVED, fate::DETECTED),
    ("detected", act::OBSERVED, fate::DETECTED),
    ("detectOnly", act::OBSERVED, fate::DETECTED),
    ("monitor", act::OBSERVED, fate::LOGGED),
    ("monitored", act::OBSERVED, fate::LOGGED),
    ("log", act::OBSERVED, fate::LOGGED),
    ("logged", act::OBSERVED, fate::LOGGED),
    ("observed", act::OBSERVED, fate::LOGGED),
    ("none", act::OBSERVED, fate::NO_ACTION),
];

const BEGINNINGS: &[(&str, i64, i64)] = &[
    ("REQ_PASSED", act::ALLOWED, fate::ALLOWED),
    ("REQ_CACHED", act::ALLOWED, fate::ALLOWED),
    ("REQ_BLOCKED", act::DENIED, fate::BLOCKED),
    ("REQ_CHALLENGE_CAPTCHA", act::DENIED, fate::CAPTCHA),
    ("REQ_CHALLENGE", act::DENIED, fate::CHALLENGE),
    ("IDS:Reset", act::DENIED, fate::RESET),
    ("reset-", act::DENIED, fate::RESET),
    ("drop-", act::DENIED, fate::DROPPED),
    ("sinkhole", act::DENIED, fate::BLOCKED),
    ("block", act::DENIED, fate::BLOCKED),
    ("deny", act::DENIED, fate::BLOCKED),
];

const SUCCESSES: &[&str] =
    &["success", "successful", "succeeded", "ok", "passed", "pass", "/Success", "true", "accepted"];

const FAILURES: &[&str] = &[
    "failure",
    "failed",
    "fail",
    "denied",
    "error",
    "/Failure",
    "false",
    "rejected",
    "failed_login",
];

const PROTOCOLS: &[(&str, i64)] = &[
    ("tcp", 6),
    ("udp", 17),
    ("icmp", 1),
    ("ipv6-icmp", 58),
    ("icmp6", 58),
    ("icmpv6", 58),
    ("igmp", 2),
    ("gre", 47),
    ("esp", 50),
    ("ah", 51),
    ("ospf", 89),
    ("sctp", 132),
];

const METHODS: &[&str] =
    &["GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE"];

const DIRECTIONS: &[(&str, i64)] = &[
    ("0", way::INBOUND),
    ("1", way::OUTBOUND),
    ("in", way::INBOUND),
    ("out", way::OUTBOUND),
    ("inbound", way::INBOUND),
    ("outbound", way::OUTBOUND),
    ("ingress", way::INBOUND),
    ("egress", way::OUTBOUND),
    ("incoming", way::INBOUND),
    ("outgoing", way::OUTBOUND),
    ("local", way::LOCAL),
    ("internal", way::LATERAL),
];

const LOGONS: &[(&str, i64)] = &[
    ("interactive", logon::INTERACTIVE),
    ("network", logon::NETWORK),
    ("remote", logon::REMOTE_INTERACTIVE),
    ("service", logon::OS_SERVICE),
    ("batch", logon::BATCH),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_known_whatever_their_case_and_by_their_beginning() {
        assert_eq!(action("Allow"), Some((act::ALLOWED, fate::ALLOWED)));
        assert_eq!(action("\"DROP\""), Some((act::DENIED, fate::DROPPED)));
        assert_eq!(action("REQ_BLOCKED_SECURITY"), Some((act::DENIED, fate::BLOCKED)));
        assert_eq!(action("reset-both"), Some((act::DENIED, fate::RESET)));
        assert_eq!(action("Retrieve password"), None);
        assert_eq!(action("dé"), None);
    }

    #[test]
    fn protocols_are_known_by_name_and_number() {
        assert_eq!(protocol("TCP"), Some(("tcp", 6)));
        assert_eq!(protocol("17"), Some(("udp", 17)));
        assert_eq!(protocol("HTTPS"), None);
    }

    #[test]
    fn other_words_have_their_numbers_or_none() {
        assert_eq!(outcome("Success"), Some(status::SUCCESS));
        assert_eq!(outcome("302"), None);
        assert_eq!(direction("1"), Some(way::OUTBOUND));
        assert_eq!(answer_code("nxdomain"), Some(dns_response_code::NXDOMAIN));
        assert_eq!(logon_type("10"), Some(logon::REMOTE_INTERACTIVE));
        assert_eq!(logon_type("6"), None);
    }
}
