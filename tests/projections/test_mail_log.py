"""Every digest is on record: what it spoke of, the hash of its bytes, and what became of it."""

from __future__ import annotations

from typing import Literal

from domain.digests import PrepareDigest, RecordOutcome, SkipDigest
from projections import mail_log
from tests.replay import Town
from tests.samples import asked, later

JOURDIES = "zone-jourdies"


def prepare(town: Town, period: str, name: str = "sawmill") -> str:
    digest_id = f"digest-{name}-{period}"
    town.marketplace.prepare_digest(
        PrepareDigest(
            digest_id=digest_id,
            member_id=f"member-{name}",
            period=period,
            zone_id=JOURDIES,
            items=(f"listing-of-{period}",),
            sha256="0" * 64,
            template="weekly_digest/1",
            **asked("system:digests"),
        )
    )
    return digest_id


def settle(town: Town, digest_id: str, outcome: Literal["sent", "refused", "unknown"], code: int = 0) -> None:
    town.marketplace.record_outcome(
        RecordOutcome(digest_id=digest_id, outcome=outcome, code=code, **asked("system:outbox", later(hours=1)))
    )


def test_a_digest_is_known_from_writing_to_its_end(town: Town) -> None:
    town.zone("jourdies")
    town.company("sawmill", JOURDIES)
    settle(town, prepare(town, "2026-W10"), "sent")
    settle(town, prepare(town, "2026-W11"), "refused", 550)
    prepare(town, "2026-W12")
    skip = SkipDigest(
        digest_id="digest-sawmill-2026-W13", member_id="member-sawmill", period="2026-W13", why="nothing_to_say",
        **asked("system:digests"),
    )  # fmt: skip
    town.marketplace.skip_digest(skip)
    mails = town.see("sawmill", mail_log.of_member("member-sawmill"))
    assert [(mail.period, mail.state, mail.code, mail.why) for mail in mails] == [
        ("2026-W13", "skipped", None, "nothing_to_say"),
        ("2026-W12", "prepared", None, None),
        ("2026-W11", "refused", 550, None),
        ("2026-W10", "sent", None, None),
    ]
    assert (mails[3].items, mails[3].sha256, mails[3].settled_at) == (
        ("listing-of-2026-W10",),
        "0" * 64,
        later(hours=1),
    )
    assert [mail.period for mail in town.see("sawmill", mail_log.of_member("member-sawmill", "2026-W12"))] == [
        "2026-W11",
        "2026-W10",
    ]


def test_what_may_have_been_read_is_not_said_again(town: Town) -> None:
    town.zone("jourdies")
    town.company("sawmill", JOURDIES)
    settle(town, prepare(town, "2026-W10"), "sent")
    settle(town, prepare(town, "2026-W11"), "unknown")
    prepare(town, "2026-W12")
    told = [row.item for row in town.know(mail_log.mailed(["member-sawmill"]))]
    assert told == ["listing-of-2026-W10", "listing-of-2026-W12"]


def test_mail_is_on_record_for_its_reader_and_the_administrator_only(town: Town) -> None:
    town.zone("jourdies")
    town.company("sawmill", JOURDIES)
    town.company("bakery", JOURDIES)
    prepare(town, "2026-W10")
    for name, sees in {
        "sawmill": 1, "administrator-jourdies": 1, "facilitator-jourdies": 0, "bakery": 0, "": 0,
    }.items():  # fmt: skip
        assert len(town.see(name, mail_log.of_period(JOURDIES, "2026-W10"))) == sees, name
