"""Who comes to a session is read by their company and the organiser; its zone reads when, where, how many are left."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from domain import purchases as p
from projections import purchases
from tests.replay import Town
from tests.samples import asked, later

JOURDIES: Final = "zone-jourdies"
COURSE: Final = "purchase-course"
LEADER: Final = "facilitator-jourdies"
BEGINS: Final = later(days=20)


def lead(days: int = 0) -> dict[str, Any]:
    return {"purchase_id": COURSE, **asked(f"member-{LEADER}", later(days=days))}


def of(name: str) -> dict[str, Any]:
    return {"purchase_id": COURSE, "company_id": f"company-{name}", **asked(f"member-{name}")}


def planned(town: Town) -> None:
    """A session nobody pays for, to which each of three companies sends somebody."""
    town.zone("jourdies")
    town.zone("bioparc")
    for name in ("sawmill", "bakery", "brewery"):
        town.company(name, JOURDIES)
    town.company("stranger", "zone-bioparc")
    market = town.marketplace
    market.propose_purchase(
        p.ProposePurchase(zone_id=JOURDIES, form="session", category="SRV.TRAIN", title="SST", unit="C62", **lead())
    )
    command = p.PlanSession(
        starts_at=BEGINS, minutes=420, place="Hall", seats=5, cancel_until=BEGINS, valid_months=24, unpledged=True,
        **lead(),
    )  # fmt: skip
    market.plan_session(command)
    for name in ("sawmill", "bakery"):
        market.name_trainee(p.NameTrainee(trainee_id=f"trainee-{name}", name=f"canary {name}", **of(name)))


def names(town: Town, by: str) -> list[str]:
    return [one.name for one in town.see(by, purchases.trainees(COURSE))]


def test_names_are_read_by_their_company_and_the_organiser(town: Town) -> None:
    planned(town)
    assert names(town, "sawmill") == ["canary sawmill"]
    assert names(town, LEADER) == ["canary sawmill", "canary bakery"]
    [session] = town.see("brewery", purchases.session(COURSE))
    assert (session.place, session.taken, session.full) == ("Hall", None, False)
    for outsider in ("", "stranger"):
        assert names(town, outsider) == []
        assert town.see(outsider, purchases.session(COURSE)) == []
    town.marketplace.name_trainee(p.NameTrainee(trainee_id="trainee-3", name="canary three", **of("brewery")))
    [session] = town.see("sawmill", purchases.session(COURSE))
    assert session.taken == 3


def test_who_was_there_is_told_when_it_ends_and_the_clock_waits_for_it(town: Town) -> None:
    planned(town)
    market = town.marketplace
    market.cancel_seat(p.CancelSeat(trainee_id="trainee-bakery", **of("bakery")))
    assert names(town, LEADER) == ["canary sawmill"]
    held = p.RecordAttendance(on=BEGINS.date(), present=("trainee-sawmill",), **lead(21))
    market.record_attendance(held)
    [trainee] = town.see("sawmill", purchases.trainees(COURSE))
    until = p.months_later(BEGINS.date(), 24)
    assert (trainee.present, trainee.until) == (True, until)
    [row] = town.see("sawmill", purchases.one(COURSE))
    assert row.stage == "delivered"
    assert row.wakes_at is not None
    assert row.wakes_at.date() == until - timedelta(days=60)
    market.forget_trainee(p.ForgetTrainee(trainee_id="trainee-sawmill", **of("sawmill")))
    assert names(town, "sawmill") == [""]
