"""What the moderators of a zone say again and again: kept in its own words, in French and in English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, cast

from litestar import Response
from litestar.params import FromPath

from domain.listings import GROUNDS
from domain.refused import NotFound, Refused, _
from domain.sentences import LONGEST, USES, DropSentence, KeepSentence
from marketplace.language import LANGUAGES
from marketplace.links import PAGES
from projections import moderation, people
from projections.moderation import MODERATION
from web import answers
from web.forms import Answers
from web.policies import form, page
from web.sentences import BEGINNING, Sentence, sentences_of
from web.views import Choice
from web.views.moderation import KeptSentence, SentencesPage
from web.visits import Visit, Visiting, zone_view

ID: Final = re.compile(r"sentence-[0-9a-f-]{36}")
FOR: Final = {"amend": _("Asking for a change"), "reject": _("Refusing")}


@page("/z/{zone:str}/moderation/sentences", policy="moderator")
async def sentences(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """All sentences of the zone, each to be changed."""
    return await _page(visit, await visit.zone(zone))


@form("/z/{zone:str}/moderation/sentences", policy="moderator")
async def keep(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Keep a sentence: a new one, or other words of one there is."""
    here = await visit.zone(zone)
    given = await visit.answers()
    sentence_id = given.raw("sentence_id")
    if sentence_id not in BEGINNING and not ID.fullmatch(sentence_id):
        raise NotFound(_("There is no such sentence."))
    use: Any = given.choice("use", USES, missing=_("Choose what the sentence is for."))
    ground: Any = given.choice("ground", GROUNDS, missing=_("Choose the ground it goes with."))
    texts: dict[str, str] = {language: given.text(language, most=LONGEST) for language in LANGUAGES}
    if not given.errors:
        command = KeepSentence(
            **await visit.asked(), zone_id=here.zone_id, sentence_id=sentence_id, use=use, ground=ground, texts=texts
        )
        try:
            await visit.carry_out(visit.services.marketplace.keep_sentence, command)
        except Refused as refused:
            given.refused(refused, otherwise="fr")
        else:
            visit.tell(visit.say(_("Kept: every moderator of the zone can choose it now.")))
            return visit.go(PAGES.sentences(here.slug, sentence_id))
    return await _page(visit, here, sent=(sentence_id, given), status=422)


@form("/z/{zone:str}/moderation/sentences/{sentence_id:str}/drop", policy="moderator")
async def drop(visit: Visiting, zone: FromPath[str], sentence_id: FromPath[str]) -> Response[Any]:
    """Do without a sentence; what was said with it stays said."""
    here = await visit.zone(zone)
    command = DropSentence(**await visit.asked(), zone_id=here.zone_id, sentence_id=sentence_id)
    await visit.carry_out(visit.services.marketplace.drop_sentence, command)
    visit.tell(visit.say(_("Gone from the list; what was said with it stays said.")))
    return visit.go(PAGES.sentences(here.slug))


async def _page(
    visit: Visit, here: people.Zone, *, sent: tuple[str, Answers] | None = None, status: int = 200
) -> Response[Any]:
    async with visit.reading(MODERATION) as read:
        kept = sentences_of(visit.language, await read.all(moderation.sentences(here.zone_id)))
    shown = [_shown(visit, one, sent) for one in kept]
    there = {one.sentence_id for one in kept}
    new_id, given = sent if sent and sent[0] not in there else (visit.new_id("sentence"), None)
    view = SentencesPage(
        zone=zone_view(here),
        amend=tuple(view for view, one in zip(shown, kept, strict=True) if one.use == "amend" and not one.dropped),
        reject=tuple(view for view, one in zip(shown, kept, strict=True) if one.use == "reject" and not one.dropped),
        dropped=tuple(view for view, one in zip(shown, kept, strict=True) if one.dropped),
        new=KeptSentence(sentence_id=new_id, form=visit.form(given), open=given is not None),
        uses=tuple(Choice(value=use, label=visit.say(label)) for use, label in FOR.items()),
        grounds=answers.grounds(visit.say),
    )
    return await visit.page("moderation/sentences.html", view, zone=here, current="moderation", status=status)


def _shown(visit: Visit, one: Sentence, sent: tuple[str, Answers] | None) -> KeptSentence:
    given = sent[1] if sent and sent[0] == one.sentence_id else None
    values = cast("Mapping[str, str]", {"use": one.use, "ground": one.ground, **one.texts})
    return KeptSentence(
        sentence_id=one.sentence_id,
        form=visit.form(given, values=values),
        open=given is not None,
        own=one.own,
        heading=next(iter(one.texts.values()), ""),
        drop_command=visit.new_command(),
    )


handlers = [sentences, keep, drop]
