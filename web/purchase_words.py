"""What group purchases are called and say: the words of their five forms, of their stages and of what happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from domain.purchases import Form, Receipt, Rule, Stage
from domain.refused import _
from marketplace.wording import ngettext
from web import purchase_views as views
from web.views import Choice

Say = Callable[..., str]


class FormWords(Struct, frozen=True, kw_only=True):
    """What one form calls each thing; sentences of the catalogue."""

    name: str
    hint: str
    supplier: str
    poll: str
    poll_button: str
    pledge: str
    join: str
    mine: str
    share: str
    signed: str
    next: str
    delivered_on: str
    record: str
    arrived: str
    outcomes: dict[Receipt, str]
    charter: str


WORDS: Final[dict[Form, FormWords]] = {
    "goods": FormWords(
        name=_("Group purchase"),
        hint=_("Goods that several buy at once: gloves, paper, packaging, pallets."),
        supplier=_("Supplier"),
        poll=_("How much would you take?"),
        poll_button=_("Say so, without commitment"),
        pledge=_("How much do you order?"),
        join=_("Join the purchase"),
        mine=_("Your order"),
        share=_("Your share"),
        signed=_("What you sign, and with whom"),
        next=_("%(supplier)s sends you an order form for your share. Sign it and pay them directly."),
        delivered_on=_("Delivered on %(day)s"),
        record=_("Record the delivery"),
        arrived=_("What arrived?"),
        outcomes={"received": _("All of it"), "short": _("Less than that"), "damaged": _("Some of it damaged")},
        charter=_(
            "Each company orders for itself and pays the supplier directly. Your order binds your company once the "
            "purchase is confirmed, at the price the total reaches. The association keeps no money and guarantees "
            "nothing; it shares out what can be ordered by the rule shown here."
        ),
    ),
    "frame": FormWords(
        name=_("Frame contract"),
        hint=_("A contract each signs for itself on shared terms: energy, inspections, cleaning."),
        supplier=_("Provider"),
        poll=_("How much would you bring in?"),
        poll_button=_("Say so, without commitment"),
        pledge=_("How much do you bring in?"),
        join=_("Opt in"),
        mine=_("What you bring in"),
        share=_("Your contract"),
        signed=_("What you sign, and with whom"),
        next=_("%(supplier)s sends you your own contract on these terms. It starts when your present one ends."),
        delivered_on=_("In force since %(day)s"),
        record=_("Record that it is in force"),
        arrived=_("Is your contract in force?"),
        outcomes={"received": _("Yes, as agreed"), "short": _("For a part only"), "damaged": _("Not as agreed")},
        charter=_(
            "Each company signs its own contract with the provider, for its own sites and from its own date. Opting in "
            "binds your company once the frame contract is confirmed. The association negotiates the terms; it is no "
            "party to any contract."
        ),
    ),
    "collection": FormWords(
        name=_("Pooled collection"),
        hint=_("One round that stops at several companies: electrical waste, archives, pallets."),
        supplier=_("Collector"),
        poll=_("How much would you hand over?"),
        poll_button=_("Say so, without commitment"),
        pledge=_("How much do you hand over?"),
        join=_("Join the round"),
        mine=_("What you hand over"),
        share=_("Your stop"),
        signed=_("What you sign, and with whom"),
        next=_("%(supplier)s tells you the day of your stop. Have it ready at the place you named."),
        delivered_on=_("Collected on %(day)s"),
        record=_("Record the round"),
        arrived=_("What was collected at your stop?"),
        outcomes={"received": _("All of it"), "short": _("Less than that"), "damaged": _("Some of it refused")},
        charter=_(
            "Each company remains responsible for what it hands over until it is collected, says truly what it is, and "
            "keeps its own tracking documents. The collector invoices each company for its own stop."
        ),
    ),
    "session": FormWords(
        name=_("Shared session"),
        hint=_("Seats in one session: first aid, fire safety, forklift driving."),
        supplier=_("Trainer"),
        poll=_("How many seats would you take?"),
        poll_button=_("Say so, without commitment"),
        pledge=_("How many seats do you book?"),
        join=_("Book the seats"),
        mine=_("Your seats"),
        share=_("Your seats"),
        signed=_("What you sign, and with whom"),
        next=_("%(supplier)s sends you the agreement and the convocations. Tell them who comes."),
        delivered_on=_("Held on %(day)s"),
        record=_("Record that it was held"),
        arrived=_("Were your people there?"),
        outcomes={"received": _("All of them"), "short": _("Fewer than that"), "damaged": _("Not as agreed")},
        charter=_(
            "Each company signs its own training agreement and pays the trainer directly. A seat that is booked and "
            "stays empty is due all the same, unless another company takes it over."
        ),
    ),
    "funding": FormWords(
        name=_("Co-funding"),
        hint=_("Something that several pay for together, by shares: a shared shelter, a study, a defibrillator."),
        supplier=_("For"),
        poll=_("How much would you put in?"),
        poll_button=_("Say so, without commitment"),
        pledge=_("How much do you promise?"),
        join=_("Promise it"),
        mine=_("Your promise"),
        share=_("Your share"),
        signed=_("What you promise"),
        next=_("The association tells you how to pay your share. Nothing is paid here."),
        delivered_on=_("Carried out on %(day)s"),
        record=_("Record that it was carried out"),
        arrived=_("Did you pay your share?"),
        outcomes={"received": _("All of it"), "short": _("Less than that"), "damaged": _("Not as agreed")},
        charter=_(
            "Each company promises its share for itself. Nothing is paid on this site: once the co-funding is "
            "confirmed, the association asks each company for its share. Below the minimum nobody owes anything."
        ),
    ),
}
"""The five forms, each in its own words."""

STAGES: Final[dict[Stage, tuple[str, str, views.Tone]]] = {
    "poll": (_("Who would join?"), "question", "wait"),
    "quotes": (_("Quotes are asked for"), "mail", "wait"),
    "chosen": (_("Supplier chosen, opens soon"), "check", "wait"),
    "open": (_("Open"), "users", "go"),
    "confirmed": (_("Takes place"), "check", "done"),
    "delivered": (_("Carried out"), "check", "done"),
    "failed": (_("Did not come together"), "close", "stop"),
    "cancelled": (_("Given up"), "close", "stop"),
}
"""Each stage's word, icon and tone."""

