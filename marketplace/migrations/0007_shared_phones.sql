-- Phones that several people of a company share: signed in as the company's phone, and as nobody in particular.

ALTER TABLE site.session
    ALTER COLUMN member_id DROP NOT NULL,
    ADD COLUMN phone_id text,
    ADD CONSTRAINT session_holder CHECK (num_nonnulls(member_id, phone_id) = 1);
COMMENT ON COLUMN site.session.phone_id IS 'The phone is signed in, and no person; who revokes it ends its sessions.';
CREATE INDEX session_phone ON site.session (phone_id) WHERE phone_id IS NOT NULL;

-- A code that someone of the company reads out to whoever holds the phone. The phone is known to the log once it is typed.
CREATE TABLE site.pairing (
    code_mac bytea PRIMARY KEY CHECK (length(code_mac) = 32),
    company_id text NOT NULL,
    member_id text NOT NULL,
    name text NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
COMMENT ON COLUMN site.pairing.member_id IS 'Who made the code: the phone is paired in their name.';
COMMENT ON COLUMN site.pairing.name IS 'What they typed; blank once the code is used, since the log holds it then.';
CREATE INDEX pairing_expires ON site.pairing (expires_at);
