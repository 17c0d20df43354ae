"""Believable data for the pages of bulletins and of a zone's weekly mail before it leaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, Final

from marketplace.mails.views import Piece
from web.views import Choice, FacetOption, Form, View, Viewer, Zone
from web.views.zone_mail import (
    BulletinCard,
    BulletinForm,
    BulletinPage,
    BulletinsPage,
    MailLine,
    MemberMailPage,
    RunResult,
    ThingLine,
    ZoneMailPage,
)

MONDAY: Final = datetime(2026, 11, 23, 6, tzinfo=UTC)
WEEK: Final = "2026-W48"
COMMAND: Final = "0193e5b2-0000-7000-8000-000000000001"
FORM: Final = Form(command_id=COMMAND)
WRONG: Final = Form(command_id=COMMAND, errors={"reason": "Dites pourquoi."})
FRAMES: Final = (Choice(value="/z/jourdies/mail/2026-W48/member-a/html?language=fr", label="En français"),)
CARD: Final = BulletinCard(
    id="bulletin-a",
    topic="Rendez-vous",
    title="Petit-déjeuner des voisins",
    stage="issued",
    audience="Menuiserie, Cartons et papiers",
    on=date(2026, 12, 1),
    at=MONDAY,
)
TEXT: Final = (
    (Piece("À 8 h, chez vos voisins."),),
    (Piece("Plan : "), Piece("la zone", "/z/jourdies")),
)


def bulletin_samples(zone: Zone, viewer: Viewer) -> Iterator[tuple[str, str, Viewer, str, View]]:
    """Each page as (name, template, who looks, part of the site, view)."""
    draft = BulletinCard(id="bulletin-b", topic="Actualité", title="Rue fermée", stage="draft", at=MONDAY)
    gone = BulletinCard(id="bulletin-c", topic="La loi change", title="Tri", stage="withdrawn", at=MONDAY)
    cards = (CARD, draft, gone)
    listed = BulletinsPage(zone=zone, bulletins=cards, writes=True, next="/z/jourdies/bulletins?before=x")
    yield "bulletins", "zones/bulletins.html", viewer, "zone", listed
    yield "bulletins-empty", "zones/bulletins.html", viewer, "zone", BulletinsPage(zone=zone, bulletins=(), writes=True)
    yield "bulletins-none", "zones/bulletins.html", viewer, "zone", BulletinsPage(zone=zone, bulletins=())
    yield "bulletin", "zones/bulletin.html", viewer, "zone", BulletinPage(zone=zone, card=CARD, text=TEXT)
    written = BulletinPage(
        zone=zone, card=draft, text=TEXT, writes=True, reaches=38, commands=(COMMAND,) * 3, frames=FRAMES
    )
    yield "bulletin-draft", "zones/bulletin.html", viewer, "zone", written
    for way in ("digest", "alone"):
        issued = BulletinPage(
            zone=zone, card=CARD, text=TEXT, writes=True, way=way, until=date(2026, 12, 1), commands=(COMMAND,) * 3
        )
        yield f"bulletin-{way}", "zones/bulletin.html", viewer, "zone", issued
    withdrawn = BulletinPage(zone=zone, card=gone, text=TEXT, writes=True, commands=(COMMAND,) * 3)
    yield "bulletin-withdrawn", "zones/bulletin.html", viewer, "zone", withdrawn
    form = BulletinForm(
        zone=zone,
        form=Form(command_id=COMMAND, values={"topic": "law"}, errors={"title": "Donnez-lui un titre."}),
        topics=(Choice(value="news", label="Actualité"), Choice(value="law", label="La loi change")),
        families=(FacetOption(value="PAL", label="Palettes", count=0, checked=True),),
        trades=(FacetOption(value="Menuiserie", label="Menuiserie", count=0, checked=False),),
    )
    yield "bulletin-form", "zones/bulletin_form.html", viewer, "zone", form


def zone_mail_samples(zone: Zone, viewer: Viewer) -> Iterator[tuple[str, str, Viewer, str, View]]:
    """Each page as (name, template, who looks, part of the site, view)."""
    people = (
        MailLine(member_id="member-a", name="Hélène Marchoux", things=8, first="Correspondance · 50 palettes Europe"),
        MailLine(member_id="member-b", name="Karim Belhadri", things=1, first="Bulletin · Rue fermée", held=True),
        MailLine(member_id="member-c", name="Pierre Faucillon", why="est invité, et n’est encore jamais venu"),
    )
    figures = {"sent": 31, "waiting": 0, "refused": 1, "unknown": 0, "skipped": 8, "acted": 9}
    results = (RunResult(period="2026-W47", first_day=date(2026, 11, 16), href="/z/jourdies/mails-sent", **figures),)
    common: dict[str, Any] = {"zone": zone, "period": WEEK, "leaves_at": MONDAY, "people": people, "counted": 1}
    coming = ZoneMailPage(
        **common, hold=WRONG, held=False, late=False, waits=True, results=results, next="/z/jourdies/mail?after=x"
    )
    yield "zone-mail", "zones/mail.html", viewer, "zone", coming
    held = ZoneMailPage(**common, hold=FORM, held=True, late=True, waits=False, first="/z/jourdies/mail")
    yield "zone-mail-held", "zones/mail.html", viewer, "zone", held
    things = (
        ThingLine(item="listing-a", kind="Nouvelle annonce", title="Cartons", command=COMMAND, command_for_all=COMMAND),
        ThingLine(item="listing-b", kind="Correspondance", title="Palettes", out=True, command=COMMAND),
        ThingLine(item="listing-c", kind="Correspondance", title="Fûts", out=True, for_all=True, command=COMMAND),
    )
    about: dict[str, Any] = {
        "zone": zone,
        "period": WEEK,
        "member_id": "member-a",
        "name": "Hélène Marchoux",
        "leaves_at": MONDAY,
    }
    mail = MemberMailPage(
        **about,
        subject="50 palettes Europe",
        why="",
        hold=FORM,
        held=False,
        things=things,
        elsewhere=2,
        frames=FRAMES,
        texts=(("En français", "Bonjour,\n"),),
    )
    yield "member-mail", "zones/member_mail.html", viewer, "zone", mail
    none = MemberMailPage(
        **about, subject="", why="rien à dire", hold=FORM, held=True, things=(), elsewhere=0, frames=(), texts=()
    )
    yield "member-mail-held", "zones/member_mail.html", viewer, "zone", none
