"""Who is told what of a group purchase: everyone who takes part, each once, and nobody of their own act."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import get_args

import pytest
from uuid_utils import uuid7

from domain import purchases as p
from marketplace.database import Database
from marketplace.falling_due import closing
from marketplace.language import translations
from marketplace.outbox import Opened
from marketplace.purchase_words import SUBJECTS
from marketplace.reactions.asking_suppliers import asking_suppliers
from marketplace.reactions.telling_buyers import Telling, telling_buyers
from marketplace.settings import Settings
from marketplace.wording import Wording
from tests.marketplace.buying import TITLE, Buying, gloves
from tests.marketplace.dealing import Reacting, parsed, reacting, said, told
from tests.marketplace.town import ZONE, Town, days, town


@pytest.fixture
def here(database: Database, settings: Settings) -> Iterator[Town]:
    with town(database, settings) as here:
        yield here


@pytest.fixture
def at(here: Town) -> Iterator[Reacting]:
    with reacting(here, telling_buyers(here.log)) as at:
        yield at


@pytest.fixture
def buying(here: Town, at: Reacting) -> Buying:
    """Pledges are open, and whoever was told of that has read it."""
    buying = gloves(here)
    at.post()
    return buying


def the_clock(buying: Buying, number: float) -> None:
    buying.here.clock.advance(days(number))
    buying.look_up()
    closing(buying.here.marketplace, buying.here.clock, buying.here.pools[1]).tick()


def test_everything_that_is_told_has_a_subject() -> None:
    assert {event.__name__ for event in get_args(Telling)} == set(SUBJECTS)


def test_a_mark_is_told_to_all_who_pledged_and_not_to_whose_pledge_reached_it(buying: Buying, at: Reacting) -> None:
    buying.pledge("sawmill", 30)
    assert told(at.post()) == {}
    buying.pledge("bakery", 75)
    (mail,) = at.post()
    # The minimum and the lower price fell together: one mail.
    assert told([mail]) == {"lea": f"2 nouvelles : {TITLE}"}
    text = said(mail)
    assert "Le minimum de 50 pièces est atteint" in text
    assert "le prix passe à 1,90 €" in text
    assert "Votre engagement : 30 pièces." in text
    # What others want is theirs: of two companies, the total would tell it.
    assert "moins de trois entreprises pour l’instant" in text
    assert "105 pièces" not in text
    assert "75 pièces" not in text


def test_worse_terms_ask_everyone_to_confirm(buying: Buying, at: Reacting) -> None:
    buying.pledge("sawmill", 60)
    buying.pledge("mill", 10)
    at.post()
    buying.change_terms(delivery_cents=900)
    sent = at.post()
    assert told(sent) == {"lea": f"Nouvelles conditions : {TITLE}", "moira": f"New terms: {TITLE}"}
    text = said(next(each for each in sent if each.letter and each.letter.to.startswith("lea")))
    assert "quelque chose est moins bien pour vous" in text
    assert "Le transport a augmenté." in text
    assert "À vous : votre engagement ne compte qu’une fois confirmé" in text
    assert "Voir les nouvelles conditions" in text


def test_the_last_call_and_the_result_reach_whoever_pledged_with_their_own_share(buying: Buying, at: Reacting) -> None:
    buying.pledge("sawmill", 60)
    buying.pledge("bakery", 50)
    at.post()
    the_clock(buying, 17)
    assert set(told(at.post()).values()) == {f"Dernier appel : {TITLE}"}
    the_clock(buying, 3)
    sent = at.post()
    assert told(sent) == {"lea": f"C’est confirmé : {TITLE}", "karim": f"C’est confirmé : {TITLE}"}
    text = said(next(each for each in sent if each.letter and each.letter.to.startswith("karim")))
    assert "C’est confirmé, à 1,90 € HT l’unité." in text
    assert "110 pièces" not in text
    assert "Votre part : 50 pièces pour 114 € TTC" in text


def test_who_said_they_would_is_told_that_they_can_and_then_called(here: Town, at: Reacting) -> None:
    buying = gloves(here, wishes={"bakery": 20})
    (mail,) = at.post()
    assert told([mail]) == {"karim": f"Vous pouvez participer : {TITLE}"}
    assert "À vous : participez avant le" in said(mail)
    assert buying.purchase_id in said(mail)
    the_clock(buying, 19.5)
    assert told(at.post()) == {"karim": f"Dernier appel : {TITLE}"}


def test_a_failure_says_why_and_ends_all_that_was_to_be_told_before(buying: Buying, at: Reacting) -> None:
    buying.pledge("sawmill", 10)
    at.post()
    the_clock(buying, 17)
    the_clock(buying, 3)
    (mail,) = at.post()
    assert told([mail]) == {"lea": f"Cela ne s’est pas fait : {TITLE}"}
    assert "le minimum n’était pas atteint" in said(mail)


def test_goods_that_arrive_short_are_told_to_the_organiser(buying: Buying, at: Reacting) -> None:
    buying.pledge("sawmill", 60)
    the_clock(buying, 20)
    at.post()
    here = buying.here
    on = here.clock.now().date()
    here.marketplace.record_delivery(p.RecordDelivery(on=on, **buying.asked(buying.leader)))
    (mail,) = at.post()
    assert "À vous : dites si vous avez bien reçu 60 pièces." in said(mail)
    received = p.ConfirmReceipt(
        company_id=here.companies["sawmill"],
        outcome="short",
        quantity=Decimal(48),
        remark="Un carton manque.",
        **buying.asked(here.members["sawmill"]),
    )
    here.marketplace.confirm_receipt(received)
    (mail,) = at.post()
    assert told([mail]) == {"nora": f"Non conforme, selon Sawmill : {TITLE}"}
    assert "Sawmill n’a reçu que 48 pièces." in said(mail)
    assert "Un carton manque." in said(mail)


def test_what_the_facilitator_does_for_a_company_its_people_read_as_said_for_them(buying: Buying, at: Reacting) -> None:
    here, sawmill = buying.here, buying.here.companies["sawmill"]
    asked = {"company_id": sawmill, "for_company": sawmill, **buying.asked(buying.leader)}
    here.marketplace.pledge_quantity(p.PledgeQuantity(quantity=Decimal(30), accepts_charter=True, **asked))
    (mail,) = at.post()
    assert set(told([mail])) == {"lea"}
    assert "L’animateur a saisi votre engagement pour vous, à votre demande : 30 pièces." in said(mail)
    here.marketplace.withdraw_pledge(p.WithdrawPledge(**asked | buying.asked(buying.leader)))
    (mail,) = at.post()
    assert "L’animateur a retiré votre engagement pour vous, à votre demande." in said(mail)


def test_a_company_reads_by_when_it_can_still_end_its_contract(here: Town, at: Reacting) -> None:
    now = here.clock.now()
    contract = p.Contract(
        kind="other", months=1, notice_days=5, remind_days=5, joins_until=now + days(25), standing_cents=0
    )
    buying = gloves(here, contract=contract)
    buying.pledge("sawmill", 60)
    begins = now.date() + days(20)
    here.marketplace.declare_needs(
        p.DeclareNeeds(
            company_id=here.companies["sawmill"],
            site_id="site-sawmill",
            starts_on=begins,
            **buying.asked(here.members["sawmill"]),
        )
    )
    the_clock(buying, 20)
    at.post()
    the_clock(buying, 22)
    (mail,) = at.post()
    assert told([mail]) == {"lea": f"Votre contrat se termine bientôt : {TITLE}"}
    wording = Wording("fr", translations("fr"))
    ends, notice = wording.date(contract.ends_on(begins)), wording.date(contract.notice_by(begins))
    assert f"Votre contrat se termine le {ends}." in said(mail)
    assert notice in said(mail)
    # It was not ended, and goes on: the end of the second term is told as well.
    the_clock(buying, 30)
    (mail,) = at.post()
    assert f"Votre contrat se termine le {wording.date(contract.ends_on(begins, 2))}." in said(mail)


def test_a_supplier_is_asked_in_the_zone_s_language_and_told_what_its_link_is(here: Town) -> None:
    leader = gloves(here).leader
    buying = Buying(here, f"purchase-{uuid7()}", leader)
    asked = buying.asked(leader)
    here.marketplace.propose_purchase(
        p.ProposePurchase(zone_id=ZONE, form="goods", category="ACH.PPE", title=TITLE, unit="H87", **asked)
    )
    invited = p.InviteSupplier(
        invitation_id="invitation-1",
        name="Protec Alpes",
        until=here.clock.now() + days(10),
        token_sha256="0" * 64,
        mail="devis@protec.example",
        **buying.asked(leader),
    )
    here.marketplace.invite_supplier(invited)
    [recorded] = [one for one in here.log.history(buying.purchase_id) if isinstance(one.event, p.SupplierInvited)]
    [(mail, letter)] = [
        told for told in asking_suppliers(here.settings, here.log).react(recorded) if isinstance(told, tuple)
    ]
    text = said(Opened(mail, letter))
    assert letter.to == "devis@protec.example"
    assert "Gants de manutention (Achat groupé)" in text
    assert "/quote/" in text
    assert "Ce lien est personnel" in text
    assert "noté votre adresse pour cette seule demande" in text
    assert len(parsed(Opened(mail, letter)).as_bytes()) < 40_000


def test_a_mail_about_a_group_purchase_is_a_whole_letter(buying: Buying, at: Reacting) -> None:
    buying.pledge("sawmill", 60)
    buying.pledge("mill", 40)
    mail = next(each for each in at.post() if each.letter and each.letter.to.startswith("lea"))
    html = said(mail, "html")
    assert f"/purchases/{buying.purchase_id}" in html
    assert "<h1" in html
    assert "Les boutons de ce message sont pour vous" not in html
    assert len(parsed(mail).as_bytes()) < 40_000
