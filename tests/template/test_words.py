"""The workbook's words in Korean and Japanese: safe as sheet names and table headers, in a workbook of one shape."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tools.missing_words import MONTHS, SHEET_CHANNELS, content
from xl_lifecycle.commands.cli import main
from xl_lifecycle.content.content import LISTS, empty
from xl_lifecycle.content.sheet_names import RESERVED_SHEETS
from xl_lifecycle.core.analysis.gaps import WHOLE
from xl_lifecycle.core.catalogue.catalogue import collect
from xl_lifecycle.core.cells.addresses import quoted
from xl_lifecycle.core.cells.headers import HEADERS
from xl_lifecycle.core.cells.periods import FiscalYear, parse_period
from xl_lifecycle.core.dataset.tables import Settings
from xl_lifecycle.core.language.channels import channel_name
from xl_lifecycle.core.language.text import translate
from xl_lifecycle.core.language.vocabulary import LANGUAGES, InputTable
from xl_lifecycle.template import planner
from xl_lifecycle.template.model import Formula, SheetPlan, TablePlan, WorkbookPlan
from xl_lifecycle.template.plan import plan
from xl_lifecycle.template.sheets.settings import RULES
from xl_lifecycle.xlsx.saved_book import SavedBook

TRANSLATED = tuple(language for language in LANGUAGES if language != "en")
# Errors, functions as typed, names in capitals (CAC, FY2026), numbers and signs: the same in every language.
KEPT = re.compile(
    r"#N/A|#[A-Z0]+(?:/0)?[!?]|=[A-Z_]+\(\)|(?<![A-Za-z])[A-Z][A-Z0-9_]+(?![A-Za-z])|\d+(?:[.,]\d+)*%?|[▲▼·]"
)


@cache
def planned(language: str) -> WorkbookPlan:
    return plan(content(language), collect())


def formulas(sheet: SheetPlan) -> Iterator[Formula]:
    return (cell.content for cell in sheet.cells if isinstance(cell.content, Formula))


def figures(sheet: SheetPlan) -> list[str]:
    """The formulas but those that make a sentence, which has the marks of its language."""
    return [formula.text for formula in formulas(sheet) if "VLOOKUP" not in formula.text]


def in_english(text: str, language: str) -> str:
    """A formula with the names of the workbook's language in English."""
    for theirs, ours in zip(planned(language).sheets, planned("en").sheets, strict=True):
        text = text.replace(f"{quoted(theirs.name)}!", f"{quoted(ours.name)}!")
    words = planner.load_words(language)
    heads = {words[head]: head for head in ("Metric", "Period", "Target", "Budget", "Expected ROI")}
    heads[translate(HEADERS["channel"], language)] = HEADERS["channel"]
    month = HEADERS["month"]
    text = text.replace(f"[{translate(month, language)}]", f"[{month}]")
    for theirs_head, head in heads.items():
        for table in ("Targets", "Budgets"):
            text = text.replace(f"{table}[{theirs_head}]", f"{table}[{head}]")
    for theirs, ours in zip(tables(language), tables("en"), strict=True):
        for theirs_head, head in (
            zip(theirs.headers, ours.headers, strict=True) if ours.name in (*LISTS, "Places") else ()
        ):
            text = text.replace(f"{ours.name}[{theirs_head}]", f"{ours.name}[{head}]")
    return text.replace(f'"{channel_name("All", language)}"', '"All"')


def tables(language: str) -> list[TablePlan]:
    return [table for sheet in planned(language).sheets for table in sheet.tables]


def with_words(text: str, words: dict[str, str]) -> str:
    """A formula with the texts in it in a language."""
    return re.sub(r'"([^"]+)"', lambda found: f'"{words.get(found[1], found[1])}"', text)


@pytest.fixture(params=TRANSLATED)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


PERIODS = ("all", "YTD", "last 3 months")


@pytest.fixture
def words(language: str) -> dict[str, str]:
    return planner.load_words(language)


def test_what_is_typed_or_counted_is_kept(words: dict[str, str]) -> None:
    assert KEPT.findall('=CAC() #N/A, #DIV/0!; see CAC_LOADED, 1,400% of FY2026 ("Sales")') == [
        "=CAC()",
        "#N/A",
        "#DIV/0!",
        "CAC_LOADED",
        "1,400%",
        "FY2026",
    ]
    kept = {text: word for text, word in words.items() if text not in PERIODS}
    as_typed = {"YTD": words["YTD"]}  # which the list of periods offers in the language
    lost = {
        text: [token for token in KEPT.findall(text) if as_typed.get(token, token) not in word]
        for text, word in kept.items()
    }
    assert {text: tokens for text, tokens in lost.items() if tokens} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_explains_a_table_of_rules_is_no_wider_than_it(language: str) -> None:
    """It is on one line, in 9.5 points (columns are measured in 10.5); Korean and Japanese letters are twice as wide."""
    said = planner.load_words(language)
    for table in RULES:
        for text, points in [(table.title, 12), *((line, 9.5) for line in table.explanation)]:
            letters = said.get(text, text)
            wide = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in letters)
            assert wide * points / 10.5 <= sum(table.widths) + 3, (table.name, letters)