NEXT: Final[dict[Stage, str]] = {
    "poll": _("Next: ask around, then write down what exactly suppliers are asked for."),
    "quotes": _("Next: enter the quotes as they come, and choose one."),
    "chosen": _("Next: set the deadline and the bounds, and open the pledges."),
    "open": _("Pledges are open. At the deadline it settles by itself, and everyone is told."),
    "confirmed": _("Next: send the sheet to the supplier, and say when it was carried out."),
    "delivered": _("Carried out. The companies now say what arrived."),
    "failed": _("It did not come together: everyone was told."),
    "cancelled": _("Given up: everyone read why."),
}
"""What the organiser does next."""
FUNDING_NEXT: Final = _("Next: name the shares, the goal and the deadline, and let companies promise theirs.")

RULES: Final[dict[Rule, str]] = {
    "order": _(
        "Whoever pledged first is served first. What a company adds later stands behind those who came meanwhile."
    ),
    "proportional": _(
        "Everyone gets the same proportion of what they asked for; what rounding leaves goes to the largest "
        "remainders, the earlier pledge first among equals."
    ),
}
RULE_NAMES: Final[dict[Rule, str]] = {
    "order": _("In the order of the pledges"),
    "proportional": _("In proportion to the pledges"),
}
TOLD: Final[dict[str, str]] = {
    "PurchaseProposed": _("Proposed: who would join?"),
    "SpecificationSet": _("What suppliers are asked for is written down"),
    "QuoteChosen": _("A quote was chosen"),
    "PledgesOpened": _("Pledges are open"),
    "TermsChanged": _("The terms changed"),
    "DeadlineExtended": _("More time: until %(deadline)s"),
    "PurchaseConfirmed": _("Confirmed: it takes place, and everyone knows their share"),
    "PurchaseFailed": _("It did not come together"),
    "PurchaseCancelled": _("Given up by the organiser"),
    "DeliveryRecorded": _("Carried out"),
    "RoundPlanned": _("The day of the round is set"),
    "RoundCompleted": _("The round was made"),
    "SessionPlanned": _("The session has its day and place"),
    "SessionHeld": _("The session was held"),
}
LAST_CALL: Final = ngettext("Last call: %(days)s day is left", "Last call: %(days)s days are left")
WORSE: Final = _("Something is dearer or less convenient: every pledge waits until its company confirms it.")
BETTER: Final = _("Nothing is worse than before: pledges stand as they are.")


def said(form: Form, say: Say) -> views.Words:
    """The words of a form in the reader's language."""
    words = WORDS[form]
    return views.Words(
        name=say(words.name),
        supplier=say(words.supplier),
        poll=say(words.poll),
        poll_hint=say(
            _("Nobody is bound by it; it tells whether it is worth while. Only the organiser sees your figure.")
            if form == "funding"
            else _("Nobody is bound by it; it helps to ask for the right quotes. Only the organiser sees your figure.")
        ),
        poll_button=say(words.poll_button),
        pledge=say(words.pledge),
        join=say(words.join),
        mine=say(words.mine),
        share=say(words.share),
        signed=say(words.signed),
        record=say(words.record),
        arrived=say(words.arrived),
        outcomes=tuple(Choice(value=code, label=say(label)) for code, label in words.outcomes.items()),
    )


def stage(code: Stage, say: Say) -> views.Stage:
    """Where it stands, in a word."""
    word, icon, tone = STAGES[code]
    return views.Stage(code=code, word=say(word), icon=icon, tone=tone)


def forms(say: Say) -> tuple[Choice, ...]:
    """The five forms to choose among."""
    return tuple(Choice(value=code, label=say(words.name), hint=say(words.hint)) for code, words in WORDS.items())
