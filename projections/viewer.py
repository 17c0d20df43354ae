"""Who is looking: the person, their companies and zones, and what they run; row-level security follows it."""

from __future__ import annotations

from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from domain.zones import ROLES, Role

RUNNING: Final[tuple[Role, ...]] = ("facilitator", "moderator", "administrator")


class Represented(Struct, frozen=True):
    """A company the viewer acts for, and the zones that admit it."""

    company_id: str
    name: str
    zones: tuple[str, ...]


class Viewer(Struct, frozen=True):
    """A person as pages know them; `Viewer()` is a visitor who is not signed in.

    `zones` are those they belong to: their home zone, those of their companies, those they have a role in.
    A company's `shared` phone is a viewer too, and no person: its `member_id` is the phone's id, its name the phone's.
    A supplier with a personal link is nobody either: `asked` are the group purchase and the link it may see. A guest
    is somebody, and sees the group purchases that are shared with them; `joins` are those they may take part in.
    """

    member_id: str = ""
    name: str = ""
    mail: str = ""
    language: str = "fr"
    home_zone: str = ""
    joined: bool = False
    companies: tuple[Represented, ...] = ()
    zones: tuple[str, ...] = ()
    roles: dict[str, tuple[Role, ...]] = field(default_factory=dict)
    shared: bool = False
    asked: tuple[str, ...] = ()
    joins: tuple[str, ...] = ()

    @property
    def signed_in(self) -> bool:
        """Whether this is someone."""
        return bool(self.member_id)

    @property
    def is_guest(self) -> bool:
        """Whether they are of no zone, and see what is shared with their company."""
        return bool(self.member_id and self.asked) and not self.zones

    @property
    def actor(self) -> str:
        """How events name this person, or this phone."""
        return f"guest:{self.member_id}" if self.shared else f"member:{self.member_id}"

    def has_role(self, zone_id: str, *roles: Role) -> bool:
        """Whether they hold one of these roles in a zone."""
        return not set(roles).isdisjoint(self.roles.get(zone_id, ()))

    def acts_for(self, company_id: str) -> bool:
        """Whether they represent a company."""
        return any(company.company_id == company_id for company in self.companies)

    def zones_where(self, *roles: Role) -> list[str]:
        """The zones in which they hold one of these roles."""
        return sorted(zone for zone in self.roles if self.has_role(zone, *roles))

    def short_of(self, role: Role) -> Viewer:
        """The same person without one of their roles, wherever they hold it; they stay one of those zones."""
        held = {zone: tuple(one for one in roles if one != role) for zone, roles in self.roles.items()}
        return replace(self, roles={zone: roles for zone, roles in held.items() if roles})

    def rights(self) -> dict[str, str | list[str]]:
        """What the database is told for row-level security, by the name of each setting."""
        return {
            "viewer": self.member_id,
            "shared": [self.member_id] if self.shared else [],
            "asked": list(self.asked),
            "joins": list(self.joins),
            "companies": sorted(company.company_id for company in self.companies),
            "zones": sorted(self.zones),
            "run": self.zones_where(*RUNNING),
            "moderated": self.zones_where("moderator", "administrator"),
            "facilitated": self.zones_where("facilitator", "administrator"),
            "administered": self.zones_where("administrator"),
            "reads": self.zones_where(*ROLES),
        }
