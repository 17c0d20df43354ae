"""Who gets how much of a group purchase: whole packs, exact, and provable from the ledger alone.

The ledger is the list of what was pledged, in the order of the log. A pledge that grows adds a line, so that what was
added stands behind those who came meanwhile; one that shrinks gives back its latest lines first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

Rule = Literal["order", "proportional"]
RULES: Final[tuple[Rule, ...]] = ("order", "proportional")
"""How a shortage is shared: whoever pledged first is served first, or everyone in proportion."""

NOTHING: Final = Decimal(0)


class Line(Struct, frozen=True, array_like=True):
    """A line of the ledger: what a company wants for sure, and what more it would take to fill a pack.

    A ledger may have thousands: kept as a snapshot, each is a short array. `order` is where it stands in the log; both
    amounts are multiples of the purchase's step.
    """

    order: int
    company_id: str
    quantity: Decimal
    tolerance: Decimal = NOTHING


class Served(Struct, frozen=True):
    """What a line is given: of what it wants for sure, and of its tolerance."""

    line: Line
    quantity: Decimal
    tolerance: Decimal

    @property
    def given(self) -> Decimal:
        """Both together."""
        return self.quantity + self.tolerance


class Allocation(Struct, frozen=True):
    """How a total is shared out: line by line, in the order they were served."""

    total: Decimal
    served: tuple[Served, ...]

    @property
    def shares(self) -> dict[str, Decimal]:
        """What each company gets, nothing included; in the order of their first lines."""
        shares: dict[str, Decimal] = {}
        for one in self.served:
            shares[one.line.company_id] = shares.get(one.line.company_id, NOTHING) + one.given
        return shares


def orderable(
    quantity: Decimal, tolerance: Decimal, *, pack: Decimal | None = None, maximum: Decimal | None = None
) -> Decimal:
    """How much can be ordered for what is wanted in all: whole packs, filled up by tolerance, never above the maximum.

    A pack that is begun is ordered when the tolerance fills it, and not else; tolerance alone opens none.
    """
    wanted = quantity if maximum is None else min(quantity, maximum)
    if pack is None:
        return wanted
    whole = (wanted / pack).to_integral_value(ROUND_FLOOR) * pack
    filled = whole if whole == wanted else whole + pack
    fits = filled <= quantity + tolerance and (maximum is None or filled <= maximum)
    return filled if fits else whole


def allocate(
    ledger: Iterable[Line],
    *,
    rule: Rule = "order",
    step: Decimal = Decimal(1),
    pack: Decimal | None = None,
    maximum: Decimal | None = None,
) -> Allocation:
    """Share out what can be ordered: what is wanted for sure comes first, then tolerance fills the last pack.

    By `order`, each line takes what it wants while something is left. `proportional` gives each company its share,
    rounded down to the step, and what is left over by largest remainder, the earlier pledge first among equals.
    Packs are multiples of the step.
    """
    lines = sorted(ledger, key=lambda line: line.order)
    if rule == "proportional":
        lines = _by_company(lines)
    wanted, tolerated = [line.quantity for line in lines], [line.tolerance for line in lines]
    total = orderable(sum(wanted, NOTHING), sum(tolerated, NOTHING), pack=pack, maximum=maximum)
    sure = min(total, sum(wanted, NOTHING))
    if rule == "order":
        firm, extra = _in_order(sure, wanted), _in_order(total - sure, tolerated)
    else:
        firm, extra = _in_proportion(sure, wanted, step), _in_proportion(total - sure, tolerated, step)
    return Allocation(total, tuple(Served(*given) for given in zip(lines, firm, extra, strict=True)))


def pledged(
    ledger: Sequence[Line], order: int, company_id: str, quantity: Decimal, tolerance: Decimal
) -> tuple[Line, ...]:
    """The ledger after a company says, at this place in the log, how much it wants now."""
    places = [place for place, line in enumerate(ledger) if line.company_id == company_id]
    own = [ledger[place] for place in places]
    more = quantity - sum((line.quantity for line in own), NOTHING)
    more_tolerated = tolerance - sum((line.tolerance for line in own), NOTHING)
    after = list(ledger)
    for place, line in zip(reversed(places), reversed(own), strict=True):
        less = min(max(-more, NOTHING), line.quantity)
        less_tolerated = min(max(-more_tolerated, NOTHING), line.tolerance)
        more, more_tolerated = more + less, more_tolerated + less_tolerated
        left = replace(line, quantity=line.quantity - less, tolerance=line.tolerance - less_tolerated)
        after[place : place + 1] = [left] if left.quantity or left.tolerance else []
    if more > 0 or more_tolerated > 0:
        after.append(Line(order, company_id, max(more, NOTHING), max(more_tolerated, NOTHING)))
    return tuple(after)


def _by_company(lines: Sequence[Line]) -> list[Line]:
    """One line a company, where its first one stands: several pledges round no better than one."""
    merged: dict[str, Line] = {}
    for line in lines:
        first = merged.get(line.company_id)
        merged[line.company_id] = (
            replace(first, quantity=first.quantity + line.quantity, tolerance=first.tolerance + line.tolerance)
            if first
            else line
        )
    return list(merged.values())


def _in_order(total: Decimal, wishes: Sequence[Decimal]) -> list[Decimal]:
    given = []
    for wish in wishes:
        given.append(min(wish, total))
        total -= given[-1]
    return given


def _in_proportion(total: Decimal, wishes: Sequence[Decimal], step: Decimal) -> list[Decimal]:
    whole = sum(wishes, NOTHING)
    if not whole:
        return [NOTHING for _wish in wishes]
    # In steps and whole numbers: a decimal division would round where largest remainders are compared.
    steps, of = int(total / step), int(whole / step)
    shares = [divmod(steps * int(wish / step), of) for wish in wishes]
    left = steps - sum(share for share, _remainder in shares)
    favoured = sorted(range(len(shares)), key=lambda place: (-shares[place][1], place))[:left]
    return [(share + (place in favoured)) * step for place, (share, _remainder) in enumerate(shares)]
