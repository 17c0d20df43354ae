"""What is looked for: a foreign thing that answers otherwise than a missing one, and words where they must not be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final
from uuid import uuid4

from psycopg.sql import SQL, Identifier

from domain.commands import Command
from domain.companies import RemoveRepresentative, WriteDirectoryEntry
from domain.listings import ApproveListing, WithdrawListing
from domain.members import SetMailPreferences
from domain.refused import Refused
from domain.zones import GrantRole
from marketplace.database import Role
from marketplace.reading import SYSTEM, reading
from projections import people
from projections.viewer import Viewer
from tests.proofs.isolating.ways import MALFORMED, Way, told
from tests.proofs.isolating.world import ACTORS, HERE, STRANGERS, THERE, World
from web.policies import POLICIES

NEIGHBOUR: Final = "another company’s"
TURNED_AWAY: Final = (303, 401)
REFUSED: Final = (303, 403, 404)
SEES: Final[dict[str, frozenset[str]]] = {
    "listing_id": frozenset({"member", "facilitator", "administrator", "moderator here"}),
    "exchange_id": frozenset({"member", NEIGHBOUR, "facilitator", "administrator"}),
    "bulletin_id": frozenset({"facilitator", "administrator", "moderator here"}),
    "purchase_id": frozenset({"member", NEIGHBOUR, "facilitator", "administrator", "moderator here"}),
    "search_id": frozenset({"member"}),
    "phone_id": frozenset({"member"}),
    "site_id": frozenset({"member", "facilitator", "administrator", "moderator here"}),
    "company_id": frozenset({"member", NEIGHBOUR, "facilitator", "administrator", "moderator here"}),
    "member_id": frozenset({"member", "facilitator", "administrator"}),
}
"""Who may know that each kind of thing is there; to everyone else it is as if it were not."""


def all_of_it(world: World, ways: Sequence[Way], actors: Sequence[str]) -> tuple[int, list[str]]:
    """Ask everything, and say how often was asked and what was found."""
    head, found = world.head(), []
    n = 0
    for probe in (unnamed, signed_out, without_role, foreign, words, malformed):
        for violation in probe(world, ways, actors):
            n += 1
            found += [violation] if violation else []
    for violation in (*rows(world, actors), *deeds(world), *mails(world)):
        n += 1
        found += [violation] if violation else []
    if world.head() != head:
        found.append("something that is not theirs was changed")
    return n, found


def unnamed(_world: World, ways: Sequence[Way], _actors: Sequence[str]) -> Iterator[str]:
    """A way whose policy is none of ours."""
    for way in ways:
        yield "" if way.policy in POLICIES else f"{way.path} names no policy"


def signed_out(world: World, ways: Sequence[Way], actors: Sequence[str]) -> Iterator[str]:
    """A way for members that lets somebody in who is not signed in."""
    for way in ways:
        if way.policy in SIGNED_IN:
            for actor in {"anonymous", "expired"} & set(actors):
                answer = world.ask(actor, way, way.to({"zone": HERE}))
                fine = answer.status_code == 401 if way.for_programs else (
                    answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
                )  # fmt: skip
                yield "" if fine else f"{way.method} {way.path} lets {actor} in: {answer.status_code}"


def without_role(world: World, ways: Sequence[Way], actors: Sequence[str]) -> Iterator[str]:
    """A way for those who run a zone that opens to somebody who does not run this one."""
    for way in ways:
        if way.policy in WITH_ROLES:
            for actor, zone in ((NEIGHBOUR, HERE), ("moderator elsewhere", HERE), ("administrator", THERE)):
                if actor in actors:
                    answer = world.ask(actor, way, way.to({"zone": zone}))
                    fine = answer.status_code == 403
                    yield "" if fine else f"{way.method} {way.path} lets {actor} in: {answer.status_code}"


def foreign(world: World, ways: Sequence[Way], actors: Sequence[str]) -> Iterator[str]:
    """A thing somebody may not know of, answered otherwise than a missing one; its words, all the more."""
    for way in ways:
        for kind in SEES.keys() & set(way.names):
            thing, missing = world.things[kind], f"{world.things[kind].partition('-')[0]}-{uuid4()}"
            for actor in actors:
                if actor in SEES[kind]:
                    continue
                asked = world.things | {kind: thing}
                there = world.ask(actor, way, way.to(asked))
                not_there = world.ask(actor, way, way.to(asked | {kind: missing}))
                same = told(there, thing) == told(not_there, missing)
                leaks = [canary for canary, may in world.canaries.items() if actor not in may and canary in there.text]
                fine = same and not leaks
                yield "" if fine else f"{way.method} {way.path} tells {actor} of a {kind}: {there.status_code} {leaks}"


def words(world: World, ways: Sequence[Way], actors: Sequence[str]) -> Iterator[str]:
    """Words on a page, in a feed or in a file that are not for who reads it."""
    for way in ways:
        if way.method == "GET":
            for actor in actors:
                text = world.ask(actor, way, way.to(world.things)).text
                leaks = [canary for canary, may in world.canaries.items() if actor not in may and canary in text]
                yield f"{actor} reads {leaks} at {way.path}" if leaks else ""


def malformed(world: World, ways: Sequence[Way], actors: Sequence[str]) -> Iterator[str]:
    """What stands for no thing, and makes us fail."""
    for number, way in enumerate(ways):
        if way.names and way.path != "/static/{tree}/{name}":
            actor, thing = actors[number % len(actors)], MALFORMED[number % len(MALFORMED)]
            zone = {"zone": HERE} if len(way.names) > 1 else {}
            answer = world.ask(actor, way, way.to(dict.fromkeys(way.names, thing) | zone))
            yield f"{way.method} {way.path} fails with {thing[:20]!r}" if answer.status_code >= 500 else ""


def viewer_of(world: World, actor: str) -> Viewer:
    """One of the nine as the database knows them; a visitor when they are signed in no more."""
    name = ACTORS[actor]
    if not name or actor == "expired":
        return Viewer()
    with world.site.database.connect(Role.FOLLOWER) as connection, reading(connection, SYSTEM) as read:
        found = read.one(people.viewer(world.site.story.members[name]))
    assert found is not None
    return found


def rows(world: World, actors: Sequence[str], tables: Iterable[str] | None = None) -> Iterator[str]:
    """Words in a row of a read model that the database gives to who must not read it, whatever a page would do."""
    with world.site.database.connect(Role.WEB) as connection:
        asked = tables or [name for (name,) in connection.execute(
            "SELECT table_name FROM information_schema.views WHERE table_schema = 'read' ORDER BY 1")]  # fmt: skip
        for actor in actors:
            with reading(connection, viewer_of(world, actor)):
                for table in asked:
                    text = str(
                        connection.execute(SQL("SELECT t::text FROM read.{} t").format(Identifier(table))).fetchall()
                    )
                    leaks = [canary for canary, may in world.canaries.items() if actor not in may and canary in text]
                    yield f"the database gives {actor} {leaks} of {table}" if leaks else ""


def deeds(world: World) -> Iterator[str]:
    """A use case that does for a stranger what is not theirs to do, whatever a page would have said."""
    story, market = world.site.story, world.site.services.marketplace
    sawmill, lea, here = story.companies["sawmill"], story.members["lea"], story.zones[HERE]
    listing = {"listing_id": story.listings["waiting"]}
    entry = dict.fromkeys(("about", "offers", "seeks", "shares", "contact"), "")
    wishes: dict[str, Any] = {"frequency": "weekly", "topics": (), "language": "fr"}
    asked: tuple[tuple[Any, type[Command], str, dict[str, Any]], ...] = (
        (market.withdraw_listing, WithdrawListing, "karim", {**listing, "reason": ""}),
        (market.approve_listing, ApproveListing, "karim", {**listing, "zone_id": here}),
        (market.approve_listing, ApproveListing, "ines", {**listing, "zone_id": here}),
        (market.grant_role, GrantRole, "marc", {"zone_id": here, "member_id": lea, "role": "moderator"}),
        (market.remove_representative, RemoveRepresentative, "karim", {"company_id": sawmill, "member_id": lea}),
        (market.write_directory_entry, WriteDirectoryEntry, "karim",
         {"company_id": sawmill, **entry, "hours": (), "shown": {}}),
        (market.set_mail_preferences, SetMailPreferences, "alix", {"member_id": lea, **wishes}),
    )  # fmt: skip
    for use_case, command, name, fields in asked:
        try:
            story.do(use_case, command, story.actor(name), **fields)
        except Refused:
            yield ""
        else:
            yield f"{name} may {command.__name__} what is not theirs"


def mails(world: World) -> Iterator[str]:
    """Words in a mail that are not for who gets it."""
    services = world.site.services
    services.digests.tick()
    names = {member_id: name for name, member_id in world.site.story.members.items()}
    for opened in services.outbox.recent(200):
        actor = next((actor for actor, name in ACTORS.items() if name == names.get(opened.mail.member_id)), "")
        text = opened.letter.source if opened.letter else ""
        leaks = [canary for canary, may in world.canaries.items() if actor not in may and canary in text]
        yield f"{actor} is mailed {leaks}" if leaks and actor else ""


SIGNED_IN: Final = frozenset(name for name, policy in POLICIES.items() if policy.signed_in)
WITH_ROLES: Final = frozenset(name for name, policy in POLICIES.items() if policy.roles)
"""As they stand before any guard is taken away."""
__all__ = ["STRANGERS", "all_of_it", "deeds", "rows", "signed_out", "without_role"]
