"""A zone's words: a preview under way, unknown words and a history; samples of the facilitator's page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from web.lexicon_views import Changes, LexiconPage, Part, Preview, Published, Shift, Table, Unknown, WeightsPage
from web.views import Choice, Form, View, Viewer, Zone


def lexicon_samples(zone: Zone, facilitator: Viewer, now: datetime) -> Iterator[tuple[str, str, Viewer, str, View]]:
    """The page as it opens in a new zone, and with everything it may show."""
    always: dict[str, Any] = {
        "zone": zone,
        "built_in": 1_204,
        "meanings": ("palette, pallet, support de manutention", "Emballages › Bacs et caisses plastiques"),
        "languages": (Choice(value="fr", label="Français"), Choice(value="en", label="Anglais")),
    }
    yield (
        "lexicon-new",
        "zones/lexicon.html",
        facilitator,
        "funnel",
        LexiconPage(**always, version=1, form=Form(command_id="c-60"), unknown=(), published=()),
    )
    typed = {"words": "roll grillagé", "meaning": "bac, crate", "language": "fr"}
    shifts = (
        Shift(kind="appears", offered="12 rolls grillagés", offered_to="/listings/listing-1",
              asked="Cherche bacs à roulettes", asked_to="/listings/listing-2", before=0, after=67),
        Shift(kind="more", offered="Rolls, bon état", offered_to="/listings/listing-3",
              asked="Cherche bacs à roulettes", asked_to="/listings/listing-2", before=48, after=71),
        Shift(kind="less", offered="Rolls de linge", offered_to="/listings/listing-4",
              asked="Draps à laver", asked_to="/listings/listing-5", before=52, after=47),
        Shift(kind="vanishes", offered="Rolls de linge", offered_to="/listings/listing-4",
              asked="Torchons", asked_to="/listings/listing-6", before=46, after=0),
    )  # fmt: skip
    yield (
        "lexicon",
        "zones/lexicon.html",
        facilitator,
        "funnel",
        LexiconPage(
            **always,
            version=3,
            form=Form(command_id="c-61", values=typed, errors={"meaning": "Choisissez dans la liste."}),
            unknown=(
                Unknown(word="rolls", listings=7, title="12 rolls grillagés", to="/listings/listing-1",
                        teach="/z/les-jourdies/lexicon?words=rolls"),
                Unknown(word="anticonstitutionnellement", listings=1, title="Un titre très long " * 4,
                        to="/listings/listing-9", teach="/z/les-jourdies/lexicon?words=x"),
            ),
            published=(
                Published(term_id="term-2", words="touret", meaning="bobine, dévidoir", language="Français",
                          by="Anne Rey", at=now - timedelta(days=2), command="c-63"),
                Published(term_id="term-1", words="skid", meaning="palette perdue, one-way pallet", language="Anglais",
                          by="l’animateur de La Roche", at=now - timedelta(days=9), withdrawn_by="Anne Rey",
                          withdrawn_at=now - timedelta(days=1)),
            ),
            preview=Preview(form=Form(command_id="c-62", values=typed), words="roll grillagé", meaning="bac, crate",
                            changes=Changes(listings=7, appear=1, vanish=1, differ=2, shifts=shifts, hidden=3)),
        ),
    )  # fmt: skip
    unchanged = Changes(listings=0, appear=0, vanish=0, differ=0, whole=False)
    nothing = Preview(form=Form(command_id="c-64", values=typed), words="roll", meaning="bac, crate", changes=unchanged)
    yield (
        "lexicon-nothing-changes",
        "zones/lexicon.html",
        facilitator,
        "funnel",
        LexiconPage(**always, version=1, form=Form(command_id="c-65"), unknown=(), published=(), preview=nothing),
    )
    parts = tuple(
        Part(name=name, label=label, points=usual, usual=usual, least=usual // 2, most=2 * usual)
        for name, label, usual in (
            ("category", "La même catégorie", 50), ("text", "Les mêmes choses dans les mots", 30),
            ("distance", "Être proche", 10), ("quantity", "La part du besoin couverte", 10),
        )
    )  # fmt: skip
    tables = (
        Table(number=1, label="Noms des catégories", holds=True),
        Table(number=2, label="Noms des choses", holds=False, preview="/z/x/weights?frequencies=2", command="c-70"),
    )
    held: dict[str, Any] = {"zone": zone, "parts": parts, "usual": "/z/x/weights?category=50", "tables": tables}
    points = {"category": "45", "text": "30", "distance": "15", "quantity": "9"}
    wrong = Form(command_id="c-71", values=points, errors={"category": "Les quatre parts font 100 points ensemble."})
    saves = Form(command_id="c-72", values=points)
    changing = Changes(listings=0, appear=1, vanish=1, differ=2, stays=40, shifts=shifts)
    yield "weights-new", "zones/weights.html", facilitator, "funnel", WeightsPage(**held, form=wrong, own=False)
    yield (
        "weights",
        "zones/weights.html",
        facilitator,
        "funnel",
        WeightsPage(**held, form=saves, own=True, saves=saves, preview=changing),
    )
    yield (
        "weights-table",
        "zones/weights.html",
        facilitator,
        "funnel",
        WeightsPage(**held, form=saves, own=False, preview=unchanged, previewed=2),
    )
