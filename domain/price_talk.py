"""What competitors who buy together may not talk about: their own selling prices, margins and customers."""

from __future__ import annotations

import re
from typing import Final

from domain.text_flags import as_searched

PURCHASES: Final = "ACH"
"""The family of what is bought together."""
TALK: Final = re.compile(
    r"\b(?:nos|vos|leurs|notre|votre) (?:prix|tarifs?) (?:de (?:re)?vente|clients?|publics?)\b"
    r"|\bprix de (?:re)?vente\b"
    r"|\b(?:nos|vos|leurs) marges?\b|\bmarges? (?:commerciales?|brutes?)\b"
    r"|\b(?:s.?entendre|(?:se|nous) mettre d.accord|aligner|harmoniser|fixer)(?: \w+){0,3} (?:prix|tarifs|marges)\b"
    r"|\b(?:se )?(?:partag\w+|repart\w+) (?:les |nos |des )?(?:marches|clients|clienteles)\b"
    r"|\b(?:our|your|their) (?:selling|resale|retail) prices?\b|\b(?:selling|resale) prices?\b"
    r"|\b(?:our|your|their) margins?\b"
    r"|\b(?:agree on|align|fix|harmonise) (?:\w+ ){0,2}(?:prices|margins)\b"
    r"|\b(?:share|split|divide) (?:out )?(?:the |our )?(?:markets?|customers)\b"
)


def price_talk(text: str, category: str) -> tuple[int, int] | None:
    """Where a text about buying together first speaks of it (from, to); articles 101 TFEU and L420-1 code de commerce.

    What a supplier asks is what such a purchase is about, and no fault.
    """
    if category.partition(".")[0] != PURCHASES:
        return None
    found = TALK.search(as_searched(text))
    return found.span() if found else None
