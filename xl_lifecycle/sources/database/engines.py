"""The engines that read events: DuckDB, Polars and PostgreSQL. Each gives its tables as read-only Narwhals frames."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NoReturn, Protocol

import narwhals.stable.v2 as nw

from xl_lifecycle.core.catalogue.catalogue import nearest
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.sources.database.address import PASSWORD, Address, with_password
from xl_lifecycle.sources.database.monthly_counts import Frame

MEMORY = "350MB"  # the limit of DuckDB, which uses slightly more; the rest goes to a temporary folder
THREADS = 2  # each needs memory of its own
OWNERS = ("customer", "visitor")  # the owners of events; only whether two are the same matters
INSTALL = "pip install 'xl-lifecycle[databases]'"
MOST_NAMES = 12
STORE = "xl_lifecycle_kept"  # the file with the tables that we create


class Engine(Protocol):
    """A database or files with events. name: the name to show to people."""

    name: str

    def tables(self) -> list[str]:
        """The names of its tables and views."""

    def table(self, name: str) -> Frame:
        """One of these tables."""

    def query(self, sql: str) -> Frame:
        """The result of a team's query."""

    def materialize(self, frame: Frame) -> Frame:
        """A frame that many queries will use: stored where it is read, if that saves work."""

    def rows(self, frame: Frame) -> list[dict[str, Any]]:
        """The rows of a frame."""

    def close(self) -> None:
        """Close the connection."""


class DuckDB:
    """A DuckDB file, or other files that DuckDB reads. The tables that it creates are in a temporary folder."""

    def __init__(self, name: str, path: Path | None = None) -> None:
        import duckdb

        self.name = name
        self._spill = tempfile.TemporaryDirectory(prefix="xl-lifecycle-")
        self._table_count = 0
        with self.in_one_line():
            self.con = duckdb.connect(str(Path(self._spill.name) / f"{STORE}.duckdb"))
            if path:
                self._use(path)
            spill = self._spill.name.replace("'", "''")
            for setting in (
                f"memory_limit='{MEMORY}'",
                f"threads={THREADS}",
                f"temp_directory='{spill}'",
                "preserve_insertion_order=false",
                "TimeZone='UTC'",
                "enable_progress_bar=false",  # it would be printed
            ):
                self.con.execute(f"SET {setting}")

    def _use(self, path: Path) -> None:
        """Attach a file read-only, so that queries find its tables by name."""
        self.con.execute("ATTACH '{}' (READ_ONLY)".format(str(path).replace("'", "''")))
        query = "SELECT database_name FROM duckdb_databases() WHERE NOT internal AND database_name <> ?"
        for (name,) in self.con.execute(query, [STORE]).fetchall():
            self.con.execute('USE "{}"'.format(name.replace('"', '""')))

    def tables(self) -> list[str]:
        rows = self.con.execute(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_catalog = current_database()"
        ).fetchall()
        return sorted(name if schema == "main" else f"{schema}.{name}" for schema, name in rows)

    def table(self, name: str) -> Frame:
        refuse_unknown_table(self.name, name, self.tables())
        with self.in_one_line():
            return nw.from_native(self.con.table(".".join(f'"{part}"' for part in name.split("."))))

    def query(self, sql: str) -> Frame:
        with self.in_one_line():
            return nw.from_native(self.con.sql(sql.rstrip("; \n")))

    def keep(self, sql: str) -> str:
        """Store the result of a query as a table on disk, and return its name."""
        self._table_count += 1
        name = f"{STORE}.table{self._table_count}"
        with self.in_one_line():
            self.con.execute(f"CREATE TABLE {name} AS {sql}")
        return name

    def materialize(self, frame: Frame) -> Frame:
        """Clean texts and parse files only once. An owner becomes a number, which needs less space than a text."""
        with self.in_one_line():
            relation: Any = frame.to_native()
            texts = [name for name in OWNERS if frame.collect_schema().get(name) == nw.String]
            numbers = "".join(f", md5_number({name}) AS {name}" for name in texts)
            columns = f"* EXCLUDE ({', '.join(texts)}){numbers}" if texts else "*"
            return self.query(f"SELECT * FROM {self.keep(f'SELECT {columns} FROM ({relation.sql_query()})')}")

    def rows(self, frame: Frame) -> list[dict[str, Any]]:
        with self.in_one_line():
            relation: Any = frame.to_native()
            return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]

    def in_one_line(self) -> Any:
        return in_one_line(self.name, str)

    def close(self) -> None:
        self.con.close()
        self._spill.cleanup()


class Frames:
    """Lazy frames of any library that Narwhals supports, such as Polars or Spark, by the names of their tables."""

    def __init__(self, name: str, frames: Mapping[str, Any]) -> None:
        self.name = name
        self.frames = frames

    def tables(self) -> list[str]:
        return sorted(self.frames)

    def table(self, name: str) -> Frame:
        refuse_unknown_table(self.name, name, self.tables())
        with self.in_one_line():
            frame: Frame = nw.from_native(self.frames[name]).lazy()
            return frame

    def materialize(self, frame: Frame) -> Frame:
        return frame

    def query(self, sql: str) -> Frame:
        refuse(self.name, "frames cannot be queried: name a table, or query them beforehand")

    def rows(self, frame: Frame) -> list[dict[str, Any]]:
        with self.in_one_line():
            return list(frame.collect().iter_rows(named=True))

    def in_one_line(self) -> Any:
        return in_one_line(self.name, str)

    def close(self) -> None:
        pass


