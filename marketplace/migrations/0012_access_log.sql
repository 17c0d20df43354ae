-- Who looked at what about whom: contact details, the mail of another, files that name people. Shown to the person,
-- and dropped after the time that the settings give.
CREATE TABLE site.access_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject text NOT NULL,
    by_actor text NOT NULL,
    what text NOT NULL CHECK (what IN ('contact', 'mail', 'export', 'own_data')),
    thing text NOT NULL,
    at timestamptz NOT NULL
);
COMMENT ON COLUMN site.access_log.subject IS 'A member, a company or a zone: its people read the row.';
COMMENT ON COLUMN site.access_log.thing IS 'What was opened: the id of an exchange, of a mail, or the name of a file.';
CREATE INDEX access_log_subject ON site.access_log (subject, at DESC, id DESC);
CREATE INDEX access_log_at ON site.access_log (at);

INSERT INTO site.access_log (subject, by_actor, what, thing, at)
SELECT member_id, 'member:' || by_member, 'mail', mail_id::text, at FROM site.mail_looked_at ORDER BY id;
DROP TABLE site.mail_looked_at;

-- An address that was erased is not written to again either, though it never complained.
ALTER TABLE site.suppressed DROP CONSTRAINT suppressed_why_check;
ALTER TABLE site.suppressed ADD CONSTRAINT suppressed_why_check CHECK (why IN ('refused', 'complaint', 'erased'));

-- Erasures whose words may still stand in a read model, until each of them is built anew. Nothing but ids.
CREATE TABLE site.erasing (
    subject text PRIMARY KEY,
    asked_at timestamptz NOT NULL
);
