"""Who reads which rows: one row of the sawmill's in every read table, ten who look, and every guard of a table in turn.

Nothing here depends on what the story happens to contain: in a transaction that is undone, every read table holds one
row that belongs to the sawmill, to Léa and to the first zone, as private as such a row begins.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from msgspec import Struct
from msgspec.structs import replace
from psycopg.sql import SQL, Composed, Identifier

from marketplace.database import Role
from marketplace.reading import begin
from projections.viewer import Viewer
from tests.proofs.isolating.probes import viewer_of
from tests.proofs.isolating.world import ACTORS, HERE, NEIGHBOUR, World

EVERYONE: Final = frozenset({*ACTORS, "phone", "supplier"}) - {"expired"}
NOBODY: Final[frozenset[str]] = frozenset()
HER: Final = frozenset({"member"})
OWN: Final = HER | {"phone"}
SIDES: Final = HER | {NEIGHBOUR}
LED: Final = frozenset({"facilitator", "administrator"})
MODERATED: Final = frozenset({"moderator here", "administrator"})
RUN: Final = LED | MODERATED
ZONE: Final = SIDES | RUN | {"phone"}

READERS: Final[dict[frozenset[str], str]] = {
    NOBODY: "exchange_person exchange_site exchange_subject listing_share match_candidate match_partner match_share "
    "match_underway match_word moderation_promise moderation_subject pooling_listing pooling_present pooling_share "
    "pooling_taken record_person zone_fact_subject",
    HER: "asked_to_act federation_reader saved_search",
    OWN: "listing_draft phone",
    frozenset({"administrator"}): "zone_partner",
    # Proposed to the bakery’s Karim, who is to take over.
    frozenset({"administrator", NEIGHBOUR}): "zone_handover",
    LED: "bulletin match_found match_listing match_verdict purchase_state",
    # A term is one of the programme's, whichever zone published it.
    LED | {"moderator elsewhere"}: "match_term",
    LED | {"supplier"}: "purchase_link purchase_quote",
    MODERATED: "moderation_author moderation_case moderation_person moderation_sentence record_notice record_subject",
    RUN: "federation_zone match_near_miss zone_fact",
    SIDES: "exchange_block exchange_contact exchange_message exchange_photo exchange_words",
    SIDES | {"phone"}: "exchange_place exchange_waste",
    SIDES | {"phone"} | LED: "exchange exchange_step",
    OWN | {"administrator"}: "dues",
    HER | LED: "guest member",
    HER | MODERATED: "mail_log",
    OWN | MODERATED: "record_appeal record_entry record_party",
    OWN | LED: "match_dismissed match_seen pooling_answer pooling_member purchase_pledge purchase_seats purchase_site "
    "purchase_stop purchase_trainee representation",
    HER | RUN: "federation join_request zone_role",
    OWN | RUN: "charter_acceptance company_standing directory_entry directory_passage listing_amendment "
    "listing_history site",
    ZONE: "charter charter_text charter_version company exchange_record listing listing_company listing_photo "
    "listing_signature listing_site match_pair membership pooling_pool purchase_collection purchase_day "
    "purchase_session purchase_step purchase_terms zone_changing_hands",
    ZONE | {"supplier"}: "purchase purchase_contract",
    # What a zone says of itself to everyone, and figures with no one's name.
    EVERYONE: "listing_partner listing_term listing_zone match_frequencies match_tally match_weights pooling_outlet "
    "purchase_partner record_measure zone",
}
"""Every read table by who reads a row of the sawmill's in it. A new table is written down here, by a decision."""
AUDIENCE: Final[dict[str, frozenset[str]]] = {
    table: readers for readers, tables in READERS.items() for table in tables.split()
}

