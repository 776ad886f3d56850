"""Imports only go down the house, and each heavy library has one door."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "xl_lifecycle"

# From the ground up, as DESIGN says; what is not named here belongs to its folder. Within a layer there are no circles.
LAYERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("F0", ("vocabulary", "names", "texts", "words", "values", "headers", "periods", "measures")),
    ("F1", ("metrics", "formula", "expressions", "models")),
    ("F2", ("catalogue", "vintages", "custom", "tables", "rules", "as_of", "dataset", "evaluate")),
    (
        "F3",
        (
            "functions",
            "explain",
            "answers",
            "certainty",
            "experiments",
            "journey",
            "moved",
            "scorecard",
            "progress",
            "wizard",
        ),
    ),
    ("F3 sources", ("sources",)),
    ("F3 content", ("content", "reading", "sheet_names", "merge", "edits", "report")),
    ("F4 template", ("version", "template")),
    ("F4 book", ("book",)),
    ("F4 hosts", ("computer", "hosts")),
    (
        "F5",
        (
            "wheel",
            "doctor",
            "install",
            "recalculation",
            "differences",
            "refresh",
            "check",
            "demo",
            "pages",
            "sample",
            "picture",
            "artefacts",
            "guides",
            "pack",
        ),
    ),
    ("F6", ("console", "cli", "__main__")),
)
CORE = [name for layer, names in LAYERS[:4] for name in names if name != "models"]

# Who may import which library; "" is nobody but tests.
DOORS = {
    "pandas": ("sources",),
    "numpy": ("models",),
    "narwhals": ("sources.database",),
    "polars": ("sources.database",),
    "duckdb": ("sources.database",),
    "ibis": ("sources.database",),
    "psycopg": ("sources.database",),
    "keyring": ("sources.database",),
    "uno": ("hosts",),
    "unohelper": ("hosts",),
    "pyodide": ("hosts",),
    "js": ("hosts",),
    "pyopenvba": ("hosts",),
    "com": ("hosts",),
    "org": ("hosts",),
    "xlwings": ("hosts",),
    "formualizer": ("hosts",),
    "xlsxwriter": ("template.write",),
    "openpyxl": ("book", "sources", "check", "hosts", "recalculation", "differences"),
    "lxml": ("book",),
}


def modules() -> dict[str, Path]:
    """Every module by its name below the package: "metrics.convert"."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)] = path
    return found


MODULES = modules()


def imported(source: str, module: str, package: bool) -> set[str]:
    """The full names that a source imports, also inside functions and under TYPE_CHECKING; relative ones resolved."""
    names: set[str] = set()
    here = ["xl_lifecycle", *([] if module == "__init__" else module.split("."))]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = [] if not node.level else here[: len(here) - node.level + package]
            origin = ".".join([*base, *([node.module] if node.module else [])])
            names |= {f"{origin}.{alias.name}" for alias in node.names} | ({origin} if node.module else set())
    return names


@cache
def imports_of(module: str) -> frozenset[str]:
    path = MODULES[module]
    return frozenset(imported(path.read_text("utf-8"), module, path.name == "__init__.py"))


@cache
def own_imports(module: str) -> frozenset[str]:
    """The modules of ours that a module imports."""
    found = set()
    for name in imports_of(module):
        inner = name.removeprefix("xl_lifecycle.")
        while inner != name and inner:
            if inner in MODULES:
                found.add(inner)
                break
            inner = inner.rpartition(".")[0]
    return frozenset(found - {module})


def layer_of(module: str) -> int | None:
    top = module.partition(".")[0]
    return next((i for i, (_, names) in enumerate(LAYERS) if top in names), None)


def test_the_reader_of_imports_sees_them_all() -> None:
    source = """
import os, xl_lifecycle.cli
from xl_lifecycle import explain as e
from xl_lifecycle.sources.facts import Fact
from . import sibling
from ..values import number
def f():
    import pandas.io
"""
    assert imported(source, "template.plan", package=False) == {
        "os", "xl_lifecycle.cli", "xl_lifecycle", "xl_lifecycle.explain", "xl_lifecycle.sources.facts",
        "xl_lifecycle.sources.facts.Fact", "xl_lifecycle.template.sibling", "xl_lifecycle.values",
        "xl_lifecycle.values.number", "pandas.io",
    }  # fmt: skip
    assert "xl_lifecycle.metrics.convert" in imported("from . import convert", "metrics", package=True)
    assert {"catalogue", "dataset", "explain", "evaluate"} <= own_imports("functions")


