"""Whoever runs an installation begins a zone from the command line: its policy, companies, people and their roles."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from domain import companies, members, programme, reservations, zones
from domain.companies import SuspendCompany
from domain.matching import Weights
from domain.programme import PROGRAMME
from domain.streams import EVENTS
from marketplace.application import Marketplace
from marketplace.clock import Clock
from marketplace.database import Database
from marketplace.eventlog import EventLog, Registry
from marketplace.settings import Settings
from tests.marketplace import test_cli
from tests.replay import built
from tests.samples import asked

Said = subprocess.CompletedProcess[str]
Ask = Callable[..., Said]

SAWMILL = "732 829 320 00074"
BAKERY = "44306184100047"
HERE = ("--latitude", "46.0635", "--longitude", "6.37240")
OPEN = ("open-zone", "jourdies", "--name", "ZAE Les Jourdies", "--commune", "Saint-Pierre-en-Faucigny", *HERE)
YARD = ("--trade", "Scierie", "--site", "Atelier", "--address", "12 rue des Épicéas", *HERE)
REGISTER = ("register-company", SAWMILL, "--zone", "jourdies", "--name", "Scierie du Môle", *YARD)
ALIX = ("invite", "alix@example.org", "--name", "Alix Perrin", "--zone", "jourdies")
LEA = ("invite", "lea@example.org", "--name", "Léa Dupont", "--zone", "jourdies")


@pytest.fixture
def ask(settings: Settings, tmp_path: Path) -> Ask:
    given = {
        "var": str(tmp_path),
        "database_url": str(settings.database_url),
        "secret": settings.secret,
        "base_url": "https://gisement.example",
    }
    return lambda *words: test_cli.marketplace(*words, **given)


@pytest.fixture
def clock(settings: Settings) -> Clock:
    return Clock(str(settings.database_url))


@pytest.fixture
def log(settings: Settings, clock: Clock) -> Iterator[EventLog]:
    log = EventLog(str(settings.database_url), Registry(*EVENTS), clock)
    yield log
    log.close()


@pytest.fixture
def market(log: EventLog, settings: Settings) -> Marketplace:
    return Marketplace(log, secret=settings.secret.encode())


def the_company(log: EventLog, siret: str) -> companies.Company:
    claim = log.load(f"siret-{companies.checked_siret(siret)}", reservations.evolve).state
    assert claim is not None
    company = log.load(str(claim.holder), companies.evolve).state
    assert company is not None
    return company


def well(said: Said) -> str:
    assert (said.returncode, said.stderr) == (0, "")
    return said.stdout


def refused(said: Said) -> str:
    assert (said.returncode, said.stdout, said.stderr.count("\n")) == (1, "", 1)
    return said.stderr.removeprefix("✗ ").rstrip("\n")


def test_a_whole_new_zone_begins_on_the_command_line(ask: Ask, log: EventLog, market: Marketplace) -> None:
    policy = ("--moderation", "after", "--digest-day", "4", "--digest-hour", "18", "--contact-mail", "c@example.org")
    assert well(ask(*OPEN, *policy)) == "✓ ZAE Les Jourdies is open: https://gisement.example/z/jourdies\n"
    assert well(ask(*REGISTER)) == "✓ Scierie du Môle is registered.\n✓ It is admitted in jourdies.\n"
    assert well(ask(*ALIX, "--role", "administrator", "--role", "facilitator")) == (
        "✓ Alix Perrin is invited to jourdies.\n"
        "✓ alix@example.org is administrator of jourdies.\n"
        "✓ alix@example.org is facilitator of jourdies.\n"
        "✓ An invitation leaves for alix@example.org.\n"
        "They sign in with this address: https://gisement.example/sign-in\n"
    )
    assert "lea@example.org acts for the company" in well(ask(*LEA, "--language", "en", "--company", SAWMILL))

    alix, lea = market.member_at("alix@example.org"), market.member_at(" LEA@example.org")
    assert alix is not None
    assert lea is not None
    zone = log.load("zone-jourdies", zones.evolve).state
    assert zone is not None
    assert (zone.moderation, zone.digest_weekday, zone.digest_hour, zone.time_zone) == ("after", 4, 18, "Europe/Paris")
    assert zone.roles == {alix: {"administrator", "facilitator"}}
    assert zone.allows(zones.OPERATOR)
    member = log.load(lea, members.evolve).state
    assert member is not None
    assert (member.home_zone, member.language) == ("zone-jourdies", "en")
    sawmill = the_company(log, SAWMILL)
    assert sawmill.representatives == {lea}
    assert sawmill.zones == {"zone-jourdies"}
    assert list(sawmill.sites.values()) == [zone.place]
    asked = well(ask("shown", "jourdies", "--at", "2026-11-01"))
    assert asked == "0 listings were shown to companies in ZAE Les Jourdies at 01 November 2026, 00:00.\n"


def test_inviting_again_only_adds_roles_and_a_company(ask: Ask, log: EventLog, market: Marketplace) -> None:
    well(ask(*OPEN))
    well(ask(*REGISTER))
    well(ask(*LEA, "--role", "reader"))
    lea = str(market.member_at("lea@example.org"))
    again = ("invite", "Lea@Example.org", "--name", "Someone Else", "--zone", "jourdies", "--language", "en")
    assert well(ask(*again, "--role", "reader", "--role", "moderator", "--company", SAWMILL)).splitlines()[:4] == [
        "✓ Lea@Example.org was already invited; name, language and home zone stay as they are.",
        "✓ Lea@Example.org is already reader of jourdies.",
        "✓ Lea@Example.org is moderator of jourdies.",
        f"✓ Lea@Example.org acts for the company {SAWMILL}.",
    ]
    before = log.head()
    assert "already acts for" in well(ask(*LEA, "--role", "moderator", "--company", SAWMILL))
    assert log.head() == before
    assert market.member_at("lea@example.org") == lea
    assert [type(recorded.event) for recorded in log.history(lea)] == [members.MemberInvited]


def test_a_registered_company_is_admitted_in_one_more_zone(ask: Ask, log: EventLog) -> None:
    well(ask(*OPEN))
    well(ask("open-zone", "la-roche", "--name", "La Roche", "--commune", "La Roche-sur-Foron", *HERE))
    well(ask(*REGISTER))
    assert well(ask("register-company", SAWMILL, "--zone", "la-roche", "--name", "Other", *YARD)) == (
        "✓ This company was already registered; its name, trade and site stay as they are.\n"
        "✓ It is admitted in la-roche.\n"
    )
    assert the_company(log, SAWMILL).zones == {"zone-jourdies", "zone-la-roche"}
    assert "It is already admitted in jourdies." in well(ask(*REGISTER))


def test_registering_again_takes_no_suspension_back(ask: Ask, log: EventLog, clock: Clock, market: Marketplace) -> None:
    well(ask(*OPEN))
    well(ask(*REGISTER))
    sawmill = the_company(log, SAWMILL).company_id
    suspension = asked(zones.OPERATOR, clock.now(), zone_id="zone-jourdies", reason="It does not answer.")
    market.suspend_company(SuspendCompany(company_id=sawmill, **suspension))
    assert refused(ask(*REGISTER)) == (
        "This company is suspended in jourdies; registering it again does not take that back."
    )


def test_a_refusal_is_one_sentence_and_leaves_nothing_behind(ask: Ask, log: EventLog, market: Marketplace) -> None:
    assert refused(ask(*LEA)) == "There is no zone jourdies: `marketplace open-zone` opens one."
    assert refused(ask(*REGISTER)) == "There is no zone jourdies: `marketplace open-zone` opens one."
    assert refused(ask(*OPEN, "--time-zone", "Europe/Les_Jourdies")) == "There is no time zone of this name."
    assert log.head() == 0
    well(ask(*OPEN))
    before = log.head()
    assert refused(ask(*OPEN)) == "There is already a zone at this address."
    assert refused(ask("open-zone", "Les Jourdies", *OPEN[2:])).startswith("An address has lower-case letters")
    assert refused(ask("register-company", "732 829 320 00075", *REGISTER[2:])).startswith("This SIRET has a typing")
    assert refused(ask(*LEA, "--role", "reader", "--company", BAKERY)).startswith("No company has this SIRET here")
    assert log.head() == before
    assert market.member_at("lea@example.org") is None


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((*OPEN, "--latitude", "91"), "Write degrees from -90 to 90"),
        ((*OPEN, "--longitude", "NaN"), "Write degrees from -180 to 180"),
        ((*OPEN, "--name", " "), "Write something here."),
        ((*OPEN, "--digest-day", "0"), "0 is not in the range 1<=x<=7."),
        (("invite", "lea.example.org", *LEA[2:]), "This is not a mail address"),
        ((*LEA, "--role", "king"), "'king' is not one of"),
    ],
)
def test_what_cannot_be_right_is_wrongly_asked(ask: Ask, words: tuple[str, ...], why: str) -> None:
    said = ask(*words)
    assert (said.returncode, said.stdout) == (2, "")
    assert why in said.stderr


def test_the_weights_of_a_zone_are_shown_tried_and_set(ask: Ask, database: Database) -> None:
    with built(database) as town:
        town.zone("jourdies")
        town.follow()
        tried = ask("weigh", "--zone", "jourdies", "--weights", "45,30,15,10", "--frequencies", "2")
        assert "50,30,10,10  in force" in tried.stdout
        assert "0 matches appear" in tried.stdout
        assert town.log.load(PROGRAMME, programme.evolve).state is None
        assert ask("weigh", "--zone", "jourdies", "--weights", "45,30,15,10", "--set").returncode == 0
        held = town.log.load(PROGRAMME, programme.evolve).state
        assert held is not None
        assert held.weights == {"zone-jourdies": Weights(45, 30, 15, 10)}
