"""A search as people ask for it: the filters of an address or of a saved search, and what to look for then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from msgspec import Struct

from domain import taxonomy
from domain.listings import PRICE_TERMS, SIDES
from domain.members import LONGEST_SEARCH, Filters
from domain.places import Place
from projections.listings import REACHES_KM, RECURRENCES, SORTS, Search, Sort

OFFERED: Final[dict[str, frozenset[str]]] = {
    "side": frozenset(SIDES),
    "family": frozenset(family.code for family in taxonomy.families()),
    "category": frozenset(leaf.code for leaf in taxonomy.leaves()),
    "condition": frozenset(taxonomy.ATTRIBUTES["condition"].values),
    "recurrence": frozenset(RECURRENCES),
    "price": frozenset(PRICE_TERMS),
    "reach": frozenset(str(km) for km in REACHES_KM),
}
"""What each filter may be; a zone is any the reader belongs to."""


class Asked(Struct, frozen=True, kw_only=True):
    """What someone asks for: words, filters by facet, an order; `exact` when the words are not to be corrected."""

    text: str = ""
    filters: Filters = {}
    sort: Sort | None = None
    exact: bool = False

    @property
    def query(self) -> dict[str, Any]:
        """The same as an address has it."""
        return {
            "q": self.text,
            **self.filters,
            "sort": self.sort,
            "exact": "1" if self.exact else None,
        }

    def chosen(self, facet: str) -> tuple[str, ...]:
        """What is chosen in a facet."""
        return self.filters.get(facet, ())


def asked_for(values: Callable[[str], Iterable[str]], zones: Iterable[str] = (), *, near: bool = False) -> Asked:
    """What an address asks for; what nobody offered is left out.

    `zones` are the slugs of those the reader may choose from. Only whoever may know where listings lie asks for the
    near ones.
    """
    offered = {"zone": frozenset(zones), **OFFERED}
    ticked = {facet: set(values(facet)) & among for facet, among in offered.items()}
    ticked["family"] |= {code.partition(".")[0] for code in ticked["category"]}
    if not near:
        ticked["reach"] = set()
    filters = {facet: tuple(sorted(chosen)) for facet, chosen in ticked.items() if chosen}
    if "reach" in filters:
        filters["reach"] = (min(filters["reach"], key=int),)
    sort = next(iter(values("sort")), "")
    return Asked(
        text=" ".join("".join(values("q")).replace("\0", "")[:LONGEST_SEARCH].split()),
        filters=filters,
        sort=next((known for known in SORTS if known == sort), None),
        exact="1" in values("exact"),
    )


def search_of(
    asked: Asked,
    zone_id: str,
    zones: Mapping[str, str] | None = None,
    *,
    place: Place | None = None,
    closeness: Mapping[str, int] | None = None,
) -> Search:
    """What to look for in a zone. `zones` are ids by slug of those the reader belongs to.

    Without a place nothing is near, without listings of one's own nothing goes with them, and without words nothing is
    more to the point: then the newest come first.
    """
    known = zones or {}
    narrowed = {code.partition(".")[0] for code in asked.chosen("category")}
    sort = asked.sort or ("best" if asked.text else "newest")
    possible = {"best": bool(asked.text), "match": closeness is not None, "nearest": place is not None}
    reach = asked.chosen("reach")
    return Search(
        zone_id=zone_id,
        zones=tuple(sorted((known[slug] for slug in asked.chosen("zone") if slug in known), key=zone_id.__ne__)),
        counted=tuple(known.values()) if len(known) > 1 else (),
        text=asked.text,
        sides=asked.chosen("side"),  # type: ignore[arg-type]  # one of those offered, as all that follow
        families=tuple(code for code in asked.chosen("family") if code not in narrowed),
        categories=asked.chosen("category"),
        conditions=asked.chosen("condition"),
        prices=asked.chosen("price"),  # type: ignore[arg-type]
        recurrence=asked.chosen("recurrence"),  # type: ignore[arg-type]
        place=place,
        max_km=int(reach[0]) if reach else None,
        sort=sort if possible.get(sort, True) else "newest",
        closeness=closeness or {},
    )
