"""How events change what is known of zones, companies and people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, get_args

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
    MailPreferencesSet,
    MailResumed,
    MailStopped,
    MemberErased,
    MemberInvited,
    MemberJoined,
)
from domain.zones import (
    PartnershipAgreed,
    PartnershipEnded,
    PartnershipProposed,
)
from projections.model import Group, ReadModel, Rows, opened
from projections.people.belonging import OfBelonging, of_belonging
from projections.people.handovers import CHANGING_HANDS, HANDOVER, OfHandover, of_handover, without_taker
from projections.people.handovers import DDL as HANDOVERS
from projections.people.handovers import touched as touched_by_handover
from projections.people.rows import (
    COMPANY,
    DUES,
    GUEST,
    MEMBER,
    MEMBERSHIP,
    PARTNER,
    PHONE,
    REPRESENTATION,
    ROLE,
    SITE,
    STANDING,
    ZONE,
    Company,
    Member,
    Partner,
    Phone,
    Representation,
    Site,
    StandingRow,
)
from projections.people.tables import DDL
from projections.people.zones import OfZone, of_zone, touched


def apply(rows: Rows, recorded: Recorded) -> None:
    """Change what the event concerns."""
    if isinstance(recorded.event, OfZone):
        of_zone(rows, recorded.event)
        return
    if isinstance(recorded.event, OfBelonging):
        of_belonging(rows, recorded, recorded.event)
        return
    if isinstance(recorded.event, OfHandover):
        of_handover(rows, recorded, recorded.event)
        return
    match recorded.event:
        case PartnershipProposed() | PartnershipAgreed() as event:
            agreed = isinstance(event, PartnershipAgreed)
            partner = Partner(zone_id=event.zone_id, partner_id=event.partner_id, agreed=agreed, at=recorded.at)
            rows.put(PARTNER, partner)
        case PartnershipEnded() as event:
            rows.drop(PARTNER, event.zone_id, event.partner_id)
        case _:
            _of_member(rows, recorded)
            _of_company(rows, recorded)


def _of_member(rows: Rows, recorded: Recorded) -> None:
    match recorded.event:
        case MemberInvited() as event:
            invited = Member(
                member_id=event.member_id,
                name=opened(event.name),
                mail=opened(event.mail),
                language=event.language,
                home_zone=event.home_zone,
                invited_at=recorded.at,
                outside_zone_ids=(event.home_zone,) if event.outside else (),
            )
            rows.put(MEMBER, invited)
        case MemberJoined():
            _change_member(rows, recorded.stream, joined_at=recorded.at)
        case MailPreferencesSet() as event:
            wishes = {"frequency": event.frequency, "topics": event.topics, "families": event.families}
            _change_member(rows, recorded.stream, language=event.language, **wishes)
        case MailStopped():
            _change_member(rows, recorded.stream, stopped=True)
        case MailResumed():
            _change_member(rows, recorded.stream, stopped=False)
        case MemberErased():
            _change_member(rows, recorded.stream, name="", mail="", stopped=True, erased=True)
            without_taker(rows, recorded.stream)
        case _:
            pass


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
                kind=event.kind,
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
            _change_member(rows, event.member_id, came_with_company=True)
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


def _change_member(rows: Rows, member_id: str, **changed: object) -> None:
    member = rows.get(MEMBER, member_id)
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
    for guest in rows.of(GUEST, "company_id", company_id):
        rows.drop(GUEST, company_id, guest.purchase_id)
    for phone in rows.of(PHONE, "company_id", company_id):
        rows.drop(PHONE, phone.phone_id)


def _count(rows: Rows, zone_id: str, change: int) -> None:
    zone = rows.get(ZONE, zone_id) if change else None
    if zone is not None:
        rows.put(ZONE, replace(zone, companies=zone.companies + change))


def touches(recorded: Recorded) -> Iterator[Group]:
    """What an event will need."""
    yield from touched(recorded.event)
    yield from touched_by_handover(recorded.event)
    match recorded.event:
        case MemberJoined() | MailPreferencesSet() | MailStopped() | MailResumed() | MemberErased():
            yield MEMBER, "member_id", recorded.stream
        case RepresentativeAdded() as added:
            yield MEMBER, "member_id", added.member_id
        case CompanyAdmitted() | CompanyRefused() | CompanySuspended() | CompanyReinstated() as judged:
            yield COMPANY, "company_id", recorded.stream
            yield ZONE, "zone_id", judged.zone_id
        case _:
            pass


EVENTS: Final[frozenset[type[Event]]] = frozenset(
    {
        *get_args(OfZone), *get_args(OfBelonging), *get_args(OfHandover),
        PartnershipProposed, PartnershipAgreed, PartnershipEnded,
        CompanyRegistered, SiteDeclared, RepresentativeAdded, RepresentativeRemoved, PhonePaired, PhoneRevoked,
        CompanyAdmitted, CompanyRefused, CompanySuspended, CompanyReinstated, CompanyErased,
        MemberInvited, MemberJoined, MailPreferencesSet, MailStopped, MailResumed, MemberErased,
    }
)  # fmt: skip

TABLES: Final = (
    ZONE, PARTNER, COMPANY, STANDING, MEMBERSHIP, DUES, GUEST, SITE, MEMBER, ROLE, REPRESENTATION, PHONE, HANDOVER,
    CHANGING_HANDS,
)  # fmt: skip

PEOPLE: Final = ReadModel(
    name="people",
    version=7,
    tables=TABLES,
    ddl=DDL + HANDOVERS,
    events=EVENTS,
    apply=apply,
    touches=touches,
    holds_private_text=True,
)
