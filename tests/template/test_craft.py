"""How every sheet looks, in three languages: nothing cut or covered, readable, printable, asked before it breaks."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from xl_lifecycle.content.content import Target, empty
from xl_lifecycle.core.catalogue.catalogue import collect
from xl_lifecycle.core.cells.addresses import places, within
from xl_lifecycle.core.cells.values import is_blank
from xl_lifecycle.core.dataset.tables import Settings
from xl_lifecycle.core.language.channels import CHANNELS
from xl_lifecycle.core.language.vocabulary import LANGUAGES, InputTable, Stage
from xl_lifecycle.hosts.save import save
from xl_lifecycle.template.display import cells_of
from xl_lifecycle.template.model import Formula, SheetPlan, WorkbookPlan
from xl_lifecycle.template.plan import plan
from xl_lifecycle.template.styles import BAD, COLORS, GOOD, INPUT, MISSING, PALE, style
from xl_lifecycle.template.widths import DEFAULT, OF_PEOPLE, is_reason, needed, occupied_columns, room

SCREEN = (1280, 620)  # pixels of cells on a small laptop
PIXELS = 7  # of a column's unit
TALL = 4 / 3  # pixels of a point
CURRENCY = {"en": "USD", "ko": "KRW", "ja": "JPY"}


@cache
def planned(language: str) -> WorkbookPlan:
    """Every sheet with large figures in it, as a year of a company has them."""
    made = empty(
        [*CHANNELS, "Podcast"],
        range(24312, 24324),
        Settings(period=2026, language=language, currency=CURRENCY[language]),
    )
    for table, measures in (
        (InputTable.COSTS, {"spend": 12_345_678.0}),
        (InputTable.CAPTURE, {"leads": 1234.0}),
        (InputTable.CONVERT, {"new_customers": 123.0, "sales_revenue": 98_765_432.0}),
    ):
        for row in made.rows[table]:
            row.values |= measures
    made.targets.append(Target("CPL", "Paid ads", "2026", 90.0))
    made.report = ["12 files read: 5,518 new values, 0 changed."]
    return plan(made, collect())


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def sheets(language: str) -> Iterator[tuple[SheetPlan, dict[tuple[int, int], tuple[Any, dict[str, Any]]]]]:
    """Each sheet with its cells: value, and look."""
    for sheet in planned(language).sheets:
        looks = {name: style(name, CURRENCY[language], language) for _, name in cells_of(sheet).values()}
        yield sheet, {at: (value, looks[name]) for at, (value, name) in cells_of(sheet).items()}


def test_no_number_or_date_is_wider_than_its_column(language: str) -> None:
    wide = [
        (sheet.name, at, value)
        for sheet, cells in sheets(language)
        for at, (value, look) in cells.items()
        if not isinstance(value, str) and needed(value, look) > sheet.widths.get(at[1], DEFAULT) + 0.1
    ]
    assert wide == []


def test_no_text_is_cut(language: str) -> None:
    """Except the texts of people, and the reason of an error, which people read by selecting its cell."""
    cut = []
    for sheet in planned(language).sheets:
        cells, held = cells_of(sheet), occupied_columns(sheet)
        for at, (value, name) in cells.items():
            look = style(name, CURRENCY[language], language)
            if isinstance(value, str) and value and not look.get("text_wrap") and not is_reason(cells, at):
                wanted = min(needed(value, look), OF_PEOPLE) if name.startswith("input") else needed(value, look)
                if wanted > room(sheet, held, at, look) + 0.1:
                    cut.append((sheet.name, at, value))
    assert cut == []


def test_a_text_that_wraps_has_the_height(language: str) -> None:
    cut = []
    for sheet, cells in sheets(language):
        for (row, column), (value, look) in cells.items():
            if isinstance(value, str) and look.get("text_wrap"):
                lines = -(-needed(value, look) // sheet.widths[column])
                if lines * look["font_size"] * 1.2 > sheet.heights.get(row, 18):
                    cut.append((sheet.name, row, value))
    assert cut == []


def test_no_chart_covers_anything(language: str) -> None:
    """Nor another chart."""
    count = 0
    for sheet, cells in sheets(language):
        areas = [_area(sheet, chart) for chart in sheet.charts]
        count += len(areas)
        for left, top, right, bottom in areas:
            inside = [
                at
                for at, (value, _) in cells.items()
                if not is_blank(value) and left < at[1] + 1 and at[1] < right and top < at[0] + 1 and at[0] < bottom
            ]
            assert inside == [], f"{sheet.name}: a chart covers {inside[0]}"
        for one, other in combinations(areas, 2):
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            assert apart, f"{sheet.name}: two charts overlap"
    assert count > 10


def _area(sheet: SheetPlan, chart: Any) -> tuple[float, float, float, float]:
    """The place of a chart, in columns and rows: left, top, right, bottom."""
    column, row = float(chart.column), float(chart.row)
    across, down = 8 + chart.width, 4 + chart.height
    while across > 0:
        wide = sheet.widths.get(int(column), DEFAULT) * PIXELS + 5
        column, across = column + min(1, across / wide), across - wide
    while down > 0:
        high = sheet.heights.get(int(row), 18) * TALL
        row, down = row + min(1, down / high), down - high
    return chart.column, chart.row, column, row


def test_charts_and_buttons_are_told_in_words(language: str) -> None:
    for sheet in planned(language).sheets:
        assert all(len(chart.description) > 5 and not chart.description.startswith("=") for chart in sheet.charts)
        assert all(button.hint for button in sheet.buttons)


def test_panes_leave_room_to_scroll(language: str) -> None:
    for sheet in planned(language).sheets:
        rows, columns = sheet.frozen
        assert rows, f"{sheet.name} scrolls its title away"
        wide = sum(sheet.widths.get(column, DEFAULT) * PIXELS + 5 for column in range(1, columns + 1))
        high = sum(sheet.heights.get(row, 32 if row == 1 else 18) * TALL for row in range(1, rows + 1))
        assert wide < SCREEN[0] / 2, sheet.name
        assert high < SCREEN[1] / 2, sheet.name


def test_every_sheet_leads_back_to_start_and_every_link_somewhere(language: str) -> None:
    book = planned(language)
    names = {sheet.name for sheet in book.sheets}
    start = book.sheets[0].name
    for sheet in book.sheets:
        to = [
            re.sub(r"^internal:'?(.*?)'?!.*", r"\1", cell.link).replace("''", "'") for cell in sheet.cells if cell.link
        ]
        assert set(to) <= names
        assert sheet is book.sheets[0] or start in to
    own = [cell for cell in book.sheets[0].cells if cell.style == "link" and isinstance(cell.content, Formula)]
    channels = [sheet.name for sheet in book.sheets if sheet.color == "channel"]
    assert [value for cell in own for row in cell.content.values for value in row if value] == channels  # type: ignore[union-attr]
    linked = {cell.content for cell in book.sheets[0].cells if cell.link}
    assert names - linked - set(channels) == {start}


def luminance(color: str) -> float:
    parts = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """As WCAG 2 has it.

    >>> round(contrast("#000000", "#FFFFFF"))
    21
    """
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_enough_to_read(language: str) -> None:
    """WCAG AA: 4.5 for texts."""
    for _, cells in sheets(language):
        for _, look in cells.values():
            assert contrast(look["font_color"], look.get("bg_color", "#FFFFFF")) >= 4.5, look
    for color in (GOOD, BAD, MISSING, *COLORS.values()):
        assert contrast(color, "#FFFFFF") >= 4.5, color
    assert contrast(MISSING, INPUT) >= 4.5


def test_inputs_look_like_nothing_else(language: str) -> None:
    fills: dict[bool, set[str]] = {True: set(), False: set()}
    for sheet in planned(language).sheets:
        for _, name in cells_of(sheet).values():
            typed = name.startswith("input") or name == "picker"
            fills[typed].add(style(name, "EUR", language).get("bg_color", ""))
    assert fills[True] == {INPUT}
    assert INPUT not in fills[False]
    assert PALE in fills[False]


def test_formulas_ask_before_they_are_typed_over_and_tables_what_is_typed(language: str) -> None:
    for sheet in planned(language).sheets:
        areas = [area for rule in sheet.rules if rule.kind == "formula" for area in rule.areas]
        asked = {at for area in areas for row in places(area) for at in row}
        chosen = {(choice.row + i, choice.column) for choice in sheet.choices for i in range(choice.rows)}
        for cell in sheet.cells:
            if isinstance(cell.content, Formula) and (cell.row, cell.column) not in chosen:
                assert {cell.area[:2], cell.area[2:]} <= asked
        assert not asked & chosen
        for table in sheet.tables:
            for column, header in enumerate(table.headers, table.column):
                kinds = {
                    rule.kind for rule in sheet.rules for area in rule.areas if within((table.last_row, column), area)
                }
                if table.styles[column - table.column] == "input month":
                    assert kinds == {"month"}, (table.name, header)
                elif table.name in [stage.value for stage in Stage] and column > 3:
                    assert kinds in ({"number"}, {"any number"}), (table.name, header)


@pytest.fixture(scope="module", params=LANGUAGES)
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An empty workbook in a language, as openpyxl reads it."""
    path = tmp_path_factory.mktemp("craft") / "book.xlsx"
    content = empty(["Paid ads", "Email"], range(24312, 24324), Settings(language=str(request.param)))
    save(content, path, collect())
    return openpyxl.load_workbook(path)


