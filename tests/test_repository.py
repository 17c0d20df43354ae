"""The repository keeps its own promises: what it declares is used, what it holds is declared."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

ROOT: Final = Path(__file__).parent.parent
PACKAGES: Final = ("domain", "marketplace", "projections", "web")

FOLDERS: Final = {
    ".ci": "what a change must pass",
    "docs": "tutorial, how-to, reference, explanation, decisions",
    "domain": "what is decided",
    "marketplace": "what the program does",
    "projections": "what people look up",
    "tests": "every promise, as sentences that run",
    "web": "what people see",
}

# Declared without being imported, each for a reason.
BY_ANOTHER_WAY: Final = {
    "pytest-timeout": "a pytest plugin, set by `timeout` in pyproject.toml",
    "pytest-xdist": "a pytest plugin, asked for by --numprocesses in the Makefile",
    "tzdata": "the time zones of systems that lack them, read by zoneinfo",
}
COMMANDS: Final = {"import-linter": "lint-imports", "mypy": "mypy", "ruff": "ruff"}


@cache
def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", name, maxsplit=1)[0]).lower()


def dependencies(*sources: str) -> list[str]:
    project, groups = pyproject()["project"], pyproject()["dependency-groups"]
    return sorted(normal(one) for source in sources for one in project.get(source, groups.get(source, [])))


class Source(NamedTuple):
    """What a file of code opens with, imports and says: read once, since reading all of them takes seconds."""

    file: Path
    docstring: str
    imports: frozenset[str]
    texts: frozenset[str]


@cache
def sources(folder: str) -> tuple[Source, ...]:
    return tuple(source(file) for file in sorted((ROOT / folder).rglob("*.py")))


def source(file: Path) -> Source:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    imports, texts = set(), set()
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                imports |= {alias.name for alias in names}
            case ast.ImportFrom(module=str(module), level=0):
                imports.add(module)
            case ast.Constant(value=str(text)) if "_" in text or "-" in text:
                texts.add(text)
            case _:
                pass
    return Source(file, ast.get_docstring(tree) or "", frozenset(imports), frozenset(texts))


def imported(*folders: str) -> Iterator[tuple[Path, str]]:
    """Give every module that the folders import, with the file that does."""
    for folder in folders:
        yield from ((source.file, module) for source in sources(folder) for module in source.imports)


providers = cache(packages_distributions)


@cache
def distributions(*folders: str) -> frozenset[str]:
    """What the folders import, or name in a text, as packages that only carry data or programs are found."""
    modules = {module.partition(".")[0] for _, module in imported(*folders)}
    texts = {text for folder in folders for source in sources(folder) for text in source.texts}
    return frozenset(normal(name) for module in modules | texts for name in providers().get(module, [])) | texts


@pytest.mark.parametrize("name", dependencies("dependencies"))
def test_a_declared_dependency_is_used_by_the_program(name: str) -> None:
    assert name in BY_ANOTHER_WAY or name in distributions(*PACKAGES), f"{name} is declared and nothing imports it"


@pytest.mark.parametrize("name", dependencies("test"))
def test_a_declared_test_dependency_is_used_by_the_tests(name: str) -> None:
    assert name in BY_ANOTHER_WAY or name in distributions("tests"), f"{name} is declared and no test imports it"


@pytest.mark.parametrize("name", [name for name in dependencies("check") if not name.startswith("types-")])
def test_a_declared_checking_tool_is_run_by_make(name: str) -> None:
    assert f"$(BIN)/{COMMANDS[name]}" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_what_is_imported_is_declared() -> None:
    ours = {*PACKAGES, "tests"}
    declared = {*dependencies("dependencies"), "psycopg-pool"}  # an extra of psycopg
    for folders, allowed in ((PACKAGES, declared), (("tests",), declared | set(dependencies("test")))):
        strangers = {
            f"{file.relative_to(ROOT)} imports {module}"
            for file, module in imported(*folders)
            if (top := module.partition(".")[0]) not in sys.stdlib_module_names | ours
            and not {normal(name) for name in providers().get(top, [top])} & allowed
        }
        assert strangers == set()


def test_the_domain_knows_the_standard_library_and_msgspec_only() -> None:
    allowed = sys.stdlib_module_names | {"domain", "msgspec"}
    strangers = {(file.name, module) for file, module in imported("domain") if module.partition(".")[0] not in allowed}
    assert strangers == set()


def test_the_constraints_name_one_version_of_every_dependency() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9][A-Za-z0-9.]*", pin) for pin in pins)
    names = [normal(pin) for pin in pins]
    assert names == sorted(set(names))
    assert set(dependencies("dependencies", "test", "check")) <= set(names)


def tracked() -> list[str]:
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607  # wherever git is
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return listing.stdout.splitlines()


def test_every_top_level_folder_is_declared_here() -> None:
    assert {path.partition("/")[0] for path in tracked() if "/" in path} == set(FOLDERS)


def test_no_lock_file_with_the_addresses_of_a_registry_is_kept() -> None:
    locks = re.compile(r"(^|/)(uv\.lock|poetry\.lock|pdm\.lock|Pipfile\.lock|package-lock\.json|pylock[^/]*\.toml)$")
    assert [path for path in tracked() if locks.search(path)] == []


def test_the_wheel_lists_its_packages_by_name_and_never_the_tests() -> None:
    assert pyproject()["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == sorted(PACKAGES)


def test_make_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE)
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607
    assert {"setup", "run", "test", "check", "bench", "fix", "help"} <= set(targets)
    assert re.findall(r"^  make (\w+)", said, flags=re.MULTILINE) == targets


@pytest.mark.parametrize("package", [*PACKAGES, "tests"])
def test_every_module_opens_with_one_sentence_that_says_what_it_is_for(package: str) -> None:
    silent = [
        str(source.file.relative_to(ROOT))
        for source in sources(package)
        if not source.docstring.split("\n\n")[0].endswith((".", ":"))
    ]
    assert silent == []
