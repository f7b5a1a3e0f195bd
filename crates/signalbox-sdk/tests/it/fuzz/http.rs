//! What reads a request's proofs and an answer's wait.

use http::{HeaderMap, HeaderValue};
use signalbox_model::secret::Secret;
use signalbox_model::time::Timestamp;
use signalbox_sdk::auth::SignatureForm;
use signalbox_sdk::http::{RETRY_AFTER_MAX, RETRY_AFTER_MIN, retry_after};
use signalbox_sdk::testkit::fuzz::{MOMENT, compose};

/// Sun, 06 Nov 1994 08:49:37 GMT.
const NOW: Timestamp = Timestamp::from_millis(784_111_777_000);

const WAITS: &[&str] = &[
    "Sun, 06 Nov 1994 08:50:07 GMT",
    "Sunday, 06-Nov-94 08:49:37 GMT",
    "Sun Nov  6 08:49:37 1994",
    "-",
    "+",
    "1",
    "0",
    ".5",
    "e9",
    "99999999999999999999",
    " ",
    "\t",
    "GMT",
    ",",
];

#[test]
fn a_wait_is_never_longer_than_is_believed_nor_none_at_all() {
    bolero::check!().with_test_time(MOMENT).for_each(|random: &[u8]| {
        let value = String::from_utf8_lossy(&compose(random, WAITS)).into_owned();

        let wait = retry_after(&value, NOW);
        assert!(
            wait.is_none_or(|wait| (RETRY_AFTER_MIN..=RETRY_AFTER_MAX).contains(&wait)),
            "{value}"
        );
    });
}

const FORMS: [SignatureForm; 3] =
    [SignatureForm::StandardWebhooks, SignatureForm::XHubSignature256, SignatureForm::XSignature];

const PROOFS: &[&str] =
    &["v1,", "v1a,", "sha256=", "784111777", " ", ",", "=", "00", "ff", "AAAA", "whsec_", "."];

#[test]
fn no_signature_made_without_the_key_is_accepted() {
    bolero::check!().with_test_time(MOMENT).for_each(|random: &[u8]| {
        let proof = compose(random, PROOFS);
        let Ok(value) = HeaderValue::from_bytes(&proof) else { return };
        let mut headers = HeaderMap::new();
        for name in ["webhook-signature", "x-hub-signature-256", "x-signature", "webhook-timestamp"]
        {
            headers.insert(name, value.clone());
        }
        headers.insert("webhook-id", HeaderValue::from_static("msg_1"));
        for with_time in [false, true] {
            if with_time {
                headers.insert("webhook-timestamp", HeaderValue::from_static("784111777"));
            }
            for form in FORMS {
                assert!(form.verify(&headers, random, &keys(), NOW).is_err(), "{value:?}");
            }
        }
    });
}

#[test]
fn what_was_signed_is_accepted_and_nothing_else_under_that_signature() {
    bolero::check!().with_test_time(MOMENT).with_type::<(Vec<u8>, usize)>().for_each(
        |(body, place)| {
            for form in FORMS {
                let signed = form.sign("msg_1", body, &keys(), NOW).unwrap();
                let headers: HeaderMap = signed
                    .into_iter()
                    .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
                    .collect();
                let mut other = body.clone();
                match other.len() {
                    0 => other.push(0),
                    length => other[place % length] ^= 1,
                }

                assert_eq!(form.verify(&headers, body, &keys(), NOW), Ok(()));
                assert!(form.verify(&headers, &other, &keys(), NOW).is_err());
            }
        },
    );
}

fn keys() -> [Secret; 1] {
    [Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
}
