"""What people say of a match acts at once: set aside it is gone for both, judged it is kept for who facilitates."""

from __future__ import annotations

import random
from typing import Any

from domain.events import Recorded
from domain.listings import ListingApproved, ListingPosted
from domain.matches import (
    DismissMatch,
    IntroduceMatch,
    JudgeMatch,
    MatchDismissed,
    MatchJudged,
    MatchRestored,
    RestoreMatch,
)
from projections import matches
from projections.matches.judging import Band, Judging, band_counts, in_band
from tests.projections.test_matches import JOURDIES, folded, paired, pairs, postings
from tests.replay import Town
from tests.samples import NOW, asked, later, pieces

PAIR = ("listing-pallets", "listing-wanted")
MEMBER = {"listing-pallets": "member-sawmill", "listing-wanted": "member-bakery"}


def dismiss(town: Town, mine: str = "listing-wanted", reason: Any = "too_far", **when: float) -> None:
    (other,) = {*PAIR} - {mine}
    asking = asked(MEMBER[mine], later(**when))
    town.marketplace.dismiss_match(DismissMatch(listing_id=mine, other_listing_id=other, reason=reason, **asking))


def restore(town: Town, mine: str = "listing-wanted", **when: float) -> None:
    (other,) = {*PAIR} - {mine}
    asking = asked(MEMBER[mine], later(**when))
    town.marketplace.restore_match(RestoreMatch(listing_id=mine, other_listing_id=other, **asking))


def band(town: Town, which: Band, name: str = "facilitator-jourdies") -> list[Judging]:
    return town.see(name, in_band(JOURDIES, which))


def test_a_match_that_one_side_sets_aside_is_gone_for_both_for_good(town: Town) -> None:
    paired(town)
    dismiss(town)
    assert pairs(town) == pairs(town, "sawmill", "pallets") == []
    assert pairs(town, "facilitator-jourdies") == []
    assert town.see("bakery", matches.counts([*PAIR])) == []
    (tally,) = town.see("", matches.tallies([JOURDIES]))
    assert tally.pairs == 0
    town.amend("sawmill", "pallets", quantity=pieces("40"), now=later(days=1))
    town.withdraw("bakery", "wanted", now=later(days=2))
    assert pairs(town) == []


def test_nobody_but_the_facilitator_learns_who_set_a_match_aside_and_why(town: Town) -> None:
    paired(town)
    dismiss(town, reason="not_them")
    (row,) = band(town, "dismissed")
    assert (row.dismissed, row.company_id) == ("not_them", "company-bakery")
    assert row.points is not None
    assert band(town, "mail") == []
    asking = matches.dismissal(*PAIR, ["company-sawmill", "company-bakery"])
    assert len(town.see("bakery", asking)) == 1
    for name in ("sawmill", "moderator-jourdies", ""):
        assert (town.see(name, asking), band(town, "dismissed", name)) == ([], []), name


def test_a_match_comes_back_when_whoever_set_it_aside_changes_their_mind(town: Town) -> None:
    paired(town)
    dismiss(town)
    dismiss(town, "listing-pallets", "quantity", days=1)
    restore(town, days=2)
    assert pairs(town) == []
    restore(town, "listing-pallets", days=3)
    assert pairs(town) == ["listing-pallets"]


def test_a_verdict_is_the_facilitators_own_and_a_poor_one_keeps_the_match_out_of_mail(town: Town) -> None:
    paired(town)
    about: dict[str, Any] = {"listing_id": PAIR[0], "other_listing_id": PAIR[1], "zone_id": JOURDIES}
    said = asked("member-facilitator-jourdies", later(days=1))
    town.marketplace.judge_match(JudgeMatch(verdict="poor", reason="tried", **about, **said))
    town.marketplace.introduce_match(
        IntroduceMatch(points=80, **about, **asked("member-facilitator-jourdies", later(days=2)))
    )
    (row,) = band(town, "met")
    assert (row.verdict, row.reason, row.introduced_at) == ("poor", "tried", later(days=2))
    assert band(town, "mail") == [], "those who met are judged no more"
    (found,) = town.see("bakery", matches.of_listing("listing-wanted"))
    assert (found.poor, found.introduced) == (True, True)
    assert [(row.verdict, row.reason) for row in band(town, "mail", "moderator-jourdies")] == [(None, "")]


