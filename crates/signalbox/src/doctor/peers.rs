//! What a product's answers tell in passing: its address, its certificate, its limits, its clock.

use signalbox_model::time::Timestamp;
use signalbox_sdk::auth::TOLERANCE_SECONDS;
use signalbox_sdk::observe::{Answered, Contact};
use signalbox_sdk::tls::{CertificateSummary, DAYS_ENOUGH};

use super::row::{Sheet, Topic};
use crate::words::counted;

/// Looks at everybody who was asked.
pub(super) fn examine(contacts: &[Contact], api: Option<&str>, now: Timestamp, sheet: &mut Sheet) {
    for origin in origins(contacts) {
        let spoken = api.map_or(String::new(), |api| format!(", {api}"));
        let own = contacts.iter().filter(|contact| contact.origin == origin);
        // The last answer has the newest numbers.
        let answered = own.filter_map(|contact| contact.answered.as_ref()).next_back();
        // Some products answer nothing, as those that take syslog; then a connection is all there is to see.
        if answered.is_some() || !sheet.is_red(Topic::Network) {
            sheet.green(Topic::Endpoint, format!("`{origin}`{spoken}"));
        }
        let Some(answered) = answered else { continue };
        judge_certificate(origin, answered, now, sheet);
        judge_limits(origin, answered, sheet);
        judge_clock(origin, answered, sheet);
    }
}

/// Returns everybody who was asked, once each.
pub(super) fn origins(contacts: &[Contact]) -> Vec<&str> {
    let mut origins: Vec<&str> = Vec::new();
    for contact in contacts {
        if !origins.contains(&contact.origin.as_str()) {
            origins.push(&contact.origin);
        }
    }
    origins
}

fn judge_certificate(origin: &str, answered: &Answered, now: Timestamp, sheet: &mut Sheet) {
    let read = answered.certificate.as_deref().and_then(CertificateSummary::read);
    let Some(left) = read.and_then(|read| read.days_left(now)) else { return };
    let detail = format!(
        "the certificate of `{origin}` fits its name and is good for {}",
        counted(left, "day")
    );
    if left < DAYS_ENOUGH {
        sheet.yellow(Topic::Tls, detail, "have whoever runs the product renew it");
    } else {
        sheet.green(Topic::Tls, detail);
    }
}

fn judge_limits(origin: &str, answered: &Answered, sheet: &mut Sheet) {
    let told: Vec<_> =
        answered.limits.iter().map(|(name, value)| format!("`{name}: {value}`")).collect();
    let told = told.join(", ");
    if answered.status == TOO_MANY_REQUESTS {
        let fix = "wait, ask the vendor for more, or see who else uses the account";
        return sheet.red(Topic::Limits, format!("`{origin}` asks to slow down; {told}"), fix);
    }
    if told.is_empty() {
        return sheet.green(Topic::Limits, format!("`{origin}` names no limit in its answers"));
    }
    let detail = format!("`{origin}` says {told}");
    if is_nearly_used_up(answered) {
        let fix = "see who else uses the account, or ask the vendor for more";
        sheet.yellow(Topic::Limits, detail, fix);
    } else {
        sheet.green(Topic::Limits, detail);
    }
}

/// Compares what is left with the whole, where both are named as plain numbers.
fn is_nearly_used_up(answered: &Answered) -> bool {
    let number = |end: &str| {
        let found = answered.limits.iter().find(|(name, _)| name.ends_with(end));
        found.and_then(|(_, value)| value.trim().parse::<u64>().ok())
    };
    let left = number("remaining");
    left == Some(0) || left.zip(number("limit")).is_some_and(|(left, all)| left < all / LEFT_SHARE)
}

