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


class Changes(View, frozen=True, kw_only=True):
    """What becomes of a zone's matches: `listings` are read otherwise, `hidden` counts the shifts beyond those shown.

    Not `whole`, when a zone has more pairs than were looked at.
    """

    listings: int
    appear: int
    vanish: int
    differ: int
    stays: int = 0
    shifts: tuple[Shift, ...] = ()
    hidden: int = 0
    whole: bool = True


class Preview(View, frozen=True, kw_only=True):
    """What a term would change, and the form that publishes it."""

    form: Form
    words: str
    meaning: str
    changes: Changes


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


class Part(View, frozen=True, kw_only=True):
    """What a part of a match is worth: now, usually, and between which bounds it may be set."""

    name: str
    label: str
    points: int
    usual: int
    least: int
    most: int


class Table(View, frozen=True, kw_only=True):
    """A table of word frequencies: `preview` tells what it would change, `command` publishes it."""

    number: int
    label: str
    holds: bool
    preview: str = ""
    command: str = ""


class WeightsPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/weights`: `own` when the zone set weights of its own, `usual` the address that previews the usual.

    `preview` is what the weights of `form` would change, and `previewed` what the table of that number would; a form
    that `saves` follows.
    """

    zone: Zone
    form: Form
    parts: tuple[Part, ...]
    own: bool
    usual: str
    tables: tuple[Table, ...]
    saves: Form | None = None
    preview: Changes | None = None
    previewed: int | None = None
