"""Believable pages about mail: which one I want, and what I was sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from web.views import Choice, FacetOption, Form, InvitationPage, View, Viewer
from web.views.account import ActingPage
from web.views.mail import (
    Looked,
    MailChoices,
    MailChoicesPage,
    MailsSentPage,
    Recipient,
    SentMail,
    SentMailPage,
    SentMails,
)

MAIL_CHOICES: Final = MailChoices(
    form=Form(command_id="c-6"),
    action="/account/mail",
    frequency="weekly",
    language="fr",
    families=(FacetOption(value="PAL", label="Palettes", count=0, checked=True),),
    frequencies=(
        Choice(value="weekly", label="Chaque semaine", hint="le lundi matin"),
        Choice(value="never", label="Jamais"),
    ),
    topics=(FacetOption(value="matches", label="Les correspondances de mes annonces", count=0, checked=True),),
    bulletins=(FacetOption(value="law", label="Ce qui change dans la loi", count=0, checked=True),),
    zones=(FacetOption(value="z-1", label="Les Jourdies", count=0, checked=True),),
)


def mails_sent(to: str, now: datetime) -> SentMails:
    """What somebody was sent, as they see it, or as an administrator does."""
    return SentMails(
        weekly=True,
        weekly_href="/mail/w",
        other_href="/mail/o",
        mails=(
            SentMail(what="Semaine du lun. 16 nov.", subject="", at=now, outcome="pris", well=True, href="/mail/1"),
            SentMail(what="Semaine du lun. 9 nov.", subject="", at=now, outcome="rien de neuf", well=True),
            SentMail(
                what="Échanges", subject="Accepté : 50 palettes", at=now, outcome="revenu", well=False, href="/mail/2"
            ),
        ),
        days=30,
        next="/mail/n",
        to=to,
        looked=() if to else (Looked(name="Alix Perrin", at=now, href="/mail/3"),),
    )


def mail_samples(lea: Viewer, marc: Viewer, now: datetime) -> Iterator[tuple[str, str, Viewer | None, str, View]]:
    """Each page as (name, template, who looks, part of the site, view)."""
    yield (
        "mail-choices",
        "account/mail_choices.html",
        None,
        "",
        MailChoicesPage(token="t", mail=lea.mail, choices=MAIL_CHOICES, saved=True),
    )
    for name, to in (("mine", ""), ("theirs", "Léa Dupont")):
        yield f"mails-{name}", "account/mails.html", marc, "account", mails_sent(to, now)
    yield (
        "mails-sent",
        "zones/mails_sent.html",
        marc,
        "zone",
        MailsSentPage(
            period="2026-W47",
            first_day=now.date(),
            earlier="/mail/a",
            later="/mail/b",
            people=(
                Recipient(
                    name="Léa Dupont", href="/mail/l", outcome="pris par le serveur de courrier", well=True, at=now
                ),
                Recipient(name="Karim", href="/mail/k", outcome="non envoyé", well=False, returned="Le 3 nov., revenu"),
            ),
        ),
    )
    yield (
        "mail-sent",
        "account/mail.html",
        marc,
        "account",
        SentMailPage(
            what="Courriel de la semaine",
            to=lea.mail,
            subject="Du carton près de chez vous",
            facts=(("Écrit le", "23 novembre 2026, 07:00"), ("Empreinte", "8f" * 32)),
            back="/mail/b",
            headers=(("Message-ID", "<1@example.org>"),),
            text="Bonjour,\n\nVoici du carton.",
            source="From: …\r\nTo: …\r\n\r\nBonjour",
            source_href="/mail/s",
        ),
    )
    yield "mail-choices-spent", "account/mail_choices.html", None, "", MailChoicesPage(token="t")
    yield (
        "invitation",
        "sign_in/invitation.html",
        None,
        "account",
        InvitationPage(token="t", form=Form(command_id="c-6"), name="Zoé", zone="ZAE Les Jourdies"),
    )
    asked_over = InvitationPage(
        token="t", form=Form(command_id="c-6"), name="Zoé", zone="ZAE Les Jourdies", takes_over="Arve Ensemble"
    )
    yield "invitation-to-take-over", "sign_in/invitation.html", None, "account", asked_over
    names = {"name": "Zoé", "asker": "Karim Boulanger", "whom": "Boulangerie des Jourdies", "zone": "ZAE Les Jourdies"}
    for name, roles, done in (
        ("acting", (), False),
        ("acting-role", ("Modération",), False),
        ("acting-done", (), True),
    ):
        form = Form(command_id="c-7")
        shown = ActingPage(token="t", form=form, **names, roles=roles, to="/me", done=done)
        yield name, "sign_in/acting.html", None, "account", shown
