"""What the program does: one method per use case, each a load, a decision and an append."""

from __future__ import annotations

from marketplace.application.acting import ActingUseCases
from marketplace.application.bulletins import BulletinUseCases
from marketplace.application.charters import CharterUseCases
from marketplace.application.collections import CollectionUseCases
from marketplace.application.companies import CompanyUseCases
from marketplace.application.digests import DigestUseCases
from marketplace.application.exchanges import ExchangeUseCases
from marketplace.application.guests import GuestUseCases
from marketplace.application.handing_over import HandOverTo, HandoverUseCases
from marketplace.application.joining import JoiningUseCases
from marketplace.application.listings import CARRIED_OVER, ListingUseCases, NarrowReach
from marketplace.application.matches import MatchUseCases
from marketplace.application.members import MemberUseCases
from marketplace.application.objections import ObjectionUseCases
from marketplace.application.pooling import PoolingUseCases
from marketplace.application.privacy import PrivacyUseCases
from marketplace.application.purchases import PurchaseUseCases
from marketplace.application.sentences import SentenceUseCases
from marketplace.application.sessions import SessionUseCases

__all__ = ["CARRIED_OVER", "HandOverTo", "Marketplace", "NarrowReach"]


class Marketplace(
    HandoverUseCases,
    CharterUseCases,
    ActingUseCases,
    GuestUseCases,
    JoiningUseCases,
    CompanyUseCases,
    MemberUseCases,
    ListingUseCases,
    SentenceUseCases,
    ObjectionUseCases,
    ExchangeUseCases,
    MatchUseCases,
    PoolingUseCases,
    CollectionUseCases,
    SessionUseCases,
    PurchaseUseCases,
    DigestUseCases,
    BulletinUseCases,
    PrivacyUseCases,
):
    """Every use case of the marketplace, on one event log.

    Each method takes a command and returns its receipt once the facts are durable. It raises `Refused` (or
    `NotFound`, `Forbidden`, `Conflict`) with a sentence when the answer is no; then nothing was recorded.
    The same command asked again gets its first answer. `history=True` enters facts of the past, for the
    demonstration and for imports only.
    """
