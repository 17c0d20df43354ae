"""The fields that the register of outgoing waste wants of a pick-up, and what its codes mean in words."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from domain import taxonomy
from domain.dealings import RECEIPT_ABOVE_TONNES, TREATMENTS, Waste
from domain.refused import _
from projections.listings import Listing
from web.exchange_page_views import WasteQuestions
from web.forms import Answers
from web.views import Choice

LONGEST_CODE: Final = 20
LONGEST_NAME: Final = 500
WORDS: Final = {
    "R1": _("Burnt as a fuel, for its energy"),
    "R2": _("Solvents recovered"),
    "R3": _("Organic matter recycled: paper, wood, plastics, compost"),
    "R4": _("Metals recycled"),
    "R5": _("Minerals recycled: glass, rubble, earth"),
    "R6": _("Acids or bases regenerated"),
    "R7": _("What abates pollution recovered"),
    "R8": _("Catalysts recovered"),
    "R9": _("Oils refined again, or used again"),
    "R10": _("Spread on land, for its benefit"),
    "R11": _("Used as obtained from R1 to R10"),
    "R12": _("Sorted or prepared before R1 to R11"),
    "R13": _("Stored before R1 to R12"),
    "D1": _("Put into or onto land, such as a landfill"),
    "D2": _("Treated on land"),
    "D3": _("Injected deep underground"),
    "D4": _("Put into a pond or lagoon"),
    "D5": _("Put into an engineered landfill"),
    "D6": _("Released into water, except seas"),
    "D7": _("Released into seas, or buried there"),
    "D8": _("Treated biologically before D1 to D12"),
    "D9": _("Treated chemically or physically before D1 to D12"),
    "D10": _("Burnt on land"),
    "D11": _("Burnt at sea"),
    "D12": _("Stored for good"),
    "D13": _("Mixed or sorted before D1 to D12"),
    "D14": _("Repackaged before D1 to D13"),
    "D15": _("Stored before D1 to D14"),
}
"""In short, after annexes I and II of directive 2008/98/EC; recovery comes before disposal, as it should."""


def questions(say: Callable[..., str], number: Callable[[Decimal], str]) -> WasteQuestions:
    """What is asked, in words."""
    return WasteQuestions(
        treatments=tuple(
            Choice(value=code, label=f"{code} · {say(words)}") for code, words in WORDS.items() if code in TREATMENTS
        ),
        threshold=number(RECEIPT_ABOVE_TONNES[False]),
        hazardous=number(RECEIPT_ABOVE_TONNES[True]),
    )


def usual(listing: Listing | None, category: str) -> dict[str, str]:
    """What is probably right before anybody typed: the listing's own code of waste, else the category's."""
    known = taxonomy.CATEGORIES.get(category)
    codes = known.waste_codes if known else ()
    code = (listing.attributes.get("ewc") if listing else None) or (codes[0] if len(codes) == 1 else "")
    return {"waste_code": code}


def waste_typed(given: Answers) -> Waste | None:
    """Read what was typed; what the register still lacks is for the decision to say."""
    tonnes = given.amount("tonnes", missing=_("Write the weight in tonnes, such as 0.85."))
    treatment = given.choice("treatment", TREATMENTS, missing=_("Choose what becomes of it."))
    code = given.text(
        "waste_code", most=LONGEST_CODE, missing=_("Write the code of the list of waste, such as 15 01 01.")
    )
    carrier = given.text("carrier", most=LONGEST_NAME)
    receipt = given.text("receipt", most=LONGEST_NAME)
    if given.errors or tonnes is None:
        return None
    return Waste(code=code, tonnes=tonnes, treatment=treatment, carrier=carrier, receipt=receipt)
