"""What waits is in one queue, oldest first; what was decided stays on record with the words as they stood."""

from __future__ import annotations

from domain.companies import EraseCompany
from domain.listings import ExpireListing, NoteOverdue
from domain.zones import OPERATOR
from projections import moderation
from tests.replay import Town
from tests.samples import asked, later, pieces

JOURDIES = "zone-jourdies"
MODERATOR = "moderator-jourdies"


def careful(town: Town) -> None:
    town.zone("jourdies", moderation="before")
    town.company("sawmill", JOURDIES)


def queue(town: Town, name: str = MODERATOR) -> list[moderation.Case]:
    return town.see(name, moderation.queue(JOURDIES))


def test_what_is_posted_waits_with_its_author_and_what_its_words_give_away(town: Town) -> None:
    careful(town)
    town.post("sawmill", "pallets", description="Appelez le 06 12 34 56 78.")
    town.post("sawmill", "more", now=later(hours=1))
    first, second = queue(town)
    assert (first.listing_id, first.author, first.first, first.flags) == (
        "listing-pallets",
        "Sawmill SA",
        True,
        ("personal_data",),
    )
    assert (second.listing_id, second.first, second.flags, second.before) == ("listing-more", False, (), None)
    (load,) = town.see(MODERATOR, moderation.workload([JOURDIES], later()))
    assert (load.waiting, load.decided) == (2, 0)


def test_the_queue_is_for_moderators_and_administrators_of_the_zone(town: Town) -> None:
    careful(town)
    town.zone("la-roche")
    town.post("sawmill", "pallets")
    for name, sees in {
        MODERATOR: 1, "administrator-jourdies": 1, "facilitator-jourdies": 0, "sawmill": 0, "moderator-la-roche": 0,
        "": 0,
    }.items():  # fmt: skip
        assert len(queue(town, name)) == sees, name


