//! The cases, by the names under which the trade asks for them.

/// A case of the certification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// Everything works.
    HappyPath,
    /// The credentials are refused, with 401 and with 403.
    AuthenticationFailure,
    /// The vendor answers too late.
    Timeout,
    /// The vendor wants fewer calls.
    RateLimit,
    /// One item is refused, or cannot be read.
    InvalidPayload,
    /// Much comes at once.
    LargePayload,
    /// The vendor cannot be used.
    Unavailable,
    /// The connection breaks before the request is executed.
    CutBeforeAnswer,
    /// The connection breaks after the request was executed.
    CutAfterAnswer,
    /// The request is executed after it was given up on.
    LateExecution,
    /// One side sends a byte at a time.
    SlowLoris,
    /// The vendor points elsewhere.
    Redirect,
    /// A success says a failure inside.
    ErrorInside,
    /// What was granted at a login ends in mid-run.
    ExpiredToken,
    /// The same comes twice.
    DuplicateDelivery,
    /// Pages repeat or shift.
    ShiftingPages,
    /// The hub is killed in the middle.
    Restart,
    /// A text wants to be more than text.
    HostileText,
    /// Whatever the hub shows has no secret in it.
    NoSecret,
}

impl Case {
    /// Every case, the seven of the trade first.
    pub const ALL: [Self; 19] = [
        Self::HappyPath,
        Self::AuthenticationFailure,
        Self::Timeout,
        Self::RateLimit,
        Self::InvalidPayload,
        Self::LargePayload,
        Self::Unavailable,
        Self::CutBeforeAnswer,
        Self::CutAfterAnswer,
        Self::LateExecution,
        Self::SlowLoris,
        Self::Redirect,
        Self::ErrorInside,
        Self::ExpiredToken,
        Self::DuplicateDelivery,
        Self::ShiftingPages,
        Self::Restart,
        Self::HostileText,
        Self::NoSecret,
    ];

    /// Returns the case as shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HappyPath => "happy path",
            Self::AuthenticationFailure => "authentication failure 401/403",
            Self::Timeout => "timeout",
            Self::RateLimit => "rate limit 429",
            Self::InvalidPayload => "invalid payload",
            Self::LargePayload => "large payload",
            Self::Unavailable => "unavailable",
            Self::CutBeforeAnswer => "cut before the answer",
            Self::CutAfterAnswer => "cut after the answer",
            Self::LateExecution => "late execution",
            Self::SlowLoris => "slow-loris",
            Self::Redirect => "redirect",
            Self::ErrorInside => "200 with an error inside",
            Self::ExpiredToken => "expired token in mid-run",
            Self::DuplicateDelivery => "duplicate delivery",
            Self::ShiftingPages => "pages that repeat or shift",
            Self::Restart => "restart in the middle",
            Self::HostileText => "hostile text",
            Self::NoSecret => "no secret in any output",
        }
    }
}
