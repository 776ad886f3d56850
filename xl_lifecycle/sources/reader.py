"""Files on disk and pasted sheets, in whatever known format, as imports."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from xl_lifecycle.sources.aggregate import read_aggregate
from xl_lifecycle.sources.decode import Grid, grids_of_cells, read_grids, text_cells
from xl_lifecycle.sources.facts import Import, SourceError
from xl_lifecycle.sources.items import read_items
from xl_lifecycle.sources.recognise import recognise
from xl_lifecycle.sources.records import read_records

READERS = {"aggregate": read_aggregate, "plain": read_aggregate, "records": read_records, "items": read_items}
READABLE = {".csv", ".tsv", ".txt", ".xlsx"}
Progress = Callable[[str], None]


def read(path: Path) -> Import:
    """Recognise a file by its headers, read and reconcile it; SourceError says what is wrong."""
    path = Path(path)
    return _import(path.name, *read_grids(path))


def read_cells(name: str, rows: Sequence[Sequence[object]], first_row: int = 1) -> Import:
    """Recognise an export that was pasted on a sheet, read and reconcile it.

    rows: the sheet's cells from its row first_row, blank ones None or "".
    """
    return _import(name, grids_of_cells(name, rows, first_row), [])


def read_all(froms: Iterable[Path], progress: Progress = lambda _: None) -> list[Import]:
    """Read files, and all readable files of folders."""
    files = list(dict.fromkeys(file for source in froms for file in _files(source)))
    imports = []
    for i, file in enumerate(files, 1):
        progress(f"reading {file.name} ({i} of {len(files)})")
        imports.append(read(file))
    return imports


def _import(name: str, grids: list[Grid], remarks: list[str]) -> Import:
    table = recognise(name, grids)
    if table.declared.shape != "records" and any(
        set(text_cells(row)) >= set(text_cells(table.header)) for row in table.elsewhere
    ):
        remarks.append("the file holds several such tables, of segments or comparisons: only the first is read")
    return READERS[table.declared.shape](table, remarks)


def _files(source: Path) -> list[Path]:
    if source.is_dir():
        found = sorted(
            file for file in source.iterdir() if file.suffix.lower() in READABLE and file.name[0] not in "~."
        )
        if not found:
            raise SourceError(f"{source} holds no export; put CSV, TSV or Excel exports there")
        return found
    if re.match(r"\w{2,}:/", str(source)):  # the address may hold a password: never print it
        raise SourceError("databases cannot be read yet; give files or folders of exports")
    if not source.exists():
        raise SourceError(f"{source} does not exist; give a file or a folder of exports")
    return [source]
