"""What the choices of a zone are called, and what each of them changes."""

from __future__ import annotations

from typing import Final

from domain.refused import _
from domain.zones import Accent, Moderation, Role, WasteMode

ACCENTS: Final[dict[Accent, str]] = {
    "pine": _("Pine green"),
    "lake": _("Lake blue"),
    "plum": _("Plum"),
    "brick": _("Brick red"),
    "slate": _("Slate grey"),
    "moss": _("Moss green"),
}
MODERATIONS: Final[dict[Moderation, tuple[str, str]]] = {
    "before": (
        _("Before they are shown"),
        _("A moderator reads each listing first. What is online already stays online."),
    ),
    "after": (
        _("After they are shown"),
        _("Listings are online at once and read later. What waits now stays in the queue until it is read."),
    ),
    "trusted": (
        _("Before, until a company is trusted"),
        _("Once the zone approved so many listings of a company, its next ones are online at once."),
    ),
}
WASTES: Final[dict[WasteMode, tuple[str, str]]] = {
    "off": (
        _("No listings of waste"),
        _("New ones are refused. Those online stay until they end, and nobody new can ask for them."),
    ),
    "introduce": (
        _("Introduce companies, and no more"),
        _("The zone brings those who hold waste and those who may take it together, and stays out of what they agree."),
    ),
    "broker": (
        _("Declared broker"),
        _("The zone has a receipt of the prefecture: its number stands on each listing of waste."),
    ),
}
ROLES: Final[dict[Role, tuple[str, str]]] = {
    "facilitator": (
        _("Facilitator"),
        _("Acts for companies, follows exchanges, opens group purchases, writes bulletins."),
    ),
    "moderator": (_("Moderator"), _("Reads listings before or after they are shown, and answers notices.")),
    "administrator": (_("Administrator"), _("Settles everything about the zone, and gives roles.")),
    "reader": (_("Reader"), _("Sees figures only: no listing that is not public, and no company.")),
}
TIME_ZONES: Final = (
    "Europe/Paris", "Europe/Brussels", "Europe/Luxembourg", "Europe/Zurich", "Europe/London", "America/Guadeloupe",
    "America/Martinique", "America/Cayenne", "America/Miquelon", "Indian/Reunion", "Indian/Mayotte", "Pacific/Noumea",
    "Pacific/Tahiti", "Pacific/Wallis",
)  # fmt: skip
"""Where French is spoken and zones may be; the program that opens a zone takes any other."""
