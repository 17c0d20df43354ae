"""Which language a request is answered in: what was asked for, then what was chosen before, then the browser's."""

from __future__ import annotations

from typing import Any, Final

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from marketplace.language import LANGUAGES, Language, preferred_language

COOKIE: Final = "language"
YEAR: Final = 365 * 24 * 3600


def language_of(connection: ASGIConnection[Any, Any, Any, Any], chosen: str | None = None) -> Language:
    """The language of an answer; `chosen` is the one a signed-in person chose on this device."""
    asked = connection.query_params.get("lang")
    for wish in (asked, chosen, connection.cookies.get(COOKIE)):
        for language in LANGUAGES:
            if wish == language:
                return language
    return preferred_language(connection.headers.get("accept-language", ""))


def language_cookie(language: Language, *, secure: bool) -> Cookie:
    """What a visitor without a session takes home: two letters, nothing about them."""
    return Cookie(key=COOKIE, value=language, max_age=YEAR, path="/", httponly=True, secure=secure, samesite="lax")
