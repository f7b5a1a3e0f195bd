//! Canaries on the desk: alerts of a source of their own. Their statements name that source as it stands in the
//! partial indexes, which nothing else uses.

use rusqlite::{OptionalExtension, params};
use signalbox_model::time::Timestamp;
use signalbox_model::{Alert, AlertId, IntegrationName, RuleName};

use super::alerts;
use super::connection::failed;
use super::{DeskError, Reader, Writer};

/// The steps of an alert that wait, are on their way or dead.
const UNSETTLED: &str = "SELECT 1 FROM step WHERE step.alert = alert.id \
                         AND step.state IN ('pending', 'sending', 'dead')";

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

    /// Returns the canaries that are not closed, or of which something waits or is dead, oldest first.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn canaries_on_their_way(&self, limit: usize) -> Result<Vec<Alert>, DeskError> {
        let sql = format!(
            "SELECT {} FROM alert WHERE source = 'signalbox-canary' AND (status <> 'resolved' \
             OR EXISTS ({UNSETTLED})) ORDER BY opened_at LIMIT ?1",
            alerts::COLUMNS
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.connection
            .prepare_cached(&sql)
            .and_then(|mut statement| statement.query_map([limit], alerts::read)?.collect())
            .map_err(failed("list the canaries on their way"))
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
    /// Gives up what of a canary is dead at a destination or waits for it: it counts as suppressed. An attempt
    /// that somebody makes just now is left to them.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn give_up_canary(
        &self,
        alert: AlertId,
        destination: &IntegrationName,
        now: Timestamp,
    ) -> Result<(), DeskError> {
        for (state, is_dead) in [("dead", true), ("pending", false), ("sending", false)] {
            let sql = "UPDATE step SET state = 'discarded', settled_at = ?4 WHERE alert = ?1 \
                       AND destination = ?2 AND state = ?3 AND (state <> 'sending' OR lease_until <= ?4)";
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

    /// Forgets the canaries of a rule but the `latest` and those that have not come to their end, with all that
    /// was done for them. The sums keep their steps, counted as forgotten.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn forget_canaries(&self, rule: &RuleName, latest: AlertId) -> Result<(), DeskError> {
        let sql = format!(
            "SELECT id FROM alert WHERE source = 'signalbox-canary' AND rule = ?1 AND id <> ?2 \
             AND status = 'resolved' AND NOT EXISTS ({UNSETTLED})"
        );
        let ended: Vec<String> = self
            .connection
            .prepare_cached(&sql)
            .and_then(|mut statement| {
                let bound = params![rule.as_str(), latest.to_string()];
                statement.query_map(bound, |row| row.get(0))?.collect()
            })
            .map_err(failed("list canaries"))?;
        ended.iter().try_for_each(|id| self.forget_canary(id))
    }

    fn forget_canary(&self, id: &str) -> Result<(), DeskError> {
        let statements = [
            "INSERT INTO step_count (destination, term, reason, value) \
             SELECT destination, 'forgotten', state, count(*) FROM step WHERE alert = ?1 \
             GROUP BY destination, state \
             ON CONFLICT (destination, term, reason) DO UPDATE SET value = value + excluded.value",
            "DELETE FROM attempt WHERE step IN (SELECT key FROM step WHERE alert = ?1)",
            "DELETE FROM step WHERE alert = ?1",
            "DELETE FROM delivery WHERE alert = ?1",
            "DELETE FROM alert WHERE id = ?1",
        ];
        for sql in statements {
            self.connection
                .prepare_cached(sql)
                .and_then(|mut statement| statement.execute([id]))
                .map_err(failed("forget a canary"))?;
        }
        Ok(())
    }
}
