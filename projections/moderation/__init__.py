"""What waits for a zone's moderators, and the record of what they decided, which nothing deletes."""

from projections.moderation.changes import MODERATION
from projections.moderation.questions import (
    PAGE,
    Case,
    Late,
    Workload,
    decided,
    late,
    queue,
    record,
    sentences,
    waiting,
    workload,
)
from projections.moderation.rows import CaseRow, Outcome, SentenceRow, Words

__all__ = [
    "MODERATION",
    "PAGE",
    "Case",
    "CaseRow",
    "Late",
    "Outcome",
    "SentenceRow",
    "Words",
    "Workload",
    "decided",
    "late",
    "queue",
    "record",
    "sentences",
    "waiting",
    "workload",
]
