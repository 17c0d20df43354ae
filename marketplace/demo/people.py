"""The people of the demonstration: who runs the zones, who acts for each company, and the six one signs in as."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from domain.zones import Role


class DemoPerson(Struct, frozen=True):
    """Someone invented; `mail` is at a domain reserved for examples. Without a company, they run a zone."""

    key: str
    name: str
    mail: str
    company: str = ""
    language: str = "fr"


class DemoRole(Struct, frozen=True):
    """What someone does for a zone."""

    person: str
    zone: str
    role: Role


STAFF: Final = (
    DemoPerson("sylvie", "Sylvie Pernollat", "sylvie.pernollat@jourdies.example"),
    DemoPerson("claire", "Claire Donzelot", "claire.donzelot@jourdies.example"),
    DemoPerson("marc", "Marc Tissieroz", "marc.tissieroz@jourdies.example"),
    DemoPerson("antoine", "Antoine Guérandel", "antoine.guerandel@federation.example"),
    DemoPerson("ines", "Inès Vaudagnel", "ines.vaudagnel@la-roche.example"),
    DemoPerson("paul", "Paul Crestazel", "paul.crestazel@la-roche.example"),
)

ROLES: Final = (  # the first administrator of each zone is named by the operator, who grants the rest
    DemoRole("sylvie", "jourdies", "administrator"),
    DemoRole("claire", "jourdies", "facilitator"),
    DemoRole("marc", "jourdies", "moderator"),
    DemoRole("antoine", "jourdies", "reader"),
    DemoRole("ines", "la-roche", "administrator"),
    DemoRole("ines", "la-roche", "facilitator"),
    DemoRole("paul", "la-roche", "moderator"),
    DemoRole("antoine", "la-roche", "reader"),
)

PEOPLE: Final = (  # the first of a company posts its listings, unless a listing says otherwise
    DemoPerson("agathe", "Agathe Morrelin", "agathe@jourdies.example", "association"),
    DemoPerson("helene", "Hélène Marchoux", "helene@fleurimont.example", "jardinerie"),
    DemoPerson("bastien", "Bastien Quérier", "bastien@fleurimont.example", "jardinerie"),
    DemoPerson("karim", "Karim Belhadri", "karim@deux-torrents.example", "logistique"),
    DemoPerson("lucie", "Lucie Tonnellier", "lucie@deux-torrents.example", "logistique"),
    DemoPerson("yann", "Yann Le Goffic", "yann@deux-torrents.example", "logistique"),
    DemoPerson("denis", "Denis Perrolaz", "denis@perrolaz.example", "decolletage"),
    DemoPerson("fatou", "Fatou Diakhaté", "fatou@perrolaz.example", "decolletage"),
    DemoPerson("gilles", "Gilles Giffrelle", "gilles@microtour.example", "microtour"),
    DemoPerson("maelle", "Maëlle Courtabon", "maelle@troisepis.example", "boulangerie"),
    DemoPerson("victor", "Victor Vergnolet", "victor@vergnolet.example", "imprimerie"),
    DemoPerson("ophelie", "Ophélie Jacquemard", "ophelie@vergnolet.example", "imprimerie"),
    DemoPerson("simon", "Simon Tardieu", "simon@tardieu-blanc.example", "menuiserie"),
    DemoPerson("odile", "Odile Mollardin", "odile@mollardin.example", "scierie"),
    DemoPerson("renaud", "Renaud Besselard", "renaud@oursgris.example", "brasserie"),
    DemoPerson("ewan", "Ewan Strathearn", "ewan@oursgris.example", "brasserie", "en"),
    DemoPerson("julie", "Julie Savioz", "julie@savioz.example", "garage"),
    DemoPerson("mehdi", "Mehdi Ouardane", "mehdi@grospanier.example", "epicier"),
    DemoPerson("nadine", "Nadine Fauchelle", "nadine@grospanier.example", "epicier"),
    DemoPerson("sabrina", "Sabrina Lorioz", "sabrina@cartopack.example", "emballage"),
    DemoPerson("pierre", "Pierre Faucillon", "pierre@cartopack.example", "emballage"),
    DemoPerson("elena", "Elena Marchetto", "elena@injectal.example", "plasturgie"),
    DemoPerson("jonas", "Jonas Lindqvist", "jonas@injectal.example", "plasturgie", "en"),
    DemoPerson("celine", "Céline Arpinel", "celine@fixaneige.example", "fixations"),
    DemoPerson("tom", "Tom Ashgrove", "tom@fixaneige.example", "fixations", "en"),
    DemoPerson("bruno", "Bruno Mestrallot", "bruno@voltamont.example", "electricite"),
    DemoPerson("nicolas", "Nicolas Hébrardin", "nicolas@octetbleu.example", "informatique"),
    DemoPerson("priya", "Priya Ramaswani", "priya@octetbleu.example", "informatique", "en"),
    DemoPerson("rosa", "Rosa Figueirinha", "rosa@clairmatin.example", "nettoyage"),
    DemoPerson("thibault", "Thibault Pralongue", "thibault@pralongue.example", "traiteur"),
    DemoPerson("michel", "Michel Dorvaux", "michel@boulondor.example", "quincaillerie"),
    DemoPerson("anais", "Anaïs Toilleux", "anais@toiletravail.example", "textile"),
    DemoPerson("franck", "Franck Lacombette", "franck@lacombette.example", "demenagement"),
    DemoPerson("manon", "Manon Lacombette", "manon@lacombette.example", "demenagement"),
    DemoPerson("isabelle", "Isabelle Cadorin", "isabelle@capgestes.example", "formation"),
    DemoPerson("etienne", "Étienne Ravoirel", "etienne@ravoirel.example", "comptable"),
    DemoPerson("sandra", "Sandra Kowalczyn", "sandra@ravoirel.example", "comptable"),
    DemoPerson("joel", "Joël Trappier", "joel@troisbennes.example", "collecteur"),
    DemoPerson("amina", "Amina Zeroualli", "amina@troisbennes.example", "collecteur"),
    DemoPerson("colette", "Colette Duperrex", "colette@pasdelouve.example", "fromagerie"),
    DemoPerson("hugo", "Hugo Bellecombette", "hugo@bellecombette.example", "paysagiste"),
    DemoPerson("joao", "João Grandvollet", "joao@grandvollet.example", "maconnerie"),
    DemoPerson("marie", "Marie Songeard", "marie@petitpion.example", "ecommerce"),
    DemoPerson("emily", "Emily Hartwoode", "emily@petitpion.example", "ecommerce", "en"),
    DemoPerson("laurent", "Laurent Nantbruin", "laurent@nantbruin.example", "tolerie"),
    DemoPerson("samia", "Samia Benyoucel", "samia@secondtour.example", "ressourcerie"),
    DemoPerson("leo", "Léo Chantrier", "leo@secondtour.example", "ressourcerie"),
    DemoPerson("camille", "Camille Esclapez", "camille@escale.example", "bureaux"),
    DemoPerson("nora", "Nora Whitcombe", "nora@escale.example", "bureaux", "en"),
    DemoPerson("bernard", "Bernard Deuxprat", "bernard@deuxpres.example", "biogaz"),
)

NEVER_SIGNED_IN: Final = frozenset({"bastien", "yann", "ophelie", "pierre", "sandra", "leo"})
"""Invited, and yet to come: most zones have some."""

PERSONAE: Final = {
    "giver": "helene",
    "seeker": "karim",
    "facilitator": "claire",
    "moderator": "marc",
    "administrator": "sylvie",
    "reader": "antoine",
}
"""The six people one may sign in as, by the part they play."""


class Persona(Struct, frozen=True):
    """Someone to sign in as; ids depend on the seed alone, so they are the same at every start."""

    part: str
    member_id: str
    name: str
    mail: str
    language: str
    company: str | None


class DemoPeople(Struct, frozen=True):
    """The six people of the demonstration."""

    giver: Persona
    seeker: Persona
    facilitator: Persona
    moderator: Persona
    administrator: Persona
    reader: Persona

    def everyone(self) -> tuple[Persona, ...]:
        """All six, in the order they are introduced."""
        return (self.giver, self.seeker, self.facilitator, self.moderator, self.administrator, self.reader)
