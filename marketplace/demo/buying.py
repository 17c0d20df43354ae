"""What the companies of the demonstration buy together: one group purchase in every state it may be found in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from domain.commands import Command
from domain.purchases import (
    Bounds,
    CancelPurchase,
    ChooseQuote,
    ConfirmReceipt,
    Form,
    Offer,
    OpenFunding,
    OpenPledges,
    PledgeQuantity,
    PollInterest,
    ProposePurchase,
    RecordDelivery,
    RecordQuote,
    SetSpecification,
    Tier,
    WakePurchase,
)
from marketplace.demo.naming import Naming
from marketplace.demo.weekdays import PARIS, moment
from marketplace.falling_due import CLOCK

ZONE: Final = "jourdies"
CHARTER: Final = (
    "Chaque entreprise contracte pour elle-même avec le fournisseur, aux conditions du devis retenu, et paie sa part. "
    "L’association organise la consultation ; elle n’achète, n’encaisse et ne garantit rien."
)

PROMISE: Final = (
    "Chaque entreprise promet sa part pour elle-même. Rien n’est payé sur ce site : une fois le cofinancement "
    "confirmé, l’association appelle la part de chacune. Sous le minimum, personne ne doit rien."
)


class QuoteTold(Struct, frozen=True, kw_only=True):
    """A supplier's quote: from how much on, how many cents; what each company pays for delivery, in cents."""

    supplier: str
    tiers: tuple[tuple[int, int], ...]
    pack: int | None = None
    delivery: int = 0
    common: bool = False


class Told(Struct, frozen=True, kw_only=True):
    """A group purchase: proposed so many days before the anchor, by a company or the facilitator.

    What has `shares` is paid for together, not bought. Pledges (quantity, tolerance, present cents) are made one day
    after the other, once it `opened`; it `closes` so many days before the anchor, which is after it when below zero.
    """

    key: str
    form: Form
    category: str
    title: str
    description: str
    unit: str
    days: int
    by: str = ""
    wishes: tuple[tuple[str, int], ...] = ()
    specification: str = ""
    quotes: tuple[QuoteTold, ...] = ()
    chosen: str = ""
    opened: int | None = None
    closes: int = 0
    minimum: int | None = None
    maximum: int | None = None
    pledges: tuple[tuple[str, int, int, int | None], ...] = ()
    delivered: int | None = None
    received: tuple[tuple[str, Literal["received", "short", "damaged"], int, str], ...] = ()
    cancelled: tuple[int, str] | None = None
    shares: tuple[int, ...] = ()
    goal: int | None = None
    partners: bool = False


