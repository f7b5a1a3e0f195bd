//! Delivery steps: leased rows in lines, one line per alert and destination.
//!
//! Only the head of a line is ever leased. What waits behind it merges while it waits: a second
//! update adds nothing, because an update is rendered from the alert as it is when it is first tried.

use rusqlite::{OptionalExtension, Row, params};
use signalbox_model::time::Timestamp;
use signalbox_model::{
    Alert, AlertId, DeliveryKey, IntegrationName, Receipt, StepKind, TicketLink,
};

use super::alerts::{self, parsed};
use super::connection::failed;
use super::{DeskError, Reader, Writer};

/// A step to add.
#[derive(Clone, Copy, Debug)]
pub struct NewStep<'a> {
    /// The alert.
    pub alert: AlertId,
    /// Where it goes.
    pub destination: &'a IntegrationName,
    /// The template that the rule names; the destination's default where it names none.
    pub template: Option<&'a str>,
    /// Whether it may have been executed before, so that a look-up comes first.
    pub must_find: bool,
    /// When it is added, and first due.
    pub now: Timestamp,
    /// The event because of which it is added, by its position; none where a person does it.
    pub cause: Option<&'a str>,
}

/// A step that its holder alone may try.
#[derive(Clone, Debug)]
pub struct LeasedStep {
    /// Its key at the destination.
    pub key: DeliveryKey,
    /// The alert as it is now.
    pub alert: Alert,
    /// The step.
    pub kind: StepKind,
    /// The template that the rule names.
    pub template: Option<String>,
    /// Attempts that count against the retries.
    pub attempts: u32,
    /// When it was first tried.
    pub first_attempt_at: Option<Timestamp>,
    /// Settling needs this number: a later lease has a higher one.
    pub fence: i64,
    /// Whether an earlier attempt may have been executed, so that a look-up comes first.
    pub must_find: bool,
    /// What was rendered at the first attempt, as JSON.
    pub notification: Option<String>,
    /// What a person changed of it while it was dead, as JSON.
    pub amendment: Option<String>,
    /// The ticket of the alert at this destination, once it is known.
    pub ticket: Option<TicketLink>,
    /// What the destination named the alert at an earlier step.
    pub receipt: Option<Receipt>,
}

/// What is written down before an attempt is sent.
#[derive(Clone, Debug)]
pub struct NewAttempt {
    /// What is sent, as JSON; retries send the same.
    pub notification: String,
    /// The same in a line, for people.
    pub request: String,
    /// When it begins.
    pub now: Timestamp,
    /// When it is over at the latest.
    pub deadline: Timestamp,
    /// Until when the step is kept for this attempt.
    pub lease_until: Timestamp,
}

/// A step as lists show it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct StepRow {
    /// Its key at the destination.
    pub key: String,
    /// The alert.
    pub alert: String,
    /// Where it goes.
    pub destination: String,
    /// The step.
    pub step: String,
    /// Where it stands.
    pub state: String,
    /// Whether it waits behind a dead head.
    pub is_blocked: bool,
    /// Tries so far, those before a replay included.
    pub attempts: u32,
    /// Tries that count towards giving up: to be told to come back later is none.
    pub attempts_spent: u32,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it is due.
    pub next_at: Timestamp,
    /// Why it is where it is.
    pub reason: Option<String>,
    /// The vendor's words.
    pub answer: Option<String>,
    /// What the vendor calls the ticket.
    pub ticket: Option<String>,
    /// Where a person finds the ticket, where the vendor has such an address.
    pub ticket_url: Option<String>,
    /// The event because of which it was added, by its position.
    pub cause: Option<String>,
}

/// Which steps a list shows, oldest first.
#[derive(Clone, Debug, Default)]
pub struct StepFilter {
    /// Only those of this destination.
    pub destination: Option<String>,
    /// Only those in this state.
    pub state: Option<String>,
    /// Only those of this alert.
    pub alert: Option<AlertId>,
    /// Only those after this one (keyset paging).
    pub after: Option<(Timestamp, String)>,
    /// The most rows.
    pub limit: usize,
}

/// One try of a step.
#[derive(Clone, Debug, serde::Serialize)]
pub struct AttemptRow {
    /// When it began.
    pub started_at: Timestamp,
    /// When its outcome was known.
    pub ended_at: Option<Timestamp>,
    /// What became of it: `delivered`, or the kind of error.
    pub outcome: Option<String>,
    /// The error in words.
    pub message: Option<String>,
    /// What was sent, in a line.
    pub request: Option<String>,
}

