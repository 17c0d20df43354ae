"""What the codes in the tables stand for, in the reader's language: categories, units, and how far things have come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from domain import taxonomy
from domain.exchanges import REASONS
from domain.refused import _
from marketplace.match_words import DISMISSALS, FAULTS
from marketplace.purchase_words import FORM_NAMES
from marketplace.record_words import NOTICE_REASONS
from marketplace.wording import GROUNDS, UNITS, Wording

STANDINGS: Final = {
    "admitted": _("Company admitted"),
    "refused": _("Company not admitted"),
    "suspended": _("Company suspended"),
    "erased": _("Words erased"),
}
EXCHANGE_STAGES: Final = {
    "asked": _("Waiting for an answer"),
    "accepted": _("Accepted, time to be agreed"),
    "proposed": _("A time is proposed"),
    "arranged": _("Pick-up agreed"),
    "running": _("Regular flow, running"),
    "interrupted": _("Regular flow, interrupted"),
    "disputed": _("Two figures to settle"),
    "confirmed": _("Collected and confirmed"),
    "ended": _("Flow ended"),
    "declined": _("Declined"),
    "abandoned": _("Given up"),
}
PURCHASE_STAGES: Final = {
    "poll": _("Who would join?"),
    "quotes": _("Quotes are asked for"),
    "chosen": _("Supplier chosen, opens soon"),
    "open": _("Open"),
    "confirmed": _("Takes place"),
    "delivered": _("Carried out"),
    "failed": _("Did not come together"),
    "cancelled": _("Given up"),
}
LABELS: Final[dict[str, Mapping[Any, str]]] = {
    "companies.kind": {
        "company": _("Company"),
        "association": _("Association"),
        "public_body": _("Public body"),
        "supplier": _("Supplier"),
        "expert": _("Expert or adviser"),
        "eco_organisation": _("Eco-organisation"),
    },
    "companies.standing": STANDINGS,
    "companies.membership": {"adherent": _("Adherent"), "participant": _("Takes part")},
    "roles.role": {
        "facilitator": _("Facilitator"),
        "moderator": _("Moderator"),
        "administrator": _("Administrator"),
        "reader": _("Reader"),
    },
    "listings.side": {"offer": _("Offer"), "request": _("Request")},
    "listings.mode": {
        "give": _("Changes hands for good"),
        "lend": _("Lent, and given back"),
        "service": _("Shared service"),
        "pool": _("Used by several together"),
        "purchase": _("Group purchase"),
    },
    "listings.price": {
        "free": _("Free"),
        "paid_by_receiver": _("Paid by whoever takes it"),
        "paid_by_provider": _("Paid by whoever gives it"),
        "swap": _("Swap"),
        "quote": _("To be agreed"),
    },
    "listings.visibility": {
        "facilitator": _("its company and who runs the zone"),
        "zone": _("the companies of the zone"),
        "partners": _("the companies of the zone and of its partner zones"),
        "public": _("everyone, without the company’s name"),
        "named": _("everyone, with the company’s name"),
    },
    "listings.status": {"pending": _("Waits to be read"), "approved": _("Approved"), "rejected": _("Not shown")},
    "listings.standing": STANDINGS,
    "listings.life": {
        "open": _("Open"),
        "withdrawn": _("Withdrawn by its company"),
        "expired": _("Expired"),
        "fulfilled": _("Fulfilled"),
    },
    "listing_history.what": {
        "posted": _("Posted"),
        "amended": _("Amended"),
        "withdrawn": _("Withdrawn"),
        "renewed": _("Renewed"),
        "expired": _("Expired"),
        "approved": _("Approved"),
        "rejected": _("Not shown"),
        "fulfilled": _("Everything has found its place"),
        "reopened": _("Something is left after all"),
        "amend": _("The zone asks for a change"),
        "taken_back": _("Decision taken back"),
        "overdue": _("Not read in the time the zone promises"),
    },
    "exchanges.stage": EXCHANGE_STAGES,
    "exchange_steps.what": {
        "InterestShown": _("Interest shown"),
        "ExchangeAccepted": _("Interest accepted"),
        "ContactDisclosed": _("The two companies see each other’s contact details"),
        "ExchangeDeclined": _("Declined"),
        "ExchangeAbandoned": _("Given up"),
        "HoldLapsed": _("The time was over: the quantity is free again"),
        "HoldRenewed": _("Quantity kept for longer"),
        "PickupProposed": _("A time is proposed"),
        "PickupAgreed": _("Pick-up agreed"),
        "ExchangeConfirmed": _("Collected and confirmed"),
        "TakeCorrected": _("Quantity corrected"),
        "ExchangeDisputed": _("Two figures to settle"),
        "DisputeSettled": _("One figure agreed on"),
        "DisputeLapsed": _("Nobody settled it for a month: the figure that was confirmed stands"),
        "SavingsDeclared": _("Savings declared"),
        "PeriodConfirmed": _("Quantity of a period confirmed"),
        "PeriodAsked": _("Asked whether a period brought it"),
        "PeriodMissed": _("Nothing came in a period"),
        "FlowEnded": _("Flow ended"),
        "ExchangeReminded": _("A reminder was sent"),
        "FacilitatorTold": _("The zone’s facilitator was told, and may help"),
        "HoldEnding": _("Both were told that the quantity will soon be free again"),
        "PickupNear": _("Both were reminded of the pick-up"),
        "PickupAsked": _("Asked whether the pick-up happened"),
    },
    "exchange_steps.use": {
        "reuse": _("Used again as it is"),
        "repair": _("Repaired, then used"),
        "recycling": _("Recycled"),
        "energy": _("Burnt for its energy"),
        "other": _("Something else"),
    },
    "matches.verdict": {"good": _("Good match"), "poor": _("Poor match")},
    "matches.reason": FAULTS,
    "matches_set_aside.reason": DISMISSALS,
    "purchases.form": FORM_NAMES,
    "purchases.stage": PURCHASE_STAGES,
    "purchases.failure": {
        "minimum": _("The minimum was not reached"),
        "companies": _("Too few companies"),
        "nobody": _("Nobody pledged"),
    },
    "purchase_pledges.outcome": {
        "received": _("All of it"),
        "short": _("Less than that"),
        "damaged": _("Not as agreed"),
    },
    "purchase_steps.what": {
        "PurchaseProposed": _("Purchase proposed"),
        "InterestPolled": _("A company wished"),
        "SpecificationSet": _("Specification written"),
        "QuoteReceived": _("Quote received"),
        "QuoteChosen": _("Quote chosen"),
        "PledgesOpened": _("Open to pledges"),
        "PledgeMade": _("A company pledged"),
        "PledgeChanged": _("A pledge changed"),
        "PledgeWithdrawn": _("A pledge withdrawn"),
        "ThresholdReached": _("Threshold reached"),
        "ThresholdLost": _("Threshold lost"),
        "LastCallMade": _("Last call"),
        "TermsChanged": _("New terms"),
        "DeadlineExtended": _("More time given"),
        "PurchaseConfirmed": _("Takes place"),
        "PurchaseFailed": _("Did not come together"),
        "PurchaseCancelled": _("Given up"),
        "DeliveryRecorded": _("Carried out"),
        "ReceiptConfirmed": _("A company said what it received"),
    },
    "purchase_steps.mark": {
        "minimum": _("The minimum"),
        "companies": _("The number of companies"),
        "tier": _("The total of a better price"),
        "goal": _("The goal"),
        "maximum": _("The maximum"),
    },
    "collections.answer": {"ready": _("Will be ready"), "skips": _("Skips this round"), "silent": _("Did not answer")},
    "collections.outcome": {
        "collected": _("Collected"),
        "refused": _("Refused at the stop"),
        "absent": _("Nobody was there"),
    },
    "proposals.kind": {"need": _("A shared need"), "surplus": _("A shared surplus")},
    "proposals.stage": {
        "forming": _("Coming together"),
        "proposed": _("Proposed, waiting for an answer"),
        "dropped": _("Dropped"),
        "taken_up": _("Taken up"),
    },
    "charters.purpose": {
        "engagement": _("Commitments of the companies"),
        "confidentiality": _("Confidentiality"),
        "action": _("For one shared action"),
    },
    "notices.reason": NOTICE_REASONS,
    "notices.outcome": {
        "kept": _("Notice answered: left as it is"),
        "hidden": _("Notice answered: listing hidden"),
        "acted": _("Notice answered: something was done"),
    },
    "appeals.outcome": {
        "granted": _("Appeal granted"),
        "refused": _("Appeal not granted"),
        "lapsed": _("Appeal over: what it was against is no longer in force"),
    },
    "requests_to_join.stage": {
        "asked": _("Asked, address not confirmed"),
        "confirmed": _("Address confirmed, waits for an answer"),
        "agreed": _("Agreed to"),
        "admitted": _("Company admitted"),
        "refused": _("Company not admitted"),
        "lapsed": _("Lapsed without an answer"),
    },
    "bulletins.topic": {
        "news": _("News of the zone"),
        "law": _("A change in the law"),
        "meeting": _("A meeting"),
    },
    "bulletins.stage": {"draft": _("Draft"), "issued": _("Sent"), "withdrawn": _("Withdrawn")},
    "bulletins.way": {"digest": _("Weekly mail"), "alone": _("A mail of its own")},
    "handovers.state": {
        "proposed": _("Proposed, waiting for an answer"),
        "accepted": _("Accepted: it takes effect on its day"),
        "declined": _("Declined"),
        "withdrawn": _("Taken back"),
        "done": _("Done"),
    },
}
"""By `table.column`; categories, units and grounds are called the same wherever they stand."""
CATEGORIES: Final = frozenset({"category", "family", "families"})
EVERYWHERE: Final = CATEGORIES | {"unit", "ground"}


def coded(table: str, column: str) -> bool:
    """Whether a column holds codes."""
    return column in EVERYWHERE or f"{table}.{column}" in LABELS or (table, column) in OF_EXCHANGES


OF_EXCHANGES: Final = frozenset({("exchanges", "reason"), ("exchange_steps", "reason")})
"""Columns whose reasons are those of the reference list of exchanges."""


def label(table: str, column: str, code: str, wording: Wording) -> str:
    """A code in words; empty where nobody wrote any."""
    if column in CATEGORIES:
        return taxonomy.label(code, wording.language) if code in taxonomy.CATEGORIES else ""
    if column == "unit":
        return wording.units(code) if code in {*UNITS, "EUR"} else ""
    if column == "ground":
        return wording.ground(code) if code in GROUNDS else ""
    if (table, column) in OF_EXCHANGES:
        return next((wording.abandon_reason(reason) for reason in REASONS if reason == code), "")
    words = LABELS[f"{table}.{column}"].get(code, "")
    return wording.translations.gettext(words) if words else ""
