"""Bulletins in mail, weeks without anything to say, and mail that somebody holds back: on a real zone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from uuid_utils import uuid7

from domain.bulletins import BulletinDraft, IssueBulletin, Way, WriteBulletin
from domain.mail_runs import HoldMail, HoldRun, LeaveOut
from domain.members import ChooseBulletins, SetMailPreferences
from marketplace.bulletins import Bulletins, number
from marketplace.database import Database
from marketplace.digest_letter import digest_writer
from marketplace.settings import Settings
from marketplace.smtp import DemonstrationInbox
from tests.marketplace.test_digests import body, letters
from tests.marketplace.town import MONDAY, THURSDAY, ZONE, Town, days, town

WEEK = "2026-W48"


@pytest.fixture
def here(database: Database, settings: Settings) -> Iterator[Town]:
    with town(database, settings) as here:
        here.digests.tick()
        yield here


def bulletins(here: Town) -> Bulletins:
    writer = digest_writer(here.settings)
    return Bulletins(here.log, here.outbox, here.clock, writer, systems=here.pools[1])


def announce(here: Town, way: Way, **said: Any) -> str:
    """Have the zone announce something."""
    bulletin_id = f"bulletin-{uuid7()}"
    words: dict[str, Any] = {
        "topic": "law",
        "title": "Tri : ce qui change",
        "text": "Dès janvier. https://example.org",
        **said,
    }
    draft = BulletinDraft(**words)
    asked: dict[str, Any] = {"bulletin_id": bulletin_id, "zone_id": ZONE}
    here.marketplace.write_bulletin(WriteBulletin(**here.asked(), **asked, draft=draft))
    today = here.clock.now().date()
    here.marketplace.issue_bulletin(IssueBulletin(**here.asked(), bulletin_id=bulletin_id, way=way, today=today))
    here.settle()
    return bulletin_id


def decide(here: Town, use_case: Any, command: type[Any], **what: Any) -> None:
    """Have the operator decide about the week's mail."""
    use_case(command(**here.asked(), zone_id=ZONE, period=WEEK, **what))


def states(here: Town) -> dict[str, tuple[str, str]]:
    """What stands in the outbox for the week, by trade."""
    found = {trade: here.outbox.digest(member_id, WEEK) for trade, member_id in here.members.items()}
    return {trade: (mail.state, mail.why) for trade, mail in found.items() if mail}


def test_alone_it_is_one_mail_for_each_who_wants_it_and_never_said_again(here: Town) -> None:
    refusing = ChooseBulletins(**here.by("mill"), member_id=here.members["mill"], wanted=("news",))
    here.marketplace.choose_bulletins(refusing)
    told = announce(here, "alone", title_en="Sorting: what changes", text_en="From January.")
    ticks = [threading.Thread(target=bulletins(here).tick) for _writer in range(3)]
    for tick in ticks:
        tick.start()
    for tick in ticks:
        tick.join()
    mails = [opened.mail for opened in here.outbox.recent(20)]
    assert {mail.kind for mail in mails} == {"bulletin"}
    assert {here.members["sawmill"], here.members["bakery"]} <= {mail.member_id for mail in mails}
    assert here.members["mill"] not in {mail.member_id for mail in mails}
    assert all(mail.id == number(told, mail.member_id) and mail.message_id.startswith(mail.id) for mail in mails)
    letter = letters(here)["lea@example.org"]
    assert letter.subject == "Tri\u00a0: ce qui change · ZAE Les Jourdies" or "ce qui change" in letter.subject
    assert "https://example.org" in body(letter)
    assert len(letter.source) < 40_000
    here.clock.set(MONDAY)
    here.digests.tick()
    digest = here.outbox.digest(here.members["sawmill"], WEEK)
    assert digest is not None
    assert told not in digest.items


def test_in_the_weekly_mail_it_is_something_to_say_unless_its_reader_narrowed_their_mail(here: Town) -> None:
    for trade in ("sawmill", "bakery"):
        here.marketplace.set_mail_preferences(
            SetMailPreferences(
                **here.by(trade), member_id=here.members[trade], frequency="weekly", topics=("renewals",), language="fr"
            )
        )
    chosen = ChooseBulletins(**here.by("bakery"), member_id=here.members["bakery"], wanted=("law",))
    here.marketplace.choose_bulletins(chosen)
    told = announce(here, "digest", families=("PAL",))
    other = announce(here, "digest", trades=("Autre métier",))
    found = {trade: here.digests.preview(member_id).found.items for trade, member_id in here.members.items()}
    assert found["bakery"] == (told,), "it is wanted, and enough for a mail"
    assert found["sawmill"] == (), "never asked and narrowed: not a mail by itself"
    assert told not in found["mill"], "for families it has nothing to do with"
    assert not any(other in items for items in found.values())


def test_after_four_silent_weeks_one_short_note_says_what_would_help(here: Town) -> None:
    mill = here.members["mill"]
    wishes: dict[str, Any] = {"frequency": "weekly", "topics": ("renewals",), "language": "en"}
    here.marketplace.set_mail_preferences(SetMailPreferences(**here.by("mill"), member_id=mill, **wishes))
    here.post("mill", "EMB.DRUM", "offer", "Dix fûts alimentaires", "10", "H87", {})
    here.settle()
    written = []
    for week in range(6):
        here.clock.set(MONDAY + days(7 * week))
        written.append(here.digests.send_now([mill]) == [mill])
    assert written == [False, False, False, False, True, False]
    letter = letters(here)["moira@example.org"]
    assert letter.subject == "Some quiet weeks in ZAE Les Jourdies: what would help"
    assert "* Dix fûts alimentaires" in body(letter)
    assert "Nobody here looks for this yet" in body(letter)


def test_a_run_that_is_held_writes_nothing_until_it_is_released(here: Town) -> None:
    decide(here, here.marketplace.hold_run, HoldRun, hold=True, reason="Une annonce à relire.")
    here.clock.set(MONDAY)
    assert here.digests.tick().written == 0
    assert states(here) == {}
    decide(here, here.marketplace.hold_run, HoldRun, hold=False)
    assert here.digests.tick().written == 3


def test_one_mail_is_held_one_thing_left_out_and_both_come_the_week_after(here: Town) -> None:
    lea = here.members["sawmill"]
    first = here.digests.preview(here.members["bakery"]).found.things[0]
    decide(here, here.marketplace.hold_mail, HoldMail, member_id=lea, hold=True, reason="Départ")
    decide(here, here.marketplace.leave_out, LeaveOut, item=first, out=True)
    here.clock.set(MONDAY)
    here.digests.tick()
    assert states(here)["sawmill"] == ("skipped", "held")
    karim = here.outbox.digest(here.members["bakery"], WEEK)
    assert karim is not None
    assert first not in karim.items
    here.sender(DemonstrationInbox()).work()
    here.clock.set(MONDAY + days(7))
    again = {trade: here.digests.preview(member_id).found.things for trade, member_id in here.members.items()}
    assert first in again["bakery"]
    assert again["sawmill"]


def test_what_is_held_in_the_very_moment_it_is_written_does_not_leave(here: Town) -> None:
    here.clock.set(MONDAY)
    here.digests.tick()
    decide(
        here, here.marketplace.hold_mail, HoldMail, member_id=here.members["sawmill"], hold=True, reason="Trop tard ?"
    )
    here.sender(DemonstrationInbox()).work()
    assert states(here)["sawmill"][0] == "refused"
    assert states(here)["bakery"][0] == "sent"
    assert here.clock.now() > THURSDAY
