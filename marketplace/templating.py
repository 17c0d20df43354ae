"""How templates say sentences: from the catalogue, with names joined as the language joins them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2 import Environment, pass_context
from jinja2.runtime import Context

from marketplace.language import elided, translations


def speak(environment: Environment, language: str) -> None:
    """Let the templates of an environment that has the i18n extension say things in a language."""
    catalogue = translations(language)
    # Typed as Any: the i18n extension adds this method to the environment when it is loaded.
    extended: Any = environment
    extended.install_gettext_callables(catalogue.gettext, catalogue.ngettext, newstyle=True)
    for name in ("gettext", "ngettext"):
        extended.globals[name] = _eliding(extended.globals[name], language)


def _eliding(say: Callable[..., str], language: str) -> Callable[..., str]:
    """What the templates call, which elides before the names it puts into a sentence."""

    @pass_context
    def said(context: Context, *messages: Any, **values: object) -> str:  # noqa: ANN401  (one, or two and their number)
        filled = say(context, *messages, **values)
        return type(filled)(elided(filled, language)) if values else filled

    return said
