"""What two companies and their facilitator may decide about an exchange, and what the clock decides in their silence.

Every decision gets the listing in whose stream the exchange stands: the quantity that is free is known there and
nowhere else, so no more is ever promised than there is, whoever asks at the same moment.
"""

from domain.dealings.agreeing import (
    abandon_exchange,
    accept_exchange,
    agree_pickup,
    decline_exchange,
    propose_pickup,
    renew_hold,
    show_interest,
)
from domain.dealings.commands import (
    AbandonExchange,
    AcceptExchange,
    AgreePickup,
    ConfirmExchange,
    ConfirmPeriod,
    CorrectTake,
    Dealing,
    DeclareSavings,
    DeclineExchange,
    DisputeExchange,
    EndFlow,
    MissPeriod,
    NudgeExchange,
    ProposePickup,
    RenewHold,
    SettleDispute,
    ShowInterest,
    Waste,
)
from domain.dealings.confirming import (
    confirm_exchange,
    confirm_period,
    correct_take,
    declare_savings,
    dispute_exchange,
    end_flow,
    miss_period,
    settle_dispute,
)
from domain.dealings.nudging import nudge_exchange
from domain.dealings.rules import RECEIPT_ABOVE_TONNES, TREATMENTS
from domain.dealings.verbs import Verb, disputable, open_to

__all__ = [
    "RECEIPT_ABOVE_TONNES",
    "TREATMENTS",
    "AbandonExchange",
    "AcceptExchange",
    "AgreePickup",
    "ConfirmExchange",
    "ConfirmPeriod",
    "CorrectTake",
    "Dealing",
    "DeclareSavings",
    "DeclineExchange",
    "DisputeExchange",
    "EndFlow",
    "MissPeriod",
    "NudgeExchange",
    "ProposePickup",
    "RenewHold",
    "SettleDispute",
    "ShowInterest",
    "Verb",
    "Waste",
    "abandon_exchange",
    "accept_exchange",
    "agree_pickup",
    "confirm_exchange",
    "confirm_period",
    "correct_take",
    "declare_savings",
    "decline_exchange",
    "disputable",
    "dispute_exchange",
    "end_flow",
    "miss_period",
    "nudge_exchange",
    "open_to",
    "propose_pickup",
    "renew_hold",
    "settle_dispute",
    "show_interest",
]
