"""Where things are: points on the ground and the distance between them."""

from __future__ import annotations

from decimal import Decimal
from math import asin, cos, radians, sin, sqrt

from msgspec import Struct

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG), for great-circle distances."""


class Place(Struct, frozen=True):
    """A point in degrees (WGS 84), to about a metre: five decimal places."""

    latitude: Decimal
    longitude: Decimal


def distance_km(here: Place, there: Place) -> float:
    """Great-circle distance in kilometres; for showing and scoring, never stored in an event."""
    lat1, lon1, lat2, lon2 = (
        radians(float(degrees)) for degrees in (here.latitude, here.longitude, there.latitude, there.longitude)
    )
    haversine = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(haversine)))
