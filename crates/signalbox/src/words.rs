//! Counts, ages and sizes in words.

use std::fmt::Display;

use signalbox_model::time::Timestamp;

/// Returns `1 day`, `17 days`.
pub(crate) fn counted(count: impl Display, thing: &str) -> String {
    let count = count.to_string();
    let end = if count == "1" { "" } else { "s" };
    format!("{count} {thing}{end}")
}

/// Returns how long something lasts in the largest unit that tells something: `90 s`, `4 min`, `17 h`, `6 days`.
pub(crate) fn lasting(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h", seconds / 3600),
        _ => counted(seconds / DAY_SECONDS, "day"),
    }
}

/// Returns the whole days between two times, 0 where the second comes first.
pub(crate) fn days_between(earlier: Timestamp, later: Timestamp) -> u64 {
    later.since(earlier).as_secs() / DAY_SECONDS
}

/// Returns a size in the largest unit that leaves something before the point.
pub(crate) fn size(bytes: u64) -> String {
    let units = [(1 << 40, "TiB"), (1 << 30, "GiB"), (1 << 20, "MiB")];
    let unit = units.iter().find(|(unit, _)| bytes >= *unit);
    let (unit, name) = unit.copied().unwrap_or((1 << 10, "KiB"));
    format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit)
}

const DAY_SECONDS: u64 = 86_400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_shown_in_the_unit_that_fits() {
        let shown = [512, 64 << 20, (3 << 30) + (1 << 29), 5 << 40].map(size);

        assert_eq!(shown, ["0.5 KiB", "64.0 MiB", "3.5 GiB", "5.0 TiB"]);
    }

    #[test]
    fn one_is_singular_and_nothing_is_not() {
        let shown = [0, 1, 2].map(|count| counted(count, "dead letter"));

        assert_eq!(shown, ["0 dead letters", "1 dead letter", "2 dead letters"]);
    }

    #[test]
    fn spans_are_shown_in_the_unit_that_tells_something() {
        let shown = [119, 120, 7200, 604_800].map(lasting);

        assert_eq!(shown, ["119 s", "2 min", "2 h", "7 days"]);
    }
}
