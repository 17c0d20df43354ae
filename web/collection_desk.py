"""The organiser's side of a pooled collection: its rule, the day, the order of the stops, and what became of each."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from litestar import Response
from msgspec.structs import replace

from domain import taxonomy
from domain.purchases import CONDITIONS, OUTCOMES
from domain.quantities import plain
from domain.refused import _
from marketplace.route_sheet import Halt, Route
from projections.purchases import StopRow
from web import collection_views as views
from web.collecting import LATE, OUTCOME_WORDS, Collecting, Found, find
from web.purchase_desk import led
from web.purchase_steps import Reshown
from web.purchase_views import Asking
from web.stop_field import CONDITION_WORDS
from web.views import Choice, Fact
from web.visits import Visit, zone_view

NEXT: Final = {
    "nobody": _("Next: the companies say what there is to collect. Set the rule first, so that all read it."),
    "open": _("Pledges are open: plan the round once they are settled."),
    "plan": _("Next: set the day of the round. Everyone who has a stop is told."),
    "again": _("Next: set the day of the next round. Each company is asked whether the same is ready."),
    "order": _("Next: put the stops in order, and give the route sheet to the carrier."),
    "results": _("Next: write down what became of each stop, as the carrier reports it."),
    "done": _("The round was made. This collection comes once."),
    "late": _("This group purchase is over."),
}


async def show_desk(visit: Visit, purchase_id: str, reshown: Reshown) -> Response[str]:
    """Everything about the collection, for whoever leads it."""
    await led(visit, purchase_id)
    found = await find(visit, purchase_id)
    view = DeskView(visit, found, reshown).view()
    return await visit.page(
        "purchases/collection_desk.html", view, zone=found.zone, current="purchases", status=reshown.status
    )


class DeskView(Collecting):
    """One reading of the organiser's page."""

    def __init__(self, visit: Visit, found: Found, reshown: Reshown) -> None:
        super().__init__(visit, found)
        self.reshown = reshown
        self.planned = found.collection.on is not None and not found.collection.completed

    def view(self) -> views.CollectionPage:
        """All of it; what stands against a form that is offered no more is said above everything else."""
        told, row = self.found.collection, self.row
        coming = self.found.coming
        ready = [stop for stop in coming if stop.answer == "ready"]
        over = row.stage in LATE
        made = told.completed and told.every_weeks is None
        may_plan = bool(coming or self.found.stops) and not over and not made and row.stage != "open"
        rule = None if over else self.form("rule", self._rule(), self.reshown)
        page = views.CollectionPage(
            zone=zone_view(self.found.zone),
            card=self.show.card(row, self.found.terms),
            unit=self.visit.wording.units(row.unit, row.category),
            next=self.visit.say(NEXT[self._next(ready)]),
            day=self.day(told.on) if self.planned else "",
            every=self.every,
            number=told.number,
            share=self.share(),
            rule_said=self.rule,
            ready=tuple(self._ready(stop, len(ready)) for stop in ready),
            silent=tuple(self._unanswered(stop) for stop in coming if stop.answer == "silent"),
            skipping=tuple(self._unanswered(stop) for stop in coming if stop.answer == "skips"),
            done=tuple(self._done()),
            conditions=tuple(Choice(value=code, label=self.visit.say(CONDITION_WORDS[code])) for code in CONDITIONS),
            ticked=self._ticked(rule),
            outcomes=tuple(Choice(value=code, label=self.visit.say(OUTCOME_WORDS[code][0])) for code in OUTCOMES),
            planned=self.planned,
            route=bool(ready),
            rule=rule,
            plan=self.form("plan", {"on": told.on.isoformat() if self.planned and told.on else ""}, self.reshown)
            if may_plan
            else None,
            order=self.form(
                "order", {f"place_{stop.company_id}": str(stop.place or "") for stop in ready}, self.reshown
            )
            if self.planned and len(ready) > 1
            else None,
            conflict=self.reshown.conflict,
        )
        return replace(page, problem=self._problem(page))

    def _problem(self, page: views.CollectionPage) -> str:
        """What stands against a form that is offered no more, or has no field to say it beside."""
        filled = self.reshown.filled
        if filled is None or self.reshown.conflict:
            return ""
        stops = [*page.ready, *(stop for done in page.done for stop in done.stops)]
        asked = [page.rule, page.plan, page.order, *(stop.result for stop in stops)]
        if any(form is not None and form.key == filled.key for form in asked):
            return ""
        return " ".join(filled.given.errors.values())

    def _next(self, ready: list[StopRow]) -> str:
        told, stage = self.found.collection, self.row.stage
        if stage in LATE:
            return "late"
        if stage == "open":
            return "open"
        if self.planned and told.on is not None:
            return "results" if told.on <= self.visit.now.date() else "order"
        if told.completed:
            return "again" if told.every_weeks else "done"
        return "plan" if ready else "nobody"

    def _rule(self) -> dict[str, str]:
        told = self.found.collection
        return {
            "free_from": str(told.free_from or ""),
            "every_weeks": str(told.every_weeks or ""),
        }

    def _ticked(self, rule: Asking | None) -> tuple[str, ...]:
        given = self.reshown.of("rule")
        if given is not None and rule is not None:
            return given.all("good")
        return self.found.collection.good

    def _ready(self, stop: StopRow, of: int) -> views.Stop:
        shown = self.stop(stop, of=of)
        if not self.planned or self.found.collection.on is None:
            return shown
        result = None
        if self.found.collection.on <= self.visit.now.date():
            result = self._result(stop)
        return _with(shown, result=result)

    def _result(self, stop: StopRow) -> Asking:
        decimal = "," if self.visit.language == "fr" else "."
        values = {
            "company": stop.company_id,
            "outcome": stop.outcome or "",
            "weight": plain(stop.weight).replace(".", decimal) if stop.weight else "",
            "remark": stop.said,
        }
        return self.form(f"result-{stop.company_id}", values, self.reshown)

    def _unanswered(self, stop: StopRow) -> views.Stop:
        """A stop whose company did not confirm it: the organiser may note what it said by telephone."""
        values = {"company": stop.company_id}
        return _with(
            self.stop(stop),
            confirm=self.form(f"confirm-{stop.company_id}", values, self.reshown),
            skip=self.form(f"skip-{stop.company_id}", values, self.reshown) if stop.answer == "silent" else None,
        )

    def _done(self) -> Iterable[views.RoundDone]:
        """Earlier rounds, the newest first; the last one too, once it was made."""
        told = self.found.collection
        for number in sorted({stop.number for stop in self.found.stops}, reverse=True):
            if number == told.number and not (told.completed and any(stop.outcome for stop in self.found.coming)):
                continue
            made = [stop for stop in self.found.stops if stop.number == number and stop.outcome is not None]
            if not made:
                continue
            weight = sum((stop.weight for stop in made if stop.weight), Decimal(0))
            yield views.RoundDone(
                number=number,
                title=self.visit.say(_("Round %(number)s, %(day)s"), number=number, day=self.day(made[0].on)),
                stops=tuple(_with(self.stop(stop), result=self._correction(stop)) for stop in made),
                weight=self.weight(weight),
            )

    def _correction(self, stop: StopRow) -> Asking | None:
        """The newest round may still be corrected until the next one has its day."""
        newest = max(one.number for one in self.found.stops if one.outcome is not None)
        return self._result(stop) if stop.number == newest and not self.planned else None


