"""Inputs: whatever is typed, sent or forged, parsers and decisions refuse with a sentence and the site never fails."""

from __future__ import annotations

import json
import random
import re
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote_from_bytes, urlencode

import httpx
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from domain import companies, listings, members, taxonomy, text_flags, zones
from domain.lexicon import lexicon, stems
from domain.lexicon import tokens as words
from domain.quantities import PERIODS, Quantity, parse_amount, parse_quantity, plain
from domain.refused import Refused
from domain.suggestions import suggest
from marketplace.language import translations
from marketplace.tokens import Signer
from projections.model import folded
from tests.ground import Ground, desk, grounded, site
from tests.proofs import Result
from tests.samples import BAKERY, JOURDIES, KARIM, LEA, MARC, NOW, SAWMILL, jourdies, sawmill
from tests.town import SLUG, Town, Visitor, tokens, visitors
from web.app import HANDLERS
from web.forms import MOST_TYPED, Answers
from web.way_back import safe_path

SLOW: Final = 1.0
"""Seconds no single text may keep a parser busy, nor a page its reader ten times as long."""
LONGEST: Final = MOST_TYPED + 100
MOST_TOLD: Final = 50
TRIES_COUNTED: Final = 40
"""Requests after which the counters of tries are emptied: else everything is answered "too often"."""
LEFT_ALONE: Final = frozenset({"/sign-out", "/health/ready", "/health/live"})


class Size(Struct, frozen=True):
    """How many texts are parsed, wishes decided, and requests sent."""

    texts: int
    wishes: int
    requests: int


SMALL: Final = Size(12_000, 6_000, 2_000)
FULL: Final = Size(700_000, 250_000, 50_000)
CONTROL: Final = Size(500, 0, 0)


def run(*, small: bool, seed: int) -> Result:
    """Try texts on every parser, wishes on every decision, and requests on every route."""
    size = SMALL if small else FULL
    odd = Odd(seed)
    violations = _parsed(odd, PARSERS, size.texts) + _decided(odd, size.wishes)
    statuses, found = _visited(odd, seed, size.requests)
    facts = {"texts": size.texts, "wishes": size.wishes, "requests": size.requests, "routes": len(TARGETS)}
    facts |= {f"answered_{status}": times for status, times in sorted(statuses.items())}
    return Result(size.texts + size.wishes + size.requests, (violations + found)[:MOST_TOLD], facts)


def control(*, small: bool, seed: int) -> Result:
    """The same texts for parsers as one writes them at first."""
    naive: Mapping[str, Callable[[str], object]] = {
        "int": int,
        "Decimal": lambda text: Decimal(text) * 1_000 // 1,
        "utf-8": lambda text: text.encode(),
    }
    return Result(CONTROL.texts, _parsed(Odd(seed), naive, CONTROL.texts))


# What is typed ----------------------------------------------------------------------------------------------------


