"""A thing of every kind that has an address, put into the first zone, and whose words each holds."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final
from uuid import uuid4

from msgspec.structs import replace

from domain import purchases as p
from domain.bulletins import BulletinDraft, IssueBulletin, WriteBulletin
from domain.charters import PublishCharter, charter_of
from domain.commands import Command
from domain.companies import PairPhone, SuspendCompany
from domain.conversations import SendMessage
from domain.federations import FoundFederation, InviteZone, NameReader
from domain.joining import AskToJoin, ConfirmJoining
from domain.listings import ApproveListing, Draft, DraftListing, LodgeAppeal, NotifyListing, PostListing, RejectListing
from domain.matches import match_id
from domain.members import SaveSearch
from domain.notices import NotifyZone
from domain.outlets import AcceptedDraft, OpenOutlet, OutletDraft
from domain.places import Place
from domain.pooling import ProposePooling
from domain.programme import PublishTerm
from domain.quantities import Quantity
from domain.sentences import KeepSentence
from domain.zones import OPERATOR, JoinFederation
from marketplace.application import HandOverTo
from marketplace.falling_due import POOLING
from marketplace.photos import WIDTHS
from tests.web.bargains import Bargain
from tests.web.conftest import Site

PLACE: Final = Place(Decimal("46.06350"), Decimal("6.37240"))
PALLETS: Final = Draft(
    category="PAL.EPAL1",
    title="40 Euro pallets",
    quantity=Quantity(Decimal(40), "H87", None),
    attributes={"condition": "B", "ownership": "exchange_pool"},
)
OPEN: Final = "open-to-everybody"
"""The title of what is for everybody: where it is missing, a page shows nothing, and proves nothing."""
SECRET: Final = "canary-purchase"
SAWMILL: Final = "73282932000074"
"""The number it has in every story."""
NO_LINK: Final = sha256(b"of a link that nobody holds").hexdigest()
ZONE_RUN: Final = frozenset({"facilitator", "administrator"})
MODERATED: Final = frozenset({"moderator here", "administrator"})
ZONE: Final = frozenset({"member", "another company’s", "moderator here"}) | ZONE_RUN
SIDES: Final = frozenset({"member", "another company’s"})
HER: Final = frozenset({"member"})
CANARIES: Final[dict[str, frozenset[str]]] = {
    "canary-pallets": ZONE,
    "canary-title": ZONE,
    "canary-photo": ZONE,
    "canary-charter": ZONE,
    "canary-waiting": HER | MODERATED | ZONE_RUN,
    "canary-draft": HER,
    "canary-forged": frozenset({"moderator elsewhere"}),
    "canary-interest": SIDES,
    "canary-dock": SIDES,
    "canary-message": SIDES,
    "canary-bulletin": ZONE_RUN,
    "canary-news": ZONE,
    "canary-purchase": ZONE,
    "canary-purchase-charter": ZONE,
    "canary-terms": ZONE,
    "canary-quote": ZONE_RUN,
    "canary-trainee": HER | ZONE_RUN,
    "canary-stop": HER | ZONE_RUN,
    "canary-needs": HER | ZONE_RUN,
    "canary-search": HER,
    "canary-phone": HER,
    "canary-passkey": HER,
    "canary-suspension": frozenset({"suspended"}) | MODERATED | ZONE_RUN,
    "canary-notice": MODERATED,
    "canary-notifier": MODERATED,
    "canary-appeal": HER | MODERATED,
    "canary-sentence": MODERATED,
    "canary-joiner": HER | MODERATED | ZONE_RUN,
    "canary-reason": HER | MODERATED | ZONE_RUN,
}
"""Every word of this world that is not for everybody, and who of the nine may read it."""


class Furnishing:
    """Puts things into the first zone; `things` are the ids, by the names that addresses and commands give them."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.here = site.story.zones["jourdies"]
        self.sawmill = site.story.companies["sawmill"]
        self.things: dict[str, str] = {
            "zone": "jourdies",
            "zone_id": self.here,
            "home_zone": self.here,
            "partner_id": site.story.zones["la-roche"],
            "company_id": self.sawmill,
            "site_id": "site-sawmill",
            "member_id": site.story.members["lea"],
            "listing_id": site.story.listings["waiting"],
        }

    def furnish(self) -> None:
        """Everything, in an order in which it can happen."""
        self._dealing()
        self._listings()
        self._speaking()
        self._buying()
        self._together()
        self._objecting()
        self._belonging()

    def do(self, by: str, use_case: str, command: type[Command], **fields: Any) -> None:
        """Someone of the story carries out a command; a field that names a thing is known already."""
        known = {name: self.things[name] for name in command.__struct_fields__ if name in self.things}
        actor = by if ":" in by else self.site.story.actor(by)
        self.site.story.do(getattr(self.site.services.marketplace, use_case), command, actor, **{**known, **fields})

    def new(self, kind: str, name: str = "") -> str:
        """The id of a new thing of a kind, which is the one that is meant from now on."""
        made = f"{kind}-{uuid4()}"
        self.things[name or f"{kind}_id"] = made
        return made

    @property
    def now(self) -> datetime:
        """The time it is there."""
        return self.site.services.clock.now()

    def _dealing(self) -> None:
        bargain = Bargain(self.site).accepted().agreed()
        self.new("message")
        self.things |= {"dealt_listing": bargain.listing_id, "exchange_id": bargain.exchange_id}
        asked = {"listing_id": bargain.listing_id, "text": "canary-message"}
        self.do("lea", "send_message", SendMessage, **asked)

    def _listings(self) -> None:
        """What the zone reads, what everybody may, what it matches, a photo of it, and what is not posted yet."""
        photo, listing = uuid4(), f"listing-{uuid4()}"
        sizes = dict.fromkeys(WIDTHS, b"canary-photo")
        self.site.services.photos.keep(photo, sizes, company_id=self.sawmill, stream=listing, now=self.now)
        shown = replace(PALLETS, title="canary-title oakwood", photos=(str(photo),))
        where = {"listing_id": listing, "side": "offer", "draft": shown}
        self.do("lea", "post_listing", PostListing, **where)
        self.do("marc", "approve_listing", ApproveListing, listing_id=listing)
        self.things |= {"photo_id": str(photo), "width": str(WIDTHS[0]), "shown_listing": listing}
        self.things["public_listing"] = self._post("sawmill", "lea", replace(PALLETS, title=OPEN, visibility="public"))
        wanted = self._post("bakery", "karim", replace(PALLETS, title="Some pallets"), side="request")
        self.things |= {"match_id": match_id(listing, wanted), "other_listing_id": wanted}
        self.things["draft_id"] = draft = f"listing-{uuid4()}"
        answers = {"title": "canary-draft", "side": "offer"}
        self.do("lea", "draft_listing", DraftListing, listing_id=draft, answers=answers)

    def _speaking(self) -> None:
        for word in ("canary-news", "canary-bulletin"):
            self.new("bulletin")
            draft = BulletinDraft(topic="news", title=word, text=word)
            self.do("alix", "write_bulletin", WriteBulletin, draft=draft)
            if word == "canary-news":
                self.do("alix", "issue_bulletin", IssueBulletin, way="digest", today=self.now.date())
        self.new("search")
        self.do("lea", "save_search", SaveSearch, name="canary-search", text="canary-search", filters={})
        self.new("phone")
        self.do("lea", "pair_phone", PairPhone, name="canary-phone")
        self.new("sentence")
        texts = {"fr": "canary-sentence", "en": "canary-sentence"}
        self.do("marc", "keep_sentence", KeepSentence, use="amend", ground="unclear", texts=texts)
        self.new("term")
        self.do("alix", "publish_term", PublishTerm, words="eurobois", concept="PAL.EPAL1", language="fr")

    def _buying(self) -> None:
        """Goods under pledge, and a purchase of each other form beside it, under a name of its own."""
        told = self.now
        self._propose("frame", "frame", "ACH.ENE", "MWH")
        contract = p.Contract(
            kind="electricity", months=36, notice_days=60, remind_days=30, joins_until=told + timedelta(days=200),
            pricing="indexed",
        )  # fmt: skip
        self.do("alix", "set_contract", p.SetContract, contract=contract, formula="canary-purchase")
        self.do(
            "lea",
            "declare_needs",
            p.DeclareNeeds,
            point="09876543210987",
            yearly=Decimal(120),
            power=Decimal(36),
            note="canary-needs",
        )
        self._propose("collection", "collection", "PAL.EPAL1", "H87")
        self.do("alix", "set_collection", p.SetCollection, free_from=80)
        loads = (p.Load("PAL.EPAL1", "B", Decimal(9)),)
        self.do("lea", "declare_stop", p.DeclareStop, loads=loads, remark="canary-stop")
        self._propose("session", "session", "SRV.TRAIN", "C62", OPEN)
        when = {"starts_at": told + timedelta(days=30), "cancel_until": told + timedelta(days=20)}
        self.do("alix", "plan_session", p.PlanSession, minutes=60, place="Here", seats=9, unpledged=True, **when)
        self.new("trainee")
        self.do("lea", "name_trainee", p.NameTrainee, name="canary-trainee")
        for announced in (True, False):
            self._goods(announced=announced)

    def _goods(self, *, announced: bool) -> None:
        """A purchase of goods with a quote that is chosen and one that is not; once announced it is for everybody."""
        self._propose("announced" if announced else "goods", "goods", "ACH.PPE", "H87", OPEN if announced else SECRET)
        tiers = (p.Tier(Decimal(0), 490), p.Tier(Decimal(50), 420))
        offer = p.Offer(tiers=tiers, vat=Decimal(20), valid_until=self.now.date() + timedelta(days=60))
        self.new("invitation")
        link = {"name": "Protec", "until": self.now + timedelta(days=9), "mail": "", "token_sha256": NO_LINK}
        self.do("alix", "invite_supplier", p.InviteSupplier, **link)
        for name, conditions in (("chosen_id", "canary-terms"), ("quote_id", "canary-quote")):
            self.new("quote", name)
            quoted = {"quote_id": self.things[name], "supplier": "Protec", "offer": offer, "conditions": conditions}
            self.do("alix", "record_quote", p.RecordQuote, **quoted)
        if announced:
            self.do("alix", "choose_quote", p.ChooseQuote, quote_id=self.things["chosen_id"], reason="The lowest.")
            bounds = p.Bounds(deadline=self.now + timedelta(days=20), minimum=Decimal(40), maximum=Decimal(120))
            self.do("alix", "open_pledges", p.OpenPledges, bounds=bounds, charter="canary-purchase-charter")
            self.do("lea", "pledge_quantity", p.PledgeQuantity, quantity=Decimal(37), accepts_charter=True)

    def _propose(self, name: str, form: p.Form, category: str, unit: str, title: str = SECRET) -> None:
        self.things[f"{name}_purchase"] = self.new("purchase")
        self.do("alix", "propose_purchase", p.ProposePurchase, form=form, category=category, unit=unit,
                title=title, company_id="")  # fmt: skip

    def _together(self) -> None:
        needs = []
        for name, person in (("sawmill", "lea"), ("bakery", "karim"), ("mill", "sam")):
            draft = Draft(category="SRV.TRAIN", title="First aid", quantity=Quantity(Decimal(3), "C62", None))
            needs.append(self._post(name, person, draft, side="request"))
        self.new("pooling")
        self.do(POOLING, "propose_pooling", ProposePooling, kind="need", category="SRV.TRAIN", listing_ids=needs)
        self.new("outlet")
        depot = OutletDraft(name="Depot", place=PLACE, accepts=(AcceptedDraft("PAL.BROKEN"),))
        self.do("alix", "open_outlet", OpenOutlet, draft=depot)
        self.things["charter_id"] = charter_of(self.here, "confidentiality")
        texts = dict.fromkeys(("fr", "en"), ("Charter", "canary-charter"))
        self.do("alix", "publish_charter", PublishCharter, purpose="confidentiality", texts=texts)
        action = self.things["action_charter"] = f"charter-{uuid4()}"
        signed = {"charter_id": action, "purpose": "action", "supplier": "Protec"}
        self.do("alix", "publish_charter", PublishCharter, texts=texts, **signed)

    def _objecting(self) -> None:
        """A refusal with an appeal against it, and a notice, each about a listing of its own."""
        waiting = self.things["listing_id"]
        self.things["rejected_listing"] = self.things["subject_id"] = self._post("sawmill", "lea", approved=False)
        self.things |= {"listing_id": self.things["rejected_listing"], "version": "1"}
        self.do("marc", "reject_listing", RejectListing, ground="unclear", sentence="canary-reason")
        self.new("appeal")
        self.do("lea", "lodge_appeal", LodgeAppeal, against=1, why="canary-appeal")
        self.things["noticed_listing"] = self.things["listing_id"] = self._post("bakery", "karim")
        notice = self.new("notice")
        self.do(
            f"guest:{notice}", "notify_listing", NotifyListing, reason="rules", why="canary-notice",
            name="canary-notifier", good_faith=True,
        )  # fmt: skip
        self.things["listing_id"] = waiting
        of_zone = self.things["zone_notice"] = f"notice-{uuid4()}"
        said = {"notice_id": of_zone, "where": "/z/jourdies", "reason": "rules", "why": "canary-notice"}
        self.do(f"guest:{of_zone}", "notify_zone", NotifyZone, **said, good_faith=True)

    def _belonging(self) -> None:
        mill = self.site.story.companies["mill"]
        self.new("federation")
        self.do(OPERATOR, "found_federation", FoundFederation, slug="arve", name="Arve")
        self.do(OPERATOR, "invite_zone", InviteZone)
        self.do("alix", "join_federation", JoinFederation)
        self.do(OPERATOR, "name_reader", NameReader)
        self.things["federation"] = "arve"
        joining = self.new("joining")
        about = {"siret": "38012986646850", "company": "Joiner", "trade": "wood", "address": "1 rue", "wish": "",
                 "person": "canary-joiner", "mail": "joiner@joiner.example"}  # fmt: skip
        self.do(f"guest:{joining}", "ask_to_join", AskToJoin, **about)
        self.do(f"guest:{joining}", "confirm_joining", ConfirmJoining)
        known = self.things["known_joining"] = f"joining-{uuid4()}"
        about |= {"siret": SAWMILL, "company": "Sawmill", "mail": "colleague@joiner.example", "joining_id": known}
        self.do(f"guest:{known}", "ask_to_join", AskToJoin, **about)
        self.do(f"guest:{known}", "confirm_joining", ConfirmJoining, joining_id=known)
        self.do("marc", "suspend_company", SuspendCompany, company_id=mill, reason="canary-suspension")
        self.new("handover")
        self.do(
            "alix", "propose_handover", HandOverTo, taker_id=f"member-{uuid4()}", name="Fanny",
            mail=self.site.story.mail("fanny"), organisation="Faucigny", contact_mail="",
            effective_on=(self.now + timedelta(days=30)).date(), words="canary-handover",
        )  # fmt: skip

    def _post(
        self, company: str, person: str, draft: Draft = PALLETS, *, side: str = "offer", approved: bool = True
    ) -> str:
        listing = f"listing-{uuid4()}"
        where = {"company_id": self.site.story.companies[company], "site_id": f"site-{company}"}
        self.do(person, "post_listing", PostListing, listing_id=listing, side=side, draft=draft, **where)
        if approved:
            self.do("marc", "approve_listing", ApproveListing, listing_id=listing)
        return listing
