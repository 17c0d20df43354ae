"""What every request passes on its way to a handler, and every answer on its way out."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, Final

import psycopg
import structlog
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import MutableScopeHeaders
from litestar.handlers import BaseRouteHandler
from litestar.types import Message, Scope
from psycopg_pool import PoolTimeout

from domain.refused import Forbidden, Refused, _
from projections.viewer import Viewer
from web.languages import language_of
from web.policies import POLICIES, Policy
from web.rate_limits import API_CALLS
from web.security import check_target, headers
from web.services import Services
from web.sessions import FRESH, Session, lost
from web.turned_away import PersonNeeded, SecondFactorFirst, SecondFactorMissing, SignInAgain, SignInFirst
from web.visits import STATE, Visit

SAFE: Final = frozenset({"GET", "HEAD"})
BEARER: Final = "Bearer "
HEALTH: Final = "/health/"
ADMINISTRATOR: Final = "administrator"

log = structlog.get_logger(__name__)

Connection = ASGIConnection[Any, Any, Any, Any]


class Doorway:
    """In: is it for us, who is it, may they, and is the form ours? Out: cookies, what the session learnt, headers."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._headers = headers(secure=services.hosts.secure)

    async def enter(self, connection: Connection, handler: BaseRouteHandler) -> None:
        """Hold a request against the policy its route names, and make the visit its handler works with."""
        request: Request[Any, Any, Any] = connection  # type: ignore[assignment]  # only HTTP routes are served
        scope = request.scope
        if scope["method"] == "OPTIONS":
            return  # the framework's own: it names the methods of an address, and nothing else
        policy = POLICIES[handler.opt["policy"]]
        check_target(scope["path"], scope["query_string"])
        if not scope["path"].startswith(HEALTH):
            self._services.hosts.check(request.headers.get("host", ""))
        if not policy.looks_up:
            return
        visit = await (self._program if policy.proof == "bearer" else self._person)(request, policy)
        scope["state"][STATE] = visit
        await self._hold(visit, policy)
        if scope["method"] not in SAFE and policy.proof == "form":
            await self._check_form(visit)

    async def _hold(self, visit: Visit, policy: Policy) -> None:
        """Turn away whoever the policy does not let in, saying what they may do about it."""
        if policy.signed_in and not visit.viewer.signed_in:
            raise SignInFirst(visit.path if visit.request.method in SAFE else "")
        if policy.signed_in and visit.viewer.shared and not policy.shared:
            raise PersonNeeded
        visit.proof_owed = await self._second_factor_owed(visit)
        if visit.proof_owed is not None:
            if policy.signed_in and not policy.entering:
                raise visit.proof_owed
            visit.viewer = visit.viewer.short_of(ADMINISTRATOR)
        if policy.fresh:
            await self._proved_again(visit)
        if policy.roles:
            slug = visit.request.path_params["zone"]
            known = (zone for zone in await self._services.zones() if zone.slug == slug)
            zone = next(known, None) or await visit.zone(slug)
            if not visit.viewer.has_role(zone.zone_id, *policy.roles):
                raise Forbidden(policy.refuses)

    async def leave(self, message: Message, scope: Scope) -> None:
        """Finish an answer that is about to go out."""
        if message["type"] != "http.response.start":
            return
        visit: Visit | None = (scope.get("state") or {}).get(STATE)
        answer = MutableScopeHeaders.from_message(message)
        if visit is not None:
            await self._remember(visit)
            if visit.policy.proof == "bearer" and visit.position:
                answer.setdefault("Position", str(visit.position))
            for cookie in visit.cookies:
                answer.add("Set-Cookie", cookie.to_header(header=""))
        for name, value in self._headers.items():
            answer.setdefault(name, value)

    async def _person(self, request: Request[Any, Any, Any], policy: Policy) -> Visit:
        """Someone with a browser, signed in or not."""
        services, now = self._services, self._services.clock.now()
        session, viewer = None, None
        cookie = request.cookies.get(services.sessions.cookie_name)
        if cookie:
            session = await services.sessions.find(cookie, now=now)
            viewer = await self._recognised(session) if session else None
        visit = Visit(
            services,
            request,
            policy=policy,
            language=language_of(request, session.language if session else None),
            now=now,
            session=session if viewer else None,
            viewer=viewer,
        )
        if cookie and viewer is None:
            visit.cookies.append(services.sessions.cookie(None))
        if session and viewer:
            await self._follow_rights(visit, session, viewer)
        return visit

    async def _recognised(self, session: Session) -> Viewer | None:
        """Who a session belongs to; someone who joined a moment ago may not be known to the read model yet."""
        reader = self._services.reader
        viewer = await self._holder(session)
        if viewer is None and session.position and await reader.visible(session.position, ["people"]):
            viewer = await self._holder(session)
        return viewer

    async def _holder(self, session: Session) -> Viewer | None:
        reader = self._services.reader
        if session.phone_id:
            return await reader.phone_viewer(session.phone_id)
        return await reader.viewer(session.member_id)

    async def _follow_rights(self, visit: Visit, session: Session, viewer: Viewer) -> None:
        """Rights that were taken back end the session; any other change gives it a new token."""
        rights = viewer.rights()
        if rights == session.rights:
            if session.token is not None:
                visit.cookies.append(self._services.sessions.cookie(session))
            return
        if lost(session.rights, rights):
            await self._services.sessions.leave(session)
            visit.session, visit.viewer = None, Viewer()
            visit.cookies.append(self._services.sessions.cookie(None))
            return
        await self._services.sessions.renew(session, rights=rights, now=visit.now)
        if viewer.zones_where(ADMINISTRATOR):
            await self._services.second_factors.want(session.member_id, now=visit.now)
        if session.token is not None:
            visit.cookies.append(self._services.sessions.cookie(session))

    async def _proved_again(self, visit: Visit) -> None:
        """Ask again who this is, when that is not what they have just said, and by two factors if they have two."""
        session, to = visit.session, visit.stays_at
        if session is None or visit.now - session.proved_at > FRESH:
            raise SignInAgain(to)
        if not session.strong and (await self._services.second_factors.standing(session.member_id)).guards_changes:
            raise SecondFactorFirst(to)

    async def _second_factor_owed(self, visit: Visit) -> SignInFirst | None:
        """What an administrator does first, in a browser as through a program: show a second factor, or set one up.

        It is asked of the account and not of a page: many a page and many a call would do by virtue of the role what it
        does for others by another right, and whichever is forgotten would be the way in.
        """
        services, viewer = self._services, visit.viewer
        if not viewer.zones_where(ADMINISTRATOR) or (visit.session is not None and visit.session.strong):
            return None
        standing = await services.second_factors.standing(viewer.member_id)
        if standing.has_one:
            proved = visit.token is not None and standing.stands_behind(visit.token.created_at)
            return None if proved else SecondFactorFirst(visit.stays_at)
        if standing.wanted_at is None:
            await services.second_factors.want(viewer.member_id, now=visit.now)
        until = standing.until(timedelta(days=services.settings.second_factor_days))
        over = until is not None and visit.now >= until and not services.settings.demo
        return SecondFactorMissing(visit.stays_at) if over else None

    async def _program(self, request: Request[Any, Any, Any], policy: Policy) -> Visit:
        """A program; without a token it is a visitor. Cookies count for nothing here."""
        services, now = self._services, self._services.clock.now()
        visit = Visit(services, request, policy=policy, language=language_of(request), now=now)
        seen = request.headers.get("position", "")
        if re.fullmatch(r"[0-9]{1,18}", seen):
            visit.position = int(seen)
        authorization = request.headers.get("authorization", "")
        if not authorization:
            return visit
        given = authorization.removeprefix(BEARER).strip() if authorization.startswith(BEARER) else ""
        token = await services.tokens.find(given, now=now) if given else None
        viewer = await services.reader.viewer(token.member_id) if token else None
        if token is None or viewer is None:
            raise SignInFirst("")
        visit.viewer, visit.token = viewer, token
        await visit.within(API_CALLS, token.id)
        wanted = "read" if request.method in SAFE else "write"
        if wanted not in token.scopes:
            raise Forbidden(_("This token may read, and not write. Make one that may."))
        return visit

    async def _check_form(self, visit: Visit) -> None:
        typed = await visit.typed()
        token = visit.request.headers.get("x-csrf-token") or next(iter(typed.get("csrf", ())), "")
        session_id = visit.session.id if visit.session else None
        try:
            self._services.forms.check(token, session_id, visit.request.headers, now=visit.now)
        except Refused:
            # The framework closes what was uploaded after the handler, and there will be none.
            await (await visit.request.form()).close()
            raise

    async def _remember(self, visit: Visit) -> None:
        if visit.session is None:
            return
        try:
            await self._services.sessions.keep(visit.session)
        except (psycopg.Error, PoolTimeout) as fault:
            # The answer is made, and true: what the session would have remembered is a convenience.
            log.warning("a session could not be kept", fault=repr(fault))
