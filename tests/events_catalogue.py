"""Writes docs/reference/events.md from the code: `python -m tests.events_catalogue`."""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path
from typing import Any, Final, get_type_hints

import msgspec
from msgspec import Struct

from domain.charters import CharterText
from domain.exchanges import Slot, WasteMovement
from domain.listings import Content
from domain.opening_hours import Opening
from domain.outlets import Accepted, OutletContent
from domain.places import Place
from domain.programme import Term
from domain.purchases import Offer, Quote, Share, Terms, Tier
from domain.quantities import Quantity
from domain.questions import Question
from domain.reasons import Reason
from domain.streams import STREAMS
from domain.zones import BrokerReceipt

PAGE: Final = Path(__file__).parent.parent / "docs" / "reference" / "events.md"
STORED: Final = Path(__file__).parent / "stored_events"

STREAM_TITLES: Final = {
    "zone": "Zone",
    "federation": "Federation: zones whose figures are read together",
    "charter": "Charter: what the companies of a zone promise each other",
    "company": "Company",
    "joining": "Joining: a company asks to be let into a zone",
    "acting": "Whoever is asked to act for a company or a zone, `acting-…`",
    "member": "Member",
    "listing": "Listing: an offer or a request, and the exchanges about it",
    "conversation": "Conversation: what the two sides of an exchange write to each other",
    "match": "Match: a pair of listings as people treat it",
    "purchase": "Group purchase",
    "pooling": "Pooling: what several companies could do together",
    "outlet": "Outlet: where surplus always goes",
    "notice": "Notice: what anyone says is wrong in a zone, about no listing in particular",
    "bulletin": "Bulletin: what a zone tells its companies",
    "digest": "Digest: the weekly mail",
    "run": "Run: a zone's weekly mail of one period, before it leaves",
    "sentences": "Sentences: what the moderators of a zone say again and again",
    "programme": "Programme: what everyone's matches rest on",
    "siret": "SIRET reservation",
    "mail": "Mail address reservation",
}

NOUNS: Final = (
    ("an offer, a surplus (*offre, surplus*)", "ListingPosted", "with `side` = `offer`"),
    ("a request, a need (*demande, besoin*)", "ListingPosted", "with `side` = `request`"),
    ("pallets (*palettes*)", "ListingPosted", "with a `content.category` of the family `PAL`"),
    ("cardboard (*cartons*)", "ListingPosted", "with a category of the family `CAR`"),
    ("equipment, a machine to lend (*matériel*)", "ListingPosted", "with a category of the family `EQP`"),
    ("a shared service (*service mutualisé*)", "ListingPosted", "with a category of the family `SRV`"),
    ("a wish to buy together (*achat groupé*)", "ListingPosted", "with a category of the family `ACH`"),
    ("a charter (*charte*)", "CharterPublished", ""),
    ("a correction (*modification*)", "ListingAmended", ""),
    ("one-tap renewal (*renouvellement*)", "ListingRenewed", ""),
    ("interest (*intérêt*)", "InterestShown", ""),
    ("setting a match aside (*écarter une correspondance*)", "MatchDismissed", "until `MatchRestored`"),
    ("a facilitator’s introduction (*mise en relation par l’animateur*)", "MatchIntroduced", ""),
    ("a reservation, a hold (*réservation*)", "ExchangeAccepted", "until `HoldLapsed`, or `ExchangeConfirmed`"),
    ("an introduction (*mise en relation*)", "ContactDisclosed", ""),
    ("a pick-up appointment (*enlèvement*)", "PickupAgreed", "after `PickupProposed`"),
    ("the pick-up happened (*confirmation*)", "ExchangeConfirmed", "or `PeriodConfirmed` for a recurring flow"),
    ("giving up (*abandon*)", "ExchangeAbandoned", "with a `reason`; `ExchangeDeclined` before acceptance"),
    ("a group purchase (*achat groupé*)", "PurchaseProposed", "then `QuoteReceived`, `PledgesOpened`, `PledgeMade`…"),
    ("a commitment to buy (*engagement*)", "PledgeMade", "binding until the deadline unless `PledgeWithdrawn`"),
    ("savings (*économies déclarées*)", "SavingsDeclared", ""),
    ("approval, rejection by the zone (*modération*)", "ListingApproved", "or `ListingRejected`"),
    ("a notice by anyone (*signalement*)", "ListingNotified", "then `NoticeDecided`; else `ZoneNotified`"),
    ("an appeal (*recours*)", "AppealLodged", "then `AppealDecided`; `SuspensionAppealed` against a suspension"),
    ("acting together (*mutualisation*)", "PoolingProposed", "then `PoolingTakenUp` or `PoolingDropped`"),
    ("an outlet, a drop-off point (*exutoire, point d’apport*)", "OutletOpened", ""),
    (
        "the weekly mail (*lettre de la semaine*)",
        "DigestPrepared",
        "then `DigestSent`, `DigestRefused` or `DigestUnknown`; `DigestSkipped` when there is nothing to say",
    ),
    ("an invitation (*invitation*)", "MemberInvited", ""),
    ("a role: facilitator, moderator… (*rôle*)", "RoleGranted", ""),
    ("a company joins a zone (*adhésion*)", "CompanyAdmitted", ""),
    ("erasure on request (*effacement*)", "MemberErased", "or `CompanyErased`"),
)  # fmt: skip


