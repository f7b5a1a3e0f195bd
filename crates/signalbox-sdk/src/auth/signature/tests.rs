//! The published vectors of each form, and what must not pass.

use http::{HeaderMap, HeaderName, HeaderValue};
use signalbox_model::secret::Secret;
use signalbox_model::time::Timestamp;

use super::*;

const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER_KEY: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const BODY: &[u8] = br#"{"test": 2432232314}"#;
const SIGNED_AT: Timestamp = Timestamp::from_millis(1_614_265_330_000);
const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

#[test]
fn the_published_vector_of_standard_webhooks_verifies_and_is_made_again() {
    let headers = standard(ID, "1614265330", SIGNATURE);

    let signed = SignatureForm::StandardWebhooks.sign(ID, BODY, &keys(&[KEY]), SIGNED_AT);

    assert_eq!(verify(&headers, BODY, &[KEY]), Ok(()));
    assert_eq!(header_map(&signed.unwrap()), headers);
}

#[test]
fn the_vector_of_the_corpus_verifies() {
    let Ok(corpus) = std::env::var("SIGNALBOX_CORPUS") else {
        eprintln!("skipped: SIGNALBOX_CORPUS is not set");
        return;
    };
    let path = format!("{corpus}/signatures/standard-webhooks.json");
    let vector: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let text = |name: &str| vector[name].as_str().unwrap().to_owned();
    let seconds = vector["timestamp"].as_i64().unwrap();

    let headers = standard(&text("id"), &seconds.to_string(), &text("valid"));
    let result = SignatureForm::StandardWebhooks.verify(
        &headers,
        text("body").as_bytes(),
        &keys(&[&text("secret")]),
        Timestamp::from_millis(seconds * 1000),
    );

    assert_eq!(result, Ok(()));
}

#[test]
fn the_published_vector_of_github_verifies_and_is_made_again() {
    let value = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    let secret = keys(&["It's a Secret to Everybody"]);
    let form = SignatureForm::XHubSignature256;
    let headers = header_map(&[("x-hub-signature-256", value.to_owned())]);

    let signed = form.sign("unused", b"Hello, World!", &secret, SIGNED_AT).unwrap();

    assert_eq!(form.verify(&headers, b"Hello, World!", &secret, SIGNED_AT), Ok(()));
    assert_eq!(header_map(&signed), headers);
}

#[test]
fn x_signature_is_taken_with_and_without_its_prefix_in_either_case() {
    let form = SignatureForm::XSignature;
    let secret = keys(&["It's a Secret to Everybody"]);
    let digest = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    for value in [digest.to_owned(), format!("sha256={digest}"), digest.to_uppercase()] {
        let headers = header_map(&[("X-Signature", value)]);
        assert_eq!(form.verify(&headers, b"Hello, World!", &secret, SIGNED_AT), Ok(()));
    }
}

#[test]
fn the_headers_of_svix_are_taken_as_well_but_never_mixed() {
    let svix = header_map(&[
        ("svix-id", ID.to_owned()),
        ("svix-timestamp", "1614265330".to_owned()),
        ("svix-signature", SIGNATURE.to_owned()),
    ]);
    let mut mixed = svix.clone();
    mixed.remove("svix-id");
    mixed.insert("webhook-id", HeaderValue::from_static(ID));

    assert_eq!(verify(&svix, BODY, &[KEY]), Ok(()));
    assert_eq!(verify(&mixed, BODY, &[KEY]), Err(SignatureError::Missing { header: "svix-id" }));
}

#[test]
fn the_signed_id_is_that_of_the_family_that_was_verified() {
    let form = SignatureForm::StandardWebhooks;
    let mut headers = standard("msg_signed", "1614265330", SIGNATURE);
    headers.insert("svix-id", HeaderValue::from_static("msg_slipped_in"));

    assert_eq!(form.signed_id(&headers), Some("msg_signed"));
    assert_eq!(SignatureForm::XSignature.signed_id(&headers), None);

    headers.insert("svix-signature", HeaderValue::from_static(SIGNATURE));
    assert_eq!(form.signed_id(&headers), Some("msg_slipped_in"));
}