class Polars(Frames):
    """Parquet and CSV files that Polars reads, streaming."""

    def __init__(self, name: str, files: Sequence[Path]) -> None:
        with needs("polars"):
            import polars

        parquet, text = polars.scan_parquet, partial(polars.scan_csv, try_parse_dates=True)
        with in_one_line(name, str):
            frames = {f.stem: parquet(f) if f.suffix.lower() == ".parquet" else text(f) for f in files}
            super().__init__(name, frames)

    def query(self, sql: str) -> Frame:
        with self.in_one_line():
            import polars

            return nw.from_native(polars.SQLContext(self.frames, eager=False).execute(sql))

    def rows(self, frame: Frame) -> list[dict[str, Any]]:
        with self.in_one_line():
            return list(frame.collect("polars", engine="streaming").iter_rows(named=True))


class PostgreSQL:
    """A PostgreSQL database, through Ibis: expressions become queries that PostgreSQL answers."""

    def __init__(self, address: Address) -> None:
        self.name = str(address)
        self.address = address = with_password(address)
        with needs("ibis", "psycopg"):
            import ibis
            import psycopg  # noqa: F401

        with in_one_line(self.name, self._why_not):
            self.con = ibis.postgres.connect(
                host=address.host or None,
                port=int(address.port or 5432),
                user=address.user or None,
                password=address.password or None,
                database=address.database,
                **{"connect_timeout": "10", **dict(address.options)},
                options="-c default_transaction_read_only=on",
                application_name="xl-lifecycle",
            )

    def tables(self) -> list[str]:
        with self.in_one_line():
            rows = self.con.con.execute(
                "SELECT n.nspname, c.relname, pg_table_is_visible(c.oid) FROM pg_class c JOIN pg_namespace n "
                "ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND n.nspname !~ '^pg_' "
                "AND n.nspname <> 'information_schema' AND has_schema_privilege(n.oid, 'USAGE') "
                "AND has_any_column_privilege(c.oid, 'SELECT')"
            ).fetchall()
        return sorted(name if visible else f"{schema}.{name}" for schema, name, visible in rows)

    def table(self, name: str) -> Frame:
        refuse_unknown_table(self.name, name, self.tables())
        quoted = ".".join('"' + part.replace('"', '""') + '"' for part in name.split("."))
        return self.query(f"SELECT * FROM {quoted}")

    def query(self, sql: str) -> Frame:
        """Ask for the columns, because Ibis would create a view to find them, and the connection is read-only."""
        sql = sql.rstrip("; \n")
        with self.in_one_line():
            import ibis

            cursor = self.con.con.execute(f"SELECT * FROM ({sql}\n) AS asked LIMIT 0")
            schema = {column.name: self._type(column.type_code) for column in cursor.description or ()}
            frame: Frame = nw.from_native(self.con.sql(sql, schema=ibis.schema(schema)))
            return frame

    def rows(self, frame: Frame) -> list[dict[str, Any]]:
        with self.in_one_line():
            return list(frame.collect("pyarrow").iter_rows(named=True))

    def materialize(self, frame: Frame) -> Frame:
        return frame  # PostgreSQL is only read

    def _type(self, code: int) -> Any:
        """A column's type. A column that is neither numbers, dates nor text is read as text."""
        from ibis.backends.sql.datatypes import PostgresType

        type_info = self.con.con.adapters.types.get(code)
        try:
            return PostgresType.from_string(type_info.name) if type_info else "string"
        except Exception:  # a type that the team has defined
            return "string"

    def in_one_line(self) -> Any:
        return in_one_line(self.name, lambda error: self.address.clean(str(error)))

    def _why_not(self, error: Exception) -> str:
        message = str(error)
        if "password authentication failed" in message or "no password supplied" in message:
            return f"the user or password is wrong; set the password in {PASSWORD}"
        if match := re.search(r'(database|role) "[^"]*" does not exist', message):
            return f"there is no such {'database' if match[1] == 'database' else 'user'}; check the address"
        return "no server answers there, or it refuses to; check the address, the network, and that it is running"

    def close(self) -> None:
        self.con.disconnect()


@contextmanager
def in_one_line(name: str, say: Callable[[Exception], str]) -> Iterator[None]:
    """Turn any error of an engine into one line: the name of the engine, and its message."""
    try:
        yield
    except SourceError:
        raise
    except Exception as error:  # engines have errors of many kinds
        raise SourceError(f"{name}: {_first_lines(say(error))}") from None


@contextmanager
def needs(*libraries: str) -> Iterator[None]:
    """If a library is not installed, SourceError says how to install it."""
    try:
        yield
    except ImportError:
        raise SourceError(f"{' and '.join(libraries)} must be installed to read this: {INSTALL}") from None


def refuse_unknown_table(where: str, name: str, tables: Sequence[str] | dict[str, Path]) -> None:
    """SourceError, with the nearest name, if there is no such table."""
    if name not in tables:
        raise SourceError(f"{where} has no table {name!r}{nearest(name, tables) or '; ' + describe_tables(tables)}")


def describe_tables(tables: Sequence[str] | dict[str, Path]) -> str:
    """The names of the tables, for an error message."""
    names = list(tables)
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return f"it has {', '.join(names[:MOST_NAMES])}{more}" if names else "it has none, or none that you may read"


def _first_lines(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip() and not re.match(r"\s*(\^|LINE \d)", line)]
    return "; ".join(lines[:2])[:300] or "it does not answer"


def refuse(where: str, what: str) -> NoReturn:
    """Raise SourceError: the place, and what is wrong there."""
    raise SourceError(f"{where}: {what}")
