"""Members: invited, joined, their mail and their saved searches."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import TypeVar

import msgspec

from domain import members, reservations
from domain.commands import Command, Receipt
from marketplace.application.deciding import Deciding, follow_up

C = TypeVar("C", bound=Command)


class MemberUseCases(Deciding):
    """Members: invited, joined, their mail and their saved searches."""

    def address_key(self, mail: str) -> str:
        """The keyed hash under which a mail address is reserved; case and surrounding spaces do not count."""
        return hmac.new(self._secret, mail.strip().casefold().encode(), hashlib.sha256).hexdigest()

    def member_at(self, mail: str) -> str | None:
        """The id of the member who holds a mail address, if there is one."""
        held = self._log.load(f"mail-{self.address_key(mail)}", reservations.evolve).state
        return held.holder if held else None

    def wishes_of(self, member_id: str) -> members.Member | None:
        """What a person said of their mail, from the log, which never lags; None when there is no such person."""
        return self._log.load(member_id, members.evolve).state

    def invite_member(self, command: members.InviteMember) -> Receipt:
        """Invite a person, at an address nobody else holds."""
        return self._invite(command, colleague=False)

    def _someone(self, command: members.InviteMember, *, colleague: bool) -> str:
        """Whoever holds this address; invited, when nobody does."""
        member_id = self.member_at(command.mail) or command.member_id
        if self._log.load(member_id, members.evolve).state is None:
            self._invite(msgspec.structs.replace(command, member_id=member_id), colleague=colleague)
        return member_id

    def _invite(self, command: members.InviteMember, *, colleague: bool) -> Receipt:
        zone = self._zone(command.home_zone)
        member = self._log.load(command.member_id, members.evolve).state
        if member is None or self._log.answered(command) is None:
            members.invite_member(command, member, zone, colleague=colleague)  # before the address is claimed
        key = self.address_key(command.mail)
        claim = reservations.ClaimMailAddress(
            actor=command.actor,
            now=command.now,
            command_id=follow_up(command, "claim"),
            address_key=key,
            member_id=command.member_id,
        )
        self._carry_out(
            claim, f"mail-{key}", reservations.evolve, lambda held: reservations.claim_mail_address(claim, held), []
        )
        return self._carry_out(
            command,
            command.member_id,
            members.evolve,
            lambda member: members.invite_member(command, member, zone, colleague=colleague),
            [command.home_zone],
        )

    def join_member(self, command: members.JoinMember) -> Receipt:
        """Record a person's first sign-in."""
        return self._about_member(command, command.member_id, members.join_member)

    def set_mail_preferences(self, command: members.SetMailPreferences) -> Receipt:
        """Choose rhythm, topics and language of the weekly mail."""
        return self._about_member(command, command.member_id, members.set_mail_preferences)

    def choose_bulletins(self, command: members.ChooseBulletins) -> Receipt:
        """Choose which bulletins one wants."""
        return self._about_member(command, command.member_id, members.choose_bulletins)

    def stop_mail(self, command: members.StopMail) -> Receipt:
        """Stop the weekly mail."""
        return self._about_member(command, command.member_id, members.stop_mail)

    def resume_mail(self, command: members.ResumeMail) -> Receipt:
        """Take the weekly mail up again."""
        return self._about_member(command, command.member_id, members.resume_mail)

    def save_search(self, command: members.SaveSearch) -> Receipt:
        """Keep a search under a name."""
        self._zone(command.zone_id)
        return self._about_member(command, command.member_id, members.save_search, ids={"search_id": command.search_id})

    def drop_search(self, command: members.DropSearch) -> Receipt:
        """Forget a search."""
        return self._about_member(command, command.member_id, members.drop_search)

    def erase_member(self, command: members.EraseMember) -> Receipt:
        """Record the erasure of a person; `marketplace.erasing` destroys the keys afterwards."""
        return self._about_member(command, command.member_id, members.erase_member)

    def _about_member(
        self,
        command: C,
        member_id: str,
        decision: Callable[[C, members.Member | None], list[members.MemberEvent]],
        *,
        ids: dict[str, str] | None = None,
    ) -> Receipt:
        member = self._log.load(member_id, members.evolve).state
        return self._carry_out(
            command,
            member_id,
            members.evolve,
            lambda member: decision(command, member),
            [member.home_zone] if member else [],
            ids=ids,
        )
