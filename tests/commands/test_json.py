"""--json on every command: one JSON value on stdout, and nothing else, also where something is wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import Done, strict
from xl_lifecycle.commands.cli import COMMANDS
from xl_lifecycle.commands.sample import __file__ as SAMPLE

EXPORT = Path(SAMPLE).parent / "exports" / "google-ads-2026-01.csv"
NAMES = ("demo", "new", "refresh", "map", "calc", "metrics", "check", "install", "doctor", "pack", "trust")


def refused(done: Done, word: str, *reasons: object, nearest: str | None = None, code: int = 1) -> None:
    """An error: the object alone, in one line."""
    assert (done.code, done.error) == (code, "")
    assert done.json.keys() == {"error", "reason", "nearest"}
    assert done.out.count("\n") == 1
    assert (done.json["error"], done.json["nearest"]) == (word, nearest)
    for reason in reasons:
        assert str(reason) in done.json["reason"]


def answer(done: Done) -> Any:
    assert (done.code, done.error) == (0, "")
    return done.json


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_it(run: Any, name: str) -> None:
    assert len(COMMANDS) == len(NAMES)
    assert "--json" in run(name, "--help").out


# Results


def test_new(run: Any, tmp_path: Path) -> None:
    book = tmp_path / "새 책.xlsx"
    assert answer(run("new", book, "--channel", "Email", "--months", 1, "--json")) == {"written": [str(book)]}
    refused(run("new", book, "--json"), "workbook", book, "exists already")


def test_refresh(run: Any, small_book: Path, tmp_path: Path) -> None:
    source = tmp_path / "typed.csv"
    source.write_text("month,channel,leads\n2026-01,Email,5\n", "utf-8")
    dry = answer(run("refresh", small_book, source, "--dry-run", "--json"))
    assert (dry["written"], dry["dry_run"], dry["added"]) == ([], True, 1)
    done = answer(run("refresh", small_book, source, "--json"))
    assert (done["written"], done["dry_run"], done["added"], done["changed"]) == ([str(small_book)], False, 1, [])
    [line] = done["reconciliation"]
    assert done["files"] == [{"file": "typed.csv", "source": line["source"]}]
    expected = {"measure": "leads", "rows": 1, "rows_total": 5, "file_total": None, "channels": ["Email"]}
    assert line.items() >= (expected | {"file": "typed.csv", "first": "2026-01-01", "last": "2026-01-31"}).items()
    assert answer(run("refresh", small_book, source, "--json"))["written"] == []
    source.write_text("month,channel,leads\n2026-01,Email,7\n", "utf-8")
    [change] = answer(run("refresh", small_book, source, "--json"))["changed"]
    assert change.items() >= {"measure": "leads", "month": "2026-01", "channel": "Email", "old": 5, "new": 7}.items()
    assert change["text"] == "leads 2026-01 Email: 5 -> 7"


@pytest.mark.parametrize(
    ("text", "nearest", "reason"),
    [("month,channel,spend\n2026-01,Email,much\n", None, "'much'"), ("a,b\n1,2\n", None, "no known format")],
)
def test_a_source_that_is_refused(run: Any, small_book: Path, text: str, nearest: str | None, reason: str) -> None:
    source = small_book.parent / "typed.csv"
    source.write_text(text, "utf-8")
    refused(run("refresh", small_book, source, "--json"), "source", "typed.csv", reason, nearest=nearest)


def test_map(run: Any, tmp_path: Path) -> None:
    [known] = answer(run("map", EXPORT, "--json"))["files"]
    assert (known["file"], known["formats"], known["declaration"]) == (
        EXPORT.name,
        ["Google Ads campaign report"],
        None,
    )
    assert "Google Ads" in known["lines"][0]
    unknown = tmp_path / "ours.csv"
    unknown.write_text("day,costs\n2026-01-01,5\n2026-01-02,6\n", "utf-8")
    out = tmp_path / "ours.toml"
    done = answer(run("map", unknown, "--out", out, "--json"))
    [file] = done["files"]
    assert (done["written"], file["formats"]) == ([str(out)], [])
    assert file["declaration"]["text"] == out.read_text("utf-8")
    refused(run("map", unknown, "--out", out, "--json"), "argument", "exists already")
    refused(run("map", tmp_path / "none.csv", "--json"), "source", "none.csv")


def test_metrics(run: Any) -> None:
    assert answer(run("metrics", "--json"))


def test_check(run: Any, small_book: Path, edit: Any) -> None:
    assert answer(run("check", small_book, "--json")) == []
    edit(small_book, lambda book: book["Costs"].__setitem__("D5", "much"))
    done = run("check", small_book, "--json")
    assert (done.code, done.error) == (1, "")
    text = "Marketing spend: 'much' is not a number"
    assert done.json[0] == {"sheet": "Costs", "cell": "D5", "serious": True, "text": text}


def test_doctor(run: Any, small_book: Path) -> None:
    lines = run("doctor", small_book, "--json").json
    assert all(line.keys() == {"state", "what", "todo"} for line in lines)
    assert lines[0]["state"] == "ok"
    assert lines[0]["what"].startswith("Python 3.")
    refused(run("doctor", "absent.xlsx", "--json"), "argument", "absent.xlsx does not exist")


def test_doctor_where_a_library_is_missing() -> None:
    hide = "import sys; sys.modules['openpyxl'] = None; from xl_lifecycle.commands.cli import main; "
    code = f"{hide}raise SystemExit(main(['doctor', '--json']))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert any("the library openpyxl" in line["what"] for line in strict(done.stdout)), done.stderr


def test_demo(run: Any, tmp_path: Path) -> None:
    done = answer(run("demo", "--out", tmp_path, "--json"))
    assert done["written"] == [str(tmp_path / "lifecycle.xlsx"), str(tmp_path / "lifecycle.xlsm")]
    company = done["figures"][0]
    assert company["channel"] == "All"
    assert company["cpl"] == pytest.approx(company["spend"] / company["leads"])
    assert {"file": EXPORT.name, "source": "Google Ads campaign report"} in done["report"]["files"]
    (tmp_path / "lifecycle.xlsx").write_bytes(b"mine")
    refused(run("demo", "--out", tmp_path, "--json"), "workbook", "lifecycle.xlsx")


def test_pack(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another test checks what pack makes, and making it is slow."""

    def fill(folder: Path, *_: object) -> list[str]:
        folder.mkdir()
        (folder / "guide.html").write_text("")
        return ["a remark"]

    monkeypatch.setattr("xl_lifecycle.commands.pack.pack.pack", fill)
    team = tmp_path / "team"
    assert answer(run("pack", team, "--json")) == {"written": [str(team / "guide.html")], "notes": ["a remark"]}
    monkeypatch.undo()
    refused(run("pack", team, "--json"), "workbook", "is not empty")


