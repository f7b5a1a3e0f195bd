//! What becomes of a leased step, in one transaction with the sums that count it.
//!
//! Every statement checks the fencing number: a holder whose lease ran out changes nothing.

use rusqlite::params;
use signalbox_model::time::Timestamp;
use signalbox_model::{DeliveryKey, IntegrationName, Receipt, TicketLink};

use super::alerts::json;
use super::connection::failed;
use super::{DeskError, LeasedStep, Writer};

/// What became of an attempt.
#[derive(Clone, Debug)]
pub enum Settlement {
    /// The destination has it.
    Delivered {
        /// The ticket, where the step found or created one.
        ticket: Option<TicketLink>,
        /// What the destination named it.
        receipt: Option<Receipt>,
    },
    /// It is tried again.
    Again {
        /// When.
        next_at: Timestamp,
        /// Attempts that count from now on; 0 forgets when the first one was, too.
        attempts: u32,
        /// Whether the attempt may have been executed.
        must_find: bool,
        /// The kind of error, for the attempt's row.
        outcome: &'static str,
        /// Why.
        reason: String,
        /// The vendor's words.
        answer: Option<String>,
    },
    /// It is given up, but kept.
    Dead {
        /// The kind of error.
        outcome: &'static str,
        /// Why.
        reason: String,
        /// The vendor's words.
        answer: Option<String>,
        /// Not sent again before then, whoever asks: the vendor may still execute the last attempt.
        rest_until: Timestamp,
    },
}

