"""Shared sessions as their readers see them: when and where, which seats are whose, and who comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from litestar import Response
from msgspec import Struct

from domain.purchases import BEFORE_PLEDGES
from domain.refused import NotFound, _
from marketplace.wording import ngettext
from projections import people, purchases
from projections.people import PEOPLE
from projections.purchases import PURCHASES, PledgeRow, PurchaseRow, SessionRow, TermsRow, TraineeRow
from projections.viewer import Represented
from web import purchase_words as words
from web import session_views as views
from web.purchase_readers import Filled, follows, presenter, seen, who_may_join
from web.purchase_steps import Reshown
from web.purchase_views import Asking
from web.views import Fact
from web.visits import Visit, zone_view

LATE: Final = frozenset({"failed", "cancelled"})
SEATS: Final = ngettext("%(n)s seat", "%(n)s seats")
MONTHS: Final = ngettext("%(n)s month", "%(n)s months")


class Found(Struct, frozen=True):
    """A session, as far as its reader may know it; `session` is None before it has its day."""

    row: PurchaseRow
    zone: people.Zone
    session: SessionRow | None
    terms: TermsRow | None
    trainees: list[TraineeRow]
    pledges: dict[str, PledgeRow]
    given_back: dict[str, int]
    names: dict[str, str]
    companies: list[Represented]

    def name(self, company_id: str) -> str:
        """A company by its name; one that is erased has none."""
        return self.names.get(company_id) or company_id.removeprefix("company-")[:8]

    def of(self, company_id: str) -> list[TraineeRow]:
        """A company's trainees, in the order they were named."""
        return [one for one in self.trainees if one.company_id == company_id]

    def reserved(self, company_id: str) -> int:
        """The seats that are a company's, as the rules count them."""
        pledge = self.pledges.get(company_id)
        if pledge is None:
            return 0
        if self.row.stage == "open":
            return int(pledge.quantity)
        return max(int(pledge.share or 0) - self.given_back.get(company_id, 0), 0)


async def find(visit: Visit, purchase_id: str) -> Found:
    """Read a session, and who comes as far as the reader may see them."""
    row, zone = await seen(visit, purchase_id)
    if row.form != "session":
        raise NotFound(_("There is no such shared session."))
    async with visit.reading(PURCHASES, PEOPLE) as read:
        own = await who_may_join(visit, read, row)
        trainees = await read.all(purchases.trainees(purchase_id))
        pledges = {one.company_id: one for one in await read.all(purchases.pledges(purchase_id))}
        names = {one.company_id: one.name for one in own}
        for company_id in sorted({one.company_id for one in trainees} | pledges.keys()):
            if company_id not in names:
                known = await read.one(people.company(company_id))
                names[company_id] = known.name if known else ""
        return Found(
            row=row,
            zone=zone,
            session=await read.one(purchases.session(purchase_id)),
            terms=await read.one(purchases.terms([purchase_id])),
            trainees=trainees,
            pledges=pledges,
            given_back={
                one.company_id: one.given_back for one in await read.all(purchases.seats_given_back(purchase_id))
            },
            names=names,
            companies=own,
        )


