"""The command line: each command, its exit status, and one clear line for whatever is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.command_line import Done, process
from tests.support.paths import ROOT
from tests.support.systems import not_on_windows
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.core.language.channels import CHANNELS

NA, DIV0, NUM, VALUE, NAME = "#N/A", "#DIV/0!", "#NUM!", "#VALUE!", "#NAME?"


def one_line(done: Done, *words: object) -> None:
    """Wrong data: status 1, and one line that says what, where and what to do."""
    assert done.code == 1
    assert done.out == ""
    assert done.error.count("\n") == 1, done.error
    assert done.error.startswith("xl-lifecycle: ")
    assert "Traceback" not in done.error
    for word in words:
        assert str(word) in done.error


# calc


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=CAC(1000,30)", 33.333333333333336),
        ("=CPL(1000,100)", 10),
        ("=CONVERSION_RATE(10,100)", 0.1),
        ("=TOTAL_SALES_REVENUE(500,30)", 15000),
        ("=CAC(1000,0)", DIV0),
        ("=CAC({1000,600},{30,0})", [[33.333333333333336, DIV0]]),
        ("=ROI(15000,1000)", 14),
        ("=NPS(30,20,100)", 10),
        ("CAC(1000,30)", 33.333333333333336),
        ("=cac(1000, 30)", 33.333333333333336),
        ("=COST_PER_LEAD(1000,100)", 10),
        ("=CAC({1000;600},{30,20})", [[33.333333333333336, 50], [20, 30]]),
        ("=CAC({1000,600,1},{30;20})*2", [[66.66666666666667, 40, 0.06666666666666667], [100, 60, 0.1]]),
        ("=ROUND(CAC(1000,30),2)", 33.33),
        ("=IFERROR(CAC(1000,0),-1)", -1),
        ('="CAC: "&CAC(1000,25)', "CAC: 40"),
        ("=1=1", True),
        ("=CAC(1000)", NA),
        ("=CAC(,30)", NA),
        ("=CAC()", NA),
        ('=CAC("Paid ads","2026")', NA),
        ("=CAC(-1000,30)", NUM),
        ('=CAC(1000,"thirty")', VALUE),
        ("=CAC(1000,30,2)", VALUE),
        ("=CAC(1E308,0.001)", NUM),
        ("=CAC(NA(),30)", NA),
        ("=CAC(1/0,30)", DIV0),
        ("=NO_SUCH(1,2)", NAME),
    ],
)  # fmt: skip
def test_calc_json(run: Any, formula: str, value: object) -> None:
    done = run("calc", formula, "--json")
    assert done.code == (isinstance(value, str) and value.startswith("#"))
    assert done.json == value
    assert type(done.json) is type(value)
    assert "Infinity" not in done.out


def test_calc_says_every_digit() -> None:
    done = process("calc", "=CAC(1000,30)", "--json")
    assert (done.returncode, done.stdout.splitlines(), done.stderr) == (0, [b"33.333333333333336"], b"")


def test_calc_for_people(run: Any) -> None:
    assert run("calc", "=CAC(1000,30)").out == "33.33\n"
    assert run("calc", "=CAC({1000,600},{30,0})").out == "33.33\t#DIV/0!\n"
    done = run("calc", "=CAC(1000,0)")
    assert (done.code, done.out) == (1, "#DIV/0!\n")
    assert "new_customers is 0" in done.error


@pytest.mark.parametrize("formula", ["=CAC(0.00001,30)", "=CAC(1,3000)"])
def test_a_small_number_is_not_shown_as_nothing(run: Any, formula: str) -> None:
    assert run("calc", formula).out.strip() not in ("0", "", "-0")


@pytest.mark.parametrize("formula", ["=CAC(", "=", "=1+", '="', "=CAC(1,2))", "", "=((", "={1,2", "=1 2", "=CAC(1;2)"])
def test_what_is_no_formula(run: Any, formula: str) -> None:
    done = run("calc", formula)
    assert (done.code, done.out) == (2, "")
    assert done.error.startswith(f"xl-lifecycle: {formula} is not a formula: ")
    assert done.error.count("\n") == 1
    assert "Token" not in done.error


@pytest.mark.parametrize("formula", ["=A1:B", "=[x]", "=Nope", "=Sheet9!A1"])
def test_a_formula_that_names_what_is_not_there(run: Any, formula: str) -> None:
    done = run("calc", formula)
    assert (done.code, done.error) == (1, "")
    assert done.out.strip() in (NAME, VALUE, "#REF!")


@pytest.mark.parametrize(
    ("formula", "value", "reason"),
    [
        ('=CAC("Email","2026-Q1")', 14, ""),
        ('=CAC("Email","2026-01",Data)', 20, ""),
        ('=KPI("spend","All","2026-01")', 1099, ""),
        ('=CAC("Emial","2026-01")', VALUE, 'did you mean "Email"?'),
        ('=CAC("Email/Spring","2026-01")', VALUE, '"Spring" is not a campaign of Email'),
        ('=CAC("Email","2026-13")', VALUE, '"2026-13" is not a period'),
        ('=CAC("Email","someday")', VALUE, '"someday" is not a period'),
        ('=CAC("Email","2025")', NA, "recorded for 2026-01 to 2026-03"),
        ('=CAC("Email")', NA, "name a channel and a period"),
        ('=CAC("","2026-01")', NA, ""),
        ('=KPI("spendd","Email","2026-01")', VALUE, 'did you mean "spend"?'),
        ('=KPI("moods","Email","2026-01")', VALUE, '"moods" is not a metric, measure or item'),
        ('=CPL("Email","2026-01")', NA, "Leads"),
        ('=CAC("Podcast","2026-01")', 0, ""),
        ('=CAC("Email","2026-01","other")', VALUE, '"other" is not a dataset'),
        ('=CAC("Email","2026-01",Data,"cox")', VALUE, '"cox" is not a known model'),
    ],
)  # fmt: skip
def test_calc_from_a_book(run: Any, small_original: Path, formula: str, value: object, reason: str) -> None:
    done = run("calc", formula, "--book", small_original)
    assert done.code == isinstance(value, str)
    assert done.out == (f"{value:,}\n" if isinstance(value, int) else f"{value}\n")
    assert reason in done.error
    assert done.error.count("\n") == bool(reason or isinstance(value, str))


def test_calc_reads_the_workbook_s_own_figures(run: Any, demo_book: Path, demo_cells: Any) -> None:
    """A cell that a formula fills is what it is in Excel: the first one of it, and the last."""
    overview = demo_cells["Overview"]
    area = next(cell.area for cell in overview.values() if cell.formula and cell.area and ":O" in cell.area)
    done = run("calc", f"=Overview!{area}", "--book", demo_book, "--json")
    cached = [[overview[cell.coordinate].value for cell in row] for row in openpyxl.Workbook().worksheets[0][area]]
    assert len(cached) > 20
    for row, wanted in zip(done.json, cached, strict=True):
        assert row == [pytest.approx(value) if isinstance(value, float) else value for value in wanted]


def test_formulas_filled_past_the_data(run: Any, small_original: Path) -> None:
    below = "Costs!B{0}:B{1},Costs!A{0}:A{1},Data"
    done = run("calc", f"=CAC({below.format(13, 20)})", "--book", small_original, "--json")
    values = [row[0] for row in done.json]
    assert len(values) == 8
    assert isinstance(values[0], (int, float)), "the last row of the table"
    assert values[1:] == [NA] * 7


# new


def test_new(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "new.xlsx"
    done = run("new", path, "--start", "2026-04", "--months", "2", "--currency", "eur")
    assert (done.code, done.out, done.error) == (0, f"Written: {path}\n", "")
    book = openpyxl.load_workbook(path)
    assert [name for name in CHANNELS if name in book.sheetnames] == [*CHANNELS]
    assert book["Settings"]["B8"].value == "EUR"
    assert {f"{row[0]:%Y-%m}" for row in book["Costs"].iter_rows(5, max_col=1, values_only=True)} == {
        "2026-04",
        "2026-05",
    }
    assert run("check", path) == (0, f"{path}: nothing is wrong\n", "")
    assert run("calc", '=CAC("All","all")', "--book", path, "--json").json == NA


@pytest.mark.parametrize(("language", "sheet"), [("en", "Overview"), ("ko", "설정"), ("ja", "設定")])
def test_new_in_a_language_and_with_channels(run: Any, tmp_path: Path, language: str, sheet: str) -> None:
    path = tmp_path / "new.xlsx"
    done = run("new", path, "--language", language, "--channel", "History", "--channel", "paid ADS", "--months", 1)
    assert done.code == 0
    names = openpyxl.load_workbook(path, read_only=True).sheetnames
    assert sheet in names
    assert "History_" in names
    assert {"Paid ads", "유료 광고", "有料広告"} & set(names)


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (["--channel", "All"], "All"),
        (["--channel", "전체"], "All"),
        (["--channel", "TV/Radio"], "TV/Radio"),
        (["--channel", ""], "channel"),
        (["--channel", "Blog", "--channel", "blog"], "twice"),
        (["--channel", "Email", "--channel", "이메일"], "twice"),
        (["--channel", "(not attributed)"], "attributed"),
    ],
)  # fmt: skip
def test_new_with_a_channel_that_cannot_be(run: Any, tmp_path: Path, args: list[str], word: str) -> None:
    one_line(run("new", tmp_path / "new.xlsx", *args), word)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "channel", ["Attract", "costs", "x" * 30 + "'s", "🚀" * 31, "bell\x07", "History", "R1C1", "a" * 300]
)
def test_new_with_a_channel_of_any_name_makes_a_workbook_or_says_why_not(
    run: Any, tmp_path: Path, channel: str
) -> None:
    done = run("new", tmp_path / "new.xlsx", "--channel", channel, "--months", "1")
    if done.code:
        one_line(done)
        assert list(tmp_path.iterdir()) == []
    else:
        assert run("check", tmp_path / "new.xlsx").code == 0


@pytest.mark.parametrize(
    "args",
    [
        ["--months", "0"], ["--months", "121"], ["--months", "-1"], ["--months", "x"], ["--months", "1.5"],
        ["--months", "²"], ["--currency", "EURO"], ["--currency", "€"], ["--start", "2026-13"], ["--start", "soon"],
        ["--language", "de"], ["--colour", "red"], ["extra"],
    ],
)  # fmt: skip
def test_new_used_wrongly(run: Any, tmp_path: Path, args: list[str]) -> None:
    done = run("new", tmp_path / "new.xlsx", *args)
    assert done.code == 2
    assert "Traceback" not in done.error
    assert list(tmp_path.iterdir()) == []


def test_new_over_an_existing_file(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "new.xlsx"
    path.write_bytes(b"mine")
    one_line(run("new", path), path, "exists already")
    assert path.read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("name", "word"),
    [("new.xls", ".xlsx"), ("new", ".xlsx"), ("no/new.xlsx", "does not exist"), ("x" * 300 + ".xlsx", "")],
)
def test_new_where_it_cannot_be(run: Any, tmp_path: Path, name: str, word: str) -> None:
    one_line(run("new", tmp_path / name), word)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("start", ["1850-01", "2199-12"])
def test_new_at_the_ends_of_time(run: Any, tmp_path: Path, start: str) -> None:
    done = run("new", tmp_path / "new.xlsx", "--start", start, "--months", "120", "--channel", "Email")
    assert done.code in (1, 2) or run("check", tmp_path / "new.xlsx").code == 0
    assert "Traceback" not in done.error


# metrics, help, usage


def test_metrics_json(run: Any) -> None:
    done = run("metrics", "--json")
    assert done.code == 0
    text = json.dumps(done.json)
    for name in FUNCTIONS.catalogue.metrics:
        assert f'"{name}"' in text
    assert '"M34"' in text
    wanted = {"name", "function", "stage", "unit", "better", "timing", "formula", "inputs", "seeds"}
    rows = done.json if isinstance(done.json, list) else [row for rows in done.json.values() for row in rows]
    cpl = next(row for row in rows if row.get("name") == "cpl")
    assert wanted <= cpl.keys()
    assert cpl["seeds"] == ["M34"]
    assert cpl["inputs"] == ["spend", "leads"]


def test_metrics_for_people_and_as_a_page(run: Any) -> None:
    assert "CAC " in run("metrics").out
    page = ROOT / "workbook" / "METRICS.md"
    assert run("metrics", "--markdown").out == page.read_text("utf-8"), "run: xl-lifecycle metrics --markdown"
    assert run("metrics", "--json", "--markdown").code == 2


@pytest.mark.parametrize(
    "args",
    [[], ["no-such"], ["calc"], ["calc", "=1", "--jsn"], ["refresh"], ["pack"], ["check"], ["demo", "x"]],
)
def test_wrong_usage_is_2(run: Any, args: list[str]) -> None:
    done = run(*args)
    assert (done.code, done.out) == (2, "")
    assert done.error.startswith("usage: xl-lifecycle")


def test_help_and_version(run: Any) -> None:
    done = run("--help")
    assert done.code == 0
    for command in ("demo", "new", "refresh", "calc", "metrics", "check", "pack", "install", "doctor"):
        assert command in done.out
        assert run(command, "--help").code == 0
    assert run("--version").out.startswith("xl-lifecycle ")


# A book that is none


@pytest.mark.parametrize("command", ["calc", "check", "refresh"])
@pytest.mark.parametrize("kind", ["missing", "directory", "text", "empty", "foreign", "damaged"])
def test_a_book_that_is_none(run: Any, tmp_path: Path, command: str, kind: str, small_original: Path) -> None:
    book = tmp_path / "book.xlsx"
    if kind == "directory":
        book.mkdir()
    elif kind == "foreign":
        openpyxl.Workbook().save(book)
    elif kind != "missing":
        book.write_bytes({"text": b"text", "empty": b"", "damaged": small_original.read_bytes()[:5000]}[kind])
    before = book.read_bytes() if book.is_file() else None
    args = {"calc": ["=1", "--book", book], "check": [book], "refresh": [book, tmp_path]}[command]
    one_line(run(command, *args), book)
    assert (book.read_bytes() if book.is_file() else None) == before
    assert len(list(tmp_path.iterdir())) == (kind != "missing")


# check


def test_check_says_where_and_is_1(run: Any, small_book: Path, edit: Any) -> None:
    edit(small_book, lambda book: book["Costs"].__setitem__("D5", "much"))
    done = run("check", small_book)
    assert done.code == 1
    assert done.out.startswith("Costs!D5: Marketing spend: 'much' is not a number")


def renamed(book: Any) -> None:
    book["Costs"]["D4"] = "Marketing spendings"
    book["Costs"].tables["Costs"].tableColumns[3].name = "Marketing spendings"


def test_a_renamed_header_is_an_error_and_never_another_number(run: Any, small_book: Path, edit: Any) -> None:
    edit(small_book, renamed)
    done = run("calc", '=CAC("Email","2026-01")', "--book", small_book)
    assert done.out == f"{NA}\n"
    assert "no table has a column Marketing spend" in done.error
    checked = run("check", small_book)
    assert checked.code == 1
    assert "Costs!D4" in checked.out
    before = small_book.read_bytes()
    source = small_book.with_name("typed.csv")
    source.write_text("month,channel,spend\n2026-01,Email,5\n", "utf-8")
    one_line(run("refresh", small_book, source), 'no column "Marketing spend"')
    assert small_book.read_bytes() == before


# refresh


def csv(folder: Path, *lines: str, name: str = "typed.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes("\n".join(lines).encode(encoding))
    return path


def test_refresh(run: Any, small_book: Path, tmp_path: Path) -> None:
    source = csv(tmp_path, "month,channel,leads", "2026-01,Email,5")
    before = small_book.read_bytes()
    dry = run("refresh", small_book, source, "--dry-run")
    assert (dry.code, dry.error) == (0, "")
    assert "1 files read, 1 new values, 0 changed." in dry.out
    assert "Nothing was written" in dry.out
    assert small_book.read_bytes() == before
    done = run("refresh", small_book, source)
    assert (done.code, done.error) == (0, "")
    assert f"Written: {small_book}" in done.out
    assert "typed.csv: Leads 5 (no total" in done.out
    assert run("calc", '=CPL("Email","2026-01")', "--book", small_book, "--json").json == 20
    again = run("refresh", small_book, source)
    assert "0 new values, 0 changed" in again.out


def test_a_month_typed_three_ways_is_one(run: Any, small_book: Path, tmp_path: Path) -> None:
    source = csv(
        tmp_path, "month,channel,campaign,spend", "2026-03,Email,a,1", "Mar 2026,Email,b,2", "2026년 3월,Email,c,4"
    )
    assert run("refresh", small_book, source).code == 0
    assert run("calc", '=KPI("spend","Email","2026-03")', "--book", small_book, "--json").json == 7


def test_a_month_typed_three_ways_in_the_workbook(run: Any, small_book: Path, edit: Any, table_cell: Any) -> None:
    def change(book: Any) -> None:
        for at, month in ((1, "2026-03"), (2, "Mar 2026"), (4, "2026年3月")):
            table_cell(book, "Costs", at, "Month").value = month
            table_cell(book, "Costs", at, "Channel").value = "Email"
            table_cell(book, "Costs", at, "Marketing spend").value = at

    edit(small_book, change)
    assert run("calc", '=KPI("spend","Email","2026-03")', "--book", small_book, "--json").json == 7


BAD_SOURCES: dict[str, tuple[str, bytes, str]] = {
    "text in a number column": ("a.csv", b"month,channel,spend\n2026-01,Email,much\n", "line 2, column 'spend': 'much'"),
    "a negative spend": ("a.csv", b"month,channel,spend\n2026-01,Email,-5\n", "-5 is negative"),
    "an unreadable month": ("a.csv", b"month,channel,spend\n2026-13,Email,5\n", "line 2, column 'month': '2026-13'"),
    "an ambiguous month": ("a.csv", b"month,channel,spend\n03/04/2026,Email,5\n", "03/04/2026"),
    "no month": ("a.csv", b"month,channel,spend\n,Email,5\n", "month"),
    "no column we know": ("a.csv", b"a,b\n1,2\n", "no known format"),
    "an unknown measure": ("a.csv", b"month,channel,mood\n2026-01,Email,5\n", "mood"),
    "one column twice": ("a.csv", b"month,channel,spend,Spend\n2026-01,Email,5,6\n", "more than one column"),
    "an empty file": ("a.csv", b"", "a.csv"),
    "spaces only": ("a.csv", b" \n \n", "a.csv"),
    "headers only": ("a.csv", b"month,channel,spend\n", "no"),
    "a picture named csv": ("a.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x01", "a.csv"),
    "a zip named csv": ("a.csv", b"PK\x03\x04\x14\x00\x00\x00\x00\x00abc", "a.csv"),
    "text named xlsx": ("a.xlsx", b"month,channel,spend\n", "a.xlsx"),
    "zeros": ("a.csv", b"\x00" * 100, "a.csv"),
    "an unknown ending": ("a.pdf", b"%PDF-1.4", "a.pdf"),
    "a channel called All": ("a.csv", b"month,channel,spend\n2026-01,All,5\n", "All"),
    "a channel with a slash": ("a.csv", b"month,channel,spend\n2026-01,TV/Radio,5\n", "TV/Radio"),
    "a stock twice": ("a.csv", b"month,channel,customers_end\n2026-01,Email,5\n2026-01,Email,6\n", "twice"),
    "not finite": ("a.csv", b"month,channel,spend\n2026-01,Email,1e999\n", "1e999"),
    "a formula": ("a.csv", b"month,channel,spend\n2026-01,Email,=1+1\n", "=1+1"),
    "a year out of reach": ("a.csv", b"month,channel,spend\n9999-01,Email,1\n", "9999-01"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD_SOURCES)
def test_a_bad_source_is_one_line_and_changes_nothing(run: Any, small_book: Path, tmp_path: Path, what: str) -> None:
    name, data, words = BAD_SOURCES[what]
    (tmp_path / name).write_bytes(data)
    before = small_book.read_bytes()
    one_line(run("refresh", small_book, tmp_path / name), name, words)
    assert small_book.read_bytes() == before
    assert [path.name for path in small_book.parent.iterdir()] == [small_book.name]


def test_two_files_that_overlap_and_disagree(run: Any, small_book: Path, tmp_path: Path) -> None:
    one = csv(tmp_path, "month,channel,spend", "2026-01,Email,5", name="one.csv")
    two = csv(tmp_path, "month,channel,spend", "2026-01,Email,6", name="two.csv")
    before = small_book.read_bytes()
    one_line(run("refresh", small_book, one, two), "one.csv", "two.csv", "overlap")
    assert small_book.read_bytes() == before


@pytest.mark.parametrize("missing", ["nowhere.csv", "no folder/"])
def test_a_source_that_is_not_there(run: Any, small_book: Path, tmp_path: Path, missing: str) -> None:
    one_line(run("refresh", small_book, tmp_path / missing), missing.rstrip("/"), "does not exist")


def test_a_source_that_may_not_be_read(
    run: Any, small_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = csv(tmp_path, "month,channel,spend", "2026-01,Email,5")

    allowed = Path.read_bytes

    def denied(path: Path) -> bytes:
        if path == source:
            raise PermissionError(13, "Permission denied", str(path))
        return allowed(path)

    monkeypatch.setattr(Path, "read_bytes", denied)
    done = run("refresh", small_book, source)
    monkeypatch.undo()
    one_line(done, "typed.csv")


# demo, and consoles


def test_demo_where_it_cannot_be_written(run: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    one_line(run("demo", "--out", tmp_path / "file"), "file")


def test_demo_over_a_workbook_that_is_not_its_own(run: Any, tmp_path: Path) -> None:
    """A demo must not overwrite somebody's own lifecycle.xlsx."""
    own = tmp_path / "lifecycle.xlsx"
    openpyxl.Workbook().save(own)
    before = own.read_bytes()
    done = run("demo", "--out", tmp_path)
    assert own.read_bytes() == before
    one_line(done, "lifecycle.xlsx")


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_a_console_of_another_encoding(tmp_path: Path, encoding: str) -> None:
    done = process(
        "new", tmp_path / "새 통합 문서.xlsx", "--channel", "라디오", "--months", "1", PYTHONIOENCODING=encoding
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert "새 통합 문서.xlsx" in done.stdout.decode("utf-8")
    wrong = process("calc", "=1", "--book", tmp_path / "없음.xlsx", PYTHONIOENCODING=encoding)
    assert wrong.returncode == 1
    assert "없음.xlsx" in wrong.stderr.decode("utf-8")
    assert b"Traceback" not in wrong.stderr


@not_on_windows("Windows has no bash that closes a pipe early")
def test_a_reader_that_stops_early_is_no_traceback() -> None:
    command = f"'{sys.executable}' -m xl_lifecycle metrics --json | head -c 10"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False, timeout=60)
    assert done.stderr == b""


@not_on_windows("Windows has no bash that closes a pipe early")
@pytest.mark.parametrize("command", ["metrics --json", "metrics"])
def test_a_closed_pipe_is_silent(command: str) -> None:
    """The status is the one that a shell reports of any program whose reader has gone."""
    line = f"'{sys.executable}' -m xl_lifecycle {command} | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", line], capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (141, b"", b"")


def test_stopped_with_ctrl_c(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("xl_lifecycle.commands.metrics_command.run", stop)
    assert run("metrics") == (130, "", "xl-lifecycle: stopped; nothing was written\n")
