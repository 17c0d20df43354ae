"""Every refusal by which a decision turns somebody away, each of which is taken out of the decision alone."""

from __future__ import annotations

import ast
import importlib
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType
from typing import Any, Final

from msgspec import Struct

from domain.refused import Refused
from tests.proofs.isolating.deeds import ROOT, Deed, outcome, turned_away
from tests.proofs.isolating.world import World

FOLDERS: Final = ("domain", "marketplace/application")
AWAY: Final = "GISEMENT_WITHOUT_REFUSAL"
"""Names the refusal that a run of the domain’s own tests is to do without."""
MET: Final = "GISEMENT_MET_REFUSALS"
"""Names the file in which such a run notes which tests meet which refusals."""
SECOND_NETS: Final = {
    "marketplace/application/objections.py::ObjectionUseCases.decide_appeal":
        "the decision itself refuses an appeal that is not there; this gives it whoever had decided",
    "marketplace/application/objections.py::ObjectionUseCases.decide_suspension_appeal":
        "the same for a suspension",
    "marketplace/application/guests.py::GuestUseCases.share_with_guest":
        "no page makes this command: who invites a guest is asked for the zone of the group purchase itself",
}  # fmt: skip
"""Refusals that no stranger reaches, since another stands before them; each with why it stays."""
MOST_TESTS: Final = 40
FOR_THIS_RUN: Final = ExitStack()


class Refusal(Struct, frozen=True, order=True):
    """A `raise` of Forbidden or NotFound: its file and lines, and whether it only says that a thing is not there."""

    file: str
    first: int
    last: int
    only_missing: bool = False
    within: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.first}"

    @property
    def is_second_net(self) -> bool:
        """Whether it stands behind another one on purpose."""
        return f"{self.file}::{self.within}" in SECOND_NETS


@cache
def refusals() -> tuple[Refusal, ...]:
    """Every one of them."""
    return tuple(sorted(found for folder in FOLDERS for file in (ROOT / folder).rglob("*.py") for found in _in(file)))


def raised(said: BaseException) -> Refusal | None:
    """Which one somebody met."""
    trace = said.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return None
    file = str(Path(trace.tb_frame.f_code.co_filename).resolve().relative_to(ROOT))
    return next((one for one in refusals() if one.file == file and one.first <= trace.tb_lineno <= one.last), None)


def met(asked: Sequence[tuple[Deed, BaseException | None]]) -> dict[Refusal, list[Deed]]:
    """The refusals that turned people away, and from what."""
    found: dict[Refusal, list[Deed]] = defaultdict(list)
    for deed, said in asked:
        refusal = raised(said) if said is not None and turned_away(said) else None
        if refusal is not None:
            found[refusal].append(deed)
    return found


def opens(world: World, refusal: Refusal, asked: Sequence[Deed]) -> bool:
    """Whether somebody gets further once it is away: to what is recorded, to another question, or to a fault."""
    with away(refusal):
        return any(not turned_away(outcome(world, deed)) for deed in asked)


def held_by_tests(wanted: Sequence[Refusal]) -> set[Refusal]:
    """Those of these refusals without which a test of the domain that meets them fails."""
    with TemporaryDirectory() as folder:
        told = Path(folder) / "met"
        _pytest({MET: str(told)}, "tests/domain")
        meeting: dict[str, list[str]] = json.loads(told.read_text(encoding="utf-8"))
    return {
        refusal
        for refusal in wanted
        if (tests := meeting.get(str(refusal))) and _pytest({AWAY: str(refusal)}, "-x", *tests[:MOST_TESTS]) == 1
    }


def _pytest(environment: dict[str, str], *arguments: str) -> int:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", __name__, *arguments]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, check=False)
    return done.returncode


def pytest_configure() -> None:
    """As a plug-in of such a run: take a refusal away, or note which tests meet which."""
    if AWAY in os.environ:
        FOR_THIS_RUN.enter_context(away(next(one for one in refusals() if str(one) == os.environ[AWAY])))
    else:
        FOR_THIS_RUN.enter_context(_noted(Path(os.environ[MET])))


def pytest_unconfigure() -> None:
    """The run is over."""
    FOR_THIS_RUN.close()


@contextmanager
def _noted(told: Path) -> Iterator[None]:
    """Write down which tests met each refusal."""
    found: dict[str, list[str]] = defaultdict(list)
    kept = Refused.__init__

    def noting(self: Refused, sentence: str, /, **more: Any) -> None:
        by = sys._getframe(1)  # noqa: SLF001  (the line that refuses)
        file = Path(by.f_code.co_filename)
        test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]
        for one in refusals():
            if one.first <= by.f_lineno <= one.last and file == ROOT / one.file and test not in found[str(one)]:
                found[str(one)].append(test)
        kept(self, sentence, **more)

    setattr(Refused, "__init__", noting)  # noqa: B010  (what mypy calls unsound, and is)
    try:
        yield
    finally:
        setattr(Refused, "__init__", kept)  # noqa: B010  (as above)
        told.write_text(json.dumps(found), encoding="utf-8")


@contextmanager
def away(refusal: Refusal) -> Iterator[None]:
    """The function that refuses there goes on instead."""
    source = ROOT / refusal.file
    tree = ast.parse(source.read_text(encoding="utf-8"))
    names = _within(tree, refusal.first)
    code = compile(_Without(refusal.first).visit(tree), str(source), "exec")
    owner: Any = importlib.import_module(refusal.file.removesuffix(".py").replace("/", "."))
    for name in names:
        code = next(each for each in code.co_consts if isinstance(each, CodeType) and each.co_name == name)
        owner = getattr(owner, name)
    kept = owner.__code__
    owner.__code__ = code
    try:
        yield
    finally:
        owner.__code__ = kept


class _Without(ast.NodeTransformer):
    def __init__(self, line: int) -> None:
        self._line = line

    def visit_Raise(self, node: ast.Raise) -> ast.stmt:
        return ast.copy_location(ast.Pass(), node) if node.lineno == self._line else node


def _within(tree: ast.AST, line: int) -> list[str]:
    """The names that lead to the function a line stands in."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.lineno <= line <= (node.end_lineno or 0):
            return [node.name, *_within(node, line)]
    return []


def _in(file: Path) -> Iterator[Refusal]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    missing = {
        id(statement)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and _asks_only_whether_it_is_there(node.test)
        for statement in node.body
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and _says(node.exc) in ("Forbidden", "NotFound"):
            last, within = node.end_lineno or node.lineno, ".".join(_within(tree, node.lineno))
            yield Refusal(str(file.relative_to(ROOT)), node.lineno, last, id(node) in missing, within)


def _says(raised: ast.expr | None) -> str:
    return raised.func.id if isinstance(raised, ast.Call) and isinstance(raised.func, ast.Name) else ""


def _asks_only_whether_it_is_there(test: ast.expr) -> bool:
    if isinstance(test, ast.BoolOp):
        return all(map(_asks_only_whether_it_is_there, test.values))
    if isinstance(test, ast.Attribute):
        return test.attr in ("erased", "stage")
    return isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Is)