class Training:
    """Puts a session into the words of its reader."""

    def __init__(self, visit: Visit, found: Found, reshown: Reshown) -> None:
        self.visit = visit
        self.found = found
        self.row = found.row
        self.reshown = reshown
        self.show = presenter(visit, found.zone)

    def counted(self, sentences: tuple[str, str], n: int) -> str:
        """3 seats."""
        return self.visit.wording.translations.ngettext(*sentences, n) % {"n": n}

    def facts(self) -> tuple[Fact, ...]:
        """When, where, how many are left, how long it holds: each said once, where there is something to say."""
        told, say = self.found.session, self.visit.say
        if told is None:
            return ()
        ends = told.starts_at + timedelta(minutes=told.minutes)
        zone = ZoneInfo(self.found.zone.time_zone)
        same = told.starts_at.astimezone(zone).date() == ends.astimezone(zone).date()
        moment = self.show.moment(told.starts_at)
        until = self.visit.wording.clock(ends, self.found.zone.time_zone) if same else self.show.moment(ends)
        seats = self.counted(SEATS, told.seats)
        if told.full:
            seats = say(_("%(seats)s, all taken"), seats=seats)
        elif told.taken is not None:
            seats = say(_("%(left)s left of %(seats)s"), left=told.seats - told.taken, seats=told.seats)
        facts = [
            (_("When"), say(_("%(begins)s, until %(ends)s"), begins=moment, ends=until)),
            (_("Where it is"), told.place),
            (_("Seats"), "" if told.held_on else seats),
            (_("Holds for"), self.counted(MONTHS, told.valid_months) if told.valid_months else ""),
            (_("Give a seat back until"), "" if told.held_on else self.show.moment(told.cancel_until)),
        ]
        return tuple(Fact(label=say(label), value=value) for label, value in facts if value)

    def seats(self, company_id: str, *, forms: bool) -> views.Seats:
        """A company's seats, and who sits on them; `forms` are those to give one back, or to forget a name."""
        own, reserved = self.found.of(company_id), self.found.reserved(company_id)
        unpledged = self.found.session is not None and self.found.session.unpledged
        return views.Seats(
            company_id=company_id,
            company=self.found.name(company_id),
            said=self.counted(SEATS, max(reserved, len(own) if unpledged else reserved)),
            unnamed=max(reserved - len(own), 0),
            trainees=tuple(
                self._trainee(trainee, seatless=self._is_seatless(place, reserved), forms=forms)
                for place, trainee in enumerate(own)
            ),
        )

    def _is_seatless(self, place: int, reserved: int) -> bool:
        """A name beyond the seats of its company while seats are booked: its share came out smaller."""
        return self.row.stage == "open" and place >= reserved

    def _trainee(self, trainee: TraineeRow, *, seatless: bool, forms: bool) -> views.Trainee:
        values = {"trainee": trainee.trainee_id, "company": trainee.company_id}
        told = self.found.session
        cancels = forms and told is not None and told.held_on is None and self.visit.now < told.cancel_until
        return views.Trainee(
            id=trainee.trainee_id,
            name=trainee.name or self.visit.say(_("(name forgotten)")),
            present=trainee.present,
            until=self.show.day(trainee.until) if trainee.until else "",
            seatless=seatless,
            cancel=self.form(f"cancel-{trainee.trainee_id}", values) if cancels else None,
            forget=self.form(f"forget-{trainee.trainee_id}", values)
            if forms and not cancels and trainee.name
            else None,
        )

    def form(self, key: str, values: Mapping[str, str]) -> Asking:
        """One form of the page, as it was filled when it comes back."""
        form = self.visit.form(self.reshown.of(key), values=values, seen_version=self.row.version)
        return Asking(key=key, form=form)

    def closed(self) -> str:
        """Why nobody can be named, said; empty while somebody can."""
        told, say = self.found.session, self.visit.say
        if self.row.stage in LATE:
            return say(_("This group purchase is over."))
        if told is None:
            return say(_("The session has no day yet."))
        if told.held_on is not None or self.visit.now >= told.starts_at:
            return say(_("The session has begun: nobody is added any more."))
        if self.row.stage in BEFORE_PLEDGES:
            return say(_("Say first how many seats you would take: names come once the price is known."))
        return ""

    def problem(self, *shown: Asking | None) -> str:
        """What stands against a form that is offered no more, or has no field to say it beside."""
        filled: Filled | None = self.reshown.filled
        if filled is None or self.reshown.conflict or any(one and one.key == filled.key for one in shown):
            return ""
        return " ".join(filled.given.errors.values())


async def beside(visit: Visit, row: PurchaseRow, companies: Sequence[Represented]) -> views.Beside | None:
    """The session on the page of its purchase; None of any other, before it has a day, and for who may not follow."""
    if row.form != "session" or not await follows(visit, row):
        return None
    found = await find(visit, row.purchase_id)
    if found.session is None:
        return None
    told = Training(visit, found, Reshown())
    own = [one.company_id for one in companies if found.of(one.company_id) or found.reserved(one.company_id)]
    return views.Beside(
        facts=told.facts(),
        own=tuple(told.seats(company_id, forms=False) for company_id in own),
        may_name=bool(companies) and not told.closed(),
        unpledged=found.session.unpledged,
    )


async def show_trainees(visit: Visit, purchase_id: str, reshown: Reshown) -> Response[str]:
    """Who of one's company comes."""
    found = await find(visit, purchase_id)
    told, session = Training(visit, found, reshown), found.session
    own = found.companies
    typed = reshown.filled.given.raw("company") if reshown.filled else visit.request.query_params.get("company", "")
    ranked = sorted(own, key=lambda one: (one.company_id != typed, not found.of(one.company_id)))
    company_id = ranked[0].company_id if ranked else ""
    seats = told.seats(company_id, forms=True) if company_id else None
    may_name = company_id and not told.closed()
    name = told.form("name", {"company": company_id}) if may_name else None
    in_time = session is not None and session.held_on is None and visit.now < session.cancel_until
    gives = in_time and seats is not None and seats.unnamed and found.row.stage == "confirmed"
    give_back = told.form("give_back", {"company": company_id}) if gives else None
    view = views.TraineesPage(
        zone=zone_view(found.zone),
        card=told.show.card(found.row, found.terms),
        words=words.said(found.row.form, visit.say),
        facts=told.facts(),
        seats=seats,
        name=name,
        give_back=give_back,
        until=told.show.day(session.until) if session and session.until else "",
        held=told.show.day(session.held_on) if session and session.held_on else "",
        cancel_until=told.show.moment(session.cancel_until) if session and in_time else "",
        closed=told.closed(),
        conflict=reshown.conflict,
        problem=told.problem(name, give_back),
    )
    return await visit.page(
        "purchases/session_trainees.html", view, zone=found.zone, current="purchases", status=reshown.status
    )
