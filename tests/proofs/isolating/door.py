"""What the doorway asks of whoever comes, whatever the page: a form of ours, a fresh proof, a second one, a scope."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import uuid4

import httpx

from tests.proofs.isolating.ways import FIELDS, Way
from tests.proofs.isolating.world import HERE, World
from web.policies import POLICIES
from web.sessions import FRESH

FORGED: Final = "This form was opened elsewhere"
ELSEWHERE: Final = "https://elsewhere.example"


def forms_from_elsewhere(world: World, ways: Sequence[Way]) -> Iterator[str]:
    """A form that is taken although another site sent it, or it has no token, or the token of somebody else."""
    alix, own = world.browsers["administrator"], world.site.base
    hers, another = alix.csrf, world.browsers["member"].csrf
    for way in ways:
        if way.method == "POST" and POLICIES[way.policy].proof == "form":
            for token, origin in ((hers, ELSEWHERE), ("", own), (another, own)):
                form = {"csrf": token, "command_id": str(uuid4()), **FIELDS}
                answer = alix.client.post(way.to(world.things_of(way)), data=form, headers={"Origin": origin})
                fine = answer.status_code == 403 and FORGED in answer.text
                yield "" if fine else f"{way.path} takes a form from elsewhere: {answer.status_code}"


def stale_proofs(world: World, ways: Sequence[Way]) -> Iterator[str]:
    """Somebody who showed who they are a while ago, and changes how they sign in without doing so again."""
    stale = world.site.browser("karim")
    with world.site.database.connect() as connection:
        connection.execute(
            "UPDATE site.session SET proved_at = proved_at - %s WHERE id = "
            "(SELECT id FROM site.session WHERE member_id = %s ORDER BY created_at DESC LIMIT 1)",
            [2 * FRESH, world.site.story.members["karim"]],
        )
    stale.get("/account")
    for way in ways:
        if way.policy in FRESHLY:
            answer = _asked(stale.client, way, world, stale.csrf)
            fine = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?")
            yield "" if fine else f"{way.method} {way.path} asks nobody again: {answer.status_code}"


def second_factors(world: World, ways: Sequence[Way]) -> Iterator[str]:
    """An administrator with a second factor who has not shown it, anywhere but where one comes in."""
    greta = world.browsers["administrator with a second factor"]
    for way in ways:
        if way.policy in PROVED:
            answer = _asked(greta.client, way, world, greta.csrf)
            fine = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in/second")
            yield "" if fine else f"{way.method} {way.path} asks for no second factor: {answer.status_code}"


def shared_phones(world: World, ways: Sequence[Way]) -> Iterator[str]:
    """A company's shared phone, where only a person may go."""
    phone = world.browsers["phone"]
    for way in ways:
        if way.policy in FOR_PERSONS:
            answer = _asked(phone.client, way, world, phone.csrf)
            fine = answer.status_code == 403 and "this phone is shared" in answer.text
            yield "" if fine else f"{way.method} {way.path} lets a shared phone in: {answer.status_code}"


def scopes(world: World, ways: Sequence[Way]) -> Iterator[str]:
    """A token that may only read, and writes; a session that counts where programs come in."""
    reader, browser = world.programs["reader"], world.browsers["member"].client
    for way in ways:
        if way.for_programs and POLICIES[way.policy].signed_in:
            address = way.to(world.things_of(way))
            if way.method != "GET":
                answer = reader.request(way.method, address, json=way.body)
                fine = answer.status_code == 403 and "may read, and not write" in answer.text
                yield "" if fine else f"{way.method} {way.path} is written by a token that reads: {answer.status_code}"
            answer = browser.request(way.method, address, json=way.body, headers={"Origin": world.site.base})
            yield "" if answer.status_code == 401 else f"{way.method} {way.path} takes a session: {answer.status_code}"


def hosts(world: World, ways: Sequence[Way]) -> Iterator[str]:
    """A request under a name that is not ours."""
    client = world.browsers["anonymous"].client
    for way in ways:
        if way.method == "GET" and not way.path.startswith("/health/"):
            answer = client.get(way.to(world.things), headers={"Host": "elsewhere.example"})
            yield "" if answer.status_code == 400 else f"{way.path} answers to any name: {answer.status_code}"


PROBES: Final = (forms_from_elsewhere, stale_proofs, second_factors, shared_phones, scopes, hosts)
FRESHLY: Final = frozenset(name for name, policy in POLICIES.items() if policy.fresh)
FOR_PERSONS: Final = frozenset(
    name for name, policy in POLICIES.items() if policy.signed_in and not policy.shared and policy.proof == "form"
)
PROVED: Final = frozenset(
    name
    for name, policy in POLICIES.items()
    if policy.signed_in and not policy.entering and not policy.fresh and policy.proof == "form"
)
"""As they stand before any guard is taken away."""


def _asked(client: httpx.Client, way: Way, world: World, csrf: str) -> httpx.Response:
    address, things = way.to({**world.things_of(way), "zone": HERE}), {"csrf": csrf, "command_id": str(uuid4())}
    form = {**things, **FIELDS} if way.method != "GET" else None
    return client.request(way.method, address, data=form, headers={"Origin": world.site.base})
