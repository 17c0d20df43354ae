"""A zone that is handed over, from the form to the act that is done; samples of these pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from web.handover_views import ExportPage, HandoverLine, HandoverPage, HandoversPage
from web.settings_views import Tick
from web.views import Form, View, Viewer, Zone

AT = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
DAY = date(2027, 1, 1)
PASSING = ("34 entreprises accompagnées", "12 relevés confidentiels", "3 échanges en cours")
LINE = HandoverLine(
    id="handover-1", organisation="Faucigny", state="accepted", said="Acceptée : elle aura lieu le jour prévu",
    effective_on=DAY,
)  # fmt: skip
Sample = tuple[str, str, Viewer, str, View]


def handover_samples(zone: Zone, administrator: Viewer, taker: Viewer) -> Iterator[Sample]:
    """The form empty, wrong and hidden, and the act as each side reads it at each stage."""
    empty, wrong = Form(command_id="c-1", values={"language": "fr"}), Form(
        command_id="c-2", values={"name": "Zoé"}, errors={"effective_on": "Ce jour est passé.", "staying": "Personne."}
    )  # fmt: skip
    yield "handovers", "zones/handovers.html", administrator, "", _list(zone, form=empty)
    yield "handovers-wrong", "zones/handovers.html", administrator, "", _list(zone, form=wrong, acts=(LINE,))
    yield "handovers-standing", "zones/handovers.html", administrator, "", _list(zone, form=empty, standing=LINE)
    yield "handovers-closed", "zones/handovers.html", administrator, "", _list(zone, form=empty, closed=True)
    yield "handover-asked", "zones/handover.html", taker, "", _act(zone, may="answer", others_leave=2, others_stay=1)
    leaving: dict[str, Any] = {"leave": ("Alix Morel", "Anne Duret"), "stay": ("Marc Rey",), "passing": PASSING}
    proposed = _act(zone, may="withdraw", taker="Zoé Blanc", **leaving)
    yield "handover-proposed", "zones/handover.html", administrator, "", proposed
    ended = _act(zone, state="declined", said="Refusée", reason="Trop de travail.", answered_at=AT, former="")
    yield "handover-declined", "zones/handover.html", administrator, "", ended
    taken_back = _act(zone, state="withdrawn", said="Retirée", answered_at=AT, withdrawn_at=AT)
    yield "handover-withdrawn", "zones/handover.html", administrator, "", taken_back
    done = _act(zone, state="done", said="Terminée", answered_at=AT, done_at=AT, **leaving)
    yield "handover-done", "zones/handover.html", administrator, "", done
    export = ExportPage(zone=zone, files=("Les entreprises", "Les annonces"), command="c-5")
    yield "export", "zones/export.html", administrator, "", export


def _list(zone: Zone, **changes: Any) -> HandoversPage:
    shown: dict[str, Any] = {
        "association": "Association des Jourdies", "acts": (), "standing": None, "closed": False,
        "colleagues": (
            Tick(value="member-alix", label="Alix Morel", ticked=False),
            Tick(value="member-marc", label="Marc Rey", ticked=True),
        ),
        "passing": PASSING, "earliest": date(2026, 11, 3), "latest": date(2027, 11, 3), **changes,
    }  # fmt: skip
    return HandoversPage(zone=zone, **shown)


def _act(zone: Zone, **changes: Any) -> HandoverPage:
    shown: dict[str, Any] = {
        "id": "handover-1", "state": "proposed", "said": "Proposée, en attente d’une réponse",
        "organisation": "Communauté de communes Faucigny-Glières", "former": "Association des Jourdies",
        "contact_mail": "zae@example.org", "taker": "", "proposer": "Alix Morel", "effective_on": DAY,
        "words": "Notre contrat d’animation prend fin.", "reason": "", "stay": (), "leave": (), "others_stay": 0,
        "others_leave": 0, "passing": (), "proposed_at": AT, "answered_at": None, "withdrawn_at": None,
        "done_at": None, "may": "", "form": Form(command_id="c-3"), "other_command": "c-4", **changes,
    }  # fmt: skip
    return HandoverPage(zone=zone, **shown)
