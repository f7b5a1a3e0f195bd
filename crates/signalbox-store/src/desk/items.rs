//! Events of streams that failed alone: copied here in the transaction that moves the checkpoint past
//! them, so that one bad event never stops a stream.

use rusqlite::{OptionalExtension, Row, params};
use signalbox_model::time::Timestamp;

use super::connection::failed;
use super::{AttemptRow, DeskError, Reader, StreamProgress, Writer};

/// Where an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemState {
    /// Tried again on its own time.
    Parked,
    /// Given up, but kept.
    Dead,
}

/// An event that failed alone.
#[derive(Clone, Debug)]
pub struct ItemRow {
    /// The stream.
    pub stream: String,
    /// The event's position in the journal.
    pub position: String,
    /// Where it stands.
    pub state: ItemState,
    /// The source integration.
    pub source: String,
    /// The event's own time.
    pub event_time: Timestamp,
    /// The normalised event, as JSON.
    pub event: Vec<u8>,
    /// Attempts that count.
    pub attempts: u32,
    /// When it is tried next, while it is parked.
    pub next_at: Timestamp,
    /// When it was set aside.
    pub created_at: Timestamp,
    /// Why.
    pub reason: String,
    /// The vendor's words.
    pub answer: Option<String>,
    /// When it was given up.
    pub settled_at: Option<Timestamp>,
    /// What a person made of the event while it was dead, as JSON.
    pub amendment: Option<Vec<u8>>,
}

impl ItemRow {
    /// Returns what is sent: the event as a person amended it, or as the journal has it.
    pub fn payload(&self) -> &[u8] {
        self.amendment.as_deref().unwrap_or(&self.event)
    }
}

/// A try of an item that failed.
#[derive(Clone, Debug)]
pub struct ItemAttempt {
    /// When it began.
    pub started_at: Timestamp,
    /// When its outcome was known.
    pub ended_at: Timestamp,
    /// The kind of error.
    pub outcome: &'static str,
    /// The error in words.
    pub message: String,
    /// What was sent, in a line.
    pub request: String,
}

const COLUMNS: &str = "stream, position, state, source, event_time, event, attempts, next_at, \
                       created_at, reason, answer, settled_at, amendment";

