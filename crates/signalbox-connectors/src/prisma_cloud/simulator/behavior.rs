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
    /// Whether a refused page token is answered with 500 `internal_error`, as a fault of the product.
    pub breaks_on_page_tokens: bool,
    /// Whether pages that were asked for by a token say no total.
    pub omits_totals: bool,
    /// The most alerts that pages show in all; then they are empty. Later ones count all the same.
    pub shown_max: Option<usize>,
    /// How far the tenant's clock, which every answer tells, is behind that of whoever asks.
    pub clock_behind_seconds: u32,
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
            breaks_on_page_tokens: false,
            omits_totals: false,
            shown_max: None,
            clock_behind_seconds: 0,
            hides_rules: false,
        }
    }
}
