//! Canaries on the desk: alerts of a source of their own. Their statements name that source as it stands in the
//! partial indexes, which nothing else uses.

use rusqlite::{OptionalExtension, params};
use signalbox_model::time::Timestamp;
use signalbox_model::{Alert, AlertId, IntegrationName, RuleName};

use super::alerts;
use super::connection::failed;
use super::{DeskError, Reader, Writer};

impl Reader<'_> {
    /// Returns the latest canary of a rule.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn latest_canary(&self, rule: &RuleName) -> Result<Option<Alert>, DeskError> {
        let sql = format!(
            "SELECT {} FROM alert WHERE source = 'signalbox-canary' AND rule = ?1 \
             ORDER BY opened_at DESC LIMIT 1",
            alerts::COLUMNS
        );
        self.connection
            .prepare_cached(&sql)
            .and_then(|mut s| s.query_row([rule.as_str()], alerts::read).optional())
            .map_err(failed("find the latest canary"))
    }

    /// Returns the canaries that are not closed, oldest first.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn open_canaries(&self, limit: usize) -> Result<Vec<Alert>, DeskError> {
        let sql = format!(
            "SELECT {} FROM alert WHERE source = 'signalbox-canary' AND status <> 'resolved' \
             ORDER BY opened_at LIMIT ?1",
            alerts::COLUMNS
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.connection
            .prepare_cached(&sql)
            .and_then(|mut statement| statement.query_map([limit], alerts::read)?.collect())
            .map_err(failed("list open canaries"))
    }

    /// Returns the destinations that an alert was sent to, by name.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn destinations_of(&self, alert: AlertId) -> Result<Vec<IntegrationName>, DeskError> {
        let sql = "SELECT destination FROM delivery WHERE alert = ?1 ORDER BY destination";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                let rows = statement.query_map([alert.to_string()], |row| {
                    Ok(IntegrationName::new(&row.get::<_, String>(0)?))
                })?;
                rows.collect()
            })
            .map_err(failed("list where an alert went"))
    }
}

impl Writer<'_> {
    /// Gives up what of a canary is dead at a destination, and what waits behind it: it counts as suppressed.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn give_up_canary(
        &self,
        alert: AlertId,
        destination: &IntegrationName,
        now: Timestamp,
    ) -> Result<(), DeskError> {
        for (state, is_dead) in [("dead", true), ("pending", false)] {
            let sql = "UPDATE step SET state = 'discarded', settled_at = ?4 \
                       WHERE alert = ?1 AND destination = ?2 AND state = ?3";
            let bound = params![alert.to_string(), destination.as_str(), state, now.as_millis()];
            let changed = self
                .connection
                .prepare_cached(sql)
                .and_then(|mut statement| statement.execute(bound))
                .map_err(failed("give a canary up"))?;
            let changed = i64::try_from(changed).unwrap_or(i64::MAX);
            if is_dead {
                self.count_steps(destination.as_str(), "dead", "", -changed)?;
            }
            self.count_steps(destination.as_str(), "suppressed", "discarded", changed)?;
        }
        Ok(())
    }
}
