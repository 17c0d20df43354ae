"""Believable pages: one sample or more of every template, for the tests and for whoever looks at them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from tests.web.answer_samples import answer_samples
from tests.web.bulletin_samples import bulletin_samples, zone_mail_samples
from tests.web.company_samples import company_samples
from tests.web.contract_samples import contract_samples
from tests.web.dealing_samples import dealing_samples
from tests.web.form_samples import form_samples
from tests.web.funnel_samples import funnel_samples
from tests.web.lexicon_samples import lexicon_samples
from tests.web.life_samples import AGAIN, PHOTOS, SITES, amended, begun, drafts, life_samples
from tests.web.mail_samples import mail_samples
from tests.web.match_samples import SET_ASIDE, asking, match_samples
from tests.web.moderation_samples import moderation_samples
from tests.web.objection_samples import objection_samples
from tests.web.partner_samples import partner_samples
from tests.web.pooling_samples import BESIDE, TONERS, TRAINING, pooling_samples
from tests.web.privacy_samples import privacy_samples
from tests.web.purchase_samples import purchase_samples
from tests.web.zone_samples import zone_samples
from web.search_views import ListingsPage, SavedSearch
from web.views import (
    Decision,
    Flash,
    Form,
    FormReading,
    Frame,
    HomePage,
    MyListing,
    MyPage,
    NearMiss,
    PhotoField,
    PoolWarning,
    Suggestions,
    Viewer,
    ZoneCard,
    ZonePage,
    ZoneResults,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from marketplace.language import Language
    from web.views import View

from tests.web.inbox_samples import LINES, REASONS, exchanges
from tests.web.sample_world import (
    COMMANDS,
    DOCK,
    FACETS,
    FAMILIES,
    HISTORY,
    JOURDIES,
    LEA,
    LIST,
    MARC,
    MATCHES,
    NOW,
    OFFERS,
    PLAN,
    REQUESTS,
    WRONG,
    ZONES,
    listing,
    own,
    posting,
)
from tests.web.site_samples import account, phones, plain
from tests.web.ways_in_samples import ways_in_samples


def answered_forms() -> Iterator[tuple[str, str, Viewer | None, str, View]]:
    """The form with what is wrong in it, and the parts of it that scripts ask for."""
    yield "new-wrong", "listings/form.html", LEA, "new", posting(WRONG, pool=PoolWarning(brand="CHEP"))
    page = posting(Form(command_id="c", values={"side": "offer"}))
    yield "suggestions", "listings/suggestions.html", LEA, "", Suggestions(choices=())
    yield "suggestions-read", "listings/reading.html", LEA, "", FormReading(page=page, another_category=True)


def shown() -> Iterator[tuple[str, str, Viewer | None, str, View]]:
    """The home, a zone, its listings and one of them."""
    yield (
        "home",
        "home.html",
        None,
        "",
        HomePage(
            zones=tuple(
                ZoneCard(
                    zone=zone,
                    companies=74 - 50 * n,
                    offers=84 - 70 * n,
                    requests=59 - 50 * n,
                    association="Association des Jourdies",
                )
                for n, zone in enumerate(ZONES)
            )
        ),
    )
    yield "home-empty", "home.html", None, "", HomePage(zones=())
    zone = ZonePage(
        zone=JOURDIES,
        association="L’association des Jourdies",
        latest_offers=OFFERS[:3],
        latest_requests=REQUESTS[:3],
        results=ZoneResults(companies=74, listings=143, matches=212),
        families=FAMILIES[:9],
        contact_mail="bonjour@jourdies.example",
    )
    yield "zone", "zones/home.html", None, "zone", zone
    yield (
        "zone-empty",
        "zones/home.html",
        MARC,
        "zone",
        ZonePage(
            zone=JOURDIES,
            association="L’association",
            latest_offers=(),
            latest_requests=(),
            families=(),
            results=ZoneResults(companies=2, listings=0, matches=0),
        ),
    )
    yield "list", "listings/list.html", LEA, "listings", LIST
    yield (
        "list-plan",
        "listings/list.html",
        LEA,
        "listings",
        ListingsPage(
            zone=JOURDIES,
            total=5,
            cards=LIST.cards,
            facets=FACETS,
            view="plan",
            plan=PLAN,
            first="/z/x",
            list_address="/",
            feed="/z/les-jourdies/listings.atom",
        ),
    )
    yield (
        "list-none",
        "listings/list.html",
        None,
        "listings",
        ListingsPage(zone=JOURDIES, total=0, cards=(), facets=FACETS, query="éolienne", feed="/z/x.atom"),
    )
    yield (
        "list-empty",
        "listings/list.html",
        None,
        "listings",
        ListingsPage(zone=JOURDIES, total=0, cards=(), facets=(), has_any=False, feed="/z/x.atom"),
    )
    yield "show", "listings/show.html", None, "listings", listing(contact_hidden=True)
    yield (
        "show-mine",
        "listings/show.html",
        LEA,
        "listings",
        listing(
            owner=own(can_amend=True, can_renew=True, can_withdraw=True),
            beside=BESIDE,
            matches=MATCHES[:2],
            expires_on=date(2027, 1, 8),
            history=(amended(NOW), *HISTORY),
        ),
    )
    yield (
        "show-pending",
        "listings/show.html",
        MARC,
        "listings",
        listing("pending", moderate=COMMANDS, photos=PHOTOS),
    )
    yield (
        "show-rejected",
        "listings/show.html",
        LEA,
        "listings",
        listing(
            "rejected",
            owner=own(can_amend=True),
            decision=Decision(
                ground="Palette de location",
                sentence="Les palettes bleues marquées CHEP appartiennent au loueur.",
                at=NOW,
            ),
        ),
    )
    yield "show-withdrawn", "listings/show.html", None, "listings", listing("withdrawn")
    ended = listing("expired", owner=own(can_renew=True), again="/listings/new?again=listing-1")
    yield "show-expired", "listings/show.html", LEA, "listings", ended
    yield "show-fulfilled", "listings/show.html", LEA, "listings", listing("fulfilled", owner=own())
    yield (
        "show-facilitator",
        "listings/show.html",
        MARC,
        "listings",
        listing(
            near_misses=(
                NearMiss(listing=REQUESTS[0], excluded_because="Dimensions différentes : 1000 × 1200 demandé"),
            )
        ),
    )


def entered() -> Iterator[tuple[str, str, Viewer | None, str, View]]:
    """The form of a listing, a company's own page, and what waits for those who run the zone."""
    yield "new", "listings/form.html", LEA, "new", posting(Form(command_id="c-5", values={"side": "offer"}))
    for name, whence in begun(NOW).items():
        values = {"side": "offer", "title": "Palettes", "draft": "listing-d"}
        form = Form(command_id="c", values=values)
        yield f"new-{name}", "listings/form.html", LEA, "new", posting(form, begun=whence)
    yield (
        "amend",
        "listings/form.html",
        LEA,
        "new",
        posting(
            Form(command_id="c-5", seen_version=3, values={"side": "offer", "title": "120 palettes"}),
            amending="listing-1",
            title="120 palettes Europe",
            photos=PhotoField(
                shown=("photo-1", "photo-2"),
                gone=("photo-2",),
                waiting="token",
                waiting_count=1,
                coming=("photo-3",),
                texts={"photo-1": "Douze palettes grises"},
            ),
        ),
    )
    yield from answered_forms()
    yield (
        "me",
        "me.html",
        LEA,
        "me",
        MyPage(
            pools=(TRAINING, TONERS),
            turns=LINES,
            owed=4,
            drafts=drafts(NOW),
            again=AGAIN,
            sites=SITES,
            matches=(asking(MATCHES[0]), *MATCHES[1:]),
            set_aside=(SET_ASIDE,),
            digest_day="lundi",
            searches=(
                SavedSearch(
                    id="search-1",
                    name="Palettes à deux pas",
                    zone="Les Jourdies",
                    said="« palettes » · Offres · à moins de 5 km",
                    address="/z/les-jourdies/listings?q=palettes",
                    by_mail=True,
                    drop_command="c-9",
                ),
            ),
            listings=(
                MyListing(card=OFFERS[3], needs="renew", expires_on=date(2026, 11, 27), renew_command="c-7"),
                MyListing(card=listing("rejected").card, needs="amend"),
                MyListing(card=REQUESTS[0]),
            ),
        ),
    )
    yield from life_samples(LEA)
    yield "me-no-match", "me.html", LEA, "me", MyPage(matches=(), listings=(MyListing(card=OFFERS[3]),))
    yield "me-empty", "me.html", MARC, "me", MyPage(matches=(), listings=())
    yield from moderation_samples(JOURDIES, MARC, NOW, OFFERS)


