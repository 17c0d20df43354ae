"""What is held on a person: who they are, what they wrote and did, how they come in, and what they were sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from domain.refused import _
from marketplace.holdings.declaring import BY_ITSELF, HERE, NOBODY, TAKEN_BACK, TWO_SIDES, WITH_YOU, Holding, Swept

PEOPLE: Final = (
    Holding(
        name="identity",
        about="person",
        what=_("Your name, your work mail address and your language"),
        why=_("To let you in, to write to you, and to tell a company with which you agreed whom it will meet."),
        ground="agreement",
        seen_by=_(
            "You, your colleagues, who runs your zone; the other company of an exchange once it is accepted, "
            "and you see here who looked."
        ),
        kept=None,
        goes=WITH_YOU,
        texts=("members.MemberInvited.name", "members.MemberInvited.mail", "zones.ZoneHandoverProposed.name"),
    ),
    Holding(
        name="searches",
        about="person",
        what=_("Your mail preferences and the searches you keep"),
        why=_("To write to you as often as you want, about what you chose."),
        ground="agreement",
        seen_by=_("You alone."),
        kept=None,
        goes=WITH_YOU,
        texts=("members.SearchSaved.name", "members.SearchSaved.text"),
    ),
    Holding(
        name="words",
        about="person",
        what=_("What you write to another company: messages, what you ask for, why you decline or give up"),
        why=_("So that both sides can agree, and know later what was said."),
        ground="agreement",
        seen_by=TWO_SIDES,
        kept=None,
        goes=WITH_YOU,
        texts=(
            "exchanges.InterestShown.message",
            "exchanges.ExchangeDeclined.sentence",
            "exchanges.ExchangeAbandoned.sentence",
            "exchanges.PickupProposed.instructions",
            "exchanges.ExchangeConfirmed.note",
            "exchanges.ExchangeDisputed.sentence",
            "conversations.MessageSent.text",
            "conversations.MessageReported.sentence",
            "purchases.ReceiptConfirmed.remark",
            "purchases.StopDeclared.remark",
            "purchases.StopVisited.remark",
        ),
    ),
    Holding(
        name="acts",
        about="person",
        what=_("What you did, under a number without your name: posted, accepted, confirmed, decided, and when"),
        why=_("So that a quantity promised is a quantity given, and that anyone may check how a decision came about."),
        ground="interest",
        seen_by=HERE,
        kept=None,
        goes=_("It stays, for ever, without your name: nobody can tell any more that it was you."),
        tables={
            "log.stored_events": "originator_id originator_version topic state notification_id",
            "log.event_meta": "notification_id at actor for_company command_id cause batch zones",
            "log.command": "actor command_id hash ids stream version position",
            "log.stored_snapshots": "originator_id originator_version topic state",
        },
    ),
    Holding(
        name="devices",
        about="person",
        what=_("The devices you are signed in on"),
        why=_("To keep you signed in, and to let you sign a lost device out."),
        ground="agreement",
        seen_by=_("You alone."),
        kept=timedelta(days=30),
        goes=BY_ITSELF,
        tables={
            "site.session": (
                "id token_sha256 previous_sha256 previous_until member_id phone_id rights device language position "
                "flashes created_at last_seen expires_at proved_at strong"
            ),
            "site.sign_in": "id token_sha256 code_mac member_id to tries expires_at used_at",
            "site.pairing": "code_mac company_id member_id name expires_at used_at",
        },
    ),
    Holding(
        name="sign_ins",
        about="person",
        what=_("When and how you signed in, or somebody tried to, with the kind of device"),
        why=_("So that you notice when it was not you."),
        ground="security",
        seen_by=_("You alone."),
        kept="sign_ins_kept_days",
        goes=BY_ITSELF,
        tables={"site.sign_in_record": "id member_id at way entered device"},
        swept=(Swept("site.sign_in_record", "at"),),
    ),
    Holding(
        name="keys",
        about="person",
        what=_("What you sign in with beside your mail: a passphrase as a fingerprint, passkeys, a second factor"),
        why=_("To let you in, and nobody else."),
        ground="agreement",
        seen_by=NOBODY,
        kept=None,
        goes=TAKEN_BACK,
        tables={
            "site.passphrase": "member_id hash set_at",
            "site.passkey": "id member_id credential_id public_key sign_count name made_at last_used",
            "site.passkey_challenge": "challenge_sha256 member_id expires_at",
            "site.second_factor": "member_id wanted_at secret confirmed_at last_step",
            "site.recovery_code": "member_id code_mac used_at",
        },
    ),
    Holding(
        name="addresses",
        about="person",
        what=_("The tokens you gave to programs, and the secret address of your calendar"),
        why=_("So that a program of yours, or your calendar, reads what you read."),
        ground="agreement",
        seen_by=_("You alone."),
        kept=timedelta(days=365),
        goes=TAKEN_BACK,
        tables={
            "site.api_token": "id token_sha256 member_id name scopes created_at expires_at last_used",
            "site.calendar_link": "member_id serial made_at",
        },
    ),
    Holding(
        name="letters",
        about="person",
        what=_("The exact text of each mail you were sent"),
        why=_("To prove to you what was sent; afterwards its fingerprint and its date prove it."),
        ground="interest",
        seen_by=_(
            "You; an administrator of your zone, except for mail between companies, and you see here who looked."
        ),
        kept="mail_kept_days",
        goes=BY_ITSELF,
        tables={
            "site.outbox": (
                "id kind member_id zone_id period state told urgency letter message_id sha256 template items subjects "
                "details why created_at due_at give_up_at settled_at token lease_until attempts lost transport code "
                "reply returned_at returned"
            ),
        },
    ),
    Holding(
        name="notices",
        about="person",
        what=_("What you are to be told of an exchange or of a listing, until the mail has left"),
        why=_("To write to you once about several things, and never twice about one."),
        ground="agreement",
        seen_by=NOBODY,
        kept="mail_kept_days",
        goes=BY_ITSELF,
        tables={"site.notice": "id position member_id company_id exchange_id listing_id kind at mail_id"},
        swept=(Swept("site.notice", "at", only="mail_id IS NOT NULL"),),
    ),
    Holding(
        name="stopped",
        about="person",
        what=_("A fingerprint of your address, if it refused our mail, if you complained, or if you left"),
        why=_("So that nobody writes to you again by mistake."),
        ground="law",
        seen_by=NOBODY,
        kept=None,
        goes=_("It stays: nobody can read your address from it, and it goes when you ask to be written to again."),
        tables={"site.suppressed": "address_key why at"},
    ),
    Holding(
        name="looks",
        about="person",
        what=_("Who looked at your contact details or your mail, and who took a file that names you"),
        why=_("So that you know."),
        ground="security",
        seen_by=_("You alone."),
        kept="access_kept_days",
        goes=BY_ITSELF,
        tables={"site.access_log": "id subject by_actor what thing at"},
        swept=(Swept("site.access_log", "at"),),
    ),
    Holding(
        name="tries",
        about="person",
        what=_("How often something was tried from an address, as a fingerprint"),
        why=_("So that nobody guesses codes or floods the site."),
        ground="security",
        seen_by=NOBODY,
        kept=timedelta(days=1),
        goes=BY_ITSELF,
        tables={"site.tries": "key since until tries"},
    ),
)
