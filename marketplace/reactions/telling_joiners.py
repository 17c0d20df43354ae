"""A company asks to be let in, or its people change: told are who asked, who answers, who comes and who goes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final, get_args
from uuid import UUID

from msgspec.structs import replace

from domain import companies, joining, zones
from domain.companies import Company, CompanyRegistered, RepresentativeAdded, RepresentativeRemoved, SharedWithGuest
from domain.events import Recorded
from domain.joining import CONFIRM_WITHIN, JoinAdmitted, JoinAgreed, JoinAsked, JoinConfirmed, JoinRefused
from domain.refused import _
from domain.zones import Zone
from marketplace.eventlog import EventLog
from marketplace.language import known_language, translations
from marketplace.outbox import Letter, Mail
from marketplace.outbox.mails import AT_ONCE
from marketplace.reactions import Reaction
from marketplace.reactions.letters import News, Reader, Teller
from marketplace.recipients import recipient
from marketplace.settings import Settings
from marketplace.wording import Wording

NAME: Final = "telling_joiners"
TEMPLATE: Final = "joining/1"
MAILS: Final = UUID("c1f6b7a2-95a8-5d13-9a0e-1d2f7e3b5c88")
"""Under which the ids of these mails are made: the same event and reader, the same mail."""
CONFIRMING: Final = "joining"
"""The purpose of the token that confirms a request; its value is the request's id."""
SAYS_WHY_FOR: Final = timedelta(days=90)
"""How long the link of a request that lapsed tells whoever comes back what became of it."""
Telling = (
    JoinAsked | JoinConfirmed | JoinAgreed | JoinAdmitted | JoinRefused
    | RepresentativeAdded | RepresentativeRemoved | SharedWithGuest
)  # fmt: skip


def telling_joiners(settings: Settings, log: EventLog) -> Reaction:
    """The reaction of one site."""
    return Reaction(NAME, frozenset(get_args(Telling)), _Telling(settings, log, MAILS, TEMPLATE).react)


