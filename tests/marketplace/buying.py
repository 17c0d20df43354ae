"""A group purchase in the town: gloves for whoever wants them, led by the operator's facilitator Nora."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct
from uuid_utils import uuid7

from domain import purchases as p
from domain.events import Event
from domain.members import InviteMember, JoinMember
from domain.zones import GrantRole
from marketplace.database import Role
from marketplace.reading import visible
from tests.marketplace.town import ZONE, Town

TITLE: Final = "Gants de manutention"


class Buying(Struct):
    """One group purchase; its pledges are open for twenty days from the day it was opened."""

    here: Town
    purchase_id: str
    leader: str

    def asked(self, actor: str) -> dict[str, Any]:
        return {"purchase_id": self.purchase_id, **self.here.asked(f"member:{actor}")}

    def pledge(self, trade: str, quantity: int, **fields: Any) -> None:
        company_id = self.here.companies[trade]
        asked = {**self.asked(self.here.members[trade]), "company_id": company_id, "accepts_charter": True, **fields}
        self.here.marketplace.pledge_quantity(p.PledgeQuantity(quantity=Decimal(quantity), **asked))

    def change_terms(self, **changes: Any) -> None:
        terms = self.terms
        bounds = p.Bounds(deadline=terms.deadline, minimum=terms.minimum, maximum=terms.maximum)
        command = p.ChangeTerms(
            offer=offer(self.here, **changes),
            bounds=bounds,
            reason="Le transport a augmenté.",
            **self.asked(self.leader),
        )
        self.here.marketplace.change_terms(command)

    @property
    def state(self) -> p.Purchase:
        state = self.here.log.load(self.purchase_id, p.evolve).state
        assert state is not None
        return state

    @property
    def terms(self) -> p.Terms:
        assert self.state.terms is not None
        return self.state.terms

    def happened(self) -> list[type[Event]]:
        return [type(each.event) for each in self.here.log.history(self.purchase_id)]

    def look_up(self) -> None:
        """Wait until it can be looked up as it is."""
        with self.here.database.connect(Role.WEB) as connection:
            assert visible(connection, self.here.log.head(), ["purchases"], within=20)


def offer(here: Town, **changes: Any) -> p.Offer:
    """2.50 € a pair, 1.90 € from a hundred on."""
    valid_until: date = here.clock.now().date() + timedelta(days=60)
    tiers = (p.Tier(Decimal(0), 250), p.Tier(Decimal(100), 190))
    return p.Offer(**{"tiers": tiers, "vat": Decimal(20), "valid_until": valid_until, **changes})


def gloves(here: Town, wishes: Mapping[str, int] | None = None, contract: p.Contract | None = None) -> Buying:
    """Pledges open for at least fifty pairs, some companies having said before what they would take.

    With a `contract` it is no goods that are bought, but what it is about, year after year.
    """
    nora = f"member-{uuid7()}"
    invited = InviteMember(member_id=nora, home_zone=ZONE, name="Nora Petit", mail="nora@example.org", **here.asked())
    here.marketplace.invite_member(invited)
    here.marketplace.join_member(JoinMember(member_id=nora, **here.asked(f"member:{nora}")))
    here.marketplace.grant_role(GrantRole(zone_id=ZONE, member_id=nora, role="facilitator", **here.asked()))
    buying = Buying(here, f"purchase-{uuid7()}", nora)
    form: p.Form = "frame" if contract else "goods"
    proposed = p.ProposePurchase(
        zone_id=ZONE, form=form, category="ACH.PPE", title=TITLE, unit="H87", **buying.asked(nora)
    )
    here.marketplace.propose_purchase(proposed)
    if contract:
        agreed = p.SetContract(contract=contract, formula="Prix fixe.", **buying.asked(nora))
        here.marketplace.set_contract(agreed)
    for trade, quantity in (wishes or {}).items():
        asked = {"company_id": here.companies[trade], **buying.asked(here.members[trade])}
        here.marketplace.poll_interest(p.PollInterest(quantity=Decimal(quantity), **asked))
    quoted = p.RecordQuote(quote_id="quote-protec", supplier="Protec Alpes", offer=offer(here), **buying.asked(nora))
    here.marketplace.record_quote(quoted)
    chosen = p.ChooseQuote(quote_id="quote-protec", reason="Le moins cher à qualité égale.", **buying.asked(nora))
    here.marketplace.choose_quote(chosen)
    deadline: datetime = here.clock.now() + timedelta(days=20)
    bounds = p.Bounds(deadline=deadline, minimum=Decimal(50), maximum=Decimal(200))
    charter = "Chaque entreprise contracte pour elle-même."
    here.marketplace.open_pledges(p.OpenPledges(bounds=bounds, charter=charter, **buying.asked(nora)))
    return buying
