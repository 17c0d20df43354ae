"""What the page of a zone's partners shows."""

from __future__ import annotations

from web.views import Choice, View, Zone


class Partner(View, frozen=True, kw_only=True):
    """Another zone, and the command that answers or ends what stands between the two."""

    zone: Zone
    association: str
    kilometres: int
    command: str = ""


class PartnersPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/partners`: what others propose, the partners, what was proposed to others, and who else there is."""

    zone: Zone
    asking: tuple[Partner, ...]
    partners: tuple[Partner, ...]
    asked: tuple[Partner, ...]
    others: tuple[Choice, ...]
    command: str
