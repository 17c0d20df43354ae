"""Isometric perspective for the demonstration's drawings: boxes, columns and heaps under one light."""

from __future__ import annotations

import random
from collections.abc import Sequence
from math import cos, pi, radians, sin
from typing import Final

from PIL import Image, ImageDraw

SIZE: Final = (960, 720)
FINER: Final = 2
"""Drawn so many times larger, then reduced: edges become smooth."""
METRE: Final = 250 * FINER
"""Pixels of a metre before a drawing is zoomed."""

Colour = tuple[int, int, int]
Point = tuple[float, float]

WALLS: Final[tuple[Colour, ...]] = ((240, 233, 219), (228, 235, 229), (232, 232, 238), (243, 230, 216))
BRIGHT_TOP: Final = 1.06
BRIGHT_LEFT: Final = 0.9
BRIGHT_RIGHT: Final = 0.73
"""How bright the three visible sides of a box are: the light comes from the upper left."""


class Scene:
    """A picture being drawn: metres along the floor to the right (`x`) and to the left (`y`), and up (`z`).

    Nothing is sorted: what is behind or below is drawn first.
    """

    def __init__(self, wall: int, zoom: float, low: float) -> None:
        """`low` is how far below the middle of the picture the origin lies, in parts of its height."""
        width, height = (side * FINER for side in SIZE)
        self.metre = METRE * zoom
        self.origin = (width / 2, height * (0.5 + low))
        ground = WALLS[wall % len(WALLS)]
        self.image = Image.new("RGB", (width, height), ground)
        self._draw = ImageDraw.Draw(self.image)
        horizon = int(height * 0.42)
        self.floor = shade(ground, 0.93)
        self._draw.rectangle((0, horizon, width, height), fill=self.floor)
        self._draw.rectangle((0, horizon, width, horizon + 5 * FINER), fill=shade(ground, 0.86))

    def at(self, x: float, y: float, z: float = 0) -> Point:
        """Where a place is in the picture."""
        across, down = (x - y) * cos(radians(30)), (x + y) * sin(radians(30))
        return self.origin[0] + across * self.metre, self.origin[1] + (down - z) * self.metre

    def face(self, colour: Colour, *corners: tuple[float, float, float]) -> None:
        """A flat side."""
        self._draw.polygon([self.at(*corner) for corner in corners], fill=colour)

    def shadow(self, x: float, y: float, length: float, depth: float) -> None:
        """What something of this footprint keeps from the light."""
        away = 0.16
        corners = [(x, y - away, 0.0), (x + length + away, y - away, 0.0), (x + length + away, y + depth - away, 0.0)]
        self.face(shade(self.floor, 0.88), *corners, (x + length, y + depth, 0), (x, y + depth, 0))

    def box(self, place: Sequence[float], size: Sequence[float], colour: Colour) -> None:
        """A box by its corner that is furthest away."""
        (x, y, z), (length, depth, height) = place, size
        far_x, far_y, high = x + length, y + depth, z + height
        self.face(shade(colour, BRIGHT_LEFT), (x, far_y, z), (far_x, far_y, z), (far_x, far_y, high), (x, far_y, high))
        self.face(shade(colour, BRIGHT_RIGHT), (far_x, y, z), (far_x, far_y, z), (far_x, far_y, high), (far_x, y, high))
        self.face(shade(colour, BRIGHT_TOP), (x, y, high), (far_x, y, high), (far_x, far_y, high), (x, far_y, high))

    def column(
        self, x: float, y: float, z: float, radius: float, height: float, colour: Colour, sides: int = 40
    ) -> None:
        """An upright prism; with many sides, a cylinder."""
        turned = pi / sides
        around = [(turned + 2 * pi * side / sides) for side in range(sides + 1)]
        rim = [(x + radius * cos(angle), y + radius * sin(angle)) for angle in around]
        for side in range(sides):
            middle = around[side] + pi / sides
            if cos(middle) + sin(middle) > 0:
                bright = (BRIGHT_LEFT + BRIGHT_RIGHT) / 2 + (BRIGHT_LEFT - BRIGHT_RIGHT) / 2 * (
                    sin(middle) - cos(middle)
                )
                (one_x, one_y), (other_x, other_y) = rim[side], rim[side + 1]
                low, high = z, z + height
                self.face(
                    shade(colour, bright),
                    (one_x, one_y, low), (other_x, other_y, low), (other_x, other_y, high), (one_x, one_y, high),
                )  # fmt: skip
        self.disc(x, y, z + height, radius, shade(colour, BRIGHT_TOP), sides)

    def disc(self, x: float, y: float, z: float, radius: float, colour: Colour, sides: int = 40) -> None:
        """A flat round; with few sides, a polygon."""
        turns = [pi / sides + 2 * pi * side / sides for side in range(sides)]
        self.face(colour, *((x + radius * cos(turn), y + radius * sin(turn), z) for turn in turns))

    def heap(self, x: float, y: float, z: float, radius: float, height: float, colour: Colour, grain: float) -> None:
        """A heap of small pieces of this grain, in metres."""
        chance = random.Random(f"{colour}{grain}")  # noqa: S311 - the same heap each time, and no secret
        self.disc(x, y, z, radius, shade(colour, 0.62))
        pieces = []
        for _piece in range(int(min(2600, 4.2 * radius * radius / grain / grain))):
            turn, reach = chance.uniform(0, 2 * pi), radius * chance.random() ** 0.5
            pieces.append((reach * cos(turn), reach * sin(turn), reach))
        for east, north, reach in sorted(pieces, key=lambda piece: piece[0] + piece[1]):
            rise = height * (0.5 + 0.5 * cos(pi * min(1, reach / radius))) * chance.uniform(0.93, 1.04)
            bright = 0.86 + 0.16 * (north - east) / radius + chance.uniform(-0.1, 0.12)
            size, lean = grain * chance.uniform(0.6, 1.3), chance.uniform(-0.7, 0.7) * grain
            middle = (x + east, y + north, z + rise)
            self.face(
                shade(colour, bright),
                (middle[0] - size, middle[1], middle[2] + lean),
                (middle[0], middle[1] - size / 2, middle[2] + size / 2),
                (middle[0] + size, middle[1], middle[2] - lean),
                (middle[0], middle[1] + size / 2, middle[2] - size / 2),
            )

    def finished(self) -> Image.Image:
        """The picture at its size."""
        return self.image.reduce(FINER)


def shade(colour: Colour, bright: float) -> Colour:
    """A colour in more or less light."""
    red, green, blue = (min(255, int(part * bright)) for part in colour)
    return red, green, blue
