"""Who should meet whom: a score of 0 to 100 for an offer and a request, its reasons, or why they never match.

The score is `50·C + 30·T + 10·exp(−km/30) + 10·Q` once the hard constraints of domain/contradictions.py are met:
C how near the categories are, T how alike the texts, Q how much of the need is covered. Everything is pure and
deterministic, so that replaying the same listings in any order gives the same table.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from domain import specifications, taxonomy, text_flags
from domain.affinity import categories_met, how_akin
from domain.contradictions import ORDINARY, contradiction, own_faults
from domain.lexicon import Terms, cosine, lexicon
from domain.measures import dimension_of, least_of, measures_of
from domain.nearness import DISTANCE_SCALE_KM, UNKNOWN, cells_around, how_near, reach
from domain.quantities import MONTHS_OF_A_FLOW, Quantity
from domain.reasons import Meeting, Reason, explain
from domain.routes import Journey, Shared, journey, share_the_road

Side = Literal["offer", "request", "group_action", "join_request"]
GIVING: Final = frozenset({"offer", "group_action"})

MAILED: Final = 65
"""Points from which a match goes into mail."""
SHOWN: Final = 45
"""Points from which a match is kept, "to study" on the site below `MAILED`."""

HUNDREDTHS: Final = 100
COLLECTION: Final = frozenset({"SRV.WASTE", "SRV.WEEE", "SRV.ARCH", "DEE.INK", "DEE.OTHER", "DEE.BAT"})


class Traits(Struct, frozen=True):
    """All that matching needs of a listing, worked out once when it appears or changes.

    `measures` is its amount in each dimension it can be told in (a month of it for a flow), with `guessed`
    naming those that rest on a usual mass or density. `fault` is why it can never be supply.
    """

    id: str
    side: Side
    company: str | None
    category: str | None
    family: str | None
    quantity: Quantity | None
    spec: specifications.Specification
    flags: frozenset[str]
    terms: Terms
    latitude: float | None
    longitude: float | None
    reach_km: float
    since: date | None
    until: date | None
    mode: str | None
    price: str | None
    delivery: str | None
    flow: bool
    dimension: str
    measures: dict[str, float]
    guessed: frozenset[str]
    least: float | None
    hazardous: bool
    exchangeable: bool
    fault: str | None = None
    journey: Journey | None = None

    @property
    def gives(self) -> bool:
        """Whether it is on the supplying side."""
        return self.side in GIVING

    @property
    def collects(self) -> bool:
        """Whether it is an action that takes things away, so that offers may join it."""
        return self.side == "group_action" and self.category in COLLECTION


class Weights(Struct, frozen=True):
    """How many of the 100 points each part is worth at most."""

    category: int = 50
    text: int = 30
    distance: int = 10
    quantity: int = 10


DEFAULT: Final = Weights()
"""The usual weights, and those of pairs between zones."""


class Match(Struct, frozen=True):
    """How well two listings meet: parts in hundredths of a point, reasons for and against."""

    category: int
    text: int
    distance: int
    quantity: int
    pro: tuple[Reason, ...]
    contra: tuple[Reason, ...]

    @property
    def hundredths(self) -> int:
        """The sum, to a hundredth of a point, for ranking."""
        return self.category + self.text + self.distance + self.quantity

    @property
    def points(self) -> int:
        """The sum in whole points, rounded down: 65 points are 65, never 64.9."""
        return self.hundredths // 100


class Excluded(Struct, frozen=True):
    """They must not be introduced; `code` names the hard constraint, `points` are what they would have, if weighed."""

    code: str
    points: int = 0


class Keys(Struct, frozen=True):
    """Where to look for candidates: the categories and cells to read, and the words that bridge families."""

    categories: tuple[str, ...]
    cells: tuple[str, ...]
    words: tuple[str, ...]


def traits(  # noqa: PLR0913 — a listing is described once, by name
    *,
    id: str,  # noqa: A002 — the listing's own word
    side: Side,
    title: str,
    text: str = "",
    company: str | None = None,
    category: str | None = None,
    quantity: Quantity | None = None,
    attributes: Mapping[str, str] | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
    max_km: float | None = None,
    available_from: date | None = None,
    available_to: date | None = None,
    mode: str | None = None,
    price: str | None = None,
    posted_on: date | None = None,
    terms: Terms | None = None,
) -> Traits:
    """Work out what matching needs of a listing; `attributes` are as events hold them (`true`, `800x1200`, `1.05`).

    `terms` are what another lexicon than the built-in one makes of its title and text.
    """
    known = taxonomy.CATEGORIES.get(category) if category else None
    stated = dict(attributes or {})
    if posted_on is not None:
        stated.setdefault("requested_on", posted_on.isoformat())
    said = f"{title}\n{text}"
    gives = side in GIVING
    spec = specifications.specify(known.code if known else None, stated, said, asked=not gives)
    found = text_flags.find(said, known.code if known else None, side, of_people=False)
    flags = frozenset(flag.code for flag in found)
    form = next(iter(spec.get("form", ())), None)
    measures, guessed = measures_of(quantity, known.code if known else None, form)
    dimension = dimension_of(quantity.unit) if quantity else ""
    listing = Traits(
        id=id,
        side=side,
        company=company,
        category=known.code if known else None,
        family=known.family if known else None,
        quantity=quantity,
        spec=spec,
        flags=flags,
        terms=lexicon().terms(title, text) if terms is None else terms,
        latitude=latitude,
        longitude=longitude,
        reach_km=reach(category, max_km),
        since=available_from,
        until=available_to,
        mode=mode if mode in {"give", "lend"} else _mode(known, quantity),
        price=price or next(iter(spec.get("price", ())), None),
        delivery=next(iter(spec.get("delivery", ())), None),
        flow=quantity is not None and quantity.per is not None,
        dimension=dimension,
        measures=measures,
        guessed=guessed,
        least=least_of(spec, quantity),
        hazardous=_is_hazardous(known, spec, flags),
        exchangeable=_is_exchangeable(known, spec),
        journey=journey(stated) if known and known.family == "TRA" else None,
    )
    return replace(listing, fault=own_faults(listing)) if gives else listing


def resized(known: Traits, quantity: Quantity) -> Traits:
    """The same listing with another amount of the same unit: what is left of it, or what it is in all again."""
    form = next(iter(known.spec.get("form", ())), None)
    measures, guessed = measures_of(quantity, known.category, form)
    return replace(known, quantity=quantity, measures=measures, guessed=guessed)


def judge(one: Traits, other: Traits, weights: Weights = DEFAULT, *, explained_from: int = 0) -> Match | Excluded:
    """Score two listings, the same whichever comes first; reasons are worked out from so many points up.

    A group action collects what is offered as well as what is asked of it; two offers or two requests are
    no supply for each other (`same_side`): they may still be pooled, see `may_pool`.
    """
    oriented = _orient(one, other)
    if oriented is None:
        return Excluded("same_side")
    supply, need = oriented
    if (code := contradiction(supply, need)) is not None:
        return Excluded(code)
    meeting = _meeting(supply, need)
    if meeting is None:
        return Excluded("distance")
    match = _weighed(meeting, weights)
    return match if match.points < explained_from else _explained(match, supply, need, meeting)


def at_best(one: Traits, other: Traits, *, alike: bool = True) -> int | None:
    """The hundredths that two listings of such sides and categories come to at most; None for two of one side.

    Unless they are `alike`, they have no word in common. How far apart and how much is not looked at.
    """
    oriented = _orient(one, other)
    if oriented is None:
        return None
    supply, need = oriented
    return _at_most(how_akin(supply.category, need.category), 1.0 if alike else 0.0, DEFAULT)


def nearly(
    one: Traits, other: Traits, weights: Weights = DEFAULT, least: int = SHOWN, *, explained: bool = True
) -> Match | Excluded | None:
    """As `judge`, for those only that have `least` points or would have them but for a hard constraint; else None.

    What nobody wants to read about is None too: two of one side, of one company, or out of each other's reach. Far
    more pairs are asked about than found, so what costs least and rules out most comes first.
    """
    oriented = _orient(one, other)
    if oriented is None:
        return None
    supply, need = oriented
    if supply.company is not None and supply.company == need.company:
        return None
    meeting = _meeting(supply, need, weights, least)
    if meeting is None:
        return None
    match = _weighed(meeting, weights)
    if match.points < least:
        return None
    if (code := contradiction(supply, need)) is not None:
        return Excluded(code, match.points)
    return _explained(match, supply, need, meeting) if explained else match


def _meeting(supply: Traits, need: Traits, weights: Weights = DEFAULT, least: int = 0) -> Meeting | None:
    """What the formula weighs; None beyond the reach of either, or when `least` points cannot be had."""
    affinity, likeness = how_akin(supply.category, need.category), _likeness(supply.terms, need.terms)
    if _at_most(affinity, likeness, weights) < HUNDREDTHS * least:
        return None
    km, nearness = how_near(supply.latitude, supply.longitude, need.latitude, need.longitude)
    if supply.journey and need.journey:
        # A journey is near another by its road, never by how far apart the two companies are.
        road = share_the_road(supply.journey, need.journey)
        km, nearness = None, max(road.share, UNKNOWN) if isinstance(road, Shared) else 0.0
    if km is not None and km > min(supply.reach_km, need.reach_km):
        return None
    dimension = _common(supply, need)
    share = _share(supply, need, dimension) if dimension else None
    guessed = dimension in supply.guessed or dimension in need.guessed
    return Meeting(affinity, likeness, km, share, guessed, nearness)


def _likeness(one: Terms, other: Terms) -> float:
    return max(cosine(one.concepts, other.concepts), cosine(one.stems, other.stems))


def _at_most(affinity: float, likeness: float, weights: Weights) -> int:
    """The hundredths two listings would have side by side, the one covering all the other needs.

    In one family most share neither leaf nor word, and cannot come to 45 points: this leaves them out at once.
    """
    return _category(affinity, weights) + _text(likeness, weights) + HUNDREDTHS * (weights.distance + weights.quantity)


def _category(affinity: float, weights: Weights) -> int:
    return round(HUNDREDTHS * weights.category * affinity)


def _text(likeness: float, weights: Weights) -> int:
    return round(HUNDREDTHS * weights.text * min(likeness, 1.0))


def _weighed(meeting: Meeting, weights: Weights) -> Match:
    return Match(
        category=_category(meeting.affinity, weights),
        text=_text(meeting.likeness, weights),
        distance=round(HUNDREDTHS * weights.distance * meeting.nearness),
        quantity=round(HUNDREDTHS * weights.quantity * (UNKNOWN if meeting.share is None else meeting.share)),
        pro=(),
        contra=(),
    )


def _explained(match: Match, supply: Traits, need: Traits, meeting: Meeting) -> Match:
    pro, contra = explain(supply, need, meeting)
    return replace(match, pro=pro, contra=contra)


def may_pool(one: Traits, other: Traits) -> bool:
    """Whether two requests could be served by one group action: same leaf, within 30 km, nothing contradictory."""
    if one.gives or other.gives or one.category is None or one.category != other.category:
        return False
    km = kilometres(one, other)
    if km is not None and km > DISTANCE_SCALE_KM:
        return False
    return contradiction(one, other) is None and contradiction(other, one) is None


def keys(listing: Traits) -> Keys:
    """The categories, geographic cells and rare words under which candidates for a listing stand."""
    cells = cells_around(listing.latitude, listing.longitude, listing.reach_km)
    return Keys(categories_met(listing.category), cells, listing.terms.rarest)


def may_find(one: Traits, other: Traits) -> bool:
    """Whether a search by `keys` would set these two beside each other; the same from either end."""
    return other.category in categories_met(one.category) or not set(one.terms.rarest).isdisjoint(other.terms.rarest)


def _orient(one: Traits, other: Traits) -> tuple[Traits, Traits] | None:
    """Who supplies and who needs; None when both stand on the same side."""
    if one.gives != other.gives:
        return (one, other) if one.gives else (other, one)
    for action, joining in ((one, other), (other, one)):
        if action.collects and joining.side == "offer":
            return action, joining
    return None


def kilometres(one: Traits, other: Traits) -> float | None:
    """How far two listings are apart; None when it is not known where one of them is."""
    return how_near(one.latitude, one.longitude, other.latitude, other.longitude)[0]


def _common(supply: Traits, need: Traits) -> str | None:
    """The dimension to compare two amounts in: the need's own, then the supply's, then any they share."""
    for dimension in (need.dimension, supply.dimension, "mass"):
        if dimension in supply.measures and dimension in need.measures:
            return dimension
    return None


def _share(supply: Traits, need: Traits, dimension: str) -> float:
    """How much of the need the supply covers; a one-off against a flow counts three months of the flow."""
    offered, asked = supply.measures[dimension], need.measures[dimension]
    if supply.flow and not need.flow:
        offered *= MONTHS_OF_A_FLOW
    elif need.flow and not supply.flow:
        asked *= MONTHS_OF_A_FLOW
    return min(1.0, offered / asked) if asked else 1.0


def _mode(known: taxonomy.Category | None, quantity: Quantity | None) -> str | None:
    """A machine asked for by the hour or the day is to be lent; else only the author can say."""
    if known and "L" in known.modes and known.nature == "equipment" and quantity:
        return "lend" if taxonomy.UNITS[quantity.unit].dimension == "time" else None
    return None


def _is_hazardous(known: taxonomy.Category | None, spec: specifications.Specification, flags: frozenset[str]) -> bool:
    """Whether it is hazardous waste as far as is known; a product or by-product follows other rules (REACH)."""
    if spec.get("hazardous") == ("true",):
        return True
    if spec.get("hazardous") == ("false",) or set(spec.get("status", ())) & ORDINARY:
        return False
    if known is not None and known.nature != "good":
        return False
    return "hazardous" in flags or (known is not None and "hazardous" in known.flags)


def _is_exchangeable(known: taxonomy.Category | None, spec: specifications.Specification) -> bool:
    if known is None or known.is_other or "exchange_pool" in known.flags:
        return True
    return spec.get("ownership") == ("exchange_pool",)