impl Writer<'_> {
    /// Sets an item aside.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn put_item(&self, item: &ItemRow) -> Result<(), DeskError> {
        let sql = format!(
            "INSERT OR REPLACE INTO item ({COLUMNS}) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
        );
        let state = if item.state == ItemState::Dead { "dead" } else { "parked" };
        self.connection
            .prepare_cached(&sql)
            .and_then(|mut statement| {
                statement.execute(params![
                    item.stream,
                    item.position,
                    state,
                    item.source,
                    item.event_time.as_millis(),
                    item.event,
                    item.attempts,
                    item.next_at.as_millis(),
                    item.created_at.as_millis(),
                    item.reason,
                    item.answer,
                    item.settled_at.map(Timestamp::as_millis),
                    item.amendment
                ])
            })
            .map_err(failed("set an item aside"))?;
        Ok(())
    }

    /// Settles a parked item as delivered.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn deliver_item(&self, stream: &str, position: &str) -> Result<(), DeskError> {
        if self.delete_item(stream, position, "parked")? {
            self.count_pairs(stream, StreamProgress { delivered: 1, ..StreamProgress::default() })?;
        }
        Ok(())
    }

    /// Puts a parked item that was tried back, to be tried again. Says whether it was still parked: one that was sent
    /// from the journal again meanwhile, or skipped, stays away.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn put_item_back(&self, item: &ItemRow) -> Result<bool, DeskError> {
        self.change_parked(item, "parked", None)
    }

    /// Gives a parked item up. Says whether it was still parked, as [`Writer::put_item_back`]; otherwise nothing is counted.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn bury_item(&self, item: &ItemRow, now: Timestamp) -> Result<bool, DeskError> {
        let is_buried = self.change_parked(item, "dead", Some(now))?;
        if is_buried {
            let progress = StreamProgress { dead: 1, ..StreamProgress::default() };
            self.count_pairs(&item.stream, progress)?;
        }
        Ok(is_buried)
    }

    fn change_parked(
        &self,
        item: &ItemRow,
        state: &'static str,
        settled_at: Option<Timestamp>,
    ) -> Result<bool, DeskError> {
        let sql = "UPDATE item SET state = ?3, attempts = ?4, next_at = ?5, reason = ?6, answer = ?7, \
                   settled_at = ?8 WHERE stream = ?1 AND position = ?2 AND state = 'parked'";
        let changed = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.execute(params![
                    item.stream,
                    item.position,
                    state,
                    item.attempts,
                    item.next_at.as_millis(),
                    item.reason,
                    item.answer,
                    settled_at.map(Timestamp::as_millis)
                ])
            })
            .map_err(failed("settle a parked item"))?;
        Ok(changed == 1)
    }

    /// Writes down a try of an item that failed; the next number is its.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn note_item_attempt(
        &self,
        stream: &str,
        position: &str,
        attempt: &ItemAttempt,
    ) -> Result<(), DeskError> {
        let sql = "INSERT INTO item_attempt \
                   (stream, position, number, started_at, ended_at, outcome, message, request) \
                   SELECT ?1, ?2, coalesce(max(number), 0) + 1, ?3, ?4, ?5, ?6, ?7 \
                   FROM item_attempt WHERE stream = ?1 AND position = ?2";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.execute(params![
                    stream,
                    position,
                    attempt.started_at.as_millis(),
                    attempt.ended_at.as_millis(),
                    attempt.outcome,
                    attempt.message,
                    attempt.request
                ])
            })
            .map_err(failed("write an item's attempt down"))?;
        Ok(())
    }

    /// Gives a dead item up for good. Says whether it was dead.
    pub(super) fn discard_item(&self, stream: &str, position: &str) -> Result<bool, DeskError> {
        let is_dead = self.delete_item(stream, position, "dead")?;
        if is_dead {
            self.discard_pairs(stream, 1)?;
        }
        Ok(is_dead)
    }

    /// Parks a dead item again, to be sent. Says whether it was dead.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn revive_item(
        &self,
        stream: &str,
        position: &str,
        now: Timestamp,
    ) -> Result<bool, DeskError> {
        let sql = "UPDATE item SET state = 'parked', attempts = 0, next_at = ?3, settled_at = NULL \
                   WHERE stream = ?1 AND position = ?2 AND state = 'dead'";
        let changed = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(params![stream, position, now.as_millis()]))
            .map_err(failed("revive an item"))?;
        if changed == 1 {
            self.revive_pairs(stream, 1)?;
        }
        Ok(changed == 1)
    }

    /// Parks again what a stream refused since a time: not the items were the problem.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn revive_items_since(
        &self,
        stream: &str,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<(), DeskError> {
        let sql = "UPDATE item SET state = 'parked', attempts = 0, next_at = ?3, settled_at = NULL \
                   WHERE stream = ?1 AND state = 'dead' AND created_at >= ?2";
        let revived = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.execute(params![stream, since.as_millis(), now.as_millis()])
            })
            .map_err(failed("revive items"))?;
        self.revive_pairs(stream, revived as u64)
    }

    /// Forgets the items of a stream that are sent again from the journal. Returns how many there were.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn forget_items(
        &self,
        stream: &str,
        is_sent_again: impl Fn(&str) -> bool,
    ) -> Result<u64, DeskError> {
        let mut forgotten = 0;
        for (position, state) in self.item_states(stream)? {
            if is_sent_again(&position) && self.delete_item(stream, &position, &state)? {
                forgotten += 1;
                self.revive_pairs(stream, u64::from(state == "dead"))?;
            }
        }
        Ok(forgotten)
    }

    fn item_states(&self, stream: &str) -> Result<Vec<(String, String)>, DeskError> {
        self.connection
            .prepare_cached("SELECT position, state FROM item WHERE stream = ?1")
            .and_then(|mut statement| {
                let rows = statement.query_map([stream], |row| Ok((row.get(0)?, row.get(1)?)))?;
                rows.collect()
            })
            .map_err(failed("list a stream's items"))
    }

    fn delete_item(&self, stream: &str, position: &str, state: &str) -> Result<bool, DeskError> {
        let sql = "DELETE FROM item WHERE stream = ?1 AND position = ?2 AND state = ?3";
        let changed = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(params![stream, position, state]))
            .map_err(failed("remove an item"))?;
        if changed == 1 {
            self.connection
                .prepare_cached("DELETE FROM item_attempt WHERE stream = ?1 AND position = ?2")
                .and_then(|mut statement| statement.execute([stream, position]))
                .map_err(failed("remove an item's attempts"))?;
        }
        Ok(changed == 1)
    }
}

