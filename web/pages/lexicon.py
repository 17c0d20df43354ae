"""The lexicon of the matches: words of the zone it does not know, a term more or less, and what that would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final, Literal

from litestar import Response
from litestar.params import FromPath

from domain import taxonomy
from domain.lexicon import examples, fold, lexicon
from domain.programme import TERM_LENGTH, PublishTerm, WithdrawTerm, checked_words
from domain.refused import Refused, _
from domain.relearning import Change, Shift
from marketplace import relearning
from marketplace.language import Language
from marketplace.links import PAGES
from projections import listings, people
from projections.listings import LISTINGS
from projections.matches import MATCHES, vocabulary
from projections.matches.vocabulary import TermRow
from projections.people import PEOPLE
from web import lexicon_views as views
from web.forms import Answers
from web.policies import form, page
from web.unknown_words import CONSIDERED, worth_teaching
from web.views import Choice
from web.visits import Visit, Visiting, zone_view

MOST_SHIFTS: Final = 30
"""Pairs a preview names; it counts them all."""
MEANING_LENGTH: Final = 200
EXAMPLES: Final = 4
LANGUAGE_WORDS: Final[dict[str, str]] = {"fr": _("French"), "en": _("English")}


@page("/z/{zone:str}/lexicon", policy="facilitator")
async def show_lexicon(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """What the lexicon does not know, and what was published."""
    return await _shown(visit, await visit.zone(zone))


@page("/z/{zone:str}/lexicon/preview", policy="facilitator")
async def preview_term(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """What a term would change; nothing is stored."""
    here = await visit.zone(zone)
    given = visit.questions
    words, concept, _language = _term(given, visit.language)
    preview = None
    if not given.errors:
        try:
            preview = await _preview(visit, here, given, checked_words(words), concept)
        except Refused as refused:
            given.refused(refused, otherwise="words")
    return await _shown(visit, here, given, preview, status=422 if given.errors else 200)


@form("/z/{zone:str}/lexicon", policy="facilitator")
async def publish_term(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Publish a term: every zone's listings are read with it from now on."""
    here = await visit.zone(zone)
    given = await visit.answers()
    words, concept, language = _term(given, visit.language)
    if not given.errors:
        command = PublishTerm(
            **await visit.asked(),
            zone_id=here.zone_id,
            term_id=visit.new_id("term"),
            words=words,
            concept=concept,
            language=language,
        )
        try:
            await visit.carry_out(visit.services.marketplace.publish_term, command)
        except Refused as refused:
            given.refused(refused, otherwise="words")
        else:
            visit.tell(visit.say(_("Published: the matches follow “%(words)s” from now on."), words=words))
            return visit.go(PAGES.lexicon(here.slug))
    return await _shown(visit, here, given, status=422)


@form("/z/{zone:str}/lexicon/{term_id:str}/withdraw", policy="facilitator")
async def withdraw_term(visit: Visiting, zone: FromPath[str], term_id: FromPath[str]) -> Response[Any]:
    """Take a term back."""
    here = await visit.zone(zone)
    command = WithdrawTerm(**await visit.asked(), zone_id=here.zone_id, term_id=term_id)
    await visit.carry_out(visit.services.marketplace.withdraw_term, command)
    visit.tell(visit.say(_("Withdrawn: the matches are as if it had never been published.")))
    return visit.go(PAGES.lexicon(here.slug))


# --- what a term means --------------------------------------------------------------------------------------------


@cache
def _meanings(language: Language) -> Mapping[str, str]:
    """What a term may mean, as the form proposes it: a concept by its first terms, a category by its name."""
    concepts = {", ".join(terms[:EXAMPLES]): concept for concept, terms in examples().items()}
    categories = {
        f"{taxonomy.label(leaf.family, language)} › {taxonomy.label(leaf.code, language)}": leaf.code
        for leaf in taxonomy.leaves()
        if not leaf.is_other
    }
    return dict(sorted(concepts.items(), key=lambda item: fold(item[0]))) | categories


@cache
def _meant_by(language: Language) -> Mapping[str, str]:
    return {fold(label): concept for label, concept in _meanings(language).items()}


def _said(concept: str, language: Language) -> str:
    return next((label for label, known in _meanings(language).items() if known == concept), concept)


def _term(given: Answers, language: Language) -> tuple[str, str, Any]:
    """The three answers of the form; a meaning may be chosen, or be any word the lexicon knows."""
    words = given.text("words", most=TERM_LENGTH, missing=_("Write the term."))
    typed = given.text("meaning", most=MEANING_LENGTH, missing=_("Choose what it means in the list."))
    concept = _meant_by(language).get(fold(typed)) or lexicon().concept_of(typed) or ""
    if typed and not concept:
        given.wrong("meaning", _("The lexicon does not know this either: choose in the list."))
    return words, concept, given.choice("language", LANGUAGE_WORDS, usual=language)


