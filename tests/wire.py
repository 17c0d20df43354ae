"""The network between a site and its database, as far as a proof may break it: cut at once, or silent for ever."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Self

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from marketplace.database import Database


class Wire:
    """A local TCP port in front of the server's socket."""

    def __init__(self, database: Database) -> None:
        """Stand before a database; nothing passes before `restore`."""
        self._given = conninfo_to_dict(database.url)
        self._target = f"{self._given['host']}/.s.PGSQL.{self._given['port']}"
        self._passing = threading.Event()
        self._ends: list[socket.socket] = []
        self._listener: socket.socket | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """The database's address by this way."""
        return make_conninfo("", **{**self._given, "host": "127.0.0.1", "port": self._port})

    def __enter__(self) -> Self:
        self.restore()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()
        self._passing.set()

    def cut(self) -> None:
        """Break every connection and refuse new ones, as a server that is down does."""
        for end in [*filter(None, [self._listener]), *self._ends]:
            _close(end)
        self._ends.clear()
        self._listener = None

    def silence(self) -> None:
        """Accept everything and pass nothing on: the other end never learns that anything is wrong."""
        self._passing.clear()

    def restore(self) -> None:
        """Let everything pass, what waited included."""
        self._passing.set()
        if self._listener is None:
            self._listener = socket.create_server(("127.0.0.1", self._port))
            self._port = self._listener.getsockname()[1]
            threading.Thread(target=self._accept, args=[self._listener], daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.socket(socket.AF_UNIX)
                try:
                    server.connect(self._target)
                except OSError:
                    _close(client)
                    continue
                self._ends += [client, server]
                for one, other in ((client, server), (server, client)):
                    threading.Thread(target=self._pass_on, args=[one, other], daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65_536):
                self._passing.wait()
                other.sendall(data)
        self._passing.wait()
        _close(one)
        _close(other)


def _close(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
