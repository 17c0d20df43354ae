"""What matches rest on: the words published beside the built-in lexicon, and how a zone weighs its matches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from domain import taxonomy, text_flags
from domain.commands import Command
from domain.events import Event, Private
from domain.lexicon import FREQUENCIES, LONGEST_TERM, VERSION, Lexicon, lexicon, published, stems
from domain.matching import DEFAULT, Weights
from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from domain.zones import Zone

PROGRAMME: Final = "programme"
"""The one stream of an installation that holds these."""
Language = Literal["fr", "en"]

# --- events -----------------------------------------------------------------------------------------------------


class Term(Struct, frozen=True):
    """Words that mean a concept of the lexicon, or what a category is called."""

    term_id: str
    words: Private
    concept: str
    language: Language


class LexiconPublished(Event, frozen=True):
    """From now on the listings are read with these words more and those fewer.

    `version` counts on from the built-in lexicon's. `zone_id` is the zone whose facilitator published it; it holds for
    every zone. `frequencies` names the table of word frequencies that rarity is measured with.
    """

    version: int
    zone_id: str
    added: tuple[Term, ...] = ()
    withdrawn: tuple[str, ...] = ()
    frequencies: int = 1


class MatchWeightsSet(Event, frozen=True):
    """How many of the 100 points each part of a match is worth where both listings are of this zone."""

    zone_id: str
    category: int
    text: int
    distance: int
    quantity: int


ProgrammeEvent = LexiconPublished | MatchWeightsSet

# --- state ------------------------------------------------------------------------------------------------------


class Programme(Struct, frozen=True):
    """What decisions need to know: the terms that hold, who published each, and the zones' own weights."""

    version: int = VERSION
    terms: dict[str, Term] = field(default_factory=dict)
    published_by: dict[str, str] = field(default_factory=dict)
    frequencies: int = 1
    weights: dict[str, Weights] = field(default_factory=dict)

    @property
    def lexicon(self) -> Lexicon:
        """The built-in lexicon with the published terms."""
        return published(spoken(self.terms.values()), self.frequencies)


def spoken(terms: Iterable[Term]) -> tuple[tuple[str, str], ...]:
    """Words and concept of each term that can still be read, in the order of their ids."""
    known = sorted((term for term in terms if term.words.text), key=lambda term: term.term_id)
    return tuple((str(term.words), term.concept) for term in known)


def evolve(programme: Programme | None, event: ProgrammeEvent) -> Programme:
    """The programme after `event`."""
    programme = programme or Programme()
    match event:
        case LexiconPublished():
            added = {term.term_id: term for term in event.added}
            kept = {name: term for name, term in programme.terms.items() if name not in event.withdrawn}
            return replace(
                programme,
                version=event.version,
                terms=kept | added,
                published_by=programme.published_by | dict.fromkeys(added, event.zone_id),
                frequencies=event.frequencies,
            )
        case MatchWeightsSet():
            weights = Weights(event.category, event.text, event.distance, event.quantity)
            return replace(programme, weights={**programme.weights, event.zone_id: weights})


# --- commands ---------------------------------------------------------------------------------------------------


class PublishTerm(Command, frozen=True):
    """Teach the lexicon a term; `concept` is one of its concepts, or the code of a category."""

    zone_id: str
    term_id: str
    words: str
    concept: str
    language: Language


class WithdrawTerm(Command, frozen=True):
    """Take a published term back."""

    zone_id: str
    term_id: str


class PublishFrequencies(Command, frozen=True):
    """Measure how rare words are with another of the tables there are, in every zone."""

    zone_id: str
    frequencies: int


class SetMatchWeights(Command, frozen=True):
    """Weigh the matches of a zone otherwise, in whole points of 100."""

    zone_id: str
    category: int
    text: int
    distance: int
    quantity: int


# --- decisions --------------------------------------------------------------------------------------------------

TERM_LENGTH: Final = 60
NARROWEST, WIDEST = 0.5, 2
"""How far a zone's weights may go from the usual ones, as factors."""
ALL_POINTS: Final = 100


