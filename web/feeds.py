"""A zone's listings as an Atom feed: what anyone may read, in XML that any reader takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from domain.refused import _
from marketplace.links import Links
from marketplace.searching import Asked
from projections.listings import Listing
from projections.people import Zone
from web.presenting import Presenter

ENTRIES: Final = 50
ATOM: Final = "http://www.w3.org/2005/Atom"
BEGINNING: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""When a feed without entries was last changed; also the day from which the site's tag addresses are its own."""
# What XML 1.0 cannot hold: control characters, halves of characters, and two that are none.
_NO_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

register_namespace("", ATOM)


def feed(zone: Zone, asked: Asked, rows: Sequence[Listing], show: Presenter, links: Links) -> bytes:
    """The feed of a search, the newest first. Ids never change: they hold no path, and no date that may."""
    query = {**asked.query, "sort": None}
    here = links.feed(zone.slug, **query)
    root = Element(f"{{{ATOM}}}feed", {"xml:lang": show.language})
    _add(root, "id", _tag(links, here.removeprefix(links.base)))
    _add(root, "title", show.say(_("Listings of %(zone)s"), zone=zone.name))
    _add(root, "updated", max((_changed(row) for row in rows), default=BEGINNING).isoformat())
    _link(root, "self", here, "application/atom+xml")
    _link(root, "alternate", links.listings(zone.slug, **query), "text/html")
    author = SubElement(root, f"{{{ATOM}}}author")
    _add(author, "name", zone.association or zone.name)
    for row in rows:
        _entry(root, row, show, links)
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _entry(root: Element, row: Listing, show: Presenter, links: Links) -> None:
    card = show.card(row)
    entry = SubElement(root, f"{{{ATOM}}}entry")
    _add(entry, "id", _tag(links, row.listing_id))
    _add(entry, "title", f"{show.wording.kind(card.kind)} · {card.title}")
    _add(entry, "published", row.posted_at.isoformat())
    _add(entry, "updated", _changed(row).isoformat())
    _link(entry, "alternate", links.listing(row.listing_id), "text/html")
    SubElement(entry, f"{{{ATOM}}}category", {"term": row.category, "label": _clean(card.category)})
    facts = [show.quantity(row), show.wording.price(card.price, row.category) if card.price else ""]
    told = " · ".join(filter(None, (card.category, *facts)))
    _add(entry, "summary", "\n\n".join(filter(None, (told, show.description(row)))))


def _changed(row: Listing) -> datetime:
    return max(filter(None, (row.posted_at, row.amended_at, row.shown_at)))


def _tag(links: Links, what: str) -> str:
    host = urlsplit(links.base).hostname or "localhost"
    return f"tag:{host},{BEGINNING:%Y-%m-%d}:{what}"


def _link(parent: Element, rel: str, address: str, kind: str) -> None:
    SubElement(parent, f"{{{ATOM}}}link", {"rel": rel, "href": _clean(address), "type": kind})


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, f"{{{ATOM}}}{name}").text = _clean(text)


def _clean(text: str) -> str:
    return _NO_XML.sub("", text)
