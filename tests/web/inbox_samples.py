"""Samples of what follows a match: interest in a listing, its answers, and the inbox."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from web.exchange_views import (
    Asking,
    InboxPage,
    Interest,
    InterestForm,
    Interests,
    Left,
    Line,
    Stage,
    Turn,
    UnderWay,
)
from web.views import (
    Choice,
    Form,
    Viewer,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from web.views import View

from tests.web.sample_world import DOCK, LEA, MARC, NOW, listing, own

WAITS: Final = Stage(code="asked", word="En attente de réponse", icon="clock", tone="wait")
ARRANGED: Final = Stage(code="arranged", word="Rendez-vous pris", icon="calendar", tone="go")
DONE: Final = Stage(code="confirmed", word="Enlevé et confirmé", icon="check", tone="done")
STOPPED: Final = Stage(code="declined", word="Décliné", icon="close", tone="stop")
REASONS: Final = (
    Choice(value="other_solution", label="Autre solution retenue"),
    Choice(value="quality", label="Qualité ou état non conforme"),
    Choice(value="quantity", label="Quantité insuffisante ou irrégulière"),
    Choice(value="transport", label="Transport ou logistique"),
    Choice(value="other", label="Autre (préciser)"),
)
SOON: Final = NOW + timedelta(days=4)
TURN: Final = Turn(
    mine=True, sentence="À vous : dites oui ou non d’ici vendredi 27 novembre", by=SOON, what="answer", do="Répondre"
)
LATE: Final = Turn(
    mine=True,
    sentence="À vous : dites ce qui a été enlevé ; c’était pour vendredi 20 novembre",
    by=NOW,
    what="confirm",
    late=True,
    do="Confirmer l’enlèvement",
)
THEIRS: Final = Turn(mine=False, sentence="À eux : Free Glisse Shop répond au créneau proposé", by=SOON)
COMING: Final = Turn(mine=False, coming=True, sentence="Enlèvement : jeudi 26 novembre, 14:00–15:00", by=SOON)


def line(number: int, turn: Turn | None, stage: Stage, **more: Any) -> Line:
    """An exchange in a list."""
    return Line(
        exchange_id=f"exchange-{number}",
        listing_id="listing-1",
        title="120 palettes Europe 80×120, bon état",
        quantity="40 palettes",
        company="Free Glisse Shop",
        gives=number % 2 == 1,
        category="PAL.EPAL1",
        stage=stage,
        turn=turn,
        at=NOW - timedelta(days=number),
        **more,
    )


LINES: Final = (line(1, TURN, WAITS), line(2, LATE, ARRANGED))


def interest(number: int, company: str, amount: str, record: str, **more: Any) -> Interest:
    """One company that asked."""
    return Interest(
        exchange_id=f"exchange-{number}",
        company=company,
        quantity=amount,
        asked_at=NOW - timedelta(days=number),
        stage=WAITS,
        record=record,
        metres=400 * number,
        unit="palette",
        **more,
    )


def asked_of_me() -> Interests:
    """Two who wait, one on the way, one it is over with."""
    return Interests(
        waiting=(
            interest(
                1,
                "Boulangerie Blanc",
                "100 palettes",
                "7 demandes acceptées : 6 enlevées, 1 abandonnée",
                message="Nous pouvons passer jeudi matin avec le camion.",
                accept=Form(command_id="c-1", values={"amount": "100"}, seen_version=3),
                decline=Form(command_id="c-2", seen_version=3),
            ),
            interest(
                2,
                "Free Glisse Shop",
                "80 palettes",
                "Premier échange ici",
                goes_with_id="listing-4",
                goes_with="Cherche 80 palettes",
                accept=Form(
                    command_id="c-3",
                    values={"amount": "800"},
                    errors={"amount": "Il n’en reste que 100."},
                    seen_version=3,
                ),
                decline=Form(command_id="c-4", errors={"sentence": "Dites laquelle."}, seen_version=3),
            ),
        ),
        on_the_way=(interest(3, "Imprimerie du Môle", "20 palettes", "", turn=COMING),),
        over=(interest(4, "Garage Perrin", "10 palettes", ""),),
        sum="demandé 180 · libre 100",
        short=True,
        reasons=REASONS,
    )


def exchanges() -> Iterator[tuple[str, str, Viewer | None, str, View]]:
    """What follows a match: interest in a listing, its answers, and the inbox."""
    left = Left(sentence="Il en reste 100 sur 120 palettes", share=83)
    none = Left(sentence="Tout est promis", share=0, all_promised=True)
    filled = Form(command_id="c-1", values={"amount": "40", "rhythm": "flow", "other_listing": "listing-4"})
    wrong = Form(command_id="c-1", values={"amount": "900"}, errors={"amount": "Il y en a 100 en tout."})
    goes_with = (Choice(value="listing-4", label="Cherche 40 palettes"),)
    companies = (Choice(value="company-1", label="Scierie Dunand"), Choice(value="company-2", label="Dunand Bois"))
    ask = InterestForm(form=filled, unit="H87", unit_said="palettes", per="WEE", goes_with=goes_with, opened=True)
    again = InterestForm(form=wrong, unit="H87", unit_said="palettes", companies=companies, opened=True)
    closed = InterestForm(form=filled, unit="H87", unit_said="palettes")
    under_way = UnderWay(exchange_id="exchange-1", quantity="40 palettes", stage=WAITS, turn=THEIRS)
    show = "listings/show.html"
    yield "ask", show, LEA, "listings", listing(left=left, asking=Asking(form=ask))
    yield "ask-folded", show, LEA, "listings", listing(left=none, asking=Asking(form=closed))
    yield "ask-wrong", show, LEA, "listings", listing(left=left, asking=Asking(form=again))
    yield "ask-under-way", show, LEA, "listings", listing(left=left, asking=Asking(under_way=(under_way,)))
    yield "ask-visitor", show, None, "listings", listing(left=left, asking=Asking(sign_in=True))
    yield "ask-phone", show, DOCK, "listings", listing(left=left, asking=Asking(phone=True))
    yield "ask-outsider", show, LEA, "listings", listing(left=left, asking=Asking(outsider=True))
    may = own(can_amend=True, can_renew=True, can_withdraw=True, unanswered=2, reasons=REASONS)
    yield "asked", show, LEA, "listings", listing(left=left, owner=may, interests=asked_of_me())
    yield "inbox", "exchanges/list.html", LEA, "exchanges", InboxPage(
        owed=LINES,
        waiting=(line(3, THEIRS, WAITS),),
        upcoming=(line(4, COMING, ARRANGED),),
        closed=(line(5, None, DONE), line(6, None, STOPPED, reason="Prix ou coût")),
        more={"closed": "/exchanges?group=closed&after=exchange-6"},
    )  # fmt: skip
    yield "inbox-empty", "exchanges/list.html", LEA, "exchanges", InboxPage()
    yield "inbox-phone", "exchanges/list.html", DOCK, "exchanges", InboxPage(owed=(line(1, TURN, WAITS, leave=True),))
    yield "inbox-nobody", "exchanges/list.html", MARC, "exchanges", InboxPage(acts=False)
