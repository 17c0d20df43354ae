"""Samples of signing in, the account, shared phones, mail kept by the demonstration, texts and errors."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.web.mail_samples import MAIL_CHOICES
from web.views import (
    AccountPage,
    Choice,
    ContactPoint,
    DevMailPage,
    DevMessagePage,
    ErrorPage,
    Form,
    PhoneCodePage,
    PhonePage,
    PhoneSignInPage,
    Session,
    SharedPhone,
    SharedPhones,
    SignInLandingPage,
    SignInPage,
    SignInSentPage,
    TextPage,
    UnsubscribePage,
    Viewer,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from web.views import View

from tests.web.sample_world import ASK, DOCK, JOURDIES, LEA, MAIL, MARC, NOW

LONG_AGO = NOW - timedelta(days=60)


def account() -> Iterator[tuple[str, str, Viewer | None, str, View]]:
    """Signing in, and what one finds on one's account."""
    yield "sign-in", "sign_in/form.html", None, "account", SignInPage(form=ASK)
    yield (
        "sign-in-sent",
        "sign_in/sent.html",
        None,
        "account",
        SignInSentPage(
            form=Form(command_id="c", errors={"code": "Ce code n’est pas le bon."}), mail=LEA.mail, dev_mail=True
        ),
    )
    yield "sign-in-landing", "sign_in/landing.html", None, "account", SignInLandingPage(token="t", form=ASK, name="Léa")
    yield "sign-in-spent", "sign_in/landing.html", None, "account", SignInLandingPage(token="", form=ASK, spent="used")
    yield (
        "account",
        "account/home.html",
        MARC,
        "account",
        AccountPage(
            mail=MAIL_CHOICES,
            sessions=(
                Session(id="s-1", device="Firefox sur Linux", first_seen=NOW, last_seen=NOW, here=True),
                Session(id="s-2", device="Safari sur iPhone", first_seen=LONG_AGO, last_seen=NOW - timedelta(days=2)),
                Session(id="s-3", device="Chrome sur Windows", first_seen=LONG_AGO, last_seen=NOW - timedelta(days=20)),
            ),
            phones=SharedPhones(
                form=ASK,
                companies=(Choice(value="company-1", label="Scierie Dunand"),),
                phones=(
                    SharedPhone(
                        id="phone-1",
                        name="Téléphone du quai",
                        company="",
                        last_used=NOW - timedelta(minutes=40),
                        command="c-11",
                    ),
                    SharedPhone(id="phone-2", name="Atelier de sciage", company="", last_used=None, command="c-12"),
                ),
            ),
        ),
    )


def phones() -> Iterator[tuple[str, str, Viewer | None, str, View]]:
    """The pages of a phone that a company's people share, and of who hands it to them."""
    wrong = Form(command_id="c", values={"code": "1234 5678"}, errors={"code": "Ce code est faux ou déjà utilisé."})
    code = PhoneCodePage(
        name="Téléphone du quai",
        company="Scierie Dunand",
        code="4071\N{NO-BREAK SPACE}9926",
        minutes=15,
        address="https://gisement.example/sign-in/phone",
    )
    home = PhonePage(name="Téléphone du quai", company="Scierie Dunand", zone=JOURDIES)
    yield "phone-code", "phones/code.html", LEA, "account", code
    yield "phone-sign-in", "phones/sign_in.html", None, "account", PhoneSignInPage(form=ASK)
    yield "phone-sign-in-wrong", "phones/sign_in.html", LEA, "account", PhoneSignInPage(form=wrong)
    yield "phone", "phones/home.html", DOCK, "phone", home
    yield "phone-to-person", "sign_in/form.html", DOCK, "account", SignInPage(form=ASK)


def plain() -> Iterator[tuple[str, str, Viewer | None, str, View]]:
    """Leaving the mail, texts, errors, and the mail of the demonstration."""
    for name, more in (("ask", {}), ("done", {"done": True}), ("spent", {"usable": False})):
        yield (
            f"unsubscribe-{name}",
            "account/unsubscribe.html",
            None,
            "",
            UnsubscribePage(token="t", mail=LEA.mail, **more),
        )
    yield "dev-mails", "dev/mails.html", None, "", DevMailPage(mails=(MAIL, MAIL), next="/dev/mail?after=1")
    yield "dev-mails-empty", "dev/mails.html", None, "", DevMailPage(mails=())
    yield (
        "dev-message",
        "dev/message.html",
        None,
        "",
        DevMessagePage(
            mail=MAIL,
            headers=(("Message-ID", "<digest@jourdies.example>"),),
            text="Bonjour Léa,\n\n3 nouvelles.",
            size=18_300,
        ),
    )
    for name in ("terms", "contact"):
        yield (
            name,
            f"texts/{name}.html",
            None,
            "",
            TextPage(
                operator="Association des Jourdies",
                contacts=(
                    ContactPoint(
                        zone=JOURDIES, association="Association des Jourdies", mail="bonjour@jourdies.example"
                    ),
                ),
            ),
        )
    for status in (400, 403, 404, 405, 409, 413, 422, 429, 500, 503):
        yield (
            f"error-{status}",
            "error.html",
            None,
            "",
            ErrorPage(
                status=status,
                reference="7f3a-20c1" if status == 500 else "",
                retry_after=5 if status in {429, 503} else None,
            ),
        )
