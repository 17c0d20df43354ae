"""Believable pages: one sample or more of every template, for the tests and for whoever looks at them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from domain import taxonomy
from domain.quantities import Quantity
from tests.web.answer_samples import answer_samples
from tests.web.bulletin_samples import bulletin_samples, zone_mail_samples
from tests.web.contract_samples import contract_samples
from tests.web.dealing_samples import dealing_samples
from tests.web.form_samples import form_samples
from tests.web.funnel_samples import funnel_samples
from tests.web.lexicon_samples import lexicon_samples
from tests.web.life_samples import AGAIN, PHOTOS, SITES, amended, begun, drafts, life_samples
from tests.web.mail_samples import MAIL_CHOICES, mail_samples
from tests.web.match_samples import SET_ASIDE, asking, match_samples
from tests.web.partner_samples import partner_samples
from tests.web.pooling_samples import BESIDE, TONERS, TRAINING, pooling_samples
from tests.web.purchase_samples import purchase_samples
from web.exchange_views import (
    Asking,
    InboxPage,
    Interest,
    InterestForm,
    Interests,
    Left,
    Line,
    Stage,
    Turn,
    UnderWay,
)
from web.form_views import Dropped, PickupField, Proposal
from web.search_views import Chip, Facet, ListingsPage, Order, Pin, Plan, SavedSearch
from web.views import (
    AccountPage,
    CategoryChoice,
    Choice,
    ContactPoint,
    Decision,
    DevMail,
    DevMailPage,
    DevMessagePage,
    ErrorPage,
    FacetOption,
    Fact,
    Family,
    Flash,
    Form,
    FormReading,
    Frame,
    HistoryEntry,
    HomePage,
    ListingCard,
    ListingForm,
    ListingPage,
    MatchCard,
    ModerationForms,
    ModerationItem,
    ModerationPage,
    MyListing,
    MyPage,
    NearMiss,
    OwnerActions,
    PhoneCodePage,
    PhonePage,
    PhoneSignInPage,
    PhotoField,
    PoolWarning,
    Price,
    Question,
    ReportedMessage,
    Session,
    SharedPhone,
    SharedPhones,
    SignInLandingPage,
    SignInPage,
    SignInSentPage,
    Suggestions,
    TextPage,
    UnsubscribePage,
    Viewer,
    Zone,
    ZoneCard,
    ZonePage,
    ZoneResults,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from marketplace.language import Language
    from web.views import View

NOW: Final = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
JOURDIES: Final = Zone(slug="les-jourdies", name="Les Jourdies", place="Saint-Pierre-en-Faucigny")
ZONES: Final = (JOURDIES, Zone(slug="la-balmette", name="La Balmette", place="Bonneville"))
LEA: Final = Viewer(
    name="Léa Dunand", mail="lea@scierie-dunand.example", company="Scierie Dunand", new_matches=3, owed=4
)
DOCK: Final = Viewer(name="Téléphone du quai", mail="", company="Scierie Dunand", shared=True)
MARC: Final = Viewer(
    name="Marc Périllat",
    mail="marc@jourdies.example",
    company="Association des Jourdies",
    moderates=True,
    facilitates=True,
    to_moderate=3,
)


def quantity(amount: str, unit: str = "H87", per: Any = None) -> Quantity:
    """A quantity, short."""
    return Quantity(Decimal(amount), unit, per)


def card(number: int, title: str, category: str, amount: Quantity, company: str | None, **more: Any) -> ListingCard:
    """A card; kind and side follow the category unless given."""
    values: dict[str, Any] = {
        "id": f"listing-{number}",
        "kind": "offer",
        "side": "offer",
        "category_code": category,
        "category": taxonomy.label(category, "fr"),
        "posted_at": NOW - timedelta(hours=5 * number),
        "metres": 260 + 370 * number,
        **more,
    }
    return ListingCard(title=title, quantity=amount, company=company, **values)


OFFERS: Final = (
    card(
        1,
        "120 palettes Europe 80×120, bon état",
        "PAL.EPAL1",
        quantity("120"),
        "Villaverde Jardins",
        matches=3,
        until=date(2026, 12, 8),
        price=Price(terms="free"),
        new=True,
    ),
    card(
        2,
        "Cartons double cannelure à plat, 60×40×40",
        "CAR.BOX",
        quantity("300", per="WEE"),
        "Free Glisse Shop",
        matches=1,
        price=Price(terms="paid_by_receiver", cents=25, unit="H87"),
    ),
    card(
        3,
        "Broyeur à cartons, à prêter deux jours par semaine",
        "EQP.SHRED",
        quantity("2", "DAY", "WEE"),
        "Imprimerie du Môle",
        price=Price(terms="quote"),
    ),
    card(
        4,
        "Sciure d’épicéa, sèche et dépoussiérée",
        "BOI.SAW",
        quantity("12.5", "MTQ", "MON"),
        "Scierie Dunand",
        price=Price(terms="paid_by_receiver", cents=900, unit="MTQ"),
    ),
)
REQUESTS: Final = (
    card(
        5,
        "Fûts plastique 200 L, rincés",
        "EMB.DRUM",
        quantity("10", "XDR"),
        "Brasserie du Giffre",
        kind="request",
        side="request",
        until=date(2026, 11, 30),
    ),
    card(
        6,
        "Rondes de nuit, à partager entre voisins",
        "SRV.GUARD",
        quantity("5", "HUR", "DAY"),
        "Décolletage Pontet",
        kind="service",
        side="request",
        matches=4,
    ),
    card(
        7,
        "Électricité 2027 : acheter à plusieurs",
        "ACH.ENE",
        quantity("500", "MWH", "ANN"),
        None,
        kind="purchase",
        side="request",
        until=date(2026, 12, 18),
    ),
    card(
        8,
        "Stationnement de deux porteurs 19 t la nuit",
        "ESP.PARK",
        quantity("2"),
        "Transports Mermillod",
        kind="request",
        side="request",
    ),
)
MATCHES: Final = (
    MatchCard(
        listing=OFFERS[0],
        points=92,
        mine_id="listing-9",
        mine_title="150 palettes EPAL, état B minimum",
        ask_about="listing-1",
        with_id="listing-9",
        new=True,
        reasons=(
            "Même format de palette",
            "120 des 150 qu’il vous faut",
            "À 630 m de chez vous",
            "Leur état A convient à votre état B",
        ),
    ),
    MatchCard(
        listing=OFFERS[1],
        points=71,
        mine_id="listing-10",
        mine_title="Caisses américaines d’occasion",
        reasons=("Même catégorie : cartons réutilisables", "Toutes les semaines, comme vous"),
        against=("Dimensions un peu plus grandes que demandé",),
    ),
    MatchCard(
        listing=OFFERS[3],
        points=52,
        mine_id="listing-11",
        mine_title="Paillage pour massifs",
        reasons=("Matière voisine : copeaux et paillage",),
        against=("À 1,7 km",),
    ),
)
FAMILIES: Final = tuple(
    FacetOption(value=family.code, label=family.label_fr, count=n, checked=family.code == "PAL")
    for n, family in zip((42, 31, 18, 14, 12, 9, 7, 6, 5, 4, 3, 2, 1, 1, 1, 1, 0), taxonomy.families(), strict=False)
)
FACETS: Final = (
    Facet(
        name="side",
        label="Type d’annonce",
        options=(
            FacetOption(value="offer", label="Offre", count=84, checked=True),
            FacetOption(value="request", label="Demande", count=59),
        ),
    ),
    Facet(name="family", label="Famille", options=FAMILIES),
    Facet(
        name="condition",
        label="État",
        options=(FacetOption(value="A", label="Bon état", count=21), FacetOption(value="B", label="Correct", count=8)),
    ),
    Facet(
        name="recurrence",
        label="Rythme",
        options=(
            FacetOption(value="once", label="Une fois", count=77),
            FacetOption(value="flow", label="Régulier", count=66),
        ),
    ),
    Facet(
        name="distance",
        label="Distance",
        single=True,
        options=(
            FacetOption(value="", label="Toute la zone", count=143, checked=True),
            FacetOption(value="500", label="À moins de 500 m", count=18),
        ),
    ),
)
PLAN: Final = Plan(
    centre="Vous",
    reach=1200,
    boundary=((-900, 850), (880, 760), (1080, -380), (330, -950), (-1000, -700)),
    pins=tuple(
        Pin(number=n, east=east, north=north, cards=shown)
        for n, (east, north, shown) in enumerate(
            (
                (-680, 700, OFFERS[:1]),
                (60, 640, (OFFERS[1], REQUESTS[1])),
                (840, 320, REQUESTS[1:2]),
                (180, -90, REQUESTS[2:3]),
                (-420, -480, REQUESTS[:1]),
            ),
            1,
        )
    ),
)
LIST: Final = ListingsPage(
    zone=JOURDIES,
    total=143,
    cards=(OFFERS[0], REQUESTS[2], REQUESTS[1], OFFERS[1], REQUESTS[0], *OFFERS[2:]),
    facets=FACETS,
    chips=(Chip(label="Offre", without="/z/les-jourdies/listings"), Chip(label="Palettes", without="/")),
    asked=(("side", "offer"), ("family", "PAL")),
    below=Facet(
        name="category",
        label="En détail",
        options=(FacetOption(value="PAL.EPAL1", label="Palette Europe", count=12, checked=True),),
    ),
    query="palettes",
    typed="paletess",
    as_typed="/z/les-jourdies/listings?q=paletess&exact=1",
    partly=True,
    orders=(
        Order(label="Pertinence", address="/z/les-jourdies/listings", current=True),
        Order(label="Plus proches", address="/z/les-jourdies/listings?sort=nearest", current=False),
    ),
    saving=Form(command_id="4b6f2f9e-3d1b-4f3e-9c63-4f9e0f6a4a11"),
    suggested="palettes",
    feed="/z/les-jourdies/listings.atom?q=palettes",
    plan_address="/z/les-jourdies/listings?view=plan",
    list_address="/z/les-jourdies/listings",
    next="/z/les-jourdies/listings?after=x",
)
HISTORY: Final = (
    HistoryEntry(at=NOW - timedelta(days=1), sentence="Approuvée pour Les Jourdies"),
    HistoryEntry(at=NOW - timedelta(days=1, hours=3), sentence="Corrigée", detail="Quantité : 100, puis 120"),
    HistoryEntry(at=NOW - timedelta(days=2), sentence="Publiée par Villaverde Jardins"),
)
DESCRIPTION: Final = (
    "Palettes Europe issues de nos livraisons de végétaux, stockées sous abri, quelques planches grisées.\n\n"
    "Chargement au transpalette sur place, du lundi au vendredi de 8 h à 16 h. Accès camion 12 t."
)
FACTS: Final = (
    Fact(label="État", value="Bon état (A)"),
    Fact(label="Dimensions", value="800 × 1200 mm"),
    Fact(label="Propriété", value="À nous"),
    Fact(label="Statut légal", value="Produit"),
    Fact(label="Visible par", value="Tout le monde, sans le nom de l’entreprise"),
)
COMMANDS: Final = ModerationForms(approve_command="c-1", reject_command="c-2", seen_version=1)


def listing(status: Any = "approved", **more: Any) -> ListingPage:
    """A listing's page in one of its states."""
    values: dict[str, Any] = {"description": DESCRIPTION, "facts": FACTS, "history": HISTORY, **more}
    shown = card(
        1,
        "120 palettes Europe 80×120, bon état",
        "PAL.EPAL1",
        quantity("120"),
        "Villaverde Jardins",
        status=status,
        until=date(2026, 12, 8),
        price=Price(terms="free"),
    )
    return ListingPage(card=shown, zone=JOURDIES, **values)


