-- Reactions: what follows from an event by itself. Each has its own position, which moves in the transaction that
-- holds what followed; a reaction begins at the head of the log on the day it is first run, so history causes nothing.
CREATE TABLE log.reaction (
    name text PRIMARY KEY,
    position bigint NOT NULL,
    error text,
    since timestamptz
);
COMMENT ON COLUMN log.reaction.since IS 'Stopped at a broken event: since when, by the one clock.';
GRANT INSERT, UPDATE ON log.reaction TO marketplace_append;
GRANT SELECT ON log.reaction TO marketplace_web;

ALTER TABLE site.outbox DROP CONSTRAINT outbox_kind_check;
ALTER TABLE site.outbox ADD CONSTRAINT outbox_kind_check CHECK (kind IN ('digest', 'sign_in', 'decision'));
