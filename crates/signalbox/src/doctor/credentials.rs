//! Credentials: whether they can be read, how old they are, and whether two integrations share one.
//!
//! A file tells when it was changed. A variable tells nothing, so a running hub remembers since when it
//! has seen the same value (`hub/credentials.rs`). Both are what is known at least: of the two the longer
//! counts.

use std::time::SystemTime;

use signalbox_model::time::Timestamp;
use signalbox_sdk::auth::is_secret;

use super::row::{Sheet, Topic};
use super::{Examination, HubAnswer};
use crate::config::Reader;
use crate::config::compile::Credential;
use crate::words::{counted, days_between};

/// Looks at the credentials of one reader.
pub(super) fn examine(all: &Examination<'_>, reader: &Reader, sheet: &mut Sheet) {
    let compiled = all.compiled;
    let own = compiled.credentials.iter().filter(|credential| credential.reader == *reader);
    for credential in own {
        let reference = &credential.reference;
        match compiled.secrets.read(reference) {
            Err(error) => {
                let fix = "put the credential where the configuration says it is";
                sheet.red(Topic::Credentials, error.to_string(), fix);
            }
            Ok(reading) => {
                let changed = reading.changed_at.and_then(timestamp);
                judge_age(credential, changed, &all.hub, all.now, sheet);
            }
        }
        judge_sharing(all, credential, sheet);
    }
}

fn judge_age(
    credential: &Credential,
    changed: Option<Timestamp>,
    hub: &HubAnswer,
    now: Timestamp,
    sheet: &mut Sheet,
) {
    let reference = credential.reference.to_string();
    let seen = hub.seen_since(&reference);
    let Some(since) = [changed, seen].into_iter().flatten().min() else {
        let detail = format!(
            "`{reference}` is there; its age is not known, for a running hub remembers it and none \
             has seen it"
        );
        return sheet.green(Topic::Credentials, detail);
    };
    let age = days_between(since, now);
    let detail = format!("`{reference}` is there, unchanged for {} at least", counted(age, "day"));
    if age > AGE_DAYS_MAX {
        let fix =
            format!("renew it at the product; {AGE_DAYS_MAX} days are enough for any credential");
        sheet.yellow(Topic::Credentials, detail, fix);
    } else {
        sheet.green(Topic::Credentials, detail);
    }
}

/// A credential that two integrations share cannot be renewed or revoked for one of them alone.
fn judge_sharing(all: &Examination<'_>, own: &Credential, sheet: &mut Sheet) {
    let secrets = &all.compiled.secrets;
    let Ok(secret) = secrets.read(&own.reference) else { return };
    for other in all.compiled.credentials.iter().filter(|other| other.reader != own.reader) {
        let is_same = secrets
            .read(&other.reference)
            .is_ok_and(|read| is_secret(read.secret.expose().as_bytes(), &secret.secret));
        if is_same {
            let detail = format!(
                "`{}` is the same credential as `{}` of {}",
                own.reference,
                other.reference,
                named(&other.reader)
            );
            let fix = "give each its own, so that one can be renewed or revoked alone";
            sheet.yellow(Topic::Credentials, detail, fix);
        }
    }
}

fn named(reader: &Reader) -> String {
    match reader {
        Reader::Hub => "the hub itself".to_owned(),
        Reader::Integration(name) => format!("`{name}`"),
    }
}

fn timestamp(time: SystemTime) -> Option<Timestamp> {
    let millis = time.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_millis();
    i64::try_from(millis).ok().map(Timestamp::from_millis)
}

/// 90 days: the longest that the trade's checklists grant a key, such as the CIS benchmarks of the large
/// clouds (read 2026-11).
const AGE_DAYS_MAX: u64 = 90;

#[cfg(test)]
mod tests {
    use super::super::HubState;
    use super::super::row::{Row, Verdict};
    use super::*;
    use crate::hub::StartOnly;

    #[test]
    fn the_longer_of_what_is_known_of_the_age_counts() {
        use Verdict::{Green, Yellow};
        for (changed, seen, verdict, words) in [
            (Some(91), None, Yellow, "unchanged for 91 days"),
            (Some(90), None, Green, "unchanged for 90 days"),
            (Some(1), Some(120), Yellow, "unchanged for 120 days"),
            (None, Some(1), Green, "unchanged for 1 day "),
            (None, None, Green, "its age is not known"),
        ] {
            let row = judged(changed, seen);

            assert_eq!(row.verdict, verdict, "{row:?}");
            assert!(row.detail.contains(words), "{row:?}");
        }
    }

    fn judged(changed: Option<i64>, seen: Option<i64>) -> Row {
        const DAY_MS: i64 = 86_400_000;
        let now = Timestamp::from_millis(1000 * DAY_MS);
        let ago = |days: i64| Timestamp::from_millis(now.as_millis() - days * DAY_MS);
        let reference = "env:TOKEN".parse().unwrap();
        let credential = Credential { reader: Reader::Hub, reference };
        let credentials =
            seen.map(|days| ("env:TOKEN".to_owned(), ago(days))).into_iter().collect();
        let hub = HubState {
            is_ready: true,
            notes: Vec::new(),
            integrations: Vec::new(),
            credentials,
            started_with: StartOnly::default(),
        };
        let mut sheet = Sheet::new(None);
        judge_age(&credential, changed.map(ago), &HubAnswer::Told(hub), now, &mut sheet);
        sheet.into_rows().remove(0)
    }
}
