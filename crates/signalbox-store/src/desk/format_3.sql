-- From format 2 to 3: what damage of the journal took from a stream.

ALTER TABLE checkpoint ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;