impl Writer<'_> {
    /// Adds the step that opens an alert at a destination.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn add_open(&self, step: NewStep<'_>) -> Result<(), DeskError> {
        self.touch_delivery(step)?;
        self.insert_step(step, StepKind::Open)
    }

    /// Adds an update, unless one already waits behind another step: then the two merge. Says whether
    /// a step was added.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn add_update(&self, step: NewStep<'_>) -> Result<bool, DeskError> {
        if self.has_waiting(step, "update %")? {
            return Ok(false);
        }
        self.touch_delivery(step)?;
        let number = self.count_up(step, "updates")?;
        self.insert_step(step, StepKind::Update(number))?;
        Ok(true)
    }

    /// Adds a resolve, unless one already waits behind another step. Says whether a step was added.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn add_resolve(&self, step: NewStep<'_>) -> Result<bool, DeskError> {
        if self.has_waiting(step, "resolve %")? {
            return Ok(false);
        }
        self.touch_delivery(step)?;
        let number = self.count_up(step, "resolves")?;
        self.insert_step(step, StepKind::Resolve(number))?;
        Ok(true)
    }

    /// Leases up to `limit` due heads of `destination` until `until`, the longest due first.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn lease(
        &self,
        destination: &IntegrationName,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<LeasedStep>, DeskError> {
        self.reclaim(destination, now)?;
        let sql = "UPDATE step SET lease_until = ?3, fence = fence + 1 WHERE key IN (\
                   SELECT key FROM step WHERE destination = ?1 AND is_head = 1 AND state = 'pending' \
                   AND next_at <= ?2 AND lease_until <= ?2 ORDER BY next_at LIMIT ?4) RETURNING key";
        let keys: Vec<String> = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                let limit = i64::try_from(limit).unwrap_or(i64::MAX);
                let bound =
                    params![destination.as_str(), now.as_millis(), until.as_millis(), limit];
                statement.query_map(bound, |row| row.get(0))?.collect()
            })
            .map_err(failed("lease steps"))?;
        let leased = keys.iter().map(|key| self.step_by_key(key));
        leased.filter_map(Result::transpose).collect()
    }

    /// Writes down that an attempt begins, before anything is sent: a crash from here on finds the
    /// attempt and looks up before it sends again. Says whether the lease still held.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn begin_attempt(
        &self,
        step: &LeasedStep,
        attempt: &NewAttempt,
    ) -> Result<bool, DeskError> {
        let sql = "UPDATE step SET state = 'sending', notification = ?3, deadline = ?4, \
                   lease_until = ?6, first_attempt_at = coalesce(first_attempt_at, ?5) \
                   WHERE key = ?1 AND fence = ?2 AND state = 'pending'";
        let key = step.key.to_string();
        let held = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.execute(params![
                    key,
                    step.fence,
                    attempt.notification,
                    attempt.deadline.as_millis(),
                    attempt.now.as_millis(),
                    attempt.lease_until.as_millis()
                ])
            })
            .map_err(failed("begin an attempt"))?;
        if held == 1 {
            self.connection
                .prepare_cached(
                    "INSERT INTO attempt (step, fence, started_at, request) VALUES (?1, ?2, ?3, ?4)",
                )
                .and_then(|mut statement| {
                    let started_at = attempt.now.as_millis();
                    statement.execute(params![key, step.fence, started_at, attempt.request])
                })
                .map_err(failed("begin an attempt"))?;
        }
        Ok(held == 1)
    }

    /// Takes back attempts whose holder never settled them: the lease outlasts every attempt and the
    /// vendor's settle time, so the next holder may look up at once.
    fn reclaim(&self, destination: &IntegrationName, now: Timestamp) -> Result<(), DeskError> {
        let sql = "UPDATE step SET state = 'pending', must_find = 1, \
                   reason = 'an attempt ended without an outcome' \
                   WHERE destination = ?1 AND state = 'sending' AND lease_until <= ?2";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut s| s.execute(params![destination.as_str(), now.as_millis()]))
            .map_err(failed("take attempts back"))?;
        Ok(())
    }

    fn has_waiting(&self, step: NewStep<'_>, kind: &str) -> Result<bool, DeskError> {
        let sql = "SELECT 1 FROM step WHERE alert = ?1 AND destination = ?2 AND state = 'pending' \
                   AND is_head = 0 AND kind LIKE ?3 AND place = (\
                   SELECT max(place) FROM step WHERE alert = ?1 AND destination = ?2)";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.exists(params![step.alert.to_string(), step.destination.as_str(), kind])
            })
            .map_err(failed("look for a waiting step"))
    }

    fn touch_delivery(&self, step: NewStep<'_>) -> Result<(), DeskError> {
        let sql = "INSERT INTO delivery (alert, destination, notified_at) VALUES (?1, ?2, ?3) \
                   ON CONFLICT (alert, destination) DO UPDATE SET notified_at = excluded.notified_at";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.execute(params![
                    step.alert.to_string(),
                    step.destination.as_str(),
                    step.now.as_millis()
                ])
            })
            .map_err(failed("touch a delivery"))?;
        Ok(())
    }

    fn count_up(&self, step: NewStep<'_>, column: &'static str) -> Result<u32, DeskError> {
        let sql = format!(
            "UPDATE delivery SET {column} = {column} + 1 WHERE alert = ?1 AND destination = ?2 \
             RETURNING {column}"
        );
        self.connection
            .prepare_cached(&sql)
            .and_then(|mut statement| {
                let bound = params![step.alert.to_string(), step.destination.as_str()];
                statement.query_row(bound, |row| row.get(0))
            })
            .map_err(failed("number a step"))
    }

    fn insert_step(&self, step: NewStep<'_>, kind: StepKind) -> Result<(), DeskError> {
        let sql = "INSERT OR IGNORE INTO step (key, alert, destination, kind, place, is_head, state, template, \
                   created_at, next_at, must_find, cause) \
                   VALUES (?1, ?2, ?3, ?4, ?9, ?10, 'pending', ?5, ?6, ?6, ?7, ?8)";
        let key = DeliveryKey::derive(step.alert, step.destination, kind);
        let (place, is_head) = self.next_place(step)?;
        let added = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.execute(params![
                    key.to_string(),
                    step.alert.to_string(),
                    step.destination.as_str(),
                    kind.to_string(),
                    step.template,
                    step.now.as_millis(),
                    step.must_find,
                    step.cause,
                    place,
                    is_head
                ])
            })
            .map_err(failed("add a step"))?;
        if added == 0 {
            Ok(())
        } else {
            self.count_steps(step.destination.as_str(), "accepted", "", 1)
        }
    }

    /// Returns the place behind the last step of the line, and whether that is its head. A query of its own: within the
    /// insertion SQLite would make a table for its one row.
    fn next_place(&self, step: NewStep<'_>) -> Result<(i64, bool), DeskError> {
        let sql = "SELECT coalesce(max(place), 0) + 1, \
                   coalesce(sum(state IN ('pending', 'sending', 'dead')), 0) = 0 \
                   FROM step WHERE alert = ?1 AND destination = ?2";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                let bound = params![step.alert.to_string(), step.destination.as_str()];
                statement.query_row(bound, |row| Ok((row.get(0)?, row.get(1)?)))
            })
            .map_err(failed("find a step's place"))
    }
}

