"""How events change a zone's listings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from msgspec import to_builtins
from msgspec.structs import replace

from domain import taxonomy
from domain.companies import (
    CompanyAdmitted,
    CompanyErased,
    CompanyRefused,
    CompanyRegistered,
    CompanyReinstated,
    CompanySuspended,
    SiteDeclared,
)
from domain.events import Event, Recorded
from domain.lexicon import VERSION as LEXICON_VERSION
from domain.listings import (
    AmendmentRequested,
    Content,
    DecisionTakenBack,
    DraftDiscarded,
    Ground,
    ListingAmended,
    ListingApproved,
    ListingDrafted,
    ListingEnding,
    ListingExpired,
    ListingFulfilled,
    ListingPosted,
    ListingRejected,
    ListingRenewed,
    ListingReopened,
    ListingWithdrawn,
    ReviewOverdue,
    Visibility,
    usual_mode,
)
from domain.programme import LexiconPublished
from domain.quantities import Quantity
from domain.zones import PartnershipAgreed, PartnershipEnded, ZoneDescribed, ZoneOpened, ZoneWorkHandedOver
from projections import stock
from projections.listings import amendments, drafts, terms
from projections.listings.drafts import DRAFT
from projections.listings.rows import (
    AMENDMENT,
    COMPANY,
    DDL,
    HISTORY,
    LISTING,
    PARTNER,
    PHOTO,
    SHARE,
    SIGNATURE,
    SITE,
    ZONE,
    CompanyRow,
    Happening,
    HistoryRow,
    ListingRow,
    PartnerRow,
    PhotoRow,
    SignatureRow,
    SiteRow,
    Standing,
    ZoneRow,
)
from projections.listings.terms import TERM
from projections.listings.words import kept, told
from projections.model import Group, ReadModel, Rows, opened

SIGNED: Final[frozenset[Visibility]] = frozenset({"partners", "named"})


def apply(rows: Rows, recorded: Recorded) -> None:  # noqa: C901, PLR0912, PLR0915 - one flat case per event
    """Change what the event concerns."""
    if isinstance(recorded.event, stock.Move):
        stock.follow(rows, SHARE, recorded, recorded.event)
        for row in rows.of(LISTING, "listing_id", recorded.stream):
            rows.put(LISTING, replace(_counted(rows, row), version=recorded.version))
        return
    match recorded.event:
        case ZoneOpened() as event:
            rows.put(ZONE, ZoneRow(zone_id=event.zone_id, slug=event.slug, name=event.name))
        case ZoneDescribed() as event:
            zone = rows.get(ZONE, event.zone_id)
            if zone is not None:
                rows.put(ZONE, replace(zone, name=event.name))
        case PartnershipAgreed() as event:
            rows.put(PARTNER, PartnerRow(zone_id=event.zone_id, partner_id=event.partner_id))
        case PartnershipEnded() as event:
            rows.drop(PARTNER, event.zone_id, event.partner_id)
        case CompanyRegistered() as event:
            company = CompanyRow(company_id=event.company_id, name=opened(event.name), trade=opened(event.trade))
            rows.put(COMPANY, company)
        case SiteDeclared() as event:
            rows.put(SITE, SiteRow(site_id=event.site_id, company_id=event.company_id, name=opened(event.name)))
        case CompanyAdmitted() | CompanyReinstated() as event:
            _judge(rows, recorded, event.zone_id, "admitted")
        case CompanyRefused() as event:
            _judge(rows, recorded, event.zone_id, "refused")
        case CompanySuspended() as event:
            _judge(rows, recorded, event.zone_id, "suspended")
        case CompanyErased() as event:
            _erase(rows, event.company_id)
        case LexiconPublished() as event:
            terms.follow(rows, event)
        case ListingDrafted() | DraftDiscarded() as event:
            drafts.follow(rows, recorded, event)
        case ZoneWorkHandedOver() as event:
            drafts.hand_over(rows, event)
        case ListingPosted() as event:
            _post(rows, recorded, event)
        case ListingAmended() as event:
            _amend(rows, recorded, event)
        case ListingWithdrawn():
            _change(rows, recorded, "withdrawn", life="withdrawn", closed_at=recorded.at)
        case ListingExpired():
            _change(rows, recorded, "expired", life="expired", closed_at=recorded.at)
        case ListingEnding() as event:
            for row in rows.of(LISTING, "listing_id", recorded.stream):
                rows.put(LISTING, replace(row, asked_about=event.expires_at, version=recorded.version))
        case ListingRenewed() as event:
            _change(rows, recorded, "renewed", life="open", closed_at=None, expires_at=event.expires_at)
        case ListingFulfilled():
            _change(rows, recorded, "fulfilled", life="fulfilled", closed_at=recorded.at)
        case ListingReopened():
            _change(rows, recorded, "reopened", life="open", closed_at=None)
        case ListingApproved() as event:
            decision = {"status": "approved", "ground": None, "sentence": "", "decided_at": recorded.at}
            _change(rows, recorded, "approved", zone_id=event.zone_id, **decision)
        case ListingRejected() as event:
            decision = {"status": "rejected", "ground": event.ground, "sentence": opened(event.sentence)}
            _change(rows, recorded, "rejected", zone_id=event.zone_id, decided_at=recorded.at, **decision)
        case AmendmentRequested() as event:
            asked = {"ground": event.ground, "sentence": opened(event.sentence), "decided_at": recorded.at}
            hidden = {"status": "pending"} if event.hidden else {}
            _change(rows, recorded, "amend", zone_id=event.zone_id, **asked, **hidden)
        case DecisionTakenBack() as event:
            undecided = {"status": event.status, "ground": None, "sentence": "", "decided_at": None}
            _change(rows, recorded, "taken_back", zone_id=event.zone_id, **undecided)
        case ReviewOverdue() as event:
            _change(rows, recorded, "overdue", zone_id=event.zone_id)
        case _:
            pass


def _post(rows: Rows, recorded: Recorded, event: ListingPosted) -> None:
    if recorded.version:
        rows.drop(DRAFT, event.listing_id)
    for zone_id in event.zones:
        posted = ListingRow(
            zone_id=zone_id,
            listing_id=event.listing_id,
            side=event.side,
            company_id=event.company_id,
            site_id=event.site_id,
            latitude=event.place.latitude,
            longitude=event.place.longitude,
            **_said(event.content),
            held=Decimal(0),
            taken=Decimal(0),
            expires_at=event.expires_at,
            asked_about=None,
            status="pending" if zone_id in event.awaiting else "approved",
            standing="admitted",
            life="open",
            shown=False,
            ground=None,
            sentence="",
            decided_at=None,
            posted_at=recorded.at,
            amended_at=None,
            shown_at=None,
            closed_at=None,
            version=recorded.version,
            content_version=recorded.version,
        )
        _save(rows, None, posted, recorded.at)
    _name_photos(rows, event.listing_id, event.content.photos)
    _sign(rows, event.listing_id, event.company_id, event.content.visibility)
    _note(rows, recorded, event.company_id, "posted")


def _amend(rows: Rows, recorded: Recorded, event: ListingAmended) -> None:
    of_listing = rows.of(LISTING, "listing_id", event.listing_id)
    for row in of_listing:
        answered = {"ground": None, "sentence": "", "decided_at": None}
        reviewed = {**answered, "status": "pending", "shown_at": None}
        changed = {
            **_said(event.content),
            **(answered if row.zone_id in event.answering else {}),
            **(reviewed if row.zone_id in event.awaiting else {}),
            "expires_at": event.expires_at,
            "life": "open",
            "closed_at": None,
            "amended_at": recorded.at,
            "version": recorded.version,
            "content_version": recorded.version,
        }
        _save(rows, row, _counted(rows, replace(row, **changed)), recorded.at)
    if of_listing:
        _name_photos(rows, event.listing_id, event.content.photos)
        before = of_listing[0]
        _sign(rows, event.listing_id, before.company_id, event.content.visibility)
        after = replace(before, **_said(event.content))
        amendments.keep_texts(rows, recorded, before, after, event.reworded)
        _note(rows, recorded, before.company_id, "amended", changed=amendments.amended(before, after, event.reworded))


def _name_photos(rows: Rows, listing_id: str, photos: tuple[str, ...]) -> None:
    for named in rows.of(PHOTO, "listing_id", listing_id):
        if named.photo_id not in photos:
            rows.drop(PHOTO, named.photo_id)
    for photo_id in photos:
        rows.put(PHOTO, PhotoRow(photo_id=photo_id, listing_id=listing_id))


def _change(rows: Rows, recorded: Recorded, what: Happening, zone_id: str = "", **changed: object) -> None:
    """Change the rows of the event's listing, in one zone or in all; every row follows the stream's version."""
    of_listing = rows.of(LISTING, "listing_id", recorded.stream)
    for row in of_listing:
        here = changed if zone_id in ("", row.zone_id) else {}
        _save(rows, row, replace(row, **here, version=recorded.version), recorded.at)
    if of_listing:
        ground = recorded.event.ground if isinstance(recorded.event, ListingRejected | AmendmentRequested) else None
        _note(rows, recorded, of_listing[0].company_id, what, zone_id, ground)


def _counted(rows: Rows, row: ListingRow) -> ListingRow:
    """The row with what is promised and collected of it now."""
    quantity = Quantity(row.amount, row.unit, row.per)  # type: ignore[arg-type]  # a period, as posted
    counted = stock.stock(rows, SHARE, row.listing_id, row.side, row.category, quantity)
    return replace(row, held=counted.held, taken=counted.taken)


def _judge(rows: Rows, recorded: Recorded, zone_id: str, standing: Standing) -> None:
    company_id = recorded.stream
    company = rows.get(COMPANY, company_id)
    if company is not None:
        rows.put(COMPANY, replace(company, zones=tuple(sorted({*company.zones, zone_id}))))
    for row in rows.of(LISTING, "company_id", company_id):
        if row.zone_id == zone_id and row.standing != "erased":
            _save(rows, row, replace(row, standing=standing), recorded.at)


def _sign(rows: Rows, listing_id: str, company_id: str, visibility: Visibility) -> None:
    """Put the company's name under what it shows with it to others than its neighbours."""
    company = rows.get(COMPANY, company_id)
    if company is None or visibility not in SIGNED:
        rows.drop(SIGNATURE, listing_id)
        return
    rows.put(SIGNATURE, SignatureRow(listing_id=listing_id, company=company.name, trade=company.trade))


