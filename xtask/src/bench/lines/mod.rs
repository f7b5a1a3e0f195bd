//! The events of a run: CEF in syslog lines, the same on every machine.
//!
//! A fixed number of lines is written once; each pass over them puts new sequence numbers in. So
//! ten million events take no more memory than the first, and the sender next to nothing of the
//! processor. The lines repeat after 200,000: far outside any window of compression.

mod shapes;
mod words;

use std::ops::Range;

use memchr::memmem;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::json;

/// Lines that are sent over and over, each time with other numbers.
pub(super) struct Lines {
    bytes: Vec<u8>,
    /// Where each line begins, and at last where the last one ends.
    starts: Vec<usize>,
    /// Where the digits of each line's number are.
    digits: Vec<usize>,
}

/// What is around each line.
#[derive(Clone, Copy)]
pub(super) enum Form {
    /// Nothing.
    Line,
    /// The envelope of HEC.
    Envelope,
}

impl Lines {
    /// Writes the lines.
    pub(super) fn new(form: Form) -> Self {
        Self::of(LINES, form)
    }

    fn of(count: usize, form: Form) -> Self {
        let mut rng = StdRng::seed_from_u64(SEED);
        let mut lines =
            Self { bytes: Vec::with_capacity(count * 540), starts: vec![0], digits: Vec::new() };
        for number in 0..count {
            let line = form.around(shapes::line(&mut rng, number as u64));
            let mark = memmem::find(line.as_bytes(), MARK).unwrap_or_default();
            lines.digits.push(lines.bytes.len() + mark + MARK.len());
            lines.bytes.extend_from_slice(line.as_bytes());
            lines.bytes.push(b'\n');
            lines.starts.push(lines.bytes.len());
        }
        lines
    }

    /// Returns the lines of the first of these numbers, as many as stand in one piece, and how many
    /// they are.
    pub(super) fn block(&mut self, numbers: &Range<u64>) -> (&[u8], u64) {
        let count = self.digits.len();
        let first = (numbers.start % count as u64) as usize;
        let wanted = usize::try_from(numbers.end - numbers.start).unwrap_or(usize::MAX);
        let last = first + wanted.min(BLOCK).min(count - first);
        for (number, at) in (numbers.start..).zip(&self.digits[first..last]) {
            write_digits(&mut self.bytes[*at..*at + DIGITS], number);
        }
        (&self.bytes[self.starts[first]..self.starts[last]], (last - first) as u64)
    }
}

impl Form {
    fn around(self, line: String) -> String {
        match self {
            Self::Line => line,
            Self::Envelope => {
                json!({"host": "collector-1", "source": "tcp:514", "sourcetype": "cef", "event": line})
                    .to_string()
            }
        }
    }
}

fn write_digits(place: &mut [u8], mut number: u64) {
    for digit in place.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// Stands before each number, in whatever form an event has.
pub(super) const MARK: &[u8] = b"sq-";

/// Digits of a number.
pub(super) const DIGITS: usize = 10;

/// 200,000 lines are 105 MB.
const LINES: usize = 200_000;

/// Lines that are sent with one call: 132 kB.
const BLOCK: usize = 250;

const SEED: u64 = 42;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_are_of_six_products_and_528_bytes_on_average() {
        let lines = Lines::of(20_000, Form::Line);
        let text = String::from_utf8(lines.bytes.clone()).unwrap();

        let mean = lines.bytes.len() as f64 / 20_000.0;
        assert!((520.0..536.0).contains(&mean), "{mean} bytes");
        let products: std::collections::BTreeSet<_> =
            text.lines().filter_map(|line| line.split('|').nth(2)).collect();
        assert_eq!(products.len(), 5, "{products:?}: two shapes are of the same product");
    }

    #[test]
    fn every_line_carries_its_number_in_each_pass() {
        let mut lines = Lines::of(400, Form::Line);

        let (block, count) = lines.block(&(1000..1003));

        let block = String::from_utf8(block.to_vec()).unwrap();
        let numbers: Vec<_> =
            block.lines().filter_map(|line| line.split("externalId=").nth(1)).collect();
        assert_eq!((count, numbers), (3, vec!["sq-0000001000", "sq-0000001001", "sq-0000001002"]));
    }

    #[test]
    fn a_block_ends_where_the_lines_begin_anew() {
        let mut lines = Lines::of(400, Form::Line);

        let (_, count) = lines.block(&(390..500));

        assert_eq!(count, 10);
    }
}