impl Writer<'_> {
    /// Settles an attempt. Says whether the lease still held; otherwise nothing was changed.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn settle(
        &self,
        destination: &IntegrationName,
        step: &LeasedStep,
        now: Timestamp,
        settlement: &Settlement,
    ) -> Result<bool, DeskError> {
        let held = match settlement {
            Settlement::Delivered { ticket, receipt } => {
                let held = self.finish(step, now, &End::delivered(now))?;
                if held {
                    self.keep_names(step, destination, ticket.as_ref(), receipt.as_ref())?;
                    self.count_steps(destination.as_str(), "delivered", "", 1)?;
                    self.promote_next(step.key)?;
                }
                held
            }
            Settlement::Again { next_at, attempts, must_find, reason, answer, .. } => self
                .connection
                .prepare_cached(
                    "UPDATE step SET state = 'pending', next_at = ?3, attempts = ?4, must_find = ?5, \
                     first_attempt_at = CASE WHEN ?4 = 0 THEN NULL ELSE first_attempt_at END, \
                     lease_until = 0, reason = ?6, answer = ?7 \
                     WHERE key = ?1 AND fence = ?2 AND state IN ('pending', 'sending')",
                )
                .and_then(|mut statement| {
                    statement.execute(params![
                        step.key.to_string(),
                        step.fence,
                        next_at.as_millis(),
                        attempts,
                        must_find,
                        reason,
                        answer
                    ])
                })
                .map_err(failed("put a step back"))
                .map(|changed| changed == 1)?,
            Settlement::Dead { reason, answer, rest_until, .. } => {
                let end = End {
                    state: "dead",
                    reason: Some(reason),
                    answer: answer.as_deref(),
                    rest_until: *rest_until,
                };
                let held = self.finish(step, now, &end)?;
                if held {
                    self.count_steps(destination.as_str(), "dead", "", 1)?;
                }
                held
            }
        };
        if held {
            self.end_attempt(step, now, settlement)?;
        }
        Ok(held)
    }

    /// Puts every attempt that a crash left unsettled back into its line: it rests until its deadline
    /// and the vendor's settle time are over, then a look-up comes first. Returns how many.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn recover_attempts(
        &self,
        destination: &IntegrationName,
        settle_ms: i64,
        now: Timestamp,
    ) -> Result<usize, DeskError> {
        let sql = "UPDATE step SET state = 'pending', must_find = 1, lease_until = 0, \
                   next_at = max(?3, deadline) + ?2, reason = 'the hub stopped during an attempt' \
                   WHERE destination = ?1 AND state = 'sending'";
        let recovered = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut s| s.execute(params![destination.as_str(), settle_ms, now.as_millis()]))
            .map_err(failed("recover attempts"))?;
        self.connection
            .prepare_cached(
                "UPDATE step SET lease_until = 0 WHERE destination = ?1 AND lease_until > 0",
            )
            .and_then(|mut statement| statement.execute([destination.as_str()]))
            .map_err(failed("recover leases"))?;
        Ok(recovered)
    }

    /// Makes everything that waits for `destination` due now: its vendor is back.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn make_due(&self, destination: &IntegrationName, now: Timestamp) -> Result<(), DeskError> {
        let sql = "UPDATE step SET next_at = ?2 WHERE destination = ?1 AND is_head = 1 \
                   AND state = 'pending' AND next_at > ?2 AND must_find = 0";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut s| s.execute(params![destination.as_str(), now.as_millis()]))
            .map_err(failed("make steps due"))?;
        Ok(())
    }

    /// Sends a dead step again: rendered anew, attempts from zero. Returns its destination; `None` where it
    /// is not dead.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn revive_step(
        &self,
        key: DeliveryKey,
        now: Timestamp,
    ) -> Result<Option<String>, DeskError> {
        let sql = "UPDATE step SET state = 'pending', is_head = 1, attempts = 0, first_attempt_at = NULL, \
                   next_at = max(?2, next_at), lease_until = 0, notification = NULL, must_find = 1, settled_at = NULL, \
                   revived_at = ?2 \
                   WHERE key = ?1 AND state = 'dead' RETURNING destination";
        let destination: Vec<String> = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                let rows = statement
                    .query_map(params![key.to_string(), now.as_millis()], |row| row.get(0))?;
                rows.collect()
            })
            .map_err(failed("revive a step"))?;
        let destination = destination.into_iter().next();
        if let Some(destination) = &destination {
            self.count_steps(destination, "dead", "", -1)?;
        }
        Ok(destination)
    }

    /// Returns to the queue what `destination` refused since a time: not the items were the problem.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn revive_rejected(
        &self,
        destination: &IntegrationName,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<(), DeskError> {
        let sql = "SELECT key FROM step WHERE destination = ?1 AND state = 'dead' AND settled_at >= ?2 \
                   AND EXISTS (SELECT 1 FROM attempt WHERE attempt.step = step.key \
                   AND attempt.fence = step.fence AND attempt.outcome IN ('rejected', 'unauthorized'))";
        let keys: Vec<String> = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                let bound = params![destination.as_str(), since.as_millis()];
                statement.query_map(bound, |row| row.get(0))?.collect()
            })
            .map_err(failed("list refused steps"))?;
        for key in keys.iter().filter_map(|key| DeliveryKey::parse(key)) {
            self.revive_step(key, now)?;
        }
        Ok(())
    }

    /// Moves a step to its final state.
    fn finish(&self, step: &LeasedStep, now: Timestamp, end: &End<'_>) -> Result<bool, DeskError> {
        let sql = "UPDATE step SET state = ?3, settled_at = ?4, reason = ?5, answer = ?6, \
                   lease_until = 0, next_at = ?7 \
                   WHERE key = ?1 AND fence = ?2 AND state IN ('pending', 'sending')";
        let key = step.key.to_string();
        let changed = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.execute(params![
                    key,
                    step.fence,
                    end.state,
                    now.as_millis(),
                    end.reason,
                    end.answer,
                    end.rest_until.as_millis()
                ])
            })
            .map_err(failed("settle a step"))?;
        Ok(changed == 1)
    }

    fn keep_names(
        &self,
        step: &LeasedStep,
        destination: &IntegrationName,
        ticket: Option<&TicketLink>,
        receipt: Option<&Receipt>,
    ) -> Result<(), DeskError> {
        let sql = "UPDATE delivery SET ticket = coalesce(?3, ticket), receipt = coalesce(?4, receipt) \
                   WHERE alert = ?1 AND destination = ?2";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.execute(params![
                    step.alert.id.to_string(),
                    destination.as_str(),
                    ticket.map(json),
                    receipt.map(|receipt| receipt.0.as_str())
                ])
            })
            .map_err(failed("keep a ticket link"))?;
        Ok(())
    }

    pub(super) fn promote_next(&self, settled: DeliveryKey) -> Result<(), DeskError> {
        let sql = "UPDATE step SET is_head = 1 WHERE key = (\
                   SELECT next.key FROM step AS done JOIN step AS next \
                   ON next.alert = done.alert AND next.destination = done.destination \
                   WHERE done.key = ?1 AND next.place > done.place AND next.state = 'pending' \
                   ORDER BY next.place LIMIT 1)";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute([settled.to_string()]))
            .map_err(failed("promote the next step"))?;
        Ok(())
    }

    fn end_attempt(
        &self,
        step: &LeasedStep,
        now: Timestamp,
        settlement: &Settlement,
    ) -> Result<(), DeskError> {
        let (outcome, message) = match settlement {
            Settlement::Delivered { .. } => ("delivered", None),
            Settlement::Again { outcome, reason, .. }
            | Settlement::Dead { outcome, reason, .. } => (*outcome, Some(reason.as_str())),
        };
        let sql = "UPDATE attempt SET ended_at = ?3, outcome = ?4, message = ?5 \
                   WHERE step = ?1 AND fence = ?2";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                let key = step.key.to_string();
                statement.execute(params![key, step.fence, now.as_millis(), outcome, message])
            })
            .map_err(failed("end an attempt"))?;
        Ok(())
    }
}

/// The final state of a step.
struct End<'a> {
    state: &'static str,
    reason: Option<&'a str>,
    answer: Option<&'a str>,
    rest_until: Timestamp,
}

impl End<'_> {
    fn delivered(now: Timestamp) -> Self {
        Self { state: "delivered", reason: None, answer: None, rest_until: now }
    }
}
