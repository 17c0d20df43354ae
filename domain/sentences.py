"""What a zone's moderators say again and again: sentences they choose in one tap, and change before they send them."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from domain.commands import Command
from domain.events import Event, Private
from domain.listings import GROUNDS, Ground
from domain.refused import Forbidden, NotFound, Refused, _
from domain.zones import Zone

Use = Literal["amend", "reject"]
USES: Final[tuple[Use, ...]] = ("amend", "reject")
LONGEST: Final = 600
MOST: Final = 40
"""Sentences of one zone: more than anybody looks through on a phone."""


class Standard(Struct, frozen=True):
    """A sentence every zone begins with: what it is for, the ground it goes with, and its words for the catalogue."""

    sentence_id: str
    use: Use
    ground: Ground
    words: str


STANDARD: Final[tuple[Standard, ...]] = (
    Standard(
        "which-format", "amend", "unclear",
        _("Please say which size they are and in what condition: your neighbours ask that first."),
    ),
    Standard("how-much", "amend", "unclear", _("Please say how much there is, and until when it can be fetched.")),
    Standard("photo", "amend", "unclear", _("Please add a photo: your neighbours see at once whether it suits them.")),
    Standard(
        "contact", "amend", "other",
        _("Please take the phone number out of the text: whoever you accept gets your contact details from the site."),
    ),
    Standard(
        "pool-pallets", "reject", "pool_pallet",
        _("These pallets belong to a rental company and are not yours to give or to sell. "
          "Post a pooled return instead: their owner fetches them."),
    ),
    Standard(
        "posted-twice", "reject", "duplicate",
        _("You have posted this already. If something has changed, amend the other listing: it keeps its matches."),
    ),
    Standard(
        "price-talk", "reject", "unlawful",
        _("Companies that buy together may not agree on their own selling prices or customers. "
          "Leave them out, and send it again."),
    ),
    Standard("not-here", "reject", "not_for_zone", _("This has nothing to do with the zone and its companies.")),
    Standard(
        "charter", "reject", "forbidden",
        _("The charter of the zone does not allow this. Write to us if you think that it should."),
    ),
)  # fmt: skip
"""Said in the reader’s language, until a zone says them in its own words or does without them."""

# --- events -----------------------------------------------------------------------------------------------------


class SentenceKept(Event, frozen=True):
    """A zone keeps a sentence in its own words, in one language or several; kept again, these stand for the others."""

    zone_id: str
    sentence_id: str
    use: Use
    ground: Ground
    texts: dict[str, Private]


class SentenceDropped(Event, frozen=True):
    """A zone does without a sentence, its own or one that every zone begins with."""

    zone_id: str
    sentence_id: str


SentenceEvent = SentenceKept | SentenceDropped

# --- state ------------------------------------------------------------------------------------------------------


class Sentences(Struct, frozen=True):
    """The sentences of a zone: its `own` ones, and those it does without."""

    own: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()


def evolve(sentences: Sentences | None, event: SentenceEvent) -> Sentences:
    """The sentences after `event`."""
    sentences = sentences or Sentences()
    one = {event.sentence_id}
    match event:
        case SentenceKept():
            return replace(sentences, own=sentences.own | one, dropped=sentences.dropped - one)
        case SentenceDropped():
            return replace(sentences, own=sentences.own - one, dropped=sentences.dropped | one)


def stream_of(zone_id: str) -> str:
    """The stream of a zone's sentences."""
    return f"sentences-{zone_id.removeprefix('zone-')}"


# --- commands ---------------------------------------------------------------------------------------------------


class KeepSentence(Command, frozen=True):
    """Keep a sentence: `texts` by language, at least one of them said."""

    zone_id: str
    sentence_id: str
    use: Use
    ground: Ground
    texts: dict[str, str]


class DropSentence(Command, frozen=True):
    """Do without a sentence."""

    zone_id: str
    sentence_id: str


# --- decisions --------------------------------------------------------------------------------------------------


def keep_sentence(command: KeepSentence, sentences: Sentences | None, zone: Zone) -> list[SentenceEvent]:
    """Any moderator words what the moderators say."""
    sentences = _of_moderators(command, sentences, zone)
    if command.use not in USES:
        raise Refused(_("Choose what the sentence is for."), field="use")
    if command.ground not in GROUNDS:
        raise Refused(_("Choose the ground it goes with."), field="ground")
    texts = {language: " ".join(text.split()) for language, text in command.texts.items() if text.strip()}
    if not texts:
        raise Refused(_("Write the sentence in one language at least."), field="fr")
    for language, text in texts.items():
        if len(text) > LONGEST:
            raise Refused(_("A sentence has %(most)s characters at most."), field=language, most=LONGEST)
    if len(sentences.own | {command.sentence_id}) > MOST:
        raise Refused(_("A zone keeps %(most)s sentences at most: do without one first."), field="fr", most=MOST)
    return [
        SentenceKept(
            zone_id=command.zone_id,
            sentence_id=command.sentence_id,
            use=command.use,
            ground=command.ground,
            texts={language: Private(command.zone_id, text) for language, text in sorted(texts.items())},
        )
    ]


def drop_sentence(command: DropSentence, sentences: Sentences | None, zone: Zone) -> list[SentenceEvent]:
    """What was said with it stays said; asking twice is no fault."""
    sentences = _of_moderators(command, sentences, zone)
    if command.sentence_id in sentences.dropped:
        return []
    if command.sentence_id not in sentences.own | {one.sentence_id for one in STANDARD}:
        raise NotFound(_("There is no such sentence."))
    return [SentenceDropped(zone_id=command.zone_id, sentence_id=command.sentence_id)]


def _of_moderators(command: KeepSentence | DropSentence, sentences: Sentences | None, zone: Zone) -> Sentences:
    if not zone.allows(command.actor, "moderator", "administrator"):
        raise Forbidden(_("Only a moderator of the zone keeps its sentences."))
    return sentences or Sentences()