class Odd:
    """Everything people and programs send: honest answers, slips of the hand, and what is meant to hurt."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311  (the same seed, the same texts)

    def text(self) -> str:
        """One text, a little longer than any field takes."""
        return self._text()[:LONGEST]

    def _text(self) -> str:
        kind = self.dice.random()
        if kind < 0.35:
            return self.dice.choice(HONEST)
        if kind < 0.6:
            return self.dice.choice(CRUEL)
        if kind < 0.85:
            return self._slipped(self.dice.choice(HONEST))
        if kind < 0.95:
            return "".join(chr(self._code()) for _character in range(self.dice.randint(1, 60)))
        return (self.dice.choice(CRUEL) or "x") * self.dice.randint(2, 300)

    def json(self, depth: int = 0) -> Any:
        """Some JSON, as a program might send it by mistake."""
        kind = self.dice.randrange(8 if depth < 3 else 6)
        if kind == 6:
            return [self.json(depth + 1) for _item in range(self.dice.randrange(4))]
        if kind == 7:
            return {self.dice.choice(FIELDS): self.json(depth + 1) for _item in range(self.dice.randrange(5))}
        return (self.text(), 10 ** self.dice.randrange(40), -1, None, True, 1e300)[kind]

    def some(self, names: Sequence[str], most: int) -> list[str]:
        """A few names."""
        return self.dice.sample(names, self.dice.randint(0, min(most, len(names))))

    def _slipped(self, text: str) -> str:
        for _slip in range(self.dice.randint(1, 4)):
            at = self.dice.randint(0, len(text))
            inserted = self.dice.choice(("", "", chr(self._code()), self.dice.choice(CRUEL)[:8]))
            text = text[:at] + inserted + text[at + self.dice.randint(0, 2) :]
        return text

    def _code(self) -> int:
        return self.dice.choice((self.dice.randrange(0x80), self.dice.randrange(0x3000), self.dice.randrange(0x110000)))


HONEST: Final = (
    *("1 234,5", "12.5", "0,5", "1200", "3", "800x1200", "2026-12-24", "24/12/2026", "73282932000074"),
    *("732 829 320 00074", "lea@scierie.example", "Palettes Europe 80×120, bon état", "Cartons, 600 x 400", "jourdies"),
    *("50 palettes EPAL au sec", "Chaudière à bois 200 kW", "pas de palettes CHEP", "Appelez le 06 12 34 56 78"),
    *("offer", "request", "free", "paid_by_receiver", "zone", "public", "true", "weekly", "fr", "en", "WEE", "unclear"),
    *(leaf.code for leaf in taxonomy.leaves()[::9]),
    *list(taxonomy.UNITS)[:12],
    *(JOURDIES, SAWMILL, BAKERY, LEA, "matches", "renewals"),
)
CRUEL: Final = (
    *(
        "",
        " ",
        "\0",
        "-3",
        "12.5 t",
        "1e999",
        "-1e999",
        "NaN",
        "Infinity",
        "0x1F",
        "1_000",
        "٣٤",
        "½",
        "１２",
        "--1",
        ".",
    ),
    *("999999999999999999999", "0.0000001", "2026-02-30", "0000-00-00", "9999-12-31", "0001-01-01", "10000-01-01"),
    *("<script>alert(1)</script>", "' OR 1=1 --", '"; DROP TABLE log.command; --', "{{7*7}}", "%s%n%d", "%(name)s"),
    *("../../etc/passwd", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)", "=1+1", "\r\nX: y"),
    *("🧴📦" * 3, "\u202e\u2066", "\ufeff", "a\u0301" * 40, "\ud800", "ß" * 200, "İ" * 50, "ﷺ" * 20, "é" * 5_000),
    *("x" * 25_000, "1" * 400, "a@" * 200, "(" * 500, "a " * 9_000, "palette " * 2_000, "{" * 500, "[" * 500),
)


def _amount(text: str) -> None:
    amount = parse_amount(text)
    assert parse_amount(plain(amount)) == amount > 0, "an amount that is written reads the same"


def _own_path(path: str) -> None:
    assert not path or re.fullmatch(r"/([^/\\].*)?", path), "a path of this site"


def _answered(text: str) -> None:
    given = Answers({"field": [text, text[::-1]], text[:40]: [text]}, translations("fr"))
    given.text("field", most=80, missing="?")
    given.choice("field", ("a", "b"), missing="?")
    given.choices("field", ("a", "b"))
    given.amount("field", missing="?")
    given.whole("field", least=1, most=1_000)
    given.day("field")
    assert all(isinstance(sentence, str) for sentence in given.errors.values())


PARSERS: Final[Mapping[str, Callable[[str], object]]] = {
    "parse_amount": _amount,
    "parse_quantity": lambda text: parse_quantity("12", text, "WEE"),
    "parse_quantity per": lambda text: parse_quantity("12", "H87", text),
    "checked_siret": companies.checked_siret,
    "suggest": lambda text: suggest(text, "fr"),
    "unit_named": taxonomy.unit_named,
    "text_flags.find": lambda text: text_flags.find(text, "PAL.EPAL1"),
    "text_flags.mask": text_flags.mask,
    "words": words,
    "stems": stems,
    "concepts": lambda text: lexicon().concepts_in(text),
    "terms": lambda text: lexicon().terms(text, text),
    "folded": folded,
    "safe_path": lambda text: _own_path(safe_path(text)),
    "Signer.read": lambda text: Signer(b"secret").read("unsubscribe", text, now=NOW),
    "Answers": _answered,
    "Attribute.accepts": lambda text: [attribute.accepts(text) for attribute in taxonomy.ATTRIBUTES.values()],
}


def _parsed(odd: Odd, parsers: Mapping[str, Callable[[str], object]], times: int) -> list[str]:
    names = sorted(parsers)
    violations = []
    for _time in range(times):
        name, text = odd.dice.choice(names), odd.text()
        violations += _survived(name, lambda name=name, text=text: parsers[name](text), text)  # type: ignore[misc]
    return violations


def _survived(name: str, work: Callable[[], object], said: object) -> list[str]:
    """What is wrong with how something took this: only a refusal may be raised, and soon."""
    began = time.perf_counter()
    try:
        work()
    except Refused as refusal:
        return [] if str(refusal) else [f"{name} is refused without a sentence"]
    except Exception as fault:  # noqa: BLE001  (any other is what we look for)
        return [f"{name}({str(said)[:120]!r}): {fault!r}"[:400]]
    taken = time.perf_counter() - began
    return [f"{name}({str(said)[:60]!r}) takes {taken:.1f} s"] if taken > SLOW else []


# What is wished ---------------------------------------------------------------------------------------------------


def _decided(odd: Odd, times: int) -> list[str]:
    """Wishes of anyone about anything, along one listing, one company and one member whose story they make."""
    violations: list[str] = []
    world = _World(odd)
    for number in range(times):
        if number % 25 == 0:
            world = _World(odd)
        name = odd.dice.choice(sorted(world.wishes))
        violations += _survived(name, world.wishes[name], name)
    return violations


class _World:
    """One of each, and what may be wished of it."""

    def __init__(self, odd: Odd) -> None:
        self.odd, self.dice = odd, odd.dice
        self.zone: zones.Zone | None = jourdies(self.dice.choice(("before", "after")))
        self.company: companies.Company | None = sawmill()
        self.listing: listings.Listing | None = None
        self.member: members.Member | None = None
        self.wishes: dict[str, Callable[[], None]] = {
            "post": self._post, "amend": self._amend, "withdraw": self._withdraw, "renew": self._renew,
            "expire": self._expire, "approve": self._approve, "reject": self._reject, "invite": self._invite,
            "prefer": self._prefer, "join": self._join, "register": self._register, "refuse": self._refuse,
            "admit": self._admit, "policy": self._policy, "open": self._open,
        }  # fmt: skip

    def _asked(self) -> dict[str, Any]:
        actors = (f"member:{LEA}", f"member:{KARIM}", f"member:{MARC}", zones.OPERATOR, self.odd.text())
        return {
            "actor": self.dice.choice(actors), "now": NOW, "command_id": "",
            "seen_version": self.dice.choice((None, None, 0, 3, -1)),
            "for_company": self.dice.choice((None, None, SAWMILL, self.odd.text())),
        }  # fmt: skip

    def _draft(self) -> listings.Draft:
        attributes = {
            self.dice.choice(list(taxonomy.ATTRIBUTES)): self.odd.text() for _a in range(self.dice.randrange(3))
        }
        code = self.dice.choice((self.dice.choice(taxonomy.leaves()).code, self.odd.text()))
        unit = taxonomy.CATEGORIES[code].units[0] if code in taxonomy.CATEGORIES and self.dice.random() < 0.8 else "KGM"
        return listings.Draft(
            category=code,
            title=self.odd.text(),
            description=self.odd.text(),
            quantity=Quantity(Decimal(self.dice.randint(1, 10**8)), unit, self.dice.choice((None, *PERIODS))),
            attributes=attributes,
            price_cents=self.dice.choice((None, 0, -5, 10**12)),
            max_km=self.dice.choice((None, 0, 5, 10**9)),
            available_from=self.dice.choice((None, NOW.date())),
            available_to=self.dice.choice((None, NOW.date())),
        )

    def _tell(self, events: Sequence[Any]) -> None:
        for event in events:
            match event:
                case _ if isinstance(event, listings.ListingEvent):
                    self.listing = listings.evolve(self.listing, event)
                case _ if isinstance(event, companies.CompanyEvent):
                    self.company = companies.evolve(self.company, event)
                case _ if isinstance(event, members.MemberEvent):
                    self.member = members.evolve(self.member, event)
                case _:
                    self.zone = zones.evolve(self.zone, event)

    @property
    def _here(self) -> zones.Zone:
        assert self.zone is not None
        return self.zone

    @property
    def _us(self) -> companies.Company:
        assert self.company is not None
        return self.company

    def _post(self) -> None:
        command = listings.PostListing(
            **self._asked(), listing_id="listing-l", side=self.dice.choice(listings.SIDES), company_id=SAWMILL,
            site_id=self.dice.choice(("site-yard", self.odd.text())), draft=self._draft(),
        )  # fmt: skip
        self._tell(listings.post_listing(command, self.listing, self._us, {JOURDIES: self._here}))

    def _amend(self) -> None:
        command = listings.AmendListing(**self._asked(), listing_id="listing-l", draft=self._draft())
        self._tell(listings.amend_listing(command, self.listing, self._us, {JOURDIES: self._here}))

    def _withdraw(self) -> None:
        command = listings.WithdrawListing(**self._asked(), listing_id="listing-l", reason=self.odd.text())
        self._tell(listings.withdraw_listing(command, self.listing, self._us, {JOURDIES: self._here}))

    def _renew(self) -> None:
        command = listings.RenewListing(**self._asked(), listing_id="listing-l")
        self._tell(listings.renew_listing(command, self.listing, self._us, {JOURDIES: self._here}))

    def _expire(self) -> None:
        command = listings.ExpireListing(**self._asked(), listing_id="listing-l")
        self._tell(listings.expire_listing(command, self.listing))

    def _approve(self) -> None:
        command = listings.ApproveListing(
            **self._asked(), listing_id="listing-l", zone_id=self.dice.choice((JOURDIES, self.odd.text()))
        )
        self._tell(listings.approve_listing(command, self.listing, self._here))

    def _reject(self) -> None:
        command = listings.RejectListing(
            **self._asked(), listing_id="listing-l", zone_id=JOURDIES, sentence=self.odd.text(),
            ground=self.dice.choice((*listings.GROUNDS, self.odd.text())),  # type: ignore[arg-type]
        )  # fmt: skip
        self._tell(listings.reject_listing(command, self.listing, self._here))

    def _invite(self) -> None:
        command = members.InviteMember(
            **self._asked(), member_id=LEA, home_zone=JOURDIES, name=self.odd.text(), mail=self.odd.text(),
            language=self.odd.text(),
        )  # fmt: skip
        self._tell(members.invite_member(command, self.member, self._here))

    def _prefer(self) -> None:
        command = members.SetMailPreferences(
            **self._asked(), member_id=LEA, frequency=self.odd.text(), topics=(self.odd.text(),),  # type: ignore[arg-type]
            language=self.odd.text(), families=(self.odd.text(), "PAL"),
        )  # fmt: skip
        self._tell(members.set_mail_preferences(command, self.member))

    def _join(self) -> None:
        self._tell(members.join_member(members.JoinMember(**self._asked(), member_id=LEA), self.member))

    def _register(self) -> None:
        names: dict[str, Any] = {
            name: self.odd.text() for name in ("siret", "name", "trade", "site_name", "address", "site_id")
        }
        command = companies.RegisterCompany(
            **self._asked(), company_id=SAWMILL, zone_id=JOURDIES, place=self._here.place, **names
        )
        companies.register_company(command, self.dice.choice((None, self.company)), self._here)

    def _refuse(self) -> None:
        command = companies.RefuseCompany(**self._asked(), company_id=SAWMILL, zone_id=JOURDIES, reason=self.odd.text())
        self._tell(companies.refuse_company(command, self.company, self._here))

    def _admit(self) -> None:
        command = companies.AdmitCompany(**self._asked(), company_id=SAWMILL, zone_id=JOURDIES)
        self._tell(companies.admit_company(command, self.company, self._here))

    def _policy(self) -> None:
        command = zones.SetZonePolicy(
            **self._asked(), zone_id=JOURDIES, moderation=self.dice.choice(("before", "after")),
            digest_weekday=self.dice.randint(-1, 9), digest_hour=self.dice.randint(-1, 30),
        )  # fmt: skip
        self._tell(zones.set_zone_policy(command, self.zone))

    def _open(self) -> None:
        names: dict[str, Any] = {name: self.odd.text() for name in ("slug", "name", "commune", "time_zone")}
        zones.open_zone(zones.OpenZone(**self._asked(), zone_id=JOURDIES, place=self._here.place, **names), None)


# What is sent -----------------------------------------------------------------------------------------------------


class Target(Struct, frozen=True):
    """A route: its method, and its path with what may vary in braces."""

    method: str
    path: str


TARGETS: Final = tuple(
    Target(method, path)
    for handler in HANDLERS
    if isinstance(handler, HTTPRouteHandler)
    for path in sorted(handler.paths)
    if path not in LEFT_ALONE
    for method in sorted(handler.http_methods)
)
VARIES: Final = re.compile(r"\{(\w+):\w+\}")
FIELDS: Final = (
    *("side", "category", "title", "description", "amount", "unit", "per", "price", "price_amount", "visibility"),
    *("available_from", "available_to", "max_km", "for_company", "site", "condition", "ownership", "dimension_mm"),
    *("mail", "to", "code", "ground", "sentence", "reason", "frequency", "topics", "families", "language", "listing"),
    *("seen_version", "command_id", "csrf", "quantity", "attributes", "company_id", "site_id", "scopes", "photo"),
)
QUERIES: Final = (
    *("q", "side", "family", "category", "condition", "price", "mode", "recurrence", "reach", "sort", "after", "view"),
    *("place", "max_km", "title", "to", "limit", "language"),
)


def _visited(odd: Odd, seed: int, times: int) -> tuple[dict[int, int], list[str]]:
    """Send requests to every route, of a visitor, a member and a program."""
    statuses: dict[int, int] = {}
    violations: list[str] = []
    with grounded() as ground, desk(ground.database) as here, site(ground) as serving:
        town = Town(here, seed, companies=4, people=4)
        known = [here.marketplace.post_listing(town.posting()).stream for _listing in range(4)]
        browsers = _let_in(ground, town, serving.port)
        for number in range(times):
            if number % TRIES_COUNTED == 0:
                with ground.administrator() as connection:
                    connection.execute("TRUNCATE site.tries")
            if number % 500 == 499:
                browsers = _let_in(ground, town, serving.port)
            target = TARGETS[number % len(TARGETS)]
            request = _request(odd, target, odd.dice.choice(browsers), known)
            began = time.monotonic()
            try:
                status = request.client.send(request.build()).status_code
            except (httpx.TransportError, httpx.InvalidURL) as fault:
                status = 0
                if not isinstance(fault, httpx.InvalidURL):
                    violations.append(f"{target.method} {target.path}: {fault!r}")
            statuses[status] = statuses.get(status, 0) + 1
            if status >= httpx.codes.INTERNAL_SERVER_ERROR:
                violations.append(f"{target.method} {request.said}: {status}")
            if time.monotonic() - began > 10 * SLOW:
                violations.append(f"{target.method} {request.said}: {time.monotonic() - began:.0f} s")
        if violations:
            violations.append(f"the site says: {serving.last_words}")
    return statuses, violations


class Browser(Struct, frozen=True):
    """Who sends: a client with its cookies or its token, and the token its forms carry."""

    client: httpx.Client
    csrf: str


class Request(Struct, frozen=True):
    """One request, ready to be sent."""

    client: httpx.Client
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> str:
        """What to repeat it by."""
        return f"{self.path[:200]} {self.headers.get('Content-Type', '')} {self.body[:300]!r}"

    def build(self) -> httpx.Request:
        """As the client sends it, with its cookies."""
        return self.client.build_request(self.method, self.path, headers=self.headers, content=self.body or None)


def _let_in(ground: Ground, town: Town, port: int) -> list[Browser]:
    stranger = Visitor(port)
    stranger.get("/sign-in")
    come_in = [stranger, *visitors(ground.database, town.desk, port, town.people[:2])]
    browsers = [Browser(visitor.client, visitor.csrf) for visitor in come_in]
    for token in tokens(ground.database, town, port, 1):
        headers = {"Authorization": f"Bearer {token}"}
        browsers.append(Browser(httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30), ""))
    return browsers


def _request(odd: Odd, target: Target, browser: Browser, known: Sequence[str]) -> Request:
    def vary(found: re.Match[str]) -> str:
        honest = {"zone": SLUG, "listing_id": odd.dice.choice(known)}.get(found[1], str(uuid.uuid4()))
        return honest if odd.dice.random() < 0.7 else _quoted(odd.text()[:300]) or "-"

    path = VARIES.sub(vary, target.path)
    asked = [(name, odd.text()[:1_500]) for name in odd.some(QUERIES, 4)]
    if asked and odd.dice.random() < 0.6:
        path += "?" + "&".join(f"{name}={_quoted(value)}" for name, value in asked)
    headers = {"Accept-Language": odd.dice.choice(("fr", "en", "xx;q=9", "*"))}
    body = b""
    if target.method not in ("GET", "HEAD"):
        headers["Origin"] = str(browser.client.base_url).rstrip("/")
        if path.startswith("/api/"):
            body = _api_body(odd)
            headers["Content-Type"] = "application/json"
            headers["Idempotency-Key"] = odd.dice.choice((str(uuid.uuid4()), "x"))
        elif odd.dice.random() < 0.9:
            body = _form_body(odd, browser)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        else:
            body = _parts(odd, browser)
            headers["Content-Type"] = odd.dice.choice(("multipart/form-data; boundary=b", "multipart/form-data"))
    return Request(browser.client, target.method, path, headers, body)


def _form_body(odd: Odd, browser: Browser) -> bytes:
    fields = {name: odd.text() for name in odd.some(FIELDS, 14)}
    if odd.dice.random() < 0.9:
        fields |= {"csrf": browser.csrf, "command_id": str(uuid.uuid4())}
        fields["seen_version"] = odd.dice.choice(("", "", "0", "7", fields.get("seen_version", "")))
    said = urlencode({name: value.encode(errors="surrogatepass") for name, value in fields.items()}).encode()
    return said if odd.dice.random() < 0.95 else said[: odd.dice.randrange(len(said) + 1)] + b"%zz%ff"


def _api_body(odd: Odd) -> bytes:
    kind = odd.dice.random()
    if kind < 0.6:
        quantity = {"amount": odd.text(), "unit": "H87"}
        honest = {"side": "offer", "category": "PAL.EPAL1", "title": odd.text(), "quantity": quantity}
        for name in odd.some((*honest, *FIELDS), 3):
            honest[name] = odd.json()
        return json.dumps(honest).encode()
    if kind < 0.9:
        return json.dumps(odd.json()).encode()
    return odd.dice.choice(
        (b"", b"{", b"[" * 50_000, b'{"side": "offer"', odd.dice.randbytes(200), b"NaN", b"\xff\xfe")
    )


def _parts(odd: Odd, browser: Browser) -> bytes:
    fields = {
        "csrf": browser.csrf,
        "command_id": str(uuid.uuid4()),
        **{name: odd.text() for name in odd.some(FIELDS, 5)},
    }
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode(errors="surrogatepass")
        for name, value in fields.items()
    ]
    head = b'--b\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    whole = b"".join(parts) + head + odd.dice.randbytes(300) + b"\r\n--b--\r\n"
    return whole if odd.dice.random() < 0.8 else whole[: odd.dice.randrange(len(whole))]


def _quoted(text: str) -> str:
    return quote_from_bytes(text.encode(errors="surrogatepass"), safe="")
