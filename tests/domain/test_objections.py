"""Notices and appeals: who may, who answers, and what follows for the listing and its company."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain import companies, listings, notices, suspensions
from domain.appeals import APPEAL_WITHIN, Decider
from domain.companies import CompanyRegistered, CompanyReinstated, CompanySuspended, SuspensionAppealed
from domain.events import Private
from domain.listings import (
    AppealDecided,
    AppealLodged,
    DecideAppeal,
    DecideNotice,
    ListingAmended,
    ListingApproved,
    ListingNotified,
    ListingRejected,
    LodgeAppeal,
    NoticeDecided,
    NotifyListing,
)
from domain.notices import NotifyZone, ZoneNotified
from domain.refused import Conflict, Forbidden, NotFound
from tests.samples import JOURDIES, LEA, MARC, NOW, PALLETS, SAWMILL, asked, content, jourdies, listing_posted, sawmill
from tests.story import Story

ALIX = "member-alix"
NOTICE = "notice-1"
APPEAL = "appeal-1"
WHY = Private(JOURDIES, "Ces palettes sont celles d’un loueur.")
SENTENCE = Private(JOURDIES, "Regardé sur place.")
DECIDED = Decider(f"member:{MARC}", NOW)
Decision = Callable[[Any], Any]


def online(*more: Any) -> Story[Any]:
    shown = ListingApproved(listing_id=PALLETS, zone_id=JOURDIES, of_version=0)
    return Story(listings.evolve, listing_posted(), shown, *more)


def notified(number: int = 1, **changes: Any) -> ListingNotified:
    said = {"reason": "not_theirs", "why": WHY, "of_version": 0, "language": "fr"}
    return ListingNotified(listing_id=PALLETS, zone_id=JOURDIES, notice_id=f"notice-{number}", **{**said, **changes})


def rejected(**more: Any) -> ListingRejected:
    about = {"listing_id": PALLETS, "zone_id": JOURDIES, "of_version": 0, "ground": "unclear"}
    return ListingRejected(**{**about, "sentence": SENTENCE, **more})


def lodged(against: int = 2) -> AppealLodged:
    why = Private(SAWMILL, "Elles sont à nous.")
    return AppealLodged(listing_id=PALLETS, zone_id=JOURDIES, appeal_id=APPEAL, against=against, why=why)


def notifying(**changes: Any) -> Decision:
    said = {"reason": "not_theirs", "why": str(WHY), "good_faith": True, **changes}
    command = NotifyListing(**asked(f"guest:{NOTICE}"), listing_id=PALLETS, zone_id=JOURDIES, notice_id=NOTICE, **said)
    return lambda listing: listings.notify_listing(command, listing)


def answering(outcome: Any, by: str = MARC, *, company: Any = None, **changes: Any) -> Decision:
    said = {"notice_id": NOTICE, "sentence": str(SENTENCE), "ground": None, **changes}
    command = DecideNotice(**asked(by), listing_id=PALLETS, zone_id=JOURDIES, outcome=outcome, **said)
    return lambda listing: listings.decide_notice(command, listing, company or sawmill(), jourdies())


def appealing(by: str = LEA, *, decider: Any = DECIDED, now: Any = NOW, **changes: Any) -> Decision:
    said = {"against": 2, "why": "Elles sont à nous.", **changes}
    command = LodgeAppeal(**asked(by, now), listing_id=PALLETS, zone_id=JOURDIES, appeal_id=APPEAL, **said)
    return lambda listing: listings.lodge_appeal(command, listing, sawmill(), decider)


def deciding(outcome: Any, by: str, *, zone: Any = None, company: Any = None) -> Decision:
    command = DecideAppeal(
        **asked(by), listing_id=PALLETS, zone_id=JOURDIES, appeal_id=APPEAL, outcome=outcome, sentence=str(SENTENCE)
    )
    return lambda listing: listings.decide_appeal(command, listing, company or sawmill(), zone or jourdies(), DECIDED)


def only(*members: str) -> Any:
    """The zone with these moderators and nobody else."""
    return replace(jourdies(), roles=dict.fromkeys(members, frozenset({"moderator"})))


# --- notices ----------------------------------------------------------------------------------------------------


def test_anyone_says_what_is_wrong_and_their_name_is_sealed_under_the_notice() -> None:
    event = online().when(notifying(name="Zoé", mail="zoe@ailleurs.example", where="la photo")).one(ListingNotified)
    assert event == notified(
        name=Private(NOTICE, "Zoé"),
        mail=Private(NOTICE, "zoe@ailleurs.example"),
        where=Private(JOURDIES, "la photo"),
    )


def test_a_notice_takes_a_reason_an_explanation_and_good_faith() -> None:
    online().when(notifying(reason="nothing")).then_refused(field="reason")
    online().when(notifying(why=" ")).then_refused(field="why")
    online().when(notifying(good_faith=False)).then_refused(field="good_faith")


@pytest.mark.parametrize(
    "mail", ["nowhere", "zoe@zoe.example\r\nRCPT TO:<lea@example.org>", "a@zoe.example, b@zoe.example"]
)
def test_a_notice_is_answered_at_one_address_and_at_nothing_else(mail: str) -> None:
    online().when(notifying(mail=mail)).then_refused(field="mail")


def test_a_notice_of_a_listing_of_another_zone_finds_nothing() -> None:
    Story(listings.evolve, listing_posted(zones=("zone-la-roche",))).when(notifying()).then_refused(kind=NotFound)
    Story(listings.evolve).when(notifying()).then_refused(kind=NotFound)


def test_notices_of_one_listing_end_somewhere() -> None:
    online(*(notified(number) for number in range(2, 52))).when(notifying()).then_refused("many notices")


def test_what_is_kept_answers_one_notice_and_leaves_the_others() -> None:
    kept = NoticeDecided(listing_id=PALLETS, zone_id=JOURDIES, notice_id=NOTICE, outcome="kept", sentence=SENTENCE)
    story = online(notified(1), notified(2)).when(answering("kept")).then(kept)
    assert story.now is not None
    assert story.now.objections.waiting(JOURDIES) == ("notice-2",)
    story.when(answering("kept")).then()


def test_what_is_hidden_names_the_notice_and_answers_all_that_wait() -> None:
    story = online(notified(1), notified(2)).when(answering("hidden", ground="pool_pallet"))
    hidden, *answered = story.events
    assert hidden == rejected(ground="pool_pallet", notice_id=NOTICE)
    assert [event.notice_id for event in answered if isinstance(event, NoticeDecided)] == ["notice-1", "notice-2"]
    story.state(zones={JOURDIES: "rejected"})


def test_an_answer_takes_a_sentence_and_hiding_a_ground() -> None:
    online(notified()).when(answering("kept", sentence="")).then_refused(field="sentence")
    online(notified()).when(answering("hidden")).then_refused(field="ground")


def test_only_moderators_answer_and_not_about_their_own_company_where_there_is_another() -> None:
    online(notified()).when(answering("kept", LEA)).then_refused(kind=Forbidden)
    own = replace(sawmill(), representatives=frozenset({LEA, MARC}))
    online(notified()).when(answering("kept", company=own)).then_refused("another moderator", kind=Forbidden)


def test_whoever_answers_a_notice_has_read_the_words_as_they_stand() -> None:
    amended = ListingAmended(listing_id=PALLETS, content=content(), awaiting=())
    command = DecideNotice(
        **asked(MARC), seen_version=0, listing_id=PALLETS, zone_id=JOURDIES, notice_id=NOTICE, outcome="kept",
        sentence="Vu.",
    )  # fmt: skip
    online(notified(), amended).when(
        lambda listing: listings.decide_notice(command, listing, sawmill(), jourdies())
    ).then_refused(kind=Conflict)


def test_a_notice_of_a_zone_says_where() -> None:
    said: dict[str, Any] = {"reason": "rules", "why": "Démarchage.", "good_faith": True}
    command = NotifyZone(**asked("guest:notice-9"), notice_id="notice-9", zone_id=JOURDIES, where="la page 3", **said)
    story = Story(notices.evolve).when(lambda notice: notices.notify_zone(command, notice))
    assert str(story.one(ZoneNotified).where) == "la page 3"
    nowhere = replace(command, where=" ")
    Story(notices.evolve).when(lambda notice: notices.notify_zone(nowhere, notice)).then_refused(field="where")


# --- appeals ----------------------------------------------------------------------------------------------------


def test_a_company_appeals_once_against_what_is_in_force() -> None:
    story = online(rejected()).when(appealing()).then(lodged())
    story.when(appealing()).then()
    closed = AppealDecided(
        listing_id=PALLETS, zone_id=JOURDIES, appeal_id=APPEAL, outcome="refused", sentence=SENTENCE, by_another=True
    )
    online(rejected(), lodged(), closed).when(appealing()).then_refused("again already")
    online().when(appealing()).then_refused("no longer in force")
    online(rejected()).when(appealing(against=7)).then_refused("no longer in force")
    online(rejected()).when(appealing(MARC)).then_refused(kind=NotFound)


def test_an_appeal_comes_within_six_months() -> None:
    online(rejected()).when(appealing(now=NOW + APPEAL_WITHIN)).then_refused("six months")
    online(rejected()).when(appealing(now=NOW + APPEAL_WITHIN - timedelta(seconds=1))).then(lodged())


def test_another_person_looks_at_it_again_where_there_is_one() -> None:
    story = online(rejected(), lodged())
    story.when(deciding("granted", MARC)).then_refused("another moderator", kind=Forbidden)
    granted = online(rejected(), lodged()).when(deciding("granted", ALIX))
    answer, shown = granted.events
    assert isinstance(answer, AppealDecided)
    assert answer.by_another
    assert shown == ListingApproved(listing_id=PALLETS, zone_id=JOURDIES, of_version=0, appeal_id=APPEAL)
    granted.state(zones={JOURDIES: "approved"})


def test_who_is_alone_may_look_at_their_own_decision_again_and_the_record_says_so() -> None:
    story = online(rejected(), lodged()).when(deciding("refused", MARC, zone=only(MARC)))
    assert not story.one(AppealDecided).by_another
    story.state(zones={JOURDIES: "rejected"})


def test_someone_of_the_company_is_nobody_else_to_look_at_it() -> None:
    own = replace(sawmill(), representatives=frozenset({LEA, ALIX}))
    online(rejected(), lodged()).when(deciding("granted", ALIX, company=own)).then_refused(kind=Forbidden)
    story = online(rejected(), lodged()).when(deciding("refused", MARC, company=own))
    assert not story.one(AppealDecided).by_another


def test_new_words_end_an_appeal_against_what_was_said_of_the_old_ones() -> None:
    amended = ListingAmended(listing_id=PALLETS, content=content(), awaiting=(JOURDIES,))
    online(rejected(), lodged(), amended).when(deciding("granted", ALIX)).then()


@pytest.mark.parametrize("outcome", ["granted", "refused"])
def test_a_suspended_company_appeals_and_comes_back_if_it_was_right(outcome: Any) -> None:
    reason = Private(JOURDIES, "Démarchage répété.")
    name = Private(SAWMILL, "Scierie")
    about: dict[str, Any] = {"company_id": SAWMILL, "zone_id": JOURDIES}
    past = (
        CompanyRegistered(company_id=SAWMILL, siret="12345678900007", name=name, trade=name),
        companies.RepresentativeAdded(company_id=SAWMILL, member_id=LEA),
        companies.CompanyAdmitted(**about),
        CompanySuspended(**about, reason=reason),
    )
    appeal = suspensions.AppealSuspension(**asked(LEA), **about, appeal_id=APPEAL, why="C’était une erreur.")
    story: Story[Any] = Story(companies.evolve, *past)
    story.when(lambda company: suspensions.appeal_suspension(appeal, company, DECIDED))
    story.one(SuspensionAppealed)
    answer = suspensions.DecideSuspensionAppeal(
        **asked(ALIX), **about, appeal_id=APPEAL, outcome=outcome, sentence="Revu à deux."
    )
    story.when(lambda company: suspensions.decide_suspension_appeal(answer, company, jourdies(), DECIDED))
    back = CompanyReinstated(**about)
    assert (back in story.events) == (outcome == "granted")
    assert story.now is not None
    assert story.now.standings[JOURDIES] == ("admitted" if outcome == "granted" else "suspended")
