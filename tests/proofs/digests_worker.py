"""A sender that may die at a named point: what `tests.proofs.digests` starts and kills."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Final, TypeVar

import structlog

from domain.streams import EVENTS
from marketplace.application import Marketplace
from marketplace.clock import Clock
from marketplace.database import Database, Role
from marketplace.eventlog import EventLog, Registry
from marketplace.outbox import Outbox, keyring
from marketplace.sending import Rules, Sender
from marketplace.smtp import Relay, relay_address

POINTS: Final = (
    "before claim", "after claim", "before fence", "after fence", "before transmit", "after transmit",
    "before finish", "after finish", "before settle", "after settle", "before tell", "after tell",
)  # fmt: skip
LEASE: Final = timedelta(seconds=1)
F = TypeVar("F", bound=Callable[..., Any])


def mortal(owner: type, method: str, name: str, wanted: str, calls: int) -> None:
    """Let the process die when a method is about to be called, or has returned, for the n-th time."""
    original = getattr(owner, method)
    left = [calls]

    def die(point: str) -> None:
        if point == wanted:
            left[0] -= 1
            if left[0] <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    @wraps(original)
    def watched(*args: Any, **kwargs: Any) -> Any:
        die(f"before {name}")
        result = original(*args, **kwargs)
        die(f"after {name}")
        return result

    setattr(owner, method, watched)


class Unfenced(Outbox):
    """The control: whoever holds a mail sends it, without asking once more and without saying so."""

    def fence(self, *_: Any) -> bool:
        return True


def main() -> None:
    """Send what is due until killed: address, relay, point, calls, fenced or not."""
    url, relay, point, calls, fenced = sys.argv[1:]
    # Its output is a pipe nobody reads after the first line: one that is full would stop it.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    for method, owner in (("claim", Outbox), ("fence", Outbox), ("settle", Outbox), ("tell", Outbox),
                          ("_transmit", Relay), ("_finish", Relay)):  # fmt: skip
        mortal(owner, method, method.strip("_"), point, int(calls))
    database = Database(url)
    clock = Clock(url)
    log = EventLog(url, Registry(*EVENTS), clock)
    with database.pool(Role.APPEND, max_size=2) as connections:
        outbox = (Outbox if fenced == "fenced" else Unfenced)(connections, keyring(connections), lease=LEASE)
        sender = Sender(
            outbox, Relay(relay_address(relay), answer_within=1.0), Marketplace(log, secret=b"proof"), log, clock,
            rules=Rules(return_path=lambda _mail: "site@example.org"), writers={},
        )  # fmt: skip
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sender.run(threading.Event(), time.sleep, 0.05)


if __name__ == "__main__":
    main()
