"""Members: the people of a zone, how they were invited, which mail they want, and which searches they keep."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from domain import taxonomy
from domain.commands import Command
from domain.events import Event, Private
from domain.refused import Conflict, Forbidden, NotFound, Refused, _
from domain.zones import OPERATOR, Zone

Frequency = Literal["weekly", "fortnightly", "monthly"]
FREQUENCIES: Final[tuple[Frequency, ...]] = ("weekly", "fortnightly", "monthly")
Topic = Literal["matches", "news", "renewals"]
TOPICS: Final[tuple[Topic, ...]] = ("matches", "news", "renewals")
"""Sections of the weekly mail one can leave out: matches, new listings in one's families, listings to renew."""

BulletinTopic = Literal["news", "law", "meeting"]
BULLETIN_TOPICS: Final[tuple[BulletinTopic, ...]] = ("news", "law", "meeting")
"""What bulletins of a zone are about."""

StoppedBy = Literal["one_click", "page", "refused", "complaint"]

LONGEST_PAUSE: Final = timedelta(days=366)
MOST_SEARCHES: Final = 20
"""Searches one person keeps."""
LONGEST_NAME: Final = 60
LONGEST_SEARCH: Final = 200
Filters = dict[str, tuple[str, ...]]
"""What is chosen in each facet of a search, as codes."""
FILTERS: Final = ("zone", "side", "family", "category", "condition", "recurrence", "price", "mode", "reach")
MOST_CHOSEN: Final = 200
LONGEST_CODE: Final = 40

# --- events -----------------------------------------------------------------------------------------------------


class MemberInvited(Event, frozen=True):
    """A zone invites a person; `home_zone` sets the day and hour of their weekly mail.

    `outside`: being at home there lets them see nothing of it, such as whoever is only asked to take the zone over.
    """

    member_id: str
    home_zone: str
    name: Private
    mail: Private
    language: str = "fr"
    outside: bool = False


class MemberJoined(Event, frozen=True):
    """The person signed in for the first time."""

    member_id: str


class MailPreferencesSet(Event, frozen=True):
    """How often, about what, and in which language the member wants the weekly mail.

    `families` are those whose new listings interest them; none means the families their company lists in. It leaves
    out what is new in `without_zones`, and does not leave before the day in `paused_until`.
    """

    member_id: str
    frequency: Frequency
    topics: tuple[Topic, ...]
    language: str
    families: tuple[str, ...] = ()
    without_zones: tuple[str, ...] = ()
    paused_until: date | None = None


class BulletinsChosen(Event, frozen=True):
    """Which bulletins the member wants, of those `offered`: of a topic that comes later, they have said nothing."""

    member_id: str
    wanted: tuple[BulletinTopic, ...]
    offered: tuple[BulletinTopic, ...]


class MailStopped(Event, frozen=True):
    """No more weekly mail: by one click in a mail, on the page, or because the address refuses it."""

    member_id: str
    by: StoppedBy


class MailResumed(Event, frozen=True):
    """The member wants the weekly mail again."""

    member_id: str


class SearchSaved(Event, frozen=True):
    """A member keeps a search of a zone, to open it again and, `by_mail`, to be told what new things it finds."""

    member_id: str
    search_id: str
    zone_id: str
    name: Private
    text: Private
    filters: Filters
    by_mail: bool = True


class SearchDropped(Event, frozen=True):
    """The member no longer wants to keep it."""

    member_id: str
    search_id: str


class MemberErased(Event, frozen=True):
    """The person's name, address and words are made unreadable; what they did stays, without them."""

    member_id: str


MemberEvent = (
    MemberInvited
    | MemberJoined
    | MailPreferencesSet
    | BulletinsChosen
    | MailStopped
    | MailResumed
    | SearchSaved
    | SearchDropped
    | MemberErased
)

# --- state ------------------------------------------------------------------------------------------------------


class Member(Struct, frozen=True):
    """What decisions need to know of a person; never their name or address.

    `bulletins` are the topics they said yes or no to.
    """

    member_id: str
    home_zone: str
    language: str
    frequency: Frequency = "weekly"
    topics: tuple[Topic, ...] = TOPICS
    families: tuple[str, ...] = ()
    without_zones: frozenset[str] = frozenset()
    paused_until: date | None = None
    joined: bool = False
    mail_stopped: bool = False
    stopped_by: StoppedBy | None = None
    searches: frozenset[str] = frozenset()
    erased: bool = False
    bulletins: dict[BulletinTopic, bool] = field(default_factory=dict)

    def rests_on(self, day: date) -> bool:
        """Whether they paused their weekly mail until a later day."""
        return self.paused_until is not None and day < self.paused_until

    def hears(self, topic: BulletinTopic) -> Literal["yes", "along", "no"]:
        """Whether bulletins of a topic are for them; `along`: in a mail that leaves anyway, and never a mail by itself.

        What they said counts. Of what they were never asked, someone who narrowed their mail is neither kept from it
        nor written to for it alone.
        """
        said = self.bulletins.get(topic)
        if said is not None:
            return "yes" if said else "no"
        narrowed = set(self.topics) != set(TOPICS) or False in self.bulletins.values()
        return "along" if narrowed else "yes"


