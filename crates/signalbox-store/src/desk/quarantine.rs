//! Authentic input that could not be mapped, listed with the reason; the bytes as received.

use rusqlite::params;
use signalbox_model::time::Timestamp;

use super::connection::failed;
use super::{DeskError, Reader, Writer};

/// A quarantined part.
#[derive(Clone, Debug)]
pub struct QuarantineRow {
    /// Its position in the journal.
    pub position: String,
    /// The source integration.
    pub integration: String,
    /// When it was received.
    pub received_at: Timestamp,
    /// Why it did not map.
    pub reason: String,
    /// The bytes as received.
    pub bytes: Vec<u8>,
}

impl Writer<'_> {
    /// Lists a quarantined part; listing it again changes nothing.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn put_quarantine(&self, row: &QuarantineRow) -> Result<(), DeskError> {
        let sql = "INSERT OR IGNORE INTO quarantine (position, integration, received_at, reason, bytes) \
                   VALUES (?1, ?2, ?3, ?4, ?5)";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                let at = row.received_at.as_millis();
                statement.execute(params![row.position, row.integration, at, row.reason, row.bytes])
            })
            .map_err(failed("list a quarantined part"))?;
        Ok(())
    }
}

impl Reader<'_> {
    /// Returns quarantined parts, newest first.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn quarantine(&self, limit: usize) -> Result<Vec<QuarantineRow>, DeskError> {
        let sql = "SELECT position, integration, received_at, reason, bytes FROM quarantine \
                   ORDER BY received_at DESC LIMIT ?1";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                let rows =
                    statement.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
                        Ok(QuarantineRow {
                            position: row.get(0)?,
                            integration: row.get(1)?,
                            received_at: Timestamp::from_millis(row.get(2)?),
                            reason: row.get(3)?,
                            bytes: row.get(4)?,
                        })
                    })?;
                rows.collect()
            })
            .map_err(failed("list the quarantine"))
    }
}
