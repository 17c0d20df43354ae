"""Who is introduced to whom, why, and who never is."""

from __future__ import annotations

import itertools
import json
import random
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import contradictions, taxonomy
from domain.contradictions import satisfies
from domain.lexicon import cosine, lexicon, stem
from domain.matching import Excluded, Match, Traits, judge, keys, may_pool, traits
from domain.nearness import cell
from domain.quantities import Quantity

CASES = Path(__file__).parent.parent / "data" / "cases.jsonl"
HERE: Final[dict[str, Any]] = {"latitude": 46.0635, "longitude": 6.3724}
NEAR: Final[dict[str, Any]] = {"latitude": 46.0438, "longitude": 6.3004}
FAR: Final[dict[str, Any]] = {"latitude": 48.1872, "longitude": -0.1326}


def pieces(amount: int, per: Any = None) -> Quantity:
    return Quantity(Decimal(amount), "H87", per)


def offer(title: str = "120 palettes europe", **said: Any) -> Traits:
    known: dict[str, Any] = {
        "id": "o",
        "side": "offer",
        "company": "sawmill",
        "category": "PAL.EPAL1",
        "quantity": pieces(120),
        **HERE,
    }
    return traits(title=title, **{**known, **said})


def request(title: str = "cherche palettes europe", **said: Any) -> Traits:
    known = {
        "id": "r",
        "side": "request",
        "company": "bakery",
        "category": "PAL.EPAL1",
        "quantity": pieces(150),
        **NEAR,
    }
    return traits(title=title, **{**known, **said})


def matched(one: Traits, other: Traits) -> Match:
    found = judge(one, other)
    assert isinstance(found, Match), found
    return found


def excluded(one: Traits, other: Traits) -> str:
    found = judge(one, other)
    assert isinstance(found, Excluded), found
    return found.code


def test_the_four_parts_make_the_score() -> None:
    found = matched(offer(), request())
    assert found.category == 5000
    assert found.quantity == 800
    assert found.distance == round(1000 * 2.718281828 ** (-5.97 / 30), -1) or 810 < found.distance < 830
    assert found.text <= 3000
    assert found.points == (found.category + found.text + found.distance + found.quantity) // 100


def test_the_reasons_hold_figures_and_no_word_anyone_typed() -> None:
    found = matched(
        offer(text="chez Julie", attributes={"condition": "A"}),
        request(text="pour Marc", attributes={"condition": "B"}),
    )
    pro = {reason.code: reason.values for reason in found.pro}
    assert pro["same_leaf"] == {"category": "PAL.EPAL1"}
    assert pro["covers"] == {"offered": "120", "needed": "150", "unit": "H87"}
    assert pro["condition"] == {"offered": "A", "asked": "B"}
    assert 5_500 < int(pro["distance"]["metres"]) < 6_500
    assert b"Julie" not in msgspec.json.encode(found)


def test_a_match_is_the_same_from_either_end() -> None:
    one, other = offer(), request()
    assert judge(one, other) == judge(other, one)


@pytest.mark.parametrize(
    ("offered", "asked", "code"),
    [
        ({"company": "bakery"}, {}, "same_company"),
        ({"title": "lot de palettes CHEP"}, {}, "pool_owned"),
        ({"title": "palettes bleues"}, {}, "pool_suspected"),
        ({"category": "PAL.SECT"}, {}, "deposit"),
        ({"attributes": {"ownership": "rental_pool"}}, {}, "pool_owned"),
        ({"attributes": {"condition": "C"}}, {"attributes": {"condition": "A"}}, "condition"),
        ({"attributes": {"ispm15": "false"}}, {"attributes": {"ispm15": "true"}}, "ispm15"),
        ({"category": "PAL.EPAL2"}, {}, "dimension_mm"),
        ({"category": "PAL.PLAST"}, {}, "material"),
        ({"category": "PAL.STD"}, {"attributes": {"ownership": "exchange_pool"}}, "ownership"),
        (FAR, {}, "distance"),
        ({"max_km": 2}, {}, "distance"),
        ({}, {"max_km": 2}, "distance"),
        ({"available_to": date(2026, 3, 10)}, {"available_from": date(2026, 4, 1)}, "windows"),
        ({"mode": "give"}, {"mode": "lend"}, "mode"),
        ({}, {"attributes": {"minimum_lot": "200"}}, "minimum_lot"),
    ],
)
def test_pallets_are_kept_apart_by(offered: dict[str, Any], asked: dict[str, Any], code: str) -> None:
    assert excluded(offer(**offered), request(**asked)) == code


