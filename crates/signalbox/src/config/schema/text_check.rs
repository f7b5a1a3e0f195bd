//! Checks of texts that a schema can only name: its `format`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use regex::Regex;
use signalbox_model::config::{ByteSize, HumanDuration};

use crate::config::diagnostic::quoted;

/// Finds the mistakes of a text of a format, such as a query, so that they are told with all others.
pub type TextCheck = fn(&str) -> Vec<TextMistake>;

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextMistake {
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// The byte of the text where it goes wrong; without it the whole text is meant.
    pub offset: Option<usize>,
    /// Whether the words above repeat nothing of the text, so that they may be said of one that
    /// nobody may see.
    pub is_discreet: bool,
}

impl TextMistake {
    /// Makes a mistake of the text as a whole.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, offset: None, is_discreet: false }
    }

    /// Says that nothing of the text is repeated.
    #[must_use]
    pub fn discreet(self) -> Self {
        Self { is_discreet: true, ..self }
    }
}

/// The checks every validator has.
pub(super) fn standard_checks() -> HashMap<String, TextCheck> {
    let checks: [(&str, TextCheck); 5] = [
        ("human-duration", check_duration),
        ("byte-size", check_size),
        ("ip", |text| check_address::<IpAddr>(text, "IP address")),
        ("ipv4", |text| check_address::<Ipv4Addr>(text, "IPv4 address")),
        ("ipv6", |text| check_address::<Ipv6Addr>(text, "IPv6 address")),
    ];
    checks.map(|(format, check)| (format.to_owned(), check)).into()
}

/// Tells whether a format has no room for a secret, so that what stands there may be shown even where
/// it is mistaken.
pub(super) fn is_plain(format: &str) -> bool {
    let plain =
        ["human-duration", "byte-size", "ip", "ipv4", "ipv6", "socket-address", "date-time"];
    plain.contains(&format)
}

/// Tells whether a text of this format is read as a text first, so that a mistake in it leaves what is
/// around it readable.
pub(super) fn is_read_as_text(format: &str) -> bool {
    [CONDITION, "date-time"].contains(&format)
}

/// The format of conditions: written by hand, quoting what events say.
pub(super) const CONDITION: &str = "condition";

/// Tells whether a text looks like an address with a login or a query, wherever it stands.
pub(super) fn may_hold_credentials(text: &str) -> bool {
    let is_address = text.contains(':') && !text.contains(char::is_whitespace);
    is_address && (text.contains('@') || text.contains("://") && text.contains(['?', '#']))
}

/// Returns the size of a text of a format that has one, to compare it with bounds.
pub(super) fn magnitude(format: &str, text: &str) -> Option<u128> {
    match format {
        "human-duration" => Some(HumanDuration::from_str(text).ok()?.as_duration().as_millis()),
        "byte-size" => Some(ByteSize::from_str(text).ok()?.as_bytes().into()),
        _ => None,
    }
}

/// The patterns of a schema, compiled when first needed.
#[derive(Default)]
pub(super) struct Patterns(RefCell<HashMap<String, Option<Regex>>>);

impl Patterns {
    /// Tells whether a text matches. A pattern that is none refuses nothing.
    pub(super) fn is_match(&self, pattern: &str, text: &str) -> bool {
        let mut known = self.0.borrow_mut();
        let compiled = known.entry(pattern.to_owned()).or_insert_with(|| Regex::new(pattern).ok());
        compiled.as_ref().is_none_or(|regex| regex.is_match(text))
    }
}

fn check_duration(text: &str) -> Vec<TextMistake> {
    let error = HumanDuration::from_str(text).err();
    error.into_iter().map(|error| TextMistake::new(error.to_string())).collect()
}

fn check_size(text: &str) -> Vec<TextMistake> {
    let error = ByteSize::from_str(text).err();
    error.into_iter().map(|error| TextMistake::new(error.to_string())).collect()
}

fn check_address<A: FromStr>(text: &str, name: &str) -> Vec<TextMistake> {
    let refused = format!("{} is no {name}; write it in numbers", quoted(text));
    if A::from_str(text).is_ok() { Vec::new() } else { vec![TextMistake::new(refused)] }
}
