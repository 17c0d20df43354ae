"""A site in a process of its own, with a small town in it, and what was seen of how it answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from msgspec import Struct, field

from tests.ground import Ground, Program, desk, grounded, site
from tests.town import Town

MOST_TOLD = 50


class Seen(Struct):
    """How often which status was answered, and what should not have been."""

    statuses: dict[int, int] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)

    def answered(self, status: int, said: str) -> None:
        """Count an answer; a fault of ours is one too many."""
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if status >= httpx.codes.INTERNAL_SERVER_ERROR:
            self.wrong(f"{said}: {status}")

    def wrong(self, said: str) -> None:
        """Note what should not have been."""
        if len(self.violations) < MOST_TOLD:
            self.violations.append(said)

    @property
    def total(self) -> int:
        """How many answers there were."""
        return sum(self.statuses.values())


class Stage(Struct, frozen=True):
    """The site that serves, whose town it is, and the ids of some listings."""

    ground: Ground
    town: Town
    serving: Program
    known: tuple[str, ...]

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.serving.port


@contextmanager
def staged(seed: int, *arguments: str) -> Iterator[Stage]:
    """Serve the site, or what another module makes of it; nothing is too often here."""
    with grounded() as ground, desk(ground.database) as here, site(ground, *arguments) as serving:
        town = Town(here, seed, companies=4, people=4)
        known = tuple(here.marketplace.post_listing(town.posting()).stream for _listing in range(4))
        with ground.administrator() as connection:
            connection.execute(UNCOUNTED)
        yield Stage(ground, town, serving, known)


UNCOUNTED = b"""
CREATE FUNCTION site.uncounted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER uncounted BEFORE INSERT ON site.tries FOR EACH ROW EXECUTE FUNCTION site.uncounted();
"""
"""A try that is not kept counts for nothing: else most of what is sent would be answered "too often"."""
