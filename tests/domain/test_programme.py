"""Words and weights change by decisions of a facilitator only, and a preview says what they would change."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from domain.events import Private
from domain.lexicon import VERSION, lexicon, published
from domain.matching import DEFAULT, SHOWN, Match, Weights, judge, may_find
from domain.programme import (
    LexiconPublished,
    MatchWeightsSet,
    Programme,
    PublishFrequencies,
    PublishTerm,
    SetMatchWeights,
    WithdrawTerm,
    evolve,
    publish_frequencies,
    publish_term,
    set_match_weights,
    withdraw_term,
)
from domain.refused import Forbidden, NotFound, Refused
from domain.relearning import Read, Shift, what_changes
from tests.domain.test_matching import offer, pieces, request
from tests.samples import ANNE, JOURDIES, LA_ROCHE, LEA, asked, jourdies


def publishing(words: str = "plateau de quai", concept: str = "palette", by: str = ANNE, **said: Any) -> PublishTerm:
    return PublishTerm(
        **asked(by), zone_id=JOURDIES, term_id="term-1", words=words, concept=concept, language="fr", **said
    )


def with_term(words: str = "plateau de quai", concept: str = "palette") -> Programme:
    (event,) = publish_term(publishing(words, concept), None, jourdies())
    return evolve(None, event)


def test_a_published_term_is_a_new_version_of_the_lexicon() -> None:
    (event,) = publish_term(publishing(" plateau  de quai "), None, jourdies())
    assert isinstance(event, LexiconPublished)
    assert (event.version, event.zone_id, str(event.added[0].words)) == (VERSION + 1, JOURDIES, "plateau de quai")
    programme = evolve(None, event)
    assert programme.lexicon.concepts_in("trois plateaux de quai") == ["palette"]
    assert lexicon().concepts_in("trois plateaux de quai") == []


@pytest.mark.parametrize(
    ("words", "concept", "field"),
    [
        ("", "palette", "words"),
        ("nous recherchons", "palette", "words"),
        ("un deux trois quatre cinq six sept", "palette", "words"),
        ("x" * 61, "palette", "words"),
        ("appeler le 06 12 34 56 78", "palette", "words"),
        ("palette", "carton", "words"),
        ("plateau", "no_such_concept", "meaning"),
    ],
)
def test_a_term_is_refused_beside_its_field(words: str, concept: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        publish_term(publishing(words, concept), None, jourdies())
    assert refused.value.field == field


def test_only_a_facilitator_publishes() -> None:
    with pytest.raises(Forbidden):
        publish_term(publishing(by=LEA), None, jourdies())


def test_the_same_words_are_not_published_twice() -> None:
    with pytest.raises(Refused):
        publish_term(publishing("plateaux de quais", "carton"), with_term(), jourdies())


def test_a_term_is_withdrawn_once_and_by_its_own_zone() -> None:
    programme = with_term()
    withdrawing = WithdrawTerm(**asked(ANNE), zone_id=JOURDIES, term_id="term-1")
    (event,) = withdraw_term(withdrawing, programme, jourdies())
    gone = evolve(programme, event)
    assert (gone.version, gone.lexicon) == (VERSION + 2, lexicon())
    assert withdraw_term(withdrawing, gone, jourdies()) == []
    with pytest.raises(NotFound):
        withdraw_term(withdrawing, evolve(None, LexiconPublished(version=2, zone_id=LA_ROCHE)), jourdies())


def test_a_term_whose_text_was_erased_means_nothing() -> None:
    (event,) = publish_term(publishing(), None, jourdies())
    assert isinstance(event, LexiconPublished)
    erased = event.added[0].__class__("term-1", Private(JOURDIES, None), "palette", "fr")
    assert evolve(None, LexiconPublished(version=2, zone_id=JOURDIES, added=(erased,))).lexicon == lexicon()


def test_a_name_for_a_category_means_what_the_category_is_called() -> None:
    assert published((("touret", "PAL.EPAL1"),)).concepts_in("un touret") == ["palette_eur"]


@pytest.mark.parametrize(("points", "field"), [((101, 0, 0, 0), "category"), ((50, 30, 10, 11), "category"),
                                               ((25, 55, 10, 10), None), ((55, 14, 15, 16), "text")])  # fmt: skip
def test_weights_stay_between_half_and_twice_the_usual(points: tuple[int, ...], field: str | None) -> None:
    parts: dict[str, Any] = dict(zip(Weights.__struct_fields__, points, strict=True))
    command = SetMatchWeights(**asked(ANNE), zone_id=JOURDIES, **parts)
    if field is None:
        (event,) = set_match_weights(command, None, jourdies())
        assert evolve(None, event).weights == {JOURDIES: Weights(*points)}
        assert set_match_weights(command, evolve(None, event), jourdies()) == []
    else:
        with pytest.raises(Refused) as refused:
            set_match_weights(command, None, jourdies())
        assert refused.value.field == field


def test_the_usual_weights_need_no_fact() -> None:
    usual: dict[str, Any] = {name: getattr(DEFAULT, name) for name in Weights.__struct_fields__}
    assert set_match_weights(SetMatchWeights(**asked(ANNE), zone_id=JOURDIES, **usual), None, jourdies()) == []
    event = MatchWeightsSet(zone_id=JOURDIES, **usual)
    assert evolve(None, event).weights == {JOURDIES: DEFAULT}


def test_another_table_of_word_counts_is_a_version_of_the_lexicon_too() -> None:
    programme = with_term()
    command = PublishFrequencies(**asked(ANNE), zone_id=JOURDIES, frequencies=2)
    (event,) = publish_frequencies(command, programme, jourdies())
    after = evolve(programme, event)
    assert (after.version, after.frequencies, after.terms) == (programme.version + 1, 2, programme.terms)
    assert after.lexicon.documents > programme.lexicon.documents
    assert publish_frequencies(command, after, jourdies()) == []
    for refused in (replace(command, frequencies=9), replace(command, actor=LEA)):
        with pytest.raises(Refused):
            publish_frequencies(refused, programme, jourdies())


# --- what a term would change -------------------------------------------------------------------------------------


def read(listing: Any, title: str) -> Read:
    return Read(listing, title, "")


def test_a_preview_tells_the_points_before_and_after() -> None:
    titles = ("Plateaux de quai", "Cherche palettes")
    supply = offer(titles[0], category="PAL.STD", quantity=pieces(40))
    need = request(titles[1], category="PAL.OTHER", quantity=pieces(100))
    bystander = request("Cherche un tour à métaux", id="b", category="EQP.TOOL")
    listings = [read(supply, titles[0]), read(need, titles[1]), read(bystander, "Cherche un tour à métaux")]
    change = what_changes(listings, with_term().lexicon)
    before = judge(supply, need)
    assert isinstance(before, Match)
    assert change.listings == ("o",)
    assert change.shifts == (Shift("o", "r", 0, before.points + 30),)
    assert what_changes(listings, lexicon()).shifts == ()


def test_pairs_that_a_search_would_not_find_are_no_matches_in_a_preview() -> None:
    one, other = offer("Plateau", category="PAL.STD"), request("Plateau", category="SRV.COM")
    assert may_find(one, other)
    apart = request("Palettes", category="SRV.COM")
    assert not may_find(one, apart)
    assert (
        what_changes([read(one, "Plateau"), read(apart, "Palettes")], published((("plateau", "palette"),))).shifts == ()
    )


def test_other_weights_let_matches_appear_and_vanish_where_one_zone_alone_shows_both() -> None:
    supply, need = offer("Plateau", category="PAL.STD"), request("Palettes", category="PAL.OTHER")
    usual = judge(supply, need)
    assert isinstance(usual, Match)
    listings = [Read(supply, "Plateau", "", ("zone-a",)), Read(need, "Palettes", "", ("zone-a",))]
    far = Weights(60, 15, 15, 10)
    change = what_changes(listings, instead=far)
    heavier = judge(supply, need, far)
    assert isinstance(heavier, Match)
    assert [(shift.before, shift.after) for shift in change.shifts] == [
        (usual.points if usual.points >= SHOWN else 0, heavier.points if heavier.points >= SHOWN else 0)
    ]
    assert change.listings == ()
    both = [Read(supply, "Plateau", "", ("zone-a", "zone-b")), Read(need, "Palettes", "", ("zone-a", "zone-b"))]
    assert what_changes(both, instead=far).shifts == ()
    assert not what_changes(listings, instead=far, most=0).whole
