"""Messages between the two companies of an exchange: who writes, who no longer may, and who learns nothing of it."""

from __future__ import annotations

from typing import Any

import pytest

from domain import conversations
from domain.companies import Company
from domain.conversations import ConversationEvent, MessageSent, SendMessage
from domain.refused import Forbidden, NotFound, Refused
from tests.domain.dealing import EWAN, WANTED, accepting, bakery, brewery, exchange, told, wanting
from tests.samples import ANNE, JOURDIES, KARIM, LEA, PALLETS, asked, jourdies, sawmill


def says(
    by: str, company: Company, blocked_by: frozenset[str] = frozenset(), dealt: Any = None
) -> list[ConversationEvent]:
    command = SendMessage(
        **asked(by),
        listing_id=PALLETS,
        exchange_id=WANTED,
        company_id=company.company_id,
        message_id="m",
        text="Mardi ?",
    )
    heard = conversations.Conversation({}, blocked_by=blocked_by)
    return conversations.send_message(
        command, heard, dealt or exchange(told(wanting(), accepting())), company, jourdies()
    )


def test_each_side_writes_in_its_own_words() -> None:
    for by, company in ((LEA, sawmill()), (KARIM, bakery())):
        (event,) = says(by, company)
        assert isinstance(event, MessageSent)
        assert event.company_id == company.company_id


def test_for_any_other_company_there_is_no_such_exchange() -> None:
    for by, company in ((EWAN, brewery()), (EWAN, bakery()), (KARIM, sawmill())):
        with pytest.raises(NotFound):
            says(by, company)


def test_the_facilitator_reads_why_they_do_not_write_here() -> None:
    with pytest.raises(Forbidden):
        says(ANNE, sawmill())


def test_a_company_that_the_zone_suspended_writes_no_more() -> None:
    with pytest.raises(Forbidden):
        says(KARIM, bakery(**{JOURDIES: "suspended"}))


def test_who_is_blocked_is_told_and_who_blocks_writes_no_more_either() -> None:
    blocked = frozenset({sawmill().company_id})
    with pytest.raises(Forbidden):
        says(KARIM, bakery(), blocked)
    with pytest.raises(Refused) as refusal:
        says(LEA, sawmill(), blocked)
    assert not isinstance(refusal.value, Forbidden)
