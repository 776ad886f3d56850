"""What a workbook is planned to hold: a sheet for every channel whatever its name, and nothing that was not recorded."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from xl_lifecycle.commands.check import check
from xl_lifecycle.commands.pack.differences import differences
from xl_lifecycle.commands.refresh import refresh
from xl_lifecycle.content.content import Content, InputRow, empty
from xl_lifecycle.content.sheet_names import safe_sheet_name
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.dataset.tables import Settings
from xl_lifecycle.core.functions import FUNCTIONS, Functions
from xl_lifecycle.core.language.channels import CHANNELS
from xl_lifecycle.core.language.vocabulary import InputTable, Stage
from xl_lifecycle.engine.calc import Calc
from xl_lifecycle.hosts.save import save
from xl_lifecycle.template.model import Formula, WorkbookPlan
from xl_lifecycle.template.plan import plan
from xl_lifecycle.xlsx.saved_book import SavedBook

CATALOGUE = FUNCTIONS.catalogue
JANUARY = 2026 * 12
PLANNING = ["Journey", "Content", "Experiments", "Checklists"]
OWN = [
    "Start",
    "Overview",
    "Questions",
    "What if",
    "Attract",
    "Capture",
    "Nurture",
    "Convert",
    "Expand",
    "Costs",
    "Items",
    "Targets",
    *PLANNING,
    "Metrics",
    "Changes",
    "Settings",
]


def planned(channels: Sequence[str], months: int = 1) -> WorkbookPlan:
    return plan(empty(channels, range(JANUARY, JANUARY + months), Settings()), CATALOGUE)


def names(book: WorkbookPlan) -> list[str]:
    return [sheet.name for sheet in book.sheets]


def channel_sheets(book: WorkbookPlan) -> list[str]:
    return [sheet.name for sheet in book.sheets if sheet.color == "channel"]


def test_a_channel_sheet_has_the_figures_that_the_channel_can_have() -> None:
    book = planned(["Email", "Direct mail", "Our newsletter"])
    functions = {
        sheet.name: {value for (_, column), value in sheet.values().items() if column == 2}
        for sheet in book.sheets
        if sheet.color == "channel"
    }
    shown = {name: {"OPEN_RATE", "MAIL_RESPONSE_RATE", "NPS", "CAC"} & found for name, found in functions.items()}
    assert shown == {
        "Email": {"OPEN_RATE", "CAC"},
        "Direct mail": {"MAIL_RESPONSE_RATE", "CAC"},
        "Our newsletter": {"OPEN_RATE", "MAIL_RESPONSE_RATE", "CAC"},
    }
    assert {channel for measure in CATALOGUE.measures.values() for channel in measure.channels or ()} <= {*CHANNELS}


@pytest.mark.parametrize(
    ("channel", "sheet"),
    [
        ("History", "History_"),
        ("history", "history_"),
        ("履歴", "履歴_"),
        ("A/B:C", "A-B-C"),
        ("[x] what?*", "(x) what--"),
        ("mail.py", "mail.py_"),
        ("x" * 40, "x" * 31),
        ("x" * 28 + ".py" + "y", "x" * 28 + ".p_"),
        ("'quoted'", "quoted"),
        ("O'Reilly", "O'Reilly"),
        ("네이버 블로그", "네이버 블로그"),
        ("  ", "Channel"),
        ("'", "Channel"),
    ],
)
def test_a_channel_s_name_made_safe(channel: str, sheet: str) -> None:
    assert safe_sheet_name(channel, set()) == sheet


@pytest.mark.parametrize("name", ["y" * 30 + "'s best", "'" * 31 + "a", "🚀" * 40, "bell\x07", "tab\x00le", "a\x1fb"])
def test_no_name_breaks_a_rule_of_excel(name: str) -> None:
    made = safe_sheet_name(name, set())
    assert 0 < len(made.encode("utf-16-le")) <= 62, "31 UTF-16 units, as Excel counts"
    assert not made.startswith("'")
    assert not made.endswith("'")
    assert made.isprintable()


def test_names_that_become_one_are_told_apart() -> None:
    taken: set[str] = set()
    made = [
        safe_sheet_name(name, taken) for name in ("A:B", "A?B", "a/b", "z" * 31, "z" * 32, "Z" * 33, "y" * 27 + " (2)")
    ]
    assert len({name.casefold() for name in made}) == len(made)
    assert all(len(name) <= 31 for name in made)
    assert made[:3] == ["A-B", "A-B (2)", "a-b (3)"]


@pytest.mark.parametrize(
    "channel", [*(stage.value for stage in Stage), "Overview", "Settings", *(n.lower() for n in OWN)]
)
def test_a_channel_named_like_one_of_our_sheets_gets_its_own(channel: str) -> None:
    book = planned([channel, "Email"])
    assert len({name.casefold() for name in names(book)}) == len(OWN) + 2
    assert set(OWN) <= set(names(book))
    assert len(channel_sheets(book)) == 2


AWKWARD = [
    "History",
    "A:B",
    "A?B",
    "w" * 40,
    "report.py",
    'It\'s "so"',
    "네이버 블로그",
    "Costs & co",
    "2026",
    "R1C1",
    "Q1!",
    "=x",
]


@pytest.fixture(scope="module")
def awkward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook whose channels have such names, each with spend of its own."""
    content = empty(AWKWARD, [JANUARY], Settings())
    for n, row in enumerate(content.rows[InputTable.COSTS], 1):
        row.values["spend"] = 10.0 * n
    for row in content.rows[InputTable.CONVERT]:
        row.values["new_customers"] = 5.0
    path = tmp_path_factory.mktemp("awkward") / "awkward.xlsx"
    save(content, path, CATALOGUE)
    return path


