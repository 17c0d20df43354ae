"""The tables of the record, and who may read which of its rows."""

from __future__ import annotations

from typing import Final

from projections.record.rows import OF_NOTIFIERS

_HIDDEN: Final = ", ".join(f"'{kind}'" for kind in OF_NOTIFIERS)

DDL: Final = f"""
CREATE TABLE {{schema}}.record_entry (
    zone_id text NOT NULL,
    subject_id text NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    for_company text NOT NULL,
    company_id text NOT NULL,
    side text,
    words jsonb,
    status text,
    life text,
    visibility text,
    standing text NOT NULL,
    flags text[] NOT NULL,
    ground text NOT NULL,
    sentence text NOT NULL,
    notice_id text NOT NULL,
    appeal_id text NOT NULL,
    about bigint,
    alone boolean NOT NULL,
    PRIMARY KEY (subject_id, zone_id, position)
);
CREATE INDEX ON {{schema}}.record_entry (zone_id, position);
CREATE INDEX ON {{schema}}.record_entry (zone_id, kind, position);
CREATE INDEX ON {{schema}}.record_entry (company_id);
CREATE INDEX ON {{schema}}.record_entry (actor);
ALTER TABLE {{schema}}.record_entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY moderators ON {{schema}}.record_entry USING (
    zone_id = ANY ((SELECT site.viewer_in('moderated'))::text[])
);
CREATE POLICY its_company ON {{schema}}.record_entry USING (
    kind NOT IN ({_HIDDEN}) AND company_id = ANY ((SELECT site.viewer_in('companies'))::text[])
);

CREATE TABLE {{schema}}.record_subject (
    listing_id text NOT NULL,
    zone_id text NOT NULL,
    company_id text NOT NULL,
    side text NOT NULL,
    words jsonb NOT NULL,
    status text NOT NULL,
    life text NOT NULL,
    visibility text NOT NULL,
    content_version bigint NOT NULL,
    flags text[] NOT NULL,
    since timestamptz,
    erased boolean NOT NULL,
    PRIMARY KEY (listing_id, zone_id)
);
CREATE INDEX ON {{schema}}.record_subject (company_id);
ALTER TABLE {{schema}}.record_subject ENABLE ROW LEVEL SECURITY;
CREATE POLICY moderators ON {{schema}}.record_subject USING (
    zone_id = ANY ((SELECT site.viewer_in('moderated'))::text[])
);

CREATE TABLE {{schema}}.record_party (
    company_id text PRIMARY KEY,
    name text NOT NULL,
    standings jsonb NOT NULL
);
ALTER TABLE {{schema}}.record_party ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_entries_seen ON {{schema}}.record_party USING (
    EXISTS (SELECT FROM {{schema}}.record_entry e WHERE e.company_id = record_party.company_id)
);

CREATE TABLE {{schema}}.record_person (
    member_id text PRIMARY KEY,
    name text NOT NULL
);
ALTER TABLE {{schema}}.record_person ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_entries_moderated ON {{schema}}.record_person USING (
    EXISTS (
        SELECT FROM {{schema}}.record_entry e
        WHERE e.actor = 'member:' || record_person.member_id
            AND e.zone_id = ANY ((SELECT site.viewer_in('moderated'))::text[])
    )
);

CREATE TABLE {{schema}}.record_notice (
    notice_id text PRIMARY KEY,
    zone_id text NOT NULL,
    listing_id text NOT NULL,
    company_id text NOT NULL,
    of_version bigint NOT NULL,
    reason text NOT NULL,
    why text NOT NULL,
    place text NOT NULL,
    name text NOT NULL,
    wants_answer boolean NOT NULL,
    at timestamptz NOT NULL,
    outcome text NOT NULL,
    sentence text NOT NULL,
    decided_at timestamptz,
    decided_by text NOT NULL
);
CREATE INDEX ON {{schema}}.record_notice (zone_id, at);
CREATE INDEX ON {{schema}}.record_notice (company_id);
ALTER TABLE {{schema}}.record_notice ENABLE ROW LEVEL SECURITY;
CREATE POLICY moderators ON {{schema}}.record_notice USING (
    zone_id = ANY ((SELECT site.viewer_in('moderated'))::text[])
);

CREATE TABLE {{schema}}.record_appeal (
    appeal_id text PRIMARY KEY,
    zone_id text NOT NULL,
    subject_id text NOT NULL,
    company_id text NOT NULL,
    against bigint NOT NULL,
    why text NOT NULL,
    at timestamptz NOT NULL,
    lodged_by text NOT NULL,
    outcome text NOT NULL,
    sentence text NOT NULL,
    decided_at timestamptz,
    decided_by text NOT NULL,
    by_another boolean NOT NULL
);
CREATE INDEX ON {{schema}}.record_appeal (zone_id, at);
CREATE INDEX ON {{schema}}.record_appeal (company_id);
CREATE INDEX ON {{schema}}.record_appeal (subject_id);
ALTER TABLE {{schema}}.record_appeal ENABLE ROW LEVEL SECURITY;
CREATE POLICY moderators ON {{schema}}.record_appeal USING (
    zone_id = ANY ((SELECT site.viewer_in('moderated'))::text[])
);
CREATE POLICY its_company ON {{schema}}.record_appeal USING (
    company_id = ANY ((SELECT site.viewer_in('companies'))::text[])
);

CREATE TABLE {{schema}}.record_measure (
    zone_id text NOT NULL,
    measure_id text NOT NULL,
    kind text NOT NULL,
    detail text NOT NULL,
    at timestamptz NOT NULL,
    seconds bigint,
    PRIMARY KEY (zone_id, measure_id)
);
CREATE INDEX ON {{schema}}.record_measure (zone_id, at);
ALTER TABLE {{schema}}.record_measure ENABLE ROW LEVEL SECURITY;
CREATE POLICY everyone ON {{schema}}.record_measure USING (true);
"""
