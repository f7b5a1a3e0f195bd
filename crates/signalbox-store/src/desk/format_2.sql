-- From format 1 to 2: what dead letters need to be shown, edited and discarded, and since when a step that was
-- sent again waits; and what streams were told to send once more.

ALTER TABLE step ADD COLUMN amendment TEXT;
ALTER TABLE step ADD COLUMN revived_at INTEGER;
CREATE INDEX step_dead ON step (settled_at, key) WHERE state = 'dead';

ALTER TABLE attempt ADD COLUMN request TEXT;

ALTER TABLE item ADD COLUMN settled_at INTEGER;
ALTER TABLE item ADD COLUMN amendment BLOB;
UPDATE item SET settled_at = created_at WHERE state = 'dead';
CREATE INDEX item_dead ON item (settled_at, stream, position) WHERE state = 'dead';

ALTER TABLE checkpoint ADD COLUMN replayed INTEGER NOT NULL DEFAULT 0;

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
