"""The reasons of a decision that restricts somebody, as article 17 of the DSA wants them; and the appeal against it."""

from __future__ import annotations

import re
from typing import Any, Final

from litestar import Response
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from domain.appeals import APPEAL_WITHIN
from domain.listings import LodgeAppeal
from domain.refused import NotFound, Refused, _
from domain.suspensions import AppealSuspension
from marketplace.links import PAGES
from marketplace.record_words import HAPPENED, Restriction, statement
from projections import people, record
from projections.record import RECORD, Appeal, Entry
from web.forms import Answers
from web.objection_views import Answered, StatementPage
from web.policies import form, page
from web.reviewing import FLAGS
from web.views import Fact
from web.visits import Visit, Visiting, zone_view

WORDS_LENGTH: Final = 2_000
VERSION: Final = re.compile(r"[0-9]{1,9}")
OUTCOMES: Final = {
    "granted": HAPPENED["appeal_granted"],
    "refused": HAPPENED["appeal_refused"],
    "lapsed": _("Appeal over: what it was against is no longer in force"),
}
HEADINGS: Final = {
    "rejected": _("Why this listing is not shown"),
    "change_asked": _("Why a change is asked for"),
    "suspended": _("Why this company is suspended"),
    "not_admitted": _("Why this company is not admitted"),
}


class Decided(Struct, frozen=True):
    """A decision, how its subject stands now, and the appeal against it, if there is one."""

    zone: people.Zone
    entry: Entry
    in_force: bool
    appeal: Appeal | None


@page("/z/{zone:str}/statements/{subject_id:str}/{version:str}", policy="member")
async def show(
    visit: Visiting, zone: FromPath[str], subject_id: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """The reasons, for whom the decision is about, and for who moderates the zone."""
    return await _shown(visit, await _decided(visit, zone, subject_id, version))


@form("/z/{zone:str}/statements/{subject_id:str}/{version:str}/appeal", policy="member")
async def appeal(
    visit: Visiting, zone: FromPath[str], subject_id: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Ask the zone to look at it again."""
    decided = await _decided(visit, zone, subject_id, version)
    entry, here = decided.entry, decided.zone
    if not visit.viewer.acts_for(entry.company_id):
        raise NotFound(_("There is no such decision."))
    given = await visit.answers()
    why = given.text("why", most=WORDS_LENGTH, missing=_("Say why you disagree: somebody else reads it."))
    if given.errors:
        return await _shown(visit, decided, given, status=422)
    asked = await visit.asked()
    use = visit.services.marketplace
    about: dict[str, Any] = {"zone_id": here.zone_id, "appeal_id": f"appeal-{asked['command_id']}", "why": why}
    asked |= {"seen_version": None}
    try:
        if entry.subject_id == entry.company_id:
            await visit.carry_out(
                use.appeal_suspension, AppealSuspension(**asked, **about, company_id=entry.company_id)
            )
        else:
            lodging = LodgeAppeal(**asked, **about, listing_id=entry.subject_id, against=entry.version)
            await visit.carry_out(use.lodge_appeal, lodging)
    except NotFound:
        raise
    except Refused as refused:
        given.refused(refused, otherwise="why")
        return await _shown(visit, decided, given, status=422)
    visit.tell(visit.say(_("Your appeal is lodged. You are told by mail what comes of it.")))
    return visit.go(PAGES.statement(here.slug, entry.subject_id, entry.version))


async def _decided(visit: Visit, zone: str, subject_id: str, version: str) -> Decided:
    here = await visit.zone(zone)
    if not VERSION.fullmatch(version):
        raise NotFound(_("There is no such decision."))
    of_company = subject_id.startswith("company-")
    kinds: tuple[record.Kind, ...] = ("suspended", "not_admitted") if of_company else ("rejected", "change_asked")
    async with visit.reading(RECORD) as read:
        entry = await read.one(record.line(here.zone_id, subject_id, int(version), kinds))
        if entry is None:
            raise NotFound(_("There is no such decision."))
        lines = await read.all(record.of_subject(here.zone_id, subject_id))
        against = await read.one(record.against(here.zone_id, subject_id, entry.version))
    newest = next(line for line in lines if line.kind == entry.kind)
    stands = lines[0].standing == "suspended" if of_company else lines[0].status == "rejected"
    in_force = newest.version == entry.version and stands
    if entry.kind == "change_asked":
        in_force = not any(line.position > entry.position and line.kind in AFTER for line in lines)
    return Decided(here, entry, in_force, against)


AFTER: Final[frozenset[record.Kind]] = frozenset({"amended", "approved", "rejected", "taken_back", "withdrawn"})
"""What ends the wait for a change."""


def is_appealable(entry: Entry) -> bool:
    """Whether it hides something: what is shown while a change is asked for is restricted in nothing."""
    return entry.kind in {"rejected", "suspended"} or (entry.kind == "change_asked" and entry.status != "approved")


async def _shown(visit: Visit, decided: Decided, given: Answers | None = None, status: int = 200) -> Response[Any]:
    entry, here = decided.entry, decided.zone
    of_company = entry.subject_id == entry.company_id
    mine = visit.viewer.acts_for(entry.company_id)
    may_appeal = (
        mine
        and decided.in_force
        and decided.appeal is None
        and is_appealable(entry)
        and visit.now < entry.at + APPEAL_WITHIN
    )
    why = Restriction(
        kind=entry.kind,
        zone=here.name,
        ground=entry.ground,
        sentence=entry.sentence,
        noticed=bool(entry.notice_id),
        flagged=tuple(visit.say(FLAGS[flag]) for flag in entry.flags if flag in FLAGS),
        appealable=is_appealable(entry),
        shown=entry.kind == "change_asked" and entry.status == "approved",
        contact_mail=here.contact_mail,
    )
    erased = visit.say(_("(erased)"))
    title = entry.company if of_company else entry.words.title if entry.words else ""
    view = StatementPage(
        zone=zone_view(here),
        title=title or erased,
        heading=visit.say(HEADINGS[entry.kind]),
        company=entry.company or erased,
        at=entry.at,
        association=here.association or here.name,
        reference=f"{entry.subject_id}/{entry.version}",
        lines=tuple(Fact(label=label, value=value) for label, value in statement(why, visit.say)),
        in_force=decided.in_force,
        listing_id="" if of_company else entry.subject_id,
        amend=mine and decided.in_force and not of_company,
        appeal=visit.form(given) if may_appeal or given is not None else None,
        action=PAGES.statement(here.slug, entry.subject_id, entry.version, "appeal"),
        answered=_answered(visit, decided.appeal) if decided.appeal else None,
    )
    return await visit.page("objections/statement.html", view, zone=here, status=status)


def _answered(visit: Visit, appeal: Appeal) -> Answered:
    if not appeal.outcome:
        return Answered(why=appeal.why, at=appeal.at)
    another = _("Somebody else looked at it than who had decided.")
    same = _("The same person looked at it again: the zone has nobody else to moderate it.")
    return Answered(
        why=appeal.why or visit.say(_("(erased)")),
        at=appeal.at,
        outcome=visit.say(OUTCOMES[appeal.outcome]),
        sentence=appeal.sentence,
        decided_at=appeal.decided_at,
        by_another="" if appeal.outcome == "lapsed" else visit.say(another if appeal.by_another else same),
    )


handlers: Final[list[ControllerRouterHandler]] = [show, appeal]
