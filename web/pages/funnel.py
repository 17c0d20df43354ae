"""The funnel of a zone: from matches to confirmed pick-ups in a period, and where the others stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Final

from babel.numbers import format_percent
from litestar import Response
from litestar.params import FromPath

from domain import taxonomy
from domain.exchanges import REASONS, REMIND_AFTER, TELL_FACILITATOR_AFTER, Reason
from domain.refused import _
from marketplace.language import translations
from marketplace.links import PAGES
from projections import people
from projections.exchanges import EXCHANGES
from projections.exchanges.funnel import Silence, silence
from projections.matches import MATCHES
from projections.people import PEOPLE
from web import funnel_views as views
from web.funnel import OF_EXCHANGES, STAGES, Funnel, Outcome, Stage, Stopped, Wanted, Way, funnel
from web.policies import page
from web.spans import MOST_YEARS, is_cut, month_words, presets, problem, span_of, span_words
from web.visits import Visit, Visiting, zone_view

STAGE_WORDS: Final[dict[Stage, str]] = {
    "matched": _("Found"),
    "seen": _("Seen"),
    "contacted": _("Contacted"),
    "accepted": _("Accepted"),
    "collected": _("Picked up"),
    "confirmed": _("Confirmed"),
}
OUTCOME_WORDS: Final[dict[Outcome, str]] = {
    "confirmed": _("Confirmed pick-up"),
    "chosen": _("Ended for a reason somebody chose"),
    "clock": _("Ended without anybody’s choice"),
    "nothing": _("Ended with nothing collected that stands"),
    "open": _("Under way"),
}
A_HOUR: Final = timedelta(hours=1)
IN_HOURS: Final = timedelta(hours=24)
"""Below this, a wait is said in hours."""
THOUSAND: Final = 1000


@page("/z/{zone:str}/funnel", policy="facilitator")
async def show_funnel(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """How far the matches of a period came."""
    here = await visit.zone(zone)
    span = span_of(visit, here.time_zone)
    async with visit.reading(PEOPLE, EXCHANGES, MATCHES) as read:
        found = await funnel(visit.services, read, here, span)
        quiet = await read.one(silence(here.zone_id, visit.now - REMIND_AFTER, visit.now - TELL_FACILITATOR_AFTER))
    # Hundreds of numbers are counted one by one: others are answered meanwhile.
    view = await visit.services.blocking(_view, visit, here, found, quiet)
    return await visit.page("zones/funnel.html", view, zone=here, current="funnel")


def _view(visit: Visit, here: people.Zone, found: Funnel, quiet: Silence | None) -> views.FunnelPage:
    span, said = found.span, _Saying(visit, here, found)
    return views.FunnelPage(
        zone=zone_view(here),
        first=span.first.isoformat(),
        last=span.last.isoformat(),
        span=span_words(visit, span),
        presets=presets(visit, span, lambda **asked: PAGES.funnel(here.slug, **asked)),
        problem=problem(visit),
        matched=said.bars(STAGES, "match"),
        direct=said.bars(OF_EXCHANGES, "direct"),
        outcomes=said.outcomes(),
        begun=len(found.journeys),
        reasons=said.reasons("chosen"),
        unanswered=said.reasons("clock"),
        heads=tuple(visit.say(STAGE_WORDS[stage]) for stage in STAGES),
        families=said.lines(
            [(taxonomy.label(family, visit.language), {"family": family}) for family in found.families]
        ),
        months=said.lines([(month_words(visit, month), {"month": month}) for month in span.months]),
        open=views.Number(n=quiet.open if quiet else 0, to=PAGES.zone_exchanges(here.slug)),
        silent=views.Number(
            n=quiet.two_weeks if quiet else 0,
            to=PAGES.zone_exchanges(here.slug, quiet=str(TELL_FACILITATOR_AFTER.days)),
        ),
        cut=is_cut(visit),
        years=MOST_YEARS,
    )


class _Saying:
    """Every number of the page comes from here, with the address of what it counts."""

    def __init__(self, visit: Visit, zone: people.Zone, found: Funnel) -> None:
        self.visit = visit
        self.found = found
        self.address: Callable[..., str] = lambda **asked: PAGES.zone_exchanges(zone.slug, **asked)

    def number(self, wanted: Wanted) -> views.Number:
        """A figure and its list."""
        n = self.found.count(wanted)
        asked = {name: getattr(wanted, name) for name in wanted.__struct_fields__}
        span = self.found.span
        to = self.address(from_=span.first.isoformat(), to=span.last.isoformat(), **asked) if n else ""
        return views.Number(n=n, to=to)

    def bars(self, stages: Sequence[Stage], way: Way) -> tuple[views.Bar, ...]:
        """The stages of one way to begin, each beside the one before."""
        numbers = [self.number(Wanted(stage=stage, way=way)) for stage in stages]
        longest = max(number.n for number in numbers)
        return tuple(
            views.Bar(
                label=self.visit.say(STAGE_WORDS[stage]),
                number=number,
                length=_length(number.n, longest),
                share=self._share(number.n, numbers[place - 1].n) if place else "",
                wait=self._wait(stage, way) if place else "",
            )
            for place, (stage, number) in enumerate(zip(stages, numbers, strict=True))
        )

    def outcomes(self) -> tuple[views.Outcome, ...]:
        """What became of everything that was asked: these add up."""
        numbers = {outcome: self.number(Wanted(outcome=outcome)) for outcome in OUTCOME_WORDS}
        return tuple(
            views.Outcome(
                code=outcome,
                label=self.visit.say(OUTCOME_WORDS[outcome]),
                number=number,
                length=_length(number.n, len(self.found.journeys)),
            )
            for outcome, number in numbers.items()
            if number.n or outcome != "nothing"
        )

    def reasons(self, outcome: Outcome) -> tuple[views.Line, ...]:
        """Why exchanges ended, the most frequent reason first."""
        given: list[tuple[int, Reason]] = [
            (count, reason) for reason in REASONS if (count := self.found.count(Wanted(outcome=outcome, reason=reason)))
        ]
        most = max((count for count, _reason in given), default=0)
        wheres: tuple[Stopped | None, ...] = ("before", "after", None)
        return tuple(
            views.Line(
                label=self.visit.wording.abandon_reason(reason),
                numbers=tuple(
                    self.number(Wanted(outcome=outcome, reason=reason, stopped=stopped)) for stopped in wheres
                ),
                light=_length(count, most),
            )
            for count, reason in sorted(given, key=lambda one: (-one[0], list(REASONS).index(one[1])))
        )

    def lines(self, of: Sequence[tuple[str, dict[str, str]]]) -> tuple[views.Line, ...]:
        """The stages of what began with a match, family by family or month by month."""
        rows = [
            (label, tuple(self.number(Wanted(stage=stage, way="match", **choice)) for stage in STAGES))  # type: ignore[arg-type]  # a family or a month
            for label, choice in of
        ]
        contacted, confirmed = STAGES.index("contacted"), STAGES.index("confirmed")
        most = max((numbers[contacted].n for _label, numbers in rows), default=0)
        return tuple(
            views.Line(
                label=label,
                numbers=numbers,
                light=_length(numbers[contacted].n, most),
                dark=_length(numbers[confirmed].n, most),
            )
            for label, numbers in rows
        )

    def _share(self, n: int, before: int) -> str:
        if not before:
            return ""
        return format_percent(n / before, format="#,##0\u202f%" if self.visit.language == "fr" else None,
                              locale=self.visit.language)  # fmt: skip

    def _wait(self, stage: Stage, way: Way) -> str:
        took = self.found.wait(stage, way)
        return "" if took is None else duration(self.visit, took)


def duration(visit: Visit, took: timedelta) -> str:
    """A while in words: within the hour, 5 hours, 3 days."""
    if took < A_HOUR:
        return visit.say(_("less than an hour"))
    catalogue = translations(visit.language)
    if took < IN_HOURS:
        hours = round(took / A_HOUR)
        return catalogue.ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    days = round(took / timedelta(days=1))
    return catalogue.ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def _length(n: int, most: int) -> int:
    """Thousandths of the longest bar; what there is at all can be seen."""
    return max(round(THOUSAND * n / most), 4) if n and most else 0


handlers = [show_funnel]
