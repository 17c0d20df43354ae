"""Outlets between the words of the domain and the rows of the guide."""

from __future__ import annotations

from datetime import datetime

from domain.events import Private
from domain.outlets import Accepted, OutletContent
from domain.places import Place
from domain.quantities import Quantity
from projections.model import opened
from projections.pooling.rows import AcceptedRow, OutletRow


def row_of(outlet_id: str, zone_id: str, content: OutletContent, version: int, at: datetime) -> OutletRow:
    """An outlet as its zone tells of it."""
    return OutletRow(
        outlet_id=outlet_id,
        zone_id=zone_id,
        name=opened(content.name),
        operator=opened(content.operator),
        address=opened(content.address),
        latitude=content.place.latitude,
        longitude=content.place.longitude,
        hours=content.hours,
        hours_note=opened(content.hours_note),
        accepts=tuple(_row(line) for line in content.accepts),
        refuses=content.refuses,
        price=opened(content.price),
        permits=opened(content.permits),
        contact=opened(content.contact),
        licensed=content.licensed,
        closed=False,
        version=version,
        amended_at=at,
    )


def content_of(row: OutletRow) -> OutletContent:
    """What the domain needs to tell whether it takes something."""
    return OutletContent(
        name=_said(row, row.name),
        operator=_said(row, row.operator),
        address=_said(row, row.address),
        place=Place(row.latitude, row.longitude),
        hours=row.hours,
        hours_note=_said(row, row.hours_note),
        accepts=tuple(
            Accepted(
                line.category,
                _said(row, line.conditions),
                line.condition,
                Quantity(line.amount, line.unit) if line.amount else None,
            )
            for line in row.accepts
        ),
        refuses=row.refuses,
        price=_said(row, row.price),
        permits=_said(row, row.permits),
        contact=_said(row, row.contact),
        licensed=row.licensed,
    )


def _row(line: Accepted) -> AcceptedRow:
    least = line.least
    return AcceptedRow(
        line.category,
        opened(line.conditions),
        line.condition,
        least.amount if least else None,
        least.unit if least else "",
    )


def _said(row: OutletRow, text: str) -> Private:
    return Private(row.zone_id, text)
