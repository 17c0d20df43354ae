"""Exchanges in words: each step and each event is said from the reader's side, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import get_args

import pytest

from domain.exchanges import REASONS, Exchange, Note, Slot, Step, Take
from domain.exchanges import Stage as StageCode
from domain.exchanges.events import Owed
from domain.quantities import Quantity
from marketplace.language import LANGUAGES, translations
from projections.exchanges import RecordRow, StepRow
from projections.viewer import Represented, Viewer
from web.exchanging import BUTTONS, STAGES, THEIRS, YOURS, ExchangePresenter

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SAWMILL, BAKERY = "company-sawmill", "company-bakery"
NAMES = {SAWMILL: "Scierie Dunand", BAKERY: "Boulangerie Blanc"}
EVENTS = ("InterestShown", *(event.__name__ for event in (*get_args(Step), *get_args(Note))))


def speaking(language: str) -> Callable[..., str]:
    def say(message: str, **figures: object) -> str:
        said = translations(language).gettext(message)
        return said % figures if figures else said

    return say


def presenter(company: str = SAWMILL, language: str = "en", now: datetime = NOW) -> ExchangePresenter:
    companies = (Represented(company, NAMES[company], ("zone-a",)),) if company else ()
    viewer = Viewer(member_id="member-1", companies=companies)
    return ExchangePresenter(viewer, speaking(language), language, now, "Europe/Paris", NAMES)


def asked(**more: object) -> Exchange:
    """The bakery asked the sawmill for forty pallets a day ago."""
    values: dict[str, object] = {
        "exchange_id": "exchange-1", "listing_id": "listing-1", "other_listing_id": None, "owner_id": SAWMILL,
        "asker_id": BAKERY, "provider_id": SAWMILL, "receiver_id": BAKERY, "zone_id": "zone-a",
        "time_zone": "Europe/Paris", "asked": Quantity(Decimal(40), "H87"), "contacts": {}, "origin": "page",
        "asked_at": NOW - timedelta(days=1), "since": NOW - timedelta(days=1), "version": 3, **more,
    }  # fmt: skip
    return Exchange(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("company", "now", "sentence"),
    [
        (SAWMILL, NOW, "Your turn: say yes or no by Sunday 8 March"),
        (BAKERY, NOW, "Their turn: Scierie Dunand says yes or no by Sunday 8 March"),
        ("", NOW, "Next: Scierie Dunand says yes or no by Sunday 8 March"),
        (SAWMILL, NOW + timedelta(days=6) - timedelta(hours=2), "Your turn: say yes or no today"),
        (SAWMILL, NOW + timedelta(days=9), "Your turn: say yes or no; it was due on Sunday 8 March"),
    ],
)
def test_a_step_is_said_from_the_readers_side(company: str, now: datetime, sentence: str) -> None:
    turn = presenter(company, now=now).turn(asked())
    assert turn is not None
    assert (turn.sentence, turn.mine, bool(turn.do)) == (sentence, company == SAWMILL, company == SAWMILL)
    assert turn.late == ("was due" in sentence)


def test_a_pick_up_to_come_is_nobodys_turn() -> None:
    slot = Slot(NOW + timedelta(days=1, hours=4), NOW + timedelta(days=1, hours=5))
    exchange = asked(accepted=Quantity(Decimal(40), "H87"), held=Decimal(40), agreed=slot)
    for company in (SAWMILL, BAKERY):
        turn = presenter(company).turn(exchange)
        assert turn is not None
        assert (turn.coming, turn.mine, turn.sentence) == (True, False, "Pick-up: Tuesday 3 March, 14:00–15:00")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_stage_step_and_reason_has_its_words(language: str) -> None:
    assert set(STAGES) == set(get_args(StageCode))
    assert set(YOURS) == set(THEIRS) == set(BUTTONS) == set(get_args(Owed))
    show = presenter(language=language)
    assert all(show.stage(stage).word for stage in STAGES)
    assert all(show.reason(reason) and "'" not in show.reason(reason) for reason in REASONS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", EVENTS)
@pytest.mark.parametrize("by", ["", SAWMILL, BAKERY])
def test_every_event_is_said_whoever_did_it(what: str, by: str, language: str) -> None:
    row = StepRow(
        exchange_id="exchange-1", version=1, what=what, by=by, at=NOW, number=1, amount=Decimal(30), unit="H87",
        starts=NOW, ends=NOW + timedelta(hours=1), period="2026-02",
    )  # fmt: skip
    if by or what not in ONLY_BY_A_SIDE:
        happening = presenter(language=language).happening(row, asked(), "PAL.EPAL1")
        assert happening.sentence
        assert "%(" not in happening.sentence
        assert happening.by_reader == (by == SAWMILL)


ONLY_BY_A_SIDE = frozenset(
    {
        "InterestShown", "ExchangeAccepted", "HoldRenewed", "PickupProposed", "PickupAgreed", "ExchangeConfirmed",
        "TakeCorrected", "ExchangeDisputed", "SavingsDeclared", "PeriodConfirmed", "FlowEnded",
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ("2026-W07", "week of 9 February 2026"),
        ("2026-02", "February 2026"),
        ("2026-Q1", "1st quarter 2026"),
        ("2026", "2026"),
    ],
)
def test_a_period_is_said_in_words(period: str, said: str) -> None:
    assert presenter().period(period) == said


def test_a_slot_over_midnight_names_both_days() -> None:
    slot = Slot(datetime(2026, 3, 3, 21, tzinfo=UTC), datetime(2026, 3, 4, 1, tzinfo=UTC))
    assert presenter().slot(slot) == "Tuesday 3 March, 22:00 – Wednesday 4 March, 02:00"
    assert presenter(language="fr").slot(slot) == "mardi 3 mars, 22:00 – mercredi 4 mars, 02:00"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "First exchange here"),
        ({"accepted": 7, "collected": 6, "gave_up": 1}, "7 requests accepted: 6 collected, 1 given up"),
        (
            {"accepted": 2, "silent": 1},
            "2 requests accepted: 0 collected, 2 under way or ended otherwise · 1 left unanswered",
        ),
    ],
)
def test_a_companys_record_is_plain_facts(facts: dict[str, int], said: str) -> None:
    assert presenter().record(RecordRow(company_id=BAKERY, name="", zones=(), **facts)) == said


def test_whoever_knows_nothing_of_a_company_is_told_nothing() -> None:
    assert presenter().record(None) == "First exchange here"
    assert presenter().name("company-unknown") == "a company of the zone"


def test_what_came_together_may_be_more_than_any_one_quantity() -> None:
    flow = asked(
        asked=Quantity(Decimal(999_999_999), "H87", "WEE"),
        takes=tuple(
            Take(
                number=number,
                amount=Decimal(999_999_999),
                measured=True,
                by=BAKERY,
                at=NOW,
                told_at=NOW,
                period=f"2026-W0{number}",
            )
            for number in (1, 2)
        ),
    )
    assert presenter().amount(flow.taken, flow, "PAL.EPAL1") == "1,999,999,998 pallets"
    assert presenter().amount(flow.taken, flow, "PAL.EPAL1", per=True) == "1,999,999,998 pallets per week"


@pytest.mark.parametrize(("company", "detail"), [(BAKERY, "€1,250.50"), (SAWMILL, ""), ("", "")])
def test_what_it_saved_is_said_to_whoever_said_it_alone(company: str, detail: str) -> None:
    row = StepRow(
        exchange_id="exchange-1", version=1, what="SavingsDeclared", by=BAKERY, at=NOW, cents=125_050, use="reuse"
    )
    happening = presenter(company).happening(row, asked())
    assert happening.detail == detail
    assert "1,250" not in happening.sentence
