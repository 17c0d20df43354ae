"""What every route of the API has in common, and the OpenAPI document says of it."""

from __future__ import annotations

from typing import Any, Final

from litestar.openapi.datastructures import ResponseSpec

from web.errors import Problem


def _problem(description: str) -> ResponseSpec:
    return ResponseSpec(
        Problem, generate_examples=False, description=description, media_type="application/problem+json"
    )


PROBLEMS: Final = {
    400: _problem("It is not JSON, or not what the schema says; `detail` tells where."),
    403: _problem("The token, or its owner, may not do this."),
    404: _problem("There is no such thing, or not for this token."),
    409: _problem("Something changed after the version that was read."),
    422: _problem("An answer does not stand; `field` names it, `detail` says why."),
    429: _problem("Too often; `Retry-After` says when again."),
}
NOBODY: Final = {401: _problem("A token is wanted, and this is none.")}

ANYONE: Final[dict[str, Any]] = {"opt": {"policy": "api"}, "responses": PROBLEMS}
"""With a token, a program sees what the token's owner sees."""
MEMBER: Final[dict[str, Any]] = {
    "opt": {"policy": "api_member"},
    "responses": {**PROBLEMS, **NOBODY},
    "security": [{"token": []}],
}
"""Only with a member's token."""
