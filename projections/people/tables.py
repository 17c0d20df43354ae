"""The tables of zones, companies and people, and who may see which row."""

from __future__ import annotations

from typing import Final

DDL: Final = """
CREATE TABLE {schema}.zone (
    zone_id text PRIMARY KEY,
    slug text NOT NULL,
    name text NOT NULL,
    commune text NOT NULL,
    latitude numeric NOT NULL,
    longitude numeric NOT NULL,
    time_zone text NOT NULL,
    languages text[] NOT NULL,
    association text NOT NULL,
    contact_mail text NOT NULL,
    moderation text NOT NULL,
    digest_weekday integer NOT NULL,
    digest_hour integer NOT NULL,
    review_within_hours integer NOT NULL,
    companies integer NOT NULL,
    waste text NOT NULL,
    trusted_after integer NOT NULL,
    receipt_number text NOT NULL,
    receipt_prefecture text NOT NULL,
    receipt_expires_on date,
    accent text NOT NULL,
    welcome text NOT NULL,
    families text[] NOT NULL,
    closes_on date,
    closing_reason text NOT NULL
);
CREATE INDEX ON {schema}.zone (slug);
ALTER TABLE {schema}.zone ENABLE ROW LEVEL SECURITY;
CREATE POLICY everyone ON {schema}.zone USING (true);

CREATE TABLE {schema}.zone_partner (
    zone_id text NOT NULL,
    partner_id text NOT NULL,
    agreed boolean NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (zone_id, partner_id)
);
CREATE INDEX ON {schema}.zone_partner (partner_id);
ALTER TABLE {schema}.zone_partner ENABLE ROW LEVEL SECURITY;
CREATE POLICY agreed_and_the_two_zones ON {schema}.zone_partner USING (
    agreed
    OR zone_id = ANY ((SELECT site.viewer_in('administered'))::text[])
    OR partner_id = ANY ((SELECT site.viewer_in('administered'))::text[])
);

CREATE TABLE {schema}.zone_role (
    member_id text NOT NULL,
    zone_id text NOT NULL,
    role text NOT NULL,
    PRIMARY KEY (member_id, zone_id, role)
);
CREATE INDEX ON {schema}.zone_role (zone_id);
ALTER TABLE {schema}.zone_role ENABLE ROW LEVEL SECURITY;
CREATE POLICY oneself_and_the_zone ON {schema}.zone_role USING (
    member_id = (SELECT site.viewer()) OR zone_id = ANY ((SELECT site.viewer_in('run'))::text[])
);

CREATE TABLE {schema}.company (
    company_id text PRIMARY KEY,
    siret text NOT NULL,
    name text NOT NULL,
    trade text NOT NULL,
    zones text[] NOT NULL,
    known_in text[] NOT NULL,
    registered_at timestamptz NOT NULL,
    erased boolean NOT NULL,
    kind text NOT NULL
);
CREATE TABLE {schema}.representation (
    company_id text NOT NULL,
    member_id text NOT NULL,
    PRIMARY KEY (company_id, member_id)
);
CREATE INDEX ON {schema}.representation (member_id);
CREATE TABLE {schema}.phone (
    phone_id text PRIMARY KEY,
    company_id text NOT NULL,
    name text NOT NULL,
    paired_at timestamptz NOT NULL
);
CREATE INDEX ON {schema}.phone (company_id);
ALTER TABLE {schema}.company ENABLE ROW LEVEL SECURITY;
ALTER TABLE {schema}.representation ENABLE ROW LEVEL SECURITY;
ALTER TABLE {schema}.phone ENABLE ROW LEVEL SECURITY;
CREATE POLICY itself_and_the_company ON {schema}.phone USING (
    phone_id = (SELECT site.viewer()) OR company_id = ANY ((SELECT site.viewer_in('companies'))::text[])
);
-- Whoever signs in is known by their own id first: their companies follow from it.
CREATE POLICY neighbours ON {schema}.company USING (
    zones && (SELECT site.viewer_in('zones'))::text[]
    OR known_in && (SELECT site.viewer_in('run'))::text[]
    OR company_id IN (SELECT r.company_id FROM {schema}.representation r WHERE r.member_id = (SELECT site.viewer()))
    OR company_id IN (SELECT p.company_id FROM {schema}.phone p WHERE p.phone_id = (SELECT site.viewer()))
);

CREATE TABLE {schema}.company_standing (
    company_id text NOT NULL,
    zone_id text NOT NULL,
    standing text NOT NULL,
    reason text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (company_id, zone_id)
);
CREATE INDEX ON {schema}.company_standing (zone_id);
ALTER TABLE {schema}.company_standing ENABLE ROW LEVEL SECURITY;
CREATE POLICY the_company_and_the_zone ON {schema}.company_standing USING (
    company_id = ANY ((SELECT site.viewer_in('companies'))::text[])
    OR zone_id = ANY ((SELECT site.viewer_in('run'))::text[])
);
CREATE POLICY colleagues ON {schema}.representation USING (
    member_id = (SELECT site.viewer())
    OR company_id = ANY ((SELECT site.viewer_in('companies'))::text[])
    OR cardinality((SELECT site.viewer_in('facilitated'))::text[]) > 0 AND EXISTS (
        SELECT FROM {schema}.company_standing s WHERE s.company_id = representation.company_id)
);

CREATE TABLE {schema}.membership (
    company_id text NOT NULL,
    zone_id text NOT NULL,
    membership text NOT NULL,
    since date NOT NULL,
    until date,
    PRIMARY KEY (company_id, zone_id)
);
CREATE INDEX ON {schema}.membership (zone_id);
ALTER TABLE {schema}.membership ENABLE ROW LEVEL SECURITY;
CREATE POLICY the_company_and_its_neighbours ON {schema}.membership USING (
    company_id = ANY ((SELECT site.viewer_in('companies'))::text[])
    OR zone_id = ANY ((SELECT site.viewer_in('zones'))::text[])
);

CREATE TABLE {schema}.dues (
    company_id text NOT NULL,
    zone_id text NOT NULL,
    year text NOT NULL,
    noted_at timestamptz NOT NULL,
    PRIMARY KEY (company_id, zone_id, year)
);
CREATE INDEX ON {schema}.dues (zone_id, year);
ALTER TABLE {schema}.dues ENABLE ROW LEVEL SECURITY;
CREATE POLICY the_company_and_the_administrator ON {schema}.dues USING (
    company_id = ANY ((SELECT site.viewer_in('companies'))::text[])
    OR zone_id = ANY ((SELECT site.viewer_in('administered'))::text[])
);

CREATE TABLE {schema}.guest (
    company_id text NOT NULL,
    purchase_id text NOT NULL,
    zone_id text NOT NULL,
    until timestamptz NOT NULL,
    PRIMARY KEY (company_id, purchase_id)
);
CREATE INDEX ON {schema}.guest (purchase_id);
ALTER TABLE {schema}.guest ENABLE ROW LEVEL SECURITY;
-- Whoever signs in is known by their own id first: what is shared with their companies follows from it.
CREATE POLICY the_guest_and_its_host ON {schema}.guest USING (
    zone_id = ANY ((SELECT site.viewer_in('facilitated'))::text[])
    OR company_id IN (SELECT r.company_id FROM {schema}.representation r WHERE r.member_id = (SELECT site.viewer()))
);

CREATE TABLE {schema}.site (
    site_id text PRIMARY KEY,
    company_id text NOT NULL,
    name text NOT NULL,
    address text NOT NULL,
    latitude numeric NOT NULL,
    longitude numeric NOT NULL
);
CREATE INDEX ON {schema}.site (company_id);
ALTER TABLE {schema}.site ENABLE ROW LEVEL SECURITY;
CREATE POLICY the_company_and_its_zones ON {schema}.site USING (
    company_id = ANY ((SELECT site.viewer_in('companies'))::text[])
    OR cardinality((SELECT site.viewer_in('run'))::text[]) > 0 AND EXISTS (
        SELECT FROM {schema}.company c
        WHERE c.company_id = site.company_id AND c.known_in && (SELECT site.viewer_in('run'))::text[])
);

CREATE TABLE {schema}.member (
    member_id text PRIMARY KEY,
    name text NOT NULL,
    mail text NOT NULL,
    language text NOT NULL,
    home_zone text NOT NULL,
    invited_at timestamptz NOT NULL,
    frequency text NOT NULL,
    topics text[] NOT NULL,
    families text[] NOT NULL,
    joined_at timestamptz,
    stopped boolean NOT NULL,
    erased boolean NOT NULL,
    came_with_company boolean NOT NULL,
    outside_zone_ids text[] NOT NULL
);
CREATE INDEX ON {schema}.member (home_zone, member_id);
ALTER TABLE {schema}.member ENABLE ROW LEVEL SECURITY;
CREATE POLICY oneself_and_the_facilitator ON {schema}.member USING (
    member_id = (SELECT site.viewer()) OR home_zone = ANY ((SELECT site.viewer_in('facilitated'))::text[])
    -- Whoever acts for a zone is known to its administrators, wherever they are at home.
    OR cardinality((SELECT site.viewer_in('administered'))::text[]) > 0 AND EXISTS (
        SELECT FROM {schema}.zone_role r
        WHERE r.member_id = member.member_id AND r.zone_id = ANY ((SELECT site.viewer_in('administered'))::text[]))
);
-- Those who act for one company know each other; its shared phone, which is nobody, knows none of them.
CREATE POLICY colleagues ON {schema}.member USING (
    cardinality((SELECT site.viewer_in('shared'))::text[]) = 0 AND member_id IN (
        SELECT r.member_id FROM {schema}.representation r
        WHERE r.company_id = ANY ((SELECT site.viewer_in('companies'))::text[]))
);
"""
