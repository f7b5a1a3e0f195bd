//! Several measurements of one thing: the middle one counts, the extremes are told.

use std::time::Duration;

/// Measurements in the order they were made.
#[derive(Clone, Default)]
pub(super) struct Sample(Vec<f64>);

impl Sample {
    pub(super) fn push(&mut self, value: f64) {
        self.0.push(value);
    }

    /// Returns the middle one; of an even number the mean of the two.
    pub(super) fn median(&self) -> f64 {
        let sorted = self.sorted();
        let middle = sorted.len() / 2;
        let upper = sorted.get(middle).copied().unwrap_or(f64::NAN);
        match sorted.len().is_multiple_of(2) {
            true => {
                f64::midpoint(sorted.get(middle.wrapping_sub(1)).copied().unwrap_or(upper), upper)
            }
            false => upper,
        }
    }

    /// Returns between which of them the middle lies, were it measured without end: 95 times of a hundred.
    /// Of five and fewer these are the least and the greatest.
    pub(super) fn bounds(&self) -> (f64, f64) {
        let sorted = self.sorted();
        let count = sorted.len() as f64;
        // How many of them are below the middle is binomial.
        let outside = (count / 2.0 - 0.98 * count.sqrt()).floor().max(1.0) as usize - 1;
        let mut within = sorted.iter().skip(outside).take(sorted.len() - 2 * outside);
        let least = within.next().copied().unwrap_or(f64::NAN);
        (least, within.next_back().copied().unwrap_or(least))
    }

    /// Returns the greatest one.
    pub(super) fn greatest(&self) -> f64 {
        self.sorted().last().copied().unwrap_or(f64::NAN)
    }

    fn sorted(&self) -> Vec<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted
    }
}

impl From<f64> for Sample {
    fn from(value: f64) -> Self {
        Self(vec![value])
    }
}

impl FromIterator<f64> for Sample {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

/// Returns what so many of a hundred stay within.
pub(super) fn percentile(durations: &mut [Duration], percent: usize) -> Duration {
    durations.sort_unstable();
    let rank = (durations.len() * percent).div_ceil(100).saturating_sub(1);
    durations.get(rank).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_one_counts() {
        let odd: Sample = [9.0, 1.0, 2.0].into_iter().collect();
        let even: Sample = [4.0, 1.0, 2.0, 9.0].into_iter().collect();

        assert_eq!((odd.median(), even.median()), (2.0, 3.0));
        assert_eq!(odd.bounds(), (1.0, 9.0));
    }

    #[test]
    fn of_many_the_outer_ones_do_not_bound_the_middle() {
        let many: Sample = (1..=60).map(f64::from).collect();

        assert_eq!(many.bounds(), (22.0, 39.0));
    }

    #[test]
    fn ninety_nine_of_a_hundred_stay_within_the_percentile() {
        let mut durations: Vec<Duration> = (1..=100).map(Duration::from_millis).collect();

        assert_eq!(percentile(&mut durations, 99), Duration::from_millis(99));
        assert_eq!(percentile(&mut durations, 50), Duration::from_millis(50));
    }
}
