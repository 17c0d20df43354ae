"""The mailbox of returned mail: each message read once, noted as seen when it was dealt with, and none deleted."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Final

import pytest

from marketplace.bounce_mailbox import Unreachable, opened_mailbox
from marketplace.settings import Misconfigured, Settings
from tests.ground import ROOT
from tests.marketplace.test_bounces import dsn

PASSWORD: Final = "p/w"  # of a mailbox made for a test


class Imap:
    """As much of a mailbox as a program needs that reads what is new and notes it as seen."""

    def __init__(self, messages: list[bytes]) -> None:
        self.messages = dict(enumerate(messages, 7))
        self.seen: set[int] = set()
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                client, _address = self.listening.accept()
            except OSError:
                return
            with client, client.makefile("rwb") as wire:
                wire.write(b"* OK ready\r\n")
                wire.flush()
                for line in wire:
                    tag, _space, said = line.decode().strip().partition(" ")
                    for part in self._answers(tag, said):
                        wire.write(part)
                    wire.flush()

    def _answers(self, tag: str, said: str) -> Iterator[bytes]:
        word = said.upper()
        if word.startswith("CAPABILITY"):
            yield b"* CAPABILITY IMAP4rev1\r\n"
        elif word.startswith("LOGIN") and PASSWORD not in said:
            yield f"{tag} NO wrong\r\n".encode()
            return
        elif word.startswith("SELECT"):
            if "Returned" not in said:
                yield f"{tag} NO no such folder\r\n".encode()
                return
            yield f"* {len(self.messages)} EXISTS\r\n".encode()
        elif word.startswith("UID SEARCH"):
            unseen = " ".join(str(number) for number in self.messages if number not in self.seen)
            yield f"* SEARCH {unseen}\r\n".encode()
        elif found := re.match(r"UID (FETCH|STORE) (\d+)", word):
            number = int(found[2])
            if found[1] == "STORE":
                self.seen.add(number)
            else:
                message = self.messages[number]
                yield f"* 1 FETCH (UID {number} BODY[]<0> {{{len(message)}}}\r\n".encode() + message + b")\r\n"
        yield f"{tag} OK done\r\n".encode()

    @property
    def url(self) -> str:
        """As a setting has it."""
        return f"imap://b%40example.org:p%2Fw@127.0.0.1:{self.port}/Returned"


@pytest.fixture
def imap() -> Iterator[Imap]:
    imap = Imap([b"Subject: one\r\n\r\n1", dsn("failed", "5.1.1")])
    with closing(imap.listening):
        yield imap


def test_each_message_is_read_once(imap: Imap) -> None:
    with opened_mailbox(imap.url) as mailbox:
        assert len(list(mailbox.unseen())) == 2
    with opened_mailbox(imap.url) as mailbox:
        assert list(mailbox.unseen()) == []
    assert len(imap.messages) == 2


def test_whoever_dies_over_a_message_reads_it_again(imap: Imap) -> None:
    with opened_mailbox(imap.url) as mailbox:
        next(mailbox.unseen())
    assert imap.seen == set()


@pytest.mark.parametrize(("part", "instead"), [("p%2Fw", "wrong"), ("/Returned", "/Nowhere"), ("PORT", "1")])
def test_a_mailbox_that_cannot_be_opened_is_a_sentence(imap: Imap, part: str, instead: str) -> None:
    with pytest.raises(Unreachable), opened_mailbox(imap.url.replace(part.replace("PORT", str(imap.port)), instead)):
        pass


def test_no_password_leaves_this_machine_in_clear() -> None:
    with pytest.raises(Misconfigured), opened_mailbox("imap://b:p@mail.example.org"):
        pass


def test_the_command_reads_a_pipe_and_a_mailbox_and_answers_in_sentences(settings: Settings, imap: Imap) -> None:
    environment = {
        "MARKETPLACE_DATABASE_URL": settings.database_url or "",
        "MARKETPLACE_SECRET": settings.secret,
        "MARKETPLACE_BOUNCE_ADDRESS": "bounces@example.org",
        "MARKETPLACE_BOUNCES_IMAP": imap.url,
        "PATH": "",
    }
    command = [sys.executable, "-m", "marketplace", "bounces"]
    piped = subprocess.run(
        [*command, "-"], input=b"To: me\n\nhello", capture_output=True, cwd=ROOT, env=environment, check=False
    )
    assert b"left aside" in piped.stdout, piped.stderr
    read = subprocess.run(command, capture_output=True, cwd=ROOT, env=environment, check=True)
    assert read.stdout.count(b"left aside") == 2
    assert imap.seen == set(imap.messages)
