"""The page of one group purchase, put together for its reader, and the forms it offers a company."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, TypeVar

from litestar import Response
from msgspec import Struct
from msgspec.structs import replace

from domain.commands import Receipt
from domain.purchases import BEFORE_PLEDGES, Buying
from domain.quantities import plain
from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from domain.text_flags import mask
from marketplace.links import PAGES
from projections import people, purchases
from projections.people import PEOPLE
from projections.purchases import PURCHASES, DayRow, PledgeRow, PurchaseRow, StepRow, TermsRow
from projections.viewer import Represented
from web import collecting, training
from web import purchase_views as views
from web import purchase_words as words
from web.forms import Answers
from web.purchase_readers import EVERYTHING, Filled, organises, presenter, seen, who_may_join
from web.purchase_story import PurchaseStory
from web.purchasing import at_least
from web.quote_field import CENTS
from web.views import Choice
from web.visits import Visit, zone_view

C = TypeVar("C", bound=Buying)

MOST_TIMES: Final = 1_000
"""How often one may take the same share."""


class Found(Struct, frozen=True):
    """What is known about a group purchase, as far as its reader may know it.

    `companies` are the reader's that may join; `leaving` those that pledged and may do no more than withdraw.
    """

    row: PurchaseRow
    zone: people.Zone
    terms: TermsRow | None
    pledges: list[PledgeRow]
    steps: list[StepRow]
    days: list[DayRow]
    sites: list[people.Site]
    proposer: str
    companies: list[Represented]
    leaving: list[Represented]


async def find(visit: Visit, purchase_id: str) -> Found:
    """Read a group purchase and all that belongs to it."""
    row, zone = await seen(visit, purchase_id)
    async with visit.reading(PURCHASES, PEOPLE) as read:
        companies = await who_may_join(visit, read, row)
        told = await read.all(purchases.pledges(purchase_id))
        pledges = [one for one in told if visit.viewer.acts_for(one.company_id)]
        pledged = {one.company_id for one in pledges if one.quantity} - {one.company_id for one in companies}
        leaving = [one for one in visit.viewer.companies if one.company_id in pledged and not visit.viewer.shared]
        own = [company.company_id for company in (*companies, *leaving)]
        proposer = await read.one(people.company(row.company_id)) if row.company_id else None
        return Found(
            row=row,
            zone=zone,
            terms=await read.one(purchases.terms([purchase_id])),
            pledges=[one for one in pledges if one.company_id in own],
            steps=await read.all(purchases.steps(purchase_id)),
            days=await read.all(purchases.days(purchase_id)),
            sites=await read.all(people.sites(own)) if own else [],
            proposer=proposer.name if proposer else "",
            companies=companies,
            leaving=leaving,
        )


class Joining:
    """A step of a company in a group purchase, taken with a form of its page: for whom, and what they typed."""

    def __init__(
        self, visit: Visit, row: PurchaseRow, zone: people.Zone, key: str, given: Answers, company_id: str
    ) -> None:
        self.visit = visit
        self.row = row
        self.zone = zone
        self.key = key
        self.given = given
        self.company_id = company_id

    async def asked(self) -> dict[str, Any]:
        """What every step carries."""
        return {
            **await self.visit.asked(),
            "purchase_id": self.row.purchase_id,
            "company_id": self.company_id,
        }

    def quantity(self, name: str = "quantity", *, missing: str = "") -> Decimal | None:
        """An amount in the unit of the purchase; zero may be typed, and the domain says whether it may be meant."""
        if self.given.raw(name) == "0":
            return Decimal(0)
        return self.given.amount(name, missing=missing or None)

    def shares(self) -> Decimal | None:
        """A share so many times, or the amount that was typed instead."""
        share, times = self.given.raw("share"), self.given.whole("times", least=1, most=MOST_TIMES)
        if share.isascii() and share.isdigit():
            return Decimal(share) * (times or 1)
        return self.quantity(missing=_("Choose a share, or write an amount."))

    async def carry_out(self, use_case: Callable[[C], Receipt], command: C, told: str) -> Response[Any]:
        """Take the step and say what happens next; or show the page with what stands against it."""
        try:
            await self.visit.carry_out(use_case, command)
        except Conflict as conflict:
            # The page must show what came in between, whoever did it.
            self.visit.position = EVERYTHING
            return await show(self.visit, self.row.purchase_id, filled=self.filled, conflict=conflict, status=409)
        except (NotFound, Forbidden):
            raise
        except Refused as refused:
            self.given.refused(refused)
            return await self.again()
        self.visit.tell(told)
        return self.visit.go(PAGES.purchase(self.row.purchase_id))

    @property
    def filled(self) -> Filled:
        """The form as it was sent."""
        return Filled(self.key, self.given)

    async def again(self) -> Response[Any]:
        """The page with the form as it was filled, and what is wrong beside its fields."""
        return await show(self.visit, self.row.purchase_id, filled=self.filled, status=422)


async def joining(visit: Visit, purchase_id: str, key: str) -> Joining:
    """The step of a form, for somebody of a company that may join; to withdraw, also of one that no longer may."""
    found = await find(visit, purchase_id)
    row, zone = found.row, found.zone
    given = await visit.answers()
    allowed = [*found.companies, *(found.leaving if key == "withdraw" else ())]
    companies = [company.company_id for company in allowed]
    if not companies:
        raise Forbidden(_("Only companies of the zone take part. Its facilitator can admit yours in a minute."))
    company_id = given.raw("company") or companies[0]
    if company_id not in companies:
        raise Forbidden(_("Only somebody of the company commits it."))
    return Joining(visit, row, zone, key, given, company_id)


async def show(
    visit: Visit,
    purchase_id: str,
    *,
    filled: Filled | None = None,
    conflict: Conflict | None = None,
    status: int = 200,
) -> Response[Any]:
    """Show the page; `filled` is a form that comes back, `conflict` what was said to whoever was behind."""
    found = await find(visit, purchase_id)
    view = _Page(visit, found, filled, conflict).view()
    view = replace(
        view,
        collection=await collecting.beside(visit, found.row, found.companies),
        session=await training.beside(visit, found.row, found.companies),
    )
    return await visit.page("purchases/show.html", view, zone=found.zone, current="purchases", status=status)


class _Page:
    """One reading of the page."""

    def __init__(self, visit: Visit, found: Found, filled: Filled | None, conflict: Conflict | None) -> None:
        self.visit = visit
        self.found = found
        self.row = found.row
        self.filled = filled
        self.conflict = conflict
        self.show = presenter(visit, found.zone)
        self.story = PurchaseStory(self.show)
        self.companies = found.companies or found.leaving
        self.company = self._company()
        self.pledge = next(
            (one for one in found.pledges if self.company and one.company_id == self.company.company_id), None
        )
        self.offer = found.terms.terms.offer if found.terms and found.terms.terms else None

    def _company(self) -> Represented | None:
        """The company the page is read for: the one a form was sent for, else one that takes part, else the first."""
        chosen = self.filled.given.raw("company") if self.filled else ""
        part = {one.company_id for one in self.found.pledges if one.quantity or one.wish}
        ranked = sorted(self.companies, key=lambda one: (one.company_id != chosen, one.company_id not in part))
        return next(iter(ranked), None)

    def view(self) -> views.ShowPage:
        """All of it; what stands against a form that is offered no more is said above everything else."""
        view = self._view()
        if self.filled is None or getattr(view, self.filled.key) is not None:
            return view
        return replace(view, problem=" ".join(self.filled.given.errors.values()))

    def _view(self) -> views.ShowPage:
        row, zone, found = self.row, self.found.zone, self.found
        member = zone.zone_id in self.visit.viewer.zones or found.terms is not None
        return views.ShowPage(
            zone=zone_view(zone),
            card=self.show.card(row, found.terms, self.pledge),
            words=words.said(row.form, self.visit.say),
            unit=self.visit.wording.units(row.unit, row.category),
            description=row.description if member else mask(row.description),
            specification=row.specification if member else mask(row.specification),
            proposed_by=found.proposer if row.company_id else self.visit.say(_("the facilitator of the zone")),
            member=member,
            organiser=organises(self.visit, zone.zone_id),
            deadline=self.show.moment(row.deadline) if row.deadline else "",
            terms=self.show.terms(row, found.terms) if found.terms else None,
            own=self._own(),
            share=self._share(),
            wish=self.show.quantity(self.pledge.wish, row) if self.pledge and self.pledge.wish else "",
            wished=self.show.wished(row) if row.stage in BEFORE_PLEDGES else "",
            poll=self._form("poll", self._poll_values()) if row.stage in BEFORE_PLEDGES and found.companies else None,
            pledge=self._form("pledge", self._pledge_values()) if self._is_open and found.companies else None,
            funding=self._funding(),
            estimate=self._estimate(),
            withdraw=self._form("withdraw", self._for()) if self._is_open and self._has_pledged else None,
            receipt=self._receipt(),
            happened=tuple(self.story.happening(step, row, found.terms) for step in found.steps),
            growth=self.story.growth(row, found.terms, found.days) if found.terms else None,
            rule=self._rule(),
            conflict=self.visit.refusal(self.conflict) if self.conflict else "",
            since=self._since(),
            why=row.why,
        )

    def _rule(self) -> str:
        """How a shortage is shared; nothing can be short where there is no maximum."""
        terms = self.found.terms.terms if self.found.terms else None
        return self.visit.say(words.RULES[terms.rule]) if terms and (terms.maximum or terms.offer.pack) else ""

    @property
    def _is_open(self) -> bool:
        return self.row.stage == "open" and self.row.deadline is not None and self.visit.now < self.row.deadline

    @property
    def _has_pledged(self) -> bool:
        return bool(self.pledge and self.pledge.quantity)

    def _since(self) -> tuple[str, ...]:
        """What concerns everybody and happened after the page was read that the form came from."""
        if self.conflict is None or self.filled is None:
            return ()
        read = self.filled.given.raw("seen_version")
        behind = int(read) if read.isascii() and read.isdigit() else 0
        return tuple(
            self.story.happening(step, self.row, self.found.terms).sentence
            for step in self.found.steps
            if step.version > behind
        )

    # Forms ------------------------------------------------------------------------------------------------------

    def _form(self, key: str, values: dict[str, str]) -> views.Asking:
        filled = self.filled if self.filled and self.filled.key == key else None
        form = self.visit.form(filled.given if filled else None, values=values, seen_version=self.row.version)
        several = len(self.companies) > 1
        return views.Asking(
            key=key,
            form=form,
            companies=tuple(Choice(value=one.company_id, label=one.name) for one in self.companies) if several else (),
            sites=self._sites(several=several) if key == "pledge" else (),
        )

    def _sites(self, *, several: bool) -> tuple[Choice, ...]:
        names = {one.company_id: one.name for one in self.companies}
        return tuple(
            Choice(value=site.site_id, label=f"{names[site.company_id]}, {site.name}" if several else site.name)
            for site in self.found.sites
        )

    def _number(self, amount: Decimal | None) -> str:
        return plain(amount).replace(".", "," if self.visit.language == "fr" else ".") if amount else ""

    def _poll_values(self) -> dict[str, str]:
        return {"quantity": self._number(self.pledge.wish if self.pledge else None), **self._for()}

    def _pledge_values(self) -> dict[str, str]:
        """The pledge as it stands; for a first one, what the company said it would take."""
        own = self.pledge
        present = Decimal(own.present_cents) / CENTS if own and own.present_cents is not None else None
        first = next((site.site_id for site in self.found.sites if self.company
                      and site.company_id == self.company.company_id), "")  # fmt: skip
        return {
            "quantity": self._number((own.quantity or own.wish) if own else None),
            **self._chosen_share((own.quantity or own.wish) if own else None),
            "tolerance": self._number(own.tolerance if own else None),
            "site": (own.site_id if own else "") or first,
            "present_price": self._number(present),
            **self._for(),
        }

    def _chosen_share(self, amount: Decimal | None) -> dict[str, str]:
        """How an amount is made of shares: the largest that fits, so often; where none does, it was given freely."""
        terms = self.found.terms.terms if self.found.terms else None
        if not amount or terms is None or not terms.shares:
            return {}
        share = next((share for share in reversed(terms.shares) if not amount % share), None)
        return {"share": str(share), "times": plain(amount / share)} if share else {"share": "free"}

    def _for(self) -> dict[str, str]:
        return {"company": self.company.company_id if self.company else ""}

    def _funding(self) -> views.Funding | None:
        """What may be promised of something that is paid for together."""
        terms = self.found.terms.terms if self.found.terms else None
        if terms is None or self.row.form != "funding":
            return None
        return views.Funding(
            shares=tuple(Choice(value=str(share), label=self.show.money(share * 100)) for share in terms.shares),
            free=terms.free,
            goal=self.show.quantity(terms.goal, self.row) if terms.goal else "",
            minimum=self.show.quantity(terms.minimum, self.row) if terms.minimum else "",
        )

    def _receipt(self) -> views.Asking | None:
        own = self.pledge
        if self.row.stage != "delivered" or self.row.form in ("collection", "session"):
            return None
        if own is None or not own.share or own.outcome is not None:
            return None
        return self._form("receipt", {"quantity": self._number(own.share), **self._for()})

    # What it makes ----------------------------------------------------------------------------------------------

    def _estimate(self) -> views.Estimate | None:
        """What the quantity in the form would cost: the one that was typed, or the one the company wished for."""
        if self.offer is None or not self._is_open or self.company is None or self.row.form == "funding":
            return None
        own = self.pledge
        if self.filled and self.filled.key == "pledge":
            if {"quantity", "present_price"} & self.filled.given.errors.keys():
                return None
            quantity = self.filled.given.amount("quantity")
            typed = self.filled.given.amount("present_price")
            present = int(typed * CENTS) if typed is not None else None
        elif own and own.wish and not own.quantity:
            quantity, present = own.wish, own.present_cents
        else:
            return None
        if not quantity:
            return None
        before = own.quantity if own and not own.waits else Decimal(0)
        known = at_least(self.row, self.found.terms)
        total = max(known, quantity) if self.row.total is None else known + quantity - before
        total = min(total, self.row.maximum) if self.row.maximum else total
        return self.show.estimate(self.row, self.offer, quantity, total, present)

    def _own(self) -> views.Own | None:
        own = self.pledge
        if own is None or not own.quantity or self.company is None:
            return None
        site = next((site.name for site in self.found.sites if site.site_id == own.site_id), "")
        return views.Own(
            company=self.company.name,
            quantity=self.show.quantity(own.quantity, self.row),
            tolerance=self.show.quantity(own.tolerance, self.row) if own.tolerance else "",
            site="" if self.row.form == "funding" else site,
            waits=own.waits,
            by_facilitator=bool(own.entered_by),
            estimate=self.show.estimate(
                self.row,
                self.offer,
                own.quantity,
                max(at_least(self.row, self.found.terms), own.quantity),
                own.present_cents,
            )
            if self.offer and self.row.form != "funding"
            else None,
        )

    def _share(self) -> views.Share | None:
        own, row = self.pledge, self.row
        if own is None or own.share is None or self.company is None:
            return None
        supplier = self.found.terms.supplier if self.found.terms else ""
        outcomes = words.WORDS[row.form].outcomes
        following = ""
        if not own.share:
            following = self.visit.say(_("There was not enough for everyone, and your pledge came too late."))
        elif row.stage == "confirmed":
            following = self.visit.say(words.WORDS[row.form].next, supplier=supplier)
        return views.Share(
            company=self.company.name,
            quantity=self.show.quantity(own.share, row),
            goods=self.show.money(own.goods),
            delivery=self.show.money(own.delivery) if own.delivery else "",
            with_vat=self.show.money(own.with_vat),
            next=following,
            outcome=self.visit.say(outcomes[own.outcome]) if own.outcome else "",
            remark=own.remark,
        )
