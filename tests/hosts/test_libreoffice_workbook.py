"""The shipped workbook in a real LibreOffice: every figure is computed again, and edits reach what depends on them."""

from __future__ import annotations

import math
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl.utils import get_column_letter, range_boundaries

from tests.support.office import Document, Office
from xl_lifecycle.content.content import Target
from xl_lifecycle.core.cells.addresses import address
from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.functions import FUNCTIONS, Functions
from xl_lifecycle.engine.calc import Calc
from xl_lifecycle.hosts.save import save
from xl_lifecycle.template.model import Formula, WorkbookPlan
from xl_lifecycle.template.plan import plan as planned
from xl_lifecycle.xlsx.saved_book import SavedBook

CATALOGUE = FUNCTIONS.catalogue
Values = dict[tuple[str, str], object]
PERIOD = "2026-Q3"  # of the demo's Settings
DIV0, NA, VALUE = ({"error": name} for name in ("#DIV/0!", "#N/A", "#VALUE!"))


def spelt(row: int, column: int) -> str:
    return f"{get_column_letter(column)}{row}"


def function_places(cells: Any) -> Iterator[tuple[str, str]]:
    """Every cell with a formula, or that one fills."""
    for sheet, found in cells.items():
        for where, cell in found.items():
            if cell.formula:
                first_column, first_row, last_column, last_row = range_boundaries(cell.area or where)
                for row in range(first_row, last_row + 1):
                    yield from ((sheet, spelt(row, column)) for column in range(first_column, last_column + 1))


def values(document: Edits, places: dict[str, list[str]]) -> Values:
    """What LibreOffice shows in these cells of each sheet, read a sheet at a time."""
    found: Values = {}
    for sheet, addresses in places.items():
        corners = [range_boundaries(where) for where in addresses]
        last = spelt(max(corner[3] for corner in corners), max(corner[2] for corner in corners))
        grid = document.range(sheet, f"A1:{last}")
        found |= {(sheet, where): grid[c[1] - 1][c[0] - 1] for where, c in zip(addresses, corners, strict=True)}
    return found


