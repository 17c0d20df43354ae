"""Samples of the ways into an account: passkeys, authenticator, passphrase, programs, and who came in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.web.sample_world import ASK, LEA, MARC, NOW
from web.drawn_codes import drawn_code
from web.views import Choice, Form, SignInLandingPage, SignInPage
from web.views.account import (
    AuthenticatorPage,
    PasskeyLine,
    PasskeyPage,
    PassphrasePage,
    PassphraseSignInPage,
    RecoveryPage,
    SecondFactorPage,
    SignInLine,
    TokenLine,
    TokenPage,
    TokensPage,
    WaysInPage,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from web.views import View, Viewer

RECORDS = (
    SignInLine(at=NOW, way="Clé d’accès", entered=True, device="Safari · iPhone"),
    SignInLine(at=NOW - timedelta(hours=3), way="Phrase secrète", entered=False, device="Firefox · Windows"),
    SignInLine(at=NOW - timedelta(days=9), way="Lien reçu par mail", entered=True, device=""),
)
NOTHING = WaysInPage(
    mail=LEA.mail,
    passphrase_since=None,
    passkeys=(),
    can_make=False,
    authenticator_since=None,
    recovery_left=0,
    until=None,
    records=(),
)
EVERYTHING = WaysInPage(
    mail=LEA.mail,
    passphrase_since=NOW - timedelta(days=40),
    passkeys=(
        PasskeyLine(id="k-1", name="Téléphone", made_at=NOW - timedelta(days=80), last_used=NOW),
        PasskeyLine(id="k-2", name="Chrome · Windows", made_at=NOW - timedelta(days=2), last_used=None),
    ),
    can_make=True,
    authenticator_since=NOW - timedelta(days=80),
    recovery_left=2,
    until=NOW + timedelta(days=9),
    records=RECORDS,
)
TOKENS = TokensPage(
    form=Form(command_id="c", values={"scope": "read", "days": "90"}),
    tokens=(
        TokenLine(
            id="t-1",
            name="Stock du dépôt",
            writes=True,
            made_at=NOW - timedelta(days=30),
            last_used=NOW - timedelta(hours=2),
            expires_at=NOW + timedelta(days=335),
        ),
        TokenLine(
            id="t-2", name="Tableur", writes=False, made_at=NOW, last_used=None, expires_at=NOW + timedelta(days=30)
        ),
    ),
    scopes=(Choice(value="read", label="Lire"), Choice(value="write", label="Lire, et agir en mon nom")),
    days=(Choice(value="30", label="Un mois"), Choice(value="90", label="Trois mois")),
)
CODES = tuple(f"ABCD EF{number}H JKMN" for number in range(2, 10))


def ways_in_samples() -> Iterator[tuple[str, str, Viewer | None, str, View]]:
    """Signing in otherwise, and the pages where one says how."""
    wrong = Form(
        command_id="c", values={"mail": LEA.mail}, errors={"passphrase": "L’adresse et la phrase ne vont pas."}
    )
    sample_code = drawn_code("otpauth://totp/Gisement:lea@example.org?secret=GEZDGNBVGY3TQOJQ&issuer=Gisement")
    for name, viewer, page, view in (
        ("sign-in-again", LEA, "sign_in/form.html", SignInPage(form=ASK, again=True, passkeys=True)),
        (
            "sign-in-other",
            LEA,
            "sign_in/landing.html",
            SignInLandingPage(token="t", form=ASK, name="Marc", other="Léa"),
        ),
        ("sign-in-old", None, "sign_in/landing.html", SignInLandingPage(token="", form=ASK, spent="old")),
        ("sign-in-unknown", None, "sign_in/landing.html", SignInLandingPage(token="", form=ASK, spent="unknown")),
        ("invitation-spent", None, "sign_in/landing.html", SignInLandingPage(token="", form=ASK, spent="invitation")),
        ("sign-in-passphrase", None, "sign_in/passphrase.html", PassphraseSignInPage(form=wrong)),
        ("sign-in-second", MARC, "sign_in/second.html", SecondFactorPage(form=ASK, passkeys=True)),
        ("sign-in-second-passkey", MARC, "sign_in/second.html", SecondFactorPage(form=ASK, authenticator=False)),
        ("ways-in", LEA, "account/ways_in.html", NOTHING),
        ("ways-in-all", MARC, "account/ways_in.html", EVERYTHING),
        (
            "passphrase",
            LEA,
            "account/passphrase.html",
            PassphrasePage(form=ASK, mail=LEA.mail, least=12, has_one=False),
        ),
        ("passkey", LEA, "account/passkey.html", PasskeyPage(form=ASK, can_make=True)),
        ("authenticator", MARC, "account/second_factor.html", AuthenticatorPage(form=ASK, late=True)),
        (
            "authenticator-code",
            MARC,
            "account/second_factor.html",
            AuthenticatorPage(form=ASK, code=sample_code, spelled="GEZDGNBVGY3TQOJQ"),
        ),
        ("authenticator-set", MARC, "account/second_factor.html", AuthenticatorPage(form=ASK, since=NOW)),
        ("recovery", MARC, "account/recovery.html", RecoveryPage(codes=CODES)),
        ("tokens", LEA, "account/tokens.html", TOKENS),
        (
            "token",
            LEA,
            "account/token.html",
            TokenPage(name="Tableur", token="gisement_" + "x" * 43, expires_at=NOW, documentation="/api/openapi.json"),
        ),
    ):
        yield name, page, viewer, "account", view
