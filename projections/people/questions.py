"""What pages ask about zones, companies and people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from domain.companies import Kind
from domain.purchases import BUYERS
from projections.model import Id, Query
from projections.people.rows import (
    Company,
    DuesRow,
    Member,
    MembershipRow,
    Partner,
    Phone,
    RoleRow,
    Site,
    StandingRow,
    Zone,
)
from projections.viewer import Viewer

PAGE: Final = 25


_BUYERS: Final = ", ".join(f"'{kind}'" for kind in sorted(BUYERS))
# Of the member m.
_VIEWER: Final = f"""m.member_id, m.name, m.mail, m.language, m.home_zone, m.joined_at IS NOT NULL AS joined,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('company_id', c.company_id, 'name', c.name, 'zones', c.zones)
            ORDER BY c.name, c.company_id), '[]')
        FROM representation r JOIN company c USING (company_id)
        WHERE r.member_id = m.member_id AND NOT c.erased) AS companies,
    ARRAY(SELECT m.home_zone WHERE NOT EXISTS (
            SELECT FROM representation r JOIN company c USING (company_id)
            WHERE r.member_id = m.member_id AND m.home_zone = ANY (c.known_in) AND NOT m.home_zone = ANY (c.zones))
        -- Nobody becomes one of a zone by leaving the company it suspends, or had as a guest.
        AND (NOT m.came_with_company OR EXISTS (SELECT FROM representation r WHERE r.member_id = m.member_id))
        AND NOT EXISTS (SELECT FROM zone_role WHERE member_id = m.member_id AND zone_id = m.home_zone
            HAVING bool_and(role = 'reader'))
        -- Who handed it over, or was invited to take it over, is one of it by a company or a role alone.
        AND NOT m.home_zone = ANY (m.outside_zone_ids)
        UNION SELECT unnest(c.zones) FROM representation r JOIN company c USING (company_id)
            WHERE r.member_id = m.member_id AND NOT c.erased
        UNION SELECT zone_id FROM zone_role WHERE member_id = m.member_id AND role <> 'reader' ORDER BY 1) AS zones,
    (SELECT coalesce(jsonb_object_agg(zone_id, roles), '{{}}') FROM (
        SELECT zone_id, array_agg(role ORDER BY role) AS roles FROM zone_role
        WHERE member_id = m.member_id GROUP BY zone_id) held) AS roles,
    ARRAY(SELECT g.purchase_id FROM guest g JOIN representation r USING (company_id)
        WHERE r.member_id = m.member_id AND g.until > log.clock() ORDER BY 1) AS asked,
    ARRAY(SELECT g.purchase_id FROM guest g JOIN representation r USING (company_id) JOIN company c USING (company_id)
        WHERE r.member_id = m.member_id AND g.until > log.clock() AND NOT c.erased
            AND c.kind IN ({_BUYERS}) ORDER BY 1) AS joins"""


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


class Suspended(Struct, frozen=True, kw_only=True):
    """A company that a zone suspends, and why."""

    company_id: str
    name: str
    trade: str
    reason: str
    at: datetime


def suspended(zone_id: str) -> Query[Suspended]:
    """The companies a zone suspends, the latest first."""
    sql = """SELECT c.company_id, c.name, c.trade, s.reason, s.at
        FROM company_standing s JOIN company c USING (company_id)
        WHERE s.zone_id = %(zone)s AND s.standing = 'suspended' AND NOT c.erased ORDER BY s.at DESC, c.company_id"""
    return Query(sql, {"zone": zone_id}, Suspended)


def companies_named(zone_id: str, words: str, limit: int = PAGE) -> Query[Company]:
    """The companies a zone admits whose name has these words, by name."""
    sql = """SELECT * FROM company
        WHERE zones @> ARRAY[%(zone)s] AND NOT erased AND strpos(lower(name), lower(%(words)s)) > 0
        ORDER BY name, company_id LIMIT %(limit)s"""
    return Query(sql, {"zone": zone_id, "words": words, "limit": limit}, Company)


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


def roles(zone_id: str) -> Query[RoleRow]:
    """Who acts for a zone, and how; for those who do, and for each of their own."""
    sql = "SELECT * FROM zone_role WHERE zone_id = %(zone)s ORDER BY member_id, role"
    return Query(sql, {"zone": zone_id}, RoleRow)


def members_by_id(member_ids: Sequence[str]) -> Query[Member]:
    """These people, as far as the viewer may know them."""
    sql = "SELECT * FROM member WHERE member_id = ANY (%(members)s) ORDER BY member_id"
    return Query(sql, {"members": list(member_ids)}, Member)


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
    """The people who belong to a zone as pages know it, by id; for the system, which sees everyone.

    Whoever is at home in it and is no more than a guest there, or whose company it suspends, is none of them.
    """
    admitted = """representation r JOIN company c USING (company_id)
            WHERE r.member_id = m.member_id AND NOT c.erased AND %(zone)s = ANY (c.zones)"""
    sql = f"""SELECT here.* FROM (
            SELECT {_VIEWER}, m.families, ARRAY(SELECT c.trade FROM {admitted} ORDER BY 1) AS trades
            FROM member m WHERE (m.home_zone = %(zone)s OR EXISTS (SELECT FROM {admitted}))
                AND NOT m.erased AND m.member_id > %(after)s) here
        WHERE %(zone)s = ANY (here.zones) ORDER BY here.member_id LIMIT %(limit)s"""
    return Query(sql, {"zone": zone_id, "after": after, "limit": limit}, Belonging)


class Trade(Struct, frozen=True):
    """A trade of companies that a zone admits."""

    trade: str


def trades(zone_id: str) -> Query[Trade]:
    """The trades of a zone's companies, by name."""
    sql = "SELECT DISTINCT trade FROM company WHERE %(zone)s = ANY (zones) AND NOT erased AND trade <> '' ORDER BY 1"
    return Query(sql, {"zone": zone_id}, Trade)