def own(**may: Any) -> OwnerActions:
    """What the author may do."""
    return OwnerActions(seen_version=3, renew_command="c-3", withdraw=Form(command_id="c-4"), **may)


def posting(form: Form, **more: Any) -> ListingForm:
    """The form, empty or not."""
    return ListingForm(
        form=form,
        suggestions=Suggestions(
            choices=tuple(
                CategoryChoice(code=leaf.code, label=leaf.label_fr, family="Palettes")
                for leaf in taxonomy.leaves("PAL")[:5]
            ),
            chosen=form.value("category"),
        ),
        families=tuple(
            Family(
                code=family.code,
                label=family.label_fr,
                categories=tuple(
                    CategoryChoice(code=leaf.code, label=leaf.label_fr) for leaf in taxonomy.leaves(family.code)
                ),
            )
            for family in taxonomy.families()
        ),
        units=(Choice(value="H87", label="pièces"), Choice(value="TNE", label="tonnes")),
        periods=(Choice(value="", label="une fois"), Choice(value="WEE", label="par semaine")),
        questions=(Question(code="condition", label="État", choices=(Choice(value="A", label="Bon état (A)"),)),),
        price_terms=(
            Choice(value="free", label="Gratuit"),
            Choice(value="paid_by_receiver", label="Payé par le preneur"),
        ),
        visibilities=(
            Choice(value="zone", label="Les membres de la zone"),
            Choice(value="public", label="Tout le monde"),
        ),
        sites=(
            Choice(value="site-1", label="Scierie Dunand, 12 rue des Épicéas"),
            Choice(value="site-2", label="Dépôt"),
        ),
        here="Scierie Dunand, 12 rue des Épicéas",
        takes_photos=True,
        further=(
            Question(code="capacity", label="Capacité", kind="whole"),
            Question(code="deadline", label="Limite", kind="day"),
        ),
        proposals=(
            Proposal(about="amount", label="50 palettes", value="amount=50&unit=H87&per=", words="une cinquantaine"),
            Proposal(about="condition", label="État : Bon", value="condition=B", words="classe B", taken=True),
            Proposal(about="price", label="Troc", value="price=swap", words="troc", instead="Gratuit", note="arrondi"),
        ),
        dropped=(Dropped(code="residue", value="food", label="Contenu", said="Alimentaire"),),
        pickup=PickupField(
            days=(Choice(value="pickup_day_1", label="lun"),),
            places=(Choice(value="dock", label="À quai"),),
            lorries=(Choice(value="van", label="Utilitaire"),),
            loaders=(Choice(value="giver", label="Celui qui donne"),),
            said="Prêt : lundi",
            as_last_time=True,
        ),
        estimate="≈ 1,2 t, estimé d’après 25 kg l’unité",
        category="Palette",
        read="/listings/new/reading",
        **more,
    )


