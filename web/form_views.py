"""What the form of a listing shows besides its plain fields: what was read in the text, and how one fetches it."""

from __future__ import annotations

from web.views import Choice, View


class Proposal(View, frozen=True, kw_only=True):
    """An answer read in what the author wrote, said; `value` sets its fields when it is taken, as a query string.

    `about` is the field it stands beside. `words` are those it rests on; `note` says what else they could mean;
    `instead` is what the field holds now, where that is something else; `taken` means the field says so already.
    """

    about: str
    label: str
    value: str
    words: str
    note: str = ""
    instead: str = ""
    taken: bool = False


class Dropped(View, frozen=True, kw_only=True):
    """An answer that does not belong to the category that is chosen now: it comes back with its category."""

    code: str
    value: str
    label: str
    said: str


class PickupField(View, frozen=True, kw_only=True):
    """How one fetches it, in taps. `said` sums up what is filled in; `as_last_time` where that is the site's last."""

    days: tuple[Choice, ...]
    places: tuple[Choice, ...]
    lorries: tuple[Choice, ...]
    loaders: tuple[Choice, ...]
    said: str = ""
    as_last_time: bool = False
