"""The page of a company's stop: what it hands over, how a lorry gets there, and what became of it before."""

from __future__ import annotations

from litestar import Response

from domain.purchases import BEFORE_PLEDGES
from domain.refused import _
from web import collection_views as views
from web import purchase_words as words
from web.collecting import Collecting, Found, closed, find
from web.pickup_field import pickup_field, pickup_values
from web.purchase_readers import Filled, organises
from web.purchase_steps import Reshown
from web.purchase_views import Asking
from web.stop_field import load_fields, loads_values
from web.views import Choice
from web.visits import Visit, zone_view


async def show_stop(visit: Visit, purchase_id: str, reshown: Reshown) -> Response[str]:
    """What a company hands over, as its people declare it; the organiser may do it for one that cannot."""
    found = await find(visit, purchase_id)
    view = StopView(visit, found, reshown).view()
    return await visit.page(
        "purchases/collection_stop.html", view, zone=found.zone, current="purchases", status=reshown.status
    )


class StopView(Collecting):
    """One reading of a company's page."""

    def __init__(self, visit: Visit, found: Found, reshown: Reshown) -> None:
        super().__init__(visit, found)
        self.reshown = reshown
        self.companies = found.companies
        self.company_id = self._company()
        self.stops = [stop for stop in found.stops if stop.company_id == self.company_id]
        self.own = next((stop for stop in self.stops if stop.number == found.collection.number), None)

    def _company(self) -> str:
        """The company the page is read for: the one that was named, else one that has a stop, else the first."""
        own = [one.company_id for one in self.companies]
        filled = self.reshown.filled
        named = filled.given.raw("company") if filled else self.visit.request.query_params.get("company", "")
        leads = organises(self.visit, self.found.zone.zone_id)
        if named in own or (leads and named in self.found.names):
            return named
        stopping = {stop.company_id for stop in self.found.stops}
        return next((one for one in own if one in stopping), own[0] if own else "")

    def view(self) -> views.StopPage:
        """All of it."""
        row, told = self.row, self.found.collection
        late = closed(self.visit, self.found) or self._visited_already()
        declares = bool(self.company_id) and not late
        values = self._values()
        form = self.form("stop", values, self.reshown) if declares else None
        planned = told.on is not None and not told.completed
        answers = declares and planned and self.own is not None and row.stage == "confirmed"
        return views.StopPage(
            zone=zone_view(self.found.zone),
            card=self.show.card(row, self.found.terms),
            words=words.said(row.form, self.visit.say),
            unit=self.visit.wording.units(row.unit, row.category),
            company=self.found.name(self.company_id) if self.company_id else "",
            day=self.day(told.on) if planned else "",
            every=self.every,
            share=self.share(),
            before_pledges=row.stage in BEFORE_PLEDGES,
            own=self.stop(self.own, of=told.stops) if self.own else None,
            past=tuple(self.stop(stop) for stop in self.stops if stop.number != told.number),
            form=Asking(key="stop", form=form.form, companies=self._choices(), sites=self._sites()) if form else None,
            loads=load_fields(self.visit, row.category, form.form.values) if form else None,
            pickup=pickup_field(form.form.values, self.visit.say, self.visit.wording, as_last_time=False)
            if form
            else None,
            confirm=self.form("confirm", self._for(), self.reshown)
            if answers and self.own and self.own.answer != "ready"
            else None,
            skip=self.form("skip", self._for(), self.reshown)
            if answers and self.own and self.own.answer != "skips"
            else None,
            withdraw=self.form("withdraw_stop", self._for(), self.reshown)
            if declares and self.own and row.stage != "open"
            else None,
            charter=self._charter(),
            supplier=self.found.terms.supplier if self.found.terms else "",
            closed=late,
            conflict=self.reshown.conflict,
            problem=self._problem(form),
        )

    def _visited_already(self) -> str:
        if self.own is not None and self.own.outcome is not None and not self.found.collection.completed:
            return self.visit.say(_("The lorry has been at your stop already."))
        return ""

    def _charter(self) -> str:
        """What is accepted with the first stop while pledges are open."""
        if self.row.stage != "open" or self.own is not None or self.found.terms is None:
            return ""
        return self.found.terms.charter

    def _problem(self, form: Asking | None) -> str:
        """What stands against a form that is offered no more."""
        filled: Filled | None = self.reshown.filled
        if filled is None or self.reshown.conflict or (filled.key == "stop" and form is not None):
            return ""
        return " ".join(filled.given.errors.values())

    def _values(self) -> dict[str, str]:
        """The stop as it stands, or as it was at the last round; a first one begins with the company's first site."""
        last = self.own or next(iter(self.stops), None)
        decimal = "," if self.visit.language == "fr" else "."
        if last is None:
            sites = self._sites()
            first = {"format_1": self.row.category}
            return {**first, "site": sites[0].value if sites else "", **self._for()}
        return {
            **loads_values(last.loads, decimal),
            **pickup_values(last.access),
            "site": last.site_id,
            "remark": last.remark,
            **self._for(),
        }

    def _for(self) -> dict[str, str]:
        return {"company": self.company_id}

    def _choices(self) -> tuple[Choice, ...]:
        several = len(self.companies) > 1
        return tuple(Choice(value=one.company_id, label=one.name) for one in self.companies) if several else ()

    def _sites(self) -> tuple[Choice, ...]:
        return tuple(
            Choice(value=site.site_id, label=", ".join(filter(None, (site.name, site.address))))
            for site in self.found.sites.values()
            if site.company_id == self.company_id
        )