@pytest.mark.parametrize("module", sorted(MODULES))
def test_every_module_has_a_floor(module: str) -> None:
    assert module == "__init__" or layer_of(module) is not None


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_only_go_down(module: str) -> None:
    floor = layer_of(module)
    if floor is None:
        assert module == "__init__"
        assert not own_imports(module)
        return
    up = {name for name in own_imports(module) if (layer_of(name) or 0) > floor}
    assert not up, f"{module} ({LAYERS[floor][0]}) imports {sorted(up)} above it"


def test_there_is_no_circle() -> None:
    done: set[str] = set()

    def visit(module: str, above: tuple[str, ...]) -> None:
        assert module not in above, f"a circle: {' > '.join((*above, module))}"
        if module not in done:
            for name in sorted(own_imports(module)):
                if not module.startswith(f"{name}."):  # a package's own __init__ comes with each of its modules
                    visit(name, (*above, module))
            done.add(module)

    for module in MODULES:
        visit(module, ())


def test_metrics_are_pure_functions() -> None:
    """They import the words and the decorator, and no standard library that does things."""
    for module in MODULES:
        if module.startswith("metrics."):
            assert own_imports(module) <= {"metrics", "vocabulary"}
            assert {name.partition(".")[0] for name in imports_of(module)} <= {"__future__", "xl_lifecycle", "math"}


def in_core(module: str) -> bool:
    return module == "__init__" or module.partition(".")[0] in CORE


@pytest.mark.parametrize("module", sorted(filter(in_core, MODULES)))
def test_the_core_imports_nothing_but_the_standard_library(module: str) -> None:
    tops = {name.partition(".")[0] for name in imports_of(module)}
    assert tops <= sys.stdlib_module_names | {"xl_lifecycle"}


@pytest.mark.parametrize("module", sorted(MODULES))
def test_each_heavy_library_has_its_door(module: str) -> None:
    for name in imports_of(module):
        doors = DOORS.get(name.partition(".")[0])
        if doors is not None:
            assert any(module == door or module.startswith(f"{door}.") for door in doors), f"{module} imports {name}"


@pytest.mark.parametrize("module", sorted(MODULES))
def test_every_library_is_declared(module: str) -> None:
    tops = {name.partition(".")[0] for name in imports_of(module)}
    assert tops <= sys.stdlib_module_names | {"xl_lifecycle"} | DOORS.keys()


LOADED = """
import sys
before = set(sys.modules)
import {module}
tops = {{name.partition(".")[0] for name in set(sys.modules) - before}}
print(*sorted(tops - set(sys.stdlib_module_names)))
"""


def loaded_by(module: str, *options: str) -> set[str]:
    code = LOADED.format(module=module)
    run = subprocess.run(
        [sys.executable, *options, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
    )
    return set(run.stdout.split())


def test_the_functions_load_without_any_installed_library() -> None:
    """-S: no site-packages at all, as in LibreOffice's own Python and at Lite's start."""
    assert loaded_by("xl_lifecycle.functions", "-S") == {"xl_lifecycle"}


@pytest.mark.parametrize("module", ["xl_lifecycle.functions", "xl_lifecycle.pages"])
def test_the_functions_load_no_library_though_there_are_some(module: str) -> None:
    assert loaded_by(module) == {"xl_lifecycle"}


def test_a_library_that_is_loaded_would_be_seen() -> None:
    assert "openpyxl" in loaded_by("openpyxl")


@pytest.mark.parametrize("module", ["xl_lifecycle.cli", "xl_lifecycle.sources"])
def test_pandas_is_loaded_on_first_use_only(module: str) -> None:
    assert not {"pandas", "numpy", "xlwings"} & loaded_by(module)
