"""A zone with three companies, and a group purchase that tests lead as far as they need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, TypeVar
from uuid import uuid4

from msgspec.structs import replace

from domain import purchases as p
from domain.companies import Company
from domain.places import Place
from domain.zones import Zone

C = TypeVar("C")

NOW: Final = datetime(2026, 11, 2, 9, tzinfo=UTC)
DEADLINE: Final = NOW + timedelta(days=20)
HERE: Final = Place(Decimal("46.08"), Decimal("6.4"))
ZONE: Final = Zone(
    "zone-jourdies", "jourdies", "Europe/Paris", ("fr", "en"), HERE, roles={"member-lea": frozenset({"facilitator"})}
)


def a_company(letter: str) -> Company:
    """A company of the zone, for which `member-<letter>` acts."""
    return Company(
        f"company-{letter}",
        "",
        sites={f"site-{letter}": HERE},
        representatives=frozenset({f"member-{letter}"}),
        standings={"zone-jourdies": "admitted"},
    )


COMPANIES: Final = {letter: a_company(letter) for letter in "abcdefgh"}


def an_offer(**changes: Any) -> p.Offer:
    """250 cents a piece, 220 from 50 on, 190 from 100 on, by packs of nothing in particular."""
    tiers = (p.Tier(Decimal(0), 250), p.Tier(Decimal(50), 220), p.Tier(Decimal(100), 190))
    return replace(p.Offer(tiers=tiers, vat=Decimal(20), valid_until=date(2027, 1, 31)), **changes)


def bounds(**changes: Any) -> p.Bounds:
    """Twenty days, at least 50 pieces, at most 200."""
    return replace(p.Bounds(deadline=DEADLINE, minimum=Decimal(50), maximum=Decimal(200)), **changes)


class Buying:
    """A group purchase, led by its facilitator and joined by companies; each step appends what was decided."""

    def __init__(self) -> None:
        self.purchase: p.Purchase | None = None
        self.events: list[p.PurchaseEvent] = []
        self.now = NOW

    @property
    def state(self) -> p.Purchase:
        """The purchase as it stands."""
        assert self.purchase is not None
        return self.purchase

    def command(self, kind: Callable[..., C], actor: str = "member-lea", **fields: Any) -> C:
        """A command of this moment."""
        actor = f"member:{actor}"
        return kind(actor=actor, now=self.now, command_id=str(uuid4()), purchase_id="purchase-1", **fields)

    def told(self, events: Sequence[p.PurchaseEvent]) -> list[p.PurchaseEvent]:
        """Fold what was decided."""
        for event in events:
            self.purchase = p.evolve(self.purchase, event)
        self.events += events
        return list(events)

    def proposed(self, **fields: Any) -> Buying:
        """Gloves, by the pair."""
        asked = {"form": "goods", "category": "ACH.PPE", "title": "Gants de manutention", "unit": "H87", **fields}
        command = self.command(p.ProposePurchase, zone_id="zone-jourdies", **asked)
        self.told(p.propose_purchase(command, None, ZONE, None))
        return self

    def quoted(self, quote_id: str = "quote-1", offer: p.Offer | None = None) -> Buying:
        """A supplier's quote."""
        command = self.command(p.RecordQuote, quote_id=quote_id, supplier="Protec Alpes", offer=offer or an_offer())
        self.told(p.record_quote(command, self.state, ZONE))
        return self

    def chosen(self, quote_id: str = "quote-1") -> Buying:
        """The organiser's choice."""
        command = self.command(p.ChooseQuote, quote_id=quote_id, reason="Le moins cher à qualité égale.")
        self.told(p.choose_quote(command, self.state, ZONE))
        return self

    def opened(self, offer: p.Offer | None = None, **changes: Any) -> Buying:
        """Pledges open on one quote."""
        if self.purchase is None:
            self.proposed()
        self.quoted(offer=offer).chosen()
        command = self.command(p.OpenPledges, bounds=bounds(**changes), charter="Chaque entreprise contracte seule.")
        self.told(p.open_pledges(command, self.state, ZONE))
        return self

    def pledge(self, letter: str, quantity: int, tolerance: int = 0, **fields: Any) -> list[p.PurchaseEvent]:
        """What a pledge brings about."""
        asked = {"quantity": Decimal(quantity), "tolerance": Decimal(tolerance), "accepts_charter": True, **fields}
        command = self.command(p.PledgeQuantity, f"member-{letter}", company_id=f"company-{letter}", **asked)
        return self.told(p.pledge_quantity(command, self.state, ZONE, COMPANIES[letter]))

    def withdraw(self, letter: str, *, knowing: bool = False) -> list[p.PurchaseEvent]:
        """What a withdrawal brings about."""
        command = self.command(p.WithdrawPledge, f"member-{letter}", company_id=f"company-{letter}", knowing=knowing)
        return self.told(p.withdraw_pledge(command, self.state, ZONE, COMPANIES[letter]))

    def change_terms(self, offer: p.Offer, **changes: Any) -> list[p.PurchaseEvent]:
        """What a change of the terms brings about."""
        command = self.command(p.ChangeTerms, offer=offer, bounds=bounds(**changes), reason="Le fournisseur a changé.")
        return self.told(p.change_terms(command, self.state, ZONE))

    def close(self, at: datetime = DEADLINE, gone: Sequence[str] = ()) -> list[p.PurchaseEvent]:
        """What the clock brings about at the deadline, where some companies were erased before."""
        self.now = at
        return self.told(p.wake_purchase(self.command(p.WakePurchase), self.state, gone))
