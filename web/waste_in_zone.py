"""What a zone says of itself on a listing of waste: that it introduces, that it is a broker, or that it takes none."""

from __future__ import annotations

from domain.refused import _
from projections import people
from projections.listings import Listing
from web.presenting import Presenter
from web.views import Fact


def facts(show: Presenter, row: Listing, zone: people.Zone) -> tuple[Fact, ...]:
    """One line, for a listing of waste; none for any other."""
    if row.attributes.get("status") != "waste":
        return ()
    mode = zone.waste_mode(show.now)
    if mode == "broker" and zone.receipt is not None:
        said = show.say(
            _("Declared broker: receipt %(number)s, %(prefecture)s, until %(day)s"),
            number=zone.receipt.number,
            prefecture=zone.receipt.prefecture,
            day=show.wording.date(zone.receipt.expires_on),
        )
    elif mode == "off":
        said = show.say(_("Takes no listings of waste any more: nobody new can ask for it"))
    else:
        said = show.say(_("Introduces the two companies, and stays out of what they agree"))
    return (Fact(label=zone.association or zone.name, value=said),)
