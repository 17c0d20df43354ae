"""A listing as a moderator reads it: why a person should look, what changed, and what others decided."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from typing import Final
from zoneinfo import ZoneInfo

from domain import text_flags
from domain.price_talk import price_talk
from domain.quantities import plain
from domain.refused import NotFound, _
from marketplace.reading import AsyncReading
from projections import listings, moderation, people
from projections.listings import LISTINGS
from projections.moderation import MODERATION, Case, Words
from web import views
from web.amendments import told
from web.likeness import most_alike_row, said_by
from web.presenting import Presenter
from web.views.moderation import Decided, Kept, Reworded, Warned
from web.visits import Visit

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
PRICE_TALK: Final = _("Speaks of one’s own prices or customers in a group purchase: companies may not agree on them.")
SPARED: Final[dict[str | None, str]] = {
    "trusted": _("Shown at once: the zone trusts this company by now."),
    "captured": _("Not read a second time: the only moderator of the zone had captured these words."),
    "moderator": _("Not read a second time: a moderator of the zone posted it for the company."),
    "alone": _("Posted by the only moderator of the zone, for their own company."),
}
VERDICTS: Final = {
    "approved": _("%(who)s approved it %(when)s."),
    "rejected": _("%(who)s refused it %(when)s: %(ground)s"),
    "amend": _("%(who)s asked for a change %(when)s: %(ground)s"),
}
DECIDING: Final = frozenset({"moderator", "administrator"})
LONGEST_QUOTE: Final = 60
MOSTLY_THE_SAME: Final = 0.5
"""Where less than this stayed, one text for the other reads better than its pieces."""
LONGEST_SAME: Final = 90
"""Of a text that stayed as it was, so much is shown around what changed."""


def item(
    visit: Visit,
    here: people.Zone,
    case: Case,
    row: listings.Listing,
    theirs: Sequence[listings.Listing],
    reviewers: frozenset[str],
) -> views.ModerationItem:
    """One reading: `theirs` are open listings of the same company, `reviewers` who else moderates the zone."""
    show = Presenter(visit.viewer, visit.say, visit.language, visit.now)
    due_at = None if case.shown else case.since + timedelta(hours=here.review_within_hours)
    ours = visit.viewer.acts_for(case.company_id)
    return views.ModerationItem(
        card=show.card(row),
        since=case.since,
        due=_due(visit, here, due_at) if due_at else "",
        late=due_at is not None and visit.now > due_at,
        shown=case.shown,
        description=row.description,
        photos=row.photos,
        author=row.trade or "",
        forms=views.ModerationForms(approve_command=visit.new_command(), seen_version=row.version),
        warnings=_warnings(visit, case, row, theirs),
        changes=_changes(show, case),
        first_listing=case.first,
        why=visit.say(SPARED[case.spared]) if case.spared in SPARED else "",
        own=_own(visit, others=bool(reviewers)) if ours else "",
        may_decide=not ours or not reviewers,
    )


def _due(visit: Visit, here: people.Zone, at: datetime) -> str:
    """A moment of these days, short: Tue 24 Nov, 14:05."""
    day = visit.wording.day(at.astimezone(ZoneInfo(here.time_zone)).date())
    return f"{day}, {visit.wording.clock(at, here.time_zone)}"


def said_of(visit: Visit, case: Case) -> str:
    """What a moderator decided, by whom, and when."""
    ground = visit.wording.ground(case.ground) if case.ground else ""
    who = case.decider or visit.say(_("A moderator"))
    when = visit.wording.ago(case.decided_at or case.since, visit.now)
    return visit.say(VERDICTS[case.outcome or "approved"], who=who, when=when, ground=ground)


def lately(visit: Visit, case: Case, row: listings.Listing) -> Decided:
    """A decision that can be taken back."""
    return Decided(
        listing_id=case.listing_id,
        title=row.title,
        verdict=case.outcome,  # type: ignore[arg-type]  # what moderators say
        sentence=said_of(visit, case),
        at=case.decided_at or case.since,
        version=case.decided_version or 0,
        command=visit.new_command(),
    )


async def who_decided(visit: Visit, here: people.Zone, row: listings.Listing) -> str:
    """What another moderator decided last about a listing; nothing when the last word was the reader's own."""
    async with visit.reading(MODERATION) as read:
        cases = await read.all(moderation.record(here.zone_id, row.listing_id, limit=1))
    others = [case for case in cases if case.outcome in VERDICTS and case.decided_by != visit.viewer.actor]
    return said_of(visit, others[0]) if others else ""


