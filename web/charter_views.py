"""What the pages of charters show."""

from __future__ import annotations

from datetime import datetime

from web.views import Choice, Form, View, Zone


class CharterLine(View, frozen=True, kw_only=True):
    """A charter in the list of its zone; `mine` says where the reader's company stands."""

    charter_id: str
    purpose: str
    title: str
    number: int
    published_at: datetime
    accepted: int
    supplier: str = ""
    ended: bool = False
    mine: str = ""
    asks: bool = False


class ChartersPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/charters`: `missing` are the purposes without one, with what they are for, for an administrator."""

    zone: Zone
    charters: tuple[CharterLine, ...]
    ended: tuple[CharterLine, ...]
    missing: tuple[Choice, ...] = ()
    administers: bool = False
    companies: int = 0


class CharterWords(View, frozen=True, kw_only=True):
    """A charter as it is read: its paragraphs, and in which language if not the reader's."""

    title: str
    paragraphs: tuple[str, ...]
    language: str


class Version(View, frozen=True, kw_only=True):
    """A version among others."""

    number: int
    published_at: datetime
    changes: str
    current: bool


class Signatory(View, frozen=True, kw_only=True):
    """A company and the version it accepted: through whom, when; none of the version that counts where it asks."""

    company_id: str
    company: str
    number: int
    at: datetime | None
    by: str = ""
    on_paper: bool = False
    command: str = ""


class OwnCompany(View, frozen=True, kw_only=True):
    """A company the reader acts for, and the version it accepted last."""

    company_id: str
    name: str
    number: int
    at: datetime | None
    command: str


class CharterPage(View, frozen=True, kw_only=True):
    """`/charters/{id}`: to be read, and accepted; for who runs the zone, who accepted which version."""

    zone: Zone
    charter_id: str
    purpose: str
    words: CharterWords
    number: int
    latest: int
    published_at: datetime
    changes: str
    supplier: str = ""
    signed_by: str = ""
    signed_at: datetime | None = None
    ended: bool = False
    versions: tuple[Version, ...] = ()
    own: tuple[OwnCompany, ...] = ()
    signatories: tuple[Signatory, ...] = ()
    runs: bool = False
    administers: bool = False
    supplier_link: str = ""
    end_command: str = ""


class CharterForm(View, frozen=True, kw_only=True):
    """The form that publishes a charter or a new version of one."""

    zone: Zone
    form: Form
    purpose: str
    purpose_label: str
    says: str
    number: int
    accepted: int
    languages: tuple[Choice, ...]
    charter_id: str = ""


class SupplierCharterPage(View, frozen=True, kw_only=True):
    """The charter of an action, as its supplier reads and signs it by a personal link."""

    zone: Zone
    words: CharterWords
    token: str
    number: int
    supplier: str
    signed_by: str
    signed_at: datetime | None
    ended: bool
    form: Form