BALES: Final[dict[str, Any]] = {
    "category": "CAR.OCC",
    "title": "balles de carton",
    "quantity": Quantity(Decimal(10), "TNE", "MON"),
}
BOXES: Final[dict[str, Any]] = {"category": "CAR.BOX", "title": "cartons vides", "quantity": pieces(300)}


@pytest.mark.parametrize(
    ("offered", "asked", "code"),
    [
        (BOXES, BALES, "use_intent"),
        (BALES, BOXES, "use_intent"),
        ({**BALES, "attributes": {"en643": "1.04"}}, {**BALES, "attributes": {"en643": "1.05"}}, "en643"),
        ({**BALES, "category": "CAR.MIX"}, BALES, "en643"),
        ({**BOXES, "title": "cartons 60x40"}, {**BOXES, "title": "cartons 40 x 30 cm"}, "dimension_mm"),
        (
            {**BALES, "attributes": {"moisture_dirty": "true"}},
            {**BALES, "attributes": {"moisture_dirty": "false"}},
            "moisture_dirty",
        ),
    ],
)
def test_cardboard_is_kept_apart_by(offered: dict[str, Any], asked: dict[str, Any], code: str) -> None:
    assert excluded(offer(**offered), request(**asked)) == code


@pytest.mark.parametrize(
    ("category", "offered", "asked", "code"),
    [
        ("CHI.OIL", {"title": "huile de vidange"}, {"title": "huile pour mon atelier"}, "hazardous"),
        ("MIN.BUILD", {"title": "plaques fibrociment"}, {"title": "plaques"}, "prohibited"),
        ("RHC.LEND", {"title": "Louons nos soudeurs"}, {"title": "soudeur"}, "unlawful_lending"),
        ("RHC.LEND", {"title": "cariste disponible"}, {"title": "deux soudeurs"}, "trade"),
        (
            "CHI.ACID",
            {"title": "acide chlorhydrique", "attributes": {"status": "by_product"}},
            {"title": "soude"},
            "material",
        ),
        ("EQP.LIFT", {"title": "nacelle"}, {"title": "transpalette"}, "item"),
        ("ESP.PARK", {"title": "places poids lourds"}, {"title": "places VL"}, "vehicle"),
        ("SRV.TRAIN", {"title": "formation SST initiale"}, {"title": "MAC SST"}, "course_code"),
        ("ENE.HEAT", {"attributes": {"temperature_c": "60"}}, {"attributes": {"temperature_c": "90"}}, "temperature_c"),
        ("EMB.IBC", {"title": "cuves, épreuve dépassée"}, {"attributes": {"adr_valid": "true"}}, "adr_valid"),
        ("EMB.DRUM", {"attributes": {"residue": "hazardous"}}, {"attributes": {"food_grade": "true"}}, "residue"),
        ("ACH.ENE", {"attributes": {"energy": "gas"}}, {"attributes": {"energy": "electricity"}}, "energy"),
        (
            "ACH.ENE",
            {"attributes": {"deadline": "2027-01-15"}},
            {"posted_on": date(2027, 1, 20)},
            "deadline",
        ),
    ],
)
def test_other_families_are_kept_apart_by(
    category: str, offered: dict[str, Any], asked: dict[str, Any], code: str
) -> None:
    said: dict[str, Any] = {
        "category": category,
        "title": "annonce",
        "quantity": None,
        "latitude": None,
        "longitude": None,
    }
    assert excluded(offer(**{**said, **offered}), request(**{**said, **asked})) == code


def test_what_is_not_known_never_excludes() -> None:
    bare: dict[str, Any] = {"quantity": None, "latitude": None, "longitude": None, "company": None, "category": None}
    found = matched(offer(**bare), request(**bare))
    assert {reason.code for reason in found.contra} >= {"category_unknown", "distance_unknown"}
    asked: dict[str, Any] = {"attributes": {"ispm15": "true", "condition": "B", "food_grade": "true"}}
    assert {reason.code for reason in matched(offer(), request(**asked)).contra} >= {"ask_ispm15", "ask_condition"}


def test_one_grade_below_is_a_question_and_not_an_exclusion() -> None:
    found = matched(offer(attributes={"condition": "C"}), request(attributes={"condition": "B"}))
    assert {reason.code for reason in found.contra} >= {"lower_condition"}


