"""The organiser's side of a shared session: its day and seats, who comes, and who was there."""

from __future__ import annotations

from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from litestar import Response

from domain.purchases import BEFORE_PLEDGES
from domain.quantities import plain
from domain.refused import _
from web import session_views as views
from web.purchase_desk import led
from web.purchase_steps import FIRST, Reshown
from web.training import LATE, Found, Training, find
from web.visits import Visit, zone_view

HOUR: Final = 60
SPARE_LINES: Final = 3
NEXT: Final = {
    "plan": _("Next: say when and where it is, and how many seats there are."),
    "pledges": _("Next: quotes, a price and pledges, on the organiser’s desk. Names come once the price is known."),
    "names": _("Next: the companies say who comes. Print the sheet for the day itself."),
    "attendance": _("Next: write down who was there."),
    "done": _("It was held. Each company is told in time when it has to be learnt again."),
    "late": _("This group purchase is over."),
}


async def show_desk(visit: Visit, purchase_id: str, reshown: Reshown) -> Response[str]:
    """Everything about the session, for whoever leads it."""
    await led(visit, purchase_id)
    found = await find(visit, purchase_id)
    view = DeskView(visit, found, reshown).view()
    return await visit.page(
        "purchases/session_desk.html", view, zone=found.zone, current="purchases", status=reshown.status
    )


class DeskView(Training):
    """One reading of the organiser's page."""

    def view(self) -> views.SessionPage:
        """All of it."""
        row, told = self.row, self.found.session
        over = row.stage in LATE
        plan = None if over or (told and told.held_on) else self.form("plan", self._planned())
        begun = told is not None and self.visit.now >= told.starts_at and row.stage in ("confirmed", "delivered")
        attendance = self.form("attendance", self._held()) if begun and self.found.trainees else None
        given = self.reshown.of("attendance")
        present = tuple(one.trainee_id for one in self.found.trainees if one.present)
        return views.SessionPage(
            zone=zone_view(self.found.zone),
            card=self.show.card(row, self.found.terms),
            next=self.visit.say(NEXT[self._next()]),
            facts=self.facts(),
            seats=tuple(self.every_company()),
            time_zone=self.found.zone.time_zone,
            may_be_free=row.stage in BEFORE_PLEDGES or bool(told and told.unpledged),
            planned=told is not None,
            present=given.all("present") if given else present,
            plan=plan,
            attendance=attendance,
            conflict=self.reshown.conflict,
            problem=self.problem(plan, attendance),
        )

    def _next(self) -> str:
        told = self.found.session
        if self.row.stage in LATE:
            return "late"
        if told is None:
            return "plan"
        if told.held_on is not None:
            return "done"
        if self.visit.now >= told.starts_at:
            return "attendance"
        return "names" if told.unpledged or self.row.stage not in BEFORE_PLEDGES else "pledges"

    def every_company(self) -> list[views.Seats]:
        """Each company that has a seat, or a name."""
        have = {one.company_id for one in self.found.trainees}
        have |= {one for one in self.found.pledges if self.found.reserved(one)}
        return [self.seats(one, forms=False) for one in sorted(have, key=self.found.name)]

    def _planned(self) -> dict[str, str]:
        """The session as it stands, as the fields hold it."""
        told = self.found.session
        if told is None:
            return {"hours": "7", "seats": "10"}
        zone = ZoneInfo(self.found.zone.time_zone)
        begins, cancels = told.starts_at.astimezone(zone), told.cancel_until.astimezone(zone)
        decimal = "," if self.visit.language == "fr" else "."
        return {
            "day": begins.date().isoformat(),
            "at": f"{begins:%H:%M}",
            "hours": plain(Decimal(told.minutes) / HOUR).replace(".", decimal),
            "place": told.place,
            "seats": str(told.seats),
            "cancel_by": cancels.date().isoformat(),
            "valid_months": str(told.valid_months or ""),
            "unpledged": "yes" if told.unpledged else "",
        }

    def _held(self) -> dict[str, str]:
        told = self.found.session
        if told is None:
            return {}
        zone = ZoneInfo(self.found.zone.time_zone)
        return {"on": (told.held_on or told.starts_at.astimezone(zone).date()).isoformat()}


async def attendance_page(visit: Visit, purchase_id: str) -> tuple[Found, views.AttendancePage]:
    """The sheet to sign, with lines left for whoever comes unannounced."""
    await led(visit, purchase_id)
    found = await find(visit, purchase_id)
    told = DeskView(visit, found, FIRST)
    return found, views.AttendancePage(
        id=purchase_id,
        zone=zone_view(found.zone),
        title=found.row.title or visit.say(_("(erased)")),
        trainer=found.terms.supplier if found.terms else "",
        facts=told.facts()[:2],
        seats=tuple(told.every_company()),
        empty_lines=tuple(range(SPARE_LINES)),
    )
