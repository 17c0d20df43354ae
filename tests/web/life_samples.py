"""Believable drafts, twins, questions and sheets: samples of the pages about the life of a listing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from web.drawn_codes import drawn_code
from web.listing_views import Again, Begun, Change, Code, DockSheet, DraftLine, Photo, StillTruePage, Twin
from web.views import Choice, Form, HistoryEntry, View, Viewer

AGAIN = (
    Again(title="Palettes perdues, deux piles", quantity="60 palettes", side="offer", address="/listings/new?again=a"),
    Again(title="Film étirable propre", quantity="2 sacs", side="offer", address="/listings/new?again=b"),
    Again(title="Cartons à plat", quantity="300 kg", side="request", address="/listings/new?again=c"),
)
PHOTOS = (Photo(id="photo-1", text="Douze palettes grises sous l’auvent"), Photo(id="photo-2", text="Photo 2 sur 2"))
SITES = (Choice(value="site-1", label="Dépôt des Épicéas"),)


def drafts(now: datetime) -> tuple[DraftLine, ...]:
    """A form that was not finished, and one of another company."""
    return (
        DraftLine(listing_id="listing-d", title="Chutes de douglas", at=now, command="c-d", side="offer", photos=2),
        DraftLine(listing_id="listing-e", title="Fûts vides", at=now, command="c-e", company="Mécanique du Bargy"),
    )


def amended(now: datetime) -> HistoryEntry:
    """An amendment of a figure, of a text that is erased, and of one that is not for this reader."""
    return HistoryEntry(
        at=now - timedelta(hours=5),
        sentence="Modifiée",
        changes=(
            Change(label="Quantité", before="100 palettes", after="120 palettes"),
            Change(label="Titre", before="(effacé)", after="(effacé)"),
            Change(label="Détails", before="Sous abri. " * 12, after="Dehors. " * 9),
            Change(label="Matière"),
        ),
    )


def begun(now: datetime) -> dict[str, Begun]:
    """What may stand above the form of a new listing."""
    return {
        "draft": Begun(kept_at=now - timedelta(days=2)),
        "same": Begun(same_as="Palettes perdues, deux piles"),
        "like": Begun(like="120 palettes Europe"),
        "again": Begun(again=AGAIN),
        "twin": Begun(twin=Twin(listing_id="listing-1", title="120 palettes Europe", quantity="120 palettes")),
    }


def code(title: str, hint: str = "") -> Code:
    """A code of the sheet for a dock."""
    drawn = drawn_code("https://gisement.example/listings/new?site=site-1&side=offer")
    return Code(path=drawn.path, size=drawn.size, title=title, hint=hint, address="gisement.example")


def life_samples(lea: Viewer) -> Iterator[tuple[str, str, Viewer | None, str, View]]:
    """The question whether a listing still holds in its states, and the sheet for the dock."""
    asked = {
        "token": "t", "listing_id": "listing-1", "title": "120 palettes Europe",
        "facts": "120 palettes (il en reste 80)", "asks": True, "until": date(2026, 11, 27),
        "form": Form(command_id="c-t", values={"ends": "1"}),
    }  # fmt: skip
    page = "listings/still_true.html"
    yield "still-true", page, None, "", StillTruePage(**asked, lasts_longer=True)  # type: ignore[arg-type]  # as listed
    yield "still-true-last-day", page, None, "", StillTruePage(**asked, ended=True, problem="Trop tard.")  # type: ignore[arg-type]  # as listed
    yield (
        "still-true-done",
        page,
        None,
        "",
        StillTruePage(token="t", listing_id="listing-1", title="120 palettes Europe", facts="120 palettes",
                      heading="Merci, c’est noté", sentence="Elle reste jusqu’au 26 janvier 2027.", done=True),
    )  # fmt: skip
    yield "still-true-gone", page, None, "", StillTruePage(token="t", heading="Ce lien ne marche plus", sentence="…")
    sheet = DockSheet(
        company="Scierie Dunand",
        site="Dépôt des Épicéas",
        offer=code("Nous avons quelque chose à donner"),
        request=code("Nous cherchons quelque chose"),
        again=tuple(code(one.title, one.quantity) for one in AGAIN),
    )
    yield "dock-sheet", "listings/dock_sheet.html", lea, "me", sheet