def test_every_sheet_prints_one_page_wide_with_its_name_and_header(written: Any) -> None:
    for sheet in written:
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToHeight, sheet.page_setup.orientation) == (0, "landscape")
        assert sheet.page_setup.fitToWidth in (1, None)
        assert "&A" in sheet.oddFooter.left.text or "&[Tab]" in sheet.oddFooter.left.text
        assert sheet.print_title_rows
        assert not sheet.merged_cells.ranges
        assert sheet.sheet_properties.tabColor


def test_no_two_rules_ask_of_one_cell(written: Any) -> None:
    for sheet in written:
        seen: set[tuple[int, int]] = set()
        for rule in sheet.data_validations.dataValidation:
            assert rule.errorStyle == "warning" or not rule.showErrorMessage, "people know more than a rule"
            for cells in rule.sqref.ranges:
                own = set(cells.cells)
                assert not own & seen, (sheet.title, cells)
                seen |= own


def test_fonts_are_of_the_language(tmp_path: Path) -> None:
    fonts = {}
    for language in LANGUAGES:
        save(empty(["Email"], [24312], Settings(language=language)), tmp_path / f"{language}.xlsx", collect())
        with zipfile.ZipFile(tmp_path / f"{language}.xlsx") as file:
            fonts[language] = set(re.findall(r'<name val="([^"]+)"', file.read("xl/styles.xml").decode()))
    assert fonts == {
        "en": {"Calibri", "Consolas"},
        "ko": {"Calibri", "Malgun Gothic", "Consolas"},
        "ja": {"Calibri", "Yu Gothic", "Consolas"},
    }


