"""What the sample company's people wrote: every table of the planning sheets, in the three languages, in its columns."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from xl_lifecycle.commands import demo
from xl_lifecycle.content.content import LISTS, empty
from xl_lifecycle.core.cells.values import Grid
from xl_lifecycle.core.dataset.tables import Settings
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.core.language.channels import CHANNELS
from xl_lifecycle.core.language.vocabulary import LANGUAGES
from xl_lifecycle.template.plan import plan

NAMES = {"Anna Example", "Ben Sample", "Carla Muster", "Dora Example", "Eric Sample"}  # of people
AS_THEY_START = {"BuyerQuestions", "ContentTargets"}  # the template has them filled
SAME = re.compile(r"[A-Z_]+|[\d–+]+")  # functions, sizes


def lists(language: str) -> dict[str, Grid]:
    with resources.as_file(resources.files("xl_lifecycle.commands.sample")) as sample:
        return demo.lists(sample, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_is_filled_in_its_columns(language: str) -> None:
    written = lists(language)
    assert written.keys() == set(LISTS) - AS_THEY_START
    content = empty([*CHANNELS], [2026 * 12], Settings(language=language))
    content.lists = written
    tables = {table.name: table for sheet in plan(content, FUNCTIONS.catalogue).sheets for table in sheet.tables}
    for name, (_, *rows) in written.items():
        assert {len(row) for row in rows} == {len(tables[name].headers)}, name
        assert [list(row) for row in tables[name].rows[: len(rows)]] == rows, name


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_every_text_is_translated(language: str) -> None:
    english, theirs = lists("en"), lists(language)
    cells = [
        (one, other)
        for name in english
        for row, others in zip(english[name][1:], theirs[name][1:], strict=True)
        for one, other in zip(row, others, strict=True)
        if isinstance(one, str) and one not in NAMES and not SAME.fullmatch(one)
    ]
    assert len(cells) > 200
    assert [one for one, other in cells if one == other] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_chosen_from_a_list_is_in_the_list(language: str) -> None:
    content = empty([*CHANNELS], [2026 * 12], Settings(language=language))
    content.lists = lists(language)
    found = 0
    for sheet in plan(content, FUNCTIONS.catalogue).sheets:
        values = {
            (table.row + 1 + i, table.column + j): cell
            for table in sheet.tables
            for i, row in enumerate(table.rows)
            for j, cell in enumerate(row)
        }
        for choice in sheet.choices:
            if choice.rows > 1 and not choice.source.startswith("="):
                for row in range(choice.row, choice.row + choice.rows):
                    value = values.get((row, choice.column))
                    assert value is None or value in choice.source.split(","), (sheet.name, row, value)
                    found += value is not None
    assert found > 60