def test_awkward_names_keep_their_figures(awkward: Path) -> None:
    calc = Calc(Functions(CATALOGUE), awkward)
    for n, channel in enumerate(AWKWARD, 1):
        escaped = channel.replace('"', '""')
        assert calc.evaluate(f'=CAC("{escaped}","2026-01",Data)') == 2.0 * n


def test_awkward_names_stand_on_their_sheets_and_in_the_table(awkward: Path) -> None:
    book = openpyxl.load_workbook(awkward, data_only=True)
    table = book["Settings"][book["Settings"].tables["Channels"].ref]
    listed = {row[0].value: row[1].value for row in table[1:]}
    assert list(listed) == AWKWARD
    for channel, sheet in listed.items():
        assert book[sheet]["A1"].value == channel
        assert book[sheet]["B4"].value == channel


def test_a_workbook_of_awkward_names_reads_back_as_nothing_but_ours(awkward: Path) -> None:
    book = SavedBook(awkward)
    assert differences(awkward, book.content(CATALOGUE), CATALOGUE) == []
    assert [finding for finding in check(book, CATALOGUE) if finding.serious] == []


def test_a_new_channel_in_an_import_gets_a_sheet(small_book: Path, tmp_path: Path) -> None:
    file = tmp_path / "costs.csv"
    file.write_text("month,channel,spend\n2026-02,History,70\n2026-02,Podcast,1\n", encoding="utf-8")
    refresh(small_book, [file], CATALOGUE)
    book = openpyxl.load_workbook(small_book, data_only=True)
    assert [n for n in book.sheetnames if n not in OWN] == ["Paid ads", "Email", "Podcast", "History_"]
    assert book["History_"]["B4"].value == "History"
    assert "History" in [cell.value for row in book["Overview"] for cell in row]
    assert Calc(Functions(CATALOGUE), small_book).evaluate('=KPI("spend","History","2026-02",Data)') == 70


def test_the_default_channels_have_their_own_names_as_sheets() -> None:
    assert channel_sheets(planned([*CHANNELS])) == [*CHANNELS]


@pytest.mark.parametrize(("channels", "months"), [(1, 1), (1, 36), (40, 1), (2, 2)])
def test_every_figure_of_an_empty_workbook_is_not_recorded(channels: int, months: int) -> None:
    book = planned([f"Channel {n}" for n in range(channels)], months)
    assert len(channel_sheets(book)) == channels
    figures = list(itertools.chain.from_iterable(values(sheet.cells) for sheet in book.sheets))
    assert len(figures) > 500
    known = [figure for figure in figures if figure[1] is not ExcelError.NA]
    assert [figure for figure in known if not re.search(r"SCORECARD\(|TARGET_PROGRESS\(", figure[0])] == []
    words = {value for _, value in known}
    assert words <= {"", "leading", "lagging", "mixed", "input"}, "no change, no target and no source either"


WORDS = (
    "DATASET",
    "EXPLAIN",
    "WHAT_MOVED",
    "ANSWER",
    "WHAT_IF",
    "GAPS",
    "VERDICT",
    "SAMPLE_SIZE",
)  # they answer with words