def evolve(member: Member | None, event: MemberEvent) -> Member:
    """The member after `event`."""
    if isinstance(event, MemberInvited):
        return Member(event.member_id, event.home_zone, event.language)
    assert member is not None
    match event:
        case MemberJoined():
            return replace(member, joined=True)
        case MailPreferencesSet():
            return replace(
                member,
                frequency=event.frequency,
                topics=event.topics,
                families=event.families,
                language=event.language,
                without_zones=frozenset(event.without_zones),
                paused_until=event.paused_until,
            )
        case BulletinsChosen():
            said = {topic: topic in event.wanted for topic in event.offered}
            return replace(member, bulletins={**member.bulletins, **said})
        case MailStopped():
            return replace(member, mail_stopped=True, stopped_by=event.by)
        case MailResumed():
            return replace(member, mail_stopped=False, stopped_by=None)
        case SearchSaved():
            return replace(member, searches=member.searches | {event.search_id})
        case SearchDropped():
            return replace(member, searches=member.searches - {event.search_id})
        case MemberErased():
            return replace(member, erased=True, mail_stopped=True, searches=frozenset())


# --- commands ---------------------------------------------------------------------------------------------------


class InviteMember(Command, frozen=True):
    """Invite a person to a zone; when `outside`, they see nothing of it on that account."""

    member_id: str
    home_zone: str
    name: str
    mail: str
    language: str = "fr"
    outside: bool = False


class JoinMember(Command, frozen=True):
    """The person signs in for the first time."""

    member_id: str


class SetMailPreferences(Command, frozen=True):
    """Choose rhythm, topics, families, zones and language of the weekly mail, and a day before which none leaves."""

    member_id: str
    frequency: Frequency
    topics: tuple[Topic, ...]
    language: str
    families: tuple[str, ...] = ()
    without_zones: tuple[str, ...] = ()
    paused_until: date | None = None


class ChooseBulletins(Command, frozen=True):
    """Choose among the topics of bulletins there are."""

    member_id: str
    wanted: tuple[BulletinTopic, ...]


class StopMail(Command, frozen=True):
    """Stop the weekly mail."""

    member_id: str
    by: StoppedBy


class ResumeMail(Command, frozen=True):
    """Take the weekly mail up again."""

    member_id: str


class SaveSearch(Command, frozen=True):
    """Keep a search under a name."""

    member_id: str
    search_id: str
    zone_id: str
    name: str
    text: str
    filters: Filters
    by_mail: bool = True


class DropSearch(Command, frozen=True):
    """Forget a search."""

    member_id: str
    search_id: str


class EraseMember(Command, frozen=True):
    """Make a person's name, address and words unreadable for ever."""

    member_id: str


# --- decisions --------------------------------------------------------------------------------------------------


def invite_member(
    command: InviteMember, member: Member | None, zone: Zone, *, colleague: bool = False
) -> list[MemberEvent]:
    """Whoever runs a zone invites its people, and whoever acts for a company a `colleague`.

    The address is claimed before, in its own stream.
    """
    if not (colleague or zone.allows(command.actor, "facilitator", "moderator", "administrator")):
        raise Forbidden(_("Only a facilitator of the zone can invite someone."))
    if member is not None:
        raise Conflict(_("This person is already invited."), field="mail")
    return [
        MemberInvited(
            member_id=command.member_id,
            home_zone=command.home_zone,
            name=Private(command.member_id, command.name),
            mail=Private(command.member_id, command.mail),
            language=_known_language(command.language),
            outside=command.outside,
        )
    ]


def join_member(command: JoinMember, member: Member | None) -> list[MemberEvent]:
    """The first sign-in is joining; the next ones are not news."""
    member = _own(command, command.member_id, member)
    return [] if member.joined else [MemberJoined(member_id=command.member_id)]