def by_sheet(places: Iterator[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for sheet, where in places:
        found.setdefault(sheet, []).append(where)
    return found


def same(have: object, cell: Any) -> bool:
    if isinstance(have, dict) or cell.kind == "e":
        return cell.kind == "e" and have == {"error": cell.value}
    if isinstance(have, float) and isinstance(cell.value, (float, bool)):
        return math.isclose(have, cell.value, rel_tol=1e-12)
    return (have or "") == (cell.value or "")


def spoil(text: str) -> str:
    """Wrong cached values in the cells that array formulas start in."""
    return re.sub(r'(<c [^>]*?)(?: t="\w+")?>(<f t="array"[^>]*>[^<]*</f>)<v>[^<]*</v>', r"\1>\2<v>-12345</v>", text)


@pytest.fixture(scope="module")
def places(demo_cells: Any) -> dict[str, list[str]]:
    return by_sheet(function_places(demo_cells))


class Edits:
    """The opened demo workbook, and what a test has changed in it, to be undone."""

    def __init__(self, document: Document, cells: Any) -> None:
        self.range, self.cell, self.sheets, self.pdf = document.range, document.cell, document.sheets, document.pdf
        self._document, self._cells = document, cells
        self._changed: set[tuple[str, str]] = set()

    def set(self, sheet: str, where: str, value: Any) -> None:
        self._changed.add((sheet, where))
        self._document.set(sheet, where, value)

    def undo(self) -> None:
        for sheet, where in self._changed:
            cell = self._cells[sheet].get(where)
            if cell and cell.formula:
                self._document.type(sheet, where, f"={cell.formula}")
            else:
                self._document.set(sheet, where, cell.value if cell else None)
        self._changed.clear()


@pytest.fixture(scope="module")
def opened(office: Office, demo_book: Path, demo_cells: Any) -> Iterator[Edits]:
    with office.open(demo_book) as document:
        yield Edits(document, demo_cells)


@pytest.fixture
def document(opened: Edits) -> Iterator[Edits]:
    """The demo workbook, opened once and never calculated as a whole; what a test changes is undone after it."""
    yield opened
    opened.undo()


def test_every_function_cell_recalculates_to_its_cached_value(
    office: Office, demo_book: Path, demo_cells: Any, places: Any, rewrite: Any, tmp_path: Path
) -> None:
    """From a copy whose cached values are wrong, so that none can be taken for a computed one."""
    path = rewrite(demo_book, tmp_path / "spoiled.xlsx", {r"xl/worksheets/sheet\d+\.xml": spoil})
    with office.open(path) as document:
        document.calculate_all()
        found = values(document, places)
    assert len(found) > 15_000
    wrong = [f"{s}!{w}: {v}, not {demo_cells[s][w]}" for (s, w), v in found.items() if not same(v, demo_cells[s][w])]
    assert wrong == []
    assert "Traceback" not in office.log()


def test_the_cells_are_formulas_of_ours_in_libreoffice(document: Edits, demo_cells: Any) -> None:
    assert set(document.sheets()) == set(demo_cells)
    for sheet in ("Overview", "Paid ads", "Convert", "Settings"):
        anchors = [(w, cell) for w, cell in demo_cells[sheet].items() if cell.formula and "_xldudf_" in cell.formula]
        assert anchors
        for where, cell in anchors[:6]:
            assert document.cell(sheet, where)["formula"].startswith(cell.formula.partition("(")[0].rjust(1, "="), 1)


def test_typed_formulas_answer_right_after_opening(office: Office, demo_book: Path, demo_cells: Any) -> None:
    with office.open(demo_book) as document:
        document.type("Start", "H40", f'=CAC("Paid ads","{PERIOD}",Data)')
        document.type("Start", "H41", "=CAC(1000,30)")
        document.type("Start", "H42", '=CAC("Paid adds","2026",Data)')
        document.type("Start", "H43", "=CAC()")
        paid, *others = (row[0] for row in document.range("Start", "H40:H43"))
    assert others == [1000 / 30, VALUE, NA]
    cac = demo_cells["Paid ads"][f"C{row_of(demo_cells, 'Paid ads', 'CAC')}"].value
    assert paid == pytest.approx(cac, rel=1e-12)


@pytest.fixture(scope="module")
def spend_row(demo_cells: Any) -> int:
    """The row of Costs of a Paid ads campaign in August."""
    costs = demo_cells["Costs"]
    august = 46235.0
    return next(
        int(where[1:])
        for where, cell in costs.items()
        if where.startswith("B") and cell.value == "Paid ads" and costs[f"A{where[1:]}"].value == august
    )


def code_of(cells: Any, sheet: str, where: str) -> str:
    """What the row of a cell is about: the function or measure named beside it, or beside the cell that it follows."""
    column, row = "A" if sheet == "Targets" else "B", re.sub("[A-Z]", "", where)
    follows = re.match(r"\$[A-Z]+\$(\d+)\*IF\(", cells[sheet][where].formula or "") if where in cells[sheet] else None
    cell = cells[sheet].get(f"{column}{follows[1] if follows else row}")
    return str(cell.value) if cell else ""


def leaves(word: str) -> tuple[str, ...]:
    try:
        entry = CATALOGUE.find(word)
    except Refusal:
        return ()
    return CATALOGUE.leaves(entry.name if not hasattr(entry, "entry") else entry.entry.name)


def changed(before: Values, after: Values) -> set[tuple[str, str]]:
    return {place for place, value in before.items() if after[place] != value}


def test_a_changed_spend_reaches_what_depends_on_it_and_nothing_else(
    document: Edits, demo_book: Path, demo_cells: Any, places: Any, spend_row: int
) -> None:
    """Without a full recalculation. The second engine, given the same edit, says what every figure must be."""
    watched = {
        sheet: places[sheet] for sheet in ("Start", "Overview", "Attract", "Convert", "Paid ads", "Email", "Targets")
    }
    before = values(document, watched)
    document.set("Costs", f"D{spend_row}", 34567.5)
    after = values(document, watched)
    moved = changed(before, after)
    said = words_in(demo_cells)
    for sheet, where in moved - said:
        if sheet not in ("Start", "Targets"):
            assert "spend" in leaves(code_of(demo_cells, sheet, where)), f"{sheet}!{where}"
    assert not [place for place in moved if place[0] == "Email"]

    calc = Calc(Functions(CATALOGUE), demo_book)
    calc.engine.set_value("Costs", spend_row, 4, 34567.5)
    spend_before = demo_cells["Costs"][f"D{spend_row}"].value
    for sheet, channel in (("Overview", "All"), ("Paid ads", "Paid ads"), ("Convert", "All")):
        row = row_of(demo_cells, sheet, "CAC")
        wanted = calc.evaluate(f'=CAC("{channel}","{PERIOD}",Data)')
        assert (sheet, f"C{row}") in moved
        assert after[sheet, f"C{row}"] == pytest.approx(wanted, rel=1e-12)
        customers = calc.evaluate(f'=KPI("new_customers","{channel}","{PERIOD}",Data)')
        old = before[sheet, f"C{row}"]
        assert wanted - old == pytest.approx((34567.5 - spend_before) / customers)  # type: ignore[operator]
    for sheet, where in moved - said & {(s, w) for s in ("Overview", "Paid ads") for w in watched[s]}:
        code, head = code_of(demo_cells, sheet, where), header_above(demo_cells[sheet], where)
        here = "All" if sheet == "Overview" else "Paid ads"
        if isinstance(head, float):
            asked = f'=KPI("{code}","{here}",{head},Data)'
        elif head in demo_cells and sheet == "Overview":  # a channel, which has a sheet
            asked = f'=KPI("{code}","{head}","{PERIOD}",Data)'
        else:
            continue
        if "SUM(" not in (demo_cells[sheet][where].formula or ""):
            assert same_number(after[sheet, where], calc.evaluate(asked)), f"{sheet}!{where} {asked}"


def words_in(cells: Any) -> set[tuple[str, str]]:
    """The cells of functions that answer in rows of their own, or in sentences."""
    found = set()
    for sheet, at in cells.items():
        for where, cell in at.items():
            if cell.formula and any(f"{name}(" in cell.formula for name in ("WHAT_MOVED", "ANSWER", "WHAT_IF", "GAPS")):
                found |= {(sheet, place) for _, place in function_places({sheet: {where: cell}})}
    return found


def same_number(have: object, want: object) -> bool:
    if isinstance(have, float) and isinstance(want, float):
        return math.isclose(have, want, rel_tol=1e-12)
    return isinstance(have, dict) and have["error"] == str(want)


def header_above(cells: Any, where: str) -> object:
    """The month or channel above a figure: the nearest header of its block."""
    column, row = re.sub(r"\d", "", where), int(re.sub("[A-Z]", "", where))
    for at in range(row - 1, 0, -1):
        label = cells.get(f"A{at}")
        if label is not None and label.value == "Figure":
            head = cells.get(f"{column}{at}")
            return head.value if head is not None else None
    return None


def picker(book: WorkbookPlan, sheet: str, key: str) -> str:
    return address(next(s for s in book.sheets if s.name == sheet).pickers[key])


def row_of(cells: Any, sheet: str, code: str) -> int:
    """The first row of a figure with the value of the period in column C: below the scorecard, which has a trend there."""
    rows = [int(w[1:]) for w, cell in cells[sheet].items() if w.startswith("B") and cell.value == code]
    return min(row for row in rows if f"C{row}" in cells[sheet] and cells[sheet][f"C{row}"].value is not None)


@pytest.mark.parametrize("period", ["2026-Q1", "2026-02", "YTD", "last 3 months", "all", 2026])
def test_a_sheet_s_period_picker(
    document: Edits, demo_plan: WorkbookPlan, demo_book: Path, demo_cells: Any, period: Any
) -> None:
    other = document.range("Email", f"C{row_of(demo_cells, 'Email', 'CAC')}")
    document.set("Paid ads", picker(demo_plan, "Paid ads", "period"), period)
    calc = Calc(Functions(CATALOGUE), demo_book)
    text = period if isinstance(period, int) else f'"{period}"'
    for code in ("CAC", "CPL", "ROI", "LTV", "spend"):
        have = document.range("Paid ads", f"C{row_of(demo_cells, 'Paid ads', code)}")[0][0]
        assert same_number(have, calc.evaluate(f'=KPI("{code}","Paid ads",{text},Data)')), code
    assert document.range("Email", f"C{row_of(demo_cells, 'Email', 'CAC')}") == other


def test_a_period_that_is_none_is_an_error_everywhere_on_its_sheet(
    document: Edits, demo_plan: WorkbookPlan, demo_cells: Any
) -> None:
    document.set("Paid ads", picker(demo_plan, "Paid ads", "period"), "sometime")
    row = row_of(demo_cells, "Paid ads", "CAC")
    assert document.range("Paid ads", f"C{row}") == [[VALUE]]
    document.set("Paid ads", picker(demo_plan, "Paid ads", "period"), None)
    assert isinstance(document.range("Paid ads", f"C{row}")[0][0], dict)


def test_the_period_of_settings_reaches_every_sheet_that_follows_it(
    document: Edits, demo_book: Path, demo_cells: Any
) -> None:
    document.set("Settings", "B7", "2026-Q2")
    calc = Calc(Functions(CATALOGUE), demo_book)
    for sheet, channel in (("Overview", "All"), ("Paid ads", "Paid ads"), ("Email", "Email"), ("Convert", "All")):
        have = document.range(sheet, f"C{row_of(demo_cells, sheet, 'CAC')}")[0][0]
        assert same_number(have, calc.evaluate(f'=CAC("{channel}","2026-Q2",Data)')), sheet


@pytest.mark.parametrize("channel", ["Email", "Paid ads/Brand", "podcast"])
def test_a_stage_s_channel_picker(
    document: Edits, demo_plan: WorkbookPlan, demo_book: Path, demo_cells: Any, channel: str
) -> None:
    document.set("Convert", picker(demo_plan, "Convert", "channel"), channel)
    calc = Calc(Functions(CATALOGUE), demo_book)
    for code in ("CAC", "WIN_RATE", "ROI", "sales"):
        row = row_of(demo_cells, "Convert", code)
        months = [cell for cell in document.range("Convert", f"C{row}:O{row}")[0] if cell is not None]
        heads = [
            header_above(demo_cells["Convert"], f"{get_column_letter(4 + i)}{row}") for i in range(len(months) - 1)
        ]
        wanted = [calc.evaluate(f'=KPI("{code}","{channel}",{head:g},Data)') for head in heads]
        assert same_number(months[0], calc.evaluate(f'=KPI("{code}","{channel}","{PERIOD}",Data)')), code
        assert all(same_number(have, want) for have, want in zip(months[1:], wanted, strict=True)), code


def test_a_channel_that_is_none_is_an_error(document: Edits, demo_plan: WorkbookPlan, demo_cells: Any) -> None:
    document.set("Convert", picker(demo_plan, "Convert", "channel"), "Piad ads")
    assert document.range("Convert", f"C{row_of(demo_cells, 'Convert', 'CAC')}") == [[VALUE]]


def test_text_in_a_number_cell_makes_what_depends_on_it_an_error(
    document: Edits, demo_cells: Any, spend_row: int
) -> None:
    document.set("Costs", f"D{spend_row}", "much")
    cac, leads = row_of(demo_cells, "Paid ads", "CAC"), row_of(demo_cells, "Paid ads", "leads")
    assert document.range("Paid ads", f"C{cac}") == [[VALUE]]
    assert document.range("Paid ads", f"C{leads}") == [[demo_cells["Paid ads"][f"C{leads}"].value]]
    email = row_of(demo_cells, "Email", "CAC")
    assert document.range("Email", f"C{email}") == [[pytest.approx(demo_cells["Email"][f"C{email}"].value)]]
    assert document.range("Overview", f"C{row_of(demo_cells, 'Overview', 'CAC')}") == [[VALUE]]
    document.set("Costs", f"D{spend_row}", -1)
    assert document.range("Paid ads", f"C{cac}") == [[{"error": "#NUM!"}]]
    document.set("Costs", f"D{spend_row}", demo_cells["Costs"][f"D{spend_row}"].value)
    assert document.range("Paid ads", f"C{cac}") == [[pytest.approx(demo_cells["Paid ads"][f"C{cac}"].value)]]


def test_a_renamed_header_makes_what_depends_on_it_an_error(document: Edits, demo_cells: Any) -> None:
    document.set("Costs", "D4", "Ad money")
    for sheet in ("Overview", "Paid ads", "Convert"):
        assert document.range(sheet, f"C{row_of(demo_cells, sheet, 'CAC')}") == [[NA]], sheet
    leads = row_of(demo_cells, "Overview", "leads")
    assert document.range("Overview", f"C{leads}") == [[demo_cells["Overview"][f"C{leads}"].value]]
    document.set("Costs", "D4", "마케팅 비용")
    cac = row_of(demo_cells, "Overview", "CAC")
    assert document.range("Overview", f"C{cac}") == [[pytest.approx(demo_cells["Overview"][f"C{cac}"].value)]]


def test_an_emptied_value_is_nothing_and_not_an_error(document: Edits, demo_cells: Any, spend_row: int) -> None:
    """Inside coverage, a missing row is 0: the rest of the channel is what stays."""
    spend = row_of(demo_cells, "Paid ads", "spend")
    before = demo_cells["Paid ads"][f"C{spend}"].value
    document.set("Costs", f"D{spend_row}", None)
    assert document.range("Paid ads", f"C{spend}") == [
        [pytest.approx(before - demo_cells["Costs"][f"D{spend_row}"].value, rel=1e-12)]
    ]


def test_explain_follows_its_pickers(document: Edits, demo_plan: WorkbookPlan, demo_cells: Any) -> None:
    document.set("Metrics", picker(demo_plan, "Metrics", "figure"), "CPL")
    document.set("Metrics", picker(demo_plan, "Metrics", "channel"), "Email")
    rows = document.range("Metrics", "A7:C22")
    words = {row[0]: row for row in rows if isinstance(row[0], str)}  # below, LibreOffice pads with #N/A
    assert rows[0][:2] == ["Cost per lead", "CPL"]
    assert {"Marketing spend", "Leads", "Formula", "Months used"} <= words.keys()
    assert words["Value"][1] == pytest.approx(demo_cells["Email"][f"C{row_of(demo_cells, 'Email', 'CPL')}"].value)


def test_a_goal_changes_what_is_attained(document: Edits, demo_cells: Any) -> None:
    targets = {
        where: cell for where, cell in demo_cells["Targets"].items() if where.startswith("D") and cell.kind == "n"
    }
    where = min(targets, key=lambda w: int(w[1:]))
    row = where[1:]
    attained = next(w for w, cell in demo_cells["Targets"].items() if cell.value == "Attained")[0] + row
    before = document.range("Targets", attained)[0][0]
    document.set("Targets", where, targets[where].value * 2)
    after = document.range("Targets", attained)[0][0]
    assert isinstance(before, float)
    assert isinstance(after, float)
    assert after / before in (pytest.approx(2), pytest.approx(0.5))


def test_the_pdf_has_a_page_for_each_sheet(document: Edits, tmp_path: Path) -> None:
    document.pdf(tmp_path / "book.pdf")
    data = (tmp_path / "book.pdf").read_bytes()
    counted = re.findall(rb"/Type\s*/Pages\b[^>]*?/Count (\d+)", data) or re.findall(rb"/Count (\d+)", data)
    if counted:
        pages = max(map(int, counted))
    else:
        shown = subprocess.run(["pdfinfo", tmp_path / "book.pdf"], capture_output=True, text=True, check=True).stdout
        pages = int(re.search(r"Pages:\s+(\d+)", shown)[1])  # type: ignore[index]
    assert pages == len(document.sheets())


def test_after_all_edits_are_undone_every_figure_is_as_shipped(document: Edits, demo_cells: Any, places: Any) -> None:
    edited = {sheet: places[sheet] for sheet in ("Start", "Overview", "Convert", "Paid ads", "Targets", "Metrics")}
    wrong = [w for w, value in values(document, edited).items() if not same(value, demo_cells[w[0]][w[1]])]
    assert wrong == []


def test_text_that_looks_like_a_formula_is_text_in_libreoffice(
    office: Office, small_book: Path, edit: Any, table_cell: Any
) -> None:
    campaign = "C5"

    def change(book: Any) -> None:
        cell = table_cell(book, "Costs", 1, "Campaign")
        assert cell.coordinate == campaign
        cell.value = "=1+1"
        cell.data_type = "s"

    edit(small_book, change)
    with office.open(small_book) as document:
        assert document.cell("Costs", campaign)["value"] == "=1+1"


def test_a_single_target_is_found(office: Office, small_original: Path, cells_of: Callable[..., Any]) -> None:
    cells = cells_of(small_original)
    row = min(int(w[1:]) for w, cell in cells["Email"].items() if w.startswith("B") and cell.value == "CAC")
    assert cells["Email"][f"H{row}"].value == 30.0
    with office.open(small_original) as document:
        document.calculate_all()
        assert document.range("Email", f"H{row}:I{row}") == [[30.0, pytest.approx(30 / 14)]]


PICKED = {
    "Overview": {"channel": "Paid ads", "campaign": "Brand", "period": "2026-Q2"},
    "Questions": {"channel": "Email", "period": "last 3 months"},
    "What if": {"channel": "Organic search", "period": "2026-Q2"},
    "Attract": {"channel": "Social media", "period": "YTD", "figure 1": "ctr"},
    "Expand": {"channel": "Referral", "period": "2026-Q2", "figure 2": "churn"},
    "Referral": {"period": "2026-Q2"},
    "Journey": {"period": "2026-Q2"},
    "Metrics": {"channel": "Email", "period": "2026-Q1", "figure": "CPL"},
}


@pytest.mark.parametrize("sheet", PICKED)
def test_the_pickers_change_every_figure_of_their_sheet(
    document: Edits, demo_book: Path, demo_plan: WorkbookPlan, sheet: str
) -> None:
    """What LibreOffice shows after the choice is what a workbook shows that is made with that choice."""
    content = SavedBook(demo_book).content(CATALOGUE)
    content.pickers.setdefault(sheet, {}).update(PICKED[sheet])
    wanted, old = (dict(spilt(plan, sheet)) for plan in (planned(content, CATALOGUE), demo_plan))
    for key, value in PICKED[sheet].items():
        document.set(sheet, picker(demo_plan, sheet, key), value)
    last = max(row for row, _ in wanted), max(column for _, column in wanted)
    shown = document.range(sheet, f"A1:{spelt(*last)}")
    wrong = {
        spelt(row, column): (shown[row - 1][column - 1], value)
        for (row, column), value in wanted.items()
        if not same_value(shown[row - 1][column - 1], value)
    }
    assert wrong == {}
    assert sum(old.get(at) != value for at, value in wanted.items()) > 15, "the choice matters"


def spilt(book: WorkbookPlan, name: str) -> Iterator[tuple[tuple[int, int], object]]:
    """The cells that the formulas of a sheet fill, and their values."""
    for cell in next(sheet for sheet in book.sheets if sheet.name == name).cells:
        if isinstance(cell.content, Formula):
            for i, row in enumerate(cell.content.values):
                yield from (((cell.row + i, cell.column + j), value) for j, value in enumerate(row))


def same_value(have: object, want: object) -> bool:
    if isinstance(want, ExcelError):
        return have == {"error": want.value}
    if isinstance(have, float) and isinstance(want, (int, float)):
        return math.isclose(have, want, rel_tol=1e-9, abs_tol=1e-9)
    return (have or "") == (str(want) if want else "")


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_a_workbook_in_another_language(
    office: Office, small_original: Path, tmp_path: Path, language: str, cells_of: Callable[..., Any]
) -> None:
    content = SavedBook(small_original).content(CATALOGUE)
    content.settings.language = language
    content.pickers = {}
    content.targets.append(Target("CPL", "Email", "2026-Q1", 5.0))
    path = tmp_path / f"{language}.xlsx"
    save(content, path, CATALOGUE)
    cells = cells_of(path)
    with office.open(path) as document:
        document.calculate_all()
        found = values(document, by_sheet(function_places(cells)))
        wrong = [f"{s}!{w}: {v}, not {cells[s][w]}" for (s, w), v in found.items() if not same(v, cells[s][w])]
        assert wrong == []
        sheet = document.sheets()[0]
        everything = {"ko": "전체", "ja": "全体"}[language]
        document.type(sheet, "H40", f'=KPI("spend","{everything}","2026-01",Data)')
        document.type(sheet, "H41", '=CAC("Email","2026-Q1",Data)')
        assert document.range(sheet, "H40:H41") == [[1099.0], [14.0]]
        costs = next(
            s
            for s in cells
            if any(c.value in ("마케팅 비용", "マーケティング費用") and w == "D4" for w, c in cells[s].items())
        )
        row = next(w[1:] for w, c in cells[costs].items() if w.startswith("D") and c.value == 100.0)
        document.set(costs, f"D{row}", 400)
        assert document.range(sheet, "H40:H41") == [[1399.0], [34.0]]


def test_a_changed_cell_style_reaches_all_cells_of_its_kind(office: Office, demo_book: Path) -> None:
    cells = {"Input cell": [("Settings", "B7"), ("What if", "J10")], "Computed cell": [("Paid ads", "D10")]}
    with office.open(demo_book) as document:
        for sheet in ("Questions", "What if", "Metrics"):
            document.unprotect(sheet)  # LibreOffice changes no style that a protected sheet has
        for color, (style, found) in enumerate(cells.items(), 0x123456):
            assert {document.color(*cell) for cell in found} != {color}
            document.restyle(style, color)
            assert {document.color(*cell) for cell in found} == {color}
