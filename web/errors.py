"""What people and programs are told when it does not work: a page with a sentence, or a problem in JSON."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, Literal, cast

import msgspec
import psycopg
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect
from litestar.types import ExceptionHandlersMap
from psycopg_pool import PoolClosed, PoolTimeout, TooManyRequests

from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from marketplace.eventlog import ClockDrift, CommandReused, Unavailable
from marketplace.language import Language, refusal, translations
from marketplace.links import PAGES
from web.languages import language_of
from web.rate_limits import TooMany
from web.security import WrongAddress
from web.services import Overcrowded, Services
from web.turned_away import PersonNeeded, SignInFirst
from web.views import ErrorPage, Frame
from web.visits import STATE, Visit
from web.way_back import page_before, page_behind, safe_path

Status = Literal[400, 403, 404, 405, 409, 413, 422, 429, 500, 503]
API: Final = "/api/"
GONE: Final = "client disconnected prematurely"
"""The framework's words, and its only name, for whoever went away while they sent: to it, that is a fault of ours."""
SECRET_PLACES: Final = frozenset(
    {
        "answer", "calendar", "charter", "invitation", "joining", "mail-choices", "quote", "sign-in", "still-true",
        "unsubscribe",
    }
)  # fmt: skip
"""Where the rest of an address is a secret."""
TRY_AGAIN: Final[frozenset[Status]] = frozenset({429, 500, 503})
BEHIND: Final[frozenset[Status]] = frozenset({405, 409})
"""The page before may be the very form that was answered: go back to what stands behind it."""
TITLES: Final[dict[int, str]] = {
    400: _("We could not read that"),
    401: _("Sign in first"),
    403: _("Not with this account"),
    404: _("Nothing here"),
    405: _("Not this way"),
    409: _("Someone was quicker"),
    413: _("Too big"),
    422: _("An answer needs another look"),
    429: _("A little slower, please"),
    500: _("That is our fault"),
    503: _("Back in a moment"),
}
RETRY_AFTER: Final = 3
"""Seconds after which a database that was away is usually back."""
REFUSALS: Final[tuple[tuple[type[Refused], Status], ...]] = (
    (WrongAddress, 400),
    (NotFound, 404),
    (Forbidden, 403),
    (Conflict, 409),
    (TooMany, 429),
    (Overcrowded, 503),
    (Refused, 422),
)
"""The first that fits."""
SHOWN_AS: Final[dict[int, Status]] = {401: 403, 405: 405, 413: 413, 415: 400, 404: 404, 403: 403, 409: 409, 429: 429}
"""What the framework raises, on pages; any other fault of the request is a 400."""
AWAY: Final[tuple[type[Exception], ...]] = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    PoolTimeout,
    PoolClosed,
    TooManyRequests,
    Unavailable,
    ClockDrift,
    psycopg.errors.UndefinedColumn,
)
"""The database does not answer in time, or its tables are still those of older code; it comes back by itself."""
UNREADABLE: Final[tuple[type[Exception], ...]] = (psycopg.DataError, RecursionError, UnicodeError)
"""Nothing a person sends is our fault: text the database cannot hold, JSON a hundred thousand levels deep."""

log = structlog.get_logger(__name__)


class Problem(msgspec.Struct, omit_defaults=True):
    """RFC 9457, in the reader's language."""

    title: str
    status: int
    detail: str = ""
    type: str = "about:blank"
    field: str | None = None
    errors: dict[str, str] | None = None
    reference: str | None = None


def exception_handlers(services: Services) -> ExceptionHandlersMap:
    """Which fault is told how."""
    told = _Telling(services)
    handlers: dict[type[Exception], Callable[..., Response[Any]]] = {
        SignInFirst: told.sign_in,
        Refused: told.refused,
        HTTPException: told.misused,
        Exception: told.failed,
    }
    handlers |= dict.fromkeys(AWAY, told.away)
    handlers |= dict.fromkeys(UNREADABLE, told.unreadable)
    return cast("ExceptionHandlersMap", handlers)


def too_late(services: Services, request: Request[Any, Any, Any]) -> Response[Any]:
    """What is said when an answer does not come in time; it asks nothing of anyone."""
    return _Telling(services).away(request, TimeoutError("not answered in time"))


