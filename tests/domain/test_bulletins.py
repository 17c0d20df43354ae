"""What a zone tells its companies, to whom, and what those who answer for its weekly mail may decide."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from domain import bulletins, mail_runs, members
from domain.bulletins import BulletinAmended, BulletinDraft, BulletinIssued, BulletinWithdrawn, BulletinWritten, Content
from domain.events import Private
from domain.mail_runs import MailHeld, RunHeld, RunReleased, ThingPutBack, ThingTakenOut
from domain.members import BULLETIN_TOPICS, TOPICS, BulletinsChosen, Member
from domain.refused import Conflict, Forbidden, NotFound, Refused
from tests.samples import ANNE, JOURDIES, LEA, MARC, NOW, asked, jourdies
from tests.story import Story

BULLETIN = "bulletin-breakfast"
TODAY = NOW.date()
DRAFT = BulletinDraft(topic="meeting", title="  Petit-déjeuner \n des voisins ", text=" À 8 h.\n\n Venez.  \n")
CONTENT = Content(
    topic="meeting", title=Private(JOURDIES, "Petit-déjeuner des voisins"), text=Private(JOURDIES, "À 8 h.\n\nVenez.")
)
written = BulletinWritten(bulletin_id=BULLETIN, zone_id=JOURDIES, content=CONTENT)
issued = BulletinIssued(bulletin_id=BULLETIN, way="digest", until=date(2026, 3, 31))


def writing(by: str = ANNE, draft: BulletinDraft = DRAFT, **changes: Any) -> Any:
    command = bulletins.WriteBulletin(
        **asked(by), bulletin_id=BULLETIN, zone_id=JOURDIES, draft=replace(draft, **changes)
    )
    return lambda bulletin: bulletins.write_bulletin(command, bulletin, jourdies())


def amending(**changes: Any) -> Any:
    command = bulletins.AmendBulletin(**asked(ANNE), bulletin_id=BULLETIN, draft=replace(DRAFT, **changes))
    return lambda bulletin: bulletins.amend_bulletin(command, bulletin, jourdies())


def issuing(way: Any = "digest", today: date = TODAY) -> Any:
    command = bulletins.IssueBulletin(**asked(ANNE), bulletin_id=BULLETIN, way=way, today=today)
    return lambda bulletin: bulletins.issue_bulletin(command, bulletin, jourdies())


def withdrawing() -> Any:
    command = bulletins.WithdrawBulletin(**asked(ANNE), bulletin_id=BULLETIN)
    return lambda bulletin: bulletins.withdraw_bulletin(command, bulletin, jourdies())


def test_a_facilitator_writes_in_the_zones_name_and_nobody_else() -> None:
    Story(bulletins.evolve).when(writing()).then(written)
    Story(bulletins.evolve).when(writing(by=LEA)).then_refused(kind=Forbidden)
    Story(bulletins.evolve).when(issuing()).then_refused(kind=NotFound)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " \n "}, "title"),
        ({"title": "x" * 10_000}, "title"),
        ({"text": ""}, "text"),
        ({"title_en": "Breakfast"}, "title_en"),
        ({"topic": "advertising"}, "topic"),
    ],
)
def test_what_cannot_stand_in_a_mail_is_refused_beside_its_field(changes: dict[str, Any], field: str) -> None:
    Story(bulletins.evolve).when(writing(**changes)).then_refused(field=field)


def test_it_goes_out_once_in_one_of_two_ways() -> None:
    Story(bulletins.evolve, written).when(issuing()).then(issued).when(issuing()).then()
    Story(bulletins.evolve, written, issued).when(issuing("alone")).then_refused(kind=Conflict)


def test_it_is_told_until_its_day_and_not_once_that_is_over() -> None:
    dated = replace(written, content=replace(CONTENT, on=date(2026, 3, 10)))
    until = Story(bulletins.evolve, dated).when(issuing()).one(BulletinIssued).until
    assert until == date(2026, 3, 10)
    Story(bulletins.evolve, dated).when(issuing(today=date(2026, 3, 11))).then_refused(field="on")


def test_what_stands_in_a_coming_mail_may_be_corrected_and_what_left_may_not() -> None:
    corrected = BulletinAmended(bulletin_id=BULLETIN, content=replace(CONTENT, title=Private(JOURDIES, "Déjeuner")))
    Story(bulletins.evolve, written, issued).when(amending(title="Déjeuner")).then(corrected)
    alone = replace(issued, way="alone")
    Story(bulletins.evolve, written, alone).when(amending(title="Déjeuner")).then_refused(field="title")
    gone = BulletinWithdrawn(bulletin_id=BULLETIN)
    Story(bulletins.evolve, written, alone).when(withdrawing()).then(gone).when(withdrawing()).then()


# --- who hears it -------------------------------------------------------------------------------------------------


def test_stored_preferences_neither_silence_nor_force_a_topic_that_comes_later() -> None:
    never_asked = Member(LEA, JOURDIES, "fr")
    assert {never_asked.hears(topic) for topic in BULLETIN_TOPICS} == {"yes"}
    narrowed = replace(never_asked, topics=TOPICS[:1])
    assert {narrowed.hears(topic) for topic in BULLETIN_TOPICS} == {"along"}
    said = BulletinsChosen(member_id=LEA, wanted=("law",), offered=("news", "law"))
    chosen = members.evolve(never_asked, said)
    assert [chosen.hears(topic) for topic in ("law", "news", "meeting")] == ["yes", "no", "along"]


# --- the run ------------------------------------------------------------------------------------------------------

WEEK = "2026-W10"
RUN = f"run-jourdies-{WEEK}"
about: dict[str, Any] = {"zone_id": JOURDIES, "period": WEEK}
held = RunHeld(run_id=RUN, **about, reason=Private(JOURDIES, "Une annonce à relire."))


def holding(by: str = MARC, *, hold: bool = True, reason: str = "Une annonce à relire.", period: str = WEEK) -> Any:
    command = mail_runs.HoldRun(**asked(by), zone_id=JOURDIES, period=period, hold=hold, reason=reason)
    return lambda run: mail_runs.hold_run(command, run, jourdies())


def test_a_moderator_holds_the_run_with_a_reason_and_releases_it() -> None:
    Story(mail_runs.evolve).when(holding()).then(held).state(held=True)
    Story(mail_runs.evolve, held).when(holding()).then()
    Story(mail_runs.evolve, held).when(holding(hold=False)).then(RunReleased(run_id=RUN)).state(held=False)
    Story(mail_runs.evolve).when(holding(reason=" ")).then_refused(field="reason")
    Story(mail_runs.evolve).when(holding(by=LEA)).then_refused(kind=Forbidden)
    Story(mail_runs.evolve).when(holding(period="2026-W54")).then_refused(kind=Refused)


def test_one_mail_is_held_and_one_thing_left_out_for_one_or_for_all() -> None:
    hold = mail_runs.HoldMail(**asked(MARC), **about, member_id=LEA, hold=True, reason="Départ")
    mail = MailHeld(run_id=RUN, **about, member_id=LEA, reason=Private(JOURDIES, "Départ"))
    run = Story(mail_runs.evolve).when(lambda run: mail_runs.hold_mail(hold, run, jourdies())).then(mail).now
    assert run is not None
    assert (run.keeps_back(LEA), run.keeps_back("member-karim")) == (True, False)

    def leaving(item: str, member_id: str = "", *, out: bool = True) -> Any:
        command = mail_runs.LeaveOut(**asked(MARC), **about, item=item, out=out, member_id=member_id)
        return lambda run: mail_runs.leave_out(command, run, jourdies())

    taken = ThingTakenOut(run_id=RUN, **about, item="listing-a", member_id=LEA)
    everybody = ThingTakenOut(run_id=RUN, **about, item="listing-b")
    after = Story(mail_runs.evolve, taken).when(leaving("listing-b")).then(everybody).now
    assert after is not None
    assert after.without(LEA) == {"listing-a", "listing-b"}
    assert after.without("member-karim") == {"listing-b"}
    back = ThingPutBack(run_id=RUN, item="listing-b")
    Story(mail_runs.evolve, taken, everybody).when(leaving("listing-b", out=False)).then(back)
    Story(mail_runs.evolve).when(leaving("listing-a", out=False)).then()
