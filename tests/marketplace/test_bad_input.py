"""One person whose mail cannot be written, among others: theirs is told, and everyone else's leaves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from marketplace.database import Database
from marketplace.digest_letter import DigestWriter, digest_writer
from marketplace.digests import Digests
from marketplace.settings import Settings
from tests.bench.mailing import OneCannotBeWritten
from tests.marketplace.town import MONDAY, Town, town


@pytest.fixture
def here(database: Database, settings: Settings) -> Iterator[Town]:
    with town(database, settings) as here:
        yield here


def test_one_whose_mail_cannot_be_written_keeps_nobody_from_theirs_and_gets_it_once_mended(here: Town) -> None:
    usual = digest_writer(here.settings)
    fields = {name: getattr(usual, name) for name in DigestWriter.__struct_fields__}
    writer = OneCannotBeWritten(**fields, whose=here.members["bakery"])
    webs, systems = here.pools
    broken = Digests(here.log, here.outbox, here.clock, writer, webs=webs, systems=systems)
    broken.tick()
    here.clock.set(MONDAY)
    with capture_logs() as said:
        assert broken.tick().written == 2
    told = [line for line in said if line["event"] == "a digest cannot be written"]
    assert [line["member"] for line in told] == [here.members["bakery"]]
    assert broken.tick().written == 0
    assert here.another().tick().written == 1
    assert {opened.mail.member_id for opened in here.outbox.recent(9)} == set(here.members.values())
