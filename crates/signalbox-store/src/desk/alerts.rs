//! Alerts: raised by rules, worked on by people.

use rusqlite::{OptionalExtension, Row, params};
use signalbox_model::time::Timestamp;
use signalbox_model::{
    Alert, AlertId, AlertStatus, Fingerprint, IntegrationName, RuleName, Severity,
};

use super::connection::failed;
use super::{DeskError, Reader, Writer};

/// Which alerts a list shows.
#[derive(Clone, Debug, Default)]
pub struct AlertFilter {
    /// Only those in this status.
    pub status: Option<AlertStatus>,
    /// Canaries as well, which are alerts of nothing.
    pub with_canaries: bool,
    /// Only those opened before this one (keyset paging, newest first).
    pub before: Option<(Timestamp, AlertId)>,
    /// The most rows.
    pub limit: usize,
}

pub(super) const COLUMNS: &str = "id, rule, source, status, severity, title, description, resource, techniques, \
                       seen_count, occurrence, opened_at, last_seen_at, resolved_at, event";

/// The same, but the event, which is long: taking it apart costs as much as all the rest.
const COLUMNS_BUT_EVENT: &str = "id, rule, source, status, severity, title, description, resource, techniques, \
                       seen_count, occurrence, opened_at, last_seen_at, resolved_at, 'null'";

impl Reader<'_> {
    /// Returns the latest occurrence of the alert that `rule` raised from a finding, without its event.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn latest_alert(
        &self,
        rule: &RuleName,
        fingerprint: &Fingerprint,
    ) -> Result<Option<Alert>, DeskError> {
        let sql = format!(
            "SELECT {COLUMNS_BUT_EVENT} FROM alert WHERE fingerprint = ?1 AND rule = ?2 \
             ORDER BY occurrence DESC LIMIT 1"
        );
        self.connection
            .prepare_cached(&sql)
            .and_then(|mut s| {
                s.query_row(params![fingerprint.as_bytes(), rule.as_str()], read).optional()
            })
            .map_err(failed("find an alert"))
    }

    /// Returns an alert.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn alert(&self, id: AlertId) -> Result<Option<Alert>, DeskError> {
        let sql = format!("SELECT {COLUMNS} FROM alert WHERE id = ?1");
        self.connection
            .prepare_cached(&sql)
            .and_then(|mut statement| statement.query_row([id.to_string()], read).optional())
            .map_err(failed("read an alert"))
    }

    /// Returns alerts, newest first.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn alerts(&self, filter: &AlertFilter) -> Result<Vec<Alert>, DeskError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM alert WHERE (?1 IS NULL OR status = ?1) \
             AND (?5 OR source <> 'signalbox-canary') \
             AND (?2 IS NULL OR (opened_at, id) < (?2, ?3)) ORDER BY opened_at DESC, id DESC LIMIT ?4"
        );
        let (before_time, before_id) = filter
            .before
            .map_or((None, None), |(time, id)| (Some(time.as_millis()), Some(id.to_string())));
        self.connection
            .prepare_cached(&sql)
            .and_then(|mut statement| {
                let status = filter.status.map(AlertStatus::as_str);
                let limit = i64::try_from(filter.limit).unwrap_or(i64::MAX);
                let bound = params![status, before_time, before_id, limit, filter.with_canaries];
                statement.query_map(bound, read)?.collect()
            })
            .map_err(failed("list alerts"))
    }

    /// Returns what `rule` raised and nobody has resolved, oldest first. No index serves it: it is asked
    /// once, at the start.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn unresolved_alerts(&self, rule: &RuleName) -> Result<Vec<Alert>, DeskError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM alert WHERE rule = ?1 AND status != ?2 ORDER BY opened_at, id"
        );
        self.connection
            .prepare_cached(&sql)
            .and_then(|mut statement| {
                let resolved = AlertStatus::Resolved.as_str();
                statement.query_map(params![rule.as_str(), resolved], read)?.collect()
            })
            .map_err(failed("list what a rule has open"))
    }
}