PURCHASES: Final = (
    Told(
        key="gants", form="goods", category="ACH.PPE", unit="H87", days=150,
        title="Gants de manutention, taille 9 et 10",
        description="Gants enduits nitrile, norme EN 388, pour la manutention courante.",
        wishes=(("logistique", 200), ("scierie", 60), ("emballage", 120), ("epicier", 80)),
        specification="Paires de gants enduits nitrile, EN 388 niveau 4131 au moins, par lots de 12 paires.",
        quotes=(
            QuoteTold(supplier="Protec Alpes", tiers=((0, 260), (240, 225), (480, 195)), pack=12, delivery=900),
            QuoteTold(supplier="Équipement du Môle", tiers=((0, 245), (300, 230)), pack=12, delivery=1500),
        ),
        chosen="Au-delà de 480 paires c’est le moins cher, et la livraison se fait sur chaque site.",
        opened=122, closes=101, minimum=240, maximum=960,
        pledges=(("logistique", 216, 12, 285), ("scierie", 60, 12, 310), ("emballage", 132, 0, 270),
                 ("epicier", 84, 12, 320), ("quincaillerie", 24, 0, 340)),
        delivered=88,
        received=(("logistique", "received", 0, ""), ("scierie", "short", 48, "Un carton de 12 manque à la livraison."),
                  ("emballage", "received", 0, "")),
    ),
    Told(
        key="extincteurs", form="frame", category="ACH.FIRE", unit="H87", days=75, by="garage",
        title="Vérification annuelle des extincteurs",
        description="Passage annuel obligatoire : un seul déplacement du vérificateur pour toute la zone.",
        wishes=(("garage", 9), ("menuiserie", 14), ("imprimerie", 11), ("brasserie", 8)),
        specification="Vérification annuelle selon NF S 61-919, registre tenu, pièces d’usure comprises.",
        quotes=(QuoteTold(supplier="Sécurité 74", tiers=((0, 1_450), (40, 1_150), (80, 950)), delivery=2_500),),
        chosen="Seul devis qui comprend les pièces d’usure.",
        opened=24, closes=-10, minimum=40, maximum=150,
        pledges=(("garage", 9, 0, 1_600), ("menuiserie", 14, 0, None), ("imprimerie", 11, 0, 1_500),
                 ("traiteur", 6, 0, None),
                 ("textile", 12, 0, 1_480)),
    ),
    Told(
        key="abri", form="funding", category="ACH.SUP", unit="EUR", days=40,
        title="Abri à vélos couvert, à l’entrée de la zone",
        description="Seize places, éclairage solaire. La commune prête le terrain ; il reste à payer l’abri.",
        wishes=(("logistique", 600), ("textile", 100), ("garage", 100), ("comptable", 20)),
        opened=30, closes=-17, minimum=1_500, goal=3_600, shares=(20, 100, 600), partners=True,
        pledges=(("logistique", 600, 0, None), ("textile", 100, 0, None), ("garage", 200, 0, None),
                 ("comptable", 20, 0, None), ("imprimerie", 600, 0, None), ("brasserie", 100, 0, None)),
    ),
    Told(
        key="cafe", form="goods", category="ACH.SUP", unit="XBX", days=12, by="comptable",
        title="Café en grains, cartons de 6 kg",
        description="Plusieurs d’entre nous achètent le même café chez trois grossistes différents : et à plusieurs ?",
        wishes=(("comptable", 6), ("formation", 20), ("imprimerie", 8)),
    ),
    Told(
        key="sauveteurs", form="session", category="SRV.TRAIN", unit="C62", days=95,
        title="Recyclage SST, une journée",
        description="Maintien des acquis, dix places, dans la salle de la Maison de la zone.",
        wishes=(("logistique", 3), ("decolletage", 2)),
        specification="Une journée de 7 heures, dix stagiaires au plus, certificat délivré.",
        quotes=(QuoteTold(supplier="Centre Cap Gestes", tiers=((0, 14_500), (8, 11_900)), common=True),),
        chosen="Le centre est dans la zone, et ses dates conviennent.",
        opened=80, closes=60, minimum=6, maximum=10,
        pledges=(("logistique", 3, 0, 16_000), ("decolletage", 2, 0, None)),
    ),
    Told(
        key="cartons", form="goods", category="ACH.PACK", unit="H87", days=210, by="fixations",
        title="Cartons double cannelure neufs",
        description="Formats 400 × 300 × 200 mm.", wishes=(("fixations", 500),),
        cancelled=(180, "Les cartons de réemploi proposés par la zone suffisent : l’achat n’a plus d’objet."),
    ),
)  # fmt: skip


