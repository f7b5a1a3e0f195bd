//! Dead letters: steps and events that were given up but kept, in one list.
//!
//! A dead letter is a state of its row, not a place, so it stays listed after its integration left the
//! configuration. Whatever a person does to one happens in one transaction with the sums that count it.

use std::fmt;

use rusqlite::{OptionalExtension, Row, params};
use signalbox_model::DeliveryKey;
use signalbox_model::time::Timestamp;

use super::connection::failed;
use super::{DeskError, Reader, Writer};

/// Names a dead letter: a step's key, an event as `stream:position`, or a range as `stream:first..last`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeadLetterId {
    /// A step of an alert's delivery.
    Step(DeliveryKey),
    /// An event that a stream gave up.
    Event {
        /// The stream.
        stream: String,
        /// The event's position in the journal.
        position: String,
    },
    /// Everything that a stream gave up at once.
    Range {
        /// The stream.
        stream: String,
        /// The checkpoint that it begins behind.
        first: String,
        /// The position that it ends with.
        last: String,
    },
}

/// A dead letter as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DeadLetter {
    /// Its name.
    pub id: String,
    /// Where it was to go.
    pub integration: String,
    /// `open`, `update n` or `resolve n` of an alert, `event` or `range` of a stream.
    pub kind: String,
    /// The alert rule that sent it.
    pub rule: Option<String>,
    /// The alert.
    pub alert: Option<String>,
    /// Tries so far, those before a replay included.
    pub attempts: u32,
    /// When it was given up.
    pub died_at: Timestamp,
    /// Why.
    pub reason: String,
    /// The vendor's words.
    pub answer: Option<String>,
    /// Whether a person changed what a replay sends.
    pub is_edited: bool,
    /// Whether it is dead no more but being sent: a range, until it is through.
    #[serde(default)]
    pub is_being_sent: bool,
}

/// Which dead letters a list shows, the longest dead first.
#[derive(Clone, Debug, Default)]
pub struct DeadFilter {
    /// Only those of this integration.
    pub integration: Option<String>,
    /// Only those that this alert rule sent.
    pub rule: Option<String>,
    /// Only those whose reason or answer contains this, whatever the case of its ASCII letters.
    pub reason_contains: Option<String>,
    /// Only those given up at or after this time.
    pub since: Option<Timestamp>,
    /// Only `open`, `update`, `resolve`, `event` or `range`.
    pub kind: Option<String>,
    /// Only those after this one (keyset paging).
    pub after: Option<(Timestamp, String)>,
    /// The most rows.
    pub limit: usize,
}

impl DeadLetterId {
    /// Reads an id as [`Display`](fmt::Display) writes it.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some((stream, position)) = text.split_once(':') {
            let stream = stream.to_owned();
            return Some(match position.split_once("..") {
                Some((first, last)) => {
                    Self::Range { stream, first: first.to_owned(), last: last.to_owned() }
                }
                None => Self::Event { stream, position: position.to_owned() },
            });
        }
        DeliveryKey::parse(text).map(Self::Step)
    }
}

impl fmt::Display for DeadLetterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Step(key) => key.fmt(f),
            Self::Event { stream, position } => write!(f, "{stream}:{position}"),
            Self::Range { stream, first, last } => write!(f, "{stream}:{first}..{last}"),
        }
    }
}

/// The dead steps, in the shape of both kinds.
const STEPS: &str = "\
    SELECT step.key AS id, step.destination AS integration, step.kind AS kind, alert.rule AS rule, \
    step.alert AS alert, (SELECT count(*) FROM attempt WHERE attempt.step = step.key) AS attempts, \
    step.settled_at AS died_at, step.reason AS reason, step.answer AS answer, \
    step.amendment IS NOT NULL AS is_edited, 0 AS is_being_sent \
    FROM step JOIN alert ON alert.id = step.alert WHERE step.state = 'dead'";

