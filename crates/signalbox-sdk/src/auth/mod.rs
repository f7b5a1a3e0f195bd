//! Proving who we are and checking who calls: signatures, and comparing secrets.

mod compare;
mod oauth;
mod shared_token;
mod signature;

pub use compare::is_secret;
pub use oauth::{ClientAuthentication, ClientCredentials, TokenEndpoint};
pub use shared_token::{SharedToken, Token};
pub use signature::{SignatureError, SignatureForm, TOLERANCE_SECONDS};
