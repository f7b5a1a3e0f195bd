//! Scalars of the configuration that carry their unit: durations and sizes.
//!
//! A bare number is refused, because nobody remembers whether it meant seconds or milliseconds. One
//! number and one unit, no sums: `90m`, not `1h30m`. Bounds belong to the field, as the extensions
//! `x-signalbox-minimum` and `x-signalbox-maximum` of its schema.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A span of time as people write it: `500ms`, `30s`, `10m`, `24h`, `7d`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HumanDuration(Duration);

impl HumanDuration {
    /// Wraps a duration; what is finer than a millisecond is not shown.
    pub const fn new(duration: Duration) -> Self {
        Self(duration)
    }

    /// Makes a duration of whole seconds, for defaults.
    pub const fn from_seconds(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }

    /// Returns the duration.
    pub const fn as_duration(self) -> Duration {
        self.0
    }
}

impl From<HumanDuration> for Duration {
    fn from(duration: HumanDuration) -> Self {
        duration.0
    }
}

impl FromStr for HumanDuration {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let milliseconds = parse_with_unit(text, &DURATION_UNITS, &DURATION)?;
        Ok(Self(Duration::from_millis(milliseconds)))
    }
}

impl fmt::Display for HumanDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let milliseconds = u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX);
        if milliseconds == 0 {
            return f.write_str("0s");
        }
        write_with_unit(f, milliseconds, &DURATION_UNITS)
    }
}

/// An amount of bytes as people write it: `64KiB`, `1MiB`, `900kB`, `50GiB`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ByteSize(u64);

impl ByteSize {
    /// Wraps a number of bytes.
    pub const fn new(bytes: u64) -> Self {
        Self(bytes)
    }

    /// Returns the number of bytes.
    pub const fn as_bytes(self) -> u64 {
        self.0
    }
}

impl FromStr for ByteSize {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_with_unit(text, &SIZE_UNITS, &SIZE).map(Self)
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_with_unit(f, self.0, &SIZE_UNITS)
    }
}

/// A text that is no number with a known unit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnitError {
    /// It does not start with a whole number.
    #[error("`{text}` is no {kind}; write a whole number and a unit, such as {examples}")]
    NoNumber {
        /// The text.
        text: String,
        /// What was expected: a duration, a size.
        kind: &'static str,
        /// Texts that are fine.
        examples: &'static str,
    },
    /// There is a number and nothing behind it.
    #[error("`{text}` has no unit; write a {kind} such as {examples}")]
    NoUnit {
        /// The text.
        text: String,
        /// What was expected.
        kind: &'static str,
        /// Texts that are fine.
        examples: &'static str,
    },
    /// The unit is unknown.
    #[error("`{text}` has the unknown unit `{unit}`; did you mean `{nearest}`?")]
    UnknownUnit {
        /// The text.
        text: String,
        /// The unit as written.
        unit: String,
        /// The known unit most like it.
        nearest: &'static str,
    },
    /// It does not fit into 64 bits of the smallest unit.
    #[error("`{text}` is too large for a {kind}; write less")]
    TooLarge {
        /// The text.
        text: String,
        /// What was expected.
        kind: &'static str,
    },
}

impl Serialize for HumanDuration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Serialize for ByteSize {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for HumanDuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl<'de> Deserialize<'de> for ByteSize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for HumanDuration {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "HumanDuration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "format": "human-duration",
            "description": "A whole number and a unit: `ms`, `s`, `m`, `h` or `d`.",
            "pattern": "^[0-9]+(ms|s|m|h|d)$",
            "examples": ["30s", "24h"],
            "x-signalbox-expected": "a duration such as `30s` or `24h`"
        })
    }
}

impl JsonSchema for ByteSize {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "ByteSize".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "format": "byte-size",
            "description":
                "A whole number and a unit: `B`, `kB`, `MB`, `GB`, `TB` in steps of 1000, `KiB`, \
                 `MiB`, `GiB`, `TiB` in steps of 1024.",
            "pattern": "^[0-9]+(B|[kMGT]B|[KMGT]iB)$",
            "examples": ["64KiB", "50GiB"],
            "x-signalbox-expected": "a size such as `64KiB` or `50GiB`"
        })
    }
}