def publish_term(command: PublishTerm, programme: Programme | None, zone: Zone) -> list[ProgrammeEvent]:
    """A facilitator adds words that no concept has yet; the same words twice are refused."""
    programme = _facilitated(command, programme, zone)
    words = checked_words(command.words)
    if command.concept not in programme.lexicon.meanings and command.concept not in taxonomy.CATEGORIES:
        raise Refused(_("Choose what it means in the list."), field="meaning")
    if programme.lexicon.concept_of(words) is not None:
        raise Conflict(_("The lexicon knows “%(words)s” already."), field="words", words=words)
    term = Term(command.term_id, Private(command.zone_id, words), command.concept, command.language)
    return [
        LexiconPublished(
            version=programme.version + 1, zone_id=command.zone_id, added=(term,), frequencies=programme.frequencies
        )
    ]


def checked_words(typed: str) -> str:
    """The words of a term as they are kept; Refused when they can be none."""
    words = " ".join(typed.split())
    if len(words) > TERM_LENGTH:
        raise Refused(_("A term has %(most)s characters at most."), field="words", most=TERM_LENGTH)
    found = stems(words)
    if not found or len(found) > LONGEST_TERM:
        raise Refused(_("Write a term of one to %(most)s words."), field="words", most=LONGEST_TERM)
    known = lexicon()
    if not known.told_apart_by(words):
        raise Refused(_("These words stand in every other listing: they tell nothing."), field="words")
    if any(flag.code == "personal_data" for flag in text_flags.find(words)):
        raise Refused(_("A term never names a person."), field="words")
    return words


def withdraw_term(command: WithdrawTerm, programme: Programme | None, zone: Zone) -> list[ProgrammeEvent]:
    """The zone that published a term takes it back; asked twice, nothing more happens."""
    programme = _facilitated(command, programme, zone)
    if programme.published_by.get(command.term_id) != command.zone_id:
        raise NotFound(_("There is no such term."))
    if command.term_id not in programme.terms:
        return []
    return [
        LexiconPublished(
            version=programme.version + 1,
            zone_id=command.zone_id,
            withdrawn=(command.term_id,),
            frequencies=programme.frequencies,
        )
    ]


def publish_frequencies(command: PublishFrequencies, programme: Programme | None, zone: Zone) -> list[ProgrammeEvent]:
    """Every listing is read again with that table; the one that holds already is nothing."""
    programme = _facilitated(command, programme, zone)
    if command.frequencies not in FREQUENCIES:
        raise Refused(_("There is no such table of word frequencies."), field="frequencies")
    if command.frequencies == programme.frequencies:
        return []
    return [LexiconPublished(version=programme.version + 1, zone_id=command.zone_id, frequencies=command.frequencies)]


def set_match_weights(command: SetMatchWeights, programme: Programme | None, zone: Zone) -> list[ProgrammeEvent]:
    """Each part stays within half and twice its usual weight, and together they are 100; the same again is nothing."""
    programme = _facilitated(command, programme, zone)
    wanted = Weights(command.category, command.text, command.distance, command.quantity)
    for name in Weights.__struct_fields__:
        usual, points = getattr(DEFAULT, name), getattr(wanted, name)
        least, most = int(NARROWEST * usual), WIDEST * usual
        if not least <= points <= most:
            raise Refused(_("Between %(least)s and %(most)s points."), field=name, least=least, most=most)
    if wanted.category + wanted.text + wanted.distance + wanted.quantity != ALL_POINTS:
        raise Refused(_("The four parts make 100 points together."), field="category")
    if programme.weights.get(command.zone_id, DEFAULT) == wanted:
        return []
    return [
        MatchWeightsSet(
            zone_id=command.zone_id,
            category=wanted.category,
            text=wanted.text,
            distance=wanted.distance,
            quantity=wanted.quantity,
        )
    ]


def _facilitated(
    command: PublishTerm | WithdrawTerm | PublishFrequencies | SetMatchWeights, programme: Programme | None, zone: Zone
) -> Programme:
    if not zone.allows(command.actor, "facilitator", "administrator"):
        raise Forbidden(_("Only a facilitator of the zone can change how listings are read and weighed."))
    return programme or Programme()
