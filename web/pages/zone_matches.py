"""The matches of a zone before its facilitator: judged, introduced, and those that nearly were or were set aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Response
from litestar.params import FromPath

from domain.matches import BETWEEN, FAULTS, IntroduceMatch, JudgeMatch, Verdict, match_id
from domain.refused import NotFound, _
from marketplace import match_words
from marketplace.links import PAGES
from marketplace.reasons import exclusion, words
from projections import exchanges, listings, people
from projections.exchanges import EXCHANGES
from projections.listings import LISTINGS
from projections.matches import MATCHES
from projections.matches.judging import BANDS, Band, Judging, band_counts, in_band, judged
from projections.people import PEOPLE
from web.match_views import Judged, ZoneMatchesPage
from web.matching import REASONS_SHOWN, metres
from web.policies import form, page
from web.presenting import Presenter
from web.views import Choice
from web.visits import Visit, Visiting, zone_view

BAND_WORDS: Final[dict[Band, str]] = {
    "mail": _("Good matches"),
    "study": _("To study"),
    "met": _("In touch"),
    "nearly": _("Nearly"),
    "dismissed": _("Set aside"),
}
LONGEST: Final = 200
MOST: Final = 10
"""Pairs on a page: as many as somebody judges at one sitting."""
VERDICTS: Final[tuple[Verdict, ...]] = ("good", "poor")


@page("/z/{zone:str}/matches", policy="facilitator")
async def zone_matches(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """One page of a band of the zone's matches."""
    here = await visit.zone(zone)
    asked = visit.request.query_params
    band: Band = next((one for one in BANDS if one == asked.get("band")), BANDS[0])
    after = asked.get("after", "")[:LONGEST].replace("\0", "")
    async with visit.reading(PEOPLE, LISTINGS, EXCHANGES, MATCHES) as read:
        under_way = await read.all(exchanges.under_way_between())
        in_touch = [(row.listing_id, row.other_listing_id) for row in under_way]
        counted = await read.one(band_counts(here.zone_id, in_touch))
        found = await read.all(in_band(here.zone_id, band, after, MOST, in_touch))
        shown = found[:MOST]
        ids = [listing_id for row in shown for listing_id in (row.a_id, row.b_id)]
        rows = {row.listing_id: row for row in await read.all(listings.among(ids))} if ids else {}
        names = await read.all(exchanges.companies(sorted({row.company_id for row in shown if row.company_id})))
    said = _Saying(visit, {row.company_id: row.name for row in names}, rows, {
        match_id(row.listing_id, row.other_listing_id): row.exchange_id for row in under_way
    })  # fmt: skip
    told = [said.row(row, band) for row in shown if row.a_id in rows and row.b_id in rows]
    view = ZoneMatchesPage(
        zone=zone_view(here),
        band=band,
        bands=tuple(
            Choice(value=one, label=visit.say(BAND_WORDS[one]), hint=str(getattr(counted, one, 0))) for one in BANDS
        ),
        rows=tuple(told),
        unseen=len(shown) - len(told),
        total=getattr(counted, band, 0),
        most=MOST,
        faults=tuple(Choice(value=code, label=match_words.fault(code, visit.wording)) for code in FAULTS),
        next=PAGES.zone_matches(here.slug, band=band, after=shown[-1].cursor) if len(found) > MOST else None,
        first=PAGES.zone_matches(here.slug, band=band) if after else None,
        after=after,
    )
    return await visit.page("zones/matches.html", view, zone=here, current="funnel")


