"""What the weekly mail says of group purchases, bulletins and silent weeks, in the reader's language."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from domain import taxonomy
from domain.members import BulletinTopic
from domain.purchases import Form
from marketplace.digest_ranking import Ask, Buying, Hint
from marketplace.language import elided
from marketplace.links import Links
from marketplace.mails.views import BulletinLine, BuyingLine, HintLine
from marketplace.plain_text import beginning, paragraphs
from marketplace.wording import Wording, ngettext
from projections import people
from projections.bulletins import BulletinRow


def _(sentence: str) -> str:
    """Mark a sentence for the catalogue."""
    return sentence


LONGEST_BEGINNING: Final = 420
"""Letters of a bulletin that stand in the weekly mail; its page has all of it."""
TOPICS: Final[dict[BulletinTopic, str]] = {
    "news": _("News"),
    "law": _("A change in the law"),
    "meeting": _("A meeting to come"),
}
ASKED: Final[dict[Ask, str]] = {
    "confirm": _("The terms changed for the worse: your pledge counts again once you confirm it, by %(moment)s."),
    "receive": _("It was carried out. What arrived at your company?"),
    "closing": _("It closes %(moment)s, and your company is not in it."),
    "join": _("It is open until %(moment)s."),
    "poll": _("Would your company take part? Saying so binds to nothing."),
}
DO: Final[dict[Ask, str]] = {
    "confirm": _("Confirm my pledge"),
    "receive": _("Say what arrived"),
    "closing": _("See the terms and join"),
    "join": _("See the terms"),
    "poll": _("Say so, without commitment"),
}
FORMS: Final[dict[Form, str]] = {
    "goods": _("Group purchase"),
    "frame": _("Frame contract"),
    "collection": _("Pooled collection"),
    "session": _("Shared session"),
    "funding": _("Co-funding"),
}


class DigestWords(Struct, frozen=True):
    """Says these things to one reader; `links` are absolute."""

    wording: Wording
    links: Links
    time_zone: str

    def buying(self, buying: Buying) -> BuyingLine:
        """A group purchase and what it wants."""
        row, ask = buying.row, buying.ask
        moment = self.wording.moment(row.deadline, self.time_zone) if row.deadline else ""
        joins = ask in ("confirm", "closing", "join")
        return BuyingLine(
            title=row.title or taxonomy.label(row.category, self.wording.language),
            about=" · ".join(filter(None, (self._say(FORMS[row.form]), self._how_far(buying)))),
            sentence=self._say(ASKED[ask], moment=moment),
            do=self._say(DO[ask]),
            href=self.links.join_purchase(row.purchase_id) if joins else self.links.purchase(row.purchase_id),
        )

    def bulletin(self, row: BulletinRow, zone: people.Zone, *, whole: bool = False) -> BulletinLine:
        """What a zone announces; in the weekly mail its beginning."""
        title, text = row.said_in(self.wording.language)
        text, more = (text, False) if whole else beginning(text, LONGEST_BEGINNING)
        return BulletinLine(
            zone=zone.name,
            topic=self._say(TOPICS[row.topic]),
            title=title,
            text=paragraphs(text),
            href=self.links.bulletin(zone.slug, row.bulletin_id),
            more=more,
            on=row.on,
        )

    def hint(self, hint: Hint, zone: people.Zone) -> HintLine:
        """What would help; the figure is of companies whose listings the reader may see."""
        category = taxonomy.label(hint.category, self.wording.language)
        if hint.listing is None:
            said = ngettext(
                "Your company lists nothing yet. %(num)d company here lists this: %(what)s.",
                "Your company lists nothing yet. %(num)d companies here list this: %(what)s.",
            )
            sentence = self._count(said, hint.companies, what=category)
            return HintLine(
                sentence=sentence, do=self._say(_("Publish a listing")), href=self.links.new_listing(zone.slug)
            )
        offered = hint.listing.side == "offer"
        listing_id, title = hint.listing.listing_id, hint.listing.title
        if hint.missing:
            attribute = taxonomy.ATTRIBUTES[hint.missing]
            what = attribute.label_fr if self.wording.language == "fr" else attribute.label_en
            sentence = self._missing(hint.companies, category, what, offered=offered)
            href = self.links.complete_listing(listing_id, hint.missing)
            return HintLine(sentence=sentence, do=self._say(_("Complete the listing")), href=href, about=title)
        nobody = (
            _("Nobody here looks for this yet: %(what)s. You will be told the day somebody does.")
            if offered
            else _("Nobody here has this to offer yet: %(what)s. You will be told the day somebody does.")
        )
        return HintLine(
            sentence=self._say(nobody, what=category),
            do=self._say(_("Read it again with other eyes")),
            href=self.links.listing(listing_id),
            about=title,
        )

    def _missing(self, companies: int, category: str, what: str, *, offered: bool) -> str:
        sought = ngettext(
            "%(num)d company looks for this: %(category)s. It names what your listing leaves open: %(what)s.",
            "%(num)d companies look for this: %(category)s. They name what your listing leaves open: %(what)s.",
        )
        had = ngettext(
            "%(num)d company offers this: %(category)s. It names what your listing leaves open: %(what)s.",
            "%(num)d companies offer this: %(category)s. They name what your listing leaves open: %(what)s.",
        )
        return self._count(sought if offered else had, companies, category=category, what=what)

    def _how_far(self, buying: Buying) -> str:
        row = buying.row
        wished = row.stage == "poll"
        total, companies = (row.wished, row.wishers) if wished else (row.total, row.companies)
        if not companies or not total:
            return ""
        counted = self._count(ngettext("%(num)d company", "%(num)d companies"), companies)
        return f"{self.wording.amount(total, row.unit, row.category)} · {counted}"

    def _count(self, sentence: tuple[str, str], n: int, **said: object) -> str:
        figures = {"num": n, **said}
        return elided(self.wording.translations.ngettext(*sentence, n) % figures, self.wording.language)

    def _say(self, sentence: str, **figures: object) -> str:
        said = self.wording.translations.gettext(sentence)
        return elided(said % figures, self.wording.language) if figures else said
