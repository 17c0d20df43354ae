"""What the page shows on which a facilitator teaches the lexicon; see `web.views`, whose rules these follow."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from web.views import Choice, Form, View, Zone


class Unknown(View, frozen=True, kw_only=True):
    """A word no concept explains, the listings that say it, and one of them; `teach` fills the form with it."""

    word: str
    listings: int
    title: str
    to: str
    teach: str


class Shift(View, frozen=True, kw_only=True):
    """A pair whose points would change; `kind` is what happens to it."""

    kind: Literal["appears", "vanishes", "more", "less"]
    offered: str
    offered_to: str
    asked: str
    asked_to: str
    before: int
    after: int


class Preview(View, frozen=True, kw_only=True):
    """What saving would change, and the form that saves; `hidden` counts the shifts beyond those shown."""

    form: Form
    words: str
    meaning: str
    listings: int
    appear: int
    vanish: int
    differ: int
    shifts: tuple[Shift, ...]
    hidden: int = 0


class Published(View, frozen=True, kw_only=True):
    """A term of the history; `command` is set where this reader may take it back. Who and where are said."""

    term_id: str
    words: str
    meaning: str
    language: str
    by: str
    at: datetime
    withdrawn_by: str = ""
    withdrawn_at: datetime | None = None
    command: str = ""


class LexiconPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/lexicon`: `version` is the one that holds, `built_in` how many terms the program brings along."""

    zone: Zone
    version: int
    built_in: int
    form: Form
    meanings: tuple[str, ...]
    languages: tuple[Choice, ...]
    unknown: tuple[Unknown, ...]
    published: tuple[Published, ...]
    preview: Preview | None = None
