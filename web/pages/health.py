"""Whether this process lives, and whether it can answer: for whoever watches over it."""

from __future__ import annotations

from typing import Any, Final

import psycopg
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.types import ControllerRouterHandler
from psycopg_pool import PoolTimeout

from web.policies import page
from web.services import Services

MOST_BEHIND: Final = 1_000
"""Events a read model may be behind before people are better sent to another host."""
Using = NamedDependency[SkipValidation[Services]]


@page("/health/live", policy="machine")
async def live() -> Response[dict[str, Any]]:
    """The process answers."""
    return _answer({"live": True})


@page("/health/ready", policy="machine")
async def ready(services: Using) -> Response[dict[str, Any]]:
    """The database answers, and the read models follow the log."""
    try:
        behind, stalled = await services.lag()
    except (psycopg.Error, PoolTimeout):
        return _answer({"ready": False, "database": False}, status=503)
    fit = behind <= MOST_BEHIND
    return _answer({"ready": fit, "database": True, "behind": behind, "stalled": stalled}, status=200 if fit else 503)


def _answer(content: dict[str, Any], status: int = 200) -> Response[dict[str, Any]]:
    return Response(content, status_code=status, media_type="application/json", headers={"Cache-Control": "no-store"})


handlers: Final[list[ControllerRouterHandler]] = [live, ready]
