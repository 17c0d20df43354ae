"""How the companies of the demonstration show themselves, who has joined the association, and who asks to come in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from msgspec import Struct

from domain.commands import Command
from domain.companies import (
    Audience,
    Kind,
    Part,
    RecordDues,
    SetMembership,
    SetOrganisationKind,
    WriteDirectoryEntry,
)
from domain.joining import AskToJoin, ConfirmJoining
from domain.opening_hours import Opening
from marketplace.demo.companies import synthetic_siret
from marketplace.demo.naming import Naming
from marketplace.demo.weekdays import moment

Presented = WriteDirectoryEntry | SetMembership | RecordDues | SetOrganisationKind | AskToJoin | ConfirmJoining
ZONE: Final = "jourdies"
WEEK: Final = tuple(
    Opening(day, opens, closes) for day in range(1, 6) for opens, closes in (("08:00", "12:00"), ("13:30", "17:30"))
)
NEIGHBOURLY: Final[dict[Part, Audience]] = {
    "listed": "members", "about": "members", "flows": "members", "place": "members", "hours": "members",
    "contact": "nobody",
}  # fmt: skip
OPENLY: Final[dict[Part, Audience]] = {
    "listed": "everyone", "about": "everyone", "flows": "everyone", "place": "everyone", "hours": "everyone",
    "contact": "members",
}  # fmt: skip


class Entry(Struct, frozen=True, kw_only=True):
    """What one company says of itself, and to whom."""

    key: str
    about: str
    offers: str = ""
    seeks: str = ""
    shares: str = ""
    contact: str = ""
    openly: bool = False


ENTRIES: Final = (
    Entry(
        key="menuiserie",
        about="Agencement de magasins et de cuisines, du plan à la pose. Douze compagnons, un atelier de 900 m².",
        offers="Chutes de panneaux et de massif, sciure sèche, débit à façon le vendredi.",
        seeks="Cartons de calage, palettes Europe propres.",
        shares="Scie à panneaux, aspiration, quai à hauteur réglable.",
        contact="Accueil : 04 50 00 00 11",
        openly=True,
    ),
    Entry(
        key="logistique",
        about="Entreposage sec, préparation de commandes, départs quotidiens vers Annecy et Genève.",
        offers="Palettes, films et cartons en fin de semaine ; places de stockage en été.",
        seeks="Reprise régulière de carton et de film étirable.",
        shares="Pont-bascule, chariots avec cariste, salle de réunion de vingt places.",
        contact="quai@deux-torrents.example",
        openly=True,
    ),
    Entry(
        key="ressourcerie",
        about="Réemploi de meubles et d’équipements, épicerie solidaire, chantier d’insertion.",
        offers="Mobilier de bureau remis en état, vaisselle en location, enlèvement sur place.",
        seeks="Meubles, rayonnages, invendus alimentaires à dates courtes.",
        openly=True,
    ),
    Entry(
        key="association",
        about="L’association anime la zone : mises en relation, achats groupés, rencontres du mardi.",
        shares="Salle de la Maison de la zone, vidéoprojecteur, remorque.",
        contact="contact@jourdies.example",
        openly=True,
    ),
    Entry(key="scierie", about="Sciage de résineux des massifs voisins.", offers="Sciure, dosses, plaquettes."),
    Entry(key="brasserie", about="Bières de garde et limonades.", offers="Drêches, fûts.", seeks="Palettes, bouchons."),
    Entry(key="imprimerie", about="Impression offset et numérique.", offers="Chutes de papier.", shares="Massicot."),
    Entry(key="decolletage", about="Pièces de précision pour l’horlogerie.", offers="Copeaux d’acier triés."),
    Entry(key="jardinerie", about="Plants de montagne et pépinière.", seeks="Compost, palettes perdues, pots."),
    Entry(
        key="epicier", about="Livraison aux restaurants.", offers="Invendus, cagettes.", shares="Camion frigorifique."
    ),
    Entry(key="formation", about="Formation à la sécurité et au geste.", shares="Salles équipées, matin et soir."),
)
KINDS: Final[dict[str, Kind]] = {"association": "association", "ressourcerie": "association", "formation": "expert"}
ADHERENTS: Final = (
    "association", "jardinerie", "logistique", "decolletage", "boulangerie", "imprimerie", "menuiserie", "scierie",
    "brasserie", "epicier", "plasturgie", "emballage",
)  # fmt: skip
NOT_PAID_YET: Final = frozenset({"brasserie", "epicier"})
NEWCOMER: Final = 900
"""The number of the SIRET of the company that asks to come in."""


class Presenting(Struct, frozen=True):
    """Tells of them; `companies` and `speakers` are ids and actors by the company's key."""

    anchor: date
    naming: Naming
    administrator: str
    companies: Mapping[str, str]
    speakers: Mapping[str, str]

    def commands(self) -> Iterator[Command]:
        """Everything, in no particular order."""
        for number, entry in enumerate(ENTRIES):
            yield WriteDirectoryEntry(
                **self._asked(moment(self.anchor, 60, 10, number), self.speakers[entry.key], "entry", entry.key),
                company_id=self.companies[entry.key],
                about=entry.about,
                offers=entry.offers,
                seeks=entry.seeks,
                shares=entry.shares,
                contact=entry.contact,
                hours=WEEK,
                shown=OPENLY if entry.openly else NEIGHBOURLY,
            )
        for number, (key, kind) in enumerate(KINDS.items()):
            asked = self._asked(moment(self.anchor, 59, 10, number), self.speakers[key], "kind", key)
            yield SetOrganisationKind(**asked, company_id=self.companies[key], kind=kind)
        yield from self._adherents()
        yield from self._newcomer()

    def _adherents(self) -> Iterator[Command]:
        at = moment(self.anchor, 40, 9, 0)
        for key in ADHERENTS:
            company: dict[str, Any] = {"company_id": self.companies[key], "zone_id": f"zone-{ZONE}"}
            yield SetMembership(
                **self._asked(at, self.administrator, "membership", key),
                **company,
                membership="adherent",
                since=date(at.year, 1, 1),
            )
            if key not in NOT_PAID_YET:
                yield RecordDues(
                    **self._asked(at, self.administrator, "dues", key), **company, year=self.anchor.year, paid=True
                )

    def _newcomer(self) -> Iterator[Command]:
        joining_id = self.naming.lasting("joining", "vannerie")
        yield AskToJoin(
            **self._asked(moment(self.anchor, 3, 17, 12), "guest:visitor", "ask to join"),
            joining_id=joining_id,
            zone_id=f"zone-{ZONE}",
            siret=synthetic_siret(NEWCOMER),
            company="Vannerie des Îles",
            trade="Paniers et emballages en osier",
            address="9 rue des Semis, Saint-Pierre-en-Faucigny",
            person="Josette Vuagnat",
            mail="josette@vannerie.example",
            wish="Nous cherchons des chutes de bois tendre et proposons des paniers pour vos livraisons.",
        )
        confirmed = self._asked(moment(self.anchor, 3, 17, 20), "guest:visitor", "confirm joining")
        yield ConfirmJoining(**confirmed, joining_id=joining_id)

    def _asked(self, now: datetime, actor: str, *what: str) -> dict[str, Any]:
        return {"actor": actor, "now": now, "command_id": self.naming.command_id(*what)}
