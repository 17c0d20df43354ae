"""The zones and companies of the demonstration: believable trades of an Arve-valley business zone, all invented."""

from __future__ import annotations

from decimal import Decimal
from math import cos, pi, radians
from typing import Final

from msgspec import Struct

from domain.places import EARTH_RADIUS_KM, Place
from domain.zones import Moderation
from marketplace.demo.tables import rows


class DemoZone(Struct, frozen=True):
    """A zone and its policy; the name and the centre are real, everything that happens there is not."""

    slug: str
    name: str
    commune: str
    place: Place
    moderation: Moderation
    review_within_hours: int
    association: str
    contact_mail: str


class DemoCompany(Struct, frozen=True):
    """One line of companies.csv: its site is `east` and `north` metres from its home zone's centre.

    It joined `since` days before the anchor; `zones` begins with its home, and it is admitted in all of them.
    """

    key: str
    name: str
    trade: str
    site: str
    street: str
    east: int
    north: int
    since: int
    zones: str

    @property
    def admitted_in(self) -> tuple[str, ...]:
        """The slugs of its zones, its home first."""
        return tuple(zone.strip() for zone in self.zones.split(";"))

    @property
    def home(self) -> str:
        """The zone it stands in."""
        return self.admitted_in[0]


JOURDIES: Final = Place(Decimal("46.06350"), Decimal("6.37240"))
LA_ROCHE: Final = Place(Decimal("46.04380"), Decimal("6.30040"))

ZONES: Final = (
    DemoZone(
        slug="jourdies",
        name="Les Jourdies",
        commune="Saint-Pierre-en-Faucigny",
        place=JOURDIES,
        moderation="before",
        review_within_hours=24,
        association="L’Association des entreprises des Jourdies",
        contact_mail="contact@jourdies.example",
    ),
    DemoZone(
        slug="la-roche",
        name="ZAE La Roche",
        commune="La Roche-sur-Foron",
        place=LA_ROCHE,
        moderation="after",
        review_within_hours=72,
        association="Le club d’entreprises de La Roche",
        contact_mail="contact@la-roche.example",
    ),
)

COMPANIES: Final = rows("companies.csv", DemoCompany)

DIGITS: Final = 10


def synthetic_siret(number: int) -> str:
    """The SIRET of the n-th demonstration company: valid check digits on a SIREN of zeros, visibly invented."""
    siren = _with_check_digit(f"{number:08d}")
    return _with_check_digit(f"{siren}0001")


def site_of(company: DemoCompany, centre: Place) -> Place:
    """Where the company stands, to five decimal places (about a metre)."""
    metres_a_degree = EARTH_RADIUS_KM * 1000 * pi / 180
    north = company.north / metres_a_degree
    east = company.east / (metres_a_degree * cos(radians(float(centre.latitude))))
    return Place(centre.latitude + Decimal(f"{north:.5f}"), centre.longitude + Decimal(f"{east:.5f}"))


def _with_check_digit(digits: str) -> str:
    """The digits and the one that makes Luhn's sum a multiple of ten, doubling from the right."""
    total = sum(
        sum(divmod(int(digit) * (2 if place % 2 == 0 else 1), DIGITS)) for place, digit in enumerate(reversed(digits))
    )
    return f"{digits}{-total % DIGITS}"
