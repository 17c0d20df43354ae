"""A page as someone reads it: its words, what its forms hold, and what is said beside each field."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

VOID: Final = frozenset({"input", "meta", "link", "img", "br", "hr", "use", "path", "circle"})


class Page(HTMLParser):
    """What a page says. `typed` holds the fields of its forms, `errors` the sentences beside them, by field."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.typed: dict[str, str] = {}
        self.errors: dict[str, str] = {}
        self.options: dict[str, list[str]] = {}
        self.links: list[str] = []
        self._said: list[str] = []
        self._open: list[tuple[str, str]] = []
        self._select = self._textarea = ""
        self.feed(html)
        self.close()

    @property
    def words(self) -> str:
        """Everything there is to read, in one line; spaces that do not break stay as they are."""
        return re.sub(r"[ \t\r\n]+", " ", " ".join(self._said))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        name = values.get("name", "")
        if tag not in VOID:
            self._open.append((tag, values.get("id", "")))
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if tag == "input" and (values.get("type") not in {"radio", "checkbox"} or "checked" in values):
            self.typed[name] = values.get("value", "")
        if tag == "input" and values.get("type") in {"radio", "checkbox"}:
            self.options.setdefault(name, []).append(values.get("value", ""))
        if tag == "textarea":
            self._textarea, self.typed[name] = name, ""
        if tag == "select":
            self._select = name
        if tag == "option":
            self.options.setdefault(self._select, []).append(values.get("value", ""))
            if "selected" in values or self._select not in self.typed:
                self.typed[self._select] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            # The line break that opens it is not part of what was typed.
            self.typed[self._textarea] = self.typed[self._textarea].removeprefix("\n")
            self._textarea = ""
        while any(tag == opened for opened, _id in self._open) and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.typed[self._textarea] += data
        for _tag, where in self._open:
            if where.endswith("-error") and data.strip():
                self.errors[where.removesuffix("-error")] = data.strip()
        if not any(tag in {"script", "style"} for tag, _id in self._open):
            self._said.append(data)
