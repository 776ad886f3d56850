"""Reads events in databases, source configs and logs as imports.

`reads` says whether a source is one of these, `read_all` reads them. `monthly_counts` has one set of expressions
for all engines: Narwhals over DuckDB, Polars and, through Ibis, PostgreSQL. Only monthly rows leave the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from xl_lifecycle.content.rules import Rules
from xl_lifecycle.exports.facts import Import
from xl_lifecycle.sources.database.address import MISTYPED, is_url, looks_secret

__all__ = ["MISTYPED", "is_url", "looks_secret", "read_all", "read_frames", "reads"]
NO_RULES = Rules()


def reads(source: Path | str) -> bool:
    """Whether a source is a database, a source config or a log of events, by its name or its content."""
    if is_url(source):
        return True
    path = Path(source)
    suffix = path.suffix.lower()
    if suffix in (".parquet", ".duckdb"):
        return True
    if suffix == ".toml":
        from xl_lifecycle.sources.database.config import is_config

        return is_config(path)
    if suffix in (".csv", ".tsv", ".txt"):
        from xl_lifecycle.sources.database.event_files import log_of

        return log_of(path) is not None
    return False


def read_all(
    sources: Iterable[Path | str],
    progress: Callable[[str], None] = lambda _: None,
    rules: Rules = NO_RULES,
    found: Collection[Path | str] = (),
) -> list[Import]:
    """Read databases, configs and logs by people's rules; logs of one kind are read as one table.

    found: those that only lie in a folder. A config among them may name tables; for more the user must have agreed.
    """
    from xl_lifecycle.sources.database.apply_rules import apply_rules
    from xl_lifecycle.sources.database.read_database import read_all

    return [apply_rules(each, rules) for each in read_all(sources, progress, found)]


def read_frames(name: str, frames: Mapping[str, Any]) -> list[Import]:
    """Read lazy frames of Spark or another library that Narwhals supports, by the names of their tables."""
    from xl_lifecycle.sources.database.read_database import read_frames

    return read_frames(name, frames)
