"""The languages of the site: its catalogues, read at start, and what is said in them."""

from __future__ import annotations

import re
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib import resources
from io import BytesIO
from typing import Final, Literal, get_args

from babel.core import negotiate_locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from domain.refused import Refused

Language = Literal["fr", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
"""The first one is spoken to whoever has not said otherwise."""

ELISION: Final = re.compile(r"\b([Dd]|[Qq]u)e (?=[AEIOUÀÂÄÆÉÈÊËÎÏÔÖŒÙÛÜ][^\W\d]|une? )")
"""A short word before a name that begins with a vowel. Names alone: the catalogue elides its own words."""

CONTRACTED: Final = {"de Les ": "des ", "de Le ": "du ", "à Les ": "aux ", "à Le ": "au "}
CONTRACTION: Final = re.compile(r"\b(?:de|à) Les? ")
"""A short word before a name that begins with its own article: Les Jourdies, Le Parc."""


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language; English is the source, so it says every message as it is written."""
    if language == "en":
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def catalogue(language: str) -> Catalog:
    """The messages of a language as its .po file has them, comments and flags included."""
    file = resources.files("marketplace").joinpath("locale", f"{language}.po")
    return read_po(BytesIO(file.read_bytes()), locale=language, abort_invalid=True)


def known_language(code: str) -> Language:
    """The language itself when the site speaks it, else the site's first."""
    return next((language for language in LANGUAGES if language == code), LANGUAGES[0])


def preferred_language(accepted: str) -> Language:
    """The language a browser's Accept-Language header asks for; whatever it holds is answered with one."""
    wishes = []
    for wish in accepted[:500].split(","):
        tag, _, weight = wish.partition(";q=")
        try:
            wishes.append((-float(weight or 1), tag.strip()))
        except ValueError:
            continue
    ranked = [tag for weight, tag in sorted(wishes, key=lambda wish: wish[0]) if tag and weight < 0]
    return known_language(negotiate_locale(ranked, LANGUAGES, sep="-") or LANGUAGES[0])


def elided(said: str, language: str) -> str:
    """A sentence that names were put into, as French joins them: d’Injectal and des Jourdies, not de Les Jourdies."""
    if language != "fr":
        return said
    return CONTRACTION.sub(lambda found: CONTRACTED[found[0]], ELISION.sub("\\1’", said))


def refusal(refused: Refused, language: str) -> str:
    """The sentence of a refusal, said in a language."""
    said = translations(language).gettext(refused.sentence)
    return elided(said % refused.values, language) if refused.values else said
