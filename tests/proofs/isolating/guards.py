"""The guards of the doorway, each of which is taken away alone: what then is not found would be a proof of nothing.

Those of the database are taken away in `reach`, those of the decisions in `refusals`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from types import SimpleNamespace
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from domain.companies import Company
from domain.zones import Zone
from projections.viewer import Viewer
from tests.proofs.isolating import door, probes
from tests.proofs.isolating.deeds import strangers_deeds
from tests.proofs.isolating.ways import Way
from tests.proofs.isolating.world import ACTORS, NEIGHBOUR, World
from web import security
from web.bearer import ApiTokens
from web.doorway import Doorway
from web.policies import POLICIES, Policy
from web.security import FormGuard, Hosts

A_FEW: Final = 4
"""Ways that are enough to see that a policy lets somebody in."""


class Guard(Struct, frozen=True):
    """One guard: how it is taken away, and what should then be found."""

    name: str
    away: AbstractContextManager[None]
    found: Callable[[], Iterator[str]]


def guards(world: World) -> Iterator[Guard]:
    """Every part of every policy, what a form, a host and a token are asked for, and who acts for whom."""
    for name, policy in POLICIES.items():
        through = [way for way in world.ways if way.policy == name]
        some = [way for way in through if way.method == "GET"][:A_FEW] or through[:A_FEW]
        if some:
            yield from _of_policy(world, name, policy, some)
    forms = [way for way in world.ways if way.method == "POST" and POLICIES[way.policy].proof == "form"][:A_FEW]
    elsewhere = partial(door.forms_from_elsewhere, world, forms)
    yield Guard("what a form is asked for", _instead(FormGuard, "check", lambda *_form, **_more: None), elsewhere)
    yield Guard("where a form comes from", _instead(Hosts, "is_own", lambda *_origin: True), elsewhere)
    anybodys = SimpleNamespace(compare_digest=lambda *_both: True)
    yield Guard("whose token a form bears", _instead(security, "hmac", anybodys), elsewhere)
    pages = partial(door.hosts, world, [way for way in world.ways if way.path == "/"])
    yield Guard("the name we are asked by", _instead(Hosts, "check", lambda *_host: None), pages)
    yield Guard(
        "an administrator’s second factor",
        _instead(Doorway, "_second_factor_owed", _nothing),
        partial(door.second_factors, world, _of(world, "administrator")),
    )
    calls = [way for way in _of(world, "api_member") if way.method != "GET"][:A_FEW]
    yield Guard("what a token may do", _any_scope(), partial(door.scopes, world, calls))
    by_cookie = replace(POLICIES["api_member"], proof="form")
    yield Guard("cookies of programs", _policy("api_member", by_cookie), partial(door.scopes, world, calls))
    strangers = partial(strangers_deeds, world, ("nora",))
    yield Guard("who acts for a company", _instead(Company, "is_represented_by", lambda *_who: True), strangers)
    yield Guard("who runs a zone", _instead(Zone, "allows", lambda *_who: True), strangers)
    yield Guard(
        "who holds a role, as pages ask",
        _instead(Viewer, "has_role", lambda *_role: True),
        partial(probes.without_role, world, world.ways, [NEIGHBOUR]),
    )


def caught(guard: Guard) -> bool:
    """Whether anything is found once the guard is away."""
    with guard.away:
        return any(guard.found())


def _of_policy(world: World, name: str, policy: Policy, some: list[Way]) -> Iterator[Guard]:
    if policy.signed_in:
        open_to_all = replace(policy, signed_in=False, roles=(), fresh=False)
        found = partial(probes.signed_out, world, some, ["anonymous"])
        yield Guard(f"sign-in of {name}", _policy(name, open_to_all), found)
    if policy.roles:
        found = partial(probes.without_role, world, some, list(ACTORS))
        yield Guard(f"roles of {name}", _policy(name, replace(policy, roles=())), found)
    if policy.fresh:
        found = partial(door.stale_proofs, world, some)
        yield Guard(f"a fresh proof for {name}", _policy(name, replace(policy, fresh=False)), found)
    if name in door.FOR_PERSONS:
        found = partial(door.shared_phones, world, some)
        yield Guard(f"a person for {name}", _policy(name, replace(policy, shared=True)), found)


def _of(world: World, policy: str) -> list[Way]:
    return [way for way in world.ways if way.policy == policy]


@contextmanager
def _policy(name: str, without: Policy) -> Iterator[None]:
    kept = POLICIES[name]
    POLICIES[name] = without
    try:
        yield
    finally:
        POLICIES[name] = kept


@contextmanager
def _instead(owner: Any, name: str, other: Any) -> Iterator[None]:
    kept = getattr(owner, name)
    setattr(owner, name, other)
    try:
        yield
    finally:
        setattr(owner, name, kept)


async def _nothing(*_who: object) -> None:
    """Ask for nothing."""


@contextmanager
def _any_scope() -> Iterator[None]:
    find = ApiTokens.find

    async def found(self: ApiTokens, given: str, **more: Any) -> Any:
        token = await find(self, given, **more)
        return replace(token, scopes=("read", "write")) if token else None

    with _instead(ApiTokens, "find", found):
        yield
