"""What is looked for: a foreign thing that answers otherwise than a missing one, and words where they must not be."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from uuid import uuid4

from psycopg.sql import SQL, Identifier

from marketplace.database import Role
from marketplace.reading import SYSTEM, reading
from projections import people
from projections.viewer import Viewer
from tests.proofs.isolating import door
from tests.proofs.isolating.deeds import strangers_deeds
from tests.proofs.isolating.things import OPEN
from tests.proofs.isolating.ways import MALFORMED, Way, told
from tests.proofs.isolating.world import ACTORS, HERE, NEIGHBOUR, THERE, World
from web.policies import POLICIES

TURNED_AWAY: Final = (303, 401)
REFUSED: Final = (303, 403, 404)
HER: Final = frozenset({"member"})
LED: Final = frozenset({"facilitator", "administrator"})
MODERATED: Final = frozenset({"moderator here", "administrator"})
ZONE: Final = HER | {NEIGHBOUR} | LED | MODERATED
SEES: Final[dict[str, frozenset[str]]] = {
    "appeal_id": MODERATED,
    "bulletin_id": LED,
    "charter_id": ZONE,
    "company_id": ZONE,
    "exchange_id": HER | LED | {NEIGHBOUR},
    "federation": HER | LED | MODERATED,
    "handover_id": LED,
    "invitation_id": LED,
    "listing_id": HER | LED | MODERATED,
    "mail_id": HER,
    "match_id": HER | LED | {NEIGHBOUR},
    "member_id": HER | LED,
    "message_id": HER | LED | {NEIGHBOUR},
    "notice_id": MODERATED,
    "passkey_id": HER,
    "phone_id": HER,
    "photo_id": ZONE,
    "pooling_id": ZONE,
    "purchase_id": ZONE,
    "quote_id": LED,
    "search_id": HER,
    "sentence_id": MODERATED,
    "session_id": HER,
    "site_id": HER | LED | MODERATED,
    "subject_id": HER | MODERATED,
    "term_id": LED,
    "token_id": HER,
    "trainee_id": HER | LED,
    "which": frozenset({"administrator"}),
}
"""Who may know that each kind of thing is there; to everyone else it is as if it were not."""
NO_THING: Final = {
    "zone": "zones are open to everybody",
    "outlet_id": "a zone tells everybody of its outlets",
    "name": "a file of the site’s own, or a secret that opens a calendar to whoever holds it",
    "path": "anything below an address of the API that is none",
    "period": "a week, whether or not anything happened in it",
    "token": "a secret that opens what it is for to whoever holds it",
    "tree": "the version of the site’s own files",
    "version": "which step of a thing that is named beside it",
    "width": "which size of a photo that is named beside it",
}
"""What addresses name besides, and why nobody can be told from it that something is there."""
NEWS: Final = "canary-news"
SHOWN: Final = (
    ("member", "canary-waiting", "/listings/{listing_id}"),
    ("moderator here", "canary-waiting", "/z/jourdies/moderation"),
    (NEIGHBOUR, "canary-title", "/listings/{shown_listing}"),
    (NEIGHBOUR, "canary-title", "/z/jourdies/listings?q=oakwood"),
    (NEIGHBOUR, "canary-title", "/matches/{match_id}"),
    (NEIGHBOUR, "canary-title", "/api/v1/listings/{shown_listing}"),
    (NEIGHBOUR, "canary-title", "/api/v1/zones/jourdies/listings"),
    (NEIGHBOUR, "canary-interest", "/exchanges/{exchange_id}"),
    (NEIGHBOUR, "canary-message", "/exchanges/{exchange_id}"),
    (NEIGHBOUR, "canary-charter", "/charters/{charter_id}"),
    (NEIGHBOUR, "canary-terms", "/purchases/{announced_purchase}"),
    (NEIGHBOUR, "canary-photo", "/photos/{photo_id}/{width}"),
    ("anonymous", OPEN, "/z/jourdies/listings.atom"),
    ("anonymous", OPEN, "/z/jourdies/listings"),
    ("anonymous", OPEN, "/api/v1/zones/jourdies/listings"),
    ("member", "canary-search", "/account/data.json"),
    ("member", "canary-trainee", "/purchases/{session_purchase}/trainees"),
    ("member", "canary-stop", "/purchases/{collection_purchase}/stop"),
    ("moderator here", "canary-reason", "/z/jourdies/record.csv"),
    ("moderator here", "canary-reason", "/z/jourdies/record.json"),
    ("moderator here", "canary-notice", "/z/jourdies/objections"),
    ("facilitator", "canary-quote", "/purchases/{purchase_id}/desk"),
    ("facilitator", "canary-needs", "/purchases/{frame_purchase}/contract/desk"),
    ("facilitator", "canary-bulletin", "/z/jourdies/bulletins/{bulletin_id}/preview"),
)
"""Where those who may read a word find it: pages, the search, a feed, exports, and the addresses of programs."""
UUID: Final = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def all_of_it(world: World, ways: Sequence[Way], actors: Sequence[str], people: Sequence[str]) -> tuple[int, list[str]]:
    """Ask everything, and say how often was asked and what was found."""
    head, found, n = world.head(), [], 0
    by_way = (unnamed, signed_out, without_role, foreign, words, malformed)
    asked = [probe(world, ways, actors) for probe in by_way]
    asked += [probe(world, ways) for probe in door.PROBES]
    asked += [kinds(world), shown(world), mails(world), rows(world, actors), strangers_deeds(world, people)]
    for violation in itertools.chain(*asked):
        n += 1
        found += [violation] if violation else []
    # Whoever may look at a match has looked at it: that is noted beside the answer.
    done = {type(each.event).__name__ for each in world.site.log.read(head, 100)} - {"MatchSeen"}
    found += [f"something that is not theirs was changed: {sorted(done)}"] if done else []
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
    """A thing somebody may not know of, answered otherwise than a missing one; its words, all the more.

    Whoever runs the other zone asks by both zones' addresses: in their own they have every right, but to this thing.
    """
    for way in ways:
        things = world.things_of(way)
        for kind in SEES.keys() & set(way.names):
            if things[kind] == world.things.get("session_purchase"):
                continue  # announced, and everybody’s to see
            for actor, zone in [*((actor, HERE) for actor in actors), ("moderator elsewhere", THERE)]:
                if actor in SEES[kind] or actor not in actors or (zone == THERE and "zone" not in way.names):
                    continue
                asked = {**things, "zone": zone}
                missing = missing_like(things[kind])
                there = world.ask(actor, way, way.to(asked))
                not_there = world.ask(actor, way, way.to({**asked, kind: missing}))
                same = told(there, things[kind]) == told(not_there, missing)
                leaks = [canary for canary, may in world.canaries.items() if actor not in may and canary in there.text]
                fine = same and not leaks
                how = f"{there.status_code}, missing {not_there.status_code} {leaks}"
                yield "" if fine else f"{way.method} {way.path} in {zone} tells {actor} of a {kind}: {how}"


def kinds(world: World) -> Iterator[str]:
    """A kind of thing that addresses name, and of which nothing here says who may know of it."""
    for name in sorted({name for way in world.ways for name in way.names}):
        known = name in NO_THING or (name in SEES and name in world.things)
        yield "" if known else f"nothing says who may know of a {name}"


def missing_like(thing: str) -> str:
    """The name of a thing of the same kind that is not there."""
    return UUID.sub(lambda _found: str(uuid4()), thing) if UUID.search(thing) else "nowhere"


def words(world: World, ways: Sequence[Way], actors: Sequence[str]) -> Iterator[str]:
    """Words on a page, in a feed or in a file that are not for who reads it."""
    for way in ways:
        if way.method == "GET":
            for actor in actors:
                text = world.ask(actor, way, way.to(world.things_of(way))).text
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


def shown(world: World) -> Iterator[str]:
    """A word that its reader does not find where it stands: then its absence for others would prove nothing."""
    for actor, word, address in SHOWN:
        asked = address.format(**world.things)
        text = world.get(actor, asked)
        yield "" if word in text else f"{actor} does not find {word} at {address}"
        for other in ACTORS:
            if word in world.canaries and other not in world.canaries[word]:
                yield f"{other} finds {word} at {address}" if word in world.get(other, asked) else ""
    about = world.get("anonymous", "/listings/{public_listing}".format(**world.things))
    structured = about.partition('type="application/ld+json">')[2].partition("</script>")[0]
    yield "" if OPEN in structured else "machines are not told of what everybody may read"


def mails(world: World) -> Iterator[str]:
    """Words in a mail that are not for who gets it, and news that do not come to who is to have them."""
    names = {member_id: name for name, member_id in world.site.story.members.items()}
    told = set()
    for opened in world.site.services.outbox.recent(200):
        actor = next((actor for actor, name in ACTORS.items() if name == names.get(opened.mail.member_id)), "")
        text = opened.letter.source if opened.letter else ""
        leaks = [canary for canary, may in world.canaries.items() if actor not in may and canary in text]
        yield f"{actor} is mailed {leaks}" if leaks and actor else ""
        told |= {actor} if NEWS in text else set()
    for actor in (*world.canaries[NEWS], "moderator elsewhere", "suspended"):
        yield "" if (actor in told) == (actor in world.canaries[NEWS]) else f"the news do not come to {actor}, or do"


SIGNED_IN: Final = frozenset(name for name, policy in POLICIES.items() if policy.signed_in)
WITH_ROLES: Final = frozenset(name for name, policy in POLICIES.items() if policy.roles)
"""As they stand before any guard is taken away."""
