//! What waits for a destination that takes nothing: how old it is, how much, and passing it by.

use rusqlite::params;
use signalbox_model::time::Timestamp;

use super::connection::failed;
use super::{DeskError, Reader, Writer};

/// The steps that wait for a destination.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeldSteps {
    /// How many bytes of events they stand for.
    pub bytes: u64,
    /// Since when the oldest of them waits that could be sent: what stands behind a dead letter waits for
    /// a person, not for the destination, and what was sent again waits since then.
    pub oldest_at: Option<Timestamp>,
    /// How many steps of canaries wait. They are tried as any other, but nobody misses them: neither their
    /// bytes nor their age counts.
    pub canaries: u64,
}

impl Reader<'_> {
    /// Returns what waits for `destination`.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn held_steps(&self, destination: &str) -> Result<HeldSteps, DeskError> {
        let sql = "SELECT \
                   coalesce(sum(octet_length(alert.event)) FILTER (WHERE alert.source <> 'signalbox-canary'), 0), \
                   min(coalesce(step.revived_at, step.created_at)) \
                   FILTER (WHERE step.is_head = 1 AND alert.source <> 'signalbox-canary'), \
                   count(*) FILTER (WHERE alert.source = 'signalbox-canary') \
                   FROM step JOIN alert ON alert.id = step.alert \
                   WHERE step.destination = ?1 AND step.state IN ('pending', 'sending')";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.query_row([destination], |row| {
                    Ok(HeldSteps {
                        bytes: row.get::<_, i64>(0)?.cast_unsigned(),
                        oldest_at: row.get::<_, Option<i64>>(1)?.map(Timestamp::from_millis),
                        canaries: row.get::<_, i64>(2)?.cast_unsigned(),
                    })
                })
            })
            .map_err(failed("see what waits"))
    }
}

impl Writer<'_> {
    /// Passes by every step that waits for `destination`: they count as suppressed. What is on its way is
    /// settled as ever. Returns how many.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn skip_steps(&self, destination: &str, now: Timestamp) -> Result<u64, DeskError> {
        let sql = "UPDATE step SET state = 'skipped', settled_at = ?2, lease_until = 0, \
                   reason = 'skipped by a person' WHERE destination = ?1 AND state = 'pending'";
        let skipped = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(params![destination, now.as_millis()]))
            .map_err(failed("skip steps"))? as u64;
        if skipped > 0 {
            self.count_steps(destination, "suppressed", "skipped", skipped.cast_signed())?;
        }
        Ok(skipped)
    }

    /// Passes by every parked item of `stream`: they count as suppressed. Returns how many.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn skip_items(&self, stream: &str) -> Result<u64, DeskError> {
        self.connection
            .prepare_cached(
                "DELETE FROM item_attempt WHERE stream = ?1 AND position IN \
                 (SELECT position FROM item WHERE stream = ?1 AND state = 'parked')",
            )
            .and_then(|mut statement| statement.execute([stream]))
            .map_err(failed("forget the attempts of items"))?;
        let skipped = self
            .connection
            .prepare_cached("DELETE FROM item WHERE stream = ?1 AND state = 'parked'")
            .and_then(|mut statement| statement.execute([stream]))
            .map_err(failed("skip items"))? as u64;
        self.suppress_pairs(stream, skipped)?;
        Ok(skipped)
    }
}
