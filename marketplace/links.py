"""Every address of the site, in one place: pages, forms and mail all ask here."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urlencode

from msgspec import Struct

Filter = str | int | tuple[str, ...] | None


SECRET_STEPS: Final = re.compile(
    r"(/(?:answer|calendar|charter|invitation|joining|mail-choices|quote|sign-in|still-true|unsubscribe)/)[^\s\"'<>()]+"
)
"""Addresses that end in a secret: whoever holds one acts for the person it was made for."""


class Links(Struct, frozen=True):
    """Addresses as methods; `base` is empty for pages, and the configured site address for mail.

    A link in a mail never comes from a request's Host header: build `Links("https://…")` from settings.
    """

    base: str = ""

    def _to(self, *steps: str, **query: Filter) -> str:
        """Join path steps, each quoted, and the query's non-empty values, tuples repeated."""
        path = "/" + "/".join(quote(step, safe="") for step in steps)
        asked = {name.rstrip("_"): value for name, value in query.items() if value not in (None, "", ())}
        return f"{self.base}{path}?{urlencode(asked, doseq=True)}" if asked else f"{self.base}{path}"

    # What anyone may read.

    def home(self) -> str:
        """All zones, and what this is."""
        return self._to()

    def zone(self, slug: str) -> str:
        """The home of one zone."""
        return self._to("z", slug)

    def listings(self, slug: str, **asked: Filter) -> str:
        """Listings of a zone; `asked` are the filters, `q`, `view` and `after` of the page."""
        return self._to("z", slug, "listings", **asked)

    def feed(self, slug: str, **asked: Filter) -> str:
        """What a zone shows everyone, the newest first, for feed readers."""
        return self._to("z", slug, "listings.atom", **asked)

    def save_search(self, slug: str) -> str:
        """POST: keep a search of a zone."""
        return self._to("z", slug, "searches")

    def saved_searches(self) -> str:
        """On my page: the searches I keep."""
        return f"{self.me()}#searches"

    def drop_search(self, search_id: str) -> str:
        """POST: forget a search of mine."""
        return self._to("me", "searches", search_id, "drop")

    def listing(self, listing_id: str) -> str:
        """One offer or request."""
        return self._to("listings", listing_id)

    def photo(self, blob_id: str, width: int) -> str:
        """A photo of a listing, 480 or 1280 pixels wide."""
        return self._to("photos", blob_id, str(width))

    def how_we_rank(self) -> str:
        """How matches are computed and lists are sorted."""
        return self._to("how-we-rank")

    def terms(self) -> str:
        """The terms of use."""
        return self._to("terms")

    def privacy(self) -> str:
        """What is kept about people, and for how long."""
        return self._to("privacy")

    def contact(self) -> str:
        """The contact point of the site and of each zone."""
        return self._to("contact")

    def language(self) -> str:
        """POST: read the site in another language, and come back to `to`."""
        return self._to("language")

    # Listings: the author's side.

    def new_listing(self, zone: str | None = None, side: str | None = None, category: str | None = None) -> str:
        """The form that posts an offer or a request; also where it is sent by POST."""
        return self._to("listings", "new", zone=zone, side=side, category=category)

    def read_listing(self, listing_id: str = "") -> str:
        """POST: read what the form of a listing says, and show it with what it answers; nothing is posted."""
        return self._to("listings", *((listing_id, "amend") if listing_id else ("new",)), "reading")

    def amend_listing(self, listing_id: str) -> str:
        """The form that corrects a listing; also where it is sent by POST."""
        return self._to("listings", listing_id, "amend")

    def begin_listing(self, **begins: Filter) -> str:
        """The form, begun: `again` an own listing, `like` somebody else's, a `draft`, or at a `site` for a `side`."""
        return self._to("listings", "new", **begins)

    def drafts(self) -> str:
        """POST: keep what was typed as a draft."""
        return self._to("drafts")

    def discard_draft(self, listing_id: str) -> str:
        """POST: throw a draft away."""
        return self._to("drafts", listing_id, "discard")

    def dock_sheet(self, site_id: str) -> str:
        """The sheet for the dock of a site, to be printed: its codes open the form."""
        return self._to("sites", site_id, "sheet")

    def still_true(self, token: str) -> str:
        """Renew or withdraw a listing that ends soon, from a mail and without signing in; only the POST acts."""
        return self._to("still-true", token)

    def renew_listing(self, listing_id: str) -> str:
        """POST: keep a listing for another while."""
        return self._to("listings", listing_id, "renew")

    def redact_listing(self, listing_id: str, zone: str = "") -> str:
        """What goes when the words of a listing are erased, its history's too; also where that is sent by POST."""
        return self._to("listings", listing_id, "redact", zone=zone)

    def withdraw_listing(self, listing_id: str) -> str:
        """POST: take a listing down."""
        return self._to("listings", listing_id, "withdraw")

    # After the match.

    def listing_with(self, listing_id: str, with_: str, amount: str = "") -> str:
        """A listing, with the form that shows interest open and filled to go with a listing of theirs."""
        return f"{self._to('listings', listing_id, with_=with_, amount=amount)}#interest"

    def interest(self, listing_id: str) -> str:
        """On the page of a listing: the form that shows interest, open."""
        return f"{self._to('listings', listing_id, ask=1)}#interest"

    def interests(self, listing_id: str) -> str:
        """On the page of a listing: everyone who asked, side by side."""
        return f"{self._to('listings', listing_id)}#interests"

    def show_interest(self, listing_id: str) -> str:
        """POST: ask for some of an offer, or say that one has what a request seeks."""
        return self._to("listings", listing_id, "interest")

    def exchanges(self, **asked: Filter) -> str:
        """My exchanges: what I owe, what I wait for, what comes and what is over."""
        return self._to("exchanges", **asked)

    def accept_exchange(self, exchange_id: str) -> str:
        """POST: keep a quantity for whoever asked."""
        return self._to("exchanges", exchange_id, "accept")

    def decline_exchange(self, exchange_id: str) -> str:
        """POST: answer no, with a reason."""
        return self._to("exchanges", exchange_id, "decline")

    # A match.

    def match(self, mine_id: str, other_id: str) -> str:
        """A match seen from a listing of mine; from a mail, where to set it aside."""
        return self._to("matches", f"{mine_id}~{other_id}")

    def dismiss_match(self, mine_id: str, other_id: str) -> str:
        """POST: set a match of my listing aside, with a reason."""
        return self._to("matches", f"{mine_id}~{other_id}", "dismiss")

    def restore_match(self, mine_id: str, other_id: str) -> str:
        """POST: take that back."""
        return self._to("matches", f"{mine_id}~{other_id}", "restore")

    def narrow_reach(self, listing_id: str) -> str:
        """POST: look for matches of a listing within fewer kilometres."""
        return self._to("listings", listing_id, "reach")

    def complete_listing(self, listing_id: str, field: str) -> str:
        """The form that corrects a listing, at the answer that is missing."""
        return f"{self.amend_listing(listing_id)}#{field}"

    def zone_matches(self, slug: str, **asked: Filter) -> str:
        """The matches of a zone for its facilitator, to be judged and introduced."""
        return self._to("z", slug, "matches", **asked)

    def judge_match(self, slug: str) -> str:
        """POST: say what a match is worth."""
        return self._to("z", slug, "matches", "judge")

    def introduce_match(self, slug: str) -> str:
        """POST: introduce the two companies of a match."""
        return self._to("z", slug, "matches", "introduce")

    # Mine.

    def me(self) -> str:
        """My matches, my listings, what needs me."""
        return self._to("me")

    def account(self) -> str:
        """Who I am here, my mail, my sessions."""
        return self._to("account")

    def my_data(self) -> str:
        """What the site holds on me."""
        return self._to("account", "data")

    def my_data_file(self) -> str:
        """All of it, in a file."""
        return self._to("account", "data.json")

    def erase_me(self) -> str:
        """What goes when I erase my account; also where that is sent by POST."""
        return self._to("account", "erase")

    def erase_company(self, company_id: str) -> str:
        """The same for a company I alone act for."""
        return self._to("account", "erase", "company", company_id)

    def erase_again(self, company: str = "") -> str:
        """Sign in again to erase oneself, or a company."""
        return self._to("account", "erase", "again", company=company)

    def mail_preferences(self) -> str:
        """POST: which mail I want, and how often."""
        return self._to("account", "mail")

    def end_session(self, session_id: str) -> str:
        """POST: sign one device out."""
        return self._to("account", "sessions", session_id, "end")

    def end_other_sessions(self) -> str:
        """POST: sign every other device out."""
        return self._to("account", "sessions", "end")

    def phone(self) -> str:
        """On a shared phone: whose it is, and the way out."""
        return self._to("phone")

    def add_phone(self) -> str:
        """POST: get the code that makes a device a shared phone of my company."""
        return self._to("account", "phones")

    def revoke_phone(self, phone_id: str) -> str:
        """POST: take a shared phone back."""
        return self._to("account", "phones", phone_id, "revoke")

    def sign_in(self, to: str | None = None, *, again: bool = False) -> str:
        """Ask for a sign-in mail; `to` is the path to come back to, `again` is for whoever is signed in already."""
        return self._to("sign-in", to=to, again=1 if again else None)

    def sign_in_passphrase(self, to: str | None = None) -> str:
        """Sign in with an address and a passphrase; also where they are sent by POST."""
        return self._to("sign-in", "passphrase", to=to)

    def sign_in_passkey(self, *steps: str) -> str:
        """POST: sign in with what a passkey signed; `options` says what it is to sign."""
        return self._to("sign-in", "passkey", *steps)

    def sign_in_second(self, to: str | None = None) -> str:
        """Show a second factor; also where its code is sent by POST."""
        return self._to("sign-in", "second", to=to)

    def ways_in(self) -> str:
        """How I sign in, what protects my account, and who came in lately."""
        return self._to("account", "ways-in")

    def passphrase(self, *steps: str) -> str:
        """Choose a passphrase; also where it is sent by POST, or with `remove` taken away."""
        return self._to("account", "passphrase", *steps)

    def passkeys(self, *steps: str) -> str:
        """Make a passkey; also where it is sent by POST; `options`, and an id with `remove`, by POST too."""
        return self._to("account", "passkeys", *steps)

    def second_factor(self, to: str | None = None) -> str:
        """Set up an authenticator; also where that is begun by POST."""
        return self._to("account", "second-factor", to=to)

    def change_second_factor(self, step: str) -> str:
        """POST: `confirm` an authenticator, `remove` it, or have `recovery` codes made anew."""
        return self._to("account", "second-factor", step)

    def api_description(self) -> str:
        """What programs may ask, for programs: the OpenAPI document."""
        return self._to("api", "openapi.json")

    def my_tokens(self, *steps: str) -> str:
        """The accesses I gave to programs; one is made there by POST, and with its id and `end` taken back."""
        return self._to("account", "tokens", *steps)

    def sign_in_code(self) -> str:
        """POST: the six digits of the sign-in mail."""
        return self._to("sign-in", "code")

    def sign_in_phone(self) -> str:
        """Make this device a company's shared phone; also where its code is sent by POST."""
        return self._to("sign-in", "phone")

    def sign_in_link(self, token: str) -> str:
        """Where the sign-in mail leads; only the POST from that page signs in."""
        return self._to("sign-in", token)

    def sign_out(self) -> str:
        """POST: sign this device out."""
        return self._to("sign-out")

    def mail_choices(self, token: str, **asked: Filter) -> str:
        """Which mail I want, by the link in my mail and without signing in; also where it is saved by POST."""
        return self._to("mail-choices", token, **asked)

    def my_mails(self, kind: str | None = None, before: str | None = None) -> str:
        """The mails that were sent to me, the weekly ones or the `other`."""
        return self._to("account", "mails", kind=kind, before=before)

    def my_mail(self, mail_id: str, *steps: str) -> str:
        """One mail that was sent to me; with `source`, its exact bytes."""
        return self._to("account", "mails", mail_id, *steps)

    def mails_sent(self, slug: str, **asked: Filter) -> str:
        """What a zone's people were mailed, by period, for its administrators."""
        return self._to("z", slug, "mails-sent", **asked)

    def mails_sent_to(self, slug: str, member_id: str, **asked: Filter) -> str:
        """What one of them was mailed."""
        return self._to("z", slug, "mails-sent", "to", member_id, **asked)

    def mail_sent(self, slug: str, mail_id: str) -> str:
        """One mail that one of them was sent; looking at it is noted."""
        return self._to("z", slug, "mails-sent", "mail", mail_id)

    def invitation(self, token: str) -> str:
        """Where an invitation leads; only the POST from that page lets its person in."""
        return self._to("invitation", token)

    def unsubscribe(self, token: str) -> str:
        """Stop the weekly mail; the POST does it, as RFC 8058 wants."""
        return self._to("unsubscribe", token)

    def answer(self, token: str) -> str:
        """One step of an exchange, taken from a mail without signing in; only the POST from that page takes it."""
        return self._to("answer", token)

    # One exchange.

    def exchange(self, exchange_id: str, *, for_company: str | None = None, before: str | None = None) -> str:
        """Where an exchange stands and what comes next; a facilitator names the side they act for."""
        return self._to("exchanges", exchange_id, for_company=for_company, before=before)

    def exchange_step(self, exchange_id: str, *steps: str) -> str:
        """POST: take one step in an exchange, such as `confirm` or `pickup/agree`, or write in its conversation."""
        return self._to("exchanges", exchange_id, *steps)

    def confirm_exchange(self, exchange_id: str) -> str:
        """Where a pick-up is confirmed: what the code on the printed sheet opens."""
        return f"{self.exchange(exchange_id)}#confirm"

    def report_message(self, exchange_id: str, message_id: str) -> str:
        """POST: show a message to those who run the zone."""
        return self._to("exchanges", exchange_id, "messages", message_id, "report")

    def pickup_calendar(self, exchange_id: str) -> str:
        """The agreed pick-up as an iCalendar file."""
        return self._to("exchanges", exchange_id, "pickup.ics")

    def pickup_sheet(self, exchange_id: str) -> str:
        """The agreed pick-up as a page to print."""
        return self._to("exchanges", exchange_id, "sheet")

    def waste_register(self, since: str | None = None, until: str | None = None) -> str:
        """The outgoing waste of my companies as a CSV file, between two days."""
        return self._to("account", "waste-register.csv", from_=since, to=until)

    # Following a zone's exchanges.

    def funnel(self, slug: str, **asked: Filter) -> str:
        """How far the matches of a zone came in a period, and why the others stopped."""
        return self._to("z", slug, "funnel", **asked)

    def zone_exchanges(self, slug: str, **asked: Filter) -> str:
        """A zone’s exchanges for its facilitator: what waits for somebody, or what a number of the funnel counts."""
        return self._to("z", slug, "exchanges", **asked)

    # Teaching the lexicon.

    def lexicon(self, slug: str, words: str | None = None) -> str:
        """The words a zone’s listings use and the lexicon does not know; also where a term is published by POST."""
        return self._to("z", slug, "lexicon", words=words)

    def preview_term(self, slug: str) -> str:
        """What a term would change."""
        return self._to("z", slug, "lexicon", "preview")

    def withdraw_term(self, slug: str, term_id: str) -> str:
        """POST: take a published term back."""
        return self._to("z", slug, "lexicon", term_id, "withdraw")

    def weights(self, slug: str, **asked: Filter) -> str:
        """How a zone weighs its matches, and what other weights would change; also where they are set by POST."""
        return self._to("z", slug, "weights", **asked)

    def publish_frequencies(self, slug: str) -> str:
        """POST: measure how rare words are with another table."""
        return self._to("z", slug, "weights", "frequencies")

    # Acting together, and where surplus always goes.

    def pooling(self, slug: str) -> str:
        """What several companies of a zone have in common, for its facilitator."""
        return self._to("z", slug, "pooling")

    def my_pools(self) -> str:
        """On my page: what my companies could do with others."""
        return f"{self.me()}#together"

    def join_pooling(self, pooling_id: str) -> str:
        """POST: count my company in."""
        return self._to("pooling", pooling_id, "join")

    def decline_pooling(self, pooling_id: str) -> str:
        """POST: leave my company out."""
        return self._to("pooling", pooling_id, "decline")

    def drop_pooling(self, pooling_id: str) -> str:
        """POST: leave a proposal at that, and say why."""
        return self._to("pooling", pooling_id, "drop")

    def take_up_pooling(self, pooling_id: str) -> str:
        """POST: make something of a proposal."""
        return self._to("pooling", pooling_id, "take-up")

    def guide(self, slug: str) -> str:
        """Where surplus of a zone always goes, by family; made to be printed too."""
        return self._to("z", slug, "guide")

    def outlets(self, slug: str) -> str:
        """The outlets a facilitator keeps."""
        return self._to("z", slug, "outlets")

    def new_outlet(self, slug: str) -> str:
        """The form that tells of an outlet; also where it is sent by POST."""
        return self._to("z", slug, "outlets", "new")

    def outlet(self, slug: str, outlet_id: str) -> str:
        """The form that corrects an outlet; also where it is sent by POST."""
        return self._to("z", slug, "outlets", outlet_id)

    def close_outlet(self, slug: str, outlet_id: str) -> str:
        """POST: take an outlet out of the guide."""
        return self._to("z", slug, "outlets", outlet_id, "close")

    # The companies of a zone.

    def companies(self, slug: str, **asked: Filter) -> str:
        """The directory of a zone; `asked` are `q`, `kind`, `view` and `after` of the page."""
        return self._to("z", slug, "companies", **asked)

    def company(self, company_id: str) -> str:
        """One company: what it does, offers, seeks and shares, as far as it consents."""
        return self._to("companies", company_id)

    def company_entry(self, company_id: str) -> str:
        """What the directory tells of my company, and to whom; also where it is sent by POST."""
        return self._to("companies", company_id, "entry")

    def company_people(self, company_id: str, *steps: str) -> str:
        """Who acts for my company; by POST: `invite` a colleague, `remove` one, or answer a request to join."""
        return self._to("companies", company_id, "people", *steps)

    def memberships(self, slug: str, year: int | None = None, after: str = "") -> str:
        """How each company belongs to the zone, and whether its dues of a year are paid; also where it is noted."""
        return self._to("z", slug, "companies", "memberships", year=year, after=after)

    def memberships_file(self, slug: str, year: int) -> str:
        """The same as a CSV file."""
        return self._to("z", slug, "companies", "memberships.csv", year=year)

    def join_zone(self, slug: str) -> str:
        """Where a company asks to be let into a zone; also where it is sent by POST."""
        return self._to("z", slug, "join")

    def confirm_joining(self, token: str) -> str:
        """Where a request to join is confirmed; only the POST from that page does it."""
        return self._to("joining", token)

    def join_requests(self, slug: str, *steps: str) -> str:
        """The requests to join a zone; by POST, `admit` or `refuse` one."""
        return self._to("z", slug, "companies", "requests", *steps)

    def purchase_guests(self, purchase_id: str, *steps: str) -> str:
        """The guests of a group purchase, for its organiser; by POST `invite` one, or `end` what one sees."""
        return self._to("purchases", purchase_id, "guests", *steps)

    # Partner zones.

    def partners(self, slug: str) -> str:
        """The partner zones of a zone, for its administrators. POST: propose a partnership, or agree to one."""
        return self._to("z", slug, "partners")

    def end_partnership(self, slug: str) -> str:
        """POST: end a partnership, decline one, or take a proposal back."""
        return self._to("z", slug, "partners", "end")

    # A zone, by its administrators.

    def settings(self, slug: str, *part: str) -> str:
        """What the zone is, shows and decides. POST: one `part` of it."""
        return self._to("z", slug, "settings", *part)

    def zone_people(self, slug: str, *step: str) -> str:
        """Who acts for the zone. POST: `invite` someone, `grant` or `revoke` a role."""
        return self._to("z", slug, "people", *step)

    def handovers(self, slug: str) -> str:
        """The hand-overs of a zone, and the form that proposes one. POST: propose it."""
        return self._to("z", slug, "handover")

    def handover(self, slug: str, handover_id: str, *step: str) -> str:
        """One hand-over, for its two sides. POST: `withdraw`, `accept` or `decline` it."""
        return self._to("z", slug, "handover", handover_id, *step)

    def zone_export(self, slug: str) -> str:
        """What a zone takes away when it leaves us, and what is in it. POST: the file itself."""
        return self._to("z", slug, "export")

    def federation_of(self, slug: str, step: str) -> str:
        """POST: `join` a federation that invited the zone, or `leave` it."""
        return self._to("z", slug, "federations", step)

    def federation(self, federation: str, zone: str = "", **asked: Filter) -> str:
        """The figures of a federation's zones, or those of one of them, month by month, in a period."""
        return self._to("f", federation, *([zone] if zone else []), **asked)

    def federation_file(self, federation: str, **asked: Filter) -> str:
        """The same figures as a table, zone by zone and month by month."""
        return self._to("f", federation, "figures.csv", **asked)

    def federation_facts(self, federation: str, zone: str, measure: str, **asked: Filter) -> str:
        """What one figure of a zone counts, one by one."""
        return self._to("f", federation, zone, "facts", measure=measure, **asked)

    # Charters.

    def charters(self, slug: str, **begins: Filter) -> str:
        """The charters of a zone."""
        return self._to("z", slug, "charters", **begins)

    def new_charter(self, slug: str, **begins: Filter) -> str:
        """The form that publishes a charter, or a new version of the one named by `of`; also its POST."""
        return self._to("z", slug, "charters", "new", **begins)

    def charter(self, charter_id: str, number: int | None = None) -> str:
        """One charter, in the version that counts or in an older one."""
        return self._to("charters", charter_id, version=number)

    def accept_charter(self, charter_id: str) -> str:
        """POST: accept it for a company."""
        return self._to("charters", charter_id, "accept")

    def end_charter(self, charter_id: str) -> str:
        """POST: ask nobody to accept it any more."""
        return self._to("charters", charter_id, "end")

    def sign_charter(self, token: str) -> str:
        """The charter of an action, for its supplier to read and sign; only the POST acts."""
        return self._to("charter", token)

    # Buying together.

    def purchases(self, slug: str, **asked: Filter) -> str:
        """Group purchases of a zone; `state` and `after` go on with one kind of them."""
        return self._to("z", slug, "purchases", **asked)

    def new_purchase(self, slug: str, **begins: Filter) -> str:
        """The form that proposes one, begun with `category`, `title`, `unit`, `form` or `pooling_id`; also its POST."""
        return self._to("z", slug, "purchases", "new", **begins)

    def purchase(self, purchase_id: str) -> str:
        """One group purchase: its terms, how far it has come, and how to join."""
        return self._to("purchases", purchase_id)

    def join_purchase(self, purchase_id: str) -> str:
        """On its page: the form that joins, or changes what one pledged."""
        return f"{self.purchase(purchase_id)}#pledge"

    def purchase_step(self, purchase_id: str, *steps: str) -> str:
        """POST: take one step in a group purchase, such as `pledge`, `withdraw` or, for its organiser, `open`."""
        return self._to("purchases", purchase_id, *steps)

    def purchase_dates(self, purchase_id: str) -> str:
        """Its deadline and delivery as an iCalendar file."""
        return self._to("purchases", purchase_id, "dates.ics")

    def purchase_desk(self, purchase_id: str, quote: str | None = None) -> str:
        """The organiser's desk; with a quote, the form that corrects it."""
        return self._to("purchases", purchase_id, "desk", quote=quote)

    def purchase_funding(self, purchase_id: str) -> str:
        """Where its organiser opens a co-funding."""
        return self._to("purchases", purchase_id, "funding")

    def purchase_ledger(self, purchase_id: str) -> str:
        """Every pledge in its order and how it is shared out, for the organiser."""
        return self._to("purchases", purchase_id, "ledger")

    def purchase_sheet(self, purchase_id: str, ending: str = "") -> str:
        """What the supplier is given, to be printed; with `csv` or `xlsx` as a file."""
        return self._to("purchases", purchase_id, f"sheet.{ending}" if ending else "sheet")

    def purchase_stop(self, purchase_id: str, *steps: str) -> str:
        """What a company hands over in a pooled collection; by POST: `confirm`, `skip` or `withdraw` it."""
        return self._to("purchases", purchase_id, "stop", *steps)

    def purchase_collection(self, purchase_id: str, *steps: str) -> str:
        """The organiser's side of a pooled collection; by POST its `rule`, `round`, `order` or a `result`."""
        return self._to("purchases", purchase_id, "collection", *steps)

    def purchase_route(self, purchase_id: str, ending: str = "") -> str:
        """The stops of a round in their order, to be printed; with `csv` as a file."""
        return self._to("purchases", purchase_id, f"route.{ending}" if ending else "route")

    def purchase_trainees(self, purchase_id: str, *steps: str) -> str:
        """Who of a company comes to a shared session; by POST: `cancel` a seat, or `forget` a name."""
        return self._to("purchases", purchase_id, "trainees", *steps)

    def purchase_session(self, purchase_id: str, *steps: str) -> str:
        """The organiser's side of a shared session; by POST its day and seats, or the `attendance`."""
        return self._to("purchases", purchase_id, "session", *steps)

    def purchase_attendance(self, purchase_id: str) -> str:
        """Who comes to a session, to be printed and signed."""
        return self._to("purchases", purchase_id, "attendance")

    # A supplier's side of it, and frame contracts.

    def supplier_quote(self, token: str, *steps: str) -> str:
        """Where a supplier enters its quote without an account; also where it is sent by POST, or its `document`."""
        return self._to("quote", token, *steps)

    def purchase_suppliers(self, purchase_id: str) -> str:
        """The suppliers' links of a group purchase, for its organiser."""
        return self._to("purchases", purchase_id, "suppliers")

    def quote_document(self, purchase_id: str, quote_id: str) -> str:
        """The PDF that came with a quote."""
        return self._to("purchases", purchase_id, "quotes", quote_id, "document")

    def purchase_contract(self, purchase_id: str) -> str:
        """A frame contract: its terms, and what a company tells of its sites."""
        return self._to("purchases", purchase_id, "contract")

    def contract_site(self, purchase_id: str, site_id: str) -> str:
        """The same, with the form that corrects a site."""
        return f"{self._to('purchases', purchase_id, 'contract', site=site_id)}#site-title"

    def contract_desk(self, purchase_id: str) -> str:
        """The organiser's side of a frame contract: its terms, and every site."""
        return self._to("purchases", purchase_id, "contract", "desk")

    def contract_sites(self, purchase_id: str, ending: str) -> str:
        """Every site of a frame contract as a file, `csv` or `xlsx`, for the chosen provider."""
        return self._to("purchases", purchase_id, "contract", f"sites.{ending}")

    def purchase_behalf(self, purchase_id: str, company_id: str = "") -> str:
        """Where the organiser enters what a company said by phone; also its POST."""
        return self._to("purchases", purchase_id, "behalf", company=company_id)

    # What a zone tells its companies, and its weekly mail before and after it leaves.

    def bulletins(self, slug: str, **asked: Filter) -> str:
        """The bulletins of a zone."""
        return self._to("z", slug, "bulletins", **asked)

    def new_bulletin(self, slug: str) -> str:
        """The form that writes a bulletin; also where it is sent by POST."""
        return self._to("z", slug, "bulletins", "new")

    def bulletin(self, slug: str, bulletin_id: str) -> str:
        """One bulletin."""
        return self._to("z", slug, "bulletins", bulletin_id)

    def bulletin_step(self, slug: str, bulletin_id: str, *steps: str) -> str:
        """The desk of a bulletin: `edit`, `preview`, and by POST `issue` and `withdraw`."""
        return self._to("z", slug, "bulletins", bulletin_id, *steps)

    def zone_mail(self, slug: str, **asked: Filter) -> str:
        """The weekly mail of a zone: who will get what, or, of a `period` that is over, what became of it."""
        return self._to("z", slug, "mail", **asked)

    def member_mail(self, slug: str, period: str, member_id: str, *steps: str, **asked: Filter) -> str:
        """One member's mail of a period as it would leave now; `html` for its frame, by POST what is decided on it."""
        return self._to("z", slug, "mail", period, member_id, *steps, **asked)

    def mail_run(self, slug: str, period: str, *steps: str) -> str:
        """POST: `hold` a period's mail back or let it leave, or leave a thing `out` of everybody's."""
        return self._to("z", slug, "mail", period, *steps)

    def calendar(self, token: str) -> str:
        """My dates as an iCalendar file, by a secret address."""
        return f"{self._to('calendar', token)}.ics"

    def news(self, token: str) -> str:
        """What my zones tell, as an Atom feed, by the same secret address."""
        return f"{self._to('calendar', token)}.atom"

    def calendar_address(self, *steps: str) -> str:
        """POST: have a secret address of my calendar made, or with `revoke` taken back."""
        return self._to("account", "calendar", *steps)

    # Moderation.

    def moderation(self, slug: str) -> str:
        """What waits for a moderator of the zone."""
        return self._to("z", slug, "moderation")

    def reported(self, slug: str) -> str:
        """The messages that somebody reported, on the page of the moderators."""
        return f"{self.moderation(slug)}#reported"

    def approve_listings(self, slug: str) -> str:
        """POST: approve the ticked listings at once."""
        return self._to("z", slug, "moderation", "approve")

    def approve_listing(self, slug: str, listing_id: str) -> str:
        """POST: approve one listing in the zone."""
        return self._to("z", slug, "moderation", listing_id, "approve")

    def reject_listing(self, slug: str, listing_id: str) -> str:
        """Reject one listing in the zone, with a ground and a sentence; also where they are sent by POST."""
        return self._to("z", slug, "moderation", listing_id, "reject")

    def request_amendment(self, slug: str, listing_id: str) -> str:
        """Ask for a change to one listing, in a sentence; also where it is sent by POST."""
        return self._to("z", slug, "moderation", listing_id, "amend")

    def take_back_decision(self, slug: str, listing_id: str) -> str:
        """POST: take back what was decided about one listing."""
        return self._to("z", slug, "moderation", listing_id, "take-back")

    def sentences(self, slug: str, sentence_id: str = "") -> str:
        """What moderators say again and again; also where one is kept by POST."""
        address = self._to("z", slug, "moderation", "sentences")
        return f"{address}#sentence-{sentence_id}" if sentence_id else address

    def drop_sentence(self, slug: str, sentence_id: str) -> str:
        """POST: do without a sentence."""
        return self._to("z", slug, "moderation", "sentences", sentence_id, "drop")

    # Notices, appeals, suspensions, and the record.

    def notify(self, listing_id: str) -> str:
        """Where anyone says what is wrong with a listing; also where it is sent by POST."""
        return self._to("listings", listing_id, "notice")

    def notify_zone(self, slug: str) -> str:
        """Where anyone says what is wrong anywhere in a zone; also where it is sent by POST."""
        return self._to("z", slug, "notice")

    def objections(self, slug: str) -> str:
        """The notices and appeals of a zone, for its moderators."""
        return self._to("z", slug, "objections")

    def answer_notice(self, slug: str, notice_id: str) -> str:
        """POST: answer a notice."""
        return self._to("z", slug, "objections", "notices", notice_id)

    def answer_appeal(self, slug: str, appeal_id: str) -> str:
        """POST: answer an appeal."""
        return self._to("z", slug, "objections", "appeals", appeal_id)

    def statement(self, slug: str, subject_id: str, version: int, *steps: str) -> str:
        """The reasons of a decision about a listing or a company; by POST its `appeal`."""
        return self._to("z", slug, "statements", subject_id, str(version), *steps)

    def suspensions(self, slug: str, company_id: str = "", *steps: str, **asked: Filter) -> str:
        """The companies a zone suspends; by POST one of them, or with `lift` the end of it."""
        return self._to("z", slug, "suspensions", *([company_id] if company_id else []), *steps, **asked)

    def record(self, slug: str, subject_id: str = "", **asked: Filter) -> str:
        """The record of a zone, or of one listing or company in it, for its moderators."""
        return self._to("z", slug, "record", *([subject_id] if subject_id else []), **asked)

    def record_file(self, slug: str, ending: str) -> str:
        """The whole record of a zone as a file, `csv` or `json`."""
        return self._to("z", slug, f"record.{ending}")

    def shown_then(self, slug: str, on: str = "", at: str = "", after: str = "") -> str:
        """What a zone showed at a moment, and to whom."""
        return self._to("z", slug, "shown", on=on, at=at, after=after)

    def transparency(self, slug: str, year: int | None = None) -> str:
        """What a zone decided in a year, in figures for everyone."""
        return self._to("z", slug, "transparency", year=year)

    # Demo mode only.

    def dev_mail(self) -> str:
        """The mail the demo would have sent."""
        return self._to("dev", "mail")

    def dev_message(self, mail_id: str) -> str:
        """One such mail, with its headers and text."""
        return self._to("dev", "mail", mail_id)

    def dev_message_html(self, mail_id: str) -> str:
        """The HTML part of one such mail, alone, for a sandboxed frame."""
        return self._to("dev", "mail", mail_id, "html")


def without_secrets(text: str) -> str:
    """A text for other eyes than its reader's: its links lead nowhere."""
    return SECRET_STEPS.sub(r"\1…", text)


PAGES: Final = Links()
"""Addresses relative to the site, for pages."""
