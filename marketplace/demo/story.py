"""A year in the demonstration zones, told as commands in order: a pure function of a seed and an anchor Monday.

Nothing here reads a clock or a random source. Ids of zones, companies, people and sites depend on the seed alone, so
that the next start of a demonstration finds them; ids of listings also carry the moment they were posted. Every time
lies before the anchor Monday at 0 h, Paris time. Digests are no part of the history.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from domain.commands import Command
from domain.companies import AddRepresentative, AdmitCompany, RegisterCompany
from domain.events import Private
from domain.listings import (
    LIFETIME,
    AmendListing,
    ApproveListing,
    Content,
    DraftListing,
    ExpireListing,
    PostListing,
    RejectListing,
    RenewListing,
    WithdrawListing,
    must_be_cleared,
)
from domain.members import InviteMember, JoinMember
from domain.zones import OPERATOR, GrantRole, OpenZone, ProposePartnership, Role, SetZonePolicy
from marketplace.demo.announcing import ZONE as ANNOUNCING
from marketplace.demo.announcing import Announcing
from marketplace.demo.buying import Buying
from marketplace.demo.collections import Gathering
from marketplace.demo.companies import COMPANIES, ZONES, DemoCompany, DemoZone, site_of, synthetic_siret
from marketplace.demo.dealings import EXCHANGES, Dealings
from marketplace.demo.drawings import DRAWN
from marketplace.demo.flows import (
    AMENDED,
    AWAITING,
    AWAITING_AGAIN,
    DECLINING,
    DRAFTED,
    FLOWS,
    ON_BEHALF,
    REJECTED,
    RENEWED,
    WITHDRAWN,
    Flow,
    read_quantity,
)
from marketplace.demo.framing import Framing
from marketplace.demo.moderating import Moderating
from marketplace.demo.naming import Naming
from marketplace.demo.objecting import APPEALED, Objecting
from marketplace.demo.people import NEVER_SIGNED_IN, PEOPLE, PERSONAE, ROLES, STAFF, DemoPeople, DemoPerson, Persona
from marketplace.demo.presenting import ZONE as PRESENTED
from marketplace.demo.presenting import Presenting
from marketplace.demo.rehearsal import Rehearsed
from marketplace.demo.sessions import Teaching
from marketplace.demo.settling import Settling
from marketplace.demo.together import Together
from marketplace.demo.weekdays import PARIS, moment
from marketplace.falling_due import CLOCK

DEMO_SEED: Final = 74
LONGEST_REVIEW: Final = 200
"""Minutes until a zone has read a listing."""
OPENED: Final = 371
"""Days before the anchor on which both zones open."""


class Story(Struct, frozen=True):
    """The commands in order, the six people to sign in as, and the ids of listings and exchanges by their keys."""

    commands: tuple[Command, ...]
    people: DemoPeople
    listings: dict[str, str]
    exchanges: dict[str, str]


def anchor_monday(now: datetime) -> date:
    """The Monday, Paris time, of the week that `now` is in."""
    today = now.astimezone(ZoneInfo(PARIS)).date()
    return today - timedelta(days=today.weekday())


def demo_people(seed: int = DEMO_SEED) -> DemoPeople:
    """The six people one signs in as, without telling the story again."""
    everyone = {person.key: person for person in (*STAFF, *PEOPLE)}
    names = {company.key: company.name for company in COMPANIES}

    def persona(part: str) -> Persona:
        person = everyone[PERSONAE[part]]
        member_id = Naming(seed).lasting("member", person.key)
        return Persona(part, member_id, person.name, person.mail, person.language, names.get(person.company))

    return DemoPeople(**{part: persona(part) for part in PERSONAE})


def tell(anchor: date, seed: int = DEMO_SEED) -> Story:
    """The whole year before `anchor`, which is a Monday."""
    if anchor.weekday():
        message = f"{anchor} is not a Monday"
        raise ValueError(message)
    teller = _Teller(anchor, Naming(seed))
    dealings = teller.dealings()
    steps = [*teller.zones(), *teller.companies(), *teller.listings(), *dealings.commands()]
    steps += [*teller.together().commands(), *teller.buying().commands()]
    steps += [*Gathering(teller.buying()).commands(), *Framing(teller.buying()).commands()]
    steps += Teaching(teller.buying()).commands()
    steps += teller.settling().commands()
    steps += teller.moderating().commands()
    steps += teller.presenting().commands()
    steps += teller.objecting(dealings.listings).commands()
    steps += Announcing(anchor, teller.naming, teller.together().facilitators[ANNOUNCING]).commands()
    # A stable sort: what happens at the same moment keeps the order it is told in.
    steps.sort(key=lambda command: command.now)
    return Story(
        commands=tuple(Rehearsed(teller.naming).told(steps, until=moment(anchor, 0, 0))),
        people=demo_people(seed),
        listings=dealings.listings,
        exchanges={exchange.key: dealings.exchange_id(exchange) for exchange in EXCHANGES},
    )


class _Author(Struct, frozen=True):
    """Who asks for something about a listing; a facilitator says for which company."""

    actor: str
    for_company: str | None = None


class _Teller(Struct, frozen=True):
    """Knows who is who and when is when, and tells the zones, the companies and the listings one after the other."""

    anchor: date
    naming: Naming

    # --- the zones and who runs them

    def zones(self) -> Iterator[Command]:
        """Both zones open; the operator names the first administrator, who grants the other roles."""
        for number, zone in enumerate(ZONES):
            yield from self._opening(zone, self._moment(OPENED, 9, 10 * number))
        leaders = {role.person for role in ROLES if role.role == "administrator"}
        for number, person in enumerate(STAFF):
            home = next(role.zone for role in ROLES if role.person == person.key)
            if person.key in leaders:
                yield from self._welcome(person, home, OPERATOR, self._moment(OPENED, 10, 5 * number))
            else:
                invited = self._moment(OPENED - 1, 10, 5 * number)
                yield from self._welcome(person, home, self._holder(home, "administrator"), invited)
        for number, role in enumerate(ROLES):
            first = role.role == "administrator"
            granted = self._moment(OPENED if first else OPENED - 2, 14, number)
            yield GrantRole(
                **self._asked(granted, OPERATOR, "grant", role.person, role.zone, role.role),
                zone_id=_zone(role.zone),
                member_id=self._member(role.person),
                role=role.role,
            )
        yield from self._partnership()

    def _partnership(self) -> Iterator[Command]:
        """The two zones agree to show each other what is for partner zones: one proposes, the other agrees."""
        slugs = [zone.slug for zone in ZONES]
        for later, (zone, partner) in enumerate((slugs, slugs[::-1])):
            yield ProposePartnership(
                **self._asked(
                    self._moment(OPENED - 30 - 6 * later, 10, 0), self._holder(zone, "administrator"), "partner", zone
                ),
                zone_id=_zone(zone),
                partner_id=_zone(partner),
            )

    def _opening(self, zone: DemoZone, moment: datetime) -> Iterator[Command]:
        yield OpenZone(
            **self._asked(moment, OPERATOR, "open", zone.slug),
            zone_id=_zone(zone.slug),
            slug=zone.slug,
            name=zone.name,
            commune=zone.commune,
            place=zone.place,
            time_zone=PARIS,
            association=zone.association,
            contact_mail=zone.contact_mail,
        )
        yield SetZonePolicy(
            **self._asked(moment + timedelta(minutes=2), OPERATOR, "set policy", zone.slug),
            zone_id=_zone(zone.slug),
            moderation=zone.moderation,
            digest_weekday=1,
            digest_hour=7,
            review_within_hours=zone.review_within_hours,
        )

    # --- the companies and their people

    def companies(self) -> Iterator[Command]:
        """Each is registered and admitted by the facilitator of its zones, then its people come in."""
        for number, company in enumerate(COMPANIES, start=1):
            registered = self._moment(company.since, 9, self.naming.minutes(company.key, 0, 90))
            yield from self._registration(company, number, registered)
            facilitator = self._holder(company.home, "facilitator")
            for later, person in enumerate(person for person in PEOPLE if person.company == company.key):
                invited = registered + timedelta(minutes=15 + 5 * later)
                yield from self._welcome(person, company.home, facilitator, invited)
                yield AddRepresentative(
                    **self._asked(invited + timedelta(minutes=1), facilitator, "represent", person.key),
                    company_id=self._company(company.key),
                    member_id=self._member(person.key),
                )

    def _registration(self, company: DemoCompany, number: int, registered: datetime) -> Iterator[Command]:
        centre = next(zone.place for zone in ZONES if zone.slug == company.home)
        yield RegisterCompany(
            **self._asked(registered, self._holder(company.home, "facilitator"), "register", company.key),
            company_id=self._company(company.key),
            siret=synthetic_siret(number),
            name=company.name,
            trade=company.trade,
            site_id=self._site(company.key),
            site_name=company.site,
            address=company.street,
            place=site_of(company, centre),
            zone_id=_zone(company.home),
        )
        for later, zone in enumerate(company.admitted_in):
            admitted = registered + timedelta(minutes=5 + 60 * later)
            yield AdmitCompany(
                **self._asked(admitted, self._holder(zone, "facilitator"), "admit", company.key, zone),
                company_id=self._company(company.key),
                zone_id=_zone(zone),
            )

    def _welcome(self, person: DemoPerson, zone: str, inviter: str, invited: datetime) -> Iterator[Command]:
        member_id = self._member(person.key)
        yield InviteMember(
            **self._asked(invited, inviter, "invite", person.key),
            member_id=member_id,
            home_zone=_zone(zone),
            name=person.name,
            mail=person.mail,
            language=person.language,
        )
        if person.key not in NEVER_SIGNED_IN:
            joined = invited + timedelta(minutes=self.naming.minutes(person.key, 20, 180))
            yield JoinMember(**self._asked(joined, f"member:{member_id}", "join", person.key), member_id=member_id)

    # --- the listings and what became of them

    def listings(self) -> Iterator[Command]:
        """Each flow is posted, reviewed where its zone wants it, and lives until something ends it."""
        for flow in FLOWS:
            company = next(company for company in COMPANIES if company.key == flow.company)
            yield from self._life(flow, company, self._author(flow, company))
        for key, (days, answers) in DRAFTED.items():
            person, kept_at = next(one for one in PEOPLE if one.key == key), self._moment(days, 16)
            yield DraftListing(
                **self._asked(kept_at, f"member:{self._member(key)}", "draft", key),
                listing_id=self.naming.at("listing", f"draft of {key}", kept_at),
                company_id=self._company(person.company),
                answers=answers,
            )

    def listing(self, flow: Flow) -> str:
        """The id of the listing, which carries the moment it was posted."""
        return self.naming.at("listing", flow.key, self._posted(flow))

    def _life(self, flow: Flow, company: DemoCompany, author: _Author) -> Iterator[Command]:
        draft = replace(flow.draft(self.anchor), photos=self._photos(flow))
        listing_id, kept_at = self.listing(flow), self._posted(flow)
        yield PostListing(
            **self._asked_by(author, kept_at, "post", flow.key),
            listing_id=listing_id,
            side=flow.side,
            company_id=self._company(company.key),
            site_id=self._site(company.key),
            draft=draft,
        )
        yield from self._first_review(flow, company)
        for days in RENEWED.get(flow.key, ()):
            kept_at = self._moment(days, 7, self.naming.minutes(f"{flow.key}-{days}", 0, 120))
            yield RenewListing(**self._asked_by(author, kept_at, "renew", flow.key, days), listing_id=listing_id)
        if change := AMENDED.get(flow.key):
            kept_at = self._moment(change.days, 13, self.naming.minutes(flow.key, 0, 120))
            amended = change.applied_to(draft)
            yield AmendListing(
                **self._asked_by(author, kept_at, "amend", flow.key), listing_id=listing_id, draft=amended
            )
            if replace(amended, quantity=draft.quantity) != draft and flow.key not in AWAITING_AGAIN:
                yield from self._approvals(flow, company, kept_at)
        if flow.key in WITHDRAWN:
            days, reason = WITHDRAWN[flow.key]
            ended = self._moment(days, 17, self.naming.minutes(flow.key, 0, 90))
            yield WithdrawListing(
                **self._asked_by(author, ended, "withdraw", flow.key),
                listing_id=listing_id,
                reason=reason,
                decline=DECLINING.get(flow.key),
            )
        elif draft.quantity.per is None:
            due = kept_at + LIFETIME + timedelta(minutes=1)
            if due < self._moment(0, 0):
                yield ExpireListing(**self._asked(due, CLOCK, "expire", flow.key), listing_id=listing_id)

    def _photos(self, flow: Flow) -> tuple[str, ...]:
        return tuple(
            self.naming.command_id("photo", flow.key, number) for number in range(len(DRAWN.get(flow.key, ())))
        )

    def _author(self, flow: Flow, company: DemoCompany) -> _Author:
        if flow.key in ON_BEHALF:
            return _Author(self._holder(company.home, "facilitator"), self._company(company.key))
        writer = flow.chosen.get("by") or next(person.key for person in PEOPLE if person.company == company.key)
        return _Author(f"member:{self._member(writer)}")

    def _first_review(self, flow: Flow, company: DemoCompany) -> Iterator[Command]:
        if flow.key in REJECTED:
            ground, sentence = REJECTED[flow.key]
            for zone in _reviewing(company, flow):
                seen = self._review_of(flow, self._posted(flow))
                yield RejectListing(
                    **self._asked(seen, self._holder(zone, "moderator"), "reject", flow.key, zone),
                    listing_id=self.listing(flow),
                    zone_id=_zone(zone),
                    ground=ground,
                    sentence=sentence,
                )
        elif flow.key not in AWAITING:
            yield from self._approvals(flow, company, self._posted(flow))

    def _approvals(self, flow: Flow, company: DemoCompany, written: datetime) -> Iterator[Command]:
        for zone in _reviewing(company, flow):
            seen = self._review_of(flow, written)
            yield ApproveListing(
                **self._asked(seen, self._holder(zone, "moderator"), "approve", flow.key, zone, written),
                listing_id=self.listing(flow),
                zone_id=_zone(zone),
            )

    # --- the exchanges

    def dealings(self) -> Dealings:
        """What the teller of the exchanges needs to know."""
        firsts = {company.key: next(one.key for one in PEOPLE if one.company == company.key) for company in COMPANIES}
        homes = {company.key: company.home for company in COMPANIES}
        return Dealings(
            anchor=self.anchor,
            naming=self.naming,
            listings={flow.key: self.listing(flow) for flow in FLOWS},
            # As late as a first review may be: nobody asks before.
            visible={flow.key: self._posted(flow) + timedelta(minutes=LONGEST_REVIEW) for flow in FLOWS},
            speakers={company: f"member:{self._member(person)}" for company, person in firsts.items()},
            facilitators={company: self._holder(zone, "facilitator") for company, zone in homes.items()},
            homes={company: _zone(zone) for company, zone in homes.items()},
        )

    def together(self) -> Together:
        """What the teller of the proposals and the outlets needs to know."""
        firsts = {company.key: next(one.key for one in PEOPLE if one.company == company.key) for company in COMPANIES}
        return Together(
            anchor=self.anchor,
            naming=self.naming,
            listings={flow.key: self.listing(flow) for flow in FLOWS},
            companies={company.key: self._company(company.key) for company in COMPANIES},
            facilitators={zone.slug: self._holder(zone.slug, "facilitator") for zone in ZONES},
            speakers={company: f"member:{self._member(person)}" for company, person in firsts.items()},
        )

    def buying(self) -> Buying:
        """What the teller of the group purchases needs to know."""
        together = self.together()
        return Buying(
            anchor=self.anchor,
            naming=self.naming,
            companies=together.companies,
            sites={company.key: self._site(company.key) for company in COMPANIES},
            facilitator=together.facilitators["jourdies"],
            speakers=together.speakers,
        )

    def objecting(self, listings: dict[str, str]) -> Objecting:
        """What the teller of notices and appeals needs to know."""
        company = next(flow.company for flow in FLOWS if flow.key == APPEALED)
        return Objecting(
            anchor=self.anchor,
            naming=self.naming,
            moderator=self._holder("jourdies", "moderator"),
            speaker=self.together().speakers[company],
            listings=listings,
        )

    def presenting(self) -> Presenting:
        """What the teller of the directory and of its newcomers needs to know."""
        together = self.together()
        return Presenting(
            anchor=self.anchor,
            naming=self.naming,
            administrator=self._holder(PRESENTED, "administrator"),
            companies=together.companies,
            speakers=together.speakers,
        )

    def moderating(self) -> Moderating:
        """What the teller of what the moderator asks and takes back needs to know."""
        waiting = {flow.key: self.listing(flow) for flow in FLOWS if flow.key in AWAITING}
        return Moderating(self.anchor, self.naming, self._holder("jourdies", "moderator"), waiting)

    def settling(self) -> Settling:
        """What the teller of what the zones settle needs to know."""
        together = self.together()
        return Settling(
            anchor=self.anchor,
            naming=self.naming,
            administrators={zone.slug: self._holder(zone.slug, "administrator") for zone in ZONES},
            companies=together.companies,
            speakers=together.speakers,
            reader=self._member(PERSONAE["reader"]),
            neighbour=next(person for person in STAFF if person.key == PERSONAE["facilitator"]),
            neighbour_id=self._member(PERSONAE["facilitator"]),
        )

    # --- who and when

    def _asked(self, now: datetime, actor: str, *what: object) -> dict[str, Any]:
        """What every command says; `what` tells this one from all others."""
        return {"actor": actor, "now": now, "command_id": self.naming.command_id(*what)}

    def _asked_by(self, author: _Author, now: datetime, *what: object) -> dict[str, Any]:
        return {**self._asked(now, author.actor, *what), "for_company": author.for_company}

    def _moment(self, days: int, hour: int, minutes: int = 0) -> datetime:
        return moment(self.anchor, days, hour, minutes)

    def _posted(self, flow: Flow) -> datetime:
        return self._moment(flow.posted, 8, self.naming.minutes(flow.key, 0, 8 * 60))

    def _review_of(self, flow: Flow, written: datetime) -> datetime:
        return written + timedelta(minutes=self.naming.minutes(f"review-{flow.key}", 25, LONGEST_REVIEW))

    def _member(self, key: str) -> str:
        return self.naming.lasting("member", key)

    def _company(self, key: str) -> str:
        return self.naming.lasting("company", key)

    def _site(self, key: str) -> str:
        return self.naming.lasting("site", key)

    def _holder(self, zone: str, role: Role) -> str:
        person = next(held.person for held in ROLES if held.zone == zone and held.role == role)
        return f"member:{self._member(person)}"


def _zone(slug: str) -> str:
    return f"zone-{slug}"


def _reviewing(company: DemoCompany, flow: Flow) -> list[str]:
    """The zones that read a flow before anyone sees it; all of them do where it may be hazardous."""
    said = Content(
        category=flow.category,
        title=Private("", flow.title),
        description=Private("", flow.description),
        quantity=read_quantity(flow.quantity),
        attributes=flow.stated,
    )
    hazardous = must_be_cleared(flow.side, said)
    return [
        zone.slug for zone in ZONES if zone.slug in company.admitted_in and (zone.moderation == "before" or hazardous)
    ]
