//! The one HTTP client of the hub: certificate checks always on, no redirects, bounded answers,
//! every call with a timeout, failures told apart by whether the request may have been executed.

mod client;
mod form;
mod reach;
mod retry_after;
mod url;

pub use client::{Effect, HttpClient, HttpOptions, TransportError, classify};
pub use form::{decode_form, encode_form};
pub use reach::reach;
pub use retry_after::{RETRY_AFTER_MAX, RETRY_AFTER_MIN, retry_after};
pub use url::BaseUrl;

#[cfg(test)]
mod tests;
