"""What the pages show by which a zone is handed over, and by which everything of it is taken along."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from projections.people import HandoverState
from web.settings_views import Tick
from web.views import Form, View, Zone


class HandoverLine(View, frozen=True, kw_only=True):
    """One act in a list; `said` is how it stands."""

    id: str
    organisation: str
    state: HandoverState
    said: str
    effective_on: date


class HandoversPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/handover`: what was agreed so far and, while nothing stands, the form that proposes.

    `colleagues` hold a role, the proposer included: the ticked ones stay. `passing` is what would pass today.
    """

    zone: Zone
    association: str
    acts: tuple[HandoverLine, ...]
    standing: HandoverLine | None
    closed: bool
    form: Form
    colleagues: tuple[Tick, ...]
    passing: tuple[str, ...]
    earliest: date
    latest: date


class HandoverPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/handover/{id}`: the act as both sides read it.

    `may` says what the reader can do about it. People whom the reader may not know are counted in `others_stay` and
    `others_leave`.
    """

    zone: Zone
    id: str
    state: HandoverState
    said: str
    organisation: str
    former: str
    contact_mail: str
    taker: str
    proposer: str
    effective_on: date
    words: str
    reason: str
    stay: tuple[str, ...]
    leave: tuple[str, ...]
    others_stay: int
    others_leave: int
    passing: tuple[str, ...]
    proposed_at: datetime
    answered_at: datetime | None
    withdrawn_at: datetime | None
    done_at: datetime | None
    may: Literal["withdraw", "answer", ""]
    form: Form
    other_command: str


class ExportPage(View, frozen=True, kw_only=True):
    """`/z/{zone}/export`: what the archive holds."""

    zone: Zone
    files: tuple[str, ...]
    command: str
