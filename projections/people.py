"""Zones, companies and the people in them: who someone is, whom they act for, and whom to write to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from domain.companies import (
    CompanyAdmitted,
    CompanyErased,
    CompanyRefused,
    CompanyRegistered,
    CompanyReinstated,
    CompanySuspended,
    PhonePaired,
    PhoneRevoked,
    RepresentativeAdded,
    RepresentativeRemoved,
    SiteDeclared,
    Standing,
)
from domain.events import Event, Private, Recorded
from domain.members import (
    TOPICS,
    Frequency,
    MailPreferencesSet,
    MailResumed,
    MailStopped,
    MemberErased,
    MemberInvited,
    MemberJoined,
    Topic,
)
from domain.zones import (
    Moderation,
    PartnershipAgreed,
    PartnershipEnded,
    PartnershipProposed,
    Role,
    RoleGranted,
    RoleRevoked,
    WasteMode,
    ZoneOpened,
    ZonePolicySet,
)
from projections.model import Group, Query, ReadModel, Rows, Table, opened
from projections.viewer import Viewer

# --- rows -------------------------------------------------------------------------------------------------------


class Zone(Struct, frozen=True, kw_only=True):
    """A zone and its policy; `companies` counts those it admits now."""

    zone_id: str
    slug: str
    name: str
    commune: str
    latitude: Decimal
    longitude: Decimal
    time_zone: str
    languages: tuple[str, ...]
    association: str
    contact_mail: str
    moderation: Moderation = "before"
    digest_weekday: int = 1
    digest_hour: int = 7
    review_within_hours: int = 48
    companies: int = 0
    waste: WasteMode = "introduce"


class Partner(Struct, frozen=True, kw_only=True):
    """What a zone said to another: it proposes a partnership, or agrees to it. They are partners once both agree."""

    zone_id: str
    partner_id: str
    agreed: bool
    at: datetime


class Company(Struct, frozen=True, kw_only=True):
    """A company; `zones` admit it now, `known_in` are those that have or had to do with it."""

    company_id: str
    siret: str
    name: str
    trade: str
    zones: tuple[str, ...]
    known_in: tuple[str, ...]
    registered_at: datetime
    erased: bool = False


class StandingRow(Struct, frozen=True, kw_only=True):
    """What one zone decided about a company last, and why."""

    company_id: str
    zone_id: str
    standing: Standing
    reason: str
    at: datetime


class Site(Struct, frozen=True, kw_only=True):
    """A place of a company."""

    site_id: str
    company_id: str
    name: str
    address: str
    latitude: Decimal
    longitude: Decimal


class Member(Struct, frozen=True, kw_only=True):
    """A person: how to call them, where to write, and which mail they want."""

    member_id: str
    name: str
    mail: str
    language: str
    home_zone: str
    invited_at: datetime
    frequency: Frequency = "weekly"
    topics: tuple[Topic, ...] = TOPICS
    families: tuple[str, ...] = ()
    joined_at: datetime | None = None
    stopped: bool = False
    erased: bool = False


class RoleRow(Struct, frozen=True, kw_only=True):
    """A role someone holds in a zone."""

    member_id: str
    zone_id: str
    role: Role


class Representation(Struct, frozen=True, kw_only=True):
    """Someone acts for a company."""

    member_id: str
    company_id: str


class Phone(Struct, frozen=True, kw_only=True):
    """A phone that several people of a company share."""

    phone_id: str
    company_id: str
    name: str
    paired_at: datetime


ZONE: Final = Table("zone", Zone, ("zone_id",), ("zone_id",))
PARTNER: Final = Table("zone_partner", Partner, ("zone_id", "partner_id"), ("zone_id",))
COMPANY: Final = Table("company", Company, ("company_id",), ("company_id",))
STANDING: Final = Table("company_standing", StandingRow, ("company_id", "zone_id"), ("company_id",))
SITE: Final = Table("site", Site, ("site_id",), ("site_id", "company_id"))
MEMBER: Final = Table("member", Member, ("member_id",), ("member_id",))
ROLE: Final = Table("zone_role", RoleRow, ("member_id", "zone_id", "role"), ("member_id",))
REPRESENTATION: Final = Table(
    "representation", Representation, ("company_id", "member_id"), ("company_id", "member_id")
)
PHONE: Final = Table("phone", Phone, ("phone_id",), ("phone_id", "company_id"))

# --- tables -----------------------------------------------------------------------------------------------------

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
    waste text NOT NULL
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
    erased boolean NOT NULL
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
    erased boolean NOT NULL
);
CREATE INDEX ON {schema}.member (home_zone, member_id);
ALTER TABLE {schema}.member ENABLE ROW LEVEL SECURITY;
CREATE POLICY oneself_and_the_facilitator ON {schema}.member USING (
    member_id = (SELECT site.viewer()) OR home_zone = ANY ((SELECT site.viewer_in('facilitated'))::text[])
);
"""