def test_the_queue_can_be_read_page_by_page(town: Town) -> None:
    careful(town)
    for number in range(5):
        town.post("sawmill", f"pallets-{number}", now=later(hours=number // 2))
    first = town.see(MODERATOR, moderation.queue(JOURDIES, limit=2))
    then = town.see(MODERATOR, moderation.queue(JOURDIES, first[1].cursor, 2))
    last = town.see(MODERATOR, moderation.queue(JOURDIES, then[1].cursor, 2))
    assert (len(first), len(then), len(last)) == (3, 3, 1)
    seen = [case.listing_id for case in (*first[:2], *then[:2], *last)]
    assert seen == [f"listing-pallets-{number}" for number in range(5)]
    for cursor in ("no~cursor~1", "²~cursor~1", "٣~cursor~1"):
        assert len(town.see(MODERATOR, moderation.queue(JOURDIES, cursor))) == 5


def test_a_decision_leaves_the_queue_and_stays_on_record(town: Town) -> None:
    careful(town)
    town.post("sawmill", "pallets")
    town.reject("pallets", "jourdies", now=later(hours=2))
    assert queue(town) == []
    (decided,) = town.see(MODERATOR, moderation.record(JOURDIES))
    assert (decided.outcome, decided.ground, decided.sentence) == ("rejected", "unclear", "Dites ce que c’est.")
    assert decided.decided_by == "member:member-moderator-jourdies"
    assert decided.words.title == "50 palettes Europe 80×120, bon état"


def test_an_amendment_is_compared_with_what_was_decided_about(town: Town) -> None:
    careful(town)
    town.post("sawmill", "pallets")
    town.approve("pallets", "jourdies")
    town.amend("sawmill", "pallets", title="Palettes Europe, autre lot", now=later(days=1))
    (case,) = queue(town)
    assert case.before is not None
    assert (case.before.title, case.words.title) == (
        "50 palettes Europe 80×120, bon état",
        "Palettes Europe, autre lot",
    )
    town.amend("sawmill", "pallets", title="Encore un autre lot", now=later(days=2))
    (case,) = queue(town)
    assert case.before is not None
    assert (case.before.title, case.words.title) == ("50 palettes Europe 80×120, bon état", "Encore un autre lot")
    assert (case.since, case.content_version) == (later(days=1), 3)


def test_a_larger_quantity_alone_is_not_reviewed_again(town: Town) -> None:
    careful(town)
    town.post("sawmill", "pallets")
    town.approve("pallets", "jourdies")
    town.amend("sawmill", "pallets", quantity=pieces("80"))
    assert queue(town) == []


def test_what_closes_undecided_lapses_and_waits_again_when_it_comes_back(town: Town) -> None:
    careful(town)
    town.post("sawmill", "pallets")
    town.marketplace.expire_listing(
        ExpireListing(listing_id="listing-pallets", **asked("system:clock", later(days=60)))
    )
    assert queue(town) == []
    town.renew("sawmill", "pallets", now=later(days=61))
    (case,) = queue(town)
    assert case.since == later(days=61)
    assert [row.outcome for row in town.see(MODERATOR, moderation.record(JOURDIES))] == ["lapsed"]


def test_a_changed_mind_is_on_record_too(town: Town) -> None:
    town.zone("jourdies")
    town.company("sawmill", JOURDIES)
    town.post("sawmill", "pallets")
    town.reject("pallets", "jourdies", now=later(hours=1))
    town.approve("pallets", "jourdies", now=later(hours=2))
    outcomes = [row.outcome for row in town.see(MODERATOR, moderation.record(JOURDIES, "listing-pallets"))]
    assert outcomes == ["approved", "rejected"]


def test_an_erased_company_leaves_the_decision_without_its_words(town: Town) -> None:
    careful(town)
    town.post("sawmill", "pallets", description="Appelez le 06 12 34 56 78.")
    town.reject("pallets", "jourdies")
    town.marketplace.erase_company(EraseCompany(company_id="company-sawmill", **asked(OPERATOR)))
    (decided,) = town.see(MODERATOR, moderation.record(JOURDIES))
    assert (decided.author, decided.words.title, decided.words.description, decided.flags) == ("", "", "", ())
    assert (decided.outcome, decided.sentence) == ("rejected", "Dites ce que c’est.")
    town.log.erase("company-sawmill")


def test_what_a_zone_shows_at_once_waits_behind_what_it_hides(town: Town) -> None:
    town.zone("jourdies")
    town.company("sawmill", JOURDIES)
    town.post("sawmill", "pallets")
    (case,) = queue(town)
    assert (case.shown, case.spared) == (True, None)
    (load,) = town.see(MODERATOR, moderation.workload([JOURDIES], later()))
    assert (load.waiting, load.unread) == (0, 1), "no author waits"
    town.amend("sawmill", "pallets", title="Palettes Europe, autre lot", now=later(hours=1))
    (case,) = queue(town)
    assert (case.shown, case.words.title) == (True, "Palettes Europe, autre lot")
    town.approve("pallets", "jourdies", now=later(hours=2))
    town.amend("sawmill", "pallets", title="Palettes Europe, autre lot", quantity=pieces("80"), now=later(hours=3))
    assert queue(town) == [], "a figure is not read again"


def test_a_change_that_is_asked_for_leaves_the_queue_until_it_is_answered(town: Town) -> None:
    careful(town)
    town.post("sawmill", "pallets")
    town.ask("pallets", "jourdies", now=later(hours=1))
    assert queue(town) == []
    (asked_for,) = town.see(MODERATOR, moderation.record(JOURDIES))
    assert (asked_for.outcome, asked_for.ground, asked_for.decider) == ("amend", "unclear", "Moderator-Jourdies")
    town.amend("sawmill", "pallets", title="Palettes Europe 80×120", now=later(hours=2))
    (case,) = queue(town)
    assert case.before is not None
    assert (case.before.title, case.shown) == ("50 palettes Europe 80×120, bon état", False)


def test_a_decision_taken_back_stays_on_record_and_the_listing_in_its_place(town: Town) -> None:
    careful(town)
    town.post("sawmill", "pallets")
    town.post("sawmill", "more", now=later(hours=1))
    town.reject("pallets", "jourdies", now=later(hours=2))
    (decided,) = town.see(MODERATOR, moderation.decided(JOURDIES, later()))
    assert decided.decided_version is not None
    town.take_back("pallets", "jourdies", decided.decided_version, now=later(hours=3))
    assert [case.listing_id for case in queue(town)] == ["listing-pallets", "listing-more"]
    (taken,) = town.see(MODERATOR, moderation.record(JOURDIES))
    assert (taken.outcome, taken.taken_back_at, taken.taken_back_by) == ("rejected", later(hours=3), decided.decided_by)
    assert town.see(MODERATOR, moderation.decided(JOURDIES, later())) == []


def test_what_is_late_is_found_once(town: Town) -> None:
    careful(town)
    town.post("sawmill", "pallets")
    assert town.know(moderation.late(later(hours=47), 10)) == []
    (late,) = town.know(moderation.late(later(hours=49), 10))
    assert (late.listing_id, late.due_at) == ("listing-pallets", later(hours=48))
    command = NoteOverdue(
        **asked("system:clock", later(hours=49)), listing_id=late.listing_id, zone_id=JOURDIES, due_at=late.due_at
    )
    town.marketplace.note_overdue(command)
    assert town.know(moderation.late(later(hours=50), 10)) == []
    (case,) = queue(town)
    assert case.overdue_at == later(hours=49)