impl Writer<'_> {
    /// Adds a new alert; `event` is its event as JSON, as it came, whatever the alert itself holds of it.
    ///
    /// # Errors
    /// Those of SQLite; an alert with the same id is one.
    pub fn insert_alert(
        &self,
        alert: &Alert,
        fingerprint: &Fingerprint,
        event: &str,
    ) -> Result<(), DeskError> {
        let sql = "INSERT INTO alert (id, rule, fingerprint, occurrence, status, severity, source, title, \
                   description, resource, techniques, seen_count, opened_at, last_seen_at, resolved_at, event) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";
        let resource = alert.resource.as_ref().map(json);
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.execute(params![
                    alert.id.to_string(),
                    alert.rule.as_str(),
                    fingerprint.as_bytes(),
                    alert.occurrence,
                    alert.status.as_str(),
                    alert.severity.id(),
                    alert.source.as_str(),
                    alert.title,
                    alert.description,
                    resource,
                    json(&alert.techniques),
                    alert.seen_count.cast_signed(),
                    alert.opened_at.as_millis(),
                    alert.last_seen_at.as_millis(),
                    alert.resolved_at.map(Timestamp::as_millis),
                    event
                ])
            })
            .map_err(failed("add an alert"))?;
        Ok(())
    }

    /// Writes back what changes in an alert's life; `event` is its latest event as JSON, where there is a new one.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn update_alert(&self, alert: &Alert, event: Option<&str>) -> Result<(), DeskError> {
        let sql = "UPDATE alert SET status = ?2, severity = ?3, seen_count = ?4, last_seen_at = ?5, \
                   resolved_at = ?6, event = coalesce(?7, event), title = ?8, description = ?9 WHERE id = ?1";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.execute(params![
                    alert.id.to_string(),
                    alert.status.as_str(),
                    alert.severity.id(),
                    alert.seen_count.cast_signed(),
                    alert.last_seen_at.as_millis(),
                    alert.resolved_at.map(Timestamp::as_millis),
                    event,
                    alert.title,
                    alert.description
                ])
            })
            .map_err(failed("update an alert"))?;
        Ok(())
    }

    /// Adds a line to the audit.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn audit(
        &self,
        now: Timestamp,
        who: &str,
        what: &str,
        subject: &str,
    ) -> Result<(), DeskError> {
        let sql = "INSERT INTO audit (at, who, what, subject) VALUES (?1, ?2, ?3, ?4)";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.execute(params![now.as_millis(), who, what, subject])
            })
            .map_err(failed("write the audit"))?;
        Ok(())
    }
}

pub(super) fn json<T: serde::Serialize>(value: &T) -> String {
    // Maps with text keys, lists and text: nothing here can fail to serialize.
    serde_json::to_string(value).unwrap_or_default()
}

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Alert> {
    let resource: Option<String> = row.get(7)?;
    let techniques: String = row.get(8)?;
    let event: String = row.get(14)?;
    Ok(Alert {
        id: parsed(0, &row.get::<_, String>(0)?, AlertId::parse)?,
        rule: RuleName::new(&row.get::<_, String>(1)?),
        source: IntegrationName::new(&row.get::<_, String>(2)?),
        status: parsed(3, &row.get::<_, String>(3)?, AlertStatus::parse)?,
        severity: Severity::from_id(row.get(4)?).unwrap_or(Severity::Unknown),
        title: row.get(5)?,
        description: row.get(6)?,
        resource: resource.and_then(|text| serde_json::from_str(&text).ok()),
        techniques: serde_json::from_str(&techniques).unwrap_or_default(),
        seen_count: row.get::<_, i64>(9)?.cast_unsigned(),
        occurrence: row.get(10)?,
        opened_at: Timestamp::from_millis(row.get(11)?),
        last_seen_at: Timestamp::from_millis(row.get(12)?),
        resolved_at: row.get::<_, Option<i64>>(13)?.map(Timestamp::from_millis),
        event: serde_json::from_str(&event).unwrap_or_default(),
    })
}

/// Reads a word of ours; what does not read back is a damaged row.
pub(super) fn parsed<T>(
    column: usize,
    text: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> rusqlite::Result<T> {
    parse(text).ok_or_else(|| {
        let what = format!("`{text}` does not read back; restore the desk from a backup");
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, what.into())
    })
}
