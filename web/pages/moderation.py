"""The moderation of a zone: what waits and why it was flagged, each decision with its reason, and reported messages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from litestar import Response
from litestar.params import FromPath, FromQuery

from domain import taxonomy
from domain.listings import GROUNDS, ApproveListing, RejectListing
from domain.refused import Conflict, NotFound, Refused, _
from marketplace.links import PAGES
from projections import exchanges, listings, moderation, people
from projections.exchanges import EXCHANGES, MessageRow
from projections.listings import LISTINGS
from projections.moderation import MODERATION, PAGE, Case
from projections.people import PEOPLE
from web import answers, views
from web.likeness import LOOKED_THROUGH, most_alike_row, said_by
from web.policies import form, page
from web.presenting import Presenter
from web.visits import Visit, Visiting, zone_view

LONGEST_SENTENCE: Final = 1_000
WEEK: Final = timedelta(days=7)
MOST_AT_ONCE: Final = 100
TICKED: Final = re.compile(r"(listing-[0-9a-f-]{36}):([0-9]{1,9})")

FLAGS: Final = {
    "pool_owned": _("Names a pallet rental company: such pallets cannot be offered."),
    "pool_suspected": _("The colour suggests rental pallets."),
    "deposit": _("Speaks of a deposit: the owner must agree."),
    "hazardous": _("May be hazardous: no contact before someone has looked."),
    "prohibited": _("Speaks of asbestos."),
    "asbestos_suspected": _("May hold asbestos: was made with it before 1997."),
    "staff_profit": _("Staff may be lent without profit only."),
    "personal_data": _("Holds a phone number or an address; visitors see it masked."),
    "transboundary": _("May cross a border: waste has rules for that."),
}


@page("/z/{zone:str}/moderation", policy="moderator")
async def queue(visit: Visiting, zone: FromPath[str], after: FromQuery[str] = "") -> Response[Any]:
    """What waits for a decision, the oldest first."""
    return await _queue(visit, await visit.zone(zone), after)


@form("/z/{zone:str}/moderation/{listing_id:str}/approve", policy="moderator")
async def approve(visit: Visiting, zone: FromPath[str], listing_id: FromPath[str]) -> Response[Any]:
    """Show a listing in the zone."""
    here = await visit.zone(zone)
    await _in_zone(visit, here, listing_id)
    command = ApproveListing(**await visit.asked(), listing_id=listing_id, zone_id=here.zone_id)
    try:
        await visit.carry_out(visit.services.marketplace.approve_listing, command)
    except Conflict as conflict:
        visit.tell(visit.refusal(conflict), "problem")
    else:
        visit.tell(visit.say(_("Approved: the zone sees it now.")))
    return visit.go(PAGES.moderation(here.slug))


@form("/z/{zone:str}/moderation/approve", policy="moderator")
async def approve_ticked(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Show several at once, each as it was read; one that changed meanwhile stays in the queue."""
    here = await visit.zone(zone)
    given = await visit.answers()
    asked = await visit.asked()
    approved, changed = 0, 0
    for value in given.all("listing")[:MOST_AT_ONCE]:
        ticked = TICKED.fullmatch(value)
        if ticked is None:
            continue
        listing_id, version = ticked.groups()
        await _in_zone(visit, here, listing_id)
        each = {"command_id": str(uuid5(UUID(asked["command_id"]), listing_id)), "seen_version": int(version)}
        command = ApproveListing(**{**asked, **each}, listing_id=listing_id, zone_id=here.zone_id)
        try:
            await visit.carry_out(visit.services.marketplace.approve_listing, command)
            approved += 1
        except Conflict:
            changed += 1
    if approved:
        visit.tell(visit.say(_("Listings approved: %(n)s."), n=approved))
    if changed:
        visit.tell(visit.say(_("Some changed while you were reading: they are still here.")), "problem")
    if not approved and not changed:
        visit.tell(visit.say(_("Tick at least one listing.")), "problem")
    return visit.go(PAGES.moderation(here.slug))


@form("/z/{zone:str}/moderation/{listing_id:str}/reject", policy="moderator")
async def reject(visit: Visiting, zone: FromPath[str], listing_id: FromPath[str]) -> Response[Any]:
    """Keep a listing out of the zone, with its ground and a sentence to the author."""
    here = await visit.zone(zone)
    await _in_zone(visit, here, listing_id)
    given = await visit.answers()
    ground = given.choice("ground", GROUNDS, missing=_("Choose the ground of the rejection."))
    sentence = given.text("sentence", most=LONGEST_SENTENCE, missing=_("Say why in a sentence: the company reads it."))
    if not given.errors:
        command = RejectListing(
            **await visit.asked(),
            listing_id=listing_id,
            zone_id=here.zone_id,
            ground=ground,  # type: ignore[arg-type]  # one of GROUNDS, as `choice` promises
            sentence=sentence,
        )
        try:
            await visit.carry_out(visit.services.marketplace.reject_listing, command)
        except Conflict as conflict:
            visit.tell(visit.refusal(conflict), "problem")
            return visit.go(PAGES.moderation(here.slug))
        except Refused as refused:
            given.refused(refused, otherwise="sentence")
        else:
            visit.tell(visit.say(_("Not published. The author is told, with your sentence.")))
            return visit.go(PAGES.moderation(here.slug))
    wrong = {listing_id: (given.errors, ground, sentence)}
    return await _queue(visit, here, "", wrong=wrong, status=422)