def set_mail_preferences(command: SetMailPreferences, member: Member | None) -> list[MemberEvent]:
    """Only the person decides what they are mailed."""
    member = _own(command, command.member_id, member)
    topics = tuple(topic for topic in TOPICS if topic in command.topics)
    event = MailPreferencesSet(
        member_id=command.member_id,
        frequency=command.frequency,
        topics=topics,
        language=_known_language(command.language),
        families=tuple(family.code for family in taxonomy.families() if family.code in command.families),
        without_zones=tuple(sorted(set(command.without_zones))),
        paused_until=_sensible(command.paused_until, command.now),
    )
    return [] if evolve(member, event) == member else [event]


def choose_bulletins(command: ChooseBulletins, member: Member | None) -> list[MemberEvent]:
    """Only the person decides, and each topic there is today is answered by it."""
    member = _own(command, command.member_id, member)
    wanted = tuple(topic for topic in BULLETIN_TOPICS if topic in command.wanted)
    event = BulletinsChosen(member_id=command.member_id, wanted=wanted, offered=BULLETIN_TOPICS)
    return [] if evolve(member, event) == member else [event]


def stop_mail(command: StopMail, member: Member | None) -> list[MemberEvent]:
    """Stopping is always possible, and stopping twice is no fault."""
    member = _own(command, command.member_id, member)
    return [] if member.mail_stopped else [MailStopped(member_id=command.member_id, by=command.by)]


def resume_mail(command: ResumeMail, member: Member | None) -> list[MemberEvent]:
    """The person may change their mind."""
    member = _own(command, command.member_id, member)
    return [MailResumed(member_id=command.member_id)] if member.mail_stopped else []


def save_search(command: SaveSearch, member: Member | None) -> list[MemberEvent]:
    """A person keeps up to twenty searches; everything looked for nothing in particular is the zone itself."""
    member = _own(command, command.member_id, member)
    if command.search_id in member.searches:
        return []
    if len(member.searches) >= MOST_SEARCHES:
        raise Refused(
            _("You keep %(most)s searches already: drop one of them first."), field="name", most=MOST_SEARCHES
        )
    name, text = " ".join(command.name.split()), " ".join(command.text.split())
    if not name:
        raise Refused(_("Give the search a name."), field="name")
    if len(name) > LONGEST_NAME:
        raise Refused(_("This name is too long: %(most)s characters at most."), field="name", most=LONGEST_NAME)
    filters = {facet: command.filters[facet] for facet in FILTERS if command.filters.get(facet)}
    codes = [code for chosen in filters.values() for code in chosen]
    if (
        len(text) > LONGEST_SEARCH
        or len(codes) > MOST_CHOSEN
        or any(not code or len(code) > LONGEST_CODE for code in codes)
    ):
        raise Refused(_("This search is too long to be kept."), field="name")
    if not text and not codes:
        raise Refused(_("Look for something first: words, or a filter."), field="name")
    return [
        SearchSaved(
            member_id=command.member_id,
            search_id=command.search_id,
            zone_id=command.zone_id,
            name=Private(command.member_id, name),
            text=Private(command.member_id, text),
            filters=filters,
            by_mail=command.by_mail,
        )
    ]


def drop_search(command: DropSearch, member: Member | None) -> list[MemberEvent]:
    """Forgetting twice is no fault; the searches of others are missing to everyone else."""
    member = _own(command, command.member_id, member)
    known = command.search_id in member.searches
    return [SearchDropped(member_id=command.member_id, search_id=command.search_id)] if known else []


def erase_member(command: EraseMember, member: Member | None) -> list[MemberEvent]:
    """The person, or the operator on their request."""
    if command.actor not in (OPERATOR, f"member:{command.member_id}"):
        raise NotFound(_("There is no such person."))
    if member is None:
        raise NotFound(_("There is no such person."))
    return [] if member.erased else [MemberErased(member_id=command.member_id)]


def _own(command: Command, member_id: str, member: Member | None) -> Member:
    # The outbox stops mail to an address that refuses it, in the person's name.
    if member is None or member.erased or command.actor not in (f"member:{member_id}", "system:outbox"):
        raise NotFound(_("There is no such person."))
    return member


def _sensible(paused_until: date | None, now: datetime) -> date | None:
    """A pause that is over is none; one that would last for years is a mistake, or no pause."""
    if paused_until is None or paused_until <= now.date():
        return None
    if paused_until > now.date() + LONGEST_PAUSE:
        raise Refused(_("A pause lasts a year at most; you can also choose no mail at all."), field="paused_until")
    return paused_until


def _known_language(language: str) -> str:
    if language not in ("fr", "en"):
        raise Refused(_("Choose French or English."), field="language")
    return language
