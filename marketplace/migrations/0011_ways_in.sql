-- Further ways in beside the mail, a second factor, and who came in when and how.

ALTER TABLE site.session
    ADD COLUMN proved_at timestamptz,
    ADD COLUMN strong boolean NOT NULL DEFAULT false;
UPDATE site.session SET proved_at = created_at;
ALTER TABLE site.session ALTER COLUMN proved_at SET NOT NULL;
COMMENT ON COLUMN site.session.proved_at IS 'When its person last showed who they are: what matters most asks for it again.';
COMMENT ON COLUMN site.session.strong IS 'By two factors: a passkey, or a code of an authenticator beside the mail or the passphrase.';

ALTER TABLE site.api_token ADD COLUMN last_used timestamptz;

CREATE TABLE site.passphrase (
    member_id text PRIMARY KEY,
    hash text NOT NULL CHECK (hash LIKE '$argon2id$%'),
    set_at timestamptz NOT NULL
);

-- Passkeys: the key itself never leaves its owner's device; what is here opens nothing.
CREATE TABLE site.passkey (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    member_id text NOT NULL,
    credential_id bytea NOT NULL UNIQUE,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    name text NOT NULL,
    made_at timestamptz NOT NULL,
    last_used timestamptz
);
CREATE INDEX passkey_member ON site.passkey (member_id, made_at);

CREATE TABLE site.passkey_challenge (
    challenge_sha256 bytea PRIMARY KEY CHECK (length(challenge_sha256) = 32),
    member_id text NOT NULL,
    expires_at timestamptz NOT NULL
);
COMMENT ON COLUMN site.passkey_challenge.member_id IS 'Who makes a passkey; empty for whoever comes in with one.';
CREATE INDEX passkey_challenge_expires ON site.passkey_challenge (expires_at);

CREATE TABLE site.second_factor (
    member_id text PRIMARY KEY,
    wanted_at timestamptz,
    secret bytea,
    confirmed_at timestamptz,
    last_step bigint NOT NULL DEFAULT 0,
    CHECK (confirmed_at IS NULL OR secret IS NOT NULL)
);
COMMENT ON COLUMN site.second_factor.wanted_at IS 'Since when we know them as an administrator: their days of grace begin.';
COMMENT ON COLUMN site.second_factor.secret IS 'Sealed under a key of the site, which the database does not hold.';
COMMENT ON COLUMN site.second_factor.last_step IS 'The newest code that was used: none works twice.';

CREATE TABLE site.recovery_code (
    member_id text NOT NULL,
    code_mac bytea NOT NULL CHECK (length(code_mac) = 32),
    used_at timestamptz,
    PRIMARY KEY (member_id, code_mac)
);

-- Kept twelve months and shown to the person whose account it is: no address, a browser and a system in two words.
CREATE TABLE site.sign_in_record (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    member_id text NOT NULL,
    at timestamptz NOT NULL,
    way text NOT NULL,
    entered boolean NOT NULL,
    device text NOT NULL
);
CREATE INDEX sign_in_record_member ON site.sign_in_record (member_id, at DESC, id DESC);
CREATE INDEX sign_in_record_at ON site.sign_in_record (at);
