"""The moderation of a zone: what waits and why a person should look, what is approved in one tap, and taken back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from litestar import Response
from litestar.params import FromPath, FromQuery

from domain.listings import ApproveListing, TakeBackDecision
from domain.refused import Conflict, Refused, _
from marketplace.links import PAGES
from projections import exchanges, listings, moderation, people
from projections.exchanges import EXCHANGES, MessageRow
from projections.listings import LISTINGS
from projections.moderation import MODERATION, PAGE, Case
from projections.people import PEOPLE
from web.likeness import LOOKED_THROUGH
from web.moderation_tabs import tabs
from web.policies import form, page
from web.reviewing import in_zone, item, lately, others_who_decide, who_decided
from web.views.moderation import ModerationPage, ReportedMessage
from web.visits import Visit, Visiting, zone_view

WEEK: Final = timedelta(days=7)
MOST_AT_ONCE: Final = 100
TICKED: Final = re.compile(r"(listing-[0-9a-f-]{36}):([0-9]{1,9})")


@page("/z/{zone:str}/moderation", policy="moderator")
async def queue(
    visit: Visiting, zone: FromPath[str], after: FromQuery[str] = "", ticked: FromQuery[str] = ""
) -> Response[Any]:
    """What waits for a decision, the oldest first; `ticked` is for whoever would tick every box."""
    here = await visit.zone(zone)
    async with visit.reading(MODERATION, LISTINGS, PEOPLE, EXCHANGES) as read:
        cases = await read.all(moderation.queue(here.zone_id, after))
        load = await read.one(moderation.workload([here.zone_id], visit.now - WEEK))
        done = await read.all(moderation.decided(here.zone_id, visit.now - WEEK))
        about = [case.listing_id for case in (*cases, *done)]
        rows = {row.listing_id: row for row in await read.all(listings.among(about))}
        companies = sorted({case.company_id for case in cases})
        theirs = await read.all(listings.of_companies(companies, limit=LOOKED_THROUGH)) if companies else []
        messages = await read.all(exchanges.reported([here.zone_id]))
        parties = sorted({party for message in messages for party in (message.company_id, message.reported_by)})
        names = {company.company_id: company.name for company in await read.all(exchanges.companies(parties))}
        others = await others_who_decide(visit, read, here, companies)
    shown = cases[:PAGE]
    address = PAGES.moderation(here.slug)
    view = ModerationPage(
        zone=zone_view(here),
        items=tuple(
            item(visit, here, case, rows[case.listing_id], theirs, others.get(case.company_id, frozenset()))
            for case in shown
            if case.listing_id in rows
        ),
        batch_command=visit.new_command(),
        tabs=await tabs(visit, here, "queue"),
        policy=_promise(visit, here, shown),
        ticked=ticked == "all",
        all_ticked=f"{address}?ticked=all" if not after and ticked != "all" else "",
        next=f"{address}?after={shown[-1].cursor}" if len(cases) > PAGE else None,
        decided_this_week=load.decided if load else 0,
        decided=tuple(lately(visit, case, rows[case.listing_id]) for case in done if case.listing_id in rows),
        reported=tuple(_reported(visit, message, names) for message in messages),
    )
    return await visit.page("moderation/queue.html", view, zone=here, current="moderation")


@form("/z/{zone:str}/moderation/{listing_id:str}/approve", policy="moderator")
async def approve(visit: Visiting, zone: FromPath[str], listing_id: FromPath[str]) -> Response[Any]:
    """Show a listing in the zone."""
    here = await visit.zone(zone)
    row = await in_zone(visit, here, listing_id)
    command = ApproveListing(**await visit.asked(), listing_id=listing_id, zone_id=here.zone_id)
    try:
        receipt = await visit.carry_out(visit.services.marketplace.approve_listing, command)
    except Refused as refused:
        visit.tell(await _why_not(visit, here, listing_id, refused), "problem")
    else:
        met = "" if receipt.position else await who_decided(visit, here, row)
        visit.tell(met or visit.say(_("Approved: the zone sees it now.")))
    return visit.go(PAGES.moderation(here.slug))


@form("/z/{zone:str}/moderation/approve", policy="moderator")
async def approve_ticked(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Show several at once, each as it was read: each by itself, so that one that cannot be keeps no other back."""
    here = await visit.zone(zone)
    given = await visit.answers()
    asked = await visit.asked()
    ticked = [found.groups() for value in given.all("listing")[:MOST_AT_ONCE] if (found := TICKED.fullmatch(value))]
    approved = 0
    for listing_id, version in ticked:
        row = await in_zone(visit, here, listing_id)
        each = {"command_id": str(uuid5(UUID(asked["command_id"]), listing_id)), "seen_version": int(version)}
        command = ApproveListing(**{**asked, **each}, listing_id=listing_id, zone_id=here.zone_id)
        try:
            await visit.carry_out(visit.services.marketplace.approve_listing, command)
            approved += 1
        except Refused as refused:
            why = await _why_not(visit, here, listing_id, refused)
            visit.tell(visit.say(_("“%(title)s”: %(why)s"), title=row.title, why=why), "problem")
    if approved:
        visit.tell(visit.say(_("Listings approved: %(n)s."), n=approved))
    if not ticked:
        visit.tell(visit.say(_("Tick at least one listing.")), "problem")
    return visit.go(PAGES.moderation(here.slug))