impl Reader<'_> {
    /// Returns when `destination` has something to do next: a head that is due, or an attempt whose lease
    /// runs out.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn next_due(&self, destination: &IntegrationName) -> Result<Option<Timestamp>, DeskError> {
        let sql = "SELECT min(at) FROM (\
                   SELECT min(next_at) AS at FROM step \
                   WHERE destination = ?1 AND is_head = 1 AND state = 'pending' UNION ALL \
                   SELECT min(lease_until) FROM step WHERE destination = ?1 AND state = 'sending')";
        let at: Option<i64> = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut s| s.query_row([destination.as_str()], |row| row.get(0)))
            .map_err(failed("find the next due step"))?;
        Ok(at.map(Timestamp::from_millis))
    }

    /// Returns when the alert was last notified at a destination.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn notified_at(
        &self,
        alert: AlertId,
        destination: &IntegrationName,
    ) -> Result<Option<Timestamp>, DeskError> {
        let sql = "SELECT notified_at FROM delivery WHERE alert = ?1 AND destination = ?2";
        let at: Option<i64> = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                let bound = params![alert.to_string(), destination.as_str()];
                statement.query_row(bound, |row| row.get(0)).optional()
            })
            .map_err(failed("read a delivery"))?;
        Ok(at.map(Timestamp::from_millis))
    }

    /// Returns steps, oldest first.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn steps(&self, filter: &StepFilter) -> Result<Vec<StepRow>, DeskError> {
        let sql = "SELECT step.key, step.alert, step.destination, step.kind, step.state, \
                   step.is_head = 0 AND step.state = 'pending' AND EXISTS (SELECT 1 FROM step AS head \
                   WHERE head.alert = step.alert AND head.destination = step.destination \
                   AND head.state = 'dead'), (SELECT count(*) FROM attempt WHERE attempt.step = step.key), \
                   step.attempts, step.created_at, step.next_at, step.reason, step.answer, \
                   delivery.ticket, step.cause FROM step \
                   JOIN delivery ON delivery.alert = step.alert AND delivery.destination = step.destination \
                   WHERE (?1 IS NULL OR step.destination = ?1) AND (?2 IS NULL OR step.state = ?2) \
                   AND (?3 IS NULL OR step.alert = ?3) \
                   AND (?4 IS NULL OR (step.created_at, step.key) > (?4, ?5)) \
                   ORDER BY step.created_at, step.key LIMIT ?6";
        let (after_time, after_key) = filter
            .after
            .as_ref()
            .map_or((None, None), |(time, key)| (Some(time.as_millis()), Some(key.as_str())));
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                let bound = params![
                    filter.destination,
                    filter.state,
                    filter.alert.map(|id| id.to_string()),
                    after_time,
                    after_key,
                    i64::try_from(filter.limit).unwrap_or(i64::MAX)
                ];
                statement.query_map(bound, read_row)?.collect()
            })
            .map_err(failed("list steps"))
    }

    /// Returns a step with its alert as it is now, for showing what would be sent.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn step(&self, key: DeliveryKey) -> Result<Option<LeasedStep>, DeskError> {
        self.step_by_key(&key.to_string())
    }

    fn step_by_key(&self, key: &str) -> Result<Option<LeasedStep>, DeskError> {
        let sql = "SELECT alert.id, alert.rule, alert.source, alert.status, alert.severity, alert.title, \
                   alert.description, alert.resource, alert.techniques, alert.seen_count, \
                   alert.occurrence, alert.opened_at, alert.last_seen_at, alert.resolved_at, alert.event, \
                   step.key, step.kind, step.template, step.attempts, step.first_attempt_at, step.fence, \
                   step.must_find, step.notification, delivery.ticket, delivery.receipt, step.amendment \
                   FROM step JOIN alert ON alert.id = step.alert \
                   JOIN delivery ON delivery.alert = step.alert AND delivery.destination = step.destination \
                   WHERE step.key = ?1";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.query_row([key], read_leased).optional())
            .map_err(failed("read a step"))
    }

    /// Returns the attempts of a step, first to last.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn attempts(&self, key: DeliveryKey) -> Result<Vec<AttemptRow>, DeskError> {
        let sql = "SELECT started_at, ended_at, outcome, message, request FROM attempt WHERE step = ?1 \
                   ORDER BY fence";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.query_map([key.to_string()], AttemptRow::read)?.collect()
            })
            .map_err(failed("list attempts"))
    }
}