# --- how events change them -------------------------------------------------------------------------------------


def apply(rows: Rows, recorded: Recorded) -> None:
    """Change what the event concerns."""
    match recorded.event:
        case ZoneOpened() | ZonePolicySet() | RoleGranted() | RoleRevoked() as event:
            _of_zone(rows, event)
        case PartnershipProposed() | PartnershipAgreed() as event:
            agreed = isinstance(event, PartnershipAgreed)
            partner = Partner(zone_id=event.zone_id, partner_id=event.partner_id, agreed=agreed, at=recorded.at)
            rows.put(PARTNER, partner)
        case PartnershipEnded() as event:
            rows.drop(PARTNER, event.zone_id, event.partner_id)
        case MemberInvited() as event:
            invited = Member(
                member_id=event.member_id,
                name=opened(event.name),
                mail=opened(event.mail),
                language=event.language,
                home_zone=event.home_zone,
                invited_at=recorded.at,
            )
            rows.put(MEMBER, invited)
        case MemberJoined():
            _change_member(rows, recorded, joined_at=recorded.at)
        case MailPreferencesSet() as event:
            wishes = {"frequency": event.frequency, "topics": event.topics, "families": event.families}
            _change_member(rows, recorded, language=event.language, **wishes)
        case MailStopped():
            _change_member(rows, recorded, stopped=True)
        case MailResumed():
            _change_member(rows, recorded, stopped=False)
        case MemberErased():
            _change_member(rows, recorded, name="", mail="", stopped=True, erased=True)
        case _:
            _of_company(rows, recorded)


def _of_zone(rows: Rows, event: ZoneOpened | ZonePolicySet | RoleGranted | RoleRevoked) -> None:
    match event:
        case ZoneOpened():
            opening = Zone(
                zone_id=event.zone_id,
                slug=event.slug,
                name=event.name,
                commune=event.commune,
                latitude=event.place.latitude,
                longitude=event.place.longitude,
                time_zone=event.time_zone,
                languages=event.languages,
                association=event.association,
                contact_mail=event.contact_mail,
            )
            rows.put(ZONE, opening)
        case ZonePolicySet():
            zone = rows.get(ZONE, event.zone_id)
            if zone is not None:
                policy = replace(
                    zone,
                    moderation=event.moderation,
                    digest_weekday=event.digest_weekday,
                    digest_hour=event.digest_hour,
                    review_within_hours=event.review_within_hours,
                    waste=event.waste,
                )
                rows.put(ZONE, policy)
        case RoleGranted():
            rows.put(ROLE, RoleRow(member_id=event.member_id, zone_id=event.zone_id, role=event.role))
        case RoleRevoked():
            rows.drop(ROLE, event.member_id, event.zone_id, event.role)


