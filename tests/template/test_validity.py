"""Every file we write is valid, as far as can be checked without Excel, and always and everywhere the same."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.validity import RULES, VALIDATORS, findings
from tests.support.validity.corruptions import CORRUPTIONS, FOUND_ALSO, HARMLESS, Corruption, corrupt
from xl_lifecycle.commands.cli import main
from xl_lifecycle.refresh.merge import Report

ODD_NAMES = (
    "Radio & TV", "O'Reilly", "'quoted'", "History", "履歴", "변경 내용", "네이버 블로그", "[x] what?*", "a:b\\c", "main.py",
    "=1+1", '<b> "bold" & more', "A1", "R1C1", "TRUE", "2026", "-", "Data", "Costs", "CAC", "📣 Ads", "x" * 40, "x" * 41,
)  # fmt: skip
SMALL = ("--channel", "Paid ads", "--start", "2026-01", "--months", "2")
ODD = tuple(word for name in ODD_NAMES for word in ("--channel", name))
FORTY = tuple(word for n in range(40) for word in ("--channel", f"채널 {n}: a rather long name? with signs [{n}]"))

MADE = {  # each by a command; several may be files of one command
    "default.xlsx": ("new", "default.xlsx"),
    "small.xlsx": ("new", "small.xlsx", *SMALL),
    "small.xlsm": ("new", "small.xlsm", *SMALL),
    "korean.xlsx": ("new", "korean.xlsx", *SMALL, "--language", "ko", "--currency", "KRW"),
    "korean.xlsm": ("new", "korean.xlsm", *SMALL, "--language", "ko", "--currency", "KRW"),
    "japanese.xlsx": ("new", "japanese.xlsx", *SMALL, "--language", "ja", "--currency", "JPY"),
    "japanese.xlsm": ("new", "japanese.xlsm", *SMALL, "--language", "ja", "--currency", "JPY"),
    "odd names.xlsx": ("new", "odd names.xlsx", *ODD, "--months", "1"),
    "odd names.xlsm": ("new", "odd names.xlsm", *ODD, "--months", "1"),
    "one channel.xlsm": ("new", "one channel.xlsm", "--channel", "Email", "--months", "1"),
    "forty channels.xlsx": ("new", "forty channels.xlsx", *FORTY, "--months", "1"),
    "three years.xlsx": ("new", "three years.xlsx", "--channel", "Email", "--months", "36"),
    "packed/lifecycle.xlsx": ("pack", "packed", "--language", "ja"),
    "packed/lifecycle.xlsm": ("pack", "packed", "--language", "ja"),
    "lifecycle.xlsx": ("demo",),  # the files that the tests share
    "lifecycle.xlsm": ("demo",),
}
AUDITED = {  # by the slowest validator, seconds a file
    "small.xlsx", "korean.xlsm", "japanese.xlsx", "odd names.xlsx", "lifecycle.xlsx", "lifecycle.xlsm",
}  # fmt: skip
CHECKED = [(v, file) for v in VALIDATORS for file in MADE if v != "openxml-audit" or file in AUDITED]

MakeFile = Callable[[str], Path]


@pytest.fixture(scope="module")
def make_file(demo_built: tuple[Path, Report], tmp_path_factory: pytest.TempPathFactory) -> MakeFile:
    """A file of those above, written once."""
    folder = tmp_path_factory.mktemp("made")

    def file(name: str) -> Path:
        command, *arguments = MADE[name]
        if command == "demo":
            return demo_built[0].with_name(name)
        if not (folder / name).exists():
            assert main([command, str(folder / arguments[0]), *arguments[1:]]) == 0
        return folder / name

    return file


def available(validator: str) -> None:
    """Skip what needs a validator that is not here, unless it must be."""
    module = validator.replace("-", "_")
    if importlib.util.find_spec(module) is None:
        reason = f"{validator} is missing: uv sync --group dev"
        (pytest.fail if os.environ.get("XL_REQUIRE_HOSTS") else pytest.skip)(reason)


# ---- what we write


@pytest.mark.parametrize("file", MADE)
def test_no_rule_finds_anything(make_file: MakeFile, file: str) -> None:
    assert findings(make_file(file)) == []


@pytest.mark.parametrize(("validator", "file"), CHECKED)
def test_no_validator_finds_anything(make_file: MakeFile, validator: str, file: str) -> None:
    available(validator)
    assert VALIDATORS[validator](make_file(file)) == []


# ---- what is broken is found


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_corruption_is_found_by_its_rule_and_by_no_other(make_file: MakeFile, tmp_path: Path, name: str) -> None:
    broken = corrupted(CORRUPTIONS[name], make_file, tmp_path)
    found = findings(broken)
    assert {finding.rule for finding in found} == set(CORRUPTIONS[name].rules.split()), found


@pytest.mark.parametrize(("validator", "name"), [(v, name) for v in FOUND_ALSO for name in sorted(FOUND_ALSO[v])])
def test_a_corruption_is_found_by_others_too(make_file: MakeFile, tmp_path: Path, validator: str, name: str) -> None:
    available(validator)
    assert VALIDATORS[validator](corrupted(CORRUPTIONS[name], make_file, tmp_path)) != []


def corrupted(corruption: Corruption, make_file: MakeFile, folder: Path) -> Path:
    return corrupt(make_file(f"small{corruption.suffix}"), folder / f"broken{corruption.suffix}", corruption.change)


def test_what_is_not_broken_is_not_found(make_file: MakeFile, tmp_path: Path) -> None:
    changed = corrupt(make_file("small.xlsx"), tmp_path / "changed.xlsx", HARMLESS)
    assert findings(changed) == []
    for validator, validate in VALIDATORS.items():
        available(validator)
        assert validate(changed) == [], validator


def test_each_rule_finds_what_nothing_else_finds() -> None:
    alone = Counter(corruption.rules for corruption in CORRUPTIONS.values())
    assert set(RULES) <= set(alone), "a rule that never fires alone may be one that never fires"
    known = set().union(*FOUND_ALSO.values())
    assert [name for name, corruption in CORRUPTIONS.items() if not corruption.rules and name not in known] == []
    assert known <= set(CORRUPTIONS)


# ---- the same bytes

ELSEWHERE = """
import sys, time
now = time.time()
time.time = lambda: now + 200_000_000  # six years on
from xl_lifecycle.commands.cli import main
sys.exit(main(sys.argv[1:]))
"""


def run_elsewhere(folder: Path, *arguments: str) -> None:
    """Run a command in another process: another time zone, clock, order of sets, and place for temporary files."""
    (folder / "temporary").mkdir(exist_ok=True)
    elsewhere = {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "4711", "TMPDIR": str(folder / "temporary")}
    command = [sys.executable, "-c", ELSEWHERE, *arguments]
    subprocess.run(command, cwd=folder, env={**os.environ, **elsewhere}, check=True, capture_output=True)


@pytest.mark.parametrize("file", ["small.xlsx", "small.xlsm"])
def test_a_new_workbook_is_the_same_everywhere(make_file: MakeFile, tmp_path: Path, file: str) -> None:
    command, name, *arguments = MADE[file]
    run_elsewhere(tmp_path, command, name, *arguments)
    assert (tmp_path / file).read_bytes() == make_file(file).read_bytes()


def test_the_demo_is_the_same_everywhere(make_file: MakeFile, tmp_path: Path) -> None:
    run_elsewhere(tmp_path, "demo", "--out", "out")
    for file in ("lifecycle.xlsx", "lifecycle.xlsm"):
        assert (tmp_path / "out" / file).read_bytes() == make_file(file).read_bytes(), file
