"""What is decided of a shared session: its day, who comes, who gives a seat back, and who was there."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from domain.companies import Company
from domain.purchases.commands import Buying, TakingPart, WakePurchase
from domain.purchases.events import PurchaseEvent
from domain.purchases.rules import known, must_belong, must_organise, must_speak_for, words
from domain.purchases.sessions import (
    RefreshersDue,
    SeatCancelled,
    SessionHeld,
    SessionPlanned,
    TraineeForgotten,
    TraineeNamed,
)
from domain.purchases.state import BEFORE_PLEDGES, Purchase
from domain.refused import NotFound, Refused, _
from domain.zones import Zone

MOST_SEATS: Final = 500
LONGEST: Final = 5 * 24 * 60
"""Minutes of a session: a working week."""
MOST_MONTHS: Final = 120
NAME_LENGTH: Final = 80


class PlanSession(Buying, frozen=True):
    """Say when and where it is, for how many, and until when a seat may be given back."""

    starts_at: datetime
    minutes: int
    place: str
    seats: int
    cancel_until: datetime
    valid_months: int | None = None
    unpledged: bool = False


class NameTrainee(TakingPart, frozen=True):
    """Say who comes; the id is that of the person from now on, and their name is sealed under it."""

    trainee_id: str
    name: str


class CancelSeat(TakingPart, frozen=True):
    """Give back the seat of a trainee, or one without a name."""

    trainee_id: str = ""


class ForgetTrainee(TakingPart, frozen=True):
    """Forget the name of somebody who was there."""

    trainee_id: str


class RecordAttendance(Buying, frozen=True):
    """Say on which day it was held, and who was there."""

    on: date
    present: tuple[str, ...]


def plan_session(command: PlanSession, purchase: Purchase | None, zone: Zone) -> list[PurchaseEvent]:
    """A day and seats that those who are named already fit on; whoever pledged did so on a session with a price."""
    purchase = _session(purchase)
    must_organise(command, zone)
    session = purchase.session
    if session.held_on is not None:
        raise Refused(_("The session was held already."))
    if command.starts_at <= command.now:
        raise Refused(_("The session must lie ahead."), field="at")
    if not 0 < command.minutes <= LONGEST:
        raise Refused(_("Say how long it lasts."), field="hours")
    if not 0 < command.seats <= MOST_SEATS:
        raise Refused(_("Write a number of seats from 1 to %(most)s."), field="seats", most=MOST_SEATS)
    if command.seats < taken(purchase):
        raise Refused(_("More seats than this are taken already: %(taken)s."), field="seats", taken=taken(purchase))
    if command.cancel_until > command.starts_at:
        raise Refused(_("A seat is given back before the session, not after it has begun."), field="cancel_by")
    if command.valid_months is not None and not 0 < command.valid_months <= MOST_MONTHS:
        raise Refused(_("Write a number of months from 1 to %(most)s."), field="valid_months", most=MOST_MONTHS)
    if command.unpledged and purchase.offers:
        raise Refused(_("Suppliers have quoted a price: open the pledges instead."), field="unpledged")
    if session.unpledged and not command.unpledged:
        raise Refused(_("Seats are taken already on the word that nobody pays."), field="unpledged")
    place = words(zone.zone_id, command.place, "place", missing=_("Say where it is."))
    return [
        SessionPlanned(
            purchase_id=purchase.purchase_id,
            starts_at=command.starts_at,
            minutes=command.minutes,
            place=place,
            seats=command.seats,
            cancel_until=command.cancel_until,
            valid_months=command.valid_months,
            unpledged=command.unpledged,
        )
    ]


def name_trainee(command: NameTrainee, purchase: Purchase | None, zone: Zone, company: Company) -> list[PurchaseEvent]:
    """Each seat of a company takes one name; beyond them a seat is taken that nobody has, or that was given back."""
    purchase = _session(purchase)
    must_belong(command, purchase, company, zone)
    session = purchase.session
    if command.trainee_id in session.trainees:
        return []
    if session.starts_at is None:
        raise Refused(_("The session has no day yet."))
    if session.held_on is not None or command.now >= session.starts_at:
        raise Refused(_("The session has begun: nobody is added any more."))
    if purchase.stage in BEFORE_PLEDGES:
        raise Refused(_("Say first how many seats you would take: names come once the price is known."))
    if len(session.of(company.company_id)) >= reserved(purchase, company.company_id):
        if purchase.stage == "open":
            raise Refused(_("Book the seat first: you have named somebody for each of yours."), field="name")
        if taken(purchase) >= session.seats:
            raise Refused(_("All seats are taken. One may come free: ask the organiser."), field="name")
    missing = _("Say who comes.")
    name = words(command.trainee_id, " ".join(command.name.split()), "name", most=NAME_LENGTH, missing=missing)
    return [
        TraineeNamed(
            purchase_id=purchase.purchase_id,
            company_id=command.company_id,
            trainee_id=command.trainee_id,
            name=name,
        )
    ]


def cancel_seat(command: CancelSeat, purchase: Purchase | None, zone: Zone, company: Company) -> list[PurchaseEvent]:
    """Until the moment that was said, a seat may be given back, and another company may take it."""
    purchase = _session(purchase)
    must_speak_for(command, company, zone)
    session = purchase.session
    if session.cancelled.get(command.trainee_id) == company.company_id:
        return []
    if command.trainee_id and command.trainee_id not in session.of(company.company_id):
        raise NotFound(_("Nobody of this name has a seat."))
    if session.held_on is not None:
        raise Refused(_("The session was held already."))
    if session.cancel_until is not None and command.now >= session.cancel_until:
        raise Refused(_("It is too late to give the seat back. Send somebody else, or ask the organiser."))
    if not command.trainee_id:
        if purchase.stage == "open":
            raise Refused(_("Change the number of seats you book instead."))
        if reserved(purchase, company.company_id) <= len(session.of(company.company_id)):
            raise Refused(_("Each of your seats has a name: say whose is given back."))
    return [
        SeatCancelled(
            purchase_id=purchase.purchase_id,
            company_id=command.company_id,
            trainee_id=command.trainee_id,
            gives_back=purchase.stage != "open",
        )
    ]


def forget_trainee(
    command: ForgetTrainee, purchase: Purchase | None, zone: Zone, company: Company
) -> list[PurchaseEvent]:
    """A name is forgotten for good, whenever somebody asks."""
    purchase = _session(purchase)
    must_speak_for(command, company, zone)
    session = purchase.session
    had_a_seat = session.cancelled.get(command.trainee_id) == company.company_id
    if not had_a_seat and command.trainee_id not in session.of(company.company_id):
        raise NotFound(_("Nobody of this name has a seat."))
    return [
        TraineeForgotten(purchase_id=purchase.purchase_id, company_id=command.company_id, trainee_id=command.trainee_id)
    ]


def record_attendance(command: RecordAttendance, purchase: Purchase | None, zone: Zone) -> list[PurchaseEvent]:
    """Who was there, of those who had a seat; what they learnt holds from that day."""
    purchase = _session(purchase)
    must_organise(command, zone)
    session = purchase.session
    if session.starts_at is None or purchase.stage not in {"confirmed", "delivered"}:
        raise Refused(_("Only a session that takes place has somebody there."))
    if command.on > command.now.date() or command.now < session.starts_at:
        raise Refused(_("The session is still to come."), field="on")
    if command.on < session.starts_at.date():
        raise Refused(_("It cannot have been held before the day that was set."), field="on")
    if not set(command.present) <= session.trainees.keys():
        raise NotFound(_("Nobody of this name has a seat."))
    return [SessionHeld(purchase_id=purchase.purchase_id, on=command.on, present=tuple(sorted(set(command.present))))]


def refreshers(command: WakePurchase, purchase: Purchase) -> list[PurchaseEvent]:
    """Once, ahead of the day what was learnt ends, its companies are told."""
    session = purchase.session
    if session.wakes_at is None or session.until is None or command.now < session.wakes_at:
        return []
    return [RefreshersDue(purchase_id=purchase.purchase_id, until=session.until)]


def reserved(purchase: Purchase, company_id: str) -> int:
    """The seats that are a company's: what it pledged, or its share, less what it gave back."""
    if purchase.stage == "open":
        pledge = purchase.pledges.get(company_id)
        return int(pledge.quantity) if pledge else 0
    share = next((one for one in purchase.shares if one.company_id == company_id), None)
    whole = int(share.quantity) if share else 0
    return max(whole - purchase.session.given_back.get(company_id, 0), 0)


def taken(purchase: Purchase) -> int:
    """All seats that are somebody's: those of companies with a share, and those with a name."""
    session = purchase.session
    mine = {one.company_id for one in session.trainees.values()}
    companies = mine | purchase.pledges.keys() if purchase.stage == "open" else mine
    companies |= {share.company_id for share in purchase.shares}
    return sum(max(reserved(purchase, one), len(session.of(one))) for one in companies)


def _session(purchase: Purchase | None) -> Purchase:
    purchase = known(purchase)
    if purchase.form != "session":
        raise Refused(_("This is not a shared session."))
    if purchase.stage in ("failed", "cancelled"):
        raise Refused(_("This group purchase is over."))
    return purchase
