"""The JSON API, version 1: the same use cases as the pages, for programs."""

from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.router import Router
from litestar.types import ControllerRouterHandler

from web.api import (
    collections,
    companies,
    dealings,
    drafts,
    exchanges,
    handing_over,
    listings,
    matches,
    moderation,
    objections,
    pooling,
    purchases,
    sessions,
    tokens,
    zones,
)

__all__ = ["described", "handlers"]

handlers: list[ControllerRouterHandler] = [
    *tokens.handlers,
    *zones.handlers,
    *handing_over.handlers,
    *companies.handlers,
    *listings.handlers,
    *drafts.handlers,
    *matches.handlers,
    *moderation.handlers,
    *exchanges.handlers,
    *dealings.handlers,
    *pooling.handlers,
    *purchases.handlers,
    *collections.handlers,
    *sessions.handlers,
    *objections.handlers,
]


def described(name: str) -> OpenAPIConfig:
    """The OpenAPI document, served as JSON: the framework's own pages load scripts from elsewhere."""
    return OpenAPIConfig(
        title=f"{name} API",
        version="1",
        description=(
            "Read and post the offers and requests of a zone, and deal with those who want them. "
            "Errors are RFC 9457 problems. Amounts are decimal strings with a UN/CEFACT Rec 20 or 21 unit; "
            "prices are cents, VAT excluded."
        ),
        use_handler_docstrings=True,
        components=Components(security_schemes={"token": SecurityScheme(type="http", scheme="bearer")}),
        openapi_router=Router("/api", route_handlers=[], opt={"policy": "machine"}, include_in_schema=False),
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
    )
