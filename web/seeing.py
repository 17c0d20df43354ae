"""Who looked at which match: noted once for each company and pair, beside the answer."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid5

from msgspec.structs import replace

from domain.matches import SeeMatch, match_id
from marketplace.application import Marketplace
from marketplace.clock import Clock
from projections import matches

if TYPE_CHECKING:
    from web.visits import Visit

REMEMBERED: Final = 100_000
"""Looks a process remembers, some ten megabytes: a page that shows known pairs costs nothing."""
LOOKS: Final = UUID("6d8f2e0c-1a54-4c8e-9c3e-3f1f5a0b7d21")
"""Where the ids of these commands come from: the same look always has the same one."""

Look = tuple[str, str]
"""A match and the company that looked at it."""


class Looks:
    """The looks this process knows to be noted, the oldest forgotten first."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._known: OrderedDict[Look, None] = OrderedDict()
        self._lock = Lock()

    def __contains__(self, look: Look) -> bool:
        """Whether this one is known to be noted."""
        with self._lock:
            return look in self._known

    def remember(self, look: Look) -> bool:
        """Whether this one is new."""
        with self._lock:
            new = look not in self._known
            self._known[look] = None
            self._known.move_to_end(look)
            if len(self._known) > self._most:
                self._known.popitem(last=False)
            return new

    def forget(self, look: Look) -> None:
        """It could not be noted: the next one will try again."""
        with self._lock:
            self._known.pop(look, None)


def note(visit: Visit, shown: Sequence[matches.Found]) -> None:
    """Note that a member looked at these matches of their companies; the page does not wait for it.

    A browser that fetches ahead, a program and whoever only runs the zone have not looked.
    """
    if not _looks(visit):
        return
    looks = visit.services.looks
    new = [
        (look, SeeMatch(**visit.signed(_command(look)), listing_id=own, other_listing_id=other, company_id=company))
        for pair in shown
        for company, own, other in _ends(pair)
        if visit.viewer.acts_for(company) and (look := (match_id(own, other), company)) not in looks
    ]
    if new:
        visit.services.aside(_carry_out, visit.services.marketplace, visit.services.clock, looks, new)


def _looks(visit: Visit) -> bool:
    request, viewer = visit.request, visit.viewer
    purpose = request.headers.get("sec-purpose", "") + request.headers.get("purpose", "")
    person = viewer.signed_in and not viewer.shared and visit.policy.proof != "bearer"
    return person and request.method == "GET" and "prefetch" not in purpose


def _ends(pair: matches.Found) -> tuple[tuple[str, str, str], ...]:
    """Each company of a pair, with its own listing and the other's."""
    return (pair.mine_company, pair.mine_id, pair.other_id), (pair.other_company, pair.other_id, pair.mine_id)


def _command(look: Look) -> str:
    return str(uuid5(LOOKS, " ".join(look)))


def _carry_out(marketplace: Marketplace, clock: Clock, looks: Looks, commands: Sequence[tuple[Look, SeeMatch]]) -> None:
    """Note each look, at the moment it is its turn: a long wait is no clock gone wrong.

    One that cannot be noted keeps none of the others back, and is tried again when the page is next shown.
    """
    failures: list[Exception] = []
    for look, command in commands:
        if not looks.remember(look):
            continue
        try:
            marketplace.see_match(replace(command, now=clock.now()))
        except Exception as failure:  # noqa: BLE001 - the first is raised once the others were tried
            looks.forget(look)
            failures.append(failure)
    if failures:
        raise failures[0]
