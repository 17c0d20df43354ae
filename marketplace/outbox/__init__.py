"""The outbox: every mail of the site, who may send it now, and what became of it.

Exactly once does not exist over SMTP. What is kept instead: the exact bytes stand here before the first try; whoever
sends holds a lease, and shows it once more at the last moment before the text leaves (`inflight`); a mail whose text
left without an answer is sent once more, identical, and then called `unknown`. So there are at most two copies, only
after a fault in that narrow window, and what an unknown mail spoke of comes again in the next.
"""

from __future__ import annotations

from marketplace.outbox.kept import KEPT
from marketplace.outbox.mails import (
    AT_ONCE,
    NO_SUCH_ADDRESS,
    URGENCY,
    Kind,
    Letter,
    Mail,
    Opened,
    State,
    Told,
    new_id,
    pause,
)
from marketplace.outbox.protocol import CHANNEL, LEASE, Outbox
from marketplace.outbox.rows import Connections, keyring
from marketplace.outbox.suppression import Suppressed, Suppressions

__all__ = [
    "AT_ONCE",
    "CHANNEL",
    "KEPT",
    "LEASE",
    "NO_SUCH_ADDRESS",
    "URGENCY",
    "Connections",
    "Kind",
    "Letter",
    "Mail",
    "Opened",
    "Outbox",
    "State",
    "Suppressed",
    "Suppressions",
    "Told",
    "keyring",
    "new_id",
    "pause",
]
