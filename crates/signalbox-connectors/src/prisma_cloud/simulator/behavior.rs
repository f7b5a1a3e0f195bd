//! Which of the product's rarer habits a tenant shows.

use serde::{Deserialize, Serialize};

/// How a simulated tenant behaves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SimulatedBehavior {
    /// Answers 503 with a `Retry-After` to everything.
    pub is_down: bool,
    /// Refuses every key.
    pub refuses_keys: bool,
    /// Whether tokens cannot be extended.
    pub refuses_extension: bool,
    /// Enforces two calls for alerts in a second with bursts of ten, and a console's 30 in 30 seconds.
    pub limits_rate: bool,
    /// Makes page tokens at least this long; those of large tenants reach 43 kB.
    pub page_token_bytes: usize,
    /// Whether a page token is refused after a new login.
    pub forgets_page_tokens: bool,
    /// The most alerts that pages show in all; then they are empty. Later ones count all the same.
    pub shown_max: Option<usize>,
    /// Whether the key may not view alert rules.
    pub hides_rules: bool,
}

impl Default for SimulatedBehavior {
    fn default() -> Self {
        Self {
            is_down: false,
            refuses_keys: false,
            refuses_extension: false,
            limits_rate: true,
            page_token_bytes: 0,
            forgets_page_tokens: false,
            shown_max: None,
            hides_rules: false,
        }
    }
}
