"""A town for proofs and benchmarks: one zone, its companies and people, what they post, and how they visit the site."""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from html import unescape
from typing import Any, Final

import httpx
from msgspec import Struct

from domain import taxonomy
from domain.commands import Command, Receipt
from domain.companies import AddRepresentative, AdmitCompany, Company, RegisterCompany
from domain.listings import Draft, PostListing, Side, post_listing
from domain.members import InviteMember
from domain.places import Place
from domain.quantities import Quantity
from domain.refused import Refused
from domain.zones import OPERATOR, GrantRole, OpenZone, SetZonePolicy
from marketplace.database import Database, Role
from marketplace.demo.companies import synthetic_siret
from marketplace.signing_in import SignIns
from tests.ground import SECRET, Desk
from tests.samples import CENTRE, NOW, YARD, jourdies

ZONE: Final = "zone-jourdies"
SLUG: Final = "jourdies"
CSRF: Final = re.compile(r'name="csrf" value="([^"]*)"')


class Person(Struct, frozen=True):
    """Someone who acts for a company."""

    member_id: str
    company_id: str
    site_id: str

    @property
    def actor(self) -> str:
        """How events name them."""
        return f"member:{self.member_id}"


class Town:
    """Tells one story for one seed: who lives there, and what they post in which order."""

    def __init__(self, desk: Desk, seed: int, *, companies: int = 8, people: int = 16) -> None:
        """Open the zone and settle everyone, through the use cases; listings are shown at once there."""
        self.desk = desk
        self.random = random.Random(seed)  # noqa: S311  (a story told twice alike, nothing to guess)
        use = desk.marketplace
        names = {"name": "Les Jourdies", "commune": "Saint-Pierre-en-Faucigny"}
        opening = {"zone_id": ZONE, "slug": SLUG, **names, "place": CENTRE, "time_zone": "Europe/Paris"}
        policy: dict[str, Any] = {"moderation": "after", "digest_weekday": 1, "digest_hour": 7}
        self._do(use.open_zone, OpenZone, **opening)
        self._do(use.set_zone_policy, SetZonePolicy, zone_id=ZONE, **policy)
        self.people: list[Person] = []
        homes = [self._company(number) for number in range(companies)]
        for number in range(people):
            self.people.append(self._person(number, *homes[number % companies]))
        granted = {"zone_id": ZONE, "member_id": self.people[0].member_id}
        self._do(use.grant_role, GrantRole, role="moderator", **granted)

    def new_id(self, kind: str) -> str:
        """The next id of a kind, or a bare one for a command."""
        return new_id(self.random, kind)

    def posting(self, person: Person | None = None) -> PostListing:
        """The next wish to post."""
        return posting(self.random, person or self.random.choice(self.people), self.desk.clock.now())

    def _company(self, number: int) -> tuple[str, str]:
        company_id, site_id = self.new_id("company"), self.new_id("site")
        place = Place(YARD.latitude + Decimal(number) / 1_000, YARD.longitude)
        said = {
            "name": f"Atelier {number}",
            "trade": "ateliers",
            "site_name": "dépôt",
            "address": f"{number} rue Haute",
        }
        use = self.desk.marketplace
        self._do(
            use.register_company, RegisterCompany, zone_id=ZONE, company_id=company_id, site_id=site_id,
            siret=synthetic_siret(number), place=place, **said,
        )  # fmt: skip
        self._do(use.admit_company, AdmitCompany, company_id=company_id, zone_id=ZONE)
        return company_id, site_id

    def _person(self, number: int, company_id: str, site_id: str) -> Person:
        member_id = self.new_id("member")
        said = {"name": f"Camille {number}", "mail": mail_of(number), "language": "fr"}
        self._do(self.desk.marketplace.invite_member, InviteMember, home_zone=ZONE, member_id=member_id, **said)
        joining = {"company_id": company_id, "member_id": member_id}
        self._do(self.desk.marketplace.add_representative, AddRepresentative, **joining)
        return Person(member_id, company_id, site_id)

    def _do(self, use_case: Callable[[Any], Receipt], command: type[Command], **fields: Any) -> None:
        use_case(command(actor=OPERATOR, now=self.desk.clock.now(), command_id=self.new_id(""), **fields))


def new_id(dice: random.Random, kind: str = "") -> str:
    """Another id of a kind, or a bare one for a command."""
    number = str(uuid.UUID(int=dice.getrandbits(128), version=4))
    return f"{kind}-{number}" if kind else number


def posting(dice: random.Random, person: Person, now: datetime) -> PostListing:
    """A wish to post: some category in its usual unit, offered or looked for."""
    return PostListing(
        actor=person.actor,
        now=now,
        command_id=new_id(dice),
        listing_id=new_id(dice, "listing"),
        side=dice.choice(_SIDES),
        company_id=person.company_id,
        site_id=person.site_id,
        draft=drafted(dice),
    )


