"""What every page has: the reader, the zone, the words at its head, the form it may carry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from msgspec import Struct, field

from marketplace.language import Language

Kind = Literal["offer", "request", "service", "purchase"]
"""What a card announces: a shared service or a group purchase is named as such, whichever its side."""
Status = Literal["pending", "approved", "rejected", "withdrawn", "expired", "fulfilled"]
Current = Literal[
    "zone", "listings", "purchases", "new", "me", "exchanges", "funnel", "account", "moderation", "phone", ""
]


class View(Struct, frozen=True, kw_only=True):
    """Anything a template prints."""


class Choice(View, frozen=True, kw_only=True):
    """One value among several, `label` said."""

    value: str
    label: str
    hint: str = ""


class Zone(View, frozen=True, kw_only=True):
    """A zone as pages name it; `accent` is the colour at their head."""

    slug: str
    name: str
    place: str = ""
    accent: str = "pine"


class Viewer(View, frozen=True, kw_only=True):
    """Who is signed in: a person, or a company's `shared` phone.

    `moderates` and `facilitates` are about the frame's zone; `owed` counts the steps their companies owe now. A `guest`
    is of no zone, and sees what is shared with their company.
    """

    name: str
    mail: str
    shared: bool = False
    company: str | None = None
    moderates: bool = False
    facilitates: bool = False
    new_matches: int = 0
    to_moderate: int = 0
    owed: int = 0
    guest: bool = False


class Flash(View, frozen=True, kw_only=True):
    """What just happened, `sentence` said; shown once."""

    sentence: str
    tone: Literal["done", "note", "problem"] = "done"


class Frame(View, frozen=True, kw_only=True):
    """What the base layout needs, whatever the page. `path` is the page's own, with its query.

    `answers_form` tells a page for members that answers a form: `path` is then the page that form stands on.
    `csrf` is the session's token, or the signed token of a form without a session; `stale_since` is when the
    page's slowest read model stopped, if it did.
    """

    language: Language
    now: datetime
    path: str = "/"
    answers_form: bool = False
    csrf: str = ""
    site: str = "Gisement"
    contact_mail: str = ""
    timezone: str = "Europe/Paris"
    current: Current = ""
    zone: Zone | None = None
    zones: tuple[Zone, ...] = ()
    viewer: Viewer | None = None
    flashes: tuple[Flash, ...] = ()
    stale_since: datetime | None = None
    demo: bool = False

    @property
    def may_publish(self) -> bool:
        """Whether posting is worth proposing: to visitors, who will sign in, and to who acts for a zone’s company."""
        if self.viewer is None:
            return True
        return not self.viewer.guest and (self.viewer.company is not None or self.viewer.facilitates)


class Form(View, frozen=True, kw_only=True):
    """A form as it was last filled: what was typed is kept, each error is beside its field, said.

    `command_id` is new each time the form is rendered and makes sending it twice harmless. Errors are in the
    order of the form; the key "" is about the form as a whole. `seen_version` goes back with the answers.
    """

    command_id: str
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    seen_version: int | None = None

    def value(self, name: str) -> str:
        """What was typed, or nothing."""
        return self.values.get(name, "")

    def error(self, name: str) -> str:
        """What is wrong with it, or nothing."""
        return self.errors.get(name, "")