#[test]
fn the_secret_is_taken_without_its_prefix() {
    let headers = standard(ID, "1614265330", SIGNATURE);

    assert_eq!(verify(&headers, BODY, &["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]), Ok(()));
}

#[test]
fn during_rotation_either_side_may_have_the_new_key_first() {
    let headers = standard(ID, "1614265330", SIGNATURE);
    let both = SignatureForm::StandardWebhooks.sign(ID, BODY, &keys(&[OTHER_KEY, KEY]), SIGNED_AT);
    let both = header_map(&both.unwrap());

    assert_eq!(verify(&headers, BODY, &[OTHER_KEY, KEY]), Ok(()));
    assert_eq!(verify(&both, BODY, &[KEY]), Ok(()));
    assert_eq!(verify(&both, BODY, &[OTHER_KEY]), Ok(()));
}

#[test]
fn entries_of_other_versions_are_passed_over() {
    let value = format!("v1a,{} v2,AAAA {SIGNATURE}", "A".repeat(86));

    assert_eq!(verify(&standard(ID, "1614265330", &value), BODY, &[KEY]), Ok(()));
}

#[test]
fn the_time_may_be_five_minutes_off_either_way_and_no_more() {
    let headers = standard(ID, "1614265330", SIGNATURE);
    let at = |seconds: i64| {
        let now = Timestamp::from_millis(SIGNED_AT.as_millis() + seconds * 1000);
        SignatureForm::StandardWebhooks.verify(&headers, BODY, &keys(&[KEY]), now)
    };

    assert_eq!(at(300), Ok(()));
    assert_eq!(at(-300), Ok(()));
    assert_eq!(at(301), Err(SignatureError::Stale { offset_seconds: 301 }));
    assert_eq!(at(-301), Err(SignatureError::Stale { offset_seconds: -301 }));
}

#[test]
fn a_changed_byte_id_or_time_does_not_pass() {
    let good = standard(ID, "1614265330", SIGNATURE);
    let other_id = standard("msg_other", "1614265330", SIGNATURE);
    let other_time = standard(ID, "1614265331", SIGNATURE);

    for (headers, body) in
        [(&good, &br#"{"test":2432232314}"#[..]), (&other_id, BODY), (&other_time, BODY)]
    {
        assert_eq!(verify(headers, body, &[KEY]), Err(SignatureError::Mismatch));
    }
}

#[test]
fn without_a_key_or_a_known_entry_nothing_passes() {
    let good = standard(ID, "1614265330", SIGNATURE);

    assert_eq!(verify(&good, BODY, &[]), Err(SignatureError::Mismatch));
    for entries in ["", " ", "v1,", "v1,%", "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="] {
        let headers = standard(ID, "1614265330", entries);
        assert_eq!(verify(&headers, BODY, &[KEY]), Err(SignatureError::Mismatch), "{entries}");
    }
}

#[test]
fn what_is_missing_or_unreadable_is_named() {
    let form = SignatureForm::XHubSignature256;
    let verify_hub = |value: Option<&str>| {
        let value = value.map(|value| ("x-hub-signature-256", value.to_owned()));
        form.verify(&header_map(value.as_slice()), BODY, &keys(&[KEY]), SIGNED_AT)
    };
    let header = "x-hub-signature-256";
    let unreadable = SignatureError::Unreadable { header, expected: "sha256=<64 hex digits>" };
    let bad_time = verify(&standard(ID, "noon", SIGNATURE), BODY, &[KEY]);

    assert_eq!(verify_hub(None), Err(SignatureError::Missing { header }));
    for value in ["sha1=0000", "sha256=00", "757107ea0eb2509fc211221cce984b8a"] {
        assert_eq!(verify_hub(Some(value)), Err(unreadable.clone()), "{value}");
    }
    assert_eq!(
        bad_time,
        Err(SignatureError::Unreadable { header: "webhook-timestamp", expected: "<unix seconds>" })
    );
}

#[test]
fn an_unusable_key_is_told_but_does_not_stand_in_the_way_of_a_good_one() {
    let sign =
        |texts: &[&str]| SignatureForm::StandardWebhooks.sign(ID, BODY, &keys(texts), SIGNED_AT);
    let headers = standard(ID, "1614265330", SIGNATURE);

    for unusable in ["whsec_", "whsec_not base64"] {
        assert_eq!(verify(&headers, BODY, &[unusable]), Err(SignatureError::Key), "{unusable}");
        assert_eq!(verify(&headers, BODY, &[unusable, KEY]), Ok(()));
        assert_eq!(sign(&[unusable]), Err(SignatureError::Key));
    }
    assert_eq!(sign(&[]), Err(SignatureError::Key));
}

#[test]
fn an_id_that_makes_the_signed_text_ambiguous_is_not_signed() {
    for id in ["", "a.b", "a b", "ä"] {
        let result = SignatureForm::StandardWebhooks.sign(id, BODY, &keys(&[KEY]), SIGNED_AT);
        assert_eq!(result, Err(SignatureError::Id { id: id.to_owned() }));
    }
}

fn verify(headers: &HeaderMap, body: &[u8], texts: &[&str]) -> Result<(), SignatureError> {
    SignatureForm::StandardWebhooks.verify(headers, body, &keys(texts), SIGNED_AT)
}

fn keys(texts: &[&str]) -> Vec<Secret> {
    texts.iter().map(|text| Secret::new(*text)).collect()
}

fn standard(id: &str, timestamp: &str, signature: &str) -> HeaderMap {
    header_map(&[
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", timestamp.to_owned()),
        ("webhook-signature", signature.to_owned()),
    ])
}

fn header_map(headers: &[(&'static str, String)]) -> HeaderMap {
    let parse = |(name, value): &(&'static str, String)| {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        (name, HeaderValue::from_str(value).unwrap())
    };
    headers.iter().map(parse).collect()
}
