"""Who is told what of an exchange: each once, nobody of their own act, and what comes together in one mail."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, get_args

import psycopg
import pytest
from aiosmtpd.controller import Controller
from uuid_utils import uuid7

from domain.companies import AddRepresentative, RemoveRepresentative
from domain.conversations import stream_of
from domain.dealings import AcceptExchange, DeclineExchange
from domain.listings import WithdrawListing
from domain.members import EraseMember, InviteMember, JoinMember, SetMailPreferences
from domain.zones import OPERATOR, GrantRole, RevokeRole
from marketplace import notices
from marketplace.answering import read
from marketplace.database import Database, Role
from marketplace.eventlog import EventLog
from marketplace.exchange_letter import MOST_CARDS, MOST_HAPPENINGS
from marketplace.exchange_words import SUBJECTS
from marketplace.notices import TOGETHER
from marketplace.outbox import Outbox
from marketplace.reactions import Reaction
from marketplace.reactions.telling_parties import Telling
from marketplace.retention import sweep
from marketplace.settings import Settings
from marketplace.smtp import Relay, relay_address
from marketplace.tokens import Signer
from tests.marketplace.dealing import (
    QUARTER,
    TITLE,
    Deal,
    Reacting,
    mails,
    notifying,
    pallets,
    parsed,
    reacting,
    reactions,
    said,
    told,
)
from tests.marketplace.test_smtp import Sink
from tests.marketplace.town import ZONE, Town, days, town


@pytest.fixture
def here(database: Database, settings: Settings) -> Iterator[Town]:
    with town(database, settings) as here:
        yield here


@pytest.fixture
def at(here: Town) -> Iterator[Reacting]:
    with reacting(here) as at:
        yield at


def person(here: Town, name: str, company: str = "") -> str:
    """Someone else of the zone, who signed in, and acts for a company."""
    member_id = f"member-{uuid7()}"
    mail = f"{name}@example.org"
    here.marketplace.invite_member(
        InviteMember(**here.asked(), member_id=member_id, home_zone=ZONE, name=name.title(), mail=mail, language="en")
    )
    here.marketplace.join_member(JoinMember(**here.asked(f"member:{member_id}"), member_id=member_id))
    if company:
        joins(here, member_id, company)
    return member_id


def joins(here: Town, member_id: str, company: str) -> None:
    """Somebody acts for a company from now on."""
    here.marketplace.add_representative(
        AddRepresentative(**here.asked(), company_id=here.companies[company], member_id=member_id)
    )


def speaks(here: Town, trade: str, language: str) -> None:
    """Somebody reads mail in another language."""
    wishes: dict[str, Any] = {"frequency": "weekly", "topics": ("matches",), "language": language}
    here.marketplace.set_mail_preferences(SetMailPreferences(**here.by(trade), member_id=here.members[trade], **wishes))


# --- who is told ------------------------------------------------------------------------------------------------------


def test_each_step_tells_the_other_side_and_nobody_else(here: Town, at: Reacting) -> None:
    deal = pallets(here).wants(message="Bonjour, passage possible jeudi ?")
    assert told(at.post()) == {"lea": f"Bakery est intéressé : {TITLE}"}
    deal.accept()
    assert told(at.post()) == {"karim": f"Accepté par Sawmill : {TITLE}"}
    deal.propose("bakery")
    assert told(at.post()) == {"lea": f"Un créneau d’enlèvement à confirmer : {TITLE}"}
    deal.agree("sawmill")
    assert told(at.post()) == {"karim": f"Rendez-vous pris : {TITLE}"}
    here.clock.advance(days(4.5))
    deal.nudge()
    assert told(at.post()) == dict.fromkeys(("lea", "karim"), f"Rappel de l’enlèvement : {TITLE}")
    here.clock.advance(days(1))
    deal.confirm("bakery")
    assert told(at.post()) == {"lea": f"Enlevé, selon Bakery : {TITLE}"}
    deal.correct("bakery", "48")
    assert told(at.post()) == {"lea": f"Quantité corrigée : {TITLE}"}
    deal.dispute("sawmill", "40")
    assert told(at.post()) == {"karim": f"Sawmill compte autrement : {TITLE}"}
    deal.settle("bakery", "40")
    assert told(at.post()) == {"lea": f"Quantité convenue : {TITLE}"}
    assert at.post() == []


def test_refusals_and_endings_reach_the_other_side_with_their_reason(here: Town, at: Reacting) -> None:
    listing = pallets(here)
    listing.wants().decline("Un voisin est passé avant.")
    (mail,) = [each for each in at.post() if told([each]).get("karim")]
    assert "Sawmill répond non : autre solution retenue par l’entreprise." in said(mail)
    assert "Un voisin est passé avant." in said(mail)
    given_up = listing.wants()
    given_up.accept()
    given_up.abandon("bakery")
    (mail,) = [each for each in at.post() if "lea" in told([each])]
    assert "Bakery renonce : transport ou logistique." in said(mail)


def test_a_hold_that_ends_and_a_month_of_silence_are_told_to_both(here: Town, at: Reacting) -> None:
    deal = pallets(here).wants()
    deal.accept()
    at.post()
    for passed, words in ((11.2, "La quantité est réservée jusqu’au"), (3.1, "Le délai est passé")):
        here.clock.advance(days(passed))
        deal.nudge()
        held = at.post()
        assert set(told(held)) == {"lea", "karim"}
        for opened in held:
            assert words in said(opened)
    deal.renew()
    assert told(at.post()) == {"karim": f"Gardé plus longtemps : {TITLE}"}
    for passed in (8, 8, 17):
        here.clock.advance(days(passed))
        deal.nudge()
    assert set(told(at.post())) >= {"lea", "karim"}
    assert "Personne n’a répondu pendant un mois" in said(mails(here)[-1])


def test_the_silent_one_is_reminded_then_the_facilitator_told_and_both_sides_know(here: Town, at: Reacting) -> None:
    nora = person(here, "nora")
    here.marketplace.grant_role(GrantRole(**here.asked(), zone_id=ZONE, member_id=nora, role="facilitator"))
    deal = pallets(here).wants()
    at.post()
    here.clock.advance(days(7))
    deal.nudge()
    assert told(at.post()) == {"lea": f"À vous de répondre à Bakery : {TITLE}"}
    here.clock.advance(days(7))
    deal.nudge()
    sent = at.post()
    silence = f"Deux semaines de silence : {TITLE}"
    assert told(sent) == {"nora": f"Two weeks of silence: {TITLE}", "lea": silence, "karim": silence}
    to = {opened.letter.to.partition("@")[0]: said(opened) for opened in sent if opened.letter}
    assert "Sawmill has not answered." in to["nora"]
    assert "Sawmill ↔ Bakery" in to["nora"]
    for side in ("lea", "karim"):
        assert "l’animateur de votre zone est au courant" in to[side]
    assert "Répondre en un geste" in to["lea"]
    assert "Répondre en un geste" not in to["karim"]


def test_a_flow_asks_the_receiver_and_tells_the_other_side(here: Town, at: Reacting) -> None:
    deal = pallets(here, "80", "WEE").wants()
    deal.accept()
    at.post()
    here.clock.advance(days(5))
    deal.nudge()
    (mail,) = at.post()
    assert told([mail]) == {"karim": f"Est-ce bien arrivé ? {TITLE}"}
    assert "Avez-vous reçu 50 palettes de Sawmill ? Période : semaine du 16 novembre 2026." in said(mail)
    deal.came("bakery", "2026-W47")
    assert told(at.post()) == {"lea": f"Période confirmée : {TITLE}"}
    here.clock.advance(days(7))
    deal.nudge()
    at.post()
    here.clock.advance(days(7.5))
    deal.nudge()
    assert told(at.post()) == dict.fromkeys(("lea", "karim"), f"Rien n’est venu : {TITLE}")
    deal.end("sawmill")
    assert told(at.post()) == {"karim": f"Fin du flux : {TITLE}"}


def test_a_message_reaches_the_other_side_and_a_reported_one_whoever_moderates(here: Town, at: Reacting) -> None:
    deal = pallets(here).wants()
    at.post()
    message_id = deal.write("bakery", "Avez-vous un chariot ?")
    (mail,) = at.post()
    assert told([mail]) == {"lea": f"Message de Bakery : {TITLE}"}
    assert "Avez-vous un chariot ?" in said(mail)
    assert f"/exchanges/{deal.exchange_id}" in said(mail)
    marc = person(here, "marc")
    here.marketplace.grant_role(GrantRole(**here.asked(), zone_id=ZONE, member_id=marc, role="moderator"))
    deal.report("sawmill", message_id)
    (mail,) = at.post()
    assert told([mail]) == {"marc": f"A message is reported: {TITLE}"}
    assert "/z/jourdies/moderation#reported" in said(mail)
    assert "Ce n’est pas correct." in said(mail)
    assert "Avez-vous un chariot" not in said(mail)


def test_those_who_still_waited_are_told_when_the_listing_goes(here: Town, at: Reacting) -> None:
    listing = pallets(here)
    listing.wants()
    at.post()
    here.marketplace.withdraw_listing(
        WithdrawListing(**here.by("sawmill"), listing_id=listing.listing_id, decline="other_solution")
    )
    assert told(at.post()) == {"karim": f"Pas cette fois : {TITLE}"}


def test_before_anyone_answers_all_of_a_company_are_told_and_then_its_contact(here: Town, at: Reacting) -> None:
    tom = person(here, "tom", "sawmill")
    deal = pallets(here).wants()
    assert set(told(at.post())) == {"lea", "tom"}
    deal.accept()
    at.post()
    deal.propose("bakery")
    assert set(told(at.post())) == {"lea"}, "Léa accepted: she speaks for the sawmill"
    leaving: dict[str, Any] = {"company_id": here.companies["sawmill"], "member_id": here.members["sawmill"]}
    here.marketplace.remove_representative(RemoveRepresentative(**here.asked(), **leaving))
    deal.propose("bakery", 6)
    assert set(told(at.post())) == {"tom"}
    assert tom


def test_nobody_is_told_of_their_own_act_nor_who_never_signed_in(here: Town, at: Reacting) -> None:
    joins(here, here.members["bakery"], "sawmill")
    member_id = f"member-{uuid7()}"
    invited: dict[str, Any] = {"home_zone": ZONE, "name": "Zoé", "mail": "zoe@example.org"}
    here.marketplace.invite_member(InviteMember(**here.asked(), member_id=member_id, **invited))
    joins(here, member_id, "sawmill")
    pallets(here).wants()
    assert set(told(at.post())) == {"lea"}


def test_every_event_that_tells_has_words_for_its_subject() -> None:
    assert {event.__name__ for event in get_args(Telling)} == set(SUBJECTS)


# --- what it says -----------------------------------------------------------------------------------------------------


def test_the_mail_says_what_happened_what_comes_next_by_when_and_answers_in_one_tap(here: Town, at: Reacting) -> None:
    speaks(here, "sawmill", "en")
    deal = pallets(here).wants(message="Passage jeudi ?")
    (mail,) = at.post()
    text, html = said(mail), said(mail, "html")
    for part in (text, html):
        assert "Bakery would like 50 pallets." in part
        assert "Passage jeudi ?" in part
        assert "Your turn: say yes or no by Thursday 26 November." in part
        assert "Answer in one tap" in part
    assert "<" not in text
    assert "&#39;" not in text
    tokens = set(re.findall(r"/answer/([\w-]+)", html))
    assert tokens == set(re.findall(r"/answer/([\w-]+)", text))
    (token,) = tokens
    signer = Signer(here.settings.secret.encode())
    asked, later = (read(signer, token, here.clock.now() + days(passed)) for passed in (29, 31))
    assert asked is not None
    assert later == (asked[0], False)
    question, holds = asked
    assert holds
    assert (question.member_id, question.exchange_id, question.ask) == (
        here.members["sawmill"], deal.exchange_id, "answer",
    )  # fmt: skip


def test_no_address_of_the_other_side_is_told_before_both_agreed(here: Town, at: Reacting) -> None:
    deal = pallets(here).wants()
    deal.write("bakery", "Bonjour")
    at.post()
    for opened in mails(here):
        assert opened.letter is not None
        assert "karim@" not in opened.letter.source
    deal.accept()
    (mail,) = [each for each in at.post() if "karim" in told([each])]
    assert "Votre contact : Léa Dupont, lea@example.org" in said(mail)
    headers = {name: value for name, value in parsed(mail).items() if name != "To"}
    assert "lea@" not in str(headers)
    assert here.members["sawmill"] in mail.mail.subjects


def test_mails_of_one_exchange_stand_together(here: Town, at: Reacting) -> None:
    deal = pallets(here).wants()
    (first,) = at.post()
    deal.write("bakery", "Bonjour")
    (second,) = at.post()
    threads = {parsed(mail)["References"] for mail in (first, second)}
    assert threads == {f"<{deal.exchange_id}@localhost>"}
    assert parsed(first)["Message-ID"] != parsed(second)["Message-ID"]


def test_a_title_with_markup_and_a_long_message_harm_nothing(here: Town, at: Reacting) -> None:
    deal = pallets(here).wants(message="<b>gras</b> " + "mot " * 400)
    deal.write("bakery", "x" * 3_000)
    (mail,) = at.post()
    assert "<b>gras" not in said(mail, "html")
    assert "&lt;b&gt;gras" in said(mail, "html")
    assert mail.letter is not None
    assert len(mail.letter.source) < 40_000


# --- what comes together ----------------------------------------------------------------------------------------------


def test_what_falls_in_a_quarter_of_an_hour_leaves_as_one_mail(here: Town, at: Reacting) -> None:
    speaks(here, "bakery", "en")
    one, other = pallets(here).wants(), pallets(here).wants()
    one.accept()
    here.clock.advance(timedelta(minutes=14))
    other.accept()
    other.write("sawmill", "À jeudi !")
    at.catch_up()
    notifying(here).tick()
    assert mails(here) == []
    here.clock.advance(timedelta(minutes=2))
    assert notifying(here).tick() == 1
    subjects = told(mails(here))
    assert subjects["karim"] == "3 pieces of news in your exchanges"
    (mail,) = [each for each in mails(here) if "karim" in told([each])]
    assert said(mail).count("Your contact: Léa Dupont") == 2
    assert "News of your exchanges" in said(mail, "html")
    assert parsed(mail)["References"] is None


@pytest.mark.parametrize(
    ("language", "subject", "sentences"),
    [
        (
            "fr",
            f"Accepté par Sawmill, avec un créneau à confirmer : {TITLE}",
            ("Sawmill vous réserve 50 palettes", "Sawmill propose un enlèvement", "si ce créneau vous convient"),
        ),
        (
            "en",
            f"Accepted by Sawmill, with a time for you to answer: {TITLE}",
            ("Sawmill keeps 50 pallets for you", "Sawmill proposes a pick-up", "whether this time suits you"),
        ),
    ],
)
def test_a_yes_that_comes_with_a_time_is_one_mail_that_asks_about_the_time(
    here: Town, at: Reacting, language: str, subject: str, sentences: tuple[str, ...]
) -> None:
    speaks(here, "bakery", language)
    deal = pallets(here).wants()
    at.post()
    deal.accept(slot=deal.slot(), instructions="Quai 2, dès 8 h.")
    (mail,) = at.post()
    assert told([mail]) == {"karim": subject}
    text, html = said(mail), said(mail, "html")
    for sentence in (*sentences, "Quai 2, dès 8 h.", "Léa Dupont"):
        assert sentence in text
        assert sentence in html
    (token,) = re.findall(r'class="button big" href="[^"]*/answer/([\w-]+)', html)
    question = read(Signer(here.settings.secret.encode()), token, here.clock.now())
    assert question is not None
    assert question[0].ask == "pickup"


def test_whoever_acted_on_the_site_meanwhile_is_not_told_what_they_know(here: Town, at: Reacting) -> None:
    deal = pallets(here).wants()
    deal.accept()
    deal.write("sawmill", "À jeudi ?")
    deal.write("bakery", "À jeudi !")
    assert told(at.post()) == {"lea": f"Message de Bakery : {TITLE}"}
    assert mails(here)[-1].mail.items == (deal.exchange_id,)


def test_what_comes_later_leaves_later(here: Town, at: Reacting) -> None:
    deal = pallets(here).wants()
    first = at.post()
    deal.write("bakery", "Bonjour")
    second = at.post()
    assert [len(each) for each in (first, second)] == [1, 1]


def test_so_much_news_is_one_mail_which_tells_some_and_counts_the_others(here: Town, at: Reacting) -> None:
    for number in range(MOST_CARDS + 3):
        pallets(here).wants(message=f"Essai {number}. " + "Palettes bien sèches. " * 30)
    (mail,) = at.post()
    assert told([mail]) == {"lea": f"{MOST_CARDS + 3} nouvelles de vos échanges"}
    assert len(mail.mail.items) == MOST_CARDS
    for kind in ("plain", "html"):
        assert "Et 3 autres nouvelles" in said(mail, kind)
        assert "Essai 7" in said(mail, kind)
        assert "Essai 8" not in said(mail, kind)
    assert re.search(r"tous mes échanges\s+http\S+/exchanges\s", said(mail))
    assert mail.letter is not None
    assert len(mail.letter.source) < 80_000
    assert notifying(here).tick() == 0, "all of it is told"


def test_a_talkative_exchange_is_one_card_of_its_newest(here: Town, at: Reacting) -> None:
    deal = pallets(here).wants()
    at.post()
    for number in range(MOST_HAPPENINGS + 2):
        deal.write("bakery", f"Message {number}.")
    (mail,) = at.post()
    assert "Message 1." not in said(mail)
    assert "Message 9." in said(mail)
    assert "Et 2 autres nouvelles" in said(mail)


def test_however_much_there_is_to_tell_each_stream_is_read_once(
    here: Town, at: Reacting, monkeypatch: pytest.MonkeyPatch
) -> None:
    deal = pallets(here).wants()
    at.post()
    for number in range(5):
        deal.write("bakery", f"Message {number}.")
    read_from: list[tuple[str, int]] = []
    history = EventLog.history

    def noted(log: EventLog, stream: str, after: int = -1, *, since: int = 0) -> Any:
        read_from.append((stream, since))
        return history(log, stream, after, since=since)

    monkeypatch.setattr(EventLog, "history", noted)
    at.post()
    conversation = stream_of(deal.exchange_id)
    (since,) = [since for stream, since in read_from if stream == conversation]
    assert since == history(here.log, conversation)[0].id


# --- what is past, or no longer theirs --------------------------------------------------------------------------------


def test_whoever_left_the_company_meanwhile_reads_nothing_more_of_it(here: Town, at: Reacting) -> None:
    pallets(here).wants(message="canari")
    at.catch_up()
    leaving: dict[str, Any] = {"company_id": here.companies["sawmill"], "member_id": here.members["sawmill"]}
    here.marketplace.remove_representative(RemoveRepresentative(**here.asked(), **leaving))
    assert at.post() == []
    with here.database.connect(Role.APPEND) as connection:
        assert connection.execute("SELECT FROM site.notice").fetchall() == []


def test_whoever_ran_the_zone_and_does_no_more_reads_nothing_more_of_it(here: Town, at: Reacting) -> None:
    roles = {"facilitator": person(here, "nora"), "moderator": person(here, "marc")}
    for role, member_id in roles.items():
        granted: Any = {"zone_id": ZONE, "member_id": member_id, "role": role}
        here.marketplace.grant_role(GrantRole(**here.asked(), **granted))
    deal = pallets(here).wants()
    message_id = deal.write("bakery", "Bonjour")
    at.post()
    here.clock.advance(days(7))
    deal.nudge()
    at.post()
    here.clock.advance(days(7))
    deal.nudge()
    deal.report("sawmill", message_id)
    at.catch_up()
    for role, member_id in roles.items():
        revoked: Any = {"zone_id": ZONE, "member_id": member_id, "role": role}
        here.marketplace.revoke_role(RevokeRole(**here.asked(), **revoked))
    assert {*told(at.post())} <= {"lea", "karim"}, "the two sides only, as far as it concerns them"


def test_a_pick_up_that_begins_before_the_mail_is_written_is_not_announced(here: Town, at: Reacting) -> None:
    deal = arranged(here, at)
    deal.nudge()
    at.catch_up()
    here.clock.advance(days(1.5))
    assert at.post() == []


def test_a_pick_up_that_was_given_up_is_not_announced(here: Town, at: Reacting) -> None:
    deal = arranged(here, at)
    deal.nudge()
    deal.abandon("bakery")
    (mail,) = at.post()
    assert set(told([mail])) == {"lea"}
    assert "L’enlèvement a lieu" not in said(mail)


def test_who_confirmed_meanwhile_is_not_asked_whether_it_took_place(here: Town, at: Reacting) -> None:
    deal = arranged(here, at)
    here.clock.advance(days(1.5))
    deal.nudge()
    deal.confirm("sawmill")
    (mail,) = at.post()
    assert told([mail]) == {"karim": f"Enlevé, selon Sawmill : {TITLE}"}


def test_a_hold_that_was_renewed_meanwhile_does_not_end_soon(here: Town, at: Reacting) -> None:
    deal = pallets(here).wants()
    deal.accept()
    here.clock.advance(days(7.1))
    deal.nudge()
    at.post()
    here.clock.advance(days(4))
    deal.nudge()
    deal.renew()
    assert told(at.post()) == {"karim": f"Gardé plus longtemps : {TITLE}"}


def test_a_flow_by_the_day_asks_for_the_week(here: Town, at: Reacting) -> None:
    deal = pallets(here, "80", "DAY").wants()
    deal.accept()
    at.post()
    here.clock.advance(days(5))
    deal.nudge()
    (mail,) = at.post()
    assert "Avez-vous reçu 350 palettes de Sawmill ?" in said(mail)


def arranged(here: Town, at: Reacting) -> Deal:
    """A pick-up agreed on, a little less than a day before it, and everyone told so far."""
    deal = pallets(here).wants()
    deal.accept()
    deal.propose("bakery", 2)
    deal.agree("sawmill")
    at.post()
    here.clock.advance(days(1.1))
    return deal


# --- in somebody's name -----------------------------------------------------------------------------------------------


def test_what_the_facilitator_does_for_a_company_its_own_people_are_told_as_well(here: Town, at: Reacting) -> None:
    nora = person(here, "nora")
    here.marketplace.grant_role(GrantRole(**here.asked(), zone_id=ZONE, member_id=nora, role="facilitator"))
    deal = pallets(here).wants()
    at.post()
    sawmill = here.companies["sawmill"]
    here.marketplace.accept_exchange(
        AcceptExchange(
            **here.asked(f"member:{nora}", for_company=sawmill),
            listing_id=deal.listing_id,
            exchange_id=deal.exchange_id,
            company_id=sawmill,
            quantity=deal.quantity("30"),
        )
    )
    new = at.post()
    assert told(new) == {
        "karim": f"Accepté par Sawmill : {TITLE}",
        "lea": f"Fait au nom de votre entreprise : {TITLE}",
    }
    (mail,) = [each for each in new if "lea" in told([each])]
    assert "L’animateur de la zone l’a fait au nom de votre entreprise. Bakery lit : « Sawmill" in said(mail)
    assert "30 palettes" in said(mail)


def test_whoever_names_their_own_company_is_no_facilitator(here: Town, at: Reacting) -> None:
    person(here, "tom", "sawmill")
    deal = pallets(here).wants()
    at.post()
    sawmill = here.companies["sawmill"]
    asked = {**here.by("sawmill"), "for_company": sawmill}
    ids: dict[str, Any] = {"listing_id": deal.listing_id, "exchange_id": deal.exchange_id, "company_id": sawmill}
    here.marketplace.decline_exchange(DeclineExchange(**asked, **ids, reason="transport"))
    assert set(told(at.post())) == {"karim"}


# --- whatever dies ----------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """The process dies here."""


def dying(*_: object, **__: object) -> Any:
    raise Killed


def test_killed_while_the_notices_are_written_none_is_lost_or_doubled(
    here: Town, at: Reacting, monkeypatch: pytest.MonkeyPatch
) -> None:
    pallets(here).wants()
    kept = notices.keep
    for point in ("before", "after"):

        def dies(connection: psycopg.Connection[Any], notice: notices.Notice, point: str = point) -> None:
            if point == "after":
                kept(connection, notice)
            raise Killed

        monkeypatch.setattr(notices, "keep", dies)
        with pytest.raises(Killed):
            at.catch_up()
        monkeypatch.undo()
    assert set(told(at.post())) == {"lea"}
    assert at.post() == []


@pytest.mark.parametrize("point", ["take", "post", "commit"])
def test_killed_between_the_tick_and_the_outbox_none_is_lost_or_doubled(
    here: Town, at: Reacting, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    pallets(here).wants()
    at.catch_up()
    here.clock.advance(QUARTER)
    if point == "take":
        monkeypatch.setattr(notices, "take", dying)
    elif point == "post":
        monkeypatch.setattr(Outbox, "post", dying)
    else:
        posted = Outbox.post

        def dies(*args: Any) -> bool:
            posted(*args)
            raise Killed

        monkeypatch.setattr(Outbox, "post", dies)
    with pytest.raises(Killed):
        notifying(here).tick()
    monkeypatch.undo()
    assert mails(here) == []
    assert notifying(here).tick() == 1
    assert notifying(here).tick() == 0
    assert set(told(mails(here))) == {"lea"}


def test_killed_after_the_position_was_lost_the_same_events_tell_nothing_new(here: Town) -> None:
    with reacting(here) as at:
        start = at.connection.execute("SELECT name, position FROM log.reaction").fetchall()
        pallets(here).wants()
        at.post()
        for name, position in start:
            at.connection.execute("UPDATE log.reaction SET position = %s WHERE name = %s", [position, name])
        assert at.post() == []


def test_two_ticks_at_once_write_one_mail(here: Town, at: Reacting, monkeypatch: pytest.MonkeyPatch) -> None:
    pallets(here).wants()
    at.catch_up()
    here.clock.advance(QUARTER)
    one, other = notifying(here), notifying(here)
    waiting = notices.waiting

    def overtaken(connection: psycopg.Connection[Any], member_id: str, now: datetime) -> list[notices.Notice]:
        found = waiting(connection, member_id, now)
        monkeypatch.undo()
        assert other.tick() == 1
        return found

    monkeypatch.setattr(notices, "waiting", overtaken)
    assert one.tick() == 0
    assert len(mails(here)) == 1


def test_a_message_whose_exchange_nobody_looked_up_yet_is_told_a_little_later(
    here: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("marketplace.reacting.RETRY_STOPPED", 0.0)
    deal = pallets(here).wants()
    _covering, telling = reactions(here)
    late = [True]

    def lags(recorded: Any) -> Any:
        if late:
            late.pop()
            raise LookupError(deal.exchange_id)
        return telling.react(recorded)

    with reacting(here, Reaction(telling.name, telling.events, lags)) as at:
        deal.write("bakery", "Bonjour")
        with pytest.raises(AssertionError):
            at.catch_up()
        assert set(told(at.post())) == {"lea"}


# --- who is gone ------------------------------------------------------------------------------------------------------


def test_whoever_is_erased_while_it_waits_is_not_written_to(here: Town, at: Reacting) -> None:
    pallets(here).wants()
    at.catch_up()
    lea = here.members["sawmill"]
    here.marketplace.erase_member(EraseMember(**here.asked(OPERATOR), member_id=lea))
    here.log.erase(lea)
    here.clock.advance(QUARTER)
    assert notifying(here).tick() == 0
    with here.database.connect(Role.APPEND) as connection:
        assert connection.execute("SELECT FROM site.notice").fetchall() == []


def test_the_words_of_whoever_is_erased_while_they_wait_are_not_mailed(here: Town, at: Reacting) -> None:
    deal = pallets(here).wants(message="canari de Karim")
    deal.accept()
    deal.write("bakery", "canari de Karim")
    at.catch_up()
    karim = here.members["bakery"]
    here.marketplace.erase_member(EraseMember(**here.asked(OPERATOR), member_id=karim))
    here.log.erase(karim)
    here.clock.advance(QUARTER)
    notifying(here).tick()
    (mail,) = mails(here)
    assert "canari" not in said(mail)
    assert "Bakery écrit :" in said(mail)
    assert karim not in mail.mail.subjects


def test_a_letter_already_written_is_dropped_with_whoever_it_quotes(here: Town, at: Reacting) -> None:
    pallets(here).wants(message="canari de Karim")
    (mail,) = at.post()
    assert here.members["bakery"] in mail.mail.subjects
    assert here.outbox.forget(here.members["bakery"]) == 1
    dropped = here.outbox.message(mail.mail.id)
    assert dropped is not None
    assert dropped.letter is None


def test_what_was_told_a_month_ago_is_forgotten(here: Town, at: Reacting) -> None:
    pallets(here).wants()
    at.post()
    assert sweep(here.connections, here.settings, here.clock.now())["site.notice"] == 0
    here.clock.advance(days(31))
    assert sweep(here.connections, here.settings, here.clock.now())["site.notice"] == 1


# --- it leaves --------------------------------------------------------------------------------------------------------


def test_it_leaves_through_a_real_relay_once(here: Town, at: Reacting) -> None:
    deal: Deal = pallets(here).wants()
    at.post()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    sink = Sink()
    controller: Any = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        relay = Relay(relay_address(f"smtp://127.0.0.1:{port}"))
        assert here.sender(relay).work() == 1
        assert here.sender(relay).work() == 0
        relay.close()
    finally:
        controller.stop()
    (taken,) = sink.taken
    assert f"References: <{deal.exchange_id}@localhost>".encode() in taken
    (mail,) = mails(here)
    assert (mail.mail.state, mail.mail.kind) == ("sent", "exchange")
    assert TOGETHER < QUARTER
