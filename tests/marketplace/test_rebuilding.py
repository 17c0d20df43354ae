"""A rebuild fills new tables beside the old ones and switches while people read."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from domain.refused import Refused
from marketplace import rebuilding
from marketplace.database import Database, Role
from marketplace.folding import MODELS, dump
from marketplace.following import Follower, Following
from marketplace.reading import SYSTEM, reading, stale
from marketplace.rebuilding import AlreadyRebuilding, Rebuild, rebuild, shown
from marketplace.settings import Settings
from projections import listings
from projections.listings import LISTINGS
from projections.mail_log import MAIL_LOG
from projections.people import PEOPLE
from tests.replay import Town, built, eventually

JOURDIES = "zone-jourdies"


@pytest.fixture
def town(database: Database) -> Iterator[Town]:
    """Give a site with one zone and a few listings."""
    with built(database) as town:
        town.zone("jourdies")
        town.company("sawmill", JOURDIES)
        for number in range(5):
            town.post("sawmill", f"pallets-{number}")
        town.follow()
        yield town


def schemas(town: Town) -> list[str]:
    rows = town.follower.execute(
        "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'read\\_listings\\_%' ORDER BY 1"
    ).fetchall()
    return [row[0] for row in rows]


def test_a_rebuild_gives_the_same_bytes_and_leaves_one_generation(town: Town) -> None:
    before = {model.name: dump(town.follower, model, shown(town.follower)[model.name].schema) for model in MODELS}
    rebuild(town.beside, town.log)
    after = shown(town.follower)
    assert {name: generation.generation for name, generation in after.items()} == dict.fromkeys(before, 2)
    assert {model.name: dump(town.follower, model, after[model.name].schema) for model in MODELS} == before
    assert schemas(town) == ["read_listings_2"]


def test_readers_notice_nothing_of_a_switch(town: Town) -> None:
    over = threading.Event()
    seen: set[int] = set()

    def read_on() -> None:
        with town.database.connect(Role.FOLLOWER) as connection:
            while not over.is_set():
                with reading(connection, SYSTEM) as read:
                    seen.add(len(read.all(listings.latest(JOURDIES, limit=50))))
                    seen.add(len(read.all(listings.latest(JOURDIES, limit=50))))

    readers = [threading.Thread(target=read_on) for _reader in range(3)]
    for reader in readers:
        reader.start()
    for _time in range(5):
        rebuild(town.beside, town.log, [LISTINGS])
    over.set()
    for reader in readers:
        reader.join()
    assert seen == {5}


def test_what_happens_during_a_rebuild_is_in_it(town: Town) -> None:
    filling = Rebuild(town.beside, town.log, LISTINGS)
    while filling.step():
        pass
    town.post("sawmill", "late")
    town.follow()
    filling.switch()
    assert len(town.know(listings.latest(JOURDIES, limit=50))) == 6
    town.post("sawmill", "later")
    assert len(town.know(listings.latest(JOURDIES, limit=50))) == 7


def test_one_process_rebuilds_at_a_time_and_an_interrupted_rebuild_is_cleared_away(town: Town) -> None:
    with town.database.connect(Role.FOLLOWER) as other:
        Rebuild(other, town.log, LISTINGS)
        with pytest.raises(AlreadyRebuilding, match="being rebuilt already"):
            Rebuild(town.beside, town.log, LISTINGS)
        assert len(schemas(town)) == 2
    held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = hashtext('rebuild')::oid"
    eventually(lambda: town.follower.execute(held).fetchone() == (0,))
    rebuild(town.beside, town.log, [LISTINGS])
    assert len(schemas(town)) == 1


def test_other_code_rebuilds_by_itself_while_the_old_tables_serve(town: Town) -> None:
    newer = replace(LISTINGS, version=LISTINGS.version + 1)
    following = Following(town.follower, town.beside, town.log, (PEOPLE, newer, MAIL_LOG))
    following._look_around()  # noqa: SLF001 - one step of what run() does
    (waiting,) = stale(town.page, ["listings"])
    assert "being rebuilt" in waiting.error
    with reading(town.follower, SYSTEM) as read:
        assert len(read.all(listings.latest(JOURDIES))) == 5
    following.catch_up(threading.Event())
    assert (shown(town.follower)["listings"].version, stale(town.page, ["listings"])) == (newer.version, [])
    assert schemas(town) == ["read_listings_2"]
    rebuild(town.beside, town.log, [LISTINGS])


def test_the_command_rebuilds_what_is_named_and_shows_how_far_it_is(
    town: Town, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    rebuilding.run(settings, ["listings", "people"])
    generations = {name: generation.generation for name, generation in shown(town.follower).items()}
    assert generations == {**{model.name: 1 for model in MODELS}, "listings": 2, "people": 2}
    assert "listings" in (said := capsys.readouterr().out)
    assert "100%" in said
    with pytest.raises(Refused, match="no read model called prices; there are people, directory"):
        rebuilding.run(settings, ["prices"])


def test_a_rebuild_and_a_follower_at_work_do_not_disturb_each_other(town: Town) -> None:
    stop = threading.Event()
    follower = threading.Thread(target=Follower(town.database, town.log).run, args=(stop,))
    follower.start()
    try:
        for number in range(3):
            town.post("sawmill", f"more-{number}")
            rebuild(town.beside, town.log, [LISTINGS])
    finally:
        stop.set()
        follower.join()
    assert len(town.know(listings.latest(JOURDIES, limit=50))) == 8
