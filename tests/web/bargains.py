"""Exchanges to open pages of: Karim's bakery asks for pallets of Léa's sawmill, and goes as far as a test wants."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import uuid4

from domain.dealings import (
    AcceptExchange,
    AgreePickup,
    ConfirmExchange,
    DeclineExchange,
    DisputeExchange,
    ProposePickup,
    ShowInterest,
    Waste,
)
from domain.exchanges import Exchange, Slot
from domain.listings import ApproveListing, Draft, PostListing, evolve
from domain.quantities import Period, Quantity
from marketplace.reading import visible
from tests.web.conftest import Browser, Site

UNIT: Final = "H87"


class Bargain:
    """One exchange of the story; `lea` owns the listing, `karim` asks."""

    def __init__(self, site: Site, *, per: Period | None = None, pieces: int = 40, **attributes: str) -> None:
        of_waste = {"ewc": "15 01 03"} if attributes.get("status") == "waste" else {}
        self.site = site
        self.per = per
        self.listing_id = f"listing-{uuid4()}"
        self.exchange_id = f"exchange-{uuid4()}"
        story = site.story
        draft = Draft(
            category="PAL.EPAL1",
            title="50 Euro pallets canary-title",
            quantity=Quantity(Decimal(50), UNIT, per),
            attributes={"condition": "B", "ownership": "exchange_pool", **of_waste, **attributes},
        )
        where = {"listing_id": self.listing_id, "company_id": story.companies["sawmill"], "site_id": "site-sawmill"}
        self._do("post_listing", PostListing, "lea", side="offer", draft=draft, **where)
        approval = {"listing_id": self.listing_id, "zone_id": story.zones["jourdies"]}
        self._do("approve_listing", ApproveListing, "marc", **approval)
        self._do(
            "show_interest",
            ShowInterest,
            "karim",
            exchange_id=self.exchange_id,
            listing_id=self.listing_id,
            company_id=story.companies["bakery"],
            quantity=Quantity(Decimal(pieces), UNIT, per),
            message="canary-interest",
            permit="Récépissé 74-2025-018",
        )

    def _do(self, use_case: str, command: Any, by: str, **fields: Any) -> None:
        story = self.site.story
        story.do(getattr(self.site.services.marketplace, use_case), command, story.actor(by), **fields)

    def _deal(self, use_case: str, command: Any, by: str, **fields: Any) -> Bargain:
        company = self.site.story.companies["sawmill" if by == "lea" else "bakery"]
        ids = {"listing_id": self.listing_id, "exchange_id": self.exchange_id, "company_id": company}
        self._do(use_case, command, by, **ids, **fields)
        return self

    def accepted(self, pieces: int = 40) -> Bargain:
        """Léa keeps some for them."""
        quantity = Quantity(Decimal(pieces), UNIT, self.per)
        return self._deal("accept_exchange", AcceptExchange, "lea", quantity=quantity)

    def declined(self) -> Bargain:
        """Léa says no."""
        return self._deal("decline_exchange", DeclineExchange, "lea", reason="transport", sentence="canary-no")

    def proposed(self, *, days: int = 2, by: str = "karim") -> Bargain:
        """One of them says when it would suit."""
        start = (self.site.services.clock.now() + timedelta(days=days)).replace(minute=0, second=0, microsecond=0)
        slot = Slot(start, start + timedelta(hours=1))
        return self._deal("propose_pickup", ProposePickup, by, slot=slot, instructions="Dock 3, canary-dock")

    def agreed(self, *, days: int = 2) -> Bargain:
        """Karim proposes a time, and Léa agrees."""
        return self.proposed(days=days).agrees()

    def agrees(self) -> Bargain:
        """Léa agrees with the time that stands."""
        return self._deal("agree_pickup", AgreePickup, "lea")

    def confirmed(self, pieces: int = 40, *, final: bool = True, waste: Waste | None = None) -> Bargain:
        """Karim says what he collected."""
        return self._deal(
            "confirm_exchange",
            ConfirmExchange,
            "karim",
            quantity=Quantity(Decimal(pieces), UNIT),
            measured=True,
            final=final,
            collected_on=self.site.services.clock.now().date(),
            note="canary-note",
            waste=waste,
        )

    def disputed(self, pieces: int = 30) -> Bargain:
        """Léa says that it was less."""
        quantity = Quantity(Decimal(pieces), UNIT)
        return self._deal(
            "dispute_exchange", DisputeExchange, "lea", number=1, quantity=quantity, sentence="canary-dispute"
        )

    @property
    def state(self) -> Exchange:
        """What the log says of it now."""
        listing = self.site.log.load(self.listing_id, evolve).state
        assert listing is not None
        return listing.exchanges[self.exchange_id]

    @property
    def path(self) -> str:
        """Where its page is."""
        return f"/exchanges/{self.exchange_id}"

    def seen(self) -> Bargain:
        """Wait until pages show all of it."""
        with self.site.database.connect() as connection:
            assert visible(connection, self.site.log.head(), ["listings", "exchanges", "people"], within=5)
        return self

    def send(self, browser: Browser, step: str, fields: dict[str, Any] | None = None, **headers: str) -> Any:
        """Send a form of its page, as it stands."""
        self.seen()
        return browser.send(
            f"{self.path}/{step}", {"seen_version": str(self.state.version), **(fields or {})}, **headers
        )


def ready(site: Site, name: str) -> Browser:
    """A browser of someone who has a page open, and may send forms."""
    browser = site.browser(name)
    browser.get("/account")
    return browser
