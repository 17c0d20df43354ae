"""The PDF of a quote is known by its content, whatever it is called, and bounded."""

from __future__ import annotations

import pytest

from domain.refused import Refused
from marketplace.documents import MOST_BYTES, check_pdf

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def test_a_pdf_is_taken() -> None:
    check_pdf(PDF, "devis.pdf")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"", "no PDF"),
        (b"<html><script>alert(1)</script>%PDF-1.7\n%%EOF", "no PDF"),
        (b"PK\x03\x04" + PDF, "no PDF"),
        (PDF[:20], "no PDF"),
        (PDF.replace(b"1.7\n", b"9.9\n"), "no PDF"),
        (PDF + b" " * MOST_BYTES, "too heavy"),
    ],
)
def test_what_only_says_that_it_is_a_pdf_is_refused_by_name(sent: bytes, said: str) -> None:
    with pytest.raises(Refused, match=said) as refused:
        check_pdf(sent, "x" * 300 + ".pdf")
    assert refused.value.field == "document"
    assert len(str(refused.value.values["file"])) <= 60
