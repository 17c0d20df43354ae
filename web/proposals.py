"""What was read in an author's words, as chips beside their fields: taken with one tap, never filled in silently."""

from __future__ import annotations

from decimal import Decimal
from typing import Final
from urllib.parse import parse_qsl, urlencode

from domain import reading_text, taxonomy
from domain.quantities import parse_quantity, parse_typed
from domain.reading_text import Reading
from domain.refused import Refused, _
from web import answers
from web.form_views import Proposal
from web.views import Form
from web.visits import Visit

TAKE: Final = "take"
"""The field of a chip that is pressed without scripts: what it sets, as a query string."""
SIDE_WORDS: Final = {"offer": _("I have"), "request": _("I need")}
AMOUNTS: Final = frozenset({"amount", "minimum_lot", "price_amount"})
"""Fields in which thousands and decimals are written as the reader's language has them."""


def read(visit: Visit, form: Form, likely: str) -> tuple[Proposal, ...]:
    """The proposals for a form as it is filled; `likely` is the category that is chosen, or comes first."""
    title, description = form.value("title"), form.value("description")
    text = reading_text.joined(title, description)
    readings = reading_text.read(title, description, likely, likely=form.value("category") != likely)
    found = (_proposal(visit, form, reading, text, likely) for reading in readings)
    return tuple(proposal for proposal in found if proposal is not None)


def taken(value: str) -> dict[str, str]:
    """What a chip sets, when it was pressed without scripts; anything but a field of the form is left out."""
    known = {"amount", "unit", "per", "side", "price", "price_amount", "minimum_lot", "whole_lot", *taxonomy.ATTRIBUTES}
    return {name: said for name, said in parse_qsl(value[:400]) if name in known}


def _proposal(visit: Visit, form: Form, reading: Reading, text: str, category: str) -> Proposal | None:
    is_detail = reading.about in taxonomy.ATTRIBUTES and reading.about not in answers.ELSEWHERE
    if is_detail and form.value("category") != category:
        return None  # a detail of a category that is not chosen yet has no field
    if is_detail and taxonomy.ATTRIBUTES[reading.about].is_typed:
        return None  # the code of an answer in the author's own words is ours; matching reads the words themselves
    label = _label(visit, reading, category)
    if not label:
        return None
    words = visit.wording
    values = {name: words.typed(Decimal(value)) if name in AMOUNTS else value for name, value in reading.values.items()}
    now = {name: form.value(name) for name in values}
    taken_already = all(_same(name, now[name], value, words.mark) for name, value in values.items())
    key = "amount" if "amount" in values else next(iter(values))
    other = "" if taken_already else now[key]
    if reading.about == "price" and form.value("side") == "offer" and values["price"] == "free" and not other:
        return None  # free is what an offer is by itself
    return Proposal(
        about=key,
        label=label,
        value=urlencode(values),
        words=text[reading.start : reading.end].replace("\n", " ").strip(" ,;:"),
        note=_note(visit, reading),
        instead=other,
        taken=taken_already,
    )


def _label(visit: Visit, reading: Reading, category: str) -> str:  # noqa: PLR0911  (one flat case per field)
    values, show = reading.values, visit.wording
    match reading.about:
        case "quantity":
            try:
                said = parse_quantity(values["amount"], values["unit"], values["per"] or None)
            except Refused:
                return ""
            return show.quantity(said, category)
        case "per":
            return visit.say(answers.PERIOD_WORDS[values["per"]])
        case "side":
            return visit.say(SIDE_WORDS[values["side"]])
        case "price":
            terms = visit.say(answers.PRICE_WORDS[values["price"]])
            cents = values.get("price_amount")
            return f"{terms} · {show.money(int(Decimal(cents) * 100))}" if cents else terms
        case "minimum_lot":
            return visit.say(_("No less than %(least)s at a time"), least=show.number(Decimal(values["minimum_lot"])))
        case "whole_lot":
            return visit.say(_("All of it or nothing"))
        case code:
            attribute = taxonomy.ATTRIBUTES[code]
            name = attribute.label_fr if visit.language == "fr" else attribute.label_en
            colon = "\u00a0: " if visit.language == "fr" else ": "
            holds = code == "capacity"
            answer = show.capacity(values[code], category) if holds else answers.answer(code, values[code], visit.say)
            return f"{name}{colon}{answer}"


def _note(visit: Visit, reading: Reading) -> str:
    if reading.upto:
        return visit.say(
            _("the lower figure: you wrote up to %(most)s"), most=visit.wording.number(Decimal(reading.upto))
        )
    if reading.rounded:
        return visit.say(_("a round figure"))
    return ""


def _same(name: str, now: str, proposed: str, mark: str) -> bool:
    if name not in AMOUNTS or now == proposed:
        return now == proposed
    try:
        return parse_typed(now, mark, counted=True) == parse_typed(proposed, mark)
    except Refused:
        return False