WRONG: Final = Form(
    command_id="c-5",
    values={"side": "offer", "title": "Palettes bleues", "amount": "-3", "unit": "H87", "category": "PAL.STD"},
    errors={"amount": "Écrivez un nombre plus grand que zéro.", "available_to": "Cette date est passée."},
)
REVIEW: Final = (
    ModerationItem(
        card=OFFERS[1],
        description="Pliés, liés par 50. À prendre au quai 3.",
        author="Sarah Nicoud",
        forms=COMMANDS,
        photos=("photo-1", "photo-2"),
        first_listing=True,
    ),
    ModerationItem(
        card=card(12, "Palettes bleues à donner", "PAL.STD", quantity("35"), "Mécanique du Bargy"),
        description="35 palettes bleues qui encombrent la cour. Appelez le 06 …",
        author="Yann Blanchet",
        forms=COMMANDS,
        flags=(
            "« Palettes bleues » : peut-être des palettes de location CHEP",
            "Un numéro de téléphone dans le texte : il sera masqué pour les visiteurs",
        ),
    ),
    ModerationItem(
        card=OFFERS[3],
        description="",
        author="Léa Dunand",
        forms=COMMANDS,
        changes=(("Quantité", "10 m³ par mois", "12,5 m³ par mois"), ("Prix", "Gratuit", "9 € / m³")),
        errors={"sentence": "Dites pourquoi en une phrase : l’entreprise la lit."},
        ground="unclear",
    ),
)
MAIL: Final = DevMail(
    id="m-1", to="lea@scierie-dunand.example", subject="3 correspondances cette semaine", at=NOW, state="envoyé"
)
ASK: Final = Form(command_id="c-6")
OPTIONS: Final = tuple(FacetOption(value=f.value, label=f.label, count=0, checked=f.count > 20) for f in FAMILIES)