impl Reader<'_> {
    /// Returns the parked items of `stream` that are due, the longest due first.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn due_items(
        &self,
        stream: &str,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<ItemRow>, DeskError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM item WHERE stream = ?1 AND state = 'parked' AND next_at <= ?2 \
             ORDER BY next_at LIMIT ?3"
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.connection
            .prepare_cached(&sql)
            .and_then(|mut s| s.query_map(params![stream, now.as_millis(), limit], read)?.collect())
            .map_err(failed("list due items"))
    }

    /// Returns when the next parked item of `stream` is due.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn next_item_due(&self, stream: &str) -> Result<Option<Timestamp>, DeskError> {
        let sql = "SELECT min(next_at) FROM item WHERE stream = ?1 AND state = 'parked'";
        let at: Option<i64> = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.query_row([stream], |row| row.get(0)))
            .map_err(failed("find the next due item"))?;
        Ok(at.map(Timestamp::from_millis))
    }

    /// Returns the attempts of an item, first to last.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn item_attempts(
        &self,
        stream: &str,
        position: &str,
    ) -> Result<Vec<AttemptRow>, DeskError> {
        let sql = "SELECT started_at, ended_at, outcome, message, request FROM item_attempt \
                   WHERE stream = ?1 AND position = ?2 ORDER BY number";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.query_map([stream, position], AttemptRow::read)?.collect()
            })
            .map_err(failed("list an item's attempts"))
    }

    /// Returns the positions of everything that is set aside of `stream` alone.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn item_positions(&self, stream: &str) -> Result<Vec<String>, DeskError> {
        self.connection
            .prepare_cached("SELECT position FROM item WHERE stream = ?1")
            .and_then(|mut statement| statement.query_map([stream], |row| row.get(0))?.collect())
            .map_err(failed("list a stream's items"))
    }

    /// Returns an item.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn item(&self, stream: &str, position: &str) -> Result<Option<ItemRow>, DeskError> {
        let sql = format!("SELECT {COLUMNS} FROM item WHERE stream = ?1 AND position = ?2");
        self.connection
            .prepare_cached(&sql)
            .and_then(|mut statement| statement.query_row([stream, position], read).optional())
            .map_err(failed("read an item"))
    }

    /// Counts what is set aside of `stream`, alone or in ranges: what is sent again, and what is dead.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn count_items(&self, stream: &str) -> Result<(u64, u64), DeskError> {
        let sql = "SELECT coalesce(sum(aside * (state <> 'dead')), 0), coalesce(sum(aside * (state = 'dead')), 0) \
                   FROM (SELECT state, 1 AS aside FROM item WHERE stream = ?1 \
                   UNION ALL SELECT state, events FROM item_range WHERE stream = ?1)";
        let counts: (i64, i64) = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut s| s.query_row([stream], |row| Ok((row.get(0)?, row.get(1)?))))
            .map_err(failed("count items"))?;
        Ok((counts.0.cast_unsigned(), counts.1.cast_unsigned()))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<ItemRow> {
    let state: String = row.get(2)?;
    Ok(ItemRow {
        stream: row.get(0)?,
        position: row.get(1)?,
        state: if state == "dead" { ItemState::Dead } else { ItemState::Parked },
        source: row.get(3)?,
        event_time: Timestamp::from_millis(row.get(4)?),
        event: row.get(5)?,
        attempts: row.get(6)?,
        next_at: Timestamp::from_millis(row.get(7)?),
        created_at: Timestamp::from_millis(row.get(8)?),
        reason: row.get(9)?,
        answer: row.get(10)?,
        settled_at: row.get::<_, Option<i64>>(11)?.map(Timestamp::from_millis),
        amendment: row.get(12)?,
    })
}
