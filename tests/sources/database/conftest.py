"""The engines that the same questions are asked of, PostgreSQL for real."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.databases import Tables, agree, duckdb_file
from tests.support.postgresql import SECRET, Server, binaries
from xl_lifecycle.exports import Import
from xl_lifecycle.sources.database import read_all, read_frames


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """PostgreSQL, required where XL_REQUIRE_HOSTS is set."""
    if binaries() is None:
        reason = "PostgreSQL is not installed: apt-get install postgresql"
        (pytest.fail if os.environ.get("XL_REQUIRE_HOSTS") else pytest.skip)(reason)
    server = Server()
    yield server
    server.close()


@pytest.fixture(autouse=True)
def user_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for what the user decides that is only this test's."""
    folder = tmp_path_factory.mktemp("user")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    monkeypatch.setenv("APPDATA", str(folder))
    return folder


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> str:
    """The reader's password, in the environment."""
    monkeypatch.setenv("XL_LIFECYCLE_PASSWORD", SECRET)
    return SECRET


@pytest.fixture(params=["duckdb", "polars", "postgresql", "spark"])
def ask(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., list[Import]]:
    """The imports that each engine makes of the same tables: ask({"orders": frame}, "active_months = 3" of a source config)."""
    engine = request.param

    def ask_engine(tables: Tables, config: str = "") -> list[Import]:
        if engine == "spark":  # frames are given by a program, and a source config is of databases and files
            assert not config
            return read_frames("warehouse", _spark(tmp_path, tables))
        if engine == "postgresql":
            server = request.getfixturevalue("server")
            request.getfixturevalue("secret")
            source: str = server.url(server.database(dict(tables)))
        elif engine == "duckdb":
            source = duckdb_file(tmp_path / "shop.duckdb", tables).as_posix()
        else:
            for name, frame in tables.items():
                frame.write_parquet(tmp_path / f"{name}.parquet")
            source = "*.parquet"
        if engine == "polars" or config:
            path = tmp_path / "source.toml"
            path.write_text(
                f'[database]\nurl = "{source}"\n{"engine = " + repr("polars") if engine == "polars" else ""}\n{config}'
            )
            source = str(agree(path))
        return read_all([source])

    ask_engine.engine = engine  # type: ignore[attr-defined]
    return ask_engine


def _spark(folder: Path, tables: Tables) -> dict[str, Any]:
    """The tables as Spark has them: SQLFrame is Spark's interface without its cluster."""
    from sqlframe.duckdb import DuckDBSession

    session, result = DuckDBSession(), {}
    for name, frame in tables.items():
        frame.write_parquet(folder / f"{name}.parquet")
        result[name] = session.read.parquet((folder / f"{name}.parquet").as_posix())
    return result
