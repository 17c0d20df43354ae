"""The command line: one module per family of commands; an error is a sentence, never a traceback."""

from __future__ import annotations

from marketplace.cli.asking import CommandLine
from marketplace.cli.data import rebuild, shown
from marketplace.cli.exporting import export_zone
from marketplace.cli.federations import federation
from marketplace.cli.mail import bounces, digest
from marketplace.cli.matching import backtest, match, weigh
from marketplace.cli.operating import doctor, migrate
from marketplace.cli.people import erase, erasures
from marketplace.cli.serving import demo, follow, schedule, serve
from marketplace.cli.signing_in import forget_factors, sign_ins
from marketplace.cli.zones import invite, open_zone, register_company

__all__ = ["commands"]

commands = CommandLine(
    name="marketplace",
    help="""Gisement: a marketplace where the companies of a business zone give, lend, share and buy together.

    Settings come from MARKETPLACE_… variables; `marketplace doctor` lists them with what they mean. Without any, an
    embedded PostgreSQL in ./var holds the data. Exit codes: 0 done, 1 refused with a sentence, 2 wrongly asked.""",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    commands=[
        *(demo, serve, follow, schedule),
        *(migrate, open_zone, register_company, invite, federation),
        *(rebuild, shown, export_zone, match, backtest, weigh),
        *(digest, bounces, sign_ins, forget_factors, erase, erasures, doctor),
    ],
)
