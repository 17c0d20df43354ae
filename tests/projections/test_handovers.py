"""A zone that is handed over passes whole: who takes it has everything, who leaves sees nothing of it any more."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from domain.listings import DraftListing
from domain.members import EraseMember, InviteMember
from domain.refused import NotFound, Refused
from domain.zones import AcceptHandover, DeclineHandover, WithdrawHandover
from marketplace.application import HandOverTo
from marketplace.clock import Clock
from marketplace.database import Role
from marketplace.handing_over import HandingOver
from projections import listings, people
from projections.listings.searching import Search
from tests.replay import Town
from tests.samples import NOW, asked

JOURDIES = "zone-jourdies"
LEAVER, TAKER = "member-administrator-jourdies", "member-taker"
DAY = date(2026, 3, 10)


def proposing(**changes: Any) -> HandOverTo:
    said: dict[str, Any] = {
        "zone_id": JOURDIES, "handover_id": "handover-1", "taker_id": TAKER, "name": "Zoé",
        "mail": "taker@example.org", "organisation": "Faucigny", "contact_mail": "", "effective_on": DAY,
        "words": "The contract ends.", "staying": ("member-moderator-jourdies",), **changes,
    }  # fmt: skip
    return HandOverTo(**asked(LEAVER), **said)


@pytest.fixture
def here(town: Town) -> Town:
    """A zone with a company, something confidential, and a draft its facilitator keeps."""
    town.zone("jourdies")
    town.zone("la-roche")
    town.company("sawmill", JOURDIES)
    town.post("sawmill", "secret", visibility="facilitator")
    town.post("sawmill", "pallets", visibility="zone")
    town.marketplace.draft_listing(
        DraftListing(
            **asked("member-facilitator-jourdies", for_company="company-sawmill"),
            listing_id="listing-shelves",
            company_id="company-sawmill",
            answers={"title": "Douze rayonnages"},
        )
    )
    return town


def seen(town: Town, name: str) -> tuple[int, int, int]:
    """How many listings, drafts and companies of the zone somebody sees."""
    return (
        len(town.see(name, listings.search(Search(zone_id=JOURDIES)))),
        len(town.see(name, listings.draft("listing-shelves"))),
        len(town.see(name, people.companies(JOURDIES))),
    )


def take_effect(town: Town, days: int) -> int:
    """Let the clock look, so many days later."""
    town.follow()
    return tick(town, days)


def tick(town: Town, days: int) -> int:
    """Let it look without anything being read meanwhile."""
    clock = Clock(town.database.url, Role.OWNER)
    clock.set(NOW + timedelta(days=days))
    with town.database.pool(Role.FOLLOWER, max_size=1) as systems:
        return HandingOver(town.marketplace, town.log, clock, systems).tick()


def test_before_the_day_who_was_invited_sees_the_act_alone(here: Town) -> None:
    here.marketplace.propose_handover(proposing())
    assert seen(here, "taker") == (0, 0, 0)
    (act,) = here.see("taker", people.handover("handover-1"))
    assert (act.state, act.words, act.staying_ids) == ("proposed", "The contract ends.", ("member-moderator-jourdies",))
    assert here.see("sawmill", people.handovers(JOURDIES)) == []
    assert here.see("administrator-la-roche", people.handover("handover-1")) == []
    here.marketplace.accept_handover(AcceptHandover(**asked(TAKER), zone_id=JOURDIES, handover_id="handover-1"))
    assert here.see("sawmill", people.handovers(JOURDIES)) == []
    (told,) = here.see("sawmill", people.changing_hands(JOURDIES))
    assert (told.organisation, told.effective_on, told.done) == ("Faucigny", DAY, False)
    assert here.see("administrator-la-roche", people.changing_hands(JOURDIES)) == []
    assert take_effect(here, days=6) == 0
    assert seen(here, "facilitator-jourdies")[1:] == (1, 1)


def test_on_the_day_everything_is_the_takers_and_nothing_the_leavers(here: Town) -> None:
    here.marketplace.propose_handover(proposing())
    here.marketplace.accept_handover(AcceptHandover(**asked(TAKER), zone_id=JOURDIES, handover_id="handover-1"))
    assert take_effect(here, days=7) == 1
    assert seen(here, "taker") == (2, 1, 1)
    for leaver in ("administrator-jourdies", "facilitator-jourdies"):
        assert seen(here, leaver) == (0, 0, 0), leaver
        assert here.viewer(leaver).zones == ()
        assert here.see(leaver, people.handovers(JOURDIES)) == []
    assert seen(here, "moderator-jourdies")[0] == 2
    assert here.viewer("sawmill").zones == (JOURDIES,)
    (act,) = here.see("taker", people.handovers(JOURDIES))
    assert act.moved == {"companies": 1, "captures": 1, "drafts": 1, "decisions": 2}
    assert act.leaver_ids == ("member-administrator-jourdies", "member-facilitator-jourdies")
    assert [told.done for told in here.see("sawmill", people.changing_hands(JOURDIES))] == [True]
    (zone,) = here.know(people.zone("jourdies"))
    assert zone.association == "Faucigny"
    assert take_effect(here, days=8) == 0


def test_what_was_refused_invited_nobody_and_asking_twice_proposes_once(here: Town) -> None:
    with pytest.raises(Refused, match="yourself"):
        here.marketplace.propose_handover(proposing(mail="administrator-jourdies@example.org"))
    with pytest.raises(Refused, match="over"):
        here.marketplace.propose_handover(proposing(effective_on=date(2026, 3, 1)))
    assert here.marketplace.member_at("taker@example.org") is None
    command = proposing()
    first = here.marketplace.propose_handover(command)
    assert here.marketplace.propose_handover(command) == first
    off = WithdrawHandover(**asked(LEAVER), zone_id=JOURDIES, handover_id="handover-1")
    here.marketplace.withdraw_handover(off)
    with pytest.raises(NotFound):
        here.marketplace.accept_handover(AcceptHandover(**asked(TAKER), zone_id=JOURDIES, handover_id="handover-1"))
    assert seen(here, "taker") == (0, 0, 0)


def test_a_read_model_that_stopped_keeps_the_zone_from_changing_hands_until_it_goes_on(here: Town) -> None:
    here.marketplace.propose_handover(proposing())
    here.marketplace.accept_handover(AcceptHandover(**asked(TAKER), zone_id=JOURDIES, handover_id="handover-1"))
    here.follow()
    with here.database.connect(Role.FOLLOWER) as connection:
        connection.execute("UPDATE log.read_model SET state = 'stalled', since = log.clock() WHERE name = 'moderation'")
        connection.commit()
        assert tick(here, days=7) == 0
        connection.execute("UPDATE log.read_model SET state = 'live', since = NULL WHERE name = 'moderation'")
        connection.commit()
    assert take_effect(here, days=7) == 1


def test_whoever_was_invited_before_stays_at_home_when_they_decline(here: Town) -> None:
    here.marketplace.invite_member(
        InviteMember(
            **asked(LEAVER), member_id="member-taker", home_zone=JOURDIES, name="Zoé", mail="taker@example.org"
        )
    )
    assert seen(here, "taker")[2] == 1
    here.marketplace.propose_handover(proposing())
    assert seen(here, "taker")[2] == 1
    here.marketplace.decline_handover(DeclineHandover(**asked(TAKER), zone_id=JOURDIES, handover_id="handover-1"))
    assert seen(here, "taker")[2] == 1


def test_an_invitation_to_take_over_lets_nobody_in_even_when_no_proposal_follows_it(here: Town) -> None:
    invitation: dict[str, Any] = {"home_zone": JOURDIES, "name": "Zoé", "outside": True}
    here.marketplace.invite_member(
        InviteMember(**asked(LEAVER), **invitation, member_id=TAKER, mail="taker@example.org")
    )
    assert seen(here, "taker") == (0, 0, 0)
    assert here.viewer("taker").zones == ()


def test_what_a_taker_accepted_and_left_is_taken_back_and_who_was_told_can_be_told(here: Town) -> None:
    here.marketplace.propose_handover(proposing())
    here.marketplace.accept_handover(AcceptHandover(**asked(TAKER), zone_id=JOURDIES, handover_id="handover-1"))
    off = WithdrawHandover(**asked(LEAVER), zone_id=JOURDIES, handover_id="handover-1")
    with pytest.raises(Refused, match="accepted"):
        here.marketplace.withdraw_handover(off)
    here.marketplace.erase_member(EraseMember(**asked(TAKER), member_id=TAKER))
    (act,) = here.see("administrator-jourdies", people.handovers(JOURDIES))
    assert (act.state, act.name) == ("accepted", "")
    here.marketplace.withdraw_handover(off)
    assert [one.state for one in here.know(people.called_off_handovers(NOW - timedelta(days=1)))] == ["withdrawn"]
    assert here.see("sawmill", people.changing_hands(JOURDIES)) == []
    here.marketplace.propose_handover(
        proposing(handover_id="handover-2", taker_id="member-other", mail="b@example.org")
    )


def test_a_proposal_without_an_answer_ends_by_itself_after_its_day(here: Town) -> None:
    here.marketplace.propose_handover(proposing())
    assert take_effect(here, days=7) == 0
    assert take_effect(here, days=8) == 1
    here.follow()
    (act,) = here.see("administrator-jourdies", people.handovers(JOURDIES))
    assert (act.state, act.answered_at) == ("withdrawn", None)
    assert here.see("taker", people.handover("handover-1")) == []
    assert here.know(people.called_off_handovers(NOW - timedelta(days=1))) == []
