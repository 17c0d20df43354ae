"""What the demonstration shows where companies would send photos: small drawings, the same each time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PIL import Image

from marketplace.demo.isometry import BRIGHT_LEFT, BRIGHT_RIGHT, Colour, Scene, shade

WOOD: Final = (214, 174, 120)
GREY_WOOD: Final = (190, 168, 138)
PINE: Final = (226, 196, 140)
CARDBOARD: Final = (203, 160, 108)
STEEL: Final = (142, 154, 160)
BLUE: Final = (58, 108, 160)
GREEN: Final = (62, 128, 98)
ORANGE: Final = (214, 122, 52)
RED: Final = (178, 70, 58)
WHITE: Final = (238, 238, 230)
BLACK: Final = (62, 64, 68)
BROWN: Final = (132, 98, 68)
RUBBLE: Final = (168, 162, 150)
LEAF: Final = (112, 138, 70)
BRASS: Final = (206, 166, 66)
SAWDUST: Final = (230, 196, 134)

# --- things -----------------------------------------------------------------------------------------------------


def _pallet(
    scene: Scene, x: float, y: float, z: float, colour: Colour, length: float = 1.2, depth: float = 0.8
) -> None:
    board, block, wide = 0.022, 0.1, 0.1
    for row in range(3):
        scene.box((x, y + row * (depth - wide) / 2, z), (length, wide, board), shade(colour, 0.92))
    for row in range(3):
        for column in range(3):
            corner = (x + column * (length - 0.145) / 2, y + row * (depth - wide) / 2, z + board)
            scene.box(corner, (0.145, wide, block - board), shade(colour, 0.86))
    for column in range(3):
        scene.box((x + column * (length - 0.145) / 2, y, z + block), (0.145, depth, board), shade(colour, 0.94))
    for row, bright in enumerate((1.0, 0.97, 1.02, 0.96, 1.0)):
        corner = (x, y + row * (depth - 0.125) / 4, z + block + board)
        scene.box(corner, (length, 0.125, board), shade(colour, bright))


def pallets(scene: Scene, piles: Sequence[int], colour: Colour = WOOD, depth: float = 0.8) -> None:
    """Piles of pallets side by side, the furthest first."""
    for pile, number in enumerate(piles):
        y = pile * (depth + 0.12) - len(piles) * depth / 2
        scene.shadow(-0.6, y, 1.2, depth)
        for layer in range(number):
            slip = ((layer * 7 + pile * 3) % 5 - 2) * 0.008
            bright = 1 - (layer * 5 + pile) % 4 * 0.025
            _pallet(scene, -0.6 + slip, y - slip, layer * 0.15, shade(colour, bright), depth=depth)


def cartons(scene: Scene, rows: Sequence[Sequence[int]], size: Sequence[float] = (0.4, 0.4, 0.3)) -> None:
    """Taped boxes on a pallet: how many stand on each other, row by row."""
    length, depth, height = size
    scene.shadow(-0.6, -0.4, 1.2, 0.8)
    _pallet(scene, -0.6, -0.4, 0, WOOD)
    for column, row in enumerate(zip(*rows, strict=True)):
        for line, number in enumerate(row):
            for layer in range(number):
                x, y, z = -0.6 + column * length, -0.4 + line * depth, 0.144 + layer * height
                colour = shade(CARDBOARD, 1 - (column + 2 * line + layer) % 3 * 0.03)
                scene.box((x, y, z), (length - 0.012, depth - 0.012, height - 0.008), colour)
                top, tape = z + height - 0.008, shade(CARDBOARD, 1.24)
                middle = y + depth / 2
                edges = ((x, middle - 0.025, top), (x + length - 0.012, middle - 0.025, top))
                scene.face(tape, *edges, (edges[1][0], middle + 0.025, top), (x, middle + 0.025, top))
                low = top - height / 4
                side = edges[1][0]
                scene.face(
                    shade(tape, BRIGHT_RIGHT + 0.08),
                    (side, middle - 0.025, top), (side, middle + 0.025, top),
                    (side, middle + 0.025, low), (side, middle - 0.025, low),
                )  # fmt: skip


def bales(scene: Scene, colour: Colour = CARDBOARD) -> None:
    """Pressed and strapped: three below, two above."""
    scene.shadow(-0.5, -1.3, 1.0, 2.5)
    for x, y, z in ((-0.5, -1.3, 0), (-0.5, -0.45, 0), (-0.5, 0.4, 0), (-0.5, -0.9, 0.72), (-0.5, -0.04, 0.72)):
        scene.box((x, y, z), (1.0, 0.8, 0.7), shade(colour, 0.95 + (y * 10 % 3) * 0.03))
        for layer in range(1, 9):  # the edges of what was pressed
            low = z + 0.7 * layer / 9
            for bright, corners in (
                (
                    BRIGHT_LEFT * 0.93,
                    ((x, y + 0.8, low), (x + 1, y + 0.8, low), (x + 1, y + 0.8, low + 0.02), (x, y + 0.8, low + 0.02)),
                ),
                (
                    BRIGHT_RIGHT * 0.93,
                    ((x + 1, y, low), (x + 1, y + 0.8, low), (x + 1, y + 0.8, low + 0.02), (x + 1, y, low + 0.02)),
                ),
            ):
                scene.face(shade(colour, bright), *corners)
        for strap in (0.2, 0.5, 0.8):
            left, right = x + strap - 0.012, x + strap + 0.012
            front, high = y + 0.8, z + 0.7
            scene.face(
                shade(BLACK, 1.1), (left, front, z), (right, front, z), (right, front, high), (left, front, high)
            )
            scene.face(shade(BLACK, 1.3), (left, y, high), (right, y, high), (right, front, high), (left, front, high))


def drums(scene: Scene, colours: Sequence[Colour]) -> None:
    """Steel drums in two rows on pallets."""
    scene.shadow(-0.62, -0.62, 1.24, 1.24)
    _pallet(scene, -0.62, -0.62, 0, WOOD, 1.24, 1.24)
    for number, colour in enumerate(colours):
        x, y = ((-0.3, -0.3), (0.3, -0.3), (-0.3, 0.3), (0.3, 0.3))[number]
        for low, high in ((0, 0.28), (0.3, 0.58), (0.6, 0.88)):
            scene.column(x, y, 0.144 + low, 0.285, high - low, colour)
            scene.column(x, y, 0.144 + high, 0.293, 0.02, shade(colour, 0.94))
        scene.disc(x, y, 1.046, 0.265, shade(colour, 0.9))
        scene.disc(x, y, 1.04, 0.262, shade(colour, 1.02))
        scene.disc(x - 0.12, y + 0.1, 1.045, 0.04, shade(colour, 0.7))
        scene.disc(x + 0.16, y - 0.1, 1.045, 0.02, shade(colour, 0.7))


def tank(scene: Scene) -> None:
    """An intermediate bulk container: a white tank in its cage."""
    scene.shadow(-0.6, -0.5, 1.2, 1.0)
    _pallet(scene, -0.6, -0.5, 0, shade(STEEL, 0.9), 1.2, 1.0)
    scene.box((-0.56, -0.46, 0.15), (1.12, 0.92, 0.9), WHITE)
    scene.box((-0.56, -0.46, 0.15), (1.12, 0.92, 0.52), (214, 226, 226))
    scene.box((-0.56, -0.46, 0.67), (1.12, 0.92, 0.38), WHITE)
    scene.column(0, 0, 1.05, 0.13, 0.05, shade(RED, 1.05))
    bar = 0.022
    for step in range(7):
        x, y = -0.6 + step * (1.2 - bar) / 6, -0.5 + step * (1.0 - bar) / 6
        scene.box((x, 0.48, 0.15), (bar, bar, 0.93), STEEL)
        scene.box((0.58, y, 0.15), (bar, bar, 0.93), STEEL)
    for level in (0.18, 0.38, 0.6, 0.82, 1.06):
        scene.box((-0.6, 0.485, level), (1.2, bar, bar), shade(STEEL, 1.08))
        scene.box((0.585, -0.5, level), (bar, 1.0, bar), shade(STEEL, 1.08))
    scene.box((-0.6, -0.5, 1.06), (1.2, bar, bar), shade(STEEL, 1.08))
    scene.box((-0.6, -0.5, 1.06), (bar, 1.0, bar), shade(STEEL, 1.08))
    scene.box((0.3, 0.5, 0.55), (0.2, 0.012, 0.2), (250, 250, 245))
    scene.column(0.66, 0.0, 0.19, 0.06, 0.1, RED)


def crates(scene: Scene, colours: Sequence[Colour]) -> None:
    """Plastic crates, stacked."""
    scene.shadow(-0.62, -0.45, 1.26, 0.9)
    for pile, (x, y, number) in enumerate(((-0.62, -0.43, 4), (0.02, -0.43, 3), (-0.62, 0.02, 3), (0.02, 0.02, 2))):
        for layer in range(number):
            colour, z = colours[(pile + layer) % len(colours)], layer * 0.3
            scene.box((x, y, z), (0.6, 0.4, 0.27), colour)
            scene.box((x - 0.012, y - 0.012, z + 0.25), (0.624, 0.424, 0.035), shade(colour, 1.06))
            for slot in range(4):
                left, front = x + 0.07 + slot * 0.13, y + 0.4
                dark = shade(colour, 0.62)
                low, high = z + 0.07, z + 0.19
                scene.face(
                    dark, (left, front, low), (left + 0.09, front, low), (left + 0.09, front, high), (left, front, high)
                )
                if slot in (0, 1):
                    near, side = y + 0.07 + slot * 0.15, x + 0.6
                    dark = shade(colour, 0.5)
                    scene.face(
                        dark, (side, near, low), (side, near + 0.1, low), (side, near + 0.1, high), (side, near, high)
                    )
        high, inner = number * 0.3 - 0.015, shade(colours[(pile + number - 1) % len(colours)], 0.6)
        scene.face(
            inner,
            (x + 0.03, y + 0.03, high),
            (x + 0.57, y + 0.03, high),
            (x + 0.57, y + 0.37, high),
            (x + 0.03, y + 0.37, high),
        )


def bags(scene: Scene) -> None:
    """Two big bags with their loops."""
    for x, y in ((-0.95, -0.4), (0.12, -0.2)):
        scene.shadow(x, y, 0.9, 0.9)
        for layer, (inset, low, high) in enumerate(
            ((0.05, 0, 0.12), (0.0, 0.12, 0.75), (0.03, 0.75, 0.88), (0.1, 0.88, 0.95))
        ):
            size = (0.9 - 2 * inset, 0.9 - 2 * inset, high - low)
            scene.box((x + inset, y + inset, low), size, shade(WHITE, 0.97 + 0.01 * layer))
        for fold in (0.25, 0.62):
            scene.box((x + fold, y + 0.895, 0.12), (0.02, 0.006, 0.63), shade(WHITE, 0.9))
            scene.box((x + 0.895, y + fold, 0.12), (0.006, 0.02, 0.63), shade(WHITE, 0.9))
        for east, north in ((0.12, 0.12), (0.7, 0.12), (0.12, 0.7), (0.7, 0.7)):
            scene.box((x + east, y + north, 0.93), (0.03, 0.03, 0.17), BLUE)
            scene.box((x + east, y + north, 1.1), (0.12, 0.03, 0.03), BLUE)
            scene.box((x + east + 0.09, y + north, 0.93), (0.03, 0.03, 0.17), BLUE)


def racking(scene: Scene) -> None:
    """Pallet racking with a few boxes."""
    scene.shadow(-1.2, -0.3, 2.4, 0.7)
    for x in (-1.2, 1.13):
        scene.box((x, -0.3, 0), (0.07, 0.07, 2.0), BLUE)
    for level, loads in ((0.25, (0.35, 0.5, 0.3)), (1.15, (0.45, 0.0, 0.4))):
        scene.box((-1.13, -0.3, level), (2.26, 0.05, 0.11), ORANGE)
        scene.box((-1.13, -0.25, level + 0.09), (2.26, 0.6, 0.02), shade(PINE, 0.96))
        for place, height in enumerate(loads):
            if height:
                x = -1.05 + place * 0.74
                scene.box((x, -0.2, level + 0.11), (0.58, 0.46, height), shade(CARDBOARD, 1 - place * 0.04))
        scene.box((-1.13, 0.35, level), (2.26, 0.05, 0.11), ORANGE)
    for x in (-1.2, 1.13):
        scene.box((x, 0.33, 0), (0.07, 0.07, 2.0), BLUE)


def desks(scene: Scene, colour: Colour, legs: Colour, number: int = 2) -> None:
    """Desks or benches, one before the other."""
    for place in range(number):
        y = -0.75 + place * 1.0
        scene.shadow(-0.8, y, 1.6, 0.7)
        for x, depth in ((-0.76, 0.04), (0.7, 0.04), (-0.76, 0.6), (0.7, 0.6)):
            scene.box((x, y + depth, 0), (0.06, 0.06, 0.72), legs)
        scene.box((0.24, y + 0.08, 0.12), (0.42, 0.5, 0.56), shade(legs, 1.08))
        for drawer in range(3):
            low = 0.15 + drawer * 0.18
            front = y + 0.58
            scene.face(
                shade(legs, 0.86),
                (0.27, front, low),
                (0.63, front, low),
                (0.63, front, low + 0.15),
                (0.27, front, low + 0.15),
            )
            scene.face(
                shade(legs, 0.6),
                (0.4, front, low + 0.09),
                (0.5, front, low + 0.09),
                (0.5, front, low + 0.11),
                (0.4, front, low + 0.11),
            )
        scene.box((-0.8, y, 0.72), (1.6, 0.7, 0.045), colour)


def pile(scene: Scene, colour: Colour, grain: float) -> None:
    """A heap on the ground."""
    scene.disc(0.22, -0.1, 0, 1.28, shade(scene.floor, 0.88))
    scene.heap(0, 0, 0, 1.25, 0.95, colour, grain)


def container(scene: Scene, colour: Colour, content: Colour, grain: float) -> None:
    """An open container and what it holds."""
    length, depth, height, wall = 1.5, 1.1, 0.62, 0.05
    x, y = -length / 2, -depth / 2
    scene.shadow(x, y, length, depth)
    scene.box((x, y, 0), (length, wall, height), shade(colour, 0.8))
    scene.box((x, y, 0), (wall, depth, height), shade(colour, 0.8))
    inside = (x + wall, y + wall, height - 0.16)
    scene.face(shade(content, 0.7), inside, (-x, y, inside[2]), (-x, -y, inside[2]), (x, -y, inside[2]))
    scene.heap(0, -0.02, height - 0.2, 0.56, 0.4, content, grain)
    scene.box((x, y + depth - wall, 0), (length, wall, height), colour)
    scene.box((x + length - wall, y, 0), (wall, depth, height), colour)
    for rib in range(4):
        scene.box((x + 0.12 + rib * 0.4, y + depth, 0.04), (0.05, 0.03, height - 0.04), shade(colour, 1.05))
    for rib in range(3):
        scene.box((x + length, y + 0.14 + rib * 0.38, 0.04), (0.03, 0.05, height - 0.04), shade(colour, 1.05))


def tyres(scene: Scene, piles: Sequence[int]) -> None:
    """Piles of tyres."""
    for place, number in enumerate(piles):
        x, y = ((-0.36, -0.36), (0.4, -0.2), (-0.2, 0.42))[place]
        scene.disc(x + 0.1, y - 0.06, 0, 0.37, shade(scene.floor, 0.88))
        for layer in range(number):
            z = layer * 0.21
            scene.column(x, y, z, 0.33, 0.03, BLACK)
            scene.column(x, y, z + 0.03, 0.36, 0.14, shade(BLACK, 0.94))
            scene.column(x, y, z + 0.17, 0.33, 0.035, shade(BLACK, 1.1))
        high = number * 0.21 - 0.004
        scene.disc(x, y, high, 0.24, shade(BLACK, 0.9))
        scene.disc(x, y, high, 0.19, shade(BLACK, 0.45))


def octabins(scene: Scene) -> None:
    """Eight-sided boxes on their pallets."""
    for x, y in ((-0.75, -0.55), (0.55, -0.35)):
        scene.shadow(x - 0.6, y - 0.5, 1.2, 1.0)
        _pallet(scene, x - 0.6, y - 0.5, 0, WOOD, 1.2, 1.0)
        scene.column(x, y, 0.144, 0.52, 0.95, CARDBOARD, 8)
        scene.column(x, y, 0.98, 0.535, 0.13, shade(CARDBOARD, 0.95), 8)


def tubes(scene: Scene, colour: Colour) -> None:
    """Upright tubes of several lengths."""
    scene.shadow(-0.6, -0.4, 1.2, 0.8)
    _pallet(scene, -0.6, -0.4, 0, WOOD)
    for row in range(4):
        for column in range(6):
            x, y = -0.48 + column * 0.19, -0.29 + row * 0.19
            height = 0.55 + (row * 5 + column * 3) % 7 * 0.09
            scene.column(x, y, 0.144, 0.085, height, shade(colour, 1 - (row + column) % 3 * 0.04), 28)
            scene.disc(x, y, 0.144 + height, 0.06, shade(colour, 0.5), 28)


def sheets(scene: Scene, colour: Colour, number: int, length: float = 2.0) -> None:
    """Flat goods in layers on bearers."""
    scene.shadow(-length / 2, -0.45, length, 0.9)
    for x in (-length / 2 + 0.2, -0.05, length / 2 - 0.3):
        scene.box((x, -0.42, 0), (0.1, 0.84, 0.1), WOOD)
    for layer in range(number):
        slip = ((layer * 5) % 4 - 1.5) * 0.012
        bright = 1 - layer % 2 * 0.06
        scene.box((-length / 2 + slip, -0.45 - slip, 0.1 + layer * 0.05), (length, 0.9, 0.042), shade(colour, bright))


# --- whose they are ---------------------------------------------------------------------------------------------

Drawing = Callable[[Scene], None]

DRAWN: Final[dict[str, tuple[tuple[Drawing, float, float], ...]]] = {
    "epal-jardinerie": ((partial(pallets, piles=(9, 7)), 0.95, 0.22), (partial(pallets, piles=(3,)), 1.5, 0.12)),
    "epal-emballage": ((partial(pallets, piles=(11,), colour=PINE), 1.0, 0.26),),
    "perdues-jardinerie": ((partial(pallets, piles=(5, 8), colour=GREY_WOOD), 0.95, 0.2),),
    "perdues-plasturgie": ((partial(pallets, piles=(10,), colour=WOOD, depth=1.0), 0.95, 0.26),),
    "plast-epicier": ((partial(pallets, piles=(8, 6), colour=BLUE), 0.95, 0.2),),
    "cartons-jardinerie": ((partial(cartons, rows=((3, 3, 2), (3, 2, 1))), 1.15, 0.24),),
    "cartons-textile": ((partial(cartons, rows=((4, 4, 3), (4, 3, 3)), size=(0.4, 0.4, 0.24)), 1.15, 0.26),),
    "octabins-plasturgie": ((octabins, 0.9, 0.22),),
    "balles-epicier": ((bales, 0.8, 0.2),),
    "mandrins-imprimerie": ((partial(tubes, colour=CARDBOARD), 1.2, 0.24),),
    "chutes-menuiserie": ((partial(container, colour=GREEN, content=PINE, grain=0.07), 1.05, 0.14),),
    "sciure-scierie": ((partial(pile, colour=SAWDUST, grain=0.03), 0.9, 0.16),),
    "tournures-decolletage": ((partial(container, colour=BLUE, content=STEEL, grain=0.04), 1.05, 0.14),),
    "laiton-microtour": ((partial(container, colour=STEEL, content=BRASS, grain=0.035), 1.05, 0.14),),
    "barres-microtour": ((partial(container, colour=ORANGE, content=STEEL, grain=0.08), 1.05, 0.14),),
    "broyat-paysagiste": ((partial(pile, colour=LEAF, grain=0.045), 0.9, 0.16),),
    "terre-maconnerie": ((partial(pile, colour=BROWN, grain=0.035), 0.9, 0.16),),
    "gravats-maconnerie": ((partial(pile, colour=RUBBLE, grain=0.09), 0.9, 0.16),),
    "bacacier-tolerie": ((partial(sheets, colour=STEEL, number=9), 1.1, 0.12),),
    "pneus-garage": ((partial(tyres, piles=(5, 3, 4)), 1.2, 0.2),),
    "ibc-fromagerie": ((tank, 1.15, 0.24),),
    "futs-decolletage": ((partial(drums, colours=(BLUE, BLUE, GREEN, BLUE)), 1.1, 0.24),),
    "bigbag-plasturgie": ((bags, 1.0, 0.16),),
    "bacs-decolletage": ((partial(crates, colours=(GREEN, GREEN, ORANGE)), 1.15, 0.26),),
    "palettier-logistique": ((racking, 0.72, 0.24),),
    "bureaux-comptable": ((partial(desks, colour=PINE, legs=STEEL), 1.05, 0.12),),
    "etablis-tolerie": ((partial(desks, colour=WOOD, legs=GREEN), 1.05, 0.12),),
}
"""Listings by their key, and for each its drawings, how close one stands and how low the ground lies."""


def draw(key: str) -> list[Image.Image]:
    """The drawings of a listing; none for most."""
    pictures = []
    for number, (drawing, zoom, low) in enumerate(DRAWN.get(key, ())):
        scene = Scene(sum(key.encode()) + number, zoom, low)
        drawing(scene)
        pictures.append(scene.finished())
    return pictures
