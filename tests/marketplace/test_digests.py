"""The weekly mail: what it says to whom and when, on a real zone with real matches."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from domain.members import SaveSearch, SetMailPreferences, StopMail
from marketplace.database import Database
from marketplace.digests import hour_of, newest_due, next_period
from marketplace.dry_run import dry_run
from marketplace.outbox import Letter
from marketplace.settings import Settings
from marketplace.smtp import DemonstrationInbox, Outcome
from marketplace.tokens import Signer
from projections.people import Zone
from tests.marketplace.dealing import TITLE, look_up, pallets
from tests.marketplace.test_outbox import Relay
from tests.marketplace.town import MONDAY, THURSDAY, ZONE, Town, days, town


@pytest.fixture
def here(database: Database, settings: Settings) -> Iterator[Town]:
    with town(database, settings) as here:
        here.digests.tick()
        yield here


def letters(here: Town) -> dict[str, Letter]:
    """The letters in the outbox, by address."""
    return {opened.letter.to: opened.letter for opened in here.outbox.recent(100) if opened.letter}


def parsed(letter: Letter) -> EmailMessage:
    return message_from_bytes(letter.source.encode("ascii"), policy=default)


def body(letter: Letter, kind: str = "plain") -> str:
    part = parsed(letter).get_body((kind,))
    assert part is not None
    text: str = part.get_content()
    return text


def test_everybody_reads_on_monday_what_goes_with_their_listings(here: Town) -> None:
    here.clock.set(MONDAY)
    assert here.digests.tick().written == 3
    found = letters(here)
    lea, karim, moira = (body(found[f"{name}@example.org"]) for name in ("lea", "karim", "moira"))
    assert "Cherche 40 palettes Europe" in lea
    assert "Besoin d’un transpalette" not in lea.split("* ")[1]
    assert "50 palettes Europe 80×120, bon état" in karim
    assert "Recherche carton ondulé à recycler" in karim
    assert "Gardiennage de nuit, à plusieurs" in lea
    assert "Groupement d’achat de gants et chaussures" in lea
    assert "Transpalette électrique à prêter" in lea
    assert "Cartons ondulés en vrac" in moira
    assert "Hello Moira" in moira
    assert "Bonjour Léa" in lea or "Léa Dupont" in lea


def test_a_mail_is_readable_as_text_light_and_ends_by_one_post(here: Town) -> None:
    here.clock.set(MONDAY)
    here.digests.tick()
    letter = letters(here)["lea@example.org"]
    message = parsed(letter)
    assert len(letter.source) < 40_000
    assert {part.get_content_type() for part in message.walk()} == {"multipart/alternative", "text/plain", "text/html"}
    text, html = body(letter), body(letter, "html")
    assert "http://127.0.0.1:8000/listings/listing-" in text
    assert "&#39;" not in text
    assert "<" not in text
    assert 'src="http' not in html
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    raw = next(line for line in letter.source.split("\r\n") if line.startswith("List-Unsubscribe:"))
    token = raw.rpartition("/unsubscribe/")[2].rstrip(">")
    assert raw.startswith("List-Unsubscribe: <http://127.0.0.1:8000/unsubscribe/")
    signer = Signer(here.settings.secret.encode())
    assert signer.read("unsubscribe", token, now=here.clock.now() + days(9_000)) == here.members["sawmill"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"]
    assert message["Date"].datetime == MONDAY.replace(second=message["Date"].datetime.second)


def test_not_before_the_hour_once_at_the_hour_and_never_again(here: Town) -> None:
    here.clock.set(MONDAY - days(1 / 24))
    assert here.digests.tick().written == 0
    here.clock.set(MONDAY)
    assert here.digests.tick().written == 3
    assert here.another().tick() == here.digests.tick()
    assert len(here.outbox.recent(100)) == 3


def test_nothing_to_say_is_no_mail_and_nothing_is_said_twice(here: Town) -> None:
    here.clock.set(MONDAY)
    here.digests.tick()
    here.sender(DemonstrationInbox()).work()
    said = {item for opened in here.outbox.recent(100) for item in opened.mail.items}
    here.clock.set(MONDAY + days(7))
    tick = here.digests.tick()
    again = {
        item for opened in here.outbox.recent(100) if opened.mail.period == "2026-W49" for item in opened.mail.items
    }
    assert not said & again
    here.sender(DemonstrationInbox()).work()
    here.clock.set(MONDAY + days(14))
    assert here.digests.tick().written == 0
    assert tick.written + tick.skipped == 3


def test_eight_things_at_most_the_closest_first(here: Town) -> None:
    for number in range(12):
        here.post("bakery", "PAL.EPAL1", "request", f"Palettes Europe, lot {number}", "45", "H87", {"condition": "B"})
    here.settle()
    draft = here.digests.preview(here.members["sawmill"])
    assert here.digests.letter(draft) is not None
    assert len(draft.found.things) == 8
    points = [pair.points for pair in draft.found.matches]
    assert points == sorted(points, reverse=True)
    assert min(points) >= 65


def test_a_fresh_start_owes_nobody_last_weeks_mail(database: Database, settings: Settings) -> None:
    with town(database, settings, MONDAY + days(2)) as here:
        assert here.digests.tick().written == 0
        here.clock.set(MONDAY + days(7))
        assert here.digests.tick().written == 3


def test_nine_days_down_give_one_mail_not_two(here: Town) -> None:
    here.clock.set(MONDAY + days(9))
    assert here.digests.tick().written == 3
    assert {opened.mail.period for opened in here.outbox.recent(100)} == {"2026-W49"}


def test_a_mail_nobody_knows_of_is_said_again_the_week_after(here: Town) -> None:
    here.clock.set(MONDAY)
    here.digests.tick()
    relay = Relay()
    for _copy in range(2):
        relay.verdicts = [Outcome("unknown")] * 3
        here.sender(relay).work()
        here.lapse()
    said = here.outbox.digest(here.members["sawmill"], "2026-W48")
    here.clock.set(MONDAY + days(7))
    here.digests.tick()
    again = here.outbox.digest(here.members["sawmill"], "2026-W49")
    assert said is not None
    assert again is not None
    assert said.state == "unknown"
    assert set(said.items) <= set(again.items)


def test_a_listing_about_to_end_asks_to_be_renewed(here: Town) -> None:
    here.clock.set(MONDAY + days(49))
    here.digests.tick()
    found = here.outbox.digest(here.members["sawmill"], "2027-W02")
    assert found is not None
    assert any("@2027-01-18" in item for item in found.items)


def test_rhythm_topics_language_and_stopping_are_the_members(here: Town) -> None:
    def wants(trade: str, **wishes: object) -> None:
        asked = {"frequency": "weekly", "topics": ("matches",), "language": "en", **wishes}
        member_id = here.members[trade]
        here.marketplace.set_mail_preferences(SetMailPreferences(member_id=member_id, **asked, **here.by(trade)))  # type: ignore[arg-type]

    wants("sawmill", frequency="fortnightly")
    wants("bakery", topics=("renewals",))
    here.marketplace.stop_mail(StopMail(member_id=here.members["mill"], by="page", **here.by("mill")))
    here.settle()
    here.clock.set(MONDAY)
    here.digests.tick()
    whys = {
        trade: (mail.state, mail.why)
        for trade, member_id in here.members.items()
        if (mail := here.outbox.digest(member_id, "2026-W48"))
    }
    assert whys["bakery"] == ("skipped", "nothing_to_say")
    assert whys["mill"] == ("skipped", "stopped")
    here.clock.set(MONDAY + days(7))
    here.digests.tick()
    states = {
        mail.state for week in ("2026-W48", "2026-W49") if (mail := here.outbox.digest(here.members["sawmill"], week))
    }
    assert states == {"due", "skipped"}
    assert "Hello Léa Dupont" in body(letters(here)["lea@example.org"])


def test_a_model_that_stopped_postpones_the_mail_and_says_so(here: Town) -> None:
    here.clock.set(MONDAY)
    with here.pools[1].connection() as connection:
        connection.execute(
            "UPDATE log.read_model SET state = 'stalled', error = 'x', since = log.clock() WHERE name = 'matches'"
        )
    assert here.digests.tick().waits_for == ("matches",)
    assert [stalled.name for stalled in here.digests.stalled()] == ["matches"]
    assert here.outbox.recent(10) == []
    with here.pools[1].connection() as connection:
        connection.execute("UPDATE log.read_model SET state = 'live', error = NULL WHERE name = 'matches'")
    assert here.digests.tick().written == 3


def test_many_writers_at_once_write_one_each(here: Town) -> None:
    here.clock.set(MONDAY)
    ticks = [threading.Thread(target=here.another().tick) for _writer in range(4)]
    for tick in ticks:
        tick.start()
    for tick in ticks:
        tick.join()
    assert len(here.outbox.recent(100)) == 3


def test_a_digest_sent_now_stands_for_its_week(here: Town) -> None:
    sawmill = here.members["sawmill"]
    here.clock.set(MONDAY - days(1 / 24))
    assert here.digests.send_now([sawmill]) == [sawmill]
    assert here.digests.send_now([sawmill]) == []
    here.sender(DemonstrationInbox()).work()
    here.clock.set(MONDAY)
    assert here.digests.tick().written == 2
    assert [type(each.event).__name__ for each in here.log.history(f"digest-{sawmill[7:]}-2026-W48")] == [
        "DigestPrepared",
        "DigestSent",
    ]


def test_a_dry_run_shows_and_keeps_nothing(here: Town, capsys: pytest.CaptureFixture[str]) -> None:
    dry_run(here.settings, "jourdies", None)
    shown = capsys.readouterr().out
    assert "2026-W48" in shown
    assert "lea@example.org" in shown
    assert "Cherche 40 palettes Europe" in shown
    assert here.outbox.recent(10) == []


def zone(time_zone: str = "Europe/Paris", weekday: int = 1, hour: int = 7) -> Zone:
    return Zone(
        zone_id=ZONE, slug="z", name="Z", commune="", association="", contact_mail="", latitude=Decimal(46),
        longitude=Decimal(6), time_zone=time_zone, languages=("fr",), digest_weekday=weekday, digest_hour=hour,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "period", "hour"),
    [
        (zone(), "2026-W48", datetime(2026, 11, 23, 6, tzinfo=UTC)),
        (zone(), "2026-W30", datetime(2026, 7, 20, 5, tzinfo=UTC)),
        (zone(weekday=7, hour=2), "2026-W13", datetime(2026, 3, 29, 1, tzinfo=UTC)),
        (zone(weekday=7, hour=2), "2026-W43", datetime(2026, 10, 25, 0, tzinfo=UTC)),
        (zone(), "2026-W53", datetime(2026, 12, 28, 6, tzinfo=UTC)),
        (zone("Pacific/Auckland"), "2026-W48", datetime(2026, 11, 22, 18, tzinfo=UTC)),
        (zone("America/Martinique", hour=0), "2026-W48", datetime(2026, 11, 23, 4, tzinfo=UTC)),
    ],
)
def test_the_hour_is_the_zones_own_on_any_day_of_any_year(zone: Zone, period: str, hour: datetime) -> None:
    assert hour_of(zone, period) == hour
    assert newest_due(zone, hour).period == period
    assert newest_due(zone, hour - days(1 / 86_400)).period != period


def test_a_year_with_a_53rd_week_has_53_digests_and_none_twice() -> None:
    periods = [newest_due(zone(), datetime(2026, 1, 1, tzinfo=UTC) + days(day)).period for day in range(371)]
    assert sum(period.startswith("2026-") for period in dict.fromkeys(periods)) == 53
    assert next_period(zone(), datetime(2026, 12, 29, tzinfo=UTC)) == "2027-W01"


def test_what_waits_for_a_member_stands_first_and_is_said_until_it_is_done(here: Town) -> None:
    for number in range(6):
        here.post("bakery", "PAL.EPAL1", "request", f"Palettes Europe, lot {number}", "45", "H87", {"condition": "B"})
    deals = [pallets(here).wants() for _number in range(4)]
    look_up(here)
    here.clock.set(MONDAY)
    here.digests.tick()
    said = letters(here)["lea@example.org"]
    assert said.subject == f"Vous attend : {TITLE}"
    text = body(said)
    assert text.index("À VOUS DE JOUER") < text.index("CORRESPONDANCES")
    assert text.count("À vous\u00a0: répondez oui ou non d’ici le jeudi 26 novembre.") == 3
    assert text.count("/answer/") == 3
    assert text.count("\n* ") == 8, "what waits counts among the eight things"
    first = here.outbox.digest(here.members["sawmill"], "2026-W48")
    assert first is not None
    assert here.companies["bakery"] in first.subjects
    for deal in deals[1:]:
        deal.accept()
    look_up(here)
    here.clock.set(MONDAY + days(7))
    here.digests.tick()
    lea, karim = (
        body(opened.letter)
        for trade in ("sawmill", "bakery")
        for opened in here.outbox.recent(10)
        if opened.letter and (opened.mail.member_id, opened.mail.period) == (here.members[trade], "2026-W49")
    )
    assert lea.count("À vous\u00a0: répondez oui ou non. C’était attendu le jeudi 26 novembre.") == 1
    assert karim.count("À vous\u00a0: proposez un créneau d’enlèvement") == 3
    assert karim.count(f"/exchanges/{deals[1].exchange_id}") == 1


def keeps(here: Town, trade: str, name: str, text: str, *, by_mail: bool = True, **filters: tuple[str, ...]) -> None:
    here.marketplace.save_search(
        SaveSearch(
            **here.by(trade),
            member_id=here.members[trade],
            search_id=f"search-{name}",
            zone_id=ZONE,
            name=name,
            text=text,
            filters=filters,
            by_mail=by_mail,
        )
    )


def test_what_is_new_in_a_search_is_told_once_to_who_keeps_it_and_only_what_came_after(here: Town) -> None:
    keeps(here, "mill", "Fûts & bidons", "bidons", side=("offer",))
    keeps(here, "mill", "Muet", "bidons", by_mail=False)
    keeps(here, "mill", "Déjà vu", "palettes")
    here.clock.set(THURSDAY + days(1))
    new = here.post("bakery", "EMB.DRUM", "offer", "Dix fûts alimentaires", "10", "H87", {})
    here.post("bakery", "EMB.DRUM", "request", "Cherche des bidons", "10", "H87", {})
    here.post("mill", "EMB.DRUM", "offer", "Nos propres bidons", "10", "H87", {})
    here.settle()
    here.clock.set(MONDAY)
    found = here.digests.preview(here.members["mill"]).found
    assert [(hit.search.name, hit.listing.listing_id) for hit in found.hits] == [("Fûts & bidons", new)]
    assert new not in {listing.listing_id for listing in found.news}
    here.digests.tick()
    letter = letters(here)["moira@example.org"]
    assert "NEW IN THE SEARCHES YOU KEEP" in body(letter)
    assert "For your search “Fûts & bidons”" in body(letter)
    assert "Fûts &amp; bidons" in body(letter, "html")
    here.sender(DemonstrationInbox()).work()
    assert here.digests.preview(here.members["mill"]).found.hits == ()
    assert here.digests.preview(here.members["bakery"]).found.hits == ()


def test_searches_share_the_eight_places_of_a_mail(here: Town) -> None:
    keeps(here, "mill", "Tout", "bidons")
    here.clock.set(THURSDAY + days(1))
    for number in range(12):
        here.post("bakery", "EMB.DRUM", "offer", f"Bidons, lot {number}", "10", "H87", {})
    here.settle()
    here.clock.set(MONDAY)
    found = here.digests.preview(here.members["mill"]).found
    assert len(found.items) - len(found.also) == 8
    assert len({hit.listing.listing_id for hit in found.hits}) == len(found.hits)
