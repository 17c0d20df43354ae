"""The site with one page and one address for programs that fail on what they do not expect: a control for fuzzing."""

from __future__ import annotations

from typing import Any

from litestar import Response, get
from litestar.params import FromQuery

from marketplace.settings import read_settings
from web import app
from web.api.documenting import ANYONE
from web.policies import page
from web.serving import run

PAGE = "/broken"
PROGRAMS = "/api/v1/broken"


@page(PAGE, policy="anyone")
async def broken_page(q: FromQuery[str] = "") -> Response[str]:
    """Read a number as one does at first."""
    return Response(str(int(q or "0")))


@get(PROGRAMS, **ANYONE, summary="Read a number as one does at first")
async def broken_address(number: FromQuery[str] = "0") -> int:
    """Fail on everything else."""
    return int(number)


broken: list[Any] = [broken_page, broken_address]

if __name__ == "__main__":
    app.HANDLERS.extend(broken)
    run(read_settings())
