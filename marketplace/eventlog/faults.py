"""What can go wrong with the log, told apart by what the caller can do about it."""

from __future__ import annotations

from domain.refused import Conflict, Refused, _


class Unavailable(Exception):
    """The database does not answer; nothing was recorded, or asking again with the same command id tells."""


class Overloaded(Unavailable):
    """Too many commands wait already; this one was not queued."""


class VersionConflict(Exception):
    """The stream grew after it was loaded."""

    def __init__(self, stream: str, after: int, version: int) -> None:
        super().__init__(f"{stream} is at version {version}, not {after}")
        self.stream, self.after, self.version = stream, after, version


class CommandReused(Conflict):
    """The same actor used this command id for something else."""

    def __init__(self) -> None:
        super().__init__(_("This form was already sent with other answers. Open it again and send it once."))


class PrivateTextErased(Refused):
    """The text belongs to someone whose key is gone."""

    def __init__(self) -> None:
        super().__init__(_("Whoever this text belongs to has been erased; it can no longer be kept."))


class ClockDrift(Exception):
    """A command's time is more than five seconds off the one clock."""


class UnknownTopic(Exception):
    """The log holds an event this code has no name for: newer code wrote it, or a name was lost."""


class Unreadable(Exception):
    """A stored event is not what its name promises."""


class NotRecorded(Exception):
    """The database refused these events for a reason no user can mend."""