PARTS: Final = (
    Content, Terms, Offer, Tier, Quote, Share, Quantity, Place, Slot,
    WasteMovement, Term, Question, Reason, OutletContent, Accepted, Opening,
    CharterText, BrokerReceipt,
)  # fmt: skip


def page() -> str:
    """The whole catalogue, as it should stand in the documentation."""
    parts = [
        "# Events\n",
        (
            "Everything the marketplace knows is a sequence of these facts. This page is written by the code "
            "(`make fix` rewrites it) and a test fails when it is stale.\n"
        ),
        "## The nouns people use\n",
        "| people say | the fact is | |\n| --- | --- | --- |\n"
        + "\n".join(f"| {noun} | [`{event}`](#{event.lower()}) | {how} |" for noun, event, how in NOUNS)
        + "\n",
        "## How to read it\n",
        (
            "Each event stands in one stream, at a version that counts from 0. Its stored name is its class name, for "
            "ever. A field of type `Private` is sealed under its subject’s key and unreadable once that key is gone; "
            "everything else is ids, codes, quantities and times. Amounts are decimals written as strings, money is "
            "integer cents. A field with a default may be missing from events stored before it existed.\n"
        ),
    ]
    for kind, events in STREAMS.items():
        parts.append(f"## {STREAM_TITLES[kind]}\n")
        parts.append(f"Stream ids begin with `{kind}-`.\n")
        parts.extend(_section(event) for event in events)
    parts.append("## Parts of events\n")
    parts.extend(_section(part) for part in PARTS)
    return "\n".join(parts)


def _section(event: type[Struct]) -> str:
    lines = [f"### {event.__name__}\n", f"{_sentence(event)}\n", "| field | type | default |", "| --- | --- | --- |"]
    hints = get_type_hints(event)
    lines.extend(
        f"| `{field.name}` | {_type(hints[field.name])} | {_default(field)} |"
        for field in msgspec.structs.fields(event)
    )
    sample = STORED / f"{event.__name__}.json"
    if sample.exists():
        lines += ["", "```json", sample.read_text("utf-8").splitlines()[-1], "```"]
    return "\n".join(lines) + "\n"


def _sentence(event: type[Struct]) -> str:
    return " ".join((inspect.getdoc(event) or "").split())


def _type(hint: Any) -> str:
    written = getattr(hint, "__name__", None) if not getattr(hint, "__args__", None) else None
    return "`" + re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", written or str(hint)).replace("|", "or") + "`"


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return ""
    if field.default is not msgspec.NODEFAULT:
        return f"`{field.default!r}`"
    return "empty"


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.name} is up to date.\n")
