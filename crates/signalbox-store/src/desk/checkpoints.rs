//! How far each reader of the journal has come, and what it did on the way.

use rusqlite::{OptionalExtension, params};
use signalbox_model::time::Timestamp;

use super::connection::failed;
use super::{DeskError, Reader, Writer};

/// A reader's checkpoint with the sums that were moved in the same transactions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamCheckpoint {
    /// The reader: `desk`, or a stream's integration name.
    pub reader: String,
    /// Everything up to and including this position is done.
    pub position: String,
    /// Pairs (event, stream) delivered so far.
    pub delivered: u64,
    /// Pairs given up but kept so far.
    pub dead: u64,
    /// Pairs not sent by a decision so far.
    pub suppressed: u64,
    /// Pairs that were accepted besides what the journal counts so far: sent once more, or decided about anew.
    pub replayed: u64,
    /// Pairs that damage of the journal took so far.
    pub lost: u64,
    /// When a person last had it go back.
    pub replayed_at: Option<Timestamp>,
}

/// What a step forward of a checkpoint did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StreamProgress {
    /// Pairs delivered.
    pub delivered: u64,
    /// Pairs given up but kept.
    pub dead: u64,
    /// Pairs not sent by a decision.
    pub suppressed: u64,
    /// Pairs that the journal cannot read any more.
    pub lost: u64,
}

const COLUMNS: &str = "reader, position, delivered, dead, suppressed, replayed, lost, replayed_at";

impl Reader<'_> {
    /// Returns the checkpoint of `reader`.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn checkpoint(&self, reader: &str) -> Result<Option<StreamCheckpoint>, DeskError> {
        self.connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM checkpoint WHERE reader = ?1"))
            .and_then(|mut statement| statement.query_row([reader], read).optional())
            .map_err(failed("read a checkpoint"))
    }

    /// Returns every checkpoint.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn checkpoints(&self) -> Result<Vec<StreamCheckpoint>, DeskError> {
        self.connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM checkpoint"))
            .and_then(|mut statement| statement.query_map([], read)?.collect())
            .map_err(failed("read the checkpoints"))
    }

    /// Returns what a source's poller goes on from.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn source_checkpoint(&self, integration: &str) -> Result<Option<Vec<u8>>, DeskError> {
        let sql = "SELECT checkpoint FROM source_checkpoint WHERE integration = ?1";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.query_row([integration], |row| row.get(0)).optional()
            })
            .map_err(failed("read a source's checkpoint"))
    }

    /// Returns a value of the desk's own settings, such as the journal it belongs to.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn meta(&self, name: &str) -> Result<Option<String>, DeskError> {
        self.connection
            .prepare_cached("SELECT value FROM meta WHERE name = ?1")
            .and_then(|mut statement| statement.query_row([name], |row| row.get(0)).optional())
            .map_err(failed("read a setting"))
    }

    /// Returns the stored version of the rules with this hash.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn rule_set(&self, hash: &str) -> Result<Option<String>, DeskError> {
        self.connection
            .prepare_cached("SELECT body FROM rule_set WHERE hash = ?1")
            .and_then(|mut statement| statement.query_row([hash], |row| row.get(0)).optional())
            .map_err(failed("read a version of the rules"))
    }
}

