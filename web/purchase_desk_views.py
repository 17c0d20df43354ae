"""What the pages of whoever leads a group purchase show; see `web.views`, whose rules these follow."""

from __future__ import annotations

from web.purchase_views import Asking, Card, Words
from web.views import Choice, Fact, View, Zone


class Wish(View, frozen=True, kw_only=True):
    """What a company said it would take."""

    company: str
    quantity: str


class Compared(View, frozen=True, kw_only=True):
    """One cell of the comparison; `best` among its row."""

    said: str
    detail: str = ""
    best: bool = False


class ComparedRow(View, frozen=True, kw_only=True):
    """One line of the comparison, a cell for each quote."""

    label: str
    hint: str
    cells: tuple[Compared, ...]


class QuoteHead(View, frozen=True, kw_only=True):
    """A quote in the comparison; `replace` is the address of the form that corrects it.

    `by_supplier` says that the supplier entered it by its own link; `document` that a PDF came with it.
    """

    id: str
    supplier: str
    chosen: bool
    expired: bool
    replace: str
    conditions: str = ""
    by_supplier: bool = False
    document: bool = False


class Comparison(View, frozen=True, kw_only=True):
    """The quotes side by side."""

    quotes: tuple[QuoteHead, ...]
    rows: tuple[ComparedRow, ...]
    typical: str = ""


class TierFields(View, frozen=True, kw_only=True):
    """The fields of a price: their numbers, and which stand open."""

    shown: tuple[int, ...]
    folded: tuple[int, ...]


class Pledged(View, frozen=True, kw_only=True):
    """A company in the organiser's table, said; `entered_by` wrote it down for the company."""

    company: str
    wish: str
    quantity: str
    tolerance: str
    share: str
    with_vat: str
    waits: bool
    outcome: str = ""
    remark: str = ""
    trouble: bool = False
    entered_by: str = ""


class DeskPage(View, frozen=True, kw_only=True):
    """`/purchases/{id}/desk`: the organiser's. Each form is None when it is not its time.

    `problem` is what stands against a form that is not there any more.
    """

    zone: Zone
    card: Card
    words: Words
    unit: str
    step: str
    next: str
    wishes: tuple[Wish, ...]
    wished: str
    specification: str
    pledges: tuple[Pledged, ...]
    totals: tuple[Fact, ...]
    vat_rates: tuple[Choice, ...]
    places: tuple[Choice, ...]
    rules: tuple[Choice, ...]
    tiers: TierFields
    time_zone: str
    comparison: Comparison | None = None
    rounds: bool = False
    sits: bool = False
    specify: Asking | None = None
    quote: Asking | None = None
    quote_id: str = ""
    quote_document: bool = False
    choose: Asking | None = None
    open_form: Asking | None = None
    terms: Asking | None = None
    extend: Asking | None = None
    cancel: Asking | None = None
    delivery: Asking | None = None
    chosen: str = ""
    funding: bool = False
    conflict: str = ""
    problem: str = ""


class BehalfPage(View, frozen=True, kw_only=True):
    """`/purchases/{id}/behalf`: what a company said by phone. Without `said` it is still to be chosen, or too late."""

    zone: Zone
    card: Card
    words: Words
    unit: str
    companies: tuple[Choice, ...]
    company: str
    company_id: str
    pledging: bool
    said: Asking | None = None
    pledged: str = ""
    wished: str = ""
    charter: str = ""
    over: bool = False


class LedgerLine(View, frozen=True, kw_only=True):
    """A line of the ledger in its order, said: what was asked for, and what it is given."""

    order: int
    company: str
    quantity: str
    tolerance: str
    given: str
    by_tolerance: str
    short: bool = False
    waits: bool = False


class LedgerPage(View, frozen=True, kw_only=True):
    """`/purchases/{id}/ledger`: every pledge in the order of the log, and how it is shared out."""

    zone: Zone
    card: Card
    rule: str
    settled: bool
    total: str
    wanted: str
    facts: tuple[Fact, ...]
    lines: tuple[LedgerLine, ...]
    shares: tuple[Fact, ...]


class SheetLine(View, frozen=True, kw_only=True):
    """A company on the supplier's sheet, said."""

    company: str
    siret: str
    address: str
    quantity: str
    goods: str
    delivery: str
    with_vat: str


class SheetPage(View, frozen=True, kw_only=True):
    """`/purchases/{id}/sheet`: what the supplier is given, made to be printed."""

    id: str
    zone: Zone
    title: str
    category: str
    supplier: str
    specification: str
    settled: bool
    facts: tuple[Fact, ...]
    lines: tuple[SheetLine, ...]
    total: SheetLine
    conditions: str = ""
