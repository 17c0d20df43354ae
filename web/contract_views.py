"""What the pages of frame contracts show; see `web.views`, whose rules these follow."""

from __future__ import annotations

from domain.purchases import Kind
from web.purchase_views import Asking, Card, Estimate, Words
from web.views import Choice, Fact, View, Zone


class SiteTold(View, frozen=True, kw_only=True):
    """A site as its company described it, said; `id` names it in the address of the form that corrects it."""

    id: str
    company_id: str
    name: str
    facts: tuple[Fact, ...]
    leave: Asking | None = None


class ContractPage(View, frozen=True, kw_only=True):
    """`/purchases/{id}/contract`: the terms, the reader's own sites, and the way in after the confirmation.

    `kind` is empty as long as the organiser has not said what contract it is. `site` is the form of one site, whose
    fields follow from the kind; `equipment` numbers its lines.
    """

    zone: Zone
    card: Card
    words: Words
    organiser: bool
    kind: Kind | None
    facts: tuple[Fact, ...] = ()
    formula: str = ""
    together: tuple[Fact, ...] = ()
    sites: tuple[SiteTold, ...] = ()
    site: Asking | None = None
    correcting: str = ""
    equipment: tuple[int, ...] = ()
    join: Asking | None = None
    join_estimate: Estimate | None = None
    joined: str = ""
    charter: str = ""
    supplier: str = ""
    unit: str = ""
    until: str = ""
    conflict: str = ""


class SiteLine(View, frozen=True, kw_only=True):
    """A site in the organiser's table, said."""

    company: str
    site: str
    cells: tuple[str, ...]


class ContractDesk(View, frozen=True, kw_only=True):
    """`/purchases/{id}/contract/desk`: the organiser's side. Without `form` the terms stand as `facts` say."""

    zone: Zone
    card: Card
    kind: Kind | None
    kinds: tuple[Choice, ...]
    pricings: tuple[Choice, ...]
    facts: tuple[Fact, ...] = ()
    formula: str = ""
    form: Asking | None = None
    heads: tuple[str, ...] = ()
    lines: tuple[SiteLine, ...] = ()
    missing: tuple[str, ...] = ()
    totals: tuple[Fact, ...] = ()
    conflict: str = ""
