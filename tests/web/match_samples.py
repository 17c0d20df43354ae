"""Believable matches: one to be set aside, one that was, a zone's before its facilitator, and how they are ranked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from msgspec.structs import replace

from web.match_views import Judged, MatchPage, Narrower, RankingPage, RuleGroup, Weight, ZoneMatchesPage
from web.views import Asked, Choice, ListingCard, MatchCard, SetAside, View, Viewer, Zone

WHY: Final = (
    Choice(value="too_far", label="Trop loin"),
    Choice(value="wrong_type", label="Pas le bon type ou le bon format"),
    Choice(value="quantity", label="La quantité ne convient pas"),
    Choice(value="dealt_elsewhere", label="Déjà réglé ailleurs"),
    Choice(value="not_them", label="Nous préférons ne pas traiter avec eux"),
    Choice(value="not_interesting", label="Sans intérêt pour nous"),
)
FAULTS: Final = (
    Choice(value="other_thing", label="Mêmes mots, autre chose"),
    Choice(value="wrong_type", label="Pas le bon type ou le bon format"),
    Choice(value="tried", label="Ils ont déjà essayé"),
)
BANDS: Final = (
    Choice(value="mail", label="Bonnes pistes", hint="14"),
    Choice(value="study", label="À étudier", hint="22"),
    Choice(value="met", label="En contact", hint="2"),
    Choice(value="nearly", label="De justesse", hint="31"),
    Choice(value="dismissed", label="Écartées", hint="3"),
)

SET_ASIDE: Final = SetAside(
    mine_id="listing-9",
    other_id="listing-1",
    title="120 palettes EPAL, état A",
    mine_title="150 palettes EPAL, état B minimum",
    reason="Trop loin",
    at=datetime(2026, 11, 23, 7, 10, tzinfo=UTC),
    restore_command="c-8",
)


def asking(match: MatchCard) -> MatchCard:
    """The same match, with what to ask and how to set it aside."""
    return replace(
        match,
        questions=(
            Asked(sentence="dans quel état ?"),
            Asked(sentence="quel format, en millimètres ?", complete="/listings/listing-9/amend#dimension_mm"),
        ),
        own_id="listing-9",
        theirs_id=match.listing.id,
        dismissals=WHY,
        dismiss_command="c-9",
        introduced=True,
    )


def match_samples(
    zone: Zone, lea: Viewer, marc: Viewer, now: datetime, matches: Sequence[MatchCard], requests: Sequence[ListingCard]
) -> Iterator[tuple[str, str, Viewer | None, str, View]]:
    """Every state of these pages."""
    shown = asking(matches[0])
    aside = replace(SET_ASIDE, at=now - timedelta(hours=2))
    narrower = Narrower(
        listing_id="listing-9", title=aside.mine_title, reaches=60, instead=15, command_id="c-7", seen_version=2
    )
    one = "matches/show.html"
    yield "match", one, lea, "me", MatchPage(card=shown)
    yield "match-aside", one, lea, "me", MatchPage(set_aside=aside, narrower=narrower)
    over = replace(aside, restore_command="")
    to = "/listings/listing-9/amend#dimension_mm"
    yield "match-aside-amend", one, lea, "me", MatchPage(set_aside=over, amend=to, amend_says="Préciser")
    many = "zones/matches.html"
    row = Judged(
        match_id="listing-1~listing-9",
        offer=matches[0].listing,
        request=requests[0],
        metres=630,
        points=92,
        reasons=matches[0].reasons,
        questions=("dans quel état ?",),
        judge_command="c-1",
        introduce_command="c-2",
    )
    second = replace(
        row,
        offer=matches[1].listing,
        request=requests[1],
        points=71,
        reasons=matches[1].reasons,
        against=matches[1].against,
        questions=(),
        introduced_at=now - timedelta(days=3),
        verdict="good",
        introduce_command="",
    )
    third = replace(second, verdict="poor", fault="Mêmes mots, autre chose", introduced_at=None, under_way="exchange-1")
    bare = {
        "reasons": (),
        "against": (),
        "questions": (),
        "introduce_command": "",
        "introduced_at": None,
        "verdict": "",
    }
    near = replace(row, **bare, excluded="les formats diffèrent")
    gone = replace(row, **bare, dismissed="Trop loin", by="Scierie Dunand", at=now - timedelta(days=1))

    def page(band: str, *rows: Judged, more: str | None = None) -> ZoneMatchesPage:
        said: dict[str, Any] = {"zone": zone, "band": band, "bands": BANDS, "faults": FAULTS, "next": more}
        return ZoneMatchesPage(**said, rows=rows, total=14, most=10, unseen=len(rows) // 2)

    poor, more = replace(third, under_way=""), "/z/jourdies/matches?after=x"
    yield "judging", many, marc, "funnel", page("mail", row, poor, more=more)
    yield "judging-met", many, marc, "funnel", page("met", second, third)
    yield "judging-nearly", many, marc, "funnel", page("nearly", near)
    yield "judging-aside", many, marc, "funnel", page("dismissed", gone)
    yield "judging-empty", many, marc, "funnel", page("study")
    yield "how_we_rank", "texts/how_we_rank.html", None, "", ranking()


def ranking() -> RankingPage:
    """How we rank, in a zone that chose its weights."""
    return RankingPage(
        weights=(
            Weight(label="La même catégorie, ou une qui peut la remplacer", points=50),
            Weight(label="Les mêmes choses dans les mots", points=30),
            Weight(label="La proximité", points=10),
            Weight(label="La part du besoin couverte", points=10),
        ),
        rules=(
            RuleGroup(
                label="Ce n’est pas la même chose", sentences=("les formats diffèrent", "les matières diffèrent")
            ),
            RuleGroup(label="La rencontre est impossible", sentences=("les dates ne se croisent pas",)),
        ),
        mailed=65,
        shown=45,
        halves_km=20,
        months=3,
        undo_days=7,
        chosen_by=ZONE_NAME,
    )


ZONE_NAME: Final = "Les Jourdies"
