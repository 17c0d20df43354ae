"""The weekly mail and bulletins as letters: what was found for a member, in their language, ready to leave."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from domain import taxonomy
from domain.listings import last_day, lasts_longer
from domain.places import Place, distance_km
from domain.quantities import Quantity
from marketplace import still_true
from marketplace.answering import Question, about, one_tap, sign
from marketplace.digest_items import Reader
from marketplace.digest_ranking import Found, Hit, Pair
from marketplace.digest_words import DigestWords
from marketplace.exchange_words import Speech
from marketplace.language import translations
from marketplace.links import Links
from marketplace.mails.rendering import Envelope, address, domain_of, write
from marketplace.mails.views import (
    Achievement,
    Bulletin,
    HitLine,
    Line,
    MatchLine,
    PoolLine,
    Price,
    RenewalLine,
    Turn,
    WeeklyDigest,
)
from marketplace.outbox import Letter
from marketplace.pooling_words import total_words
from marketplace.reasons import words
from marketplace.settings import Settings
from marketplace.tokens import Signer
from marketplace.wording import Wording
from projections import people
from projections.bulletins import BulletinRow
from projections.exchanges import ExchangeRow
from projections.listings import Listing
from projections.pooling import PoolRow
from projections.viewer import Viewer

FOLDER: Final = "weekly_digest"
TEMPLATE: Final = f"{FOLDER}/4"
"""Raise it whenever the same findings would give other words: the log keeps it beside the hash."""
UNSUBSCRIBE: Final = "unsubscribe"
"""The purpose of the token that stops the mail; its value is the member's id, and it holds for ever."""
BULLETIN_FOLDER: Final = "bulletin"
BULLETIN_TEMPLATE: Final = f"{BULLETIN_FOLDER}/1"
MOST_REASONS: Final = 4
MOST_DOUBTS: Final = 2


def _(sentence: str) -> str:
    """Mark a sentence for the catalogue."""
    return sentence


class Achieved(Struct, frozen=True):
    """What a zone did in four weeks: listings it began to show, group purchases that came about."""

    listings: int = 0
    purchases: int = 0


class DigestWriter(Struct, frozen=True):
    """Writes digests and bulletins for one site; its links start with the configured address, never a request's."""

    site: str
    mail_from: str
    links: Links
    signer: Signer
    domain: str
    template: str = TEMPLATE

    def message_id(self, mail_id: str) -> str:
        """The mail's number, the same for every copy of it."""
        return f"{mail_id}@{self.domain}"

    def powerless(self) -> DigestWriter:
        """The same for who only looks at somebody's mail: no link in it acts in that person's name."""
        return replace(self, signer=Signer(b"nothing is signed here"))

    def write(
        self,
        mail_id: str,
        reader: Reader,
        found: Found,
        achieved: Achieved,
        zones: Mapping[str, people.Zone],
        language: str = "",
    ) -> Letter:
        """Give the letter, in the reader's language or another one; `zones` are those of the bulletins in it."""
        viewer, zone, now = reader.viewer, reader.home, reader.now
        language = language or reader.wishes.language
        token = self.signer.sign(UNSUBSCRIBE, viewer.member_id)
        scribe = _Scribe(viewer, Wording(language, translations(language)))
        words = DigestWords(scribe.wording, self.links, zone.time_zone)
        mail = WeeklyDigest(
            site=self.site,
            name=viewer.name,
            zone=zone.name,
            zone_slug=zone.slug,
            unsubscribe_token=token,
            turns=tuple(self._turn(scribe, row, found, now) for row in found.turns),
            settling=tuple(words.buying(buying) for buying in found.settling),
            bulletins=tuple(words.bulletin(row, zones[row.zone_id]) for row in found.bulletins),
            closing=tuple(words.buying(buying) for buying in found.closing),
            polls=tuple(words.buying(buying) for buying in found.polls),
            hints=tuple(words.hint(hint, zone) for hint in found.hints),
            follows=bool(reader.wishes.families),
            matches=tuple(scribe.match(pair) for pair in found.matches),
            hits=tuple(scribe.hit(hit, found.home) for hit in found.hits),
            news=tuple(scribe.line(listing, found.home) for listing in found.news),
            pools=tuple(scribe.pool(pool, zone) for pool in found.pools),
            renewals=tuple(self._renewal(scribe, listing, now) for listing in found.renewals),
            achievements=(
                Achievement(zone=zone.name, slug=zone.slug, listings=achieved.listings, purchases=achieved.purchases),
            ),
            operator=zone.association,
            contact_mail=zone.contact_mail,
        )
        envelope = self._envelope(mail_id, reader, language, f"{zone.slug}.weekly.{self.domain}", token)
        return address(write(FOLDER, language, self.links, mail=mail), envelope)

    def write_bulletin(
        self, mail_id: str, reader: Reader, row: BulletinRow, zone: people.Zone, language: str = ""
    ) -> Letter:
        """Give a bulletin of a zone in a mail of its own."""
        language = language or reader.wishes.language
        token = self.signer.sign(UNSUBSCRIBE, reader.viewer.member_id)
        words = DigestWords(Wording(language, translations(language)), self.links, zone.time_zone)
        mail = Bulletin(
            site=self.site,
            name=reader.viewer.name,
            zone=zone.name,
            zone_slug=zone.slug,
            unsubscribe_token=token,
            bulletin=words.bulletin(row, zone, whole=True),
            operator=zone.association,
            contact_mail=zone.contact_mail,
        )
        envelope = self._envelope(mail_id, reader, language, f"{zone.slug}.bulletins.{self.domain}", token)
        return address(write(BULLETIN_FOLDER, language, self.links, mail=mail), envelope)

    def _envelope(self, mail_id: str, reader: Reader, language: str, list_id: str, token: str) -> Envelope:
        return Envelope(
            site=self.site,
            mail_from=self.mail_from,
            to=reader.viewer.mail,
            name=reader.viewer.name,
            date=reader.now.astimezone(ZoneInfo(reader.home.time_zone)),
            message_id=self.message_id(mail_id),
            language=language,
            list_id=list_id,
            unsubscribe=self.links.unsubscribe(token),
        )

    def _turn(self, scribe: _Scribe, row: ExchangeRow, found: Found, now: datetime) -> Turn:
        """An exchange that waits for the member, with the link that answers it in one tap where one tap can."""
        step = row.next_step
        assert step is not None  # noqa: S101  # only what is owed is found
        across = found.names.get(row.exchange.other(step.owed_by), "")
        words = Speech(scribe.wording, row.exchange.time_zone)
        ask = one_tap(step.what, waste=row.waste)
        subject = about(row.exchange, ask, step.owed_by) if ask else ""
        question = Question(scribe.viewer.member_id, row.listing_id, row.exchange_id, ask, subject) if ask else None
        return Turn(
            exchange_id=row.exchange_id,
            title=row.title or taxonomy.label(row.category, scribe.wording.language),
            other=across or words.say(_("A company of the zone")),
            sentence=words.task(step, now),
            do=words.button(step.what, waste=row.waste),
            token=sign(self.signer, question, now) if question else "",
        )

    def _renewal(self, scribe: _Scribe, listing: Listing, now: datetime) -> RenewalLine:
        """A listing that ends soon, with the link that renews or withdraws it."""
        ends_at = listing.expires_at or listing.posted_at  # what has no end is not asked about
        question = still_true.Question(scribe.viewer.member_id, listing.listing_id, ends_at)
        return RenewalLine(
            listing_id=listing.listing_id,
            title=listing.title,
            ends_on=last_day(ends_at),
            left=scribe.wording.left(listing.free, listing.amount, offered=listing.side == "offer"),
            lasts_longer=lasts_longer(ends_at, listing.available_to, now),
            token=still_true.sign(self.signer, question),
        )


