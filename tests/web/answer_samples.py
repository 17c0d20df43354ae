"""Samples of the small page that a mail's button opens, for `tests.web.page_samples`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from web.answer_views import AnswerPage, Asked
from web.views import Choice, Form, View, Viewer


def answer_samples(reasons: tuple[Choice, ...]) -> Iterator[tuple[str, str, Viewer | None, str, View]]:
    """What the buttons of mails open."""
    of: dict[str, Any] = {
        "token": "t-1",
        "exchange_id": "exchange-1",
        "title": "120 palettes Europe",
        "facts": "40 palettes · Fournil",
    }
    form = Form(command_id="c-1", values={"amount": "40"}, seen_version=3)
    wrong = Form(command_id="c-1", values={"amount": "900"}, errors={"amount": "Il en reste 50."}, seen_version=3)
    said: dict[str, Any] = {"figure": "40 palettes", "unit": "pièce", "reasons": reasons}
    asks: dict[str, Asked] = {
        "answer": Asked(question="Dire oui à Fournil ?", about="Fournil a demandé 40 palettes", form=form,
                        acts=("accept", "decline"), yes="Oui, leur réserver 40 palettes", **said),
        "pickup": Asked(question="Ce créneau vous convient-il ?", about="mardi 24 novembre, 14:00–15:00", form=form,
                        acts=("agree", "abandon"), **said),
        "collected": Asked(question="L’enlèvement a-t-il eu lieu ?", about="mardi 24 novembre, 14:00–15:00", form=form,
                           acts=("confirm", "later", "abandon"), **said),
        "wrong": Asked(question="L’enlèvement a-t-il eu lieu ?", about="", form=wrong,
                       acts=("confirm", "later", "abandon"), **said),
        "waste": Asked(question="L’enlèvement a-t-il eu lieu ?", about="", form=form, by_form=True,
                       acts=("later", "abandon"), **said),
        "period": Asked(question="Est-ce bien venu ?", about="semaine du 16 novembre 2026", form=form,
                        acts=("confirm_period", "miss_period"), **said),
        "hold": Asked(question="Garder plus longtemps ?", about="Gardé jusqu’au mardi 24 novembre", form=form,
                      acts=("renew_hold", "abandon"), **said),
        "settle": Asked(question="D’accord avec l’autre quantité ?", about="Vous dites : 40.", form=form,
                        acts=("settle",), **said),
        "give-up": Asked(question="Pourquoi cela ne se fera-t-il pas ?", about="", form=form,
                         acts=("abandon",), **said),
    }  # fmt: skip
    for name, asked in asks.items():
        yield f"answer-{name}", "exchanges/answer.html", None, "", AnswerPage(**of, asked=asked)
    done: dict[str, Any] = {"heading": "Merci, c’est noté", "sentence": "Fournil est prévenu.", "next": "À vous."}
    yield "answer-done", "exchanges/answer.html", None, "", AnswerPage(**of, **done, done=True)
    yield "answer-over", "exchanges/answer.html", None, "", AnswerPage(**of, heading="Plus rien", sentence="Répondu.")
    yield "answer-gone", "exchanges/answer.html", None, "", AnswerPage(token="t-1", heading="Ce lien", sentence="Non.")
