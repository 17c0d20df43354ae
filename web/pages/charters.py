"""The charters of a zone: read by everyone they concern, accepted by companies, published by administrators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from litestar import Response
from litestar.params import FromPath, FromQuery

from domain import charters
from domain.charters import PURPOSES, Purpose
from domain.refused import Conflict, NotFound, Refused, _
from marketplace.links import PAGES, Links
from projections import charters as read_charters
from projections import people
from projections.charters import CHARTERS, Charter
from projections.people import PEOPLE
from projections.people.questions import members_by_id
from projections.viewer import Viewer
from web import charter_views as views
from web.charter_words import PURPOSE_WORDS
from web.forms import Answers
from web.policies import form, page
from web.views import Choice
from web.visits import Visit, Visiting, zone_view

SUPPLIER: Final = "charter"
"""The purpose of the token by which a supplier reads and signs; its value is the charter's id."""
LANGUAGES: Final = {"fr": "Français", "en": "English"}
MOST_COMPANIES: Final = 2_000
MISSING: Final = _("There is no such charter.")


@page("/z/{zone:str}/charters", policy="anyone")
async def all_charters(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """The charters of a zone, as far as the reader may see them."""
    here = await visit.zone(zone)
    own = [company for company in visit.viewer.companies if here.zone_id in company.zones]
    async with visit.reading(CHARTERS) as read:
        found = await read.all(read_charters.of_zone(here.zone_id, visit.language))
        accepted = {
            each.charter_id: [row for row in await read.all(read_charters.acceptances(each.charter_id))
                              if row.company_id in {company.company_id for company in own}]
            for each in found
        }  # fmt: skip
    administers = visit.viewer.has_role(here.zone_id, "administrator")
    runs = visit.viewer.has_role(here.zone_id, "administrator", "facilitator", "moderator")
    lines = [_line(visit, each, accepted[each.charter_id], own=bool(own), runs=runs) for each in found]
    there = {each.purpose for each in found}
    view = views.ChartersPage(
        zone=zone_view(here),
        charters=tuple(line for line in lines if not line.ended),
        ended=tuple(line for line in lines if line.ended),
        missing=tuple(
            Choice(value=purpose, label=visit.say(said.name), hint=visit.say(said.says))
            for purpose, said in PURPOSE_WORDS.items()
            if administers and (purpose == "action" or purpose not in there)
        ),
        administers=administers,
        companies=here.companies,
    )
    return await visit.page("charters/list.html", view, zone=here, current="zone")


def _line(
    visit: Visit, each: Charter, accepted: Sequence[read_charters.AcceptanceRow], *, own: bool, runs: bool
) -> views.CharterLine:
    newest = max((row.number for row in accepted), default=0)
    asks = own and newest < each.number and not each.ended
    if newest == each.number:
        mine = visit.say(_("Your company accepted it."))
    elif newest:
        mine = visit.say(_("Your company accepted version %(number)s: a newer one asks for its word."), number=newest)
    else:
        mine = visit.say(_("Your company has not accepted it yet.")) if asks else ""
    return views.CharterLine(
        charter_id=each.charter_id,
        purpose=visit.say(PURPOSE_WORDS[each.purpose].name),
        title=each.title,
        number=each.number,
        published_at=each.published_at,
        accepted=each.accepted if runs else 0,
        supplier=each.supplier,
        ended=each.ended,
        mine=mine,
        asks=asks,
    )


@page("/charters/{charter_id:str}", policy="anyone")
async def charter(visit: Visiting, charter_id: FromPath[str], version: FromQuery[int] = 0) -> Response[Any]:
    """One charter, to be read and accepted."""
    async with visit.reading(CHARTERS, PEOPLE) as read:
        found = await read.one(read_charters.one(charter_id, visit.language, version))
        if found is None:
            raise NotFound(MISSING)
        older = await read.all(read_charters.versions(charter_id))
        accepted = await read.all(read_charters.acceptances(charter_id))
        (here,) = await read.all(people.zones_by_id([found.zone_id]))
        runs = visit.viewer.has_role(here.zone_id, "administrator", "facilitator", "moderator")
        companies = await read.all(people.companies(here.zone_id, limit=MOST_COMPANIES)) if runs else []
        actors = [row.actor.removeprefix("member:") for row in accepted]
        names = {each.member_id: each.name for each in await read.all(members_by_id(actors))} if runs else {}
    administers = visit.viewer.has_role(here.zone_id, "administrator")
    view = views.CharterPage(
        zone=zone_view(here),
        charter_id=found.charter_id,
        purpose=visit.say(PURPOSE_WORDS[found.purpose].name),
        words=words_of(found),
        number=found.number,
        latest=found.latest,
        published_at=found.published_at,
        changes=found.changes,
        supplier=found.supplier,
        signed_by=found.signed_by,
        signed_at=found.signed_at,
        ended=found.ended,
        versions=tuple(
            views.Version(
                number=row.number,
                published_at=row.published_at,
                changes=row.changes,
                current=row.number == found.number,
            )
            for row in older
        ),
        own=_own(visit, found, accepted),
        signatories=_signatories(visit, found, companies, accepted, names),
        runs=runs,
        administers=administers,
        supplier_link=_supplier_link(visit, found) if administers else "",
        end_command=visit.new_command() if administers and not found.ended else "",
    )
    return await visit.page("charters/show.html", view, zone=here, current="zone")


def words_of(found: Charter) -> views.CharterWords:
    """The paragraphs of a charter, as they were written."""
    paragraphs = tuple(part.strip() for part in found.text.replace("\r", "").split("\n\n") if part.strip())
    return views.CharterWords(title=found.title, paragraphs=paragraphs, language=found.language)


def _own(visit: Visit, found: Charter, accepted: Sequence[read_charters.AcceptanceRow]) -> tuple[views.OwnCompany, ...]:
    """The companies the reader acts for in this zone; a company's shared phone accepts nothing."""
    last = {row.company_id: row for row in accepted}
    if visit.viewer.shared:
        return ()
    return tuple(
        views.OwnCompany(
            company_id=company.company_id,
            name=company.name,
            number=last[company.company_id].number if company.company_id in last else 0,
            at=last[company.company_id].at if company.company_id in last else None,
            command=visit.new_command(),
        )
        for company in visit.viewer.companies
        if found.zone_id in company.zones
    )


def _signatories(
    visit: Visit,
    found: Charter,
    companies: Sequence[people.Company],
    accepted: Sequence[read_charters.AcceptanceRow],
    names: dict[str, str],
) -> tuple[views.Signatory, ...]:
    """For who runs the zone: who accepted which version, those who have not accepted this one first."""
    last = {row.company_id: row for row in accepted}
    lines = []
    for company in companies:
        row = last.get(company.company_id)
        lines.append(
            views.Signatory(
                company_id=company.company_id,
                company=company.name,
                number=row.number if row else 0,
                at=row.at if row else None,
                by=names.get(row.actor.removeprefix("member:"), "") if row else "",
                on_paper=bool(row and row.on_paper),
                command=visit.new_command(),
            )
        )
    return tuple(sorted(lines, key=lambda line: (line.number == found.latest, line.company.casefold())))


def _supplier_link(visit: Visit, found: Charter) -> str:
    if found.purpose != "action" or found.ended:
        return ""
    token = visit.services.signer.sign(SUPPLIER, found.charter_id)
    return Links(visit.services.settings.base_url).sign_charter(token)


@form("/charters/{charter_id:str}/accept", policy="member")
async def accept(visit: Visiting, charter_id: FromPath[str]) -> Response[Any]:
    """Accept, for a company, the version that was read; or note, for the zone, what it signed on paper."""
    given = await visit.answers()
    async with visit.reading(CHARTERS) as read:
        found = await read.one(read_charters.one(charter_id, visit.language))
    if found is None:
        raise NotFound(MISSING)
    company_id = given.raw("company")
    own = visit.viewer.acts_for(company_id)
    if own and given.raw("read") != "yes":
        raise Refused(_("Tick the box: it is your company’s word."), field="read")
    number = given.whole("number", least=1, most=10_000) or 0
    command = charters.AcceptCharter(
        **{**await visit.asked(), "for_company": None if own else company_id},
        charter_id=charter_id,
        company_id=company_id,
        number=number,
    )
    await visit.carry_out(visit.services.marketplace.accept_charter, command)
    told = _("Accepted. What you accepted stays here to be read, whatever comes after it.") if own else _("Noted.")
    visit.tell(visit.say(told))
    return visit.go(PAGES.charter(charter_id))


@form("/charters/{charter_id:str}/end", policy="member")
async def end(visit: Visiting, charter_id: FromPath[str]) -> Response[Any]:
    """Ask nobody to accept it any more."""
    async with visit.reading(CHARTERS) as read:
        if await read.one(read_charters.one(charter_id, visit.language)) is None:
            raise NotFound(MISSING)
    command = charters.EndCharter(**await visit.asked(), charter_id=charter_id)
    await visit.carry_out(visit.services.marketplace.end_charter, command)
    visit.tell(visit.say(_("Ended: nobody is asked any more, and everything stays to be read.")))
    return visit.go(PAGES.charter(charter_id))


@page("/z/{zone:str}/charters/new", policy="administrator")
async def new_charter(visit: Visiting, zone: FromPath[str], of: FromQuery[str] = "") -> Response[Any]:
    """The form of a new charter, or of a new version of one."""
    return await _form(visit, await visit.zone(zone), of)


@form("/z/{zone:str}/charters/new", policy="administrator")
async def publish(visit: Visiting, zone: FromPath[str]) -> Response[Any]:
    """Publish it: everyone it concerns is asked."""
    here = await visit.zone(zone)
    given = await visit.answers()
    purpose = _purpose(given.raw("purpose"))
    charter_id = given.raw("charter")
    if not charter_id:
        own_id = purpose == "action"
        charter_id = visit.new_id("charter") if own_id else charters.charter_of(here.zone_id, purpose)
    texts = {
        language: (
            given.text(f"title_{language}", most=charters.LONGEST_TITLE, missing=_("Give it a title.")),
            given.text(f"text_{language}", most=charters.LONGEST_TEXT, missing=_("Write the text.")),
        )
        for language in here.languages
    }
    command = charters.PublishCharter(
        **await visit.asked(),
        charter_id=charter_id,
        zone_id=here.zone_id,
        purpose=purpose,
        texts=texts,
        changes=given.text("changes", most=charters.LONGEST_CHANGES),
        supplier=given.text("supplier", most=charters.LONGEST_NAME),
    )
    status = 422
    if not given.errors:
        try:
            published = await visit.carry_out(visit.services.marketplace.publish_charter, command)
        except Refused as refused:
            given.refused(refused)
            status = 409 if isinstance(refused, Conflict) else 422
        else:
            told = _("Published: the people of each company are asked to accept it, by mail and here.")
            same = _("Nothing is changed: this text is published already.")
            visit.tell(visit.say(told if published.position else same))
            return visit.go(PAGES.charter(charter_id))
    return await _form(visit, here, given.raw("charter") or purpose, given, status)


async def _form(
    visit: Visit, here: people.Zone, of: str, given: Answers | None = None, status: int = 200
) -> Response[Any]:
    """The form for a purpose, or for a new version of the charter named by its id."""
    found, said = None, []
    if of.startswith("charter-"):
        async with visit.reading(CHARTERS) as read:
            found = await read.one(read_charters.one(of, visit.language))
            said = await read.all(read_charters.texts(of))
        if found is None or found.zone_id != here.zone_id:
            raise NotFound(MISSING)
    purpose = found.purpose if found else _purpose(of or "engagement")
    words = PURPOSE_WORDS[purpose]
    begun = {f"title_{row.language}": row.title for row in said} | {f"text_{row.language}": row.text for row in said}
    begun["supplier"] = found.supplier if found else ""
    if not found:
        # A text to begin with, to be changed: an empty page is what keeps a zone from having a charter.
        begun |= {f"title_{code}": words.titles.get(code, "") for code in here.languages}
        begun |= {f"text_{code}": words.texts.get(code, "") for code in here.languages}
    view = views.CharterForm(
        zone=zone_view(here),
        form=visit.form(given) if given else visit.form(values=begun),
        purpose=purpose,
        purpose_label=visit.say(words.name),
        says=visit.say(words.says),
        number=found.latest + 1 if found else 1,
        accepted=found.accepted if found else 0,
        languages=tuple(Choice(value=code, label=LANGUAGES[code]) for code in here.languages if code in LANGUAGES),
        charter_id=found.charter_id if found else "",
    )
    return await visit.page("charters/form.html", view, zone=here, current="zone", status=status)


@page("/charter/{token:str}", policy="address")
async def supplier_reads(visit: Visiting, token: FromPath[str]) -> Response[Any]:
    """The charter of an action, for its supplier."""
    return await _supplier_page(visit, token)


@form("/charter/{token:str}", policy="address")
async def supplier_signs(visit: Visiting, token: FromPath[str]) -> Response[Any]:
    """Sign it in one's own name."""
    charter_id = _charter_of(visit, token)
    given = await visit.answers()
    command = charters.SignCharter(
        **{**await visit.asked(), "actor": f"guest:{charter_id}"},
        charter_id=charter_id,
        number=given.whole("number", least=1, most=10_000) or 0,
        name=given.text("name", most=charters.LONGEST_NAME, missing=_("Write your name: it is your signature.")),
    )
    status = 422
    if not given.errors:
        try:
            receipt = await visit.carry_out(visit.services.marketplace.sign_charter, command)
        except Refused as refused:
            given.refused(refused)
            status = 409 if isinstance(refused, Conflict) else 422
        else:
            # Nobody is signed in whose next page would wait for it.
            await visit.services.reader.visible(receipt.position, [CHARTERS.name])
            return visit.go(PAGES.sign_charter(token))
    return await _supplier_page(visit, token, given, status)


async def _supplier_page(visit: Visit, token: str, given: Answers | None = None, status: int = 200) -> Response[Any]:
    charter_id = _charter_of(visit, token)
    async with visit.services.reader.reading(Viewer(asked=(charter_id,))) as read:
        found = await read.one(read_charters.one(charter_id, visit.language))
    if found is None or found.purpose != "action":
        raise NotFound(MISSING)
    async with visit.reading(PEOPLE) as read:
        (here,) = await read.all(people.zones_by_id([found.zone_id]))
    view = views.SupplierCharterPage(
        zone=zone_view(here),
        words=words_of(found),
        token=token,
        number=found.number,
        supplier=found.supplier,
        signed_by=found.signed_by,
        signed_at=found.signed_at,
        ended=found.ended,
        form=visit.form(given),
    )
    return await visit.page("charters/supplier.html", view, zone=here, status=status)


def _charter_of(visit: Visit, token: str) -> str:
    charter_id = visit.services.signer.read(SUPPLIER, token, now=visit.now)
    if charter_id is None:
        raise NotFound(MISSING)
    return charter_id


def _purpose(said: str) -> Purpose:
    for purpose in PURPOSES:
        if purpose == said:
            return purpose
    raise NotFound(MISSING)


handlers = [
    all_charters,
    charter,
    accept,
    end,
    new_charter,
    publish,
    supplier_reads,
    supplier_signs,
]