SHOWN: Final = frozenset({"shown"})
"""What is true in a row as private as it begins; every other yes or no is a no."""
ZEROS: Final = {"jsonb": "{}", "timestamptz": "2020-01-01T00:00Z", "date": "2020-01-01"}
_COLUMNS: Final = """
    SELECT v.relname, n.nspname, c.relname, a.attname, t.typname, a.attnotnull
    FROM pg_class v JOIN pg_namespace w ON w.oid = v.relnamespace AND w.nspname = 'read'
    JOIN pg_rewrite r ON r.ev_class = v.oid
    JOIN LATERAL (
        SELECT DISTINCT d.refobjid FROM pg_depend d WHERE d.objid = r.oid AND d.refobjid <> v.oid
            AND d.refclassid = 'pg_class'::regclass
    ) d ON true
    JOIN pg_class c ON c.oid = d.refobjid AND c.relkind = 'r' JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    JOIN pg_type t ON t.oid = a.atttypid
    WHERE v.relkind = 'v' ORDER BY 1, a.attnum"""
_POLICIES: Final = """
    SELECT n.nspname || '.' || c.relname, p.polname FROM pg_policy p
    JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname LIKE 'read\\_%' AND pg_get_expr(p.polqual, p.polrelid) <> 'true'"""


class Column(Struct, frozen=True):
    """A column of a read table."""

    name: str
    type: str
    needed: bool


class Sight(Struct):
    """The filled tables behind the views of schema `read`, and those who look at them."""

    connection: psycopg.Connection[Any]
    tables: dict[str, tuple[str, str]]
    viewers: dict[str, Viewer]

    def of(self, view: str) -> frozenset[str]:
        """Who reads the row behind a view."""
        question = SQL("SELECT EXISTS (SELECT FROM read.{})").format(Identifier(view))
        return frozenset(name for name in self.viewers if self._asked(name, question) == (True,))

    def of_all(self) -> dict[str, frozenset[str]]:
        """Who reads the row behind each view."""
        rows = (SQL("EXISTS (SELECT FROM read.{})").format(Identifier(view)) for view in self.tables)
        question = SQL("SELECT {}").format(SQL(", ").join(rows))
        seen = {name: dict(zip(self.tables, self._asked(name, question), strict=True)) for name in self.viewers}
        return {view: frozenset(name for name in seen if seen[name][view]) for view in self.tables}

    def guards(self) -> Iterator[tuple[str, str, Composed]]:
        """Every guard of every table that is not everyone's: its name, the view, and what takes it away."""
        policies: dict[str, list[str]] = {}
        for table, policy in self.connection.execute(_POLICIES).fetchall():
            policies.setdefault(table, []).append(policy)
        for view, (schema, table) in self.tables.items():
            if AUDIENCE.get(view) == EVERYONE:
                continue
            behind = Identifier(schema, table)
            yield f"rows of {view}", view, SQL("ALTER TABLE {} DISABLE ROW LEVEL SECURITY").format(behind)
            for policy in policies.get(f"{schema}.{table}", []):
                opened = SQL("ALTER POLICY {} ON {} USING (true)").format(Identifier(policy), behind)
                yield f"{policy} of {view}", view, opened
            own = SQL("ALTER VIEW read.{} SET (security_invoker = false)").format(Identifier(view))
            yield f"the reader’s own rights on {view}", view, own

    @contextmanager
    def without(self, statement: Composed) -> Iterator[None]:
        """The tables with one guard taken away."""
        with self.connection.transaction(force_rollback=True):
            self.connection.execute(statement)
            yield

    def _asked(self, name: str, question: Composed) -> Any:
        with self.connection.transaction(force_rollback=True):
            self.connection.execute("SET LOCAL ROLE marketplace_web")
            begin(self.connection, self.viewers[name])
            return self.connection.execute(question).fetchone()