def _of_company(rows: Rows, recorded: Recorded) -> None:
    match recorded.event:
        case CompanyRegistered() as event:
            registered = Company(
                company_id=event.company_id,
                siret=event.siret,
                name=opened(event.name),
                trade=opened(event.trade),
                zones=(),
                known_in=tuple(sorted(recorded.zones)),
                registered_at=recorded.at,
            )
            rows.put(COMPANY, registered)
        case SiteDeclared() as event:
            site = Site(
                site_id=event.site_id,
                company_id=event.company_id,
                name=opened(event.name),
                address=opened(event.address),
                latitude=event.place.latitude,
                longitude=event.place.longitude,
            )
            rows.put(SITE, site)
        case RepresentativeAdded() as event:
            rows.put(REPRESENTATION, Representation(member_id=event.member_id, company_id=event.company_id))
        case RepresentativeRemoved() as event:
            rows.drop(REPRESENTATION, event.company_id, event.member_id)
        case CompanyAdmitted() | CompanyReinstated() as event:
            _judge(rows, recorded, event.zone_id, "admitted", None)
        case CompanyRefused() as event:
            _judge(rows, recorded, event.zone_id, "refused", event.reason)
        case CompanySuspended() as event:
            _judge(rows, recorded, event.zone_id, "suspended", event.reason)
        case CompanyErased() as event:
            _erase_company(rows, event.company_id)
        case _:
            _of_phone(rows, recorded)


def _of_phone(rows: Rows, recorded: Recorded) -> None:
    match recorded.event:
        case PhonePaired() as event:
            name = opened(event.name)
            phone = Phone(phone_id=event.phone_id, company_id=event.company_id, name=name, paired_at=recorded.at)
            rows.put(PHONE, phone)
        case PhoneRevoked() as event:
            rows.drop(PHONE, event.phone_id)
        case _:
            pass


def _change_member(rows: Rows, recorded: Recorded, **changed: object) -> None:
    member = rows.get(MEMBER, recorded.stream)
    if member is not None:
        rows.put(MEMBER, replace(member, **changed))


def _judge(rows: Rows, recorded: Recorded, zone_id: str, standing: Standing, reason: Private | None) -> None:
    company = rows.get(COMPANY, recorded.stream)
    if company is None:
        return
    decision = StandingRow(
        company_id=company.company_id, zone_id=zone_id, standing=standing, reason=opened(reason), at=recorded.at
    )
    rows.put(STANDING, decision)
    before = set(company.zones)
    after = before | {zone_id} if standing == "admitted" else before - {zone_id}
    known_in = {*company.known_in, zone_id}
    rows.put(COMPANY, replace(company, zones=tuple(sorted(after)), known_in=tuple(sorted(known_in))))
    _count(rows, zone_id, len(after) - len(before))


def _erase_company(rows: Rows, company_id: str) -> None:
    company = rows.get(COMPANY, company_id)
    if company is None:
        return
    for zone_id in company.zones:
        _count(rows, zone_id, -1)
    rows.put(COMPANY, replace(company, name="", trade="", zones=(), erased=True))
    for site in rows.of(SITE, "company_id", company_id):
        rows.put(SITE, replace(site, name="", address=""))
    for representation in rows.of(REPRESENTATION, "company_id", company_id):
        rows.drop(REPRESENTATION, company_id, representation.member_id)
    for phone in rows.of(PHONE, "company_id", company_id):
        rows.drop(PHONE, phone.phone_id)


def _count(rows: Rows, zone_id: str, change: int) -> None:
    zone = rows.get(ZONE, zone_id) if change else None
    if zone is not None:
        rows.put(ZONE, replace(zone, companies=zone.companies + change))


def touches(recorded: Recorded) -> Iterator[Group]:
    """What an event will need."""
    match recorded.event:
        case ZonePolicySet() as event:
            yield ZONE, "zone_id", event.zone_id
        case MemberJoined() | MailPreferencesSet() | MailStopped() | MailResumed() | MemberErased():
            yield MEMBER, "member_id", recorded.stream
        case CompanyAdmitted() | CompanyRefused() | CompanySuspended() | CompanyReinstated() as judged:
            yield COMPANY, "company_id", recorded.stream
            yield ZONE, "zone_id", judged.zone_id
        case _:
            pass


EVENTS: Final[frozenset[type[Event]]] = frozenset(
    {
        ZoneOpened, ZonePolicySet, PartnershipProposed, PartnershipAgreed, PartnershipEnded, RoleGranted,
        RoleRevoked, CompanyRegistered, SiteDeclared, RepresentativeAdded,
        RepresentativeRemoved, PhonePaired, PhoneRevoked, CompanyAdmitted, CompanyRefused, CompanySuspended,
        CompanyReinstated, CompanyErased, MemberInvited, MemberJoined, MailPreferencesSet, MailStopped, MailResumed,
        MemberErased,
    }
)  # fmt: skip