def memberships(zone_id: str, company_ids: Sequence[str]) -> Query[MembershipRow]:
    """How these companies belong to a zone, where something was said of it."""
    sql = "SELECT * FROM membership WHERE zone_id = %(zone)s AND company_id = ANY (%(companies)s)"
    return Query(sql, {"zone": zone_id, "companies": list(company_ids)}, MembershipRow)


def dues(zone_id: str, year: int, company_ids: Sequence[str]) -> Query[DuesRow]:
    """Which of these companies have paid a zone's dues of a year."""
    sql = "SELECT * FROM dues WHERE zone_id = %(zone)s AND year = %(year)s AND company_id = ANY (%(companies)s)"
    return Query(sql, {"zone": zone_id, "year": str(year), "companies": list(company_ids)}, DuesRow)


class Colleague(Struct, frozen=True, kw_only=True):
    """Somebody who acts for a company."""

    member_id: str
    name: str
    mail: str
    joined: bool


def colleagues(company_id: str) -> Query[Colleague]:
    """Who acts for a company, by name; for themselves, and for who facilitates the zone they are at home in."""
    sql = """SELECT m.member_id, m.name, m.mail, m.joined_at IS NOT NULL AS joined
        FROM representation r JOIN member m USING (member_id)
        WHERE r.company_id = %(company)s AND NOT m.erased ORDER BY m.name, m.member_id"""
    return Query(sql, {"company": company_id}, Colleague)


class Guest(Struct, frozen=True, kw_only=True):
    """A company from outside that sees one group purchase, and until when."""

    company_id: str
    name: str
    kind: Kind
    until: datetime


def guests(purchase_id: str) -> Query[Guest]:
    """The guests of a group purchase, for the facilitator who let them in."""
    sql = """SELECT g.company_id, c.name, c.kind, g.until FROM guest g JOIN company c USING (company_id)
        WHERE g.purchase_id = %(purchase)s ORDER BY c.name, g.company_id"""
    return Query(sql, {"purchase": purchase_id}, Guest)


def accompanied(zone_id: str) -> Query[Id]:
    """Which companies a zone admits."""
    return Query("SELECT company_id AS id FROM company WHERE zones @> ARRAY[%(zone)s]", {"zone": zone_id}, Id)
