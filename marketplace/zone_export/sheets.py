"""The tables of an export: what each is called, what it holds, and where its rows are read."""

# ruff: noqa: S608  # the conditions are written here, and values never stand in them

from __future__ import annotations

from typing import Final

from msgspec import Struct

from domain.refused import _


class Sheet(Struct, frozen=True):
    """One table; `sql` reads it under the reader's rights, for the zone `%(zone)s` and no other."""

    name: str
    says: str
    sql: str


class Folder(Struct, frozen=True):
    """Files as they are kept, each named by its id and this ending; `sql` reads the ids as that of a sheet does."""

    name: str
    ending: str
    says: str
    sql: str


def _euros(cents: str, name: str = "") -> str:
    """Cents as euros, always with two decimals."""
    return f"({cents} / 100.0)::numeric(14, 2)::text AS {name or f'{cents}_euros'}"


_OF_LISTINGS: Final = "listing_id IN (SELECT l.listing_id FROM listing l WHERE l.zone_id = %(zone)s)"
_OF_EXCHANGES: Final = "exchange_id IN (SELECT e.exchange_id FROM exchange e WHERE e.zone_id = %(zone)s)"
_OF_PURCHASES: Final = "purchase_id IN (SELECT p.purchase_id FROM purchase p WHERE p.zone_id = %(zone)s)"
COMPANIES: Final = {
    "company_id": "company_name",
    "owner_id": "owner_name",
    "asker_id": "asker_name",
    "provider_id": "provider_name",
    "receiver_id": "receiver_name",
    "for_company": "for_company_name",
    "by": "by_name",
    "closed_by": "closed_by_name",
}
"""Columns that hold the id of a company, each with the column of its name that stands beside it."""
_HERE: Final = "company_id IN (SELECT h.company_id FROM company_standing h WHERE h.zone_id = %(zone)s)"

