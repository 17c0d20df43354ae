"""The sawmill and the bakery deal: samples and steps that the stories of exchanges share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from domain import dealings, listings
from domain.companies import Company
from domain.dealings import (
    AbandonExchange,
    AcceptExchange,
    AgreePickup,
    ConfirmExchange,
    ConfirmPeriod,
    CorrectTake,
    DeclareSavings,
    DeclineExchange,
    DisputeExchange,
    EndFlow,
    MissPeriod,
    NudgeExchange,
    ProposePickup,
    RenewHold,
    SettleDispute,
    ShowInterest,
)
from domain.exchanges import Exchange, Slot
from domain.listings import Listing, ListingEvent
from domain.quantities import Period, Quantity
from tests.samples import (
    BAKERY,
    JOURDIES,
    KARIM,
    LEA,
    NOW,
    PALLETS,
    SAWMILL,
    YARD,
    asked,
    content,
    jourdies,
    listing_posted,
    pieces,
    sawmill,
)
from tests.story import Story

BREWERY: Final = "company-brewery"
EWAN: Final = "member-ewan"
"""Acts for the brewery."""
WANTED: Final = "exchange-wanted"
"""The bakery's interest in the sawmill's pallets."""
ALSO: Final = "exchange-also"
"""The brewery's."""
SLOT: Final = Slot(NOW + timedelta(days=7), NOW + timedelta(days=7, hours=1))


def bakery(**standings: Any) -> Company:
    """The bakery, admitted in Les Jourdies."""
    held = standings or {JOURDIES: "admitted"}
    return Company(BAKERY, "98765432100001", frozenset({KARIM}), {"site-shop": YARD}, held)


def brewery() -> Company:
    """The brewery, admitted too."""
    return Company(BREWERY, "11122233300001", frozenset({EWAN}), {"site-vats": YARD}, {JOURDIES: "admitted"})


COMPANIES: Final = {SAWMILL: sawmill, BAKERY: bakery, BREWERY: brewery}
WHO: Final = {LEA: SAWMILL, KARIM: BAKERY, EWAN: BREWERY}

Decision = Callable[[Any], list[ListingEvent]]


def pallets_posted(count: str = "50", per: Period | None = None, **changes: Any) -> Any:
    """The sawmill's pallets, shown in the zone."""
    return listing_posted(awaiting=(), content=content(quantity=pieces(count, per), **changes))


def wanting(
    by: str = KARIM, count: str = "50", *, per: Period | None = None, now: datetime = NOW, **changes: Any
) -> Decision:
    """Somebody's wish to have some."""
    company = COMPANIES[changes.pop("company_id", WHO.get(by, BAKERY))]()
    other = changes.pop("other", None)
    owner = changes.pop("owner", None) or sawmill()
    command = ShowInterest(
        **asked(by, now, **{name: changes.pop(name) for name in ("for_company",) if name in changes}),
        **{
            "exchange_id": ALSO if by == EWAN else WANTED,
            "listing_id": PALLETS,
            "company_id": company.company_id,
            "quantity": pieces(count, per),
            "other_listing_id": other.listing_id if other else None,
            "permit": "Récépissé 74-2025-018",
            **changes,
        },
    )
    return lambda listing: dealings.show_interest(command, listing, company, owner, {JOURDIES: jourdies()}, other)


_STEPS: Final[dict[type[Any], Callable[..., list[ListingEvent]]]] = {
    AcceptExchange: dealings.accept_exchange,
    DeclineExchange: dealings.decline_exchange,
    AbandonExchange: dealings.abandon_exchange,
    RenewHold: dealings.renew_hold,
    ProposePickup: dealings.propose_pickup,
    AgreePickup: dealings.agree_pickup,
    ConfirmExchange: dealings.confirm_exchange,
    CorrectTake: dealings.correct_take,
    DisputeExchange: dealings.dispute_exchange,
    SettleDispute: dealings.settle_dispute,
    DeclareSavings: dealings.declare_savings,
    ConfirmPeriod: dealings.confirm_period,
    MissPeriod: dealings.miss_period,
    EndFlow: dealings.end_flow,
}


def step(kind: type[Any], by: str, now: datetime = NOW, **changes: Any) -> Decision:
    """A step in an exchange, by someone who acts for one of its sides unless `company_id` says otherwise."""
    about = {name: changes.pop(name) for name in ("for_company", "seen_version") if name in changes}
    company_id = changes.pop("company_id", WHO.get(by, ""))
    company = changes.pop("company", None) or (COMPANIES[company_id]() if company_id else None)
    command = kind(
        **asked(by, now, **about),
        **{"listing_id": PALLETS, "exchange_id": WANTED, "company_id": company_id, **changes},
    )
    return lambda listing: _STEPS[kind](command, listing, company, jourdies())


def accepting(
    count: str = "50", by: str = LEA, now: datetime = NOW, per: Period | None = None, **changes: Any
) -> Decision:
    """The owner keeps this many for them."""
    return step(AcceptExchange, by, now, quantity=pieces(count, per), **changes)


def proposing(by: str = KARIM, now: datetime = NOW, slot: Slot = SLOT, **changes: Any) -> Decision:
    """One side proposes a time."""
    return step(ProposePickup, by, now, slot=slot, **changes)


def agreeing(by: str = LEA, now: datetime = NOW, **changes: Any) -> Decision:
    """The other agrees."""
    return step(AgreePickup, by, now, **changes)


def confirming(count: str = "50", by: str = KARIM, now: datetime = NOW, **changes: Any) -> Decision:
    """One side says what was collected."""
    day: date = now.date()
    said = {"quantity": pieces(count), "measured": True, "final": True, "collected_on": day, **changes}
    return step(ConfirmExchange, by, now, **said)


def disputing(count: str | None, by: str = LEA, now: datetime = NOW, number: int = 1, **changes: Any) -> Decision:
    """The other side tells it differently."""
    quantity = pieces(count) if count else None
    said = {"quantity": quantity, "sentence": "Nous en avons compté moins.", "number": number, **changes}
    return step(DisputeExchange, by, now, **said)


def abandoning(by: str = KARIM, now: datetime = NOW, reason: Any = "transport", **changes: Any) -> Decision:
    """One side gives up."""
    return step(AbandonExchange, by, now, reason=reason, **changes)


def came(period: str, count: str = "25", by: str = KARIM, now: datetime = NOW, **changes: Any) -> Decision:
    """One side says what came in a period."""
    quantity = Quantity(Decimal(count), "H87")
    return step(ConfirmPeriod, by, now, period=period, quantity=quantity, measured=False, **changes)


def nudging(now: datetime, heard_at: datetime | None = None, exchange_id: str = WANTED) -> Decision:
    """The clock looks after an exchange."""
    command = NudgeExchange(**asked("system:clock", now), listing_id=PALLETS, exchange_id=exchange_id)
    return lambda listing: dealings.nudge_exchange(command, listing, heard_at)


def told(*decisions: Decision, count: str = "50", per: Period | None = None, **changes: Any) -> Story[Listing]:
    """The sawmill's pallets after these steps, each of which must be possible."""
    story = Story(listings.evolve, pallets_posted(count, per, **changes))
    for decision in decisions:
        story.when(decision)
        assert story.refusal is None, f"refused on the way: {story.refusal}"
    return story


def exchange(story: Story[Listing], exchange_id: str = WANTED) -> Exchange:
    """An exchange as it stands."""
    assert story.now is not None
    return story.now.exchanges[exchange_id]