class Buying(Struct, frozen=True):
    """Tells of the group purchases; `facilitator` is an actor, `speakers` are by company."""

    anchor: date
    naming: Naming
    companies: dict[str, str]
    sites: dict[str, str]
    facilitator: str
    speakers: dict[str, str]

    def commands(self) -> Iterator[Command]:
        """One purchase after the other."""
        for told in PURCHASES:
            yield from self._before(told)
            if told.opened is not None:
                yield from self._pledges(told)
            if told.delivered is not None:
                yield from self._afterwards(told)
            if told.cancelled is not None:
                days, reason = told.cancelled
                yield CancelPurchase(reason=reason, **self._asked(told, days, 14, self.facilitator, "cancel"))

    def _before(self, told: Told) -> Iterator[Command]:
        by = self.speakers[told.by] if told.by else self.facilitator
        yield ProposePurchase(
            zone_id=f"zone-{ZONE}",
            form=told.form,
            category=told.category,
            title=told.title,
            description=told.description,
            unit=told.unit,
            company_id=self.companies[told.by] if told.by else "",
            **self._asked(told, told.days, 9, by, "propose"),
        )
        for number, (company, quantity) in enumerate(told.wishes):
            asked = self._asked(told, told.days - 1 - number, 11, self.speakers[company], "wish", company)
            yield PollInterest(company_id=self.companies[company], quantity=Decimal(quantity), **asked)
        if told.opened is None:
            return
        bounds = Bounds(
            deadline=datetime.combine(self._closing(told), time(18), ZoneInfo(PARIS)),
            minimum=None if told.minimum is None else Decimal(told.minimum),
            maximum=None if told.maximum is None else Decimal(told.maximum),
            shares=told.shares,
            goal=None if told.goal is None else Decimal(told.goal),
            partners=told.partners,
        )
        opening = self._asked(told, told.opened, 9, self.facilitator, "open")
        if told.shares:
            yield OpenFunding(bounds=bounds, charter=PROMISE, **opening)
            return
        said = self._asked(told, told.opened + 12, 10, self.facilitator, "specify")
        yield SetSpecification(text=told.specification, **said)
        for number, quote in enumerate(told.quotes):
            entered = self._asked(told, told.opened + 6, 10 + number, self.facilitator, "quote", number)
            yield RecordQuote(
                quote_id=self._quote(told, number), supplier=quote.supplier, offer=self._offer(told, quote), **entered
            )
        choice = self._asked(told, told.opened + 1, 15, self.facilitator, "choose")
        yield ChooseQuote(quote_id=self._quote(told, 0), reason=told.chosen, **choice)
        yield OpenPledges(bounds=bounds, charter=CHARTER, **opening)

    def _pledges(self, told: Told) -> Iterator[Command]:
        assert told.opened is not None  # noqa: S101  # asked before
        for number, (company, quantity, tolerance, present) in enumerate(told.pledges):
            asked = self._asked(told, told.opened - 2 - 3 * number, 10, self.speakers[company], "pledge", company)
            yield PledgeQuantity(
                company_id=self.companies[company],
                quantity=Decimal(quantity),
                tolerance=Decimal(tolerance),
                site_id=self.sites[company],
                present_cents=present,
                accepts_charter=True,
                **asked,
            )
        deadline = datetime.combine(self._closing(told), time(18), ZoneInfo(PARIS))
        for days in (3, 1, 0):
            woken = deadline - timedelta(days=days)
            if woken < moment(self.anchor, 0, 0):
                yield WakePurchase(**{**self._asked(told, 0, 0, CLOCK, "wake", days), "now": woken})

    def _afterwards(self, told: Told) -> Iterator[Command]:
        assert told.delivered is not None  # noqa: S101  # asked before
        delivery = self._asked(told, told.delivered, 16, self.facilitator, "deliver")
        yield RecordDelivery(on=delivery["now"].date(), **delivery)
        for number, (company, outcome, quantity, remark) in enumerate(told.received):
            asked = self._asked(told, told.delivered - 1 - number, 9, self.speakers[company], "receive", company)
            yield ConfirmReceipt(
                company_id=self.companies[company], outcome=outcome, quantity=Decimal(quantity), remark=remark, **asked
            )

    def _offer(self, told: Told, quote: QuoteTold) -> Offer:
        return Offer(
            tiers=tuple(Tier(Decimal(least), cents) for least, cents in quote.tiers),
            vat=Decimal(20),
            valid_until=self._closing(told) + timedelta(days=30),
            pack=None if quote.pack is None else Decimal(quote.pack),
            delivery_cents=quote.delivery,
            delivered="common" if quote.common else "site",
        )

    def _closing(self, told: Told) -> date:
        return self.anchor - timedelta(days=told.closes)

    def _quote(self, told: Told, number: int) -> str:
        return self.naming.lasting("quote", f"{told.key}-{number}")

    def _asked(self, told: Told, days: int, hour: int, actor: str, *what: object) -> dict[str, Any]:
        return self.asked(told.key, days, hour, actor, *what)

    def asked(self, key: str, days: int, hour: int, actor: str, *what: object) -> dict[str, Any]:
        """What every command about one group purchase says; `what` tells this one from all others."""
        return {
            "purchase_id": self.naming.lasting("purchase", key),
            "actor": actor,
            "now": moment(self.anchor, days, hour, 0),
            "command_id": self.naming.command_id("purchase", key, *what),
        }
