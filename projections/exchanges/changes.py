"""How events change exchanges."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, get_args

import msgspec
from msgspec.structs import replace

from domain import exchanges
from domain.companies import (
    CompanyAdmitted,
    CompanyErased,
    CompanyRefused,
    CompanyRegistered,
    CompanyReinstated,
    CompanySuspended,
    RepresentativeRemoved,
    SiteDeclared,
)
from domain.conversations import MessageReported, MessageSent, SenderBlocked, SenderUnblocked
from domain.events import Event, Recorded
from domain.exchanges import (
    ContactDisclosed,
    DisputeSettled,
    Exchange,
    ExchangeAbandoned,
    ExchangeConfirmed,
    ExchangeEvent,
    InterestShown,
    PeriodConfirmed,
    PickupAgreed,
    TakeCorrected,
    coming,
    next_step,
)
from domain.listings import Content, ListingAmended, ListingPosted
from domain.members import MemberErased, MemberInvited
from domain.places import Place, distance_km
from projections.exchanges.erasing import erase_company, erase_member
from projections.exchanges.rows import (
    BLOCK,
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
    BlockRow,
    ExchangeRow,
    MessageRow,
    PersonOfRow,
    PersonRow,
    PhotoRow,
    PlaceRow,
    RecordRow,
    SiteRow,
    SubjectRow,
    WordsRow,
)
from projections.exchanges.tables import DDL
from projections.exchanges.timeline import step_of, words_with
from projections.exchanges.waste import move_waste, settle_waste
from projections.model import Group, ReadModel, Rows, opened

_JSON: Final = msgspec.json.Encoder(order="deterministic")


def apply(rows: Rows, recorded: Recorded) -> None:  # noqa: C901, PLR0912 - one flat case per event
    """Change what the event concerns."""
    if isinstance(recorded.event, ExchangeEvent):
        _advance(rows, recorded, recorded.event)
        return
    match recorded.event:
        case ListingPosted() as event:
            _post(rows, event)
        case ListingAmended() as event:
            _amend(rows, event)
        case MessageSent() as event:
            _hear(rows, recorded, event)
        case MessageReported() as event:
            _report(rows, recorded, event)
        case SenderBlocked() as event:
            rows.put(BLOCK, BlockRow(exchange_id=event.exchange_id, company_id=event.by, at=recorded.at))
        case SenderUnblocked() as event:
            rows.drop(BLOCK, event.exchange_id, event.by)
        case CompanyRegistered() as event:
            rows.put(RECORD, RecordRow(company_id=event.company_id, name=opened(event.name), zones=()))
        case SiteDeclared() as event:
            _declare_site(rows, recorded, event)
        case CompanyAdmitted() | CompanyReinstated() as event:
            _admit(rows, event.company_id, event.zone_id, admitted=True)
        case CompanyRefused() | CompanySuspended() as event:
            _admit(rows, event.company_id, event.zone_id, admitted=False)
        case MemberInvited() as event:
            rows.put(PERSON, PersonRow(member_id=event.member_id, name=opened(event.name), mail=opened(event.mail)))
        case RepresentativeRemoved() as event:
            _hand_over(rows, event)
        case MemberErased() as event:
            erase_member(rows, event.member_id)
        case CompanyErased() as event:
            erase_company(rows, event.company_id)
        case _:
            pass


# --- exchanges ----------------------------------------------------------------------------------------------------


def _advance(rows: Rows, recorded: Recorded, event: ExchangeEvent) -> None:
    """Fold the event into the domain's state of its exchange, and derive everything else from that."""
    row = None if isinstance(event, InterestShown) else rows.get(EXCHANGE, event.exchange_id)
    before = row.exchange if row is not None else None
    after = exchanges.evolve(before, event, recorded.version)
    row = row or _begun(rows, after)
    changed = {**_standing(after, row), **_moments(before, after, event, row), "latest_at": recorded.at}
    row = replace(row, **(_about(_subject(rows, after)) if after.is_open else {}), **changed)
    rows.put(EXCHANGE, row)
    _tell(rows, recorded, event, after)
    _count(rows, before, after, event)
    match event:
        case ContactDisclosed():
            _disclose(rows, event, after)
        case ExchangeConfirmed() | PeriodConfirmed():
            move_waste(rows, event, row)
        case TakeCorrected() | DisputeSettled():
            settle_waste(rows, event, after)
        case _:
            pass


