"""Members: invited by a zone, masters of the mail they get, erased on request."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from domain import members
from domain.events import Private
from domain.members import (
    MailPreferencesSet,
    MailResumed,
    MailStopped,
    MemberErased,
    MemberInvited,
    MemberJoined,
    SearchDropped,
    SearchSaved,
    StopMail,
)
from domain.refused import Conflict, Forbidden, NotFound
from domain.zones import OPERATOR
from tests.samples import ANNE, JOURDIES, KARIM, LEA, asked, jourdies
from tests.story import Story

invited = MemberInvited(
    member_id=LEA, home_zone=JOURDIES, name=Private(LEA, "Léa Blanc"), mail=Private(LEA, "lea@example.org")
)
joined = MemberJoined(member_id=LEA)
stopped = MailStopped(member_id=LEA, by="one_click")


def inviting(by: str = ANNE, language: str = "fr") -> Any:
    command = members.InviteMember(
        **asked(by), member_id=LEA, home_zone=JOURDIES, name="Léa Blanc", mail="lea@example.org", language=language
    )
    return lambda member: members.invite_member(command, member, jourdies())


def preferring(by: str = LEA, **changes: Any) -> Any:
    wishes = {"frequency": "weekly", "topics": members.TOPICS, "language": "fr", **changes}
    command = members.SetMailPreferences(**asked(by), member_id=LEA, **wishes)
    return lambda member: members.set_mail_preferences(command, member)


def stopping(by: str = LEA) -> Any:
    command = StopMail(**asked(by), member_id=LEA, by="one_click")
    return lambda member: members.stop_mail(command, member)


def test_a_facilitator_invites_a_person_once() -> None:
    Story(members.evolve).when(inviting()).then(invited)
    Story(members.evolve, invited).when(inviting()).then_refused(kind=Conflict)


def test_a_member_invites_nobody_to_the_zone() -> None:
    Story(members.evolve).when(inviting(by=KARIM)).then_refused(kind=Forbidden)


def test_we_speak_french_and_english() -> None:
    Story(members.evolve).when(inviting(language="de")).then_refused(field="language")


def test_the_first_sign_in_is_joining() -> None:
    command = members.JoinMember(**asked(LEA), member_id=LEA)
    Story(members.evolve, invited).when(lambda member: members.join_member(command, member)).then(joined)
    Story(members.evolve, invited, joined).when(lambda member: members.join_member(command, member)).then()


def test_a_person_chooses_their_mail_in_a_settled_order() -> None:
    Story(members.evolve, invited).when(
        preferring(frequency="monthly", topics=("renewals", "matches"), families=("PAL", "CAR", "NOPE"))
    ).then(
        MailPreferencesSet(
            member_id=LEA, frequency="monthly", topics=("matches", "renewals"), language="fr", families=("PAL", "CAR")
        )
    )


def test_the_same_wishes_again_are_no_news() -> None:
    Story(members.evolve, invited).when(preferring()).then()


def test_nobody_chooses_for_another() -> None:
    Story(members.evolve, invited).when(preferring(by=KARIM, language="en")).then_refused(kind=NotFound)
    Story(members.evolve, invited).when(stopping(by=KARIM)).then_refused(kind=NotFound)


def test_mail_stops_once_and_starts_again() -> None:
    resume = members.ResumeMail(**asked(LEA), member_id=LEA)
    Story(members.evolve, invited).when(stopping()).then(stopped).state(mail_stopped=True)
    Story(members.evolve, invited, stopped).when(stopping()).then()
    Story(members.evolve, invited, stopped).when(lambda member: members.resume_mail(resume, member)).then(
        MailResumed(member_id=LEA)
    ).state(mail_stopped=False)


def test_erasing_is_asked_by_the_person_or_on_their_behalf_by_the_operator() -> None:
    def erasing(by: str) -> Any:
        command = members.EraseMember(**asked(by), member_id=LEA)
        return lambda member: members.erase_member(command, member)

    gone = MemberErased(member_id=LEA)
    Story(members.evolve, invited).when(erasing(LEA)).then(gone).state(mail_stopped=True)
    Story(members.evolve, invited).when(erasing(OPERATOR)).then(gone)
    Story(members.evolve, invited).when(erasing(ANNE)).then_refused(kind=NotFound)
    Story(members.evolve, invited, gone).when(erasing(OPERATOR)).then()
    Story(members.evolve, invited, gone).when(preferring(language="en")).then_refused(kind=NotFound)


saved = SearchSaved(
    member_id=LEA,
    search_id="search-1",
    zone_id=JOURDIES,
    name=Private(LEA, "Palettes à deux pas"),
    text=Private(LEA, "palettes europe"),
    filters={"side": ("offer",), "reach": ("5",)},
)


def keeping(by: str = LEA, **changes: Any) -> Any:
    wanted = {
        "search_id": "search-1",
        "zone_id": JOURDIES,
        "name": " Palettes  à deux pas ",
        "text": "palettes europe",
        "filters": {"reach": ("5",), "side": ("offer",), "family": (), "colour": ("blue",)},
        **changes,
    }
    command = members.SaveSearch(**asked(by), member_id=LEA, **wanted)
    return lambda member: members.save_search(command, member)


def dropping(by: str = LEA) -> Any:
    command = members.DropSearch(**asked(by), member_id=LEA, search_id="search-1")
    return lambda member: members.drop_search(command, member)


def test_a_person_keeps_a_search_under_a_name_and_forgets_it() -> None:
    Story(members.evolve, invited).when(keeping()).then(saved).state(searches=frozenset({"search-1"}))
    Story(members.evolve, invited, saved).when(keeping()).then()
    Story(members.evolve, invited, saved).when(dropping()).then(
        SearchDropped(member_id=LEA, search_id="search-1")
    ).state(searches=frozenset())
    Story(members.evolve, invited).when(dropping()).then()


def test_the_searches_of_others_are_not_theirs_to_keep_or_to_forget() -> None:
    Story(members.evolve, invited).when(keeping(by=KARIM)).then_refused(kind=NotFound)
    Story(members.evolve, invited, saved).when(dropping(by=ANNE)).then_refused(kind=NotFound)


def test_a_search_needs_a_name_and_something_to_look_for_and_has_an_end() -> None:
    member = Story(members.evolve, invited)
    for changes in (
        {"name": "  "},
        {"name": "n" * 61},
        {"text": "", "filters": {}},
        {"text": "t" * 201},
        {"filters": {"side": ("",)}},
        {"filters": {"family": tuple(f"F{number}" for number in range(300))}},
        {"filters": {"side": ("x" * 41,)}},
    ):
        member.when(keeping(**changes)).then_refused(field="name")


def test_twenty_searches_are_enough() -> None:
    kept = [replace(saved, search_id=f"search-{number}") for number in range(2, 22)]
    Story(members.evolve, invited, *kept).when(keeping()).then_refused(field="name")
    dropped = SearchDropped(member_id=LEA, search_id="search-2")
    Story(members.evolve, invited, *kept, dropped).when(keeping()).then(saved)


def test_an_erased_person_keeps_no_search() -> None:
    Story(members.evolve, invited, saved, MemberErased(member_id=LEA)).when(dropping()).then_refused(kind=NotFound)
