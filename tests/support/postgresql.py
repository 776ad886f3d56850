"""A PostgreSQL server of the tests' own: in a folder that vanishes, on a free port of this computer."""

from __future__ import annotations

import glob
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

READER, SECRET = "reader", "tr0ub4dor&3/%x"
TYPES = {"String": "text", "Int64": "bigint", "Float64": "double precision", "Date": "date", "Datetime": "timestamp"}


def binaries() -> Path | None:
    """Where PostgreSQL's programs are; Debian keeps them off the path."""
    found = shutil.which("initdb") or max(glob.glob("/usr/lib/postgresql/*/bin/initdb"), default=None)
    return Path(found).parent if found else None


class Server:
    """A server with an owner of everything, and a reader who has a password."""

    def __init__(self) -> None:
        bin = binaries()
        assert bin is not None
        self.bin, self.folder = bin, Path(tempfile.mkdtemp(prefix="xl-postgresql-"))
        self.data, self.numbers = self.folder / "data", count(1)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        if os.getuid() == 0:  # PostgreSQL refuses to be run by root
            shutil.chown(self.folder, "postgres")
        secret = self.folder / "secret"
        secret.write_text("owner")
        secret.chmod(0o644)
        self._run("initdb", "-D", str(self.data), "-U", "owner", "-A", "scram-sha-256", "--pwfile", str(secret),
                  "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync")  # fmt: skip
        options = f"-p {self.port} -h 127.0.0.1 -k '' -c fsync=off -c log_statement=all"
        self._run("pg_ctl", "-D", str(self.data), "-w", "-l", str(self.folder / "log"), "-o", options, "start")
        self.execute("postgres", f"CREATE ROLE {READER} LOGIN PASSWORD '{SECRET}'")

    def _run(self, program: str, *arguments: str) -> None:
        user: dict[str, Any] = {"user": "postgres", "group": "postgres"} if os.getuid() == 0 else {}
        subprocess.run([str(self.bin / program), *arguments], check=True, stdout=subprocess.DEVNULL, cwd="/", **user)

    def connect(self, database: str) -> Any:
        import psycopg

        return psycopg.connect(
            host="127.0.0.1", port=self.port, user="owner", password="owner", dbname=database, autocommit=True
        )

    def execute(self, database: str, *statements: str) -> None:
        with self.connect(database) as connection:
            for statement in statements:
                connection.execute(statement)

    def database(self, tables: dict[str, Any]) -> str:
        """A new database with these tables, frames of Polars; its name."""
        name = f"shop{next(self.numbers)}"
        self.execute("postgres", f"CREATE DATABASE {name}")
        with self.connect(name) as connection:
            for table, frame in tables.items():
                columns = ", ".join(f'"{c}" {TYPES[type(t()).__name__]}' for c, t in _types(frame))
                connection.execute(f'CREATE TABLE "{table}" ({columns})')
                with connection.cursor().copy(f'COPY "{table}" FROM STDIN') as copy:
                    for row in frame.iter_rows():
                        copy.write_row(row)
            connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {READER}")
        return name

    def url(self, database: str, user: str = READER, secret: str = "") -> str:
        return f"postgresql://{user}{secret and ':' + secret}@127.0.0.1:{self.port}/{database}"

    def said(self, since: int = 0) -> str:
        """What the server was asked, as its log has it."""
        return (self.folder / "log").read_text("utf-8", "replace")[since:]

    def close(self) -> None:
        self._run("pg_ctl", "-D", str(self.data), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


def _types(frame: Any) -> Sequence[tuple[str, Any]]:
    return [(name, dtype if isinstance(dtype, type) else type(dtype)) for name, dtype in frame.schema.items()]
