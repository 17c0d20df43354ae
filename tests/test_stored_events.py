"""Every version of every event ever stored loads for ever, and the catalogue says what the code says."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from domain.events import Event, Private
from domain.streams import EVENTS
from marketplace.eventlog import Registry
from marketplace.eventlog.mapper import EventMapper
from marketplace.eventlog.private import Sealed
from tests.events_catalogue import PAGE, STORED, page

SAMPLES = sorted(STORED.glob("*.json"))
EVERY_LINE = [(sample, line) for sample in SAMPLES for line in sample.read_text("utf-8").splitlines()]


class NoKeys:
    """A keyring that holds nothing: the samples' texts are erased."""

    def seal(self, private: Private, stream: str) -> Sealed:  # noqa: ARG002 - the keyring's own signature
        return Sealed(private.subject, None, None)

    def open(self, sealed: Sealed) -> Private:
        return Private(sealed.subject, None)


@pytest.fixture(scope="module")
def mapper() -> EventMapper:
    return EventMapper(Registry(*EVENTS), NoKeys())


@pytest.mark.parametrize(("sample", "line"), EVERY_LINE, ids=lambda value: getattr(value, "stem", "")[:40])
def test_what_was_stored_once_loads_for_ever(mapper: EventMapper, sample: Path, line: str) -> None:
    event = mapper.decode(sample.stem, line.encode())
    assert type(event) in EVENTS


def test_every_event_has_a_sample_of_its_present_form() -> None:
    stored = {sample.stem for sample in SAMPLES}
    assert {event.__name__ for event in EVENTS} <= stored


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_the_newest_sample_names_every_field(event: type[Event]) -> None:
    newest = msgspec.json.decode((STORED / f"{event.__name__}.json").read_text("utf-8").splitlines()[-1])
    assert set(newest) == set(event.__struct_fields__)


def test_the_catalogue_is_what_the_code_says() -> None:
    assert PAGE.read_text("utf-8") == page(), "run `make fix`"