def test_the_bands_of_a_zone_are_counted_and_read_page_by_page(town: Town) -> None:
    paired(town)
    for number in range(3):
        town.post("sawmill", f"more-{number}", quantity=pieces(str(10 + number)))
    town.post("sawmill", "broken", attributes={"condition": "BROKEN", "ownership": "owned"})
    town.post(
        "bakery", "good-only", "request", quantity=pieces("60"), attributes={"condition": "A", "ownership": "owned"}
    )
    (counted,) = town.see("facilitator-jourdies", band_counts(JOURDIES))
    assert (counted.mail + counted.study, counted.dismissed) == (len(band(town, "mail")) + len(band(town, "study")), 0)
    (near, *_) = band(town, "nearly")
    assert near.code == "condition"
    read: list[Judging] = []
    while page := town.see("facilitator-jourdies", in_band(JOURDIES, "mail", read[-1].cursor if read else "", 1))[:1]:
        read += page
    assert [(row.a_id, row.b_id) for row in read] == [(row.a_id, row.b_id) for row in band(town, "mail")]
    met = (read[0].b_id, read[0].a_id)
    left = town.see("facilitator-jourdies", in_band(JOURDIES, "mail", in_touch=[met]))
    assert left == read[1:], "a page holds as many as there are to judge"
    (again,) = town.see("facilitator-jourdies", band_counts(JOURDIES, [met]))
    assert (again.mail, again.met) == (counted.mail - 1, 1)


def test_what_waits_for_approval_shows_its_matches_to_its_author_alone(town: Town) -> None:
    town.zone("jourdies", moderation="before")
    for name in ("sawmill", "bakery"):
        town.company(name, JOURDIES)
    town.post("sawmill", "pallets")
    town.post("bakery", "wanted", "request", quantity=pieces("60"))
    for name in ("sawmill", "bakery", "facilitator-jourdies", "moderator-jourdies", ""):
        assert pairs(town, name) == pairs(town, name, "pallets") == [], name
    town.approve("pallets", "jourdies")
    (found,) = town.see("bakery", matches.of_listing("listing-wanted"))
    assert found.awaiting
    for name in ("sawmill", "facilitator-jourdies", "moderator-jourdies", ""):
        assert pairs(town, name) == pairs(town, name, "pallets") == [], name
    assert [row.pairs for row in town.see("", matches.tallies([JOURDIES])) if row.pairs] == []
    town.approve("wanted", "jourdies", now=later(days=1))
    assert pairs(town, "sawmill", "pallets") == ["listing-wanted"]
    (found,) = town.see("bakery", matches.of_listing("listing-wanted"))
    assert not found.awaiting


def opinions(events: list[Recorded]) -> list[Recorded]:
    """Some of the pairs that these postings may make, set aside, taken back and judged."""
    random.seed(7)
    posted = [recorded.event for recorded in events if isinstance(recorded.event, ListingPosted)]
    offers = [event for event in posted if event.side == "offer"]
    requests = [event for event in posted if event.side == "request"]
    said: list[Recorded] = []
    for one in offers:
        for other in random.sample(requests, 6):
            about: dict[str, Any] = {"match_id": "m", "listing_id": one.listing_id,
                                     "other_listing_id": other.listing_id, "at": NOW}  # fmt: skip
            every: list[Any] = [
                MatchDismissed(company_id=one.company_id, reason="quantity", **about),
                MatchJudged(zone_id=JOURDIES, verdict="poor", reason="tried", **about),
            ]
            if random.random() < 0.5:  # noqa: S311 - seeded
                every.append(MatchDismissed(company_id=other.company_id, reason="too_far", **about))
                every.append(MatchRestored(company_id=other.company_id, **about))
            said += [Recorded(0, "match-x", 0, event, later(), "member:x", None, one.zones) for event in every]
    return said


def test_dismissals_and_verdicts_give_the_same_matches_in_whatever_order_they_meet_the_approvals(town: Town) -> None:
    events = postings()
    posted = [recorded for recorded in events if isinstance(recorded.event, ListingPosted)]
    approved = [recorded for recorded in events if isinstance(recorded.event, ListingApproved)]
    said = opinions(events)
    expected = folded(town.follower, [*posted, *approved, *said], 1_000)
    assert sum("{}" in row for row in expected["match_pair"]) > 5
    for seed in range(3):
        shuffled = [*approved, *said]
        random.Random(seed).shuffle(shuffled)  # noqa: S311 - seeded
        # What one company says of one pair, it says in the order it said it.
        order = {id(recorded): place for place, recorded in enumerate(said)}
        slots = [place for place, recorded in enumerate(shuffled) if id(recorded) in order]
        for slot, recorded in zip(slots, said, strict=True):
            shuffled[slot] = recorded
        assert folded(town.follower, [*posted, *shuffled], 1 + 7 * seed) == expected, seed
