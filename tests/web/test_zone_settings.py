"""A zone is settled, led, chartered and read by its own people, each for their part."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from html import unescape

from domain.acting import AskedToAct
from domain.federations import FoundFederation, InviteZone, NameReader
from domain.zones import OPERATOR
from marketplace.database import Role
from marketplace.reactions.telling_the_asked import ACCEPTING
from marketplace.reading import visible
from marketplace.zone_notes import ZoneNotes
from tests.web.bargains import Bargain
from tests.web.conftest import Site
from tests.web.one_site import one_site

site = one_site


def test_a_zone_is_settled_part_by_part_and_says_what_is_wrong_beside_it(site: Site) -> None:
    alix = site.browser("alix")
    page = alix.get("/z/jourdies/settings")
    assert page.status_code == 200
    wrong = alix.send("/z/jourdies/settings/waste", {"waste": "broker", "receipt_prefecture": "Haute-Savoie"})
    assert wrong.status_code == 422
    assert 'id="receipt_expires_on-error"' in wrong.text
    sent = alix.send("/z/jourdies/settings/look", {"accent": "lake", "welcome": "Hello neighbours"})
    assert sent.status_code == 303, sent.text
    home = site.browser().get("/z/jourdies").text
    assert "accent-lake" in home
    assert "Hello neighbours" in home
    named = {
        "name": "Les Jourdies Nord", "commune": "Bonneville", "latitude": "46,07", "longitude": "6.4",
        "time_zone": "Europe/Paris", "languages": ["fr", "en"], "contact_mail": "hello@example.org",
    }  # fmt: skip
    assert alix.send("/z/jourdies/settings/names", named).status_code == 303
    assert "Les Jourdies Nord" in site.browser().get("/z/jourdies").text
    read = {"moderation": "trusted", "trusted_after": "2", "review_within_hours": "24"}
    assert alix.send("/z/jourdies/settings/moderation", read).status_code == 303
    emptied = alix.send("/z/jourdies/settings/moderation", read | {"review_within_hours": " "})
    assert (emptied.status_code, "review_within_hours-error" in emptied.text) == (422, True)
    assert alix.send("/z/jourdies/settings/mail", {"digest_weekday": "9", "digest_hour": "7"}).status_code == 422
    assert site.browser("marc").get("/z/jourdies/settings").status_code == 403


def test_a_closing_is_announced_to_everyone_and_may_be_called_off(site: Site) -> None:
    alix = site.browser("alix")
    alix.get("/z/jourdies/settings")
    day = (site.services.clock.now() + timedelta(days=40)).date()
    soon = alix.send("/z/jourdies/settings/closing", {"closes_on": "2020-01-01", "reason": "The park is sold."})
    assert soon.status_code == 422
    sent = alix.send("/z/jourdies/settings/closing", {"closes_on": day.isoformat(), "reason": "The park is sold."})
    assert sent.status_code == 303
    assert "The park is sold." in site.browser("karim").get("/z/jourdies").text
    assert _told(site) >= 1
    assert _told(site) == 0
    settings = alix.get("/z/jourdies/settings")
    assert "Keep the zone open" in settings.text
    assert alix.send("/z/jourdies/settings/closing/call-off").status_code == 303
    assert "The park is sold." not in site.browser("karim").get("/z/jourdies").text


def _told(site: Site) -> int:
    """How many notes of zones leave now, once what was recorded is to be seen."""
    services = site.services
    with services.database.pool(Role.FOLLOWER, max_size=1) as systems:
        with systems.connection() as connection:
            assert visible(connection, site.log.head(), ["people", "charters", "federations"], within=20)
        return ZoneNotes(services.settings, services.outbox, site.log, services.clock, systems).tick()


def test_roles_are_given_to_others_and_taken_back(site: Site) -> None:
    alix = site.browser("alix")
    assert "The only administrator" in alix.get("/z/jourdies/people").text
    marc = site.story.members["marc"]
    given = alix.send("/z/jourdies/people/grant", {"member": marc, "role": "administrator"})
    assert given.status_code == 303
    assert site.browser("marc").get("/z/jourdies/people").status_code == 200
    assert alix.send("/z/jourdies/people/revoke", {"member": marc, "role": "administrator"}).status_code == 303
    assert site.browser("marc").get("/z/jourdies/people").status_code == 403
    own = alix.send("/z/jourdies/people/grant", {"member": site.story.members["alix"], "role": "moderator"})
    assert own.status_code == 403
    assert alix.send("/z/jourdies/people/invite", {"name": "Zoé", "mail": "zoe"}).status_code == 422
    new = {"name": "Zoé", "mail": "zoe@example.org", "role": ["reader", "moderator"], "language": "fr"}
    assert alix.send("/z/jourdies/people/invite", new).status_code == 303
    assert "zoe@example.org" in alix.get("/z/jourdies/people").text
    known = alix.send("/z/jourdies/people/invite", {"name": "X", "mail": site.story.mail("nora"), "role": "reader"})
    assert known.status_code == 303
    nora = site.story.members["nora"]
    assert alix.send("/z/jourdies/people/grant", {"member": nora, "role": "reader"}).status_code == 422
    asked = [one.stream for one in site.log.read(0, 10_000) if isinstance(one.event, AskedToAct)]
    browser = site.browser("nora")
    browser.get(f"/invitation/{site.services.signer.sign(ACCEPTING, asked[-1])}")
    assert browser.send(f"/invitation/{site.services.signer.sign(ACCEPTING, asked[-1])}").status_code == 303
    assert f'value="{nora}"' in alix.get("/z/jourdies/people").text
    assert site.browser("ines").get("/z/jourdies/people").status_code == 403


TEXTS = {"title_fr": "Charte", "text_fr": "Un.\n\nDeux.", "title_en": "Charter", "text_en": "One.\n\nTwo."}


def test_a_charter_is_accepted_and_its_new_version_asks_again(site: Site) -> None:
    alix, lea = site.browser("alix"), site.browser("lea")
    assert alix.get("/z/jourdies/charters/new?of=engagement").status_code == 200
    wrong = alix.send("/z/jourdies/charters/new", {"purpose": "engagement", **TEXTS, "title_en": ""})
    assert wrong.status_code == 422
    done = alix.send("/z/jourdies/charters/new", {"purpose": "engagement", **TEXTS})
    assert alix.follow(done).status_code == 200
    address = done.headers["location"]
    page = lea.get(address)
    assert "<p>Two.</p>" in page.text
    assert address in lea.get("/me").text
    company = site.story.companies["sawmill"]
    assert lea.send(f"{address}/accept", {"company": company, "number": "1"}).status_code == 422
    lea.get(address)
    assert lea.send(f"{address}/accept", {"company": company, "number": "1", "read": "yes"}).status_code == 303
    assert address not in lea.get("/me").text
    again = {
        "purpose": "engagement",
        "charter": address.rpartition("/")[2],
        **TEXTS,
        "text_en": "Three.",
        "changes": "!",
    }
    assert alix.send("/z/jourdies/charters/new", again).status_code == 303
    assert "A new version" in lea.get("/me").text
    assert "<p>Two.</p>" in lea.get(f"{address}?version=1").text
    lea.get(address)
    stale = lea.send(f"{address}/accept", {"company": company, "number": "1", "read": "yes"})
    assert stale.status_code == 409
    assert _told(site) >= 1
    listed = alix.get(address).text
    assert "Version 1, on" in listed
    assert "Version 1, on" not in site.browser("karim").get(address).text
    assert site.browser().get(address).status_code == 200
    paper = {"company": site.story.companies["bakery"], "number": "2"}
    assert alix.send(f"{address}/accept", paper).status_code == 303
    other = site.browser("nora")
    other.get("/me")
    assert other.send(f"{address}/accept", {"company": company, "number": "2", "read": "yes"}).status_code == 404


def test_a_supplier_signs_the_charter_of_an_action_by_its_link(site: Site) -> None:
    alix = site.browser("alix")
    alix.get("/z/jourdies/charters/new?of=action")
    done = alix.send("/z/jourdies/charters/new", {"purpose": "action", "supplier": "Trois Bennes", **TEXTS})
    address = done.headers["location"]
    assert site.browser().get(address).status_code == 404
    assert site.browser("nora").get(address).status_code == 404
    found = re.search(r'value="[^"]*(/charter/[^"]+)"', alix.get(address).text)
    assert found
    link, supplier = unescape(found[1]), site.browser()
    assert "Trois Bennes" in supplier.get(link).text
    assert supplier.send(link, {"number": "1", "name": ""}).status_code == 422
    assert supplier.send(link, {"number": "1", "name": "Joël Trappier"}).status_code == 303
    _told(site)
    assert "Joël Trappier" in alix.get(address).text
    assert supplier.get(f"{link}x").status_code == 404


def test_a_federations_reader_sees_figures_of_zones_that_joined_and_no_name(site: Site) -> None:
    federation, joining = {"federation_id": "federation-arve"}, {"federation": "federation-arve"}
    story, marketplace = site.story, site.services.marketplace
    story.do(marketplace.found_federation, FoundFederation, OPERATOR, **federation, slug="arve", name="Arve")
    for zone in ("jourdies", "la-roche"):
        story.do(marketplace.invite_zone, InviteZone, OPERATOR, **federation, zone_id=story.zones[zone])
    reader = story.members["nora"]
    story.do(marketplace.name_reader, NameReader, OPERATOR, **federation, member_id=reader)
    _told(site)
    nora, alix = site.browser("nora"), site.browser("alix")
    assert nora.get("/f/arve").status_code == 404
    alix.get("/z/jourdies/settings")
    assert alix.send("/z/jourdies/federations/join", joining).status_code == 303
    page = nora.get("/f/arve")
    assert page.status_code == 200
    assert "/f/arve/jourdies" in page.text
    assert "/f/arve/la-roche" not in page.text
    traced = nora.get("/f/arve/jourdies/facts?measure=listings").text
    assert story.listings["pallets"] in traced
    assert f"/listings/{story.listings['pallets']}" not in traced, "a reference, which the zone alone opens"
    everything = page.text + nora.get("/f/arve/jourdies").text + traced
    assert not [name for name in ("Sawmill", "Bakery") if name in everything]
    table = list(csv.DictReader(io.StringIO(nora.get("/f/arve/figures.csv").text.lstrip("\ufeff")), delimiter=";"))
    assert {line["zone"] for line in table} == {"jourdies"}
    assert sum(int(line["listings"]) for line in table) > 0
    long_ago = nora.get("/f/arve/figures.csv?from=2001-01-01&to=2001-03-15").text
    assert long_ago.count("\n") == 1, "the first line alone: nothing happened in these months"
    assert nora.get("/f/arve/la-roche").status_code == 404
    assert site.browser("karim").get("/f/arve").status_code == 404
    assert alix.send("/z/jourdies/federations/leave", joining).status_code == 303
    assert nora.get("/f/arve").status_code == 404


def test_administrators_are_warned_once_before_a_brokers_receipt_ends(site: Site) -> None:
    ends = site.services.clock.now().date() + timedelta(days=30)
    broker = {
        "waste": "broker", "receipt_number": "074-12", "receipt_prefecture": "Haute-Savoie",
        "receipt_expires_on": ends.isoformat(),
    }  # fmt: skip
    alix = site.browser("alix")
    alix.get("/z/jourdies/settings")
    _told(site)
    assert alix.send("/z/jourdies/settings/waste", broker).status_code == 303
    assert _told(site) == 1
    assert _told(site) == 0
    assert "Your broker’s receipt ends on" in alix.get("/z/jourdies/settings").text


def test_a_zone_that_takes_no_waste_any_more_shows_no_form_that_asks_for_it(site: Site) -> None:
    waste, owned = Bargain(site, status="waste").seen().listing_id, Bargain(site).seen().listing_id
    karim, alix = site.browser("karim"), site.browser("alix")
    alix.get("/z/jourdies/settings")
    assert alix.send("/z/jourdies/settings/waste", {"waste": "off"}).status_code == 303
    _told(site)
    with site.database.connect() as connection:
        assert visible(connection, site.log.head(), ["listings", "exchanges"], within=20)
    page = karim.get(f"/listings/{waste}").text
    assert "nobody new can ask for it" in page
    assert f'action="/listings/{waste}/interest"' not in page
    assert "nobody new can ask for it" not in karim.get(f"/listings/{owned}").text
    assert alix.send("/z/jourdies/settings/waste", {"waste": "introduce"}).status_code == 303
