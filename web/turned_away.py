"""Why a request does not reach its handler although its person may go there: something is to be done first."""

from __future__ import annotations

from typing import ClassVar

from domain.refused import Forbidden, _
from marketplace.links import PAGES


class SignInFirst(Exception):
    """Only whoever is signed in may go on; `to` is where they wanted to go.

    A program is told `program`, and that it may not; where there is nothing to say, that it wants a token.
    """

    program: ClassVar[str] = ""

    def __init__(self, to: str) -> None:
        super().__init__(to)
        self.to = to

    @property
    def address(self) -> str:
        """Where this is done."""
        return PAGES.sign_in(self.to or None)


class SignInAgain(SignInFirst):
    """What is asked for wants to be sure who this is, and it is a while since they said so."""

    @property
    def address(self) -> str:
        """Where this is done."""
        return PAGES.sign_in(self.to or None, again=True)


class SecondFactorFirst(SignInFirst):
    """What is asked for wants a second factor, and this person has one."""

    program = _(
        "Whoever administers a zone shows a second factor, and this token was made without one. "
        "Sign in with it, make another token under Account, “Programs that act for me”, and end this one."
    )

    @property
    def address(self) -> str:
        """Where this is done."""
        return PAGES.sign_in_second(self.to or None)


class SecondFactorMissing(SignInFirst):
    """An administrator's days without a second factor are over."""

    program = _(
        "Whoever administers a zone needs a second factor, and the days without one are over. "
        "Set it up under Account, “How I sign in”, then make another token there and end this one."
    )

    @property
    def address(self) -> str:
        """Where this is done."""
        return PAGES.second_factor(self.to or None)


class PersonNeeded(Forbidden):
    """A company's shared phone came where only a person with an account of their own may go."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This needs a person’s own account, and this phone is shared. "
                "Sign in with your own mail address to go on."
            )
        )
