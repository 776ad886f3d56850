"""What a written workbook lets people change: its cell styles in one place, and on sheets that answer their inputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest

from xl_lifecycle.content.content import empty
from xl_lifecycle.core.catalogue.catalogue import collect
from xl_lifecycle.core.dataset.tables import Settings
from xl_lifecycle.core.language.text import translate
from xl_lifecycle.core.language.vocabulary import LANGUAGES
from xl_lifecycle.hosts.save import save
from xl_lifecycle.template.cell_styles import STYLES
from xl_lifecycle.template.styles import INPUT

ANSWERING = ({"Questions", "What if", "Metrics"}, {"질문", "가상 분석", "지표"}, {"質問", "シミュレーション", "指標"})
# Refresh writes into the others, and copies a channel's.


@pytest.fixture(scope="module", params=LANGUAGES)
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Any]:
    """An empty workbook in a language, as openpyxl reads it."""
    path = tmp_path_factory.mktemp("protected") / "book.xlsx"
    content = empty(["Paid ads", "Email"], range(24312, 24324), Settings(language=str(request.param)))
    save(content, path, collect())
    return LANGUAGES.index(str(request.param)), openpyxl.load_workbook(path)


def cells(sheet: Any) -> Iterator[Any]:
    return (cell for row in sheet.iter_rows() for cell in row)


def is_input(cell: Any) -> bool:
    return str(cell.fill.fgColor.rgb) == "FF" + INPUT.removeprefix("#")


def test_sheets_that_only_answer_are_protected_without_a_password(written: tuple[int, Any]) -> None:
    language, book = written
    assert {sheet.title for sheet in book if sheet.protection.sheet} == ANSWERING[language]
    for sheet in (book[name] for name in ANSWERING[language]):
        assert sheet.protection.password is None
        assert not sheet.protection.formatCells, "people look as they like"
        assert not sheet.protection.formatColumns
        typed = {cell.coordinate for cell in cells(sheet) if is_input(cell)}
        assert typed
        assert typed == {cell.coordinate for cell in cells(sheet) if not cell.protection.locked}


def test_every_cell_has_a_cell_style_of_its_kind(written: tuple[int, Any]) -> None:
    language, book = written
    ours = {translate(name, LANGUAGES[language]): style for style, name in STYLES.items()}
    assert len(ours) == len(STYLES)
    for sheet in book:
        for cell in cells(sheet):
            if cell.value is not None:
                assert cell.style in ours, (sheet.title, cell.coordinate)
            if ours.get(cell.style) in ("input", "picker"):
                assert is_input(cell)
