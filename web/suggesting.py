"""The categories proposed to somebody who types what they have or need."""

from __future__ import annotations

from typing import Final

from domain import taxonomy
from domain.lexicon import lexicon
from domain.reading_text import LONGEST_READ
from domain.suggestions import suggest
from projections import listings
from projections.listings import LISTINGS
from web import views
from web.visits import Visit

SUGGESTED: Final = 5


async def suggested(visit: Visit, shown: views.Form, company_id: str = "") -> views.Suggestions:
    """The likeliest categories for what is being typed, the chosen one among them.

    What the words themselves say comes first, as the published terms have it; what companies of the zone posted such a
    thing as takes the places they leave, the last one at least: the company's own first.
    """
    title, chosen = shown.value("title").strip(), shown.value("category")
    text = f"{title} {shown.value('description')[:LONGEST_READ]}"
    words = lexicon().told_apart_by(title)
    likely: list[str] = []
    if title:
        async with visit.reading(LISTINGS) as read:
            terms = tuple((term.words, term.concept) for term in await read.all(listings.terms()))
            found = await read.all(listings.called(words, company_id, visit.viewer.zones)) if words else []
        said = [leaf.code for leaf in suggest(text, visit.language, SUGGESTED, terms)]
        before = [row.category for row in found if row.category in taxonomy.CATEGORIES and row.category not in said]
        likely = [*said[: SUGGESTED - min(len(before), 1)], *before][:SUGGESTED]
    known = taxonomy.CATEGORIES.get(chosen)
    if known is not None and known.level > 1 and chosen not in likely:
        likely = [chosen, *likely[: SUGGESTED - 1]]
    return views.Suggestions(choices=tuple(category_choice(visit, code) for code in likely), chosen=chosen)


def category_choice(visit: Visit, code: str) -> views.CategoryChoice:
    """A category as it is offered, with the family it belongs to."""
    return views.CategoryChoice(
        code=code,
        label=taxonomy.label(code, visit.language),
        family=taxonomy.label(taxonomy.CATEGORIES[code].family, visit.language),
    )
