"""The tables of exchanges, and who may see which row."""

from __future__ import annotations

from typing import Final

_MINE: Final = "ANY ((SELECT site.viewer_in('companies'))::text[])"
_A_PERSON: Final = "cardinality((SELECT site.viewer_in('shared'))::text[]) = 0"
"""A company's shared phone lies on a dock: what people write to each other, and their names, are not for it."""


def _for_the_sides(table: str) -> str:
    """Whether the viewer acts for one of the two companies of a row's exchange; its facilitator does not."""
    return f"""EXISTS (
        SELECT FROM {{schema}}.exchange e
        WHERE e.exchange_id = {table}.exchange_id AND (e.owner_id = {_MINE} OR e.asker_id = {_MINE}))"""


DDL: Final = f"""
CREATE TABLE {{schema}}.exchange (
    exchange_id text PRIMARY KEY,
    listing_id text NOT NULL,
    other_listing_id text,
    owner_id text NOT NULL,
    asker_id text NOT NULL,
    provider_id text NOT NULL,
    receiver_id text NOT NULL,
    zone_id text NOT NULL,
    side text NOT NULL,
    category text NOT NULL,
    family text NOT NULL,
    title text NOT NULL,
    waste boolean NOT NULL,
    origin text NOT NULL,
    stage text NOT NULL,
    is_open boolean NOT NULL,
    step text,
    owed_by text NOT NULL,
    owed_from timestamptz,
    owed_until timestamptz,
    wakes_at timestamptz,
    asked_at timestamptz NOT NULL,
    accepted_at timestamptz,
    arranged_at timestamptz,
    collected_at timestamptz,
    confirmed_at timestamptz,
    closed_at timestamptz,
    closed_by text NOT NULL,
    reason text,
    slot_start timestamptz,
    slot_end timestamptz,
    confirmed boolean NOT NULL,
    heard_at timestamptz,
    latest_at timestamptz NOT NULL,
    metres integer,
    version bigint NOT NULL,
    state text NOT NULL
);
CREATE INDEX ON {{schema}}.exchange (listing_id);
CREATE INDEX ON {{schema}}.exchange (owner_id);
CREATE INDEX ON {{schema}}.exchange (asker_id);
CREATE INDEX ON {{schema}}.exchange (owed_by, owed_until) WHERE is_open;
CREATE INDEX ON {{schema}}.exchange (zone_id, asked_at, exchange_id);
CREATE INDEX ON {{schema}}.exchange (wakes_at, exchange_id) WHERE wakes_at IS NOT NULL;
ALTER TABLE {{schema}}.exchange ENABLE ROW LEVEL SECURITY;
CREATE POLICY the_sides_and_the_facilitator ON {{schema}}.exchange USING (
    owner_id = {_MINE} OR asker_id = {_MINE} OR zone_id = ANY ((SELECT site.viewer_in('facilitated'))::text[])
);

CREATE TABLE {{schema}}.exchange_step (
    exchange_id text NOT NULL,
    version bigint NOT NULL,
    what text NOT NULL,
    by text NOT NULL,
    at timestamptz NOT NULL,
    member_id text NOT NULL,
    on_behalf boolean NOT NULL,
    number integer,
    amount numeric,
    unit text NOT NULL,
    measured boolean,
    final boolean,
    collected_on date,
    condition text,
    photo text,
    starts timestamptz,
    ends timestamptz,
    period text,
    reason text,
    cents bigint,
    use text,
    owed text,
    owed_by text NOT NULL,
    PRIMARY KEY (exchange_id, version, what)
);
ALTER TABLE {{schema}}.exchange_step ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_exchanges_seen ON {{schema}}.exchange_step USING (
    EXISTS (SELECT FROM {{schema}}.exchange e WHERE e.exchange_id = exchange_step.exchange_id)
);

CREATE TABLE {{schema}}.exchange_words (
    exchange_id text NOT NULL,
    version bigint NOT NULL,
    what text NOT NULL,
    subject text NOT NULL,
    text text NOT NULL,
    PRIMARY KEY (exchange_id, version, what)
);
CREATE INDEX ON {{schema}}.exchange_words (subject);
ALTER TABLE {{schema}}.exchange_words ENABLE ROW LEVEL SECURITY;
-- Whoever fetches the thing reads on the dock's phone what to know on arriving, and nothing else.
CREATE POLICY the_sides ON {{schema}}.exchange_words USING (
    ({_A_PERSON} OR what = 'PickupProposed') AND {_for_the_sides("exchange_words")}
);

CREATE TABLE {{schema}}.exchange_contact (
    exchange_id text NOT NULL,
    company_id text NOT NULL,
    member_id text NOT NULL,
    name text NOT NULL,
    mail text NOT NULL,
    PRIMARY KEY (exchange_id, company_id)
);
CREATE INDEX ON {{schema}}.exchange_contact (company_id);
CREATE INDEX ON {{schema}}.exchange_contact (member_id);
ALTER TABLE {{schema}}.exchange_contact ENABLE ROW LEVEL SECURITY;
CREATE POLICY the_people_of_the_sides ON {{schema}}.exchange_contact USING (
    {_A_PERSON} AND {_for_the_sides("exchange_contact")}
);

CREATE TABLE {{schema}}.exchange_place (
    exchange_id text NOT NULL,
    company_id text NOT NULL,
    site text NOT NULL,
    address text NOT NULL,
    PRIMARY KEY (exchange_id, company_id)
);
CREATE INDEX ON {{schema}}.exchange_place (company_id);
ALTER TABLE {{schema}}.exchange_place ENABLE ROW LEVEL SECURITY;
CREATE POLICY the_sides ON {{schema}}.exchange_place USING ({_for_the_sides("exchange_place")});

CREATE TABLE {{schema}}.exchange_message (
    exchange_id text NOT NULL,
    message_id text NOT NULL,
    company_id text NOT NULL,
    zone_id text NOT NULL,
    subject text NOT NULL,
    text text NOT NULL,
    photos text[] NOT NULL,
    at timestamptz NOT NULL,
    reported_at timestamptz,
    reported_by text NOT NULL,
    report_subject text NOT NULL,
    report text NOT NULL,
    PRIMARY KEY (exchange_id, message_id)
);
CREATE INDEX ON {{schema}}.exchange_message (exchange_id, at, message_id);
CREATE INDEX ON {{schema}}.exchange_message (company_id);
CREATE INDEX ON {{schema}}.exchange_message (subject);
CREATE INDEX ON {{schema}}.exchange_message (report_subject);
CREATE INDEX ON {{schema}}.exchange_message (zone_id, reported_at) WHERE reported_at IS NOT NULL;
ALTER TABLE {{schema}}.exchange_message ENABLE ROW LEVEL SECURITY;
CREATE POLICY the_sides_and_once_reported_the_zone ON {{schema}}.exchange_message USING (
    {_A_PERSON} AND {_for_the_sides("exchange_message")}
    OR reported_at IS NOT NULL AND zone_id = ANY ((SELECT site.viewer_in('run'))::text[])
);

CREATE TABLE {{schema}}.exchange_block (
    exchange_id text NOT NULL,
    company_id text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (exchange_id, company_id)
);
ALTER TABLE {{schema}}.exchange_block ENABLE ROW LEVEL SECURITY;
CREATE POLICY the_people_of_the_sides ON {{schema}}.exchange_block USING (
    {_A_PERSON} AND {_for_the_sides("exchange_block")}
);

-- Who deals with a company knows it by name, also once its zone has suspended it.
CREATE TABLE {{schema}}.exchange_record (
    company_id text PRIMARY KEY,
    name text NOT NULL,
    zones text[] NOT NULL,
    accepted integer NOT NULL,
    collected integer NOT NULL,
    gave_up integer NOT NULL,
    silent integer NOT NULL
);
ALTER TABLE {{schema}}.exchange_record ENABLE ROW LEVEL SECURITY;
CREATE POLICY neighbours_and_who_deals_with_it ON {{schema}}.exchange_record USING (
    company_id = {_MINE}
    OR zones && (SELECT site.viewer_in('zones'))::text[]
    OR EXISTS (SELECT FROM {{schema}}.exchange e WHERE e.owner_id = exchange_record.company_id)
    OR EXISTS (SELECT FROM {{schema}}.exchange e WHERE e.asker_id = exchange_record.company_id)
);

CREATE TABLE {{schema}}.exchange_waste (
    exchange_id text NOT NULL,
    number integer NOT NULL,
    provider_id text NOT NULL,
    receiver_id text NOT NULL,
    category text NOT NULL,
    code text NOT NULL,
    tonnes numeric NOT NULL,
    measured boolean NOT NULL,
    treatment text NOT NULL,
    subject text NOT NULL,
    carrier text NOT NULL,
    receipt text NOT NULL,
    collected_on date NOT NULL,
    stands boolean NOT NULL,
    PRIMARY KEY (exchange_id, number)
);
CREATE INDEX ON {{schema}}.exchange_waste (provider_id, collected_on);
CREATE INDEX ON {{schema}}.exchange_waste (receiver_id, collected_on);
CREATE INDEX ON {{schema}}.exchange_waste (subject);
ALTER TABLE {{schema}}.exchange_waste ENABLE ROW LEVEL SECURITY;
CREATE POLICY the_sides ON {{schema}}.exchange_waste USING (provider_id = {_MINE} OR receiver_id = {_MINE});

CREATE TABLE {{schema}}.exchange_photo (
    photo_id text PRIMARY KEY,
    exchange_id text NOT NULL,
    company_id text NOT NULL,
    message_id text NOT NULL
);
CREATE INDEX ON {{schema}}.exchange_photo (company_id);
ALTER TABLE {{schema}}.exchange_photo ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_what_names_it ON {{schema}}.exchange_photo USING (
    CASE message_id
        WHEN '' THEN EXISTS (SELECT FROM {{schema}}.exchange e WHERE e.exchange_id = exchange_photo.exchange_id)
        ELSE EXISTS (
            SELECT FROM {{schema}}.exchange_message m
            WHERE m.exchange_id = exchange_photo.exchange_id AND m.message_id = exchange_photo.message_id)
    END
);

CREATE TABLE {{schema}}.exchange_subject (
    listing_id text PRIMARY KEY,
    company_id text NOT NULL,
    site_id text NOT NULL,
    side text NOT NULL,
    category text NOT NULL,
    title text NOT NULL,
    waste boolean NOT NULL,
    latitude numeric NOT NULL,
    longitude numeric NOT NULL
);
CREATE INDEX ON {{schema}}.exchange_subject (company_id);
ALTER TABLE {{schema}}.exchange_subject ENABLE ROW LEVEL SECURITY;
CREATE POLICY nobody ON {{schema}}.exchange_subject USING (false);

CREATE TABLE {{schema}}.exchange_site (
    company_id text NOT NULL,
    site_id text NOT NULL,
    version bigint NOT NULL,
    name text NOT NULL,
    address text NOT NULL,
    latitude numeric NOT NULL,
    longitude numeric NOT NULL,
    PRIMARY KEY (company_id, site_id)
);
ALTER TABLE {{schema}}.exchange_site ENABLE ROW LEVEL SECURITY;
CREATE POLICY nobody ON {{schema}}.exchange_site USING (false);

CREATE TABLE {{schema}}.exchange_person (
    member_id text PRIMARY KEY,
    name text NOT NULL,
    mail text NOT NULL
);
ALTER TABLE {{schema}}.exchange_person ENABLE ROW LEVEL SECURITY;
CREATE POLICY nobody ON {{schema}}.exchange_person USING (false);
"""
