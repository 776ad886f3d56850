"""Files of events: order logs as CSV, TSV or text, recognised by their headers, and Parquet. DuckDB streams them."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import narwhals.stable.v2 as nw
from narwhals.stable.v2.dtypes import DType

from xl_lifecycle.core.catalogue.catalogue import nearest
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.exports.dates import order_of
from xl_lifecycle.exports.decode import ExportRow
from xl_lifecycle.exports.recognise import tables_of
from xl_lifecycle.sources.database.duckdb_engine import DuckDB
from xl_lifecycle.sources.database.engines import quoted, quoted_name, refuse
from xl_lifecycle.sources.database.event_kinds import KINDS, Kind, Type, find_columns, kind_of_columns
from xl_lifecycle.sources.database.monthly_counts import Frame

TEXTS = {".csv", ".tsv", ".txt"}
FILES = {*TEXTS, ".parquet"}
HEAD = 65536  # the bytes by which a file is recognised
BLANKS = "whitespace"
SEPARATORS = (",", "\t", ";", "|")
# The notations of dates, in DuckDB's format. The two in NUMERIC are distinguished by the file's own dates.
DATE_FORMS = (
    "%Y%m%d", "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y.%m.%d.", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%d %H:%M:%S UTC", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S", "%b %d, %Y",
    "%d %b %Y", "%B %d, %Y", "%d %B %Y",
)  # fmt: skip
NUMERIC = {
    "mdy": ("%m/%d/%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S"),
    "dmy": ("%d/%m/%Y", "%d.%m.%Y", "%d/%m/%Y %H:%M"),
}


@dataclass(frozen=True)
class Log:
    """A file of events. separator: that of a text file; BLANKS means any number of blanks."""

    path: Path
    kind: Kind
    columns: tuple[str, ...]
    separator: str = ""


def log_of(path: Path) -> Log | None:
    """The log in a file, recognised by its headers, or by the name of a Parquet file; None if it is not a log."""
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        columns = _parquet_columns(path)
        kind = KINDS.get(path.stem.casefold()) or kind_of_columns(columns)
        if kind is None:
            raise SourceError(
                f"{path.name} has the columns {', '.join(columns[:8])}, which are not those of events: "
                "name it orders.parquet or such, or say what is what in a source config"
            )
        return Log(path, kind, columns)
    return _text_log(path) if suffix in TEXTS else None


def read_logs(engine: DuckDB, logs: Sequence[Log]) -> tuple[str, Frame, list[str]]:
    """Read logs of one kind as one table: its name, its rows by role, and remarks. Each row counts once."""
    first_logs: dict[str, Log] = {}
    remarks = []
    for log in sorted(logs, key=lambda log: log.path.name):
        first = first_logs.setdefault(_content(log.path), log)
        if first.path.resolve() != log.path.resolve():
            remarks.append(f"{log.path.name} repeats {first.path.name}: counted once")
    unique = list(first_logs.values())
    frames = [_rows(engine, log) for log in unique]
    _refuse_overlap(engine, unique, frames)
    roles = [role for role in unique[0].kind.columns if all(role in f.collect_schema().names() for f in frames)]
    names = [log.path.name for log in unique]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    rows = nw.concat([frame.select(*roles) for frame in frames], how="vertical") if len(frames) > 1 else frames[0]
    return " and ".join(names) if not more else ", ".join(names[:3]) + more, rows, remarks


def _text_log(path: Path) -> Log | None:
    try:
        with path.open("rb") as file:
            head = file.read(HEAD).decode("utf-8-sig", "replace")
    except OSError:
        return None  # the error is reported when the file is read
    lines = [line for line in head.splitlines()[:50] if line.strip()]
    if not lines or "\x00" in head:
        return None
    grids = [[ExportRow(n, cells) for n, cells in enumerate(csv.reader(lines, delimiter=s), 1)] for s in ",\t;"]
    try:
        if next(tables_of(path.name, grids), None):
            return None  # a known export
    except SourceError:
        return None
    for separator in (*SEPARATORS, BLANKS):
        columns = _split(lines[0], separator)
        if (kind := kind_of_columns(columns)) and len(set(columns)) == len(columns):
            return Log(path, kind, tuple(columns), separator)
    return None


def _split(line: str, separator: str) -> list[str]:
    if separator == BLANKS:
        return line.split()
    return [cell.strip() for cell in next(csv.reader([line], delimiter=separator))]


def _content(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _parquet_columns(path: Path) -> tuple[str, ...]:
    engine = DuckDB(path.name, files=[path])
    try:
        return tuple(engine.query(f"SELECT * FROM {_scan(path)}").collect_schema().names())
    finally:
        engine.close()


def _scan(path: Path) -> str:
    return f"read_parquet({quoted(str(path.absolute()))})"


def _rows(engine: DuckDB, log: Log) -> Frame:
    """A log's rows by role, with texts converted to dates and numbers. SourceError shows a text that is neither."""
    columns = find_columns(log.kind, log.columns)
    if missing := [role for role in log.kind.required if role not in columns]:
        refuse(
            log.path.name,
            f"no column is known for {' and '.join(missing)}; it has {', '.join(log.columns[:12])}"
            + nearest(missing[0], log.columns),
        )
    if log.separator == BLANKS:
        cells = (
            f"string_split_regex(trim(line), '\\s+') AS cells FROM read_csv({quoted(str(log.path.absolute()))}, "
            "columns={'line': 'VARCHAR'}, delim='\\x1f', header=false, quote='', escape='', skip=0, "
            "strict_mode=false)"
        )
        selection = ", ".join(
            f"cells[{log.columns.index(c) + 1}] AS {quoted_name(role)}" for role, c in columns.items()
        )
        count = len(log.columns)
        first = quoted(log.columns[0])
        rows = f"(SELECT {cells}) WHERE cells[1] <> '' AND cells[1] <> {first}"
        source = f"SELECT {selection}, len(cells) AS width FROM {rows}"
        odd = engine.rows(engine.query(f"SELECT count(*) AS n FROM ({source}) WHERE width <> {count}"))[0]["n"]
        if odd:
            refuse(log.path.name, f"{odd:,} lines do not have the {count} columns of its header: it is damaged")
    else:
        selection = ", ".join(f"{quoted_name(c)} AS {quoted_name(role)}" for role, c in columns.items())
        source = f"SELECT {selection} FROM {_scan(log.path) if not log.separator else _csv(log)}"
    types = engine.query(source).collect_schema()
    texts = {role for role in columns if types[role] == nw.String or _is_number_for_date(log, role, types[role])}
    if not texts:
        return engine.query(source)
    cells = engine.keep(source) if log.separator else f"({source})"  # parsed only once, not again for each query
    expressions = {
        role: _expression(engine, log, cells, role, columns[role]) if role in texts else quoted_name(role)
        for role in columns
    }
    return engine.query(
        f"SELECT {', '.join(f'{expressions[role]} AS {quoted_name(role)}' for role in columns)} FROM {cells}"
    )


