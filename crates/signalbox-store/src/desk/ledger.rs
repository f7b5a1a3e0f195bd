//! The sums of delivery steps, and the recount that must agree with them.

use rusqlite::params;

use super::connection::failed;
use super::{DeskError, Reader, Writer};

/// The sums of one destination's steps.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct StepTerms {
    /// The destination.
    pub destination: String,
    /// The sums.
    #[serde(flatten)]
    pub terms: LedgerTerms,
}

/// One row of the ledger: each term counted on its own, none as the remainder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct LedgerTerms {
    /// Taken on.
    pub accepted: u64,
    /// Executed by the destination.
    pub delivered: u64,
    /// Given up, but kept.
    pub dead: u64,
    /// Not sent, by a decision.
    pub suppressed: u64,
    /// Waiting, on the way, parked or blocked.
    pub pending: u64,
    /// Accepted, and damaged on the disk before it was sent: of streams alone.
    pub lost: u64,
}

impl LedgerTerms {
    /// Returns whether nothing is missing and nothing too many.
    pub fn is_balanced(&self) -> bool {
        self.accepted == self.delivered + self.dead + self.suppressed + self.pending + self.lost
    }
}

impl Reader<'_> {
    /// Returns the sums as they were counted when things happened; pending comes from the rows.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn step_terms(&self) -> Result<Vec<StepTerms>, DeskError> {
        let sql = "SELECT destination, \
                   sum(value * (term = 'accepted')), sum(value * (term = 'delivered')), \
                   sum(value * (term = 'dead')), sum(value * (term = 'suppressed')), \
                   (SELECT count(*) FROM step WHERE step.destination = step_count.destination \
                    AND state IN ('pending', 'sending')) \
                   FROM step_count GROUP BY destination ORDER BY destination";
        self.terms(sql, "read the step sums")
    }

    /// Returns the same sums counted anew from every row. What was suppressed before it became a step
    /// has no row, nor has what was forgotten since: both are taken as they were counted.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn recount_steps(&self) -> Result<Vec<StepTerms>, DeskError> {
        let sql = "SELECT destination, sum(accepted), sum(delivered), sum(dead), sum(suppressed), \
                   sum(pending) FROM (\
                   SELECT destination, 1 AS accepted, state = 'delivered' AS delivered, \
                   state = 'dead' AS dead, state IN ('discarded', 'skipped') AS suppressed, \
                   state IN ('pending', 'sending') AS pending FROM step \
                   UNION ALL SELECT destination, value, 0, 0, value, 0 FROM step_count \
                   WHERE term = 'suppressed' AND reason NOT IN ('discarded', 'skipped') \
                   UNION ALL SELECT destination, value, value * (reason = 'delivered'), 0, \
                   value * (reason <> 'delivered'), 0 FROM step_count WHERE term = 'forgotten') GROUP BY destination ORDER BY destination";
        self.terms(sql, "recount the steps")
    }

    fn terms(&self, sql: &str, operation: &'static str) -> Result<Vec<StepTerms>, DeskError> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                let rows = statement.query_map([], |row| {
                    let count = |column| row.get::<_, i64>(column).map(i64::cast_unsigned);
                    Ok(StepTerms {
                        destination: row.get(0)?,
                        terms: LedgerTerms {
                            accepted: count(1)?,
                            delivered: count(2)?,
                            dead: count(3)?,
                            suppressed: count(4)?,
                            pending: count(5)?,
                            lost: 0,
                        },
                    })
                })?;
                rows.collect()
            })
            .map_err(failed(operation))
    }
}

impl Writer<'_> {
    /// Counts a notification that a decision kept from becoming a step: accepted and suppressed at once.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn count_suppressed(
        &self,
        destination: &str,
        reason: &'static str,
    ) -> Result<(), DeskError> {
        self.count_steps(destination, "accepted", "", 1)?;
        self.count_steps(destination, "suppressed", reason, 1)
    }

    pub(super) fn count_steps(
        &self,
        destination: &str,
        term: &'static str,
        reason: &'static str,
        change: i64,
    ) -> Result<(), DeskError> {
        let sql = "INSERT INTO step_count (destination, term, reason, value) VALUES (?1, ?2, ?3, ?4) \
                   ON CONFLICT (destination, term, reason) DO UPDATE SET value = value + excluded.value";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(params![destination, term, reason, change]))
            .map_err(failed("count a step"))?;
        Ok(())
    }
}
