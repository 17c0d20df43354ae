"""Who sees a listing, where: every visibility, every kind of reader, every table, under row-level security.

The tables are those the read models have: one that is forgotten here fails, and so does one that shows too much.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Final

from psycopg.rows import tuple_row
from psycopg.sql import SQL, Identifier

from domain.companies import SuspendCompany
from domain.listings import VISIBILITIES, Visibility
from domain.zones import EndPartnership, ProposePartnership
from marketplace.reading import reading
from projections import listings, matches
from projections.listings import Search
from projections.model import Query, Table
from tests.replay import Town, place
from tests.samples import NOW, asked, later, pieces

JOURDIES: Final = "zone-jourdies"
LA_ROCHE: Final = "zone-la-roche"
CATEGORIES: Final[dict[Visibility, str]] = {
    "facilitator": "PAL.EPAL1", "zone": "CAR.BOX", "partners": "MOB.DESK", "public": "EMB.CRATE", "named": "TEX.TYRE",
}  # fmt: skip
"""A family of its own for each, so that a count tells which of them was counted."""

VISITOR: Final = ""
ANYONE: Final = frozenset(
    {
        VISITOR,
        "sawmill",  # the company itself
        "bakery",  # a member of the same zone
        "mill",  # of a partner zone
        "garage",  # of a zone that has nothing to do with it
        "closed",  # of a company the zone has suspended
        "facilitator-jourdies",
        "moderator-jourdies",
        "facilitator-la-roche",
        "moderator-far",
    }
)
RUN_BY: Final = frozenset({"facilitator-jourdies", "moderator-jourdies"})
OWN: Final = RUN_BY | {"sawmill"}
SEEN_BY: Final[dict[Visibility, frozenset[str]]] = {
    "facilitator": OWN,
    "zone": OWN | {"bakery"},
    "partners": OWN | {"bakery", "mill", "facilitator-la-roche"},
    "public": ANYONE,
    "named": ANYONE,
}
NAMED_TO: Final[dict[Visibility, frozenset[str]]] = {**SEEN_BY, "public": OWN | {"bakery"}}

# Tables about something else than a listing; whoever adds one says here that it is.
ABOUT_NO_LISTING: Final = frozenset(
    {
        "listing_zone", "listing_company", "listing_site", "listing_partner", "listing_term", "match_partner",
        "match_tally", "match_word", "match_term", "match_frequencies", "match_weights", "match_underway",
    }
)  # fmt: skip
KEPT_FOR: Final = ("listing_id", "a_id", "b_id", "other_listing_id", "subject_id")
"""The columns by which a row is about a listing."""


def neighbourhood(town: Town) -> None:
    for slug, north in (("jourdies", "46.06350"), ("la-roche", "46.07350"), ("far", "46.08350")):
        town.zone(slug, place=place(north, "6.37240"))
    for name, zone in (("sawmill", JOURDIES), ("bakery", JOURDIES), ("closed", JOURDIES), ("mill", LA_ROCHE),
                       ("garage", "zone-far")):  # fmt: skip
        town.company(name, zone)
    agree(town)
    for visibility, category in CATEGORIES.items():
        goods: dict[str, Any] = {"category": category, "attributes": {}, "description": "", "quantity": pieces("50")}
        title = f"Lot pour {visibility}"
        photo = (f"blob-{visibility}",)
        town.post("sawmill", visibility, title=title, visibility=visibility, photos=photo, **goods)
        for seeker in ("bakery", "mill", "garage"):
            town.post(seeker, f"{seeker}-{visibility}", "request", title=title, **goods)
        town.amend("sawmill", visibility, title=f"{title}, sec", visibility=visibility, photos=photo, **goods)
    town.marketplace.suspend_company(
        SuspendCompany(company_id="company-closed", zone_id=JOURDIES, reason="Impayés", **moderator())
    )


def moderator(now: Any = NOW) -> dict[str, Any]:
    return asked("member-administrator-jourdies", now)


def agree(town: Town, now: Any = NOW) -> None:
    for one, other in (("jourdies", "la-roche"), ("la-roche", "jourdies")):
        wish: dict[str, Any] = {"zone_id": f"zone-{one}", "partner_id": f"zone-{other}"}
        command = ProposePartnership(**asked(f"member-administrator-{one}", now), **wish)
        town.marketplace.propose_partnership(command)


def end(town: Town, now: Any = NOW) -> None:
    wish: dict[str, Any] = {"zone_id": LA_ROCHE, "partner_id": JOURDIES}
    town.marketplace.end_partnership(EndPartnership(**asked("member-administrator-la-roche", now), **wish))


def readers(town: Town, seen: Callable[[str], bool]) -> frozenset[str]:
    return frozenset(name for name in ANYONE if seen(name))


def ids(rows: Iterable[Any]) -> set[str]:
    return {row.listing_id.removeprefix("listing-") for row in rows}


QUESTIONS: Final[dict[str, Callable[[Visibility], Query[Any]]]] = {
    "one": lambda visibility: listings.listing(f"listing-{visibility}"),
    "several": lambda visibility: listings.among([f"listing-{visibility}"]),
    "in its zones": lambda visibility: listings.in_zones(f"listing-{visibility}"),
    "the latest": lambda _visibility: listings.latest(JOURDIES, limit=100),
    "of its company": lambda _visibility: listings.of_companies(["company-sawmill"], limit=100),
    "news": lambda _visibility: listings.new_between([JOURDIES], later(days=-1), later(days=1), limit=100),
    "search": lambda _visibility: listings.search(Search(zone_id=JOURDIES, sides=("offer",)), limit=100),
    "search by words": lambda visibility: listings.search(Search(zone_id=JOURDIES, text=visibility), limit=100),
}


def wrong(town: Town) -> list[str]:
    """What is seen by others than it should be, or not by those who should."""
    found: list[str] = []

    def expect(what: str, visibility: Visibility, those: frozenset[str], sees: Callable[[str], bool]) -> None:
        really = readers(town, sees)
        if really != those:
            found.append(f"{visibility}, {what}: too many {set(really - those)}, missing {set(those - really)}")

    for visibility in VISIBILITIES:
        those, category = SEEN_BY[visibility], CATEGORIES[visibility]
        for name, question in QUESTIONS.items():
            expect(name, visibility, those, partial(_is_among, town, question(visibility), visibility))
        for name, query in (
            ("photo", listings.photo(f"blob-{visibility}")),
            ("history", listings.history(f"listing-{visibility}")),
        ):
            expect(name, visibility, those, partial(_has_any, town, query))
        expect("counts", visibility, those, partial(_is_counted, town, category))
        expect("the company’s name", visibility, NAMED_TO[visibility], partial(_is_named, town, visibility))
    return found


def _is_among(town: Town, query: Query[Any], visibility: Visibility, by: str) -> bool:
    return visibility in ids(town.see(by, query))


def _has_any(town: Town, query: Query[Any], by: str) -> bool:
    return bool(town.see(by, query))


def _is_counted(town: Town, category: str, by: str) -> bool:
    rows = town.see(by, listings.counts(Search(zone_id=JOURDIES, sides=("offer",))))
    return ("category", category) in {(row.facet, row.value) for row in rows if row.n}


def _is_named(town: Town, visibility: Visibility, by: str) -> bool:
    return any(row.company for row in town.see(by, listings.listing(f"listing-{visibility}")))


def test_every_question_is_answered_to_those_who_may_see_the_listing_and_to_nobody_else(town: Town) -> None:
    neighbourhood(town)
    assert wrong(town) == []
    # Only what is for facilitators is left out of the public figures.
    (zone,) = town.see(VISITOR, listings.zone_counts(JOURDIES))
    assert (zone.offers, zone.posted) == (4, 9)
    assert too_much(town) == []
    assert pairs(town) == {
        "facilitator": {"sawmill": {"bakery"}, "bakery": set(), "mill": set(), "garage": set()},
        "zone": {"sawmill": {"bakery"}, "bakery": {"sawmill"}, "mill": set(), "garage": set()},
        "partners": {"sawmill": {"bakery"}, "bakery": {"sawmill"}, "mill": {"sawmill"}, "garage": set()},
        "public": {"sawmill": {"bakery"}, "bakery": {"sawmill"}, "mill": {"sawmill"}, "garage": set()},
        "named": {"sawmill": {"bakery"}, "bakery": {"sawmill"}, "mill": {"sawmill"}, "garage": set()},
    }
    # A change of mind acts at once, both ways, and so does the end of a partnership.
    town.amend("sawmill", "named", title="Lot pour named", visibility="facilitator", category="TEX.TYRE",
               attributes={}, photos=("blob-named",))  # fmt: skip
    assert readers(town, lambda by: bool(town.see(by, listings.listing("listing-named")))) == OWN
    assert pairs(town)["named"] == {"sawmill": {"bakery"}, "bakery": set(), "mill": set(), "garage": set()}
    end(town, later(hours=1))
    assert readers(town, lambda by: bool(town.see(by, listings.listing("listing-partners")))) == SEEN_BY["zone"]
    assert pairs(town)["partners"]["mill"] == set()
    agree(town, later(hours=2))
    assert readers(town, lambda by: bool(town.see(by, listings.listing("listing-partners")))) == SEEN_BY["partners"]
    assert pairs(town)["partners"]["mill"] == {"sawmill"}


def pairs(town: Town) -> dict[str, dict[str, set[str]]]:
    """For each of the sawmill's listings and each company, whose listing it is told of when they go together."""
    found: dict[str, dict[str, set[str]]] = {}
    for visibility in VISIBILITIES:
        found[visibility] = {}
        for name in ("sawmill", "bakery", "mill", "garage"):
            mine = visibility if name == "sawmill" else f"{name}-{visibility}"
            told = town.see(name, matches.of_listing(f"listing-{mine}"))
            found[visibility][name] = {pair.other_company.removeprefix("company-") for pair in told}
    return found


def too_much(town: Town) -> list[str]:
    """Rows of any table of any read model that are about a listing and seen by somebody who may not see it."""
    town.follow()
    found = []
    for model in town.models:
        for table in model.tables:
            columns = [column for column in KEPT_FOR if column in table.columns]
            if not columns and table.name not in ABOUT_NO_LISTING and table.name.startswith(("listing", "match")):
                found.append(f"{table.name} is new: say by which column it is about a listing, or that it is not")
            for column in columns:
                found += _leaks(town, table, column)
    return found


def _leaks(town: Town, table: Table[Any], column: str) -> list[str]:
    found = []
    for name in sorted(ANYONE):
        with reading(town.page, town.viewer(name)), town.page.cursor(row_factory=tuple_row) as cursor:
            cursor.execute(SQL("SELECT DISTINCT {} FROM {}").format(Identifier(column), Identifier(table.name)))
            shown = {row[0] for row in cursor.fetchall() if row[0]}
        found += [
            f"{table.name}.{column} shows {visibility} to {name or 'a visitor'}"
            for visibility in VISIBILITIES
            if f"listing-{visibility}" in shown and name not in SEEN_BY[visibility]
        ]
    return found