PEOPLE: Final = ReadModel(
    name="people",
    version=3,
    tables=(ZONE, PARTNER, COMPANY, STANDING, SITE, MEMBER, ROLE, REPRESENTATION, PHONE),
    ddl=DDL,
    events=EVENTS,
    apply=apply,
    touches=touches,
    holds_private_text=True,
)

# --- what is asked ----------------------------------------------------------------------------------------------

PAGE: Final = 25


# Of the member m.
_VIEWER: Final = """m.member_id, m.name, m.mail, m.language, m.home_zone, m.joined_at IS NOT NULL AS joined,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('company_id', c.company_id, 'name', c.name, 'zones', c.zones)
            ORDER BY c.name, c.company_id), '[]')
        FROM representation r JOIN company c USING (company_id)
        WHERE r.member_id = m.member_id AND NOT c.erased) AS companies,
    ARRAY(SELECT m.home_zone WHERE NOT EXISTS (
            SELECT FROM representation r JOIN company c USING (company_id)
            WHERE r.member_id = m.member_id AND m.home_zone = ANY (c.known_in) AND NOT m.home_zone = ANY (c.zones))
        UNION SELECT unnest(c.zones) FROM representation r JOIN company c USING (company_id)
            WHERE r.member_id = m.member_id AND NOT c.erased
        UNION SELECT zone_id FROM zone_role WHERE member_id = m.member_id ORDER BY 1) AS zones,
    (SELECT coalesce(jsonb_object_agg(zone_id, roles), '{}') FROM (
        SELECT zone_id, array_agg(role ORDER BY role) AS roles FROM zone_role
        WHERE member_id = m.member_id GROUP BY zone_id) held) AS roles"""


def viewer(member_id: str) -> Query[Viewer]:
    """Who this person is and what they may do; no row when there is no such person, or they were erased."""
    sql = f"SELECT {_VIEWER} FROM member m WHERE m.member_id = %(member)s AND NOT m.erased"
    return Query(sql, {"member": member_id}, Viewer)


def phone_viewer(phone_id: str) -> Query[Viewer]:
    """A shared phone and the company it serves; no row once it was revoked, or the company erased."""
    sql = """SELECT p.phone_id AS member_id, p.name, coalesce(c.zones[1], '') AS home_zone, true AS joined, c.zones,
            jsonb_build_array(jsonb_build_object('company_id', c.company_id, 'name', c.name, 'zones', c.zones))
                AS companies, true AS shared
        FROM phone p JOIN company c USING (company_id)
        WHERE p.phone_id = %(phone)s AND NOT c.erased"""
    return Query(sql, {"phone": phone_id}, Viewer)


def phones(company_ids: Sequence[str]) -> Query[Phone]:
    """The shared phones of these companies, the first paired first."""
    sql = "SELECT * FROM phone WHERE company_id = ANY (%(companies)s) ORDER BY paired_at, phone_id"
    return Query(sql, {"companies": list(company_ids)}, Phone)


def zones() -> Query[Zone]:
    """Every zone, by name."""
    return Query("SELECT * FROM zone ORDER BY name, zone_id", {}, Zone)


def zone(slug: str) -> Query[Zone]:
    """The zone at an address."""
    return Query("SELECT * FROM zone WHERE slug = %(slug)s", {"slug": slug}, Zone)


def zones_by_id(zone_ids: Sequence[str]) -> Query[Zone]:
    """These zones, by name."""
    sql = "SELECT * FROM zone WHERE zone_id = ANY (%(zones)s) ORDER BY name, zone_id"
    return Query(sql, {"zones": list(zone_ids)}, Zone)


def partners(zone_id: str) -> Query[Partner]:
    """What this zone said to others and others to it; to administrators proposals too, to others what both agreed."""
    sql = """SELECT p.* FROM zone_partner p WHERE %(zone)s IN (p.zone_id, p.partner_id) ORDER BY p.at, p.zone_id"""
    return Query(sql, {"zone": zone_id}, Partner)


