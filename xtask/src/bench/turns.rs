//! Processes that are compared while all of them run: each is fed a slice of events in turn.
//!
//! A shared machine is faster and slower within seconds, and makes a whole pass dearer or cheaper than
//! the next one by more than what is asked here. Slices of a second meet the same machine. They are compared with
//! those of their own turn, and the middle of dozens of turns counts: so two percent are told.

use super::sample::Sample;
use super::stand::{Contender, Pass, Stand};

/// What the slices took: a row for each turn, in the order of those compared.
pub(super) struct Turns<const N: usize>(Vec<[Pass; N]>);

impl Stand {
    /// Feeds them in turn.
    pub(super) async fn in_turn<const N: usize>(
        &self,
        contenders: [Contender<'_>; N],
    ) -> anyhow::Result<Turns<N>> {
        // What only the first events cost is no part of it.
        self.turn(&contenders, Order::Forwards).await?;
        let mut rows = Vec::new();
        for number in 0..self.scale(60, 20) {
            let order = if number % 2 == 0 { Order::Backwards } else { Order::Forwards };
            rows.push(self.turn(&contenders, order).await?);
        }
        Ok(Turns(rows))
    }

    async fn turn<const N: usize>(
        &self,
        contenders: &[Contender<'_>; N],
        order: Order,
    ) -> anyhow::Result<[Pass; N]> {
        let mut row = [Pass::default(); N];
        let mut slices: Vec<_> = row.iter_mut().zip(contenders).collect();
        if matches!(order, Order::Backwards) {
            slices.reverse();
        }
        for (pass, contender) in slices {
            *pass = self.pass(contender, SLICE).await?;
        }
        Ok(row)
    }
}

/// Who is first in a turn; it changes, so that nobody always follows the same one.
enum Order {
    Forwards,
    Backwards,
}

impl<const N: usize> Turns<N> {
    /// Measures each turn.
    pub(super) fn sample(&self, of: impl Fn(&[Pass; N]) -> f64) -> Sample {
        self.0.iter().map(of).collect()
    }
}

/// Events of a slice: about a second.
pub(super) const SLICE: u64 = 50_000;
