"""Believable pages about privacy: what is held in general, what is held on one person, and how to leave."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from web.views import Form, View, Viewer
from web.views.privacy import (
    ErasedPage,
    ErasePage,
    Held,
    HeldAbout,
    Leaving,
    MyDataPage,
    Part,
    PrivacyPage,
    RedactPage,
    Said,
)

HELD = Held(
    name="identity",
    what="Votre nom, votre adresse électronique professionnelle et votre langue",
    why="Pour vous faire entrer et vous écrire.",
    ground="vous prenez part aux échanges de votre zone",
    seen_by="Vous et vos collègues.",
    kept="Jusqu’à l’effacement.",
    goes="Quand vous effacez votre compte.",
)


def privacy_samples(lea: Viewer, now: datetime) -> Iterator[tuple[str, str, Viewer | None, str, View]]:
    """Each page as (name, template, who looks, part of the site, view)."""
    held = (HeldAbout(heading="Sur vous", held=(HELD,)), HeldAbout(heading="Sur votre entreprise", held=()))
    for name, viewer in (("visitor", None), ("member", lea)):
        yield f"privacy-{name}", "texts/privacy.html", viewer, "", PrivacyPage(operator="Gisement", held=held)
    parts = (
        Part(
            name="identity", icon="user", heading="Qui vous êtes ici", total=1, href="/account", link="Mon compte",
            lines=(Said(what="Nom", detail="Léa Dunand"), Said(what="Invitée", at=now)),
        ),
        Part(
            name="written", icon="edit", heading="Ce que vous avez écrit", total=8,
            lines=(Said(what="Un message", detail="Je passe mardi.", at=now, quote=True),),
        ),
        Part(name="looks", icon="shield", heading="Qui a regardé", lines=(), total=0, none="Personne.", note="Un an."),
    )  # fmt: skip
    yield "my-data", "account/data.html", lea, "account", MyDataPage(parts=parts)
    alone = Leaving(id="company-1", name="Scierie Dunand", open_exchanges=2)
    zone = Leaving(id="jourdies", name="Les Jourdies")
    wrong = Form(command_id="c", errors={"sure": "Cochez cette case."})
    for name, page in {
        "ask": ErasePage(form=Form(command_id="c"), fresh=False, companies=(alone,)),
        "wrong": ErasePage(form=wrong, fresh=True),
        "last": ErasePage(form=Form(command_id="c"), fresh=True, zones=(zone,)),
        "company": ErasePage(
            form=Form(command_id="c"), fresh=True, company=alone.name, company_id=alone.id, companies=(alone,)
        ),
    }.items():
        yield f"erase-{name}", "account/erase.html", lea, "account", page
    redact = RedactPage(form=wrong, id="listing-1", title="Palettes de M. Dunand", description="L’appeler au 06.")
    yield "redact", "listings/redact.html", lea, "", redact
    yield "erased", "account/erased.html", None, "", ErasedPage()
    yield "erased-company", "account/erased.html", None, "", ErasedPage(company="Scierie Dunand")
