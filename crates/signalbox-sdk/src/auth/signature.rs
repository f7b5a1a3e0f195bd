//! HMAC-SHA256 signatures of webhooks: made, and checked in constant time over the raw bytes.
//!
//! Three forms cover the senders that have no scheme of their own. Only [Standard Webhooks] signs a
//! time and an id, so only it stops an old request from being sent again; with the other two, a
//! replay is stopped by the event id alone. Bytes are never parsed or written anew before they are
//! checked: one changed space breaks a signature.
//!
//! Several keys at once make rotation possible without a gap: one that matches is enough.
//!
//! [Standard Webhooks]: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
//! (specification 1.0.0, read 2026-11-22)

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use signalbox_model::secret::Secret;
use signalbox_model::time::Timestamp;
use subtle::ConstantTimeEq;

/// Where a signature stands in a request, and what it covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SignatureForm {
    /// `webhook-id`, `webhook-timestamp` and `webhook-signature` (or `svix-…`) over id, time and
    /// body. The secret is base64, with or without `whsec_`. The only form that stops replays.
    #[serde(rename = "standard_webhooks")]
    StandardWebhooks,
    /// `X-Hub-Signature-256: sha256=<hex>` over the body, as GitHub sends it.
    #[serde(rename = "x_hub_signature_256")]
    XHubSignature256,
    /// `X-Signature: <hex>` over the body; `sha256=` may stand before it.
    #[serde(rename = "x_signature")]
    XSignature,
}

/// Why a request is not accepted, or cannot be signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The request does not carry what the form needs.
    #[error("the header `{header}` is missing; have the sender sign its requests")]
    Missing {
        /// The header.
        header: &'static str,
    },
    /// The header is there, but not in its form.
    #[error("the header `{header}` is not `{expected}`")]
    Unreadable {
        /// The header.
        header: &'static str,
        /// Its form.
        expected: &'static str,
    },
    /// The signed time is too far from now: a replay, or a clock that is wrong.
    #[error(
        "the request was signed {offset_seconds} s from now and {TOLERANCE_SECONDS} s are allowed; \
         compare both clocks"
    )]
    Stale {
        /// Our clock minus the sender's, in seconds.
        offset_seconds: i64,
    },
    /// No signature fits any key.
    #[error(
        "no signature fits the body; check that both sides have the same secret and that nothing \
         between them changes the body"
    )]
    Mismatch,
    /// A key of ours cannot be one.
    #[error("the secret is no key of Standard Webhooks; write base64, with or without `whsec_`")]
    Key,
    /// An id of ours would make the signed text ambiguous.
    #[error("`{id}` cannot be a `webhook-id`; use visible ASCII without a period")]
    Id {
        /// The id.
        id: String,
    },
}

/// How far a signed time may be from now, either way, as the reference libraries have it.
pub const TOLERANCE_SECONDS: u64 = 300;

