"""What the engines that read events have in common, and the simplest ones: frames that are there, and Polars.

Each engine gives its tables as read-only Narwhals frames.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NoReturn, Protocol

import narwhals.stable.v2 as nw

from xl_lifecycle.core.catalogue.catalogue import nearest
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.core.language.text import first_few, printable
from xl_lifecycle.sources.database.monthly_counts import Frame


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


class Frames:
    """Lazy frames of any library that Narwhals supports, such as Polars or Spark, by the names of their tables."""

    def __init__(self, name: str, frames: Mapping[str, Any]) -> None:
        self.name = name
        self.frames = frames

    def tables(self) -> list[str]:
        return sorted(self.frames)

    def table(self, name: str) -> Frame:
        refuse_unknown_table(self.name, name, self.tables())
        with in_one_line(self.name):
            frame: Frame = nw.from_native(self.frames[name]).lazy()
            return frame

    def materialize(self, frame: Frame) -> Frame:
        return frame

    def query(self, sql: str) -> Frame:
        refuse(self.name, "frames cannot be queried: name a table, or query them beforehand")

    def rows(self, frame: Frame) -> list[dict[str, Any]]:
        with in_one_line(self.name):
            return list(frame.collect().iter_rows(named=True))

    def close(self) -> None:
        pass


class Polars(Frames):
    """Parquet and CSV files that Polars reads, streaming."""

    def __init__(self, name: str, files: Sequence[Path]) -> None:
        with needs("polars", extra="polars"):
            import polars

        parquet = partial(polars.scan_parquet, glob=False)  # a name may have a *
        text = partial(polars.scan_csv, try_parse_dates=True, glob=False)
        with in_one_line(name):
            frames = {f.stem: parquet(f) if f.suffix.lower() == ".parquet" else text(f) for f in files}
            super().__init__(name, frames)

    def rows(self, frame: Frame) -> list[dict[str, Any]]:
        with in_one_line(self.name):
            return list(frame.collect("polars", engine="streaming").iter_rows(named=True))


@contextmanager
def in_one_line(name: str, say: Callable[[Exception], str] = str) -> Iterator[None]:
    """Turn any error of an engine into one line: the name of the engine, and its message."""
    try:
        yield
    except SourceError:
        raise
    except Exception as error:  # engines have errors of many kinds
        raise SourceError(printable(f"{name}: {_first_lines(say(error))}")) from None


@contextmanager
def needs(*libraries: str, extra: str) -> Iterator[None]:
    """If a library is not installed, SourceError says how to install it. extra: what our package calls them."""
    try:
        yield
    except ImportError:
        install = f"pip install 'xl-lifecycle[{extra}]'"
        raise SourceError(f"{' and '.join(libraries)} must be installed to read this: {install}") from None


def refuse_unknown_table(where: str, name: str, tables: Sequence[str] | dict[str, Path]) -> None:
    """SourceError, with the nearest name, if there is no such table."""
    if name not in tables:
        raise SourceError(f"{where} has no table {name!r}{nearest(name, tables) or '; ' + describe_tables(tables)}")


def describe_tables(tables: Sequence[str] | dict[str, Path]) -> str:
    """The names of the tables, for an error message."""
    return f"it has {first_few(list(tables))}" if tables else "it has none, or none that you may read"


def _first_lines(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip() and not re.match(r"\s*(\^|LINE \d)", line)]
    return "; ".join(lines[:2])[:300] or "it does not answer"


def refuse(where: str, what: str) -> NoReturn:
    """Raise SourceError: the place, and what is wrong there."""
    raise SourceError(f"{where}: {what}")


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def quoted_name(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def quoted_table(name: str) -> str:
    """The name of a table as SQL writes it; one of another schema has two parts."""
    return ".".join(map(quoted_name, name.split(".")))