def test_periods_to_choose_are_understood(words: dict[str, str]) -> None:
    assert [parse_period(words[text]) for text in PERIODS] == [parse_period(text) for text in PERIODS]


def test_metric_names_differ_and_head_their_definitions(words: dict[str, str]) -> None:
    metrics = collect().metrics.values()
    names = [words.get(metric.title, metric.title) for metric in metrics]
    assert len(set(names)) == len(names)
    headed = [metric for metric in metrics if metric.definition.startswith(metric.title)]
    assert len(headed) == len(names)
    both = [metric for metric in headed if {metric.title, metric.definition} <= words.keys()]
    assert [metric.name for metric in both if not words[metric.definition].startswith(words[metric.title])] == []


def test_sheet_names_are_valid_and_differ(words: dict[str, str], language: str) -> None:
    own, channels = planner.sheet_names(content(language), words)
    names = own | channels
    titles = {key: words[key.capitalize() if key.islower() else key] for key in names if key not in SHEET_CHANNELS}
    assert titles.keys() == set(planner.SHEET_KEYS)
    titles |= {key: channel_name(key, language) for key in SHEET_CHANNELS}
    assert names == titles  # no name had to be changed
    assert all(len(title) <= 31 and not re.search(r"[:\\/?*\[\]']", title) for title in titles.values())
    assert not {title.casefold() for title in titles.values()} & RESERVED_SHEETS
    assert len({name.casefold() for name in names.values()}) == len(names)


def test_table_headers_differ_and_can_stand_in_a_formula(language: str) -> None:
    tables = [table for sheet in planned(language).sheets for table in sheet.tables]
    assert len(tables) == len([table for sheet in planned("en").sheets for table in sheet.tables])
    for table in tables:
        heads = [head.casefold() for head in table.headers]
        assert len(set(heads)) == len(heads), table.name
        assert [head for head in heads if re.search(r"[\[\]#'@]", head)] == [], table.name


def test_hints_fit_in_excel(language: str) -> None:
    hints = [choice.hint for sheet in planned(language).sheets for choice in sheet.choices]
    assert hints
    assert [hint for hint in hints if len(hint) > 255] == []


def test_the_workbook_has_the_same_shape(language: str, words: dict[str, str]) -> None:
    measures = collect().measures
    own = {text: word for text, word in words.items() if text not in measures} | {WHOLE: translate(WHOLE, language)}
    for ours, theirs in zip(planned("en").sheets, planned(language).sheets, strict=True):
        assert [(c.row, c.column, c.style) for c in ours.cells] == [(c.row, c.column, c.style) for c in theirs.cells]
        assert [(t.name, t.row, t.column, len(t.headers)) for t in ours.tables] == [
            (t.name, t.row, t.column, len(t.headers)) for t in theirs.tables
        ]
        assert [(c.kind, c.row, c.column) for c in ours.charts] == [(c.kind, c.row, c.column) for c in theirs.charts]
        assert [in_english(text, language) for text in figures(theirs)] == [
            with_words(text, own) for text in figures(ours)
        ]


def test_the_figures_are_the_same(language: str) -> None:
    found = 0
    for ours, theirs in zip(planned("en").sheets, planned(language).sheets, strict=True):
        for our, their in zip(formulas(ours), formulas(theirs), strict=True):
            cells = [
                pair
                for rows in zip(our.values, their.values, strict=True)
                for pair in zip(*rows, strict=True)
                if not all(isinstance(value, str) for value in pair)
            ]
            assert [(one, other) for one, other in cells if one != other] == []
            found += sum(isinstance(one, float) for one, _ in cells)
    assert found > 100


def test_a_new_workbook_reads_back(language: str, tmp_path: Path) -> None:
    path = tmp_path / "new.xlsx"
    typed = [channel_name("Paid ads", language), "Podcast"]
    options = ["--language", language, "--start", "2026-01", "--months", "3", "--currency", "JPY"]
    assert main(["new", str(path), *options, *(part for name in typed for part in ("--channel", name))]) == 0
    catalogue = collect()
    book = SavedBook(path)
    settings = Settings("all", "JPY", language, FiscalYear(1, language == "ja"))
    read = book.content(catalogue)
    chosen = {
        value for picked in read.pickers.values() for key, value in picked.items() if not key.startswith("figure ")
    }
    assert chosen == {read.everything, "CAC"}
    read.pickers = {}  # as nobody chose anything yet
    read.lists = {}  # what the template starts with
    assert read == empty(["Paid ads", "Podcast"], MONTHS, settings)
    tables = book.dataset_tables(catalogue)
    assert tables.problems == []
    assert tables.recorded == {m.name for m in catalogue.measures.values() if m.table is not InputTable.ITEMS}
    assert tables.channels == ["Paid ads", "Podcast"]
    assert [at.sheet_name for at in book.tables.values() if at.sheet_name.isascii()] == []
