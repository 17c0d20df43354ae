"""What the law and the customs of the trade say of what an author typed, before anybody reads it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from re import compile as pattern
from typing import Final

from domain import taxonomy, text_flags, waste
from domain.listings.commands import Draft
from domain.listings.events import Content, Side
from domain.quantities import LARGEST
from domain.refused import Refused, _
from domain.zones import Zone

OF_WASTE: Final = ("ewc", "estimated_tonnes", "physical_state")
"""What is asked of waste, and of nothing else."""
A_CURRICULUM: Final = pattern(r"\bc\.?v\.? (?:de|of|:|joint|ci)|\bcurriculum|\bresume of\b")
# A title that begins with pallets offers them, whatever the category says; "cartons for CHEP pallets" does not.
PALLETS_FIRST: Final = pattern(
    r"^(?:[\W\d]|(?:lots?|piles?|stocks?|de|des|d|les|nos|environ|une?|donne|a donner|a vendre|vends?|cede|dispos?"
    r"|about|some|used|sets?|stacks?|of|our|free|belles?|vieilles?|bois)\b)*(?:pal(?:l?et\w*|\.)|t?che+pp?\b)"
)
PEOPLE: Final = "RHC"


def check_law(side: Side, draft: Draft, attributes: dict[str, str], today: date) -> dict[str, str]:
    """The attributes as they are kept; or Refused, with what the author can do instead."""
    said = "\n".join(_said(draft, attributes))
    raised = {flag.code for flag in text_flags.find(said, draft.category, side)}
    _refuse_a_poolers_pallets(side, draft, attributes, raised)
    _refuse_asbestos(draft, attributes, raised)
    _refuse_people_as_goods(draft, attributes, raised, said)
    return _checked_status(side, draft, attributes, today)


def must_be_cleared(side: Side, content: Content) -> bool:
    """Whether a moderator looks before anyone may ask: what is or may be hazardous, by what the holder says of it."""
    answers = content.answers
    if "hazardous" in taxonomy.CATEGORIES[content.category].flags or answers.get("hazardous") == "true":
        return True
    if waste.is_hazardous(answers.get("ewc", "")) or answers.get("residue") == "hazardous":
        return True
    words = (content.title.text, content.description.text, *(said.text for said in content.typed.values()))
    said = "\n".join(text for text in words if text)
    return any(flag.code == "hazardous" for flag in text_flags.find(said, content.category, side))


def zones_that_take(content: Content, zone_ids: Iterable[str], zones: dict[str, Zone]) -> tuple[str, ...]:
    """Where a listing is posted: waste in the zones that introduce those who hold it; Refused when none does."""
    found = tuple(
        zone_id for zone_id in zone_ids if content.attributes.get("status") != "waste" or zones[zone_id].waste != "off"
    )
    if not found:
        raise Refused(
            _("This zone takes no listings of waste. What was never discarded is a product; else ask a collector."),
            field="status",
        )
    return found


def _said(draft: Draft, attributes: dict[str, str]) -> Iterable[str]:
    """Every word that others will read."""
    yield draft.title
    yield draft.description
    yield from (value for code, value in attributes.items() if taxonomy.ATTRIBUTES[code].is_typed)
    yield from (draft.photo_texts or {}).values()


def _refuse_a_poolers_pallets(side: Side, draft: Draft, attributes: dict[str, str], raised: set[str]) -> None:
    """Rental-pool pallets are the pooler's property: whoever has some can only give them back."""
    if side != "offer":
        return
    nature = taxonomy.CATEGORIES[draft.category].nature
    is_pallet = draft.category.startswith("PAL.") or (
        nature in ("good", "equipment") and PALLETS_FIRST.match(text_flags.as_searched(draft.title)) is not None
    )
    theirs = attributes.get("ownership") == "rental_pool" or draft.category == "PAL.POOL"
    if theirs or (is_pallet and "pool_owned" in raised):
        raise Refused(
            _(
                "Rental-pool pallets (CHEP, LPR, IPP, PGS, PRS) belong to the pooler and cannot be offered. "
                "Post them as a return instead: the pooler, or a neighbour who works with it, takes them back."
            ),
            field="ownership",
        )
    if is_pallet and "pool_suspected" in raised and attributes.get("ownership", "unknown") == "unknown":
        raise Refused(
            _(
                "Blue, red, brown or green pallets often belong to a pooler. "
                "Look at the blocks: if they carry no pooler’s name, say under “Ownership” that they are yours."
            ),
            field="ownership",
        )


def _refuse_asbestos(draft: Draft, attributes: dict[str, str], raised: set[str]) -> None:
    if taxonomy.CATEGORIES[draft.category].nature not in ("good", "equipment"):
        return
    if "prohibited" in raised or attributes.get("asbestos_free") == "false":
        raise Refused(
            _("Asbestos must never be handed on. A certified firm removes it; your facilitator knows some."),
            field="title",
        )
    if "asbestos_suspected" in raised and attributes.get("asbestos_free") != "true":
        raise Refused(
            _("Before 1997, this was made with asbestos. Say in the title since when you have it, or “asbestos-free”."),
            field="title",
        )


def _refuse_people_as_goods(draft: Draft, attributes: dict[str, str], raised: set[str], said: str) -> None:
    """Staff are lent without profit (article L8241-1 code du travail), and nobody's data are handed round."""
    if draft.category == "RHC.LEND" and ("staff_profit" in raised or attributes.get("non_profit") != "true"):
        raise Refused(
            _("Staff may be lent without profit only (article L8241-1): confirm that you bill the cost, no more."),
            field="non_profit",
        )
    of_people = taxonomy.CATEGORIES[draft.category].family == PEOPLE
    if of_people and ("personal_data" in raised or A_CURRICULUM.search(text_flags.as_searched(said))):
        raise Refused(
            _("Here a company says what it needs, and names nobody: leave out CVs, names, telephones and addresses."),
            field="description",
        )


def _checked_status(side: Side, draft: Draft, attributes: dict[str, str], today: date) -> dict[str, str]:
    """The holder states the status; waste says its code and its weight, and nothing else does."""
    if attributes.get("status", "product") != "waste":
        stray = next((code for code in OF_WASTE if code in attributes), None)
        if stray:
            raise Refused(
                _("A code of the list of waste goes with the status “Waste” only: choose one."), field="status"
            )
        return attributes
    kept = dict(attributes)
    if "ewc" in kept or side == "offer":
        kept["ewc"] = waste.checked_code(kept.get("ewc", ""), today)
    if side == "request":
        return kept
    if waste.is_hazardous(kept["ewc"]) and taxonomy.ATTRIBUTES["hazardous"].applies_to(draft.category):
        kept["hazardous"] = "true"
    weight = kept.get("estimated_tonnes", "")
    if weight:
        if not 0 < Decimal(weight.split()[0]) < LARGEST:
            raise Refused(_("Write the weight in tonnes, such as 0.85."), field="estimated_tonnes")
    elif waste.tonnes(draft.quantity, draft.category) is None:
        raise Refused(_("This is waste: say about how many tonnes it is, such as 0.85."), field="estimated_tonnes")
    return kept
