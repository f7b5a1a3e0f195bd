-- From format 3 to 4: what destinations were not told because of a silence; and the canaries of a rule.

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

-- The canaries of a rule, and those that are not closed. The name is that of their source.
CREATE INDEX alert_canary ON alert (rule, opened_at) WHERE source = 'signalbox-canary';
CREATE INDEX alert_canary_open ON alert (opened_at) WHERE source = 'signalbox-canary' AND status <> 'resolved';
