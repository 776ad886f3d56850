"""Imports only go down the house, and each heavy library has one door."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from xl_lifecycle.hosts.travelling import FOLDERS as TRAVELLING

PACKAGE = ROOT / "xl_lifecycle"

# From the ground up: a folder imports from those before it. Within a folder there are no circles.
FOLDERS = (
    *("core.language", "core.cells", "core.statistics", "core.metrics", "core.catalogue", "core.dataset"),
    *("core.analysis", "core.answers", "core"),
    *("content", "exports", "refresh", "template", "sources", "xlsx", "engine", "hosts", "commands"),
)

# The public API, which the package's own `__init__` loads on first use.
LAZY = {"commands", "commands.book"}

# Who may import which library; "" is nobody but tests.
DOORS = {
    "pandas": ("commands.book",),
    "numpy": (),
    "narwhals": ("sources.database",),
    "polars": ("sources.database",),
    "duckdb": ("sources.database",),
    "re2": ("sources.mapping.own_formats",),
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
    "filelock": ("xlsx.lock",),
    "formualizer": ("engine",),
    "xlsxwriter": ("template.write",),
    "openpyxl": ("xlsx", "sources", "hosts.classic", "engine", "commands.pack", "commands.check"),
    "lxml": ("template.parts", "xlsx", "engine"),
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


def folder_of(module: str) -> int | None:
    """Where a module's folder stands among all; None for what stands in none."""
    parts = module.split(".")
    names = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return next((FOLDERS.index(name) for name in names if name in FOLDERS), None)


def test_the_reader_of_imports_sees_them_all() -> None:
    source = """
import os, xl_lifecycle.commands.cli
from xl_lifecycle.core import functions as f
from xl_lifecycle.exports.facts import Fact
from . import sibling
from ..hosts import save
def f():
    import pandas.io
"""
    assert imported(source, "template.plan", package=False) == {
        "os", "xl_lifecycle.commands.cli", "xl_lifecycle.core", "xl_lifecycle.core.functions", "xl_lifecycle.exports.facts",
        "xl_lifecycle.exports.facts.Fact", "xl_lifecycle.template.sibling", "xl_lifecycle.hosts",
        "xl_lifecycle.hosts.save", "pandas.io",
    }  # fmt: skip
    assert "xl_lifecycle.core.metrics.convert" in imported("from . import convert", "core.metrics", package=True)
    assert {"core.catalogue.catalogue", "core.dataset.dataset"} <= own_imports("core.functions")


def test_the_listing_is_the_architecture() -> None:
    names = {path.name for path in PACKAGE.iterdir() if path.name != "__pycache__"}
    assert names == {folder.partition(".")[0] for folder in FOLDERS} | {"__init__.py", "__main__.py", "py.typed"}


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_only_go_down(module: str) -> None:
    if module in ("__init__", "__main__"):
        assert own_imports(module) <= (LAZY if module == "__init__" else {"commands.cli"})
        return
    floor = folder_of(module)
    assert floor is not None, f"{module} stands in no folder"
    up = {name for name in own_imports(module) if (folder_of(name) or 0) > floor}
    assert not up, f"{module} imports {sorted(up)} above it"


def test_each_thing_has_a_name_of_its_own() -> None:
    """No two modules, and no two classes: a name that two things share would tell neither."""
    files = Counter(path.name for path in MODULES.values())
    assert [name for name, times in files.items() if times > 1 and name not in ("__init__.py", "__main__.py")] == []
    trees = [ast.parse(path.read_text("utf-8")) for path in MODULES.values()]
    classes = Counter(node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    assert [name for name, times in classes.items() if times > 1] == []


def test_no_module_is_long() -> None:
    lengths = {name: len(path.read_text("utf-8").splitlines()) for name, path in MODULES.items()}
    assert {name: length for name, length in lengths.items() if length > 400} == {}


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
        if module.startswith("core.metrics.") and module != "core.metrics.measures":
            assert own_imports(module) <= {"core.metrics", "core.language.vocabulary"}
            assert {name.partition(".")[0] for name in imports_of(module)} <= {"__future__", "xl_lifecycle", "math"}


def travels(module: str) -> bool:
    return module == "__init__" or module.partition(".")[0] in TRAVELLING


@pytest.mark.parametrize("module", sorted(filter(travels, MODULES)))
def test_what_travels_imports_nothing_but_the_standard_library(module: str) -> None:
    tops = {name.partition(".")[0] for name in imports_of(module)}
    assert tops <= sys.stdlib_module_names | {"xl_lifecycle"}
    lazy = LAZY if module == "__init__" else set()
    assert all(travels(name) for name in own_imports(module) - lazy)


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
    assert loaded_by("xl_lifecycle.core.functions", "-S") == {"xl_lifecycle"}


@pytest.mark.parametrize("module", ["xl_lifecycle.core.functions", "xl_lifecycle.commands.reference.metrics_page"])
def test_the_functions_load_no_library_though_there_are_some(module: str) -> None:
    assert loaded_by(module) == {"xl_lifecycle"}


def test_the_package_itself_loads_no_module_of_ours() -> None:
    code = "import sys, xl_lifecycle; print(*(name for name in sys.modules if name.startswith('xl_lifecycle.')))"
    run = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert not run.stdout.strip()


def test_a_library_that_is_loaded_would_be_seen() -> None:
    assert "openpyxl" in loaded_by("openpyxl")


@pytest.mark.parametrize("module", ["xl_lifecycle.commands.cli", "xl_lifecycle.sources"])
def test_pandas_is_loaded_on_first_use_only(module: str) -> None:
    assert not {"pandas", "numpy", "xlwings"} & loaded_by(module)


def test_the_picture_is_current() -> None:
    from tools import architecture

    assert architecture.PICTURE.read_text("utf-8") == architecture.picture(), "run: python tools/architecture.py"


def test_every_path_that_the_page_names_exists() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    paths = re.findall(r"`([\w/]+(?:\.py|/))`", page)
    assert len(paths) > 15
    assert [path for path in paths if not ((PACKAGE / path).exists() or (ROOT / path).exists())] == []
