"""What we hold on me: in plain words on a page, and all of it in a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final, TypeVar

import msgspec
from litestar import Response
from litestar.types import ControllerRouterHandler

from domain.refused import _
from marketplace.access_log import Look, What
from marketplace.application.privacy import Wrote
from marketplace.holdings import HOLDINGS
from marketplace.links import PAGES
from marketplace.wording import ngettext
from projections import people
from projections.people import PEOPLE
from web.own_data import Decision, OwnData, own_data
from web.policies import page
from web.rate_limits import Limit
from web.views.privacy import MyDataPage, Part, Said
from web.visits import Visit, Visiting

T = TypeVar("T")

READ: Final = Limit("readings of all that is held on oneself", 20, timedelta(minutes=10))
SHOWN: Final = 5
"""Lines of each part on the page; the file has them all."""
WRITTEN: Final[dict[str, str]] = {
    "MemberInvited": _("Your name and address, as you were invited"),
    "SearchSaved": _("A search you keep"),
    "MessageSent": _("A message"),
    "MessageReported": _("Why you reported a message"),
    "InterestShown": _("What you asked for"),
    "ExchangeDeclined": _("Why you declined"),
    "ExchangeAbandoned": _("Why you gave up"),
    "ExchangeDisputed": _("What you contested"),
    "ExchangeConfirmed": _("What you noted at a pick-up"),
    "PickupProposed": _("Instructions for a pick-up"),
}
LOOKED: Final[dict[What, str]] = {
    "contact": _("Your contact details, in an exchange"),
    "mail": _("A mail you were sent"),
    "export": _("A file that names your company or your zone"),
    "own_data": _("This page, or its file: you yourself"),
}
STANDINGS: Final[dict[str, str]] = {
    "admitted": _("%(company)s is admitted in %(zone)s"),
    "refused": _("%(company)s was refused in %(zone)s"),
    "suspended": _("%(company)s is suspended in %(zone)s"),
}
ROLES: Final[dict[str, str]] = {
    "moderator": _("Moderator"),
    "facilitator": _("Facilitator"),
    "administrator": _("Administrator"),
    "reader": _("Reader"),
}
ACTS: Final = ngettext("%(num)d step since %(day)s", "%(num)d steps since %(day)s")


@page("/account/data", policy="member")
async def my_data(visit: Visiting) -> Response[str]:
    """The newest of each kind, in words."""
    await visit.within(READ, visit.viewer.member_id)
    held = await own_data(visit)
    return await visit.page("account/data.html", MyDataPage(parts=await _parts(visit, held)), current="account")


@page("/account/data.json", policy="member")
async def my_data_file(visit: Visiting) -> Response[bytes]:
    """Everything, for a program or for the drawer, with why each kind is held."""
    await visit.within(READ, visit.viewer.member_id)
    held = msgspec.to_builtins(await own_data(visit))
    held["why"] = {
        holding.name: {
            "what": visit.say(holding.what),
            "why": visit.say(holding.why),
            "goes": visit.say(holding.goes),
            "kept_days": period.days if (period := holding.period(visit.services.settings)) else None,
        }
        for holding in HOLDINGS
    }
    written = msgspec.json.format(msgspec.json.encode(held), indent=2)
    headers = {"Content-Disposition": 'attachment; filename="gisement-data.json"', "Cache-Control": "no-store"}
    return Response(written, media_type="application/json", headers=headers)


async def _parts(visit: Visit, held: OwnData) -> tuple[Part, ...]:
    say, rows = visit.say, held.rows
    return (
        _identity(visit, held),
        Part(
            name="written",
            icon="edit",
            heading=say(_("What you wrote")),
            lines=_newest(held.written, lambda wrote: _wrote(visit, wrote)),
            total=len(held.written),
            none=say(_("Nothing yet, under your own name. What your company publishes is on your page.")),
            href=PAGES.me(),
            link=say(_("What my company publishes")),
        ),
        Part(
            name="decided",
            icon="shield",
            heading=say(_("What was decided about you and your company")),
            lines=_newest(held.decisions, lambda decided: _decided(visit, decided)),
            total=len(held.decisions),
            none=say(_("Nothing.")),
        ),
        Part(
            name="did",
            icon="list",
            heading=say(_("What you did")),
            lines=_did(visit, held),
            total=0,
            none=say(_("Nothing yet.")),
            note=say(_("Kept under a number without your name; the file lists each step.")),
        ),
        Part(
            name="searches",
            icon="search",
            heading=say(_("Searches you keep")),
            lines=_newest(held.searches, lambda kept: Said(what=kept.name, detail=kept.text, at=kept.saved_at)),
            total=len(held.searches),
            none=say(_("None.")),
        ),
        Part(
            name="mails",
            icon="mail",
            heading=say(_("Mails you were sent")),
            lines=(),
            total=len(rows.get("site.outbox", [])),
            none=say(_("None yet.")),
            href=PAGES.my_mails(),
            link=say(_("The mails I was sent")),
        ),
        _devices(visit, rows),
        await _looks(visit, held.looked_at_by),
    )


def _identity(visit: Visit, held: OwnData) -> Part:
    who, say = held.identity, visit.say
    lines = [Said(what=say(_("Name")), detail=who.name), Said(what=say(_("Work mail")), detail=who.mail)]
    lines += [Said(what=say(_("Acts for")), detail=name) for name in held.companies.values()]
    lines += [
        Said(what=zone, detail=", ".join(say(ROLES.get(role, role)) for role in roles))
        for zone, roles in held.roles.items()
    ]
    lines.append(Said(what=say(_("Invited")), at=who.invited_at))
    if who.joined_at:
        lines.append(Said(what=say(_("Signed in for the first time")), at=who.joined_at))
    heading = say(_("Who you are here"))
    return Part(
        name="identity", icon="user", heading=heading, lines=tuple(lines), total=len(lines), href=PAGES.account(),
        link=say(_("My mail and my devices")),
    )  # fmt: skip


def _wrote(visit: Visit, wrote: Wrote) -> Said:
    kind = visit.say(WRITTEN.get(wrote.event, _("A text")))
    return Said(what=kind, detail=" · ".join(wrote.texts.values()), at=wrote.at, quote=True)


def _decided(visit: Visit, decided: Decision) -> Said:
    what = visit.say(STANDINGS[decided.standing], company=decided.company, zone=decided.zone)
    return Said(what=what, detail=decided.reason, at=decided.at)


def _did(visit: Visit, held: OwnData) -> tuple[Said, ...]:
    if not held.did:
        return ()
    first = visit.wording.date(held.did[-1].at.date())
    return (
        Said(what=visit.wording.translations.ngettext(*ACTS, len(held.did)) % {"num": len(held.did), "day": first}),
    )


def _devices(visit: Visit, rows: dict[str, list[dict[str, Any]]]) -> Part:
    say = visit.say
    seen = [Said(what=row["device"] or say(_("Unknown device")), at=row["last_seen"]) for row in rows["site.session"]]
    programs = [Said(what=say(_("Program: %(name)s"), name=row["name"])) for row in rows["site.api_token"]]
    return Part(
        name="devices",
        icon="device",
        heading=say(_("Devices and programs")),
        lines=(*seen, *programs)[:SHOWN],
        total=len(seen) + len(programs),
        href=f"{PAGES.account()}#devices",
        link=say(_("Sign one of them out")),
    )


async def _looks(visit: Visit, looks: Sequence[Look]) -> Part:
    shown = [look for look in looks if look.by_actor != visit.viewer.actor]
    async with visit.reading(PEOPLE) as read:
        names = {look.by_member: await read.one(people.member(look.by_member)) for look in shown[:SHOWN]}
    someone = visit.say(_("Somebody whose name you may not see"))
    return Part(
        name="looks",
        icon="shield",
        heading=visit.say(_("Who looked")),
        lines=tuple(
            Said(
                what=visit.say(LOOKED[look.what]),
                detail=person.name if (person := names[look.by_member]) and person.name else someone,
                at=look.at,
            )
            for look in shown[:SHOWN]
        ),
        total=len(shown),
        none=visit.say(_("Nobody.")),
    )


def _newest(held: Sequence[T], said: Any) -> tuple[Said, ...]:  # noqa: ANN401  # a line for one of them
    return tuple(said(each) for each in held[:SHOWN])


handlers: Final[list[ControllerRouterHandler]] = [my_data, my_data_file]
