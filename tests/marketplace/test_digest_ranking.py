"""The rule of the weekly mail, without a database: eight places, kind by kind, and nothing said twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from marketplace.digest_ranking import Buying, Candidates, Found, Hint, Hit, Pair, choose, spoken_of, without
from marketplace.plain_text import beginning, paragraphs
from projections.bulletins import BulletinRow
from projections.exchanges import ExchangeRow
from projections.listings import Listing
from projections.pooling import PoolRow
from projections.purchases import Concerned
from projections.searches import SavedSearch

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
PLAIN: dict[Any, Any] = {str: "", int: 0, bool: False, Decimal: Decimal(0), datetime: NOW}


def row(kind: type[Any], **said: Any) -> Any:
    """A row of which only what is said matters."""
    fields = {field.name: PLAIN.get(field.type) for field in msgspec.structs.fields(kind) if field.required}
    return kind(**fields | said)


def listing(name: str) -> Listing:
    ends = {"expires_at": NOW + timedelta(days=3)}
    made: Listing = row(Listing, listing_id=f"listing-{name}", zone_id="zone-z", title=name, company_id="c", **ends)
    return made


def pair(name: str, points: int, mine: str = "mine") -> Pair:
    return Pair(f"listing-{mine}~listing-{name}", points, listing(mine), listing(name))


def buying(name: str, ask: Any) -> Buying:
    deadline = NOW + timedelta(days=4)
    return Buying(row(Concerned, purchase_id=f"purchase-{name}", zone_id="zone-z", deadline=deadline), ask)


EVERYTHING = Candidates(
    turns=[row(ExchangeRow, exchange_id=f"exchange-{n}", step="answer", zone_id="zone-z") for n in range(9)],
    settling=[buying(f"settle{n}", "confirm") for n in range(9)],
    bulletins=[row(BulletinRow, bulletin_id=f"bulletin-{n}", zone_id="zone-z") for n in range(9)],
    closing=[buying(f"close{n}", "closing") for n in range(9)],
    renewals=[listing(f"old{n}") for n in range(9)],
    pairs=[pair(f"near{n}", 70 + n) for n in range(9)],
    pools=[row(PoolRow, pooling_id=f"pooling-{n}", zone_id="zone-z") for n in range(9)],
    polls=[buying(f"poll{n}", "poll") for n in range(9)],
    hits=[Hit(row(SavedSearch, name="s"), listing(f"hit{n}")) for n in range(9)],
    news=[listing(f"new{n}") for n in range(9)],
)


def test_who_waits_comes_before_the_zone_and_what_ends_and_none_fills_the_mail_alone() -> None:
    kinds = [thing.kind for thing in choose(EVERYTHING).listed]
    assert kinds == ["turn"] * 3 + ["confirm"] * 2 + ["bulletin"] + ["match"] * 2
    kinds = [thing.kind for thing in choose(msgspec.structs.replace(EVERYTHING, turns=(), settling=())).listed]
    assert kinds == ["bulletin"] * 2 + ["closing"] * 2 + ["renewal"] * 2 + ["match"] * 2


def test_the_closest_matches_come_first_and_leave_two_places_for_what_is_new() -> None:
    found = choose(Candidates(pairs=EVERYTHING.pairs, hits=EVERYTHING.hits, news=EVERYTHING.news))
    assert [each.points for each in found.matches] == [78, 77, 76, 75, 74, 73]
    assert [thing.kind for thing in found.listed][6:] == ["hit", "hit"]
    alone = choose(Candidates(pairs=EVERYTHING.pairs))
    assert len(alone.matches) == 8


def test_what_several_kinds_have_to_say_is_said_once_in_the_first_of_them() -> None:
    twice = Candidates(
        pairs=[pair("x", 80), pair("x", 90, mine="other")],
        hits=[Hit(row(SavedSearch, name="s"), listing("x")), Hit(row(SavedSearch, name="s"), listing("y"))],
        news=[listing("x"), listing("y"), listing("z")],
    )
    found = choose(twice)
    assert found.things == ("listing-other~listing-x", "listing-y", "listing-z")
    assert found.also == ("listing-mine~listing-x",)
    assert set(found.items) == {*found.things, *found.also}
    assert spoken_of(found.items) == {"listing-mine", "listing-other", "listing-x", "listing-y", "listing-z"}


def test_what_was_left_out_makes_room_and_a_listing_takes_its_matches_along() -> None:
    kept = without(Candidates(pairs=[pair("x", 80), pair("y", 70)], news=[listing("x")]), frozenset({"listing-x"}))
    assert choose(kept).things == ("listing-mine~listing-y",)


def test_a_look_at_somebodys_mail_shows_the_looking_zone_only_and_no_name_of_a_search() -> None:
    searched = Hit(row(SavedSearch, name="Fûts pour le nouveau client"), listing("x"))
    elsewhere = msgspec.structs.replace(listing("y"), zone_id="zone-other")
    found = choose(Candidates(hits=[searched], news=[elsewhere])).within("zone-z")
    assert (found.things, found.hits[0].search.name) == (("listing-x",), "…")


def test_a_note_after_silent_weeks_is_an_item_of_its_week() -> None:
    assert Found(hints=(Hint(3, category="EMB.FILM"),), quiet_in="2026-W48").items == ("quiet@2026-W48",)
    assert Found().items == ()


def test_plain_text_becomes_paragraphs_with_links_and_nothing_else() -> None:
    said = "Voir https://example.org/a?b=1, puis (http://example.org).\n\n<script>javascript:x</script>"
    assert [[(piece.text, piece.href) for piece in line] for line in paragraphs(said)] == [
        [
            ("Voir ", ""),
            ("https://example.org/a?b=1", "https://example.org/a?b=1"),
            (", puis (", ""),
            ("http://example.org", "http://example.org"),
            (").", ""),
        ],
        [("<script>javascript:x</script>", "")],
    ]
    assert beginning("Un.\nDeux.", 6) == ("Un.", True)
    assert beginning("Un mot trop long", 9) == ("Un mot…", True)
    assert beginning("Court.", 9) == ("Court.", False)
