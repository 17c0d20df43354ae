"""To ask for a change, or to refuse: a ground and a sentence, chosen among the zone's own in one tap and changed."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response
from litestar.params import FromPath, FromQuery

from domain.listings import GROUNDS, RejectListing, RequestAmendment
from domain.refused import Conflict, NotFound, Refused, _
from domain.sentences import Use
from marketplace.links import PAGES
from projections import listings, moderation, people
from projections.listings import LISTINGS
from projections.moderation import MODERATION
from projections.people import PEOPLE
from web import answers
from web.forms import Answers
from web.likeness import LOOKED_THROUGH
from web.policies import form, page
from web.reviewing import in_zone, item, others_who_decide, who_decided
from web.sentences import sentences_of
from web.views.moderation import SentenceChip, VerdictPage
from web.visits import Visit, Visiting, zone_view

LONGEST_SENTENCE: Final = 1_000
MISSING: Final[dict[Use, tuple[str, str]]] = {
    "amend": (
        _("Choose what the change is about."),
        _("Say what to change in a sentence: the company reads it."),
    ),
    "reject": (_("Choose the ground of the rejection."), _("Say why in a sentence: the company reads it.")),
}
DONE: Final[dict[Use, str]] = {
    "amend": _("Asked: the author is told what to change, and you read it again."),
    "reject": _("Not published. The author is told, with your sentence."),
}


@page("/z/{zone:str}/moderation/{listing_id:str}/amend", policy="moderator")
async def ask(
    visit: Visiting, zone: FromPath[str], listing_id: FromPath[str], sentence: FromQuery[str] = ""
) -> Response[Any]:
    """What a change is asked with; `sentence` is one that was chosen."""
    return await _form(visit, await visit.zone(zone), listing_id, "amend", sentence)


@page("/z/{zone:str}/moderation/{listing_id:str}/reject", policy="moderator")
async def refuse(
    visit: Visiting, zone: FromPath[str], listing_id: FromPath[str], sentence: FromQuery[str] = ""
) -> Response[Any]:
    """What a listing is refused with; `sentence` is one that was chosen."""
    return await _form(visit, await visit.zone(zone), listing_id, "reject", sentence)


@form("/z/{zone:str}/moderation/{listing_id:str}/amend", policy="moderator")
async def amend(visit: Visiting, zone: FromPath[str], listing_id: FromPath[str]) -> Response[Any]:
    """Ask the company for a change."""
    return await _sent(visit, await visit.zone(zone), listing_id, "amend")


@form("/z/{zone:str}/moderation/{listing_id:str}/reject", policy="moderator")
async def reject(visit: Visiting, zone: FromPath[str], listing_id: FromPath[str]) -> Response[Any]:
    """Keep a listing out of the zone."""
    return await _sent(visit, await visit.zone(zone), listing_id, "reject")


async def _sent(visit: Visit, here: people.Zone, listing_id: str, verdict: Use) -> Response[Any]:
    """Decide; what cannot be is shown again with everything that was typed."""
    row = await in_zone(visit, here, listing_id)
    given = await visit.answers()
    about, why = MISSING[verdict]
    ground: Any = given.choice("ground", GROUNDS, missing=about)
    sentence = given.text("sentence", most=LONGEST_SENTENCE, missing=why)
    met, status = "", 422
    if not given.errors:
        said = {"listing_id": listing_id, "zone_id": here.zone_id, "ground": ground, "sentence": sentence}
        use_cases = visit.services.marketplace
        try:
            if verdict == "amend":
                receipt = await visit.carry_out(
                    use_cases.request_amendment, RequestAmendment(**await visit.asked(), **said)
                )
            else:
                receipt = await visit.carry_out(use_cases.reject_listing, RejectListing(**await visit.asked(), **said))
        except Conflict as conflict:
            met = " ".join(filter(None, (visit.refusal(conflict), await who_decided(visit, here, row))))
            status = 409
        except Refused as refused:
            given.refused(refused, otherwise="sentence")
        else:
            # Somebody decided the same before: their sentence is what the author read.
            before = "" if receipt.position else await who_decided(visit, here, row)
            visit.tell(before or visit.say(DONE[verdict]))
            return visit.go(PAGES.moderation(here.slug))
    return await _form(visit, here, listing_id, verdict, given=given, met=met, status=status)


async def _form(
    visit: Visit,
    here: people.Zone,
    listing_id: str,
    verdict: Use,
    chosen: str = "",
    *,
    given: Answers | None = None,
    met: str = "",
    status: int = 200,
) -> Response[Any]:
    row = await in_zone(visit, here, listing_id)
    async with visit.reading(MODERATION, LISTINGS, PEOPLE) as read:
        case = await read.one(moderation.waiting(here.zone_id, listing_id))
        if case is None:
            case = next(iter(await read.all(moderation.record(here.zone_id, listing_id, limit=1))), None)
        if case is None:
            raise NotFound(_("There is no such listing."))
        kept = sentences_of(visit.language, await read.all(moderation.sentences(here.zone_id)))
        theirs = await read.all(listings.of_companies([row.company_id], limit=LOOKED_THROUGH))
        others = await others_who_decide(visit, read, here, [row.company_id])
    mine = [one for one in kept if one.use == verdict and not one.dropped]
    tapped = next((one for one in mine for language in one.texts if chosen == f"{one.sentence_id}.{language}"), None)
    values = {"ground": tapped.ground, "sentence": tapped.texts[chosen.rpartition(".")[2]]} if tapped else {}
    address = PAGES.request_amendment if verdict == "amend" else PAGES.reject_listing
    view = VerdictPage(
        zone=zone_view(here),
        verdict=verdict,
        item=item(visit, here, case, row, theirs, others.get(row.company_id, frozenset())),
        form=visit.form(given, values=values, seen_version=row.version),
        grounds=answers.grounds(visit.say),
        chips=tuple(
            SentenceChip(
                text=text,
                href=f"{address(here.slug, listing_id)}?sentence={one.sentence_id}.{language}#decide",
                language=language,
                chosen=chosen == f"{one.sentence_id}.{language}",
            )
            for one in mine
            for language, text in one.texts.items()
        ),
        consequence=_consequence(visit, here, row, verdict),
        met=met,
    )
    return await visit.page("moderation/verdict.html", view, zone=here, current="moderation", status=status)


def _consequence(visit: Visit, here: people.Zone, row: listings.Listing, verdict: Use) -> str:
    """What becomes of the listing by this decision, for whoever is about to take it."""
    if verdict == "reject":
        return visit.say(_("The zone will not see it. Its company reads your sentence, may correct it, or appeal."))
    if here.moderation == "before" or row.status == "pending":
        return visit.say(_("It stays its company’s and hidden until they answer; then it is back in your queue."))
    return visit.say(_("It stays online, as the zone’s policy has it; once they answer, it is back in your queue."))


handlers = [ask, refuse, amend, reject]
