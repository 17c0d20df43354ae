"""Believable figures of a zone after a year, and the exchanges behind them: samples of the facilitator's pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from web.exchange_views import Stage
from web.funnel_views import Bar, Followed, FollowedPage, FunnelPage, Line, Number, Outcome, Preset
from web.views import Choice, View, Viewer, Zone

STAGES = ("Trouvées", "Vues", "Contacts", "Accords", "Enlèvements", "Confirmations")
LIST = "/z/les-jourdies/exchanges"


def number(n: int) -> Number:
    return Number(n=n, to=LIST if n else "")


def bars(counts: Sequence[int], shares: Sequence[str], waits: Sequence[str], labels: Sequence[str]) -> tuple[Bar, ...]:
    longest = max(counts, default=0)
    return tuple(
        Bar(label=label, number=number(n), length=round(1000 * n / longest) if longest else 0, share=share, wait=wait)
        for label, n, share, wait in zip(labels, counts, shares, waits, strict=True)
    )


def line(label: str, *counts: int, light: int = 0, dark: int = 0) -> Line:
    return Line(label=label, numbers=tuple(map(number, counts)), light=light, dark=dark)


def funnel_samples(zone: Zone, facilitator: Viewer, now: datetime) -> Iterator[tuple[str, str, Viewer, str, View]]:
    """The figures after a year and before the first match, what waits, and what a number counts."""
    presets = tuple(
        Preset(label=label, to=f"/z/les-jourdies/funnel?from={start}&to=2026-11-23", current=label == "12 mois")
        for label, start in (("Ce mois-ci", "2026-11-01"), ("3 mois", "2026-09-01"), ("12 mois", "2025-12-01"))
    )
    year: dict[str, Any] = {
        "matched": bars(
            (412, 236, 88, 61, 49, 46),
            ("", "57 %", "37 %", "69 %", "80 %", "94 %"),
            ("", "2 jours", "5 heures", "1 jour", "9 jours", "moins d’une heure"),
            STAGES,
        ),
        "direct": bars(
            (31, 22, 18, 17), ("", "71 %", "82 %", "94 %"), ("", "2 jours", "8 jours", "1 jour"), STAGES[2:]
        ),
        "outcomes": (
            Outcome(code="confirmed", label="Enlèvement confirmé", number=number(63), length=529),
            Outcome(code="chosen", label="Arrêtés pour une raison donnée", number=number(33), length=277),
            Outcome(code="clock", label="Arrêtés sans que personne ne choisisse", number=number(6), length=50),
            Outcome(code="open", label="En cours", number=number(17), length=143),
        ),
        "begun": 119,
        "reasons": (
            line("Transport trop cher ou impossible", 4, 8, 12, light=1000),
            line("Une autre solution a été trouvée", 7, 2, 9, light=750),
            line("Quantité trop faible ou trop grande", 5, 1, 6, light=500),
            line("Qualité insuffisante", 1, 3, 4, light=333),
            line("Prix", 2, 0, 2, light=167),
        ),
        "unanswered": (line("Pas de réponse", 4, 1, 5, light=1000), line("Quantité", 1, 0, 1, light=200)),
        "families": (
            line("Palettes et supports", 168, 97, 41, 30, 25, 24, light=1000, dark=585),
            line("Cartons et papiers", 121, 70, 24, 17, 14, 13, light=585, dark=317),
            line("Bois, copeaux et sciures", 58, 31, 12, 8, 6, 5, light=293, dark=122),
            line("Équipements et machines", 42, 24, 8, 5, 4, 4, light=195, dark=98),
            line("Services partagés", 23, 14, 3, 1, 0, 0, light=73),
        ),
        "months": tuple(
            line(month, found, found // 2, contacted, contacted - 2, confirmed, confirmed,
                 light=contacted * 90, dark=confirmed * 90)
            for month, found, contacted, confirmed in (
                ("novembre 2026", 41, 9, 3), ("octobre 2026", 48, 11, 6), ("septembre 2026", 52, 10, 7),
                ("août 2026", 11, 3, 2), ("juillet 2026", 30, 7, 4),
            )
        ),
    }  # fmt: skip
    page: dict[str, Any] = {"zone": zone, "years": 5, "first": "2025-12-01", "last": "2026-11-23", "heads": STAGES}
    page |= {"span": "du 1 décembre 2025 au 23 novembre 2026", "presets": presets}
    full = FunnelPage(**page, **year, open=number(17), silent=number(3))
    nothing = ("", "", "", "", "", "")
    empty = FunnelPage(
        **page,
        matched=bars((0, 0, 0, 0, 0, 0), nothing, nothing, STAGES),
        direct=bars((0, 0, 0, 0), nothing[2:], nothing[2:], STAGES[2:]),
        outcomes=(),
        begun=0,
        reasons=(),
        unanswered=(),
        families=(),
        months=(),
        open=number(0),
        silent=number(0),
    )
    yield "funnel", "zones/funnel.html", facilitator, "funnel", full
    yield "funnel-empty", "zones/funnel.html", facilitator, "funnel", empty
    waits: dict[str, Any] = {
        "zone": zone,
        "funnel": "/z/les-jourdies/funnel",
        "quiets": (
            Choice(value="", label="Tous les échanges ouverts", hint="17"),
            Choice(value="7", label="7 jours de silence et plus", hint="6"),
            Choice(value="14", label="14 jours de silence et plus", hint="3"),
        ),
    }
    yield (
        "followed",
        "zones/exchanges.html",
        facilitator,
        "funnel",
        FollowedPage(**waits, total=17, rows=tuple(waiting(now)), next=f"{LIST}?after=e"),
    )
    yield "followed-none", "zones/exchanges.html", facilitator, "funnel", FollowedPage(**waits, total=0, rows=())
    yield (
        "followed-counted",
        "zones/exchanges.html",
        facilitator,
        "funnel",
        FollowedPage(
            zone=zone,
            total=12,
            funnel="/z/les-jourdies/funnel",
            counted="du 1 décembre 2025 au 23 novembre 2026",
            chips=("Arrêtés pour une raison donnée", "Transport trop cher ou impossible"),
            rows=tuple(counted(now)),
            first=LIST,
        ),
    )


def waiting(now: datetime) -> Iterator[Followed]:
    asked = Stage(code="asked", word="Attend une réponse", icon="clock", tone="wait")
    agreed = Stage(code="arranged", word="Enlèvement convenu", icon="calendar", tone="go")
    yield Followed(
        title="120 palettes Europe 80×120, bon état",
        to="/exchanges/exchange-1",
        between=("Villaverde Jardins", "Scierie Dunand"),
        began=now - timedelta(days=16),
        stage=asked,
        turn="Ensuite : Villaverde Jardins répond oui ou non ; c’était pour le samedi 14 novembre",
        silent="silence depuis 16 jours",
        late=True,
    )
    yield Followed(
        title="Cartons double cannelure à plat, 60×40×40",
        to="/exchanges/exchange-2",
        between=("Free Glisse Shop", "Boulangerie du Môle"),
        began=now - timedelta(days=3),
        stage=agreed,
        turn="Enlèvement : mardi 24 novembre, 14:00–15:00",
    )


def counted(now: datetime) -> Iterator[Followed]:
    gone = Stage(code="abandoned", word="Abandonné", icon="close", tone="stop")
    yield Followed(
        title="Sciure d’épicéa, sèche et dépoussiérée",
        to="/exchanges/exchange-3",
        between=("Scierie Dunand", "Centre équestre des Jourdies"),
        began=now - timedelta(days=80),
        stage=gone,
        why="Transport trop cher ou impossible",
    )
    yield Followed(
        title="Palettes perdues 100×120",
        to="/listings/listing-1",
        also="Recherche palettes pour expéditions",
        also_to="/listings/listing-2",
        between=("Imprimerie du Môle", "Villaverde Jardins"),
        began=now - timedelta(days=20),
        note="Aucune des deux entreprises ne l’a encore regardée",
    )