async def _in_zone(visit: Visit, here: people.Zone, listing_id: str) -> None:
    """A listing of this zone; one of another is missing here."""
    async with visit.reading(LISTINGS) as read:
        rows = await read.all(listings.in_zones(listing_id))
    if here.zone_id not in {row.zone_id for row in rows}:
        raise NotFound(_("There is no such listing."))


async def _queue(
    visit: Visit,
    here: people.Zone,
    after: str,
    *,
    wrong: Mapping[str, tuple[Mapping[str, str], str, str]] | None = None,
    status: int = 200,
) -> Response[Any]:
    async with visit.reading(MODERATION, LISTINGS, PEOPLE, EXCHANGES) as read:
        cases = await read.all(moderation.queue(here.zone_id, after))
        done = await read.all(moderation.workload([here.zone_id], visit.now - WEEK))
        rows = {row.listing_id: row for row in await read.all(listings.among([case.listing_id for case in cases]))}
        companies = sorted({case.company_id for case in cases})
        theirs = await read.all(listings.of_companies(companies, limit=LOOKED_THROUGH)) if companies else []
        messages = await read.all(exchanges.reported([here.zone_id]))
        parties = sorted(
            {company_id for message in messages for company_id in (message.company_id, message.reported_by)}
        )
        names = {company.company_id: company.name for company in await read.all(exchanges.companies(parties))}
    shown = cases[:PAGE]
    following = shown[-1].cursor if len(cases) > PAGE else None
    show = Presenter(visit.viewer, visit.say, visit.language, visit.now)
    view = views.ModerationPage(
        zone=zone_view(here),
        items=tuple(
            _item(visit, show, case, rows[case.listing_id], theirs, (wrong or {}).get(case.listing_id))
            for case in shown
            if case.listing_id in rows
        ),
        grounds=answers.grounds(visit.say),
        batch_command=visit.new_command(),
        policy=_promise(visit, here, shown),
        next=f"{PAGES.moderation(here.slug)}?after={following}" if following else None,
        decided_this_week=done[0].decided if done else 0,
        reported=tuple(_reported(visit, message, names) for message in messages),
    )
    return await visit.page("moderation/queue.html", view, zone=here, current="moderation", status=status)


def _promise(visit: Visit, here: people.Zone, cases: Sequence[Case]) -> str:
    """What the zone promises its companies, and how far it is from it."""
    hours = here.review_within_hours
    late = sum(visit.now - case.since > timedelta(hours=hours) for case in cases)
    if late:
        promise = _("The zone promises an answer within %(hours)s hours: %(late)s of these have waited longer.")
        return visit.say(promise, hours=hours, late=late)
    return visit.say(_("The zone promises an answer within %(hours)s hours."), hours=hours)


def _item(
    visit: Visit,
    show: Presenter,
    case: Case,
    row: listings.Listing,
    theirs: Sequence[listings.Listing],
    wrong: tuple[Mapping[str, str], str, str] | None,
) -> views.ModerationItem:
    errors, ground, sentence = wrong or ({}, "", "")
    flags = [visit.say(FLAGS[flag]) for flag in case.flags if flag in FLAGS]
    if twin := _said_before(row, theirs):
        flags.append(visit.say(_("Similar to “%(title)s”, which the company has open already."), title=twin.title))
    return views.ModerationItem(
        card=show.card(row),
        since=case.since,
        description=row.description,
        photos=row.photos,
        author=row.trade or "",
        forms=views.ModerationForms(
            approve_command=visit.new_command(),
            reject_command=visit.new_command(),
            seen_version=row.content_version,
        ),
        flags=tuple(flags),
        changes=_changes(visit, case),
        first_listing=case.first,
        errors=errors,
        sentence=sentence,
        ground=ground,
    )


def _said_before(row: listings.Listing, theirs: Sequence[listings.Listing]) -> listings.Listing | None:
    """An older open listing of the same company that says the same."""
    older = [
        other
        for other in theirs
        if other.company_id == row.company_id and other.life == "open" and other.posted_at < row.posted_at
    ]
    return most_alike_row(said_by(row), older)


def _reported(visit: Visit, message: MessageRow, names: Mapping[str, str]) -> views.ReportedMessage:
    """A message as those who run the zone read it; only the side it was written to reports it."""
    unknown = visit.say(_("a company of the zone"))
    return views.ReportedMessage(
        message_id=message.message_id,
        writer=names.get(message.company_id) or unknown,
        reader=names.get(message.reported_by) or unknown,
        text=message.text,
        photos=message.photos,
        at=message.at,
        reported_at=message.reported_at or message.at,
        why=message.report,
    )


def _changes(visit: Visit, case: Case) -> tuple[tuple[str, str, str], ...]:
    """What the words said before and say now, where they differ."""
    before, now = case.before, case.words
    if before is None:
        return ()
    lines = (
        (_("Title"), before.title, now.title),
        (_("Category"), taxonomy.label(before.category, visit.language), taxonomy.label(now.category, visit.language)),
        (_("Description"), before.description, now.description),
    )
    return tuple((visit.say(what), was, is_now) for what, was, is_now in lines if was != is_now)


handlers = [queue, approve, approve_ticked, reject]
