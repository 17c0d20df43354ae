"""Beside a listing: with whom it could be pooled, how it could be shared out, and the outlets that take it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from domain.matching import MAILED
from domain.quantities import Quantity, convert, months_in
from domain.refused import _
from domain.splitting import Part, Partner, Split, cover, split
from marketplace.language import translations
from marketplace.links import PAGES
from marketplace.reading import AsyncReading
from projections import listings, matches, people, pooling
from projections.listings import LISTINGS
from projections.matches import MATCHES
from projections.people import PEOPLE
from projections.pooling import POOLING
from web import pooling_views as views
from web.guide import takers
from web.pooling import my_pools
from web.presenting import Presenter
from web.visits import Visit

MATCHES_WEIGHED: Final = 20


async def beside(visit: Visit, row: listings.Listing, zone: people.Zone) -> views.Beside | None:
    """What concerns whoever answers for an open listing; nothing for anybody else."""
    answers_for = visit.viewer.acts_for(row.company_id) or visit.viewer.has_role(row.zone_id, "facilitator")
    if not answers_for or visit.viewer.shared or row.life != "open":
        return None
    async with visit.reading(POOLING, MATCHES, LISTINGS, PEOPLE) as read:
        pools = await my_pools(visit, read, row.listing_id)
        share = await _share(visit, read, row)
        outlets = await read.all(pooling.outlets([row.zone_id])) if row.side == "offer" else []
    found = takers(visit, row, zone, outlets) if outlets else ()
    return views.Beside(pools=pools, share=share, outlets=found) if pools or share or found else None


async def _share(visit: Visit, read: AsyncReading, row: listings.Listing) -> views.Share | None:
    """An offer split among those it goes with, or a request covered by them; only where it takes several."""
    pairs = await read.all(matches.of_listing(row.listing_id, MAILED, limit=MATCHES_WEIGHED))
    others = {other.listing_id: other for other in await read.all(listings.among([pair.other_id for pair in pairs]))}
    partners = [
        Partner(pair.other_id, amount, _least(others[pair.other_id], row), pair.points)
        for pair in pairs
        if pair.other_id in others and (amount := _amount(others[pair.other_id], row)) is not None
    ]
    # A hundred lots among twenty take a moment: others are answered meanwhile.
    found = await visit.services.blocking(_found, row, partners)
    if found is None or len(found.parts) < 2:  # noqa: PLR2004 - one alone is a match, and no split
        return None
    points = {partner.id: partner.worth for partner in partners}
    parts = sorted(found.parts, key=lambda part: -part.amount)
    show = Presenter(visit.viewer, visit.say, visit.language, visit.now)
    return views.Share(
        sentence=_sentence(visit, show, row, found.placed, len(parts)),
        parts=tuple(_part(visit, show, row, part, others, points) for part in parts),
        splits=row.side == "offer",
    )


def _found(row: listings.Listing, partners: Sequence[Partner]) -> Split | None:
    least = _least(row, row)
    if row.side == "offer":
        return split(row.free, partners, least=least)
    return cover(row.free, partners, least=least)


def _amount(other: listings.Listing, row: listings.Listing) -> Decimal | None:
    """What is free of another listing, in the unit and period of this one; None where that were a guess."""
    return _told(other.free, other, row) if other.life == "open" and other.shown and other.free else None


def _least(of: listings.Listing, row: listings.Listing) -> Decimal:
    """The smallest lot of a listing, in the unit of this one."""
    amount, _space, unit = of.attributes.get("minimum_lot", "").partition(" ")
    if not amount:
        return Decimal(0)
    found = convert(Quantity(Decimal(amount), unit or of.unit), row.unit, row.category)
    return found.amount if found is not None and not found.estimated else Decimal(0)


def _told(amount: Decimal, of: listings.Listing, row: listings.Listing) -> Decimal | None:
    if (of.per is None) != (row.per is None):
        return None
    found = convert(Quantity(amount, of.unit), row.unit, row.category)
    if found is None or found.estimated:
        return None
    if of.per and row.per and of.per != row.per:
        return found.amount * months_in(row.per) / months_in(of.per)  # type: ignore[arg-type]  # periods, as posted
    return found.amount


def _sentence(visit: Visit, show: Presenter, row: listings.Listing, placed: Decimal, number: int) -> str:
    quantity = show.wording.quantity(Quantity(placed, row.unit, row.per), row.category)  # type: ignore[arg-type]  # a period, as posted
    if row.side == "offer":
        whole = placed == row.free
        said = _("All %(quantity)s could go") if whole else _("%(quantity)s could go")
        return visit.say(said, quantity=quantity)
    catalogue = translations(visit.language)
    message = catalogue.ngettext("%(num)d offer covers your %(quantity)s",
                                 "%(num)d offers together cover your %(quantity)s", number)  # fmt: skip
    return message % {"num": number, "quantity": quantity}


def _part(
    visit: Visit,
    show: Presenter,
    row: listings.Listing,
    part: Part,
    others: Mapping[str, listings.Listing],
    points: Mapping[str, int],
) -> views.SharePart:
    other = others[part.id]
    owns = visit.viewer.acts_for(row.company_id)
    theirs = _told(part.amount, row, other)
    return views.SharePart(
        listing_id=part.id,
        title=other.title,
        company=other.company or "",
        quantity=show.wording.quantity(Quantity(part.amount, row.unit, row.per), row.category),  # type: ignore[arg-type]  # a period, as posted
        points=points[part.id],
        address=PAGES.listing_with(part.id, row.listing_id, show.wording.typed(theirs)) if owns and theirs else "",
    )
