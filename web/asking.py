"""Interest in a listing: the form that shows it, and those who showed it, side by side before the listing's owner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import Final

from msgspec import Struct

from domain import taxonomy
from domain.dealings import open_to
from domain.exchanges import CHOSEN, OPEN
from domain.listings import OPEN_TO_PARTNERS
from domain.quantities import Quantity, convert
from domain.refused import _
from marketplace import match_words
from projections import exchanges, listings, matches, people
from projections.exchanges import EXCHANGES, ExchangeRow
from projections.listings import LISTINGS
from projections.matches import MATCHES
from projections.people import PEOPLE
from web import exchange_views as views
from web.exchanging import ExchangePresenter
from web.presenting import Presenter
from web.views import Choice, Form
from web.visits import Visit

MATCHES_LOOKED_AT: Final = 50
COMPANIES_TO_CHOOSE: Final = 500
WHOLE: Final = 100


class Answered(Struct, frozen=True):
    """A form of one interest as it was sent, to be shown again with what stands against it."""

    exchange_id: str
    verb: str
    form: Form


# What is left ---------------------------------------------------------------------------------------------------


def left(show: Presenter, row: listings.Listing) -> views.Left:
    """How much of a listing is nobody's yet."""
    offers = row.side == "offer"
    if row.free == row.amount:
        said = show.say(_("All of it is left") if offers else _("All of it is still sought"))
    elif row.free:
        message = _("%(free)s of %(whole)s left") if offers else _("%(free)s of %(whole)s still sought")
        said = show.say(message, free=show.wording.number(row.free), whole=show.quantity(row))
    else:
        said = show.say(_("All of it is promised"))
    return views.Left(sentence=said, share=int(WHOLE * row.free / row.amount), all_promised=not row.free)


# The form that shows interest -----------------------------------------------------------------------------------


async def askers(visit: Visit, row: listings.Listing) -> dict[str, str]:
    """The companies a reader may ask for, by id: their own, then those of a zone they facilitate; never the owner's."""
    near = {row.zone_id, *await _partners(visit, row)}
    own = {company.company_id: company.name for company in visit.viewer.companies if not near.isdisjoint(company.zones)}
    if row.visibility == "facilitator" and not visit.viewer.has_role(row.zone_id, "facilitator"):
        own = {}
    if visit.viewer.has_role(row.zone_id, "facilitator"):
        async with visit.reading(PEOPLE) as read:
            for company in await read.all(people.companies(row.zone_id, limit=COMPANIES_TO_CHOOSE)):
                own.setdefault(company.company_id, company.name)
    return {company_id: name for company_id, name in own.items() if company_id != row.company_id}


async def _partners(visit: Visit, row: listings.Listing) -> set[str]:
    """The partner zones of a listing's zone, where it is for them; asked only for a reader from elsewhere."""
    if row.visibility not in OPEN_TO_PARTNERS or row.zone_id in visit.viewer.zones:
        return set()
    async with visit.reading(PEOPLE) as read:
        return {zone.zone_id for zone in await read.all(people.partner_zones(row.zone_id))}


async def theirs_that_match(visit: Visit, row: listings.Listing, named: str) -> list[listings.Listing]:
    """The reader's own listings that go with this one: the one the address names, then the closest first."""
    async with visit.reading(LISTINGS, MATCHES) as read:
        pairs = await read.all(matches.of_listing(row.listing_id, limit=MATCHES_LOOKED_AT))
        ids = list(dict.fromkeys([*filter(None, (named,)), *(pair.other_id for pair in pairs)]))
        found = {other.listing_id: other for other in await read.all(listings.among(ids))} if ids else {}
    return [
        other
        for listing_id in ids
        if (other := found.get(listing_id)) is not None
        and visit.viewer.acts_for(other.company_id)
        and other.company_id != row.company_id
        and other.side != row.side
        and other.life == "open"
    ]


