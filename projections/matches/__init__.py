"""Who should meet whom: every pair of an offer and a request worth a look, why, and what became of it."""

from projections.matches.changes import MATCHES
from projections.matches.questions import (
    PAGE,
    Found,
    NearMiss,
    PairCount,
    counts,
    near_misses,
    of_companies,
    of_listing,
    page_of,
    tallies,
)
from projections.matches.rows import FoundRow, SeenRow, TallyRow

__all__ = [
    "MATCHES",
    "PAGE",
    "Found",
    "FoundRow",
    "NearMiss",
    "PairCount",
    "SeenRow",
    "TallyRow",
    "counts",
    "near_misses",
    "of_companies",
    "of_listing",
    "page_of",
    "tallies",
]
