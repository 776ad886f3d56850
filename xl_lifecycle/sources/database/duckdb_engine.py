"""DuckDB: a file of its own, or CSV and Parquet files. A query can read what it was given, and nothing else."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw

from xl_lifecycle.sources.database.engines import (
    in_one_line,
    quoted,
    quoted_name,
    quoted_table,
    refuse,
    refuse_unknown_table,
)
from xl_lifecycle.sources.database.limits import MEMORY, MOST_DISK, MOST_ROWS, limited, refuse_too_many
from xl_lifecycle.sources.database.monthly_counts import Frame

THREADS = 2  # each needs memory of its own
OWNERS = ("customer", "visitor")  # the owners of events; only whether two are the same matters
STORE = "xl_lifecycle_kept"  # the file with the tables that we create
NOTHING_FROM_OUTSIDE = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "python_enable_replacements": False,  # a table could otherwise be a variable of this program
}


class DuckDB:
    """A DuckDB file, or other files that DuckDB reads. The tables that it creates are in a temporary folder.

    path: a DuckDB file, attached read-only. files: CSV and Parquet files that queries may read. After this DuckDB opens
    no other file and no connection, loads no extension, and its settings cannot be changed.
    """

    def __init__(self, name: str, path: Path | None = None, files: Sequence[Path] = ()) -> None:
        import duckdb

        self.name = name
        self._folder = tempfile.TemporaryDirectory(prefix="xl-lifecycle-")
        self._table_count = 0
        with in_one_line(name):
            store = str(Path(self._folder.name) / f"{STORE}.duckdb")
            self.con = duckdb.connect(store, config=dict(NOTHING_FROM_OUTSIDE))
            if path:
                self._use(path)
            allowed = ", ".join(quoted(str(file.absolute())) for file in files)
            for setting in (
                f"memory_limit='{MEMORY}'",
                f"threads={THREADS}",
                f"temp_directory={quoted(self._folder.name)}",
                f"max_temp_directory_size='{MOST_DISK // 10**9}GB'",
                "preserve_insertion_order=false",
                "TimeZone='UTC'",
                "enable_progress_bar=false",  # it would be printed
                f"allowed_paths=[{allowed}]",
                "enable_external_access=false",
                "lock_configuration=true",
            ):
                self.con.execute(f"SET {setting}")

    def _use(self, path: Path) -> None:
        """Attach a file read-only, so that queries find its tables by name."""
        self.con.execute(f"ATTACH {quoted(str(path.absolute()))} (READ_ONLY, TYPE duckdb)")
        query = "SELECT database_name FROM duckdb_databases() WHERE NOT internal AND database_name <> ?"
        for (name,) in self.con.execute(query, [STORE]).fetchall():
            self.con.execute(f"USE {quoted_name(name)}")

    def tables(self) -> list[str]:
        rows = self.con.execute(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_catalog = current_database()"
        ).fetchall()
        return sorted(name if schema == "main" else f"{schema}.{name}" for schema, name in rows)

    def table(self, name: str) -> Frame:
        refuse_unknown_table(self.name, name, self.tables())
        with self._limited():
            return nw.from_native(self.con.table(quoted_table(name)))

    def query(self, sql: str) -> Frame:
        """The result of one SELECT; SourceError if it is anything else."""
        import duckdb

        with self._limited():
            statements = duckdb.extract_statements(sql)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                refuse(self.name, "a query must be one SELECT: it only reads")
            return nw.from_native(self.con.sql(sql.rstrip("; \n")))

    def keep(self, sql: str) -> str:
        """Store the result of a query as a table on disk, and return its name."""
        self._table_count += 1
        name = f"{STORE}.table{self._table_count}"
        with self._limited():
            self.con.execute(f"CREATE TABLE {name} AS {sql}")
        return name

    def materialize(self, frame: Frame) -> Frame:
        """Clean texts and parse files only once. An owner becomes a number, which needs less space than a text."""
        with in_one_line(self.name):
            relation: Any = frame.to_native()
            texts = [name for name in OWNERS if frame.collect_schema().get(name) == nw.String]
            numbers = "".join(f", md5_number({name}) AS {name}" for name in texts)
            columns = f"* EXCLUDE ({', '.join(texts)}){numbers}" if texts else "*"
            return self.query(f"SELECT * FROM {self.keep(f'SELECT {columns} FROM ({relation.sql_query()})')}")

    def rows(self, frame: Frame) -> list[dict[str, Any]]:
        with self._limited():
            relation: Any = frame.to_native()
            rows = relation.limit(MOST_ROWS + 1).fetchall()
            refuse_too_many(self.name, len(rows))
            return [dict(zip(relation.columns, row, strict=True)) for row in rows]

    @contextmanager
    def _limited(self) -> Iterator[None]:
        with in_one_line(self.name), limited(self.name, self.con.interrupt, Path(self._folder.name)):
            try:
                yield
            except RuntimeError as error:
                import duckdb

                if "interrupted" in str(error).casefold() and not isinstance(error, duckdb.Error):
                    raise KeyboardInterrupt from None  # DuckDB noticed Ctrl-C before Python did
                raise

    def close(self) -> None:
        self.con.close()
        self._folder.cleanup()


class Files(DuckDB):
    """Files of events that DuckDB reads, each as a table with the name of the file."""

    def __init__(self, name: str, files: Sequence[Path]) -> None:
        super().__init__(name, files=files)
        with self._limited():
            for file in files:
                reader = "read_parquet" if file.suffix.lower() == ".parquet" else "read_csv"
                view = f"CREATE VIEW {quoted_name(file.stem)} AS SELECT * FROM {reader}({quoted(str(file.absolute()))})"
                self.con.execute(view)