def _is_number_for_date(log: Log, role: str, dtype: DType) -> bool:
    return log.kind.types[role] is Type.DATE and dtype.is_integer()


def _csv(log: Log) -> str:
    names = "{" + ", ".join(f"{quoted(column)}: 'VARCHAR'" for column in log.columns) + "}"
    return (
        f"read_csv({quoted(str(log.path.absolute()))}, columns={names}, delim={quoted(log.separator)}, header=true, "
        "quote='\"', strict_mode=true)"
    )


def _expression(engine: DuckDB, log: Log, source: str, role: str, column: str) -> str:
    """The expression that converts a text to the type of its role; SourceError shows a text for which this fails."""
    text = f"nullif(trim(CAST({quoted_name(role)} AS VARCHAR)), '')"
    if log.kind.types[role] is Type.TEXT:
        return text
    if log.kind.types[role] is Type.DATE:
        forms = [*DATE_FORMS, *_order(engine, log, source, text, column)]
        value = f"try_strptime({text}, [{', '.join(map(quoted, forms))}])"
        type_name = "a date"
    else:
        thousands = f"regexp_full_match({text}, '-?\\d{{1,3}}(,\\d{{3}})+(\\.\\d+)?')"
        plain = f"CASE WHEN {thousands} THEN replace({text}, ',', '') END"
        value = f"coalesce(try_cast({text} AS DOUBLE), try_cast({plain} AS DOUBLE))"
        type_name = "a number"
    wrong = (
        f"SELECT any_value({text}) AS example, count(*) AS n FROM {source} WHERE {text} IS NOT NULL AND {value} IS NULL"
    )
    bad = engine.rows(engine.query(wrong))[0]
    if bad["n"]:
        refuse(
            log.path.name,
            f"column {column!r}: {bad['example']!r} is not {type_name} ({bad['n']:,} such rows): correct it",
        )
    return value


def _order(engine: DuckDB, log: Log, source: str, text: str, column: str) -> tuple[str, ...]:
    """The formats of dates such as 3/4/2026, found from dates that can be read in one way only."""
    numeric = f"regexp_extract({text}, '^(\\d{{1,2}})[/.](\\d{{1,2}})[/.]\\d{{4}}', ['a', 'b'])"
    query = (
        f"SELECT coalesce(max(try_cast(d.a AS INT)), 0) AS a, coalesce(max(try_cast(d.b AS INT)), 0) AS b FROM "
        f"(SELECT {numeric} AS d FROM {source})"
    )
    a, b = engine.rows(engine.query(query))[0].values()
    if not a:
        return ()
    order = order_of([f"{a}/1/2026", f"1/{b}/2026"])
    if not order:
        refuse(
            log.path.name, f"column {column!r}: its dates can have the day or the month first: write them as 2026-03-31"
        )
    return NUMERIC[order]


def _refuse_overlap(engine: DuckDB, logs: Sequence[Log], frames: Sequence[Frame]) -> None:
    """Refuse logs with common days: a customer may order twice a day, so repeated orders could not be recognised."""
    when, spans = logs[0].kind.when, []
    for log, frame in zip(logs, frames, strict=True) if len(logs) > 1 else ():
        day = nw.col(when).cast(nw.Date)
        row = engine.rows(frame.select(day.min().alias("first"), day.max().alias("last")))[0]
        spans.append((str(row["first"])[:10], str(row["last"])[:10], log.path.name))
    spans.sort()
    for (_, last, one), (first, _, other) in pairwise(spans):
        if first <= last:
            raise SourceError(
                f"{one} and {other} both have {logs[0].kind.name} of {first}: they would count twice; "
                "keep one, or split them by day"
            )