async def asking(
    visit: Visit,
    row: listings.Listing,
    *,
    named: str = "",
    origin: str = "page",
    sent: Form | None = None,
    opened: bool = False,
    amount: str = "",
) -> views.Asking | None:
    """What a reader may do about somebody else's listing; None when it is their own, or over."""
    viewer = visit.viewer
    if viewer.acts_for(row.company_id) or row.life != "open" or row.status != "approved":
        return None
    over = await _nothing_begins(visit, row)
    if not viewer.signed_in:
        return views.Asking(sign_in=not over, over=over)
    goes_with = await theirs_that_match(visit, row, named)
    under_way = await _under_way(visit, row, goes_with)
    if over:
        return views.Asking(under_way=tuple(under_way.values()), over=over)
    companies = {} if viewer.shared else await askers(visit, row)
    companies = {company: name for company, name in companies.items() if company not in under_way}
    if not companies:
        return views.Asking(
            under_way=tuple(under_way.values()), phone=viewer.shared, outsider=row.zone_id not in viewer.zones
        )
    goes_with = [other for other in goes_with if other.company_id in companies]
    first = await _first_words(visit, row, goes_with[0]) if goes_with else ""
    several = len(companies) > 1 or not any(viewer.acts_for(company_id) for company_id in companies)
    return views.Asking(
        under_way=tuple(under_way.values()),
        form=views.InterestForm(
            form=sent
            or visit.form(values=_prefilled(visit, row, goes_with, companies, origin, amount) | {"message": first}),
            unit=row.unit,
            is_waste=row.side == "offer" and row.attributes.get("status") == "waste",
            unit_said=Presenter(viewer, visit.say, visit.language, visit.now).wording.units(row.unit, row.category),
            per=row.per or "",
            goes_with=tuple(Choice(value=other.listing_id, label=other.title) for other in goes_with),
            companies=tuple(Choice(value=value, label=label) for value, label in companies.items()) if several else (),
            opened=opened or bool(goes_with or sent),
        ),
    )


async def _nothing_begins(visit: Visit, row: listings.Listing) -> str:
    """Why nobody new can ask for it, where its zone is closed or takes no waste any more."""
    here = await visit.zone(row.zone_slug)
    if here.is_closed(visit.now):
        return visit.say(_("This zone is closed: what is under way can be finished, and nothing new begins."))
    if row.attributes.get("status") == "waste" and here.waste == "off":
        return visit.say(_("This zone takes no listings of waste any more: nobody new can ask for it."))
    return ""


async def _under_way(
    visit: Visit, row: listings.Listing, goes_with: Sequence[listings.Listing]
) -> dict[str, views.UnderWay]:
    """What the reader's companies have under way with this listing, whichever side asked, by their company."""
    own = [company.company_id for company in visit.viewer.companies]
    about = [row.listing_id, *(other.listing_id for other in goes_with)]
    async with visit.reading(EXCHANGES) as read:
        rows = await read.all(exchanges.with_listing(own, about)) if own else []
    rows = [one for one in rows if row.listing_id in (one.listing_id, one.other_listing_id)]
    show = await presenter(visit, rows)
    found: dict[str, views.UnderWay] = {}
    for one in rows:
        exchange = one.exchange
        theirs = exchange.other(row.company_id)
        if visit.viewer.acts_for(theirs):
            found[theirs] = views.UnderWay(
                exchange_id=one.exchange_id,
                quantity=show.quantity(exchange.accepted or exchange.asked, one.category),
                stage=show.stage(one.stage),
                turn=show.turn(exchange),
            )
    return found


def _prefilled(
    visit: Visit,
    row: listings.Listing,
    goes_with: Sequence[listings.Listing],
    companies: Mapping[str, str],
    origin: str,
    amount: str = "",
) -> dict[str, str]:
    """What is sensible to ask for: what is free, and no more than what a matching listing of theirs seeks or has."""
    match = goes_with[0] if goes_with else None
    own = next((company_id for company_id in companies if visit.viewer.acts_for(company_id)), "")
    rhythm = "once" if match is not None and match.per is None else "flow"
    return {
        "amount": amount or visit.wording.typed(sensible(row, match)),
        "unit": row.unit,
        "rhythm": rhythm if row.per else "",
        "other_listing": match.listing_id if match else "",
        "for_company": match.company_id if match else own,
        "origin": "match" if match and origin == "page" else origin,
    }


async def _first_words(visit: Visit, row: listings.Listing, match: listings.Listing) -> str:
    """What this match leaves open and the other side alone can say, as the beginning of a message."""
    async with visit.reading(MATCHES) as read:
        found = await read.one(matches.between(match.listing_id, row.listing_id))
    asked = [question for question in found.ask if question.listing_id == row.listing_id] if found else []
    wording = visit.wording
    return match_words.message([match_words.question(one, wording, row.category) for one in asked], wording)


def sensible(row: listings.Listing, match: listings.Listing | None) -> Decimal:
    """The least of what is free and of what their own listing still seeks or has, in this listing's unit."""
    there = row.free or row.amount - row.taken
    if match is None or not match.free or (match.per is not None and match.per != row.per):
        return there
    theirs = convert(Quantity(match.free, match.unit), row.unit, row.category)
    if theirs is None or theirs.estimated:
        return there
    amount = theirs.amount
    if taxonomy.UNITS[row.unit].dimension in ("count", "pack") and row.per is None:
        amount = amount.to_integral_value(ROUND_FLOOR)
    return min(amount, there) if amount > 0 else there