class _Saying:
    """Pairs as rows of the page, in the facilitator's language."""

    def __init__(
        self,
        visit: Visit,
        names: Mapping[str, str],
        rows: Mapping[str, listings.Listing],
        under_way: Mapping[str, str],
    ) -> None:
        self.visit, self.names, self.rows, self.under_way = visit, names, rows, under_way
        self.show = Presenter(visit.viewer, visit.say, visit.language, visit.now)

    def row(self, row: Judging, band: Band) -> Judged:
        """A pair, the offer first."""
        wording = self.show.wording
        ends: Sequence[listings.Listing] = (self.rows[row.a_id], self.rows[row.b_id])
        offer, request = sorted(ends, key=lambda one: one.side)
        match = match_id(row.a_id, row.b_id)
        under_way = self.under_way.get(match, "")
        introducible = band in ("mail", "study") and row.introduced_at is None and not under_way
        return Judged(
            match_id=match,
            offer=self.show.card(offer),
            request=self.show.card(request),
            metres=metres(offer, request),
            points=row.points,
            reasons=tuple(words(reason, wording, request.category) for reason in row.pro[:REASONS_SHOWN]),
            against=tuple(words(reason, wording, request.category) for reason in row.contra[:REASONS_SHOWN]),
            questions=tuple(match_words.question(asked, wording, request.category) for asked in row.ask),
            excluded=exclusion(row.code, wording) if row.code else "",
            dismissed=match_words.dismissal(row.dismissed, wording) if row.dismissed else "",
            by=self.names.get(row.company_id, ""),
            at=row.at,
            verdict=row.verdict or "",
            fault=match_words.fault(row.reason, wording),
            introduced_at=row.introduced_at,
            under_way=under_way,
            judge_command=self.visit.new_command(),
            introduce_command=self.visit.new_command() if introducible else "",
        )


@form("/z/{zone:str}/matches/judge", policy="facilitator")
async def judge(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Say what a match is worth."""
    here = await visit.zone(zone)
    given = await visit.answers()
    one, other = await pair_of(visit, given.raw("match"))
    verdict = given.choice("verdict", VERDICTS, usual="poor")
    reason = given.choice("reason", FAULTS)
    command = JudgeMatch(
        **{**await visit.asked(), "seen_version": None},
        listing_id=one,
        other_listing_id=other,
        zone_id=here.zone_id,
        verdict=verdict,  # type: ignore[arg-type]  # one of VERDICTS, as `choice` promises
        reason=reason,  # type: ignore[arg-type]  # one of FAULTS, or nothing
    )
    await visit.carry_out(visit.services.marketplace.judge_match, command)
    visit.tell(visit.say(_("Your verdict is kept.")))
    return visit.go(_back(here, given.raw("band"), given.raw("after")))


@form("/z/{zone:str}/matches/introduce", policy="facilitator")
async def introduce(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Introduce the two companies: both are written to, with the reasons."""
    here = await visit.zone(zone)
    given = await visit.answers()
    one, other = await pair_of(visit, given.raw("match"))
    command = await introduction(visit, here, one, other, await visit.asked())
    await visit.carry_out(visit.services.marketplace.introduce_match, command)
    visit.tell(visit.say(_("Both companies are written to, with the reasons.")))
    return visit.go(_back(here, given.raw("band"), given.raw("after")))


async def introduction(
    visit: Visit, here: people.Zone, one: str, other: str, asked: Mapping[str, Any]
) -> IntroduceMatch:
    """The wish to introduce two companies, with what is known of their match now."""
    async with visit.reading(MATCHES) as read:
        known = await read.one(judged(here.zone_id, one, other))
    if known is None or known.points is None:
        raise NotFound(_("There is no such match."))
    return IntroduceMatch(
        **{**asked, "seen_version": None},
        listing_id=one,
        other_listing_id=other,
        zone_id=here.zone_id,
        points=known.points,
        reasons=known.pro,
        ask=known.ask,
    )


async def pair_of(visit: Visit, named: str) -> tuple[str, str]:
    """The two listings of a match that this reader may see; any other is missing to them."""
    one, _between, other = named[:LONGEST].partition(BETWEEN)
    async with visit.reading(LISTINGS) as read:
        rows = {row.listing_id for row in await read.all(listings.among([one, other]))}
    if one == other or not {one, other} <= rows:
        raise NotFound(_("There is no such match."))
    return one, other


def _back(here: people.Zone, band: str, after: str) -> str:
    """The page the form was on."""
    kept = band if band in BANDS else None
    return PAGES.zone_matches(here.slug, band=kept, after=after[:LONGEST] or None)


handlers = [zone_matches, judge, introduce]
