//! Ranges of a stream: what waited for longer than a stream may hold, given up as one dead letter.
//!
//! A range is a row that points into the journal, which keeps its segments until the range was sent again or discarded. A
//! range that is sent again is read from its beginning; its row says how far that has come.

use rusqlite::{OptionalExtension, Row, params};
use signalbox_model::time::Timestamp;

use super::connection::failed;
use super::{DeskError, Reader, StreamProgress, Writer};

/// A range of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RangeRow {
    /// The stream.
    pub stream: String,
    /// The checkpoint that it begins behind.
    pub first: String,
    /// The position that it ends with.
    pub last: String,
    /// The checkpoint that it is sent up to.
    pub position: String,
    /// Pairs that are left of it.
    pub events: u64,
}

const COLUMNS: &str = "stream, first, last, position, events";

impl Reader<'_> {
    /// Returns the range of a stream that is sent next, if one is to be sent.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn pending_range(&self, stream: &str) -> Result<Option<RangeRow>, DeskError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM item_range WHERE stream = ?1 AND state = 'pending' \
             ORDER BY revived_at, last LIMIT 1"
        );
        self.connection
            .prepare_cached(&sql)
            .and_then(|mut statement| statement.query_row([stream], read).optional())
            .map_err(failed("find a range to send"))
    }

    /// Returns every range: what the journal is kept for.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn ranges(&self) -> Result<Vec<RangeRow>, DeskError> {
        self.connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM item_range"))
            .and_then(|mut statement| statement.query_map([], read)?.collect())
            .map_err(failed("list the ranges"))
    }
}

impl Writer<'_> {
    /// Gives up everything between a stream's checkpoint and `range.last`, which the checkpoint moves to: the pairs count
    /// as dead.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn bury_range(
        &self,
        range: &RangeRow,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), DeskError> {
        let sql = "INSERT INTO item_range (stream, first, last, position, events, state, reason, settled_at) \
                   VALUES (?1, ?2, ?3, ?4, ?5, 'dead', ?6, ?7)";
        let RangeRow { stream, first, last, position, events } = range;
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                let events = events.cast_signed();
                statement.execute(params![
                    stream,
                    first,
                    last,
                    position,
                    events,
                    reason,
                    now.as_millis()
                ])
            })
            .map_err(failed("give a range up"))?;
        let progress = StreamProgress { dead: *events, ..StreamProgress::default() };
        self.move_checkpoint(stream, last, progress)
    }

    /// Moves on within a range that is sent again: so many pairs of it are settled or set aside.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn move_range(
        &self,
        range: &RangeRow,
        position: &str,
        settled: u64,
        progress: StreamProgress,
    ) -> Result<(), DeskError> {
        let sql = "UPDATE item_range SET position = ?3, events = max(events - ?4, 0) \
                   WHERE stream = ?1 AND last = ?2";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.execute(params![
                    range.stream,
                    range.last,
                    position,
                    settled.cast_signed()
                ])
            })
            .map_err(failed("move on in a range"))?;
        self.count_pairs(&range.stream, progress)
    }

    /// Ends a range of which everything that the journal has is sent; what is left of it then is lost.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn end_range(&self, range: &RangeRow, suppressed: u64) -> Result<(), DeskError> {
        let Some(left) = self.take_range(&range.stream, &range.first, &range.last, "pending")?
        else {
            return Ok(());
        };
        let lost = left.saturating_sub(suppressed);
        let progress = StreamProgress { suppressed, lost, ..StreamProgress::default() };
        self.count_pairs(&range.stream, progress)
    }

    /// Has a dead range sent again. Says whether it was dead.
    pub(super) fn revive_range(
        &self,
        (stream, first, last): (&str, &str, &str),
        now: Timestamp,
    ) -> Result<bool, DeskError> {
        let sql = "UPDATE item_range SET state = 'pending', revived_at = ?4 \
                   WHERE stream = ?1 AND first = ?2 AND last = ?3 AND state = 'dead' RETURNING events";
        let events: Option<i64> = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                let bound = params![stream, first, last, now.as_millis()];
                statement.query_map(bound, |row| row.get(0))?.next().transpose()
            })
            .map_err(failed("revive a range"))?;
        if let Some(events) = events {
            self.revive_pairs(stream, events.cast_unsigned())?;
        }
        Ok(events.is_some())
    }

    /// Gives a dead range up for good. Says whether it was dead.
    pub(super) fn discard_range(
        &self,
        (stream, first, last): (&str, &str, &str),
    ) -> Result<bool, DeskError> {
        let events = self.take_range(stream, first, last, "dead")?;
        if let Some(events) = events {
            self.discard_pairs(stream, events)?;
        }
        Ok(events.is_some())
    }

    /// Removes a range and returns how many pairs were left of it.
    fn take_range(
        &self,
        stream: &str,
        first: &str,
        last: &str,
        state: &str,
    ) -> Result<Option<u64>, DeskError> {
        let sql = "DELETE FROM item_range WHERE stream = ?1 AND first = ?2 AND last = ?3 AND state = ?4 \
                   RETURNING events";
        let events: Option<i64> = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                let bound = params![stream, first, last, state];
                statement.query_map(bound, |row| row.get(0))?.next().transpose()
            })
            .map_err(failed("remove a range"))?;
        Ok(events.map(i64::cast_unsigned))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<RangeRow> {
    Ok(RangeRow {
        stream: row.get(0)?,
        first: row.get(1)?,
        last: row.get(2)?,
        position: row.get(3)?,
        events: row.get::<_, i64>(4)?.cast_unsigned(),
    })
}
