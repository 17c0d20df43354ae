"""Texts as PostgreSQL writes an array of them: the driver takes ten times as long for a list."""

from __future__ import annotations

from collections.abc import Sequence


def array(values: Sequence[str]) -> str:
    """A literal for `text[]`; no text may hold a NUL, which PostgreSQL cannot keep either."""
    if not values:
        return "{}"
    together = "\0".join(values).replace("\\", "\\\\").replace('"', '\\"').replace("\0", '","')
    return f'{{"{together}"}}'