/// The dead events, in the shape of both kinds. Tries before format 2 were counted, not written down.
const EVENTS: &str = "\
    SELECT item.stream || ':' || item.position AS id, item.stream AS integration, 'event' AS kind, \
    NULL AS rule, NULL AS alert, max(item.attempts, (SELECT count(*) FROM item_attempt AS tried \
    WHERE tried.stream = item.stream AND tried.position = item.position)) AS attempts, \
    item.settled_at AS died_at, item.reason AS reason, item.answer AS answer, \
    item.amendment IS NOT NULL AS is_edited, 0 AS is_being_sent FROM item WHERE item.state = 'dead'";

/// The ranges, in the same shape. One that is being sent is listed until it is through, so that it can be discarded.
const RANGES: &str = "\
    SELECT stream || ':' || first || '..' || last AS id, stream AS integration, 'range' AS kind, \
    NULL AS rule, NULL AS alert, 0 AS attempts, settled_at AS died_at, CASE state WHEN 'pending' \
    THEN 'being sent, ' || events || ' events are left; ' || reason ELSE reason END AS reason, \
    NULL AS answer, 0 AS is_edited, state = 'pending' AS is_being_sent FROM item_range WHERE true";

impl Reader<'_> {
    /// Returns dead letters, the longest dead first.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn dead_letters(&self, filter: &DeadFilter) -> Result<Vec<DeadLetter>, DeskError> {
        let sql = format!(
            "SELECT * FROM ({STEPS} UNION ALL {EVENTS} UNION ALL {RANGES}) WHERE (?1 IS NULL OR integration = ?1) \
             AND (?2 IS NULL OR rule = ?2) \
             AND (?3 IS NULL OR instr(lower(reason || ' ' || coalesce(answer, '')), lower(?3)) > 0) \
             AND (?4 IS NULL OR died_at >= ?4) \
             AND (?5 IS NULL OR kind = ?5 OR kind LIKE ?5 || ' %') \
             AND (?6 IS NULL OR (died_at, id) > (?6, ?7)) ORDER BY died_at, id LIMIT ?8"
        );
        let (after_time, after_id) = filter
            .after
            .as_ref()
            .map_or((None, None), |(time, id)| (Some(time.as_millis()), Some(id.as_str())));
        self.connection
            .prepare_cached(&sql)
            .and_then(|mut statement| {
                let bound = params![
                    filter.integration,
                    filter.rule,
                    filter.reason_contains,
                    filter.since.map(Timestamp::as_millis),
                    filter.kind,
                    after_time,
                    after_id,
                    i64::try_from(filter.limit).unwrap_or(i64::MAX)
                ];
                statement.query_map(bound, read)?.collect()
            })
            .map_err(failed("list dead letters"))
    }

    /// Returns a dead letter; `None` where there is none of this id, or it is dead no more. A range is one until it is
    /// through.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn dead_letter(&self, id: &DeadLetterId) -> Result<Option<DeadLetter>, DeskError> {
        let found = match id {
            DeadLetterId::Step(key) => self
                .connection
                .prepare_cached(&format!("{STEPS} AND step.key = ?1"))
                .and_then(|mut statement| statement.query_row([key.to_string()], read).optional()),
            DeadLetterId::Event { stream, position } => self
                .connection
                .prepare_cached(&format!("{EVENTS} AND item.stream = ?1 AND item.position = ?2"))
                .and_then(|mut statement| statement.query_row([stream, position], read).optional()),
            DeadLetterId::Range { stream, first, last } => self
                .connection
                .prepare_cached(&format!("{RANGES} AND stream = ?1 AND first = ?2 AND last = ?3"))
                .and_then(|mut statement| {
                    statement.query_row([stream, first, last], read).optional()
                }),
        };
        found.map_err(failed("read a dead letter"))
    }

    /// Returns how many dead letters an integration has, by the sums that the ledger shows; a range is one.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn count_dead(&self, integration: &str) -> Result<u64, DeskError> {
        let sql = "SELECT coalesce((SELECT sum(value) FROM step_count \
                   WHERE destination = ?1 AND term = 'dead'), 0) \
                   + coalesce((SELECT dead FROM checkpoint WHERE reader = ?1), 0) \
                   + coalesce((SELECT sum(1 - events) FROM item_range WHERE stream = ?1 AND state = 'dead'), 0)";
        let count: i64 = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.query_row([integration], |row| row.get(0)))
            .map_err(failed("count dead letters"))?;
        Ok(u64::try_from(count).unwrap_or_default())
    }
}