impl SignatureForm {
    /// Checks that `body` was signed with one of `keys`. Without keys nothing is accepted.
    ///
    /// # Errors
    /// What is wrong with the request; [`SignatureError::Key`] where none fits and a key of ours is
    /// unusable.
    pub fn verify(
        self,
        headers: &HeaderMap,
        body: &[u8],
        keys: &[Secret],
        now: Timestamp,
    ) -> Result<(), SignatureError> {
        let claim = self.claim(headers, now)?;
        let mut failure = SignatureError::Mismatch;
        for key in keys {
            match self.key_bytes(key) {
                Ok(key) if claim.fits(&key, body) => return Ok(()),
                Ok(_) => {}
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }

    /// Signs `body` and returns the headers to send. Standard Webhooks signs with every key; the
    /// other forms have room for one signature and take the first key.
    ///
    /// `id` must be the same at every attempt; `now` is the time of this one.
    ///
    /// # Errors
    /// [`SignatureError::Key`] where a key is unusable or there is none, [`SignatureError::Id`].
    pub fn sign(
        self,
        id: &str,
        body: &[u8],
        keys: &[Secret],
        now: Timestamp,
    ) -> Result<Vec<(&'static str, String)>, SignatureError> {
        let first = keys.first().ok_or(SignatureError::Key)?;
        match self {
            Self::StandardWebhooks => sign_standard(id, body, keys, now),
            Self::XHubSignature256 => Ok(vec![(X_HUB_SIGNATURE_256, prefixed_hex(first, body))]),
            Self::XSignature => Ok(vec![(X_SIGNATURE, prefixed_hex(first, body))]),
        }
    }

    /// Returns the id that the signature covers, for a request that was verified; the same at every
    /// attempt of its sender. Only Standard Webhooks has one.
    pub fn signed_id(self, headers: &HeaderMap) -> Option<&str> {
        let names = (self == Self::StandardWebhooks).then(|| names_in(headers))?;
        headers.get(names.id)?.to_str().ok()
    }

    fn claim(self, headers: &HeaderMap, now: Timestamp) -> Result<Claim, SignatureError> {
        match self {
            Self::StandardWebhooks => standard_claim(headers, now),
            Self::XHubSignature256 => {
                let text = required(headers, X_HUB_SIGNATURE_256)?;
                hex_claim(X_HUB_SIGNATURE_256, text.strip_prefix(HEX_PREFIX).unwrap_or_default())
            }
            Self::XSignature => {
                let text = required(headers, X_SIGNATURE)?;
                hex_claim(X_SIGNATURE, text.strip_prefix(HEX_PREFIX).unwrap_or(text))
            }
        }
    }

    fn key_bytes(self, key: &Secret) -> Result<Vec<u8>, SignatureError> {
        match self {
            Self::StandardWebhooks => standard_key(key),
            Self::XHubSignature256 | Self::XSignature => Ok(key.expose().as_bytes().to_vec()),
        }
    }
}

/// What a request claims: signatures over something that stands before the body, and the body.
struct Claim {
    before_body: String,
    signatures: Vec<Vec<u8>>,
}

impl Claim {
    fn fits(&self, key: &[u8], body: &[u8]) -> bool {
        let expected = digest(key, &[self.before_body.as_bytes(), body]);
        self.signatures.iter().any(|claimed| bool::from(expected.ct_eq(claimed)))
    }
}

fn standard_claim(headers: &HeaderMap, now: Timestamp) -> Result<Claim, SignatureError> {
    let names = names_in(headers);
    let id = required(headers, names.id)?;
    let timestamp = required(headers, names.timestamp)?;
    let entries = required(headers, names.signature)?;
    let unreadable =
        SignatureError::Unreadable { header: names.timestamp, expected: "<unix seconds>" };
    let seconds: i64 = timestamp.parse().map_err(|_| unreadable)?;
    let offset_seconds = unix_seconds(now).saturating_sub(seconds);
    if offset_seconds.unsigned_abs() > TOLERANCE_SECONDS {
        return Err(SignatureError::Stale { offset_seconds });
    }
    // Entries of other versions, such as `v1a`, are for receivers that know them.
    let known = entries.split(' ').filter_map(|entry| entry.strip_prefix(STANDARD_VERSION));
    let signatures = known.filter_map(|text| STANDARD.decode(text).ok()).collect();
    Ok(Claim { before_body: format!("{id}.{timestamp}."), signatures })
}

fn hex_claim(header: &'static str, text: &str) -> Result<Claim, SignatureError> {
    let unreadable = SignatureError::Unreadable { header, expected: "sha256=<64 hex digits>" };
    let mut signature = vec![0; DIGEST_BYTES];
    hex::decode_to_slice(text, &mut signature).map_err(|_| unreadable)?;
    Ok(Claim { before_body: String::new(), signatures: vec![signature] })
}

fn sign_standard(
    id: &str,
    body: &[u8],
    keys: &[Secret],
    now: Timestamp,
) -> Result<Vec<(&'static str, String)>, SignatureError> {
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'.') {
        return Err(SignatureError::Id { id: id.to_owned() });
    }
    let timestamp = unix_seconds(now).to_string();
    let before_body = format!("{id}.{timestamp}.");
    let mut entries = Vec::with_capacity(keys.len());
    for key in keys {
        let signature = digest(&standard_key(key)?, &[before_body.as_bytes(), body]);
        entries.push(format!("{STANDARD_VERSION}{}", STANDARD.encode(signature)));
    }
    Ok(vec![
        (STANDARD_WEBHOOKS.id, id.to_owned()),
        (STANDARD_WEBHOOKS.timestamp, timestamp),
        (STANDARD_WEBHOOKS.signature, entries.join(" ")),
    ])
}

/// The key is what the text decodes to. An empty one would let everybody sign.
fn standard_key(secret: &Secret) -> Result<Vec<u8>, SignatureError> {
    let text = secret.expose();
    let text = text.strip_prefix("whsec_").unwrap_or(text).trim_end_matches('=');
    let key = STANDARD_NO_PAD.decode(text).unwrap_or_default();
    if key.is_empty() { Err(SignatureError::Key) } else { Ok(key) }
}

fn prefixed_hex(key: &Secret, body: &[u8]) -> String {
    format!("{HEX_PREFIX}{}", hex::encode(digest(key.expose().as_bytes(), &[body])))
}

fn digest(key: &[u8], parts: &[&[u8]]) -> [u8; DIGEST_BYTES] {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length (RFC 2104 §2)")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of every length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn required<'a>(headers: &'a HeaderMap, header: &'static str) -> Result<&'a str, SignatureError> {
    let value = headers.get(header).ok_or(SignatureError::Missing { header })?;
    value.to_str().map_err(|_| SignatureError::Unreadable { header, expected: "<ASCII text>" })
}

fn unix_seconds(time: Timestamp) -> i64 {
    time.as_millis().div_euclid(1000)
}

/// The headers of Standard Webhooks, as one family of senders names them.
struct HeaderNames {
    id: &'static str,
    timestamp: &'static str,
    signature: &'static str,
}

/// The families are never mixed, or an unsigned id could stand beside a good signature.
fn names_in(headers: &HeaderMap) -> &'static HeaderNames {
    if headers.contains_key(SVIX.signature) { &SVIX } else { &STANDARD_WEBHOOKS }
}

static STANDARD_WEBHOOKS: HeaderNames = HeaderNames {
    id: "webhook-id",
    timestamp: "webhook-timestamp",
    signature: "webhook-signature",
};

static SVIX: HeaderNames =
    HeaderNames { id: "svix-id", timestamp: "svix-timestamp", signature: "svix-signature" };

const X_SIGNATURE: &str = "x-signature";
const X_HUB_SIGNATURE_256: &str = "x-hub-signature-256";
const HEX_PREFIX: &str = "sha256=";

/// Before each base64 of an HMAC-SHA256 in the list of signatures.
const STANDARD_VERSION: &str = "v1,";

const DIGEST_BYTES: usize = 32;

#[cfg(test)]
mod tests;
