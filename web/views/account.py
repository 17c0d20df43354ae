"""Signing in, the account, and the phones a company shares."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from web.views.frame import Choice, Form, View, Zone
from web.views.mail import MailChoices

if TYPE_CHECKING:
    from web.exchange_views import Line


class SignInPage(View, frozen=True, kw_only=True):
    """`/sign-in`: ask for a mail."""

    form: Form
    to: str = ""


class SignInSentPage(View, frozen=True, kw_only=True):
    """Look at your mail: the same for known and unknown addresses."""

    form: Form
    mail: str
    minutes: int = 15
    to: str = ""
    dev_mail: bool = False


class SignInLandingPage(View, frozen=True, kw_only=True):
    """Where the mail's link leads; `usable` is False when it is spent or too old."""

    token: str
    form: Form
    usable: bool = True
    name: str = ""


class InvitationPage(View, frozen=True, kw_only=True):
    """`/invitation/{token}`: a person is asked in, and comes in by a button."""

    token: str
    form: Form
    name: str
    zone: str


class Session(View, frozen=True, kw_only=True):
    """A device that is signed in."""

    id: str
    device: str
    last_seen: datetime
    here: bool = False


class AccountPage(View, frozen=True, kw_only=True):
    """`/account`: which mail I want, where I am signed in, the phones my company shares, my calendar's address."""

    mail: MailChoices
    sessions: tuple[Session, ...]
    phones: SharedPhones | None = None
    calendar: str = ""


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
