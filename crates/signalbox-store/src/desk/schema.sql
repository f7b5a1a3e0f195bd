-- The desk, format 6. Times are milliseconds since 1970-01-01 UTC; states are words.

CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- How far each reader of the journal has come, in the transaction of its effect.
CREATE TABLE checkpoint (
    reader     TEXT PRIMARY KEY,
    position   TEXT NOT NULL,
    delivered  INTEGER NOT NULL DEFAULT 0,
    dead       INTEGER NOT NULL DEFAULT 0,
    suppressed INTEGER NOT NULL DEFAULT 0,
    -- Pairs that a person had sent again by moving the position back: they are accepted once more.
    replayed   INTEGER NOT NULL DEFAULT 0,
    lost       INTEGER NOT NULL DEFAULT 0,
    -- When the position was last moved back: what is behind it waits since then.
    replayed_at INTEGER
) WITHOUT ROWID;

-- What a source's poller goes on from, committed with the page that it follows.
CREATE TABLE source_checkpoint (
    integration TEXT PRIMARY KEY,
    checkpoint  BLOB NOT NULL
) WITHOUT ROWID;

-- Every version of the rules that a stored decision names.
CREATE TABLE rule_set (hash TEXT PRIMARY KEY, body TEXT NOT NULL, applied_at INTEGER NOT NULL) WITHOUT ROWID;

-- Final word on duplicates, kept for 30 days.
CREATE TABLE event_id (
    integration TEXT NOT NULL,
    event_id    TEXT NOT NULL,
    seen_at     INTEGER NOT NULL,
    PRIMARY KEY (integration, event_id)
) WITHOUT ROWID;
CREATE INDEX event_id_seen ON event_id (seen_at);

-- With a rowid, unlike the others: the events are long and stay in the order they came, and only the short index of
-- the fingerprints is written all over.
CREATE TABLE finding (
    fingerprint   BLOB PRIMARY KEY,
    integration   TEXT NOT NULL,
    title         TEXT NOT NULL,
    severity      INTEGER NOT NULL,
    status        TEXT NOT NULL,
    resource_uid  TEXT,
    first_seen_at INTEGER NOT NULL,
    last_seen_at  INTEGER NOT NULL,
    seen_count    INTEGER NOT NULL,
    event         TEXT NOT NULL
);
CREATE INDEX finding_last_seen ON finding (last_seen_at);

-- With a rowid, as findings are and for the same reason.
CREATE TABLE alert (
    id           TEXT NOT NULL PRIMARY KEY,
    rule         TEXT NOT NULL,
    fingerprint  BLOB NOT NULL,
    occurrence   INTEGER NOT NULL,
    status       TEXT NOT NULL,
    severity     INTEGER NOT NULL,
    source       TEXT NOT NULL,
    title        TEXT NOT NULL,
    description  TEXT NOT NULL,
    resource     TEXT,
    techniques   TEXT NOT NULL,
    seen_count   INTEGER NOT NULL,
    opened_at    INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    resolved_at  INTEGER,
    event        TEXT NOT NULL
);
CREATE UNIQUE INDEX alert_occurrence ON alert (fingerprint, rule, occurrence);
CREATE INDEX alert_opened ON alert (opened_at, id);
-- The canaries of a rule, and those that are not closed. The name is that of their source.
CREATE INDEX alert_canary ON alert (rule, opened_at) WHERE source = 'signalbox-canary';
CREATE INDEX alert_canary_open ON alert (opened_at) WHERE source = 'signalbox-canary' AND status <> 'resolved';

-- One alert at one destination: what the vendor named it, and how many steps of each kind it had.
CREATE TABLE delivery (
    alert       TEXT NOT NULL,
    destination TEXT NOT NULL,
    updates     INTEGER NOT NULL DEFAULT 0,
    resolves    INTEGER NOT NULL DEFAULT 0,
    notified_at INTEGER NOT NULL,
    ticket      TEXT,
    receipt     TEXT,
    PRIMARY KEY (alert, destination)
) WITHOUT ROWID;

-- What a destination does not know of an alert because of a silence; gone once it is told. `is_opening` says that it
-- was not told that the alert opened, for the first time or again.
CREATE TABLE silenced (
    alert       TEXT NOT NULL,
    destination TEXT NOT NULL,
    silence     TEXT NOT NULL,
    until       INTEGER NOT NULL,
    is_opening  INTEGER NOT NULL,
    held_back   INTEGER NOT NULL,
    latest_at   INTEGER NOT NULL,
    PRIMARY KEY (alert, destination)
) WITHOUT ROWID;