def answered_forms() -> Iterator[tuple[str, str, Viewer | None, str, View]]:
    """The form with what is wrong in it, and the parts of it that scripts ask for."""
    yield "new-wrong", "listings/form.html", LEA, "new", posting(WRONG, pool=PoolWarning(brand="CHEP"))
    page = posting(Form(command_id="c", values={"side": "offer"}))
    yield "suggestions", "listings/suggestions.html", LEA, "", Suggestions(choices=())
    yield "suggestions-read", "listings/reading.html", LEA, "", FormReading(page=page, another_category=True)


def samples() -> Iterator[tuple[str, str, Viewer | None, str, View]]:
    """Each page as (name, template, who looks, part of the site, view)."""
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
    yield (
        "moderation",
        "moderation/queue.html",
        MARC,
        "moderation",
        ModerationPage(
            zone=JOURDIES,
            items=REVIEW,
            batch_command="c-8",
            next="/z/x",
            reported=(
                ReportedMessage(
                    message_id="message-1",
                    writer="Fournil des Jourdies",
                    reader="Scierie Dunand",
                    text="Vous êtes des voleurs.",
                    photos=("p-1",),
                    at=NOW - timedelta(days=1),
                    reported_at=NOW,
                    why="C’est une insulte.",
                ),
            ),
            grounds=(
                Choice(value="unclear", label="Pas assez clair"),
                Choice(value="pool_pallet", label="Palette de location"),
            ),
        ),
    )
    yield (
        "moderation-empty",
        "moderation/queue.html",
        MARC,
        "moderation",
        ModerationPage(zone=JOURDIES, items=(), batch_command="c-8", grounds=(), decided_this_week=6),
    )
    yield "sign-in", "sign_in/form.html", None, "account", SignInPage(form=ASK)
    yield (
        "sign-in-sent",
        "sign_in/sent.html",
        None,
        "account",
        SignInSentPage(
            form=Form(command_id="c", errors={"code": "Ce code n’est pas le bon."}), mail=LEA.mail, dev_mail=True
        ),
    )
    yield "sign-in-landing", "sign_in/landing.html", None, "account", SignInLandingPage(token="t", form=ASK, name="Léa")
    yield "sign-in-spent", "sign_in/landing.html", None, "account", SignInLandingPage(token="t", form=ASK, usable=False)
    yield (
        "account",
        "account/home.html",
        MARC,
        "account",
        AccountPage(
            mail=MAIL_CHOICES,
            sessions=(
                Session(id="s-1", device="Firefox sur Linux", last_seen=NOW, here=True),
                Session(id="s-2", device="Safari sur iPhone", last_seen=NOW - timedelta(days=2)),
                Session(id="s-3", device="Chrome sur Windows", last_seen=NOW - timedelta(days=20)),
            ),
            phones=SharedPhones(
                form=ASK,
                companies=(Choice(value="company-1", label="Scierie Dunand"),),
                phones=(
                    SharedPhone(
                        id="phone-1",
                        name="Téléphone du quai",
                        company="",
                        last_used=NOW - timedelta(minutes=40),
                        command="c-11",
                    ),
                    SharedPhone(id="phone-2", name="Atelier de sciage", company="", last_used=None, command="c-12"),
                ),
            ),
        ),
    )
    yield from (*mail_samples(LEA, MARC, NOW), *exchanges())
    yield from (*bulletin_samples(JOURDIES, MARC), *zone_mail_samples(JOURDIES, MARC), *answer_samples(REASONS))
    yield from (*funnel_samples(JOURDIES, MARC, NOW), *pooling_samples(JOURDIES, MARC, NOW))
    yield from match_samples(JOURDIES, LEA, MARC, NOW, MATCHES, REQUESTS)
    yield from (*lexicon_samples(JOURDIES, MARC, NOW), *partner_samples(JOURDIES, ZONES[1], MARC))
    yield from form_samples(JOURDIES, (LEA, MARC))
    yield from (
        *purchase_samples(JOURDIES, (LEA, MARC), NOW),
        *contract_samples(JOURDIES, (LEA, MARC), NOW),
        *dealing_samples(JOURDIES, (LEA, DOCK, MARC), NOW),
    )
    yield from phones()
    for name, more in (("ask", {}), ("done", {"done": True}), ("spent", {"usable": False})):
        yield (
            f"unsubscribe-{name}",
            "account/unsubscribe.html",
            None,
            "",
            UnsubscribePage(token="t", mail=LEA.mail, **more),
        )
    yield "dev-mails", "dev/mails.html", None, "", DevMailPage(mails=(MAIL, MAIL), next="/dev/mail?after=1")
    yield "dev-mails-empty", "dev/mails.html", None, "", DevMailPage(mails=())
    yield (
        "dev-message",
        "dev/message.html",
        None,
        "",
        DevMessagePage(
            mail=MAIL,
            headers=(("Message-ID", "<digest@jourdies.example>"),),
            text="Bonjour Léa,\n\n3 nouvelles.",
            size=18_300,
        ),
    )
    for name in ("terms", "privacy", "contact"):
        yield (
            name,
            f"texts/{name}.html",
            None,
            "",
            TextPage(
                operator="Association des Jourdies",
                contacts=(
                    ContactPoint(
                        zone=JOURDIES, association="Association des Jourdies", mail="bonjour@jourdies.example"
                    ),
                ),
            ),
        )
    for status in (400, 403, 404, 405, 409, 413, 422, 429, 500, 503):
        yield (
            f"error-{status}",
            "error.html",
            None,
            "",
            ErrorPage(
                status=status,
                reference="7f3a-20c1" if status == 500 else "",
                retry_after=5 if status in {429, 503} else None,
            ),
        )


