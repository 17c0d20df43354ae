"""What a page may read follows who is looking, and only for as long as it reads."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from marketplace.database import Database, Role
from marketplace.following import Follower
from marketplace.reading import Reader, reading
from projections import listings, people
from projections.model import Query
from projections.viewer import Viewer
from tests.replay import Town, built

JOURDIES = "zone-jourdies"
HIDDEN = (
    "member", "zone_role", "representation", "company", "site", "company_standing", "mail_log", "moderation_case",
    "moderation_subject", "moderation_author", "match_pair", "match_near_miss", "match_listing", "match_candidate",
    "match_word",
    "listing", "listing_company", "listing_site", "listing_history", "listing_amendment",
    "exchange", "exchange_step", "exchange_words", "exchange_contact", "exchange_message", "exchange_block",
    "exchange_place", "exchange_record", "exchange_waste", "exchange_photo", "exchange_subject", "exchange_site",
    "exchange_person", "saved_search",
)  # fmt: skip


@pytest.fixture
def town(database: Database) -> Iterator[Town]:
    """Give a site with a listing that only members see."""
    with built(database) as town:
        town.zone("jourdies")
        town.company("sawmill", JOURDIES)
        town.post("sawmill", "pallets")
        town.follow()
        yield town


def test_rights_end_with_the_transaction(town: Town) -> None:
    with reading(town.page, town.viewer("sawmill")) as read:
        assert len(read.all(listings.latest(JOURDIES))) == 1
    assert town.page.execute("SELECT count(*) FROM read.listing").fetchone() == (0,)
    with reading(town.page, Viewer()) as read:
        assert read.all(listings.latest(JOURDIES)) == []


def test_every_table_a_page_can_read_has_row_level_security(town: Town) -> None:
    bare = town.page.execute(
        "SELECT schemaname, tablename FROM pg_tables WHERE schemaname LIKE 'read\\_%' AND NOT rowsecurity"
    ).fetchall()
    assert bare == []


def test_a_visitor_reads_no_person_no_mail_and_no_moderation(town: Town) -> None:
    with reading(town.page, Viewer()):
        for table in HIDDEN:
            count = town.page.execute(SQL("SELECT count(*) FROM {}").format(Identifier(table))).fetchone()
            assert count == (0,), table


def test_nothing_can_stand_before_a_view(town: Town) -> None:
    town.page.execute("CREATE TEMP TABLE listing AS SELECT * FROM read.listing")
    with reading(town.page, town.viewer("sawmill")) as read:
        assert len(read.all(listings.latest(JOURDIES))) == 1


def test_what_someone_typed_is_never_sql(town: Town) -> None:
    for text in ("'", '"', "%s %(zone)s", "\\", "a & b | !", "((", "-x", "\u2603", "x" * 5_000):
        with reading(town.page, town.viewer("sawmill")) as read:
            read.all(listings.search(listings.Search(zone_id=JOURDIES, text=text)))
            read.all(listings.counts(listings.Search(zone_id=text)))


def test_a_page_that_asks_too_long_is_stopped(town: Town) -> None:
    patient = Query("SELECT pg_sleep(60)::text AS name", {}, Viewer)

    def ask() -> None:
        with town.database.connect(Role.WEB, statement_timeout=50) as page, reading(page, Viewer()) as read:
            read.all(patient)

    with pytest.raises(psycopg.errors.QueryCanceled):
        ask()


def test_pages_read_wait_and_learn_what_is_stale(town: Town) -> None:
    async def visit() -> None:
        async with town.database.async_pool(Role.WEB) as pool:
            reader = Reader(pool)
            viewer = await reader.viewer("member-sawmill")
            assert viewer is not None
            assert (viewer.companies[0].company_id, viewer.zones) == ("company-sawmill", (JOURDIES,))
            assert await reader.viewer("member-nobody") is None
            async with reader.reading(viewer) as read:
                found = await read.one(listings.listing("listing-pallets"))
                assert found is not None
                assert await read.one(people.zone("nowhere")) is None
            assert (await reader.sight(0, ["listings"])).stopped == []
            position = (await asyncio.to_thread(town.post, "sawmill", "boxes")).position
            started = time.monotonic()
            assert not await reader.visible(position, ["listings"], within=0.2)
            assert time.monotonic() - started < 1
            stop = threading.Event()
            follower = threading.Thread(target=Follower(town.database, town.log).run, args=(stop,))
            follower.start()
            try:
                # Many who wait for the same follower share their looks, and each gets an answer of its own.
                asked = [reader.visible(position, ["listings", "matches"], within=10) for _waiting in range(40)]
                assert all(await asyncio.gather(*asked))
            finally:
                stop.set()
                await asyncio.to_thread(follower.join)

    asyncio.run(visit())