def _erase(rows: Rows, company_id: str) -> None:
    company = rows.get(COMPANY, company_id)
    if company is not None:
        rows.put(COMPANY, replace(company, name="", trade=""))
    for site in rows.of(SITE, "company_id", company_id):
        rows.put(SITE, replace(site, name=""))
    for row in rows.of(LISTING, "company_id", company_id):
        chosen = {code: value for code, value in row.attributes.items() if not taxonomy.ATTRIBUTES[code].is_typed}
        words = kept(row.category, "", "", chosen)
        blank = {
            "title": "", "description": "", "attributes": chosen, "photos": (), "photo_texts": {}, "words": words,
            "spelt": (),
        }  # fmt: skip
        _save(rows, row, replace(row, **blank, standing="erased"), None)
        _name_photos(rows, row.listing_id, ())
        rows.drop(SIGNATURE, row.listing_id)
    for kept_draft in rows.of(DRAFT, "company_id", company_id):
        rows.drop(DRAFT, kept_draft.listing_id)
    for amendment in rows.of(AMENDMENT, "company_id", company_id):
        rows.drop(AMENDMENT, *AMENDMENT.key_of(amendment))


def _save(rows: Rows, before: ListingRow | None, after: ListingRow, at: datetime | None) -> None:
    """Put a row, with whether it is shown, since when, and the zone's counts."""
    shown = after.status == "approved" and after.life == "open" and after.standing == "admitted"
    shown_at = after.shown_at or at if shown else after.shown_at
    rows.put(LISTING, replace(after, shown=shown, shown_at=shown_at))
    # What is for facilitators only is counted nowhere.
    counted = shown and after.visibility != "facilitator"
    change = int(counted) - int(before is not None and before.shown and before.visibility != "facilitator")
    posted = int(after.visibility != "facilitator") - int(before is not None and before.visibility != "facilitator")
    zone = rows.get(ZONE, after.zone_id) if change or posted else None
    if zone is not None:
        offers, requests = (change, 0) if after.side == "offer" else (0, change)
        sums = {"offers": zone.offers + offers, "requests": zone.requests + requests, "posted": zone.posted + posted}
        rows.put(ZONE, replace(zone, **sums))


