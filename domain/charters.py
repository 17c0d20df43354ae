"""Charters: what the companies of a zone promise each other, version by version, and who accepted which."""

from __future__ import annotations

from typing import Final, Literal
from uuid import UUID, uuid5

from msgspec import Struct, field
from msgspec.structs import replace

from domain.commands import Command
from domain.companies import Company
from domain.events import Event, Private
from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from domain.zones import Zone, must_not_be_closed

Purpose = Literal["engagement", "confidentiality", "action"]
PURPOSES: Final[tuple[Purpose, ...]] = ("engagement", "confidentiality", "action")
"""What a company commits to by belonging to the zone; what it keeps to itself; and what one action asks, with the
supplier who signs it too."""
IDS: Final = UUID("8b3f3d5e-58a1-5b0d-9c56-2f1f6f2c7a18")
"""Under which the charters are numbered of which a zone has one only."""


class CharterText(Struct, frozen=True):
    """A version of a charter in one language."""

    title: Private
    text: Private


# --- events -----------------------------------------------------------------------------------------------------


class CharterPublished(Event, frozen=True):
    """A version of a charter counts from now on; what was accepted before was an older one.

    `texts` are by language. `changes` says, for who accepted the one before, what is new. `supplier` signs the charter
    of an action as a third party.
    """

    charter_id: str
    zone_id: str
    purpose: Purpose
    number: int
    texts: dict[str, CharterText]
    changes: Private | None = None
    supplier: Private | None = None


class CharterAccepted(Event, frozen=True):
    """A company accepts a version of a charter; `on_paper` when the zone keeps the signed sheet and says so."""

    charter_id: str
    zone_id: str
    number: int
    company_id: str
    on_paper: bool = False


class CharterSigned(Event, frozen=True):
    """The supplier of an action signs the version that counts, in this person's name."""

    charter_id: str
    zone_id: str
    number: int
    name: Private


class CharterEnded(Event, frozen=True):
    """Nobody is asked to accept it any more; its texts and who accepted them stay to be read."""

    charter_id: str
    zone_id: str


CharterEvent = CharterPublished | CharterAccepted | CharterSigned | CharterEnded

# --- state ------------------------------------------------------------------------------------------------------


class Charter(Struct, frozen=True):
    """What decisions need to know of a charter; `accepted` is the last version each company accepted."""

    charter_id: str
    zone_id: str
    purpose: Purpose
    number: int
    texts: dict[str, CharterText]
    accepted: dict[str, int] = field(default_factory=dict)
    signed: int = 0
    ended: bool = False


def evolve(charter: Charter | None, event: CharterEvent) -> Charter:
    """The charter after `event`."""
    if isinstance(event, CharterPublished):
        before = charter or Charter(event.charter_id, event.zone_id, event.purpose, 0, {})
        return replace(before, number=event.number, texts=event.texts, ended=False)
    assert charter is not None
    match event:
        case CharterAccepted():
            return replace(charter, accepted={**charter.accepted, event.company_id: event.number})
        case CharterSigned():
            return replace(charter, signed=event.number)
        case CharterEnded():
            return replace(charter, ended=True)


# --- commands ---------------------------------------------------------------------------------------------------


class PublishCharter(Command, frozen=True):
    """Let a charter, or a new version of one, count; `texts` are title and text by language."""

    charter_id: str
    zone_id: str
    purpose: Purpose
    texts: dict[str, tuple[str, str]]
    changes: str = ""
    supplier: str = ""


class AcceptCharter(Command, frozen=True):
    """Accept, for a company, the version one has read."""

    charter_id: str
    company_id: str
    number: int


class SignCharter(Command, frozen=True):
    """Sign the charter of an action as its supplier."""

    charter_id: str
    number: int
    name: str


class EndCharter(Command, frozen=True):
    """Ask nobody to accept it any more."""

    charter_id: str


# --- decisions --------------------------------------------------------------------------------------------------

LONGEST_TITLE: Final = 120
LONGEST_TEXT: Final = 12_000
LONGEST_CHANGES: Final = 500
LONGEST_NAME: Final = 120


def charter_of(zone_id: str, purpose: Purpose) -> str:
    """The id of the one charter a zone has for a purpose; charters of actions have an id each."""
    return f"charter-{uuid5(IDS, f'{zone_id} {purpose}')}"


