"""Every template, in both languages, with everything it may meet."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import pytest

from marketplace.language import LANGUAGES, Language
from tests.web.page_samples import frame, samples
from tests.web.preview import render
from web.rendering import STATIC, TEMPLATES, Renderer

RENDERER: Final = Renderer("tree")
PAGES: Final[dict[Language, dict[str, str]]] = {language: render(RENDERER, language) for language in LANGUAGES}


class _Outline(HTMLParser):
    """What a page is made of, as far as these tests ask."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.icons: set[str] = set()
        self.inline: list[str] = []
        self.posts_without_token: int = 0
        self._awaits_token = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self.ids.append(values["id"])
        if "style" in values or any(name.startswith("on") for name in values) or tag == "style":
            self.inline.append(tag)
        self.addresses += [values[name] for name in ("href", "src", "action") if name in values]
        if tag == "use":
            self.icons.add(values["href"].partition("#")[2])
        if tag == "form":
            self._awaits_token = values.get("method") == "post"
        if tag == "input" and values.get("name") == "csrf":
            self._awaits_token = False

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._awaits_token:
            self.posts_without_token += 1
            self._awaits_token = False


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_template_has_a_sample(language: Language) -> None:
    shown = {sample[1] for sample in samples()}
    kept = {str(file.relative_to(TEMPLATES)) for file in TEMPLATES.rglob("*.html")}
    assert kept - shown == {file for file in kept if file.startswith("parts/")} | {"base.html", "texts/layout.html"}
    assert all(f'lang="{language}"' in page for name, page in PAGES[language].items() if "suggestions" not in name)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(PAGES["fr"]))
def test_a_page_is_sound(language: Language, name: str) -> None:
    outline = _Outline(PAGES[language][name])
    assert len(outline.ids) == len(set(outline.ids)), "an id stands twice"
    assert not outline.inline, "the security policy refuses inline style and script"
    assert not outline.posts_without_token
    foreign = [to for to in outline.addresses if not re.match(r"/(?!/)|#|mailto:", to)]
    assert not foreign, "everything is served from here"


def test_every_icon_that_is_used_is_drawn() -> None:
    drawn = set(_Outline(Path(STATIC / "icons.svg").read_text(encoding="utf-8")).ids)
    used = {icon for page in PAGES["fr"].values() for icon in _Outline(page).icons}
    assert used <= drawn


def test_what_people_type_never_becomes_markup() -> None:
    name, template, viewer, current, view = next(sample for sample in samples() if sample[0] == "list-none")
    shown = RENDERER.page(
        template,
        frame("fr", viewer, current),
        type(view)(
            **{
                **{field: getattr(view, field) for field in view.__struct_fields__},
                "query": '"><script>alert(1)</script>',
            }
        ),
    )
    assert "<script>alert" not in shown
    assert name == "list-none"
