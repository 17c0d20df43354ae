"""Notices and appeals: who may, who answers, and what follows for the listing and its company."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain import companies, listings, notices, suspensions
from domain.appeals import APPEAL_WITHIN, Answered, Decider
from domain.companies import CompanyRegistered, CompanyReinstated, CompanySuspended, SuspensionAppealed
from domain.events import Private
from domain.listings import (
    AmendmentRequested,
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
    TakeBackDecision,
)
from domain.notices import AnswerZoneNotice, NotifyZone, ZoneNoticeAnswered, ZoneNotified
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
    return Story(listings.evolve, listing_posted(), shown_by(), *more)


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


def shown_by(appeal_id: str = "") -> ListingApproved:
    return ListingApproved(listing_id=PALLETS, zone_id=JOURDIES, of_version=0, appeal_id=appeal_id)


def taking_back(version: int) -> Decision:
    command = TakeBackDecision(**asked(ALIX), listing_id=PALLETS, zone_id=JOURDIES, decided_version=version)
    return lambda listing: listings.take_back_decision(command, listing, sawmill(), jourdies())


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


def test_a_notice_that_names_a_companys_page_is_answered_by_none_of_its_people_where_there_is_another() -> None:
    named = "company-01932c07-1111-7000-8000-000000000001"
    where = Private(JOURDIES, f"https://gisement.example/companies/{named}?zone=1")
    past = ZoneNotified(notice_id=NOTICE, zone_id=JOURDIES, where=where, reason="rules", why=WHY)
    command = AnswerZoneNotice(**asked(MARC), notice_id=NOTICE, zone_id=JOURDIES, outcome="kept", sentence="Vu.")
    own = replace(sawmill(), company_id=named, representatives=frozenset({LEA, MARC}))
    assert notices.evolve(None, past).company_id == named

    def answers(zone: Any, company: Any) -> Story[Any]:
        return Story(notices.evolve, past).when(
            lambda notice: notices.answer_zone_notice(command, notice, zone, company)
        )

    answers(only(MARC, ALIX), own).then_refused("another moderator", kind=Forbidden)
    for zone, company in ((only(MARC), own), (only(MARC, ALIX), sawmill()), (only(MARC, ALIX), None)):
        answers(zone, company).one(ZoneNoticeAnswered)


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


@pytest.mark.parametrize("again", [{"awaiting": (JOURDIES,)}, {"awaiting": (), "answering": (JOURDIES,)}])
def test_new_words_end_an_appeal_against_what_was_said_of_the_old_ones(again: Any) -> None:
    amended = ListingAmended(listing_id=PALLETS, content=content(), **again)
    story = online(rejected(), lodged(), amended)
    story.when(deciding("granted", ALIX)).then_refused("nothing is left to answer", kind=Answered)


def test_what_asks_for_a_change_and_hides_the_listing_is_appealed_against_and_nothing_else_of_it() -> None:
    asks = AmendmentRequested(
        listing_id=PALLETS, zone_id=JOURDIES, of_version=0, ground="unclear", sentence=SENTENCE, hidden=True
    )
    story = online(asks).when(appealing()).then(lodged())
    granted = story.when(deciding("granted", ALIX))
    assert granted.events[-1] == shown_by(APPEAL)
    granted.state(zones={JOURDIES: "approved"})
    online(replace(asks, hidden=False)).when(appealing()).then_refused("no longer in force")


def test_a_refusal_ends_an_appeal_against_the_change_that_was_asked_for_before() -> None:
    asks = AmendmentRequested(
        listing_id=PALLETS, zone_id=JOURDIES, of_version=0, ground="unclear", sentence=SENTENCE, hidden=True
    )
    past = (asks, lodged(), rejected())
    online(*past).when(deciding("granted", ALIX)).then_refused(kind=Answered)
    online(*past).when(appealing(against=4)).one(AppealLodged)


def test_a_refusal_given_up_and_taken_up_again_is_decided_anew() -> None:
    online(rejected(), lodged(), shown_by(APPEAL)).when(taking_back(4)).state(zones={JOURDIES: "pending"})


def test_two_who_answer_alike_answer_once_and_the_second_of_two_who_differ_is_told() -> None:
    closed = AppealDecided(
        listing_id=PALLETS, zone_id=JOURDIES, appeal_id=APPEAL, outcome="refused", sentence=SENTENCE, by_another=True
    )
    online(rejected(), lodged(), closed).when(deciding("refused", ALIX)).then()
    online(rejected(), lodged(), closed).when(deciding("granted", ALIX)).then_refused("otherwise", kind=Answered)
    kept = NoticeDecided(listing_id=PALLETS, zone_id=JOURDIES, notice_id=NOTICE, outcome="kept", sentence=SENTENCE)
    story = online(notified(), kept).when(answering("hidden", ground="pool_pallet"))
    story.then_refused("otherwise", kind=Answered)


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
