"""Companies: shown as far as they consent, let into a zone by those who answer, and spoken for by their own people."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain import companies
from domain.acting import AskedToAct
from domain.companies import RemoveRepresentative, SharedWithGuest
from domain.joining import JoinAsked, company_of
from domain.zones import OPERATOR
from marketplace.database import Role
from marketplace.demo.companies import synthetic_siret
from marketplace.falling_due import forgetting, lapsing
from marketplace.outbox import AT_ONCE
from marketplace.reactions.telling_joiners import CONFIRMING, telling_joiners
from marketplace.reactions.telling_the_asked import ACCEPTING, telling_the_asked
from marketplace.reading import visible
from tests.proofs.isolating.ways import ANEW
from tests.web.conftest import Browser, Site
from tests.web.one_site import one_site
from tests.web.test_purchase_pages import GLOVES

site = one_site

NEW = {
    "siret": synthetic_siret(901), "company": "Vannerie des Îles", "trade": "Paniers d’osier",
    "address": "9 rue des Semis", "person": "Josette Vuagnat", "mail": "josette@vannerie.example",
    "wish": "canary-wish",
}  # fmt: skip
ENTRY = {
    "about": "Canary about wood", "offers": "canary-sawdust", "seeks": "canary-cardboard", "shares": "",
    "kind": "company", "contact": "canary-phone", "day1": "8h-12h", "to_listed": "everyone", "to_about": "everyone",
    "to_flows": "members", "to_place": "members", "to_hours": "nobody", "to_contact": "nobody",
}  # fmt: skip


def sent(browser: Browser, path: str, fields: dict[str, Any], status: int = 303) -> str:
    answer = browser.send(path, fields)
    assert answer.status_code == status, answer.text
    return answer.text


def ask_to_join(site: Site, **changes: str) -> str:
    """Ask as a visitor, confirm the address by the mail's link, and give the request's id."""
    visitor = site.browser()
    assert visitor.get("/z/jourdies/join").status_code == 200
    sent(visitor, "/z/jourdies/join", NEW | changes, 200)
    asked = [one for one in site.log.read(0, 10_000) if isinstance(one.event, JoinAsked)]
    joining_id = asked[-1].stream
    marc = site.browser("marc")
    assert "canary-wish" not in marc.get("/z/jourdies/companies/requests").text
    address = f"/joining/{site.services.signer.sign(CONFIRMING, joining_id)}"
    assert visitor.get(address).status_code == 200
    sent(visitor, address, {}, 200)
    return joining_id


def test_a_company_shows_what_it_consents_to_and_is_found_by_no_more(site: Site) -> None:
    sawmill = site.story.companies["sawmill"]
    lea, visitor, karim, nora = (site.browser(name) for name in ("lea", None, "karim", "nora"))
    assert visitor.get(f"/companies/{sawmill}").status_code == 404
    assert lea.get(f"/companies/{sawmill}/entry").status_code == 200
    wrong = sent(lea, f"/companies/{sawmill}/entry", ENTRY | {"day1": "25h-99h", "about": "x" * 700}, 422)
    assert "day1-error" in wrong
    sent(lea, f"/companies/{sawmill}/entry", ENTRY)
    assert "canary-phone" in lea.get(f"/companies/{sawmill}").text
    public = visitor.get(f"/companies/{sawmill}").text
    assert "Canary about wood" in public
    assert not re.search("canary-(sawdust|cardboard|phone)|1 rue du Test|73282932000074", public.split("ld+json")[0])
    found = re.search(r"ld\+json\">(.*?)</script>", public)
    assert found
    assert json.loads(found[1])["description"] == "Canary about wood"
    assert "canary-" not in found[1]
    # Pallets are public without the company's name: its page does not give it away.
    assert site.story.listings["pallets"] not in public
    neighbour = karim.get(f"/companies/{sawmill}").text
    assert "canary-sawdust" in neighbour
    assert "canary-phone" not in neighbour
    for browser, word, hits in ((visitor, "sawdust", 0), (karim, "canary SAWDUST", 1), (visitor, "about", 1)):
        page = browser.get(f"/z/jourdies/companies?q={word}").text
        assert page.count(f'href="/companies/{sawmill}"') == hits, word
    assert "pin-1" in karim.get("/z/jourdies/companies?view=plan").text
    assert "pin-1" not in visitor.get("/z/jourdies/companies?view=plan").text
    assert nora.get(f"/companies/{site.story.companies['bakery']}").status_code == 404
    out = site.program("karim").get("/api/v1/zones/jourdies/companies?q=sawdust").json()
    assert [(one["name"], one["seeks"], one["contact"]) for one in out["items"]] == [
        ("Sawmill", "canary-cardboard", "")
    ]
    assert karim.get(f"/companies/{sawmill}/entry").status_code == 404


def test_a_new_company_is_let_in_with_its_person(site: Site) -> None:
    visitor = site.browser()
    visitor.get("/z/jourdies/join")
    wrong = sent(visitor, "/z/jourdies/join", NEW | {"siret": "12345678901234", "mail": "nobody", "person": ""}, 422)
    assert "siret-error" in wrong
    assert "mail-error" in wrong
    assert "person-error" in wrong
    once = {"command_id": str(uuid4())}
    services = site.services
    key, suppressions = services.marketplace.address_key(NEW["mail"]), services.outbox.suppressions
    suppressions.suppress(key, "erased", services.clock.now())
    joining_id = ask_to_join(site, **once)
    assert suppressions.of(key) is None, "whoever left and confirms that they come back is written to again"
    ((mail, _letter),) = telling_joiners(services.settings, site.log).react(site.log.history(joining_id)[0])  # type: ignore[misc]  # a mail and its letter
    assert mail.urgency == AT_ONCE, "the mail that asks them leaves all the same"
    end = site.log.head()
    sent(visitor, "/z/jourdies/join", NEW | once, 200)
    assert site.log.head() == end, "the page of the answer was loaded again"
    marc = site.browser("marc")
    assert "canary-wish" in marc.get("/z/jourdies/companies/requests").text
    for name in ("lea", "alix", "ines"):
        status = 200 if name == "alix" else 403
        assert site.browser(name).get("/z/jourdies/companies/requests").status_code == status
    assert "reason-error" in sent(marc, "/z/jourdies/companies/requests/refuse", {"request": joining_id}, 422)
    sent(marc, "/z/jourdies/companies/requests/admit", {"request": joining_id})
    assert "Admitted" in marc.get("/z/jourdies/companies/requests").text
    member_id = site.services.marketplace.member_at(NEW["mail"])
    site.story.members["josette"] = member_id or ""
    josette = site.browser("josette")
    assert "Vannerie" in josette.get("/z/jourdies/companies").text
    again = site.browser("marc")
    again.get("/z/jourdies/companies/requests")
    company_id = company_of(joining_id)
    leaving = {"company_id": company_id, "member_id": member_id}
    site.story.do(services.marketplace.remove_representative, RemoveRepresentative, OPERATOR, **leaving)
    sent(again, "/z/jourdies/companies/requests/admit", {"request": joining_id})
    company = site.log.load(company_id, companies.evolve).state
    assert company is not None
    assert not company.representatives, "who has left is not brought back by a second look"
    assert again.send("/z/jourdies/companies/requests/admit", {"request": "joining-none"}).status_code == 404


def test_a_known_company_says_itself_who_is_a_colleague(site: Site) -> None:
    sawmill = site.story.companies["sawmill"]
    joining_id = ask_to_join(site, siret="732 829 320 00074")
    marc, karim, lea = (site.browser(name) for name in ("marc", "karim", "lea"))
    marc.get("/z/jourdies/companies/requests")
    early = marc.send("/z/jourdies/companies/requests/admit", {"request": joining_id})
    assert "must agree first" in early.text
    karim.get("/me")
    assert karim.send(f"/companies/{sawmill}/people/agree", {"request": joining_id}).status_code == 404
    assert "canary-wish" in lea.get(f"/companies/{sawmill}/people").text
    sent(lea, f"/companies/{sawmill}/people/agree", {"request": joining_id})
    assert "Josette Vuagnat" in lea.get(f"/companies/{sawmill}/people").text


def test_an_administrator_notes_adherents_and_dues(site: Site) -> None:
    sawmill = site.story.companies["sawmill"]
    address = "/z/jourdies/companies/memberships"
    for name in ("marc", "lea", "ines"):
        assert site.browser(name).get(address).status_code == 403
    alix = site.browser("alix")
    alix.get(address)
    noting = {"company": sawmill, "year": "2026", "membership": "adherent", "since": "", "paid": "1"}
    assert "since" in sent(alix, address, noting, 422)
    assert "comes before" in sent(alix, address, noting | {"since": "2026-02-01", "until": "2026-01-01"}, 422)
    sent(alix, address, noting | {"since": "2026-01-01"})
    file = alix.get(f"{address}.csv?year=2026").content.decode("utf-8-sig").splitlines()
    assert [line for line in file if line.startswith("Sawmill")] == ["Sawmill;73282932000074;Adherent;2026-01-01;;paid"]
    assert "Adherent since" in site.browser("karim").get(f"/companies/{sawmill}").text
    strange = alix.send(address, noting | {"company": site.story.companies["forge"], "since": "2026-01-01"})
    assert strange.status_code == 404


def test_a_guest_sees_what_is_shared_until_it_ends_and_nothing_else(site: Site) -> None:
    alix = site.browser("alix")
    alix.get("/z/jourdies/purchases/new")
    shared, other = (
        alix.send("/z/jourdies/purchases/new", {**GLOVES, "title": f"Gloves {n}"}).headers["location"] for n in (1, 2)
    )
    assert site.browser("karim").get(f"{shared}/guests").status_code == 403
    until = (site.services.clock.now() + timedelta(days=9)).date().isoformat()
    inviting = {
        "siret": synthetic_siret(902), "name": "Osier du Môle", "trade": "Osier", "kind": "company",
        "person": "Odile", "mail": "odile@osier.example", "until": until,
    }  # fmt: skip
    alix.get(f"{shared}/guests")
    assert "siret-error" in sent(alix, f"{shared}/guests/invite", inviting | {"siret": "73282932000074"}, 422)
    assert "until-error" in sent(alix, f"{shared}/guests/invite", inviting | {"until": "2020-01-01"}, 422)
    sent(alix, f"{shared}/guests/invite", inviting)
    assert "Osier du Môle" in alix.get(f"{shared}/guests").text
    telling = telling_joiners(site.services.settings, site.log)
    told = [one for one in site.log.read(0, 10_000) if isinstance(one.event, SharedWithGuest)]
    assert SharedWithGuest in telling.events
    ((_mail, letter),) = telling.react(told[-1])  # type: ignore[misc]  # a mail and its letter
    assert letter.to == inviting["mail"]
    member_id = site.services.marketplace.member_at("odile@osier.example") or ""
    site.story.members["odile"] = member_id
    odile = site.browser("odile")
    assert f"{shared}/poll" in odile.get(shared).text, "what is shared with a company, it takes part in"
    sent(odile, f"{shared}/poll", {"quantity": "12"})
    mine = odile.get("/me").text
    assert f'href="{shared}"' in mine
    assert "/listings/new" not in mine, "a guest of the zone lists nothing in it"
    assert odile.get(other).status_code == 404
    listed = odile.get("/z/jourdies/purchases").text
    assert "Gloves 1" in listed
    assert "Gloves 2" not in listed
    bakery = site.story.companies["bakery"]
    seen = {
        address: odile.get(address).status_code
        for address in (f"/companies/{bakery}", f"{shared}/desk", f"{shared}/guests", "/z/jourdies/companies/requests")
    }
    assert set(seen.values()) <= {403, 404}, seen
    assert "Bakery" not in odile.get("/z/jourdies/companies").text
    company_id = re.search(r'name="company" value="([^"]+)"', alix.get(f"{shared}/guests").text)
    assert company_id
    odile.get(f"/companies/{company_id[1]}/people")
    more = {"name": "Olga", "mail": "olga@osier.example"}
    assert "ask the zone" in sent(odile, f"/companies/{company_id[1]}/people/invite", more, 422)
    sent(alix, f"{shared}/guests/end", {"company": company_id[1]})
    alix.get(f"{shared}/guests")
    assert odile.get(shared).status_code in (303, 404)
    odile = site.browser("odile")
    odile.get(f"/account/erase/company/{company_id[1]}")
    sent(odile, f"/account/erase/company/{company_id[1]}", {"sure": "yes"}, 200)
    assert site.browser("odile").get(f"/companies/{bakery}").status_code == 404, "who was a guest is no member for it"


def test_nobody_is_flooded_with_invitations(site: Site) -> None:
    lea = site.browser("lea")
    sawmill = site.story.companies["sawmill"]
    lea.get(f"/companies/{sawmill}/people")
    asked = {"name": "Olga", "mail": "Olga@elsewhere.example"}
    statuses = [lea.send(f"/companies/{sawmill}/people/invite", asked).status_code for _each in range(6)]
    assert statuses[0] == 303
    assert 429 not in statuses[:5]
    assert statuses[5] == 429


@pytest.mark.parametrize("address", ["/companies/none", "/companies/none/entry", "/companies/none/people"])
def test_a_foreign_company_and_a_missing_one_are_the_same(site: Site, address: str) -> None:
    assert site.browser("lea").get(address).status_code == 404


def asked_for(page: str) -> list[str]:
    return re.findall(r'name="asked" value="([^"]+)"', page)


def asked_lately(site: Site) -> str:
    """Where the mail leads of whoever was asked last to act for a company or a zone."""
    asked = [one.stream for one in site.log.read(0, 10_000) if isinstance(one.event, AskedToAct)]
    return f"/invitation/{site.services.signer.sign(ACCEPTING, asked[-1])}"


def test_whoever_is_asked_to_act_accepts_first_and_nobody_learns_whose_address_is_known(site: Site) -> None:
    bakery, nora = site.story.companies["bakery"], site.story.members["nora"]
    address = f"/companies/{bakery}/people"
    karim, stranger, visitor = site.browser("karim"), site.browser("lea"), site.browser()
    stranger.get("/account")
    said, known = [], site.story.mail("nora")
    for mail in ("nobody@elsewhere.example", known):
        karim.get(address)
        asked = {"name": "Canary", "mail": mail, "command_id": str(uuid4())}
        taps = [karim.send(f"{address}/invite", asked) for _tap in range(2)]
        assert [tap.status_code for tap in taps] == [303, 303], "a second tap is answered like the first"
        page, (acting_id,) = karim.get(address).text, asked_for(karim.get(address).text)
        said.append((ANEW.sub("", page).replace(mail, "…").replace(acting_id, "…"), taps[0].headers["location"]))
        assert stranger.send(f"{address}/take-back", {"asked": acting_id}).status_code == 404
        sent(karim, f"{address}/take-back", {"asked": acting_id})
        assert visitor.get(asked_lately(site)).status_code == 410
    assert said[0] == said[1]
    karim.get(address)
    sent(karim, f"{address}/invite", {"name": "Canary", "mail": known})
    assert site.browser("nora").get(address).status_code == 404, "nothing is theirs yet"
    (acting_id,) = asked_for(karim.get(address).text)
    ((_mail, letter),) = telling_the_asked(site.services.settings, site.log).react(site.log.history(acting_id)[0])  # type: ignore[misc]  # a mail and its letter
    assert letter.to == known
    visitor.get(asked_lately(site))
    assert "Sign in with this mail address" in sent(visitor, asked_lately(site), {}, 200)
    assert visitor.get("/account").status_code == 303, "this mail opens no account that is there already"
    assert site.browser("nora").get(address).status_code == 200
    assert site.services.marketplace.words_of(acting_id) == []
    leaving = {"company_id": bakery, "member_id": nora}
    site.story.do(
        site.services.marketplace.remove_representative, RemoveRepresentative, site.story.actor("karim"), **leaving
    )


def test_what_nobody_confirmed_or_accepted_lapses_and_is_forgotten(site: Site) -> None:
    services, visitor, karim = site.services, site.browser(), site.browser("karim")
    visitor.get("/z/jourdies/join")
    sent(
        visitor, "/z/jourdies/join", NEW | {"mail": "canary-late@vannerie.example", "siret": synthetic_siret(903)}, 200
    )
    requests = [one.stream for one in site.log.read(0, 10_000) if isinstance(one.event, JoinAsked)]
    address = f"/companies/{site.story.companies['bakery']}/people"
    karim.get(address)
    sent(karim, f"{address}/invite", {"name": "Canary", "mail": "canary-late@elsewhere.example"})
    acting_id = asked_for(karim.get(address).text)[-1]
    link, token = f"/joining/{services.signer.sign(CONFIRMING, requests[-1])}", asked_lately(site)
    assert visitor.get(link).status_code == 200
    with site.database.pool(Role.FOLLOWER, max_size=1) as systems:
        looks = [look(services.marketplace, services.clock, systems) for look in (lapsing, forgetting)]
        assert [look.tick() for look in looks] == [0, 0], "there is time"
        with site.database.connect() as connection:
            long_ago = "UPDATE read.{} SET asked_at = asked_at - interval '15 days' WHERE mail LIKE 'canary-late%'"
            for table in ("join_request", "asked_to_act"):
                connection.execute(long_ago.format(table).encode())
        assert [look.tick() for look in looks] == [1, 1]
    back = visitor.get(link)
    assert (back.status_code, "has lapsed" in back.text, "/z/jourdies/join" in back.text) == (410, True, True)
    assert "has lapsed" in sent(visitor, link, {}, 410)
    assert visitor.get(token).status_code == 410
    assert "canary-late" not in karim.get(address).text
    for forgotten in (requests[-1], acting_id):
        assert services.marketplace.words_of(forgotten) == []


def test_people_come_and_go_and_hand_over(site: Site) -> None:
    bakery = site.story.companies["bakery"]
    address = f"/companies/{bakery}/people"
    karim, lea = site.browser("karim"), site.browser("lea")
    assert lea.get(address).status_code == 404
    karim.get(address)
    lone = sent(karim, f"{address}/remove", {"member": site.story.members["karim"], "successor": ""}, 422)
    assert "Invite a colleague first" in lone
    sent(karim, f"{address}/invite", {"name": "Anne", "mail": "anne@bakery.example"})
    assert "anne@bakery.example" in karim.get(address).text
    assert site.services.marketplace.member_at("anne@bakery.example") is None, "nobody is anything before they accept"
    colleague = site.browser()
    assert "Karim" in colleague.get(asked_lately(site)).text
    assert colleague.follow(colleague.send(asked_lately(site))).status_code == 200
    anne = site.services.marketplace.member_at("anne@bakery.example") or ""
    site.story.members["anne"] = anne
    assert colleague.get(address).status_code == 200
    sent(karim, f"{address}/remove", {"member": site.story.members["karim"], "successor": anne})
    with site.database.connect(Role.WEB) as connection:
        assert visible(connection, site.log.head(), ["people"], within=20)
    # Who loses a right is signed out; signed in again, the company is missing to them.
    assert karim.get(address).status_code in (303, 404)
    assert "karim@" not in colleague.get(address).text
