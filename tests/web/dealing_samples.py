"""Believable pages of one exchange, from the question to a dispute, and the sheet that goes along."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.quantities import Quantity
from marketplace.pickup_words import Line
from web.drawn_codes import drawn_code
from web.exchange_page_views import (
    Contact,
    Conversation,
    ExchangePage,
    Figure,
    Message,
    Pickup,
    SheetPage,
    Side,
    StepForm,
    WasteQuestions,
)
from web.exchange_views import Happening, Stage, Turn
from web.views import Choice, Form, PhotoField, View, Viewer, Zone

REASONS = (
    Choice(value="quality", label="Qualité ou état non conforme"),
    Choice(value="transport", label="Transport ou logistique"),
    Choice(value="other", label="Autre (préciser)"),
)
MILL = Side(company_id="company-1", name="Scierie Dunand", gives=True)
BAKERY = Side(company_id="company-2", name="Fournil des Jourdies", gives=False)
ASKED = Stage(code="asked", word="En attente de réponse", icon="clock", tone="wait")
ARRANGED = Stage(code="arranged", word="Rendez-vous pris", icon="calendar", tone="go")
DISPUTED = Stage(code="disputed", word="Deux chiffres à départager", icon="alert", tone="trouble")
CONFIRMED = Stage(code="confirmed", word="Enlevé et confirmé", icon="check", tone="done")
FLOW = Stage(code="running", word="Flux régulier, en cours", icon="repeat", tone="go")
CONTACT = Contact(
    company="Scierie Dunand",
    name="Léa Dunand",
    mail="lea@scierie-dunand.example",
    site="Cour nord",
    address="12 rue des Sapins",
)
PICKUP = Pickup(
    when="mardi 1 décembre, 09:00–10:00",
    agreed=True,
    by="",
    address="Cour nord, 12 rue des Sapins",
    instructions="Quai 3, demander Marc.\nPrévoir des sangles.",
)
WASTE = WasteQuestions(
    treatments=(Choice(value="R3", label="R3 · Matières organiques recyclées"),), threshold="0,5", hazardous="0,1"
)


def step(verb: str, *, is_open: bool = False, errors: dict[str, str] | None = None, **more: Any) -> StepForm:
    """A step as its form stands."""
    values = {
        "amount": "120",
        "measured": "yes",
        "final": "yes",
        "collected_on": "2026-11-23",
        "waste_code": "15 01 03",
    }
    form = Form(command_id=f"c-{verb}", values=values, errors=errors or {}, seen_version=7)
    return StepForm(verb=verb, form=form, open=is_open, number=1, said="120 palettes", **more)


def steps(*those: StepForm) -> dict[str, StepForm]:
    """Steps by their verb."""
    return {one.verb: one for one in those}


def dealing_samples(zone: Zone, people: Sequence[Viewer], now: datetime) -> Iterator[tuple[str, str, Any, str, View]]:
    """Each page as (name, template, who looks, part of the site, view)."""
    lea, dock, alix = people
    happened = (
        Happening(
            at=now - timedelta(hours=2), sentence="Fournil des Jourdies a dit oui : mardi 1 décembre, 09:00–10:00"
        ),
        Happening(at=now - timedelta(days=1), sentence="Vous avez accepté : 120 palettes réservées", by_reader=True),
        Happening(
            at=now - timedelta(days=2), sentence="Fournil des Jourdies a demandé 150 palettes", words="Bonjour !"
        ),
    )

    def page(**more: Any) -> ExchangePage:
        usual: dict[str, Any] = {
            "id": "exchange-1", "listing_id": "listing-1", "title": "120 palettes Europe EPAL, bon état",
            "listing_seen": True, "category": "Palette Europe EPAL", "category_code": "PAL.EPAL1", "kind": "offer",
            "zone": zone, "sides": (MILL, BAKERY), "mine": MILL, "other": BAKERY, "stage": ARRANGED, "turn": None,
            "quantity": Quantity(Decimal(120), "H87"), "unit": "palettes", "seen_version": 7, "reasons": REASONS,
            "conditions": (Choice(value="B", label="Bon (B)"),), "uses": (Choice(value="reuse", label="Réemployé"),),
            "happened": happened, "for_company": MILL.company_id, "today": now.date(), "metres": 850,
        }  # fmt: skip
        return ExchangePage(**{**usual, **more})

    def turn(sentence: str, **more: Any) -> Turn:
        return Turn(sentence=sentence, by=now + timedelta(days=4), **{"mine": True, **more})

    messages = (
        Message(
            id="message-1", mine=False, company="Fournil des Jourdies", text="Le quai est libre ?\nNous venons à deux.",
            photos=(), at=now - timedelta(hours=3), report=Form(command_id="c-report"),
        ),
        Message(id="message-2", mine=True, company="Scierie Dunand", text="Oui, dès 7 h.", photos=("p-1",), at=now),
        Message(
            id="message-3", mine=False, company="Fournil des Jourdies", text="Merci.", photos=(), at=now, reported=True
        ),
    )  # fmt: skip
    talk = Conversation(messages=messages, form=Form(command_id="c-message"), photos=PhotoField(), command="c-block")
    wrong = Form(command_id="c-m", values={"text": ""}, errors={"text": "Écrivez un message."})
    yield "exchange-asked", "exchanges/show.html", lea, "exchanges", page(
        stage=ASKED,
        turn=turn("À vous : dites oui ou non d’ici vendredi 27 novembre"),
        message="Nous en prendrions 150, notre camion passe le mardi.",
        steps=steps(step("accept", is_open=True), step("decline")),
        conversation=Conversation(messages=(), form=wrong, photos=PhotoField(), command="c"),
    )  # fmt: skip
    yield "exchange-arranged", "exchanges/show.html", lea, "exchanges", page(
        turn=turn("Enlèvement : mardi 1 décembre, 09:00–10:00", mine=False, coming=True),
        pickup=PICKUP, contact=CONTACT, conversation=talk, kept_until="mardi 8 décembre",
        asked=Quantity(Decimal(150), "H87"),
        steps=steps(step("propose"), step("confirm"), step("abandon"), step("renew_hold")),
    )  # fmt: skip
    yield "exchange-proposed", "exchanges/show.html", lea, "exchanges", page(
        conflict="Entre-temps, un autre créneau a été proposé. Répondez à celui-ci.",
        turn=turn("À vous : répondez au créneau proposé d’ici lundi 30 novembre", late=True),
        pickup=Pickup(
            when="mardi 1 décembre, 09:00–10:00", agreed=False, by="Fournil", held="lundi 30 novembre, 8:00–9:00"
        ),
        steps=steps(step("agree", is_open=True), step("propose"), step("abandon")),
    )  # fmt: skip
    yield "exchange-waste", "exchanges/show.html", lea, "exchanges", page(
        turn=turn("À vous : dites ce qui a été enlevé aujourd’hui"),
        waste=WASTE, waste_register=True, pickup=PICKUP, photos=PhotoField(waiting="token", waiting_count=1),
        steps=steps(step("confirm", is_open=True, errors={"tonnes": "Écrivez le poids en tonnes, comme 0,85."})),
    )  # fmt: skip
    figures = (
        Figure(value="stated", label="Fournil : 120 palettes"),
        Figure(value="disputed", label="Scierie : 90 palettes"),
    )
    yield "exchange-disputed", "exchanges/show.html", lea, "exchanges", page(
        stage=DISPUTED, turn=turn("À vous : mettez-vous d’accord sur ce qui a été enlevé"), taken="120 palettes",
        told=(Figure(value="Fournil", label="120 palettes"), Figure(value="Scierie", label="90 palettes")),
        steps=steps(step("settle", is_open=True, figures=figures[:1])),
    )  # fmt: skip
    yield "exchange-settle", "exchanges/show.html", alix, "exchanges", page(
        stage=DISPUTED, mine=None, for_company="", turn=turn("La suite : Fournil regarde l’autre chiffre", mine=False),
        steps=steps(step("settle", is_open=True, figures=figures)),
        acting=(Choice(value="company-1", label="Scierie Dunand"), Choice(value="company-2", label="Fournil")),
    )  # fmt: skip
    yield "exchange-confirmed", "exchanges/show.html", lea, "exchanges", page(
        stage=CONFIRMED, taken="118 palettes", on_behalf=True,
        steps=steps(step("declare", is_open=True), step("correct"), step("dispute")),
    )  # fmt: skip
    periods = (
        Choice(value="2026-W47", label="semaine du 16 novembre"),
        Choice(value="2026-W46", label="du 9 novembre"),
    )
    yield "exchange-flow", "exchanges/show.html", dock, "exchanges", page(
        stage=FLOW, shared=True, turn=turn("À vous : dites ce qui est arrivé d’ici vendredi"),
        quantity=Quantity(Decimal(40), "H87", "WEE"),
        contact=Contact(company="Fournil", name="", mail="", site="Four", address="3 rue du Pain"),
        steps=steps(
            step("confirm_period", is_open=True, periods=periods),
            step("miss_period", periods=periods[:1]),
            step("end"),
        ),
    )  # fmt: skip
    yield "exchange-declined", "exchanges/show.html", lea, "exchanges", page(
        stage=Stage(code="declined", word="Décliné", icon="close", tone="stop"), listing_seen=False,
        reason="Transport ou logistique", reason_words="Notre camion est en panne.",
    )  # fmt: skip
    code = drawn_code("https://gisement.example/exchanges/exchange-1#confirm")
    yield "exchange-sheet", "exchanges/sheet.html", lea, "exchanges", SheetPage(
        id="exchange-1", title="120 palettes Europe EPAL", category="Palette Europe EPAL", category_code="PAL.EPAL1",
        quantity=Quantity(Decimal(120), "H87"), provider="Scierie Dunand", receiver="Fournil des Jourdies",
        when="mardi 1 décembre, 09:00–10:00", site="Cour nord", address="12 rue des Sapins", instructions="Quai 3",
        fetched=(Line("Prêt", "du lundi au vendredi"), Line("Chargement", "À quai")),
        contacts=(CONTACT,), code=code.path, code_size=code.size,
        page_address="https://gisement.example/exchanges/exchange-1",
    )  # fmt: skip
