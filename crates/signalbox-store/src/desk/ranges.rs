//! Ranges of a stream: parts of the journal that it is sent beside what is new.
//!
//! Either what waited for longer than a stream may hold, given up as one dead letter and sent again at a person's word;
//! or what was decided about anew. A range is a row that points into the journal, which keeps its segments until the
//! range is through or discarded. It is read from its beginning; its row says how far that has come, and whoever has
//! read of it settles nothing once the row is gone.

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
    /// Since when it is being sent; a dead one is not.
    pub revived_at: Option<Timestamp>,
    /// How it is decided which of its events are sent; as they were decided about when they came, where there
    /// is nothing here.
    pub anew: Option<DecidedAnew>,
}

/// What is known of decisions that were made anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecidedAnew {
    /// The hash of the rules that did; empty once other rules came into force while the range was sent.
    pub rules: String,
    /// How far the stream itself was then: what it takes behind this checkpoint it sends itself.
    pub passed: String,
}

const COLUMNS: &str = "stream, first, last, position, events, revived_at, rules, passed";

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

    /// Returns every range of a stream.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn ranges_of(&self, stream: &str) -> Result<Vec<RangeRow>, DeskError> {
        self.connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM item_range WHERE stream = ?1"))
            .and_then(|mut statement| statement.query_map([stream], read)?.collect())
            .map_err(failed("list a stream's ranges"))
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
    /// Those of SQLite; that there is a range of these bounds is one.
    pub fn bury_range(
        &self,
        range: &RangeRow,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), DeskError> {
        self.insert_range(range, "dead", reason, now)?;
        let progress = StreamProgress { dead: range.events, ..StreamProgress::default() };
        self.move_checkpoint(&range.stream, &range.last, progress)
    }

    /// Gives up what is left of a range that was being sent: it counts as dead again.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn bury_range_again(
        &self,
        range: &RangeRow,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), DeskError> {
        let sql = "UPDATE item_range SET state = 'dead', revived_at = NULL, reason = ?4, settled_at = ?5 \
                   WHERE stream = ?1 AND first = ?2 AND last = ?3 AND state = 'pending' RETURNING events";
        let RangeRow { stream, first, last, .. } = range;
        let events: Option<i64> = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                let bound = params![stream, first, last, reason, now.as_millis()];
                statement.query_map(bound, |row| row.get(0))?.next().transpose()
            })
            .map_err(failed("give a range up again"))?;
        let dead = events.unwrap_or_default().cast_unsigned();
        self.count_pairs(stream, StreamProgress { dead, ..StreamProgress::default() })
    }

    /// Begins to send what was decided about anew: the pairs of the range count as accepted once more, but for so
    /// many that had been set aside and are forgotten.
    ///
    /// # Errors
    /// Those of SQLite; that there is a range of these bounds is one.
    pub fn begin_range(
        &self,
        range: &RangeRow,
        forgotten: u64,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), DeskError> {
        self.insert_range(range, "pending", reason, now)?;
        self.accept_again(&range.stream, range.events.saturating_sub(forgotten))
    }

    fn insert_range(
        &self,
        range: &RangeRow,
        state: &'static str,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), DeskError> {
        let sql = "INSERT INTO item_range (stream, first, last, position, events, state, reason, settled_at, \
                   revived_at, rules, passed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
        let RangeRow { stream, first, last, position, events, revived_at, anew } = range;
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.execute(params![
                    stream,
                    first,
                    last,
                    position,
                    events.cast_signed(),
                    state,
                    reason,
                    now.as_millis(),
                    revived_at.map(Timestamp::as_millis),
                    anew.as_ref().map(|anew| &anew.rules),
                    anew.as_ref().map(|anew| &anew.passed)
                ])
            })
            .map_err(failed("keep a range"))?;
        Ok(())
    }

    /// Learns that other rules decide about what is left of a range than those that its pairs were counted by.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn change_rules_of_range(&self, range: &RangeRow) -> Result<(), DeskError> {
        let sql = "UPDATE item_range SET rules = '' WHERE stream = ?1 AND first = ?2 AND last = ?3";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute([&range.stream, &range.first, &range.last]))
            .map_err(failed("change the rules of a range"))?;
        Ok(())
    }

    /// Moves on within a range that is being sent: so many pairs of it are settled or set aside. Says whether it is
    /// still there; otherwise nothing is counted.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn move_range(
        &self,
        range: &RangeRow,
        position: &str,
        settled: u64,
        progress: StreamProgress,
    ) -> Result<bool, DeskError> {
        let Some(left) = self.pairs_left(range)? else { return Ok(false) };
        let sql = "UPDATE item_range SET position = ?4, events = ?5 \
                   WHERE stream = ?1 AND first = ?2 AND last = ?3";
        let RangeRow { stream, first, last, .. } = range;
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                let events = left.saturating_sub(settled).cast_signed();
                statement.execute(params![stream, first, last, position, events])
            })
            .map_err(failed("move on in a range"))?;
        // Other rules take more than was counted.
        self.accept_again(stream, settled.saturating_sub(left))?;
        self.count_pairs(stream, progress)?;
        Ok(true)
    }

    /// Returns how many pairs are left of a range that is being sent; `None` where it is no more.
    fn pairs_left(&self, range: &RangeRow) -> Result<Option<u64>, DeskError> {
        let sql = "SELECT events FROM item_range \
                   WHERE stream = ?1 AND first = ?2 AND last = ?3 AND state = 'pending'";
        let left: Option<i64> = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                let bound = [&range.stream, &range.first, &range.last];
                statement.query_row(bound, |row| row.get(0)).optional()
            })
            .map_err(failed("look what is left of a range"))?;
        Ok(left.map(i64::cast_unsigned))
    }

    /// Ends a range of which everything that the journal has is sent. What is left of it then is lost; or suppressed,
    /// where other rules decided than those that it was counted by: dead letters that went into it are among that.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn end_range(&self, range: &RangeRow) -> Result<(), DeskError> {
        let Some((left, rules)) = self.take_range(range.bounds(), "pending")? else {
            return Ok(());
        };
        if rules.is_some_and(|rules| rules.is_empty()) {
            return self.suppress_pairs(&range.stream, left);
        }
        let progress = StreamProgress { lost: left, ..StreamProgress::default() };
        self.count_pairs(&range.stream, progress)
    }

    /// Passes by every range of a stream that is being sent: the pairs count as suppressed. Returns how many.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn skip_ranges(&self, stream: &str) -> Result<u64, DeskError> {
        let ranges = self.ranges_of(stream)?;
        let mut skipped = 0;
        for range in ranges.iter().filter(|range| range.revived_at.is_some()) {
            skipped += self.take_range(range.bounds(), "pending")?.map_or(0, |(left, _)| left);
        }
        self.suppress_pairs(stream, skipped)?;
        Ok(skipped)
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

    /// Gives a range up for good, dead or being sent. Says whether there was one.
    pub(super) fn discard_range(&self, bounds: (&str, &str, &str)) -> Result<bool, DeskError> {
        if let Some((events, _)) = self.take_range(bounds, "dead")? {
            self.discard_pairs(bounds.0, events)?;
            return Ok(true);
        }
        let Some((events, _)) = self.take_range(bounds, "pending")? else { return Ok(false) };
        self.suppress_pairs(bounds.0, events)?;
        Ok(true)
    }

    /// Removes a range and returns how many pairs were left of it, and the rules that it was decided about anew by.
    fn take_range(
        &self,
        (stream, first, last): (&str, &str, &str),
        state: &str,
    ) -> Result<Option<(u64, Option<String>)>, DeskError> {
        let sql = "DELETE FROM item_range WHERE stream = ?1 AND first = ?2 AND last = ?3 AND state = ?4 \
                   RETURNING events, rules";
        let taken: Option<(i64, Option<String>)> = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                let bound = params![stream, first, last, state];
                let taken = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
                statement.query_map(bound, taken)?.next().transpose()
            })
            .map_err(failed("remove a range"))?;
        Ok(taken.map(|(events, rules)| (events.cast_unsigned(), rules)))
    }
}

impl RangeRow {
    fn bounds(&self) -> (&str, &str, &str) {
        (&self.stream, &self.first, &self.last)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<RangeRow> {
    let rules: Option<String> = row.get(6)?;
    let passed: Option<String> = row.get(7)?;
    Ok(RangeRow {
        stream: row.get(0)?,
        first: row.get(1)?,
        last: row.get(2)?,
        position: row.get(3)?,
        events: row.get::<_, i64>(4)?.cast_unsigned(),
        revived_at: row.get::<_, Option<i64>>(5)?.map(Timestamp::from_millis),
        anew: rules.zip(passed).map(|(rules, passed)| DecidedAnew { rules, passed }),
    })
}