def _begun(rows: Rows, exchange: Exchange) -> ExchangeRow:
    about = _about(_subject(rows, exchange))
    return ExchangeRow(
        exchange_id=exchange.exchange_id,
        listing_id=exchange.listing_id,
        other_listing_id=exchange.other_listing_id,
        owner_id=exchange.owner_id,
        asker_id=exchange.asker_id,
        provider_id=exchange.provider_id,
        receiver_id=exchange.receiver_id,
        zone_id=exchange.zone_id,
        **about,
        origin=exchange.origin,
        stage="asked",
        is_open=True,
        step=None,
        owed_by="",
        owed_from=None,
        owed_until=None,
        wakes_at=None,
        asked_at=exchange.asked_at,
        accepted_at=None,
        arranged_at=None,
        collected_at=None,
        confirmed_at=None,
        closed_at=None,
        closed_by="",
        reason=None,
        slot_start=None,
        slot_end=None,
        confirmed=False,
        heard_at=None,
        latest_at=exchange.asked_at,
        metres=_metres(rows, exchange),
        version=exchange.version,
        state="",
    )


def _standing(exchange: Exchange, row: ExchangeRow) -> dict[str, Any]:
    """What the domain says of where it stands."""
    step, due = next_step(exchange), coming(exchange, row.heard_at)
    slot = exchange.agreed
    return {
        "stage": exchange.stage,
        "is_open": exchange.is_open,
        "step": step.what if step else None,
        "owed_by": step.owed_by if step else "",
        "owed_from": step.since if step else None,
        "owed_until": step.by if step else None,
        "wakes_at": due.at if due else None,
        "accepted_at": exchange.accepted_at,
        "closed_by": exchange.closed_by,
        "reason": exchange.reason,
        "slot_start": slot.start if slot else None,
        "slot_end": slot.end if slot else None,
        "confirmed": exchange.taken > 0,
        "confirmed_at": min(
            (take.at for take in exchange.takes if take.amount > 0 and take.disputed_by is None), default=None
        ),
        "version": exchange.version,
        "state": _JSON.encode(exchange).decode(),
    }


def _moments(before: Exchange | None, after: Exchange, event: ExchangeEvent, row: ExchangeRow) -> dict[str, Any]:
    """When it first came as far as that."""
    moments: dict[str, Any] = {}
    if isinstance(event, PickupAgreed):
        moments["arranged_at"] = row.arranged_at or event.at
    if isinstance(event, ExchangeConfirmed | PeriodConfirmed):
        moments["collected_at"] = row.collected_at or event.at
    if after.closed is None:
        moments["closed_at"] = None
    elif before is not None and before.closed is None:
        moments["closed_at"] = after.since
    return moments


def _tell(rows: Rows, recorded: Recorded, event: ExchangeEvent, exchange: Exchange) -> None:
    step = step_of(recorded, event, exchange)
    rows.put(STEP, step)
    words = words_with(event)
    if words is not None:
        written = WordsRow(
            exchange_id=step.exchange_id,
            version=step.version,
            what=step.what,
            subject=words.subject,
            text=opened(words),
        )
        rows.put(WORDS, written)
    if isinstance(event, InterestShown) and event.permit is not None:
        permit = WordsRow(
            exchange_id=step.exchange_id,
            version=step.version,
            what="Permit",
            subject=event.permit.subject,
            text=opened(event.permit),
        )
        rows.put(WORDS, permit)
    if step.photo is not None:
        rows.put(PHOTO, PhotoRow(photo_id=step.photo, exchange_id=step.exchange_id, company_id=step.by))


def _disclose(rows: Rows, event: ContactDisclosed, exchange: Exchange) -> None:
    for company_id, member_id in zip(event.companies, event.members, strict=True):
        person = rows.get(PERSON, member_id) if member_id else None
        if person is None:
            continue
        site = _site(rows, company_id, exchange)
        of = {"exchange_id": event.exchange_id, "company_id": company_id}
        rows.put(CONTACT, PersonOfRow(**of, member_id=member_id, name=person.name, mail=person.mail))
        place = {"site": site.name, "address": site.address} if site else {"site": "", "address": ""}
        rows.put(PLACE, PlaceRow(**of, **place))


# --- facts --------------------------------------------------------------------------------------------------------