impl AttemptRow {
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            started_at: Timestamp::from_millis(row.get(0)?),
            ended_at: row.get::<_, Option<i64>>(1)?.map(Timestamp::from_millis),
            outcome: row.get(2)?,
            message: row.get(3)?,
            request: row.get(4)?,
        })
    }
}

fn read_leased(row: &Row<'_>) -> rusqlite::Result<LeasedStep> {
    let ticket: Option<String> = row.get(23)?;
    Ok(LeasedStep {
        alert: alerts::read(row)?,
        key: parsed(15, &row.get::<_, String>(15)?, DeliveryKey::parse)?,
        kind: parsed(16, &row.get::<_, String>(16)?, StepKind::parse)?,
        template: row.get(17)?,
        attempts: row.get(18)?,
        first_attempt_at: row.get::<_, Option<i64>>(19)?.map(Timestamp::from_millis),
        fence: row.get(20)?,
        must_find: row.get(21)?,
        notification: row.get(22)?,
        ticket: ticket.and_then(|text| serde_json::from_str(&text).ok()),
        receipt: row.get::<_, Option<String>>(24)?.map(Receipt),
        amendment: row.get(25)?,
    })
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<StepRow> {
    let ticket: Option<String> = row.get(12)?;
    let ticket = ticket.and_then(|text| serde_json::from_str::<TicketLink>(&text).ok());
    Ok(StepRow {
        key: row.get(0)?,
        alert: row.get(1)?,
        destination: row.get(2)?,
        step: row.get(3)?,
        state: row.get(4)?,
        is_blocked: row.get(5)?,
        attempts: row.get(6)?,
        attempts_spent: row.get(7)?,
        created_at: Timestamp::from_millis(row.get(8)?),
        next_at: Timestamp::from_millis(row.get(9)?),
        reason: row.get(10)?,
        answer: row.get(11)?,
        ticket: ticket.as_ref().map(|link| link.number.clone()),
        ticket_url: ticket.and_then(|link| link.url),
        cause: row.get(13)?,
    })
}
