-- From format 5 to 6: alerts in the order they came, as findings since format 3: a new one is written behind the last and
-- its event into no page of its own.

DROP INDEX alert_occurrence;
DROP INDEX alert_opened;
DROP INDEX alert_canary;
DROP INDEX alert_canary_open;
ALTER TABLE alert RENAME TO alert_before;
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
INSERT INTO alert SELECT * FROM alert_before ORDER BY opened_at, id;
DROP TABLE alert_before;
CREATE UNIQUE INDEX alert_occurrence ON alert (fingerprint, rule, occurrence);
CREATE INDEX alert_opened ON alert (opened_at, id);
CREATE INDEX alert_canary ON alert (rule, opened_at) WHERE source = 'signalbox-canary';
CREATE INDEX alert_canary_open ON alert (opened_at) WHERE source = 'signalbox-canary' AND status <> 'resolved';
