"""How we rank: the formula with the weights in force, and every rule that keeps two listings apart."""

from __future__ import annotations

from math import log
from typing import Any, Final

from litestar import Response

from domain.contradictions import AT_LEAST, EQUAL, EQUAL_IN_FAMILY, ON_THE_ROAD, TRUE_WHEN_ASKED
from domain.matches import UNDO_WITHIN
from domain.matching import DEFAULT, MAILED, SHOWN, Weights
from domain.nearness import DISTANCE_SCALE_KM
from domain.quantities import MONTHS_OF_A_FLOW
from domain.refused import _
from marketplace.reasons import exclusion
from projections.matches import MATCHES
from projections.matches.vocabulary import weights
from web.match_views import RankingPage, RuleGroup, Weight
from web.policies import page
from web.visits import Visiting

PARTS: Final = {
    "category": _("The same category, or one that can stand in for it"),
    "text": _("The same things in the words"),
    "distance": _("Being near"),
    "quantity": _("The share of the need that is covered"),
}
"""What each weight is for, in the order of the formula."""
RULES: Final[dict[str, tuple[str, ...]]] = {
    _("It is not the same thing"): (*EQUAL_IN_FAMILY, *EQUAL),
    _("It would not do"): (
        "condition", "en643", "moisture_dirty", "residue", "form", *AT_LEAST, *TRUE_WHEN_ASKED,
    ),
    _("It cannot meet"): ("distance", *ON_THE_ROAD, "windows", "deadline", "mode", "minimum_lot"),
    _("The law or its owner forbids it"): (
        "pool_owned", "pool_suspected", "deposit", "ownership", "prohibited", "hazardous", "unlawful_lending",
    ),
    _("There is nobody to meet"): ("same_company", "same_side"),
}  # fmt: skip
"""The hard constraints by what they are about; together they are all there are."""
LIKE_TENS: Final = -1
"""Kilometres are said to the nearest ten: the law is smooth, and nobody measures it."""


@page("/how-we-rank", policy="anyone")
async def how_we_rank(visit: Visiting) -> Response[Any]:
    """How matches are computed and lists are sorted."""
    home = next((zone for zone in await visit.services.zones() if zone.zone_id == visit.viewer.home_zone), None)
    async with visit.reading(MATCHES) as read:
        own = await read.one(weights(home.zone_id)) if home else None
    held = Weights(own.category, own.text, own.distance, own.quantity) if own else DEFAULT
    view = RankingPage(
        weights=tuple(Weight(label=visit.say(label), points=getattr(held, name)) for name, label in PARTS.items()),
        chosen_by=home.name if home and own else "",
        mailed=MAILED,
        shown=SHOWN,
        halves_km=int(round(DISTANCE_SCALE_KM * log(2), LIKE_TENS)),
        months=MONTHS_OF_A_FLOW,
        undo_days=UNDO_WITHIN.days,
        rules=tuple(
            RuleGroup(label=visit.say(label), sentences=tuple(exclusion(code, visit.wording) for code in codes))
            for label, codes in RULES.items()
        ),
    )
    return await visit.page("texts/how_we_rank.html", view)


handlers = [how_we_rank]
