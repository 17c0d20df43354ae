"""Who may use a route: every handler names one of these policies, and a request is held against it before all else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

from litestar.enums import HttpMethod, MediaType
from litestar.handlers import HTTPRouteHandler, route
from msgspec import Struct

from domain.refused import _
from domain.zones import Role

Proof = Literal["form", "own", "bearer"]
"""What makes a request that changes something ours: the form's token, the secret in the address, a program's token."""


class Policy(Struct, frozen=True):
    """Who may use a route, before the handler looks at the thing itself.

    `roles` are held in the zone the path names; whoever holds none of them reads `refuses`. `looks_up` says whether we
    ask who this is at all: what programs fetch (files, health) costs no question to the database. A company's `shared`
    phone is signed in too, and is nobody: it comes in only where a policy says so. `fresh` asks whoever showed who
    they are longer than a moment ago to do so again, with the second factor if they have one. An administrator whose
    second factor is owed is let in nowhere as somebody signed in, but where they are `entering`.
    """

    says: str
    signed_in: bool = False
    shared: bool = False
    fresh: bool = False
    entering: bool = False
    roles: tuple[Role, ...] = ()
    refuses: str = ""
    proof: Proof = "form"
    looks_up: bool = True


POLICIES: Final[dict[str, Policy]] = {
    "anyone": Policy("Anyone; what they see follows from who they are, row by row."),
    "member": Policy("A person who is signed in; a thing they may not see is missing to them.", signed_in=True),
    "member_again": Policy(
        "A person who showed who they are a moment ago: here one changes how one signs in.",
        signed_in=True,
        fresh=True,
        entering=True,
    ),
    "entering": Policy(
        "A person who is signed in, their second factor still to come: here they see how they sign in, and show it.",
        signed_in=True,
        entering=True,
    ),
    "crew": Policy("Whoever is signed in, a company's shared phone included.", signed_in=True, shared=True),
    "moderator": Policy(
        "Moderators and administrators of the zone in the address.",
        signed_in=True,
        roles=("moderator", "administrator"),
        refuses=_("Only a moderator of the zone can open this page. Its association says who may be one."),
    ),
    "facilitator": Policy(
        "Facilitators and administrators of the zone in the address.",
        signed_in=True,
        roles=("facilitator", "administrator"),
        refuses=_("Only a facilitator of the zone can open this page. Its association says who may be one."),
    ),
    "administrator": Policy(
        "Administrators of the zone in the address.",
        signed_in=True,
        roles=("administrator",),
        refuses=_("Only an administrator of the zone can open this page. Its association says who may be one."),
    ),
    "address": Policy("Whoever holds the secret in the address, such as a link in their mail.", proof="own"),
    "machine": Policy("Anyone, and nobody is recognised: files and health.", looks_up=False),
    "api": Policy("Any program; with a token it sees what the token's owner sees.", proof="bearer"),
    "api_member": Policy("A program with the token of a member.", signed_in=True, proof="bearer"),
}
"""By the name handlers use in `opt={"policy": …}`."""


def page(path: str | Sequence[str], *, policy: str, **options: Any) -> HTTPRouteHandler:  # noqa: ANN401  # as the framework takes them
    """A page: read by GET, and by HEAD, which the framework would refuse."""
    return route(
        path,
        http_method=[HttpMethod.GET, HttpMethod.HEAD],
        status_code=200,
        media_type=MediaType.HTML,
        opt={"policy": policy},
        include_in_schema=False,
        **options,
    )


def form(path: str | Sequence[str], *, policy: str, **options: Any) -> HTTPRouteHandler:  # noqa: ANN401  # as the framework takes them
    """Where a form is sent: it answers with a redirect, or with the form and what is wrong in it."""
    return route(
        path,
        http_method=[HttpMethod.POST],
        status_code=200,
        media_type=MediaType.HTML,
        opt={"policy": policy},
        include_in_schema=False,
        **options,
    )
