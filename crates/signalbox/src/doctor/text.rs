//! Ages and sizes in words.

use signalbox_model::time::Timestamp;

/// Returns `1 day`, `17 days`.
pub(super) fn days(count: u64) -> String {
    if count == 1 { "1 day".to_owned() } else { format!("{count} days") }
}

/// Returns the whole days between two times, 0 where the second comes first.
pub(super) fn days_between(earlier: Timestamp, later: Timestamp) -> u64 {
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
}
