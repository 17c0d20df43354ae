-- What came back of a mail that had left, whom no mail may be sent to, and who looked at the mail of another.

-- The kinds of mail are the program's: a new one comes with the code that writes it, and needs no change here.
ALTER TABLE site.outbox DROP CONSTRAINT outbox_kind_check;

ALTER TABLE site.outbox
    ADD COLUMN returned_at timestamptz,
    ADD COLUMN returned text NOT NULL DEFAULT '',
    ADD CHECK ((returned_at IS NULL) = (returned = ''));
COMMENT ON COLUMN site.outbox.returned IS 'Why a mail that had left came back, as the bounce reader understood it.';
CREATE INDEX outbox_of_member ON site.outbox (member_id, created_at DESC, id DESC);

-- By the keyed hash of the address alone: it outlives the erasure of the person, so that whoever complained and was
-- erased is not written to again when somebody invites the same address.
CREATE TABLE site.suppressed (
    address_key text PRIMARY KEY,
    why text NOT NULL CHECK (why IN ('refused', 'complaint')),
    at timestamptz NOT NULL
);

-- Kept twelve months and shown to the person whose mail it was.
CREATE TABLE site.mail_looked_at (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    member_id text NOT NULL,
    by_member text NOT NULL,
    mail_id uuid NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX mail_looked_at_member ON site.mail_looked_at (member_id, at DESC);
CREATE INDEX mail_looked_at_at ON site.mail_looked_at (at);
