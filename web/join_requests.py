"""Requests to join a zone as those who answer them read them, and who is asked to act for a company or a zone."""

from __future__ import annotations

from collections.abc import Sequence

from domain.refused import _
from projections.acting import Asked
from projections.joining import Request
from web import company_views as views
from web.forms import Answers
from web.visits import Visit
from web.zone_words import ROLES


def shown(
    visit: Visit, row: Request, time_zone: str, *, answers: bool, given: Answers | None = None
) -> views.JoinRequest:
    """A request; with a form for whoever answers it now."""
    return views.JoinRequest(
        id=row.joining_id,
        company=row.company or visit.say(_("(erased)")),
        trade=row.trade,
        siret=f"{row.siret[:3]} {row.siret[3:6]} {row.siret[6:9]} {row.siret[9:]}",
        address=row.address,
        person=row.person,
        mail=row.mail,
        wish=row.wish,
        when=visit.wording.moment(row.decided_at or row.confirmed_at or row.asked_at, time_zone),
        known=bool(row.company_id),
        agreed=row.stage == "agreed",
        waits=row.stage == "confirmed" and bool(row.company_id),
        said=_said(visit, row),
        form=visit.form(given) if answers else None,
    )


def asked_to_act(visit: Visit, rows: Sequence[Asked], time_zone: str) -> tuple[views.AskedToAct, ...]:
    """Who is asked to act and has not accepted yet, each with what takes it back."""
    return tuple(
        views.AskedToAct(
            id=row.acting_id,
            name=row.name or visit.say(_("(erased)")),
            mail=row.mail,
            roles=tuple(visit.say(ROLES[role][0]) for role in row.roles),
            when=visit.wording.moment(row.asked_at, time_zone),
            command=visit.new_command(),
        )
        for row in rows
    )


def _said(visit: Visit, row: Request) -> str:
    if row.stage == "admitted":
        return visit.say(_("Admitted"))
    if row.stage == "refused":
        return visit.say(_("Turned away: %(reason)s"), reason=row.reason)
    return ""
