"""Lines of the log have one form, whoever writes them, and a traceback never shows what people typed."""

from __future__ import annotations

import json
import subprocess
import sys

PROGRAM = """
import logging, structlog
from marketplace import logs
from marketplace.settings import Settings

logs.configure(Settings(log_format={form!r}))
structlog.get_logger("marketplace.following").info("caught up", events=3)
logging.getLogger("uvicorn.error").warning("listening on %s", 8000)
logging.getLogger("uvicorn.access").info("GET /")
structlog.get_logger("marketplace.digests").debug("nobody asked")
typed = "canary of a member"
try:
    raise ValueError("broken")
except ValueError:
    structlog.get_logger("marketplace.mail").exception("not sent")
"""


def lines(form: str) -> list[str]:
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(form=form)], capture_output=True, text=True, check=True, timeout=30
    )
    assert said.stdout == ""
    assert "canary of a member" not in said.stderr.replace('typed = "canary of a member"', "")
    return said.stderr.splitlines()


def test_each_line_is_json_with_its_time_level_and_writer() -> None:
    read = [json.loads(line) for line in lines("json")]
    assert [(line["event"], line["level"], line["logger"]) for line in read] == [
        ("caught up", "info", "marketplace.following"),
        ("listening on 8000", "warning", "uvicorn.error"),
        ("not sent", "error", "marketplace.mail"),
    ]
    assert read[0]["events"] == 3
    assert all(line["timestamp"].endswith("Z") for line in read)


def test_a_person_reads_the_same_as_text() -> None:
    said = "\n".join(lines("text"))
    assert "caught up" in said
    assert "ValueError: broken" in said
    assert "nobody asked" not in said
