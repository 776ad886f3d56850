"""Explains which format a file has and why; for an unknown format, what the columns might be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from xl_lifecycle.core.cells.errors import SourceError, UnknownFormat
from xl_lifecycle.core.language.text import first_few
from xl_lifecycle.exports.aggregate import first_of
from xl_lifecycle.exports.declaration import Declaration
from xl_lifecycle.exports.read_export import import_table
from xl_lifecycle.exports.recognise import ExportTable, line_of
from xl_lifecycle.sources.disk import FilePart, read_parts, recognise_all
from xl_lifecycle.sources.mapping.columns import FileColumn, columns_of, find_header
from xl_lifecycle.sources.mapping.draft_declaration import Mapping, draft, map_columns
from xl_lifecycle.sources.mapping.match_columns import measures_like
from xl_lifecycle.sources.mapping.own_formats import all_formats

WIDTH = 28


@dataclass(frozen=True)
class FileDescription:
    """The lines that describe a file, and for an unknown format the draft of a declaration.

    formats: the titles of the formats of its tables; empty for an unknown format.
    """

    file: str
    lines: tuple[str, ...]
    formats: tuple[str, ...] = ()
    declaration: str = ""
    works: bool = False  # a file can be read with the declaration as it is


def describe(path: Path) -> list[FileDescription]:
    """Describe a file, or each file in an archive; SourceError if it cannot be read.

    A team's own declarations in the same folder are used.
    """
    declarations = all_formats([path.parent])
    return [_describe(part, declarations) for part in read_parts(path)]


def _describe(part: FilePart, declarations: tuple[Declaration, ...]) -> FileDescription:
    try:
        tables = recognise_all(part.name, part.grids, declarations)
    except UnknownFormat as error:
        return _unknown(part, error)
    lines = tuple(line for table in tables for line in _describe_table(table, part))
    return FileDescription(part.name, lines, tuple(table.declaration.title for table in tables))


def _describe_table(table: ExportTable, part: FilePart) -> Iterator[str]:
    declaration = table.declaration
    yield f"{table.file}: {declaration.title}, {table.why}"
    if text := next((line for row in table.elsewhere if declaration.says.search(line := line_of(row))), ""):
        yield f"  only this format says: {text[:100]}"
    heads = {role: table.header.cells[at].strip() for role, at in table.columns.items()}
    uses = dict(_uses(table))
    for role, header in heads.items():
        yield f"  {header[:WIDTH]:<{WIDTH}} {uses.get(role, role if role not in _spare(table) else 'not needed')}"
    if rest := [
        cell.strip() for n, cell in enumerate(table.header.cells) if cell.strip() and n not in table.columns.values()
    ]:
        yield f"  left out: {first_few(rest)}"
    try:
        result = import_table(table, [])
    except SourceError as error:
        yield f"  but it cannot be read: {error}"
        return
    for check in result.checks:
        total = "no total in the file" if check.file_total is None else "= the file's own total"
        added = "a median" if check.rows_total is None else f"{check.rows_total:,.2f}"
        yield f"  {check.measure}: {added} ({total})"
    yield f"  from {result.first} to {result.last}"
    yield from (f"  note: {note}" for note in (*part.remarks, *result.notes))


def _uses(table: ExportTable) -> Iterator[tuple[str, str]]:
    """Role -> the measures that are read from its column."""
    declaration = table.declaration
    for measure, ways in declaration.measures.items():
        if role := first_of(table, ways):
            yield role, f"-> {measure}"
    for role in {event.date for event in declaration.events} | {event.amount for event in declaration.events} - {""}:
        names = [event.measure for event in declaration.events if role == (event.amount or event.date)]
        if names and role in table.columns:
            yield role, f"-> {', '.join(dict.fromkeys(names))}"


def _spare(table: ExportTable) -> set[str]:
    """Roles that have a column but are not needed, because another role is preferred."""
    ways = [ways for ways in table.declaration.measures.values() if len(ways) > 1]
    return {role for roles in ways for role in roles if role in table.columns and role != first_of(table, roles)}


def _unknown(part: FilePart, error: UnknownFormat) -> FileDescription:
    position = find_header(part.grids)
    if position is None:
        return FileDescription(part.name, (str(error),))
    grid, at = position
    columns = columns_of(grid, at)
    mapping = map_columns(columns)
    lines = [str(error), f"  its columns, in line {grid[at].line}:"]
    lines += [f"  {column.header[:WIDTH]:<{WIDTH}} {_column(column, mapping)}" for column in columns]
    title = Path(part.name).stem.replace("_", " ").replace("-", " ").strip() or "Our export"
    return FileDescription(part.name, tuple(lines), declaration=draft(title, columns, mapping), works=mapping.works)


def _column(column: FileColumn, mapping: Mapping) -> str:
    """The look of a column, its role, and its first values."""
    role = next((name for name, other in (*mapping.measures.items(), *mapping.roles.items()) if other is column), "")
    perhaps = mapping.doubtful.get(column.header) or tuple(measures_like(column))
    maybe = f"perhaps {' or '.join(guess.role for guess in perhaps)}" if perhaps and not role else ""
    samples = ", ".join(value[:20] for value in column.samples)
    return f"{column.look.value:<11}{f'-> {role}' if role else maybe or 'left out':<24} {samples}".rstrip()
