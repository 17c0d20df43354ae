"""Commands with which an installation begins: open a zone, register its companies, invite its people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Final, TypedDict

import click
from msgspec import Struct
from rich.markup import escape
from uuid_utils import uuid7

from domain import companies, members, reservations, zones
from domain.places import Place
from domain.refused import NotFound, Refused
from domain.streams import EVENTS
from marketplace.application import Marketplace
from marketplace.cli.asking import output, prepared
from marketplace.clock import Clock
from marketplace.database import Database, Role, opened
from marketplace.eventlog import EventLog, Registry
from marketplace.inviting import Invitations
from marketplace.links import Links
from marketplace.outbox import Outbox, keyring

A_METRE: Final = Decimal("0.00001")
"""A place is kept to five decimal places of a degree."""
LONGEST_ADDRESS: Final = 254


class Words(click.ParamType[str]):
    """A text people will read: never empty, on one line."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Give the text with single spaces."""
        words = " ".join(value.split())
        if not words:
            self.fail("Write something here.", param, ctx)
        if not words.isprintable():
            self.fail("This holds characters that cannot be shown.", param, ctx)
        return words


class Address(Words):
    """A mail address, looked at as the sign-in page does."""

    name = "mail"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Give the address as it was written."""
        mail = super().convert(value, param, ctx)
        local, at, host = mail.rpartition("@")
        if not (local and at and "." in host and " " not in mail and len(mail) <= LONGEST_ADDRESS):
            self.fail("This is not a mail address, such as name@company.fr.", param, ctx)
        return mail


class Degrees(click.ParamType[Decimal]):
    """Degrees of latitude or longitude (WGS 84), as a map shows them."""

    name = "degrees"

    def __init__(self, most: int) -> None:
        self._most = most

    def convert(self, value: str | Decimal, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """Give the degrees to about a metre."""
        try:
            degrees = Decimal(value)
        except InvalidOperation:
            degrees = Decimal("NaN")
        if not (degrees.is_finite() and abs(degrees) <= self._most):
            self.fail(f"Write degrees from -{self._most} to {self._most}, such as 46.0635.", param, ctx)
        return degrees.quantize(A_METRE)


WORDS: Final = Words()
ADDRESS: Final = Address()
LATITUDE: Final = Degrees(90)
LONGITUDE: Final = Degrees(180)


class Asked(TypedDict):
    """What every command of the operator begins with."""

    actor: str
    now: datetime
    command_id: str


class Desk(Struct, frozen=True):
    """Where the operator works: the use cases, and what the log says before they are asked; `name` is the site’s."""

    database: Database
    marketplace: Marketplace
    log: EventLog
    clock: Clock
    links: Links
    name: str

    def asked(self) -> Asked:
        """Who asks, when, and an id of its own."""
        return {"actor": zones.OPERATOR, "now": self.clock.now(), "command_id": str(uuid7())}

    def zone(self, slug: str) -> str:
        """The id of a zone; raises NotFound when it is not open."""
        zone_id = f"zone-{slug}"
        if self.log.load(zone_id, zones.evolve).state is None:
            raise NotFound(f"There is no zone {slug}: `marketplace open-zone` opens one.")
        return zone_id

    def invite(self, member_id: str, mail: str) -> None:
        """Have the invitation sent, and say whether it is."""
        with self.database.pool(Role.APPEND, max_size=1) as connections:
            outbox = Outbox(connections, keyring(connections))
            suppressed = outbox.suppressions.of(self.marketplace.address_key(mail))
            if suppressed is not None:
                why = "was reported as unwanted" if suppressed.why == "complaint" else "came back: no such mailbox"
                output().print(f"[yellow]![/yellow] No invitation leaves: on {suppressed.at:%d %B %Y} mail {why}.")
            elif Invitations(outbox, self.log, self.clock).post(member_id):
                done(f"An invitation leaves for {mail}.")

    def company(self, siret: str) -> tuple[str | None, companies.Company | None]:
        """Who holds a SIRET, and that company; a registration that was interrupted left a holder alone."""
        claim = self.log.load(f"siret-{companies.checked_siret(siret)}", reservations.evolve).state
        holder = claim.holder if claim else None
        return holder, self.log.load(holder, companies.evolve).state if holder else None


@contextmanager
def desk() -> Iterator[Desk]:
    """Open the site of this process’s settings for its operator."""
    settings = prepared()
    with opened(settings) as database:
        clock = Clock(database.url)
        log = EventLog(database.url, Registry(*EVENTS), clock)
        try:
            market = Marketplace(log, secret=settings.secret.encode())
            yield Desk(database, market, log, clock, Links(settings.base_url), settings.name)
        finally:
            log.close()


def done(sentence: str) -> None:
    """Say what is so from now on."""
    output().print(f"[green]✓[/green] {escape(sentence)}")


@click.command("open-zone")
@click.argument("slug", type=WORDS)
@click.option("--name", type=WORDS, required=True, help="What people call the zone, such as “ZAE Les Jourdies”.")
@click.option("--commune", type=WORDS, required=True, help="The commune it lies in.")
@click.option("--latitude", type=LATITUDE, required=True, help="Its centre, in degrees north.")
@click.option("--longitude", type=LONGITUDE, required=True, help="Its centre, in degrees east.")
@click.option(
    "--time-zone", metavar="ZONE", default="Europe/Paris", show_default=True, help="The time its people live by."
)
@click.option("--association", type=WORDS, default=None, help="Who runs it; shown on its pages.")
@click.option("--contact-mail", type=ADDRESS, default=None, help="Its public contact point.")
@click.option(
    "--moderation",
    type=click.Choice(zones.MODERATIONS),
    default="before",
    show_default=True,
    help="Whether listings are reviewed before they are shown, after, or before until a company is trusted.",
)
@click.option(
    "--trusted-after",
    type=click.IntRange(zones.TRUSTED_AFTER.start, zones.TRUSTED_AFTER.stop - 1),
    default=3,
    show_default=True,
    help="How many approved listings make a company trusted.",
)
@click.option(
    "--review-within",
    type=click.IntRange(zones.REVIEW_HOURS.start, zones.REVIEW_HOURS.stop - 1),
    default=48,
    show_default=True,
    help="The hours within which listings are reviewed; authors are told.",
)
@click.option(
    "--waste",
    type=click.Choice(("off", "introduce")),
    default="introduce",
    show_default=True,
    help="What it does with listings of waste; a declared broker writes its receipt in the zone’s settings.",
)
@click.option(
    "--language",
    "languages",
    type=click.Choice(zones.LANGUAGES),
    multiple=True,
    default=zones.LANGUAGES,
    show_default=True,
    help="A language of the zone; may be given twice.",
)
@click.option(
    "--digest-day",
    type=click.IntRange(1, 7),
    default=1,
    show_default=True,
    help="The day its weekly mail leaves; 1 is Monday.",
)
@click.option(
    "--digest-hour", type=click.IntRange(0, 23), default=7, show_default=True, help="The hour it leaves, local time."
)
def open_zone(  # noqa: PLR0913  (click passes each option by name)
    *,
    slug: str,
    name: str,
    commune: str,
    latitude: Decimal,
    longitude: Decimal,
    time_zone: str,
    association: str | None,
    contact_mail: str | None,
    moderation: zones.Moderation,
    trusted_after: int,
    review_within: int,
    waste: zones.WasteMode,
    languages: tuple[str, ...],
    digest_day: int,
    digest_hour: int,
) -> None:
    """Open a zone.

    SLUG is its address on the site for ever, such as les-jourdies: lower-case letters, figures and hyphens. Next,
    `marketplace invite` names its administrator.
    """
    with desk() as at:
        zone_id = f"zone-{slug}"
        opening = zones.OpenZone(
            zone_id=zone_id,
            slug=slug,
            name=name,
            commune=commune,
            place=Place(latitude, longitude),
            time_zone=time_zone,
            languages=languages,
            association=association or "",
            contact_mail=contact_mail or "",
            **at.asked(),
        )
        policy = zones.SetZonePolicy(
            zone_id=zone_id,
            moderation=moderation,
            digest_weekday=digest_day,
            digest_hour=digest_hour,
            review_within_hours=review_within,
            waste=waste,
            trusted_after=trusted_after,
            **at.asked(),
        )
        at.marketplace.open_zone(opening)
        at.marketplace.set_zone_policy(policy)
        done(f"{name} is open: {at.links.zone(slug)}")


@click.command("register-company")
@click.argument("siret")
@click.option(
    "--zone", "slug", type=WORDS, metavar="SLUG", required=True, help="The zone that admits it, such as les-jourdies."
)
@click.option("--name", type=WORDS, required=True, help="What people call the company.")
@click.option("--trade", type=WORDS, required=True, help="What it does, in a few words.")
@click.option("--site", type=WORDS, required=True, help="What it calls its place, such as “Atelier”.")
@click.option("--address", type=WORDS, required=True, help="The street address of that place.")
@click.option("--latitude", type=LATITUDE, required=True, help="Where that is, in degrees north.")
@click.option("--longitude", type=LONGITUDE, required=True, help="Where that is, in degrees east.")
def register_company(
    *,
    siret: str,
    slug: str,
    name: str,
    trade: str,
    site: str,
    address: str,
    latitude: Decimal,
    longitude: Decimal,
) -> None:
    """Register a company and admit it in a zone.

    SIRET is its 14 digits. A company that is registered already keeps what is known of it and is admitted in one
    more zone, unless that zone refused or suspended it. `marketplace invite --company` then lets someone act for it.
    """
    with desk() as at:
        zone_id = at.zone(slug)
        holder, company = at.company(siret)
        company_id = holder or f"company-{uuid7()}"
        if company is None:
            registration = companies.RegisterCompany(
                company_id=company_id,
                siret=siret,
                name=name,
                trade=trade,
                site_id=f"site-{uuid7()}",
                site_name=site,
                address=address,
                place=Place(latitude, longitude),
                zone_id=zone_id,
                **at.asked(),
            )
            at.marketplace.register_company(registration)
            done(f"{name} is registered.")
        else:
            # Only a moderator, who knows why, takes a refusal or a suspension back.
            if (standing := company.standings.get(zone_id)) in ("refused", "suspended"):
                raise Refused(f"This company is {standing} in {slug}; registering it again does not take that back.")
            done("This company was already registered; its name, trade and site stay as they are.")
        admission = companies.AdmitCompany(company_id=company_id, zone_id=zone_id, **at.asked())
        new = at.marketplace.admit_company(admission).position
        done(f"It is {'' if new else 'already '}admitted in {slug}.")


@click.command()
@click.argument("mail", type=ADDRESS)
@click.option("--name", type=WORDS, required=True, help="The person’s name, as mail and pages greet them.")
@click.option("--zone", "slug", type=WORDS, metavar="SLUG", required=True, help="Their zone, such as les-jourdies.")
@click.option(
    "--language", type=click.Choice(("fr", "en")), default="fr", show_default=True, help="The language they read."
)
@click.option(
    "--role",
    "roles",
    type=click.Choice(("administrator", "moderator", "facilitator", "reader")),
    multiple=True,
    help="What they may do for the zone; may be given several times.",
)
@click.option("--company", "siret", metavar="SIRET", help="The registered company they act for.")
@click.option("--no-mail", is_flag=True, help="Send no invitation: they are told in another way.")
def invite(
    *,
    mail: str,
    name: str,
    slug: str,
    language: str,
    roles: tuple[zones.Role, ...],
    siret: str | None,
    no_mail: bool,
) -> None:
    """Invite a person to a zone.

    MAIL is the address they sign in with. An invitation leaves for it, with a link that lets them in and works for two
    weeks; unanswered, it is repeated once after a week. Inviting an address again only adds the roles and the company
    it is given, and sends the invitation anew if they never came: name, language and home zone stay as they are.
    """
    with desk() as at:
        # Everything that may be missing is looked for first, so that a refusal leaves nothing half done.
        zone_id = at.zone(slug)
        company_id, company = at.company(siret) if siret else (None, None)
        if siret and (company is None or company.erased):
            raise NotFound("No company has this SIRET here: `marketplace register-company` registers it.")
        holder = at.marketplace.member_at(mail)
        member_id = holder or f"member-{uuid7()}"
        if holder and at.log.load(holder, members.evolve).state:
            done(f"{mail} was already invited; name, language and home zone stay as they are.")
        else:
            invitation = members.InviteMember(
                member_id=member_id, home_zone=zone_id, name=name, mail=mail, language=language, **at.asked()
            )
            at.marketplace.invite_member(invitation)
            done(f"{name} is invited to {slug}.")
        for role in roles:
            grant = zones.GrantRole(zone_id=zone_id, member_id=member_id, role=role, **at.asked())
            new = at.marketplace.grant_role(grant).position
            done(f"{mail} is {'' if new else 'already '}{role} of {slug}.")
        if siret and company_id:
            representation = companies.AddRepresentative(company_id=company_id, member_id=member_id, **at.asked())
            new = at.marketplace.add_representative(representation).position
            done(f"{mail} {'acts' if new else 'already acts'} for the company {siret}.")
        if not no_mail:
            at.invite(member_id, mail)
        output().print(f"They sign in with this address: {escape(at.links.sign_in())}")
