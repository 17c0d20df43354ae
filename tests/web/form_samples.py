"""Believable pages of pooled collections and shared sessions."""

from __future__ import annotations

from collections.abc import Iterator

from tests.web.purchase_samples import CARD, WORDS, asking
from web import collection_views as rounds
from web import session_views as sessions
from web.form_views import PickupField
from web.purchase_views import Asking
from web.views import Choice, Fact, View, Viewer, Zone

SHARE = rounds.GoodShare(
    said="182 bonnes sur 250 palettes, déclarées par 6 entreprises",
    good="72 % de bonnes",
    rule="Gratuit dès 80 % de bonnes unités",
    sentence="Pas encore gratuite : elle le serait avec 90 palettes bonnes de plus.",
    length=728,
    mark=800,
    reached=False,
)
LOADS = (
    rounds.LoadLine(what="Palette Europe", condition="Bon (B)", quantity="40 palettes", good=True),
    rounds.LoadLine(what="Palette Europe", condition="Cassé", quantity="15 palettes", good=False),
)
COLLECTED = rounds.Visited(word="Enlevé", tone="done", icon="check", weight="1 188 kg", said="Rien à dire.")
STOP = rounds.Stop(
    company_id="company-1",
    company="Scierie Dunand",
    number=2,
    loads=LOADS,
    total="55 palettes",
    answer="ready",
    on="lundi 14 décembre",
    place=1,
    of=2,
    site="Dépôt",
    address="1 rue du Test",
    access=(Fact(label="Chargement", value="À quai"),),
    remark="Demander Yann.",
    share="40 / 55",
)
FIELDS = rounds.LoadFields(
    shown=(1, 2),
    folded=(3,),
    formats=(Choice(value="PAL.EPAL1", label="Palette Europe"),),
    conditions=(Choice(value="B", label="Bon (B)"),),
)
PICKUP = PickupField(days=(Choice(value="pickup_day_1", label="lun."),), places=(), lorries=(), loaders=(), said="")
WHEN = (Fact(label="Quand", value="lundi 14 décembre à 9 h"), Fact(label="Lieu", value="Maison de la zone"))


def _with(stop: rounds.Stop, **changes: object) -> rounds.Stop:
    return rounds.Stop(**{**{name: getattr(stop, name) for name in stop.__struct_fields__}, **changes})


def _result(errors: dict[str, str] | None = None) -> Asking:
    return asking("result-company-1", errors, company="company-1", outcome="collected", weight="1188")


def form_samples(zone: Zone, people: tuple[Viewer, Viewer]) -> Iterator[tuple[str, str, Viewer | None, str, View]]:
    """Name, template, viewer, current page and view."""
    lea, marc = people
    silent = _with(STOP, answer="silent", confirm=asking("confirm-1"), skip=asking("skip-12"))
    stop = rounds.StopPage(
        zone=zone, card=CARD, words=WORDS, unit="palettes", company="Scierie Dunand", day="lundi 14 décembre",
        every="toutes les 4 semaines", share=SHARE, before_pledges=False, own=silent,
        past=(_with(STOP, number=1, visited=COLLECTED),),
        form=asking("stop", {"quantity_1": "Écrivez un nombre."}, quantity_1="x", format_1="PAL.EPAL1"),
        loads=FIELDS, pickup=PICKUP, confirm=asking("confirm"), skip=asking("skip"), withdraw=asking("withdraw_stop"),
        charter="Chaque entreprise reste responsable.", supplier="Palettes du Môle",
    )  # fmt: skip
    desk = rounds.CollectionPage(
        zone=zone, card=CARD, unit="palettes", next="Ensuite : notez ce qu’il en a été.", day="lundi 14 décembre",
        every="toutes les 4 semaines", number=2, share=SHARE, rule_said="Gratuit dès 80 %",
        ready=(_with(STOP, result=_result({"outcome": "Dites-le."}), visited=COLLECTED),),
        silent=(_with(silent, company_id="company-2"),),
        skipping=(_with(STOP, company_id="company-3", answer="skips", confirm=asking("confirm-12345")),),
        done=(rounds.RoundDone(number=1, title="Tournée 1", stops=(_with(STOP, visited=COLLECTED),)),),
        conditions=(Choice(value="B", label="Bon (B)"),), ticked=("B",),
        outcomes=(Choice(value="collected", label="Enlevé"),), planned=True, route=True,
        rule=asking("rule", free_from="80"), plan=asking("plan"), order=asking("order"),
    )  # fmt: skip
    route = rounds.RoutePage(
        id="purchase-1", zone=zone, title="Palettes", category="Palettes", number=2, day="lundi 14 décembre",
        carrier="Palettes du Môle", stops=(STOP,), totals=(Fact(label="Palette Europe, Bon (B)", value="40 palettes"),),
        unanswered=("Cartopack",),
    )  # fmt: skip
    yield "stop", "purchases/collection_stop.html", lea, "purchases", stop
    yield "collection", "purchases/collection_desk.html", marc, "purchases", desk
    yield "route", "purchases/collection_route.html", marc, "purchases", route
    yield from _sessions(zone, lea, marc)


def _sessions(zone: Zone, lea: Viewer, marc: Viewer) -> Iterator[tuple[str, str, Viewer | None, str, View]]:
    yann = sessions.Trainee(id="trainee-1", name="Yann Le Goffic", cancel=asking("cancel-trainee-1"))
    past = sessions.Trainee(
        id="trainee-2", name="Lucie Tonnellier", present=True, until="14 décembre 2028", forget=asking("forget")
    )
    seats = sessions.Seats(
        company_id="company-1", company="Scierie Dunand", said="3 places", unnamed=1, trainees=(yann, past)
    )
    trainees = sessions.TraineesPage(
        zone=zone, card=CARD, words=WORDS, facts=WHEN, seats=seats, name=asking("name", {"name": "Dites qui vient."}),
        give_back=asking("give_back"), until="14 décembre 2028", cancel_until="lundi 7 décembre",
    )  # fmt: skip
    desk = sessions.SessionPage(
        zone=zone, card=CARD, next="Ensuite : notez qui était présent.", facts=WHEN, seats=(seats,),
        time_zone="Europe/Paris", may_be_free=True, planned=True, present=("trainee-2",),
        plan=asking("plan", {"at": "Écrivez une heure."}), attendance=asking("attendance"),
    )  # fmt: skip
    sheet = sessions.AttendancePage(
        id="purchase-1", zone=zone, title="Recyclage SST", trainer="Centre Cap Gestes", facts=WHEN, seats=(seats,),
        empty_lines=(0, 1),
    )  # fmt: skip
    yield "trainees", "purchases/session_trainees.html", lea, "purchases", trainees
    yield "session", "purchases/session_desk.html", marc, "purchases", desk
    yield "attendance", "purchases/session_attendance.html", marc, "purchases", sheet