@contextmanager
def sight(world: World) -> Iterator[Sight]:
    """Fill every read table with a row of the sawmill's, for as long as somebody looks."""
    viewers = {name: viewer_of(world, name) for name in ACTORS if name != "expired"}
    viewers["phone"] = replace(viewers["member"], member_id="phone_id", shared=True)
    viewers["supplier"] = Viewer(asked=("purchase_id", "invitation_id"))
    with (
        world.site.database.connect(Role.FOLLOWER) as connection,
        connection.transaction(force_rollback=True),
    ):
        columns: dict[tuple[str, str, str], list[Column]] = {}
        for view, schema, table, *column in connection.execute(_COLUMNS).fetchall():
            columns.setdefault((view, schema, table), []).append(Column(*column))
        known = _known(world)
        for (_view, schema, table), of_table in columns.items():
            _fill(connection, Identifier(schema, table), of_table, known)
        yield Sight(connection, {view: (schema, table) for view, schema, table in columns}, viewers)


def reach(world: World) -> Iterator[str]:
    """A row that somebody reads and should not, or does not and should."""
    with sight(world) as seen:
        found = seen.of_all()
        for view in sorted(AUDIENCE.keys() | found.keys()):
            should, does = AUDIENCE.get(view), found.get(view)
            if should is None or does is None:
                yield f"nothing says who reads {view}" if should is None else f"there is no {view} any more"
            elif should != does:
                yield f"{view} is read by {sorted(does - should)}, and not by {sorted(should - does)}"
            else:
                yield ""


def unguarded(world: World) -> Iterator[str]:
    """Each guard of a table in turn taken away: its name when nobody would notice."""
    with sight(world) as seen:
        for name, view, statement in list(seen.guards()):
            with seen.without(statement):
                yield name if seen.of(view) == AUDIENCE.get(view) else ""


@contextmanager
def without_rows(world: World, view: str) -> Iterator[None]:
    """The living table behind a view, with its rows open to whoever asks."""
    with world.site.database.connect(Role.FOLLOWER) as connection:
        found = connection.execute("SELECT schemaname, tablename FROM pg_tables WHERE schemaname LIKE 'read\\_%%' "
                                   "AND tablename = %s", [view]).fetchall()  # fmt: skip
        ((schema, table),) = found
        switch = SQL("ALTER TABLE {} {} ROW LEVEL SECURITY")
        connection.execute(switch.format(Identifier(schema, table), SQL("DISABLE")))
        try:
            yield
        finally:
            connection.execute(switch.format(Identifier(schema, table), SQL("ENABLE")))


def _known(world: World) -> Mapping[str, Any]:
    """What stands in a column of this name: the zone, the people and the companies the row belongs to."""
    story = world.site.story
    zone, sawmill, bakery = story.zones[HERE], story.companies["sawmill"], story.companies["bakery"]
    return {
        **dict.fromkeys(("zone_id", "home_zone"), zone),
        **dict.fromkeys(("company_id", "owner_id", "provider_id", "a_company"), sawmill),
        **dict.fromkeys(("asker_id", "receiver_id", "b_company"), bakery),
        **dict.fromkeys(("member_id", "author"), story.members["lea"]),
        **{name: [zone] for name in ("zones", "known_in")},
        **dict.fromkeys(("visibility", "audience"), "zone"),
        "told": [sawmill, bakery],
        "taker_id": story.members["karim"],
        "state": "proposed",
    }


def _fill(
    connection: psycopg.Connection[Any], table: Identifier, columns: list[Column], known: Mapping[str, Any]
) -> None:
    connection.execute(SQL("DELETE FROM {}").format(table))
    needed = [column for column in columns if column.needed or column.name in known]
    kinds = (SQL("%s::{}").format(Identifier(column.type)) for column in needed)
    connection.execute(
        SQL("INSERT INTO {} ({}) VALUES ({})").format(
            table, SQL(", ").join(Identifier(column.name) for column in needed), SQL(", ").join(kinds)
        ),
        [_value(column, known) for column in needed],
    )


def _value(column: Column, known: Mapping[str, Any]) -> Any:
    if column.name in known:
        return known[column.name]
    if column.type.startswith("_"):
        return []
    if column.type == "text":
        return column.name
    return column.name in SHOWN if column.type == "bool" else ZEROS.get(column.type, 1)
