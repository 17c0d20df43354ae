"""How sums of several companies are said, on pages and in mail."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from domain.pooling import Total
from domain.quantities import LARGEST, Quantity

if TYPE_CHECKING:
    from marketplace.wording import Wording


def _(sentence: str) -> str:
    """Mark a sentence for the catalogue."""
    return sentence


def total_words(total: Total, category: str, wording: Wording) -> str:
    """A sum in words, and whether a usual mass or density stood in."""
    amount = min(total.amount, LARGEST - 1) or Decimal(1)
    said = wording.quantity(Quantity(amount, total.unit, total.per), category)
    return wording.translations.gettext(_("about %(quantity)s")) % {"quantity": said} if total.estimated else said
