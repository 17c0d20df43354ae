"""Whatever people read goes through the catalogues, and the French catalogue says all of it, as French is printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from jinja2 import Environment

from marketplace.language import catalogue

ROOT: Final = Path(__file__).parent.parent
FOLDERS: Final = ("domain", "marketplace", "web")
METHODS: Final = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
OPTIONS: Final[dict[str, dict[str, Any]]] = {"**.html": {"silent": "false"}, "**.txt": {"silent": "false"}}
KEYWORDS: Final[dict[str, Any]] = {"_": None, "gettext": None, "ngettext": (1, 2)}
PLACEHOLDER: Final = re.compile(r"%\((\w+)\)[a-z]|%[sd]")
BADLY_SPACED: Final = re.compile(r" [:;!?»]|« |(?<=\w)[;!?»]|«(?=\w)")
"""Before : ; ! ? » and after « stands a space that does not break."""
WORD: Final = re.compile(r"[^\W\d_]{2,}")
READ_ALOUD: Final = frozenset({"alt", "aria-label", "placeholder", "title", "content"})
"""Attributes whose value is read by people."""
TECHNICAL: Final = frozenset(
    {"viewport", "theme-color", "htmx-config", "robots", "referrer", "color-scheme", "supported-color-schemes"}
)
"""Metas for programs."""
UNREAD: Final = re.compile(
    r"{% block page_class %}[^{]*{% endblock %}| aria-[a-z]+=\"(?:[^\"{]|{{.*?}})*\"", re.MULTILINE
)
"""What looks like text and is none: the class of a page, and attributes that a macro adds to a tag."""


@cache
def needed() -> dict[tuple[str, ...], str]:
    """Every message of the code and the templates, and where it is said first."""
    found: dict[tuple[str, ...], str] = {}
    for folder in FOLDERS:
        said = extract_from_dir(str(ROOT / folder), METHODS, OPTIONS, KEYWORDS)
        for file, line, message, _comments, _context in said:
            found.setdefault(texts(message), f"{folder}/{file}:{line}")
    return found


@cache
def french() -> dict[tuple[str, ...], Message]:
    return {texts(message.id): message for message in catalogue("fr") if message.id}


def texts(said: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    """A message's texts: one, or its singular and plural."""
    return (said or "",) if said is None or isinstance(said, str) else tuple(said)


def names(text: str) -> set[str]:
    return {found.group() for found in PLACEHOLDER.finditer(text)}


def test_the_search_for_messages_finds_code_and_templates() -> None:
    places = {place.rpartition(":")[0].rpartition(".")[2] for place in needed().values()}
    assert places == {"py", "html", "txt"}
    assert len(needed()) > 400


def test_french_says_every_message() -> None:
    said = {key for key, message in french().items() if all(texts(message.string))}
    said |= {key[:1] for key in said}  # said alone, a singular is found with its plural
    assert {place: message for message, place in needed().items() if message not in said} == {}


def test_no_french_message_is_a_guess() -> None:
    assert [message.id for message in french().values() if message.fuzzy] == []


def test_french_fills_in_what_english_fills_in() -> None:
    wrong = []
    for message in french().values():
        said = texts(message.string)
        assert all(said), f"half said: {message.id}"
        wanted = [names(text) for text in texts(message.id)]
        # A singular may write its number as a word; the plural holds every name.
        allowed, least = set[str]().union(*wanted), set[str]().union(*wanted) - {"%(n)s", "%(num)d"}
        wrong += [text for text in said if not least <= names(text) <= allowed]
        if not allowed <= names(said[-1]):
            wrong.append(said[-1])
    assert wrong == []


def test_french_counts_where_english_counts() -> None:
    assert [one.id for one in french().values() if isinstance(one.id, str) != isinstance(one.string, str)] == []


def test_french_is_printed_as_french_is() -> None:
    said = [text for message in french().values() for text in texts(message.string)]
    assert [text for text in said if BADLY_SPACED.search(text)] == []
    assert [text for text in said if "'" in text] == [], "the apostrophe is ’"


# --- what stands in the templates themselves --------------------------------------------------------------------


class _Words(HTMLParser):
    """The words a template says without the catalogues; what names its own language is left alone."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        own = bool(values.get("lang")) and tag != "html"
        if tag not in {"meta", "link", "input", "img", "br", "hr", "use", "path", "circle"}:
            self._open.append((tag, own))
        if own or self._own_language or values.get("name") in TECHNICAL:
            return
        for name in READ_ALOUD & set(values):
            self._look(values[name])

    def handle_endtag(self, tag: str) -> None:
        while any(tag == opened for opened, _own in self._open) and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._own_language and not (self._open and self._open[-1][0] in {"style", "script"}):
            self._look(data)

    @property
    def _own_language(self) -> bool:
        return any(own for _tag, own in self._open)

    def _look(self, text: str) -> None:
        self.found += WORD.findall(text)


def written(source: str) -> str:
    """A template with nothing but what stands in it: expressions, statements and comments are left out."""
    environment = Environment(autoescape=True)
    return "".join(value for _line, kind, value in environment.lex(UNREAD.sub("", source)) if kind == "data")


def words_of(name: str, source: str) -> list[str]:
    if name.endswith(".txt"):
        return WORD.findall(written(source))
    found = _Words()
    found.feed(written(source))
    found.close()
    return found.found


def templates() -> Iterator[Path]:
    for folder in ("web/templates", "marketplace/mails"):
        yield from (file for file in sorted((ROOT / folder).rglob("*")) if file.suffix in {".html", ".txt"})


@pytest.mark.parametrize("file", list(templates()), ids=lambda file: str(file.relative_to(ROOT)))
def test_a_template_says_nothing_by_itself(file: Path) -> None:
    assert words_of(file.name, file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("name", "source", "words"),
    [
        ("a.html", '<p class="{{ x }} wide">Publier {{ _("Publish") }}</p>', ["Publier"]),
        ("a.html", '<input placeholder="Search"><img alt="{{ _("Photo") }}">', ["Search"]),
        ("a.html", '<html lang="fr"><p>Bonjour</p></html>', ["Bonjour"]),
        ("a.html", '<button lang="en" aria-label="Read in English">EN</button><br>{{ _("x") }} · 12', []),
        ("a.html", "{# a remark #}<h{{ level }} class='x'>{% if a %}oui{% endif %}</h{{ level }}>", ["oui"]),
        ("a.txt", '{{ _("Hello") }}, bonne lecture', ["bonne", "lecture"]),
    ],
)
def test_a_text_outside_the_catalogues_is_found(name: str, source: str, words: list[str]) -> None:
    assert words_of(name, source) == words
