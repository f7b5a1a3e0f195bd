-- From format 2 to 3: what damage of the journal took from a stream, and since when it waits once more; and findings in the order they came, so that a new
-- one is written behind the last and not into the middle of a tree of whole events.

ALTER TABLE finding RENAME TO finding_before;
DROP INDEX finding_last_seen;
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
INSERT INTO finding SELECT * FROM finding_before;
DROP TABLE finding_before;
CREATE INDEX finding_last_seen ON finding (last_seen_at);

ALTER TABLE checkpoint ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;
ALTER TABLE checkpoint ADD COLUMN replayed_at INTEGER;

CREATE TABLE item_range (
    stream     TEXT NOT NULL,
    first      TEXT NOT NULL,
    last       TEXT NOT NULL,
    position   TEXT NOT NULL,
    events     INTEGER NOT NULL,
    state      TEXT NOT NULL,
    reason     TEXT NOT NULL,
    settled_at INTEGER NOT NULL,
    revived_at INTEGER,
    rules      TEXT,
    passed     TEXT,
    PRIMARY KEY (stream, first, last)
) WITHOUT ROWID;
