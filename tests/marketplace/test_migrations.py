"""The schema comes up to date once, in order, and refuses what it cannot trust."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from marketplace.database import Database, Role
from marketplace.database.migrations import Migration, SchemaRefused, migrate, migrations, pending


def with_step(sql: str) -> list[Migration]:
    known = migrations()
    return [*known, Migration(known[-1].number + 1, "a_step_of_this_test", sql)]


def test_the_numbers_of_the_migrations_count_up_without_a_gap_or_a_double() -> None:
    assert [step.number for step in migrations()] == list(range(len(migrations())))


def test_every_migration_runs_once_and_in_order(empty_database: Database) -> None:
    assert [step.number for step in migrate(empty_database)] == [step.number for step in migrations()]
    assert migrate(empty_database) == []
    assert pending(empty_database) == []


def test_processes_that_migrate_at_once_do_not_disturb_each_other(empty_database: Database) -> None:
    with ThreadPoolExecutor(8) as several:
        ran = list(several.map(lambda _: migrate(empty_database), range(8)))
    assert sorted(map(len, ran)) == [0] * 7 + [len(migrations())]


def test_a_schema_newer_than_the_program_is_refused(database: Database) -> None:
    migrate(database, with_step("CREATE TABLE log.later ()"))
    with pytest.raises(SchemaRefused, match="migrated by a newer version"):
        migrate(database)
    with pytest.raises(SchemaRefused, match="migrated by a newer version"):
        pending(database)


def test_a_migration_changed_after_it_was_applied_is_refused(database: Database) -> None:
    migrate(database, with_step("CREATE TABLE log.later ()"))
    with pytest.raises(SchemaRefused, match="changed after it was applied"):
        migrate(database, with_step("CREATE TABLE log.later (id bigint)"))


def test_a_migration_that_fails_leaves_nothing_and_can_be_tried_again(database: Database) -> None:
    with pytest.raises(SchemaRefused, match=r'a_step_of_this_test failed: relation "log\.missing" does not exist'):
        migrate(database, with_step("CREATE TABLE log.later (); SELECT * FROM log.missing"))
    assert [step.name for step in migrate(database, with_step("CREATE TABLE log.later ()"))] == ["a_step_of_this_test"]


def test_what_a_migration_makes_belongs_to_the_owner_role(database: Database) -> None:
    migrate(database, with_step("CREATE TABLE site.made ()"))
    with database.connect() as connection:
        owner = connection.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'made'").fetchone()
    assert owner == (Role.OWNER,)


def test_a_user_who_may_not_make_roles_or_schemas_is_told_what_is_missing(
    empty_database: Database, administrator: psycopg.Connection[tuple[object, ...]]
) -> None:
    administrator.execute("DO $$ BEGIN CREATE ROLE nobody_special LOGIN; EXCEPTION WHEN duplicate_object THEN END $$")
    stranger = Database(psycopg.conninfo.make_conninfo(empty_database.url, user="nobody_special"))
    with pytest.raises(SchemaRefused, match="must own the database and have CREATEROLE"):
        migrate(stranger)


@pytest.mark.parametrize("role", list(Role))
def test_no_role_is_a_superuser_or_passes_row_level_security(database: Database, role: Role) -> None:
    with database.connect(role) as connection:
        rights = connection.execute(
            "SELECT current_user, rolsuper, rolbypassrls, rolcanlogin FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert rights == (role, False, False, False)


def test_a_page_reads_what_the_follower_makes_and_writes_none_of_it(database: Database) -> None:
    with database.connect(Role.FOLLOWER) as follower:
        follower.execute("CREATE SCHEMA read_things_1")
        follower.execute("CREATE TABLE read_things_1.thing (name text)")
        follower.execute("INSERT INTO read_things_1.thing VALUES ('pallet')")
        follower.execute("CREATE VIEW read.thing WITH (security_invoker) AS SELECT * FROM read_things_1.thing")
    with database.connect(Role.WEB) as page:
        assert page.execute("SELECT name FROM read.thing").fetchall() == [("pallet",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            page.execute("INSERT INTO read_things_1.thing VALUES ('sneaked in')")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            page.execute("CREATE TABLE read.mine ()")


def test_a_page_sees_nothing_of_the_log_and_works_on_the_site(database: Database) -> None:
    migrate(database, with_step("CREATE TABLE log.secret (); CREATE TABLE site.visit (id bigserial, at date)"))
    with database.connect(Role.WEB) as page:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            page.execute("SELECT * FROM log.secret")
        page.execute("INSERT INTO site.visit (at) VALUES ('2026-01-05')")
        page.execute("DELETE FROM site.visit")
