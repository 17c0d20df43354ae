"""Pairs of an offer and a request appear, lapse and come back with what they depend on, whatever the order."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from domain.companies import EraseCompany, ReinstateCompany, SuspendCompany
from domain.events import Private, Recorded
from domain.listings import ListingApproved, ListingPosted
from domain.matches import SeeMatch
from domain.quantities import Quantity
from domain.zones import OPERATOR
from marketplace.folding import Connection, dump, fold, make_tables
from projections import matches
from projections.matches import MATCHES, FoundRow, funnel
from projections.model import Query
from tests.deals import interest
from tests.replay import Town, place
from tests.samples import NOW, asked, content, later, listing_posted, pieces

JOURDIES = "zone-jourdies"


def paired(town: Town) -> None:
    town.zone("jourdies")
    town.company("sawmill", JOURDIES)
    town.company("bakery", JOURDIES)
    town.post("sawmill", "pallets")
    town.post("bakery", "wanted", "request", title="Recherche palettes Europe", description="", quantity=pieces("60"))


def pairs(town: Town, name: str = "bakery", listing: str = "wanted") -> list[str]:
    return [row.other_id for row in town.see(name, matches.of_listing(f"listing-{listing}"))]


def test_a_match_appears_with_its_reasons_for_both_companies(town: Town) -> None:
    paired(town)
    (mine,) = town.see("bakery", matches.of_listing("listing-wanted"))
    assert (mine.other_id, mine.other_company) == ("listing-pallets", "company-sawmill")
    assert mine.points >= 65
    assert {reason.code for reason in mine.pro} >= {"same_leaf", "covers", "distance"}
    (theirs,) = town.see("sawmill", matches.of_companies(["company-sawmill"]))
    assert (theirs.match_id, theirs.mine_id, theirs.points) == (mine.match_id, "listing-pallets", mine.points)
    counted = town.see("sawmill", matches.counts(["listing-pallets", "listing-wanted"]))
    assert [(row.listing_id, row.pairs, row.mailed) for row in counted] == [
        ("listing-pallets", 1, 1),
        ("listing-wanted", 1, 1),
    ]


def test_a_match_is_seen_by_its_companies_and_those_who_run_the_zone_only(town: Town) -> None:
    paired(town)
    town.company("quarry", JOURDIES)
    town.zone("la-roche")
    for name, sees in {
        "sawmill": 1, "facilitator-jourdies": 1, "moderator-jourdies": 1, "quarry": 0, "": 0, "facilitator-la-roche": 0,
    }.items():  # fmt: skip
        assert len(pairs(town, name)) == sees, name


def test_matches_lapse_when_a_listing_closes_and_come_back_when_it_opens(town: Town) -> None:
    paired(town)
    assert pairs(town) == ["listing-pallets"]
    town.withdraw("sawmill", "pallets")
    assert pairs(town) == []
    (tally,) = town.see("", matches.tallies([JOURDIES]))
    assert tally.pairs == 0


def test_what_waits_for_review_is_matched_once_it_is_approved(town: Town) -> None:
    town.zone("jourdies", moderation="before")
    town.company("sawmill", JOURDIES)
    town.company("bakery", JOURDIES)
    town.post("sawmill", "pallets")
    town.post("bakery", "wanted", "request", quantity=pieces("60"))
    town.approve("wanted", "jourdies")
    assert pairs(town) == []
    town.approve("pallets", "jourdies")
    assert pairs(town) == ["listing-pallets"]
    town.amend("sawmill", "pallets", title="Palettes Europe, autre lot")
    assert pairs(town) == []


def test_listings_meet_across_zones_only_when_both_are_public(town: Town) -> None:
    town.zone("jourdies")
    town.zone("la-roche")
    town.company("sawmill", JOURDIES)
    town.company("bakery", "zone-la-roche")
    town.post("sawmill", "pallets", visibility="public")
    town.post("bakery", "wanted", "request", quantity=pieces("60"))
    assert pairs(town) == []
    town.amend("bakery", "wanted", quantity=pieces("60"), visibility="public")
    assert pairs(town) == ["listing-pallets"]


def test_a_listing_in_another_family_is_found_by_its_rare_words(town: Town) -> None:
    town.zone("jourdies")
    town.company("sawmill", JOURDIES)
    town.company("bakery", JOURDIES)
    town.post(
        "sawmill", "shredder", category="EQP.OTHER", title="Broyeur de palettes XZ500", mode="lend", attributes={},
        description="", quantity=pieces("1"),
    )  # fmt: skip
    town.post(
        "bakery", "wanted", "request", category="SRV.OTHER", title="Broyeur de palettes XZ500", attributes={},
        description="", quantity=Quantity(Decimal(1), "HUR"),
    )  # fmt: skip
    town.follow()
    assert pairs(town) == ["listing-shredder"]


def test_what_nearly_matched_is_told_to_those_who_run_the_zone(town: Town) -> None:
    paired(town)
    town.post(
        "sawmill", "half", category="PAL.HALF", title="Palettes Europe demi-format 60×80", description="",
        attributes={"dimension_mm": "600x800"},
    )  # fmt: skip
    assert "listing-half" not in pairs(town)
    (near,) = town.see("facilitator-jourdies", matches.near_misses("listing-wanted"))
    assert (near.other_id, near.code) == ("listing-half", "dimension_mm")
    assert town.see("bakery", matches.near_misses("listing-wanted")) == []


def test_a_suspended_company_meets_nobody_in_that_zone(town: Town) -> None:
    paired(town)
    about: dict[str, Any] = {"company_id": "company-sawmill", "zone_id": JOURDIES}
    town.marketplace.suspend_company(SuspendCompany(**about, reason="Impayés", **asked(OPERATOR)))
    assert pairs(town) == []
    town.marketplace.reinstate_company(ReinstateCompany(**about, **asked(OPERATOR)))
    assert pairs(town) == ["listing-pallets"]


def test_an_erased_company_leaves_no_match_behind(town: Town) -> None:
    paired(town)
    town.marketplace.erase_company(EraseCompany(company_id="company-sawmill", **asked(OPERATOR)))
    assert pairs(town) == []
    town.log.erase("company-sawmill")


def postings() -> list[Recorded]:
    """Sixty listings of ten companies around two zones, half of them reviewed first, and the approvals."""
    random.seed(20260303)
    kinds = [
        ("PAL.EPAL1", "Palettes Europe", {"condition": "B"}),
        ("PAL.EPAL1", "Palettes Europe abîmées", {"condition": "REPAIRABLE"}),
        ("CAR.BOX", "Cartons déménagement", {}),
        ("CAR.OCC", "Cartons à recycler", {}),
        ("PAL.STD", "Palettes perdues 100×120", {"dimension_mm": "1000x1200"}),
        ("SRV.OTHER", "Broyeur de palettes XZ500", {}),
    ]  # fmt: skip
    recorded: list[Recorded] = []
    for number in range(60):
        category, title, attributes = random.choice(kinds)  # noqa: S311 - seeded
        zone = random.choice(["zone-jourdies", "zone-la-roche"])  # noqa: S311 - seeded
        listing_id = f"listing-{number:02}"
        posted = listing_posted(
            listing_id=listing_id,
            side=random.choice(["offer", "request"]),  # noqa: S311 - seeded
            company_id=f"company-{number % 10}",
            place=place(f"46.{random.randint(0, 99999):05}", f"6.{random.randint(0, 99999):05}"),  # noqa: S311 - seeded
            zones=(zone,),
            awaiting=(zone,) if number % 2 else (),
            content=content(
                category=category, title=Private("company-x", f"{title} {number}"),
                attributes=attributes, quantity=pieces(str(random.randint(1, 100))),  # noqa: S311 - seeded
                visibility=random.choice(["public", "zone"]),  # noqa: S311 - seeded
            ),
        )  # fmt: skip
        recorded.append(Recorded(0, listing_id, 0, posted, later(), "member:x"))
        if number % 2:
            approval = ListingApproved(listing_id=listing_id, zone_id=zone, of_version=0)
            recorded.append(Recorded(0, listing_id, 1, approval, later(), "member:x"))
    return recorded


def folded(connection: Connection, events: Sequence[Recorded], at_once: int) -> dict[str, list[str]]:
    """What the read model holds after these events, folded so many at a time."""
    with connection.transaction(force_rollback=True):
        connection.execute("CREATE SCHEMA order_of_events")
        make_tables(connection, MATCHES, "order_of_events")
        done = 0
        while done < len(events):
            done += fold(connection, MATCHES, "order_of_events", events[done : done + at_once])
        return dump(connection, MATCHES, "order_of_events")


def test_the_same_listings_give_the_same_matches_in_whatever_order_they_were_posted(town: Town) -> None:
    events = postings()
    expected = folded(town.follower, events, 1_000)
    assert len(expected["match_pair"]) > 50
    assert len(expected["match_near_miss"]) > 5
    for seed in range(4):
        shuffled = list(events)
        random.Random(seed).shuffle(shuffled)  # noqa: S311 - seeded
        # A listing is posted before it is approved, whatever else the order is.
        shuffled.sort(key=lambda recorded: not isinstance(recorded.event, ListingPosted))
        assert folded(town.follower, shuffled, 1 + 9 * seed) == expected, seed


# --- what became of them ------------------------------------------------------------------------------------------


def found(town: Town, name: str = "facilitator-jourdies") -> list[FoundRow]:
    return town.see(name, funnel.found_in(JOURDIES, NOW, later(days=400)))


def saw(town: Town, name: str, listing: str, other: str, at: datetime) -> None:
    town.marketplace.see_match(
        SeeMatch(
            listing_id=f"listing-{listing}",
            other_listing_id=f"listing-{other}",
            company_id=f"company-{name}",
            **asked(f"member-{name}", at),
        )
    )


def test_what_was_once_found_is_remembered_when_it_lapses_and_comes_back(town: Town) -> None:
    paired(town)
    (row,) = found(town)
    assert (row.a_id, row.b_id, row.family, row.zones) == ("listing-pallets", "listing-wanted", "PAL", (JOURDIES,))
    assert (row.found_at, row.seen_at) == (NOW, None)
    town.amend("sawmill", "pallets", quantity=pieces("40"), now=later(days=3))
    town.withdraw("sawmill", "pallets", now=later(days=4))
    assert found(town) == [row]


def test_who_looked_at_a_match_is_known_to_the_facilitator(town: Town) -> None:
    paired(town)
    saw(town, "bakery", "wanted", "pallets", later(days=2))
    saw(town, "sawmill", "pallets", "wanted", later(days=3))
    (row,) = found(town)
    assert row.seen_at == later(days=2)
    pair = [(row.a_id, row.b_id)]
    looks = town.see("facilitator-jourdies", funnel.seen(pair))
    assert [(look.company_id, look.at) for look in looks] == [
        ("company-bakery", later(days=2)),
        ("company-sawmill", later(days=3)),
    ]
    assert [look.company_id for look in town.see("bakery", funnel.seen(pair))] == ["company-bakery"]


def test_whoever_asks_about_a_match_has_seen_it(town: Town) -> None:
    paired(town)
    interest(town, "bakery", "asked", other_listing_id="listing-wanted", now=later(days=1))
    (row,) = found(town)
    assert row.seen_at == later(days=1)
    saw(town, "bakery", "wanted", "pallets", later(days=2))
    assert [look.at for look in town.see("facilitator-jourdies", funnel.seen([(row.a_id, row.b_id)]))] == [
        later(days=1)
    ]


def test_the_history_of_matches_is_for_those_who_facilitate_the_zone(town: Town) -> None:
    paired(town)
    saw(town, "bakery", "wanted", "pallets", later(days=2))
    town.company("quarry", JOURDIES)
    town.zone("la-roche")
    for name in ("facilitator-jourdies", "administrator-jourdies"):
        assert len(found(town, name)) == 1, name
        assert [row.found for row in town.see(name, counted())] == [1]
    for name in ("sawmill", "quarry", "", "moderator-jourdies", "facilitator-la-roche"):
        assert found(town, name) == [], name
        assert town.see(name, counted()) == []
    assert town.see("quarry", funnel.seen([("listing-pallets", "listing-wanted")])) == []


def counted() -> Query[funnel.FoundCount]:
    return funnel.found_counts(JOURDIES, NOW, later(days=400), "Europe/Paris")


def test_matches_are_counted_by_the_months_of_the_zone_and_by_family(town: Town) -> None:
    paired(town)
    town.post("sawmill", "others", now=later(days=40))
    saw(town, "bakery", "wanted", "others", later(days=43))
    rows = [(row.month, row.family, row.found, row.seen) for row in town.see("facilitator-jourdies", counted())]
    assert rows == [("2026-03", "PAL", 1, 0), ("2026-04", "PAL", 1, 1)]
    (wait,) = town.see("facilitator-jourdies", funnel.seeing_time(JOURDIES, NOW, later(days=400)))
    assert wait.seconds == 3 * 24 * 3600
    pages, last = [], None
    while page := town.see("facilitator-jourdies", funnel.found_in(JOURDIES, NOW, later(days=99), after=last, limit=1)):
        pages += page
        last = (page[0].a_id, page[0].b_id)
    assert [row.a_id for row in pages] == ["listing-others", "listing-pallets"]
