//! Checks of texts that a schema can only name: its `format`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use regex::Regex;
use signalbox_model::config::{ByteSize, HumanDuration};

use crate::config::diagnostic::quoted;

/// Checks a text of a format, such as a query, so that its mistakes are told with all others.
pub type TextCheck = fn(&str) -> Result<(), TextMistake>;

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextMistake {
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// The byte of the text where it goes wrong; without it the whole text is meant.
    pub offset: Option<usize>,
}

impl TextMistake {
    /// Makes a mistake of the text as a whole.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, offset: None }
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

fn check_duration(text: &str) -> Result<(), TextMistake> {
    HumanDuration::from_str(text).map(drop).map_err(|error| TextMistake::new(error.to_string()))
}

fn check_size(text: &str) -> Result<(), TextMistake> {
    ByteSize::from_str(text).map(drop).map_err(|error| TextMistake::new(error.to_string()))
}

fn check_address<A: FromStr>(text: &str, name: &str) -> Result<(), TextMistake> {
    let refused =
        |_| TextMistake::new(format!("{} is no {name}; write it in numbers", quoted(text)));
    A::from_str(text).map(drop).map_err(refused)
}