def test_install(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused(run("install", "--home", tmp_path, "--offline-from", tmp_path / "no", "--json"), "install", "no wheels")
    monkeypatch.setattr("xl_lifecycle.commands.setup.install.install", lambda *_: ["It is installed."])
    assert answer(run("install", "--json")) == {"lines": ["It is installed."]}


# calc


@pytest.mark.parametrize(
    ("formula", "value", "reason", "nearest"),
    [
        ("=CAC(1000,0)", "#DIV/0!", "new_customers is 0", None),
        ('=CAC("Emial","2026-01")', "#VALUE!", '"Emial"', "Email"),
        ('=KPI("spendd","Email","2026-01")', "#VALUE!", '"spendd"', "spend"),
        ("=CACC(1,2)", "#NAME?", '"CACC" is not a function', "CAC"),
        ("=1/0", "#DIV/0!", "=1/0 is #DIV/0!", None),
        ("=CAC({1,2},{0,0})", [["#DIV/0!", "#DIV/0!"]], "new_customers is 0", None),
    ],
)
def test_calc_of_an_error(
    run: Any, small_original: Path, formula: str, value: object, reason: str, nearest: str | None
) -> None:
    """The error is the printed value; its reason is on the error stream, as one line of JSON."""
    done = run("calc", formula, "--book", small_original, "--json")
    assert (done.code, done.json) == (1, value)
    assert done.error.count("\n") == 1
    why = strict(done.error)
    assert (why["error"], why["nearest"]) == (value if isinstance(value, str) else "#DIV/0!", nearest)
    assert reason in why["reason"]


def test_calc_of_a_range_with_some_errors(run: Any) -> None:
    assert answer(run("calc", "=CAC({1000,600},{30,0})", "--json")) == [[33.333333333333336, "#DIV/0!"]]


def test_calc_of_a_day(run: Any) -> None:
    assert answer(run("calc", "=DATE(2026,1,31)", "--json")) == "2026-01-31"


def test_calc_of_what_is_no_formula(run: Any) -> None:
    refused(run("calc", "=CAC(1,", "--json"), "formula", "=CAC(1, is not a formula", code=2)


@pytest.mark.parametrize("command", [["check"], ["calc", "=1", "--book"], ["refresh"]])
def test_a_book_that_is_missing(run: Any, tmp_path: Path, command: list[str]) -> None:
    refused(run(*command, tmp_path / "none.xlsx", "--json"), "workbook", "none.xlsx")


# Usage, and what ends a command


@pytest.mark.parametrize(
    ("args", "nearest"),
    [
        (["chek", "book.xlsx"], "check"), ([], None), (["calc"], None), (["new", "a.xlsx", "--months", "0"], None),
        (["new", "a.xlsx", "--language", "jaa"], "ja"), (["calc", "=1", "--as-of", "soon"], None),
        (["metrics", "--markdown"], None), (["check", "book.xlsx", "--colour"], None),
    ],
)  # fmt: skip
def test_wrong_usage(run: Any, args: list[str], nearest: str | None) -> None:
    refused(run(*args, "--json"), "usage", nearest=nearest, code=2)


def test_a_file_that_the_system_refuses(run: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    refused(run("demo", "--out", tmp_path / "file", "--json"), "file", tmp_path / "file")


def test_stopped_with_ctrl_c(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("xl_lifecycle.commands.metrics_command.run", stop)
    refused(run("metrics", "--json"), "stopped", "stopped", code=130)