@pytest.mark.parametrize(("language", "units"), [("ko", {"%p"}), ("ja", {"pt"})])
def test_numbers_have_the_units_of_the_language(tmp_path: Path, language: str, units: set[str]) -> None:
    """Also where the format follows the figure that is chosen."""
    save(empty(["Email"], [24312], Settings(language=language)), tmp_path / "new.xlsx", collect())
    with zipfile.ZipFile(tmp_path / "new.xlsx") as file:
        codes = re.findall(r'formatCode="([^"]*)"', file.read("xl/styles.xml").decode())
    literals = {text.strip() for code in codes for text in re.findall(r"&quot;(.*?)&quot;", code)}
    assert {text for text in literals if re.search("[a-z]", text)} == units


def test_the_demo_asks_less_than_400_functions(demo_plan: WorkbookPlan) -> None:
    formulas = [
        cell.content.text for sheet in demo_plan.sheets for cell in sheet.cells if isinstance(cell.content, Formula)
    ]
    assert 200 < sum(text.count("_xldudf_") for text in formulas) < 400


def test_charts_of_chosen_figures_are_drawn_in_the_unit_of_each() -> None:
    """Whatever the cells' number format, which an axis does not follow: percent as whole numbers, told in the title."""
    made = empty(["Email"], [24312], Settings(period=2026, currency="EUR"))
    made.rows[InputTable.COSTS][0].values |= {"spend": 300.0}
    made.rows[InputTable.CAPTURE][0].values |= {"leads": 40.0}
    made.rows[InputTable.CONVERT][0].values |= {"new_customers": 10.0}
    made.pickers["Convert"] = {"figure 1": "CUSTOMER_CONVERSION_RATE", "figure 2": "CPL", "figure 3": "leads"}
    sheet = next(sheet for sheet in plan(made, collect()).sheets if sheet.name == "Convert")
    values = sheet.values()
    drawn = [chart.series[0].values[:2] for chart in sheet.charts]
    assert [(values[row, 1], values[row, column]) for row, column in drawn] == [
        ("Customer conversion rate ▲ (%)", 25.0),
        ("Cost per lead ▼ (EUR)", 7.5),
        ("Leads ▲", 40.0),
    ]
