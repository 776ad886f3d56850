"""Metrics that users define on Settings: calculated like any other; a wrong row is reported and breaks only itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.table import TableColumn

from xl_lifecycle.commands.check import check
from xl_lifecycle.commands.cli import main
from xl_lifecycle.commands.refresh import refresh
from xl_lifecycle.content.content import Target, empty
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.values import Grid, Scalar, Value
from xl_lifecycle.core.dataset.dataset import Dataset
from xl_lifecycle.core.dataset.read_tables import read_tables
from xl_lifecycle.core.dataset.tables import Settings
from xl_lifecycle.core.functions import FUNCTIONS, Functions
from xl_lifecycle.core.language.text import Label
from xl_lifecycle.core.language.vocabulary import Better, Timing, Unit
from xl_lifecycle.engine.calc import Calc
from xl_lifecycle.template.planner import Draft
from xl_lifecycle.template.sheets.settings import settings
from xl_lifecycle.xlsx.saved_book import SavedBook

CATALOGUE = FUNCTIONS.catalogue
HEADER = ("Name", "Expression", "Unit", "Better")
ATTRACT: Grid = [
    ["Month", "Channel", "Campaign", "Visitors", "Demos", "Notes"],
    ["2026-01", "Email", None, 100, 5, "a fair"],
    ["2026-01", "Paid ads", None, 200, 20, None],
    ["2026-02", "Email", None, 300, 9, None],
    ["2026-03", "Email", None, 400, None, None],
]
CAPTURE: Grid = [["Month", "Channel", "Campaign", "Leads"], ["2026-01", "Email", None, 10]]
COSTS: Grid = [["Month", "Channel", "Campaign", "Marketing spend"], ["2026-01", "Email", None, 250]]
DEMO_RATE = ("demo_rate", "demos / visitors", "percent", "higher")
VALUE, NA = ExcelError.VALUE, ExcelError.NA


def defined(*rows: Sequence[Scalar], header: Sequence[Scalar] = HEADER) -> tuple[Functions, Value]:
    """Functions with the tables above and custom metrics."""
    functions = Functions(CATALOGUE)
    return functions, functions.call("DATASET", [ATTRACT, CAPTURE, COSTS, [list(header), *map(list, rows)]])


def reason(functions: Functions, data: Value, name: str) -> str:
    """The reason that EXPLAIN gives."""
    rows = functions.call("EXPLAIN", [name, "All", "2026", data])
    assert isinstance(rows, list)
    assert rows[1][1] is VALUE
    return str(rows[2][2])


def test_a_custom_metric_is_computed_as_any_other() -> None:
    functions, data = defined(DEMO_RATE)
    months = [["2026-01", "2026-02", "2026-Q1"]]
    assert functions.call("KPI", ["demo_rate", "Email", months, data]) == [
        [5 / 100, 9 / 300, 14 / 400]
    ]  # in March nobody counted demos
    assert functions.call("KPI", ["Demo Rate", "All", "2026-01", data]) == 25 / 300
    assert functions.call("KPI", ["demo_rate", "All", "2026-04", data]) is NA
    assert functions.call("ATTAINMENT", ["demo_rate", "Email", "2026-01", 0.04, data]) == 1.25
    assert functions.call("INTERVAL", ["demo_rate", "All", "2026-01", data]) == functions.call(
        "INTERVAL", ["demo_rate", "All", "2026-01", functions.call("AS_OF", ["2026-12-31", data])]
    )


def test_explain_says_what_it_is_made_of() -> None:
    functions, data = defined(DEMO_RATE)
    rows = functions.call("EXPLAIN", ["demo_rate", "All", "2026-01", data])
    assert isinstance(rows, list)
    assert rows[:4] == [
        ["demo_rate", "demo_rate", "All, 2026-01"],
        ["Value", 25 / 300, "percent"],
        ["Demos", 25, "sum; 2 rows of Attract"],
        ["Visitors", 300, "of the month; 2 rows of Attract"],
    ]
    assert ["Formula", "", "demos / visitors"] in rows
    assert ["Unit", "percent", "higher is better"] in rows
    assert rows[-1][2] == "Settings, table CustomMetrics row 2"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("리드 / 방문자수", 10 / 100),
        ("リード / 訪問者数", 10 / 100),
        ("Marketing spend / Leads", 25),
        ("[Marketing spend] ÷ (leads + demos)", 250 / 15),
        ("CPL * 2", 50),
        ("[Cost per lead] - [COST_PER_LEAD]", 0),
        ("demo_rate * visitors", 5),
        ("1 - demo_rate", 0.95),
    ],
)
def test_names_are_any_word_that_is_known(expression: str, value: float) -> None:
    functions, data = defined(("x", expression, "ratio", None), DEMO_RATE)
    assert functions.call("KPI", ["x", "Email", "2026-01", data]) == pytest.approx(value)


@pytest.mark.parametrize("language", [0, 1, 2])
@pytest.mark.parametrize("member", [*Unit, *Better])
def test_units_and_directions_are_known_in_every_language(member: Unit | Better, language: int) -> None:
    word = Label(member.value, "names").everywhere[language]
    unit, better = (word, "") if isinstance(member, Unit) else ("count", word)
    tables = read_tables([ATTRACT, [list(HEADER), ["x", "visitors", unit, better]]], CATALOGUE)
    metric = tables.catalogue.metrics["x"]
    assert (metric.unit, metric.better, metric.timing) == (
        (member, Better.NEITHER, Timing.UNKNOWN) if isinstance(member, Unit) else (Unit.COUNT, member, Timing.UNKNOWN)
    )


@pytest.mark.parametrize("header", [("이름", "수식", "단위", "좋은 방향"), ("名前", "計算式", "単位", "良い方向")])
def test_the_table_is_read_in_every_language(header: Sequence[str]) -> None:
    functions, data = defined(DEMO_RATE, header=header)
    assert functions.call("KPI", ["demo_rate", "Email", "2026-01", data]) == 0.05


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            ("x", "visitrs / demos", "ratio", ""),
            '"visitrs" is not a measure, metric or column; did you mean "visitors"?',
        ),
        (("x", "demos visitors", "ratio", ""), '"demos visitors" is not a measure, metric or column'),
        (("x", "demos /", "ratio", ""), "a name or a number is missing before the end"),
        (("x", "", "ratio", ""), "a name or a number is missing before the end"),
        (("x", "demos", "", ""), "the unit is empty: write one of currency, count"),
        (("x", "demos", "dollars", ""), 'the unit "dollars" is not one of currency, count'),
        (("x", "demos", "count", "up"), 'the better "up" is not one of higher, lower, neither'),
        (("x", "x + 1", "count", ""), "a metric cannot be made of itself: x > x"),
        (("x", ExcelError.NAME, "count", ""), "the cell is #NAME?: write it as text, without = in front"),
        (("x", 5, "count", ""), "the expression contains no measure or metric"),
    ],
)
def test_a_wrong_row_is_said_and_breaks_only_itself(row: Sequence[Scalar], message: str) -> None:
    functions, data = defined(row, DEMO_RATE)
    assert reason(functions, data, "x").startswith(f"Settings, table CustomMetrics row 2: {message}")
    assert functions.call("KPI", [[["x"], ["demo_rate"], ["visitors"]], "Email", "2026-01", data]) == [
        [VALUE], [0.05], [100],
    ]  # fmt: skip
    assert [(p.table, p.row, p.text.startswith(message)) for p in functions.dataset(data).problems] == [
        ("CustomMetrics", 1, True)
    ]


@pytest.mark.parametrize(
    ("rows", "name", "message"),
    [
        ([("CAC", "demos", "count", "")], "", '"CAC" is a built-in name: give the metric another'),
        ([("리드", "demos", "count", "")], "", '"리드" is a built-in name: give the metric another'),
        ([("Explain", "demos", "count", "")], "Explain", '"Explain" is a built-in name: give the metric another'),
        ([("Demos", "demos", "count", "")], "", '"Demos" is a column of Attract: give the metric another name'),
        ([("a:b", "demos", "count", "")], "", '"a:b" cannot be a name: use letters, without [ ] : or quotes'),
        ([("12", "demos", "count", "")], "", '"12" cannot be a name: use letters, without [ ] : or quotes'),
        ([("", "demos", "count", "")], "", "the name is empty"),
        ([("x" * 61, "demos", "count", "")], "", "the name is longer than 60 letters"),
        ([DEMO_RATE, ("Demo Rate", "demos", "count", "")], "", 'row 2 has the same name "demo_rate": keep one'),
        (
            [("x", "y", "count", ""), ("y", "z", "count", ""), ("z", "x", "count", "")],
            "x",
            "made of itself: x > y > z > x",
        ),
        ([("w", "x", "count", ""), ("x", "x", "count", "")], "w", "a metric cannot be made of itself: x > x"),
        (
            [("x", "nonsense", "count", ""), ("y", "x", "count", "")],
            "y",
            'it uses "x" in row 2, which is wrong',
        ),
    ],
)
def test_a_name_that_cannot_be_and_a_circle_are_said(rows: list[Sequence[Scalar]], name: str, message: str) -> None:
    functions, data = defined(*rows)
    assert any(message in problem.text for problem in functions.dataset(data).problems)
    assert not name or message in reason(functions, data, name)
    assert functions.call("KPI", ["cac", "Email", "2026-01", data]) is NA  # no customers are recorded; CAC is still CAC
    if rows[0] is DEMO_RATE:
        assert functions.call("KPI", ["demo_rate", "Email", "2026-01", data]) == 0.05


def test_as_many_rows_as_one_likes_but_no_endless_metric() -> None:
    chain = [(f"m{i}", f"m{i + 1} + m{i + 2}", "count", "") for i in range(40)]
    functions, data = defined(*chain, ("m40", "demos", "count", ""), ("m41", "visitors", "count", ""))
    assert functions.call("KPI", ["m39", "Email", "2026-01", data]) == 105
    assert [p.text for p in functions.dataset(data).problems if "which is wrong" not in p.text] == [
        "the metric is made of more than 100 parts"
    ]
    assert "which is wrong" in reason(functions, data, "m0")


@pytest.mark.parametrize(
    ("unit", "year"), [("count", 14), ("currency", 14), ("percent", NA), ("score", NA), ("rank", NA)]
)
def test_a_column_of_ones_own_adds_up_only_where_its_unit_does(unit: str, year: Scalar) -> None:
    functions, data = defined(("asked", "demos", unit, "lower"), ("twice", "2 * demos", unit, None))
    assert functions.call("KPI", ["demos", "Email", "2026-01", data]) == 5
    assert functions.call("KPI", ["asked", "Email", "2026", data]) is year or year == 14
    assert functions.call("KPI", ["demos", "Email", "2026", data]) == year
    assert functions.call("KPI", ["twice", "Email", "2026", data]) == (28 if year == 14 else NA)
    measure = functions.dataset(data).catalogue.measures["demos"]
    assert (measure.unit.value, measure.better) == (unit, Better.LOWER)


def test_a_column_that_no_expression_names_stays_unread() -> None:
    functions, data = defined(DEMO_RATE)
    assert functions.call("KPI", ["notes", "Email", "2026-01", data]) is VALUE
    assert functions.dataset(data).problems == ()
    functions, data = defined(("x", "notes / visitors", "ratio", ""))
    assert "Notes: 'a fair' is not a number" in functions.dataset(data).problems[0].text


def test_a_column_of_two_tables_is_refused() -> None:
    functions = Functions(CATALOGUE)
    capture = [[*row, extra] for row, extra in zip(CAPTURE, ("demos", 3), strict=True)]
    data = functions.call("DATASET", [ATTRACT, capture, [list(HEADER), list(DEMO_RATE)]])
    assert '"Demos" is a column of Attract and Capture: rename one' in reason(functions, data, "demo_rate")


def test_visitors_of_several_months_are_no_sum_but_in_a_ratio() -> None:
    functions, data = defined(
        ("people", "visitors + demos", "count", ""), ("share", "1 - demo_rate", "percent", ""), DEMO_RATE
    )
    assert functions.call("KPI", ["people", "Email", [["2026-01", "2026"]], data]) == [[105, NA]]
    assert functions.call("KPI", ["share", "Email", "2026", data]) == 1 - 14 / 400


@pytest.mark.parametrize(
    "expression", ["100 * demos / visitors", "demos / visitors + leads / clicks", "mql_rate / visitors"]
)
def test_an_interval_is_only_told_of_plain_shares(expression: str) -> None:
    functions, data = defined(("x", expression, "percent", ""), DEMO_RATE)
    assert functions.call("INTERVAL", ["x", "Email", "2026-01", data]) == [[NA, NA]]
    assert functions.call("INTERVAL", ["demo_rate", "Email", "2026-01", data]) == [
        [pytest.approx(0.0215, abs=1e-3), pytest.approx(0.1118, abs=1e-3)]
    ]


def test_the_token_tells_what_is_defined() -> None:
    tokens = [defined(*rows)[1] for rows in ((), (DEMO_RATE,), (("demo_rate", "visitors", "percent", "higher"),))]
    assert len(set(tokens)) == 3
    assert defined((None, "", None, " "))[1] == tokens[0]


def with_custom(book: Any, table_cell: Any) -> None:
    """A column Demos in the table Attract, and a metric that uses it."""
    sheet = next(sheet for sheet in book.worksheets if "Attract" in sheet.tables)
    table = sheet.tables["Attract"]
    first, top, last, bottom = range_boundaries(table.ref)
    last += 1
    table.ref = table.autoFilter.ref = f"{get_column_letter(first)}{top}:{get_column_letter(last)}{bottom}"
    table.tableColumns.append(TableColumn(id=len(table.tableColumns) + 1, name="Demos"))
    sheet.cell(top, last).value = "Demos"
    for row in range(1, bottom - top + 1):
        sheet.cell(top + row, last).value = 5
        table_cell(book, "Attract", row, "Visitors").value = 100
    for i, cell in enumerate(DEMO_RATE):
        table_cell(book, "CustomMetrics", 1, i).value = cell
    table_cell(book, "CustomMetrics", 2, 0).value = "wrong"
    table_cell(book, "CustomMetrics", 2, 1).value = "visitrs / demos"
    table_cell(book, "CustomMetrics", 2, 2).value = "ratio"


def test_a_workbook_computes_keeps_and_checks_them(
    small_book: Path, tmp_path: Path, edit: Any, table_cell: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(small_book, lambda book: with_custom(book, table_cell))
    calc = Calc(Functions(CATALOGUE), small_book)
    assert calc.evaluate('=KPI("demo_rate","Email","2026-01",Data)') == 0.05
    rows = SavedBook(small_book).content(CATALOGUE).rules.tables["CustomMetrics"]
    plain = tmp_path / "leads.csv"
    plain.write_text("Month,Channel,Leads\n2026-01,Email,50\n", encoding="utf-8")
    refresh(small_book, [str(plain)], CATALOGUE)
    assert SavedBook(small_book).content(CATALOGUE).rules.tables["CustomMetrics"] == rows
    calc = Calc(Functions(CATALOGUE), small_book)
    assert calc.evaluate('=KPI("demo_rate","Email","2026-Q1",Data)') == 0.05
    assert calc.evaluate('=KPI("demo_rate","Email","2026-01",Data)+KPI("leads","Email","2026-01",Data)') == 50.05
    wrong = [finding for finding in check(SavedBook(small_book), CATALOGUE) if "visitrs" in finding.text]
    cell = re.fullmatch(r"Settings!([A-Z]+)(\d+)", wrong[0].where)
    assert cell
    assert openpyxl.load_workbook(small_book)["Settings"][f"{cell[1]}{cell[2]}"].value == "visitrs / demos"
    assert main(["calc", '=KPI("demo_rate","Email","2026-01",Data)', "--book", str(small_book), "--json"]) == 0
    assert capsys.readouterr().out.strip() == "0.05"


def test_a_target_of_a_custom_metric_is_planned_in_its_unit() -> None:
    content = empty(["Email"], [24312], Settings())
    content.rules = replace(
        content.rules, tables={"CustomMetrics": [["demo_rate", "leads / visitors", *DEMO_RATE[2:]]]}
    )
    content.targets.append(Target("demo_rate", "Email", "2026", 0.1))
    draft = Draft(content, CATALOGUE)
    assert draft.full_catalogue.find("demo_rate").unit is Unit.PERCENT  # type: ignore[union-attr]
    listed = {choice.source for choice in settings(draft).choices}
    assert {"currency,count,percent,ratio,points,score,seconds,hours,days,rank,index", "higher,lower,neither"} <= listed


def test_a_workbook_made_before_has_no_such_table(small_book: Path) -> None:
    book = SavedBook(small_book)
    del book.tables["CustomMetrics"]
    assert Dataset(book.dataset_tables(CATALOGUE)).catalogue is CATALOGUE
    assert book.content(CATALOGUE).rules.tables.get("CustomMetrics") is None
