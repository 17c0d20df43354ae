"""What is decided about a frame contract: its terms, what each site needs, who opts in late, and whose end is near."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from domain.companies import Company
from domain.events import Private
from domain.purchases.commands import Buying, TakingPart, WakePurchase
from domain.purchases.contracts import (
    KINDS,
    PRICINGS,
    Contract,
    ContractJoined,
    ContractSet,
    Equipment,
    Kind,
    Needs,
    NeedsDeclared,
    NeedsWithdrawn,
)
from domain.purchases.events import PurchaseEvent
from domain.purchases.prices import HIGHEST_CENTS, LARGEST, Tier, cost
from domain.purchases.rules import (
    SENTENCE_LENGTH,
    TEXT_LENGTH,
    known,
    must_belong,
    must_fit_step,
    must_organise,
    must_take_part,
    words,
)
from domain.purchases.state import Purchase
from domain.refused import Conflict, Refused, _
from domain.zones import Zone

MOST_MONTHS: Final = 120
MOST_DAYS: Final = 730
MOST_EQUIPMENT: Final = 20
MOST_OF_ONE: Final = 10_000
MOST_A_WEEK: Final = 21
"""Three times a day."""
_POINTS: Final[dict[Kind, tuple[re.Pattern[str], str]]] = {
    "electricity": (
        re.compile(r"[0-9]{14}"),
        _("A delivery point (PRM or PDL) has 14 digits: it stands on every electricity bill."),
    ),
    "gas": (
        re.compile(r"[0-9]{14}|GI[0-9]{6}"),
        _("A delivery point (PCE) has 14 digits, or GI and 6 digits: it stands on every gas bill."),
    ),
}
ENERGY: Final[frozenset[Kind]] = frozenset(_POINTS)


class SetContract(Buying, frozen=True):
    """Say what contract it is, and its terms; until pledges open they may be said better."""

    contract: Contract
    formula: str


class EquipmentTold(Struct, frozen=True, kw_only=True):
    """A line of equipment as it was typed."""

    what: str
    count: int
    due: date | None = None


class DeclareNeeds(TakingPart, frozen=True):
    """Say what the provider has to know of a site, or say it better."""

    site_id: str
    starts_on: date | None = None
    point: str = ""
    yearly: Decimal | None = None
    power: Decimal | None = None
    ends_on: date | None = None
    equipment: tuple[EquipmentTold, ...] = ()
    surface: Decimal | None = None
    per_week: Decimal | None = None
    note: str = ""


class WithdrawNeeds(TakingPart, frozen=True):
    """Leave a site out."""

    site_id: str


class JoinContract(TakingPart, frozen=True):
    """Opt in after the frame contract was confirmed."""

    quantity: Decimal
    site_id: str = ""
    present_cents: int | None = None
    accepts_charter: bool = False


def set_contract(command: SetContract, purchase: Purchase | None, zone: Zone) -> list[PurchaseEvent]:
    """The organiser says what suppliers and companies go by; once companies commit themselves it stands."""
    purchase = known(purchase)
    must_organise(command, zone)
    if purchase.form != "frame":
        raise Refused(_("Only a frame contract has terms of this kind."))
    if purchase.stage not in {"poll", "quotes", "chosen"}:
        raise Refused(_("Companies have committed themselves to these terms: they stand."))
    contract = command.contract
    if contract.kind not in KINDS or contract.pricing not in PRICINGS:
        raise Refused(_("Choose one of the answers."), field="kind")
    if purchase.frame.contract is not None and purchase.frame.starts and purchase.frame.contract.kind != contract.kind:
        raise Refused(_("Companies have described their sites for this kind of contract: it stays."), field="kind")
    _must_lie(contract.months, 1, MOST_MONTHS, "months")
    _must_lie(contract.notice_days, 0, MOST_DAYS, "notice_days")
    _must_lie(contract.remind_days, 1, MOST_DAYS, "remind_days")
    if not 0 <= contract.standing_cents <= HIGHEST_CENTS:
        raise Refused(_("Write the price as a number of euros."), field="standing")
    if contract.joins_until <= command.now:
        raise Refused(_("The last day must lie ahead."), field="joins_until")
    missing = _("Say how the price is made: what is fixed, what follows an index, and which.")
    formula = words(zone.zone_id, command.formula, "formula", most=TEXT_LENGTH, missing=missing)
    return [ContractSet(purchase_id=command.purchase_id, contract=contract, formula=formula)]


def declare_needs(
    command: DeclareNeeds, purchase: Purchase | None, zone: Zone, company: Company
) -> list[PurchaseEvent]:
    """A company says of each of its sites what the kind of contract asks for, before or after it commits itself."""
    purchase, contract = _described(purchase)
    _must_describe(command, purchase, zone, company)
    if command.site_id not in company.sites:
        raise Refused(_("Choose one of the company’s sites."), field="site")
    if command.starts_on and command.ends_on and command.starts_on <= command.ends_on:
        raise Refused(_("The new contract begins after the present one ends."), field="starts_on")
    needs = Needs(
        site_id=command.site_id,
        starts_on=command.starts_on or (command.ends_on + timedelta(days=1) if command.ends_on else None),
        note=_told(company, command.note, "note"),
    )
    declared = NeedsDeclared(
        purchase_id=command.purchase_id,
        company_id=command.company_id,
        needs=_checked(command, contract.kind, needs, company),
    )
    return [declared]


def withdraw_needs(
    command: WithdrawNeeds, purchase: Purchase | None, zone: Zone, company: Company
) -> list[PurchaseEvent]:
    """A company leaves out a site it had described."""
    purchase, _contract = _described(purchase)
    _must_describe(command, purchase, zone, company)
    if command.site_id not in purchase.frame.starts.get(command.company_id, {}):
        return []
    return [NeedsWithdrawn(purchase_id=command.purchase_id, company_id=command.company_id, site_id=command.site_id)]


def join_contract(
    command: JoinContract, purchase: Purchase | None, zone: Zone, company: Company, homes: Sequence[Zone] = ()
) -> list[PurchaseEvent]:
    """Until the end of the opt-in a company joins what is confirmed, at the price that was settled.

    `homes` are the zones of a company from elsewhere: it may join what is open to partner zones.
    """
    purchase, contract = _described(purchase)
    if purchase.stage not in {"confirmed", "delivered"} or purchase.terms is None or purchase.unit_cents is None:
        raise Refused(_("It is not confirmed: pledge like the others."))
    must_take_part(command, company, zone, purchase.terms, homes, command.purchase_id)
    if command.now >= contract.joins_until:
        raise Refused(_("The opt-in is over: nobody joins any more."))
    if any(share.company_id == command.company_id and share.quantity for share in purchase.shares):
        raise Conflict(_("Your company is in already."))
    if not command.accepts_charter:
        raise Refused(
            _("Each company contracts for itself: tick the box to say that you have read what you accept."),
            field="accepts_charter",
        )
    must_fit_step(command.quantity, purchase, "quantity")
    if not command.quantity:
        raise Refused(_("Say how much."), field="quantity")
    if command.present_cents is not None and not 0 <= command.present_cents <= HIGHEST_CENTS:
        raise Refused(_("Write the price as a number of euros."), field="present_price")
    if command.site_id and command.site_id not in company.sites:
        raise Refused(_("Choose one of the company’s sites."), field="site")
    taken = sum((share.quantity for share in purchase.shares), Decimal(0))
    if purchase.terms.maximum is not None and taken + command.quantity > purchase.terms.maximum:
        raise Refused(_("That much is not left below the maximum: ask for less."), field="quantity")
    most = purchase.terms.most_companies
    if most is not None and sum(bool(share.quantity) for share in purchase.shares) >= most:
        raise Refused(_("All places are taken. Ask the organiser whether more can be had."))
    settled = replace(purchase.terms.offer, tiers=(Tier(Decimal(0), purchase.unit_cents),))
    price = cost(settled, command.quantity, command.quantity)
    return [
        ContractJoined(
            purchase_id=command.purchase_id,
            company_id=command.company_id,
            quantity=command.quantity,
            goods=price.goods,
            delivery=price.delivery,
            with_vat=price.with_vat,
            site_id=command.site_id,
            present_cents=command.present_cents,
        )
    ]


def renewals_due(command: WakePurchase, purchase: Purchase, gone: Collection[str] = ()) -> list[PurchaseEvent]:
    """Whose term ends soon enough to be told, each once; companies that are gone are told nothing."""
    return [
        near
        for at, near in purchase.frame.renewals(purchase.contracted, purchase.purchase_id, command.now)
        if at <= command.now and near.company_id not in gone
    ]


def _described(purchase: Purchase | None) -> tuple[Purchase, Contract]:
    purchase = known(purchase)
    if purchase.form != "frame" or purchase.frame.contract is None:
        raise Refused(_("The organiser has not said yet what contract it is: come back once that is known."))
    return purchase, purchase.frame.contract


def _must_describe(command: TakingPart, purchase: Purchase, zone: Zone, company: Company) -> None:
    """Whoever is in describes its sites as long as it runs; others while they may still come in."""
    if purchase.stage in {"failed", "cancelled"}:
        raise Refused(_("This group purchase is over."))
    must_belong(command, purchase, company, zone)
    if command.company_id in purchase.pledges:
        return
    assert purchase.frame.contract is not None
    if command.now >= purchase.frame.contract.joins_until:
        raise Refused(_("The opt-in is over: nobody joins any more."))


def _checked(command: DeclareNeeds, kind: Kind, needs: Needs, company: Company) -> Needs:
    """What this kind asks for, all of it, and nothing else."""
    match kind:
        case "electricity" | "gas":
            pattern, sentence = _POINTS[kind]
            point = "".join(command.point.split()).upper()
            if not pattern.fullmatch(point):
                raise Refused(sentence, field="point")
            return replace(
                needs,
                point=Private(company.company_id, point),
                yearly=_amount(command.yearly, "yearly", _("Say how many MWh this site uses a year.")),
                power=_amount(command.power, "power", _("Say which power is subscribed, in kVA."))
                if kind == "electricity"
                else None,
                ends_on=command.ends_on,
            )
        case "inspections":
            return replace(needs, equipment=_equipment(command, company))
        case "cleaning":
            per_week = _amount(command.per_week, "per_week", _("Say how often a week."))
            if per_week > MOST_A_WEEK:
                raise Refused(_("%(most)s times a week at most."), field="per_week", most=MOST_A_WEEK)
            surface = _amount(command.surface, "surface", _("Say how many square metres."))
            return replace(needs, surface=surface, per_week=per_week)
        case "other":
            return needs


def _equipment(command: DeclareNeeds, company: Company) -> tuple[Equipment, ...]:
    if not command.equipment:
        raise Refused(_("Name at least one piece of equipment."), field="equipment")
    if len(command.equipment) > MOST_EQUIPMENT:
        raise Refused(_("%(most)s lines at most."), field="equipment", most=MOST_EQUIPMENT)
    for line in command.equipment:
        _must_lie(line.count, 1, MOST_OF_ONE, "equipment")
    missing = _("Say what it is.")
    return tuple(
        Equipment(
            what=words(company.company_id, line.what, "equipment", most=SENTENCE_LENGTH, missing=missing),
            count=line.count,
            due=line.due,
        )
        for line in command.equipment
    )


def _amount(amount: Decimal | None, field: str, missing: str) -> Decimal:
    if amount is None:
        raise Refused(missing, field=field)
    if not 0 < amount < LARGEST:
        raise Refused(_("Write a number greater than zero."), field=field)
    return amount


def _must_lie(number: int, least: int, most: int, field: str) -> None:
    if not least <= number <= most:
        raise Refused(_("Write a whole number from %(least)s to %(most)s."), field=field, least=least, most=most)


def _told(company: Company, text: str, field: str) -> Private | None:
    told = words(company.company_id, text, field)
    return told if told.text else None