def digest_writer(settings: Settings) -> DigestWriter:
    """The writer of a site's digests."""
    return DigestWriter(
        site=settings.name,
        mail_from=settings.mail_from,
        links=Links(settings.base_url),
        signer=Signer(settings.secret.encode()),
        domain=domain_of(settings.base_url, settings.mail_from),
    )


class _Scribe(Struct, frozen=True):
    """Rows to lines, for one reader."""

    viewer: Viewer
    wording: Wording

    def match(self, pair: Pair) -> MatchLine:
        category = pair.other.category
        return MatchLine(
            listing=self.line(pair.other, _place(pair.mine)),
            points=pair.points,
            reasons=tuple(words(reason, self.wording, category) for reason in pair.pro[:MOST_REASONS]),
            against=tuple(words(reason, self.wording, category) for reason in pair.contra[:MOST_DOUBTS]),
            mine_id=pair.mine.listing_id,
            mine_title=pair.mine.title,
        )

    def hit(self, hit: Hit, near: Place | None) -> HitLine:
        return HitLine(listing=self.line(hit.listing, near), search=hit.search.name)

    def pool(self, pool: PoolRow, zone: people.Zone) -> PoolLine:
        """A proposal; its facilitator is sent to their own page of it."""
        return PoolLine(
            pooling_id=pool.pooling_id,
            kind=pool.kind,
            companies=pool.companies,
            what=taxonomy.label(pool.category, self.wording.language),
            total=" + ".join(total_words(total, pool.category, self.wording) for total in pool.totals),
            mine=not self.viewer.has_role(pool.zone_id, "facilitator", "administrator"),
            slug=zone.slug,
        )

    def line(self, listing: Listing, near: Place | None) -> Line:
        return Line(
            listing_id=listing.listing_id,
            kind=_kind(listing),
            side=listing.side,
            title=listing.title,
            category_code=listing.category,
            quantity=Quantity(listing.amount, listing.unit, listing.per),  # type: ignore[arg-type]  # as events have it
            left=self.wording.left(listing.free, listing.amount, offered=listing.side == "offer"),
            price=Price(terms=listing.price, cents=listing.price_cents, currency=listing.currency, unit=listing.unit),
            company=listing.company,
            metres=round(1000 * distance_km(near, _place(listing))) if near else None,
            until=listing.available_to,
            zone=listing.zone_name if len(self.viewer.zones) > 1 else "",
        )


def _place(listing: Listing) -> Place:
    return Place(listing.latitude, listing.longitude)


def _kind(listing: Listing) -> Literal["offer", "request", "service", "purchase"]:
    """A shared service or a group purchase is named as such, whichever its side."""
    match taxonomy.kind(listing.category):
        case "service":
            return "service"
        case "purchase":
            return "purchase"
        case _:
            return listing.side
