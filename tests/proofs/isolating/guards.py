"""The guards, each of which is taken away alone: what then is not found would be a proof of nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace
from psycopg.sql import SQL, Identifier

from domain.companies import Company
from domain.zones import Zone
from marketplace.database import Role
from projections.viewer import Viewer
from tests.proofs.isolating import probes
from tests.proofs.isolating.world import ACTORS, World
from web.policies import POLICIES, Policy

A_FEW: Final = 4
"""Ways that are enough to see that a policy lets somebody in."""


class Guard(Struct, frozen=True):
    """One guard: how it is taken away, and what should then be found."""

    name: str
    away: AbstractContextManager[None]
    found: Callable[[], Iterator[str]]


def guards(world: World) -> Iterator[Guard]:
    """Every policy of the doorway, every row policy that hides words of this world, and who a command may come from."""
    for name, policy in POLICIES.items():
        through = [way for way in world.ways if way.policy == name]
        if policy.signed_in and through:
            some = [way for way in through if way.method == "GET"][:A_FEW] or through[:A_FEW]
            yield Guard(
                f"sign-in of {name}",
                _policy(name, replace(policy, signed_in=False, roles=(), fresh=False)),
                partial(probes.signed_out, world, some, ["anonymous"]),
            )
        if policy.roles and through:
            some = [way for way in through if way.method == "GET"][:A_FEW]
            yield Guard(
                f"roles of {name}",
                _policy(name, replace(policy, roles=())),
                partial(probes.without_role, world, some, list(ACTORS)),
            )
    for schema, table in _hiding(world):
        yield Guard(
            f"rows of {table}",
            _rows_open(world, schema, table),
            partial(probes.rows, world, list(ACTORS), [table]),
        )
    yield Guard("who acts for a company", _always(Company, "is_represented_by"), partial(probes.deeds, world))
    yield Guard("who runs a zone", _always(Zone, "allows"), partial(probes.deeds, world))
    yield Guard(
        "who holds a role, as pages ask",
        _always(Viewer, "has_role"),
        partial(probes.without_role, world, world.ways, ["another company’s"]),
    )


def caught(guard: Guard) -> bool:
    """Whether anything is found once the guard is away."""
    with guard.away:
        return any(guard.found())


@contextmanager
def _policy(name: str, without: Policy) -> Iterator[None]:
    kept = POLICIES[name]
    POLICIES[name] = without
    try:
        yield
    finally:
        POLICIES[name] = kept


@contextmanager
def _always(owner: type, name: str) -> Iterator[None]:
    kept: Any = getattr(owner, name)
    setattr(owner, name, lambda *_who, **_more: True)
    try:
        yield
    finally:
        setattr(owner, name, kept)


@contextmanager
def _rows_open(world: World, schema: str, table: str) -> Iterator[None]:
    statement = SQL("ALTER TABLE {}.{} {} ROW LEVEL SECURITY")
    with world.site.database.connect(Role.FOLLOWER) as connection:
        connection.execute(statement.format(Identifier(schema), Identifier(table), SQL("DISABLE")))
        try:
            yield
        finally:
            connection.execute(statement.format(Identifier(schema), Identifier(table), SQL("ENABLE")))


def _hiding(world: World) -> list[tuple[str, str]]:
    """The tables under row-level security that hold a word of this world which somebody must not read."""
    with world.site.database.connect(Role.FOLLOWER) as connection:
        tables = connection.execute(
            "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relrowsecurity AND n.nspname LIKE 'read\\_%' ORDER BY 2"
        ).fetchall()
        return [
            (schema, table)
            for schema, table in tables
            if any(
                canary
                in str(
                    connection.execute(
                        SQL("SELECT t::text FROM {}.{} t").format(Identifier(schema), Identifier(table))
                    ).fetchall()
                )
                for canary in world.canaries
            )
        ]