class _Telling(Teller):
    def react(self, recorded: Recorded) -> Iterator[tuple[Mail, Letter]]:
        """The mails that follow; nobody is told of their own act."""
        zone = self._log.load(recorded.zones[0], zones.evolve).state if recorded.zones else None
        if zone is None:
            return
        match recorded.event:
            case RepresentativeAdded() | RepresentativeRemoved():
                yield from self._of_colleague(recorded, zone, recorded.event)
            case SharedWithGuest():
                yield from self._to_guest(recorded, zone, recorded.event)
            case _:
                yield from self._of_request(recorded, zone)

    # Asking to join -------------------------------------------------------------------------------------------------

    def _of_request(self, recorded: Recorded, zone: Zone) -> Iterator[tuple[Mail, Letter]]:
        request = self._log.load(recorded.stream, joining.evolve).state
        if request is None or request.asked.mail.text is None:
            return
        asked = request.asked
        names = {"zone": zone.name, "company": str(asked.company), "person": str(asked.person)}
        asker = Reader(recorded.stream, str(asked.person), str(asked.mail), known_language(asked.language))
        match recorded.event:
            case JoinAsked():
                until = recorded.at + CONFIRM_WITHIN + SAYS_WHY_FOR
                token = self._signer.sign(CONFIRMING, recorded.stream, expires_at=until)
                news = News(
                    _("Confirm your request to join %(zone)s"),
                    _("Is this your address?"),
                    _("%(company)s asks to join %(zone)s with this mail address."),
                    _("Yes, it is mine"),
                    self._links.confirm_joining(token),
                    after=(_("You did not ask for anything? Then do nothing: without this click, nobody reads it."),),
                )
                mail, letter = self._written(recorded, zone, asker, news, names)
                # Somebody sits and waits for it; and it is the one mail for whoever left and comes back.
                yield replace(mail, urgency=AT_ONCE), letter
            case JoinConfirmed() as event if event.company_id:
                news = News(
                    _("Is %(person)s a colleague of yours?"),
                    _("Somebody says they are of your company"),
                    _("%(person)s asks to act for %(company)s in %(zone)s. Only you can say whether this is right."),
                    _("Answer"),
                    self._links.company_people(event.company_id),
                    str(asked.wish),
                )
                company = self._log.load(event.company_id, companies.evolve).state
                for reader in self._members(recorded, company.representatives if company else ()):
                    yield self._written(recorded, zone, reader, news, names)
            case JoinConfirmed() | JoinAgreed():
                news = News(
                    _("%(company)s asks to join %(zone)s"),
                    _("A company asks to join"),
                    _("%(person)s asks for %(company)s to be admitted in %(zone)s."),
                    _("Read it and answer"),
                    self._links.join_requests(zone.slug),
                    str(asked.wish),
                )
                for reader in self._members(recorded, zone.reviewers if not self._is_inside(request, zone) else ()):
                    yield self._written(recorded, zone, reader, news, names)
            case JoinAdmitted() as event:
                yield from self._admitted(recorded, zone, event, names)
            case JoinRefused() as event:
                news = News(
                    _("Your request to join %(zone)s"),
                    _("Your request was turned away"),
                    _("%(company)s is not let into %(zone)s for now. This is what we were asked to tell you:"),
                    quote=str(event.reason),
                    after=(_("You may ask again, or write to the zone: a person answers."),),
                )
                yield self._written(recorded, zone, asker, news, names)
            case _:
                pass

    def _admitted(
        self, recorded: Recorded, zone: Zone, event: JoinAdmitted, names: dict[str, str]
    ) -> Iterator[tuple[Mail, Letter]]:
        person = recipient(self._log, event.member_id)
        if person is None:
            return
        reader = Reader(event.member_id, person.name, person.mail, person.language, person.member.joined)
        news = News(
            _("Welcome to %(zone)s"),
            _("Your company is admitted"),
            _("%(company)s is one of %(zone)s, and you act for it."),
            _("Come in"),
            self._door(recorded, reader, self._links.new_listing(zone.slug)),
            after=(_("Publish one line to begin with: what takes up room, or what you buy again and again."),),
        )
        yield self._written(recorded, zone, reader, news, names)

    def _is_inside(self, request: joining.Joining, zone: Zone) -> bool:
        """Whether the zone admits the company already: then its people's word is enough, and nobody else is asked."""
        company = self._log.load(request.company_id, companies.evolve).state if request.company_id else None
        return company is not None and zone.zone_id in company.zones

    # Colleagues -----------------------------------------------------------------------------------------------------

    def _of_colleague(
        self, recorded: Recorded, zone: Zone, event: RepresentativeAdded | RepresentativeRemoved
    ) -> Iterator[tuple[Mail, Letter]]:
        """What one person of a company does to another, or takes over; what a zone does, it tells itself."""
        company = self._log.load(event.company_id, companies.evolve).state
        registered = self._log.history(event.company_id, limit=1)[0].event
        if company is None or not isinstance(registered, CompanyRegistered) or registered.name.erased:
            return
        names = {"zone": zone.name, "company": str(registered.name), "person": self._name(recorded.actor)}
        if isinstance(event, RepresentativeAdded):
            if not company.is_represented_by(recorded.actor):
                return
            for reader in self._members(recorded, [event.member_id], here=False):
                news = News(
                    _("You act for %(company)s"),
                    _("You act for %(company)s"),
                    _("%(person)s has let you in: you may post, answer and confirm in the name of %(company)s."),
                    _("Come in"),
                    self._door(recorded, reader, self._links.company(event.company_id)),
                )
                yield self._written(recorded, zone, reader, news, names)
            return
        yield from self._left(recorded, zone, company, event, names)

    def _left(
        self, recorded: Recorded, zone: Zone, company: Company, event: RepresentativeRemoved, names: dict[str, str]
    ) -> Iterator[tuple[Mail, Letter]]:
        gone = News(
            _("You no longer act for %(company)s"),
            _("You no longer act for %(company)s"),
            _("Your access to what is the company’s has ended. Your own account stays."),
            after=(_("If this is a mistake, ask a colleague, or the facilitator of the zone."),),
        )
        for reader in self._members(recorded, [event.member_id], here=False):
            yield self._written(recorded, zone, reader, gone, names)
        if event.successor not in company.representatives:
            return
        names = {**names, "leaver": self._name(event.member_id)}
        taken_over = News(
            _("You take over from %(leaver)s"),
            _("You take over from %(leaver)s"),
            _("%(leaver)s no longer acts for %(company)s. What was theirs to do next in its exchanges is yours now."),
            _("See what is under way"),
            self._links.exchanges(),
        )
        for reader in self._members(recorded, [event.successor]):
            yield self._written(recorded, zone, reader, taken_over, names)

    def _to_guest(self, recorded: Recorded, zone: Zone, event: SharedWithGuest) -> Iterator[tuple[Mail, Letter]]:
        company = self._log.load(event.company_id, companies.evolve).state
        for reader in self._members(recorded, company.representatives if company else (), here=False):
            wording = Wording(known_language(reader.language), translations(reader.language))
            news = News(
                _("%(zone)s shows you a group purchase"),
                _("You are invited as a guest"),
                _("%(zone)s lets your company see one of its group purchases, until %(until)s."),
                _("See it"),
                self._door(recorded, reader, self._links.purchase(event.purchase_id)),
            )
            names = {"zone": zone.name, "until": wording.moment(event.until, zone.time_zone)}
            yield self._written(recorded, zone, reader, news, names)
