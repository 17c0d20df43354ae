"""Pooled collections as their readers see them: the share of good units, the stops, and what a company hands over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Final

from msgspec import Struct

from domain import taxonomy
from domain.purchases import BEFORE_PLEDGES, GoodShare, Outcome
from domain.refused import NotFound, _
from marketplace.pickup_words import lines as access_lines
from marketplace.wording import ngettext
from projections import people, purchases
from projections.people import PEOPLE
from projections.purchases import PURCHASES, CollectionRow, PurchaseRow, StopRow, TermsRow
from projections.viewer import Represented
from web import collection_views as views
from web.purchase_readers import follows, organises, presenter, seen, who_may_join
from web.purchase_steps import Reshown
from web.purchase_views import Asking, Tone
from web.stop_field import CONDITION_WORDS
from web.views import Fact
from web.visits import Visit

WHOLE: Final = 1_000
HUNDRED: Final = 100
LATE: Final = frozenset({"failed", "cancelled"})
COMPANIES: Final = ngettext("%(n)s company", "%(n)s companies")
EVERY: Final = ngettext("every week", "every %(n)s weeks")
OUTCOME_WORDS: Final[dict[Outcome, tuple[str, Tone, str]]] = {
    "collected": (_("Taken away"), "done", "check"),
    "refused": (_("Refused"), "stop", "close"),
    "absent": (_("Nobody there"), "trouble", "alert"),
}


class Found(Struct, frozen=True):
    """A pooled collection, as far as its reader may know it."""

    row: PurchaseRow
    zone: people.Zone
    collection: CollectionRow
    terms: TermsRow | None
    stops: list[StopRow]
    names: dict[str, str]
    sites: dict[str, people.Site]
    companies: list[Represented]

    @property
    def coming(self) -> list[StopRow]:
        """The stops of the round that is shown: the coming one, or the last of a collection that is over."""
        return [stop for stop in self.stops if stop.number == self.collection.number]

    def share(self, *, leads: bool) -> GoodShare | None:
        """The good units among all; of few companies the organiser alone may know them, who reads every stop."""
        if not leads:
            return self.collection.share
        loads = [load for stop in self.coming if stop.answer == "ready" for load in stop.loads]
        good = sum((load.quantity for load in loads if load.condition in self.collection.good), Decimal(0))
        return GoodShare(good, sum((load.quantity for load in loads), Decimal(0)))

    def name(self, company_id: str) -> str:
        """A company by its name; one that is erased has none."""
        return self.names.get(company_id) or company_id.removeprefix("company-")[:8]


async def find(visit: Visit, purchase_id: str) -> Found:
    """Read a collection, its stops as far as the reader may see them, and who and where they are."""
    row, zone = await seen(visit, purchase_id)
    async with visit.reading(PURCHASES, PEOPLE) as read:
        collection = await read.one(purchases.collection(purchase_id))
        if collection is None:
            raise NotFound(_("There is no such pooled collection."))
        stops = await read.all(purchases.stops(purchase_id))
        own = await who_may_join(visit, read, row)
        ids = sorted({stop.company_id for stop in stops} | {one.company_id for one in own})
        names = {one.company_id: one.name for one in own}
        for company_id in ids:
            if company_id not in names:
                known = await read.one(people.company(company_id))
                names[company_id] = known.name if known else ""
        return Found(
            row=row,
            zone=zone,
            collection=collection,
            terms=await read.one(purchases.terms([purchase_id])),
            stops=stops,
            names=names,
            sites={site.site_id: site for site in await read.all(people.sites(ids))},
            companies=own,
        )


class Collecting:
    """Puts a collection into the words of its reader."""

    def __init__(self, visit: Visit, found: Found) -> None:
        self.visit = visit
        self.found = found
        self.row = found.row
        self.show = presenter(visit, found.zone)

    def quantity(self, amount: Decimal) -> str:
        """105 pieces."""
        return self.show.quantity(amount, self.row)

    def day(self, on: date | None) -> str:
        """Monday 14 December; empty while there is none."""
        return self.visit.wording.weekday(on) if on else ""

    @property
    def every(self) -> str:
        """How often it comes; empty when it comes once."""
        weeks = self.found.collection.every_weeks
        return self._counted(EVERY, weeks) if weeks else ""

    @property
    def rule(self) -> str:
        """Free from 80 % good units; empty when nothing depends on it."""
        percent = self.found.collection.free_from
        return self.visit.say(_("Free from %(percent)s good units"), percent=self._percent(percent)) if percent else ""

    def share(self) -> views.GoodShare | None:
        """The figure everyone follows, and where it comes from; None before enough was declared to show one."""
        told = self.found.collection
        share = self.found.share(leads=organises(self.visit, self.found.zone.zone_id))
        percent = share.percent if share else None
        if share is None or percent is None:
            return None
        said = self.visit.say(
            _("%(good)s good of %(units)s, declared by %(companies)s"),
            good=self.visit.wording.number(share.good),
            units=self.quantity(share.units),
            companies=self._counted(COMPANIES, told.stops),
        )
        reached = share.reaches(told.free_from) if told.free_from else None
        sentence = ""
        if reached:
            sentence = self.visit.say(_("The round is free as things stand."))
        elif told.free_from:
            more = missing(share, told.free_from)
            sentence = (
                self.visit.say(_("Not free yet: with %(more)s more good ones it would be."), more=self.quantity(more))
                if more
                else self.visit.say(_("Not free as things stand: every unit would have to be good."))
            )
        return views.GoodShare(
            said=said,
            good=self.visit.say(_("%(percent)s good"), percent=self._percent(percent)),
            rule=self.rule,
            sentence=sentence,
            length=int(share.good / share.units * WHOLE),
            mark=(told.free_from or 0) * WHOLE // HUNDRED,
            reached=reached,
        )

    def stop(self, stop: StopRow, *, of: int = 0) -> views.Stop:
        """One stop, said."""
        site = self.found.sites.get(stop.site_id)
        good = sum((load.quantity for load in stop.loads if load.condition in self.found.collection.good), Decimal(0))
        return views.Stop(
            company_id=stop.company_id,
            company=self.found.name(stop.company_id),
            number=stop.number,
            loads=tuple(
                views.LoadLine(
                    what=taxonomy.label(load.format, self.visit.language),
                    condition=self.visit.say(CONDITION_WORDS[load.condition]),
                    quantity=self.quantity(load.quantity),
                    good=load.condition in self.found.collection.good,
                )
                for load in stop.loads
            ),
            total=self.quantity(stop.quantity),
            answer=stop.answer,
            on=self.day(stop.on),
            place=stop.place or 0,
            of=of,
            site=site.name if site else "",
            address=site.address if site else "",
            access=tuple(
                Fact(label=line.label, value=line.value) for line in access_lines(stop.access, self.visit.wording)
            ),
            remark=stop.remark,
            share=f"{self.visit.wording.number(good)} / {self.visit.wording.number(stop.quantity)}",
            visited=self._visited(stop),
        )

    def _visited(self, stop: StopRow) -> views.Visited | None:
        if stop.outcome is None:
            return None
        word, tone, icon = OUTCOME_WORDS[stop.outcome]
        return views.Visited(
            word=self.visit.say(word), tone=tone, icon=icon, weight=self.weight(stop.weight), said=stop.said
        )

    def weight(self, weight: Decimal | None) -> str:
        """1,250 kg; empty when nothing was weighed."""
        return f"{self.visit.wording.number(weight)}\N{NO-BREAK SPACE}kg" if weight else ""

    def form(self, key: str, values: Mapping[str, str], reshown: Reshown) -> Asking:
        """One form of a page, as it was filled when it comes back."""
        form = self.visit.form(reshown.of(key), values=values, seen_version=self.row.version)
        return Asking(key=key, form=form)

    def _counted(self, sentences: tuple[str, str], n: int) -> str:
        return self.visit.wording.translations.ngettext(*sentences, n) % {"n": n}

    def _percent(self, percent: int) -> str:
        return self.show.percent(Decimal(percent))


def missing(share: GoodShare, free_from: int) -> Decimal | None:
    """How many more good units would make the round free, if nothing else changed; None when none would."""
    if free_from == HUNDRED:
        return None
    short = share.units * free_from - share.good * HUNDRED
    return (short / (HUNDRED - free_from)).to_integral_value(ROUND_CEILING)


# --- beside the purchase ----------------------------------------------------------------------------------------


async def beside(visit: Visit, row: PurchaseRow, companies: Sequence[Represented]) -> views.Beside | None:
    """The collection on the page of its purchase; None of any other, and for whoever may not follow it."""
    if row.form != "collection" or not await follows(visit, row):
        return None
    found = await find(visit, row.purchase_id)
    told = Collecting(visit, found)
    own = {one.company_id for one in companies}
    return views.Beside(
        share=told.share(),
        day=told.day(found.collection.on) if not found.collection.completed else "",
        every=told.every,
        own=tuple(told.stop(stop) for stop in found.coming if stop.company_id in own),
        may_declare=bool(own) and not closed(visit, found),
        awaited=any(stop.answer == "silent" and stop.company_id in own for stop in found.coming),
        before_pledges=row.stage in BEFORE_PLEDGES,
    )


def closed(visit: Visit, found: Found) -> str:
    """Why nothing can be declared any more, said; empty while it can."""
    row, told = found.row, found.collection
    if row.stage in LATE:
        return visit.say(_("This group purchase is over."))
    if told.completed and told.every_weeks is None:
        return visit.say(_("The round was made: nothing more is collected."))
    return ""
