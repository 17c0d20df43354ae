"""Who needs the same, who has the same too much, what is made of it, and the outlets that always take something."""

from projections.pooling.changes import POOLING
from projections.pooling.questions import (
    Beginning,
    answers,
    beginning,
    members,
    mine,
    of_listing,
    of_zone,
    one,
    outlet,
    outlets,
    standing,
)
from projections.pooling.rows import AnswerRow, MemberRow, OutletRow, PoolRow

__all__ = [
    "POOLING",
    "AnswerRow",
    "Beginning",
    "MemberRow",
    "OutletRow",
    "PoolRow",
    "answers",
    "beginning",
    "members",
    "mine",
    "of_listing",
    "of_zone",
    "one",
    "outlet",
    "outlets",
    "standing",
]