def samples() -> Iterator[tuple[str, str, Viewer | None, str, View]]:
    """Each page as (name, template, who looks, part of the site, view)."""
    yield from (*shown(), *entered(), *account(), *ways_in_samples())
    yield from (*mail_samples(LEA, MARC, NOW), *exchanges())
    yield from (*bulletin_samples(JOURDIES, MARC), *zone_mail_samples(JOURDIES, MARC), *answer_samples(REASONS))
    yield from (*funnel_samples(JOURDIES, MARC, NOW), *pooling_samples(JOURDIES, MARC, NOW))
    yield from company_samples(JOURDIES, (LEA, MARC), OFFERS[0])
    yield from match_samples(JOURDIES, LEA, MARC, NOW, MATCHES, REQUESTS)
    yield from (*lexicon_samples(JOURDIES, MARC, NOW), *partner_samples(JOURDIES, ZONES[1], MARC))
    yield from zone_samples(JOURDIES, ZONES[1], MARC, LEA)
    yield from (*form_samples(JOURDIES, (LEA, MARC)), *objection_samples())
    yield from (
        *purchase_samples(JOURDIES, (LEA, MARC), NOW),
        *contract_samples(JOURDIES, (LEA, MARC), NOW),
        *dealing_samples(JOURDIES, (LEA, DOCK, MARC), NOW),
    )
    yield from (*phones(), *plain(), *privacy_samples(LEA, NOW))


def frame(language: Language, viewer: Viewer | None, current: Any, *, flash: bool = False) -> Frame:
    """The frame around a sample."""
    return Frame(
        language=language,
        now=NOW,
        csrf="token",
        contact_mail="contact@gisement.example",
        current=current,
        zone=JOURDIES if current else None,
        zones=ZONES,
        viewer=viewer,
        demo=True,
        flashes=(Flash(sentence="C’est enregistré."),) if flash else (),
        stale_since=NOW if flash else None,
    )