def publish_charter(command: PublishCharter, charter: Charter | None, zone: Zone) -> list[CharterEvent]:
    """An administrator publishes; the same text again is no new version, and nobody is asked anew."""
    if not zone.allows(command.actor, "administrator"):
        raise Forbidden(_("Only an administrator of the zone publishes its charters."))
    must_not_be_closed(zone, command.now)
    if command.purpose not in PURPOSES:
        raise Refused(_("Choose what the charter is for."), field="purpose")
    _one_per_purpose(command, charter)
    supplier = " ".join(command.supplier.split())
    if command.purpose == "action" and not supplier:
        raise Refused(_("Say who the supplier is: they sign it too."), field="supplier")
    texts = _texts(command, zone)
    if charter is not None and not charter.ended and charter.texts == texts:
        return []
    changes = command.changes.strip()
    if len(changes) > LONGEST_CHANGES:
        raise Refused(_("This line has %(most)s characters at most."), field="changes", most=LONGEST_CHANGES)
    return [
        CharterPublished(
            charter_id=command.charter_id,
            zone_id=command.zone_id,
            purpose=command.purpose,
            number=charter.number + 1 if charter else 1,
            texts=texts,
            changes=Private(command.zone_id, changes) if changes else None,
            supplier=Private(command.zone_id, supplier[:LONGEST_NAME]) if command.purpose == "action" else None,
        )
    ]


def accept_charter(command: AcceptCharter, charter: Charter | None, company: Company, zone: Zone) -> list[CharterEvent]:
    """Someone who acts for the company accepts what they read; the zone may note what was signed on paper."""
    charter = _known(charter)
    represented = company.is_represented_by(command.actor)
    on_paper = (
        not represented
        and command.for_company == command.company_id
        and zone.allows(command.actor, "administrator", "facilitator")
    )
    if charter.zone_id not in company.zones or not (represented or on_paper):
        raise NotFound(_("There is no such charter."))
    _must_count(charter, command.number)
    if charter.accepted.get(command.company_id) == charter.number:
        return []
    return [
        CharterAccepted(
            charter_id=command.charter_id,
            zone_id=charter.zone_id,
            number=charter.number,
            company_id=command.company_id,
            on_paper=on_paper,
        )
    ]


def sign_charter(command: SignCharter, charter: Charter | None) -> list[CharterEvent]:
    """Whoever holds the supplier's link signs, in their own name."""
    charter = _known(charter)
    if charter.purpose != "action" or command.actor != f"guest:{command.charter_id}":
        raise NotFound(_("There is no such charter."))
    _must_count(charter, command.number)
    if charter.signed == charter.number:
        return []
    name = " ".join(command.name.split())
    if not name:
        raise Refused(_("Write your name: it is your signature."), field="name")
    if len(name) > LONGEST_NAME:
        raise Refused(_("This line has %(most)s characters at most."), field="name", most=LONGEST_NAME)
    signature = Private(charter.zone_id, name)
    return [
        CharterSigned(charter_id=command.charter_id, zone_id=charter.zone_id, number=charter.number, name=signature)
    ]


def end_charter(command: EndCharter, charter: Charter | None, zone: Zone) -> list[CharterEvent]:
    """An administrator ends it: nothing is forgotten."""
    charter = _known(charter)
    if not zone.allows(command.actor, "administrator"):
        raise Forbidden(_("Only an administrator of the zone publishes its charters."))
    return [] if charter.ended else [CharterEnded(charter_id=command.charter_id, zone_id=charter.zone_id)]


def _known(charter: Charter | None) -> Charter:
    if charter is None:
        raise NotFound(_("There is no such charter."))
    return charter


def _must_count(charter: Charter, number: int) -> None:
    if charter.ended:
        raise Refused(_("This charter has ended: nobody is asked to accept it any more."))
    if number != charter.number:
        raise Conflict(_("A newer version was published meanwhile: here is what it says now."))


def _one_per_purpose(command: PublishCharter, charter: Charter | None) -> None:
    """What stands under an id belongs to this zone and purpose; of engagement and confidentiality there is one each."""
    if charter is not None and (charter.zone_id, charter.purpose) != (command.zone_id, command.purpose):
        raise NotFound(_("There is no such charter."))
    if command.purpose != "action" and command.charter_id != charter_of(command.zone_id, command.purpose):
        raise Refused(_("A zone has one charter of this kind: publish a new version of it."), field="purpose")


def _texts(command: PublishCharter, zone: Zone) -> dict[str, CharterText]:
    """In every language of the zone: nobody accepts what they cannot read."""
    texts = {}
    for language in zone.languages:
        title, text = command.texts.get(language, ("", ""))
        title, text = " ".join(title.split()), text.strip()
        if not title:
            raise Refused(_("Give the charter a title, in each language of the zone."), field=f"title_{language}")
        if not text:
            raise Refused(_("Write the text, in each language of the zone."), field=f"text_{language}")
        if len(title) > LONGEST_TITLE:
            raise Refused(
                _("This line has %(most)s characters at most."), field=f"title_{language}", most=LONGEST_TITLE
            )
        if len(text) > LONGEST_TEXT:
            raise Refused(_("This text has %(most)s characters at most."), field=f"text_{language}", most=LONGEST_TEXT)
        texts[language] = CharterText(Private(zone.zone_id, title), Private(zone.zone_id, text))
    return texts