/// A unit's word and how many of the smallest unit it holds.
type Unit = (&'static str, u64);

/// The words for a kind of scalar in its errors.
struct Kind {
    name: &'static str,
    examples: &'static str,
}

fn parse_with_unit(text: &str, units: &[Unit], kind: &Kind) -> Result<u64, UnitError> {
    let &Kind { name: kind, examples } = kind;
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    if number.is_empty() {
        return Err(UnitError::NoNumber { text: text.into(), kind, examples });
    }
    if unit.is_empty() {
        return Err(UnitError::NoUnit { text: text.into(), kind, examples });
    }
    let Some((_, factor)) = units.iter().find(|(word, _)| *word == unit) else {
        let nearest = nearest_unit(unit, units);
        return Err(UnitError::UnknownUnit { text: text.into(), unit: unit.into(), nearest });
    };
    let total = number.parse().ok().and_then(|number: u64| number.checked_mul(*factor));
    total.ok_or_else(|| UnitError::TooLarge { text: text.into(), kind })
}

/// The same letters in another case come first: `kb` means `kB`, not `B`.
fn nearest_unit(unit: &str, units: &[Unit]) -> &'static str {
    let lower = unit.trim().to_ascii_lowercase();
    let distance = |word: &str| strsim::damerau_levenshtein(&word.to_ascii_lowercase(), &lower);
    units.iter().map(|(word, _)| *word).min_by_key(|word| distance(word)).unwrap_or_default()
}

/// Writes the largest unit that leaves a whole number, so that nothing is rounded.
fn write_with_unit(f: &mut fmt::Formatter<'_>, total: u64, units: &[Unit]) -> fmt::Result {
    let fits = |(_, factor): &&Unit| total >= *factor && total.is_multiple_of(*factor);
    let (word, factor) = units.iter().find(fits).or(units.last()).copied().unwrap_or_default();
    write!(f, "{}{word}", total.checked_div(factor).unwrap_or(total))
}

/// In milliseconds, the largest first.
const DURATION_UNITS: [Unit; 5] =
    [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// In bytes; first those in steps of 1024, for they are preferred when both come out whole.
const SIZE_UNITS: [Unit; 9] = [
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("TB", 1_000_000_000_000),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("kB", 1_000),
    ("B", 1),
];

const DURATION: Kind = Kind { name: "duration", examples: "`30s`, `10m` or `24h`" };
const SIZE: Kind = Kind { name: "size", examples: "`64KiB`, `900kB` or `50GiB`" };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_in_every_unit() {
        let texts = ["500ms", "30s", "10m", "24h", "7d", "0s"];

        let seconds = texts.map(|text| text.parse::<HumanDuration>().unwrap().0.as_secs_f64());

        assert_eq!(seconds, [0.5, 30.0, 600.0, 86_400.0, 604_800.0, 0.0]);
    }

    #[test]
    fn sizes_are_read_in_steps_of_1000_and_of_1024() {
        let texts = ["1B", "900kB", "64KiB", "1MiB", "1MB", "50GiB", "2TiB"];

        let bytes = texts.map(|text| text.parse::<ByteSize>().unwrap().as_bytes());

        assert_eq!(
            bytes,
            [1, 900_000, 65_536, 1_048_576, 1_000_000, 53_687_091_200, 2_199_023_255_552]
        );
    }

    #[test]
    fn what_is_shown_reads_back_the_same() {
        for text in ["500ms", "90s", "36h", "7d", "0s"] {
            let duration: HumanDuration = text.parse().unwrap();
            assert_eq!(duration.to_string().parse(), Ok(duration));
        }
        for text in ["0B", "900kB", "64KiB", "50GiB", "1001B"] {
            assert_eq!(text.parse::<ByteSize>().unwrap().to_string(), text);
        }
        assert_eq!("60s".parse::<HumanDuration>().unwrap().to_string(), "1m");
    }

    #[test]
    fn errors_say_what_to_write_instead() {
        let duration = |text: &str| text.parse::<HumanDuration>().unwrap_err().to_string();
        let size = |text: &str| text.parse::<ByteSize>().unwrap_err().to_string();

        assert_eq!(
            duration("soon"),
            "`soon` is no duration; write a whole number and a unit, such as `30s`, `10m` or `24h`"
        );
        assert_eq!(
            duration("30"),
            "`30` has no unit; write a duration such as `30s`, `10m` or `24h`"
        );
        assert_eq!(duration("5min"), "`5min` has the unknown unit `min`; did you mean `m`?");
        assert_eq!(size("64kb"), "`64kb` has the unknown unit `kb`; did you mean `kB`?");
        assert_eq!(size("99999999999TiB"), "`99999999999TiB` is too large for a size; write less");
    }

    #[test]
    fn fields_read_and_write_text() {
        let size: ByteSize = serde_json::from_str("\"1MiB\"").unwrap();
        let duration: HumanDuration = serde_json::from_str("\"7d\"").unwrap();

        assert_eq!(serde_json::to_string(&(size, duration)).unwrap(), "[\"1MiB\",\"7d\"]");
        assert!(serde_json::from_str::<HumanDuration>("30").is_err());
    }
}
