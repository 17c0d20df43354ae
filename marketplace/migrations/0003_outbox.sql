-- The outbox: every mail from the moment it is due, its working state, and the authority for sending it.

CREATE TABLE site.outbox (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('digest', 'sign_in')),
    member_id text NOT NULL,
    zone_id text NOT NULL DEFAULT '',
    period text NOT NULL DEFAULT '',
    state text NOT NULL CHECK (state IN ('due', 'claimed', 'inflight', 'sent', 'refused', 'unknown', 'skipped')),
    told text NOT NULL CHECK (told IN ('nothing', 'prepared', 'outcome')),
    urgency smallint NOT NULL DEFAULT 5,

    letter jsonb,
    message_id text NOT NULL DEFAULT '',
    sha256 text NOT NULL DEFAULT '',
    template text NOT NULL DEFAULT '',
    items text[] NOT NULL DEFAULT '{}',
    subjects text[] NOT NULL DEFAULT '{}',
    details jsonb NOT NULL DEFAULT '{}',
    why text NOT NULL DEFAULT '',

    created_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    give_up_at timestamptz NOT NULL,
    settled_at timestamptz,

    token uuid,
    lease_until timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    lost integer NOT NULL DEFAULT 0,
    transport text NOT NULL DEFAULT '',
    code integer NOT NULL DEFAULT 0,
    reply text NOT NULL DEFAULT '',

    CHECK ((settled_at IS NULL) = (state IN ('due', 'claimed', 'inflight'))),
    CHECK ((token IS NULL) = (state NOT IN ('claimed', 'inflight'))),
    CHECK ((kind = 'digest') = (period <> ''))
);
COMMENT ON COLUMN site.outbox.told IS 'How much of it the event log knows; a digest leaves only once it knows its contents.';
COMMENT ON COLUMN site.outbox.letter IS 'Address, subject and exact bytes, sealed under the recipient; null before they are made and once they are dropped.';
COMMENT ON COLUMN site.outbox.items IS 'What a digest speaks of, for ever: listings, matches, renewals, by id.';
COMMENT ON COLUMN site.outbox.subjects IS 'Whose words are in the letter: it is dropped when one of them is erased.';
COMMENT ON COLUMN site.outbox.lease_until IS 'By the database''s own time: moving the programme''s clock steals no mail from who sends it.';
COMMENT ON COLUMN site.outbox.lost IS 'How often the whole text left us and no answer came.';

-- The truth about periods: one digest per member and period, whoever writes it and however often.
CREATE UNIQUE INDEX outbox_digest ON site.outbox (member_id, period) WHERE kind = 'digest';
CREATE INDEX outbox_to_send ON site.outbox (urgency, due_at) WHERE state = 'due';
CREATE INDEX outbox_leased ON site.outbox (lease_until) WHERE state IN ('claimed', 'inflight');
CREATE INDEX outbox_to_tell ON site.outbox (created_at) WHERE told <> 'outcome';
CREATE INDEX outbox_newest ON site.outbox (created_at DESC, id DESC);
CREATE INDEX outbox_subjects ON site.outbox USING gin (subjects) WHERE letter IS NOT NULL;

-- When this installation first looked for digests: what was due before is not sent, neither at the first start
-- nor after a restore without the outbox.
CREATE TABLE site.digests_begin (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    at timestamptz NOT NULL
);
