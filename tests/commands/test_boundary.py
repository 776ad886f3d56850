"""No input and no interruption ends in a traceback; a link, a digit or a pattern from outside does no harm."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import time
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.support.export_files import workbook
from tests.support.systems import needs_links, not_on_windows
from xl_lifecycle.commands import check_command, cli
from xl_lifecycle.content.rules import fits
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.exports.lead_definitions import _pattern
from xl_lifecycle.sources import read, read_all

TABLE = "month,channel,spend\n2026-01,Email,5\n"
READY = "import sys; from xl_lifecycle.__main__ import main; print('ready', flush=True); sys.exit(main())"
PROGRAM = [sys.executable, "-c", READY]  # Python itself, before it comes to us, answers Ctrl-C in its own way


# Files


def archives() -> dict[str, bytes]:
    """Damaged archives, each in a way that Python's zipfile answers with another exception."""

    def made(method: int = zipfile.ZIP_STORED, name: str = "x.csv") -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", method) as archive:
            archive.writestr(name, TABLE * 50)
        return file.getvalue()

    lzma, plain = made(zipfile.ZIP_LZMA), made()
    directory = plain.index(b"PK\x01\x02")
    return {
        "LZMA": lzma[:45] + b"\xff" * 20 + lzma[65:],
        "bzip2": (data := made(zipfile.ZIP_BZIP2))[:45] + b"\0" * 20 + data[65:],
        "offset": plain[: directory + 42] + b"\xff\xff\xff\x7f" + plain[directory + 46 :],
        "name": plain.replace(b"x.csv", b"\xff\xfe.cs").replace(b"PK\x01\x02\x14\x03", b"PK\x01\x02\x14\x03"),
        "utf-8 name": plain[: directory + 8] + b"\0\x08" + plain[directory + 10 :].replace(b"x.csv", b"\xff.csv"),
        "method": plain[: directory + 10] + b"\x63\0" + plain[directory + 12 :],
        "encrypted": plain[: directory + 8] + b"\1\0" + plain[directory + 10 :],
        "cut": plain[:-30],
    }


@pytest.mark.parametrize("damage", archives())
def test_a_damaged_archive_is_said_to_be_one(run: Any, small_original: Path, tmp_path: Path, damage: str) -> None:
    file = tmp_path / "exports.zip"
    file.write_bytes(archives()[damage])
    for path in (file, file.rename(tmp_path / "book.xlsx")):
        path.write_bytes(archives()[damage])
        for words in (
            ["map", path],
            ["refresh", small_original, path, "--dry-run"],
            ["refresh", path, path],
            ["check", path],
        ):
            done = run(*words)
            assert done.code == 1
            assert done.error.count("\n") == 1
            assert "defect" not in done.error
            assert "Traceback" not in done.out + done.error


@pytest.mark.parametrize("cell", ["1e308", "1e400", "9" * 400, "10000000000000000"])
def test_a_number_beyond_what_excel_keeps_is_refused(make, cell: str) -> None:
    file = make("huge.csv", f"month,channel,spend\n2026-01,Email,{cell}\n2026-02,Email,{cell}\n")
    with pytest.raises(SourceError, match=r"too large|is not a number"):
        read(file)


def test_an_infinite_number_is_an_error_also_as_json(run: Any) -> None:
    done = run("calc", "--json", "=1E400")
    assert (done.code, json.loads(done.out)) == (1, "#NUM!")


def test_a_formula_is_not_taken_for_an_address(run: Any) -> None:
    assert "=SUM(Costs[@spend]" in run("calc", "=SUM(Costs[@spend]").error


@pytest.mark.parametrize("digits", ["１２", "١٢", "๑๒"])
def test_digits_of_other_scripts_are_not_numbers(make, digits: str) -> None:
    with pytest.raises(SourceError, match="is not a number"):
        read(make("own.csv", f"month,channel,spend\n2026-01,Email,{digits}\n"))


def test_definitions_anywhere_in_a_workbook_are_refused(make) -> None:
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([["month", "spend"], ["2026-01", 5]]))) as old,
        zipfile.ZipFile(file, "w") as new,
    ):
        for name in old.namelist():
            text = old.read(name).decode()
            late = f"<!--{'x' * 5000}--><!DOCTYPE worksheet [<!ENTITY e 'x'>]>\n<worksheet"
            new.writestr(name, text.replace("<worksheet", late, 1) if "sheet1" in name else text)
    with pytest.raises(SourceError, match="a DOCTYPE"):
        read(make("late.xlsx", file.getvalue()))


