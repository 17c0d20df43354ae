"""What would help a member whom no mail had anything to tell for weeks: true figures of what others list near them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from domain import taxonomy
from domain.questions import CODES
from marketplace.digest_ranking import Hint
from marketplace.reading import Reading
from projections import listings
from projections.listings import Listing
from projections.viewer import Viewer

SILENCE: Final = timedelta(weeks=4)
"""How long nothing was said before this is."""
MOST_HINTS: Final = 3
MOST_LISTINGS: Final = 50

Figures = Mapping[tuple[str, str, str], int]
"""How many companies, by side, category, and what their listings say; by nothing, all of them."""


def hints(read: Reading, viewer: Viewer) -> tuple[Hint, ...]:
    """Three at most, those first that the member can do most about.

    A listing that does not say what others of its kind ask for; one that nobody has a counterpart for, because the
    silence is then explained and not their fault; or, for who lists nothing, how many companies do.
    """
    ours = [company.company_id for company in viewer.companies]
    if not ours:
        return ()
    rows = read.all(listings.of_companies(ours, limit=MOST_LISTINGS))
    mine = [row for row in rows if row.life == "open" and row.shown]
    across = read.all(listings.counterparts(viewer.zones, ours))
    figures: Figures = {(row.side, row.category, row.code): row.companies for row in across}
    if not mine:
        most = max((row.companies for row in across if not row.code), default=0)
        return (Hint(most, category=_of(figures, most)),) if most else ()
    found: dict[tuple[str, str], Hint] = {}
    for row in mine:
        hint = _hint(row, figures)
        if hint.missing or not hint.companies:
            found.setdefault((row.side, row.category), hint)
    return tuple(sorted(found.values(), key=lambda hint: -hint.companies)[:MOST_HINTS])


def _hint(row: Listing, figures: Figures) -> Hint:
    """What the others of the other side say and this listing does not, and how many of them."""
    other = "request" if row.side == "offer" else "offer"
    said = {code: figures.get((other, row.category, code), 0) for code in _unsaid(row)}
    missing = max(said, key=lambda code: said[code], default="")
    if said.get(missing):
        return Hint(said[missing], row, missing, category=row.category)
    return Hint(figures.get((other, row.category, ""), 0), row, category=row.category)


def _unsaid(row: Listing) -> list[str]:
    """The questions that decide whether two listings fit, and that this one leaves open."""
    answered = {*row.attributes, *(("condition",) if row.condition else ())}
    return [code for code in CODES if code not in answered and taxonomy.ATTRIBUTES[code].applies_to(row.category)]


def _of(figures: Figures, most: int) -> str:
    """The category that so many companies list."""
    return min(category for (_side, category, code), companies in figures.items() if not code and companies == most)
