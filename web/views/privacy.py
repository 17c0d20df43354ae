"""What is held: on the privacy page in general, on one's own page in particular, and what erasing does to it."""

from __future__ import annotations

from datetime import datetime

from web.views.frame import Form, View


class Held(View, frozen=True, kw_only=True):
    """One kind of thing that is held, all of it said."""

    name: str
    what: str
    why: str
    ground: str
    seen_by: str
    kept: str
    goes: str


class HeldAbout(View, frozen=True, kw_only=True):
    """What is held about you, your company, or others."""

    heading: str
    held: tuple[Held, ...]


class PrivacyPage(View, frozen=True, kw_only=True):
    """`/privacy`: what is held, for how long, and why."""

    operator: str
    held: tuple[HeldAbout, ...]


class Said(View, frozen=True, kw_only=True):
    """A line about somebody: what, its detail, when, and where it is."""

    what: str
    detail: str = ""
    at: datetime | None = None
    href: str = ""
    quote: bool = False


class Part(View, frozen=True, kw_only=True):
    """One part of what is held on somebody: the newest lines, how many there are in all, and where it is changed."""

    name: str
    icon: str
    heading: str
    lines: tuple[Said, ...]
    total: int
    none: str = ""
    note: str = ""
    href: str = ""
    link: str = ""


class MyDataPage(View, frozen=True, kw_only=True):
    """`/account/data`: what the site holds on its reader, in plain words; all of it is in the file."""

    parts: tuple[Part, ...]


class Leaving(View, frozen=True, kw_only=True):
    """A company that its last person leaves behind, or a zone."""

    id: str
    name: str
    open_exchanges: int = 0


class ErasePage(View, frozen=True, kw_only=True):
    """`/account/erase`: what goes, what stays, and a button for who has just shown who they are.

    `companies` lose their last person; `zones` would lose their last administrator, and then nothing goes.
    """

    form: Form
    fresh: bool
    company: str = ""
    company_id: str = ""
    companies: tuple[Leaving, ...] = ()
    zones: tuple[Leaving, ...] = ()


class ErasedPage(View, frozen=True, kw_only=True):
    """After that: nobody is signed in any more, neither who was erased nor who acted for the `company` that was."""

    company: str = ""


class RedactPage(View, frozen=True, kw_only=True):
    """`/listings/{id}/redact`: the words that would become unreadable; `zone_slug` when a moderator asks."""

    form: Form
    id: str
    title: str
    description: str
    zone_slug: str = ""
