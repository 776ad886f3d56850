"""What a file is taken for and why; for one that no format is known for, what it might be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from xl_lifecycle.core.cells.errors import SourceError, UnknownFormat
from xl_lifecycle.exports.aggregate import first_of
from xl_lifecycle.exports.declaration import Declaration
from xl_lifecycle.exports.read_export import import_table
from xl_lifecycle.exports.recognise import ExportTable, line_of
from xl_lifecycle.sources.disk import FilePart, read_parts, recognise_all
from xl_lifecycle.sources.mapping.columns import FileColumn, columns_of, find_header
from xl_lifecycle.sources.mapping.draft_declaration import Mapping, draft, map_columns
from xl_lifecycle.sources.mapping.match_columns import measures_like
from xl_lifecycle.sources.mapping.own_formats import known_formats

WIDTH = 28


@dataclass(frozen=True)
class Told:
    """What is told of a file: lines, and for an unknown one the draft of a declaration.

    formats: what its tables are taken for, by their titles; none for an unknown one.
    """

    file: str
    lines: tuple[str, ...]
    formats: tuple[str, ...] = ()
    declaration: str = ""
    works: bool = False  # a file can be read with the declaration as it stands


def tell(path: Path) -> list[Told]:
    """What each file in a file or archive is, as far as it is known; SourceError where it cannot be read at all.

    Declarations of a team's own count that lie beside the file.
    """
    known = known_formats([path.parent])
    return [_tell(part, known) for part in read_parts(path)]


def _tell(part: FilePart, known: tuple[Declaration, ...]) -> Told:
    try:
        tables = recognise_all(part.name, part.grids, known)
    except UnknownFormat as error:
        return _unknown(part, error)
    lines = tuple(line for table in tables for line in _known(table, part))
    return Told(part.name, lines, tuple(table.declared.title for table in tables))


def _known(table: ExportTable, part: FilePart) -> Iterator[str]:
    declared = table.declared
    yield f"{table.file}: {declared.title}, {table.why}"
    if said := next((line for row in table.elsewhere if declared.says.search(line := line_of(row))), ""):
        yield f"  only this format says: {said[:100]}"
    heads = {role: table.header.cells[at].strip() for role, at in table.columns.items()}
    used = dict(_uses(table))
    for role, header in heads.items():
        yield f"  {header[:WIDTH]:<{WIDTH}} {used.get(role, role if role not in _spare(table) else 'not needed')}"
    if left := [
        cell.strip() for n, cell in enumerate(table.header.cells) if cell.strip() and n not in table.columns.values()
    ]:
        yield f"  left out: {', '.join(left)}"
    try:
        found = import_table(table, [])
    except SourceError as error:
        yield f"  but it cannot be read: {error}"
        return
    for check in found.checks:
        total = "no total in the file" if check.file_total is None else "= the file's own total"
        added = "a median" if check.rows_total is None else f"{check.rows_total:,.2f}"
        yield f"  {check.measure}: {added} ({total})"
    yield f"  from {found.first} to {found.last}"
    yield from (f"  note: {note}" for note in (*part.remarks, *found.notes))


def _uses(table: ExportTable) -> Iterator[tuple[str, str]]:
    """Role -> the measures that its column becomes."""
    declared = table.declared
    for measure, ways in declared.measures.items():
        if role := first_of(table, ways):
            yield role, f"-> {measure}"
    for role in {event.date for event in declared.events} | {event.amount for event in declared.events} - {""}:
        names = [event.measure for event in declared.events if role == (event.amount or event.date)]
        if names and role in table.columns:
            yield role, f"-> {', '.join(dict.fromkeys(names))}"


def _spare(table: ExportTable) -> set[str]:
    """Roles that a column was found for, but another is preferred to."""
    ways = [ways for ways in table.declared.measures.values() if len(ways) > 1]
    return {role for roles in ways for role in roles if role in table.columns and role != first_of(table, roles)}


def _unknown(part: FilePart, error: UnknownFormat) -> Told:
    found = find_header(part.grids)
    if found is None:
        return Told(part.name, (str(error),))
    grid, at = found
    columns = columns_of(grid, at)
    mapping = map_columns(columns)
    lines = [str(error), f"  its columns, in line {grid[at].line}:"]
    lines += [f"  {column.header[:WIDTH]:<{WIDTH}} {_column(column, mapping)}" for column in columns]
    title = Path(part.name).stem.replace("_", " ").replace("-", " ").strip() or "Our export"
    return Told(part.name, tuple(lines), declaration=draft(title, columns, mapping), works=mapping.works)


def _column(column: FileColumn, mapping: Mapping) -> str:
    """A column's look, what it is taken for, and its first values."""
    taken = next((role for role, own in (*mapping.measures.items(), *mapping.roles.items()) if own is column), "")
    perhaps = mapping.doubtful.get(column.header) or tuple(measures_like(column))
    maybe = f"perhaps {' or '.join(guess.role for guess in perhaps)}" if perhaps and not taken else ""
    samples = ", ".join(value[:20] for value in column.samples)
    return f"{column.look.value:<11}{f'-> {taken}' if taken else maybe or 'left out':<24} {samples}".rstrip()
