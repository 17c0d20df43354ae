"""Why a request does not reach its handler although its person may go there: something is to be done first."""

from __future__ import annotations

from domain.refused import Forbidden, _
from marketplace.links import PAGES


class SignInFirst(Exception):
    """Only whoever is signed in may go on; `to` is where they wanted to go."""

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

    @property
    def address(self) -> str:
        """Where this is done."""
        return PAGES.sign_in_second(self.to or None)


class SecondFactorMissing(SignInFirst):
    """An administrator's days without a second factor are over."""

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
