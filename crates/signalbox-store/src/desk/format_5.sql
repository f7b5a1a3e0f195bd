-- From format 4 to 5: the event that added a step, by its position; null where a person did, or format 4.

ALTER TABLE step ADD COLUMN cause TEXT;
