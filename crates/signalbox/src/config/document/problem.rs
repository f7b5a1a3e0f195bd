//! A mistake before it is told: it knows its place in bytes, not yet how that line looks.
//!
//! Lines are cut out only at the end, when it is known which of their values may be shown.

use super::node::Span;
use crate::config::diagnostic::Severity;

/// A mistake and its place.
pub(crate) struct Problem {
    pub(crate) severity: Severity,
    pub(crate) span: Span,
    /// JSON pointer of the value it is about.
    pub(crate) pointer: String,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    /// A second place that belongs to the story, and what happened there.
    pub(crate) other: Option<(&'static str, Span)>,
    /// Whether what is around it can be read without it.
    pub(crate) is_apart: bool,
}

impl Problem {
    /// Makes a mistake that keeps the configuration from being used.
    pub(crate) fn error(span: Span, message: impl Into<String>) -> Self {
        let message = message.into();
        let pointer = String::new();
        let severity = Severity::Error;
        Self { severity, span, pointer, message, help: None, other: None, is_apart: false }
    }
}
