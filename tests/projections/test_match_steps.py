"""What has many listings judged anew takes several transactions, and ends as if it had been done at once."""

from __future__ import annotations

import pytest

from domain.events import Recorded
from domain.programme import LexiconPublished, MatchWeightsSet, SetMatchWeights
from marketplace.rebuilding import rebuild
from projections import matches
from projections.matches import MATCHES, rejudging
from tests.projections.test_match_words import FACILITATOR, JOURDIES
from tests.projections.test_matches import folded, postings
from tests.replay import Town
from tests.samples import asked, later, pieces

WEIGHED = MatchWeightsSet(zone_id=JOURDIES, category=40, text=40, distance=10, quantity=10)
COUNTED = LexiconPublished(version=3, zone_id=JOURDIES, frequencies=2)


def test_steps_end_as_if_everything_had_been_done_at_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    said = [
        Recorded(0, "programme", place, event, later(), "member:x") for place, event in enumerate([WEIGHED, COUNTED])
    ]
    events = [*postings(), *said]
    expected = folded(town.follower, events, 1_000)
    assert expected["match_pair"] != folded(town.follower, postings(), 1_000)["match_pair"]
    assert expected["match_underway"] == []
    for step, at_once in ((1, 1_000), (7, 1), (30, 1_000)):
        monkeypatch.setattr(rejudging, "STEP", step)
        assert folded(town.follower, events, at_once) == expected, step


def test_the_follower_and_a_rebuild_go_on_where_a_step_ended(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rejudging, "STEP", 1)
    town.zone("jourdies")
    town.company("sawmill", JOURDIES)
    town.company("bakery", JOURDIES)
    town.post("sawmill", "pallets")
    town.post("sawmill", "others")
    town.post("bakery", "wanted", "request", title="Recherche palettes Europe", description="", quantity=pieces("200"))
    before = town.see("bakery", matches.of_listing("listing-wanted"))
    town.marketplace.set_match_weights(
        SetMatchWeights(zone_id=JOURDIES, category=45, text=25, distance=10, quantity=20, **asked(FACILITATOR, later()))
    )
    after = town.see("bakery", matches.of_listing("listing-wanted"))
    assert len(after) == len(before) == 2
    assert all(new.points < old.points for new, old in zip(after, before, strict=True))
    rebuild(town.beside, town.log, [MATCHES])
    assert town.see("bakery", matches.of_listing("listing-wanted")) == after