def _note(
    rows: Rows,
    recorded: Recorded,
    company_id: str,
    what: Happening,
    zone_id: str = "",
    ground: Ground | None = None,
    changed: amendments.Sides = ({}, {}),
) -> None:
    rows.put(
        HISTORY,
        HistoryRow(
            listing_id=recorded.stream,
            version=recorded.version,
            company_id=company_id,
            zone_id=zone_id,
            what=what,
            at=recorded.at,
            actor=recorded.actor,
            for_company=recorded.for_company,
            ground=ground,
            before=changed[0],
            after=changed[1],
        ),
    )


def _said(content: Content) -> dict[str, Any]:
    title, description = opened(content.title), opened(content.description)
    return {
        "category": content.category,
        "family": content.category.partition(".")[0],
        "mode": content.mode or usual_mode(content.category),
        "title": title,
        "description": description,
        "amount": content.quantity.amount,
        "unit": content.quantity.unit,
        "per": content.quantity.per,
        "attributes": content.answers,
        "condition": content.attributes.get("condition", ""),
        "price": content.price,
        "price_cents": content.price_cents,
        "currency": content.currency,
        "available_from": content.available_from,
        "available_to": content.available_to,
        "max_km": content.max_km,
        "visibility": content.visibility,
        "photos": content.photos,
        "photo_texts": {photo: opened(text) for photo, text in content.photo_texts.items() if opened(text)},
        "pickup": to_builtins(content.pickup),
        "whole_lot": content.whole_lot,
        "words": kept(content.category, title, description, content.answers),
        "spelt": told(title),
    }


