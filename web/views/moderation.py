"""What those who run a zone decide on."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from domain.sentences import Use
from web.views.frame import Choice, Form, View, Zone
from web.views.listings import ListingCard

Kept = Literal["same", "was", "is"]


class Tab(View, frozen=True, kw_only=True):
    """One of the pages of who moderates, with how much waits there."""

    label: str
    href: str
    waiting: int = 0
    current: bool = False


class ModerationForms(View, frozen=True, kw_only=True):
    """What one tap decides about a listing, sent once, and the version that was read."""

    approve_command: str
    seen_version: int


class Warned(View, frozen=True):
    """Why a person should look, and the words that gave it away."""

    sentence: str
    words: str = ""


class Reworded(View, frozen=True):
    """One thing an amendment changed: pieces of text that stayed, that were there, and that are there now."""

    label: str
    pieces: tuple[tuple[Kept, str], ...]


class ModerationItem(View, frozen=True, kw_only=True):
    """A listing to be read, since when and until when the zone promises it, said. `warnings` say why somebody should.

    What is `shown` is online already, and `why` may say why nobody read it before. `own` tells a moderator that it is
    of their company: whether they decide all the same is said in it.
    """

    card: ListingCard
    since: datetime
    due: str
    late: bool
    shown: bool
    description: str
    author: str
    forms: ModerationForms
    photos: tuple[str, ...] = ()
    warnings: tuple[Warned, ...] = ()
    changes: tuple[Reworded, ...] = ()
    first_listing: bool = False
    why: str = ""
    own: str = ""
    may_decide: bool = True


class Decided(View, frozen=True, kw_only=True):
    """A decision that can be taken back: what it was, said, and about which listing."""

    listing_id: str
    title: str
    verdict: Literal["approved", "rejected", "amend"]
    sentence: str
    at: datetime
    version: int
    command: str


class ReportedMessage(View, frozen=True, kw_only=True):
    """A message between two companies that one of them reported: who wrote it, and why the other reports it."""

    message_id: str
    writer: str
    reader: str
    text: str
    photos: tuple[str, ...]
    at: datetime
    reported_at: datetime
    why: str


class ModerationPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/moderation`: what is hidden until somebody decides, the oldest first; then what is online unread."""

    zone: Zone
    items: tuple[ModerationItem, ...]
    batch_command: str
    tabs: tuple[Tab, ...] = ()
    policy: str = ""
    ticked: bool = False
    all_ticked: str = ""
    next: str | None = None
    decided_this_week: int = 0
    decided: tuple[Decided, ...] = ()
    reported: tuple[ReportedMessage, ...] = ()


class SentenceChip(View, frozen=True, kw_only=True):
    """A sentence to choose in one tap: its beginning, and the address that fills the form with it."""

    text: str
    href: str
    language: str = ""
    chosen: bool = False


class VerdictPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/moderation/{listing}/{verdict}`: ask for a change, or refuse, in a sentence.

    `met` says what another moderator decided meanwhile. Fields of the form: ground, sentence.
    """

    zone: Zone
    verdict: Use
    item: ModerationItem
    form: Form
    grounds: tuple[Choice, ...]
    chips: tuple[SentenceChip, ...]
    consequence: str
    met: str = ""


class KeptSentence(View, frozen=True, kw_only=True):
    """A sentence the moderators keep, as its form shows it. Fields: use, ground, fr, en."""

    sentence_id: str
    form: Form
    open: bool = False
    own: bool = False
    heading: str = ""
    drop_command: str = ""


class SentencesPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/moderation/sentences`: what moderators say again and again; `new` is an empty one."""

    zone: Zone
    amend: tuple[KeptSentence, ...]
    reject: tuple[KeptSentence, ...]
    dropped: tuple[KeptSentence, ...]
    new: KeptSentence
    uses: tuple[Choice, ...]
    grounds: tuple[Choice, ...]
