"""Wishes of anyone about anything: each is carried out or refused with a sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from domain import companies, listings, members, taxonomy, zones
from domain.quantities import PERIODS, Quantity
from tests.fuzzing.odd import Odd
from tests.fuzzing.parsers import survived
from tests.samples import JOURDIES, KARIM, LEA, MARC, NOW, SAWMILL, jourdies, sawmill


def decided(odd: Odd, times: int) -> list[str]:
    """Wishes of anyone about anything, along one listing, one company and one member whose story they make."""
    violations: list[str] = []
    world = _World(odd)
    for number in range(times):
        if number % 25 == 0:
            world = _World(odd)
        name = odd.dice.choice(sorted(world.wishes))
        violations += survived(name, world.wishes[name], name)
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
        self._tell(listings.approve_listing(command, self.listing, self._us, self._here))

    def _reject(self) -> None:
        command = listings.RejectListing(
            **self._asked(), listing_id="listing-l", zone_id=JOURDIES, sentence=self.odd.text(),
            ground=self.dice.choice((*listings.GROUNDS, self.odd.text())),  # type: ignore[arg-type]
        )  # fmt: skip
        self._tell(listings.reject_listing(command, self.listing, self._us, self._here))

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