def phones() -> Iterator[tuple[str, str, Viewer | None, str, View]]:
    """The pages of a phone that a company's people share, and of who hands it to them."""
    wrong = Form(command_id="c", values={"code": "1234 5678"}, errors={"code": "Ce code est faux ou déjà utilisé."})
    code = PhoneCodePage(
        name="Téléphone du quai",
        company="Scierie Dunand",
        code="4071\N{NO-BREAK SPACE}9926",
        minutes=15,
        address="https://gisement.example/sign-in/phone",
    )
    home = PhonePage(name="Téléphone du quai", company="Scierie Dunand", zone=JOURDIES)
    yield "phone-code", "phones/code.html", LEA, "account", code
    yield "phone-sign-in", "phones/sign_in.html", None, "account", PhoneSignInPage(form=ASK)
    yield "phone-sign-in-wrong", "phones/sign_in.html", LEA, "account", PhoneSignInPage(form=wrong)
    yield "phone", "phones/home.html", DOCK, "phone", home
    yield "phone-to-person", "sign_in/form.html", DOCK, "account", SignInPage(form=ASK)


WAITS: Final = Stage(code="asked", word="En attente de réponse", icon="clock", tone="wait")
ARRANGED: Final = Stage(code="arranged", word="Rendez-vous pris", icon="calendar", tone="go")
DONE: Final = Stage(code="confirmed", word="Enlevé et confirmé", icon="check", tone="done")
STOPPED: Final = Stage(code="declined", word="Décliné", icon="close", tone="stop")
REASONS: Final = (
    Choice(value="other_solution", label="Autre solution retenue"),
    Choice(value="quality", label="Qualité ou état non conforme"),
    Choice(value="quantity", label="Quantité insuffisante ou irrégulière"),
    Choice(value="transport", label="Transport ou logistique"),
    Choice(value="other", label="Autre (préciser)"),
)
SOON: Final = NOW + timedelta(days=4)
TURN: Final = Turn(
    mine=True, sentence="À vous : dites oui ou non d’ici vendredi 27 novembre", by=SOON, what="answer", do="Répondre"
)
LATE: Final = Turn(
    mine=True,
    sentence="À vous : dites ce qui a été enlevé ; c’était pour vendredi 20 novembre",
    by=NOW,
    what="confirm",
    late=True,
    do="Confirmer l’enlèvement",
)
THEIRS: Final = Turn(mine=False, sentence="À eux : Free Glisse Shop répond au créneau proposé", by=SOON)
COMING: Final = Turn(mine=False, coming=True, sentence="Enlèvement : jeudi 26 novembre, 14:00–15:00", by=SOON)


