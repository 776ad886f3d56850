"""Reads databases, source configs and logs, and counts nothing twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from xl_lifecycle.core.catalogue.catalogue import nearest
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.exports.decode import ExportRow
from xl_lifecycle.exports.facts import Import
from xl_lifecycle.exports.read_export import read_cells
from xl_lifecycle.exports.recognise import tables_of
from xl_lifecycle.sources.database.address import is_server, is_url, parse, path_of
from xl_lifecycle.sources.database.config import Config, Where, load
from xl_lifecycle.sources.database.consent import refuse_unless_agreed
from xl_lifecycle.sources.database.duckdb_engine import DuckDB, Files
from xl_lifecycle.sources.database.engines import Engine, Frames, Polars, describe_tables, refuse
from xl_lifecycle.sources.database.event_files import FILES, Log, log_of, read_logs
from xl_lifecycle.sources.database.event_kinds import KINDS, Kind
from xl_lifecycle.sources.database.events import Options, read_events
from xl_lifecycle.sources.database.monthly import without
from xl_lifecycle.sources.database.monthly_counts import Frame
from xl_lifecycle.sources.database.postgresql_engine import PostgreSQL

MOST_MONTHLY = 100_000  # the most rows of a table of monthly figures
TITLES = {kind.title for kind in KINDS.values()}


def read_all(
    sources: Iterable[Path | str], progress: Callable[[str], None], found: Collection[Path | str] = ()
) -> list[Import]:
    """Read all sources. Logs of one kind are read as one table, so that a first order is the first in all logs.

    found: those that nobody named, and that only lie in a folder of exports.
    """
    imports: list[Import] = []
    logs: dict[str, list[Log]] = defaultdict(list)
    for source in dict.fromkeys(sources):
        log = None if is_url(source) else log_of(Path(source))
        if log:
            logs[log.kind.name].append(log)
            continue
        config = _config(source)
        if config.digest:
            refuse_unless_agreed(config, Path(source), source in found)
        with_events = _open(config)
        try:
            progress(f"asking {with_events.name}")
            imports += _without_repeats(_read(with_events, config, progress))
        finally:
            with_events.close()
    for kind, those in logs.items():
        progress(f"reading {kind} of {', '.join(log.path.name for log in those)}")
        imports.append(_read_logs(KINDS[kind], those, Options()))
    _refuse_twice(imports)
    return imports


def read_frames(name: str, frames: Mapping[str, Any]) -> list[Import]:
    """Read lazy frames by the names of their tables: {"orders": spark.table("orders")}."""
    engine = Frames(name, frames)
    return _without_repeats(_read(engine, _config(name), lambda _: None))


def _config(source: Path | str) -> Config:
    if not is_url(source) and Path(source).suffix.lower() == ".toml":
        return load(Path(source))
    return Config(str(source), "", "duckdb", Path(), {}, {})


def _open(config: Config) -> Engine:
    """Open the url of a config: a server, a DuckDB file, or other files."""
    if is_server(config.url):
        return PostgreSQL(parse(config.url, config.password))
    files = config.files()
    if not files or not all(file.exists() for file in files):
        raise SourceError(f"{Path(path_of(config.url)).name} does not exist; check the path of the database's file")
    name = Path(path_of(config.url)).name
    if all(file.suffix.lower() in FILES for file in files):
        return Polars(name, files) if config.engine == "polars" else Files(name, files)
    return DuckDB(name, files[0])


def _read(engine: Engine, config: Config, progress: Callable[[str], None]) -> Iterator[Import]:
    events, monthly = dict(config.events), dict(config.monthly)
    if not events and not monthly:
        events, monthly = _by_name(engine, config)
    for name, kind in KINDS.items():
        if name in events:
            where, options = events[name]
            table_name = f"{engine.name} {where.table or name}"
            progress(f"asking {table_name}")
            read = read_events(engine, table_name, kind, _frame(engine, where), options)
            if options.measures:
                _refuse_unknown(table_name, options.measures, read)
                rest = without(read, set(read.measures) - set(options.measures), "the source config says so")
                yield from [rest] if rest else []
            else:
                yield read
    for name, where in monthly.items():
        yield _monthly(engine, f"{engine.name} {where.table or name}", _frame(engine, where))


def _frame(engine: Engine, where: Where) -> Frame:
    return engine.query(where.query) if where.query else engine.table(where.table)


def _by_name(engine: Engine, config: Config) -> tuple[dict[str, tuple[Where, Options]], dict[str, Where]]:
    """The tables that have the name of a kind, and those with monthly figures."""
    events: dict[str, tuple[Where, Options]] = {}
    monthly: dict[str, Where] = {}
    tables = engine.tables()
    for table in sorted(tables, key=lambda table: (table.count("."), table)):
        name = table.rpartition(".")[2].casefold()
        if name in KINDS:
            if name in events and "." in events[name][0].table:
                refuse(
                    engine.name,
                    f"{events[name][0].table} and {table} both have {name}: say which to use in a source config",
                )
            events.setdefault(name, (Where(table=table), Options(until=config.until)))
        elif _is_monthly(engine.table(table)):
            monthly[table] = Where(table=table)
    if not events and not monthly:
        refuse(
            engine.name,
            f"no table is called {', '.join(KINDS)}, and none has monthly figures; {describe_tables(tables)}; "
            "say in a source config which table has what",
        )
    return events, monthly


def _is_monthly(frame: Frame) -> bool:
    """Whether a table has the columns of a team's own table of monthly figures."""
    columns = frame.collect_schema().names()
    table = next(tables_of("", [[ExportRow(1, columns)]]), None) if len(columns) > 1 else None
    return table is not None and table.declaration.shape in ("plain", "items")