class _Telling:
    """The answers. They need no session, no zone and no database: any of these may be what failed."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def sign_in(self, request: Request[Any, Any, Any], fault: SignInFirst) -> Response[Any]:
        if _for_programs(request) and fault.program:
            return self._problem(request, 403, translations(self._language(request)).gettext(fault.program))
        if _for_programs(request):
            answer = self._problem(request, 401, "")
            answer.headers["WWW-Authenticate"] = "Bearer"
            return answer
        address = fault.address
        if request.headers.get("hx-request") == "true":
            return Response("", headers={"HX-Redirect": address})
        return Redirect(address, status_code=303)

    def refused(self, request: Request[Any, Any, Any], fault: Refused) -> Response[Any]:
        status = next(status for kind, status in REFUSALS if isinstance(fault, kind))
        visit: Visit | None = (request.scope.get("state") or {}).get(STATE)
        if visit is not None and visit.proof_owed is not None and status in (403, 404):
            # It may be there for the administrator they are not yet.
            return self.sign_in(request, visit.proof_owed)
        if isinstance(fault, CommandReused) and _for_programs(request):
            status = 422
        # One sentence for all that is missing: whether a thing is foreign or was never there shows nowhere.
        sentence = "" if status == 404 else refusal(fault, self._language(request))  # noqa: PLR2004
        retry = fault.seconds if isinstance(fault, TooMany) else RETRY_AFTER if status == 503 else None  # noqa: PLR2004
        person = isinstance(fault, PersonNeeded)
        # It was no one else: the same form came before, with other answers in it.
        title = _("You sent this form already") if isinstance(fault, CommandReused) else ""
        return self._answer(request, status, sentence, title=title, retry=retry, field=fault.field, sign_in=person)

    def misused(self, request: Request[Any, Any, Any], fault: HTTPException) -> Response[Any]:
        if fault.detail == GONE:
            log.info("a visitor went away before the end of what they sent", path=_plain_path(request))
            return self._answer(request, 400, "")
        if fault.status_code >= 500:  # noqa: PLR2004
            return self.failed(request, fault)
        status = SHOWN_AS.get(fault.status_code, 400)
        detail = fault.detail if _for_programs(request) and status == 400 else ""  # noqa: PLR2004
        answer = self._answer(request, status, detail)
        if fault.headers:
            answer.headers.update({name: value for name, value in fault.headers.items() if name.lower() == "allow"})
        return answer

    def unreadable(self, request: Request[Any, Any, Any], fault: Exception) -> Response[Any]:
        log.warning("a request could not be read", path=_plain_path(request), fault=type(fault).__name__)
        return self._answer(request, 400, "")

    def away(self, request: Request[Any, Any, Any], fault: Exception) -> Response[Any]:
        log.warning("the database does not answer", path=_plain_path(request), fault=repr(fault))
        return self._answer(request, 503, "", retry=RETRY_AFTER)

    def failed(self, request: Request[Any, Any, Any], fault: Exception) -> Response[Any]:
        reference = secrets.token_hex(4)
        log.error("a request failed", reference=reference, path=_plain_path(request), exc_info=fault)
        return self._answer(request, 500, "", reference=reference)

    def _answer(
        self,
        request: Request[Any, Any, Any],
        status: Status,
        sentence: str,
        *,
        title: str = "",
        retry: int | None = None,
        reference: str = "",
        field: str | None = None,
        sign_in: bool = False,
    ) -> Response[Any]:
        if _for_programs(request):
            problem = self._problem(request, status, sentence, title=title, reference=reference, field=field)
            answer: Response[Any] = problem
        else:
            error = ErrorPage(
                status=status,
                sentence=sentence,
                title=translations(self._language(request)).gettext(title) if title else "",
                reference=reference,
                retry_after=retry,
                back=_back(request, status),
                sign_in=sign_in,
            )
            answer = self._page(request, error)
        answer.headers["Cache-Control"] = "no-store"
        if retry is not None:
            answer.headers["Retry-After"] = str(retry)
        return answer

    def _page(self, request: Request[Any, Any, Any], error: ErrorPage) -> Response[str]:
        services = self._services
        frame = Frame(
            language=self._language(request), now=datetime.fromtimestamp(0, UTC), path="/", site=services.settings.name
        )
        page = services.renderer.page("error.html", frame, error)
        return Response(page, status_code=error.status, media_type="text/html")

    def _problem(
        self,
        request: Request[Any, Any, Any],
        status: int,
        sentence: str,
        *,
        title: str = "",
        reference: str = "",
        field: str | None = None,
    ) -> Response[bytes]:
        say = translations(self._language(request)).gettext
        problem = Problem(say(title or TITLES[status]), status, sentence, field=field, reference=reference or None)
        return Response(msgspec.json.encode(problem), status_code=status, media_type="application/problem+json")

    def _language(self, request: Request[Any, Any, Any]) -> Language:
        visit: Visit | None = (request.scope.get("state") or {}).get(STATE)
        return visit.language if visit else language_of(request)


def _plain_path(request: Request[Any, Any, Any]) -> str:
    """The path for the log, without what opens a door: the tokens of sign-in and unsubscribe links."""
    path: str = request.scope["path"]
    first = path[1:].partition("/")[0]
    return f"/{first}/…" if first in SECRET_PLACES else path


def _for_programs(request: Request[Any, Any, Any]) -> bool:
    return request.scope["path"].startswith(API)


def _back(request: Request[Any, Any, Any], status: Status) -> str:
    """Where to go from here: the page itself when trying again may help, else the page before it, if it was ours."""
    if status in TRY_AGAIN and request.method in ("GET", "HEAD"):
        return safe_path(request.scope["path"]) or PAGES.home()
    if status in BEHIND:
        return page_behind(request)
    return page_before(request) or PAGES.home()
