"""A group purchase is followed by its zone in totals, by each company in its own figures, by the organiser in all."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from domain import purchases as p
from projections import purchases
from tests.replay import Town
from tests.samples import NOW, asked, later

JOURDIES: Final = "zone-jourdies"
PURCHASE: Final = "purchase-gloves"
LEADER: Final = "facilitator-jourdies"
DEADLINE: Final = later(days=20)


def offer(**changes: Any) -> p.Offer:
    """250 cents a piece, 190 from 100 on."""
    tiers = (p.Tier(Decimal(0), 250), p.Tier(Decimal(100), 190))
    return p.Offer(**{"tiers": tiers, "vat": Decimal(20), "valid_until": date(2026, 12, 31), **changes})


def bounds(**changes: Any) -> p.Bounds:
    return p.Bounds(**{"deadline": DEADLINE, "minimum": Decimal(50), "maximum": Decimal(200), **changes})


def proposed(town: Town) -> None:
    """A zone with three companies, one of them elsewhere, and a purchase of gloves at its beginning."""
    town.zone("jourdies")
    town.zone("bioparc")
    for name in ("sawmill", "bakery"):
        town.company(name, JOURDIES)
    town.company("stranger", "zone-bioparc")
    command = p.ProposePurchase(
        purchase_id=PURCHASE,
        zone_id=JOURDIES,
        form="goods",
        category="ACH.PPE",
        title="Gants de manutention",
        unit="H87",
        **asked(f"member-{LEADER}"),
    )
    town.marketplace.propose_purchase(command)


def wish(town: Town, name: str, quantity: int) -> None:
    command = p.PollInterest(
        purchase_id=PURCHASE, company_id=f"company-{name}", quantity=Decimal(quantity), **asked(f"member-{name}")
    )
    town.marketplace.poll_interest(command)


def opened(town: Town, **changes: Any) -> None:
    """Pledges open on the one quote there is."""
    lead = f"member-{LEADER}"
    quoted = p.RecordQuote(
        purchase_id=PURCHASE, quote_id="quote-protec", supplier="Protec Alpes", offer=offer(), **asked(lead)
    )
    town.marketplace.record_quote(quoted)
    reason = "Le moins cher à qualité égale."
    chosen = p.ChooseQuote(purchase_id=PURCHASE, quote_id="quote-protec", reason=reason, **asked(lead))
    town.marketplace.choose_quote(chosen)
    charter = "Chaque entreprise contracte pour elle-même."
    command = p.OpenPledges(purchase_id=PURCHASE, bounds=bounds(**changes), charter=charter, **asked(lead))
    town.marketplace.open_pledges(command)


def pledge(town: Town, name: str, quantity: int, now: datetime = NOW, **fields: Any) -> None:
    command = p.PledgeQuantity(
        purchase_id=PURCHASE,
        company_id=f"company-{name}",
        quantity=Decimal(quantity),
        accepts_charter=True,
        **fields,
        **asked(f"member-{name}", now),
    )
    town.marketplace.pledge_quantity(command)


def seen(town: Town, by: str) -> purchases.PurchaseRow:
    return town.see(by, purchases.one(PURCHASE))[0]


def test_others_see_totals_and_never_who_wants_how_much(town: Town) -> None:
    proposed(town)
    wish(town, "sawmill", 40)
    wish(town, "bakery", 15)
    assert (seen(town, "bakery").wished, seen(town, "bakery").wishers) == (Decimal(55), 2)
    opened(town)
    pledge(town, "sawmill", 40, present_cents=310)
    pledge(town, "bakery", 15)
    row = seen(town, "bakery")
    assert (row.stage, row.total, row.companies) == ("open", Decimal(55), 2)
    assert [one.company_id for one in town.see("bakery", purchases.pledges(PURCHASE))] == ["company-bakery"]
    assert town.see("bakery", purchases.state(PURCHASE)) == []
    assert town.see("bakery", purchases.quotes(PURCHASE)) == []
    assert [one.supplier for one in town.see("bakery", purchases.terms([PURCHASE]))] == ["Protec Alpes"]
    assert {one.company_id for one in town.see(LEADER, purchases.pledges(PURCHASE))} == {
        "company-sawmill",
        "company-bakery",
    }


def test_a_visitor_sees_that_it_is_open_and_no_price_nor_story(town: Town) -> None:
    proposed(town)
    assert town.see("", purchases.one(PURCHASE)) == []
    assert town.see("stranger", purchases.one(PURCHASE)) == []
    opened(town)
    pledge(town, "sawmill", 40)
    for outsider in ("", "stranger"):
        assert [row.total for row in town.see(outsider, purchases.one(PURCHASE))] == [Decimal(40)]
        assert town.see(outsider, purchases.terms([PURCHASE])) == []
        assert town.see(outsider, purchases.steps(PURCHASE)) == []
        assert town.see(outsider, purchases.days(PURCHASE)) == []


def test_what_happened_is_told_and_a_pledge_is_not(town: Town) -> None:
    proposed(town)
    opened(town)
    pledge(town, "sawmill", 60)
    told = town.see("bakery", purchases.steps(PURCHASE))
    assert [(step.what, step.mark) for step in told] == [
        ("ThresholdReached", "minimum"),
        ("PledgesOpened", None),
        ("QuoteChosen", None),
        ("PurchaseProposed", None),
    ]


def test_it_grows_day_by_day(town: Town) -> None:
    proposed(town)
    opened(town)
    pledge(town, "sawmill", 10)
    pledge(town, "bakery", 20)
    pledge(town, "bakery", 30, later(days=2))
    assert [(day.on, day.total, day.companies) for day in town.see("bakery", purchases.days(PURCHASE))] == [
        (NOW.date(), Decimal(30), 2),
        (NOW.date() + timedelta(days=2), Decimal(40), 2),
    ]


def test_worse_terms_show_which_pledges_wait(town: Town) -> None:
    proposed(town)
    opened(town)
    pledge(town, "sawmill", 60)
    dearer = p.ChangeTerms(
        purchase_id=PURCHASE,
        offer=offer(delivery_cents=900),
        bounds=bounds(),
        reason="Le transporteur a augmenté ses tarifs.",
        **asked(f"member-{LEADER}"),
    )
    town.marketplace.change_terms(dearer)
    assert [one.waits for one in town.see("sawmill", purchases.pledges(PURCHASE))] == [True]
    assert seen(town, "bakery").total == 0
    pledge(town, "sawmill", 60)
    assert [one.waits for one in town.see("sawmill", purchases.pledges(PURCHASE))] == [False]


def test_at_the_end_each_reads_its_share_and_the_clock_sleeps(town: Town) -> None:
    proposed(town)
    opened(town)
    pledge(town, "sawmill", 90)
    pledge(town, "bakery", 30)
    assert town.know(purchases.waking(later(days=16), 10)) == []
    assert [one.purchase_id for one in town.know(purchases.waking(later(days=17), 10))] == [PURCHASE]
    town.marketplace.wake_purchase(p.WakePurchase(purchase_id=PURCHASE, **asked("system:clock", DEADLINE)))
    own = town.see("bakery", purchases.pledges(PURCHASE))
    assert [(one.share, one.goods, one.with_vat) for one in own] == [(Decimal(30), 5_700, 6_840)]
    assert [one.unit_cents for one in town.see("bakery", purchases.terms([PURCHASE]))] == [190]
    assert town.know(purchases.waking(later(days=60), 10)) == []


def test_lists_are_cut_by_what_can_still_be_done_and_go_on_where_they_ended(town: Town) -> None:
    proposed(town)
    for number in range(3):
        command = p.ProposePurchase(
            purchase_id=f"purchase-{number}",
            zone_id=JOURDIES,
            form="session",
            category="SRV.TRAIN",
            title=f"Formation {number}",
            unit="C62",
            **asked(f"member-{LEADER}", later(hours=number + 1)),
        )
        town.marketplace.propose_purchase(command)
    opened(town)
    assert [row.purchase_id for row in town.see("bakery", purchases.in_zone(JOURDIES, "open"))] == [PURCHASE]
    first, following = purchases.page_of(town.see("bakery", purchases.in_zone(JOURDIES, "coming", limit=2)), 2)
    rest = town.see("bakery", purchases.in_zone(JOURDIES, "coming", following or "", 2))
    assert [row.purchase_id for row in [*first, *rest]] == ["purchase-2", "purchase-1", "purchase-0"]
