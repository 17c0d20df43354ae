"""Sharing out: an offer among its takers, a request among those who cover it, exactly as trying everything would."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.splitting import MOST_LOTS, Partner, Split, cover, split


def partner(name: str, amount: str, least: str = "0", worth: int = 70) -> Partner:
    return Partner(name, Decimal(amount), Decimal(least), worth)


def said(found: Split | None) -> dict[str, str]:
    return {part.id: f"{part.amount.normalize():f}" for part in found.parts} if found else {}


def test_an_offer_is_placed_whole_among_as_few_as_possible() -> None:
    found = split(Decimal(120), [partner("garden", "40"), partner("depot", "80"), partner("farm", "30")])
    assert said(found) == {"garden": "40", "depot": "80"}
    assert found.placed == 120


def test_among_equals_the_better_matches_are_chosen() -> None:
    found = split(
        Decimal(100), [partner("far", "50", worth=66), partner("near", "50", worth=90), partner("b", "50", worth=80)]
    )
    assert said(found) == {"near": "50", "b": "50"}


def test_nobody_is_given_less_than_they_take_at_least() -> None:
    found = split(Decimal(50), [partner("recycler", "500", least="60"), partner("bakery", "20")])
    assert said(found) == {"bakery": "20"}


def test_packs_stay_whole() -> None:
    found = split(Decimal(100), [partner("a", "35"), partner("b", "47")], lot=Decimal(10))
    assert said(found) == {"a": "30", "b": "40"}


def test_an_awkward_number_is_shared_out_to_the_last_piece() -> None:
    found = split(Decimal(1237), [partner("a", "800"), partner("b", "437"), partner("c", "5")])
    assert said(found) == {"a": "800", "b": "437"}


def test_two_offers_together_cover_what_neither_does() -> None:
    offers = [partner("small", "40"), partner("large", "90"), partner("middle", "70")]
    assert said(cover(Decimal(150), offers)) == {"large": "90", "middle": "60"}
    assert cover(Decimal(300), offers) is None


def test_nothing_is_made_of_nothing() -> None:
    assert split(Decimal(10), []).parts == ()
    assert cover(Decimal(10), []) is None


# --- beside trying everything -------------------------------------------------------------------------------------

partners = st.lists(
    st.tuples(st.integers(1, 9), st.integers(0, 6), st.integers(60, 63)).map(
        lambda drawn: Partner("", Decimal(drawn[0]), Decimal(min(drawn[1], drawn[0])), drawn[2])
    ),
    max_size=4,
).map(lambda drawn: [Partner(str(place), one.amount, one.least, one.worth) for place, one in enumerate(drawn)])


def tried(whole: int, among: Sequence[Partner], lot: int = 1) -> tuple[int, int, int]:
    """The best there is, by trying every amount for everyone: what is placed, how few, how good."""
    choices = [[0, *(n for n in range(lot, int(one.amount) + 1, lot) if n >= one.least)] for one in among]
    return max(
        (sum(given), -sum(map(bool, given)), sum(one.worth for one, n in zip(among, given, strict=True) if n))
        for given in product(*choices)
        if sum(given) <= whole
    )


@given(st.integers(1, 14), partners, st.integers(1, 3))
@settings(max_examples=150)
def test_a_split_is_as_good_as_trying_everything(whole: int, among: list[Partner], lot: int) -> None:
    packs = Decimal(lot) if lot > 1 else None
    found = split(Decimal(whole), among, lot=packs)
    assert (int(found.placed), -len(found.parts), found.worth) == tried(whole, among, lot)
    known = {one.id: one for one in among}
    assert all(known[part.id].least <= part.amount <= known[part.id].amount for part in found.parts)
    assert found.placed == sum(part.amount for part in found.parts) <= whole


@given(st.integers(1, 14), partners)
@settings(max_examples=100)
def test_a_cover_takes_the_fewest_there_are(need: int, among: list[Partner]) -> None:
    found = cover(Decimal(need), among)
    enough = [
        (size, -sum(one.worth for one in some))
        for size in range(len(among) + 1)
        for some in combinations(among, size)
        if sum(one.amount for one in some) >= need >= sum(one.least for one in some)
        and all(one.least <= need for one in some)
    ]
    assert (found is None) == (not enough)
    if found is not None:
        assert (len(found.parts), -found.worth) == min(enough)


def test_the_finest_amounts_take_no_longer_than_a_hundred_lots() -> None:
    among = [partner(str(n), f"{n}.000007", worth=n) for n in range(1, 40)]
    found = split(Decimal("1000.000001"), among)
    assert found.placed <= Decimal("1000.000001")
    assert MOST_LOTS == 100
