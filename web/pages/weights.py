"""How a zone weighs its matches: what each part is worth, and what other weights or word counts would change."""

from __future__ import annotations

from typing import Any, Final, Literal

from litestar import Response
from litestar.params import FromPath

from domain.lexicon import FREQUENCIES
from domain.matching import DEFAULT, Weights
from domain.programme import NARROWEST, WIDEST, PublishFrequencies, SetMatchWeights
from domain.refused import Refused, _
from marketplace import relearning
from marketplace.links import PAGES
from projections import people
from projections.matches import MATCHES
from web import lexicon_views as views
from web.forms import Answers
from web.pages.lexicon import changes
from web.pages.ranking import PARTS
from web.policies import form, page
from web.visits import Visit, Visiting, zone_view

MOST_POINTS: Final = 100
TABLE_WORDS: Final = {
    1: _("Names of categories"),
    2: _("Names of categories and of things of everyday use"),
}
"""What the words of each table were counted in."""

Looked = Literal["weights", "frequencies"]


@page("/z/{zone:str}/weights", policy="facilitator")
async def show_weights(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """The weights in force; with others in the address, what they would change."""
    here = await visit.zone(zone)
    asked = visit.questions
    if asked.raw("frequencies"):
        return await _shown(visit, here, asked, "frequencies")
    return await _shown(visit, here, asked, "weights" if asked.raw("category") else None)


@form("/z/{zone:str}/weights", policy="facilitator")
async def set_weights(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Weigh the matches of the zone otherwise, from now on."""
    here = await visit.zone(zone)
    given = await visit.answers()
    wanted = _weights(given)
    if wanted is not None:
        command = SetMatchWeights(
            **await visit.asked(),
            zone_id=here.zone_id,
            category=wanted.category,
            text=wanted.text,
            distance=wanted.distance,
            quantity=wanted.quantity,
        )
        try:
            await visit.carry_out(visit.services.marketplace.set_match_weights, command)
        except Refused as refused:
            given.refused(refused, otherwise="category")
        else:
            visit.tell(visit.say(_("Set: the matches of the zone are weighed so from now on.")))
            return visit.go(PAGES.weights(here.slug))
    return await _shown(visit, here, given)


@form("/z/{zone:str}/weights/frequencies", policy="facilitator")
async def publish_frequencies(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Measure how rare words are with another table, in every zone."""
    here = await visit.zone(zone)
    given = await visit.answers()
    table = _table_number(given)
    if table is None:
        raise Refused(_("There is no such table of word frequencies."))
    command = PublishFrequencies(**await visit.asked(), zone_id=here.zone_id, frequencies=table)
    await visit.carry_out(visit.services.marketplace.publish_frequencies, command)
    visit.tell(visit.say(_("Published: every listing is read again with it.")))
    return visit.go(PAGES.weights(here.slug))


async def _shown(visit: Visit, here: people.Zone, asked: Answers, looked: Looked | None = None) -> Response[Any]:
    async with visit.reading(MATCHES) as read:
        now = await relearning.held_now(read, here.zone_id)
        rows = await read.all(relearning.listings_of(here.zone_id)) if looked else []
    wanted = _weights(asked) if looked == "weights" else None
    table = _table_number(asked) if looked == "frequencies" else None
    preview = None
    # Thousands of pairs may be judged: others are answered meanwhile.
    if wanted is not None:
        preview = changes(await visit.services.blocking(relearning.change, rows, now, None, wanted), rows)
    elif table is not None:
        words = now.words(frequencies=table)
        preview = changes(await visit.services.blocking(relearning.change, rows, now, words), rows)
    parts = tuple(_part(visit, name, now.weights) for name in PARTS)
    typed = {part.name: str(part.points) for part in parts}
    view = views.WeightsPage(
        zone=zone_view(here),
        form=visit.form(asked if looked == "weights" or asked.errors else None, values=typed),
        parts=parts,
        own=now.own_weights and now.weights != DEFAULT,
        usual=PAGES.weights(here.slug, **{part.name: str(part.usual) for part in parts}),
        tables=tuple(_table(visit, here, number, now.frequencies) for number in sorted(FREQUENCIES)),
        saves=visit.form(asked) if wanted is not None and wanted != now.weights else None,
        preview=preview,
        previewed=table,
    )
    status = 422 if asked.errors else 200
    return await visit.page("zones/weights.html", view, zone=here, current="funnel", status=status)


def _weights(given: Answers) -> Weights | None:
    """The four answers, each within its bounds; together they make 100."""
    points: dict[str, int] = {}
    for name in PARTS:
        found = given.whole(name, least=_least(name), most=_most(name), wanted=True)
        if found is not None:
            points[name] = found
    if not given.errors and sum(points.values()) != MOST_POINTS:
        given.wrong("category", _("The four parts make 100 points together."))
    return None if given.errors else Weights(**points)


def _table_number(given: Answers) -> int | None:
    return given.whole("frequencies", least=min(FREQUENCIES), most=max(FREQUENCIES))


def _least(name: str) -> int:
    return int(NARROWEST * getattr(DEFAULT, name))


def _most(name: str) -> int:
    return WIDEST * int(getattr(DEFAULT, name))


def _part(visit: Visit, name: str, held: Weights) -> views.Part:
    return views.Part(
        name=name,
        label=visit.say(PARTS[name]),
        points=getattr(held, name),
        usual=getattr(DEFAULT, name),
        least=_least(name),
        most=_most(name),
    )


def _table(visit: Visit, here: people.Zone, number: int, held: int) -> views.Table:
    other = number != held
    return views.Table(
        number=number,
        label=visit.say(TABLE_WORDS[number]),
        holds=not other,
        preview=PAGES.weights(here.slug, frequencies=str(number)) if other else "",
        command=visit.new_command() if other else "",
    )


handlers = [show_weights, set_weights, publish_frequencies]