impl Writer<'_> {
    /// Sends a dead letter again, attempts from zero. Says whether it was dead.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn replay(&self, id: &DeadLetterId, now: Timestamp) -> Result<bool, DeskError> {
        match id {
            DeadLetterId::Step(key) => Ok(self.revive_step(*key, now)?.is_some()),
            DeadLetterId::Event { stream, position } => self.revive_item(stream, position, now),
            DeadLetterId::Range { stream, first, last } => {
                self.revive_range((stream, first, last), now)
            }
        }
    }

    /// Keeps what a person changed of a dead letter: a step's amendment, or an event's new JSON; `None`
    /// goes back to the original. Says whether it was dead. A range is not changed.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn amend(&self, id: &DeadLetterId, amendment: Option<&str>) -> Result<bool, DeskError> {
        let changed = match id {
            DeadLetterId::Step(key) => self
                .connection
                .prepare_cached("UPDATE step SET amendment = ?2 WHERE key = ?1 AND state = 'dead'")
                .and_then(|mut statement| statement.execute(params![key.to_string(), amendment])),
            DeadLetterId::Event { stream, position } => self
                .connection
                .prepare_cached(
                    "UPDATE item SET amendment = ?3 \
                     WHERE stream = ?1 AND position = ?2 AND state = 'dead'",
                )
                .and_then(|mut statement| {
                    statement.execute(params![stream, position, amendment.map(str::as_bytes)])
                }),
            DeadLetterId::Range { .. } => Ok(0),
        };
        Ok(changed.map_err(failed("edit a dead letter"))? == 1)
    }

    /// Gives a dead letter up for good, by a person's decision: it counts as suppressed, and the next step
    /// of its line goes. Says whether it was dead; a range may also be being sent.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn discard(
        &self,
        id: &DeadLetterId,
        reason: &str,
        now: Timestamp,
    ) -> Result<bool, DeskError> {
        match id {
            DeadLetterId::Step(key) => self.discard_step(*key, reason, now),
            DeadLetterId::Event { stream, position } => self.discard_item(stream, position),
            DeadLetterId::Range { stream, first, last } => {
                self.discard_range((stream, first, last))
            }
        }
    }

    fn discard_step(
        &self,
        key: DeliveryKey,
        reason: &str,
        now: Timestamp,
    ) -> Result<bool, DeskError> {
        let sql = "UPDATE step SET state = 'discarded', settled_at = ?2, reason = ?3 \
                   WHERE key = ?1 AND state = 'dead' RETURNING destination";
        let destination: Option<String> = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                let bound = params![key.to_string(), now.as_millis(), reason];
                statement.query_map(bound, |row| row.get(0))?.next().transpose()
            })
            .map_err(failed("discard a step"))?;
        let Some(destination) = destination else { return Ok(false) };
        self.count_steps(&destination, "dead", "", -1)?;
        self.count_steps(&destination, "suppressed", "discarded", 1)?;
        self.promote_next(key)?;
        Ok(true)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<DeadLetter> {
    Ok(DeadLetter {
        id: row.get(0)?,
        integration: row.get(1)?,
        kind: row.get(2)?,
        rule: row.get(3)?,
        alert: row.get(4)?,
        attempts: row.get(5)?,
        died_at: Timestamp::from_millis(row.get(6)?),
        reason: row.get(7)?,
        answer: row.get(8)?,
        is_edited: row.get(9)?,
        is_being_sent: row.get(10)?,
    })
}
