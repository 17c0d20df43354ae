"""What the pages about the life of a listing show, from its draft to the question whether it still holds."""

from __future__ import annotations

from datetime import date, datetime

from domain.listings import Side
from web.views import Form, View


class Again(View, frozen=True, kw_only=True):
    """An earlier listing to post again, said; `address` begins the form with it."""

    title: str
    quantity: str
    side: Side
    address: str


class Twin(View, frozen=True, kw_only=True):
    """An open listing of the company that says the same as what is about to be posted; quantity said."""

    listing_id: str
    title: str
    quantity: str


class Begun(View, frozen=True, kw_only=True):
    """Where the answers of a new form come from, beside the author.

    `kept_at` is when they were kept as a draft; `same_as` and `like` are the titles of an own listing and of somebody
    else's; `again` what could be posted again; `twin` says what stands in the way, once.
    """

    kept_at: datetime | None = None
    same_as: str = ""
    like: str = ""
    again: tuple[Again, ...] = ()
    twin: Twin | None = None


class DraftLine(View, frozen=True, kw_only=True):
    """A draft in a list. `company` is named where it is kept for another."""

    listing_id: str
    title: str
    at: datetime
    command: str
    side: Side | None = None
    company: str = ""
    photos: int = 0


class Photo(View, frozen=True, kw_only=True):
    """A photo, and what is to be seen on it, said."""

    id: str
    text: str


class Change(View, frozen=True, kw_only=True):
    """One field that an amendment changed, all said; before and after are empty where they are not for this reader."""

    label: str
    before: str = ""
    after: str = ""


class StillTruePage(View, frozen=True, kw_only=True):
    """`/still-true/{token}`: whether a listing that ends soon still holds.

    `asks` while there is something to answer; then `form` is for both answers, and it `lasts_longer` by the first.
    Else `heading` and `sentence` say why not, or what was done.
    """

    token: str
    listing_id: str = ""
    title: str = ""
    facts: str = ""
    asks: bool = False
    ended: bool = False
    lasts_longer: bool = False
    until: date | None = None
    form: Form | None = None
    waiting: int = 0
    heading: str = ""
    sentence: str = ""
    done: bool = False
    problem: str = ""


class Code(View, frozen=True, kw_only=True):
    """A code to be scanned: the squares as the path of an SVG, in a square of `size`, and what it opens, said."""

    path: str
    size: int
    title: str
    hint: str = ""
    address: str = ""


class DockSheet(View, frozen=True, kw_only=True):
    """`/sites/{site_id}/sheet`: the codes for the dock of a site, to be printed."""

    company: str
    site: str
    offer: Code
    request: Code
    again: tuple[Code, ...] = ()
