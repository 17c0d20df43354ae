"""The mail log: which digests were written for whom, what became of each, and what their readers did then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, get_args

from msgspec import Struct
from msgspec.structs import replace

from domain.digests import DigestPrepared, DigestRefused, DigestSent, DigestSkipped, DigestUnknown, State, Why
from domain.events import Event, Recorded
from domain.exchanges import ExchangeEvent, InterestShown
from domain.listings import ListingAmended, ListingRenewed, ListingWithdrawn
from domain.matches import MatchDismissed
from domain.pooling import PoolingDeclined, PoolingJoined
from domain.purchases import InterestPolled, PledgeChanged, PledgeMade, PledgeWithdrawn, ReceiptConfirmed
from projections.model import Group, Query, ReadModel, Rows, Table

# --- rows -------------------------------------------------------------------------------------------------------


class MailRow(Struct, frozen=True, kw_only=True):
    """One member's digest of one period; `items` are the listings and matches it speaks of, `sha256` its exact bytes.

    `settled_at` is when its end was known: sent, refused (`code` is the relay's answer), unknown or skipped (`why`).
    `acted_on` are those of its items about which its reader did something on the site within a week after it was sent.
    """

    digest_id: str
    member_id: str
    zone_id: str
    period: str
    state: State
    prepared_at: datetime | None
    settled_at: datetime | None
    items: tuple[str, ...]
    sha256: str
    template: str
    why: Why | None = None
    code: int | None = None
    acted_on: tuple[str, ...] = ()


MAIL: Final = Table("mail_log", MailRow, ("digest_id",), ("digest_id", "member_id"))

ACTED_WITHIN: Final = timedelta(days=7)

DDL: Final = """
CREATE TABLE {schema}.mail_log (
    digest_id text PRIMARY KEY,
    member_id text NOT NULL,
    zone_id text NOT NULL,
    period text NOT NULL,
    state text NOT NULL,
    prepared_at timestamptz,
    settled_at timestamptz,
    items text[] NOT NULL,
    sha256 text NOT NULL,
    template text NOT NULL,
    why text,
    code integer,
    acted_on text[] NOT NULL
);
CREATE INDEX ON {schema}.mail_log (member_id, period);
CREATE INDEX ON {schema}.mail_log (zone_id, period);
ALTER TABLE {schema}.mail_log ENABLE ROW LEVEL SECURITY;
CREATE POLICY oneself_and_who_answers_for_the_mail ON {schema}.mail_log USING (
    member_id = (SELECT site.viewer()) OR zone_id = ANY ((SELECT site.viewer_in('moderated'))::text[])
);
"""

# --- how events change them -------------------------------------------------------------------------------------


def apply(rows: Rows, recorded: Recorded) -> None:
    """Change what the event concerns."""
    match recorded.event:
        case DigestPrepared() as event:
            prepared = MailRow(
                digest_id=event.digest_id,
                member_id=event.member_id,
                zone_id=event.zone_id,
                period=event.period,
                state="prepared",
                prepared_at=recorded.at,
                settled_at=None,
                items=event.items,
                sha256=event.sha256,
                template=event.template,
            )
            rows.put(MAIL, prepared)
        case DigestSkipped() as event:
            skipped = MailRow(
                digest_id=event.digest_id,
                member_id=event.member_id,
                zone_id=next(iter(recorded.zones), ""),
                period=event.period,
                state="skipped",
                prepared_at=None,
                settled_at=recorded.at,
                items=(),
                sha256="",
                template="",
                why=event.why,
            )
            rows.put(MAIL, skipped)
        case DigestSent():
            _settle(rows, recorded, "sent")
        case DigestRefused() as event:
            _settle(rows, recorded, "refused", event.code)
        case DigestUnknown():
            _settle(rows, recorded, "unknown")
        case event if isinstance(event, _ACTS):
            _act(rows, recorded, event)
        case _:
            pass


def _settle(rows: Rows, recorded: Recorded, state: State, code: int | None = None) -> None:
    mail = rows.get(MAIL, recorded.stream)
    if mail is not None:
        rows.put(MAIL, replace(mail, state=state, settled_at=recorded.at, code=code))


def _act(rows: Rows, recorded: Recorded, event: Event) -> None:
    """Note what somebody did about things a mail told them of, in the week after it was sent.

    Their own acts only: nobody is followed through their mail, and a link that is merely opened tells nothing.
    """
    for mail in rows.of(MAIL, "member_id", recorded.actor.removeprefix("member:")):
        if mail.state == "sent" and mail.settled_at is not None and recorded.at - mail.settled_at <= ACTED_WITHIN:
            now = tuple(item for item in mail.items if item in mail.acted_on or is_about(event, item))
            if now != mail.acted_on:
                rows.put(MAIL, replace(mail, acted_on=now))


def is_about(event: Event, item: str) -> bool:
    """Whether an act answers what an item said.

    A match or a new listing: interest shown in it; a match: it was set aside, too. A listing that ends: it was renewed,
    amended or withdrawn. A step of an exchange: any step taken in it. A group purchase or a shared need: any answer.
    """
    thing, _at, what = item.partition("@")
    match event:
        case InterestShown():
            return event.listing_id in thing.split("~") and not what
        case MatchDismissed():
            return event.match_id == thing or {event.listing_id, event.other_listing_id} == set(thing.split("~"))
        case ListingRenewed() | ListingAmended() | ListingWithdrawn():
            return event.listing_id == thing and bool(what)
        case PoolingJoined() | PoolingDeclined():
            return event.pooling_id == thing
        case InterestPolled() | PledgeMade() | PledgeChanged() | PledgeWithdrawn() | ReceiptConfirmed():
            return event.purchase_id == thing
        case _:
            return getattr(event, "exchange_id", None) == thing


def touches(recorded: Recorded) -> Iterator[Group]:
    """What an event will need."""
    if isinstance(recorded.event, DigestSent | DigestRefused | DigestUnknown):
        yield MAIL, "digest_id", recorded.stream
    elif isinstance(recorded.event, _ACTS) and recorded.actor.startswith("member:"):
        yield MAIL, "member_id", recorded.actor.removeprefix("member:")


_ACTS: Final[tuple[type[Event], ...]] = (
    *get_args(ExchangeEvent), MatchDismissed, ListingRenewed, ListingAmended, ListingWithdrawn, PoolingJoined,
    PoolingDeclined, InterestPolled, PledgeMade, PledgeChanged, PledgeWithdrawn, ReceiptConfirmed,
)  # fmt: skip
EVENTS: Final[frozenset[type[Event]]] = frozenset(
    {DigestPrepared, DigestSent, DigestRefused, DigestUnknown, DigestSkipped, *_ACTS}
)

MAIL_LOG: Final = ReadModel(
    name="mail_log", version=2, tables=(MAIL,), ddl=DDL, events=EVENTS, apply=apply, touches=touches
)

# --- what is asked ----------------------------------------------------------------------------------------------

PAGE: Final = 25


def of_member(member_id: str, before: str = "", limit: int = PAGE) -> Query[MailRow]:
    """A member's digests, the newest period first, from before a period."""
    sql = """SELECT * FROM mail_log WHERE member_id = %(member)s AND (%(before)s = '' OR period < %(before)s)
        ORDER BY period DESC, digest_id LIMIT %(limit)s"""
    return Query(sql, {"member": member_id, "before": before, "limit": limit}, MailRow)


def of_digest(digest_id: str) -> Query[MailRow]:
    """One digest, as the log knows it."""
    return Query("SELECT * FROM mail_log WHERE digest_id = %(digest)s", {"digest": digest_id}, MailRow)


def of_period(zone_id: str, period: str, after: str = "", limit: int = PAGE) -> Query[MailRow]:
    """The digests of one zone's people for one period, by id."""
    sql = """SELECT * FROM mail_log WHERE zone_id = %(zone)s AND period = %(period)s AND digest_id > %(after)s
        ORDER BY digest_id LIMIT %(limit)s"""
    return Query(sql, {"zone": zone_id, "period": period, "after": after, "limit": limit}, MailRow)


class Result(Struct, frozen=True, kw_only=True):
    """What became of one period's mail in a zone: how many mails in each state.

    `acted` counts those that were sent and whose reader then did something about a thing they said.
    """

    period: str
    sent: int
    waiting: int
    refused: int
    unknown: int
    skipped: int
    acted: int


def results(zone_id: str, before: str = "", limit: int = PAGE) -> Query[Result]:
    """A zone's periods, the newest first, from before a period."""
    sql = """SELECT period, count(*) FILTER (WHERE state = 'sent') AS sent,
            count(*) FILTER (WHERE state = 'prepared') AS waiting, count(*) FILTER (WHERE state = 'refused') AS refused,
            count(*) FILTER (WHERE state = 'unknown') AS unknown, count(*) FILTER (WHERE state = 'skipped') AS skipped,
            count(*) FILTER (WHERE acted_on <> '{}') AS acted
        FROM mail_log WHERE zone_id = %(zone)s AND (%(before)s = '' OR period < %(before)s)
        GROUP BY period ORDER BY period DESC LIMIT %(limit)s"""
    return Query(sql, {"zone": zone_id, "before": before, "limit": limit}, Result)


class Mailed(Struct, frozen=True):
    """Something a member was told of already."""

    member_id: str
    item: str


def mailed(member_ids: Sequence[str]) -> Query[Mailed]:
    """What these members were told of in mail that left, or may have: a refused or unknown mail told nothing."""
    sql = """SELECT DISTINCT member_id, unnest(items) AS item FROM mail_log
        WHERE member_id = ANY (%(members)s) AND state IN ('prepared', 'sent') ORDER BY 1, 2"""
    return Query(sql, {"members": list(member_ids)}, Mailed)
