"""Samples of what moderators read, ask, refuse and say again and again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from web.views import Choice, Form, ListingCard, Viewer, Zone
from web.views.moderation import (
    Decided,
    KeptSentence,
    ModerationForms,
    ModerationItem,
    ModerationPage,
    ReportedMessage,
    Reworded,
    SentenceChip,
    SentencesPage,
    VerdictPage,
    Warned,
)

GROUNDS = (
    Choice(value="unclear", label="Il manque une précision nécessaire"),
    Choice(value="pool_pallet", label="Palette de location"),
)
USES = (Choice(value="amend", label="Demander une modification"), Choice(value="reject", label="Refuser"))
SAID = "Précisez le format et l’état, s’il vous plaît : c’est la première question de vos voisins."


def moderation_samples(
    zone: Zone, moderator: Viewer, now: datetime, cards: Sequence[ListingCard]
) -> Iterator[tuple[str, str, Viewer | None, str, Any]]:
    """Each page as (name, template, who looks, part of the site, view)."""
    items = _items(now, cards)
    yield (
        "moderation",
        "moderation/queue.html",
        moderator,
        "moderation",
        ModerationPage(
            zone=zone,
            items=items,
            batch_command="c-8",
            all_ticked="/z/x?ticked=all",
            next="/z/x",
            decided=(
                Decided(
                    listing_id="listing-31", title="Palettes EPAL", verdict="approved",
                    sentence="Marc Périllat l’a approuvée il y a 2 heures.", at=now, version=1, command="c-9",
                ),
                Decided(
                    listing_id="listing-32", title="Palettes bleues", verdict="rejected",
                    sentence="Alix Moreau l’a refusée hier : palette de location", at=now, version=1, command="c-10",
                ),
            ),
            reported=(
                ReportedMessage(
                    message_id="message-1",
                    writer="Fournil des Jourdies",
                    reader="Scierie Dunand",
                    text="Vous êtes des voleurs.",
                    photos=("p-1",),
                    at=now - timedelta(days=1),
                    reported_at=now,
                    why="C’est une insulte.",
                ),
            ),
        ),
    )  # fmt: skip
    empty = ModerationPage(zone=zone, items=(), batch_command="c-8", decided_this_week=6)
    yield "moderation-empty", "moderation/queue.html", moderator, "moderation", empty
    chips = (
        SentenceChip(text=SAID, href="/z/x?sentence=which-format.fr", language="fr", chosen=True),
        SentenceChip(text="Please say which size they are.", href="/z/x?sentence=which-format.en", language="en"),
    )
    form = Form(command_id="c-11", values={"ground": "unclear", "sentence": SAID}, seen_version=1)
    for name, page in {
        "moderation-amend": VerdictPage(
            zone=zone, verdict="amend", item=items[0], form=form, grounds=GROUNDS, chips=chips,
            consequence="Elle reste à son entreprise, cachée jusqu’à sa réponse.",
        ),
        "moderation-reject": VerdictPage(
            zone=zone, verdict="reject", item=items[1], grounds=GROUNDS, chips=(),
            form=Form(command_id="c-12", errors={"sentence": "Dites pourquoi en une phrase : l’entreprise la lit."}),
            consequence="La zone ne la verra pas.", met="Alix Moreau l’a approuvée il y a une minute.",
        ),
    }.items():  # fmt: skip
        yield name, "moderation/verdict.html", moderator, "moderation", page
    wrong = Form(command_id="c-14", errors={"fr": "Écrivez la phrase dans une langue au moins."})
    sentences = SentencesPage(
        zone=zone,
        amend=(KeptSentence(sentence_id="which-format", form=form, heading=SAID, own=True, drop_command="c-15"),),
        reject=(KeptSentence(sentence_id="s-2", form=wrong, open=True, heading="Rien à voir.", drop_command="c-16"),),
        dropped=(KeptSentence(sentence_id="photo", form=form, heading="Une photo, s’il vous plaît."),),
        new=KeptSentence(sentence_id="sentence-new", form=Form(command_id="c-13")),
        uses=USES,
        grounds=GROUNDS,
    )
    yield "moderation-sentences", "moderation/sentences.html", moderator, "moderation", sentences


def _items(now: datetime, cards: Sequence[ListingCard]) -> tuple[ModerationItem, ...]:
    forms = ModerationForms(approve_command="c-1", seen_version=1)
    read: dict[str, Any] = {"forms": forms, "late": False, "shown": False}
    return (
        ModerationItem(
            **{**read, "late": True},
            card=cards[0],
            since=now - timedelta(hours=60),
            due="ven. 13 nov., 14:05",
            description="35 palettes bleues qui encombrent la cour. Appelez le 06 12 34 56 78.",
            author="Mécanique",
            warnings=(
                Warned("La couleur fait penser à des palettes de location.", "Palettes bleues"),
                Warned("Contient un numéro de téléphone ; les visiteurs le voient masqué.", "06 12 34 56 78"),
                Warned("Ressemble à « Palettes », que l’entreprise a déjà en ligne."),
            ),
        ),
        ModerationItem(
            **read,
            card=cards[1],
            since=now - timedelta(hours=2),
            due="mar. 24 nov., 14:05",
            description="Pliés, liés par 50. À prendre au quai 3.",
            author="Fournil",
            photos=("photo-1", "photo-2"),
            first_listing=True,
        ),
        ModerationItem(
            **read,
            card=cards[2],
            since=now - timedelta(hours=2),
            due="mar. 24 nov., 14:05",
            description="",
            author="",
            own="C’est une annonce de votre entreprise : un autre modérateur décide.",
            may_decide=False,
            changes=(
                Reworded("Quantité", (("was", "10 m³ par mois"), ("is", "12,5 m³ par mois"))),
                Reworded("Détails", (("same", "Sciure sèche "), ("was", "et propre"), ("is", "de résineux"))),
            ),
        ),
        ModerationItem(
            **{**read, "shown": True},
            card=cards[3],
            since=now - timedelta(hours=2),
            due="",
            description="Dépoussiérée.",
            author="Scierie",
            why="En ligne tout de suite : la zone fait désormais confiance à cette entreprise.",
        ),
    )
