"""A zone settled and led: its settings, its people, its charters and its federation; samples of these pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

from tests.web.company_samples import ASKED
from tests.web.handover_samples import handover_samples
from web import charter_views, federation_views
from web.funnel_views import Preset
from web.settings_views import FederationLine, Held, PeoplePage, Person, RoleChoice, SettingsPage, Tick
from web.views import Choice, Form, View, Viewer, Zone

AT = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
WORDS = charter_views.CharterWords(
    title="Charte d’engagement", paragraphs=("Nous tenons parole.", "Nous répondons sous une semaine."), language="fr"
)
FIGURES = federation_views.Figures(
    listings=133, matches=29, exchanges=34, purchases=2, tonnes=Decimal("83.7"), estimated=True
)
FEW = federation_views.Figures(listings=4, matches=1, exchanges=1, purchases=0, tonnes=None, hidden=True)
Sample = tuple[str, str, Viewer, str, View]


def zone_samples(zone: Zone, other: Zone, administrator: Viewer, member: Viewer) -> Iterator[Sample]:
    """Each page as it opens, and with everything it may show."""
    yield "settings", "zones/settings.html", administrator, "", _settings(zone)
    yield "settings-full", "zones/settings.html", administrator, "", _settings(zone, full=True)
    yield "zone-people", "zones/people.html", administrator, "", _people(zone)
    yield from handover_samples(zone, administrator, member)
    yield from _charters(zone, administrator, member)
    yield from _federation(zone, other, member)


def _settings(zone: Zone, *, full: bool = False) -> SettingsPage:
    wrong = Form(command_id="c-1", values={"waste": "broker"}, errors={"receipt_number": "Write its number."})
    return SettingsPage(
        zone=zone,
        names=Form(command_id="c-2", values={"name": zone.name, "time_zone": "Europe/Paris"}),
        look=Form(command_id="c-3", values={"accent": "lake"}),
        moderation=Form(command_id="c-4", values={"moderation": "trusted", "trusted_after": "3"}),
        mail=Form(command_id="c-5", values={"digest_weekday": "1"}),
        waste=wrong if full else Form(command_id="c-6", values={"waste": "introduce"}),
        closing=Form(command_id="c-7"),
        wrong="waste" if full else "",
        now=dict.fromkeys(("names", "look", "moderation", "mail", "waste", "together", "closing"), "Today"),
        languages=(Tick(value="fr", label="Français", ticked=True), Tick(value="en", label="English", ticked=False)),
        families=(Tick(value="PAL", label="Pallets", ticked=True),),
        accents=(Choice(value="pine", label="Pine green"), Choice(value="lake", label="Lake blue")),
        moderations=(Choice(value="trusted", label="Until trusted", hint="Then at once."),),
        wastes=(Choice(value="introduce", label="Introduce", hint="No more."), Choice(value="broker", label="Broker")),
        time_zones=(Choice(value="Europe/Paris", label="Europe/Paris"),),
        days=(Choice(value="1", label="Monday"),),
        hours=(Choice(value="7", label="07:00"),),
        waiting=3 if full else 0,
        receipt_expires_on=date(2026, 12, 24) if full else None,
        receipt_warning=full,
        partners=("La Roche",) if full else (),
        federations=(
            FederationLine(federation_id="federation-a", slug="arve", name="Arve", joined=full, command="c-8"),
        ),
        closes_on=date(2027, 3, 1) if full else None,
        closing_reason="The park is sold." if full else "",
        open_exchanges=4,
        earliest=date(2026, 12, 24),
        latest=date(2027, 11, 24),
        call_off="c-9",
    )


def _people(zone: Zone) -> PeoplePage:
    held = (Held(role="moderator", label="Moderator", command="c-10"),)
    last = (Held(role="administrator", label="Administrator", why_not="The only administrator."),)
    others = (Choice(value="facilitator", label="Facilitator"),)
    marc = Person(
        member_id="member-marc", name="Marc", mail="marc@example.org", joined_at=None, invited_at=AT, oneself=False,
        held=held, others=others, command="c-11",
    )  # fmt: skip
    alix = Person(
        member_id="member-alix", name="Alix", mail="alix@example.org", joined_at=AT, invited_at=AT, oneself=True,
        held=last, others=(), command="c-12",
    )  # fmt: skip
    return PeoplePage(
        zone=zone,
        people=(alix, marc),
        roles=(RoleChoice(value="reader", label="Reader", says="Sees figures only."),),
        ticked=("reader",),
        form=Form(command_id="c-13", values={"language": "fr"}, errors={"mail": "Write their mail address."}),
        asked=(ASKED,),
    )


def _charters(zone: Zone, administrator: Viewer, member: Viewer) -> Iterator[Sample]:
    line = charter_views.CharterLine(
        charter_id="charter-1", purpose="Engagement", title="Charte", number=2, published_at=AT, accepted=3,
        mine="Your company accepted version 1.", asks=True,
    )  # fmt: skip
    ended = charter_views.CharterLine(
        charter_id="charter-2", purpose="An action", title="Tournée", number=1, published_at=AT, accepted=1,
        supplier="Trois Bennes", ended=True,
    )  # fmt: skip
    missing = (Choice(value="action", label="An action", hint="What one action asks."),)
    full = charter_views.ChartersPage(
        zone=zone, charters=(line,), ended=(ended,), missing=missing, administers=True, companies=25
    )
    yield "charters", "charters/list.html", administrator, "", full
    empty = charter_views.ChartersPage(zone=zone, charters=(), ended=())
    yield "charters-none", "charters/list.html", member, "", empty
    versions = tuple(
        charter_views.Version(number=number, published_at=AT, changes="Une semaine." if number > 1 else "",
                              current=number == 2) for number in (2, 1)
    )  # fmt: skip
    own = charter_views.OwnCompany(company_id="company-1", name="Sawmill", number=1, at=AT, command="c-20")
    shown = charter_views.CharterPage(
        zone=zone, charter_id="charter-1", purpose="Engagement", words=WORDS, number=2, latest=2, published_at=AT,
        changes="Une semaine.", versions=versions, own=(own,),
    )  # fmt: skip
    yield "charter", "charters/show.html", member, "", shown
    signatories = (
        charter_views.Signatory(company_id="company-1", company="Sawmill", number=1, at=AT, by="Léa", command="c-21"),
        charter_views.Signatory(company_id="company-2", company="Bakery", number=2, at=AT, on_paper=True),
    )
    led = charter_views.CharterPage(
        zone=zone, charter_id="charter-1", purpose="An action", words=WORDS, number=2, latest=2, published_at=AT,
        changes="", supplier="Trois Bennes", versions=versions, signatories=signatories, runs=True, administers=True,
        supplier_link="https://example.org/charter/token", end_command="c-22",
    )  # fmt: skip
    yield "charter-led", "charters/show.html", administrator, "", led
    form = charter_views.CharterForm(
        zone=zone, form=Form(command_id="c-23", errors={"title_fr": "Give it a title."}), purpose="action",
        purpose_label="An action", says="What one action asks.", number=2, accepted=3,
        languages=(Choice(value="fr", label="Français"), Choice(value="en", label="English")), charter_id="charter-1",
    )  # fmt: skip
    yield "charter-form", "charters/form.html", administrator, "", form
    supplier = charter_views.SupplierCharterPage(
        zone=zone, words=WORDS, token="t", number=1, supplier="Trois Bennes", signed_by="", signed_at=None,
        ended=False, form=Form(command_id="c-24"),
    )  # fmt: skip
    yield "charter-supplier", "charters/supplier.html", member, "", supplier


def _federation(zone: Zone, other: Zone, reader: Viewer) -> Iterator[Sample]:
    lines = tuple(
        federation_views.FederationZoneLine(zone=each, href="/f/arve/x", companies=25, figures=figures)
        for each, figures in ((zone, FIGURES), (other, FEW))
    )
    period = federation_views.Period(
        said="du 1er décembre 2025 au 30 novembre 2026", first="2025-12-01", last="2026-11-30", action="/f/arve",
        presets=(Preset(label="12 mois", to="/f/arve?from=2025-12-01", current=True),), file="/f/arve/figures.csv",
        problem="La fin précède le début.",
    )  # fmt: skip
    name = "Zones de l’Arve"
    sums = federation_views.FederationPage(slug="arve", name=name, period=period, zones=lines, sums=FIGURES, few=3)
    yield "federation", "federations/show.html", reader, "", sums
    months = (federation_views.Month(label="November 2026", figures=FEW),)
    traces = (federation_views.Trace(label="Annonces publiées", n=4, href="/f/arve/x/facts"),)
    one = federation_views.FederationZonePage(
        slug="arve", name=name, back="/f/arve", period=period, zone=zone, companies=25, figures=FIGURES,
        months=months, traces=traces, few=3,
    )  # fmt: skip
    yield "federation-zone", "federations/zone.html", reader, "", one
    facts = (
        federation_views.FactShown(day="3 nov.", reference="listing-1", printed="1", companies=1, href="/listings/1"),
        federation_views.FactShown(day="3 nov.", reference="listing-2", printed="2", companies=1),
    )
    counted = federation_views.FederationFactsPage(
        name=name, zone=zone, title="Annonces publiées", said=period.said, back="/f/arve/x", facts=facts, most=2
    )
    yield "federation-facts", "federations/facts.html", reader, "", counted
