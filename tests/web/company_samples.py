"""A zone's companies: the directory with everything it may show, one company, its people, and who asks to come in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from msgspec.structs import replace

from web import company_views as views
from web.directory import AUDIENCE_NAMES, KIND_NAMES, PART_NAMES
from web.pooling_views import Hours
from web.search_views import Pin, Plan
from web.views import Choice, Form, ListingCard, View, Viewer, Zone

JOINERY = views.CompanyCard(
    id="company-1",
    name="Menuiserie Tardieu-Blanc",
    trade="Menuiserie et agencement",
    place="14 rue des Copeaux",
    told=(
        views.Told(label="Son activité", text="Agencement de magasins, du plan à la pose."),
        views.Told(label="Elle propose", text="Chutes de panneaux, sciure sèche."),
    ),
    adherent=True,
)
ASSOCIATION = views.CompanyCard(id="company-2", name="Second Tour", trade="Réemploi", sort="Association")
KINDS = tuple(Choice(value=kind, label=name) for kind, name in KIND_NAMES.items())
ASKED = views.AskedToAct(
    id="acting-1",
    name="Josette Vuagnat",
    mail="josette@vannerie.example",
    when="vendredi 20 novembre à 17 h 20",
    command="c-16",
    roles=("Modération",),
)
ASKING = views.JoinRequest(
    id="joining-1",
    company="Vannerie des Îles",
    trade="Paniers d’osier",
    siret="000 009 001 00014",
    address="9 rue des Semis",
    person="Josette Vuagnat",
    mail="josette@vannerie.example",
    wish="Nous cherchons des chutes de bois tendre.",
    when="vendredi 20 novembre à 17 h 20",
    form=Form(command_id="c-1"),
)
WRONG = Form(command_id="c-2", values={"reason": ""}, errors={"reason": "Dites pourquoi : la personne le lira."})
Sample = tuple[str, str, Viewer | None, str, View]


def company_samples(zone: Zone, people: tuple[Viewer, Viewer], listing: ListingCard) -> Iterator[Sample]:
    """Each page as it opens, and with everything it may show."""
    lea, marc = people
    yield from _directory(zone, lea, marc)
    yield from _company(zone, lea, listing)
    yield from _joining(zone, marc)
    yield from _guests(zone, marc)
    lines = (
        views.MembershipLine(
            id="company-1", name="Menuiserie", membership="Adhérente", since=date(2026, 1, 1), until=None, over=False,
            paid=True, form=Form(command_id="c-3", values={"membership": "adherent", "paid": "1"}),
        ),
        views.MembershipLine(
            id="company-2", name="Scierie", membership="Participante", since=date(2025, 1, 1),
            until=date(2025, 12, 31), over=True, paid=False,
            form=Form(command_id="c-4", errors={"since": "Indiquez depuis quand."}),
        ),
    )  # fmt: skip
    memberships = (Choice(value="adherent", label="Adhérente"), Choice(value="participant", label="Participante"))
    for name, shown in (("memberships", lines), ("memberships-none", ())):
        page = views.MembershipsPage(
            zone=zone, year=2026, years=(2027, 2026, 2025), lines=shown, memberships=memberships,
            next="/next" if shown else None, first="/first" if shown else None,
        )  # fmt: skip
        yield name, "companies/memberships.html", marc, "zone", page


def _directory(zone: Zone, lea: Viewer, marc: Viewer) -> Iterator[Sample]:
    drawn = Plan(
        centre="Vous",
        reach=900,
        pins=(
            Pin(number=1, east=100, north=-200, cards=(JOINERY,)),
            Pin(number=2, east=-300, north=250, cards=(ASSOCIATION, JOINERY)),
        ),
        of="companies",
    )
    addresses: dict[str, Any] = {"list_address": "/list", "plan_address": "/plan"}
    cards = (JOINERY, ASSOCIATION)
    for name, viewer, page in (
        ("companies", lea, views.DirectoryPage(
            zone=zone, total=2, cards=cards, kinds=KINDS, own=(Choice(value="company-1", label="Menuiserie"),),
            next="/next", first="/first", **addresses)),
        ("companies-desk", marc, views.DirectoryPage(
            zone=zone, total=3, cards=cards, kinds=KINDS, query="bois", kind="company", plan=drawn, moderates=True,
            administers=True, requests=2, **addresses)),
        ("companies-visitor", None, views.DirectoryPage(
            zone=zone, total=0, cards=(), kinds=KINDS, members_see=33, **addresses)),
        ("companies-nothing", None, views.DirectoryPage(
            zone=zone, total=0, cards=(), kinds=KINDS, query="zeppelin", **addresses)),
    ):  # fmt: skip
        yield name, "companies/list.html", viewer, "zone", page


def _company(zone: Zone, lea: Viewer, listing: ListingCard) -> Iterator[Sample]:
    plain = views.CompanyPage(
        id="company-2", name="Second Tour", trade="Réemploi", sort="Association", told=(), contact="", sites=(),
        hours=(), belongings=(), record="", listings=(),
    )  # fmt: skip
    yield "company-visitor", "companies/show.html", None, "zone", plain
    mine = views.CompanyPage(
        id="company-1",
        name="Menuiserie Tardieu-Blanc",
        trade="Menuiserie et agencement",
        sort="",
        told=JOINERY.told,
        contact="Accueil : 04 50 00 00 11",
        sites=(views.SiteShown(name="Atelier", address="14 rue des Copeaux"),),
        hours=(Hours(days="lundi à vendredi", times="8 h–12 h"),),
        belongings=(views.BelongingShown(zone=zone, how="Adhérente depuis le 1 janvier 2026"),),
        record="3 enlèvements",
        listings=(listing,),
        home=zone,
        siret="00000001800017",
        mine=True,
        asking=1,
        public=True,
        structured='{"@type": "Organization"}',
    )
    yield "company", "companies/show.html", lea, "zone", mine
    entry = views.EntryPage(
        id="company-1",
        name="Menuiserie",
        form=Form(command_id="c-5", values={"to_listed": "members", "day1": "25h"}, errors={"day1": "Non."}),
        kinds=KINDS,
        parts=tuple(
            views.EntryPart(
                name=f"to_{part}",
                label=label,
                hint=hint,
                audiences=tuple(Choice(value=value, label=name) for value, name in AUDIENCE_NAMES.items()),
            )
            for part, (label, hint) in PART_NAMES.items()
        ),
        days=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
        most=600,
        most_contact=200,
    )
    yield "company-entry", "companies/entry.html", lea, "account", entry
    colleagues = (
        views.ColleagueShown(
            id="member-1", name="Léa", mail="lea@sawmill.example", joined=True, self=True, form=Form(command_id="c-6"),
            heirs=(Choice(value="member-2", label="Anne"),),
        ),
        views.ColleagueShown(
            id="member-2", name="Anne", mail="anne@sawmill.example", joined=False, self=False,
            form=Form(command_id="c-7", errors={"successor": "Choisissez un collègue qui reste."}),
            heirs=(Choice(value="member-1", label="Léa"),),
        ),
    )  # fmt: skip
    invite = Form(command_id="c-8", errors={"mail": "Indiquez votre adresse."})
    people = views.PeoplePage(
        id="company-1", name="Menuiserie", colleagues=colleagues, asking=(ASKING,), invite=invite, asked=(ASKED,)
    )
    yield "company-people", "companies/people.html", lea, "account", people


def _guests(zone: Zone, marc: Viewer) -> Iterator[Sample]:
    guest = views.GuestShown(
        id="company-3", name="Osier du Môle", sort="Fournisseur", until="31 décembre 2026", over=False, command="c-12"
    )
    over = views.GuestShown(
        id="company-4", name="Cageots Réunis", sort="Entreprise", until="1er mai 2026", over=True, command="c-13"
    )
    faulty = Form(command_id="c-14", errors={"siret": "Un SIRET a 14 chiffres.", "until": "Choisissez le jour."})
    for name, guests, form in (("guests", (guest, over), faulty), ("guests-none", (), Form(command_id="c-15"))):
        page = views.GuestsPage(
            zone=zone, purchase_id="purchase-1", title="Film étirable", guests=guests, kinds=KINDS, invite=form
        )
        yield name, "companies/guests.html", marc, "purchases", page


def _joining(zone: Zone, marc: Viewer) -> Iterator[Sample]:
    association = "L’association des Jourdies"
    faulty = Form(command_id="c-9", values={"siret": "12"}, errors={"siret": "Un SIRET a 14 chiffres."})
    for name, page in (
        ("join", views.JoinPage(zone=zone, association=association, form=faulty)),
        ("join-sent", views.JoinPage(
            zone=zone, association=association, form=Form(command_id="c-10"), sent_to="lea@example.org", hours=24)),
    ):  # fmt: skip
        yield name, "companies/join.html", None, "zone", page
    closed = views.JoinPage(zone=zone, association=association, form=faulty, closed=True)
    yield "join-closed", "companies/join.html", None, "zone", closed
    for state, token in (("asked", "t0ken"), ("done", ""), ("gone", ""), ("lapsed", "")):
        confirm = views.ConfirmPage(state=state, token=token, form=Form(command_id="c-11"), zone=zone, days=7)  # type: ignore[arg-type]
        yield f"confirm-{state}", "companies/confirm.html", None, "", confirm
    waiting = (
        ASKING,
        replace(ASKING, id="joining-2", agreed=True, known=True, form=WRONG),
        replace(ASKING, id="joining-3", waits=True, known=True, form=None),
    )
    answered = (replace(ASKING, id="joining-4", said="Admise", form=None),)
    full = views.RequestsPage(zone=zone, waiting=waiting, answered=answered)
    yield "requests", "companies/requests.html", marc, "moderation", full
    none = views.RequestsPage(zone=zone, waiting=(), answered=())
    yield "requests-none", "companies/requests.html", marc, "moderation", none
