"""A zone's exchanges for its facilitator: whom to call first, and the list behind each number of the funnel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, TypeVar, get_args

from litestar import Response
from litestar.params import FromPath
from msgspec import Struct

from domain import taxonomy
from domain.exchanges import REASONS, REMIND_AFTER, TELL_FACILITATOR_AFTER
from domain.matches import BETWEEN
from domain.refused import _
from marketplace.language import translations
from marketplace.links import PAGES
from marketplace.reading import AsyncReading
from projections import exchanges, listings, people
from projections.exchanges import EXCHANGES, PAGE, ExchangeRow
from projections.exchanges.funnel import Silence, among, silence, waiting
from projections.listings import LISTINGS
from projections.matches import MATCHES, FoundRow
from projections.matches.funnel import Pair, found_counts, found_in, seen
from projections.people import PEOPLE
from web import funnel_views as views
from web.exchanging import ExchangePresenter
from web.funnel import STAGES, Journey, Outcome, Stopped, Wanted, Way, journeys
from web.pages.funnel import OUTCOME_WORDS, STAGE_WORDS
from web.policies import page
from web.spans import month_words, span_of, span_words
from web.views import Choice
from web.visits import Visit, Visiting, zone_view

C = TypeVar("C", bound=str)

WAY_WORDS: Final[dict[Way, str]] = {"match": _("from a match"), "direct": _("directly from a listing")}
STOPPED_WORDS: Final[dict[Stopped, str]] = {
    "before": _("ended before it was accepted"),
    "after": _("ended after it was accepted"),
}
QUIET: Final[dict[str, timedelta]] = {str(wait.days): wait for wait in (REMIND_AFTER, TELL_FACILITATOR_AFTER)}
"""How long somebody has been silent, as an address says it."""
NOTHING: Final = Silence(0, 0, 0)


@page("/z/{zone:str}/exchanges", policy="facilitator")
async def followed(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """What waits for somebody, the longest silent first; or what a number of the funnel counts."""
    here = await visit.zone(zone)
    asked = _asked(visit, here)
    after = visit.request.query_params.get("after", "")[:100]
    async with visit.reading(PEOPLE, LISTINGS, EXCHANGES, MATCHES) as read:
        if asked == Wanted():
            view = await _waiting(visit, read, here, after)
        else:
            of_matches = asked.stage in ("matched", "seen")
            counted = await (_matches if of_matches else _journeys)(visit, read, here, asked, after)
            view = _counting(visit, here, asked, counted, after)
    return await visit.page("zones/exchanges.html", view, zone=here, current="funnel")


def _asked(visit: Visit, zone: people.Zone) -> Wanted:
    """What the address asks for; what nobody offered is left out."""
    given = visit.request.query_params

    def among_these(name: str, offered: Sequence[C]) -> C | None:
        return next((choice for choice in offered if choice == given.get(name)), None)

    months = span_of(visit, zone.time_zone).months
    families = [family.code for family in taxonomy.families()]
    return Wanted(
        stage=among_these("stage", STAGES),
        way=among_these("way", get_args(Way)),
        outcome=among_these("outcome", get_args(Outcome)),
        stopped=among_these("stopped", get_args(Stopped)),
        reason=among_these("reason", tuple(REASONS)),
        family=among_these("family", families) or "",
        month=among_these("month", months) or "",
    )


# --- what waits for somebody --------------------------------------------------------------------------------------


async def _waiting(visit: Visit, read: AsyncReading, zone: people.Zone, after: str) -> views.FollowedPage:
    asked = visit.request.query_params.get("quiet", "")
    quiet = asked if asked in QUIET else ""
    counted = await read.one(silence(zone.zone_id, *(visit.now - wait for wait in QUIET.values()))) or NOTHING
    numbers = dict(zip(("", *QUIET), (counted.open, counted.a_week, counted.two_weeks), strict=True))
    since = visit.now - QUIET[quiet] if quiet else None
    rows = await read.all(waiting(zone.zone_id, since, after, PAGE + 1))
    saying = await _Saying.of(visit, read, zone, rows[:PAGE])

    def address(**more: str) -> str:
        return PAGES.zone_exchanges(zone.slug, quiet=quiet, **more)

    return views.FollowedPage(
        zone=zone_view(zone),
        total=numbers[quiet],
        rows=tuple(saying.exchange(row) for row in rows[:PAGE]),
        funnel=PAGES.funnel(zone.slug),
        quiets=tuple(Choice(value=days, label=_quiet_words(visit, days), hint=str(n)) for days, n in numbers.items()),
        quiet=quiet,
        next=address(after=rows[PAGE - 1].exchange_id) if len(rows) > PAGE else None,
        first=address() if after else None,
    )


def _quiet_words(visit: Visit, days: str) -> str:
    return visit.say(_("Silent for %(n)s days and more"), n=days) if days else visit.say(_("All that are open"))


# --- what a number counts -----------------------------------------------------------------------------------------


class _Counted(Struct, frozen=True, kw_only=True):
    """One page of what a number counts, and where the next one begins."""

    total: int
    rows: tuple[views.Followed, ...]
    following: str


async def _journeys(visit: Visit, read: AsyncReading, zone: people.Zone, asked: Wanted, after: str) -> _Counted:
    found = await journeys(visit.services, read, zone, span_of(visit, zone.time_zone))
    begun = [journey for journey in found if asked.fits(journey)]
    ids = [journey.course.exchange_id for journey in begun]
    start = ids.index(after) + 1 if after in ids else 0
    shown = ids[start : start + PAGE]
    rows = {row.exchange_id: row for row in await read.all(among(shown))}
    saying = await _Saying.of(visit, read, zone, list(rows.values()))
    return _Counted(
        total=len(ids),
        rows=tuple(saying.exchange(rows[one]) for one in shown if one in rows),
        following=shown[-1] if start + PAGE < len(ids) else "",
    )


async def _matches(visit: Visit, read: AsyncReading, zone: people.Zone, asked: Wanted, after: str) -> _Counted:
    span = span_of(visit, zone.time_zone)
    within = span.within(asked.month) if asked.month else span
    where = (zone.zone_id, within.since, within.before)
    counts = await read.all(found_counts(*where, zone.time_zone))
    a_id, _mark, b_id = after.partition(BETWEEN)
    last = (a_id, b_id) if b_id else None
    seen_only = asked.stage == "seen"
    rows = await read.all(found_in(*where, asked.family, seen=seen_only, after=last, limit=PAGE + 1))
    shown = rows[:PAGE]
    reached = {
        (one.match.a_id, one.match.b_id): one for one in await journeys(visit.services, read, zone, span) if one.match
    }
    came = [reached[pair].course.exchange_id for pair in map(_pair, shown) if pair in reached]
    saying = await _Saying.of(visit, read, zone, await read.all(among(came)), shown)
    return _Counted(
        total=sum(row.seen if seen_only else row.found for row in counts if asked.family in ("", row.family)),
        rows=tuple(saying.match(row, reached.get(_pair(row))) for row in shown),
        following=BETWEEN.join(_pair(shown[-1])) if len(rows) > PAGE else "",
    )


def _counting(visit: Visit, zone: people.Zone, asked: Wanted, counted: _Counted, after: str) -> views.FollowedPage:
    span = span_of(visit, zone.time_zone)
    dates = {"from_": span.first.isoformat(), "to": span.last.isoformat()}
    choices = {name: getattr(asked, name) for name in asked.__struct_fields__}
    following = counted.following
    return views.FollowedPage(
        zone=zone_view(zone),
        total=counted.total,
        rows=counted.rows,
        funnel=PAGES.funnel(zone.slug, **dates),
        counted=span_words(visit, span),
        of_matches=asked.stage in ("matched", "seen"),
        chips=_chips(visit, asked),
        next=PAGES.zone_exchanges(zone.slug, **dates, **choices, after=following) if following else None,
        first=PAGES.zone_exchanges(zone.slug, **dates, **choices) if after else None,
    )


def _chips(visit: Visit, asked: Wanted) -> tuple[str, ...]:
    said = [
        asked.stage and visit.say(STAGE_WORDS[asked.stage]),
        asked.way and visit.say(WAY_WORDS[asked.way]),
        asked.outcome and visit.say(OUTCOME_WORDS[asked.outcome]),
        asked.stopped and visit.say(STOPPED_WORDS[asked.stopped]),
        asked.reason and visit.wording.abandon_reason(asked.reason),
        asked.family and taxonomy.label(asked.family, visit.language),
        asked.month and month_words(visit, asked.month),
    ]
    return tuple(filter(None, said))


# --- in words -----------------------------------------------------------------------------------------------------


def _pair(row: FoundRow) -> Pair:
    return row.a_id, row.b_id


class _Saying:
    """Exchanges and matches as lines of a list, for somebody who stands on neither side."""

    def __init__(self, visit: Visit, show: ExchangePresenter, rows: Sequence[ExchangeRow]) -> None:
        self.visit = visit
        self.show = show
        self.rows = {row.exchange_id: row for row in rows}
        self.titles: Mapping[str, str] = {}
        self.seers: dict[Pair, list[str]] = {}

    @classmethod
    async def of(
        cls,
        visit: Visit,
        read: AsyncReading,
        zone: people.Zone,
        rows: Sequence[ExchangeRow],
        found: Sequence[FoundRow] = (),
    ) -> _Saying:
        """Read the names of what these rows are about."""
        known = {row.provider_id for row in rows} | {row.receiver_id for row in rows}
        known |= {row.a_company for row in found} | {row.b_company for row in found}
        names = {row.company_id: row.name for row in await read.all(exchanges.companies(sorted(known)))}
        show = ExchangePresenter(visit.viewer, visit.say, visit.language, visit.now, zone.time_zone, names)
        saying = cls(visit, show, rows)
        if found:
            pairs = [_pair(row) for row in found]
            of_pairs = await read.all(listings.among([listing_id for pair in pairs for listing_id in pair]))
            saying.titles = {row.listing_id: row.title for row in of_pairs}
            for look in await read.all(seen(pairs)):
                saying.seers.setdefault((look.a_id, look.b_id), []).append(show.name(look.company_id))
        return saying

    def exchange(self, row: ExchangeRow) -> views.Followed:
        """How far an exchange came, and who owes its next step."""
        turn = self.show.turn(row.exchange)
        quiet = self._quiet(row)
        reason = self.show.reason(row.reason) if row.reason and not row.is_open else ""
        return views.Followed(
            title=row.title or self.visit.say(_("(erased)")),
            to=PAGES.exchange(row.exchange_id),
            between=(self.show.name(row.provider_id), self.show.name(row.receiver_id)),
            began=row.asked_at,
            stage=self.show.stage(row.stage),
            turn=turn.sentence if turn else "",
            silent=self._silent(quiet) if quiet is not None else "",
            late=quiet is not None and quiet >= REMIND_AFTER,
            why=reason,
            note="" if row.closed_by or not reason else self.visit.say(_("nobody chose this end")),
        )

    def match(self, row: FoundRow, journey: Journey | None) -> views.Followed:
        """A match, who looked at it, and the exchange that came of it."""
        came = self.rows.get(journey.course.exchange_id) if journey else None
        names = self.seers.get(_pair(row), [])
        looked = self.visit.say(_("Seen by %(companies)s"), companies=", ".join(names))
        return views.Followed(
            title=self._title(row.a_id),
            to=PAGES.listing(row.a_id),
            also=self._title(row.b_id),
            also_to=PAGES.listing(row.b_id),
            between=(self.show.name(row.a_company), self.show.name(row.b_company)),
            began=row.found_at,
            stage=self.show.stage(came.stage) if came else None,
            note=looked if names else self.visit.say(_("Neither company has looked at it yet")),
        )

    def _title(self, listing_id: str) -> str:
        return self.titles.get(listing_id) or self.visit.say(_("A listing that is gone"))

    def _quiet(self, row: ExchangeRow) -> timedelta | None:
        """How long nothing has come from whoever owes the next step; None when nobody owes one yet."""
        if row.owed_from is None or not row.is_open:
            return None
        since = max(filter(None, (row.owed_from, row.heard_at)))
        return self.visit.now - since if since <= self.visit.now else None

    def _silent(self, quiet: timedelta) -> str:
        if not quiet.days:
            return self.visit.say(_("silent since today"))
        catalogue = translations(self.visit.language)
        return catalogue.ngettext("silent for %(n)s day", "silent for %(n)s days", quiet.days) % {"n": quiet.days}


handlers = [followed]
