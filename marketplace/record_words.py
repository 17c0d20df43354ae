"""What the record says, in words: what happened, why, and who could see a listing; a statement of reasons in full."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from domain.companies import Standing
from domain.listings import Life, Visibility, ZoneStatus
from domain.refused import _
from marketplace.wording import GROUNDS
from projections.record import Kind

Say = Callable[..., str]

NOTICE_REASONS: Final[dict[str, str]] = {
    "unlawful": _("It is against the law"),
    "dangerous": _("It is dangerous, or hides a danger"),
    "not_theirs": _("It is not theirs to give: rented, borrowed, stolen"),
    "privacy": _("It names somebody, or shows their phone number or address"),
    "rules": _("It is against the rules of the zone"),
    "other": _("Something else"),
}
HAPPENED: Final[dict[Kind, str]] = {
    "posted": _("Posted"),
    "amended": _("Amended by its company"),
    "withdrawn": _("Withdrawn by its company"),
    "renewed": _("Renewed"),
    "expired": _("Expired"),
    "fulfilled": _("Fulfilled"),
    "reopened": _("Open again: something is left of it"),
    "approved": _("Approved"),
    "rejected": _("Not shown"),
    "change_asked": _("Asked for a change"),
    "taken_back": _("Decision taken back"),
    "overdue": _("Not read in the time the zone promises"),
    "notified": _("Notice received"),
    "notice_kept": _("Notice answered: left as it is"),
    "notice_hidden": _("Notice answered: listing hidden"),
    "notice_acted": _("Notice answered: something was done"),
    "appealed": _("Appeal lodged"),
    "appeal_granted": _("Appeal granted"),
    "appeal_refused": _("Appeal not granted"),
    "admitted": _("Company admitted"),
    "not_admitted": _("Company not admitted"),
    "suspended": _("Company suspended"),
    "reinstated": _("Company back after a suspension"),
    "erased": _("Words erased"),
}
AUDIENCES: Final[dict[Visibility, str]] = {
    "facilitator": _("its company and who runs the zone"),
    "zone": _("the companies of the zone"),
    "partners": _("the companies of the zone and of its partner zones"),
    "public": _("everyone, without the company’s name"),
    "named": _("everyone, with the company’s name"),
}
NOBODY_ELSE: Final = _("its company and who runs the zone, nobody else")
RESTRICTED: Final[dict[Kind, str]] = {
    "rejected": _("The listing is not shown in %(zone)s."),
    "change_asked": _("A change is asked for before the listing is shown in %(zone)s."),
    "suspended": _("The company and all its listings are hidden in %(zone)s."),
    "not_admitted": _("The company is not admitted in %(zone)s."),
}
SHOWN_MEANWHILE: Final = _("A change is asked for. The listing is shown in %(zone)s meanwhile.")
LASTS: Final[dict[Kind, str]] = {
    "rejected": _("In this zone only, until the listing is corrected and read again, or the decision is taken back."),
    "change_asked": _("In this zone only, until the company answers with a correction."),
    "suspended": _("In this zone only, until the zone takes the suspension back."),
    "not_admitted": _("In this zone only, until the zone decides otherwise."),
}


class Restriction(Struct, frozen=True, kw_only=True):
    """A decision that restricts somebody, as article 17 of the DSA wants it explained.

    `noticed` when a notice led to it; `flagged` is what rules of the program had pointed out, said; `shown` when it
    asks for a change and hides nothing meanwhile.
    """

    kind: Kind
    zone: str
    ground: str
    sentence: str
    noticed: bool = False
    flagged: tuple[str, ...] = ()
    appealable: bool = True
    shown: bool = False
    contact_mail: str = ""


def statement(restriction: Restriction, say: Say) -> tuple[tuple[str, str], ...]:
    """Each thing the law wants said of it, with its label."""
    flagged = say(
        _("A rule of the program had pointed out: %(flags)s It decides nothing: a person read it and decided."),
        flags=" ".join(restriction.flagged),
    )
    decided = SHOWN_MEANWHILE if restriction.shown else RESTRICTED[restriction.kind]
    by_hand = say(_("None: a person read it and decided."))
    return (
        (say(_("What was decided")), say(decided, zone=restriction.zone)),
        (say(_("Where, and for how long")), say(LASTS[restriction.kind])),
        (say(_("The facts")), restriction.sentence or say(_("(erased)"))),
        (
            say(_("How the zone came to it")),
            say(_("Somebody gave notice of it. Who stays between them and the moderators."))
            if restriction.noticed
            else say(_("Nobody gave notice of it: the zone looked of its own accord.")),
        ),
        (say(_("Automated means")), flagged if restriction.flagged else by_hand),
        (say(_("Legal or contractual ground")), basis(restriction, say)),
        (say(_("What you can do")), _redress(restriction, say)),
    )


def basis(restriction: Restriction, say: Say) -> str:
    """The ground: the law, or the terms and the charter that the company agreed to."""
    if restriction.ground == "unlawful":
        return say(_("The law. The facts above say which content, and why it is held to be unlawful."))
    named = say(GROUNDS[restriction.ground][0]) if restriction.ground in GROUNDS else ""
    terms = say(_("The terms of use and the charter of the zone, which the company agreed to."))
    return f"{terms} {say(_('The rule: “%(rule)s”.'), rule=named)}" if named else terms


def _redress(restriction: Restriction, say: Say) -> str:
    said = []
    if restriction.kind in {"rejected", "change_asked"}:
        said.append(say(_("Correct the listing and send it again: it is read anew.")))
    if restriction.shown:
        said.append(say(_("Nothing is hidden, so that there is nothing to appeal against; if it ever is, you may.")))
    if restriction.appealable:
        said.append(say(_("Appeal, free of charge, within six months: somebody else looks at it where there is one.")))
    if restriction.contact_mail:
        said.append(say(_("Write to %(mail)s."), mail=restriction.contact_mail))
    said.append(say(_("An out-of-court settlement body or a court remains open to you.")))
    return " ".join(said)


def audience(status: ZoneStatus | None, life: Life | None, standing: Standing, visibility: Visibility | None) -> str:
    """Who could see a listing that stood so."""
    shown = status == "approved" and life == "open" and standing == "admitted"
    return AUDIENCES[visibility] if shown and visibility else NOBODY_ELSE


def lasting(seconds: float, say: Say) -> str:
    """How long something took, in the largest unit that says enough."""
    minutes = max(1, round(seconds / 60))
    if minutes < 60:  # noqa: PLR2004  (an hour)
        return say(_("%(n)s min"), n=minutes)
    hours = round(minutes / 60)
    if hours < 48:  # noqa: PLR2004  (two days)
        return say(_("%(n)s h"), n=hours)
    return say(_("%(n)s days"), n=round(hours / 24))
