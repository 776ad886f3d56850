"""Changes one thing in a module at a time, and counts how many changes its tests notice: python -m tools.mutate [GROUP]

A change that no test notices is printed: a test is missing, or the change means the same. Runs in copies of the working
tree, one for each job. Nothing here is exact science: some changes cannot be noticed, so the goal is 85%.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[1]
GOAL = 0.85
SLOW = 300  # seconds; a change that makes the tests slower than this is noticed too


@dataclass(frozen=True)
class Group:
    """Modules, and the tests that must notice a change in them."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


GROUPS = {
    "dates": Group(
        ("exports/dates.py", "core/cells/months.py"),
        ("tests/exports/test_dates.py", "tests/core/cells", "xl_lifecycle/exports/dates.py"),
    ),
    "numbers": Group(("exports/numbers.py",), ("tests/exports/test_numbers.py", "xl_lifecycle/exports/numbers.py")),
    "lock": Group(
        ("xlsx/lock.py", "xlsx/whole_file.py", "sources/file_system.py"),
        ("tests/xlsx/test_whole_file.py", "tests/xlsx/test_lock.py"),
    ),
    "package": Group(("xlsx/package.py",), ("tests/xlsx/test_parts_of_a_package.py", "xl_lifecycle/xlsx/package.py")),
    "disk": Group(
        ("sources/disk.py",),
        (
            *("tests/sources/test_hostile_files.py", "tests/sources/test_own_formats.py"),
            *("tests/exports/test_bad_input.py", "tests/exports/test_truncated.py", "tests/exports/test_quirks.py"),
        ),
    ),
    "config": Group(
        ("sources/database/config.py", "sources/database/consent.py", "sources/database/address.py"),
        (
            "tests/sources/database/test_address.py",
            "tests/sources/database/test_config.py",
            "tests/sources/database/test_consent.py",
        ),
    ),
    "caches": Group(("engine/minimal_file.py", "engine/cell_set.py"), ("tests/engine/test_minimal_file.py",)),
}
OTHER = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.Div: ast.Mult, ast.Mod: ast.Mult,
    ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip


def changes(source: str) -> Iterator[tuple[int, str, str]]:
    """Each change: its line, what it is, and the changed source."""
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    for n, node in enumerate(nodes):
        for what, change in _changes_of(node):
            changed = copy.deepcopy(tree)
            target = next(each for i, each in enumerate(ast.walk(changed)) if i == n)
            change(target)
            text = ast.unparse(changed)
            if text != ast.unparse(tree):
                yield getattr(node, "lineno", 0), what, text


def _changes_of(node: ast.AST) -> Iterator[tuple[str, object]]:
    if isinstance(node, ast.Compare):
        for i, operator in enumerate(node.ops):
            if other := OTHER.get(type(operator)):
                yield (
                    f"{type(operator).__name__} -> {other.__name__}",
                    lambda t, i=i, o=other: t.ops.__setitem__(i, o()),
                )
    elif isinstance(node, (ast.BinOp, ast.BoolOp)):
        texts = isinstance(node, ast.BinOp) and isinstance(node.left, (ast.JoinedStr, ast.Constant))
        if (other := OTHER.get(type(node.op))) and not texts:
            yield f"{type(node.op).__name__} -> {other.__name__}", lambda t, o=other: setattr(t, "op", o())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not dropped", lambda t: (setattr(t, "op", ast.UAdd()), setattr(t, "operand", _truth(t.operand)))
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value is not True:
        yield f"{node.value} -> {node.value + 1}", lambda t: setattr(t, "value", t.value + 1)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield f"{node.value} -> {not node.value}", lambda t: setattr(t, "value", not t.value)
    elif isinstance(node, ast.If):
        yield "if False", lambda t: setattr(t, "test", ast.Constant(False))


def _truth(node: ast.expr) -> ast.expr:
    return ast.Call(ast.Name("bool", ast.Load()), [node], [])


def run(group: Group, most: int, jobs: int, seed: int) -> tuple[int, int]:
    """Try some changes of a group; returns how many were noticed, of how many."""
    found = [
        (module, *change)
        for module in group.modules
        for change in changes((ROOT / "xl_lifecycle" / module).read_text("utf-8"))
    ]
    Random(seed).shuffle(found)
    todo: queue.SimpleQueue[tuple[str, int, str, str]] = queue.SimpleQueue()
    for each in found[:most]:
        todo.put(each)
    noticed: list[bool] = []

    def work(copy_of_tree: Path) -> None:
        while True:
            try:
                module, line, what, text = todo.get_nowait()
            except queue.Empty:
                return
            path = copy_of_tree / "xl_lifecycle" / module
            original = path.read_text("utf-8")
            path.write_text(text, "utf-8")
            passed = _passes(copy_of_tree, group.tests)
            path.write_text(original, "utf-8")
            noticed.append(not passed)
            if passed:
                print(f"  not noticed: {module}:{line} {what}", flush=True)

    with tempfile.TemporaryDirectory(prefix="xl-lifecycle-mutate-") as folder:
        copies = [Path(folder, str(job), "tree") for job in range(jobs)]
        for each in copies:
            shutil.copytree(ROOT, each, ignore=shutil.ignore_patterns(".git", ".venv", "node_modules", ".*_cache"))
        if not _passes(copies[0], group.tests):
            raise SystemExit("the tests fail without a change")
        threads = [threading.Thread(target=work, args=(each,)) for each in copies]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return sum(noticed), len(noticed)


def _passes(tree: Path, tests: tuple[str, ...]) -> bool:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests]
    code = {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(command, cwd=tree, env={**os.environ, **code}, capture_output=True, timeout=SLOW)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def main() -> int:
    """Returns 1 if a group stays below the goal."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutate", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(GROUPS)}; default: all")
    parser.add_argument("--most", type=int, default=40, help="changes in each group, chosen at random")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    below = False
    for name in args.groups or GROUPS:
        noticed, tried = run(GROUPS[name], args.most, args.jobs, args.seed)
        print(f"{name}: {noticed} of {tried} changes noticed, {noticed / tried:.0%}", flush=True)
        below |= noticed / tried < GOAL
    return below


if __name__ == "__main__":
    sys.exit(main())