fn judge_clock(origin: &str, answered: &Answered, sheet: &mut Sheet) {
    let Some(skew_ms) = answered.skew_ms else {
        return sheet.green(Topic::Clock, format!("`{origin}` does not say what time it has"));
    };
    let seconds = skew_ms.unsigned_abs().div_ceil(1000);
    let direction = if skew_ms > 0 { "ahead of" } else { "behind" };
    let detail = format!("this machine's clock is {seconds} s {direction} that of `{origin}`");
    let fix = "have the clock set by a time server, and see that its service runs";
    if seconds > TOLERANCE_SECONDS {
        sheet.red(Topic::Clock, detail, fix);
    } else if seconds > SKEW_SECONDS_MAX {
        sheet.yellow(Topic::Clock, detail, fix);
    } else {
        let agrees = format!("this machine's clock agrees with that of `{origin}`");
        sheet.green(Topic::Clock, if seconds == 0 { agrees } else { detail });
    }
}

/// 30 s is one step of time-based one-time passwords (RFC 6238 §5.2), the strictest use of time that is
/// common; signatures over requests bear five minutes, and beyond that they are refused.
const SKEW_SECONDS_MAX: u64 = 30;

const TOO_MANY_REQUESTS: u16 = 429;

/// Less than a tenth left is worth a word.
const LEFT_SHARE: u64 = 10;

#[cfg(test)]
mod tests {
    use super::super::row::Verdict;
    use super::*;

    #[test]
    fn a_clock_is_judged_by_what_bears_it() {
        use Verdict::{Green, Red, Yellow};
        for (skew_ms, expected) in [
            (Some(0), Green),
            (Some(30_000), Green),
            (Some(-30_001), Yellow),
            (Some(300_000), Yellow),
            (Some(301_000), Red),
            (None, Green),
        ] {
            assert_eq!(verdict_of(Topic::Clock, &Answered { skew_ms, ..answered() }), expected);
        }
    }

    #[test]
    fn limits_are_judged_by_what_is_left() {
        use Verdict::{Green, Red, Yellow};
        for (status, remaining, expected) in
            [(200, "100", Green), (200, "49", Yellow), (200, "0", Yellow), (429, "0", Red)]
        {
            let limits = [("x-ratelimit-limit", "500"), ("x-ratelimit-remaining", remaining)];
            let limits = limits.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
            let answered = Answered { status, limits, ..answered() };
            assert_eq!(verdict_of(Topic::Limits, &answered), expected, "{status} {remaining}");
        }
    }

    #[test]
    fn a_certificate_that_ends_soon_is_worth_a_word() {
        let certified = rcgen::generate_simple_self_signed(["x.example".to_owned()]).unwrap();
        let end = CertificateSummary::read(certified.cert.der()).unwrap().not_after;
        let answered = Answered { certificate: Some(certified.cert.der().to_vec()), ..answered() };
        let at = |days: i64| Timestamp::from_millis(end.as_millis() - days * 86_400_000);

        let verdicts = [31, 29].map(|days| {
            let mut sheet = Sheet::new(None);
            judge_certificate("https://x.example", &answered, at(days), &mut sheet);
            sheet.into_rows().first().map(|row| row.verdict)
        });

        assert_eq!(verdicts, [Some(Verdict::Green), Some(Verdict::Yellow)]);
    }

    #[test]
    fn an_endpoint_that_nobody_connected_to_is_not_green() {
        let contact = Contact { origin: "https://x.example".to_owned(), answered: None };
        let topics = [false, true].map(|is_refused| {
            let mut sheet = Sheet::new(None);
            if is_refused {
                sheet.red(Topic::Network, "no connection", "check the port");
            }
            examine(std::slice::from_ref(&contact), None, Timestamp::from_millis(0), &mut sheet);
            sheet.into_rows().iter().map(|row| row.topic).collect::<Vec<_>>()
        });

        assert_eq!(topics, [vec![Topic::Endpoint], vec![Topic::Network]]);
    }

    fn answered() -> Answered {
        Answered { status: 200, skew_ms: None, limits: Vec::new(), certificate: None }
    }

    fn verdict_of(topic: Topic, answered: &Answered) -> Verdict {
        let mut sheet = Sheet::new(None);
        let contact =
            Contact { origin: "https://x.example".to_owned(), answered: Some(answered.clone()) };
        examine(&[contact], None, Timestamp::from_millis(0), &mut sheet);
        sheet.into_rows().iter().find(|row| row.topic == topic).unwrap().verdict
    }
}