# Side by side ---------------------------------------------------------------------------------------------------


async def interests(visit: Visit, row: listings.Listing, answered: Answered | None = None) -> views.Interests | None:
    """Everyone who asked, before whoever answers for the listing; None when nobody did."""
    async with visit.reading(EXCHANGES, LISTINGS) as read:
        rows = await read.all(exchanges.of_listing(row.listing_id))
        if not rows:
            return None
        asked_of = await read.one(exchanges.asked_of(row.listing_id)) or exchanges.Asked(0, Decimal(0))
        records = {one.company_id: one for one in await read.all(exchanges.records([one.asker_id for one in rows]))}
        asking_ids = [one.exchange_id for one in rows if one.stage == "asked" and not visit.viewer.shared]
        written = await read.all(exchanges.words_when_asking(asking_ids)) if asking_ids else []
        messages = {said.exchange_id: said.text for said in written if said.what == "InterestShown"}
        permits = {said.exchange_id: said.text for said in written if said.what == "Permit"}
        with_ids = [one.other_listing_id for one in rows if one.other_listing_id]
        titles = (
            {other.listing_id: other.title for other in await read.all(listings.among(with_ids))} if with_ids else {}
        )
    show = await presenter(visit, rows)

    def one_of(asked: ExchangeRow) -> views.Interest:
        exchange = asked.exchange
        verbs = () if visit.viewer.shared else open_to(exchange, asked.owner_id, visit.now)
        most = min(exchange.asked.amount, row.free)
        again = answered if answered and answered.exchange_id == asked.exchange_id else None
        return views.Interest(
            exchange_id=asked.exchange_id,
            company=show.name(asked.asker_id),
            quantity=show.quantity(exchange.accepted or exchange.asked, asked.category),
            asked_at=asked.asked_at,
            stage=show.stage(asked.stage),
            record=show.record(records.get(asked.asker_id)),
            metres=asked.metres,
            message=messages.get(asked.exchange_id, ""),
            permit=permits.get(asked.exchange_id, ""),
            goes_with_id=asked.other_listing_id if asked.other_listing_id in titles else "",
            goes_with=titles.get(asked.other_listing_id or "", ""),
            turn=show.turn(exchange),
            accept=_form(visit, asked, again, "accept", {"amount": show.wording.typed(most)})
            if "accept" in verbs and most > 0
            else None,
            decline=_form(visit, asked, again, "decline", {}) if "decline" in verbs else None,
            unit=show.wording.units(exchange.asked.unit, asked.category),
            recurs=exchange.recurs,
        )

    waiting = tuple(one_of(asked) for asked in rows if asked.stage == "asked")
    return views.Interests(
        waiting=waiting,
        on_the_way=tuple(one_of(asked) for asked in rows if asked.stage in OPEN - {"asked"}),
        over=tuple(one_of(asked) for asked in rows if asked.stage not in OPEN),
        sum=visit.say(
            _("Requests: %(asked)s. Available: %(free)s."),
            asked=show.amount(asked_of.amount, rows[0].exchange, row.category),
            free=show.wording.number(row.free),
        )
        if waiting
        else "",
        short=asked_of.amount > row.free,
        more=asked_of.waiting - len(waiting),
        reasons=reasons(show),
    )


def _form(visit: Visit, asked: ExchangeRow, again: Answered | None, verb: str, values: dict[str, str]) -> Form:
    if again is not None and again.verb == verb:
        return again.form
    return visit.form(values=values, seen_version=asked.version)


def reasons(show: ExchangePresenter) -> tuple[Choice, ...]:
    """Why one may decline or give up, said."""
    return tuple(Choice(value=code, label=show.reason(code)) for code in CHOSEN)


async def presenter(visit: Visit, rows: Sequence[ExchangeRow]) -> ExchangePresenter:
    """Shows these exchanges to the reader, with the names of their companies."""
    ids = sorted({company_id for row in rows for company_id in (row.owner_id, row.asker_id)})
    async with visit.reading(EXCHANGES) as read:
        names = {one.company_id: one.name for one in await read.all(exchanges.companies(ids))} if ids else {}
    time_zone = rows[0].exchange.time_zone if rows else "Europe/Paris"
    return ExchangePresenter(visit.viewer, visit.say, visit.language, visit.now, time_zone, names)
