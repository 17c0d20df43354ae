"""What is written about a notice, an appeal or a suspension: to whoever gave notice, to the company, to who decided."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from domain.refused import _

News = Literal[
    "received", "kept", "kept_unshown", "kept_elsewhere", "hidden", "acted", "ours_kept", "ours_unshown",
    "granted", "granted_closed", "refused", "suspended", "back", "still_suspended", "yours_lifted", "yours_stands",
]  # fmt: skip
RECEIVED: Final = _("A person reads it and answers you at this address. No machine decides.")
UNNAMED: Final = _("Your name and your address are shown to nobody but the moderators, whatever they decide.")
AGAIN: Final = _(
    "You disagree? Answer at %(mail)s: where the zone has another moderator, that person looks at it again."
)
ELSEWHERE: Final = _("An out-of-court settlement body or a court remains open to you.")
RECORDED: Final = _("There is nothing for you to do: the record keeps both decisions.")


class Told(Struct, frozen=True):
    """What one of these mails says: its subject, its head, its first sentence, and what comes after the words quoted.

    `do` is what its button says, where it has one.
    """

    subject: str
    head: str
    lead: str
    after: tuple[str, ...] = ()
    do: str = ""


TOLD: Final[dict[News, Told]] = {
    "received": Told(
        _("Your notice is received: %(title)s"),
        _("Your notice is received"),
        _("The moderation of %(zone)s has it. This is what you wrote:"),
        (RECEIVED, UNNAMED),
    ),
    "kept": Told(
        _("Your notice is answered: %(title)s"),
        _("It stays online"),
        _("The moderation of %(zone)s has looked into your notice, and leaves it as it is:"),
        (AGAIN, ELSEWHERE),
    ),
    "kept_unshown": Told(
        _("Your notice is answered: %(title)s"),
        _("It is no longer shown"),
        _("It was closed or hidden meanwhile. The moderation of %(zone)s leaves it at that:"),
        (AGAIN, ELSEWHERE),
    ),
    "kept_elsewhere": Told(
        _("Your notice is answered: %(title)s"),
        _("It stays as it is"),
        _("The moderation of %(zone)s has looked into your notice, and leaves it as it is:"),
        (AGAIN, ELSEWHERE),
    ),
    "hidden": Told(
        _("Your notice is answered: %(title)s"),
        _("It is no longer shown"),
        _("The moderation of %(zone)s has looked into your notice, and hides the listing:"),
        (UNNAMED,),
    ),
    "acted": Told(
        _("Your notice is answered: %(title)s"),
        _("Something was done about it"),
        _("The moderation of %(zone)s has looked into your notice, and acted:"),
        (UNNAMED,),
    ),
    "ours_kept": Told(
        _("Somebody gave notice of your listing, and it stays online: %(title)s"),
        _("Your listing stays online"),
        _("Somebody gave notice of it. The moderation of %(zone)s looked into it, and leaves it as it is:"),
        (_("There is nothing for you to do."),),
        _("See the listing"),
    ),
    "ours_unshown": Told(
        _("Somebody gave notice of your listing: %(title)s"),
        _("Nothing follows from a notice"),
        _("Somebody gave notice of your listing, no longer shown. The moderation of %(zone)s leaves it at that:"),
        (_("There is nothing for you to do."),),
        _("See the listing"),
    ),
    "granted": Told(
        _("Your appeal is granted: %(title)s"),
        _("Your appeal is granted"),
        _("The moderation of %(zone)s has looked at its decision again, and shows your listing:"),
        (),
        _("See the listing"),
    ),
    "granted_closed": Told(
        _("Your appeal is granted: %(title)s"),
        _("Your appeal is granted"),
        _("The moderation of %(zone)s has looked at its decision again, and takes it back:"),
        (_("Your listing is closed by now, and stays so: post it again if you still have it, or still need it."),),
        _("See the listing"),
    ),
    "refused": Told(
        _("Your appeal is not granted: %(title)s"),
        _("Your appeal is not granted"),
        _("The moderation of %(zone)s has looked at its decision again, and it stands:"),
        (ELSEWHERE,),
        _("See the decision"),
    ),
    "suspended": Told(
        _("%(zone)s suspends your company"),
        _("Your company is suspended"),
        _("%(zone)s hides your company and all its listings until further notice. This is why:"),
        (_("Exchanges under way go on, and nothing of yours is lost."),),
        _("See the decision, or appeal"),
    ),
    "back": Told(
        _("%(zone)s shows your company again"),
        _("Your company is back"),
        _("%(zone)s takes its suspension back: your company and its listings are shown again."),
        (),
        _("See my listings"),
    ),
    "still_suspended": Told(
        _("%(zone)s has looked again: your company stays suspended"),
        _("Your appeal is not granted"),
        _("The moderation of %(zone)s has looked at its decision again, and it stands:"),
        (ELSEWHERE,),
        _("See the decision"),
    ),
    "yours_lifted": Told(
        _("Your decision is taken back on appeal: %(title)s"),
        _("An appeal against your decision is granted"),
        _("Another moderator of %(zone)s has looked at it again, and takes it back:"),
        (RECORDED,),
        _("See the record"),
    ),
    "yours_stands": Told(
        _("Your decision stands: %(title)s"),
        _("Your decision stands"),
        _("Another moderator of %(zone)s has looked at the appeal against it, and leaves it as it is:"),
        (RECORDED,),
        _("See the record"),
    ),
}
