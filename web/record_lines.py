"""Lines of the record as pages print them: who did what, on which ground, and who could see it from then on."""

from __future__ import annotations

from typing import Final

from domain import taxonomy
from domain.quantities import Quantity
from domain.refused import _
from domain.zones import OPERATOR
from marketplace import record_words
from marketplace.links import PAGES
from projections import people
from projections.record import RESTRICTIONS, Entry, Kind
from web.objection_views import RecordLine
from web.reviewing import FLAGS, SPARED
from web.views import Fact
from web.visits import Visit

GROUPS: Final[dict[str, tuple[str, tuple[Kind, ...]]]] = {
    "decisions": (
        _("Decisions"),
        (
            "approved", "rejected", "change_asked", "taken_back", "notice_kept", "notice_hidden", "notice_acted",
            "appeal_granted", "appeal_refused", "admitted", "not_admitted", "suspended", "reinstated",
        ),
    ),
    "posted": (_("Listings posted"), ("posted",)),
    "words": (_("Words amended"), ("amended",)),
    "approved": (_("Approvals"), ("approved",)),
    "rejected": (_("Refusals"), ("rejected",)),
    "change_asked": (_("Changes asked for"), ("change_asked",)),
    "taken_back": (_("Decisions taken back"), ("taken_back",)),
    "notified": (_("Notices received"), ("notified",)),
    "answered": (_("Notices answered"), ("notice_kept", "notice_hidden", "notice_acted")),
    "notice_kept": (_("Notices: left as it was"), ("notice_kept",)),
    "notice_hidden": (_("Notices: listing hidden"), ("notice_hidden",)),
    "notice_acted": (_("Notices: something was done"), ("notice_acted",)),
    "appealed": (_("Appeals lodged"), ("appealed",)),
    "appeal_granted": (_("Appeals granted"), ("appeal_granted",)),
    "appeal_refused": (_("Appeals not granted"), ("appeal_refused",)),
    "suspended": (_("Suspensions"), ("suspended",)),
    "reinstated": (_("Suspensions lifted"), ("reinstated",)),
}  # fmt: skip
STATUSES: Final = {
    "pending": _("Waits to be read"),
    "approved": _("Approved"),
    "rejected": _("Not shown"),
}
LIVES: Final = {
    "withdrawn": _("Withdrawn by its company"),
    "expired": _("Expired"),
    "fulfilled": _("Fulfilled"),
}


def line(visit: Visit, here: people.Zone, entry: Entry, *, whole: bool = False) -> RecordLine:
    """One line; the `whole` of it has the words as they stood."""
    erased = visit.say(_("(erased)"))
    of_company = entry.subject_id == entry.company_id
    title = entry.words.title if entry.words else entry.company
    unnamed = not of_company and entry.words is None
    return RecordLine(
        at=entry.at,
        what=visit.say(record_words.HAPPENED[entry.kind]),
        kind=entry.kind,
        title=visit.say(_("A notice about no listing in particular")) if unnamed else title or erased,
        href="" if unnamed else PAGES.record(here.slug, entry.subject_id),
        who=who(visit, entry),
        company="" if of_company or unnamed else entry.company or erased,
        ground=ground(visit, entry),
        sentence=entry.sentence or (erased if _has_sentence(entry) else ""),
        seen_by=seen_by(visit, entry) if entry.status else "",
        facts=facts(visit, entry) if whole else (),
        words=words_of(entry) if whole else "",
        flags=tuple(visit.say(FLAGS[flag]) for flag in entry.flags if flag in FLAGS) if whole else (),
        statement=_statement(here, entry),
    )


def who(visit: Visit, entry: Entry) -> str:
    """Who did it, as those who moderate may know."""
    if entry.actor == visit.viewer.actor:
        said = visit.say(_("You"))
    elif entry.actor.startswith("guest:notice-"):
        said = visit.say(_("Whoever gave notice"))
    elif entry.actor.startswith("guest:"):
        said = visit.say(_("A shared phone of the company"))
    elif entry.actor == OPERATOR:
        said = visit.say(_("Whoever runs this site"))
    elif entry.actor.startswith("system:"):
        said = visit.say(_("The calendar"))
    else:
        said = entry.who or visit.say(_("Somebody whose name is erased"))
    if entry.for_company:
        said = visit.say(_("%(who)s, for the company"), who=said)
    if entry.alone:
        said = visit.say(_("%(who)s, nobody else being there to decide"), who=said)
    return said


def ground(visit: Visit, entry: Entry) -> str:
    """The ground of a decision, or the reason of a notice."""
    if not entry.ground:
        return ""
    if entry.ground in SPARED:
        return visit.say(SPARED[entry.ground])
    if entry.ground in record_words.NOTICE_REASONS and entry.kind in {"notified", "notice_kept", "notice_acted"}:
        return visit.say(record_words.NOTICE_REASONS[entry.ground])
    return visit.wording.ground(entry.ground)


def seen_by(visit: Visit, entry: Entry) -> str:
    """Who could see it from then on."""
    return visit.say(record_words.audience(entry.status, entry.life, entry.standing, entry.visibility))


def status_said(visit: Visit, entry: Entry) -> str:
    """How a listing stood."""
    if entry.standing == "suspended":
        return visit.say(_("Company suspended"))
    if entry.life in LIVES:
        return visit.say(LIVES[entry.life])
    return visit.say(STATUSES[entry.status or "pending"])


def words_of(entry: Entry) -> str:
    """What the listing said beside its title."""
    return entry.words.description if entry.words else ""


def facts(visit: Visit, entry: Entry) -> tuple[Fact, ...]:
    """What the listing said in figures and chosen answers."""
    words = entry.words
    if words is None:
        return ()
    quantity = Quantity(words.amount, words.unit, words.per)  # type: ignore[arg-type]  # a period, as posted
    said = [
        (_("Category"), taxonomy.label(words.category, visit.language)),
        (_("Quantity"), visit.wording.quantity(quantity, words.category)),
    ]
    return tuple(Fact(label=visit.say(label), value=value) for label, value in said)


def _has_sentence(entry: Entry) -> bool:
    return entry.kind in {
        "rejected",
        "change_asked",
        "notified",
        "notice_kept",
        "notice_hidden",
        "appealed",
        "suspended",
    }


def _statement(here: people.Zone, entry: Entry) -> str:
    """Where the reasons stand in full; of a company's suspension, in the company's own record."""
    of_company = entry.kind in {"suspended", "not_admitted"}
    if entry.kind not in RESTRICTIONS or of_company != (entry.subject_id == entry.company_id):
        return ""
    return PAGES.statement(here.slug, entry.subject_id, entry.version)
