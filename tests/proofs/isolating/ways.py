"""Every way into the site, found by itself, and how a person or a program goes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import httpx
from litestar import Litestar
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from msgspec import Struct

MALFORMED: Final = ("%ff", "x" * 300, "listing-", "..;", "%F0%9F%99%82", "'\"<b>", "-1", "{}")
DRAFT: Final = {"category": "PAL.EPAL1", "title": "Some pallets", "quantity": {"amount": "5", "unit": "H87"}}
BODIES: Final[dict[str, Any]] = {
    "/api/v1/listings": {"side": "offer", **DRAFT},
    "/api/v1/listings/{listing_id}": DRAFT,
    "/api/v1/drafts/{listing_id}": {"answers": {"title": "Some pallets"}},
    "/api/v1/sign-in": {"mail": "nobody@elsewhere.example"},
    "/api/v1/tokens": {"mail": "nobody@elsewhere.example", "code": "000000"},
}
FIELDS: Final = {"ground": "unclear", "sentence": "Say more.", "title": "Some pallets", "category": "PAL.EPAL1",
                 "quantity": "5", "unit": "H87", "seen_version": "0", "listing_id": "x", "reason": "transport",
                 "amount": "5", "text": "Hello", "number": "1", "figure": "stated", "day": "2099-01-05",
                 "from": "10:00", "until": "11:00", "period": "2026-W01", "why": "Because.",
                 "mail": "nobody@elsewhere.example", "name": "Nobody", "sure": "yes"}  # fmt: skip
"""What a form of any page may ask."""
ANEW: Final = re.compile(r'name="(csrf|command_id)" value="[^"]*"')
"""What every page makes anew."""
UNSAID: Final = frozenset({"date", "content-length", "set-cookie"})


class Way(Struct, frozen=True):
    """A method and an address with names in braces, and the policy that stands before it."""

    method: str
    path: str
    policy: str

    @property
    def for_programs(self) -> bool:
        """Whether it is a way of the API."""
        return self.path.startswith("/api/")

    @property
    def names(self) -> list[str]:
        """The things its address names."""
        return re.findall(r"\{(\w+)\}", self.path)

    def to(self, things: dict[str, str]) -> str:
        """The address for these things; a name without a thing is anything."""
        return self.path.format(**{name: things.get(name, "anything") for name in self.names})

    @property
    def body(self) -> Any:
        """What a program sends along."""
        return BODIES.get(self.path, {}) if self.method in ("POST", "PUT", "PATCH") else None


def ways(app: Litestar) -> Iterator[Way]:
    """Every way into the site; what is no HTTP route is read by no policy, and must not be there."""
    for route in app.routes:
        assert isinstance(route, HTTPRoute), f"{route.path} is not read by any policy"
        for handler in route.route_handlers:
            assert isinstance(handler, HTTPRouteHandler)
            for method in sorted(handler.http_methods - {HttpMethod.OPTIONS, HttpMethod.HEAD}):
                path = re.sub(r"\{(\w+):\w+\}", r"{\1}", route.path)
                yield Way(str(method), path, handler.opt.get("policy", ""))


def told(answer: httpx.Response, *asked: str) -> tuple[int, dict[str, str], str]:
    """What an answer says, less what is made anew for each request, and the ids that were asked for."""
    headers = {name: value for name, value in answer.headers.items() if name not in UNSAID}
    text = ANEW.sub("", answer.text)
    for thing in asked:
        text = text.replace(thing, "…")
        headers = {name: value.replace(thing, "…") for name, value in headers.items()}
    return answer.status_code, headers, text
