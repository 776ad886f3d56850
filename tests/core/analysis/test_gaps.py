"""GAPS: each kind of gap, in the language of the tables; no sentence for tables without gaps."""

from __future__ import annotations

from typing import Any

import pytest

from xl_lifecycle.core.analysis.gaps import COLUMNS, LONGEST, MOST_SENTENCES, ROLES, SENTENCES, WHOLE
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.core.language.text import translate
from xl_lifecycle.core.language.vocabulary import LANGUAGES, Language

Rows = list[list[Any]]


def table(columns: str, *rows: list[Any], language: Language = "en") -> Rows:
    return [[translate(COLUMNS[key], language) for key in columns.split()], *rows]


def whole(language: Language = "en") -> dict[str, Any]:
    """A journey of two stages without a gap."""
    leads, informed = translate(ROLES["leads"], language), translate(ROLES["informed"], language)
    marketing, sales, service = (translate(COLUMNS[key], language) for key in ("marketing", "sales", "service"))

    def rows_of(columns: str, *rows: list[Any]) -> Rows:
        return table(columns, *rows, language=language)

    return {
        "owners": rows_of(
            "stage marketing sales service owner",
            ["Nurture", leads, informed, None, "Anna"],
            ["Convert", None, leads, informed, "Ben"],
            [translate(WHOLE, language), None, None, None, "Carla"],
        ),
        "handoffs": rows_of(
            "from_stage to_stage within took responsible rule measure",
            ["Nurture", "Convert", 24, 20, "Ben", "Score above 60", "MQL_TO_SQL_RATE"],
        ),
        "agreements": rows_of(
            "promised_by promised_to promise measure promised",
            [marketing, sales, "Leads", "leads", 100],
            [sales, service, "Wins", "WIN_RATE", 0.4],
            [service, marketing, "Stay", "RETENTION", 0.8],
        ),
        "attained": [[1.0], [1.2], [1.0]],
        "content": rows_of(
            "asset persona answered buying_stage",
            ["Brief", "Olga", "Why?", "Nurture"],
            ["Demo", "Olga", "How?", "Convert"],
        ),
        "questions": rows_of("asked buying_stage", ["Why?", "Nurture"], ["How?", "Convert"]),
        "personas": rows_of("persona", ["Olga"]),
    }


def sentences(tables: dict[str, Any]) -> list[str]:
    return [row[0] for row in FUNCTIONS.call("GAPS", list(tables.values()))]  # type: ignore[union-attr, misc]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_journey_has_no_gaps(language: Language) -> None:
    assert sentences(whole(language)) == [translate(SENTENCES["none"], language)]


# Which cell is changed, to what, and what is then said.
CHANGES: list[tuple[str, int, int, Any, str]] = [
    ("owners", 1, 4, None, "No owner: Nurture"),
    ("owners", 1, 4, "  ", "No owner: Nurture"),
    ("owners", 3, 4, None, "No tour guide: nobody owns the whole journey"),
    ("owners", 3, 0, None, "No tour guide: nobody owns the whole journey"),
    ("owners", 1, 1, "helps", "Not exactly one department leads: Nurture"),
    ("owners", 2, 1, "Leads", "Not exactly one department leads: Convert"),
    ("handoffs", 1, 0, "Capture", "No hand-off agreed: Nurture → Convert"),
    ("handoffs", 1, 5, None, "Hand-off incomplete: Nurture → Convert: Hand over when"),
    ("handoffs", 1, 2, None, "Hand-off incomplete: Nurture → Convert: Within hours"),
    ("handoffs", 1, 2, "soon", "Hand-off incomplete: Nurture → Convert: Within hours"),
    ("handoffs", 1, 4, None, "Hand-off incomplete: Nurture → Convert: Responsible"),
    ("handoffs", 1, 3, 24.5, "Hand-off later than agreed: Nurture → Convert: 24.5 h, agreed 24"),
    ("agreements", 3, 0, "Sales", "Promises nothing to the others: Service"),
    ("attained", 0, 0, ExcelError.NA, "Promise that cannot be checked: Leads"),
    ("attained", 1, 0, 0.8, "Promise not kept: Wins (80% reached)"),
    ("attained", 1, 0, 0.9999, "Promise not kept: Wins (99% reached)"),
    ("content", 1, 2, "What?", "Question that no content answers: Why?"),
    ("content", 1, 3, "Convert", "Stage without content: Nurture"),
    ("personas", 1, 0, "Finn", "Persona without content: Finn"),
    ("personas", 1, 0, None, "No persona described yet"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "row", "column", "value", "sentence"), CHANGES)
def test_each_gap_is_told(name: str, row: int, column: int, value: Any, sentence: str) -> None:
    tables = whole()
    tables[name][row][column] = value
    assert sentences(tables) == [sentence]


def test_what_is_on_time_and_no_longer_measured_is_no_gap() -> None:
    tables = whole()
    tables["handoffs"][1][3] = 24
    assert sentences(tables) == ["No gaps found"]
    tables["handoffs"][1][3] = None
    assert sentences(tables) == ["No gaps found"]


def test_content_without_a_name_is_none() -> None:
    tables = whole()
    tables["content"][1][0] = None
    assert sentences(tables) == ["Question that no content answers: Why?", "Stage without content: Nurture"]


def test_columns_may_stand_anywhere_and_rows_be_empty() -> None:
    tables = whole()
    for name in tables.keys() - {"attained"}:
        tables[name] = [[*reversed(row), "mine"] for row in tables[name]]
        tables[name].append([None] * len(tables[name][0]))
    tables["attained"].append([ExcelError.NA])
    assert sentences(tables) == ["No gaps found"]


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_it_speaks_the_language_of_the_tables(language: Language) -> None:
    def say(key: str, value: object) -> str:
        return translate(SENTENCES[key], language).format(value)

    tables = whole(language)
    tables["owners"][1][4] = None
    tables["handoffs"][1][2] = None
    tables["attained"][1][0] = 0.8
    assert sentences(tables) == [
        translate(SENTENCES["owner"], language).format("Nurture"),
        translate(SENTENCES["incomplete"], language).format(
            f"Nurture → Convert: {translate(COLUMNS['within'], language)}"
        ),
        translate(SENTENCES["broken"], language).format(
            f"Wins ({translate(SENTENCES['reached'], language).format(0.8)})"
        ),
    ]


def test_a_long_list_is_cut_and_counted() -> None:
    tables = whole()
    tables["questions"] += [[f"Question number {i} that nobody answers?", "Nurture"] for i in range(20)]
    (sentence,) = sentences(tables)
    assert sentence.endswith("; and 18 more")
    assert len(sentence) < LONGEST + 60


def test_there_are_no_more_sentences_than_the_sheet_has_rows_for() -> None:
    kinds = SENTENCES.keys() - {"none", "more", "reached", "hours"}
    assert len(kinds) - 1 == MOST_SENTENCES, "no_persona and empty_persona exclude one another"


def test_tables_left_out_are_not_looked_at() -> None:
    assert sentences({"owners": whole()["owners"]}) == ["No gaps found"]
    tables = whole() | {"attained": None}
    tables["agreements"][1][3] = None
    assert sentences(tables) == ["No gaps found"]


@pytest.mark.parametrize("args", [[], [None], [""], [1], ["Stage"], [[["x"], [1]]]])
def test_without_owners_it_is_an_error(args: list[Any]) -> None:
    assert FUNCTIONS.call("GAPS", args) is ExcelError.VALUE


def test_the_error_of_a_table_is_passed_on() -> None:
    assert FUNCTIONS.call("GAPS", [whole()["owners"], ExcelError.REF]) is ExcelError.REF
