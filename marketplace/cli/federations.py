"""Commands for federations: found one, propose it to zones, name those who read its figures."""

from __future__ import annotations

import click

from domain import federations
from domain.refused import NotFound
from marketplace.cli.zones import ADDRESS, WORDS, Desk, desk, done


def _id(slug: str) -> str:
    return f"federation-{slug}"


@click.group()
def federation() -> None:
    """Let people read the figures of several zones.

    They read sums, together and by zone: never a company’s name, never a listing.
    """


@federation.command()
@click.argument("slug", type=WORDS)
@click.option("--name", type=WORDS, required=True, help="What people call it, such as “Zones de l’Arve”.")
def found(slug: str, name: str) -> None:
    """Found one. SLUG is its address on the site for ever, such as arve: lower-case letters, figures and hyphens."""
    with desk() as at:
        command = federations.FoundFederation(federation_id=_id(slug), slug=slug, name=name, **at.asked())
        at.marketplace.found_federation(command)
        done(f"{name} is founded: {at.links.federation(slug)}")


@federation.command()
@click.argument("slug", type=WORDS)
@click.argument("zone", type=WORDS)
def invite(slug: str, zone: str) -> None:
    """Propose to ZONE that it joins: one of its administrators agrees in the settings of the zone."""
    with desk() as at:
        command = federations.InviteZone(federation_id=_id(slug), zone_id=at.zone(zone), **at.asked())
        at.marketplace.invite_zone(command)
        done(f"{zone} is invited; it decides here: {at.links.settings(zone)}#together")


@federation.command()
@click.argument("slug", type=WORDS)
@click.argument("zone", type=WORDS)
def release(slug: str, zone: str) -> None:
    """Let ZONE go: its figures are hidden at once."""
    with desk() as at:
        command = federations.ReleaseZone(federation_id=_id(slug), zone_id=at.zone(zone), **at.asked())
        at.marketplace.release_zone(command)
        done(f"{zone} is no longer in it.")


@federation.command()
@click.argument("slug", type=WORDS)
@click.argument("mail", type=ADDRESS)
def reader(slug: str, mail: str) -> None:
    """Let the person who signs in with MAIL read its figures; `marketplace invite --role reader` lets them in first."""
    with desk() as at:
        command = federations.NameReader(federation_id=_id(slug), member_id=_member(at, mail), **at.asked())
        at.marketplace.name_reader(command)
        done(f"{mail} reads its figures: {at.links.federation(slug)}")


@federation.command()
@click.argument("slug", type=WORDS)
@click.argument("mail", type=ADDRESS)
def dismiss(slug: str, mail: str) -> None:
    """Let them read its figures no longer."""
    with desk() as at:
        command = federations.DismissReader(federation_id=_id(slug), member_id=_member(at, mail), **at.asked())
        at.marketplace.dismiss_reader(command)
        done(f"{mail} no longer reads its figures.")


def _member(at: Desk, mail: str) -> str:
    held = at.marketplace.member_at(mail)
    if held is None:
        raise NotFound("Nobody has this address here: `marketplace invite` invites them.")
    return held
