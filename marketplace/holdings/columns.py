"""Which columns of read models may repeat what somebody typed, and which never do: a test asks it of every column."""

from __future__ import annotations

from typing import Final


def _names(written: str) -> frozenset[str]:
    return frozenset(written.split())


WORDS: Final = _names("""
    address after answers association attributes before carrier changes charter closing_reason commune company
    conditions contact contact_mail description detail features former formula hours_note item mail name note operator
    organisation permits person photo_texts place point price reason receipt receipt_number receipt_prefecture refuses
    remark report search sentence site specification spelt stems supplier text text_en texts title title_en told
    trade trades traits unknown welcome why wish words
""")
"""Columns of read models that may repeat what somebody typed; a read model with one says `holds_private_text`."""
CODES: Final = _names("""
    a_company acted_on actor author b_company bucket by category choice closed_by code companies concept condition
    currency decided_by document entered_by exchange families family filters flags for_company good ground home_zone
    items known_in language languages lodged_by outcome owed_by partners pending per period photo photos pickup
    programme proposed_by published_by report_subject reported_by said sha256 signed_by siret slug standings state
    statuses subject suspended taken_back_by template time_zone token_sha256 treatment unit waiting what withdrawn_by
    year zones
""")
"""Columns of read models that hold ids and codes only."""
