//! The number in angle brackets that opens a frame: facility and severity (RFC 5424 §6.2.1).

use super::cursor::Cursor;
use super::fault::{FaultKind, Faults};

/// What a message is about (facility) and how bad it is (severity), as syslog counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Priority {
    facility: u8,
    severity: u8,
}

impl Priority {
    /// `user.notice`, which RFC 3164 §4.3.3 has a relay assume where a message says nothing.
    pub const ASSUMED: Self = Self { facility: 1, severity: 5 };

    /// Joins a facility (0 to 23) and a severity (0 to 7); `None` beyond these.
    pub const fn new(facility: u8, severity: u8) -> Option<Self> {
        if facility <= FACILITY_MAX && severity < SEVERITIES {
            Some(Self { facility, severity })
        } else {
            None
        }
    }

    /// Takes the number as it stands in a frame, 0 to 191; `None` beyond.
    pub const fn from_value(value: u8) -> Option<Self> {
        Self::new(value / SEVERITIES, value % SEVERITIES)
    }

    /// Returns the number as it stands in a frame.
    pub const fn value(self) -> u8 {
        self.facility * SEVERITIES + self.severity
    }

    /// Returns the facility, 0 (kernel) to 23 (local7).
    pub const fn facility(self) -> u8 {
        self.facility
    }

    /// Returns the severity, 0 (emergency) to 7 (debug): smaller is worse.
    pub const fn severity(self) -> u8 {
        self.severity
    }
}

/// Passes the priority, be it right or wrong; without one the place stays.
pub(super) fn read(cursor: &mut Cursor<'_>, faults: &mut Faults) -> Option<Priority> {
    let Some(digits) = marked(cursor.bytes()) else {
        faults.note(cursor.at(), FaultKind::PriorityMissing);
        return None;
    };
    let at = cursor.at();
    cursor.advance(digits.len() + 2);
    let value = digits.iter().fold(0_u32, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    let priority = u8::try_from(value).ok().and_then(Priority::from_value);
    if digits.is_empty() || digits.len() > 3 || priority.is_none() {
        faults.note(at, FaultKind::PriorityOutOfRange);
        return None;
    }
    if digits.len() > 1 && digits.starts_with(b"0") {
        faults.note(at, FaultKind::PriorityLeadingZero);
    }
    priority
}

/// Returns the digits between `<` and `>`, where nothing else stands there.
fn marked(bytes: &[u8]) -> Option<&[u8]> {
    let inner = bytes.strip_prefix(b"<")?;
    let count = inner.iter().take(DIGITS_MAX).take_while(|byte| byte.is_ascii_digit()).count();
    (inner.get(count) == Some(&b'>')).then(|| inner.get(..count))?
}

const FACILITY_MAX: u8 = 23;
const SEVERITIES: u8 = 8;

/// More digits than this are no broken priority but some other text.
const DIGITS_MAX: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn priority(frame: &str) -> (Option<u8>, usize, Option<FaultKind>) {
        let (mut cursor, mut faults) = (Cursor::new(frame), Faults::default());
        let priority = read(&mut cursor, &mut faults);
        (priority.map(Priority::value), cursor.at(), faults.worst().map(|fault| fault.kind))
    }

    #[test]
    fn a_priority_is_facility_times_eight_plus_severity() {
        let priority = Priority::from_value(165).unwrap();

        assert_eq!((priority.facility(), priority.severity()), (20, 5));
        assert_eq!(priority.value(), 165);
        assert_eq!(Priority::ASSUMED.value(), 13);
        assert_eq!(Priority::from_value(192), None);
        assert_eq!(Priority::new(0, 8), None);
    }

    #[test]
    fn a_wrong_priority_is_passed_and_told() {
        assert_eq!(priority("<0>x"), (Some(0), 3, None));
        assert_eq!(priority("<191>x"), (Some(191), 5, None));
        assert_eq!(priority("<007>x"), (Some(7), 5, Some(FaultKind::PriorityLeadingZero)));
        assert_eq!(priority("<192>x"), (None, 5, Some(FaultKind::PriorityOutOfRange)));
        assert_eq!(priority("<>x"), (None, 2, Some(FaultKind::PriorityOutOfRange)));
        assert_eq!(priority("<19000021>x"), (None, 10, Some(FaultKind::PriorityOutOfRange)));
    }

    #[test]
    fn what_is_no_priority_stays_text() {
        for frame in ["", "x", "<", "<1", "<a>", "<1 >", "<123456789>"] {
            assert_eq!(priority(frame), (None, 0, Some(FaultKind::PriorityMissing)), "{frame}");
        }
    }
}
