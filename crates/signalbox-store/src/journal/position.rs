//! Where a chunk, or an event, is in the journal.
//!
//! A position is the pair of an epoch (one per start of the journal) and a sequence (one per chunk). The sequence goes on
//! over epochs, but only the pair is an identity: a chunk that was lost with the tail of the file is followed, after the
//! restart, by one of a higher epoch, so that no position is ever given twice and positions stay ordered.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// The identity of one journal, drawn when its folder is made.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JournalId(pub Uuid);

impl fmt::Display for JournalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The place of one chunk in its journal; its text form is `epoch-sequence`, as in `3-1842`.
///
/// Ordered as the chunks were committed. Nothing else may be read from it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Position {
    epoch: u32,
    sequence: u64,
}

impl Position {
    /// Returns the position of the chunk `sequence` of `epoch`.
    pub const fn new(epoch: u32, sequence: u64) -> Self {
        Self { epoch, sequence }
    }

    /// Returns the epoch: which start of the journal gave this position.
    pub const fn epoch(self) -> u32 {
        self.epoch
    }

    /// Returns the number of the chunk.
    pub const fn sequence(self) -> u64 {
        self.sequence
    }

    /// Returns the position of the record `index` of this chunk.
    pub const fn event(self, index: u32) -> EventPosition {
        EventPosition { position: self, index }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.epoch, self.sequence)
    }
}

impl FromStr for Position {
    type Err = PositionError;

    fn from_str(text: &str) -> Result<Self, PositionError> {
        parse_position(text).ok_or_else(|| PositionError { text: text.to_owned() })
    }
}

/// The place of one record: its chunk and its index there; its text form is `3-1842.17`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct EventPosition {
    /// The chunk.
    pub position: Position,
    /// The index within the chunk, from 0.
    pub index: u32,
}

impl fmt::Display for EventPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.position, self.index)
    }
}

impl FromStr for EventPosition {
    type Err = PositionError;

    fn from_str(text: &str) -> Result<Self, PositionError> {
        parse_event_position(text).ok_or_else(|| PositionError { text: text.to_owned() })
    }
}

/// A text that is no position.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "`{text}` is not a position of the journal; write the epoch, `-` and the chunk, as in `3-1842`, and for one event also `.` and its index, as in `3-1842.17`"
)]
pub struct PositionError {
    /// The text as given.
    pub text: String,
}

impl Serialize for Position {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for EventPosition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EventPosition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

fn parse_position(text: &str) -> Option<Position> {
    let (epoch, sequence) = text.split_once('-')?;
    Some(Position { epoch: parse_digits(epoch)?, sequence: parse_digits(sequence)? })
}

fn parse_event_position(text: &str) -> Option<EventPosition> {
    let (position, index) = text.split_once('.')?;
    Some(EventPosition { position: parse_position(position)?, index: parse_digits(index)? })
}

/// `FromStr` of integers takes a leading `+`, a position does not.
fn parse_digits<N: FromStr>(text: &str) -> Option<N> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_reads_back_from_its_text() {
        let position = Position::new(3, 1842);

        assert_eq!(position.to_string(), "3-1842");
        assert_eq!("3-1842".parse(), Ok(position));
        assert_eq!("3-1842.17".parse(), Ok(position.event(17)));
        assert_eq!(serde_json::to_string(&position.event(17)).unwrap(), "\"3-1842.17\"");
        assert_eq!(serde_json::from_str::<Position>("\"3-1842\"").unwrap(), position);
    }

    #[test]
    fn what_is_no_position_is_refused_with_the_form_it_should_have() {
        for text in ["", "3", "3-", "-1", "+3-1", "3-1x", "3-1.2", "99999999999-1"] {
            assert!(text.parse::<Position>().is_err(), "`{text}`");
        }

        let error = "3-1842".parse::<EventPosition>().unwrap_err();

        assert!(error.to_string().ends_with("as in `3-1842.17`"));
    }

    #[test]
    fn whatever_reads_as_a_position_is_written_as_one_that_reads_the_same() {
        let target = bolero::check!().with_test_time(std::time::Duration::from_millis(100));
        target.with_type::<(u32, u64, u32, String)>().for_each(|(epoch, sequence, index, text)| {
            let position = Position::new(*epoch, *sequence).event(*index);
            assert_eq!(position.to_string().parse(), Ok(position));
            for text in [text.clone(), format!("{epoch}-{text}"), format!("{epoch}-1.{text}")] {
                if let Ok(read) = text.parse::<EventPosition>() {
                    assert_eq!(read.to_string().parse(), Ok(read));
                }
            }
        });
    }

    #[test]
    fn a_higher_epoch_comes_later_whatever_the_sequence() {
        assert!(Position::new(2, 1) > Position::new(1, 900));
        assert!(Position::new(2, 2) > Position::new(2, 1));
    }
}
