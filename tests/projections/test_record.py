"""The record: the words as they stood, who decided, who may read it, and what a zone counts in public."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.companies import EraseCompany, SuspendCompany
from domain.listings import DecideAppeal, DecideNotice, LodgeAppeal, NotifyListing
from domain.refused import Refused
from projections import listings, record
from projections.record import Asked
from tests.deals import accepted, confirmed, interest
from tests.replay import Town
from tests.samples import NOW, asked, later

ZONE = "zone-jourdies"
PALLETS = "listing-pallets"


def opened(town: Town, **zone: Any) -> None:
    town.zone("jourdies", **zone)
    town.company("sawmill", ZONE)
    town.company("bakery", ZONE)
    town.post("sawmill", "pallets")


def notify(town: Town, number: int = 1, hours: float = 1) -> None:
    notice = f"notice-{number}"
    said: dict[str, Any] = {"reason": "rules", "why": "canary-why", "name": "canary-name", "good_faith": True}
    town.marketplace.notify_listing(
        NotifyListing(
            **asked(f"guest:{notice}", later(hours=hours)), listing_id=PALLETS, zone_id=ZONE, notice_id=notice, **said
        )
    )


def answer(town: Town, outcome: Any, number: int = 1, hours: float = 3) -> None:
    told: dict[str, Any] = {"outcome": outcome, "sentence": "canary-answer", "ground": "forbidden"}
    command = DecideNotice(
        **asked("member-moderator-jourdies", later(hours=hours)), listing_id=PALLETS, zone_id=ZONE,
        notice_id=f"notice-{number}", **told,
    )  # fmt: skip
    town.marketplace.decide_notice(command)


def kinds(town: Town, name: str, subject: str = PALLETS) -> list[str]:
    return [str(entry.kind) for entry in town.see(name, record.of_subject(ZONE, subject))][::-1]


def test_a_notice_hides_a_listing_and_an_appeal_brings_it_back(town: Town) -> None:
    opened(town)
    notify(town)
    assert [one.why for one in town.see("moderator-jourdies", record.notices(ZONE, waiting=True))] == ["canary-why"]
    answer(town, "hidden")
    refusal = town.see("sawmill", record.of_subject(ZONE, PALLETS))[0]
    assert (refusal.kind, refusal.ground, refusal.notice_id) == ("rejected", "forbidden", "notice-1")
    appeal: dict[str, Any] = {"listing_id": PALLETS, "zone_id": ZONE, "appeal_id": "appeal-1"}
    town.marketplace.lodge_appeal(
        LodgeAppeal(**asked("member-sawmill", later(hours=4)), **appeal, against=refusal.version, why="canary-appeal")
    )
    town.marketplace.decide_appeal(
        DecideAppeal(
            **asked("member-administrator-jourdies", later(hours=9)),
            **appeal,
            outcome="granted",
            sentence="Vu.",
        )
    )
    assert kinds(town, "moderator-jourdies") == [
        "posted", "notified", "rejected", "notice_hidden", "appealed", "appeal_granted", "approved",
    ]  # fmt: skip
    assert kinds(town, "sawmill") == ["posted", "rejected", "appealed", "appeal_granted", "approved"]
    assert kinds(town, "bakery") == []
    (settled,) = town.see("sawmill", record.against(ZONE, PALLETS, refusal.version))
    assert (settled.outcome, settled.by_another) == ("granted", True)


def test_who_gave_notice_is_known_to_moderators_alone(town: Town) -> None:
    opened(town)
    notify(town)
    answer(town, "kept")
    for name in ("sawmill", "bakery", "facilitator-jourdies", ""):
        shown = [
            *town.see(name, record.notices(ZONE, waiting=False)),
            *town.see(name, record.entries(Asked(zone_id=ZONE))),
        ]
        assert "canary" not in repr(shown).replace("canary-title", ""), name
    (notice,) = town.see("moderator-jourdies", record.notices(ZONE, waiting=False))
    assert (notice.name, notice.outcome, notice.sentence) == ("canary-name", "kept", "canary-answer")


def test_what_a_listing_said_stays_with_each_line_and_is_found_by_date(town: Town) -> None:
    opened(town)
    town.amend("sawmill", "pallets", title="40 palettes", now=later(days=2))
    town.withdraw("sawmill", "pallets", now=later(days=4))
    said = [
        entry.words.title for entry in town.see("moderator-jourdies", record.of_subject(ZONE, PALLETS)) if entry.words
    ]
    assert said == ["40 palettes", "40 palettes", "50 palettes Europe 80×120, bon état"]

    def shown(days: float) -> list[str]:
        rows = town.see("moderator-jourdies", record.as_of(ZONE, NOW + timedelta(days=days)))
        return [entry.words.title for entry in rows if entry.words]

    assert [shown(-1), shown(1), shown(3), shown(5)] == [
        [],
        ["50 palettes Europe 80×120, bon état"],
        ["40 palettes"],
        [],
    ]


def test_each_zone_decides_about_its_own_view_of_a_listing_and_what_becomes_of_it_is_one(town: Town) -> None:
    roche = "zone-la-roche"
    for slug in ("jourdies", "la-roche"):
        town.zone(slug, moderation="before")
    town.company("sawmill", ZONE, roche)
    town.company("bakery", ZONE)
    town.company("mill", roche)
    town.post("sawmill", "pallets")
    town.reject("pallets", "jourdies", now=later(hours=1))
    town.approve("pallets", "la-roche", now=later(hours=2))
    seen = {name: town.see(name, listings.in_zones(PALLETS)) for name in ("bakery", "mill", "sawmill", "")}
    assert {name: sorted((row.zone_id, row.status) for row in rows) for name, rows in seen.items()} == {
        "bakery": [], "mill": [(roche, "approved")], "sawmill": [(ZONE, "rejected"), (roche, "approved")], "": [],
    }  # fmt: skip
    with pytest.raises(Refused):
        interest(town, "bakery", "unseen", now=later(hours=3))
    interest(town, "mill", "wanted", now=later(hours=3))
    accepted(town, "wanted", now=later(hours=4))
    confirmed(town, "mill", "wanted")
    shared = {(row.zone_id, row.free, row.taken) for row in town.see("sawmill", listings.in_zones(PALLETS))}
    assert shared == {(ZONE, Decimal(30), Decimal(20)), (roche, Decimal(30), Decimal(20))}
    for slug, told in (("jourdies", ["posted", "rejected"]), ("la-roche", ["posted", "approved"])):
        lines = town.see(f"moderator-{slug}", record.entries(Asked(zone_id=f"zone-{slug}", subject_id=PALLETS)))
        assert [line.kind for line in lines][::-1] == told
    assert town.see("moderator-la-roche", record.of_subject(ZONE, PALLETS)) == []


def test_a_suspension_stands_in_the_record_of_each_listing_and_is_counted_once(town: Town) -> None:
    opened(town)
    suspension: dict[str, Any] = {"company_id": "company-sawmill", "zone_id": ZONE, "reason": "Démarchage."}
    town.marketplace.suspend_company(SuspendCompany(**asked("member-moderator-jourdies", later(days=1)), **suspension))
    (line,) = town.see("sawmill", record.last(ZONE, "company-sawmill", record.RESTRICTIONS))
    assert (line.kind, line.subject_id, line.sentence) == ("suspended", "company-sawmill", "Démarchage.")
    assert kinds(town, "sawmill") == ["posted", "suspended"]
    listed = town.see("moderator-jourdies", record.entries(Asked(zone_id=ZONE, kinds=("suspended",))))
    assert [entry.subject_id for entry in listed] == ["company-sawmill"]
    assert town.see("moderator-jourdies", record.as_of(ZONE, later(days=2))) == []


def test_figures_are_public_and_say_how_long_it_took(town: Town) -> None:
    opened(town, moderation="before")
    town.approve("pallets", "jourdies", now=later(hours=2))
    notify(town, 1, hours=3)
    notify(town, 2, hours=3)
    answer(town, "kept", 1, hours=4)
    answer(town, "hidden", 2, hours=6)
    found = {(figure.kind, figure.detail): figure for figure in town.see("", record.figures(ZONE, NOW, later(days=9)))}
    assert found["posted", ""].n == 1
    assert found["approved", ""].median == timedelta(hours=2).total_seconds()
    assert (found["notified", ""].n, found["notified", "rules"].n) == (2, 2)
    assert found["notice_kept", ""].median == timedelta(hours=1).total_seconds()
    assert found["rejected", "forbidden"].n == 1
    assert town.see("", record.reviewing(ZONE, NOW, later(days=9)))[0].n == 1


def test_an_erased_company_leaves_every_line_without_its_words(town: Town) -> None:
    opened(town)
    town.marketplace.erase_company(
        EraseCompany(**asked("system:operator", later(days=1)), company_id="company-sawmill")
    )
    entries = town.see("moderator-jourdies", record.of_subject(ZONE, PALLETS))
    assert [entry.kind for entry in entries] == ["erased", "posted"]
    assert {entry.words.title for entry in entries if entry.words} == {""}
    assert {entry.company for entry in entries} == {""}