def line(number: int, turn: Turn | None, stage: Stage, **more: Any) -> Line:
    """An exchange in a list."""
    return Line(
        exchange_id=f"exchange-{number}",
        listing_id="listing-1",
        title="120 palettes Europe 80×120, bon état",
        quantity="40 palettes",
        company="Free Glisse Shop",
        gives=number % 2 == 1,
        category="PAL.EPAL1",
        stage=stage,
        turn=turn,
        at=NOW - timedelta(days=number),
        **more,
    )


LINES: Final = (line(1, TURN, WAITS), line(2, LATE, ARRANGED))


def interest(number: int, company: str, amount: str, record: str, **more: Any) -> Interest:
    """One company that asked."""
    return Interest(
        exchange_id=f"exchange-{number}",
        company=company,
        quantity=amount,
        asked_at=NOW - timedelta(days=number),
        stage=WAITS,
        record=record,
        metres=400 * number,
        unit="palette",
        **more,
    )


def asked_of_me() -> Interests:
    """Two who wait, one on the way, one it is over with."""
    return Interests(
        waiting=(
            interest(
                1,
                "Boulangerie Blanc",
                "100 palettes",
                "7 demandes acceptées : 6 enlevées, 1 abandonnée",
                message="Nous pouvons passer jeudi matin avec le camion.",
                accept=Form(command_id="c-1", values={"amount": "100"}, seen_version=3),
                decline=Form(command_id="c-2", seen_version=3),
            ),
            interest(
                2,
                "Free Glisse Shop",
                "80 palettes",
                "Premier échange ici",
                goes_with_id="listing-4",
                goes_with="Cherche 80 palettes",
                accept=Form(
                    command_id="c-3",
                    values={"amount": "800"},
                    errors={"amount": "Il n’en reste que 100."},
                    seen_version=3,
                ),
                decline=Form(command_id="c-4", errors={"sentence": "Dites laquelle."}, seen_version=3),
            ),
        ),
        on_the_way=(interest(3, "Imprimerie du Môle", "20 palettes", "", turn=COMING),),
        over=(interest(4, "Garage Perrin", "10 palettes", ""),),
        sum="demandé 180 · libre 100",
        short=True,
        reasons=REASONS,
    )


