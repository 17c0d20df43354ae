"""What an erasure takes from exchanges."""

from __future__ import annotations

from msgspec.structs import replace

from projections.exchanges.rows import (
    CONTACT,
    EXCHANGE,
    MESSAGE,
    PERSON,
    PHOTO,
    PLACE,
    RECORD,
    SITE,
    STEP,
    SUBJECT,
    WASTE,
    WORDS,
    PersonRow,
)
from projections.model import Rows


def erase_member(rows: Rows, member_id: str) -> None:
    """Forget who someone was, and what they wrote."""
    rows.put(PERSON, PersonRow(member_id=member_id, name="", mail=""))
    for contact in rows.of(CONTACT, "member_id", member_id):
        rows.put(CONTACT, replace(contact, name="", mail=""))
    _erase_words(rows, member_id)


def erase_company(rows: Rows, company_id: str) -> None:
    """Forget what a company was called, where it is, what it wrote and showed; what was exchanged stays."""
    record = rows.get(RECORD, company_id)
    if record is not None:
        rows.put(RECORD, replace(record, name="", zones=()))
    for subject in rows.of(SUBJECT, "company_id", company_id):
        rows.put(SUBJECT, replace(subject, title=""))
    for row in rows.of(EXCHANGE, "owner_id", company_id):
        rows.put(EXCHANGE, replace(row, title=""))
    for site in rows.of(SITE, "company_id", company_id):
        rows.put(SITE, replace(site, name="", address=""))
    for place in rows.of(PLACE, "company_id", company_id):
        rows.put(PLACE, replace(place, site="", address=""))
    for movement in rows.of(WASTE, "subject", company_id):
        rows.put(WASTE, replace(movement, carrier="", receipt=""))
    _erase_words(rows, company_id)
    _erase_photos(rows, company_id)


def _erase_words(rows: Rows, subject: str) -> None:
    for words in rows.of(WORDS, "subject", subject):
        rows.put(WORDS, replace(words, text=""))
    for message in rows.of(MESSAGE, "subject", subject):
        rows.put(MESSAGE, replace(message, text=""))
    for message in rows.of(MESSAGE, "report_subject", subject):
        rows.put(MESSAGE, replace(message, report=""))


def _erase_photos(rows: Rows, company_id: str) -> None:
    """Photos are the company's, whoever took them."""
    for message in rows.of(MESSAGE, "company_id", company_id):
        rows.put(MESSAGE, replace(message, photos=()))
    for photo in rows.of(PHOTO, "company_id", company_id):
        for step in rows.of(STEP, "exchange_id", photo.exchange_id):
            if step.photo == photo.photo_id:
                rows.put(STEP, replace(step, photo=None))
        rows.drop(PHOTO, photo.photo_id)