async def in_zone(visit: Visit, here: people.Zone, listing_id: str) -> listings.Listing:
    """A listing as it stands in this zone; one of another is missing here."""
    async with visit.reading(LISTINGS) as read:
        rows = await read.all(listings.in_zones(listing_id))
    for row in rows:
        if row.zone_id == here.zone_id:
            return row
    raise NotFound(_("There is no such listing."))


async def others_who_decide(
    visit: Visit, read: AsyncReading, here: people.Zone, company_ids: Sequence[str]
) -> dict[str, frozenset[str]]:
    """For each of these companies that the reader acts for: who moderates the zone, and does not act for it."""
    ours = [company_id for company_id in company_ids if visit.viewer.acts_for(company_id)]
    if not ours:
        return {}
    roles = await read.all(people.roles(here.zone_id))
    deciding = {one.member_id for one in roles if one.role in DECIDING} - {visit.viewer.member_id}
    found: dict[str, frozenset[str]] = {}
    for company_id in ours:
        colleagues = {one.member_id for one in await read.all(people.colleagues(company_id))}
        found[company_id] = frozenset(deciding - colleagues)
    return found


def _own(visit: Visit, *, others: bool) -> str:
    if others:
        return visit.say(_("It is your own company’s: another moderator of the zone decides about it."))
    alone = _("It is your own company’s. Nobody else moderates the zone: you may decide, and the record says so.")
    return visit.say(alone)


def _warnings(
    visit: Visit, case: Case, row: listings.Listing, theirs: Sequence[listings.Listing]
) -> tuple[Warned, ...]:
    text = f"{case.words.title}\n{case.words.description}"
    found: dict[str, Warned] = {}
    for flag in text_flags.find(text, case.words.category, case.side):
        if flag.code in FLAGS and flag.code not in found:
            found[flag.code] = Warned(visit.say(FLAGS[flag.code]), _quote(text, flag.start, flag.end))
    if talk := price_talk(text, case.words.category):
        found["price_talk"] = Warned(visit.say(PRICE_TALK), _quote(text, *talk))
    if twin := _said_before(row, theirs):
        similar = _("Similar to “%(title)s”, which the company has open already.")
        found["duplicate"] = Warned(visit.say(similar, title=twin.title))
    return tuple(found.values())


def _quote(text: str, start: int, end: int) -> str:
    words = " ".join(text[start:end].split())
    return words if len(words) <= LONGEST_QUOTE else f"{words[:LONGEST_QUOTE]}…"


def _said_before(row: listings.Listing, theirs: Sequence[listings.Listing]) -> listings.Listing | None:
    """An older open listing of the same company that says the same."""
    older = [
        other
        for other in theirs
        if other.company_id == row.company_id and other.life == "open" and other.posted_at < row.posted_at
    ]
    return most_alike_row(said_by(row), older)


# --- what changed -----------------------------------------------------------------------------------------------


def _changes(show: Presenter, case: Case) -> tuple[Reworded, ...]:
    """What the listing said when it was last decided about and says now, where they differ."""
    if case.before is None:
        return ()
    before, now = _fields(case.before), _fields(case.words)
    changed = [name for name in dict.fromkeys((*before, *now)) if before.get(name, "") != now.get(name, "")]
    was, is_now = ({name: side.get(name, "") for name in changed} for side in (before, now))
    return tuple(
        Reworded(one.label, pieces(one.before, one.after))
        for one in told(show, was, is_now, case.words.category, texts=True)
    )


def _fields(words: Words) -> dict[str, str]:
    price = [words.price, *([str(words.price_cents), "EUR", words.unit] if words.price_cents is not None else [])]
    return {
        "title": words.title,
        "category": words.category,
        "quantity": " ".join(filter(None, (plain(words.amount), words.unit, words.per))),
        "price": " ".join(price),
        "visibility": words.visibility,
        "photos": str(len(words.photos)),
        "description": words.description,
        **words.answers,
    }


def pieces(before: str, after: str) -> tuple[tuple[Kept, str], ...]:
    """The text word by word: what stayed, shortened in the middle, what was there before, and what is there now."""
    was, now = (re.findall(r"\s+|\S+", text) for text in (before, after))
    matcher = SequenceMatcher(None, was, now, autojunk=False)
    whole: tuple[tuple[Kept, str], ...] = (("was", before), ("is", after))
    if matcher.ratio() < MOSTLY_THE_SAME:
        return tuple((kind, text) for kind, text in whole if text)
    found: list[tuple[Kept, str]] = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            found.append(("same", _shortened("".join(was[i:j]))))
            continue
        changed: tuple[tuple[Kept, str], ...] = (("was", "".join(was[i:j])), ("is", "".join(now[k:m])))
        found += [(kind, text) for kind, text in changed if text]
    return tuple(found)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_SAME else f"{text[: LONGEST_SAME // 2]} … {text[-LONGEST_SAME // 2 :]}"
