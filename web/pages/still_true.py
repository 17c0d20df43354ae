"""Whether a listing still holds, answered from a mail: a small page that renews or withdraws it without signing in.

Opening it changes nothing: mail scanners and previews come here too. Only its buttons act, as whoever got the mail.
"""

from __future__ import annotations

from typing import Any, Final

from litestar import Response
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from msgspec import Struct
from msgspec.structs import replace

from domain.commands import Receipt
from domain.exchanges import Reason
from domain.listings import RenewListing, WithdrawListing, last_day, lasts_longer
from domain.refused import Conflict, Refused, _
from marketplace import still_true
from marketplace.still_true import Question
from projections import listings
from projections.listings import LISTINGS
from projections.viewer import Viewer
from web.forms import Answers
from web.listing_views import StillTruePage
from web.policies import form, page
from web.presenting import Presenter
from web.rate_limits import POSTS
from web.visits import Visit, Visiting

ACTS: Final = ("renew", "withdraw")
TOLD_WHEN_GONE: Final[Reason] = "quantity"
"""What those are told who still wait for an answer: there is none left."""


class Case(Struct, frozen=True):
    """The question, whoever was asked, and the listing as it stands."""

    question: Question
    person: Viewer
    row: listings.Listing

    @property
    def is_open(self) -> bool:
        """Whether it is still this end that is asked about."""
        return self.row.life in ("open", "expired") and still_true.is_about(self.question, self.row.expires_at)


@page("/still-true/{token:str}", policy="address")
async def ask(visit: Visiting, token: FromPath[str]) -> Response[str]:
    """Ask; whoever or whatever opens it."""
    case = await _case(visit, token)
    return await (_asking(visit, token, case) if case else _gone(visit, token))


@form("/still-true/{token:str}", policy="address")
async def answer(visit: Visiting, token: FromPath[str]) -> Response[str]:
    """Take the answer, as whoever got the mail; sent twice, it is taken once and answered alike."""
    given = await visit.answers()
    case = await _case(visit, token)
    if case is None:
        return await _gone(visit, token)
    act = given.choice("act", ACTS, missing=_("Choose one of the answers."))
    if given.errors:
        return await _asking(visit, token, case, given.errors["act"], status=422)
    try:
        await _carry_out(visit, case, act, given)
    except Refused as refused:
        status = 409 if isinstance(refused, Conflict) else 422
        return await _asking(visit, token, await _case(visit, token) or case, visit.refusal(refused), status=status)
    return await _done(visit, token, await _case(visit, token) or case, act)


async def _carry_out(visit: Visit, case: Case, act: str, given: Answers) -> Receipt:
    """Carry it out as this person, whoever else may be signed in on this device."""
    await visit.within(POSTS, case.person.member_id)
    use = visit.services.marketplace
    asked: dict[str, Any] = {**await visit.asked(), "actor": case.person.actor, "listing_id": case.row.listing_id}
    # An answer is about the end that was asked about: of another, the mail said nothing. Sent twice, it is the same.
    again = given.raw("ends") == str(int(case.question.ends_at.timestamp()))
    if not case.is_open and not (again if act == "renew" else case.row.life == "withdrawn"):
        raise Conflict(_("It was seen to meanwhile: nothing is left to answer."))
    if act == "renew":
        receipt = await visit.services.carry_out(use.renew_listing, RenewListing(**{**asked, "seen_version": None}))
    else:
        withdrawal = WithdrawListing(**{**asked, "seen_version": None}, decline=TOLD_WHEN_GONE)
        receipt = await visit.services.carry_out(use.withdraw_listing, withdrawal)
    visit.position = max(visit.position, receipt.position)
    if visit.session is not None:
        visit.session.note(receipt.position)
    return receipt


async def _case(visit: Visit, token: str) -> Case | None:
    """What the token asks, read with the rights of whoever got the mail; nothing when they have none any more."""
    question = still_true.read(visit.services.signer, token, visit.now)
    reader = visit.services.reader
    person = await reader.viewer(question.member_id) if question else None
    if question is None or person is None:
        return None
    if visit.position:
        await reader.visible(visit.position, [LISTINGS.name])
    async with reader.reading(person) as look:
        row = await look.one(listings.listing(question.listing_id, person.home_zone))
    if row is None or not person.acts_for(row.company_id):
        return None
    return Case(question, person, row)


async def _asking(visit: Visit, token: str, case: Case, problem: str = "", *, status: int = 200) -> Response[str]:
    """The question, or why there is nothing to answer any more."""
    shown = replace(_about(visit, token, case), problem=problem)
    if not case.is_open:
        heading = visit.say(_("Nothing to answer any more"))
        view = replace(shown, heading=heading, sentence=_meanwhile(visit, case.row), problem="")
        return await _shown(visit, view, status, case)
    ends_at = case.row.expires_at
    view = replace(
        shown,
        asks=True,
        ended=case.row.life == "expired",
        lasts_longer=lasts_longer(ends_at, case.row.available_to, visit.now),
        until=last_day(ends_at) if ends_at else None,
        form=visit.form(values={"ends": str(int(case.question.ends_at.timestamp()))}),
    )
    return await _shown(visit, view, status, case)


def _meanwhile(visit: Visit, row: listings.Listing) -> str:
    """What was done about it."""
    if row.life == "withdrawn":
        return visit.say(_("It is withdrawn."))
    if row.life == "fulfilled":
        return visit.say(_("Everything has found its place."))
    if row.expires_at is None:
        return visit.say(_("It has no end any more."))
    return visit.say(_("It stays until %(day)s."), day=visit.wording.date(last_day(row.expires_at)))


async def _done(visit: Visit, token: str, case: Case, act: str) -> Response[str]:
    """What was done."""
    sentence = (
        _meanwhile(visit, case.row)
        if act == "renew"
        else visit.say(_("It is no longer shown nor matched. Thank you for saying so."))
    )
    heading = visit.say(_("Thank you, it is noted"))
    return await _shown(
        visit, replace(_about(visit, token, case), heading=heading, sentence=sentence, done=True), 200, case
    )


async def _gone(visit: Visit, token: str) -> Response[str]:
    """A token that is none of ours or too old, or of someone who may no longer answer."""
    heading = visit.say(_("This link no longer works"))
    sentence = visit.say(_("Sign in to see your listings: one that ended can be renewed or posted again there."))
    return await _shown(visit, StillTruePage(token=token, heading=heading, sentence=sentence), 410)


async def _shown(visit: Visit, view: StillTruePage, status: int, case: Case | None = None) -> Response[str]:
    zones = await visit.services.zones()
    zone = next((each for each in zones if case is not None and each.zone_id == case.row.zone_id), None)
    response = await visit.page("listings/still_true.html", view, zone=zone, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _about(visit: Visit, token: str, case: Case) -> StillTruePage:
    show = Presenter(case.person, visit.say, visit.language, visit.now)
    card = show.card(case.row)
    facts = show.quantity(case.row)
    return StillTruePage(
        token=token,
        listing_id=case.row.listing_id,
        title=card.title,
        facts=f"{facts} ({card.left})" if card.left else facts,
    )


handlers: Final[list[ControllerRouterHandler]] = [ask, answer]
