"""Tables in databases, and what was read of them, by month and place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import polars

from xl_lifecycle.exports import Import
from xl_lifecycle.sources.database.config import load
from xl_lifecycle.sources.database.consent import trust

Tables = Mapping[str, polars.DataFrame]


def duckdb_file(path: Path, tables: Tables) -> Path:
    """A DuckDB file with these tables."""
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        for name, frame in tables.items():
            parquet = path.with_name(f"{name}.of.parquet")
            frame.write_parquet(parquet)
            connection.execute(f"CREATE TABLE \"{name}\" AS SELECT * FROM read_parquet('{parquet}')")
            parquet.unlink()
    return path


def agree(path: Path) -> Path:
    """The config, after the user has agreed to what it asks for."""
    trust(load(path), path)
    return path


def values(found: list[Import], measure: str) -> dict[tuple[str, str], float]:
    """A measure's values by month and place: {("2026-01", "Email"): 3.0}."""
    return {
        (
            f"{fact.month // 12}-{fact.month % 12 + 1:02d}",
            fact.channel + (f"/{fact.campaign}" if fact.campaign else ""),
        ): fact.value
        for each in found
        for fact in each.facts
        if fact.measure == measure
    }


def by_month(found: list[Import], measure: str) -> dict[str, float]:
    """A measure of the whole company by month."""
    sums: dict[str, float] = {}
    for (month, _), value in values(found, measure).items():
        sums[month] = sums.get(month, 0.0) + value
    return sums
