"""A frame contract of the demonstration: electricity, sites described, a supplier's own quote, opt-in still open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from domain.commands import Command
from domain.purchases import (
    Bounds,
    ChooseQuote,
    Contract,
    DeclareNeeds,
    InviteSupplier,
    JoinContract,
    Offer,
    OpenPledges,
    PledgeQuantity,
    PollInterest,
    ProposePurchase,
    RecordQuote,
    SetContract,
    SetSpecification,
    SubmitQuote,
    Tier,
    WakePurchase,
    quote_of,
)
from marketplace.demo.buying import CHARTER, ZONE, Buying
from marketplace.demo.weekdays import PARIS, day_of, moment
from marketplace.falling_due import CLOCK
from marketplace.supplier_links import fingerprint

KEY: Final = "electricite-cadre"
BEGAN: Final = 110
OPENED: Final = 66
CLOSED: Final = 33
JOINED: Final = 9
"""Days before the anchor."""
ENDS: Final = -110
"""The end of the opt-in, after the anchor."""
SUPPLIER: Final = "Énergies du Môle"


class Using(Struct, frozen=True):
    """What a company uses: MWh and kVA, its delivery point, cents a MWh today, and days until its contract ends."""

    company: str
    yearly: int
    power: int
    point: str
    present: int | None
    ends: int


USES: Final = (
    Using("decolletage", 420, 250, "19382746501234", 17_900, -45),
    Using("brasserie", 260, 120, "19382746505678", 18_400, -200),
    Using("scierie", 185, 180, "19382746509012", 17_200, -76),
    Using("plasturgie", 610, 400, "19382746503456", 16_900, -320),
    Using("imprimerie", 95, 72, "19382746507890", None, -45),
)
LATE: Final = Using("textile", 40, 36, "19382746502468", 19_100, -60)


class Framing(Struct, frozen=True):
    """Tells of it; who speaks for whom is known to the teller of the group purchases."""

    buying: Buying

    def commands(self) -> Iterator[Command]:
        """From the question to the zone to a company that opts in late."""
        yield from self._asked_for()
        yield from self._quoted()
        yield from self._pledged()
        yield JoinContract(
            quantity=Decimal(LATE.yearly),
            site_id=self.buying.sites[LATE.company],
            present_cents=LATE.present,
            accepts_charter=True,
            **self._of(LATE, JOINED, "join"),
        )
        yield self._described(LATE, JOINED - 1)

    def _asked_for(self) -> Iterator[Command]:
        leader = self.buying.facilitator
        yield ProposePurchase(
            zone_id=f"zone-{ZONE}",
            form="frame",
            category="ACH.ENE",
            title="Électricité : un contrat-cadre pour la zone",
            description="Chacun signe son propre contrat, à la fin du sien, aux prix négociés pour tous.",
            unit="MWH",
            **self._asked(BEGAN, 9, leader, "propose"),
        )
        contract = Contract(
            kind="electricity",
            months=36,
            notice_days=60,
            remind_days=30,
            joins_until=self._midnight(ENDS),
            pricing="indexed",
            standing_cents=1_850,
        )
        formula = (
            "Fourniture à prix fixe pour 70 % des volumes ; 30 % suivent la moyenne mensuelle du marché de gros, plus "
            "4,20 € par MWh. Acheminement et taxes refacturés au réel."
        )
        yield SetContract(contract=contract, formula=formula, **self._asked(BEGAN, 10, leader, "terms"))
        for number, using in enumerate(USES):
            days = BEGAN - 2 - 2 * number
            yield PollInterest(quantity=Decimal(using.yearly), **self._of(using, days, "wish"))
            yield self._described(using, days - 1)

    def _quoted(self) -> Iterator[Command]:
        leader = self.buying.facilitator
        text = "Électricité des sites en annexe, profil C4 et C5, garanties d’origine, facture par site, 36 mois."
        yield SetSpecification(text=text, **self._asked(OPENED + 20, 10, leader, "specify"))
        invitation = self.buying.naming.lasting("invitation", KEY)
        yield InviteSupplier(
            invitation_id=invitation,
            name=SUPPLIER,
            until=self._midnight(OPENED + 4),
            # Nobody holds this one any more: what came by it was chosen long ago.
            token_sha256=fingerprint(invitation),
            mail="devis@energies-du-mole.example",
            **self._asked(OPENED + 19, 9, leader, "invite"),
        )
        yield SubmitQuote(
            invitation_id=invitation,
            name=SUPPLIER,
            offer=self._offer((0, 14_900), (800, 13_650), (1_500, 12_980)),
            conditions="Facture mensuelle par site, à 30 jours. Interlocuteur unique pour la zone.",
            **self._asked(OPENED + 12, 15, f"guest:{invitation}", "submit"),
        )
        yield RecordQuote(
            quote_id=self.buying.naming.lasting("quote", KEY),
            supplier="Alpes Courant",
            offer=self._offer((0, 14_200), (1_000, 13_900)),
            conditions="",
            **self._asked(OPENED + 10, 11, leader, "quote"),
        )
        reason = "Le moins cher dès 800 MWh, avec un interlocuteur unique pour la zone."
        choice = self._asked(OPENED + 2, 10, leader, "choose")
        yield ChooseQuote(quote_id=quote_of(invitation), reason=reason, **choice)

    def _pledged(self) -> Iterator[Command]:
        deadline = datetime.combine(self._day(CLOSED), time(18), ZoneInfo(PARIS))
        bounds = Bounds(deadline=deadline, minimum=Decimal(800), maximum=Decimal(2_500))
        opening = self._asked(OPENED, 9, self.buying.facilitator, "open")
        yield OpenPledges(bounds=bounds, charter=CHARTER, **opening)
        for number, using in enumerate(USES):
            yield PledgeQuantity(
                quantity=Decimal(using.yearly),
                site_id=self.buying.sites[using.company],
                present_cents=using.present,
                accepts_charter=True,
                **self._of(using, OPENED - 2 - 4 * number, "pledge"),
            )
        for days in (3, 1, 0):
            asked = self._asked(CLOSED, 0, CLOCK, "wake", days)
            yield WakePurchase(**{**asked, "now": deadline - timedelta(days=days)})

    def _described(self, using: Using, days: int) -> DeclareNeeds:
        return DeclareNeeds(
            site_id=self.buying.sites[using.company],
            point=using.point,
            yearly=Decimal(using.yearly),
            power=Decimal(using.power),
            ends_on=self._day(using.ends),
            **self._of(using, days, "describe"),
        )

    def _offer(self, *tiers: tuple[int, int]) -> Offer:
        """Cents a MWh, from so many MWh a year on."""
        return Offer(
            tiers=tuple(Tier(Decimal(least), cents) for least, cents in tiers),
            vat=Decimal(20),
            valid_until=self._day(CLOSED) + timedelta(days=30),
        )

    def _day(self, days: int) -> date:
        return day_of(moment(self.buying.anchor, days, 12))

    def _midnight(self, days: int) -> datetime:
        """The end of a day."""
        return datetime.combine(self._day(days) + timedelta(days=1), time(), ZoneInfo(PARIS))

    def _of(self, using: Using, days: int, what: str) -> dict[str, Any]:
        asked = self._asked(days, 11, self.buying.speakers[using.company], what, using.company)
        return {**asked, "company_id": self.buying.companies[using.company]}

    def _asked(self, days: int, hour: int, actor: str, *what: object) -> dict[str, Any]:
        return self.buying.asked(KEY, days, hour, actor, *what)