-- The leased rows. Only the head of a line may be on its way; what waits behind a dead head stays pending. `cause` is
-- the position of the event that added the step; null where a person did, or a program of format 4.
CREATE TABLE step (
    key              TEXT PRIMARY KEY,
    alert            TEXT NOT NULL,
    destination      TEXT NOT NULL,
    kind             TEXT NOT NULL,
    place            INTEGER NOT NULL,
    is_head          INTEGER NOT NULL,
    state            TEXT NOT NULL,
    template         TEXT,
    created_at       INTEGER NOT NULL,
    next_at          INTEGER NOT NULL,
    attempts         INTEGER NOT NULL DEFAULT 0,
    first_attempt_at INTEGER,
    fence            INTEGER NOT NULL DEFAULT 0,
    lease_until      INTEGER NOT NULL DEFAULT 0,
    deadline         INTEGER,
    must_find        INTEGER NOT NULL DEFAULT 0,
    notification     TEXT,
    reason           TEXT,
    answer           TEXT,
    settled_at       INTEGER,
    amendment        TEXT,
    revived_at       INTEGER,
    cause            TEXT
) WITHOUT ROWID;
CREATE INDEX step_due ON step (destination, next_at) WHERE is_head = 1 AND state = 'pending';
CREATE INDEX step_line ON step (alert, destination, place);
CREATE INDEX step_state ON step (destination, state, created_at);
CREATE INDEX step_dead ON step (settled_at, key) WHERE state = 'dead';

CREATE TABLE attempt (
    step       TEXT NOT NULL,
    fence      INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at   INTEGER,
    outcome    TEXT,
    message    TEXT,
    request    TEXT,
    PRIMARY KEY (step, fence)
) WITHOUT ROWID;

-- Sums of the steps by destination, moved in the transaction of the change they count. `forgotten`, by the state that
-- they ended in, are those of which the rows are gone.
CREATE TABLE step_count (
    destination TEXT NOT NULL,
    term        TEXT NOT NULL,
    reason      TEXT NOT NULL DEFAULT '',
    value       INTEGER NOT NULL,
    PRIMARY KEY (destination, term, reason)
) WITHOUT ROWID;

-- Events of streams that failed alone: retried on their own time, or given up but kept.
CREATE TABLE item (
    stream      TEXT NOT NULL,
    position    TEXT NOT NULL,
    state       TEXT NOT NULL,
    source      TEXT NOT NULL,
    event_time  INTEGER NOT NULL,
    event       BLOB NOT NULL,
    attempts    INTEGER NOT NULL,
    next_at     INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    reason      TEXT NOT NULL,
    answer      TEXT,
    settled_at  INTEGER,
    amendment   BLOB,
    PRIMARY KEY (stream, position)
) WITHOUT ROWID;
CREATE INDEX item_state ON item (stream, state);
CREATE INDEX item_position ON item (position);
CREATE INDEX item_due ON item (stream, next_at) WHERE state = 'parked';
CREATE INDEX item_dead ON item (settled_at, stream, position) WHERE state = 'dead';

-- The tries of an item, from the one that set it aside; they go with it.
CREATE TABLE item_attempt (
    stream     TEXT NOT NULL,
    position   TEXT NOT NULL,
    number     INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at   INTEGER NOT NULL,
    outcome    TEXT NOT NULL,
    message    TEXT NOT NULL,
    request    TEXT NOT NULL,
    PRIMARY KEY (stream, position, number)
) WITHOUT ROWID;

-- Parts of the journal that a stream is sent beside what is new: given up as one dead letter because it waited for too
-- long, or decided about anew.
CREATE TABLE item_range (
    stream     TEXT NOT NULL,
    first      TEXT NOT NULL,
    last       TEXT NOT NULL,
    position   TEXT NOT NULL,
    events     INTEGER NOT NULL,
    state      TEXT NOT NULL,
    reason     TEXT NOT NULL,
    settled_at INTEGER NOT NULL,
    -- Since when it is sent again: then it is dead no more, but here until it is through.
    revived_at INTEGER,
    -- Decided about anew: the version of the rules that did so, empty once others do; and how far the stream was then.
    rules      TEXT,
    passed     TEXT,
    PRIMARY KEY (stream, first, last)
) WITHOUT ROWID;

CREATE TABLE quarantine (
    position    TEXT PRIMARY KEY,
    integration TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    reason      TEXT NOT NULL,
    bytes       BLOB NOT NULL
) WITHOUT ROWID;

-- What survives a restart of an integration's state.
CREATE TABLE integration (
    name       TEXT PRIMARY KEY,
    connector  TEXT NOT NULL,
    is_enabled INTEGER NOT NULL DEFAULT 1,
    parked     TEXT,
    changed_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE audit (
    id      INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    who     TEXT NOT NULL,
    what    TEXT NOT NULL,
    subject TEXT NOT NULL
);
