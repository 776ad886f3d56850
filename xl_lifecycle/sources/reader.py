"""One file on disk, in whatever known format, as an import."""

from __future__ import annotations

from pathlib import Path

from xl_lifecycle.sources.aggregate import read_aggregate
from xl_lifecycle.sources.decode import read_grids, text_cells
from xl_lifecycle.sources.facts import Import
from xl_lifecycle.sources.items import read_items
from xl_lifecycle.sources.recognise import recognise
from xl_lifecycle.sources.records import read_records

READERS = {"aggregate": read_aggregate, "plain": read_aggregate, "records": read_records, "items": read_items}


def read(path: Path) -> Import:
    """Recognise a file by its headers, read and reconcile it; SourceError says what is wrong."""
    path = Path(path)
    grids, remarks = read_grids(path)
    table = recognise(path.name, grids)
    if table.declared.shape != "records" and any(
        set(text_cells(row)) >= set(text_cells(table.header)) for row in table.elsewhere
    ):
        remarks.append("the file holds several such tables, of segments or comparisons: only the first is read")
    return READERS[table.declared.shape](table, remarks)