def test_a_grade_of_board_satisfies_lower_ones_and_never_higher_ones() -> None:
    assert satisfies("1.05", "1.04")
    assert satisfies("1.05", "1.02")
    assert satisfies("1.04", "1.02")
    assert not satisfies("1.04", "1.05")
    assert not satisfies("1.02", "1.04")


def test_a_one_off_against_a_flow_counts_three_months() -> None:
    found = matched(offer(quantity=pieces(150)), request(quantity=pieces(100, "MON")))
    assert found.quantity == 500
    assert {reason.code for reason in found.contra} >= {"once_against_flow"}


def test_volume_and_mass_meet_by_density_and_say_so() -> None:
    loose = offer(**{**BALES, "title": "cartons en vrac", "quantity": Quantity(Decimal(15), "MTQ", "WEE")})
    wanted = request(**{**BALES, "title": "cartons", "quantity": Quantity(Decimal(1), "TNE", "WEE")})
    found = matched(loose, wanted)
    assert found.quantity == 900
    assert {reason.code for reason in found.contra} >= {"estimated"}


def test_a_material_meets_the_function_it_serves() -> None:
    found = matched(
        offer(**{**BALES, "title": "carton broyé"}),
        request(category="EMB.FILL", title="calage pour colis", quantity=Quantity(Decimal(1), "MTQ", "MON")),
    )
    assert found.category == 3500
    assert {reason.code for reason in found.pro} >= {"substitution"}


def test_other_is_neutral() -> None:
    assert matched(offer(category="PAL.OTHER"), request(category="CAR.BOX", quantity=None)).category == 1250
    assert matched(offer(category=None), request()).category == 1250


def test_two_offers_or_two_requests_are_no_supply_for_each_other() -> None:
    assert excluded(offer(id="a"), offer(id="b", company="bakery")) == "same_side"
    assert excluded(request(id="a"), request(id="b", company="sawmill")) == "same_side"


def test_an_offer_joins_an_action_that_collects_it() -> None:
    action = offer(id="g", side="group_action", category="SRV.WASTE", title="collecte groupée de carton", quantity=None)
    assert matched(action, offer(**BALES, company="bakery")).category == 3500


def test_requests_for_the_same_thing_nearby_may_be_pooled() -> None:
    guard: dict[str, Any] = {"category": "SRV.GUARD", "title": "ronde de nuit", "quantity": None}
    assert may_pool(request(**guard), request(**guard, company="sawmill"))
    assert not may_pool(request(**guard), request(**guard))
    assert not may_pool(request(**guard), request(**{**guard, **FAR, "company": "sawmill"}))
    assert not may_pool(request(**guard), offer(**guard))


def test_every_exclusion_has_a_code_that_is_listed() -> None:
    assert len(set(contradictions.CODES)) == len(contradictions.CODES)


WORDS: Final = ("palettes", "CHEP", "europe", "carton", "balles", "1.05", "neuf", "acide", "600x400", "à prêter", "zzz")
LISTINGS = st.builds(
    traits,
    id=st.uuids().map(str),
    side=st.sampled_from(["offer", "request", "group_action", "join_request"]),
    title=st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join),
    text=st.text(max_size=30),
    company=st.sampled_from(["sawmill", "bakery", None]),
    category=st.sampled_from([*taxonomy.CATEGORIES, None]),
    quantity=st.none()
    | st.builds(
        Quantity,
        st.integers(1, 10**6).map(Decimal),
        st.sampled_from(sorted(taxonomy.UNITS)),
        st.sampled_from([None, "WEE", "ANN"]),
    ),
    latitude=st.none() | st.floats(43, 47),
    longitude=st.none() | st.floats(1, 6),
)


@settings(max_examples=300)
@given(LISTINGS, LISTINGS)
def test_any_two_listings_are_judged_alike_from_either_end(one: Traits, other: Traits) -> None:
    found = judge(one, other)
    assert found == judge(other, one)
    if isinstance(found, Match):
        assert 0 <= found.hundredths <= 10_000
        assert min(found.category, found.text, found.distance, found.quantity) >= 0
    else:
        assert found.code in contradictions.CODES


@given(LISTINGS, LISTINGS)
def test_traits_kept_as_text_are_judged_as_before(one: Traits, other: Traits) -> None:
    kept = [msgspec.json.decode(msgspec.json.encode(listing), type=Traits) for listing in (one, other)]
    assert judge(kept[0], kept[1]) == judge(one, other)