@form("/z/{zone:str}/moderation/{listing_id:str}/take-back", policy="moderator")
async def take_back(visit: Visiting, zone: FromPath[str], listing_id: FromPath[str]) -> Response[Any]:
    """Take back the decision that stood at the version the form was made for."""
    here = await visit.zone(zone)
    await in_zone(visit, here, listing_id)
    given = await visit.answers()
    version = given.whole("decided_version", least=0, most=10**9)
    command = TakeBackDecision(
        **await visit.asked(), listing_id=listing_id, zone_id=here.zone_id, decided_version=version or 0
    )
    try:
        await visit.carry_out(visit.services.marketplace.take_back_decision, command)
    except Refused as refused:
        visit.tell(await _why_not(visit, here, listing_id, refused), "problem")
    else:
        visit.tell(visit.say(_("Taken back: it waits where it stood. The record keeps both.")))
    return visit.go(PAGES.moderation(here.slug))


async def _why_not(visit: Visit, here: people.Zone, listing_id: str, refused: Refused) -> str:
    """Why a decision was refused; where somebody else decided meanwhile, who and what."""
    said = visit.refusal(refused)
    if not isinstance(refused, Conflict):
        return said
    row = await in_zone(visit, here, listing_id)
    return " ".join(filter(None, (said, await who_decided(visit, here, row))))


def _promise(visit: Visit, here: people.Zone, cases: Sequence[Case]) -> str:
    """What the zone promises its companies, and how far it is from it."""
    hours = here.review_within_hours
    late = sum(not case.shown and visit.now - case.since > timedelta(hours=hours) for case in cases)
    if late:
        promise = _("The zone promises an answer within %(hours)s hours: %(late)s of these have waited longer.")
        return visit.say(promise, hours=hours, late=late)
    return visit.say(_("The zone promises an answer within %(hours)s hours."), hours=hours)


def _reported(visit: Visit, message: MessageRow, names: Mapping[str, str]) -> ReportedMessage:
    """A message as those who run the zone read it; only the side it was written to reports it."""
    unknown = visit.say(_("a company of the zone"))
    return ReportedMessage(
        message_id=message.message_id,
        writer=names.get(message.company_id) or unknown,
        reader=names.get(message.reported_by) or unknown,
        text=message.text,
        photos=message.photos,
        at=message.at,
        reported_at=message.reported_at or message.at,
        why=message.report,
    )


handlers = [queue, approve, approve_ticked, take_back]
