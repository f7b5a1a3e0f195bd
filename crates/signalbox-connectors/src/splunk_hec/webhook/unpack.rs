//! The body as the sender meant it: unpacked, and never larger than allowed.

use std::io::Read as _;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;

use signalbox_sdk::role::Request;

/// Why a body cannot be taken at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// It is larger than allowed, as sent or unpacked, or holds too many events.
    TooLarge,
    /// It is packed in a way that HEC does not take.
    UnknownEncoding,
    /// It says that it is gzip and is not.
    Unreadable,
}

/// Returns the body, unpacked where it came as gzip.
pub(super) fn unpack(request: &Request, bytes_max: usize) -> Result<Bytes, Refused> {
    let body = match request.header("content-encoding").unwrap_or_default() {
        "" | "identity" => request.body.clone(),
        encoding if encoding.eq_ignore_ascii_case("gzip") => gunzip(&request.body, bytes_max)?,
        _ => return Err(Refused::UnknownEncoding),
    };
    if body.len() > bytes_max { Err(Refused::TooLarge) } else { Ok(body) }
}

/// Reads one byte more than allowed at most, so that a bomb costs no more than a large request.
fn gunzip(packed: &[u8], bytes_max: usize) -> Result<Bytes, Refused> {
    let limit = u64::try_from(bytes_max).unwrap_or(u64::MAX).saturating_add(1);
    let mut body = Vec::with_capacity(packed.len().saturating_mul(4).min(bytes_max));
    let read = MultiGzDecoder::new(packed).take(limit).read_to_end(&mut body);
    read.map_err(|_| Refused::Unreadable)?;
    Ok(body.into())
}
