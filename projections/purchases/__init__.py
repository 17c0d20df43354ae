"""Group purchases as members join them and the organiser leads them."""

from projections.purchases.changes import PURCHASES
from projections.purchases.questions import (
    PAGE,
    Listed,
    State,
    Waking,
    days,
    in_zone,
    of_companies,
    one,
    page_of,
    pledges,
    quotes,
    state,
    steps,
    terms,
    waking,
)
from projections.purchases.rows import DayRow, PledgeRow, PurchaseRow, QuoteRow, StateRow, StepRow, TermsRow

__all__ = [
    "PAGE",
    "PURCHASES",
    "DayRow",
    "Listed",
    "PledgeRow",
    "PurchaseRow",
    "QuoteRow",
    "State",
    "StateRow",
    "StepRow",
    "TermsRow",
    "Waking",
    "days",
    "in_zone",
    "of_companies",
    "one",
    "page_of",
    "pledges",
    "quotes",
    "state",
    "steps",
    "terms",
    "waking",
]
