"""A zone's partners: one that asks, one that is, one that was asked; samples of the administrator's page."""

from __future__ import annotations

from collections.abc import Iterator

from web.partner_views import Partner, PartnersPage
from web.views import Choice, View, Viewer, Zone


def partner_samples(zone: Zone, other: Zone, administrator: Viewer) -> Iterator[tuple[str, str, Viewer, str, View]]:
    """The page as it opens, and with everything it may show."""
    choices = (Choice(value=other.slug, label=other.name),)
    yield (
        "partners-none",
        "zones/partners.html",
        administrator,
        "",
        PartnersPage(zone=zone, asking=(), partners=(), asked=(), others=choices, command="c-70"),
    )
    yield (
        "partners",
        "zones/partners.html",
        administrator,
        "",
        PartnersPage(
            zone=zone,
            asking=(Partner(zone=other, association="Les Amis du Bioparc", kilometres=4, command="c-71"),),
            partners=(Partner(zone=other, association="Association de la Roche", kilometres=7, command="c-72"),),
            asked=(Partner(zone=other, association="", kilometres=12, command="c-73"),),
            others=choices,
            command="c-74",
        ),
    )