impl Writer<'_> {
    /// Makes the checkpoint of a reader that has none; an existing one stays.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn create_checkpoint(&self, reader: &str, position: &str) -> Result<(), DeskError> {
        self.connection
            .prepare_cached("INSERT OR IGNORE INTO checkpoint (reader, position) VALUES (?1, ?2)")
            .and_then(|mut statement| statement.execute([reader, position]))
            .map_err(failed("create a checkpoint"))?;
        Ok(())
    }

    /// Moves a checkpoint and its sums.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn move_checkpoint(
        &self,
        reader: &str,
        position: &str,
        progress: StreamProgress,
    ) -> Result<(), DeskError> {
        let sql = "UPDATE checkpoint SET position = ?2, delivered = delivered + ?3, \
                   dead = dead + ?4, suppressed = suppressed + ?5, lost = lost + ?6 WHERE reader = ?1";
        let StreamProgress { delivered, dead, suppressed, lost } = progress;
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.execute(params![
                    reader,
                    position,
                    delivered.cast_signed(),
                    dead.cast_signed(),
                    suppressed.cast_signed(),
                    lost.cast_signed()
                ])
            })
            .map_err(failed("move a checkpoint"))?;
        Ok(())
    }

    /// Moves a checkpoint back, so that `replayed` pairs are accepted once more. Items given up behind it
    /// are to have been forgotten by [`Writer::forget_items`].
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn move_checkpoint_back(
        &self,
        reader: &str,
        position: &str,
        replayed: u64,
        now: Timestamp,
    ) -> Result<(), DeskError> {
        let sql = "UPDATE checkpoint SET position = ?2, replayed_at = ?3 WHERE reader = ?1";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(params![reader, position, now.as_millis()]))
            .map_err(failed("move a checkpoint back"))?;
        self.accept_again(reader, replayed)
    }

    /// Counts pairs of a stream as accepted once more.
    pub(super) fn accept_again(&self, reader: &str, count: u64) -> Result<(), DeskError> {
        self.connection
            .prepare_cached("UPDATE checkpoint SET replayed = replayed + ?2 WHERE reader = ?1")
            .and_then(|mut statement| statement.execute(params![reader, count.cast_signed()]))
            .map_err(failed("count what is accepted again"))?;
        Ok(())
    }

    /// Counts pairs of a stream without moving its checkpoint.
    pub(super) fn count_pairs(
        &self,
        reader: &str,
        progress: StreamProgress,
    ) -> Result<(), DeskError> {
        let sql = "UPDATE checkpoint SET delivered = delivered + ?2, dead = dead + ?3, \
                   suppressed = suppressed + ?4, lost = lost + ?5 WHERE reader = ?1";
        let StreamProgress { delivered, dead, suppressed, lost } = progress;
        let [delivered, dead, suppressed, lost] =
            [delivered, dead, suppressed, lost].map(u64::cast_signed);
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.execute(params![reader, delivered, dead, suppressed, lost])
            })
            .map_err(failed("count pairs"))?;
        Ok(())
    }

    /// Moves pairs between the sums of a stream, where an item given up is sent after all.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn revive_pairs(&self, reader: &str, count: u64) -> Result<(), DeskError> {
        self.connection
            .prepare_cached("UPDATE checkpoint SET dead = dead - ?2 WHERE reader = ?1")
            .and_then(|mut statement| statement.execute(params![reader, count.cast_signed()]))
            .map_err(failed("revive dead items"))?;
        Ok(())
    }

    /// Moves pairs between the sums of a stream, where dead items are discarded by a person.
    pub(super) fn discard_pairs(&self, reader: &str, count: u64) -> Result<(), DeskError> {
        let sql = "UPDATE checkpoint SET dead = dead - ?2, suppressed = suppressed + ?2 \
                   WHERE reader = ?1";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(params![reader, count.cast_signed()]))
            .map_err(failed("discard dead items"))?;
        Ok(())
    }

    /// Counts pairs of a stream as suppressed.
    pub(super) fn suppress_pairs(&self, reader: &str, count: u64) -> Result<(), DeskError> {
        self.connection
            .prepare_cached("UPDATE checkpoint SET suppressed = suppressed + ?2 WHERE reader = ?1")
            .and_then(|mut statement| statement.execute(params![reader, count.cast_signed()]))
            .map_err(failed("count skipped items"))?;
        Ok(())
    }

    /// Keeps what a source's poller goes on from.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn set_source_checkpoint(&self, integration: &str, bytes: &[u8]) -> Result<(), DeskError> {
        let sql = "INSERT INTO source_checkpoint (integration, checkpoint) VALUES (?1, ?2) \
                   ON CONFLICT (integration) DO UPDATE SET checkpoint = excluded.checkpoint";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(params![integration, bytes]))
            .map_err(failed("keep a source's checkpoint"))?;
        Ok(())
    }

    /// Forgets a value of the desk's own settings.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn remove_meta(&self, name: &str) -> Result<(), DeskError> {
        self.connection
            .prepare_cached("DELETE FROM meta WHERE name = ?1")
            .and_then(|mut statement| statement.execute([name]))
            .map_err(failed("forget a setting"))?;
        Ok(())
    }

    /// Keeps a value of the desk's own settings.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn set_meta(&self, name: &str, value: &str) -> Result<(), DeskError> {
        self.connection
            .prepare_cached("INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)")
            .and_then(|mut statement| statement.execute([name, value]))
            .map_err(failed("keep a setting"))?;
        Ok(())
    }

    /// Keeps a version of the rules.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn keep_rule_set(&self, hash: &str, body: &str, now: i64) -> Result<(), DeskError> {
        self.connection
            .prepare_cached(
                "INSERT OR IGNORE INTO rule_set (hash, body, applied_at) VALUES (?1, ?2, ?3)",
            )
            .and_then(|mut statement| statement.execute(params![hash, body, now]))
            .map_err(failed("keep a version of the rules"))?;
        Ok(())
    }
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<StreamCheckpoint> {
    Ok(StreamCheckpoint {
        reader: row.get(0)?,
        position: row.get(1)?,
        delivered: row.get::<_, i64>(2)?.cast_unsigned(),
        dead: row.get::<_, i64>(3)?.cast_unsigned(),
        suppressed: row.get::<_, i64>(4)?.cast_unsigned(),
        replayed: row.get::<_, i64>(5)?.cast_unsigned(),
        lost: row.get::<_, i64>(6)?.cast_unsigned(),
        replayed_at: row.get::<_, Option<i64>>(7)?.map(Timestamp::from_millis),
    })
}
