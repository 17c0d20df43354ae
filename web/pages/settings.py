"""The settings of a zone: one page of clear parts for its administrators, each sent by itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from litestar import Response
from litestar.params import FromPath

from domain import taxonomy, zones
from domain.commands import Command
from domain.places import Place
from domain.refused import Conflict, Refused, _
from domain.zones import BrokerReceipt
from marketplace.links import PAGES
from projections import federations, moderation, people
from projections.exchanges import EXCHANGES
from projections.exchanges.funnel import silence
from projections.federations import FEDERATIONS
from projections.moderation import MODERATION
from projections.people import PEOPLE
from web import settings_views as views
from web import zone_words as words
from web.forms import Answers
from web.policies import form, page
from web.views import Choice, Form
from web.visits import Visit, Visiting, zone_view

A_METRE: Final = Decimal("0.00001")
LATITUDE: Final = 90
LONGITUDE: Final = 180
MONDAY: Final = date(2024, 1, 1)
"""Any Monday, to name the days of a week by."""


@page("/z/{zone:str}/settings", policy="administrator")
async def settings(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Everything a zone decides about itself."""
    here = await visit.zone(zone)
    return await _shown(visit, here)


@form("/z/{zone:str}/settings/names", policy="administrator")
async def describe(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """What the zone is called, where it lies and who runs it."""

    async def wanted(here: people.Zone, given: Answers) -> Command:
        return zones.DescribeZone(
            **await visit.asked(),
            zone_id=here.zone_id,
            name=given.text("name", most=zones.LONGEST_NAME, missing=_("Say what people call the zone.")),
            commune=given.text("commune", most=zones.LONGEST_NAME, missing=_("Say in which commune it lies.")),
            place=Place(_degrees(given, "latitude", LATITUDE), _degrees(given, "longitude", LONGITUDE)),
            time_zone=given.raw("time_zone"),
            languages=given.choices("languages", zones.LANGUAGES),
            association=given.text("association", most=zones.LONGEST_NAME),
            contact_mail=_mail(given, "contact_mail"),
        )

    told = _("Said anew: pages and mails call the zone so from now on.")
    return await _settle(visit, zone, "names", wanted, visit.services.marketplace.describe_zone, told)


@form("/z/{zone:str}/settings/look", policy="administrator")
async def look(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """The colour, the line that welcomes, and the families in front."""

    async def wanted(here: people.Zone, given: Answers) -> Command:
        accent: Any = given.choice("accent", zones.ACCENTS, missing=_("Choose one of the colours."))
        return zones.ChooseLook(
            **await visit.asked(),
            zone_id=here.zone_id,
            accent=accent,
            welcome=given.text("welcome", most=zones.LONGEST_WELCOME),
            families=given.choices("families", [family.code for family in taxonomy.families()]),
        )

    told = _("The pages of the zone look so from now on.")
    return await _settle(visit, zone, "look", wanted, visit.services.marketplace.choose_look, told)


@form("/z/{zone:str}/settings/moderation", policy="administrator")
async def moderate(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """When listings are read, and how soon."""

    async def wanted(here: people.Zone, given: Answers) -> Command:
        when: Any = given.choice("moderation", zones.MODERATIONS, missing=_("Choose when listings are read."))
        trusted = zones.TRUSTED_AFTER
        return zones.SetZonePolicy(
            **await visit.asked(),
            zone_id=here.zone_id,
            moderation=when,
            trusted_after=given.whole("trusted_after", least=trusted.start, most=trusted.stop - 1, wanted=True),
            review_within_hours=given.whole(
                "review_within_hours", least=zones.REVIEW_HOURS.start, most=zones.REVIEW_HOURS.stop - 1, wanted=True
            ),
        )

    told = _("Settled: it holds for every listing posted from now on.")
    return await _settle(visit, zone, "moderation", wanted, visit.services.marketplace.set_zone_policy, told)


@form("/z/{zone:str}/settings/mail", policy="administrator")
async def mail(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """The day and hour of the weekly mail."""

    async def wanted(here: people.Zone, given: Answers) -> Command:
        day = given.choice("digest_weekday", map(str, zones.WEEKDAYS), missing=_("Choose a day from Monday to Sunday."))
        hour = given.choice("digest_hour", map(str, zones.HOURS), missing=_("Choose an hour from 0 to 23."))
        return zones.SetZonePolicy(
            **await visit.asked(),
            zone_id=here.zone_id,
            digest_weekday=int(day) if day else None,
            digest_hour=int(hour) if hour else None,
        )

    told = _("Settled: the next weekly mail leaves then.")
    return await _settle(visit, zone, "mail", wanted, visit.services.marketplace.set_zone_policy, told)


@form("/z/{zone:str}/settings/waste", policy="administrator")
async def waste(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """What the zone does with listings of waste."""

    async def wanted(here: people.Zone, given: Answers) -> Command:
        mode: Any = given.choice("waste", zones.WASTE_MODES, missing=_("Choose what the zone does with waste."))
        return zones.SetZonePolicy(
            **await visit.asked(),
            zone_id=here.zone_id,
            waste=mode,
            receipt=_receipt(given) if mode == "broker" else None,
        )

    told = _("Settled: it holds for every listing of waste, posted already or to come.")
    return await _settle(visit, zone, "waste", wanted, visit.services.marketplace.set_zone_policy, told)


@form("/z/{zone:str}/settings/closing", policy="administrator")
async def close(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Announce that the zone closes."""

    async def wanted(here: people.Zone, given: Answers) -> Command:
        day = given.day("closes_on")
        if day is None:
            given.wrong("closes_on", _("Choose the day."))
        return zones.AnnounceClosing(
            **await visit.asked(),
            zone_id=here.zone_id,
            closes_on=day or visit.now.date(),
            reason=given.text("reason", most=500, missing=_("Say why: every company of the zone is told.")),
        )

    told = _("Announced: everyone who acts for a company of the zone is written to.")
    return await _settle(visit, zone, "closing", wanted, visit.services.marketplace.announce_closing, told)


@form("/z/{zone:str}/settings/closing/call-off", policy="administrator")
async def call_off(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Keep the zone open after all."""
    here = await visit.zone(zone)
    command = zones.CallOffClosing(**await visit.asked(), zone_id=here.zone_id)
    await visit.carry_out(visit.services.marketplace.call_off_closing, command)
    visit.tell(visit.say(_("The zone stays open.")))
    return visit.go(PAGES.settings(here.slug))


@form("/z/{zone:str}/federations/join", policy="administrator")
async def join(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Let the readers of a federation see the zone's figures."""
    here = await visit.zone(zone)
    given = await visit.answers()
    command = zones.JoinFederation(**await visit.asked(), zone_id=here.zone_id, federation_id=given.raw("federation"))
    await visit.carry_out(visit.services.marketplace.join_federation, command)
    visit.tell(visit.say(_("Joined: its readers see the figures of your zone, and nothing else.")))
    return visit.go(f"{PAGES.settings(here.slug)}#together")


@form("/z/{zone:str}/federations/leave", policy="administrator")
async def leave(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Hide the zone's figures from them."""
    here = await visit.zone(zone)
    given = await visit.answers()
    command = zones.LeaveFederation(**await visit.asked(), zone_id=here.zone_id, federation_id=given.raw("federation"))
    await visit.carry_out(visit.services.marketplace.leave_federation, command)
    visit.tell(visit.say(_("Left: its readers no longer see your figures.")))
    return visit.go(f"{PAGES.settings(here.slug)}#together")


# --- what they share ----------------------------------------------------------------------------------------------


async def _settle(
    visit: Visit,
    slug: str,
    part: str,
    wanted: Callable[[people.Zone, Answers], Awaitable[Command]],
    use_case: Callable[[Any], Any],
    told: str,
) -> Response[Any]:
    """Carry out what one part of the page asks, or show the page with what is wrong in that part."""
    here = await visit.zone(slug)
    given = await visit.answers()
    command = await wanted(here, given)
    status = 422
    if not given.errors:
        try:
            await visit.carry_out(use_case, command)
        except Refused as refused:
            given.refused(refused)
            status = 409 if isinstance(refused, Conflict) else 422
        else:
            visit.tell(visit.say(told))
            return visit.go(f"{PAGES.settings(here.slug)}#{part}")
    return await _shown(visit, here, part, given, status)


async def _shown(
    visit: Visit, here: people.Zone, wrong: str = "", given: Answers | None = None, status: int = 200
) -> Response[Any]:
    async with visit.reading(PEOPLE, MODERATION, EXCHANGES, FEDERATIONS) as read:
        partners = await read.all(people.partner_zones(here.zone_id))
        load = await read.one(moderation.workload([here.zone_id], visit.now))
        under_way = await read.one(silence(here.zone_id, visit.now, visit.now))
        invited = await read.all(federations.of_zone(here.zone_id))
    today, expires = here.day(visit.now), here.receipt_expires_on
    broker = here.waste == "broker" and expires is not None

    def part(name: str, values: dict[str, str]) -> Form:
        return visit.form(given) if wrong == name else visit.form(values=values)

    def ticks(name: str, among: dict[str, str], held: tuple[str, ...]) -> tuple[views.Tick, ...]:
        chosen = given.all(name) if given is not None and wrong in ("names", "look") and given.all(name) else held
        return tuple(views.Tick(value=value, label=label, ticked=value in chosen) for value, label in among.items())

    wording = visit.wording
    view = views.SettingsPage(
        zone=zone_view(here),
        wrong=wrong,
        names=part("names", _names(here)),
        look=part("look", {"accent": here.accent, "welcome": here.welcome}),
        moderation=part(
            "moderation",
            {
                "moderation": here.moderation,
                "trusted_after": str(here.trusted_after),
                "review_within_hours": str(here.review_within_hours),
            },
        ),
        mail=part("mail", {"digest_weekday": str(here.digest_weekday), "digest_hour": str(here.digest_hour)}),
        waste=part(
            "waste",
            {
                "waste": here.waste,
                "receipt_number": here.receipt_number,
                "receipt_prefecture": here.receipt_prefecture,
                "receipt_expires_on": expires.isoformat() if expires else "",
            },
        ),
        closing=part("closing", {}),
        languages=ticks("languages", {"fr": "Français", "en": "English"}, here.languages),
        families=ticks(
            "families",
            {family.code: taxonomy.label(family.code, visit.language) for family in taxonomy.families()},
            here.families,
        ),
        accents=_choices(visit, {code: (label, "") for code, label in words.ACCENTS.items()}),
        moderations=_choices(visit, words.MODERATIONS),
        wastes=_choices(visit, words.WASTES),
        time_zones=tuple(
            Choice(value=name, label=name.replace("_", " "))
            for name in dict.fromkeys((here.time_zone, *words.TIME_ZONES))
        ),
        days=tuple(
            Choice(value=str(day), label=wording.dated(MONDAY + timedelta(days=day - 1), "EEEE").capitalize())
            for day in zones.WEEKDAYS
        ),
        hours=tuple(Choice(value=str(hour), label=f"{hour:02}:00") for hour in zones.HOURS),
        waiting=load.waiting if load else 0,
        now=_now(visit, here, len(partners) + sum(each.joined for each in invited)),
        receipt_expires_on=expires,
        receipt_warning=broker and expires is not None and expires - today <= zones.WARNED_AHEAD,
        receipt_over=broker and expires is not None and expires < today,
        partners=tuple(each.name for each in partners),
        federations=tuple(
            views.FederationLine(
                federation_id=each.federation_id,
                slug=each.slug,
                name=each.name,
                joined=each.joined,
                command=visit.new_command(),
            )
            for each in invited
        ),
        closes_on=here.closes_on,
        closed=here.is_closed(visit.now),
        closing_reason=here.closing_reason,
        open_exchanges=under_way.open if under_way else 0,
        earliest=today + zones.NOTICE,
        latest=today + zones.LONGEST_NOTICE,
        call_off=visit.new_command(),
    )
    return await visit.page("zones/settings.html", view, zone=here, current="zone", status=status)


def _now(visit: Visit, here: people.Zone, beyond: int) -> dict[str, str]:
    """What holds today, in a few words for each part."""
    wording = visit.wording
    read_in = visit.say(_("%(hours)s h"), hours=here.review_within_hours)
    day = wording.dated(MONDAY + timedelta(days=here.digest_weekday - 1), "EEEE").capitalize()
    closing = _("Closed since %(day)s.") if here.is_closed(visit.now) else _("Closes on %(day)s.")
    return {
        "names": f"{here.name}, {here.commune}",
        "look": " · ".join(filter(None, (visit.say(words.ACCENTS[here.accent]), here.welcome))),
        "moderation": f"{visit.say(words.MODERATIONS[here.moderation][0])} · {read_in}",
        "mail": f"{day}, {here.digest_hour:02}:00",
        "waste": visit.say(words.WASTES[here.waste_mode(visit.now)][0]),
        "together": visit.say(_("%(n)s partner zones and federations"), n=beyond)
        if beyond
        else visit.say(_("On its own")),
        "closing": visit.say(closing, day=wording.date(here.closes_on))
        if here.closes_on
        else visit.say(_("No day announced")),
    }


def _names(here: people.Zone) -> dict[str, str]:
    return {
        "name": here.name,
        "commune": here.commune,
        "latitude": str(here.latitude),
        "longitude": str(here.longitude),
        "time_zone": here.time_zone,
        "association": here.association,
        "contact_mail": here.contact_mail,
    }


def _choices(visit: Visit, said: Any) -> tuple[Choice, ...]:  # noqa: ANN401  (the words of one choice or another)
    return tuple(
        Choice(value=value, label=visit.say(label), hint=visit.say(hint) if hint else "")
        for value, (label, hint) in said.items()
    )


def _degrees(given: Answers, name: str, most: int) -> Decimal:
    """Degrees as a map shows them, to about a metre; a comma is taken for a point."""
    try:
        degrees = Decimal(given.raw(name).replace(",", ".").replace(" ", ""))
    except InvalidOperation:
        degrees = Decimal("NaN")
    if not (degrees.is_finite() and abs(degrees) <= most):
        given.wrong(name, _("Write degrees from -%(most)s to %(most)s, such as 46.0635."), most=most)
        return Decimal(0)
    return degrees.quantize(A_METRE)


def _mail(given: Answers, name: str) -> str:
    written = given.text(name, most=zones.LONGEST_NAME)
    local, at, host = written.rpartition("@")
    if written and not (local and at and "." in host and " " not in written):
        given.wrong(name, _("This is not a mail address, such as name@company.fr."))
    return written


def _receipt(given: Answers) -> BrokerReceipt:
    expires = given.day("receipt_expires_on")
    if expires is None:
        given.wrong("receipt_expires_on", _("Say until which day the receipt is good."))
    return BrokerReceipt(
        number=given.text("receipt_number", most=zones.LONGEST_NAME),
        prefecture=given.text("receipt_prefecture", most=zones.LONGEST_NAME),
        expires_on=expires or date.max,
    )


handlers = [settings, describe, look, moderate, mail, waste, close, call_off, join, leave]
