"""The composition root of the site: routes, the doorway before them, and what is told when it does not work."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from litestar import Litestar
from litestar.di import Provide
from litestar.enums import HttpMethod
from litestar.exceptions import ImproperlyConfiguredException
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import ControllerRouterHandler

from web import api
from web.assets import asset_handler
from web.doorway import Doorway
from web.errors import exception_handlers
from web.pages import (
    account,
    answer,
    bulletins,
    calendar,
    charters,
    collections,
    companies,
    company_people,
    contracts,
    conversations,
    dev_mail,
    dock_sheet,
    drafts,
    exchanges,
    federation,
    funnel,
    guests,
    handing_over,
    health,
    inbox,
    interests,
    joining,
    lexicon,
    listings,
    mail_choices,
    mails_sent,
    matches,
    me,
    memberships,
    moderation,
    my_data,
    notices,
    objections,
    outlets,
    partners,
    phones,
    photos,
    pickups,
    pooling,
    posting,
    privacy,
    purchase_behalf,
    purchase_desk,
    purchase_funding,
    purchases,
    ranking,
    record,
    redaction,
    search,
    second_factor,
    sent_mail,
    sentences,
    sessions,
    settings,
    sign_in,
    sign_in_otherwise,
    statements,
    static_texts,
    step_addresses,
    still_true,
    supplier_quotes,
    suspensions,
    tokens,
    transparency,
    unsubscribe,
    verdicts,
    waste_register,
    ways_in,
    weights,
    zone_exchanges,
    zone_export,
    zone_mail,
    zone_matches,
    zone_people,
    zones,
)
from web.policies import POLICIES
from web.services import Services
from web.visits import visit_of

LONGEST_BODY: Final = 256 * 1024
"""Bytes of a form; a route that takes photos says how many more."""
MOST_PARTS: Final = 200

HANDLERS: Final[list[ControllerRouterHandler]] = [
    *sign_in.handlers,
    *sign_in_otherwise.handlers,
    *phones.handlers,
    *account.handlers,
    *ways_in.handlers,
    *second_factor.handlers,
    *tokens.handlers,
    *unsubscribe.handlers,
    *mail_choices.handlers,
    *sent_mail.handlers,
    *mails_sent.handlers,
    *answer.handlers,
    *static_texts.handlers,
    *privacy.handlers,
    *my_data.handlers,
    *ranking.handlers,
    *health.handlers,
    *zones.handlers,
    *funnel.handlers,
    *pooling.handlers,
    *outlets.handlers,
    *purchases.handlers,
    *purchase_desk.handlers,
    *purchase_funding.handlers,
    *collections.handlers,
    *sessions.handlers,
    *supplier_quotes.handlers,
    *contracts.handlers,
    *purchase_behalf.handlers,
    *companies.handlers,
    *company_people.handlers,
    *guests.handlers,
    *joining.handlers,
    *memberships.handlers,
    *partners.handlers,
    *settings.handlers,
    *zone_people.handlers,
    *handing_over.handlers,
    *zone_export.handlers,
    *charters.handlers,
    *federation.handlers,
    *zone_exchanges.handlers,
    *zone_matches.handlers,
    *zone_mail.handlers,
    *bulletins.handlers,
    *calendar.handlers,
    *lexicon.handlers,
    *weights.handlers,
    *search.handlers,
    *listings.handlers,
    *matches.handlers,
    *interests.handlers,
    *inbox.handlers,
    *exchanges.handlers,
    *pickups.handlers,
    *conversations.handlers,
    *step_addresses.handlers,
    *waste_register.handlers,
    *posting.handlers,
    *drafts.handlers,
    *still_true.handlers,
    *redaction.handlers,
    *dock_sheet.handlers,
    *photos.handlers,
    *me.handlers,
    *moderation.handlers,
    *verdicts.handlers,
    *sentences.handlers,
    *notices.handlers,
    *objections.handlers,
    *statements.handlers,
    *suspensions.handlers,
    *record.handlers,
    *transparency.handlers,
    *api.handlers,
]


def create_app(services: Services) -> Litestar:
    """Put the site together."""
    doorway = Doorway(services)

    @asynccontextmanager
    async def opened(_app: Litestar) -> AsyncIterator[None]:
        async with services.opened():
            yield

    demo = dev_mail.handlers if services.settings.demo else []
    app = Litestar(
        route_handlers=[*HANDLERS, *demo, asset_handler(services.assets)],
        guards=[doorway.enter],
        before_send=[doorway.leave],
        exception_handlers=exception_handlers(services),
        dependencies={
            "visit": Provide(visit_of, sync_to_thread=False),
            "services": Provide(lambda: services, sync_to_thread=False),
        },
        lifespan=[opened],
        openapi_config=api.described(services.settings.name),
        logging_config=None,
        request_max_body_size=LONGEST_BODY,
        multipart_form_part_limit=MOST_PARTS,
    )
    _check_policies(app)
    return app


def _check_policies(app: Litestar) -> None:
    """Refuse to start with a route that does not say who may use it."""
    for route in app.routes:
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else [route.route_handler]:
            own = not isinstance(handler, HTTPRouteHandler) or handler.http_methods != {HttpMethod.OPTIONS}
            if own and handler.opt.get("policy") not in POLICIES:
                raise ImproperlyConfiguredException(f"{route.path} ({handler}) names no policy.")
