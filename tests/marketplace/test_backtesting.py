"""The ranking held against what people chose, on a small log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from click.testing import CliRunner

from domain.events import Private, Recorded
from domain.exchanges import InterestShown
from domain.matches import MatchDismissed, match_id
from domain.matching import DEFAULT, Weights
from marketplace.backtesting import Difference, Place, difference, figures, places
from marketplace.cli import commands
from tests.samples import JOURDIES, content, later, listing_posted, pieces

TEXT_FIRST = Weights(30, 50, 10, 10)


def posted(number: int, side: str, category: str, title: str) -> Recorded:
    listing_id = f"listing-{number}"
    said = content(category=category, title=Private("c", title), description=Private("c", ""), attributes={},
                   quantity=pieces("20"))  # fmt: skip
    event = listing_posted(
        listing_id=listing_id, side=side, company_id=f"company-{number}", zones=(JOURDIES,), awaiting=(), content=said
    )
    return Recorded(number, listing_id, 0, event, later(), "member:x", zones=(JOURDIES,))


def about(number: int, listing: int, other: int, kind: type[Any], **said: Any) -> Recorded:
    ids: dict[str, Any] = {"listing_id": f"listing-{listing}", "other_listing_id": f"listing-{other}"}
    event = kind(**ids, company_id=f"company-{other}", at=later(), **said)
    return Recorded(number, "listing-1", number, event, later(), "member:x", zones=(JOURDIES,))


def interest(number: int, listing: int, other: int) -> Recorded:
    said: dict[str, Any] = {
        "exchange_id": f"exchange-{number}", "owner_id": f"company-{listing}", "provider_id": f"company-{listing}",
        "receiver_id": f"company-{other}", "zone_id": JOURDIES, "time_zone": "Europe/Paris", "quantity": pieces("5"),
        "contact": "", "origin": "match", "message": None,
    }  # fmt: skip
    return about(number, listing, other, InterestShown, **said)


def dismissal(number: int, listing: int, other: int) -> Recorded:
    ids = match_id(f"listing-{listing}", f"listing-{other}")
    return about(number, listing, other, MatchDismissed, match_id=ids, reason="wrong_type")


LOG: list[Recorded] = [
    posted(1, "offer", "PAL.STD", "Palettes perdues"),
    posted(2, "request", "PAL.STD", "Palettes"),
    posted(3, "request", "PAL.OTHER", "Palettes perdues"),
    interest(4, 1, 3),
    dismissal(5, 1, 2),
    posted(6, "request", "PAL.STD", "Palettes perdues"),
    interest(7, 1, 6),
]


def replayed(zone_id: str = JOURDIES, *weightings: Weights) -> list[Place]:
    def batches(position: int) -> Sequence[Recorded]:
        return [recorded for recorded in LOG if recorded.id > position][:3]

    return places(batches, zone_id, weightings or (DEFAULT, TEXT_FIRST))


def test_each_choice_is_ranked_among_what_lived_at_that_moment_from_both_ends() -> None:
    found = replayed()
    assert [place.choice for place in found] == ["introduced"] * 2 + ["dismissed"] * 2 + ["introduced"] * 2
    # The words are the same, the category is not: weighing words more puts it first.
    assert [place.ranks for place in found[:3]] == [(2, 1), (1, 1), (1, 2)]
    assert [place.ranks for place in found[4:]] == [(1, 1), (1, 1)]


def test_the_figures_are_means_over_introductions() -> None:
    found = replayed()
    usual, other = figures(found), figures(found, 1)
    assert (usual.introductions, usual.dismissals) == (4, 2)
    assert (usual.mrr, other.mrr) == ((0.5 + 1 + 1 + 1) / 4, 1)
    assert (usual.hit5, usual.dismissed5) == (1, 1)
    gain = difference(found)
    assert gain.gain == pytest.approx(0.125)
    assert 0 <= gain.least <= gain.gain <= gain.most <= 0.5
    assert gain == difference(found)


def test_a_zone_where_nobody_chose_has_noughts() -> None:
    found = replayed("zone-la-roche")
    assert found == []
    assert figures(found).mrr == 0
    assert difference(found) == Difference(0, 0, 0)


@pytest.mark.parametrize("weights", ["50,30,10", "50,30,10,11", "a,b,c,d", "-50,130,10,10"])
def test_weights_that_are_none_are_a_wrong_question(weights: str) -> None:
    result = CliRunner().invoke(commands, ["backtest", "--zone", "les-jourdies", "--weights", weights])
    assert result.exit_code == 2
