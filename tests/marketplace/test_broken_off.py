"""What is erased or accepted, and broken off, overtaken or restored: in the end it is done, once and whole."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from uuid_utils import uuid7

from domain import zones
from domain.acting import AcceptActing, EndAsking, InviteToRole
from domain.listings import AmendListing, Draft, RedactText, WithdrawListing
from domain.quantities import Quantity
from domain.refused import Refused
from marketplace.application import Marketplace
from marketplace.database import Database, Role
from marketplace.erasing import Erasing
from marketplace.erasures import Erasure, apply, listed
from marketplace.falling_due import completing
from marketplace.settings import Settings
from tests.marketplace.town import ZONE, Town, town


@pytest.fixture
def here(database: Database, settings: Settings) -> Iterator[Town]:
    with town(database, settings) as here:
        yield here


def typed(here: Town) -> str:
    """Every word of the sawmill that can be read, in the history too."""
    return str([wrote.texts for wrote in here.marketplace.words_of(here.companies["sawmill"])])


def test_a_redaction_takes_what_stands_before_it_whatever_was_erased_before(here: Town) -> None:
    erasing = Erasing(here.database, here.marketplace, here.clock)
    market, sawmill = here.marketplace, here.companies["sawmill"]
    told: dict[str, Any] = {"condition": "B", "ownership": "exchange_pool"}
    listing_id = here.post("sawmill", "PAL.EPAL1", "offer", "Canary one", "5", "H87", told)
    assert "Canary one" in typed(here)
    # As after a restore: the list of erasures knows of a redaction, and the log that was brought back does not.
    apply([Erasure(sawmill, listing_id, here.clock.now())], erasing)
    assert "Canary one" not in typed(here)
    draft = Draft(category="PAL.EPAL1", title="Canary two", quantity=Quantity(Decimal(5), "H87"), attributes=told)
    market.amend_listing(AmendListing(listing_id=listing_id, draft=draft, **here.by("sawmill")))
    market.withdraw_listing(WithdrawListing(listing_id=listing_id, **here.by("sawmill")))
    assert "Canary two" in typed(here)
    erasing.redact(RedactText(listing_id=listing_id, **here.by("sawmill")))
    assert "Canary two" not in typed(here)


def test_two_who_redact_at_once_erase_once_and_nothing_of_what_is_typed_after(here: Town) -> None:
    market, log, sawmill = here.marketplace, here.log, here.companies["sawmill"]
    listing_id = here.post("sawmill", "SRV.GUARD", "offer", "Canary", "5", "HUR", {})
    market.withdraw_listing(WithdrawListing(listing_id=listing_id, **here.by("sawmill")))
    position = market.redact_text(RedactText(listing_id=listing_id, **here.by("sawmill"))).position
    with ThreadPoolExecutor(2) as both:
        erased = [both.submit(log.erase_before, sawmill, listing_id, position) for _one in range(2)]
    assert sorted(one.result() for one in erased) == [0, 1]
    assert "Canary" not in typed(here)
    after, _sealed = log.keys.seal_bytes(b"typed after", sawmill, listing_id, bound_to=sawmill)
    assert log.erase_before(sawmill, listing_id, position) == 0
    assert log.keys.seal_bytes(b"", sawmill, listing_id, bound_to=sawmill)[0] == after
    assert [one.subject for one in listed(here.database) if one.stream == listing_id] == [sawmill]


def test_a_restored_administrator_whom_nobody_follows_is_erased_and_so_is_everyone_after(here: Town) -> None:
    erasing = Erasing(here.database, here.marketplace, here.clock)
    chief, lea = str(here.marketplace.member_at("alix@example.org")), here.members["sawmill"]
    here.settle()
    kept = [Erasure(one, None, here.clock.now()) for one in (chief, lea)]
    applied = apply(kept, erasing)
    assert applied.number == 2
    (refused,) = applied.refused
    assert refused.startswith(f"{chief}: A zone needs at least one administrator")
    for erased in (chief, lea):
        assert here.marketplace.words_of(erased) == []
    assert here.marketplace.member_at("alix@example.org") is None
    assert apply(kept, erasing).number == 0


class Killed(Marketplace):
    """A process that ends once a decision is recorded, before anything follows from it."""

    def _begin(self, *_asked: Any, **_named: Any) -> None:
        raise KeyboardInterrupt


class Overtaken(Marketplace):
    """A process that is slow enough for whoever asked to take it back meanwhile."""

    meanwhile: EndAsking

    def member_at(self, mail: str) -> str | None:
        self.end_asking(self.meanwhile)
        return super().member_at(mail)


def test_who_accepts_has_what_they_accepted_or_nothing_and_is_forgotten(here: Town) -> None:
    chief, lea = str(here.marketplace.member_at("alix@example.org")), here.members["sawmill"]
    secret = here.settings.secret.encode()

    def asked() -> str:
        acting_id = f"acting-{uuid7()}"
        asking = InviteToRole(
            zone_id=ZONE, acting_id=acting_id, name="Canary", mail="lea@example.org", roles=("moderator",),
            **here.asked(f"member:{chief}"),
        )  # fmt: skip
        here.marketplace.invite_to_role(asking)
        return acting_id

    def accepting(acting_id: str) -> AcceptActing:
        return AcceptActing(acting_id=acting_id, member_id="member-new", **here.asked("guest:visitor"))

    def moderates() -> bool:
        zone = here.log.load(ZONE, zones.evolve).state
        return zone is not None and zone.allows(f"member:{lea}", "moderator")

    taken_back = asked()
    overtaken = Overtaken(here.log, secret=secret)
    overtaken.meanwhile = EndAsking(acting_id=taken_back, **here.asked(f"member:{chief}"))
    with pytest.raises(Refused, match="taken back"):
        overtaken.accept_acting(accepting(taken_back))
    assert not moderates()
    broken_off = asked()
    with pytest.raises(KeyboardInterrupt):
        Killed(here.log, secret=secret).accept_acting(accepting(broken_off))
    assert here.marketplace.words_of(broken_off)
    with here.database.pool(Role.FOLLOWER, max_size=1) as systems:
        look = completing(here.marketplace, here.clock, systems)
        assert look.tick() == 0, "they may be at it still"
        here.clock.advance(timedelta(minutes=11))
        assert [look.tick() for _look in range(2)] == [1, 0]
    assert moderates()
    assert here.marketplace.words_of(broken_off) == []
