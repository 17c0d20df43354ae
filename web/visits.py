"""One request: who asks, in which language, with which form, and how they are answered."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any, Final, Literal, TypeVar
from uuid import UUID, uuid4

import uuid_utils
from litestar import Request, Response
from litestar.datastructures import Cookie, UploadFile
from litestar.di import NamedDependency
from litestar.exceptions import ClientException
from litestar.params import SkipValidation
from litestar.response import Redirect

from domain.commands import Command, Receipt
from domain.refused import NotFound, Refused, _
from marketplace.access_log import What
from marketplace.language import Language, elided, refusal, translations
from marketplace.reading import AsyncReading
from marketplace.wording import Wording
from projections import exchanges, moderation, people, record
from projections.model import ReadModel
from projections.people import PEOPLE
from projections.viewer import Viewer
from web import views
from web.bearer import ApiToken
from web.exchanging import takes_a_person
from web.forms import Answers
from web.policies import Policy
from web.rate_limits import INVITATION_MAILS, INVITATIONS, POSTS, Limit
from web.services import Services
from web.sessions import Session
from web.turned_away import SignInFirst
from web.views import Current, Flash, Form, Frame, View
from web.way_back import page_behind

C = TypeVar("C", bound=Command)

REPORTS_FOR: Final = timedelta(days=7)
"""How long a reported message counts beside the word Moderation: nothing is decided about it that would end that."""
LONGEST_VERSION: Final = 18
"""Digits of a version; more is not one."""


class Visit:
    """What a handler knows of a request, and every way it has to answer.

    `viewer` is `Viewer()` for a visitor. `now` is read once: everything in one request happens at one moment.
    `proof_owed` is what an administrator does first to be one again; `token` is the program's.
    """

    def __init__(
        self,
        services: Services,
        request: Request[Any, Any, Any],
        *,
        policy: Policy,
        language: Language,
        now: datetime,
        session: Session | None = None,
        viewer: Viewer | None = None,
    ) -> None:
        self.services = services
        self.request = request
        self.policy = policy
        self.language = language
        self.now = now
        self.session = session
        self.viewer = viewer or Viewer()
        self.cookies: list[Cookie] = []
        self.position = session.position if session else 0
        self.stale_since: datetime | None = None
        self.late = False
        self.token: ApiToken | None = None
        self.proof_owed: SignInFirst | None = None
        self._owed: int | None = None
        self._typed: dict[str, list[str]] | None = None
        self._uploads: dict[str, list[UploadFile]] = {}

    # Who and where ------------------------------------------------------------------------------------------------

    @property
    def path(self) -> str:
        """The page's own address, with its query."""
        query = self.request.scope["query_string"].decode("latin-1")
        return f"{self.request.scope['path']}?{query}" if query else self.request.scope["path"]

    @property
    def stays_at(self) -> str:
        """Where changing the language or signing in leads back to: an answer to a form has no address of its own."""
        return self.path if self.request.method in ("GET", "HEAD") else page_behind(self.request)

    @property
    def place(self) -> str:
        """Where the request comes from, as far as a limit needs to know: whoever has one of IPv6 has 2⁶⁴ of them."""
        host = self.request.client.host if self.request.client else "unknown"
        return str(ip_network(f"{host}/64", strict=False)) if ":" in host and "%" not in host else host

    @property
    def csrf(self) -> str:
        """The token every form of this page carries."""
        return self.services.forms.token(self.session.id if self.session else None, now=self.now)

    async def within(self, limit: Limit, whom: str) -> None:
        """Count a try against a limit; refuses when it is one too many."""
        await self.services.limits.count(limit, whom, now=self.now)

    async def may_invite(self, mail: str) -> None:
        """Count an invitation by this person to this address; refuses when it is one too many."""
        await self.within(INVITATIONS, self.viewer.member_id)
        await self.within(INVITATION_MAILS, mail.casefold())

    # Reading ------------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def reading(self, *models: ReadModel) -> AsyncIterator[AsyncReading]:
        """Read as this viewer, naming the models that are asked.

        They are waited for until they hold what this person recorded, two seconds at most; the page says so when that
        was not enough, or when one of them stopped.
        """
        names = [model.name for model in models]
        reader = self.services.reader
        sight = await reader.sight(self.position, names)
        self.late = self.late or not sight.complete
        if sight.stopped:
            self.stale_since = min(filter(None, (self.stale_since, sight.stopped[0].since)))
        async with reader.reading(self.viewer) as read:
            yield read

    async def zone(self, slug: str) -> people.Zone:
        """The zone of an address; there is none is a plain 404."""
        async with self.reading(PEOPLE) as read:
            found = await read.one(people.zone(slug))
        if found is None:
            raise NotFound(_("There is no such zone."))
        return found

    # Forms --------------------------------------------------------------------------------------------------------

    async def typed(self) -> Mapping[str, Sequence[str]]:
        """What was sent, as text; files are in `uploads`."""
        if self._typed is None:
            try:
                sent = await self.request.form()
            except (UnicodeError, LookupError) as fault:
                raise ClientException("The form is in no known encoding.") from fault
            self._typed = {}
            for name, value in sent.multi_items():
                if isinstance(value, UploadFile):
                    self._uploads.setdefault(name, []).append(value)
                else:
                    self._typed.setdefault(name, []).append(value)
        return self._typed

    async def uploads(self, name: str) -> Sequence[UploadFile]:
        """The files of one field."""
        await self.typed()
        return self._uploads.get(name, [])

    async def answers(self) -> Answers:
        """The form as it was filled, to be read field by field."""
        return Answers(await self.typed(), translations(self.language), self.wording.mark)

    @property
    def questions(self) -> Answers:
        """What the address asks, to be read field by field as a form is."""
        params = self.request.query_params
        return Answers({name: params.getall(name) for name in params}, translations(self.language), self.wording.mark)

    async def asked(self) -> dict[str, Any]:
        """What every command carries, taken from the form: who, when, its id, and the version that was looked at."""
        typed = await self.typed()
        command_id, seen = _last(typed, "command_id"), _last(typed, "seen_version")
        try:
            known = str(UUID(command_id))
        except ValueError:
            raise ClientException("The form has no id.") from None
        if seen and not re.fullmatch(rf"[0-9]{{1,{LONGEST_VERSION}}}", seen):
            raise ClientException("The form was made for no version.")
        return self.signed(known) | {"seen_version": int(seen) if seen else None}

    def signed(self, command_id: str | None = None) -> dict[str, Any]:
        """Who and when, for a command that no form of ours carries an id for."""
        return {"actor": self.viewer.actor, "now": self.now, "command_id": command_id or str(uuid4())}

    def form(
        self,
        answers: Answers | None = None,
        *,
        values: Mapping[str, str] | None = None,
        seen_version: int | None = None,
    ) -> Form:
        """A form to be shown, under a new command id: empty, prefilled, or as it was filled, with what is wrong."""
        return Form(
            command_id=self.new_command(),
            values={**(values or {}), **(answers.values if answers else {})},
            errors=answers.errors if answers else {},
            seen_version=seen_version,
        )

    def new_command(self) -> str:
        """The id of a form: sent twice, it acts once."""
        return str(uuid4())

    def new_id(self, kind: str) -> str:
        """The id of a new thing, such as `listing-0198…`."""
        return f"{kind}-{uuid_utils.uuid7()}"

    # Acting -------------------------------------------------------------------------------------------------------

    async def carry_out(self, use_case: Callable[[C], Receipt], command: C) -> Receipt:
        """Carry out a command; this person's next page waits for what it recorded."""
        if self.viewer.signed_in:
            await self.within(POSTS, self.viewer.member_id)
        receipt = await self.services.carry_out(use_case, command)
        self.position = max(self.position, receipt.position)
        if self.session is not None:
            self.session.note(receipt.position)
        return receipt

    async def looked_at(self, what: What, thing: str, about: Iterable[str]) -> None:
        """Note that this reader opened something about others, who can see that they did; oneself is no other."""
        own = {"", self.viewer.member_id, *(company.company_id for company in self.viewer.companies)}
        others = set(about) - own
        if others:
            await self.services.access_log.note(what, thing, others, by=self.viewer.actor, at=self.now)

    # Answering ----------------------------------------------------------------------------------------------------

    @property
    def wording(self) -> Wording:
        """How quantities, days and money are said to this reader."""
        return Wording(self.language, translations(self.language))

    def say(self, message: str, **figures: object) -> str:
        """A message in the reader's language."""
        said = translations(self.language).gettext(message)
        return elided(said % figures, self.language) if figures else said

    def refusal(self, refused: Refused) -> str:
        """A refusal in the reader's language."""
        return refusal(refused, self.language)

    def tell(self, sentence: str, tone: Literal["done", "note", "problem"] = "done") -> None:
        """Say something on the next page; `sentence` is said already. A visitor without a session is told nothing."""
        if self.session is not None:
            self.session.tell(Flash(sentence=sentence, tone=tone))

    def go(self, address: str) -> Response[Any]:
        """Send the browser on to another page, as every form does that was accepted."""
        if self.request.headers.get("hx-request") == "true":
            return Response("", status_code=200, headers={"HX-Redirect": address})
        return Redirect(address, status_code=303)

    async def page(
        self, template: str, view: View, *, zone: people.Zone | None = None, current: Current = "", status: int = 200
    ) -> Response[str]:
        """Show a page; ask the read models before, so that the page can say how fresh they are."""
        return self.fragment(template, view, await self.frame(zone, current), status=status)

    def fragment(self, template: str, view: View, frame: Frame | None = None, *, status: int = 200) -> Response[str]:
        """Show a part of a page, or a whole one in its frame."""
        frame = frame or Frame(language=self.language, now=self.now, path=self.stays_at, csrf=self.csrf)
        return Response(
            self.services.renderer.page(template, frame, view),
            status_code=status,
            media_type="text/html",
            # What one person may see is nobody else's and, once they sign out, not this browser's either.
            headers={
                "Cache-Control": "no-store" if self.viewer.signed_in else "no-cache",
                "Vary": "Cookie, Accept-Language, HX-Request",
            },
        )

    async def frame(self, zone: people.Zone | None = None, current: Current = "") -> Frame:
        """What stands around every page: the zones, who is signed in, and what there is to say."""
        known = await self.services.zones()
        here = zone or next((other for other in known if other.zone_id == self.viewer.home_zone), None)
        flashes = self.session.told() if self.session else ()
        if self.late:
            late = self.say(_("What you just did is recorded; this page will show it in a moment."))
            flashes = (*flashes, Flash(sentence=late, tone="note"))
        if self.proof_owed is not None and not self.policy.entering:
            wanted = self.say(_("You run a zone: show your second factor, under Account, to act for it again."))
            flashes = (*flashes, Flash(sentence=wanted, tone="note"))
        settings = self.services.settings
        return Frame(
            language=self.language,
            now=self.now,
            path=self.stays_at,
            answers_form=self.viewer.signed_in and self.request.method == "POST",
            csrf=self.csrf,
            site=settings.name,
            contact_mail=settings.mail_from,
            timezone=here.time_zone if here else "Europe/Paris",
            current=current,
            zone=zone_view(here) if here else None,
            zones=tuple(zone_view(other) for other in known),
            viewer=await self._viewer_view(here),
            flashes=flashes,
            stale_since=self.stale_since,
            demo=settings.demo,
        )

    async def _viewer_view(self, zone: people.Zone | None) -> views.Viewer | None:
        if not self.viewer.signed_in:
            return None
        moderates = zone is not None and self.viewer.has_role(zone.zone_id, "moderator", "administrator")
        facilitates = zone is not None and self.viewer.has_role(zone.zone_id, "facilitator", "administrator")
        return views.Viewer(
            name=self.viewer.name,
            shared=self.viewer.shared,
            mail=self.viewer.mail,
            company=self.viewer.companies[0].name if self.viewer.companies else None,
            moderates=moderates,
            facilitates=facilitates,
            to_moderate=await self._to_moderate(zone.zone_id) if zone is not None and moderates else 0,
            owed=await self.owed(),
            guest=self.viewer.is_guest,
        )

    async def owed(self) -> int:
        """How many steps of exchanges wait for the companies of this viewer; asked once a request."""
        if self._owed is None:
            companies = [company.company_id for company in self.viewer.companies]
            async with self.services.reader.reading(self.viewer) as read:
                if self.viewer.shared:
                    # A shared phone counts what it may answer itself.
                    rows = await read.all(exchanges.mine(companies, "owed", self.now))
                    self._owed = sum(not takes_a_person(row.exchange) for row in rows)
                    return self._owed
                found = await read.one(exchanges.owed_count(companies, self.now)) if companies else None
            self._owed = found.n if found else 0
        return self._owed

    async def _to_moderate(self, zone_id: str) -> int:
        async with self.services.reader.reading(self.viewer) as read:
            found = await read.one(moderation.workload([zone_id], self.now))
            reports = await read.one(exchanges.reported_count([zone_id], self.now - REPORTS_FOR))
            objections = await read.one(record.waiting([zone_id]))
        others = objections.notices + objections.appeals if objections else 0
        return (found.waiting if found else 0) + (reports.n if reports else 0) + others


def zone_view(zone: people.Zone) -> views.Zone:
    """A zone as pages name it."""
    return views.Zone(slug=zone.slug, name=zone.name, place=zone.commune, accent=zone.accent)


def visit_of(request: Request[Any, Any, Any]) -> Visit:
    """The visit the doorway made of a request."""
    visit: Visit = request.scope["state"][STATE]
    return visit


STATE: Final = "visit"
Visiting = NamedDependency[SkipValidation[Visit]]
"""How a handler asks for the visit: `visit: Visiting`."""


def _last(typed: Mapping[str, Sequence[str]], name: str) -> str:
    values = typed.get(name)
    return values[-1] if values else ""
