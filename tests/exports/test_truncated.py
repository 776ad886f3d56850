"""Files that were cut off, at any byte: refused, or what is left is right; a doubtful last number is told.

Whole lines that are missing cannot be noticed where the file states no total and no number of rows.
"""

from __future__ import annotations

import math

import pytest

from tests.support.export_files import rows_of, workbook, zipped
from tests.support.sample_exports import EXPORTS, Export
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.core.cells.months import month_of
from xl_lifecycle.exports import Import, read_cells
from xl_lifecycle.sources import read

DOUBT = "ends without a line break after"


def contents(result: Import) -> set[object]:
    """All that an import says of single rows."""
    record_values = {(record.id, value) for record in result.records for value in record.values}
    return {*((month_of(piece.start), *piece[2:]) for piece in result.pieces), *result.items, *record_values}


def positions(size: int) -> list[int]:
    """Many bytes of the file, and each of the last ones."""
    return sorted({*range(1, size, 13), *range(max(1, size - 90), size)})


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
@pytest.mark.parametrize("encoding", [0, -1], ids=["utf-8", "other"])
def test_a_text_cut_anywhere_says_nothing_wrong(make, export: Export, encoding: int) -> None:
    data = export.text.encode(export.encodings[encoding])
    path = make("cut.csv", data)
    whole = contents(read(path))
    stated = {check.measure for check in read(path).checks if check.file_total is not None}
    read_some = 0
    for at in positions(len(data)):
        path.write_bytes(data[:at])
        try:
            result = read(path)
        except SourceError:
            continue
        read_some += 1
        if not any(DOUBT in note for note in result.notes):
            assert contents(result) <= whole, (at, data[:at][-40:])
        for check in result.checks:
            assert check.file_total is None or check.measure in stated
            assert check.agrees
    assert read_some  # some cuts, such as the last line break alone, lose nothing


def test_what_is_told_of_a_doubtful_last_number(reads) -> None:
    text = "month,spend\n2026-01,1200\n2026-02,3400"
    assert f"t.csv {DOUBT} '3400': if it was cut off there, export it again" in reads("t.csv", text).notes
    assert not reads("t.csv", text + "\n").notes
    assert not reads("t.csv", text + "\r\n").notes
    assert not any(DOUBT in note for note in reads("t.csv", "month,spend,Notes\n2026-01,1200,wor").notes)
    assert not any(DOUBT in note for note in reads("t.csv", text + "\nTotal,4600").notes)  # the total checks it


@pytest.mark.parametrize("export", EXPORTS[::7], ids=lambda export: export.name)
@pytest.mark.parametrize("container", ["xlsx", "zip"])
def test_a_workbook_or_archive_cut_anywhere_is_refused(make, export: Export, container: str) -> None:
    data = workbook(rows_of(export.text, export.separator)) if container == "xlsx" else zipped({"a.csv": export.text})
    step = max(1, len(data) // 150)
    path = make(f"cut.{container}", data)
    assert read(path)
    for at in {*range(1, len(data), step), *range(len(data) - 30, len(data))}:
        path.write_bytes(data[:at])
        with pytest.raises(SourceError, match=r"is damaged|neither text|is empty|has no table|cannot be split"):
            read(path)


def test_a_cut_utf_16_file_is_refused(make) -> None:
    data = EXPORTS[0].text.encode("utf-16")
    with pytest.raises(SourceError, match="neither text nor"):
        read(make("cut.csv", data[:-1]))


def test_a_pasted_export_that_ends_early_is_refused() -> None:
    rows = rows_of(EXPORTS[0].text, EXPORTS[0].separator)[:4]
    rows[-1] = rows[-1][:4]
    with pytest.raises(SourceError, match="ends early: the file is truncated"):
        read_cells("Import", [row[: len(rows[-1])] if row is rows[-1] else row for row in rows])
    assert math.isfinite(
        sum(fact.value for fact in read_cells("Import", rows_of(EXPORTS[0].text, EXPORTS[0].separator)).facts)
    )