def values(cells: Sequence[Any]) -> list[tuple[str, object]]:
    """The values of every function that gives a figure."""
    return [
        (cell.content.text, value)
        for cell in cells
        if isinstance(cell.content, Formula) and "_xldudf_" in cell.content.text
        if cell.content.text.startswith("=_xldudf_")  # what is made of figures may be words
        if not any(f"{name}(" in cell.content.text for name in WORDS)
        for row in cell.content.values
        for value in row
    ]


def test_an_empty_workbook_holds_no_number_but_months_periods_and_settings(
    tmp_path: Path, cells_of: Callable[[Path], dict[str, dict[str, Any]]]
) -> None:
    save(empty(["Email"], [JANUARY], Settings()), tmp_path / "new.xlsx", CATALOGUE)
    months = {float((dt.date(2026, month, 1) - dt.date(1899, 12, 30)).days) for month in range(1, 13)}
    found = cells_of(tmp_path / "new.xlsx")
    numbers = {
        (sheet, cell.value)
        for sheet, cells in found.items()
        for cell in cells.values()
        if cell.kind == "n" and sheet not in PLANNING
    }
    assert {value for _, value in numbers} - {None} <= months | {2026.0, 1.0}
    assert [sheet for sheet, value in numbers if value == 1.0] == ["Settings"]


def test_an_empty_workbook_holds_on_sheets_of_plans_only_the_numbers_that_the_seeds_name(
    tmp_path: Path, cells_of: Callable[[Path], dict[str, dict[str, Any]]]
) -> None:
    save(empty(["Email"], [JANUARY], Settings()), tmp_path / "new.xlsx", CATALOGUE)
    found = cells_of(tmp_path / "new.xlsx")
    numbers = {sheet: {cell.value for cell in found[sheet].values() if cell.kind == "n"} - {None} for sheet in PLANNING}
    assert numbers == {
        "Journey": {1e6, 3e6},  # revenue from which to review more often
        "Content": {0.0},  # pieces that answer a question
        "Experiments": {0.1, 0.2, 0.12, 3841.0},  # an example of how large a sample is
        "Checklists": {0.0, 3000.0, 109.0, 9.0, 78.0, 35.0},  # done; what content should hold
    }


def test_a_workbook_without_a_month_or_a_channel_can_be_planned() -> None:
    assert channel_sheets(plan(Content(Settings(), [], []), CATALOGUE)) == []


def test_the_last_twelve_months_are_shown() -> None:
    book = planned(["Email"], 36)
    headers = [cell for cell in sheet(book, "Overview").cells if cell.style == "header_month"]
    headers = [cell for cell in headers if cell.row == headers[0].row]
    header = max(headers, key=lambda cell: cell.column)
    shown = [cell.content for cell in headers]
    assert len(shown) == 12
    assert isinstance(header.content, Formula)
    assert header.content.values[0][0] == (dt.date(2028, 12, 1) - dt.date(1899, 12, 30)).days


def sheet(book: WorkbookPlan, name: str) -> Any:
    return next(sheet for sheet in book.sheets if sheet.name == name)


def test_every_channel_stands_on_the_overview_and_on_each_stage() -> None:
    channels = [f"Channel {n}" for n in range(40)]
    book = planned(channels)
    for name in ("Overview", *(stage.value for stage in Stage)):
        heads = [cell.content for cell in sheet(book, name).cells if cell.style == "header_wrap"]
        assert heads == ["All", *channels]
        wide = [cell.content.width for cell in sheet(book, name).cells if isinstance(cell.content, Formula)]
        assert max(wide) == 41


def test_every_metric_is_on_its_stage_sheet_and_explained_on_metrics() -> None:
    book = planned(["Email"])
    for stage in Stage:
        codes = {str(cell.content) for cell in sheet(book, stage.value).cells if cell.style == "code"}
        assert {metric.excel_name for metric in CATALOGUE.stage(stage)} <= codes
        assert {measure.name for measure in CATALOGUE.table(InputTable(stage.value))} <= codes
    codes = {cell.content for cell in sheet(book, "Metrics").cells if cell.style == "code"}
    assert codes == {metric.excel_name for metric in CATALOGUE.metrics.values()}


def test_a_month_that_cannot_be_read_is_kept_as_typed() -> None:
    content = empty(["Email"], [JANUARY], Settings())
    content.rows[InputTable.COSTS].append(InputRow("someday", "Email", "", {"spend": "much"}))
    table = next(t for t in sheet(plan(content, CATALOGUE), "Costs").tables if t.name == "Costs")
    assert list(table.rows[-1][:4]) == ["someday", "Email", None, "much"]