def _with(stop: views.Stop, **forms: Asking | None) -> views.Stop:
    return replace(stop, **forms)


# --- the route sheet --------------------------------------------------------------------------------------------


async def route(visit: Visit, purchase_id: str) -> tuple[Found, Collecting, list[StopRow]]:
    """The stops that are ready, in their order."""
    await led(visit, purchase_id)
    found = await find(visit, purchase_id)
    stops = [stop for stop in found.coming if stop.answer == "ready"]
    return found, Collecting(visit, found), stops


async def route_page(visit: Visit, purchase_id: str) -> tuple[Found, views.RoutePage]:
    """The sheet as a page to print."""
    found, told, stops = await route(visit, purchase_id)
    loads: dict[tuple[str, str], Decimal] = {}
    for stop in stops:
        for load in stop.loads:
            key = (taxonomy.label(load.format, visit.language), visit.say(CONDITION_WORDS[load.condition]))
            loads[key] = loads.get(key, Decimal(0)) + load.quantity
    page = views.RoutePage(
        id=purchase_id,
        zone=zone_view(found.zone),
        title=found.row.title or visit.say(_("(erased)")),
        category=taxonomy.label(found.row.category, visit.language),
        number=found.collection.number,
        day=told.day(found.collection.on),
        carrier=found.terms.supplier if found.terms else "",
        stops=tuple(told.stop(stop, of=len(stops)) for stop in stops),
        totals=tuple(
            Fact(label=f"{what}, {state}", value=told.quantity(sum_)) for (what, state), sum_ in loads.items()
        ),
        unanswered=tuple(found.name(stop.company_id) for stop in found.coming if stop.answer == "silent"),
    )
    return found, page


async def route_file(visit: Visit, purchase_id: str) -> tuple[Found, Route]:
    """The same for a spreadsheet: a line for each load of each stop."""
    found, told, stops = await route(visit, purchase_id)
    await visit.looked_at("export", purchase_id, [stop.company_id for stop in stops])
    say = visit.say
    heads = (
        say(_("Stop")),
        say(_("Company")),
        say(_("Site")),
        say(_("Address")),
        say(_("Ready, access")),
        say(_("What")),
        say(_("Condition")),
        say(_("Quantity")),
        say(_("Unit")),
        say(_("Note")),
    )
    halts = []
    for number, stop in enumerate(stops, 1):
        shown = told.stop(stop)
        halts += [
            Halt(
                number=number,
                company=shown.company,
                site=shown.site,
                address=shown.address,
                access=" · ".join(f"{fact.label} : {fact.value}" for fact in shown.access),
                what=taxonomy.label(load.format, visit.language),
                condition=say(CONDITION_WORDS[load.condition]),
                quantity=load.quantity,
                remark=stop.remark,
            )
            for load in stop.loads
        ]
    unit = visit.wording.unit(found.row.unit, found.row.category)
    return found, Route(heads=heads, unit=unit, halts=tuple(halts))