def touches(recorded: Recorded) -> Iterator[Group]:  # noqa: C901, PLR0912  (one flat case per event)
    """What an event will need."""
    if isinstance(recorded.event, stock.Move):
        yield LISTING, "listing_id", recorded.stream
        yield SHARE, "listing_id", recorded.stream
        return
    match recorded.event:
        case ListingPosted() as event:
            yield LISTING, "listing_id", event.listing_id
            yield PHOTO, "listing_id", event.listing_id
            yield SIGNATURE, "listing_id", event.listing_id
            yield COMPANY, "company_id", event.company_id
            for zone_id in event.zones:
                yield ZONE, "zone_id", zone_id
        case ListingAmended():
            yield LISTING, "listing_id", recorded.stream
            yield PHOTO, "listing_id", recorded.stream
            yield SHARE, "listing_id", recorded.stream
        case ListingWithdrawn() | ListingRenewed() | ListingExpired() | ListingFulfilled() | ListingReopened():
            yield LISTING, "listing_id", recorded.stream
        case ListingEnding() | ReviewOverdue():
            yield LISTING, "listing_id", recorded.stream
        case LexiconPublished() as event:
            for term_id in (*(term.term_id for term in event.added), *event.withdrawn):
                yield TERM, "term_id", term_id
        case ListingDrafted() | DraftDiscarded():
            yield DRAFT, "listing_id", recorded.stream
        case ZoneWorkHandedOver() as event if event.work == "drafts":
            yield DRAFT, "listing_id", *event.ids
        case CompanyErased():
            for table in (LISTING, DRAFT, AMENDMENT):
                yield table, "company_id", recorded.stream
            yield COMPANY, "company_id", recorded.stream
        case ListingApproved() | ListingRejected() | AmendmentRequested() | DecisionTakenBack() as event:
            yield LISTING, "listing_id", recorded.stream
            yield ZONE, "zone_id", event.zone_id
        case CompanyAdmitted() | CompanyRefused() | CompanySuspended() | CompanyReinstated():
            yield COMPANY, "company_id", recorded.stream
            yield LISTING, "company_id", recorded.stream
        case _:
            pass


EVENTS: Final[frozenset[type[Event]]] = frozenset(
    {
        ZoneOpened, ZoneDescribed, PartnershipAgreed, PartnershipEnded,
        CompanyRegistered, SiteDeclared, CompanyAdmitted, CompanyRefused, CompanySuspended,
        CompanyReinstated, CompanyErased, ListingPosted, ListingAmended, ListingWithdrawn, ListingRenewed,
        ListingExpired, ListingApproved, ListingRejected, ListingFulfilled, ListingReopened, ListingDrafted,
        DraftDiscarded, ZoneWorkHandedOver, ListingEnding, LexiconPublished, AmendmentRequested, DecisionTakenBack,
        ReviewOverdue, *stock.MOVES,
    }
)  # fmt: skip

LISTINGS: Final = ReadModel(
    name="listings",
    version=1_000 * LEXICON_VERSION + 13,
    tables=(PARTNER, LISTING, SHARE, SIGNATURE, PHOTO, HISTORY, AMENDMENT, DRAFT, TERM, ZONE, COMPANY, SITE),
    ddl=DDL,
    events=EVENTS,
    apply=apply,
    touches=touches,
    holds_private_text=True,
)
