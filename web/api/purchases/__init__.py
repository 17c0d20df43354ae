"""Group purchases for programs: read, joined, led, and the books of whoever leads them."""

from typing import Any

from web.api.purchases import contracts, joining, ledger, organising, quotes, reading, suppliers

__all__ = ["handlers"]

handlers: list[Any] = [
    *reading.handlers,
    *joining.handlers,
    *organising.handlers,
    *quotes.handlers,
    *suppliers.handlers,
    *contracts.handlers,
    *ledger.handlers,
]
