"""A wire between the log and its database that can be cut at the worst moment."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Self

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from marketplace.database import Database


class Wire:
    """Forwards a local TCP port to the database; `cut_answer_to` loses one answer, `down` refuses everything."""

    def __init__(self, database: Database) -> None:
        given = conninfo_to_dict(database.url)
        self._target = f"{given['host']}/.s.PGSQL.{given.get('port') or 5432}"
        self._given = given
        self._ends: list[socket.socket] = []
        self._marker: bytes | None = None
        self._listener: socket.socket
        self.port = 0
        self.up()

    @property
    def database(self) -> Database:
        """The same database, over this wire."""
        return Database(make_conninfo("", **{**self._given, "host": "127.0.0.1", "port": self.port}))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.down()

    def cut_answer_to(self, marker: bytes) -> None:
        """Lose the answer to the next request that holds these bytes, once the database has given it."""
        self._marker = marker

    def up(self) -> None:
        """Accept connections, on the same port as before."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def down(self) -> None:
        """Refuse connections and break those there are."""
        for end in [self._listener, *self._ends]:
            _close(end)
        self._ends.clear()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._target)
                self._ends += [client, server]
                doomed = threading.Event()
                threading.Thread(target=self._forward, args=(client, server, doomed), daemon=True).start()
                threading.Thread(target=self._answer, args=(server, client, doomed), daemon=True).start()

    def _forward(self, client: socket.socket, server: socket.socket, doomed: threading.Event) -> None:
        with suppress(OSError):
            while data := client.recv(65536):
                if self._marker and self._marker in data:
                    self._marker = None
                    doomed.set()
                server.sendall(data)
        _close(server)

    def _answer(self, server: socket.socket, client: socket.socket, doomed: threading.Event) -> None:
        with suppress(OSError):
            while data := server.recv(65536):
                if doomed.is_set() and data.endswith(b"Z\x00\x00\x00\x05I"):  # ready again: it has committed
                    break
                client.sendall(data)
        _close(client)
        _close(server)


def _close(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
