-- The site's working state: who is signed in on which device, how they sign in, and what was tried too often.
-- Nothing here is a fact of the log; all of it may be emptied, and then people sign in again.

-- Sessions -----------------------------------------------------------------------------------------------------

CREATE TABLE site.session (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    token_sha256 bytea NOT NULL UNIQUE CHECK (length(token_sha256) = 32),
    previous_sha256 bytea CHECK (length(previous_sha256) = 32),
    previous_until timestamptz,
    member_id text NOT NULL,
    rights jsonb NOT NULL DEFAULT '{}',
    device text NOT NULL,
    language text CHECK (language IN ('fr', 'en')),
    position bigint NOT NULL DEFAULT 0,
    flashes jsonb NOT NULL DEFAULT '[]',
    created_at timestamptz NOT NULL,
    last_seen timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
COMMENT ON COLUMN site.session.token_sha256 IS 'The cookie itself is known to the browser only.';
COMMENT ON COLUMN site.session.previous_sha256 IS 'After a new token, requests that were already on their way.';
COMMENT ON COLUMN site.session.rights IS 'What the person might do when the token was given; less ends the session.';
COMMENT ON COLUMN site.session.position IS 'What this person last recorded: their pages wait for it.';
CREATE INDEX session_member ON site.session (member_id, last_seen);
CREATE INDEX session_previous ON site.session (previous_sha256) WHERE previous_sha256 IS NOT NULL;
CREATE INDEX session_expires ON site.session (expires_at);

-- Signing in ---------------------------------------------------------------------------------------------------

CREATE TABLE site.sign_in (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_sha256 bytea NOT NULL UNIQUE CHECK (length(token_sha256) = 32),
    code_mac bytea NOT NULL CHECK (length(code_mac) = 32),
    member_id text NOT NULL,
    "to" text NOT NULL DEFAULT '',
    tries integer NOT NULL DEFAULT 0,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX sign_in_member ON site.sign_in (member_id) WHERE used_at IS NULL;

-- Tokens for programs ------------------------------------------------------------------------------------------

CREATE TABLE site.api_token (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    token_sha256 bytea NOT NULL UNIQUE CHECK (length(token_sha256) = 32),
    member_id text NOT NULL,
    name text NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX api_token_member ON site.api_token (member_id);

-- Tries --------------------------------------------------------------------------------------------------------

-- Unlogged: a counter that a crash forgets costs nothing.
CREATE UNLOGGED TABLE site.tries (
    key bytea PRIMARY KEY,
    since timestamptz NOT NULL,
    until timestamptz NOT NULL,
    tries integer NOT NULL
);
CREATE INDEX tries_until ON site.tries (until);
