"""How one amount may be shared out: an offer among several takers, or a request covered by several offers.

Both are one small exact problem, solved over lots: as much as possible is placed, then with as few partners as
possible, then with the best of them. What comes out is a proposal; nothing is ever allocated here.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from math import gcd
from typing import Final

from msgspec import Struct

MOST_LOTS: Final = 100
"""What an amount is cut into at most; where amounts are finer, who takes part is weighed in hundredths of the whole."""
MOST_PARTNERS: Final = 20
"""How many partners are looked at: more would be a list, and no proposal."""
SCALE: Final = 6
"""Decimals of an amount, as everywhere."""


class Partner(Struct, frozen=True):
    """Somebody who would take, or give, up to `amount` and never less than `least`; `worth` tells the better ones."""

    id: str
    amount: Decimal
    least: Decimal = Decimal(0)
    worth: int = 0


class Part(Struct, frozen=True):
    """What falls to one partner."""

    id: str
    amount: Decimal


class Split(Struct, frozen=True):
    """Who gets what, in the order in which the partners were named, and what that comes to."""

    parts: tuple[Part, ...]
    placed: Decimal
    worth: int


NOTHING: Final = Split((), Decimal(0), 0)


def split(
    whole: Decimal, takers: Sequence[Partner], *, lot: Decimal | None = None, least: Decimal | None = None
) -> Split:
    """Share an offer out: as much as possible, then among as few as possible, then with the most points.

    `lot` is what it comes in, where it comes in packs; `least` is the smallest part its giver hands over.
    """
    return _shared(whole, takers, lot, least or Decimal(0))


def cover(need: Decimal, offers: Sequence[Partner], *, least: Decimal | None = None) -> Split | None:
    """Cover a request with as few offers as possible, then with the best of them; None when they do not cover it."""
    found = _shared(need, offers, None, least or Decimal(0))
    return found if found.placed == need else None


class _Choice(Struct, frozen=True, order=True):
    """The best way to place exactly so many lots: the fewest partners first, then the most worth.

    Ordered as tuples are, the smaller the better; `taken` settles what is equal otherwise, so that the same question
    always has the same answer.
    """

    partners: int
    lost: int
    taken: tuple[tuple[int, int], ...]


def _shared(whole: Decimal, partners: Sequence[Partner], lot: Decimal | None, least: Decimal) -> Split:
    partners = partners[:MOST_PARTNERS]
    if whole <= 0 or not partners:
        return NOTHING
    step = lot or _step(whole, partners, least)
    lots = int(whole / step)
    best: list[_Choice | None] = [_Choice(0, 0, ())] + [None] * lots
    for place, partner in enumerate(partners):
        fewest = max(1, _lots(max(partner.least, least), step, ROUND_CEILING))
        most = min(lots, _lots(partner.amount, step, ROUND_FLOOR))
        if fewest > most:
            continue
        # From the largest sum down, so that no partner is counted twice.
        for placed in range(lots, fewest - 1, -1):
            for amount in range(fewest, min(most, placed) + 1):
                before = best[placed - amount]
                if before is not None:
                    choice = _Choice(
                        before.partners + 1, before.lost - partner.worth, (*before.taken, (place, -amount))
                    )
                    known = best[placed]
                    if known is None or choice < known:
                        best[placed] = choice
    placed = max(placed for placed, choice in enumerate(best) if choice is not None)
    chosen = best[placed]
    assert chosen is not None, "nothing at all is always a choice"
    if lot is None:
        parts = _filled(whole, [partners[place] for place, _amount in chosen.taken], least)
    else:
        parts = tuple(Part(partners[place].id, -amount * step) for place, amount in chosen.taken)
    return Split(parts, sum((part.amount for part in parts), Decimal(0)), -chosen.lost)


def _filled(whole: Decimal, chosen: Sequence[Partner], least: Decimal) -> tuple[Part, ...]:
    """Give each of the chosen what they take at least, then fill up the best of them first."""
    given = {partner.id: max(partner.least, least) for partner in chosen}
    left = whole - sum(given.values(), Decimal(0))
    for partner in sorted(chosen, key=lambda partner: -partner.worth):
        more = min(left, partner.amount - given[partner.id])
        given[partner.id] += more
        left -= more
    return tuple(Part(partner.id, given[partner.id]) for partner in chosen)


def _step(whole: Decimal, partners: Sequence[Partner], least: Decimal) -> Decimal:
    """The largest lot in which every amount can be told, or a hundredth of the whole where that is too small."""
    amounts = [whole, least, *(amount for partner in partners for amount in (partner.amount, partner.least))]
    common = Decimal(gcd(*(int(amount.scaleb(SCALE)) for amount in amounts))).scaleb(-SCALE)
    return common if whole / common <= MOST_LOTS else whole / MOST_LOTS


def _lots(amount: Decimal, step: Decimal, rounding: str) -> int:
    return int((amount / step).to_integral_value(rounding))
