//! What destinations were not told of an alert because of a silence.
//!
//! A row stands here from the notification that a silence kept back until the destination is told of the alert
//! again. It says who must be told anew once the silence is over, and is what people see of a silence at an
//! alert. It is no step: nothing of it is ever sent.

use rusqlite::{OptionalExtension, params};
use signalbox_model::time::Timestamp;
use signalbox_model::{AlertId, IntegrationName};

use super::connection::failed;
use super::{DeskError, Reader, Writer};

/// A notification that a silence keeps back.
#[derive(Clone, Copy, Debug)]
pub struct HeldBack<'a> {
    /// The alert.
    pub alert: AlertId,
    /// Who is not told.
    pub destination: &'a IntegrationName,
    /// The silence's name.
    pub silence: &'a str,
    /// When the silence is over.
    pub until: Timestamp,
    /// Whether it would have told that the alert opened, for the first time or again.
    pub is_opening: bool,
    /// When it was decided.
    pub now: Timestamp,
}

/// A destination that does not know the latest of an alert because of a silence.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct SilencedRow {
    /// The destination.
    pub destination: String,
    /// The silence that kept the latest notification back.
    pub silence: String,
    /// When that silence is over.
    pub until: Timestamp,
    /// How many notifications were kept back since the destination was told last.
    pub held_back: u64,
    /// When the latest was.
    pub latest_at: Timestamp,
}

impl Writer<'_> {
    /// Counts a notification as suppressed by a silence, and remembers who was not told.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn hold_back(&self, held: &HeldBack<'_>) -> Result<(), DeskError> {
        let sql = "INSERT INTO silenced (alert, destination, silence, until, is_opening, held_back, latest_at) \
                   VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6) ON CONFLICT (alert, destination) DO UPDATE SET \
                   silence = excluded.silence, until = excluded.until, held_back = held_back + 1, \
                   is_opening = max(is_opening, excluded.is_opening), latest_at = excluded.latest_at";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.execute(params![
                    held.alert.to_string(),
                    held.destination.as_str(),
                    held.silence,
                    held.until.as_millis(),
                    held.is_opening,
                    held.now.as_millis()
                ])
            })
            .map_err(failed("remember what a silence kept back"))?;
        self.count_suppressed(held.destination.as_str(), "silence")
    }

    /// Forgets what was kept back, as the destination is told of the alert as it is now.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn forget_held_back(
        &self,
        alert: AlertId,
        destination: &IntegrationName,
    ) -> Result<(), DeskError> {
        let sql = "DELETE FROM silenced WHERE alert = ?1 AND destination = ?2";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut s| s.execute(params![alert.to_string(), destination.as_str()]))
            .map(drop)
            .map_err(failed("forget what a silence kept back"))
    }
}

impl Reader<'_> {
    /// Returns whether a silence kept from a destination that the alert opened, for the first time or again.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn is_opening_held_back(
        &self,
        alert: AlertId,
        destination: &IntegrationName,
    ) -> Result<bool, DeskError> {
        let sql = "SELECT is_opening FROM silenced WHERE alert = ?1 AND destination = ?2";
        let found = self.connection.prepare_cached(sql).and_then(|mut statement| {
            let bound = params![alert.to_string(), destination.as_str()];
            statement.query_row(bound, |row| row.get(0)).optional()
        });
        Ok(found.map_err(failed("read what a silence kept back"))?.unwrap_or_default())
    }

    /// Returns the destinations that do not know the latest of an alert because of a silence, by name.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn silenced(&self, alert: AlertId) -> Result<Vec<SilencedRow>, DeskError> {
        let sql = "SELECT destination, silence, until, held_back, latest_at FROM silenced \
                   WHERE alert = ?1 ORDER BY destination";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                let rows = statement.query_map([alert.to_string()], |row| {
                    Ok(SilencedRow {
                        destination: row.get(0)?,
                        silence: row.get(1)?,
                        until: Timestamp::from_millis(row.get(2)?),
                        held_back: row.get::<_, i64>(3)?.cast_unsigned(),
                        latest_at: Timestamp::from_millis(row.get(4)?),
                    })
                })?;
                rows.collect()
            })
            .map_err(failed("list what silences kept back"))
    }
}
