"""What the law asks of a listing: its status and code, whose it is, who clears it, and whom it may name."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from domain import listings, taxonomy, waste, zones
from domain.events import Private
from domain.listings import Draft, ListingAmended, ListingPosted, must_be_cleared
from domain.quantities import Quantity
from domain.refused import Forbidden, NotFound, Refused
from domain.waste import LIST_OF_WASTE, checked_code, is_hazardous, proposed
from tests.domain.dealing import accepting, wanting
from tests.samples import (
    JOURDIES,
    LA_ROCHE,
    SAWMILL,
    asked,
    content,
    draft,
    jourdies,
    listing_posted,
    pieces,
    post_listing,
    sawmill,
)
from tests.story import Story

TODAY = date(2026, 11, 22)
PALLETS_OF_WASTE = {"ownership": "owned", "status": "waste", "ewc": "15 01 03"}


def posting(zone: Any = None, side: Any = "offer", **changes: Any) -> Any:
    command = post_listing(side=side, draft=draft(**changes))
    return lambda listing: listings.post_listing(command, listing, sawmill(), {JOURDIES: zone or jourdies("after")})


def posted(**changes: Any) -> ListingPosted:
    story = Story(listings.evolve).when(posting(**changes))
    assert story.refusal is None, story.refusal
    (event,) = story.events
    assert isinstance(event, ListingPosted)
    return event


# --- the list of waste --------------------------------------------------------------------------------------------


def test_the_table_has_every_code_a_category_may_yield_with_its_star() -> None:
    for category in taxonomy.leaves():
        for code in category.waste_codes:
            assert LIST_OF_WASTE[code.removesuffix("*")].hazardous is code.endswith("*"), (category.code, code)


def test_codes_stand_in_order_and_every_hazard_they_speak_of_has_its_star() -> None:
    assert list(LIST_OF_WASTE) == sorted(LIST_OF_WASTE)
    for entry in LIST_OF_WASTE.values():
        if "contenant des substances dangereuses" in entry.label_fr:
            assert entry.hazardous, entry.code
        if " autres que " in entry.label_fr and "contenant des substances" not in entry.label_fr:
            assert entry.label_fr.count("autres que") == 1


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("15 01 03", "15 01 03"), ("150103", "15 01 03"), ("15.01.03", "15 01 03"), (" 15 0103 ", "15 01 03"),
        ("13 02 05*", "13 02 05*"), ("13 02 05", "13 02 05*"), ("130205 *", "13 02 05*"), ("16-06-01", "16 06 01*"),
        ("20 01 42", "20 01 42*"), ("01 04 13", "01 04 13"), ("11 01 05*", "11 01 05*"), ("16 06 09*", "16 06 09*"),
        ("050103", "05 01 03*"),
    ],
)  # fmt: skip
def test_a_code_is_kept_as_it_is_printed_however_it_was_typed(typed: str, kept: str) -> None:
    assert checked_code(typed, TODAY) == kept


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "such as"), ("15 01", "such as"), ("palettes", "such as"), ("21 01 01", "such as"),
        ("00 01 01", "such as"),
        ("15 01 03 04", "such as"), ("15 01 08", "no code"), ("17 07 01", "no code"), ("15 01 03*", "no star"),
        ("17 06 05*", "Asbestos"), ("16 01 11", "Asbestos"), ("06 07 01*", "Asbestos"),
        ("01 02 01", "no code"),
    ],
)  # fmt: skip
def test_a_code_that_is_none_is_refused_with_what_is_wrong(typed: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        checked_code(typed, TODAY)
    assert why in str(refused.value)
    assert refused.value.field == "ewc"


def test_a_code_applies_from_the_day_the_list_says() -> None:
    assert checked_code("20 01 34", date(2026, 12, 8)) == "20 01 34"
    with pytest.raises(Refused, match="no longer"):
        checked_code("20 01 34", date(2026, 12, 9))
    with pytest.raises(Refused, match="does not apply yet"):
        checked_code("20 01 44", date(2026, 11, 8))


def test_a_star_that_was_forgotten_is_known() -> None:
    assert is_hazardous("13 02 05")
    assert not is_hazardous("15 01 03")
    assert is_hazardous("11 01 05*")


def test_codes_are_proposed_by_category_and_those_that_are_over_no_longer() -> None:
    assert [code.printed for code in proposed("PAL.EPAL1")] == ["15 01 03"]
    assert "20 01 34" not in {code.code for code in proposed("DEE.BAT")}
    assert proposed("SRV.CLEAN") == ()


def test_the_list_has_as_many_entries_as_the_decisions() -> None:
    chapters = {code[:2] for code in LIST_OF_WASTE}
    assert chapters == {f"{number:02}" for number in range(1, 21)}
    renewed = [entry for entry in LIST_OF_WASTE.values() if entry.since]
    assert (len(LIST_OF_WASTE) - len(renewed), len(renewed)) == (842, 42), "2014/955/EU, and what 2025/934 adds"
    assert sum(entry.hazardous for entry in renewed) == 28


def test_a_code_that_is_none_is_refused_in_every_chapter_there_is() -> None:
    for code in ("10 99 99", "11 02 01", "16 06 20", "19 14 09"):
        with pytest.raises(Refused, match="no code"):
            checked_code(code, date(2026, 12, 1))
    assert checked_code("110202", date(2026, 12, 1)) == "11 02 02*"
    assert checked_code("191402", date(2026, 12, 1)) == "19 14 02*"


# --- the status -----------------------------------------------------------------------------------------------------


def test_without_a_word_about_it_a_thing_is_a_product() -> None:
    assert "status" not in posted().content.attributes


@pytest.mark.parametrize("status", ["product", "by_product", "end_of_waste"])
def test_no_other_status_takes_a_code_of_waste(status: str) -> None:
    stated = {"ownership": "owned", "status": status}
    assert posted(attributes=stated).content.attributes["status"] == status
    Story(listings.evolve).when(posting(attributes={**stated, "ewc": "15 01 03"})).then_refused(field="status")


def test_waste_needs_its_code_and_where_nobody_can_work_it_out_its_weight() -> None:
    stated = {**PALLETS_OF_WASTE}
    assert posted(attributes=stated).content.attributes["ewc"] == "15 01 03"
    Story(listings.evolve).when(posting(attributes={**stated, "ewc": ""})).then_refused(field="ewc")
    tyres: dict[str, Any] = {"category": "TEX.TYRE", "title": "80 pneus usés", "quantity": pieces("80")}
    of_tyres = {"status": "waste", "ewc": "160103"}
    Story(listings.evolve).when(posting(**tyres, attributes=of_tyres)).then_refused(field="estimated_tonnes")
    Story(listings.evolve).when(posting(**tyres, attributes={**of_tyres, "estimated_tonnes": "0"})).then_refused(
        field="estimated_tonnes"
    )
    kept = posted(**tyres, attributes={**of_tyres, "estimated_tonnes": "0.8", "physical_state": "solid"})
    assert (kept.content.attributes["ewc"], kept.content.attributes["estimated_tonnes"]) == ("16 01 03", "0.8")


def test_a_zone_may_take_no_waste_and_a_company_of_two_posts_in_the_other() -> None:
    off = replace(jourdies("after"), waste="off")
    Story(listings.evolve).when(posting(off, attributes=PALLETS_OF_WASTE)).then_refused("no listings of waste")
    assert Story(listings.evolve).when(posting(off)).refusal is None
    other = replace(jourdies("after"), zone_id=LA_ROCHE)
    command = post_listing(draft=draft(attributes=PALLETS_OF_WASTE))
    both = sawmill(**{JOURDIES: "admitted", LA_ROCHE: "admitted"})
    (event,) = listings.post_listing(command, None, both, {JOURDIES: off, LA_ROCHE: other})
    assert isinstance(event, ListingPosted)
    assert event.zones == (LA_ROCHE,)
    assert zones.WASTE_MODES == ("off", "introduce", "broker")


def test_what_becomes_waste_leaves_no_zone_that_takes_none() -> None:
    off = replace(jourdies("after"), waste="off")
    command = listings.AmendListing(**asked(), listing_id="listing-pallets", draft=draft(attributes=PALLETS_OF_WASTE))
    Story(listings.evolve, listing_posted(awaiting=())).when(
        lambda listing: listings.amend_listing(command, listing, sawmill(), {JOURDIES: off})
    ).then_refused(field="status")


# --- whose it is ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"category": "PAL.STD", "title": "35 palettes C.H.E.P."},
        {"category": "PAL.STD", "title": "35 palettes", "description": "marquées chepp"},
        {"category": "PAL.BROKEN", "title": "Palettes", "description": "", "attributes": {"material": "bois LPR"}},
        {
            "category": "BOI.SCRAP",
            "title": "Lot de palettes CHEP à broyer",
            "quantity": Quantity(Decimal(1), "TNE", None),
        },
        {"category": "MOB.OTHER", "title": "20 pallets, rental pool", "description": "CHEP"},
        {"category": "EQP.OTHER", "title": "CHEP x 30"},
        {"category": "PAL.STD", "title": "35 palettes", "photo_texts": {"photo": "le dé porte CHEP"}},
        {"category": "PAL.POOL", "title": "Palettes"},
        {"category": "PAL.STD", "title": "Palettes", "attributes": {"ownership": "rental_pool"}},
    ],
)
def test_a_poolers_pallets_are_refused_in_title_text_details_and_photos(changes: dict[str, Any]) -> None:
    from_draft = {"attributes": {}, **changes}
    Story(listings.evolve).when(posting(**from_draft)).then_refused("Post them as a return", field="ownership")


@pytest.mark.parametrize(
    "changes",
    [
        {"category": "CAR.BOX", "title": "Cartons au format des palettes CHEP"},
        {"category": "EQP.LIFT", "title": "Transpalette rouge, pour palettes CHEP"},
        {"category": "PAL.STD", "title": "50 palettes perdues, pas de CHEP"},
        {"category": "PAL.STD", "title": "50 palettes non consignées"},
    ],
)
def test_what_only_speaks_of_them_is_offered(changes: dict[str, Any]) -> None:
    posted(**{"attributes": {}, **changes})


def test_they_are_posted_as_a_return_with_their_pooler_and_their_number() -> None:
    returned = posted(side="request", category="PAL.POOL", title="35 CHEP à rendre", quantity=pieces("35"),
                      attributes={"ownership": "rental_pool", "pool_brand": "CHEP"})  # fmt: skip
    assert (returned.side, returned.content.attributes["pool_brand"]) == ("request", "CHEP")
    assert "U" in taxonomy.CATEGORIES["SRV.WASTE"].modes


def test_asbestos_is_refused_and_what_may_hold_some_is_asked_about() -> None:
    goods = {"category": "MIN.BUILD", "quantity": pieces("20"), "attributes": {}, "description": ""}
    Story(listings.evolve).when(posting(title="20 plaques fibrociment", **goods)).then_refused("Asbestos")
    Story(listings.evolve).when(posting(title="20 plaques Éternit", **goods)).then_refused("Before 1997")
    posted(title="20 plaques Éternit neuves", **goods)
    posted(title="20 plaques Éternit", **{**goods, "attributes": {"asbestos_free": "true"}})


# --- whom it names ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["CV de Julie Martin ci-joint", "Appelez Julie au 06 39 98 12 34", "resume of a welder", "julie@exemple.fr",
     "Curriculum sur demande"],
)  # fmt: skip
def test_a_job_need_holds_nobodys_data(text: str) -> None:
    need: dict[str, Any] = {
        "category": "RHC.JOB",
        "title": "Un cariste en mars",
        "quantity": Quantity(Decimal(1), "C62", None),
    }
    Story(listings.evolve).when(posting(side="request", **need, description=text, attributes={})).then_refused(
        "names nobody", field="description"
    )
    posted(side="request", **need, description="Temps plein, CACES demandé.", attributes={})


# --- who clears it ----------------------------------------------------------------------------------------------------


def said(**changes: Any) -> Any:
    return content(attributes={}, **changes)


def test_what_is_or_may_be_hazardous_is_known_by_category_code_content_and_words() -> None:
    drum = {"category": "EMB.DRUM", "title": Private(SAWMILL, "Fûts vides")}
    assert must_be_cleared("offer", said(category="CHI.OIL"))
    assert must_be_cleared("offer", content(attributes={"status": "waste", "ewc": "15 01 10"}, **drum))
    assert must_be_cleared("offer", content(attributes={"residue": "hazardous"}, **drum))
    assert must_be_cleared("offer", said(category="EMB.DRUM", title=Private(SAWMILL, "Fûts de solvants usagés")))
    assert must_be_cleared("offer", said(typed={"material": Private(SAWMILL, "solvants")}))
    assert not must_be_cleared("offer", said(**drum))
    assert not must_be_cleared("request", said(category="EMB.DRUM", title=Private(SAWMILL, "Cherche solvants")))


def test_every_zone_reads_it_first_when_it_is_posted_and_when_it_becomes_so() -> None:
    oil: dict[str, Any] = {"category": "CHI.OIL", "title": "Huile de vidange", "attributes": {}}
    litres = Quantity(Decimal(200), "LTR", None)
    assert posted(**oil, quantity=litres).awaiting == (JOURDIES,)
    assert posted().awaiting == ()
    amended = listings.AmendListing(
        **asked(), listing_id="listing-pallets", draft=draft(description="Imprégnées de solvants.")
    )
    story = Story(listings.evolve, listing_posted(awaiting=())).when(
        lambda listing: listings.amend_listing(amended, listing, sawmill(), {JOURDIES: jourdies("after")})
    )
    event = story.events[0]
    assert isinstance(event, ListingAmended)
    assert event.awaiting == (JOURDIES,)
    # Who had asked before is told nothing, and the owner cannot accept, until a moderator has looked.
    waiting = Story(listings.evolve, listing_posted(awaiting=()))
    waiting.when(wanting())
    assert waiting.refusal is None, waiting.refusal
    waiting.when(lambda listing: listings.amend_listing(amended, listing, sawmill(), {JOURDIES: jourdies("after")}))
    waiting.when(accepting()).then_refused("moderator of the zone looks at it before any contact")


def test_whoever_takes_waste_says_by_what_right() -> None:
    stated = content(attributes=PALLETS_OF_WASTE)
    Story(listings.evolve, listing_posted(awaiting=(), content=stated)).when(wanting(permit="")).then_refused(
        field="permit"
    )
    asked_for = Story(listings.evolve, listing_posted(awaiting=(), content=stated)).when(wanting())
    assert asked_for.refusal is None
    assert asked_for.events[0].permit.text == "Récépissé 74-2025-018"  # type: ignore[attr-defined]
    plain = Story(listings.evolve, listing_posted(awaiting=())).when(wanting())
    assert plain.events[0].permit is None  # type: ignore[attr-defined]


# --- partners ---------------------------------------------------------------------------------------------------------


def test_a_partnership_takes_both_and_ends_with_either() -> None:
    here = replace(jourdies(), zone_id=JOURDIES)
    there = replace(jourdies(), zone_id=LA_ROCHE)
    wish: dict[str, Any] = {"zone_id": JOURDIES, "partner_id": LA_ROCHE}
    with pytest.raises(Forbidden):
        zones.propose_partnership(zones.ProposePartnership(**asked("member-marc"), **wish), here, there)
    (proposed_event,) = zones.propose_partnership(zones.ProposePartnership(**asked("member-alix"), **wish), here, there)
    here = zones.evolve(here, proposed_event)
    assert not here.is_partner_of(there)
    back = zones.ProposePartnership(**asked("member-alix"), zone_id=LA_ROCHE, partner_id=JOURDIES)
    (agreed,) = zones.propose_partnership(back, there, here)
    there = zones.evolve(there, agreed)
    assert not here.is_partner_of(there)
    note = zones.NotePartnership(**asked("member-alix"), **wish)
    (noted,) = zones.note_agreement(note, here, there)
    here = zones.evolve(here, noted)
    assert here.is_partner_of(there)
    assert zones.propose_partnership(back, there, here) == []
    (ended,) = zones.end_partnership(
        zones.EndPartnership(**asked("member-alix"), zone_id=LA_ROCHE, partner_id=JOURDIES), there
    )
    there = zones.evolve(there, ended)
    assert not here.is_partner_of(there)
    # Half-told, it is no standing offer: the one that ended it has to be asked anew.
    assert zones.propose_partnership(zones.ProposePartnership(**asked("member-alix"), **wish), here, there) == []
    (ended_here,) = zones.note_end(note, here, there)
    here = zones.evolve(here, ended_here)
    (again,) = zones.propose_partnership(zones.ProposePartnership(**asked("member-alix"), **wish), here, there)
    assert isinstance(again, zones.PartnershipProposed)
    with pytest.raises(NotFound):
        zones.propose_partnership(zones.ProposePartnership(**asked("member-alix"), **wish), here, None)


def test_a_draft_says_who_may_see_it_and_seeing_less_needs_no_second_reading() -> None:
    def amended(visibility: Any) -> ListingAmended:
        command = listings.AmendListing(
            **asked(), listing_id="listing-pallets", draft=Draft(**{**_fields(draft()), "visibility": visibility})
        )
        story = Story(listings.evolve, listing_posted(awaiting=())).when(
            lambda listing: listings.amend_listing(command, listing, sawmill(), {JOURDIES: jourdies("before")})
        )
        event = story.events[0]
        assert isinstance(event, ListingAmended)
        return event

    assert amended("facilitator").awaiting == ()
    assert amended("public").awaiting == (JOURDIES,)


def _fields(one: Draft) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__struct_fields__}


def test_waste_weighs_what_its_unit_says() -> None:
    assert waste.tonnes(pieces("40"), "PAL.EPAL1") == 1
    assert waste.tonnes(pieces("40"), "TEX.TYRE") is None