def drafted(dice: random.Random) -> Draft:
    """What some listing says."""
    return draft_of(dice.choice(postable()), amount=dice.randint(1, 500), number=dice.randrange(10_000))


def draft_of(category: taxonomy.Category, *, amount: int, number: int) -> Draft:
    """A listing of a category, said in its own words."""
    return Draft(
        category=category.code,
        # No words in common but those of the category: what all listings say would match all with all.
        title=f"{taxonomy.label(category.code, 'fr')[:80]} {number}",
        quantity=Quantity(Decimal(amount), category.units[0]),
    )


@cache
def postable() -> tuple[taxonomy.Category, ...]:
    """The categories that may be offered and looked for without any question answered."""
    return tuple(category for category in taxonomy.leaves() if all(_accepted(category, side) for side in _SIDES))


_SIDES: Final[tuple[Side, Side]] = ("offer", "request")


def _accepted(category: taxonomy.Category, side: Side) -> bool:
    company = Company("company-c", "", frozenset({"member-m"}), {"site-s": YARD}, {ZONE: "admitted"})
    command = PostListing(
        actor="member:member-m", now=NOW, command_id="", listing_id="listing-l", side=side, company_id="company-c",
        site_id="site-s", draft=draft_of(category, amount=1, number=1),
    )  # fmt: skip
    try:
        return bool(post_listing(command, None, company, {ZONE: jourdies()}))
    except Refused:
        return False


class Visitor:
    """Someone's browser: keeps its cookies, and the token of the forms it was shown."""

    def __init__(self, port: int, person: Person | None = None, timeout: float = 10.0) -> None:
        self.person = person
        self.origin = f"http://127.0.0.1:{port}"
        self.client = httpx.Client(base_url=self.origin, timeout=timeout, headers={"Accept-Language": "fr"})
        self.csrf = ""

    def get(self, path: str) -> httpx.Response:
        """Open a page."""
        answer = self.client.get(path)
        if found := CSRF.search(answer.text):
            self.csrf = unescape(found[1])
        return answer

    def send(self, path: str, fields: dict[str, str]) -> httpx.Response:
        """Send a form."""
        return self.client.post(path, data={"csrf": self.csrf, **fields}, headers={"Origin": self.origin})

    def sign_in(self, token: str) -> None:
        """Sign in with the link of a mail, and open the form to post with."""
        self.get(f"/sign-in/{token}")
        answer = self.send(f"/sign-in/{token}", {"command_id": str(uuid.uuid4())})
        assert answer.status_code == httpx.codes.SEE_OTHER, answer.text
        answer = self.get("/listings/new")
        assert answer.is_success, answer.text

    def cookies(self) -> str:
        """The cookies as a header says them."""
        return "; ".join(f"{name}={value}" for name, value in self.client.cookies.items())


def visitors(database: Database, desk: Desk, port: int, people: Sequence[Person]) -> list[Visitor]:
    """Sign people in, each in a browser of their own."""
    with database.pool(Role.APPEND, max_size=2) as pool:
        sign_ins = SignIns(pool, SECRET.encode())
        signed_in = []
        for person in people:
            visitor = Visitor(port, person)
            visitor.sign_in(sign_ins.issue(person.member_id, to="", now=desk.clock.now()).token)
            signed_in.append(visitor)
        return signed_in


def typed(command: PostListing) -> dict[str, str]:
    """A wish to post, as the form would send it."""
    draft = command.draft
    return {
        "command_id": command.command_id,
        "side": command.side,
        "category": draft.category,
        "title": draft.title,
        "description": draft.description,
        "amount": str(draft.quantity.amount),
        "unit": draft.quantity.unit,
        "price": "free",
        "visibility": "zone",
        # People who post the like of it again and again say so.
        "anyway": "yes",
    }


def tokens(database: Database, town: Town, port: int, number: int) -> list[str]:
    """Give as many people a token for a program of theirs, by the code of a mail."""
    with database.pool(Role.APPEND, max_size=2) as pool, httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        sign_ins = SignIns(pool, SECRET.encode())
        given = []
        for index, person in enumerate(town.people[:number]):
            code = sign_ins.issue(person.member_id, to="", now=town.desk.clock.now()).code
            answer = client.post("/api/v1/tokens", json={"mail": mail_of(index), "code": code})
            assert answer.is_success, answer.text
            given.append(str(answer.json()["token"]))
        return given


def mail_of(number: int) -> str:
    """Where the town's people are written to."""
    return f"camille{number}@example.org"
