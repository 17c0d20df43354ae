"""What the small page shows that a mail's button opens; as `web.views` has it."""

from __future__ import annotations

from typing import Literal

from web.views import Choice, Form, View

Act = Literal[
    "accept", "decline", "agree", "confirm", "later", "confirm_period", "miss_period", "renew_hold", "settle", "abandon"
]
"""The steps one tap takes; `later` takes none."""


class Asked(View, frozen=True, kw_only=True):
    """The one question, `question` and `about` said, and the `acts` that answer it.

    `figure` is the quantity that "yes" stands for, and `yes` says it to an interest; the form holds it as a number of
    `unit`, said.
    `by_form` when saying yes takes more than a tap: the register of waste wants to know.
    """

    question: str
    about: str
    acts: tuple[Act, ...]
    form: Form
    figure: str = ""
    yes: str = ""
    unit: str = ""
    reasons: tuple[Choice, ...] = ()
    by_form: bool = False


class AnswerPage(View, frozen=True, kw_only=True):
    """`/answer/{token}`. `asked` is empty once there is nothing to answer: then `heading` and `sentence` say why.

    Everything here is said. Nobody is signed in by it, and nobody's contact details are shown. Without an
    `exchange_id` the token is none of ours.
    """

    token: str
    exchange_id: str = ""
    title: str = ""
    facts: str = ""
    heading: str = ""
    sentence: str = ""
    next: str = ""
    done: bool = False
    problem: str = ""
    asked: Asked | None = None
