"""A shared session in words, for mail: its day, who is still to be named, and when what was learnt ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from domain.purchases import Purchase, RefreshersDue, SessionPlanned, reserved
from marketplace.wording import Wording, ngettext

Say = Callable[..., str]


def _(sentence: str) -> str:
    """Mark a sentence for the catalogue."""
    return sentence


SUBJECTS: Final = {
    "SessionPlanned": _("Day and place: %(title)s"),
    "RefreshersDue": _("To be refreshed soon: %(title)s"),
}
PEOPLE: Final = ngettext("%(n)s of your people", "%(n)s of your people")
UNNAMED: Final = ngettext(
    "Your turn: say who sits on your seat that has no name yet.",
    "Your turn: say who sits on your %(n)s seats that have no name yet.",
)


def happened(
    event: SessionPlanned | RefreshersDue,
    purchase: Purchase,
    company_id: str,
    wording: Wording,
    time_zone: str,
    say: Say,
) -> str:
    """One event, in a sentence."""
    if isinstance(event, SessionPlanned):
        figures = {"moment": wording.moment(event.starts_at, time_zone), "place": str(event.place)}
        return say(_("The session is %(moment)s, %(place)s."), **figures)
    session = purchase.session
    present = sum(bool(session.trainees[one].present) for one in session.of(company_id))
    people = _counted(PEOPLE, present, wording)
    said = _("What %(people)s learnt holds until %(day)s. Ask for the next session in time.")
    return say(said, people=people, day=wording.date(event.until))


def following(purchase: Purchase, company_id: str, wording: Wording, say: Say) -> tuple[str, str, bool] | None:
    """What comes next for a company before the session; None when nothing is left for it to do."""
    session = purchase.session
    unnamed = reserved(purchase, company_id) - len(session.of(company_id))
    if session.starts_at is None or session.held_on is not None or unnamed <= 0:
        return None
    return _counted(UNNAMED, unnamed, wording), say(_("Say who comes")), True


def _counted(sentences: tuple[str, str], n: int, wording: Wording) -> str:
    said = wording.translations.ngettext(*sentences, n)
    return said % {"n": n} if "%(n)s" in said else said
