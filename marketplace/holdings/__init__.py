"""What the site holds about people and companies, declared once: pages, clean-up, erasing and tests read it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from marketplace.holdings.columns import CODES, WORDS
from marketplace.holdings.companies import COMPANIES
from marketplace.holdings.declaring import ABOUT, GROUNDS, Holding, Swept
from marketplace.holdings.others import OTHERS
from marketplace.holdings.people import PEOPLE
from marketplace.settings import Settings

__all__ = [
    "ABOUT",
    "CODES",
    "GROUNDS",
    "HOLDINGS",
    "UNSPOKEN",
    "WITHOUT_ACCOUNT",
    "WORDS",
    "Holding",
    "Swept",
    "kept_for",
]

HOLDINGS: Final = (*PEOPLE, *COMPANIES, *OTHERS)
BY_NAME: Final = {holding.name: holding for holding in HOLDINGS}
WITHOUT_ACCOUNT: Final = ("acting", "invitation", "joining", "notice")
"""Kinds of subjects that have no stream of their own: erased by their keys alone."""
UNSPOKEN: Final[dict[str, str]] = {
    "log.clock_offset": "single microseconds",
    "log.private_key": "id subject stream key",
    "log.erasure": "id subject stream at keys",
    "log.migration": "",
    "log.reaction": "name position error since",
    "site.erasing": "subject asked_at",
    "log.read_model": "name generation version position state error since",
}
"""Tables of the machinery, which say nothing of anybody but that they were here or were erased."""


def kept_for(name: str, settings: Settings) -> timedelta:
    """How long something that goes by itself is kept on this site."""
    period = BY_NAME[name].period(settings)
    assert period is not None, f"{name} does not go by itself"  # noqa: S101  # a wrong name is a fault of ours
    return period