@needs_links
def test_a_backup_does_not_follow_a_link(run: Any, small_book: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim.txt"
    victim.write_text("precious")
    kept = small_book.with_name(f"{small_book.stem}.before-refresh.xlsx")
    kept.symlink_to(victim)
    export = tmp_path / "typed.csv"
    export.write_text(TABLE)
    assert run("refresh", small_book, export).code == 0
    assert victim.read_text() == "precious"
    assert kept.is_file()
    assert not kept.is_symlink()


# Patterns

DECLARATION = """title = "Planted"
required = ["month", "spend"]
[columns]
month = ["month"]
channel = ["channel"]
spend = ["spend", '/(m+)+x/']
[measures]
spend = ["spend"]
[preamble]
says = '{pattern}'
"""


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*b", "(.*)*x", "(.*.*.*.*)*y"])
def test_a_planted_pattern_has_no_time(tmp_path: Path, pattern: str) -> None:
    (tmp_path / "format.toml").write_text(DECLARATION.format(pattern=pattern))
    (tmp_path / "typed.csv").write_text(f"{'a' * 900}!\n\n{TABLE.replace('channel', 'm' * 900)}")
    began = time.perf_counter()
    with suppress(SourceError):
        read_all([tmp_path])
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    "header", ["/(a+)+b|" + "(?:x?y){1000}" * 232 + "c" * 2985 + "/", "/" + "(?:a?){1000}" * 60 + "c/"]
)
def test_a_pattern_that_is_too_large_is_refused(tmp_path: Path, header: str) -> None:
    (tmp_path / "format.toml").write_text(DECLARATION.format(pattern="x").replace("/(m+)+x/", header))
    (tmp_path / "typed.csv").write_text(TABLE)
    with pytest.raises(SourceError, match="is not a regular expression"):
        read_all([tmp_path])


@pytest.mark.parametrize("rows", ["rows", "(zz)?rows", "(rows)"])
def test_a_number_of_rows_that_is_none(tmp_path: Path, rows: str) -> None:
    (tmp_path / "format.toml").write_text(DECLARATION.format(pattern="") + f"rows = '{rows}'\n")
    (tmp_path / "typed.csv").write_text(f"5 rows\n\n{TABLE}")
    assert [fact.value for fact in read_all([tmp_path])[0].facts] == [5]


def test_a_definition_of_leads_takes_no_longer() -> None:
    began = time.perf_counter()
    assert not _pattern("*a").search("x;" + " " * 32_000 + "b")
    assert _pattern("*a").search("x; ba ;c")
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("pattern", ["(?=x)y", r"(a)\1", "a(?i)b", "x{1001}"])
def test_a_pattern_without_a_bound_is_refused(tmp_path: Path, pattern: str) -> None:
    (tmp_path / "format.toml").write_text(DECLARATION.format(pattern=pattern))
    (tmp_path / "typed.csv").write_text(TABLE)
    with pytest.raises(SourceError, match="is not a regular expression"):
        read_all([tmp_path])


def test_many_stars_in_a_rule_take_no_longer() -> None:
    began = time.perf_counter()
    assert not fits("*a" * 40 + "b", "a" * 3000)
    assert fits("*a*b*", "xxaxxbxx")
    assert fits("brand*c*c", "Brand c c")
    assert not fits("*ab*ab", "xab")
    assert time.perf_counter() - began < 2


# The command line


def test_what_nobody_expected_is_one_line(run: Any, monkeypatch: pytest.MonkeyPatch, small_original: Path) -> None:
    def fail(args: object) -> int:
        raise ZeroDivisionError("secret\ntext")

    monkeypatch.setattr(check_command, "run", fail)
    done = run("check", small_original)
    assert done.code == 1
    assert done.error.startswith("xl-lifecycle: a defect of this program: ZeroDivisionError in ")
    assert done.error.endswith("add --debug\n")
    assert done.error.count("\n") == 1
    assert "secret" not in done.error
    assert json.loads(run("check", small_original, "--json").out)["error"] == "defect"
    debug = run("check", "--debug", small_original)
    assert "Traceback" in debug.error
    assert "secret" in debug.error


def test_a_finding_is_one_line_of_at_most_300_characters(run: Any, tmp_path: Path, small_original: Path) -> None:
    names = ",".join(f"column\x1b[3{n % 10}m {n}" for n in range(400))
    file = tmp_path / "wide.csv"
    file.write_text(f"{names}\n{'1,' * 399}1\n")
    for words in (["map", file], ["refresh", small_original, file, "--dry-run"], ["check", tmp_path / ("x" * 250)]):
        done = run(*words)
        lines = (done.out.partition("title =")[0] + done.error).splitlines()
        assert lines
        assert max(map(len, lines)) <= 300
        assert "\x1b" not in done.out + done.error


STOPS = [0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0, 1.5, 2.0, 3.0]


@not_on_windows("Windows sends Ctrl-C to a console, not to a process")
@pytest.mark.parametrize("seconds", STOPS)
def test_ctrl_c_at_any_time_is_one_line(small_book: Path, tmp_path: Path, seconds: float) -> None:
    export = tmp_path / "typed.csv"
    export.write_text(TABLE)
    before, kept = small_book.read_bytes(), small_book.with_name(f"{small_book.stem}.before-refresh.xlsx")
    process = subprocess.Popen([*PROGRAM, "refresh", str(small_book), str(export)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # fmt: skip
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=30)
    if process.returncode == 0:  # it was done already
        return
    assert process.returncode == 130, error
    if small_book.read_bytes() != before:
        assert error == f"xl-lifecycle: stopped; already written: {kept.name}, {small_book.name}\n"
        return
    assert error == "xl-lifecycle: stopped; nothing was written\n"
    assert {file.name for file in small_book.parent.iterdir()} - {small_book.name, export.name} == set()


def test_the_program_is_the_one_that_answers_ctrl_c() -> None:
    from importlib.metadata import entry_points

    [script] = entry_points(group="console_scripts", name="xl-lifecycle")
    assert script.value == "xl_lifecycle.__main__:main"
    assert cli.STOPPED == 130
