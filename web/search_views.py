"""What the pages of the search show: facets, chips, orders, the plan, and the searches a member keeps."""

from __future__ import annotations

from typing import Literal, Protocol

from web.views import FacetOption, Form, ListingCard, View, Zone


class Facet(View, frozen=True, kw_only=True):
    """A group of tick boxes, or one choice when `single`, `label` said."""

    name: str
    label: str
    options: tuple[FacetOption, ...]
    single: bool = False

    @property
    def chosen(self) -> int:
        """How many are ticked."""
        return sum(option.checked for option in self.options)


class Chip(View, frozen=True, kw_only=True):
    """A filter in force, `label` said; `without` is the address of the list without it."""

    label: str
    without: str


class Order(View, frozen=True, kw_only=True):
    """An order the list can be in, `label` said, and the address of the list in it."""

    label: str
    address: str
    current: bool


class Pinned(Protocol):
    """What lies at a place: a listing, or a company."""

    @property
    def title(self) -> str:
        """What it is called."""
        ...

    @property
    def kind(self) -> str:
        """Which colour it has."""
        ...


class Pin(View, frozen=True, kw_only=True):
    """A place on the plan, metres east and north of its centre, and the listings or companies there."""

    number: int
    east: int
    north: int
    cards: tuple[Pinned, ...]

    @property
    def kind(self) -> str:
        """What all of them are, or that they differ."""
        kinds = {card.kind for card in self.cards}
        return kinds.pop() if len(kinds) == 1 else "mixed"


class OutletPin(View, frozen=True, kw_only=True):
    """An outlet of the guide on the plan, metres east and north of the centre; the list beneath has its letter."""

    id: str
    letter: str
    name: str
    east: int
    north: int


class Plan(View, frozen=True, kw_only=True):
    """The zone drawn around `centre` (said: "You", or the zone's name); `reach` metres to the edge.

    `boundary` is the zone's outline, metres east and north, when it is known.
    """

    centre: str
    reach: int
    pins: tuple[Pin, ...]
    outlets: tuple[OutletPin, ...] = ()
    boundary: tuple[tuple[int, int], ...] = ()
    of: Literal["listings", "companies"] = "listings"

    @property
    def drawn(self) -> int:
        """How many listings, or companies, are on it."""
        return sum(len(pin.cards) for pin in self.pins)

    @property
    def rings(self) -> tuple[int, ...]:
        """Radii of the distance rings: round numbers within reach."""
        for step in (100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000):
            if self.reach <= step * 3:
                return tuple(range(step, self.reach + 1, step))
        return (self.reach,)


class Near(View, frozen=True, kw_only=True):
    """A category to look through instead, and how many listings it has."""

    label: str
    address: str
    count: int


class ListingsPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/listings`: what was asked, and one page of what there is.

    `typed` is what was typed where it was taken for the misspelt `query`, `as_typed` the address that takes it as it
    is; `partly` when no listing has all the words. Where few fit, `near` are the categories such things are posted in,
    with what they hold. `below` are the categories of the families chosen. `asked` are the
    filters in force as hidden pairs, to keep them while searching. `next` and `first` are addresses; `has_any` tells
    an empty zone from an empty search. `members_see` is how many listings the zone shows its members, when this reader
    is not one of them and sees fewer. `saving` is the form that keeps the search, for who may, with `suggested` as its
    name; `kept` is the name under which they keep it already.
    """

    zone: Zone
    total: int
    cards: tuple[ListingCard, ...]
    facets: tuple[Facet, ...]
    below: Facet | None = None
    query: str = ""
    typed: str = ""
    as_typed: str = ""
    partly: bool = False
    near: tuple[Near, ...] = ()
    chips: tuple[Chip, ...] = ()
    orders: tuple[Order, ...] = ()
    sort: str = ""
    asked: tuple[tuple[str, str], ...] = ()
    view: Literal["list", "plan"] = "list"
    plan: Plan | None = None
    address: str = ""
    list_address: str = ""
    plan_address: str = ""
    feed: str = ""
    next: str | None = None
    first: str | None = None
    has_any: bool = True
    members_see: int = 0
    saving: Form | None = None
    suggested: str = ""
    kept: str = ""


class SavedSearch(View, frozen=True, kw_only=True):
    """A search a member keeps: `said` are its words and filters, `drop_command` forgets it."""

    id: str
    name: str
    zone: str
    said: str
    address: str
    by_mail: bool
    drop_command: str
