//! What survives a restart of an integration's state: enabled by hand, parked with its reason.

use rusqlite::params;
use signalbox_model::time::Timestamp;

use super::connection::failed;
use super::{DeskError, Reader, Writer};

/// The stored state of an integration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntegrationRow {
    /// Its name.
    pub name: String,
    /// Its connector.
    pub connector: String,
    /// Whether a person has left it enabled.
    pub is_enabled: bool,
    /// Why it is parked, while it is.
    pub parked: Option<String>,
}

impl Reader<'_> {
    /// Returns the stored state of every integration, configured or not.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn integrations(&self) -> Result<Vec<IntegrationRow>, DeskError> {
        let sql = "SELECT name, connector, is_enabled, parked FROM integration ORDER BY name";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                let rows = statement.query_map([], |row| {
                    Ok(IntegrationRow {
                        name: row.get(0)?,
                        connector: row.get(1)?,
                        is_enabled: row.get(2)?,
                        parked: row.get(3)?,
                    })
                })?;
                rows.collect()
            })
            .map_err(failed("list integrations"))
    }
}

impl Writer<'_> {
    /// Makes a row for an integration that has none; an existing one keeps its state.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn register_integration(
        &self,
        name: &str,
        connector: &str,
        now: Timestamp,
    ) -> Result<(), DeskError> {
        let sql = "INSERT INTO integration (name, connector, changed_at) VALUES (?1, ?2, ?3) \
                   ON CONFLICT (name) DO UPDATE SET connector = excluded.connector";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(params![name, connector, now.as_millis()]))
            .map_err(failed("register an integration"))?;
        Ok(())
    }

    /// Keeps whether a person wants an integration to work.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn set_enabled(
        &self,
        name: &str,
        is_enabled: bool,
        now: Timestamp,
    ) -> Result<(), DeskError> {
        self.connection
            .prepare_cached(
                "UPDATE integration SET is_enabled = ?2, changed_at = ?3 WHERE name = ?1",
            )
            .and_then(|mut statement| statement.execute(params![name, is_enabled, now.as_millis()]))
            .map_err(failed("enable or disable an integration"))?;
        Ok(())
    }

    /// Parks an integration with its reason, or ends that with `None`.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn set_parked(
        &self,
        name: &str,
        reason: Option<&str>,
        now: Timestamp,
    ) -> Result<(), DeskError> {
        self.connection
            .prepare_cached("UPDATE integration SET parked = ?2, changed_at = ?3 WHERE name = ?1")
            .and_then(|mut statement| statement.execute(params![name, reason, now.as_millis()]))
            .map_err(failed("park an integration"))?;
        Ok(())
    }
}
