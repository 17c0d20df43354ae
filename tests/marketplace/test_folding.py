"""What a read model asks of the database and writes there."""

from __future__ import annotations

from marketplace.database import Database, Role
from marketplace.database.arrays import array


def test_any_text_may_stand_in_an_array(database: Database) -> None:
    texts = [
        "",
        "NULL",
        "null",
        'say "yes"',
        "back\\slash",
        "a,b",
        "{braces}",
        " spaces ",
        "l’été\n",
        "offer CAR.BOX 92:14",
    ]
    with database.connect(Role.FOLLOWER) as connection:
        assert connection.execute("SELECT %s::text[]", [array(texts)]).fetchone() == (texts,)
        assert connection.execute("SELECT %s::text[]", [array([])]).fetchone() == ([],)
