"""What the program writes about itself: one line per happening, for people on a terminal and as JSON elsewhere."""

from __future__ import annotations

import logging
import sys
from typing import Any

import psycopg
import structlog

from marketplace.settings import Settings


def plainly(fault: BaseException) -> str:
    """What a fault says, without the row of a table it may be about: that may hold what people typed."""
    if isinstance(fault, psycopg.Error):
        return fault.diag.message_primary or type(fault).__name__
    return str(fault)


def configure(settings: Settings) -> None:
    """Send every line, ours and the libraries', to standard error in one form; asking again replaces the first."""
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not sys.stderr.isatty())
    # Text that people typed never reaches a line by accident: tracebacks are printed without local variables.
    rendering: list[Any] = (
        [
            structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(),
        ]
        if as_json
        else [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    )
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    # These tell each pause and each tick; what matters of them we say ourselves.
    for talkative in ("apscheduler", "fontTools", "httpx", "psycopg.pool", "uvicorn.access", "uvicorn.error"):
        logging.getLogger(talkative).setLevel(max(logging.WARNING, root.level))