def _count(rows: Rows, before: Exchange | None, after: Exchange, event: ExchangeEvent) -> None:
    """What the event changes in the records of the two sides."""
    step = next_step(before) if before is not None else None
    by_the_clock = isinstance(event, ExchangeAbandoned) and not event.by
    for company_id in after.companies:
        was, now = _facts(before, company_id), _facts(after, company_id)
        change = {fact: now[fact] - was[fact] for fact in now}
        change["silent"] = int(by_the_clock and step is not None and step.owed_by == company_id)
        record = rows.get(RECORD, company_id) if any(change.values()) else None
        if record is not None:
            rows.put(RECORD, replace(record, **{fact: getattr(record, fact) + n for fact, n in change.items()}))


def _facts(exchange: Exchange | None, company_id: str) -> dict[str, int]:
    accepted = exchange is not None and exchange.accepted is not None
    collected = exchange is not None and exchange.taken > 0
    gave_up = exchange is not None and exchange.closed == "abandoned" and exchange.closed_by == company_id
    gave_up = accepted and gave_up and not collected
    return {"accepted": int(accepted), "collected": int(collected), "gave_up": int(gave_up)}


# --- listings and places ------------------------------------------------------------------------------------------


def _post(rows: Rows, event: ListingPosted) -> None:
    subject = SubjectRow(
        listing_id=event.listing_id,
        company_id=event.company_id,
        site_id=event.site_id,
        side=event.side,
        **_said(event.content),
        latitude=event.place.latitude,
        longitude=event.place.longitude,
    )
    rows.put(SUBJECT, subject)


def _amend(rows: Rows, event: ListingAmended) -> None:
    subject = rows.get(SUBJECT, event.listing_id)
    if subject is None:
        return
    subject = replace(subject, **_said(event.content))
    rows.put(SUBJECT, subject)
    for row in rows.of(EXCHANGE, "listing_id", event.listing_id):
        if row.is_open:
            rows.put(EXCHANGE, replace(row, **_about(subject)))


def _said(content: Content) -> dict[str, Any]:
    waste = content.attributes.get("status") == "waste"
    return {"category": content.category, "title": opened(content.title), "waste": waste}


def _subject(rows: Rows, exchange: Exchange) -> SubjectRow:
    subject = rows.get(SUBJECT, exchange.listing_id)
    if subject is None:
        message = f"{exchange.exchange_id} is about {exchange.listing_id}, which was never posted"
        raise LookupError(message)
    return subject


def _about(subject: SubjectRow) -> dict[str, Any]:
    """What an exchange says of its listing."""
    return {
        "side": subject.side,
        "category": subject.category,
        "family": subject.category.partition(".")[0],
        "title": subject.title,
        "waste": subject.waste,
    }


def _declare_site(rows: Rows, recorded: Recorded, event: SiteDeclared) -> None:
    site = SiteRow(
        company_id=event.company_id,
        site_id=event.site_id,
        version=recorded.version,
        name=opened(event.name),
        address=opened(event.address),
        latitude=event.place.latitude,
        longitude=event.place.longitude,
    )
    rows.put(SITE, site)


def _site(rows: Rows, company_id: str, exchange: Exchange) -> SiteRow | None:
    """Where a side gives or takes: the site of the listing it brings, else the first it declared."""
    listing_id = exchange.listing_id if company_id == exchange.owner_id else exchange.other_listing_id
    subject = rows.get(SUBJECT, listing_id) if listing_id else None
    sites = {site.site_id: site for site in rows.of(SITE, "company_id", company_id)}
    if subject is not None and subject.site_id in sites:
        return sites[subject.site_id]
    return min(sites.values(), key=lambda site: site.version, default=None)


def _metres(rows: Rows, exchange: Exchange) -> int | None:
    there, site = _subject(rows, exchange), _site(rows, exchange.asker_id, exchange)
    if site is None:
        return None
    here = Place(site.latitude, site.longitude)
    return round(1_000 * distance_km(here, Place(there.latitude, there.longitude)))


# --- messages -----------------------------------------------------------------------------------------------------


