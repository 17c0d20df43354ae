"""The words and weights that are published change the matches in the same turn, whatever the order of the listings."""

from __future__ import annotations

import random
from typing import Any

from domain.events import Private, Recorded
from domain.listings import ListingPosted, ListingWithdrawn
from domain.programme import LexiconPublished, MatchWeightsSet, PublishTerm, SetMatchWeights, Term, WithdrawTerm
from projections import matches
from projections.matches import vocabulary
from tests.projections.test_matches import folded, pairs, postings
from tests.replay import Town
from tests.samples import asked, later, pieces

JOURDIES = "zone-jourdies"
FACILITATOR = "member-facilitator-jourdies"


def publish(town: Town, words: str, concept: str, term: str = "term-1") -> None:
    about: dict[str, Any] = {"zone_id": JOURDIES, "term_id": term, "words": words, "concept": concept, "language": "fr"}
    town.marketplace.publish_term(PublishTerm(**about, **asked(FACILITATOR, later(days=1))))


def pair_of_strangers(town: Town) -> None:
    """An offer and a request that say the same thing in words the lexicon does not connect."""
    town.zone("jourdies")
    town.company("sawmill", JOURDIES)
    town.company("bakery", JOURDIES)
    plain: dict[str, Any] = {"attributes": {}, "description": "", "quantity": pieces("20")}
    town.post("sawmill", "dollies", category="PAL.OTHER", title="Rolls grillagés", **plain)
    town.post("bakery", "wanted", "request", category="PAL.OTHER", title="Cherche des tamboles", **plain)


def test_a_published_term_makes_a_match_and_its_withdrawal_ends_it(town: Town) -> None:
    pair_of_strangers(town)
    assert pairs(town) == []
    publish(town, "rolls grillagés", "caisse_palette")
    publish(town, "tambole", "caisse_palette", "term-2")
    (match,) = town.see("bakery", matches.of_listing("listing-wanted"))
    assert match.other_id == "listing-dollies"
    withdrawing = WithdrawTerm(zone_id=JOURDIES, term_id="term-2", **asked(FACILITATOR, later(days=2)))
    town.marketplace.withdraw_term(withdrawing)
    assert pairs(town) == []
    history = town.see("facilitator-jourdies", vocabulary.terms())
    assert {(row.words, row.withdrawn_at is not None) for row in history} == {
        ("rolls grillagés", False),
        ("tambole", True),
    }


def test_what_a_zone_says_that_nobody_knows_is_told_to_its_facilitator_only(town: Town) -> None:
    pair_of_strangers(town)
    words = [row.word for row in town.see("facilitator-jourdies", vocabulary.unknown_words(JOURDIES))]
    assert {"tamboles", "grillages"} <= set(words)
    assert not {"cherche", "des"} & set(words)
    town.zone("la-roche")
    for name in ("bakery", "moderator-jourdies", "facilitator-la-roche", ""):
        assert town.see(name, vocabulary.unknown_words(JOURDIES)) == [], name
        assert town.see(name, vocabulary.shown_in(JOURDIES)) == [], name
    publish(town, "tambole", "caisse_palette")
    words = [row.word for row in town.see("facilitator-jourdies", vocabulary.unknown_words(JOURDIES))]
    assert "tamboles" not in words


def test_a_zone_weighs_its_own_matches(town: Town) -> None:
    town.zone("jourdies")
    town.company("sawmill", JOURDIES)
    town.company("bakery", JOURDIES)
    town.post("sawmill", "pallets")
    town.post("bakery", "wanted", "request", title="Recherche palettes Europe", description="", quantity=pieces("200"))
    (before,) = town.see("bakery", matches.of_listing("listing-wanted"))
    weights: dict[str, Any] = {"category": 45, "text": 25, "distance": 10, "quantity": 20}
    town.marketplace.set_match_weights(
        SetMatchWeights(zone_id=JOURDIES, **weights, **asked(FACILITATOR, later(days=1)))
    )
    (after,) = town.see("bakery", matches.of_listing("listing-wanted"))
    assert after.points < before.points
    # What comes later is weighed alike; a pair between two zones as everywhere.
    town.post("sawmill", "others", now=later(days=2))
    assert [row.points for row in town.see("bakery", matches.of_listing("listing-wanted"))] == [after.points] * 2
    town.zone("la-roche")
    town.company("quarry", "zone-la-roche")
    town.amend("sawmill", "pallets", visibility="public", now=later(days=3))
    town.post(
        "quarry", "across", "request", title="Recherche palettes Europe", description="", quantity=pieces("200"),
        visibility="public", now=later(days=3),
    )  # fmt: skip
    (across,) = town.see("quarry", matches.of_listing("listing-across"))
    assert across.points == before.points


def test_the_same_words_give_the_same_matches_whenever_they_are_published(town: Town) -> None:
    term = Term("term-1", Private(JOURDIES, "XZ500"), "carton", "fr")
    other = Term("term-2", Private(JOURDIES, "recycler perdues"), "palette", "fr")
    said = [
        LexiconPublished(version=2, zone_id=JOURDIES, added=(term, other)),
        LexiconPublished(version=3, zone_id=JOURDIES, withdrawn=("term-2",)),
        MatchWeightsSet(zone_id=JOURDIES, category=40, text=40, distance=10, quantity=10),
    ]
    words = [Recorded(0, "programme", number, event, later(), "member:x") for number, event in enumerate(said)]
    closed = Recorded(0, "listing-07", 2, ListingWithdrawn(listing_id="listing-07", reason=None), later(), "member:x")
    listings = [*postings(), closed]
    expected = folded(town.follower, [*words, *listings], 1_000)
    assert expected["match_pair"] != folded(town.follower, listings, 1_000)["match_pair"]
    for seed in range(3):
        shuffled, told = list(listings), list(words)
        random.Random(seed).shuffle(shuffled)  # noqa: S311 - seeded
        shuffled.sort(key=lambda recorded: (recorded is closed, not isinstance(recorded.event, ListingPosted)))
        for place in sorted(random.Random(seed).sample(range(len(shuffled)), len(told))):  # noqa: S311 - seeded
            shuffled.insert(place, told.pop(0))
        assert folded(town.follower, shuffled, 1 + 9 * seed) == expected, seed
