"""The register of outgoing waste as a file, under the column names of Trackdéchets' own register."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final

from msgspec import Struct

from domain.quantities import plain
from marketplace.csv_files import as_csv

COLUMNS: Final = (
    "Date d'expédition",
    "Identifiant secondaire",
    "Dénomination usuelle",
    "Code du déchet",
    "Déchet dangereux",
    "Quantité de déchet",
    "Expéditeur raison sociale",
    "Expéditeur SIRET",
    "Expéditeur adresse",
    "Transporteur raison sociale",
    "Transporteur exemption de récépissé",
    "Transporteur récépissé",
    "Destination raison sociale",
    "Destination SIRET",
    "Destination adresse",
    "Code opération réalisé",
)
"""Those of its columns we know something of, in its order (back/src/registry/columns.ts of MTES-MCT/trackdechets)."""


class Party(Struct, frozen=True):
    """One end of a movement."""

    name: str
    siret: str = ""
    address: str = ""


class Movement(Struct, frozen=True, kw_only=True):
    """One movement of waste out of a company."""

    shipped_on: date
    reference: str
    usual_name: str
    code: str
    tonnes: Decimal
    sender: Party
    carrier: str
    receipt: str
    receiver: Party
    treatment: str

    def line(self) -> tuple[str, ...]:
        """What stands in each column; weights in tonnes, with the comma French spreadsheets read."""
        return (
            self.shipped_on.isoformat(),
            self.reference,
            self.usual_name,
            self.code,
            "O" if self.code.endswith("*") else "N",
            plain(self.tonnes).replace(".", ","),
            self.sender.name,
            self.sender.siret,
            self.sender.address,
            self.carrier,
            "N" if self.receipt else "O",
            self.receipt,
            self.receiver.name,
            self.receiver.siret,
            self.receiver.address,
            self.treatment,
        )


def register(movements: Iterable[Movement]) -> bytes:
    """Write the file as French spreadsheets open it."""
    return as_csv(COLUMNS, (movement.line() for movement in movements))
