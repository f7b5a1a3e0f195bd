//! Wraps an event in HEC's envelope without looking into it.
//!
//! Everything but the time, the source and the event itself is the same for every event of an
//! integration, so it is made once, as bytes; an event costs four copies and some digits.

use std::collections::BTreeMap;

use serde::Serialize;

use signalbox_model::time::Timestamp;

use super::super::config::SendConfig;

/// The constant parts of an envelope.
#[derive(Debug)]
pub(super) struct Envelope {
    /// From behind the time up to the value of `source`.
    head: Vec<u8>,
    /// The value of `source`, where it is the same for all.
    source: Option<Vec<u8>>,
    /// From behind `source` up to the event.
    middle: Vec<u8>,
    /// From behind the event to the end.
    tail: Vec<u8>,
}

impl Envelope {
    pub(super) fn of(config: &SendConfig) -> Self {
        let mut head = b",".to_vec();
        if let Some(host) = &config.host {
            write_member("host", host, &mut head);
        }
        head.extend_from_slice(b"\"source\":");
        let mut middle = b",".to_vec();
        write_member("sourcetype", &config.sourcetype, &mut middle);
        if let Some(index) = &config.index {
            write_member("index", index, &mut middle);
        }
        middle.extend_from_slice(b"\"event\":");
        let mut tail = Vec::new();
        write_tail(&config.fields, &mut tail);
        Self { head, source: config.source.as_ref().map(json), middle, tail }
    }

    /// Appends the envelope of an event.
    pub(super) fn write(&self, time: Timestamp, source: &str, event: &[u8], out: &mut Vec<u8>) {
        self.write_without_tail(time, source, event, out);
        out.extend_from_slice(&self.tail);
    }

    /// Appends an envelope with these indexed fields in place of the configured ones.
    pub(super) fn write_with_fields(
        &self,
        time: Timestamp,
        source: &str,
        event: &[u8],
        fields: &BTreeMap<&str, &str>,
        out: &mut Vec<u8>,
    ) {
        self.write_without_tail(time, source, event, out);
        write_tail(fields, out);
    }

    fn write_without_tail(&self, time: Timestamp, source: &str, event: &[u8], out: &mut Vec<u8>) {
        let room = self.head.len() + self.middle.len() + self.tail.len() + source.len();
        out.reserve(room + event.len() + ROOM_FOR_TIME);
        out.extend_from_slice(b"{\"time\":");
        write_seconds(time, out);
        out.extend_from_slice(&self.head);
        match &self.source {
            Some(source) => out.extend_from_slice(source),
            None => out.extend_from_slice(&json(source)),
        }
        out.extend_from_slice(&self.middle);
        out.extend_from_slice(event);
    }
}

/// Appends seconds with three decimals. Splunk has no negative time: before 1970 is 1970, and the
/// event itself says what it was.
fn write_seconds(time: Timestamp, out: &mut Vec<u8>) {
    let millis = time.as_millis().max(0);
    let mut digits = [b'0'; 20];
    let mut rest = millis;
    let mut written = 0;
    for digit in digits.iter_mut().rev() {
        // A digit is below ten, so the remainder fits a byte.
        *digit += (rest % 10).to_le_bytes()[0];
        rest /= 10;
        written += 1;
        if rest == 0 && written > DECIMALS {
            break;
        }
    }
    let (unused, digits) = digits.split_at(digits.len() - written);
    debug_assert!(unused.iter().all(|digit| *digit == b'0'), "all digits were written");
    let (seconds, decimals) = digits.split_at(written - DECIMALS);
    out.extend_from_slice(seconds);
    out.push(b'.');
    out.extend_from_slice(decimals);
}

/// Appends the fields, where there are any, and ends the envelope with a line feed: receivers that
/// read by lines take it too.
fn write_tail<K: Serialize + Ord, V: Serialize>(fields: &BTreeMap<K, V>, out: &mut Vec<u8>) {
    if !fields.is_empty() {
        out.extend_from_slice(b",\"fields\":");
        out.extend_from_slice(&json(fields));
    }
    out.extend_from_slice(b"}\n");
}

fn write_member(key: &str, value: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(&json(key));
    out.push(b':');
    out.extend_from_slice(&json(value));
    out.push(b',');
}

/// Texts and maps of texts always serialize.
fn json(value: impl Serialize) -> Vec<u8> {
    serde_json::to_vec(&value).unwrap_or_default()
}

const DECIMALS: usize = 3;

/// `{"time":`, twenty digits and a point.
const ROOM_FOR_TIME: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(millis: i64) -> String {
        let mut out = Vec::new();
        write_seconds(Timestamp::from_millis(millis), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn times_are_seconds_with_three_decimals() {
        assert_eq!(seconds(1_772_366_400_123), "1772366400.123");
        assert_eq!(seconds(1_772_366_400_000), "1772366400.000");
        assert_eq!(seconds(7), "0.007");
        assert_eq!(seconds(1000), "1.000");
        assert_eq!(seconds(-5), "0.000");
        assert_eq!(seconds(i64::MAX), "9223372036854775.807");
    }

    #[test]
    fn only_what_is_configured_is_written() {
        let config = serde_json::json!({
            "url": "https://splunk.example.com:8088", "token": "env:HEC_TOKEN",
            "index": "security", "fields": { "site": "berlin" },
        });
        let envelope = Envelope::of(&serde_json::from_value(config).unwrap());

        let mut out = Vec::new();
        envelope.write(Timestamp::from_millis(1500), "fire\"wall", b"{\"a\":1}", &mut out);

        assert_eq!(
            String::from_utf8(out).unwrap(),
            "{\"time\":1.500,\"source\":\"fire\\\"wall\",\"sourcetype\":\"_json\",\
             \"index\":\"security\",\"event\":{\"a\":1},\"fields\":{\"site\":\"berlin\"}}\n"
        );
    }

    #[test]
    fn host_and_source_can_be_the_same_for_all() {
        let config = serde_json::json!({
            "url": "https://splunk.example.com:8088", "token": "env:HEC_TOKEN",
            "host": "hub", "source": "signalbox", "sourcetype": "ocsf",
        });
        let envelope = Envelope::of(&serde_json::from_value(config).unwrap());

        let mut out = Vec::new();
        envelope.write(Timestamp::from_millis(0), "firewall", b"1", &mut out);

        assert_eq!(
            String::from_utf8(out).unwrap(),
            "{\"time\":0.000,\"host\":\"hub\",\"source\":\"signalbox\",\"sourcetype\":\"ocsf\",\
             \"event\":1}\n"
        );
    }
}
