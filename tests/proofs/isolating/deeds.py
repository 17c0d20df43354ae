"""What people ask the use cases themselves, past every page: each command a page can make, about each thing there is.

Nothing is recorded: whoever comes as far as that is told so.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal
from uuid import uuid4

import msgspec
from msgspec import Struct

from domain.commands import Command
from domain.refused import Forbidden, NotFound, Refused
from marketplace.application import Marketplace
from tests.proofs.isolating.world import THERE, World

ROOT: Final = Path(__file__).resolve().parents[3]
OWN: Final = {"lea": "sawmill", "karim": "bakery", "nora": "forge", "sam": "mill"}
OF_THE_OTHER_ZONE: Final = ("ines", "nora")
"""They ask in the name of their own zone as well: there Ines has every right, but to nothing of the first."""
STRANGERS: Final = ("ines", "karim", "nora")
PEOPLE: Final = (*STRANGERS, "sam", "guest:nobody", "lea", "alix", "marc", "fanny")
"""Who asks; strangers first, and in the end those who have a right to something."""
OPEN: Final = frozenset({"ask_to_join", "confirm_joining", "notify_listing", "notify_zone"})
"""What anybody may ask: by a form that needs no account, or by the link of a mail."""
UNTRIED: Final = {
    "accept_acting": "only the holder of the link of an invitation, which nobody here holds",
    "end_asking": "nobody has been asked to act for the company or the zone",
    "submit_quote": "only the holder of a supplier’s link, which nobody here holds",
    "sign_charter": "only the holder of a supplier’s link, which nobody here holds",
    "decide_suspension_appeal": "nobody has appealed against the suspension",
}
"""What nobody here has a right to, and why; what it refuses is held by the tests of the domain."""
CHOICES: Final = {
    "listing_id": ("listing_id", "dealt_listing", "rejected_listing", "noticed_listing", "draft_id"),
    "purchase_id": tuple(f"{form}_purchase" for form in ("goods", "announced", "frame", "collection", "session")),
    "notice_id": ("notice_id", "zone_notice"),
    "charter_id": ("charter_id", "action_charter"),
    "joining_id": ("joining_id", "known_joining"),
}
"""Fields that name one of several things there are."""
MADE_HERE: Final = {"propose_handover": "handover_id"}
"""Ids that pages make themselves, of what has no stream of its own: nobody can ask with that of another."""
TYPED: Final = {"category": "PAL.EPAL1", "unit": "H87", "language": "fr", "mail": "nobody@else.example"}
ASKED: Final = frozenset(Command.__struct_fields__)


class Written(Exception):
    """What was asked would have been recorded."""


class Deed(Struct, frozen=True):
    """Somebody asks a use case for something."""

    who: str
    use_case: str
    command: Command

    def __str__(self) -> str:
        return f"{self.who} asks to {self.use_case}"


@cache
def use_cases() -> dict[str, type[Command]]:
    """Every use case whose command a page, the link of a mail or a program can make, and that command."""
    named = {
        node.id if isinstance(node, ast.Name) else node.attr
        for file in (ROOT / "web").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Name | ast.Attribute)
    }
    found: dict[str, type[Command]] = {}
    for name, method in inspect.getmembers(Marketplace, inspect.isfunction):
        command = typing.get_type_hints(method).get("command")
        if not name.startswith("_") and command is not None and command.__name__ in named:
            found[name] = command
    return found


@contextmanager
def unrecorded(world: World) -> Iterator[None]:
    """Nothing is appended."""

    def written(*_what: object, **_more: object) -> None:
        raise Written

    log = world.site.log
    vars(log)["append"] = written
    try:
        yield
    finally:
        del vars(log)["append"]


def deeds(world: World, people: Sequence[str]) -> Iterator[Deed]:
    """What these people ask for, of the things of the first zone, in the sawmill’s name and in their own company’s."""
    now, story = world.site.services.clock.now(), world.site.story
    for who, (use_case, command) in itertools.product(people, use_cases().items()):
        actor = who if ":" in who else story.actor(who)
        companies = {world.things["company_id"], story.companies.get(OWN.get(who, ""), world.things["company_id"])}
        zones = {world.things["zone_id"], story.zones[THERE] if who in OF_THE_OTHER_ZONE else world.things["zone_id"]}
        for things in _variants(world.things, command, {"company_id": sorted(companies), "zone_id": sorted(zones)}):
            asked = {**things, "actor": actor, "now": now, "command_id": str(uuid4())}
            yield Deed(who, use_case, _filled(command, asked, now))


def outcome(world: World, deed: Deed) -> BaseException | None:
    """What comes of it: nothing to do, `Written`, a refusal, or a fault."""
    try:
        getattr(world.site.services.marketplace, deed.use_case)(deed.command)
    except Exception as said:  # noqa: BLE001  (whatever it is, it is looked at)
        return said
    return None


def turned_away(said: BaseException | None) -> bool:
    """Whether somebody was told that they may not, or that there is no such thing."""
    return isinstance(said, Forbidden | NotFound)


def strangers_deeds(world: World, people: Sequence[str] = STRANGERS) -> Iterator[str]:
    """Something done for a stranger that is not theirs, whatever a page would have said."""
    with unrecorded(world):
        for deed in deeds(world, people):
            said = outcome(world, deed)
            fine = isinstance(said, Refused) or allowed(world, deed, said)
            yield "" if fine else f"{deed}: {type(said).__name__} {deed.command}"


def allowed(world: World, deed: Deed, said: BaseException | None) -> bool:
    """Whether it is open to everybody, or an affair of their own company, or of their own zone and no foreign thing."""
    own = world.site.story.companies.get(OWN.get(deed.who, ""), "nobody’s")
    if getattr(deed.command, "zone_id", "") == world.site.story.zones[THERE]:
        named = {getattr(deed.command, name) for name in deed.command.__struct_fields__ if name.endswith("_id")}
        if deed.use_case in MADE_HERE:
            named.discard(world.things[MADE_HERE[deed.use_case]])
        return said is None or named.isdisjoint(world.things[name] for name in world.things if name != "partner_id")
    theirs = getattr(deed.command, "company_id", "") == own
    return deed.use_case in OPEN or theirs or getattr(deed.command, "listing_id", "") in world.listings_of(own)


def _variants(
    things: Mapping[str, str], command: type[Command], whose: Mapping[str, Sequence[str]]
) -> Iterator[dict[str, str]]:
    """Each choice of things the command may be about, and each of its ids as that of a thing that is not there."""
    fields = command.__struct_fields__
    choices = {name: [things[one] for one in ones] for name, ones in CHOICES.items() if name in fields}
    choices |= {name: list(ones) for name, ones in whose.items() if name in fields}
    for chosen in itertools.product(*choices.values()):
        about = {**things, **dict(zip(choices, chosen, strict=True))}
        yield about
        for name in fields:
            if name.endswith("_id") and name not in ASKED:
                yield {**about, name: f"{name.removesuffix('_id')}-{uuid4()}"}


def _filled(command: type[Any], known: Mapping[str, Any], now: datetime) -> Any:
    """A command with something in every field it needs, and in every field that names a thing there is."""
    given: dict[str, Any] = {}
    for field in msgspec.structs.fields(command):
        if field.name in known and (field.required or field.name.endswith("_id")):
            given[field.name] = known[field.name]
        elif field.required:
            given[field.name] = TYPED.get(field.name, "text") if field.type is str else _value(field.type, now)
    return command(**given)


def _value(kind: Any, now: datetime) -> Any:
    """Something of a type: what a person might type, or choose first."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (Literal, typing.Annotated):
        return arguments[0] if origin is Literal else _value(arguments[0], now)
    if origin in (types.UnionType, typing.Union):
        return None if types.NoneType in arguments else _value(arguments[0], now)
    if isinstance(kind, type) and issubclass(kind, Struct):
        return _filled(kind, {}, now)
    later = now + timedelta(days=30)
    plain = {str: "text", int: 1, bool: False, Decimal: Decimal(1), datetime: later, date: later.date()}
    return plain[kind] if kind in plain else (origin or kind)()
