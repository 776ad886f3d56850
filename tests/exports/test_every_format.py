"""Every format and language, in every encoding and container: read, reconciled, and to the right sums."""

from __future__ import annotations

import csv
import io
import math

import pytest

from tests.support.export_files import rows_of, workbook, zipped
from tests.support.sample_exports import EXPORTS, Export
from xl_lifecycle.exports import Import, read_cells
from xl_lifecycle.exports.declaration import formats
from xl_lifecycle.sources import read, read_all

CASES = [(export, encoding) for export in EXPORTS for encoding in export.encodings]
each_export = pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)


def agrees(result: Import, export: Export) -> None:
    """It is what it is, and sums up to what it should, and to what the file says."""
    assert result.source == export.source
    sums = dict.fromkeys(result.measures, 0.0)
    for fact in (*result.facts, *result.items):
        sums[fact.measure] += fact.value
    assert {measure: round(value, 6) for measure, value in sums.items()} == export.sums
    stated = {check.measure for check in result.checks if check.file_total is not None}
    assert stated == set(export.stated)
    added = {check.measure: check.rows_total for check in result.checks}
    assert {measure for measure, total in added.items() if total is None} == {"days_to_close"} & set(result.measures)
    assert all(math.isclose(total, sums[measure]) for measure, total in added.items() if total is not None)


def test_every_format_has_a_fixture() -> None:
    queries = "Search Console queries"  # have no dates of their own: tests/exports/test_search.py reads them in a zip
    assert {export.source for export in EXPORTS} | {queries} == {declaration.title for declaration in formats()}


@pytest.mark.parametrize(("export", "encoding"), CASES, ids=[f"{e.name} {encoding}" for e, encoding in CASES])
def test_in_every_encoding(make, export: Export, encoding: str) -> None:
    agrees(read(make("export.csv", export.text, encoding)), export)


@each_export
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_with_every_separator_and_line_end(make, export: Export, separator: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows_of(export.text, export.separator))  # ends lines with \r\n
    agrees(read(make("export.txt", out.getvalue())), export)


@each_export
@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_in_utf_16_of_both_orders(make, export: Export, order: str) -> None:
    agrees(read(make("export.csv", f"\ufeff{export.text}", order)), export)


@each_export
def test_as_a_workbook_in_a_zip_and_pasted(make, export: Export) -> None:
    rows = rows_of(export.text, export.separator)
    agrees(read(make("export.xlsx", workbook(rows))), export)
    agrees(read_all([make("export.zip", zipped({"folder/export.csv": export.text}))])[0], export)
    agrees(read_cells("Import", rows), export)
    agrees(read_cells("Import", [[line] for line in export.text.splitlines()]), export)
