"""Who should meet whom: every pair of an offer and a request worth a look, why, and what became of it."""

from projections.matches.changes import MATCHES
from projections.matches.questions import (
    PAGE,
    Closest,
    Found,
    NearMiss,
    PairCount,
    between,
    closest,
    counts,
    dismissal,
    dismissed_by,
    looked_at,
    near_misses,
    of_companies,
    of_listing,
    page_of,
    tallies,
)
from projections.matches.rows import DismissedRow, FoundRow, SeenRow, TallyRow

__all__ = [
    "MATCHES",
    "PAGE",
    "Closest",
    "DismissedRow",
    "Found",
    "FoundRow",
    "NearMiss",
    "PairCount",
    "SeenRow",
    "TallyRow",
    "between",
    "closest",
    "counts",
    "dismissal",
    "dismissed_by",
    "looked_at",
    "near_misses",
    "of_companies",
    "of_listing",
    "page_of",
    "tallies",
]
