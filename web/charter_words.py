"""What the charters of a zone are for, and the text each begins with, to be changed by who publishes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from domain.charters import Purpose
from domain.refused import _


class PurposeWords(Struct, frozen=True, kw_only=True):
    """A kind of charter: its name, what it is for, and title and text to begin with, by language."""

    name: str
    says: str
    titles: Mapping[str, str]
    texts: Mapping[str, str]


PURPOSE_WORDS: Final[dict[Purpose, PurposeWords]] = {
    "engagement": PurposeWords(
        name=_("Engagement"),
        says=_("What a company commits to by taking part. Everyone may read it, before they join."),
        titles={"fr": "Charte d’engagement des entreprises de la zone", "en": "Charter of the companies of the zone"},
        texts={
            "fr": (
                "Nous publions ce que nous avons vraiment et ce dont nous avons vraiment besoin, et nous retirons une "
                "annonce dès qu’elle n’est plus vraie.\n\n"
                "Nous répondons aux demandes sous une semaine, même pour dire non.\n\n"
                "Ce qui est promis est tenu : une quantité réservée attend celui à qui elle est promise, et chacun "
                "vient au rendez-vous pris.\n\n"
                "Nous confirmons chaque enlèvement avec la quantité réelle : c’est ainsi que la zone connaît ses "
                "résultats.\n\n"
                "Nous disons ce que sont les choses, déchet compris, et nous respectons les règles de sécurité du site "
                "qui reçoit.\n\n"
                "Chaque entreprise contracte pour elle-même. L’association met en relation ; elle ne vend, n’achète "
                "ni ne garantit."
            ),
            "en": (
                "We publish what we really have and what we really need, and take a listing down once it is no longer "
                "true.\n\n"
                "We answer requests within a week, even to say no.\n\n"
                "What is promised is kept: a quantity that is held waits for whoever it is promised to, and everyone "
                "comes when they said they would.\n\n"
                "We confirm each pick-up with the real quantity: that is how the zone knows what it achieved.\n\n"
                "We say what things are, waste included, and keep to the safety rules of the site that receives us.\n\n"
                "Each company contracts for itself. The association introduces; it sells, buys and warrants nothing."
            ),
        },
    ),
    "confidentiality": PurposeWords(
        name=_("Confidentiality"),
        says=_("What companies learn about each other on visits and in workshops, and keep to themselves."),
        titles={"fr": "Engagement de confidentialité", "en": "Confidentiality"},
        texts={
            "fr": (
                "Ce que nous apprenons d’une autre entreprise lors d’une visite, d’un atelier ou d’un échange reste "
                "entre nous et l’animateur, sauf ce qu’elle publie elle-même.\n\n"
                "Nous n’utilisons ses quantités, ses prix et ses procédés ni pour la concurrencer, ni pour la "
                "démarcher.\n\n"
                "Les chiffres de la zone ne sont communiqués qu’additionnés, jamais pour moins de trois "
                "entreprises.\n\n"
                "Cet engagement dure trois ans après notre départ de la zone."
            ),
            "en": (
                "What we learn about another company on a visit, in a workshop or in an exchange stays between us and "
                "the facilitator, save what it publishes itself.\n\n"
                "We use its quantities, prices and processes neither to compete with it nor to sell to it.\n\n"
                "Figures of the zone are told only as sums, never of fewer than three companies.\n\n"
                "This holds for three years after we leave the zone."
            ),
        },
    ),
    "action": PurposeWords(
        name=_("An action"),
        says=_("What one action asks of those who take part, signed by its supplier too: a round, a shared service."),
        titles={"fr": "Charte de l’action", "en": "Charter of the action"},
        texts={
            "fr": (
                "L’action : ce qui est fait, où, et à quel rythme.\n\n"
                "Les entreprises : ce que chacune prépare, et qui elle nomme comme contact.\n\n"
                "Le prestataire : ce qu’il fait, sous quel délai, et les justificatifs qu’il remet.\n\n"
                "L’association organise. Chaque entreprise contracte et paie pour elle-même."
            ),
            "en": (
                "The action: what is done, where, and how often.\n\n"
                "The companies: what each prepares, and whom it names as contact.\n\n"
                "The supplier: what it does, how soon, and the documents it hands over.\n\n"
                "The association organises. Each company contracts and pays for itself."
            ),
        },
    ),
}
