"""Several pay for something together, by shares they promise: nothing is bought, and nobody's money passes here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from domain import purchases as p
from domain.companies import Belonging
from domain.refused import Forbidden, Refused
from domain.zones import Zone
from tests.domain.buying import COMPANIES, DEADLINE, ZONE, Buying

SHELTER = {"form": "funding", "category": "ACH.SUP", "title": "Abri à vélos", "unit": "EUR"}
NEIGHBOUR = replace(ZONE, zone_id="zone-bioparc", slug="bioparc", roles={}, partners=frozenset({"zone-jourdies"}))
HOME = replace(ZONE, partners=frozenset({"zone-bioparc"}))


def funding(**changes: Any) -> Buying:
    """A shelter of 5,000 euros, by shares of 20, 100 and 600, from 1,000 on."""
    buying = Buying().proposed(**SHELTER)
    bounds = {
        "deadline": DEADLINE,
        "minimum": Decimal(1_000),
        "shares": (600, 20, 100),
        "goal": Decimal(5_000),
        **changes,
    }
    command = buying.command(p.OpenFunding, bounds=p.Bounds(**bounds), charter="Chacun promet sa part.")
    buying.told(p.open_funding(command, buying.state, ZONE))
    return buying


def test_shares_are_promised_one_or_several_of_a_kind_and_settle_as_they_are() -> None:
    buying = funding()
    buying.pledge("a", 600)
    buying.pledge("b", 340)
    reached = [event for event in buying.pledge("c", 100) if isinstance(event, p.ThresholdReached)]
    assert [(event.mark, event.least) for event in reached] == [("minimum", Decimal(1_000))]
    (confirmed,) = [event for event in buying.close() if isinstance(event, p.PurchaseConfirmed)]
    assert [(one.company_id[-1], one.with_vat) for one in confirmed.shares] == [
        ("a", 60_000),
        ("b", 34_000),
        ("c", 10_000),
    ]


@pytest.mark.parametrize(("free", "amount"), [(False, 50), (False, 1), (True, 1), (True, 50)])
def test_an_amount_that_is_no_share_is_taken_only_where_it_is_free(free: bool, amount: int) -> None:  # noqa: FBT001
    buying = funding(free=free)
    if free:
        assert buying.pledge("a", amount)
    else:
        with pytest.raises(Refused, match="one of the shares"):
            buying.pledge("a", amount)


def test_the_goal_is_a_mark_and_no_end() -> None:
    buying = funding(goal=Decimal(1_200))
    marks = [event.mark for event in buying.pledge("a", 1_200) if isinstance(event, p.ThresholdReached)]
    assert marks == ["goal", "minimum"]
    assert buying.pledge("b", 600)
    assert buying.state.stage == "open"


def test_below_the_minimum_nobody_owes_anything() -> None:
    buying = funding()
    buying.pledge("a", 600)
    assert [event.reason for event in buying.close() if isinstance(event, p.PurchaseFailed)] == ["minimum"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"shares": ()}, "shares"),
        ({"shares": (0,)}, "shares"),
        ({"shares": (1, 2, 3, 4, 5, 6)}, "shares"),
        ({"goal": Decimal(1_000)}, "goal"),
    ],
)
def test_bounds_that_cannot_stand_are_refused_beside_their_figure(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused, check=lambda fault: fault.field == field):
        funding(**changes)


def test_only_money_is_promised_and_only_there() -> None:
    for fields in ({**SHELTER, "unit": "H87"}, {"unit": "EUR"}):
        with pytest.raises(Refused, check=lambda fault: fault.field == "unit"):
            Buying().proposed(**fields)
    with pytest.raises(Refused, match="no quote is needed"):
        Buying().proposed(**SHELTER).quoted()
    gloves = Buying().proposed()
    command = gloves.command(p.OpenFunding, bounds=p.Bounds(deadline=DEADLINE, shares=(20,)), charter="…")
    with pytest.raises(Refused):
        p.open_funding(command, gloves.state, ZONE)


def test_more_time_is_given_without_any_quote_to_renew() -> None:
    buying = funding()
    later = buying.command(p.ExtendDeadline, deadline=DEADLINE + timedelta(days=400), reason="Plus de temps.")
    assert buying.told(p.extend_deadline(later, buying.state, ZONE))


# --- partner zones ------------------------------------------------------------------------------------------------


def joined(buying: Buying, *, homes: Sequence[Zone], zone: Zone = HOME, **standings: str) -> list[p.PurchaseEvent]:
    """What a company of the neighbouring zone brings about with a pledge."""
    company = replace(COMPANIES["a"], standings={"zone-bioparc": "admitted", **standings})
    command = buying.command(
        p.PledgeQuantity, "member-a", company_id="company-a", quantity=Decimal(100), accepts_charter=True
    )
    return p.pledge_quantity(command, buying.state, zone, company, homes)


def test_a_company_of_a_partner_zone_joins_what_is_open_to_it() -> None:
    assert joined(funding(partners=True), homes=[NEIGHBOUR])


@pytest.mark.parametrize(
    ("partners", "homes", "zone", "standings"),
    [
        (False, [NEIGHBOUR], HOME, {}),
        (True, [], HOME, {}),
        (True, [NEIGHBOUR], ZONE, {}),
        (True, [replace(NEIGHBOUR, partners=frozenset())], HOME, {}),
        (True, [NEIGHBOUR], HOME, {"zone-jourdies": "suspended"}),
        (True, [NEIGHBOUR], HOME, {"zone-bioparc": "suspended"}),
    ],
)
def test_anyone_else_from_elsewhere_stays_outside(
    partners: bool,  # noqa: FBT001
    homes: list[Zone],
    zone: Zone,
    standings: dict[str, str],
) -> None:
    with pytest.raises(Forbidden):
        joined(funding(partners=partners), homes=homes, zone=zone, **standings)


def test_what_is_for_adherents_is_for_those_who_are_that_day() -> None:
    buying = funding(adherents=True)
    command = buying.command(
        p.PledgeQuantity, "member-a", company_id="company-a", quantity=Decimal(100), accepts_charter=True
    )
    with pytest.raises(Refused, match="joined the zone’s association"):
        p.pledge_quantity(command, buying.state, ZONE, COMPANIES["a"])
    since = command.now.date()
    for belonging, allowed in (
        (Belonging("adherent", since), True),
        (Belonging("adherent", since - timedelta(days=365), since - timedelta(days=1)), False),
        (Belonging("participant", since), False),
    ):
        company = replace(COMPANIES["a"], belongings={ZONE.zone_id: belonging})
        if allowed:
            assert p.pledge_quantity(command, buying.state, ZONE, company)
        else:
            with pytest.raises(Refused):
                p.pledge_quantity(command, buying.state, ZONE, company)