@settings(max_examples=50)
@given(LISTINGS, LISTINGS)
def test_whoever_may_match_in_a_family_finds_the_other_by_the_keys(one: Traits, other: Traits) -> None:
    if None in (one.latitude, one.longitude, other.latitude, other.longitude, one.family, other.family):
        return
    if isinstance(judge(one, other), Match):
        for seeker, sought in ((one, other), (other, one)):
            assert sought.latitude is not None
            assert sought.longitude is not None
            assert cell(sought.latitude, sought.longitude) in keys(seeker).cells
            assert (sought.category in keys(seeker).categories) == (seeker.category in keys(sought).categories)


def test_the_table_of_matches_is_the_same_whatever_the_order_of_listings() -> None:
    listings = [_read(line) for line in _labelled("listing")][:60]
    tables = []
    for seed in range(3):
        shuffled = random.Random(seed).sample(listings, len(listings))  # noqa: S311 — an order, not a secret
        tables.append({frozenset((a.id, b.id)): judge(a, b) for a, b in itertools.combinations(shuffled, 2)})
    assert tables[0] == tables[1] == tables[2]


def test_words_are_folded_stemmed_and_corrected() -> None:
    terms = lexicon().terms("Palètes EUROPE", "")
    assert "palette_eur" in terms.concepts
    assert stem("vegetaux") == stem("vegetal")
    assert stem("broyeur") != stem("broyat")
    assert "forklift" not in lexicon().terms("palette", "").stems
    assert lexicon().terms("", "").concepts == {}
    assert cosine({}, {"a": 1.0}) == 0
    assert lexicon().terms("x" * 5_000, "y" * 20_000).rarest


def test_labelled_pairs_are_ranked_and_separated() -> None:
    listings = {line["id"]: line for line in _labelled("listing")}
    known = {id_: _read(line) for id_, line in listings.items()}
    giving = {"offer", "group_action"}
    pairs = [
        line
        for line in _labelled("pair")
        if (listings[line["a"]]["side"] in giving) != (listings[line["b"]]["side"] in giving)
    ]

    def score(one: str, other: str) -> int:
        found = judge(known[one], known[other])
        return found.hundredths if isinstance(found, Match) else 0

    right = [score(pair["a"], pair["b"]) for pair in pairs if pair["match"]]
    wrong = [score(pair["a"], pair["b"]) for pair in pairs if not pair["match"]]
    rivals = {(one, other) for pair in pairs if not pair["match"] for one, other in _both(pair)}
    reciprocal = []
    for pair in (pair for pair in pairs if pair["match"]):
        for seeker, sought in _both(pair):
            mine = score(seeker, sought)
            others = [
                score(seeker, other)
                for other, line in listings.items()
                if other not in {seeker, sought}
                and line["side"] == listings[sought]["side"]
                and (line["group"] != listings[seeker]["group"] or (seeker, other) in rivals)
            ]
            rank = 1 + sum(rival > mine for rival in others) + sum(rival == mine for rival in others) / 2
            reciprocal.append(1 / rank if mine else 0)
    better = sum((good > bad) + (good == bad) / 2 for good in right for bad in wrong)
    assert sum(reciprocal) / len(reciprocal) >= 0.88
    assert sum(rank >= 1 / 5 for rank in reciprocal) / len(reciprocal) >= 0.97
    assert better / (len(right) * len(wrong)) >= 0.83
    assert sum(points >= 6500 for points in wrong) / len(wrong) <= 0.06
    assert sum(points >= 6500 for points in right) / len(right) >= 0.85


def _both(pair: dict[str, Any]) -> tuple[tuple[str, str], tuple[str, str]]:
    return (pair["a"], pair["b"]), (pair["b"], pair["a"])


def _labelled(kind: str) -> list[dict[str, Any]]:
    lines = (json.loads(line) for line in CASES.read_text("utf-8").splitlines())
    return [line for line in lines if line["kind"] == kind]


