"""A group purchase is followed by its zone in totals, by each company in its own figures, by the organiser in all."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from domain import purchases as p
from domain.zones import EndPartnership, ProposePartnership
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


def proposed(town: Town, form: p.Form = "goods", category: str = "ACH.PPE", unit: str = "H87") -> None:
    """A zone with three companies, one of them elsewhere, and a purchase at its beginning: of gloves, or another."""
    town.zone("jourdies")
    town.zone("bioparc")
    for name in ("sawmill", "bakery", "garage"):
        town.company(name, JOURDIES)
    town.company("stranger", "zone-bioparc")
    command = p.ProposePurchase(
        purchase_id=PURCHASE,
        zone_id=JOURDIES,
        form=form,
        category=category,
        title="Gants de manutention",
        unit=unit,
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
    for name, quantity in (("sawmill", 40), ("bakery", 15), ("garage", 5)):
        wish(town, name, quantity)
    assert (seen(town, "bakery").wished, seen(town, "bakery").wishers) == (Decimal(60), 3)
    opened(town)
    pledge(town, "sawmill", 40, present_cents=310)
    pledge(town, "bakery", 15)
    pledge(town, "garage", 5)
    row = seen(town, "bakery")
    assert (row.stage, row.total, row.companies) == ("open", Decimal(60), 3)
    assert [one.company_id for one in town.see("bakery", purchases.pledges(PURCHASE))] == ["company-bakery"]
    assert town.see("bakery", purchases.state(PURCHASE)) == []
    assert town.see("bakery", purchases.quotes(PURCHASE)) == []
    assert [one.supplier for one in town.see("bakery", purchases.terms([PURCHASE]))] == ["Protec Alpes"]
    assert {one.company_id for one in town.see(LEADER, purchases.pledges(PURCHASE))} == {
        "company-sawmill",
        "company-bakery",
        "company-garage",
    }


def test_while_one_or_two_take_part_nothing_that_others_read_holds_a_total(town: Town) -> None:
    proposed(town)
    for name, quantity in (("sawmill", 37), ("bakery", 13)):
        wish(town, name, quantity)
    assert (seen(town, "garage").wished, seen(town, "garage").wishers) == (None, None)
    opened(town, maximum=Decimal(77))
    for name, quantity in (("sawmill", 37), ("bakery", 13)):
        pledge(town, name, quantity)
    for reader in ("", "stranger", "garage", "bakery", LEADER):
        row = seen(town, reader)
        assert (row.total, row.companies, row.wished, row.wishers) == (None, None, None, None)
        assert town.see(reader, purchases.days(PURCHASE)) == []
    # The price that holds tells no more than the mark that everyone is told of.
    assert [one.now_cents for one in town.see("garage", purchases.terms([PURCHASE]))] == [250]
    [ledger] = town.see(LEADER, purchases.states([PURCHASE]))
    told = ledger.told(seen(town, LEADER))
    assert (told.total, told.companies, told.wished, told.wishers) == (Decimal(50), 2, Decimal(50), 2)
    assert town.see("garage", purchases.states([PURCHASE])) == []
    pledge(town, "garage", 5)
    assert (seen(town, "").total, seen(town, "").companies) == (Decimal(55), 3)
    assert [day.total for day in town.see("garage", purchases.days(PURCHASE))] == [Decimal(55)]
    leave = p.WithdrawPledge(purchase_id=PURCHASE, company_id="company-garage", **asked("member-garage"))
    town.marketplace.withdraw_pledge(leave)
    assert (seen(town, "bakery").total, town.see("bakery", purchases.days(PURCHASE))) == (None, [])


def test_what_is_open_to_partner_zones_is_read_and_joined_there_while_both_zones_say_so(town: Town) -> None:
    proposed(town)
    opened(town, partners=True)
    assert town.see("stranger", purchases.terms([PURCHASE])) == []
    sides = ((JOURDIES, "zone-bioparc"), ("zone-bioparc", JOURDIES))
    for zone_id, partner_id in sides:
        assert town.see("stranger", purchases.in_zone("zone-bioparc", "open", NOW)) == []
        town.marketplace.propose_partnership(
            ProposePartnership(zone_id=zone_id, partner_id=partner_id, **asked(f"member-administrator-{zone_id[5:]}"))
        )
    assert [one.supplier for one in town.see("stranger", purchases.terms([PURCHASE]))] == ["Protec Alpes"]
    assert [row.purchase_id for row in town.see("stranger", purchases.in_zone("zone-bioparc", "open", NOW))] == [
        PURCHASE
    ]
    assert town.see("stranger", purchases.steps(PURCHASE))
    pledge(town, "stranger", 20)
    assert [one.quantity for one in town.see("stranger", purchases.pledges(PURCHASE))] == [Decimal(20)]
    ended = EndPartnership(zone_id=JOURDIES, partner_id="zone-bioparc", **asked("member-administrator-jourdies"))
    town.marketplace.end_partnership(ended)
    assert town.see("stranger", purchases.terms([PURCHASE])) == []


def test_when_and_where_a_session_is_stands_where_its_seats_may_be_booked_from(town: Town) -> None:
    proposed(town, "session", "SRV.TRAIN", "C62")
    planned = p.PlanSession(
        purchase_id=PURCHASE,
        starts_at=later(days=40),
        minutes=420,
        place="Salle des fêtes",
        seats=200,
        cancel_until=later(days=30),
        **asked(f"member-{LEADER}"),
    )
    town.marketplace.plan_session(planned)
    opened(town, partners=True)
    assert town.see("stranger", purchases.session(PURCHASE)) == []
    for zone_id, partner_id in ((JOURDIES, "zone-bioparc"), ("zone-bioparc", JOURDIES)):
        town.marketplace.propose_partnership(
            ProposePartnership(zone_id=zone_id, partner_id=partner_id, **asked(f"member-administrator-{zone_id[5:]}"))
        )
    assert [one.place for one in town.see("stranger", purchases.session(PURCHASE))] == ["Salle des fêtes"]
    pledge(town, "stranger", 2)
    named = p.NameTrainee(
        purchase_id=PURCHASE,
        company_id="company-stranger",
        trainee_id="trainee-1",
        name="Ana",
        **asked("member-stranger"),
    )
    town.marketplace.name_trainee(named)
    assert [one.name for one in town.see("stranger", purchases.trainees(PURCHASE))] == ["Ana"]
    assert town.see("bakery", purchases.trainees(PURCHASE)) == []


def test_a_frame_contract_is_open_as_long_as_companies_may_opt_in(town: Town) -> None:
    proposed(town, "frame", "ACH.ENE", "MWH")
    contract = p.Contract(kind="other", months=36, notice_days=60, remind_days=30, joins_until=later(days=90))
    town.marketplace.set_contract(
        p.SetContract(purchase_id=PURCHASE, contract=contract, formula="Prix fixe.", **asked(f"member-{LEADER}"))
    )
    opened(town)
    pledge(town, "sawmill", 90)
    town.marketplace.wake_purchase(p.WakePurchase(purchase_id=PURCHASE, **asked("system:clock", DEADLINE)))

    def listed(state: purchases.State, now: datetime) -> list[str]:
        return [row.stage for row in town.see("bakery", purchases.in_zone(JOURDIES, state, now))]

    assert (listed("open", later(days=89)), listed("over", later(days=89))) == (["confirmed"], [])
    assert (listed("open", later(days=90)), listed("over", later(days=90))) == ([], ["confirmed"])


def test_the_organiser_reads_the_very_ledger_that_decisions_know(town: Town) -> None:
    proposed(town)
    wish(town, "garage", 7)
    wish(town, "bakery", 3)
    wish(town, "bakery", 0)
    opened(town)
    for name, quantity in (("sawmill", 60), ("bakery", 15), ("garage", 5), ("sawmill", 70), ("bakery", 10)):
        pledge(town, name, quantity, tolerance=Decimal(quantity % 4), present_cents=300)
    leave = p.WithdrawPledge(purchase_id=PURCHASE, company_id="company-garage", **asked("member-garage"))
    town.marketplace.withdraw_pledge(leave)
    worse = p.ChangeTerms(
        purchase_id=PURCHASE,
        offer=offer(delivery_cents=900),
        bounds=bounds(),
        reason="Le transporteur a augmenté ses tarifs.",
        **asked(f"member-{LEADER}"),
    )
    town.marketplace.change_terms(worse)
    pledge(town, "bakery", 12)

    def same() -> bool:
        [row] = town.see(LEADER, purchases.state(PURCHASE))
        known = town.log.load(PURCHASE, p.evolve).state
        assert known is not None
        figures = (row.companies, row.wished, row.wishers)
        return (row.purchase, *figures) == (known, known.companies, sum(known.wishes.values()), len(known.wishes))

    assert same()
    pledge(town, "sawmill", 80)
    town.marketplace.wake_purchase(p.WakePurchase(purchase_id=PURCHASE, **asked("system:clock", DEADLINE)))
    assert same()


def test_a_visitor_sees_that_it_is_open_and_no_price_nor_story(town: Town) -> None:
    proposed(town)
    assert town.see("", purchases.one(PURCHASE)) == []
    assert town.see("stranger", purchases.one(PURCHASE)) == []
    assert town.see("stranger", purchases.these([PURCHASE])) == []
    assert town.see(LEADER, purchases.these(["purchase-none", PURCHASE])) == town.see(LEADER, purchases.one(PURCHASE))
    opened(town)
    for name, quantity in (("sawmill", 25), ("bakery", 10), ("garage", 5)):
        pledge(town, name, quantity)
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
    pledge(town, "bakery", 15)
    pledge(town, "garage", 5)
    pledge(town, "bakery", 25, later(days=2))
    assert [(day.on, day.total, day.companies) for day in town.see("bakery", purchases.days(PURCHASE))] == [
        (NOW.date(), Decimal(30), 3),
        (NOW.date() + timedelta(days=2), Decimal(40), 3),
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
    assert town.see(LEADER, purchases.states([PURCHASE]))[0].purchase.total == 0
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
    assert [row.purchase_id for row in town.see("bakery", purchases.in_zone(JOURDIES, "open", NOW))] == [PURCHASE]
    first, following = purchases.page_of(town.see("bakery", purchases.in_zone(JOURDIES, "coming", NOW, limit=2)), 2)
    rest = town.see("bakery", purchases.in_zone(JOURDIES, "coming", NOW, following or "", 2))
    assert [row.purchase_id for row in [*first, *rest]] == ["purchase-2", "purchase-1", "purchase-0"]
