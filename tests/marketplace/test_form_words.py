"""What a mail says of a round or a session, to whom, and the one tap it asks for."""

from __future__ import annotations

from datetime import timedelta

from domain import purchases as p
from marketplace.language import translations
from marketplace.purchase_words import PurchaseWords
from marketplace.reactions.telling_buyers import taking_part
from marketplace.wording import Wording
from tests.domain.buying import NOW
from tests.domain.test_rounds import DAY, Round
from tests.domain.test_sessions import BEGINS, free

FRENCH = Wording("fr", translations("fr"))


def words(purchase: p.Purchase, company: str) -> PurchaseWords:
    return PurchaseWords(FRENCH, purchase, "Palettes", str, company, "Europe/Paris")


def test_a_round_is_told_to_who_has_a_stop_and_asks_whether_the_same_is_ready() -> None:
    of = Round()
    of.set(every_weeks=4)
    for letter in "ab":
        of.stop(letter, 10)
    [first] = of.plan()
    assert isinstance(first, p.RoundPlanned)
    assert taking_part(first, of.state) == ("company-a", "company-b")
    assert words(of.state, "company-a").next()[0].startswith("Tenez prêt")
    of.now = NOW + timedelta(days=14)
    refused = of.visit("a", "refused")[0]
    collected = of.visit("b")[0]
    assert isinstance(refused, p.StopVisited)
    assert isinstance(collected, p.StopVisited)
    assert taking_part(refused, of.state) == ("company-a",)
    assert taking_part(collected, of.state) == ()
    assert "a été refusé" in words(of.state, "company-a").happened(refused)
    of.plan(DAY + timedelta(days=28))
    said, button, turn = words(of.state, "company-a").next()
    assert said.startswith("À vous")
    assert (button, turn) == ("Le dire d’un geste", True)


def test_only_those_whose_people_were_there_are_told_when_it_ends_and_no_name_leaves() -> None:
    course = free()
    course.name("a", "1", called="Yann Le Goffic")
    course.name("b", "2")
    course.now = BEGINS + timedelta(hours=8)
    course.held("1")
    assert course.state.session.wakes_at is not None
    [due] = course.wake(course.state.session.wakes_at)
    assert isinstance(due, p.RefreshersDue)
    assert taking_part(due, course.state) == ("company-a",)
    said = words(course.state, "company-a").happened(due)
    assert "1 personne de chez vous" in said
    assert "Yann" not in said
