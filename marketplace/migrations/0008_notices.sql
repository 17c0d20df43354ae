-- Notices: what one person is to be told about an exchange. They wait a quarter of an hour for others of theirs, and
-- leave with them as one mail; the mail and the note that it was written are one transaction.
CREATE TABLE site.notice (
    id uuid PRIMARY KEY,
    position bigint NOT NULL,
    member_id text NOT NULL,
    company_id text NOT NULL,
    exchange_id text NOT NULL,
    listing_id text NOT NULL,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    mail_id uuid
);
COMMENT ON COLUMN site.notice.position IS 'The event they are told of: its words stay in the log until the mail is written.';
COMMENT ON COLUMN site.notice.company_id IS 'The side they are told as; empty for who runs the zone.';
COMMENT ON COLUMN site.notice.mail_id IS 'The mail that tells it, in the outbox; null while it waits.';
CREATE INDEX notice_waiting ON site.notice (member_id, at) WHERE mail_id IS NULL;
CREATE INDEX notice_told ON site.notice (at) WHERE mail_id IS NOT NULL;

ALTER TABLE site.outbox DROP CONSTRAINT outbox_kind_check;
ALTER TABLE site.outbox ADD CONSTRAINT outbox_kind_check CHECK (kind IN ('digest', 'sign_in', 'decision', 'exchange'));
