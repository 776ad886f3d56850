"""A Korean and a Japanese workbook of the sample year show no English but names and what one types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path

import pytest

from tools.missing_words import missing
from xl_lifecycle.commands import demo
from xl_lifecycle.content.content import Content
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.values import Value
from xl_lifecycle.core.functions import FUNCTIONS, Functions
from xl_lifecycle.core.language.text import to_english, translate
from xl_lifecycle.exports.declaration import ITEMS, PLAIN, formats
from xl_lifecycle.refresh.merge import Report
from xl_lifecycle.template.model import Formula, WorkbookPlan
from xl_lifecycle.template.plan import plan
from xl_lifecycle.template.planner import Draft

CATALOGUE = FUNCTIONS.catalogue
# Programs, companies, and what people type literally.
NAMES = [
    "Excel",
    "xlsx",
    "Python",
    "install.cmd",
    "xlsm",
    "Windows",
    "LibreOffice",
    "Mac",
    "xlwings",
    "Lite",
    "Google",
    "Ads",
    "Analytics",
    "Universal",
    "Trends",
    "Search",
    "Console",
    "HubSpot",
    "Salesforce",
    "LinkedIn",
    "YouTube",
    "Instagram",
    "Mailchimp",
    "Stripe",
    "Naver",
    "Meta",
    "Microsoft",
    "Marketing",
    "Accountability",
    "Standards",
    "Board",
    "Import",
    "Data",
    "Items",
    "Networks",
    "Imports",
    "CustomMetrics",
    "Targets",
    "Paid",
    "Social",
    "Brand",
    "en",
    "ko",
    "ja",
    "end",
    "start",
    "demo",
    "rate",
    "demos",
    "visitors",
    "xl-lifecycle",
    "MQLs",
    "SQLs",
    "Web",
    "PageSpeed Insights",
    "cookie",
    "Cookie",
]
PEOPLE = ("Anna Example", "Ben Sample", "Carla Muster", "Dora Example", "Eric Sample")  # of the sample company
WORD = re.compile(r"[A-Za-z][A-Za-z'-]+")


@cache
def refresh_sample(language: str) -> tuple[Content, Report]:
    """The sample year in a language, after its refresh."""
    sample = Path(str(resources.files("xl_lifecycle.commands.sample")))
    return demo.refresh_sample(sample, CATALOGUE, lambda _: None, language)


@cache
def planned(language: str) -> WorkbookPlan:
    return plan(refresh_sample(language)[0], CATALOGUE)


@cache
def known(language: str) -> re.Pattern[str]:
    """The texts that may be in English: names in the data, names of figures and functions, titles of documents, NAMES."""
    content, _ = refresh_sample(language)
    entries = [*CATALOGUE.measures.values(), *CATALOGUE.metrics.values()]
    data = {row.campaign for rows in content.rows.values() for row in rows} | {row.item for row in content.items}
    data |= {line.file for line in content.imports} | {format.title for format in formats()} | {*content.channels}
    typed = {entry.name for entry in entries} | {*FUNCTIONS.names} | {f"{name.lower()}" for name in FUNCTIONS.names}
    titles = {translate(entry.source, language) for entry in entries}
    lacking = {text for texts in missing(language).values() for text in texts}  # which is listed, and shown in English
    parts = sorted({*data, *typed, *titles, *lacking, *NAMES, *PEOPLE} - {""}, key=len, reverse=True)
    return re.compile("(?i)" + "|".join(rf"(?<![A-Za-z]){re.escape(part)}(?![A-Za-z])" for part in parts))


def english(text: object, language: str) -> list[str]:
    """The English words of a text that are no names; words in capitals are names (CAC, YTD)."""
    if not isinstance(text, str):
        return []
    rest = known(language).sub(" ", re.sub(r"#[A-Z/0]+[!?]?|xl-lifecycle [0-9a-f]+", " ", text))
    return [word for word in WORD.findall(rest) if not word.isupper()]


def texts(book: WorkbookPlan) -> Iterator[tuple[str, object]]:
    """Every text that a workbook shows, with its sheet."""
    for sheet in book.sheets:
        shown: list[object] = [sheet.name, *(choice.hint for choice in sheet.choices)]
        shown += [part for choice in sheet.choices if choice.source[:1] != "=" for part in choice.source.split(",")]
        for cell in sheet.cells:
            formula = isinstance(cell.content, Formula)
            shown += [v for row in cell.content.values for v in row] if formula else [cell.content]  # type: ignore[union-attr]
        for table in sheet.tables:
            shown += [*table.headers, *(cell for row in table.rows for cell in row)]
        shown += [chart.title for chart in sheet.charts]
        yield from ((sheet.name, each) for each in shown)


@pytest.fixture(params=["ko", "ja"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_english_would_be_seen(language: str) -> None:
    assert english("leads of Paid ads; 3 rows, CAC, Google", language) == ["of", "rows"]
    assert sum(1 for _, text in texts(planned("en")) if english(text, language)) > 300


def test_no_sheet_shows_english(language: str) -> None:
    shown = {
        (sheet, str(text)): words for sheet, text in texts(planned(language)) if (words := english(text, language))
    }
    assert shown == {}


def asked(language: str) -> tuple[Functions, Value]:
    draft = Draft(refresh_sample(language)[0], CATALOGUE)
    return draft.functions, draft.data.value


def test_explain_of_everything_is_in_the_language(language: str) -> None:
    functions, data = asked(language)
    everything = "전체" if language == "ko" else "全体"
    for name in (*CATALOGUE.metrics, *CATALOGUE.measures, "keyword:crm software"):
        for channel, period in ((everything, "2026"), ("Email", "2026-03"), ("Email", "2024")):
            rows = functions.call("EXPLAIN", [name, channel, period, data])
            assert isinstance(rows, list)
            assert [cell for row in rows for cell in row if english(cell, language)] == [], (name, channel, period)


@pytest.mark.parametrize(
    "args",
    [
        ["cacc", "All", "2026"],
        ["cac", "Emial", "2026"],
        ["cac", "Email/Nothing", "2026"],
        ["cac", "Email", "soon"],
        ["cac", "Email", "2026-05:2026-01"],
        ["cac", "Email", "last 0 months"],
        ["cac", "Email", None],
        ["cac", None, "2026"],
        [None, "Email", "2026"],
        ["cac", ExcelError.REF, "2026"],
        ["cac", 5, "2026"],
        ["cac", "Email", True],
        ["cac", "Email", ExcelError.NA],
        ["keyword:no such", "All", "2026"],
        ["leads", "Email", "2030"],
        ["visitors", "All", "2026"],
        ["ltv", "Email", "2026-01"],
        ["cac", "Signs", "2026-01"],
    ],
)
def test_every_refusal_is_in_the_language(args: list[Value], language: str) -> None:
    functions, data = asked(language)
    rows = functions.call("EXPLAIN", [*args, data])
    assert isinstance(rows, list)
    given = {str(arg) for arg in args}
    words = [word for row in rows[1:] for cell in row for word in english(cell, language)]
    assert [word for word in words if not any(word in text for text in given)] == []
    assert [cell for row in rows[1:] for cell in row if isinstance(cell, str) and re.search(r"[가-힣ぁ-ん一-龥]", cell)]


def test_the_report_of_a_refresh_is_in_the_language(language: str) -> None:
    content, report = refresh_sample(language)
    assert len(report.notes) >= 3
    assert [line for line in content.report if english(line, language)] == []
    assert [note for note in report.notes if english(note, language)]  # the console's stay English


def test_a_source_is_read_as_what_it_was(language: str) -> None:
    content, _ = refresh_sample(language)
    shown = [str(row[0]) for row in content.import_grid(CATALOGUE)[1:]]
    assert [to_english(source, "sources") for source in shown] == [line.source for line in content.imports]
    assert {translate(PLAIN, language), translate(ITEMS, language)} <= set(shown)
