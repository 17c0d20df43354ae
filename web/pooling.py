"""Proposals to act together as cards: for members without names or shares, for the facilitator with both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from domain import taxonomy
from domain.pooling import Answer
from domain.purchases import Form as PurchaseForm
from domain.quantities import Quantity
from marketplace.pooling_words import total_words
from marketplace.reading import AsyncReading
from projections import listings, people, pooling
from projections.pooling import AnswerRow, MemberRow, PoolRow
from web import answers
from web import pooling_views as views
from web.presenting import Presenter
from web.views import Fact, Form
from web.visits import Visit, zone_view

MOST_COMPANIES: Final = 1_000


async def my_pools(visit: Visit, read: AsyncReading, listing_id: str = "") -> tuple[views.PoolCard, ...]:
    """What counts a listing of the reader's companies, or one listing of theirs: theirs to answer."""
    own = {company.company_id: company.name for company in visit.viewer.companies}
    if not own or visit.viewer.shared:
        return ()
    pools = await read.all(pooling.of_listing(listing_id) if listing_id else pooling.mine(sorted(own)))
    if not pools:
        return ()
    ids = [pool.pooling_id for pool in pools]
    members = [row for row in await read.all(pooling.members(ids)) if row.company_id in own]
    said = {(row.pooling_id, row.company_id): row.answer for row in await read.all(pooling.answers(ids))}
    zones = {zone.zone_id: zone for zone in await read.all(people.zones_by_id([pool.zone_id for pool in pools]))}
    return tuple(
        card(visit, pool, zones[pool.zone_id], company=(company_id, own[company_id]), said=said)
        for pool in pools
        if pool.zone_id in zones
        for company_id in [_who_answers(pool, members, said)]
        if company_id
    )


async def zone_pools(
    visit: Visit, read: AsyncReading, zone: people.Zone, drops: Mapping[str, Form]
) -> tuple[views.PoolCard, ...]:
    """Everything that was proposed in a zone, as its facilitator reads it; `drops` are forms that were refused."""
    pools = await read.all(pooling.of_zone(zone.zone_id))
    ids = [pool.pooling_id for pool in pools]
    members, given = await read.all(pooling.members(ids)), await read.all(pooling.answers(ids))
    rows = {row.listing_id: row for row in await read.all(listings.among([row.listing_id for row in members]))}
    names = {row.company_id: row.name for row in await read.all(people.companies(zone.zone_id, limit=MOST_COMPANIES))}
    show = Presenter(visit.viewer, visit.say, visit.language, visit.now)
    return tuple(
        card(
            visit,
            pool,
            zone,
            counted=_counted(
                show,
                [row for row in members if row.pooling_id == pool.pooling_id],
                {row.company_id: row for row in given if row.pooling_id == pool.pooling_id},
                rows,
                names,
            ),
            drop=drops.get(pool.pooling_id) or visit.form(),
        )
        for pool in pools
    )


def card(
    visit: Visit,
    pool: PoolRow,
    zone: people.Zone,
    *,
    company: tuple[str, str] = ("", ""),
    said: Mapping[tuple[str, str], Answer] | None = None,
    counted: tuple[views.Counted, ...] = (),
    drop: Form | None = None,
) -> views.PoolCard:
    """A proposal for one reader."""
    company_id, name = company
    several = len(visit.viewer.companies) > 1
    return views.PoolCard(
        id=pool.pooling_id,
        kind=pool.kind,
        zone=zone_view(zone),
        what=taxonomy.label(pool.category, visit.language),
        category_code=pool.category,
        companies=pool.companies,
        totals=tuple(total_words(total, pool.category, visit.wording) for total in pool.totals),
        facts=_facts(visit, pool),
        metres=pool.metres,
        joined=pool.joined,
        declined=pool.declined,
        stage="lapsed" if pool.lapsed else pool.stage if pool.stage != "forming" else "proposed",
        since=pool.settled_at or pool.proposed_at,
        reason=pool.reason,
        action=pool.action_id,
        form=_form_of(pool),
        company_id=company_id,
        company=name if several else "",
        answer=(said or {}).get((pool.pooling_id, company_id)),
        join_command=visit.new_command(),
        decline_command=visit.new_command(),
        counted=counted,
        drop=drop,
        take_up_command=visit.new_command() if drop is not None else "",
    )


def _form_of(pool: PoolRow) -> PurchaseForm:
    """What it would most likely become: a round for what there is too much of, seats for a course, else goods."""
    if pool.kind == "surplus":
        return "collection"
    return "session" if "session" in taxonomy.CATEGORIES[pool.category].flags else "goods"


def _facts(visit: Visit, pool: PoolRow) -> tuple[Fact, ...]:
    return tuple(
        Fact(
            label=taxonomy.ATTRIBUTES[code].label_fr if visit.language == "fr" else taxonomy.ATTRIBUTES[code].label_en,
            value=", ".join(answers.answer(code, value, visit.say) for value in values),
        )
        for code, values in pool.features.items()
    )


def _who_answers(pool: PoolRow, members: Iterable[MemberRow], said: Mapping[tuple[str, str], Answer]) -> str:
    """The reader's company that is asked: of several that are counted, one that did not answer yet."""
    counted = sorted({row.company_id for row in members if row.pooling_id == pool.pooling_id})
    waiting = [company_id for company_id in counted if (pool.pooling_id, company_id) not in said]
    return next(iter((*waiting, *counted)), "")


def _counted(
    show: Presenter,
    members: Sequence[MemberRow],
    given: Mapping[str, AnswerRow],
    rows: Mapping[str, listings.Listing],
    names: Mapping[str, str],
) -> tuple[views.Counted, ...]:
    """Who stands in it with what, then who answered without a listing."""
    counted = [
        _one(show, member, given.get(member.company_id), rows.get(member.listing_id), names) for member in members
    ]
    there = {member.company_id for member in members}
    besides = [
        views.Counted(company=names.get(row.company_id, ""), answer=row.answer)
        for row in given.values()
        if row.company_id not in there
    ]
    return tuple(sorted(counted, key=lambda one: one.company) + besides)


def _one(
    show: Presenter,
    member: MemberRow,
    given: AnswerRow | None,
    row: listings.Listing | None,
    names: Mapping[str, str],
) -> views.Counted:
    quantity = Quantity(member.amount, member.unit, member.per)  # type: ignore[arg-type]  # a period, as posted
    return views.Counted(
        company=names.get(member.company_id) or (row.company if row else None) or "",
        place=(row.site or "") if row else "",
        listing_id=member.listing_id,
        title=row.title if row else "",
        quantity=show.wording.quantity(quantity, row.category if row else ""),
        answer=given.answer if given else None,
    )
