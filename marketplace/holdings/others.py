"""What is held on people who have no account: suppliers, notifiers, whoever asks to join, and trainees."""

from __future__ import annotations

from typing import Final

from domain.refused import _
from marketplace.holdings.declaring import Holding

OTHERS: Final = (
    Holding(
        name="suppliers",
        about="other",
        what=_("The name and mail address of a supplier who is asked for a quote, and the quote"),
        why=_("To ask for it, and to compare."),
        ground="interest",
        seen_by=_("The organiser; the companies of the purchase see the name and the quote."),
        kept=None,
        goes=_("On request to the contact point; the name of a supplier goes with the zone’s texts."),
        texts=(
            "purchases.SupplierInvited.name",
            "purchases.SupplierInvited.mail",
            "purchases.Quote.supplier",
            "purchases.Quote.conditions",
        ),
    ),
    Holding(
        name="notifiers",
        about="other",
        what=_("The name and mail address of whoever reports a listing or a zone, and why"),
        why=_("To answer them, and to decide with reasons."),
        ground="law",
        seen_by=_("The moderators of the zone; never the author of the listing, who is told why and not by whom."),
        kept=None,
        goes=_("On request to the contact point; the decision and its reasons stay."),
        texts=(
            "listings.ListingNotified.why",
            "listings.ListingNotified.where",
            "listings.ListingNotified.name",
            "listings.ListingNotified.mail",
            "notices.ZoneNotified.why",
            "notices.ZoneNotified.where",
            "notices.ZoneNotified.name",
            "notices.ZoneNotified.mail",
        ),
    ),
    Holding(
        name="joining",
        about="other",
        what=_("What somebody types who asks for a company to be let in: name, mail address, company, wish"),
        why=_("So that the zone can answer."),
        ground="agreement",
        seen_by=_("Who runs the zone."),
        kept=None,
        goes=_(
            "By itself after a week if the address is not confirmed; on request to the contact point; once admitted, "
            "with the account."
        ),
        texts=(
            "joining.JoinAsked.company",
            "joining.JoinAsked.trade",
            "joining.JoinAsked.address",
            "joining.JoinAsked.person",
            "joining.JoinAsked.mail",
            "joining.JoinAsked.wish",
            "joining.JoinRefused.reason",
        ),
    ),
    Holding(
        name="asked_to_act",
        about="other",
        what=_("The name and mail address of whoever is asked to act for a company or a zone"),
        why=_("To ask them: nobody acts for anyone without having accepted."),
        ground="interest",
        seen_by=_("Those who act for the company, or administer the zone."),
        kept=None,
        goes=_("By itself once they accept, at the latest after two weeks; or when the invitation is taken back."),
        texts=("acting.AskedToAct.name", "acting.AskedToAct.mail"),
    ),
    Holding(
        name="trainees",
        about="other",
        what=_("The names of those whom a company sends to a training session"),
        why=_("To welcome them, and to certify that they came."),
        ground="interest",
        seen_by=_("Their company and the organiser."),
        kept=None,
        goes=_("On request, one by one; with their company."),
        texts=("purchases.TraineeNamed.name",),
    ),
)
