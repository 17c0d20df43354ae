"""Samples of notices, appeals, suspensions, the record and the figures of a year."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from tests.web.sample_world import JOURDIES, LEA, MARC, NOW
from web.objection_views import (
    Answered,
    AppealItem,
    FigureGroup,
    FigureLine,
    Moment,
    NoticeItem,
    NoticePage,
    ObjectionsPage,
    RecordLine,
    RecordPage,
    Settled,
    ShownPage,
    StatementPage,
    Stood,
    SubjectPage,
    SuspendedItem,
    SuspensionsPage,
    TransparencyPage,
)
from web.views import Choice, Fact, Form, Viewer
from web.views.moderation import Tab

if TYPE_CHECKING:
    from collections.abc import Iterator

    from web.views import View

GROUNDS: Final = (Choice(value="unclear", label="Il manque une précision"), Choice(value="unlawful", label="Illégal"))
REASONS: Final = (
    Choice(value="not_theirs", label="Ce n’est pas à eux de la donner"),
    Choice(value="other", label="Autre chose"),
)
TABS: Final = (
    Tab(label="À relire", href="/z/les-jourdies/moderation", waiting=2),
    Tab(label="Signalements et recours", href="/z/les-jourdies/objections", waiting=2, current=True),
)
WORDS: Final = "Palettes bleues, tamponnées CHEP sur le dé central."
LINE: Final = RecordLine(
    at=NOW - timedelta(days=3),
    what="Non publiée",
    kind="rejected",
    title="120 palettes bleues",
    href="/z/les-jourdies/record/listing-1",
    who="Marc Périllat",
    company="Scierie Dunand",
    ground="Palettes de location",
    sentence="Ces palettes restent au loueur.",
    seen_by="l’entreprise et ceux qui animent la zone, personne d’autre",
    statement="/z/les-jourdies/statements/listing-1/3",
)
REASONS_SAID: Final = (
    Fact(label="Ce qui est décidé", value="L’annonce n’est pas montrée aux Jourdies."),
    Fact(label="Les faits", value="Ces palettes restent au loueur."),
)


def form(number: int, **errors: str) -> Form:
    """A form of one thing among several."""
    return Form(command_id=f"c-{number}", errors=errors, values={"sentence": "Vu."} if errors else {})


def objection_samples() -> Iterator[tuple[str, str, Viewer | None, str, View]]:
    """Every page of them, empty, full, and with what is wrong."""
    yield from _given()
    yield from _answered()
    yield from _recorded()


def _given() -> Iterator[tuple[str, str, Viewer | None, str, View]]:
    about: dict[str, Any] = {"zone": JOURDIES, "action": "/listings/listing-1/notice", "back": "/listings/listing-1"}
    wrong = form(1, reason="Choisissez.", why="Expliquez.", good_faith="Cochez.")
    title = "120 palettes bleues"
    template = "objections/notice.html"
    yield "notice", template, None, "", NoticePage(**about, form=form(0), reasons=REASONS, title=title)
    yield "notice-wrong", template, LEA, "", NoticePage(**about, form=wrong, reasons=REASONS, title=title)
    zone = NoticePage(**about, form=form(2), reasons=REASONS, contact_mail="bonjour@jourdies.example")
    yield "notice-zone", template, None, "", zone
    yield "notice-done", template, None, "", NoticePage(**about, form=form(3), reasons=(), done=True, told=True)


def _answered() -> Iterator[tuple[str, str, Viewer | None, str, View]]:
    notice = NoticeItem(
        id="notice-1",
        title="120 palettes bleues",
        href="/listings/listing-1",
        company="Scierie Dunand",
        reason="Ce n’est pas à eux de la donner",
        why=WORDS,
        place="la deuxième photo",
        name="Zoé Martin",
        wants_answer=True,
        at=NOW - timedelta(hours=3),
        form=form(11, sentence="Dites pourquoi.", ground="Choisissez."),
        then="120 palettes\n" + WORDS,
    )
    elsewhere = NoticeItem(
        id="notice-2",
        title="la page des bulletins",
        href="",
        company="",
        reason="Autre chose",
        why="Un bulletin nomme mon employé.",
        place="",
        name="",
        wants_answer=False,
        at=NOW - timedelta(days=1),
        form=form(12),
        of_listing=False,
    )
    appeal = AppealItem(
        id="appeal-1",
        title="Bois de coffrage",
        href="/z/les-jourdies/statements/listing-2/3",
        company="Charpentes du Môle",
        decided="Non publiée · Déjà publiée",
        sentence="Une annonce dit la même chose.",
        decided_at=NOW - timedelta(days=4),
        why="Ce n’est pas le même bois.",
        at=NOW - timedelta(days=2),
        form=form(13),
        not_mine="Vous avez pris cette décision.",
    )
    settled = (Settled(sentence="Recours accordé", detail="Sciure", href="/z/x/record/listing-3", at=NOW),)
    page: dict[str, Any] = {"zone": JOURDIES, "tabs": TABS, "grounds": GROUNDS}
    full = ObjectionsPage(**page, notices=(notice, elsewhere), appeals=(appeal,), settled=settled, address="https://x")
    yield "objections", "objections/list.html", MARC, "moderation", full
    empty = ObjectionsPage(**page, notices=(), appeals=(), settled=())
    yield "objections-none", "objections/list.html", MARC, "moderation", empty
    said = StatementPage(
        zone=JOURDIES,
        title="120 palettes bleues",
        heading="Pourquoi cette annonce n’est pas publiée",
        company="Scierie Dunand",
        at=NOW - timedelta(days=3),
        association="Association des Jourdies",
        reference="listing-1/3",
        lines=REASONS_SAID,
        in_force=True,
        listing_id="listing-1",
        amend=True,
        appeal=form(14, why="Dites pourquoi."),
        action="/z/les-jourdies/statements/listing-1/3/appeal",
    )
    yield "statement", "objections/statement.html", LEA, "", said
    over = Answered(why="C’est une erreur.", at=NOW, outcome="Accordé", sentence="Oui.", decided_at=NOW, by_another="…")
    done = StatementPage(
        zone=JOURDIES, title="Scierie Dunand", heading="Pourquoi cette entreprise est suspendue",
        company="Scierie Dunand", at=NOW, association="Association", reference="company-1/7", lines=REASONS_SAID,
        in_force=False, answered=over,
    )  # fmt: skip
    yield "statement-over", "objections/statement.html", LEA, "", done
    held = SuspendedItem(id="company-1", name="Brocante Express", trade="Négoce", form=form(15), reason="…", at=NOW)
    found = SuspendedItem(id="company-2", name="Scierie Dunand", trade="Scierie", form=form(16, reason="Dites-le."))
    companies = SuspensionsPage(zone=JOURDIES, tabs=TABS, suspended=(held,), found=(found,), query="dunand")
    yield "suspensions", "objections/suspensions.html", MARC, "moderation", companies


def _recorded() -> Iterator[tuple[str, str, Viewer | None, str, View]]:
    page: dict[str, Any] = {"zone": JOURDIES, "tabs": TABS}
    years = (Choice(value="2026", label="2026"), Choice(value="2025", label="2025"))
    record = RecordPage(
        **page, lines=(LINE,), groups=(Choice(value="rejected", label="Refus"),), grounds=GROUNDS, years=years,
        asked=Form(command_id="", values={"kind": "rejected"}), next="/z/x/record?after=3", first=False,
    )  # fmt: skip
    yield "record", "objections/record.html", MARC, "moderation", record
    facts = (Fact(label="Quantité", value="120 pièces"),)
    whole = RecordLine(
        at=NOW, what="Publiée", kind="posted", title="Sciure", href="", who="Léa", words=WORDS, facts=facts,
        flags=("Nomme un loueur de palettes.",),
    )  # fmt: skip
    stood = Stood(
        title="Sciure", words=WORDS, facts=facts, status="Approuvée", seen_by="les entreprises de la zone",
        decided=LINE,
    )  # fmt: skip
    subject = SubjectPage(
        **page, id="listing-1", title="Sciure", company="Scierie Dunand", lines=(LINE, whole),
        moment=Moment(on=date(2026, 11, 20), at="14:30", problem="Écrivez la date ainsi."), stood=stood,
    )  # fmt: skip
    yield "record-of-listing", "objections/subject.html", MARC, "moderation", subject
    shown = ShownPage(**page, lines=(LINE,), moment=Moment(on=date(2026, 11, 20)), next="/z/x/shown?after=listing-1")
    yield "shown-then", "objections/shown.html", MARC, "moderation", shown
    figures = (
        FigureLine(label="Annonces publiées", value="143", href="/z/x/record"),
        FigureLine(label="Illégal", value="2", part=True),
    )
    transparency = TransparencyPage(
        zone=JOURDIES, association="L’association des Jourdies", year=2026, years=years, so_far=True,
        groups=(FigureGroup(title="Annonces", lines=figures),), contact_mail="bonjour@jourdies.example",
    )  # fmt: skip
    yield "transparency", "objections/transparency.html", None, "", transparency
