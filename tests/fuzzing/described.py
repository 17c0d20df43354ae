"""What the OpenAPI document describes, and what it does not: schemathesis makes both out of it."""

from __future__ import annotations

import warnings
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisWarning
from schemathesis.core.result import Ok

from tests.fuzzing.stage import Seen, Stage
from tests.fuzzing.visits import let_in

PATIENCE: Final = 10.0
DOCUMENT: Final = "/api/openapi.json"


def described(stage: Stage, times: int, chance: int, only: str = "") -> Seen:
    """Send what fits the document and what nearly does to each of its operations, or to those of one path."""
    base = f"http://127.0.0.1:{stage.port}"
    document = httpx.get(base + DOCUMENT, timeout=PATIENCE).raise_for_status().json()
    found = [
        each.ok() for each in schemathesis.openapi.from_dict(document).get_all_operations() if isinstance(each, Ok)
    ]
    operations = [operation for operation in found if only in ("", operation.path)]
    program = next(each.client for each in let_in(stage) if "authorization" in each.client.headers)
    seen = Seen()
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = program.headers["authorization"]
        for operation in operations:
            _each(operation, max(2, times // len(operations)), chance, lambda case: _sent(case, base, session, seen))
    return seen


def _each(operation: Any, times: int, chance: int, send: Any) -> None:
    cases = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in schemathesis.GenerationMode))

    @seed(chance)
    @settings(
        max_examples=times,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def sends(case: Any) -> None:
        send(case)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", HypothesisWarning)
        sends()


def _sent(case: Any, base: str, session: requests.Session, seen: Seen) -> None:
    said = f"{case.method} {urlsplit(case.formatted_path).path[:200]} {case.query!r:.200} {case.body!r:.300}"
    try:
        answer = case.call(base_url=base, session=session, timeout=PATIENCE)
    except requests.Timeout:
        seen.wrong(f"no answer in {PATIENCE:.0f} s: {said}")
    except (requests.RequestException, UnicodeError, ValueError):
        # Our own side cannot send it: a header with a line break, an address that is none.
        seen.answered(0, said)
    else:
        seen.answered(answer.status_code, said)