def partner_zones(*zone_ids: str) -> Query[Zone]:
    """The zones that are partners of any of these, and none of them, by name."""
    sql = """SELECT z.* FROM zone z WHERE z.zone_id <> ALL (%(zones)s::text[]) AND EXISTS (
            SELECT FROM zone_partner p JOIN zone_partner q ON q.zone_id = p.partner_id AND q.partner_id = p.zone_id
            WHERE p.zone_id = ANY (%(zones)s::text[]) AND p.partner_id = z.zone_id AND p.agreed AND q.agreed)
        ORDER BY z.name, z.zone_id"""
    return Query(sql, {"zones": list(zone_ids)}, Zone)


def company(company_id: str) -> Query[Company]:
    """One company, if the viewer may know it."""
    return Query("SELECT * FROM company WHERE company_id = %(company)s", {"company": company_id}, Company)


def companies(zone_id: str, after_name: str = "", after_id: str = "", limit: int = PAGE) -> Query[Company]:
    """The companies a zone admits, by name, from the one after the pair given."""
    sql = """SELECT * FROM company WHERE zones @> ARRAY[%(zone)s] AND (name, company_id) > (%(name)s, %(id)s)
        ORDER BY name, company_id LIMIT %(limit)s"""
    return Query(sql, {"zone": zone_id, "name": after_name, "id": after_id, "limit": limit}, Company)


def sites(company_ids: Sequence[str]) -> Query[Site]:
    """The sites of these companies, each company's in the order they were declared."""
    sql = "SELECT * FROM site WHERE company_id = ANY (%(companies)s) ORDER BY company_id, site_id"
    return Query(sql, {"companies": list(company_ids)}, Site)


def standings(company_id: str) -> Query[StandingRow]:
    """What each zone decided about a company."""
    sql = "SELECT * FROM company_standing WHERE company_id = %(company)s ORDER BY zone_id"
    return Query(sql, {"company": company_id}, StandingRow)


def member(member_id: str) -> Query[Member]:
    """One person, for themselves and for whoever facilitates their home zone."""
    return Query("SELECT * FROM member WHERE member_id = %(member)s", {"member": member_id}, Member)


def members(zone_id: str, after: str = "", limit: int = PAGE) -> Query[Member]:
    """The people whose home zone this is, erased ones left out, by id."""
    sql = """SELECT * FROM member WHERE home_zone = %(zone)s AND NOT erased AND member_id > %(after)s
        ORDER BY member_id LIMIT %(limit)s"""
    return Query(sql, {"zone": zone_id, "after": after, "limit": limit}, Member)


class Belonging(Viewer, frozen=True, kw_only=True):
    """Someone who belongs to a zone: the families they follow, and the trades of their companies there."""

    families: tuple[str, ...]
    trades: tuple[str, ...]


def belonging(zone_id: str, after: str = "", limit: int = 1_000) -> Query[Belonging]:
    """The people whose home is this zone or whose company it admits, by id; for the system, which sees everyone."""
    admitted = """representation r JOIN company c USING (company_id)
            WHERE r.member_id = m.member_id AND NOT c.erased AND %(zone)s = ANY (c.zones)"""
    sql = f"""SELECT {_VIEWER}, m.families, ARRAY(SELECT c.trade FROM {admitted} ORDER BY 1) AS trades
        FROM member m WHERE (m.home_zone = %(zone)s OR EXISTS (SELECT FROM {admitted}))
            AND NOT m.erased AND m.member_id > %(after)s
        ORDER BY m.member_id LIMIT %(limit)s"""
    return Query(sql, {"zone": zone_id, "after": after, "limit": limit}, Belonging)


class Trade(Struct, frozen=True):
    """A trade of companies that a zone admits."""

    trade: str


def trades(zone_id: str) -> Query[Trade]:
    """The trades of a zone's companies, by name."""
    sql = "SELECT DISTINCT trade FROM company WHERE %(zone)s = ANY (zones) AND NOT erased AND trade <> '' ORDER BY 1"
    return Query(sql, {"zone": zone_id}, Trade)
