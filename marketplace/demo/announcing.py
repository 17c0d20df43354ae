"""What the zone of the demonstration tells its companies: a meeting, a rule of law, and a draft not sent yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from msgspec import Struct

from domain.bulletins import BulletinDraft, IssueBulletin, WriteBulletin
from domain.commands import Command
from domain.members import BulletinTopic
from marketplace.demo.naming import Naming
from marketplace.demo.weekdays import day_of, moment

ZONE: Final = "jourdies"


class Told(Struct, frozen=True, kw_only=True):
    """A bulletin, written `days` before the anchor; about a day that comes `ahead` days after it, if about any."""

    key: str
    topic: BulletinTopic
    days: int
    title: str
    text: str
    title_en: str = ""
    text_en: str = ""
    families: tuple[str, ...] = ()
    ahead: int | None = None
    issued: bool = True


TOLD: Final = (
    Told(
        key="rendez-vous",
        topic="meeting",
        days=4,
        ahead=15,
        title="Petit-déjeuner des voisins : quai ouvert à la menuiserie",
        text=(
            "Trois quarts d’heure, un café, et le tour du quai : ce qui part chaque semaine, ce qui manque, ce que "
            "vous pourriez reprendre.\n"
            "À 8 h, à la Menuiserie Tardieu-Blanc. Venez avec la photo d’une chose qui vous encombre.\n"
            "Dites-nous si vous venez : contact@jourdies.example"
        ),
        title_en="Neighbours’ breakfast: the joinery opens its dock",
        text_en=(
            "Three quarters of an hour, a coffee, and a walk around the dock: what leaves every week, what is missing, "
            "what you could take.\n"
            "At 8 a.m., at Menuiserie Tardieu-Blanc. Bring a picture of one thing that is in your way.\n"
            "Tell us whether you come: contact@jourdies.example"
        ),
    ),
    Told(
        key="cinq-flux",
        topic="law",
        days=5,
        title="Tri des déchets d’activité : où en êtes-vous ?",
        text=(
            "Papier et carton, métal, plastique, verre, bois, fraction minérale, plâtre, textiles : une entreprise "
            "qui en produit plus de 1 100 litres par semaine, tous déchets confondus, les trie et les fait valoriser.\n"
            "Ce qu’il faut conserver, et qui peut vous le demander : https://entreprendre.service-public.fr\n"
            "Une question ? L’animateur passe chez vous, c’est gratuit."
        ),
        families=("CAR", "PLA", "BOI", "MET"),
    ),
    Told(
        key="travaux",
        topic="news",
        days=3,
        title="Rue des Artisans : une voie fermée pendant dix jours",
        text="La rue reste ouverte aux poids lourds dans un sens.\nLe plan de circulation suit.",
        issued=False,
    ),
)


class Announcing(Struct, frozen=True):
    """Tells of the bulletins, in the name of the zone's facilitator."""

    anchor: date
    naming: Naming
    facilitator: str

    def commands(self) -> Iterator[Command]:
        """Each is written, and those that are ready go into the weekly mail."""
        for number, told in enumerate(TOLD):
            at = moment(self.anchor, told.days, 15, number)
            bulletin_id = self.naming.lasting("bulletin", told.key)
            on = self.anchor + timedelta(days=told.ahead) if told.ahead is not None else None
            draft = BulletinDraft(
                topic=told.topic,
                title=told.title,
                text=told.text,
                title_en=told.title_en,
                text_en=told.text_en,
                families=told.families,
                on=on,
            )
            asked: dict[str, Any] = {"actor": self.facilitator, "now": at}
            yield WriteBulletin(
                **asked,
                command_id=self.naming.command_id("bulletin", told.key),
                bulletin_id=bulletin_id,
                zone_id=f"zone-{ZONE}",
                draft=draft,
            )
            if told.issued:
                later = moment(self.anchor, told.days, 16, number)
                yield IssueBulletin(
                    actor=self.facilitator,
                    now=later,
                    command_id=self.naming.command_id("issue", told.key),
                    bulletin_id=bulletin_id,
                    way="digest",
                    today=day_of(later),
                )