def _read(line: dict[str, Any]) -> Traits:
    said = line["attributes"]
    stated = {
        taxonomy.ATTRIBUTE_NAMES[name]: "x".join(map(str, value))
        if isinstance(value, list)
        else json.dumps(value).strip('"')
        for name, value in said.items()
        if name in taxonomy.ATTRIBUTE_NAMES
    }
    return traits(
        id=line["id"],
        side=line["side"],
        title=line["title"],
        text=line["text"],
        company=line["company"],
        category=line["category"],
        quantity=Quantity(Decimal(str(line["quantity"])), line["unit"], line["per"]),
        attributes=stated,
        latitude=line["lat"],
        longitude=line["lon"],
        available_from=date.fromisoformat(said["available_from"]) if "available_from" in said else None,
        available_to=date.fromisoformat(said["available_to"]) if "available_to" in said else None,
    )


@pytest.mark.parametrize(
    ("category", "code", "typed", "text"),
    [
        ("EQP.LIFT", "item", "Chariot", "cherche chariot élévateur"),
        ("EQP.LIFT", "item", "Fenwick 2,5 t", "forklift wanted"),
        ("PAL.BOX", "material", "Bois", "wooden box pallets"),
        ("PAL.STD", "material", "Bois massif", "palettes"),
        ("PLA.RIGID", "material", "PEHD", "hdpe crates"),
        ("RHC.PROD", "trade", "Soudeur TIG", "we need a welder"),
    ],
)
def test_an_answer_in_ones_own_words_is_read_as_a_text_is(category: str, code: str, typed: str, text: str) -> None:
    said, asked = offer("à prendre", category=category, attributes={code: typed}), request(text, category=category)
    assert code in said.spec
    assert code not in asked.spec or set(said.spec[code]) & set(asked.spec[code])
    matched(said, asked)


def test_words_that_no_table_has_are_never_told_in_a_reason_and_part_only_what_means_something_else() -> None:
    drill, other = (
        offer("machine", category="EQP.TOOL", attributes={"item": "Perceuse"}),
        request("machine", category="EQP.TOOL", attributes={"item": "Drill"}),
    )
    assert "same_item" not in {reason.code for reason in matched(drill, other).pro}
    same = matched(drill, request("machine", category="EQP.TOOL", attributes={"item": "perceuse"}))
    assert {reason.code: reason.values for reason in same.pro}["same_item"] == {}
    oak, pine = (
        offer("planches", category="BOI.SAW", attributes={"material": "Chêne"}),
        request("planches", category="BOI.SAW", attributes={"material": "Sapin"}),
    )
    assert judge(oak, pine) == Excluded("material")


@pytest.mark.parametrize(
    ("category", "typed", "other"),
    [
        ("MET.FER", "Ferraille", "Acier"),
        ("MET.FER", "Scrap iron", "Fonte"),
        ("MET.FER", "Métal", "Inox 304"),
        ("PLA.RIGID", "Plastique", "Polystyrène"),
        ("MET.FER", "Métaux ferreux", "Acier"),
    ],
)
def test_a_material_told_in_general_meets_each_of_its_kinds(category: str, typed: str, other: str) -> None:
    some = offer("à enlever", category=category, attributes={"material": typed})
    matched(some, request("à prendre", category=category, attributes={"material": other}))
    matched(some, request(other, category=category))
    copper = {"MET.FER": "Cuivre", "PLA.RIGID": "Caoutchouc"}[category]
    named = offer("à enlever", category=category, attributes={"material": other})
    assert judge(named, request("à prendre", category=category, attributes={"material": copper})) == Excluded(
        "material"
    )


def test_an_alloy_that_is_named_is_not_another_of_its_family() -> None:
    sheets = offer("tôles inox 304", category="MET.FER")
    assert judge(sheets, request("tôles inox 316", category="MET.FER")) == Excluded("material")
    matched(sheets, request("tôles inox", category="MET.FER"))
    lift = offer("contrôle d'ascenseurs", category="SRV.INSP")
    assert judge(lift, request("contrôle de chariots", category="SRV.INSP")) == Excluded("sort")


def test_journeys_to_one_place_written_otherwise_are_one_journey() -> None:
    def going(**said: str) -> dict[str, Any]:
        return {"category": "TRA.POOL", "attributes": {"origin": "Bonneville", **said}}

    there = offer("covoiturage", **going(destination="St-Pierre en Faucigny"))
    found = matched(there, request("covoiturage", **going(destination="74800 Saint-Pierre-en-Faucigny")))
    assert [reason.code for reason in found.pro].count("same_destination") == 1
    assert all("faucigny" not in str(reason.values) for reason in found.pro)
    assert judge(there, request("covoiturage", **going(destination="Annecy"))) == Excluded("destination")
