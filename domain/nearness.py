"""Where things stand: how far apart, what that is worth, and the cells of the map that lie within reach."""

from __future__ import annotations

from functools import lru_cache
from math import asin, cos, exp, radians, sin, sqrt
from typing import Final

from domain import taxonomy

DISTANCE_SCALE_KM: Final = 30
UNKNOWN: Final = 0.5
"""The share given to a distance or a quantity that cannot be compared."""
CELL_DEGREES: Final = 0.5
KM_IN_DEGREE: Final = 111.2
EARTH_RADIUS_KM: Final = 6371.0088


def cell(latitude: float, longitude: float) -> str:
    """The cell a point stands in: half a degree each way."""
    return f"{int(latitude // CELL_DEGREES)}:{int(longitude // CELL_DEGREES)}"


def cells_around(latitude: float | None, longitude: float | None, reach_km: float) -> tuple[str, ...]:
    """The cells within reach of a point."""
    if latitude is None or longitude is None:
        return ()
    north = reach_km / KM_IN_DEGREE
    furthest = min(89.0, abs(latitude) + north)
    east = min(180.0, reach_km / (KM_IN_DEGREE * cos(radians(furthest))))
    bands = range(int((latitude - north) // CELL_DEGREES), int((latitude + north) // CELL_DEGREES) + 1)
    columns = range(int((longitude - east) // CELL_DEGREES), int((longitude + east) // CELL_DEGREES) + 1)
    return tuple(f"{row}:{column}" for row in bands for column in columns)


def reach(category: str | None, max_km: float | None) -> float:
    """How far a listing looks: as far as its author says, or as what it is about usually goes."""
    known = taxonomy.CATEGORIES.get(category) if category else None
    return float(max_km if max_km is not None else known.reach_km if known else taxonomy.REACH_KM_UNKNOWN)


@lru_cache(maxsize=65_536)  # listings of one zone stand on a few hundred sites
def how_near(
    lat1: float | None, lon1: float | None, lat2: float | None, lon2: float | None
) -> tuple[float | None, float]:
    """How far two points are apart, and what share of the points for distance that is worth."""
    if lat1 is None or lon1 is None or lat2 is None or lon2 is None:
        return None, UNKNOWN
    south, north = radians(lat1), radians(lat2)
    haversine = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin(radians(lon2 - lon1) / 2) ** 2
    km = 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(haversine)))
    return km, exp(-km / DISTANCE_SCALE_KM)
