"""The token of a supplier's link: of this site, for one purchase and one supplier, known again by its fingerprint."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from marketplace import supplier_links
from marketplace.supplier_links import Asked
from marketplace.tokens import Signer

SIGNER: Final = Signer(b"a secret of this site")
ASKED: Final = Asked("purchase-1", "invitation-1")
UNTIL: Final = datetime(2026, 11, 30, 23, tzinfo=UTC)


def test_a_token_says_what_it_is_for_and_only_this_site_makes_it() -> None:
    token = supplier_links.sign(SIGNER, ASKED, UNTIL)
    assert supplier_links.read(SIGNER, token) == ASKED
    assert supplier_links.read(Signer(b"another secret"), token) is None
    assert supplier_links.read(SIGNER, SIGNER.sign("answer", "purchase-1 invitation-1")) is None
    assert supplier_links.read(SIGNER, token[:-2]) is None


def test_what_is_kept_knows_the_token_again_and_no_other() -> None:
    token = supplier_links.sign(SIGNER, ASKED, UNTIL)
    kept = supplier_links.fingerprint(token)
    assert token not in kept
    assert supplier_links.is_known(token, kept)
    assert not supplier_links.is_known(supplier_links.sign(SIGNER, Asked("purchase-1", "invitation-2"), UNTIL), kept)