def exchanges() -> Iterator[tuple[str, str, Viewer | None, str, View]]:
    """What follows a match: interest in a listing, its answers, and the inbox."""
    left = Left(sentence="Il en reste 100 sur 120 palettes", share=83)
    none = Left(sentence="Tout est promis", share=0, all_promised=True)
    filled = Form(command_id="c-1", values={"amount": "40", "rhythm": "flow", "other_listing": "listing-4"})
    wrong = Form(command_id="c-1", values={"amount": "900"}, errors={"amount": "Il y en a 100 en tout."})
    goes_with = (Choice(value="listing-4", label="Cherche 40 palettes"),)
    companies = (Choice(value="company-1", label="Scierie Dunand"), Choice(value="company-2", label="Dunand Bois"))
    ask = InterestForm(form=filled, unit="H87", unit_said="palettes", per="WEE", goes_with=goes_with, opened=True)
    again = InterestForm(form=wrong, unit="H87", unit_said="palettes", companies=companies, opened=True)
    closed = InterestForm(form=filled, unit="H87", unit_said="palettes")
    under_way = UnderWay(exchange_id="exchange-1", quantity="40 palettes", stage=WAITS, turn=THEIRS)
    show = "listings/show.html"
    yield "ask", show, LEA, "listings", listing(left=left, asking=Asking(form=ask))
    yield "ask-folded", show, LEA, "listings", listing(left=none, asking=Asking(form=closed))
    yield "ask-wrong", show, LEA, "listings", listing(left=left, asking=Asking(form=again))
    yield "ask-under-way", show, LEA, "listings", listing(left=left, asking=Asking(under_way=(under_way,)))
    yield "ask-visitor", show, None, "listings", listing(left=left, asking=Asking(sign_in=True))
    yield "ask-phone", show, DOCK, "listings", listing(left=left, asking=Asking(phone=True))
    yield "ask-outsider", show, LEA, "listings", listing(left=left, asking=Asking(outsider=True))
    may = own(can_amend=True, can_renew=True, can_withdraw=True, unanswered=2, reasons=REASONS)
    yield "asked", show, LEA, "listings", listing(left=left, owner=may, interests=asked_of_me())
    yield "inbox", "exchanges/list.html", LEA, "exchanges", InboxPage(
        owed=LINES,
        waiting=(line(3, THEIRS, WAITS),),
        upcoming=(line(4, COMING, ARRANGED),),
        closed=(line(5, None, DONE), line(6, None, STOPPED, reason="Prix ou coût")),
        more={"closed": "/exchanges?group=closed&after=exchange-6"},
    )  # fmt: skip
    yield "inbox-empty", "exchanges/list.html", LEA, "exchanges", InboxPage()
    yield "inbox-phone", "exchanges/list.html", DOCK, "exchanges", InboxPage(owed=(line(1, TURN, WAITS, leave=True),))
    yield "inbox-nobody", "exchanges/list.html", MARC, "exchanges", InboxPage(acts=False)


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
