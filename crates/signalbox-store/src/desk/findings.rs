//! Event ids and findings: what is a duplicate, what is a repeat.

use rusqlite::{OptionalExtension, params};
use signalbox_model::time::Timestamp;
use signalbox_model::{Fingerprint, Severity};

use super::connection::failed;
use super::{DeskError, Reader, Writer};

/// What the desk keeps of a finding.
#[derive(Clone, Copy, Debug)]
pub struct FindingRow<'a> {
    /// Its identity.
    pub fingerprint: Fingerprint,
    /// The source integration.
    pub integration: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Its latest severity.
    pub severity: Severity,
    /// Its latest status, in OCSF's words.
    pub status: &'a str,
    /// What it is about.
    pub resource_uid: Option<&'a str>,
    /// When it was seen.
    pub seen_at: Timestamp,
    /// The latest event, normalised, as JSON.
    pub event: &'a str,
}

impl Reader<'_> {
    /// Returns the latest status of a finding, in OCSF's words; `None` where the desk does not know it.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn finding_status(&self, fingerprint: &Fingerprint) -> Result<Option<String>, DeskError> {
        self.connection
            .prepare_cached("SELECT status FROM finding WHERE fingerprint = ?1")
            .and_then(|mut statement| {
                statement.query_row([fingerprint.as_bytes()], |row| row.get(0)).optional()
            })
            .map_err(failed("read a finding's status"))
    }
}

impl Writer<'_> {
    /// Remembers an event id and says whether it was new.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn remember_event_id(
        &self,
        integration: &str,
        event_id: &str,
        now: Timestamp,
    ) -> Result<bool, DeskError> {
        let sql =
            "INSERT OR IGNORE INTO event_id (integration, event_id, seen_at) VALUES (?1, ?2, ?3)";
        let changed = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.execute(params![integration, event_id, now.as_millis()])
            })
            .map_err(failed("remember an event id"))?;
        Ok(changed == 1)
    }

    /// Keeps the latest of a finding and counts that it was seen.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn upsert_finding(&self, finding: &FindingRow<'_>) -> Result<(), DeskError> {
        let sql = "INSERT INTO finding (fingerprint, integration, title, severity, status, resource_uid, \
                   first_seen_at, last_seen_at, seen_count, event) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 1, ?8) \
                   ON CONFLICT (fingerprint) DO UPDATE SET title = excluded.title, severity = excluded.severity, \
                   status = excluded.status, resource_uid = excluded.resource_uid, \
                   last_seen_at = max(last_seen_at, excluded.last_seen_at), seen_count = seen_count + 1, \
                   event = excluded.event";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.execute(params![
                    finding.fingerprint.as_bytes(),
                    finding.integration,
                    finding.title,
                    finding.severity.id(),
                    finding.status,
                    finding.resource_uid,
                    finding.seen_at.as_millis(),
                    finding.event
                ])
            })
            .map(drop)
            .map_err(failed("keep a finding"))
    }

    /// Forgets event ids and findings not seen since the given times, and returns how many of both.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn forget_before(
        &self,
        event_ids: Timestamp,
        findings: Timestamp,
    ) -> Result<(usize, usize), DeskError> {
        let ids = self
            .connection
            .prepare_cached("DELETE FROM event_id WHERE seen_at < ?1")
            .and_then(|mut statement| statement.execute([event_ids.as_millis()]))
            .map_err(failed("forget event ids"))?;
        let sql = "DELETE FROM finding WHERE last_seen_at < ?1";
        let findings = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute([findings.as_millis()]))
            .map_err(failed("forget findings"))?;
        Ok((ids, findings))
    }
}