def _hear(rows: Rows, recorded: Recorded, event: MessageSent) -> None:
    message = MessageRow(
        exchange_id=event.exchange_id,
        message_id=event.message_id,
        company_id=event.company_id,
        zone_id=event.zone_id,
        subject=event.text.subject,
        text=opened(event.text),
        photos=event.photos,
        at=recorded.at,
    )
    rows.put(MESSAGE, message)
    named = {"exchange_id": event.exchange_id, "company_id": event.company_id, "message_id": event.message_id}
    for photo_id in event.photos:
        rows.put(PHOTO, PhotoRow(photo_id=photo_id, **named))
    row = rows.get(EXCHANGE, event.exchange_id)
    if row is not None:
        # Whoever writes is not silent: the clock waits anew.
        due = coming(row.exchange, event.at)
        rows.put(
            EXCHANGE,
            replace(row, heard_at=event.at, wakes_at=due.at if due else None, latest_at=recorded.at),
        )


def _report(rows: Rows, recorded: Recorded, event: MessageReported) -> None:
    message = rows.get(MESSAGE, event.exchange_id, event.message_id)
    if message is not None:
        report = {"report_subject": event.sentence.subject, "report": opened(event.sentence)}
        rows.put(MESSAGE, replace(message, reported_at=recorded.at, reported_by=event.by, **report))


# --- companies and people -----------------------------------------------------------------------------------------


def _admit(rows: Rows, company_id: str, zone_id: str, *, admitted: bool) -> None:
    record = rows.get(RECORD, company_id)
    if record is not None:
        zones = {*record.zones, zone_id} if admitted else {*record.zones} - {zone_id}
        rows.put(RECORD, replace(record, zones=tuple(sorted(zones))))


def _hand_over(rows: Rows, event: RepresentativeRemoved) -> None:
    """Whoever takes over is whom the other side reaches from now on; what is closed keeps who it was."""
    successor = rows.get(PERSON, event.successor) if event.successor else None
    if successor is None:
        return
    for contact in rows.of(CONTACT, "member_id", event.member_id):
        exchange = rows.get(EXCHANGE, contact.exchange_id)
        if contact.company_id == event.company_id and exchange is not None and exchange.is_open:
            person = {"member_id": successor.member_id, "name": successor.name, "mail": successor.mail}
            rows.put(CONTACT, replace(contact, **person))


# --- what an event needs ------------------------------------------------------------------------------------------


def touches(recorded: Recorded) -> Iterator[Group]:
    """What an event will need."""
    match recorded.event:
        case InterestShown() as event:
            yield SUBJECT, "listing_id", event.listing_id
            yield SITE, "company_id", event.company_id
            if event.other_listing_id:
                yield SUBJECT, "listing_id", event.other_listing_id
        case ListingAmended() as event:
            yield SUBJECT, "listing_id", event.listing_id
            yield EXCHANGE, "listing_id", event.listing_id
        case MessageSent() | SenderBlocked() | SenderUnblocked() as event:
            yield EXCHANGE, "exchange_id", event.exchange_id
        case MessageReported() as event:
            yield MESSAGE, "exchange_id", event.exchange_id
        case CompanyAdmitted() | CompanyReinstated() | CompanyRefused() | CompanySuspended() as event:
            yield RECORD, "company_id", event.company_id
        case event if isinstance(event, ExchangeEvent):
            yield EXCHANGE, "exchange_id", event.exchange_id
            yield SUBJECT, "listing_id", event.listing_id
            if isinstance(event, ContactDisclosed):
                for company_id, member_id in zip(event.companies, event.members, strict=True):
                    yield RECORD, "company_id", company_id
                    yield SITE, "company_id", company_id
                    yield PERSON, "member_id", member_id
        case _:
            pass


EVENTS: Final[frozenset[type[Event]]] = frozenset(
    {
        *get_args(ExchangeEvent), ListingPosted, ListingAmended, MessageSent, MessageReported, SenderBlocked,
        SenderUnblocked, CompanyRegistered, SiteDeclared, CompanyAdmitted, CompanyReinstated, CompanyRefused,
        CompanySuspended, CompanyErased, RepresentativeRemoved, MemberInvited, MemberErased,
    }
)  # fmt: skip

EXCHANGES: Final = ReadModel(
    name="exchanges",
    version=4,
    tables=(EXCHANGE, STEP, WORDS, CONTACT, PLACE, MESSAGE, BLOCK, RECORD, WASTE, PHOTO, SUBJECT, SITE, PERSON),
    ddl=DDL,
    events=EVENTS,
    apply=apply,
    touches=touches,
    holds_private_text=True,
)
