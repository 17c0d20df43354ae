"""A supplier enters its quote by a personal link: one quote a link, while the link is open, under everybody's rules."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain import purchases as p
from domain.events import Private
from domain.refused import Forbidden, Refused
from tests.domain.buying import NOW, ZONE, Buying, an_offer

LINK = "invitation-1"
UNTIL = NOW + timedelta(days=10)


class Asking(Buying):
    """A group purchase whose facilitator asks a supplier by link."""

    def invite(self, actor: str = "member-lea", **fields: Any) -> list[p.PurchaseEvent]:
        asked = {"invitation_id": LINK, "name": "Protec Alpes", "until": UNTIL, "token_sha256": "00ff", **fields}
        return self.told(p.invite_supplier(self.command(p.InviteSupplier, actor, **asked), self.state, ZONE))

    def submit(self, link: str = LINK, holder: str = LINK, **fields: Any) -> list[p.PurchaseEvent]:
        command = p.SubmitQuote(
            actor=f"guest:{holder}", now=self.now, command_id="c", purchase_id="purchase-1",
            **{"invitation_id": link, "name": "Protec Alpes", "offer": an_offer(), **fields},
        )  # fmt: skip
        return self.told(p.submit_quote(command, self.state, ZONE))

    def close_quotes(self) -> list[p.PurchaseEvent]:
        return self.told(p.close_quoting(self.command(p.CloseQuoting), self.state, ZONE))

    def revoke(self) -> list[p.PurchaseEvent]:
        return self.told(p.revoke_link(self.command(p.RevokeLink, invitation_id=LINK), self.state, ZONE))


@pytest.fixture
def asking() -> Asking:
    of = Asking()
    of.proposed()
    of.invite(mail="devis@protec.example")
    return of


def test_a_supplier_s_quote_says_that_it_entered_it_and_replaces_its_own(asking: Asking) -> None:
    [first] = asking.submit()
    [second] = asking.submit(offer=an_offer(tiers=(p.Tier(Decimal(0), 199),)))
    assert isinstance(first, p.QuoteReceived)
    assert isinstance(second, p.QuoteReceived)
    assert first.quote.invitation_id == LINK
    assert first.quote.quote_id == second.quote.quote_id
    assert asking.state.offers[second.quote.quote_id].tiers[0].cents == 199
    assert len(asking.state.offers) == 1


def test_the_supplier_s_address_is_its_own_to_have_erased_and_its_name_the_zone_s(asking: Asking) -> None:
    [invited] = [event for event in asking.events if isinstance(event, p.SupplierInvited)]
    assert invited.mail == Private(LINK, "devis@protec.example")
    assert invited.name == Private("zone-jourdies", "Protec Alpes")


@pytest.mark.parametrize("ended", ["close_quotes", "revoke"])
def test_a_link_that_was_ended_takes_nothing_and_keeps_what_came(asking: Asking, ended: str) -> None:
    asking.submit()
    assert getattr(asking, ended)()
    assert getattr(asking, ended)() == []
    with pytest.raises(Refused, match="Quotes are closed"):
        asking.submit()
    assert len(asking.state.offers) == 1


def test_a_link_ends_at_its_day_and_with_the_choice(asking: Asking) -> None:
    asking.submit()
    asking.now = UNTIL
    with pytest.raises(Refused, match="Quotes are closed"):
        asking.submit()
    asking.now = NOW
    asking.chosen(p.quote_of(LINK))
    with pytest.raises(Refused, match="Quotes are closed"):
        asking.submit()


def test_closing_ends_the_links_given_out_so_far_and_none_after(asking: Asking) -> None:
    asking.close_quotes()
    asking.invite(invitation_id="invitation-2")
    assert asking.submit("invitation-2", "invitation-2")


def test_whoever_holds_one_link_enters_no_quote_for_another(asking: Asking) -> None:
    asking.invite(invitation_id="invitation-2")
    with pytest.raises(Forbidden):
        asking.submit(LINK, holder="invitation-2")
    with pytest.raises(Forbidden):
        asking.submit("invitation-3", holder="invitation-3")


@pytest.mark.parametrize(
    ("offer", "field", "said"),
    [
        (an_offer(tiers=(p.Tier(Decimal(0), 250), p.Tier(Decimal(50), 260))), "tiers", "falls from line to line"),
        (an_offer(tiers=(p.Tier(Decimal(50), 250), p.Tier(Decimal(50), 220))), "tiers", "larger quantity"),
        (an_offer(valid_until=date(2026, 11, 1)), "valid_until", "expired"),
        (an_offer(vat=Decimal(7)), "vat", "VAT rate"),
    ],
)
def test_a_supplier_s_quote_stands_under_everybody_s_rules(
    asking: Asking, offer: p.Offer, field: str, said: str
) -> None:
    with pytest.raises(Refused, match=said) as refused:
        asking.submit(offer=offer)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"until": NOW}, "until"),
        ({"until": NOW + timedelta(days=400)}, "until"),
        ({"mail": "two@a.example, one@b.example"}, "mail"),
        ({"mail": "nowhere"}, "mail"),
        ({"name": "  "}, "name"),
    ],
)
def test_a_link_is_made_for_one_named_supplier_and_a_day_ahead(
    asking: Asking, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        asking.invite(invitation_id="invitation-2", **fields)
    assert refused.value.field == field


def test_only_the_organiser_gives_out_links(asking: Asking) -> None:
    with pytest.raises(Forbidden):
        asking.invite("member-a", invitation_id="invitation-2")
