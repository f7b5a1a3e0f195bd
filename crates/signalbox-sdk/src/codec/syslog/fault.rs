//! What is wrong with a frame, where, and in words an operator can act on.
//!
//! A fault never costs the message. There are two grades: a **violation** is what a strict parser of
//! RFC 5424 refuses; **practice** is what devices do all the time and every collector takes.

use std::fmt;

/// The worst thing found in a frame: the first violation, or else the first bit of practice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where it stands, in bytes from the start of the frame.
    pub offset: usize,
    /// What it is.
    pub kind: FaultKind,
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "byte {}: {}", self.offset, self.kind.words())
    }
}

/// Everything that can be wrong with a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// There is nothing in the frame.
    Empty,
    /// No `<PRI>` opens the frame.
    PriorityMissing,
    /// The number in `<PRI>` is absent or above 191.
    PriorityOutOfRange,
    /// `<PRI>` is written with leading zeros.
    PriorityLeadingZero,
    /// The version is 0, has a leading zero or more than three digits.
    VersionInvalid,
    /// No blank stands between version and timestamp.
    VersionGlued,
    /// The fields are those of RFC 5424, but the version is left out.
    VersionMissing,
    /// There is no timestamp where one belongs.
    TimestampMissing,
    /// The timestamp is not one, or does not exist in the calendar.
    TimestampInvalid,
    /// The timestamp of RFC 5424 is written in another way.
    TimestampForm,
    /// The timestamp of RFC 5424 names no zone.
    ZoneMissing,
    /// A `t` or `z` is lower case, or the fraction has seven to nine digits.
    TimestampLoose,
    /// Seconds since 1970 stand where a date belongs.
    TimestampNumeric,
    /// The device marks its own clock as not synchronized.
    ClockUnsynchronized,
    /// A field of the header is empty: two blanks in a row.
    FieldEmpty,
    /// A field is longer than RFC 5424 allows.
    FieldTooLong,
    /// A field holds something else than printable ASCII.
    FieldCharacter,
    /// The header ends before its last field.
    HeaderIncomplete,
    /// The process id holds blanks.
    ProcessIdBlanks,
    /// Neither `-` nor `[` stands where structured data belongs.
    StructuredDataMissing,
    /// The structured data does not follow the grammar or never ends.
    StructuredDataInvalid,
    /// A quote, bracket or blank inside the structured data stands where it may not.
    StructuredDataLoose,
    /// The same element id stands twice.
    StructuredDataRepeated,
    /// No blank stands between structured data and message.
    MessageGlued,
}

impl FaultKind {
    /// Says whether a strict parser refuses the frame for it; otherwise it is common practice.
    pub const fn is_violation(self) -> bool {
        !matches!(
            self,
            Self::PriorityMissing
                | Self::TimestampMissing
                | Self::TimestampLoose
                | Self::TimestampNumeric
                | Self::ClockUnsynchronized
        )
    }

    /// Describes it for an operator.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Empty => "the frame is empty",
            Self::PriorityMissing => "no `<PRI>`; 13 (user.notice) is assumed",
            Self::PriorityOutOfRange => "the number in `<PRI>` is not between 0 and 191",
            Self::PriorityLeadingZero => "the number in `<PRI>` has leading zeros",
            Self::VersionInvalid => "the version is not between 1 and 999; it is read as 1",
            Self::VersionGlued => "a blank is missing between version and timestamp",
            Self::VersionMissing => "the version `1` is missing before fields of RFC 5424",
            Self::TimestampMissing => "no timestamp; the time of receipt counts",
            Self::TimestampInvalid => "the timestamp cannot be read; the time of receipt counts",
            Self::TimestampForm => "the timestamp is not written as RFC 5424 wants it",
            Self::ZoneMissing => "the timestamp names no zone; the zone of the settings is used",
            Self::TimestampLoose => "the timestamp has lower-case letters or over six digits",
            Self::TimestampNumeric => "the timestamp is a number of seconds since 1970",
            Self::ClockUnsynchronized => "the device says that its clock is not synchronized",
            Self::FieldEmpty => "a field of the header is empty; `-` is the sign for none",
            Self::FieldTooLong => "a field of the header is longer than RFC 5424 allows",
            Self::FieldCharacter => "a field of the header is not printable ASCII",
            Self::HeaderIncomplete => "the header ends early; what follows is taken as message",
            Self::ProcessIdBlanks => "the process id holds blanks",
            Self::StructuredDataMissing => "structured data is missing; `-` is the sign for none",
            Self::StructuredDataInvalid => {
                "the structured data cannot be read and is taken as message"
            }
            Self::StructuredDataLoose => {
                "the structured data has a character that should be escaped or left out"
            }
            Self::StructuredDataRepeated => "an element id stands twice in the structured data",
            Self::MessageGlued => "a blank is missing between structured data and message",
        }
    }
}

/// Collects while a frame is read and keeps the worst.
#[derive(Clone, Copy, Default)]
pub(super) struct Faults(Option<Fault>);

impl Faults {
    pub(super) fn note(&mut self, offset: usize, kind: FaultKind) {
        let is_worse = match self.0 {
            Some(known) => kind.is_violation() && !known.kind.is_violation(),
            None => true,
        };
        if is_worse {
            self.0 = Some(Fault { offset, kind });
        }
    }

    pub(super) fn worst(self) -> Option<Fault> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_violation_outranks_practice_and_later_violations() {
        let mut faults = Faults::default();
        faults.note(0, FaultKind::PriorityMissing);
        faults.note(4, FaultKind::FieldEmpty);
        faults.note(9, FaultKind::FieldTooLong);

        let worst = faults.worst().unwrap();

        assert_eq!(worst, Fault { offset: 4, kind: FaultKind::FieldEmpty });
        assert_eq!(
            worst.to_string(),
            "byte 4: a field of the header is empty; `-` is the sign for none"
        );
    }
}