# --- the page -----------------------------------------------------------------------------------------------------


async def _shown(
    visit: Visit,
    here: people.Zone,
    given: Answers | None = None,
    preview: views.Preview | None = None,
    status: int = 200,
) -> Response[Any]:
    async with visit.reading(MATCHES, LISTINGS, PEOPLE) as read:
        found = await read.all(vocabulary.unknown_words(here.zone_id, CONSIDERED))
        said = {row.listing_id: row for row in await read.all(listings.among([row.listing_id for row in found]))}
        terms = await read.all(vocabulary.terms())
        held = await read.one(vocabulary.frequencies())
        zones = {zone.zone_id: zone.name for zone in await read.all(people.zones())}
        names: dict[str, str] = {}
        for actor in sorted({actor for term in terms for actor in (term.published_by, term.withdrawn_by) if actor}):
            known = await read.one(people.member(actor.removeprefix("member:")))
            if known is not None and known.name:
                names[actor] = known.name
    asked = {"words": visit.request.query_params.get("words", "")[:TERM_LENGTH], "language": visit.language}
    view = views.LexiconPage(
        zone=zone_view(here),
        version=held.version if held else lexicon().version,
        built_in=len(lexicon().concepts),
        form=visit.form(given, values=asked),
        meanings=tuple(_meanings(visit.language)),
        languages=tuple(Choice(value=value, label=visit.say(label)) for value, label in LANGUAGE_WORDS.items()),
        unknown=tuple(
            views.Unknown(
                word=row.word,
                listings=row.listings,
                title=row.title,
                to=PAGES.listing(row.listing_id),
                teach=PAGES.lexicon(here.slug, words=row.word),
            )
            for row in worth_teaching(found, said)
        ),
        published=tuple(_published(visit, here, term, names, zones) for term in terms if term.words),
        preview=preview,
    )
    return await visit.page("zones/lexicon.html", view, zone=here, current="funnel", status=status)


def _published(
    visit: Visit, here: people.Zone, term: TermRow, names: Mapping[str, str], zones: Mapping[str, str]
) -> views.Published:
    elsewhere = visit.say(_("a facilitator of %(zone)s"), zone=zones.get(term.zone_id, term.zone_id))
    own = term.withdrawn_at is None and term.zone_id == here.zone_id
    return views.Published(
        term_id=term.term_id,
        words=term.words,
        meaning=_said(term.concept, visit.language),
        language=visit.say(LANGUAGE_WORDS.get(term.language, term.language)),
        by=names.get(term.published_by, elsewhere),
        at=term.published_at,
        withdrawn_by=names.get(term.withdrawn_by, elsewhere) if term.withdrawn_by else "",
        withdrawn_at=term.withdrawn_at,
        command=visit.new_command() if own else "",
    )


async def _preview(visit: Visit, here: people.Zone, given: Answers, words: str, concept: str) -> views.Preview:
    async with visit.reading(MATCHES) as read:
        rows = await read.all(relearning.listings_of(here.zone_id))
        now = await relearning.held_now(read, here.zone_id)
    if now.words().concept_of(words) is not None:
        raise Refused(_("The lexicon knows “%(words)s” already."), field="words", words=words)
    # Thousands of pairs may be judged: others are answered meanwhile.
    change = await visit.services.blocking(relearning.change, rows, now, now.words((words, concept)))
    return views.Preview(
        form=visit.form(given), words=words, meaning=_said(concept, visit.language), changes=changes(change, rows)
    )


def changes(change: Change, rows: Sequence[vocabulary.Read]) -> views.Changes:
    """What becomes of the matches, the largest shifts by the titles of their listings."""
    titles = {row.listing_id: row.title for row in rows}
    return views.Changes(
        listings=len(change.listings),
        appear=change.appear,
        vanish=change.vanish,
        differ=len(change.shifts) - change.appear - change.vanish,
        stays=change.stays,
        shifts=tuple(
            views.Shift(
                kind=_kind(shift),
                offered=titles[shift.one],
                offered_to=PAGES.listing(shift.one),
                asked=titles[shift.other],
                asked_to=PAGES.listing(shift.other),
                before=shift.before,
                after=shift.after,
            )
            for shift in change.shifts[:MOST_SHIFTS]
        ),
        hidden=max(0, len(change.shifts) - MOST_SHIFTS),
        whole=change.whole,
    )


def _kind(shift: Shift) -> Literal["appears", "vanishes", "more", "less"]:
    if not shift.before:
        return "appears"
    if not shift.after:
        return "vanishes"
    return "more" if shift.after > shift.before else "less"


handlers = [show_lexicon, preview_term, publish_term, withdraw_term]
