"""Templates to pages: one jinja2 environment per language, strict, autoescaped, with the filters of wording."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined

from domain import taxonomy
from marketplace.language import LANGUAGES, translations
from marketplace.links import PAGES, Links
from marketplace.templating import speak
from marketplace.wording import Wording

if TYPE_CHECKING:
    from web.views import Frame, View

TEMPLATES: Final = Path(__file__).parent / "templates"
STATIC: Final = Path(__file__).parent / "static"
FAMILIES: Final = frozenset(family.code for family in taxonomy.families())


def family_icon(code: str) -> str:
    """Name the icon of a family, or of a category within it; "other" draws a plain box."""
    family = code.partition(".")[0]
    return family.lower() if family in FAMILIES else "other"


class Renderer:
    """Renders pages in either language; build it once, at start.

    `tree` is the hash of the static tree, under which its files are served for ever.
    """

    def __init__(self, tree: str, links: Links = PAGES, bytecode: Path | None = None) -> None:
        """`bytecode` is a folder where compiled templates are kept between starts, if there is one."""
        self.tree = tree
        self._environments = {language: self._environment(language, links, bytecode) for language in LANGUAGES}

    def asset(self, name: str) -> str:
        """Address a file of the static tree."""
        return f"/static/{self.tree}/{name}"

    def _environment(self, language: str, links: Links, bytecode: Path | None) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
            bytecode_cache=FileSystemBytecodeCache(str(bytecode)) if bytecode else None,
        )
        speak(environment, language)
        environment.filters |= Wording(language, translations(language)).filters()
        environment.filters["family_icon"] = family_icon
        environment.globals |= {"links": links, "asset": self.asset}
        return environment

    def page(self, template: str, frame: Frame, view: View) -> str:
        """Render one page; the template reads `frame` and `page`."""
        return self._environments[frame.language].get_template(template).render(frame=frame, page=view)
