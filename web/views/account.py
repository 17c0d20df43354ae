"""Signing in, the account, and the phones a company shares."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from web.drawn_codes import DrawnCode
from web.views.frame import Choice, Form, View, Zone
from web.views.mail import MailChoices

if TYPE_CHECKING:
    from web.exchange_views import Line


Spent = Literal["used", "old", "unknown", "invitation"]


class SignInPage(View, frozen=True, kw_only=True):
    """`/sign-in`: ask for a mail; `again` is for whoever is signed in, and is to show who they are once more."""

    form: Form
    to: str = ""
    again: bool = False
    passkeys: bool = False


class PassphraseSignInPage(View, frozen=True, kw_only=True):
    """`/sign-in/passphrase`: an address and a passphrase."""

    form: Form
    to: str = ""


class SecondFactorPage(View, frozen=True, kw_only=True):
    """`/sign-in/second`: a code of the authenticator or of the sheet, or a passkey, where they have such."""

    form: Form
    to: str = ""
    authenticator: bool = True
    passkeys: bool = False


class SignInSentPage(View, frozen=True, kw_only=True):
    """Look at your mail: the same for known and unknown addresses."""

    form: Form
    mail: str
    minutes: int = 15
    to: str = ""
    dev_mail: bool = False


class SignInLandingPage(View, frozen=True, kw_only=True):
    """Where the mail's link leads: `name` is whom it lets in, `other` who is signed in here; or why it is `spent`."""

    token: str
    form: Form
    spent: Spent | None = None
    name: str = ""
    other: str = ""


class InvitationPage(View, frozen=True, kw_only=True):
    """`/invitation/{token}`: a person is asked in, and comes in by a button.

    `takes_over` is the organisation in whose name they are asked to take the zone over, which they answer inside.
    """

    token: str
    form: Form
    name: str
    zone: str
    takes_over: str = ""


class ActingPage(View, frozen=True, kw_only=True):
    """`/invitation/{token}`: a person is asked to act for a company or a zone, and accepts by a button; or did."""

    token: str
    form: Form
    name: str
    asker: str
    whom: str
    zone: str
    roles: tuple[str, ...]
    to: str
    done: bool = False


class Session(View, frozen=True, kw_only=True):
    """A device that is signed in."""

    id: str
    device: str
    first_seen: datetime
    last_seen: datetime
    here: bool = False


class AccountPage(View, frozen=True, kw_only=True):
    """`/account`: which mail I want, where I am signed in, the phones my company shares, what programs fetch for me."""

    mail: MailChoices
    sessions: tuple[Session, ...]
    phones: SharedPhones | None = None
    calendar: str = ""
    news: str = ""


class PasskeyLine(View, frozen=True, kw_only=True):
    """A passkey in its owner's list."""

    id: str
    name: str
    made_at: datetime
    last_used: datetime | None


class SignInLine(View, frozen=True, kw_only=True):
    """Somebody came in, or tried to; `way` said."""

    at: datetime
    way: str
    entered: bool
    device: str


class WaysInPage(View, frozen=True, kw_only=True):
    """`/account/ways-in`: the ways into an account, what protects it, and who came in lately.

    `until` is the day by which an administrator sets up a second factor; `can_make`: whether browsers make passkeys.
    """

    mail: str
    passphrase_since: datetime | None
    passkeys: tuple[PasskeyLine, ...]
    can_make: bool
    authenticator_since: datetime | None
    recovery_left: int
    until: datetime | None
    records: tuple[SignInLine, ...]


class PassphrasePage(View, frozen=True, kw_only=True):
    """`/account/passphrase`: choose one, or another one."""

    form: Form
    mail: str
    least: int
    has_one: bool


class PasskeyPage(View, frozen=True, kw_only=True):
    """`/account/passkeys`: make one on this device; not where browsers make none."""

    form: Form
    can_make: bool


class AuthenticatorPage(View, frozen=True, kw_only=True):
    """`/account/second-factor`: begin, read the code, type its digits; `late`: an administrator's days are over."""

    form: Form
    to: str = ""
    code: DrawnCode | None = None
    spelled: str = ""
    since: datetime | None = None
    late: bool = False
    can_make_passkeys: bool = False


class RecoveryPage(View, frozen=True, kw_only=True):
    """The recovery codes, shown this once."""

    codes: tuple[str, ...]
    to: str = ""


class TokenLine(View, frozen=True, kw_only=True):
    """The access of a program."""

    id: str
    name: str
    writes: bool
    made_at: datetime
    last_used: datetime | None
    expires_at: datetime


class TokensPage(View, frozen=True, kw_only=True):
    """`/account/tokens`: the accesses of programs, and the form that makes one."""

    form: Form
    tokens: tuple[TokenLine, ...]
    scopes: tuple[Choice, ...]
    days: tuple[Choice, ...]


class TokenPage(View, frozen=True, kw_only=True):
    """Answer to that form: the token, shown this once."""

    name: str
    token: str
    expires_at: datetime
    documentation: str


class SharedPhone(View, frozen=True, kw_only=True):
    """A phone that a company's people share; `last_used` is None once it is signed out."""

    id: str
    name: str
    company: str
    last_used: datetime | None
    command: str


class SharedPhones(View, frozen=True, kw_only=True):
    """The shared phones of who acts for a company, and the form that adds one: name, and company among several."""

    form: Form
    phones: tuple[SharedPhone, ...]
    companies: tuple[Choice, ...]


class PhoneCodePage(View, frozen=True, kw_only=True):
    """Answer to the form that adds a shared phone: the code, shown this once, and where it is typed."""

    name: str
    company: str
    code: str
    minutes: int
    address: str


class PhoneSignInPage(View, frozen=True, kw_only=True):
    """`/sign-in/phone`: type the code of a shared phone."""

    form: Form


class PhonePage(View, frozen=True, kw_only=True):
    """`/phone`: whose shared phone this is, the pick-ups of `today` and those to come, and the way out."""

    name: str
    company: str
    zone: Zone | None
    today: tuple[Line, ...] = ()
    upcoming: tuple[Line, ...] = ()


class UnsubscribePage(View, frozen=True, kw_only=True):
    """`/unsubscribe/{token}`: ask, then done. `resume` is the token's way back, on the account."""

    token: str
    mail: str
    done: bool = False
    usable: bool = True