SHEETS: Final = (
    Sheet(
        "companies",
        _("Companies the zone admits, refused or suspended, and how each belongs to it"),
        """SELECT c.company_id, c.siret, c.trade, c.kind, s.standing, s.reason, s.at AS standing_at,
            m.membership, m.since, m.until, c.registered_at, c.erased
        FROM company c JOIN company_standing s ON s.company_id = c.company_id AND s.zone_id = %(zone)s
            LEFT JOIN membership m ON m.company_id = c.company_id AND m.zone_id = %(zone)s
        ORDER BY c.name, c.company_id""",
    ),
    Sheet(
        "sites",
        _("Sites of the companies"),
        f"SELECT site_id, company_id, name, address, latitude, longitude FROM site WHERE {_HERE} ORDER BY 2, 1",
    ),
    Sheet(
        "people",
        _("Who acts for the companies, as far as you may know them"),
        f"""SELECT r.company_id, m.member_id, m.name, m.mail, m.language, m.invited_at, m.joined_at
        FROM representation r JOIN member m USING (member_id) WHERE {_HERE} AND NOT m.erased ORDER BY 1, 2""",
    ),
    Sheet(
        "roles",
        _("Who acts for the zone, and in which role"),
        """SELECT r.member_id, r.role, m.name, m.mail FROM zone_role r LEFT JOIN member m USING (member_id)
        WHERE r.zone_id = %(zone)s ORDER BY 1, 2""",
    ),
    Sheet(
        "dues",
        _("Years whose dues are noted as paid"),
        """SELECT d.company_id, d.year, d.noted_at FROM dues d LEFT JOIN company c USING (company_id)
        WHERE d.zone_id = %(zone)s ORDER BY d.year, c.name, 1""",
    ),
    Sheet(
        "listings",
        _("Offers and requests as they stand in the zone"),
        f"""SELECT listing_id, side, company_id, site_id, category, family, mode, title, description, amount, held,
            taken, unit, per, attributes, condition, price,
            {_euros("price_cents", "price_euros")}, currency, available_from, available_to,
            max_km, visibility, status, standing, life, ground, sentence, posted_at, amended_at, decided_at, shown_at,
            closed_at, expires_at, photos, photo_texts, pickup, whole_lot, latitude, longitude
        FROM listing WHERE zone_id = %(zone)s ORDER BY posted_at, listing_id""",
    ),
    Sheet(
        "photos",
        _("The photos of the listings: the file, and whose it is"),
        """SELECT 'photos/' || p.photo_id || '.webp' AS file, p.listing_id, l.title, l.company_id
        FROM listing_photo p JOIN listing l USING (listing_id)
        WHERE l.zone_id = %(zone)s ORDER BY l.posted_at, l.listing_id, p.photo_id""",
    ),
    Sheet(
        "listing_history",
        _("What happened to each listing, and who did it"),
        f"""SELECT listing_id, version, at, what, actor, for_company, ground FROM listing_history
        WHERE zone_id IN ('', %(zone)s) AND {_OF_LISTINGS} ORDER BY listing_id, version""",
    ),
    Sheet(
        "exchanges",
        _("Exchanges: who, what, and how far they came"),
        """SELECT exchange_id, listing_id, other_listing_id, owner_id, asker_id, provider_id, receiver_id, category,
            title, waste, stage, asked_at, accepted_at, arranged_at, collected_at, confirmed_at, closed_at, closed_by,
            reason, confirmed, metres
        FROM exchange WHERE zone_id = %(zone)s ORDER BY asked_at, exchange_id""",
    ),
    Sheet(
        "exchange_steps",
        _("Steps of the exchanges; what two companies wrote to each other is theirs, and not here"),
        f"""SELECT exchange_id, version, at, what, by, member_id, on_behalf, number, amount, unit, measured, final,
            collected_on, period, reason, {_euros("cents", "saved_euros")}, use
        FROM exchange_step WHERE {_OF_EXCHANGES} ORDER BY exchange_id, version, what""",
    ),
    Sheet(
        "matches",
        _("Matches that were judged or introduced"),
        """SELECT a_id, b_id, verdict, reason, judged_at, introduced_at FROM match_verdict
        WHERE zone_id = %(zone)s ORDER BY coalesce(judged_at, introduced_at), a_id, b_id""",
    ),
    Sheet(
        "matches_set_aside",
        _("Matches a company set aside, and why"),
        f"""SELECT a_id, b_id, listing_id, company_id, reason, at FROM match_dismissed
        WHERE zones @> ARRAY[%(zone)s] AND {_OF_LISTINGS} ORDER BY at, a_id, b_id, company_id""",
    ),
    Sheet(
        "purchases",
        _("Group purchases, frame contracts, collections and sessions"),
        """SELECT purchase_id, form, category, title, description, specification, stage, company_id, proposed_at, unit,
            step, wished, wishers, minimum, maximum, least_companies, most_companies, goal, total, companies, partners,
            deadline, joins_until, failure, why, ended_at, delivered_on
        FROM purchase WHERE zone_id = %(zone)s ORDER BY proposed_at, purchase_id""",
    ),
    Sheet(
        "purchase_pledges",
        _("What each company pledged and received"),
        f"""SELECT purchase_id, company_id, wish, quantity, tolerance, site_id, pledged_at, share,
            {_euros("goods")}, {_euros("delivery")}, {_euros("with_vat")}, outcome, received, remark, entered_by
        FROM purchase_pledge WHERE {_OF_PURCHASES} ORDER BY purchase_id, company_id""",
    ),
    Sheet(
        "purchase_quotes",
        _("Quotes of suppliers"),
        f"""SELECT purchase_id, quote_id, supplier, offer, conditions, document, received_at, chosen
        FROM purchase_quote WHERE {_OF_PURCHASES} ORDER BY purchase_id, received_at, quote_id""",
    ),
    Sheet(
        "purchase_steps",
        _("Steps of the purchases"),
        f"""SELECT purchase_id, version, at, what, mark, least, deadline, words
        FROM purchase_step WHERE {_OF_PURCHASES} ORDER BY purchase_id, version""",
    ),
    Sheet(
        "sessions",
        _("Training sessions"),
        f"""SELECT purchase_id, starts_at, minutes, place, seats, taken, held_on, valid_months
        FROM purchase_session WHERE {_OF_PURCHASES} ORDER BY starts_at, purchase_id""",
    ),
    Sheet(
        "trainees",
        _("Who was sent to the training sessions"),
        f"""SELECT purchase_id, trainee_id, company_id, number, name, present, until
        FROM purchase_trainee WHERE {_OF_PURCHASES} ORDER BY purchase_id, number""",
    ),
    Sheet(
        "collections",
        _("Stops of pooled collections"),
        f"""SELECT purchase_id, number, company_id, site_id, loads, access, answer, remark, "on", place, outcome, weight
        FROM purchase_stop WHERE {_OF_PURCHASES} ORDER BY purchase_id, number, company_id""",
    ),
    Sheet(
        "proposals",
        _("What several companies could do together, and what became of it"),
        """SELECT pooling_id, kind, category, stage, companies, listings, joined, declined, proposed_at, settled_at,
            reason, action_id
        FROM pooling_pool WHERE zone_id = %(zone)s ORDER BY proposed_at, pooling_id""",
    ),
    Sheet(
        "outlets",
        _("Outlets and drop-off points"),
        """SELECT outlet_id, name, operator, address, latitude, longitude, hours, hours_note, accepts, refuses, price,
            permits, contact, closed
        FROM pooling_outlet WHERE zone_id = %(zone)s ORDER BY name, outlet_id""",
    ),
    Sheet(
        "charters",
        _("Charters, every version in every language"),
        """SELECT c.charter_id, c.purpose, v.number, v.published_at, v.changes, c.ended, t.language, t.title, t.text,
            v.supplier, v.signed_by, v.signed_at
        FROM charter c JOIN charter_version v ON v.charter_id = c.charter_id
            LEFT JOIN charter_text t ON t.charter_id = v.charter_id AND t.number = v.number
        WHERE c.zone_id = %(zone)s ORDER BY c.charter_id, v.number, t.language""",
    ),
    Sheet(
        "charter_acceptances",
        _("Who accepted which charter"),
        """SELECT charter_id, number, company_id, actor, on_paper, at FROM charter_acceptance
        WHERE zone_id = %(zone)s ORDER BY at, charter_id, company_id""",
    ),
    Sheet(
        "notices",
        _("Notices of listings or of the zone, and how each was answered"),
        """SELECT notice_id, listing_id, company_id, reason, why, place, name, at, outcome, sentence, decided_at,
            decided_by
        FROM record_notice WHERE zone_id = %(zone)s ORDER BY at, notice_id""",
    ),
    Sheet(
        "appeals",
        _("Appeals, and how each was decided"),
        """SELECT appeal_id, subject_id, company_id, against, why, at, lodged_by, outcome, sentence, decided_at,
            decided_by, by_another
        FROM record_appeal WHERE zone_id = %(zone)s ORDER BY at, appeal_id""",
    ),
    Sheet(
        "requests_to_join",
        _("Companies that asked to join"),
        """SELECT joining_id, siret, company, trade, address, person, mail, wish, asked_at, stage, company_id,
            decided_at, decided_by, reason
        FROM join_request WHERE zone_id = %(zone)s ORDER BY asked_at, joining_id""",
    ),
    Sheet(
        "bulletins",
        _("Bulletins"),
        """SELECT bulletin_id, topic, title, text, title_en, text_en, families, trades, "on", stage, way, written_at,
            issued_at, until
        FROM bulletin WHERE zone_id = %(zone)s ORDER BY written_at, bulletin_id""",
    ),
    Sheet(
        "words",
        _("The words of the zone"),
        """SELECT term_id, words, concept, language, published_by, published_at, withdrawn_at
        FROM match_term WHERE zone_id = %(zone)s ORDER BY published_at, term_id""",
    ),
    Sheet(
        "partners",
        _("Partner zones, proposed and agreed"),
        "SELECT zone_id, partner_id, agreed, at FROM zone_partner WHERE %(zone)s IN (zone_id, partner_id) ORDER BY at",
    ),
    Sheet(
        "handovers",
        _("Hand-overs of the zone"),
        """SELECT handover_id, state, organisation, former, name, effective_on, words, proposed_by, proposed_at,
            answered_at, reason, withdrawn_at, done_at, moved
        FROM zone_handover WHERE zone_id = %(zone)s ORDER BY proposed_at, handover_id""",
    ),
)
"""In the order of the page that lists them."""
FOLDERS: Final = (
    Folder(
        "photos",
        "webp",
        _("The photos of listings, named by their ids"),
        """SELECT DISTINCT p.photo_id FROM listing_photo p JOIN listing l USING (listing_id)
        WHERE l.zone_id = %(zone)s ORDER BY 1""",
    ),
    Folder(
        "documents",
        "pdf",
        _("The PDF documents that came with quotes, named by their ids"),
        f"""SELECT DISTINCT document FROM purchase_quote
        WHERE {_OF_PURCHASES} AND document IS NOT NULL ORDER BY 1""",
    ),
)
"""What stands beside the tables."""
