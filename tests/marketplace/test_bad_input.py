"""People whose mail cannot be written, among others: each is told of, and everyone else's leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from msgspec import field
from msgspec.structs import replace
from structlog.testing import capture_logs
from structlog.typing import EventDict
from uuid_utils import uuid7

from marketplace.database import Database
from marketplace.digest_items import Reader
from marketplace.digest_letter import FOLDER, DigestWriter, digest_writer
from marketplace.digests import Digests, Draft, Due
from marketplace.mails.rendering import write
from marketplace.mails.views import SignIn
from marketplace.outbox import Letter
from marketplace.settings import Settings
from projections import people
from tests.marketplace.town import MONDAY, Town, town

THOUSAND = 1_000


@pytest.fixture
def here(database: Database, settings: Settings) -> Iterator[Town]:
    with town(database, settings) as here:
        yield here


class OneLacksAVariable(DigestWriter, frozen=True):
    """Has nothing to put where the template of one person's mail names something."""

    whose: str = ""

    def write(self, mail_id: str, reader: Reader, *more: Any, **other: Any) -> Letter:  # handed on as they came
        """Render it, or fail as a template does."""
        if reader.viewer.member_id == self.whose:
            write(FOLDER, "fr", self.links, mail=SignIn(site="", name="", token="", code=""))
        return super().write(mail_id, reader, *more, **other)


class OneLetterForAll(DigestWriter, frozen=True):
    """Renders one letter and whatever is broken: what a thousand try is the run, not the templates."""

    rendered: list[Letter] = field(default_factory=list)

    def write(self, mail_id: str, reader: Reader, *more: Any, **other: Any) -> Letter:  # handed on as they came
        """Give everybody the first."""
        if not self.rendered or not isinstance(reader.viewer.name, str):
            self.rendered.append(super().write(mail_id, reader, *more, **other))
        return self.rendered[0]


class ThousandDigests(Digests):
    """Those of a zone where a thousand people read what one does, and the data of `broken` has no name."""

    example: Draft
    crowd: Sequence[str]
    broken: str

    def _pages(self, zone: people.Zone) -> Iterator[list[people.Member]]:
        somebody = next(one for page in super()._pages(zone) for one in page if one.joined_at)
        yield [replace(somebody, member_id=member_id) for member_id in self.crowd]

    def _draft(self, member_id: str, due: Due, *, whole: bool = False) -> Draft:  # noqa: ARG002  # as it is asked
        assert self.example.reader is not None
        name: Any = None if member_id == self.broken else self.example.name
        viewer = replace(self.example.reader.viewer, member_id=member_id, name=name)
        return replace(self.example, member_id=member_id, due=due, reader=replace(self.example.reader, viewer=viewer))


def usual(here: Town) -> dict[str, Any]:
    """What a writer is made of."""
    writer = digest_writer(here.settings)
    return {name: getattr(writer, name) for name in DigestWriter.__struct_fields__}


def reported(said: Sequence[EventDict]) -> list[str]:
    """Of whom it is told that their digest cannot be written."""
    return [line["member"] for line in said if line["event"] == "a digest cannot be written"]


def test_one_whose_mail_cannot_be_written_keeps_nobody_from_theirs_and_gets_it_once_mended(here: Town) -> None:
    webs, systems = here.pools
    writer = OneLacksAVariable(**usual(here), whose=here.members["bakery"])
    broken = Digests(here.log, here.outbox, here.clock, writer, webs=webs, systems=systems)
    broken.tick()
    here.clock.set(MONDAY)
    with capture_logs() as said:
        assert broken.tick().written == 2
    assert reported(said) == [here.members["bakery"]]
    assert broken.tick().written == 0
    assert here.another().tick().written == 1
    assert {opened.mail.member_id for opened in here.outbox.recent(9)} == set(here.members.values())


def test_one_whose_data_is_broken_among_a_thousand_is_reported_and_everyone_else_gets_theirs(here: Town) -> None:
    webs, systems = here.pools
    writer = OneLetterForAll(**usual(here))
    digests = ThousandDigests(here.log, here.outbox, here.clock, writer, webs=webs, systems=systems)
    digests.tick()
    here.clock.set(MONDAY)
    digests.crowd = [f"member-{uuid7()}" for _number in range(THOUSAND)]
    digests.broken = digests.crowd[THOUSAND // 2]
    digests.example = here.digests.preview(here.members["bakery"])
    with capture_logs() as said:
        assert digests.tick().written == THOUSAND - 1
    assert reported(said) == [digests.broken]
    with here.connections.connection() as connection:
        written = {member_id for (member_id,) in connection.execute("SELECT member_id FROM site.outbox")}
    assert written == {*digests.crowd} - {digests.broken}