def _monthly(engine: Engine, name: str, frame: Frame) -> Import:
    rows = engine.rows(frame.head(MOST_MONTHLY + 1))
    if len(rows) > MOST_MONTHLY:
        refuse(name, f"more than {MOST_MONTHLY:,} rows are not monthly figures: group them in a query")
    columns = frame.collect_schema().names()
    cells: list[list[object]] = [
        list(columns),
        *([None if row[c] is None else _cell(row[c]) for c in columns] for row in rows),
    ]
    return read_cells(name, cells)


def _cell(value: object) -> object:
    """A value with a decimal converted to a number."""
    return float(value) if type(value).__name__ == "Decimal" else value  # type: ignore[arg-type]


def _read_logs(kind: Kind, logs: list[Log], options: Options) -> Import:
    engine = DuckDB(logs[0].path.name, files=[log.path for log in logs])
    try:
        name, rows, remarks = read_logs(engine, logs)
        engine.name = name
        read = read_events(engine, name, kind, rows, options)
        return replace(read, remarks=(*read.remarks, *remarks))
    finally:
        engine.close()


def _without_repeats(imports: Iterable[Import]) -> list[Import]:
    """For each measure in one database, use only the first kind of events that has it."""
    result: list[Import] = []
    kind_by_measure: dict[str, str] = {}
    for each in imports:
        if each.source not in TITLES:
            result.append(each)
            continue
        by = sorted({kind_by_measure[measure] for measure in each.measures if measure in kind_by_measure})
        rest = without(each, kind_by_measure.keys() & set(each.measures), f"{' and '.join(by)} have it") if by else each
        result += [rest] if rest else []
        kind_by_measure |= {
            measure: each.source.casefold() for measure in each.measures if measure not in kind_by_measure
        }
    return result


def _refuse_unknown(name: str, measures: tuple[str, ...], read: Import) -> None:
    for measure in measures:
        if measure not in read.measures:
            refuse(name, f"it does not have {measure}{nearest(measure, read.measures)}")


def _refuse_twice(imports: list[Import]) -> None:
    """Refuse two sources of one kind: events would count twice, or a first order would not be the first."""
    by_source: dict[str, Import] = {}
    for each in imports:
        if each.source in TITLES:
            first = by_source.setdefault(each.source, each)
            if first is not each:
                raise SourceError(
                    f"{each.source.lower()} are in {first.file} and in {each.file}: they would count twice; give one"
                )
