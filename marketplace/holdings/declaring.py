"""How it is declared what the site holds: about whom, why, where, for how long, and how it goes."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Literal

from msgspec import Struct

from domain.refused import _
from marketplace.settings import Settings

About = Literal["person", "company", "other"]
Ground = Literal["agreement", "interest", "law", "security"]
ABOUT: Final[dict[About, str]] = {
    "person": _("About you"),
    "company": _("About your company"),
    "other": _("About people who have no account"),
}
GROUNDS: Final[dict[Ground, str]] = {
    "agreement": _("you take part in the exchange of your zone, and it cannot work without (GDPR, article 6.1.b)"),
    "interest": _("the legitimate interest of the companies and of the zone (GDPR, article 6.1.f)"),
    "law": _("a legal duty of the site or of the zone (GDPR, article 6.1.c)"),
    "security": _("the security of your account and of the site (GDPR, article 6.1.f)"),
}


class Swept(Struct, frozen=True):
    """Rows that go by themselves: once the moment in this column lies further back than they are kept."""

    table: str
    column: str
    only: str = "true"


class Holding(Struct, frozen=True, kw_only=True):
    """One kind of thing that is held.

    `texts` are the private fields of events that carry it, as module.Struct.field; `tables` the columns of every table
    that is not a read model, by table. `kept` is a fixed time, the name of a setting in days, or None: until erased.
    """

    name: str
    about: About
    what: str
    why: str
    ground: Ground
    seen_by: str
    kept: timedelta | str | None
    goes: str
    texts: tuple[str, ...] = ()
    tables: dict[str, str] = {}
    swept: tuple[Swept, ...] = ()

    def period(self, settings: Settings) -> timedelta | None:
        """How long it is kept on this site; None: until it is erased."""
        return timedelta(days=getattr(settings, self.kept)) if isinstance(self.kept, str) else self.kept


WITH_YOU: Final = _("When you erase your account: the key that makes it readable is destroyed, history included.")
WITH_COMPANY: Final = _(
    "When the company is erased, or when one text of it is: the key that makes it readable is destroyed."
)
WITH_ZONE: Final = _("When the zone redacts it: the key that makes it readable is destroyed.")
BY_ITSELF: Final = _("By itself, once its time is over; at once when you erase your account.")
TAKEN_BACK: Final = _("When you take them back; at once when you erase your account.")
NOBODY: Final = _("Nobody: the site alone uses it.")
TWO_SIDES: Final = _("The people of the two companies; the facilitator sees the steps, not the words.")
HERE: Final = _("The companies of the zones you take part in.")
