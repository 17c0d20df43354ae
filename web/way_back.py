"""Where an answer to a form leads back to: a page that a link can open, never the form’s own address."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urlsplit

from litestar import Request
from litestar.routes import HTTPRoute

LONGEST_REFERER: Final = 2_000


def safe_path(to: str) -> str:
    """A path of this site to come back to, or nothing: never another site, whatever a link says."""
    plain = to.isascii() and to.isprintable() and "\\" not in to
    return to if plain and re.fullmatch(r"/(?!/).{0,1000}", to) else ""


def page_behind(request: Request[Any, Any, Any]) -> str:
    """The page a form was sent from, else the nearest page above its address: `…/lexicon` for `…/lexicon/preview`."""
    path = safe_path(request.scope["path"])
    if _opens(request, path):
        query = request.scope["query_string"].decode("latin-1")
        return safe_path(f"{path}?{query}" if query else path) or path
    came_from = page_before(request)
    if came_from and _opens(request, urlsplit(came_from).path):
        return came_from
    while path := path.rpartition("/")[0]:
        if _opens(request, path):
            return path
    return "/"


def page_before(request: Request[Any, Any, Any]) -> str:
    """The page of this site the request came from, with its query; empty when from elsewhere or unsaid."""
    try:
        referer = urlsplit(request.headers.get("referer", "")[:LONGEST_REFERER])
    except ValueError:
        return ""
    if referer.netloc != request.headers.get("host"):
        return ""
    return safe_path(f"{referer.path}?{referer.query}" if referer.query else referer.path)


def _opens(request: Request[Any, Any, Any], path: str) -> bool:
    """Whether a link can open this path: a route answers a GET there."""
    steps = path.split("/")[1:]
    return any(
        "GET" in route.methods
        and len(route.path_components) == len(steps)
        and all(
            not isinstance(part, str) or part == step for part, step in zip(route.path_components, steps, strict=True)
        )
        for route in request.app.routes
        if isinstance(route, HTTPRoute)
    )
