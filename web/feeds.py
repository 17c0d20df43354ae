"""Atom feeds: a zone's listings for anyone, and what the zones tell a member; in XML that any reader takes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from domain.refused import _
from marketplace.links import Links
from marketplace.searching import Asked
from projections.bulletins import BulletinRow
from projections.listings import Listing
from projections.people import Zone
from web.presenting import Presenter

ENTRIES: Final = 50
ATOM: Final = "http://www.w3.org/2005/Atom"
ATOM_TYPE: Final = "application/atom+xml"
BEGINNING: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""When a feed without entries was last changed; also the day from which the site's tag addresses are its own."""
# What XML 1.0 cannot hold: control characters, halves of characters, and two that are none.
_NO_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

register_namespace("", ATOM)


def feed(zone: Zone, asked: Asked, rows: Sequence[Listing], show: Presenter, links: Links) -> bytes:
    """The feed of a search, the newest first. Ids never change: they hold no path, and no date that may."""
    query = {**asked.query, "sort": None}
    here = links.feed(zone.slug, **query)
    root = _begun(
        language=show.language,
        tag=_tag(links, here.removeprefix(links.base)),
        title=show.say(_("Listings of %(zone)s"), zone=zone.name),
        updated=max((_changed(row) for row in rows), default=BEGINNING),
        here=here,
        author=zone.association or zone.name,
    )
    _link(root, "alternate", links.listings(zone.slug, **query), "text/html")
    for row in rows:
        _entry(root, row, show, links)
    return _written(root)


def news(
    rows: Sequence[BulletinRow], zones: Mapping[str, Zone], *, title: str, language: str, here: str, links: Links
) -> bytes:
    """The bulletins of a member's zones, the newest first; `here` is the feed's own, secret address."""
    updated = max((row.issued_at or row.written_at for row in rows), default=BEGINNING)
    tag = _tag(links, f"news-{sha256(here.encode()).hexdigest()[:16]}")
    root = _begun(language=language, tag=tag, title=title, updated=updated, here=here, author=title)
    for row in rows:
        said, text = row.said_in(language)
        zone, issued = zones[row.zone_id], (row.issued_at or row.written_at).isoformat()
        entry = SubElement(root, f"{{{ATOM}}}entry")
        _add(entry, "id", _tag(links, row.bulletin_id))
        _add(entry, "title", f"{said} · {zone.name}")
        _add(entry, "published", issued)
        _add(entry, "updated", issued)
        _link(entry, "alternate", links.bulletin(zone.slug, row.bulletin_id), "text/html")
        _add(entry, "summary", text)
    return _written(root)


def _begun(*, language: str, tag: str, title: str, updated: datetime, here: str, author: str) -> Element:
    root = Element(f"{{{ATOM}}}feed", {"xml:lang": language})
    _add(root, "id", tag)
    _add(root, "title", title)
    _add(root, "updated", updated.isoformat())
    _link(root, "self", here, ATOM_TYPE)
    _add(SubElement(root, f"{{{ATOM}}}author"), "name", author)
    return root


def _written(root: Element) -> bytes:
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
