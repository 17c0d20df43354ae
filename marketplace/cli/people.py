"""Commands on what people are owed."""

from __future__ import annotations

import click

from marketplace.cli.asking import prepared


@click.command()
@click.argument("subject")
@click.option("--yes", is_flag=True, help="Do not ask again.")
def erase(subject: str, yes: bool) -> None:  # noqa: FBT001  # click passes options by name
    """Erase every private text of a person or a company.

    SUBJECT is such as member-0198… or company-0198…; what is erased is gone for ever. Facts stay
    (quantities, dates, SIRET numbers). Prints a report of what was erased.
    """
    if not yes:
        click.confirm(f"Erase every private text of {subject}? This cannot be undone.", abort=True)
    settings = prepared()
    from marketplace import erasing

    erasing.run(settings, subject)
