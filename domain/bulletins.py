"""Bulletins: what a zone tells its companies in its own words: news, a change in the law, a meeting to come."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from domain import taxonomy
from domain.commands import Command
from domain.events import Event, Private
from domain.members import BULLETIN_TOPICS, BulletinTopic
from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from domain.zones import Zone

Way = Literal["digest", "alone"]
WAYS: Final[tuple[Way, ...]] = ("digest", "alone")
"""How it reaches people: in the next weekly mail, or at once in a mail of its own."""
Stage = Literal["draft", "issued", "withdrawn"]

LONGEST_TITLE: Final = 120
LONGEST_TEXT: Final = 4_000
MOST_TRADES: Final = 50
LASTS: Final = timedelta(days=28)
"""How long it is news, when it is about no day in particular: whoever reads once a month gets it too."""
FURTHEST: Final = timedelta(days=366)

# --- events -----------------------------------------------------------------------------------------------------


class Content(Struct, frozen=True, kw_only=True):
    """What it says and to whom; its words are the zone's. English is optional: without it, French stands for both.

    `families` and `trades` narrow its readers to companies that list in one of these families, or have one of these
    trades; without any it is for everyone of the zone. `on` is the day it is about, such as that of a meeting.
    """

    topic: BulletinTopic
    title: Private
    text: Private
    title_en: Private | None = None
    text_en: Private | None = None
    families: tuple[str, ...] = ()
    trades: tuple[Private, ...] = ()
    on: date | None = None


class BulletinWritten(Event, frozen=True):
    """A facilitator wrote it; nobody else reads it yet."""

    bulletin_id: str
    zone_id: str
    content: Content


class BulletinAmended(Event, frozen=True):
    """It was corrected: whoever is still to read it reads this."""

    bulletin_id: str
    content: Content


class BulletinIssued(Event, frozen=True):
    """It goes out, `way` says how; after the day `until` nobody is told of it any more."""

    bulletin_id: str
    way: Way
    until: date


class BulletinWithdrawn(Event, frozen=True):
    """It is told to nobody any more; whoever was told was told."""

    bulletin_id: str


BulletinEvent = BulletinWritten | BulletinAmended | BulletinIssued | BulletinWithdrawn

# --- state ------------------------------------------------------------------------------------------------------


class Bulletin(Struct, frozen=True):
    """What decisions need to know of it."""

    bulletin_id: str
    zone_id: str
    content: Content
    stage: Stage = "draft"
    way: Way | None = None
    version: int = 0


def evolve(bulletin: Bulletin | None, event: BulletinEvent) -> Bulletin:
    """The bulletin after `event`."""
    if isinstance(event, BulletinWritten):
        return Bulletin(event.bulletin_id, event.zone_id, event.content)
    assert bulletin is not None
    bulletin = replace(bulletin, version=bulletin.version + 1)
    match event:
        case BulletinAmended():
            return replace(bulletin, content=event.content)
        case BulletinIssued():
            return replace(bulletin, stage="issued", way=event.way)
        case BulletinWithdrawn():
            return replace(bulletin, stage="withdrawn")


# --- commands ---------------------------------------------------------------------------------------------------


class BulletinDraft(Struct, frozen=True, kw_only=True):
    """What the facilitator typed and chose, before it is checked."""

    topic: BulletinTopic
    title: str
    text: str
    title_en: str = ""
    text_en: str = ""
    families: tuple[str, ...] = ()
    trades: tuple[str, ...] = ()
    on: date | None = None


class WriteBulletin(Command, frozen=True):
    """Write a bulletin, to be read again before it goes out."""

    bulletin_id: str
    zone_id: str
    draft: BulletinDraft


class AmendBulletin(Command, frozen=True):
    """Correct a bulletin."""

    bulletin_id: str
    draft: BulletinDraft


class IssueBulletin(Command, frozen=True):
    """Let it go out; `today` is the day in the zone."""

    bulletin_id: str
    way: Way
    today: date


class WithdrawBulletin(Command, frozen=True):
    """Tell nobody of it any more."""

    bulletin_id: str


# --- decisions --------------------------------------------------------------------------------------------------


def write_bulletin(command: WriteBulletin, bulletin: Bulletin | None, zone: Zone) -> list[BulletinEvent]:
    """Whoever facilitates a zone speaks for it."""
    _check_facilitates(command, zone)
    if bulletin is not None:
        raise Conflict(_("This bulletin is there already."))
    content = _content(command.draft, zone.zone_id)
    return [BulletinWritten(bulletin_id=command.bulletin_id, zone_id=zone.zone_id, content=content)]


def amend_bulletin(command: AmendBulletin, bulletin: Bulletin | None, zone: Zone) -> list[BulletinEvent]:
    """Until it left: what stands in people’s mail is corrected by another bulletin."""
    bulletin = _written(command, bulletin, zone)
    if command.seen_version is not None and command.seen_version < bulletin.version:
        raise Conflict(_("Somebody changed this bulletin meanwhile. Read it again."), field="title")
    if bulletin.stage == "issued" and bulletin.way == "alone":
        raise Refused(_("It left in a mail of its own: write another one that corrects it."), field="title")
    content = _content(command.draft, zone.zone_id)
    return [] if content == bulletin.content else [BulletinAmended(bulletin_id=command.bulletin_id, content=content)]


def issue_bulletin(command: IssueBulletin, bulletin: Bulletin | None, zone: Zone) -> list[BulletinEvent]:
    """It goes out once, in one of two ways; a day that is over is no news."""
    bulletin = _written(command, bulletin, zone)
    if bulletin.stage != "draft":
        if bulletin.stage == "issued" and bulletin.way == command.way:
            return []
        raise Conflict(_("This bulletin went out already, or was withdrawn."))
    on = bulletin.content.on
    if on is not None and on < command.today:
        raise Refused(_("The day it is about is over. Give it another one, or none."), field="on")
    if on is not None and on > command.today + FURTHEST:
        raise Refused(_("The day it is about is more than a year away."), field="on")
    until = on or command.today + LASTS
    return [BulletinIssued(bulletin_id=command.bulletin_id, way=command.way, until=until)]


def withdraw_bulletin(command: WithdrawBulletin, bulletin: Bulletin | None, zone: Zone) -> list[BulletinEvent]:
    """Withdrawing twice is no fault."""
    bulletin = _written(command, bulletin, zone, withdrawn=True)
    return [] if bulletin.stage == "withdrawn" else [BulletinWithdrawn(bulletin_id=command.bulletin_id)]


def _check_facilitates(command: Command, zone: Zone) -> None:
    if not zone.allows(command.actor, "facilitator", "administrator"):
        raise Forbidden(_("Only a facilitator of the zone speaks for it."))


def _written(command: Command, bulletin: Bulletin | None, zone: Zone, *, withdrawn: bool = False) -> Bulletin:
    _check_facilitates(command, zone)
    if bulletin is None:
        raise NotFound(_("There is no such bulletin."))
    if bulletin.stage == "withdrawn" and not withdrawn:
        raise Conflict(_("This bulletin was withdrawn."))
    return bulletin


def _content(draft: BulletinDraft, zone_id: str) -> Content:
    """Check what was typed; only what reads as plain text may stand in a mail."""
    if draft.topic not in BULLETIN_TOPICS:
        raise Refused(_("Say what it is about."), field="topic")
    title, title_en = _line(draft.title, "title"), _line(draft.title_en, "title_en")
    text, text_en = _body(draft.text, "text"), _body(draft.text_en, "text_en")
    if not title:
        raise Refused(_("Give it a title."), field="title")
    if not text:
        raise Refused(_("Write what there is to say."), field="text")
    if bool(title_en) != bool(text_en):
        raise Refused(_("In English, give both the title and the text, or neither."), field="title_en")
    known = {family.code for family in taxonomy.families()}
    trades = tuple(dict.fromkeys(filter(None, (" ".join(trade.split()) for trade in draft.trades))))
    if len(trades) > MOST_TRADES:
        raise Refused(_("These are too many trades: choose everyone instead."), field="trades")
    return Content(
        topic=draft.topic,
        title=Private(zone_id, title),
        text=Private(zone_id, text),
        title_en=Private(zone_id, title_en) if title_en else None,
        text_en=Private(zone_id, text_en) if text_en else None,
        families=tuple(sorted(known.intersection(draft.families))),
        trades=tuple(Private(zone_id, trade) for trade in trades),
        on=draft.on,
    )


def _line(typed: str, field: str) -> str:
    line = " ".join(typed.split())
    if len(line) > LONGEST_TITLE:
        raise Refused(_("This title is too long: %(most)s characters at most."), field=field, most=LONGEST_TITLE)
    return line


def _body(typed: str, field: str) -> str:
    """Paragraphs are kept, and nothing else of how it was typed."""
    text = "\n".join(" ".join(line.split()) for line in typed.strip().splitlines())
    if len(text) > LONGEST_TEXT:
        raise Refused(_("This text is too long: %(most)s characters at most."), field=field, most=LONGEST_TEXT)
    return text
