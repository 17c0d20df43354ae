"""Listings are found by whoever may see them, and by nobody else."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from domain.companies import EraseCompany, ReinstateCompany, SuspendCompany
from domain.lexicon import lexicon
from domain.quantities import Quantity
from domain.zones import OPERATOR
from marketplace.folding import dump
from projections import listings
from projections.listings import Search, Sort, page_of
from projections.listings.rows import AmendmentRow
from projections.model import Query
from tests.replay import Town, place
from tests.samples import CENTRE, asked, later, pieces

JOURDIES = "zone-jourdies"


def ids(rows: list[listings.Listing]) -> list[str]:
    return [row.listing_id.removeprefix("listing-") for row in rows]


def found(town: Town, name: str = "bakery", **asked_for: object) -> list[str]:
    return ids(town.see(name, listings.search(Search(zone_id=JOURDIES, **asked_for))))  # type: ignore[arg-type]


def populated(town: Town) -> None:
    town.zone("jourdies")
    town.company("sawmill", JOURDIES)
    town.company("bakery", JOURDIES, place=place("46.06350", "6.38540"))


def test_a_posted_listing_is_shown_to_the_zone_and_not_to_visitors(town: Town) -> None:
    populated(town)
    town.post("sawmill", "pallets")
    (seen,) = town.see("bakery", listings.latest(JOURDIES))
    assert (seen.title, seen.company, seen.site) == (
        "50 palettes Europe 80×120, bon état",
        "Sawmill SA",
        "Sawmill, la cour",
    )
    assert (seen.zone_slug, seen.amount, seen.unit, seen.condition) == ("jourdies", Decimal(50), "H87", "B")
    assert town.see("", listings.latest(JOURDIES)) == []


def test_a_visitor_sees_public_listings_without_the_company(town: Town) -> None:
    populated(town)
    town.post("sawmill", "pallets", visibility="public")
    (seen,) = town.see("", listings.latest(JOURDIES))
    assert (seen.title, seen.company, seen.trade, seen.site) == (
        "50 palettes Europe 80×120, bon état",
        None,
        None,
        None,
    )


def test_what_waits_for_review_is_seen_by_its_company_and_those_who_run_the_zone_only(town: Town) -> None:
    town.zone("jourdies", moderation="before")
    town.zone("la-roche")
    town.company("sawmill", JOURDIES)
    town.company("bakery", JOURDIES)
    town.post("sawmill", "pallets")
    for name, sees in {
        "sawmill": True, "moderator-jourdies": True, "facilitator-jourdies": True, "bakery": False, "": False,
        "moderator-la-roche": False,
    }.items():  # fmt: skip
        assert bool(town.see(name, listings.listing("listing-pallets"))) is sees, name
    assert found(town) == []
    town.approve("pallets", "jourdies", now=later(hours=1))
    assert found(town) == ["pallets"]


def test_a_rejection_is_told_to_the_company_with_its_ground(town: Town) -> None:
    town.zone("jourdies", moderation="before")
    town.company("sawmill", JOURDIES)
    town.post("sawmill", "pallets")
    town.reject("pallets", "jourdies")
    (mine,) = town.see("sawmill", listings.of_companies(["company-sawmill"]))
    assert (mine.status, mine.ground, mine.sentence) == ("rejected", "unclear", "Dites ce que c’est.")
    town.amend("sawmill", "pallets", title="50 palettes EPAL, classe B")
    (mine,) = town.see("sawmill", listings.of_companies(["company-sawmill"]))
    assert (mine.status, mine.ground, mine.sentence, mine.content_version) == ("pending", None, "", 2)
    assert [row.what for row in town.see("sawmill", listings.history("listing-pallets"))] == [
        "amended",
        "rejected",
        "posted",
    ]


def test_what_a_zone_decided_is_no_news_for_other_members(town: Town) -> None:
    town.zone("jourdies", moderation="before")
    town.company("sawmill", JOURDIES)
    town.company("bakery", JOURDIES)
    town.post("sawmill", "pallets")
    town.approve("pallets", "jourdies")
    assert [row.what for row in town.see("bakery", listings.history("listing-pallets"))] == ["posted"]


def test_the_words_an_amendment_replaced_are_kept_from_all_but_those_they_concern(town: Town) -> None:
    populated(town)
    town.zone("la-roche")
    town.post("sawmill", "pallets", visibility="public", title="Palettes de Jean Martin")
    town.amend("sawmill", "pallets", visibility="public", title="Palettes EPAL")
    raw = Query("SELECT * FROM listing_amendment", {}, AmendmentRow)
    for name in ("bakery", "", "administrator-la-roche"):
        told = town.see(name, listings.history("listing-pallets"))
        assert town.see(name, raw) == [], name
        assert "Jean Martin" not in repr(told), name
    (mine, _posted) = town.see("sawmill", listings.history("listing-pallets"))
    assert (mine.before, mine.after) == ({"title": "Palettes de Jean Martin"}, {"title": "Palettes EPAL"})
    for name in ("moderator-jourdies", "facilitator-jourdies"):
        (row,) = town.see(name, raw)
        assert row.before == {"title": "Palettes de Jean Martin"}, name


def test_a_listing_is_found_without_its_accents_in_either_language_and_with_a_typing_mistake(town: Town) -> None:
    populated(town)
    town.post("sawmill", "pallets", title="Palettes Europe à réemployer", description="Rangées près de l’étuve.")
    town.post("sawmill", "boxes", category="CAR.BOX", title="Cartons doubles cannelures", description="", attributes={})
    for text in ("reemployer", "RÉEMPLOYER", "palette", "euro pallet", "etuve", "pallettes europpe"):
        assert found(town, text=text) == ["pallets"], text
    assert found(town, text="cartons") == ["boxes"]
    assert found(town, text="grue à tour") == []
    assert sorted(found(town, text="   ")) == ["boxes", "pallets"]


def test_what_is_told_to_some_only_is_found_by_nobody(town: Town) -> None:
    populated(town)
    town.post(
        "sawmill",
        "ride",
        category="TRA.POOL",
        title="Covoiturage du matin, 12 rue des Sorbiers, 74800 Cornier",
        description="Écrire à jean arobase orange point fr",
        quantity=Quantity(Decimal(3), "C62"),
        attributes={"origin": "Bonneville", "destination": "Annecy"},
    )
    assert found(town, text="annecy") == found(town, text="covoiturage") == ["ride"]
    for text in ("bonneville", "sorbiers", "cornier", "jean orange"):
        assert found(town, text=text) == [], text


def test_a_word_without_end_stops_nobody_and_the_rest_is_found(town: Town) -> None:
    populated(town)
    endless = "palette" * 430
    town.post("sawmill", "pallets", title="Palettes Europe", description=f"Au sec. {endless}")
    assert found(town, text="palettes sec") == ["pallets"]
    assert town.see("bakery", listings.called(lexicon().told_apart_by(endless), "", [JOURDIES])) == []


def test_what_such_a_thing_was_called_before_is_asked_of_the_zone_and_of_ones_own(town: Town) -> None:
    populated(town)
    town.zone("la-roche")
    town.company("mill", "zone-la-roche")
    town.post("mill", "far", category="CAR.BOX", title="Zinguettes", attributes={}, visibility="public")
    words = lexicon().told_apart_by("Zinguettes")
    assert town.see("bakery", listings.called(words, "company-bakery", [JOURDIES])) == []
    near, own = (
        town.see(name, listings.called(words, f"company-{name}", [zone_id]))
        for name, zone_id in (("bakery", "zone-la-roche"), ("mill", JOURDIES))
    )
    assert [(row.category, row.own) for row in near] == [("CAR.BOX", False)]
    assert [(row.category, row.own) for row in own] == [("CAR.BOX", True)]


def test_filters_narrow_and_each_count_ignores_its_own_choice(town: Town) -> None:
    populated(town)
    town.post("sawmill", "pallets")
    town.post("sawmill", "weekly", quantity=pieces("20", "WEE"), attributes={"condition": "A"})
    town.post("bakery", "wanted", "request", attributes={})
    town.post("bakery", "boxes", category="CAR.BOX", title="Cartons", attributes={})
    asked_for = Search(zone_id=JOURDIES, sides=("offer",), families=("PAL",))
    counts = {(row.facet, row.value): row.n for row in town.see("sawmill", listings.counts(asked_for))}
    assert counts["total", ""] == 2
    assert (counts["side", "offer"], counts["side", "request"]) == (2, 1)
    assert (counts["family", "PAL"], counts["family", "CAR"]) == (2, 1)
    assert (counts["condition", "A"], counts["condition", "B"]) == (1, 1)
    assert (counts["recurrence", "once"], counts["recurrence", "flow"]) == (1, 1)
    assert found(town, sides=("offer",), recurrence=("flow",)) == ["weekly"]
    assert found(town, categories=("CAR.BOX",)) == ["boxes"]


def test_distance_counts_from_a_place(town: Town) -> None:
    populated(town)
    town.company("quarry", JOURDIES, place=place("46.20000", "6.37240"))
    town.post("bakery", "near")
    town.post("quarry", "far")
    near, far = town.see("sawmill", listings.search(Search(zone_id=JOURDIES, place=CENTRE, sort="nearest")))
    assert (near.metres, far.metres) == (1003, 15178)
    assert found(town, place=CENTRE, max_km=5) == ["near"]
    counts = town.see("sawmill", listings.counts(Search(zone_id=JOURDIES, place=CENTRE, max_km=5)))
    assert {row.value: row.n for row in counts if row.facet == "reach"} == {"5": 1, "10": 1, "25": 2, "50": 2}


def test_every_order_can_be_read_page_by_page_without_a_gap_or_a_double(town: Town) -> None:
    populated(town)
    for number in range(7):
        town.post("sawmill", f"pallets-{number}", title="Palettes Europe")  # all at the same moment
    sorts: tuple[Sort, ...] = ("newest", "nearest", "best", "ending")
    for sort in sorts:
        asked_for = Search(zone_id=JOURDIES, text="palettes", place=CENTRE, sort=sort)
        page, cursor = page_of(town.see("bakery", listings.search(asked_for, limit=2)), 2)
        seen = ids(page)
        while cursor:
            page, cursor = page_of(town.see("bakery", listings.search(asked_for, cursor, 2)), 2)
            seen += ids(page)
        assert sorted(seen) == [f"pallets-{number}" for number in range(7)]


def test_a_cursor_nobody_gave_out_is_the_first_page(town: Town) -> None:
    populated(town)
    town.post("sawmill", "pallets")
    first = town.see("bakery", listings.search(Search(zone_id=JOURDIES)))
    assert [row.listing_id for row in first] == ["listing-pallets"]
    for cursor in ("x", "~", "NaN~a", "Infinity~b", "1e999~c", "1e999999999~d", "'; DROP TABLE listing --"):
        assert town.see("bakery", listings.search(Search(zone_id=JOURDIES), cursor)) == first, cursor


def test_a_suspended_company_is_hidden_in_that_zone_and_counted_out(town: Town) -> None:
    populated(town)
    town.post("sawmill", "pallets")
    (counted,) = town.see("", listings.zone_counts(JOURDIES))
    assert (counted.offers, counted.requests, counted.posted) == (1, 0, 1)
    about: dict[str, Any] = {"company_id": "company-sawmill", "zone_id": JOURDIES}
    town.marketplace.suspend_company(SuspendCompany(**about, reason="Impayés", **asked(OPERATOR)))
    assert found(town) == []
    (counted,) = town.see("", listings.zone_counts(JOURDIES))
    assert (counted.offers, counted.posted) == (0, 1)
    town.marketplace.reinstate_company(ReinstateCompany(**about, **asked(OPERATOR)))
    assert found(town) == ["pallets"]


def test_withdrawn_listings_leave_and_renewed_ones_come_back(town: Town) -> None:
    populated(town)
    town.post("sawmill", "pallets")
    town.withdraw("sawmill", "pallets", now=later(days=1))
    assert found(town) == []
    (mine,) = town.see("sawmill", listings.of_companies(["company-sawmill"]))
    assert (mine.life, mine.closed_at) == ("withdrawn", later(days=1))


def test_a_listing_in_two_zones_is_one_listing_to_its_company(town: Town) -> None:
    town.zone("jourdies", moderation="before")
    town.zone("la-roche")
    town.company("sawmill", JOURDIES, "zone-la-roche")
    town.post("sawmill", "pallets")
    (mine,) = town.see("sawmill", listings.of_companies(["company-sawmill"]))
    assert (mine.zone_id, mine.status) == (JOURDIES, "pending")
    assert [row.status for row in town.see("sawmill", listings.in_zones("listing-pallets"))] == ["pending", "approved"]
    (there,) = town.see("sawmill", listings.listing("listing-pallets", "zone-la-roche"))
    assert there.zone_id == "zone-la-roche"


def test_what_a_zone_began_to_show_is_told_once(town: Town) -> None:
    town.zone("jourdies", moderation="before")
    town.company("sawmill", JOURDIES)
    town.company("bakery", JOURDIES)
    town.post("sawmill", "pallets")
    town.approve("pallets", "jourdies", now=later(days=2))
    new = listings.new_between([JOURDIES], later(days=1), later(days=2))
    assert ids(town.see("bakery", new)) == ["pallets"]
    assert town.see("bakery", listings.new_between([JOURDIES], later(days=2), later(days=9))) == []


def test_what_is_about_to_end_and_what_is_over_is_known(town: Town) -> None:
    populated(town)
    town.post("sawmill", "pallets")
    town.post("sawmill", "weekly", quantity=pieces("20", "WEE"))
    assert ids(town.see("sawmill", listings.to_renew(["company-sawmill"], later(days=61)))) == ["pallets"]
    assert ids(town.know(listings.overdue(later(days=60)))) == ["pallets"]
    assert town.know(listings.overdue(later(days=59))) == []


def test_an_erased_company_leaves_no_word_behind(town: Town) -> None:
    populated(town)
    town.post("sawmill", "pallets", title="Palettes canari", description="canari jaune")
    town.follow()
    town.marketplace.erase_company(EraseCompany(company_id="company-sawmill", **asked(OPERATOR)))
    town.follow()
    town.log.erase("company-sawmill")
    for model in town.models:
        for table, rows in dump(town.follower, model, f"read_{model.name}_1").items():
            assert not [row for row in rows if "canari" in row.lower() or "sawmill sa" in row.lower()], table
